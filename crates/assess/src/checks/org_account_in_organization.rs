//! `org-account-in-organization`: whether the account belongs to an organization.
//!
//! It does not judge where in the tree the account hangs.

use s3attest_model::check::Severity;
use s3attest_model::services::{EffectiveS3Policy, ServiceSource};

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "org-account-in-organization",
    title: "The account belongs to the organization",
    severity: Severity::High,
    question: "Does the account belong to the organization?",
    reads: Reads {
        sources: &[ServiceSource::EffectiveS3Policy],
        account: &[AccountFact::Organization, AccountFact::OrganizationAccounts],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/org-account-in-organization.md"),
    judge: Judge::Account(judge),
};

/// With this code Organizations tells an account that it belongs to none (AWS Organizations API Reference).
pub(super) const NO_ORGANIZATION: &str = "AWSOrganizationsNotInUseException";

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let evidence = view.organization.evidence;
    let organization = trail.read(&evidence.organization);
    if let Ok(Some(organization)) = &organization {
        let id = &organization.id;
        let account = &view.account.id;
        if *account == organization.management_account {
            return Ok(Judgement::pass(format!(
                "The account is the management account of the organization {id}."
            )));
        }
        if view.organization.has(trail, account)? {
            return Ok(Judgement::pass(format!(
                "The organization {id} lists the account as a member."
            )));
        }
        return Ok(Judgement::fail(format!(
            "The complete list of accounts of the organization {id} does not hold the account."
        )));
    }
    // What the account itself was told counts for it alone, whoever else was asked.
    let own = view.services.of_account::<EffectiveS3Policy>();
    if let Ok(own) = own
        && let Ok(None) = trail.read(&own.policy)
        && own.policy.source.code.as_deref() == Some(NO_ORGANIZATION)
    {
        return Ok(Judgement::fail(
            "AWS Organizations answers the account that it belongs to no organization.",
        ));
    }
    organization?;
    own.and_then(|own| trail.read(&own.policy))?;
    Err(Unknown::not_understood(
        "the account that asked belongs to no organization, and this one was not told whether it does",
    ))
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;
    use s3attest_model::organization::Organization;

    use super::*;
    use crate::checks::scene::{ACCOUNT, Scene, account, account_id, denied, expect, organization, source};

    fn ours(management: &str) -> Evidence<Organization> {
        Evidence::present(
            Organization {
                id: "o-ours".to_owned(),
                arn: String::new(),
                management_account: account_id(management),
                feature_set: None,
            },
            source("organizations.DescribeOrganization"),
        )
    }

    fn of(members: &[&str], said: Evidence<Organization>) -> Scene {
        Scene::with(|scene| {
            scene.organization = organization(members.iter().map(|id| account(id)));
            scene.organization.organization = said;
        })
    }

    fn none() -> Evidence<Organization> {
        Evidence::absent(source("organizations.DescribeOrganization"))
    }

    fn told(mut scene: Scene, code: Option<&str>) -> Scene {
        let mut asked = source("organizations.DescribeEffectivePolicy");
        asked.code = code.map(str::to_owned);
        scene.say(EffectiveS3Policy {
            policy: Evidence::absent(asked),
        });
        scene
    }

    #[test]
    fn the_organization_or_the_account_itself_says_it() {
        let other = "222222222222";
        let refused = || Evidence::gap(denied(), source("organizations.DescribeOrganization"));
        let mut half = of(&[other], ours(other));
        half.organization.listing = Evidence::gap(denied(), source("organizations.ListAccounts"));
        let cases = vec![
            (
                "a member",
                of(&[ACCOUNT, other], ours(other)),
                Verdict::Pass,
                "o-ours lists the account",
            ),
            (
                "the management account",
                of(&[ACCOUNT], ours(ACCOUNT)),
                Verdict::Pass,
                "management account of",
            ),
            (
                "another's",
                of(&[other], ours(other)),
                Verdict::Fail,
                "does not hold the account",
            ),
            ("perhaps a member", half, Verdict::NotAssessed, "access was denied"),
            (
                "none",
                told(of(&[ACCOUNT], none()), Some(NO_ORGANIZATION)),
                Verdict::Fail,
                "belongs to no organization",
            ),
            (
                "none, though the organization could not be asked",
                told(of(&[ACCOUNT], refused()), Some(NO_ORGANIZATION)),
                Verdict::Fail,
                "belongs to no organization",
            ),
            (
                "an account that was told something else",
                told(of(&[ACCOUNT], none()), Some("EffectivePolicyNotFoundException")),
                Verdict::NotAssessed,
                "was not told",
            ),
            (
                "the caller has none",
                of(&[ACCOUNT], none()),
                Verdict::NotAssessed,
                "no reading of Effective",
            ),
            (
                "denied",
                of(&[ACCOUNT], refused()),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
