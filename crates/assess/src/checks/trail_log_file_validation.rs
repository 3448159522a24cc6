//! `trail-log-file-validation`: whether each trail of the account delivers digests of its log files.
//!
//! It does not know whether anybody ever validates the files.

use s3attest_model::check::Severity;

use super::shown_trails::{SOURCES, judge_each};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "trail-log-file-validation",
    title: "Trails validate log files",
    severity: Severity::Low,
    question: "Does each trail deliver digests by which changed log files are found out?",
    reads: Reads {
        sources: SOURCES,
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/trail-log-file-validation.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    judge_each(view, trail, "Log file validation is on", |each, _| {
        match each.validates_log_files {
            Some(true) => Ok(None),
            Some(false) => Ok(Some("does not validate log files".to_owned())),
            None => Err(Unknown::not_understood(format!(
                "CloudTrail does not say whether {} validates log files",
                each.arn
            ))),
        }
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::shown_trails::tests::{expect_of_each, own, showing};

    #[test]
    fn every_trail_has_to_validate() {
        let with = |name: &str, validates_log_files| s3attest_model::services::Trail {
            validates_log_files,
            ..own(name)
        };
        expect_of_each(&CHECK, &|name| with(name, Some(false)), "The trail arn:aws:cloudtrail");
        assert_eq!(showing(vec![with("a", None)]).verdict(&CHECK), Verdict::NotAssessed);
    }
}
