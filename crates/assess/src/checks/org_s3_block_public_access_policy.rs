//! `org-s3-block-public-access-policy`: whether an S3 policy of the organization blocks public access for the account.
//!
//! It reads the policy in effect as AWS puts it together; which policies that comes from is not known here.

use s3attest_model::check::Severity;
use s3attest_model::services::{EffectiveS3Policy, ServiceSource};
use serde_json::Value;

use super::org_account_in_organization::NO_ORGANIZATION;
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "org-s3-block-public-access-policy",
    title: "The organization's S3 policy blocks public access for the account",
    severity: Severity::Medium,
    question: "Does the S3 policy of the organization that is in effect for the account block all public access?",
    reads: Reads {
        sources: &[ServiceSource::EffectiveS3Policy],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/org-s3-block-public-access-policy.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let reading = view.services.of_account::<EffectiveS3Policy>()?;
    let Some(policy) = trail.read(&reading.policy)? else {
        if reading.policy.source.code.as_deref() == Some(NO_ORGANIZATION) {
            return Ok(Judgement::not_applicable(
                "The account belongs to no organization (org-account-in-organization), so no S3 policy can reach it.",
            ));
        }
        return Ok(Judgement::fail(
            "No S3 policy of the organization is in effect for the account.",
        ));
    };
    let content: Value = serde_json::from_str(&policy.content)
        .map_err(|error| Unknown::not_understood(format!("the S3 policy in effect is no JSON: {error}")))?;
    let block = &content["s3_attributes"]["public_access_block_configuration"];
    // In effect is a plain value; the operators of inheritance have done their work.
    match block.as_str().or_else(|| block["@@assign"].as_str()) {
        Some("all") => Ok(Judgement::pass(
            "The S3 policy of the organization in effect for the account turns all four switches of Block Public Access on.",
        )),
        Some("none") => Ok(Judgement::fail(
            "The S3 policy of the organization in effect for the account turns Block Public Access off (none).",
        )),
        None if block.is_null() => Ok(Judgement::fail(
            "The S3 policy of the organization in effect for the account says nothing of Block Public Access.",
        )),
        _ => Err(Unknown::not_understood(format!(
            "the S3 policy in effect sets the public access block to {block}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::EffectivePolicy;

    use super::*;
    use crate::checks::scene::{Scene, denied, expect, source};

    fn of(policy: Evidence<EffectivePolicy>) -> Scene {
        Scene::with(|scene| scene.say(EffectiveS3Policy { policy }))
    }

    fn saying(content: &str) -> Scene {
        let policy = EffectivePolicy {
            content: content.to_owned(),
            updated_at: None,
            policy_type: Some("S3_POLICY".to_owned()),
        };
        of(Evidence::present(
            policy,
            source("organizations.DescribeEffectivePolicy"),
        ))
    }

    #[test]
    fn the_policy_in_effect_decides() {
        let asked = || source("organizations.DescribeEffectivePolicy");
        let mut alone = asked();
        alone.code = Some(NO_ORGANIZATION.to_owned());
        let cases = vec![
            (
                "all",
                saying(r#"{"s3_attributes":{"public_access_block_configuration":"all"}}"#),
                Verdict::Pass,
                "turns all four switches",
            ),
            (
                "all, as an operator",
                saying(r#"{"s3_attributes":{"public_access_block_configuration":{"@@assign":"all"}}}"#),
                Verdict::Pass,
                "turns all four switches",
            ),
            (
                "none",
                saying(r#"{"s3_attributes":{"public_access_block_configuration":"none"}}"#),
                Verdict::Fail,
                "turns Block Public Access off",
            ),
            (
                "about something else",
                saying(r#"{"s3_attributes":{}}"#),
                Verdict::Fail,
                "says nothing",
            ),
            (
                "a new word",
                saying(r#"{"s3_attributes":{"public_access_block_configuration":"some"}}"#),
                Verdict::NotAssessed,
                "sets the public access block to",
            ),
            ("no JSON", saying("{"), Verdict::NotAssessed, "is no JSON"),
            (
                "no policy",
                of(Evidence::absent(asked())),
                Verdict::Fail,
                "No S3 policy",
            ),
            (
                "no organization",
                of(Evidence::absent(alone)),
                Verdict::NotApplicable,
                "belongs to no organization",
            ),
            (
                "denied",
                of(Evidence::gap(denied(), asked())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of Effective S3 policy",
            ),
        ];
        expect(&CHECK, cases);
    }
}
