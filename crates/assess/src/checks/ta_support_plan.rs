//! `ta-support-plan`: whether Trusted Advisor can be asked at all.
//!
//! It does not judge which support plan an account ought to have.

use s3attest_model::check::Severity;
use s3attest_model::services::{ServiceSource, TrustedAdvisor};

use super::trusted_advisor::refuses_for_the_plan;
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "ta-support-plan",
    title: "The support plan lets Trusted Advisor be asked",
    severity: Severity::Info,
    question: "Does the account's support plan include Trusted Advisor's interface?",
    reads: Reads {
        sources: &[ServiceSource::TrustedAdvisor],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/ta-support-plan.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let said = view.services.of_account::<TrustedAdvisor>()?;
    match trail.read(&said.checks) {
        Err(unknown) if refuses_for_the_plan(&unknown) => Ok(Judgement::not_applicable(
            "AWS answers that the account's support plan does not include Trusted Advisor's interface, so there is no second \
             opinion of Trusted Advisor about its buckets.",
        )),
        checks => {
            let offered = checks?
                .into_iter()
                .flatten()
                .filter(|check| check.offer.is_some())
                .count();
            Ok(Judgement::pass(format!(
                "Trusted Advisor answers for the account and offers {offered} of the checks that bear on S3."
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, denied, expect, source};
    use crate::checks::trusted_advisor::tests::{offering, with_list, without_plan};

    #[test]
    fn only_what_aws_itself_says_of_the_plan_counts() {
        let refused = Evidence::gap(denied(), source("support.DescribeTrustedAdvisorChecks"));
        let cases = vec![
            ("a list", offering(vec![]), Verdict::Pass, "answers for the account"),
            (
                "no plan",
                with_list(without_plan()),
                Verdict::NotApplicable,
                "support plan does not include",
            ),
            ("denied", with_list(refused), Verdict::NotAssessed, "access was denied"),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS Trusted Advisor",
            ),
        ];
        expect(&CHECK, cases);
    }
}
