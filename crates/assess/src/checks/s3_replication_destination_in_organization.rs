//! `s3-replication-destination-in-organization`: whether copies of the bucket's objects stay within the organization.
//!
//! An ARN of a bucket names no account. Whose bucket a destination is, is known from the lists of buckets that were read, or
//! else from the account that the rule names as its owner.

use s3attest_model::bucket::{BucketSetting, ReplicationRule};
use s3attest_model::check::Severity;
use s3attest_model::identifiers::AccountId;

use super::s3_bucket_replication::enabled;
use super::standing::{Standing, standing};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::index::bucket_of_arn;
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-replication-destination-in-organization",
    title: "Replication stays within the organization",
    severity: Severity::High,
    question: "Does every bucket to which this one replicates belong to an account of the organization?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing, AccountFact::OrganizationAccounts],
        settings: &[BucketSetting::Replication],
    },
    page: include_str!("../../../../docs/checks/s3-replication-destination-in-organization.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let rules = trail.read(&view.settings.replication)?.map(enabled).unwrap_or_default();
    if rules.is_empty() {
        return Ok(Judgement::not_applicable("The bucket has no enabled replication rule."));
    }
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    let mut unknown = None;
    for rule in rules {
        match owner_of(view, trail, rule) {
            Ok(Owner::Inside(words)) => inside.push(words),
            Ok(Owner::Outside(words)) => outside.push(words),
            Err(gap) => unknown = unknown.or(Some(gap)),
        }
    }
    inside.dedup();
    outside.dedup();
    if !outside.is_empty() {
        return Ok(Judgement::fail(format!(
            "Objects are replicated out of the organization: {}.",
            outside.join("; ")
        )));
    }
    match unknown {
        Some(gap) => Err(gap),
        None => Ok(Judgement::pass(format!(
            "Objects are replicated to {}.",
            inside.join("; ")
        ))),
    }
}

/// Whose bucket a destination is, in words that follow "replicated to" or stand by themselves.
enum Owner {
    Inside(String),
    Outside(String),
}

fn owner_of<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>, rule: &'a ReplicationRule) -> Result<Owner, Unknown<'a>> {
    let name = bucket_of_arn(&rule.destination_bucket);
    if let Ok(found) = view.anywhere(name) {
        // That it stands in the account's list is known; what else the list says of it does not matter here.
        let _ = trail.read_of(found.arn.clone(), &found.region);
        let standing = standing(view, trail, &found.account)?;
        let words = format!("the bucket {name} of {}", standing.of(&found.account));
        return Ok(match standing {
            Standing::Own | Standing::Member | Standing::Approved => Owner::Inside(words),
            Standing::Stranger => Owner::Outside(words),
        });
    }
    if let Some(text) = &rule.destination_account {
        let named = AccountId::new(text.as_str()).map_err(|_| {
            Unknown::not_understood(format!(
                "a replication rule names {text} as the owner of its destination"
            ))
        })?;
        let standing = standing(view, trail, &named)?;
        let words = format!("the bucket {name}, by its rule of {}", standing.of(&named));
        match standing {
            Standing::Approved => return Ok(Owner::Inside(words)),
            Standing::Stranger => return Ok(Owner::Outside(words)),
            // Their lists say more than a rule does.
            Standing::Own | Standing::Member => {}
        }
    }
    match view.index.in_organization(trail, &view.organization, name)? {
        Some(found) => Ok(Owner::Inside(format!("the bucket {name} of account {}", found.account))),
        None => Ok(Owner::Outside(format!(
            "the bucket {name}, which no account of the organization has"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_replication::tests::{replicate, rule};
    use crate::checks::scene::{
        ACCOUNT, Case, Scene, account, account_id, bucket, denied, expect, facts, organization, source,
    };

    const MEMBER: &str = "222222222222";
    const STRANGER: &str = "464622532012";

    fn scene(rules: Vec<ReplicationRule>, change: impl FnOnce(&mut Scene)) -> Scene {
        Scene::with(|scene| {
            replicate(&mut scene.bucket, rules);
            change(scene);
        })
    }

    fn to(destination: &str, owner: Option<&str>) -> ReplicationRule {
        rule("Enabled", destination, owner)
    }

    /// Another account of the organization, which was read, with a bucket named `copy`.
    fn member(scene: &mut Scene) {
        scene.organization = organization([account(ACCOUNT), account(MEMBER)]);
        let mut copy = bucket("copy");
        copy.account = account_id(MEMBER);
        scene.others.push((facts(MEMBER), copy));
    }

    #[test]
    fn a_destination_has_to_belong_to_the_organization() {
        let cases: Vec<Case> = vec![
            (
                "own",
                scene(vec![to("copy", None)], |scene| scene.add(bucket("copy"))),
                Verdict::Pass,
                "the bucket copy of this account",
            ),
            (
                "a member's, whatever the rule names",
                scene(vec![to("copy", Some(STRANGER))], member),
                Verdict::Pass,
                "the bucket copy of account 222222222222 of the organization",
            ),
            (
                "a stranger's by the rule",
                scene(vec![to("copy", Some(STRANGER))], |_| {}),
                Verdict::Fail,
                "by its rule of account 464622532012, which is no account of the organization",
            ),
            (
                "an approved stranger's",
                scene(vec![to("copy", Some(STRANGER))], |scene| {
                    scene.parameters.allowed_external_accounts = vec![account_id(STRANGER)];
                }),
                Verdict::Pass,
                "sharing is approved",
            ),
            (
                "nobody's of the organization",
                scene(vec![to("lost", None)], member),
                Verdict::Fail,
                "lost, which no account of the organization has",
            ),
            (
                "not even its owner's by the rule",
                scene(vec![to("lost", Some(MEMBER))], member),
                Verdict::Fail,
                "lost, which no account",
            ),
            (
                "one in, one out",
                scene(vec![to("copy", None), to("lost", None)], member),
                Verdict::Fail,
                "lost",
            ),
            (
                "disabled",
                scene(vec![rule("Disabled", "lost", Some(STRANGER))], |_| {}),
                Verdict::NotApplicable,
                "no enabled replication rule",
            ),
            ("none", Scene::new(), Verdict::NotApplicable, "no enabled"),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn an_unseen_destination_is_a_strangers_only_when_every_list_was_read() {
        let unread = |scene: &mut Scene| {
            scene.organization = organization([account(ACCOUNT), account(MEMBER)]);
        };
        let incomplete = |scene: &mut Scene| {
            member(scene);
            scene.others[0].0.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        };
        let more_accounts = |scene: &mut Scene| {
            scene.organization.listing = Evidence::gap(denied(), source("organizations.ListAccounts"));
        };
        let cases: Vec<Case> = vec![
            (
                "an account was not read",
                scene(vec![to("lost", None)], unread),
                Verdict::NotAssessed,
                "222222222222 was not read",
            ),
            (
                "the rule names an account that was not read",
                scene(vec![to("lost", Some(MEMBER))], unread),
                Verdict::NotAssessed,
                "222222222222 was not read",
            ),
            (
                "a list is incomplete",
                scene(vec![to("lost", None)], incomplete),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "which accounts there are is not known",
                scene(vec![to("lost", Some(STRANGER))], more_accounts),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "the rule's account is no account",
                scene(vec![to("lost", Some("nobody"))], |_| {}),
                Verdict::NotAssessed,
                "names nobody",
            ),
            (
                "refused",
                Scene::with(|scene| scene.withhold(BucketSetting::Replication)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
