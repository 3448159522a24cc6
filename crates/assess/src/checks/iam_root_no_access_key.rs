//! `iam-root-no-access-key`: whether the root user has no access key.
//!
//! It does not know whether a key was ever used.

use s3attest_model::check::Severity;
use s3attest_model::services::{Iam, ServiceSource};

use super::iam_root_mfa::number;
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "iam-root-no-access-key",
    title: "The root user has no access key",
    severity: Severity::Critical,
    question: "Is the root user without access keys?",
    reads: Reads {
        sources: &[ServiceSource::Iam],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/iam-root-no-access-key.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let iam = view.services.of_account::<Iam>()?;
    let summary = trail.read(&iam.summary)?;
    Ok(match number(summary, "AccountAccessKeysPresent")? {
        0 => Judgement::pass("The root user has no access key (AccountAccessKeysPresent is 0)."),
        number => Judgement::fail(format!(
            "The root user has access keys (AccountAccessKeysPresent is {number})."
        )),
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::iam_root_mfa::tests::{iam, of};
    use crate::checks::scene::{Scene, denied, expect};

    #[test]
    fn the_account_summary_decides() {
        let mut unread = iam(&[]);
        unread.summary.observed = Observed::Gap(denied());
        let cases = vec![
            (
                "none",
                of(iam(&[("AccountAccessKeysPresent", 0)])),
                Verdict::Pass,
                "no access key",
            ),
            (
                "one",
                of(iam(&[("AccountAccessKeysPresent", 1)])),
                Verdict::Fail,
                "has access keys",
            ),
            (
                "nothing said",
                of(iam(&[])),
                Verdict::NotAssessed,
                "does not say AccountAccessKeysPresent",
            ),
            ("summary denied", of(unread), Verdict::NotAssessed, "access was denied"),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS IAM",
            ),
        ];
        expect(&CHECK, cases);
    }
}
