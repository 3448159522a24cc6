//! The one number of the front page: how much of what was judged passes. It never stands without the coverage beside it.
//!
//! It counts findings, whatever their severity, and knows no page.

use s3attest_model::finding::VerdictCounts;
use serde::Serialize;

use crate::passing::passing;
use crate::text::share;

/// How much passes of what was judged.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Score {
    /// Passed findings over passed and failed ones, accepted ones included, rounded down.
    passes: String,
    /// The same in hundredths, for the bar.
    width: String,
    /// What would pass if the findings that could not be assessed failed; `None` where there are none. It is no lower bound:
    /// buckets that nobody listed have no findings.
    if_rest_fails: Option<String>,
    passed: u64,
    failed: u64,
    accepted: u64,
    not_assessed: u64,
}

impl Score {
    /// The score of these findings; `None` where nothing passed or failed, so that there is no number to give.
    pub(super) fn of(counts: VerdictCounts) -> Option<Self> {
        let passes = passing(counts)?;
        let with_rest = VerdictCounts {
            fail: counts.fail + counts.not_assessed,
            ..counts
        };
        Some(Self {
            passes: share(passes),
            width: format!("{}.{:02}", passes / 100, passes % 100),
            if_rest_fails: passing(with_rest).filter(|_| counts.not_assessed > 0).map(share),
            passed: counts.pass,
            failed: counts.fail,
            accepted: counts.accepted,
            not_assessed: counts.not_assessed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(pass: u64, fail: u64, accepted: u64, not_assessed: u64) -> VerdictCounts {
        VerdictCounts {
            pass,
            fail,
            accepted,
            not_applicable: 1_000,
            not_assessed,
        }
    }

    fn passes(counts: VerdictCounts) -> (String, Option<String>) {
        let score = Score::of(counts).expect("something was judged");
        (score.passes, score.if_rest_fails)
    }

    #[test]
    fn unknown_and_accepted_findings_are_no_passes() {
        assert_eq!(passes(counts(3, 1, 0, 0)), ("75 %".to_owned(), None));
        assert_eq!(passes(counts(3, 1, 1, 0)), ("75 %".to_owned(), None));
        assert_eq!(
            passes(counts(3, 1, 0, 4)),
            ("75 %".to_owned(), Some("37.5 %".to_owned()))
        );
    }

    #[test]
    fn one_fail_of_very_many_is_not_rounded_away() {
        assert_eq!(passes(counts(9_999_999, 1, 0, 0)).0, "99.99 %");
        assert_eq!(passes(counts(9_999_999, 0, 0, 1)).1, Some("99.99 %".to_owned()));
        assert_eq!(passes(counts(1, 0, 0, 0)).0, "100 %");
    }

    #[test]
    fn nothing_judged_gives_no_number() {
        assert!(Score::of(counts(0, 0, 0, 7)).is_none());
    }
}
