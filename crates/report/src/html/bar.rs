//! A stacked bar: shares of a whole as an inline picture without styles of its own.
//!
//! It knows nothing of what is counted; the numbers always stand beside it in words.

use s3attest_model::check::Severity;
use s3attest_model::finding::{Verdict, VerdictCounts};
use serde::Serialize;

use super::words;
use crate::text::count;

/// One part of a bar.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Segment {
    class: &'static str,
    word: &'static str,
    count: u64,
    /// Where it begins and how wide it is, in hundredths of the bar.
    start: String,
    width: String,
}

/// A bar.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Bar {
    segments: Vec<Segment>,
    /// The numbers in words, for those who do not see the bar.
    label: String,
    total: u64,
}

impl Bar {
    pub(super) fn new(parts: &[(&'static str, &'static str, u64)]) -> Self {
        let total: u64 = parts.iter().map(|(_, _, count)| count).sum();
        let mut segments = Vec::new();
        let mut before = 0;
        for &(class, word, count) in parts {
            segments.push(Segment {
                class,
                word,
                count,
                start: hundredths(before, total),
                width: hundredths(count, total),
            });
            before += count;
        }
        let label = parts
            .iter()
            .filter(|(_, _, number)| *number > 0)
            .map(|(_, word, number)| format!("{} {}", count(*number), word.to_lowercase()))
            .collect::<Vec<_>>();
        Self {
            segments,
            label: if label.is_empty() {
                "nothing".to_owned()
            } else {
                label.join(", ")
            },
            total,
        }
    }

    pub(super) fn of_verdicts(counts: VerdictCounts) -> Self {
        let mut parts: Vec<_> = Verdict::ALL
            .into_iter()
            .map(|verdict| {
                let mark = words::verdict(verdict);
                (mark.class, mark.word, counts.of(verdict))
            })
            .collect();
        if counts.accepted > 0 {
            let mark = words::FAILED_ACCEPTED;
            parts[0].2 = counts.unaccepted();
            parts.insert(1, (mark.class, mark.word, counts.accepted));
        }
        Self::new(&parts)
    }

    pub(super) fn of_severities(counts: &[(Severity, u64)]) -> Self {
        let parts: Vec<_> = counts
            .iter()
            .map(|(severity, count)| {
                let mark = words::severity(*severity);
                (mark.class, mark.word, *count)
            })
            .collect();
        Self::new(&parts)
    }
}

/// A share of a whole in hundredths with two digits, computed in integers so that every machine agrees.
fn hundredths(part: u64, total: u64) -> String {
    if total == 0 {
        return "0".to_owned();
    }
    let share = u128::from(part) * 10_000 / u128::from(total);
    format!("{}.{:02}", share / 100, share % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_bar_stand_side_by_side() {
        let bar = Bar::new(&[("bad", "Failed", 1), ("good", "Passed", 2)]);
        assert_eq!(bar.segments[0].width, "33.33");
        assert_eq!(
            (bar.segments[1].start.as_str(), bar.segments[1].width.as_str()),
            ("33.33", "66.66")
        );
        assert_eq!(bar.label, "1 failed, 2 passed");
    }

    #[test]
    fn accepted_fails_stand_apart_and_are_counted_once() {
        let counts = VerdictCounts {
            pass: 6,
            fail: 4,
            accepted: 3,
            ..VerdictCounts::default()
        };
        assert_eq!(
            Bar::of_verdicts(counts).label,
            "1 failed, 3 failed but accepted, 6 passed"
        );
        assert_eq!(Bar::of_verdicts(counts).total, 10);
    }

    #[test]
    fn a_bar_of_nothing_divides_by_nothing() {
        let bar = Bar::new(&[("bad", "Failed", 0)]);
        assert_eq!((bar.segments[0].width.as_str(), bar.label.as_str()), ("0", "nothing"));
    }
}
