//! `s3-referenced-bucket-exists`: whether the buckets exist to which this one sends logs, replicas and inventories.
//!
//! It does not know whether S3 may write there. What CloudFront refers to is judged by `cloudfront-origin-bucket-exists`.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::identifiers::AccountId;

use super::s3_bucket_replication::enabled;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::index::bucket_of_arn;
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-referenced-bucket-exists",
    title: "The buckets that are referred to exist",
    severity: Severity::High,
    question: "Does every bucket exist in the organization to which this one sends access logs, replicas or inventories?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing, AccountFact::OrganizationAccounts],
        settings: &[
            BucketSetting::Inventory,
            BucketSetting::Logging,
            BucketSetting::Replication,
        ],
    },
    page: include_str!("../../../../docs/checks/s3-referenced-bucket-exists.md"),
    judge: Judge::Bucket(judge),
};

/// A name that the bucket's settings refer to.
struct Reference<'a> {
    /// What is sent there.
    what: &'static str,
    name: &'a str,
    /// In which account the name has to be looked for.
    owner: Owner<'a>,
}

enum Owner<'a> {
    /// The bucket's own: S3 delivers access logs nowhere else (Amazon S3 User Guide, "Enabling Amazon S3 server access
    /// logging").
    Own,
    /// The one that the setting names.
    Named(&'a str),
    /// The setting names none.
    Anybody,
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let (references, mut unknown) = references(view, trail);
    let (mut there, mut missing) = (Vec::new(), Vec::new());
    for reference in &references {
        let Reference { what, name, .. } = reference;
        match lack(view, trail, reference) {
            Ok(None) => there.push(format!("{name} ({what})")),
            Ok(Some(lack)) => missing.push(format!("{what} go to the bucket {name}, {lack}")),
            Err(gap) => unknown = unknown.or(Some(gap)),
        }
    }
    if !missing.is_empty() {
        return Ok(Judgement::fail(format!(
            "A bucket that is referred to no longer exists or belongs to somebody else: {}.",
            missing.join("; ")
        )));
    }
    if let Some(gap) = unknown {
        return Err(gap);
    }
    Ok(if there.is_empty() {
        Judgement::not_applicable("The bucket sends neither access logs nor replicas nor inventories to a bucket.")
    } else {
        Judgement::pass(format!(
            "Every bucket that is referred to exists: {}.",
            there.join(", ")
        ))
    })
}

