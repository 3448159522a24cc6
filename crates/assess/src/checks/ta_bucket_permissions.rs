//! `ta-bucket-permissions`: what Trusted Advisor says of who may reach the bucket.
//!
//! It takes Trusted Advisor's word and its reasons, and evaluates nothing itself.

use s3attest_model::check::Severity;
use s3attest_model::services::{ServiceSource, TrustedAdvisorResource};

use super::trusted_advisor::{self, Reading, Yellow};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "ta-bucket-permissions",
    title: "Trusted Advisor finds the bucket not open to everyone",
    severity: Severity::High,
    question: "Does Trusted Advisor mark the bucket as not open to everyone?",
    reads: Reads {
        sources: &[ServiceSource::TrustedAdvisor],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/ta-bucket-permissions.md"),
    judge: Judge::Bucket(judge),
};

/// The columns that give the reason for a mark (AWS Support User Guide, "Amazon S3 Bucket Permissions"). The same mark is
/// given to a bucket whose policy Trusted Advisor may not read or cannot evaluate.
const REASONS: [&str; 3] = ["ACL Allows List", "ACL Allows Upload/Delete", "Policy Allows Access"];

/// The check of Trusted Advisor.
pub(super) const IDS: &[&str] = &["Pfx0RwqBli"];

const READING: Reading = Reading {
    ids: IDS,
    wanted: "that it is not open to everyone",
    yellow,
    red: Severity::High,
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    trusted_advisor::judge(view, trail, &READING)
}

/// Whether a column gives a reason for a mark.
pub(super) fn gives_a_reason(row: &TrustedAdvisorResource) -> bool {
    REASONS.into_iter().any(|heading| {
        let said = row.columns.get(heading).unwrap_or_default();
        said.eq_ignore_ascii_case("yes") || said.eq_ignore_ascii_case("true")
    })
}

fn yellow(row: &TrustedAdvisorResource) -> Yellow {
    if gives_a_reason(row) {
        Yellow::Fails(Severity::Medium)
    } else {
        Yellow::CouldNotTell
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::trusted_advisor::tests::{holds_to_what_was_said, result, row, saying};

    #[test]
    fn it_holds_to_what_trusted_advisor_said() {
        holds_to_what_was_said(&CHECK, "Pfx0RwqBli");
    }

    #[test]
    fn a_yellow_mark_without_a_reason_is_one_that_could_not_be_told() {
        let no = [("ACL Allows List", "No"), ("Policy Allows Access", "No")];
        let list = [("ACL Allows List", "Yes"), ("Policy Allows Access", "No")];
        for (columns, verdict) in [
            (&list[..], Verdict::Fail),
            (&no[..], Verdict::NotAssessed),
            (&[][..], Verdict::NotAssessed),
        ] {
            let finding = saying("Pfx0RwqBli", result(vec![row("subject", "warning", columns)])).judge(&CHECK);
            assert_eq!(finding.verdict, verdict, "{}", finding.message);
            if verdict == Verdict::Fail {
                assert_eq!(finding.severity, Severity::Medium);
            }
        }
    }
}
