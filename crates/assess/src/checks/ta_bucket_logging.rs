//! `ta-bucket-logging`: what Trusted Advisor says of the bucket's access logs.
//!
//! It takes Trusted Advisor's word; the configuration itself is judged by other checks.

use s3attest_model::check::Severity;
use s3attest_model::services::{ServiceSource, TrustedAdvisorResource};

use super::trusted_advisor::{self, Reading, Yellow};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "ta-bucket-logging",
    title: "Trusted Advisor finds access logs of the bucket in order",
    severity: Severity::Medium,
    question: "Does Trusted Advisor find server access logging of the bucket in order?",
    reads: Reads {
        sources: &[ServiceSource::TrustedAdvisor],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/ta-bucket-logging.md"),
    judge: Judge::Bucket(judge),
};

/// The present check, and the one that it replaced in July 2025, which counts only where it is still listed (AWS Support
/// User Guide, "Change log for AWS Trusted Advisor checks").
const READING: Reading = Reading {
    ids: &["c1fd6b96l4", "BueAdJ7NrP"],
    wanted: "that its access logs are in order",
    yellow,
    red: Severity::High,
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    trusted_advisor::judge(view, trail, &READING)
}

const fn yellow(_: &TrustedAdvisorResource) -> Yellow {
    Yellow::Fails(Severity::Medium)
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::trusted_advisor::tests::{holds_to_what_was_said, result, row, saying};

    #[test]
    fn it_holds_to_what_trusted_advisor_said() {
        holds_to_what_was_said(&CHECK, "c1fd6b96l4");
    }

    #[test]
    fn the_old_check_counts_where_it_is_still_offered() {
        let finding = saying("BueAdJ7NrP", result(vec![row("subject", "warning", &[])])).judge(&CHECK);
        assert_eq!((finding.verdict, finding.severity), (Verdict::Fail, Severity::Medium));
        assert!(
            finding.message.contains("BueAdJ7NrP marks the bucket yellow"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn red_is_worse_than_yellow() {
        let finding = saying("c1fd6b96l4", result(vec![row("subject", "error", &[])])).judge(&CHECK);
        assert_eq!(finding.severity, Severity::High);
    }
}