/// What the settings refer to, each name once, and why a setting is not known.
fn references<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> (Vec<Reference<'a>>, Option<Unknown<'a>>) {
    let mut found: Vec<Reference<'a>> = Vec::new();
    let mut unknown = None;
    match trail.read(&view.settings.logging) {
        Ok(destination) => found.extend(destination.map(|destination| Reference {
            what: "access logs",
            name: &destination.target_bucket,
            owner: Owner::Own,
        })),
        Err(gap) => unknown = unknown.or(Some(gap)),
    }
    match trail.read(&view.settings.replication) {
        Ok(configuration) => {
            let rules = configuration.map(enabled).unwrap_or_default();
            found.extend(rules.into_iter().map(|rule| Reference {
                what: "replicas",
                name: bucket_of_arn(&rule.destination_bucket),
                owner: rule.destination_account.as_deref().map_or(Owner::Anybody, Owner::Named),
            }));
        }
        Err(gap) => unknown = unknown.or(Some(gap)),
    }
    match trail.read(&view.settings.inventory) {
        Ok(configurations) => {
            let enabled = configurations.into_iter().flatten().filter(|each| each.is_enabled);
            let destinations = enabled.filter_map(|each| each.destination_bucket.as_deref());
            found.extend(destinations.map(|destination| Reference {
                what: "inventories",
                name: bucket_of_arn(destination),
                owner: Owner::Anybody,
            }));
        }
        Err(gap) => unknown = unknown.or(Some(gap)),
    }
    let mut seen = Vec::new();
    found.retain(|reference| {
        let key = (reference.what, reference.name);
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    (found, unknown)
}

/// What a reference lacks, in words that follow the bucket's name; `None` when the bucket is there.
fn lack<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    reference: &Reference<'a>,
) -> Result<Option<String>, Unknown<'a>> {
    let name = reference.name;
    if let Owner::Own = reference.owner {
        return Ok(match view.in_own_account(trail, name)? {
            Some(_) => None,
            None => Some("which this account does not have".to_owned()),
        });
    }
    if let Ok(found) = view.anywhere(name) {
        // That it stands in a list is known; what else the list says of it does not matter here.
        let _ = trail.read_of(found.arn.clone(), &found.region);
        return Ok(None);
    }
    if let Owner::Named(text) = reference.owner {
        let named = AccountId::new(text)
            .map_err(|_| Unknown::not_understood(format!("{text} is named as the owner of the bucket {name}")))?;
        if !view.organization.has(trail, &named)? {
            let detail =
                format!("bucket {name} of account {named} lies outside the organization and was not asked for");
            return Err(Unknown::because(Gap::new(GapCause::OutsideScan, detail)));
        }
        return Ok(match view.index.in_account(trail, &named, name)? {
            Some(_) => None,
            None => Some(format!("which account {named}, named as its owner, does not have")),
        });
    }
    Ok(match view.index.in_organization(trail, &view.organization, name)? {
        Some(_) => None,
        None => Some("which no account of the organization has".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::InventoryConfiguration;
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::logged;
    use crate::checks::s3_bucket_replication::tests::{replicate, rule};
    use crate::checks::scene::{
        ACCOUNT, Case, Scene, account, account_id, bucket, denied, expect, facts, organization, present, source,
    };

    const MEMBER: &str = "222222222222";
    const STRANGER: &str = "464622532012";

    fn replicating(destination: &str, owner: Option<&str>, change: impl FnOnce(&mut Scene)) -> Scene {
        Scene::with(|scene| {
            replicate(&mut scene.bucket, vec![rule("Enabled", destination, owner)]);
            change(scene);
        })
    }

    /// Another account of the organization, which was read, with a bucket named `copy`.
    fn member(scene: &mut Scene) {
        scene.organization = organization([account(ACCOUNT), account(MEMBER)]);
        let mut copy = bucket("copy");
        copy.account = account_id(MEMBER);
        scene.others.push((facts(MEMBER), copy));
    }

    fn unread_member(scene: &mut Scene) {
        scene.organization = organization([account(ACCOUNT), account(MEMBER)]);
    }

    fn listing(is_enabled: bool, destination: &str) -> Scene {
        Scene::with(|scene| {
            let configuration = InventoryConfiguration {
                id: "weekly".to_owned(),
                is_enabled,
                frequency: None,
                included_versions: "All".to_owned(),
                destination_bucket: Some(format!("arn:aws:s3:::{destination}")),
            };
            scene.bucket.settings.inventory = present(BucketSetting::Inventory, vec![configuration]);
        })
    }

    #[test]
    fn what_is_referred_to_has_to_be_there() {
        let cases: Vec<Case> = vec![
            (
                "log target",
                logged("logs", vec![bucket("logs")]),
                Verdict::Pass,
                "logs (access logs)",
            ),
            (
                "itself",
                logged("subject", vec![]),
                Verdict::Pass,
                "subject (access logs)",
            ),
            (
                "no log target",
                logged("gone", vec![]),
                Verdict::Fail,
                "access logs go to the bucket gone, which this account does not have",
            ),
            (
                "a member's copy",
                replicating("copy", None, member),
                Verdict::Pass,
                "copy (replicas)",
            ),
            (
                "no copy",
                replicating("gone", None, member),
                Verdict::Fail,
                "replicas go to the bucket gone, which no account of the organization has",
            ),
            (
                "no copy where the rule says",
                replicating("gone", Some(MEMBER), member),
                Verdict::Fail,
                "which account 222222222222, named as its owner, does not have",
            ),
            (
                "no inventory",
                listing(true, "gone"),
                Verdict::Fail,
                "inventories go to the bucket gone",
            ),
            (
                "a disabled inventory",
                listing(false, "gone"),
                Verdict::NotApplicable,
                "neither",
            ),
            ("nothing", Scene::new(), Verdict::NotApplicable, "neither"),
            (
                "missing beside something that could not be read",
                {
                    let mut scene = logged("gone", vec![]);
                    scene.withhold(BucketSetting::Replication);
                    scene
                },
                Verdict::Fail,
                "gone",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn what_was_not_asked_for_is_neither_there_nor_missing() {
        let mut incomplete = logged("gone", vec![]);
        incomplete.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        let mut beside = logged("logs", vec![bucket("logs")]);
        beside.withhold(BucketSetting::Inventory);
        let cases: Vec<Case> = vec![
            (
                "of a stranger",
                replicating("theirs", Some(STRANGER), |_| {}),
                Verdict::NotAssessed,
                "outside the organization",
            ),
            (
                "of an account that was not read",
                replicating("copy", Some(MEMBER), unread_member),
                Verdict::NotAssessed,
                "222222222222 was not read",
            ),
            (
                "perhaps of an account that was not read",
                replicating("copy", None, unread_member),
                Verdict::NotAssessed,
                "222222222222 was not read",
            ),
            (
                "of an account that is no account",
                replicating("copy", Some("nobody"), |_| {}),
                Verdict::NotAssessed,
                "nobody",
            ),
            (
                "own list incomplete",
                incomplete,
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("inventories refused", beside, Verdict::NotAssessed, "access was denied"),
        ];
        expect(&CHECK, cases);
    }
}
