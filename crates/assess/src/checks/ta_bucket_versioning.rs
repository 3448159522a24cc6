//! `ta-bucket-versioning`: what Trusted Advisor says of the bucket's versioning.
//!
//! It takes Trusted Advisor's word; the configuration itself is judged by another check.

use s3attest_model::check::Severity;
use s3attest_model::services::{ServiceSource, TrustedAdvisorResource};

use super::trusted_advisor::{self, Reading, Yellow};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "ta-bucket-versioning",
    title: "Trusted Advisor finds versioning of the bucket on",
    severity: Severity::Low,
    question: "Does Trusted Advisor find versioning of the bucket on?",
    reads: Reads {
        sources: &[ServiceSource::TrustedAdvisor],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/ta-bucket-versioning.md"),
    judge: Judge::Bucket(judge),
};

const READING: Reading = Reading {
    ids: &["R365s2Qddf"],
    wanted: "that its versioning is on",
    yellow,
    red: Severity::Low,
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    trusted_advisor::judge(view, trail, &READING)
}

/// A row that does not say in which state versioning is, was marked without having read it.
fn yellow(row: &TrustedAdvisorResource) -> Yellow {
    let state = row.columns.get("Versioning").unwrap_or_default().to_ascii_lowercase();
    match state.as_str() {
        "disabled" | "suspended" | "not enabled" | "no" => Yellow::Fails(Severity::Low),
        _ => Yellow::CouldNotTell,
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::trusted_advisor::tests::{holds_to_what_was_said, result, row, saying};

    #[test]
    fn it_holds_to_what_trusted_advisor_said() {
        holds_to_what_was_said(&CHECK, "R365s2Qddf");
    }

    #[test]
    fn a_yellow_mark_without_the_state_of_versioning_is_one_that_could_not_be_told() {
        for (columns, verdict) in [
            (&[("Versioning", "Suspended")][..], Verdict::Fail),
            (&[("Versioning", "Disabled")][..], Verdict::Fail),
            (&[("Versioning", "Access denied")][..], Verdict::NotAssessed),
            (&[][..], Verdict::NotAssessed),
        ] {
            let finding = saying("R365s2Qddf", result(vec![row("subject", "warning", columns)])).judge(&CHECK);
            assert_eq!(finding.verdict, verdict, "{}", finding.message);
        }
    }
}
