//! `s3-bucket-replication-cross-region`: whether a copy lies in another region.
//!
//! An ARN of a bucket names neither its account nor its region, so this is judged by the buckets that were seen. It does
//! not know whether replication succeeds.

use s3attest_model::bucket::{BucketSetting, ReplicationRule};
use s3attest_model::check::Severity;
use s3attest_model::identifiers::RegionName;

use super::s3_bucket_replication::enabled;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::index::bucket_of_arn;
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-replication-cross-region",
    title: "Replication reaches another region",
    severity: Severity::Low,
    question: "Does replication reach a bucket in another region?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Replication],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-replication-cross-region.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let rules = trail.read(&view.settings.replication)?.map(enabled).unwrap_or_default();
    if rules.is_empty() {
        return Ok(Judgement::not_applicable("The bucket has no enabled replication rule."));
    }
    let region = trail.read(&view.bucket.region)?;
    let own = region.ok_or_else(|| Unknown::not_understood("the list of buckets states no region for this one"))?;
    let mut no_help = Vec::new();
    let mut unknown = None;
    for rule in rules {
        let name = bucket_of_arn(&rule.destination_bucket);
        match place_of(view, trail, rule, name) {
            Ok(Place::In(region)) if region != own => {
                return Ok(Judgement::pass(format!(
                    "Replication from {own} reaches the bucket {name} in {region}."
                )));
            }
            Ok(Place::In(region)) => no_help.push(format!("{name} is in {region} too")),
            Ok(Place::Nowhere) => no_help.push(format!("{name} does not exist in this account, which the rule names")),
            Err(gap) => unknown = unknown.or(Some(gap)),
        }
    }
    if let Some(gap) = unknown {
        return Err(gap);
    }
    no_help.dedup();
    Ok(Judgement::fail(format!(
        "No replication rule of this bucket in {own} reaches another region: {}.",
        no_help.join("; ")
    )))
}

/// Where a destination is.
enum Place<'a> {
    In(&'a RegionName),
    /// The account that the rule names as the owner is this one, and it has no such bucket.
    Nowhere,
}

fn place_of<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    rule: &ReplicationRule,
    name: &str,
) -> Result<Place<'a>, Unknown<'a>> {
    let destination = if rule.destination_account.as_deref() == Some(view.bucket.account.as_str()) {
        match view.in_own_account(trail, name)? {
            Some(destination) => destination,
            None => return Ok(Place::Nowhere),
        }
    } else {
        view.anywhere(name)?
    };
    let region = trail.read_of(destination.arn.clone(), &destination.region)?;
    let unstated = || Unknown::not_understood(format!("the list of buckets states no region for {name}"));
    region.map(Place::In).ok_or_else(unstated)
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::Bucket;
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_replication::tests::{replicate, rule};
    use crate::checks::scene::{ACCOUNT, Scene, account_id, bucket, denied, expect, facts, region, source};

    const OTHER: &str = "222222222222";

    fn placed(name: &str, place: &str) -> Bucket {
        let mut bucket = bucket(name);
        bucket.region = Evidence::present(region(place), source("s3.ListBuckets"));
        bucket
    }

    fn scene(rules: Vec<ReplicationRule>, others: Vec<Bucket>) -> Scene {
        Scene::with(|scene| {
            replicate(&mut scene.bucket, rules);
            for other in others {
                scene.add(other);
            }
        })
    }

    fn to(destination: &str) -> ReplicationRule {
        rule("Enabled", destination, None)
    }

    #[test]
    fn the_region_of_a_destination_that_was_seen_decides() {
        let abroad = || placed("abroad", "us-east-1");
        let near = || placed("near", "eu-central-1");
        let in_other_account = Scene::with(|scene| {
            replicate(&mut scene.bucket, vec![rule("Enabled", "abroad", Some(OTHER))]);
            let mut other = abroad();
            other.account = account_id(OTHER);
            scene.others.push((facts(OTHER), other));
        });
        let cases = vec![
            (
                "another region",
                scene(vec![to("abroad")], vec![abroad()]),
                Verdict::Pass,
                "from eu-central-1 reaches the bucket abroad in us-east-1",
            ),
            (
                "another account",
                in_other_account,
                Verdict::Pass,
                "abroad in us-east-1",
            ),
            (
                "one of several suffices, whatever the others are",
                scene(vec![to("near"), to("unseen"), to("abroad")], vec![near(), abroad()]),
                Verdict::Pass,
                "abroad",
            ),
            (
                "the same region",
                scene(vec![to("near")], vec![near()]),
                Verdict::Fail,
                "near is in eu-central-1 too",
            ),
            (
                "a disabled rule counts for nothing",
                scene(
                    vec![rule("Disabled", "abroad", None), to("near")],
                    vec![abroad(), near()],
                ),
                Verdict::Fail,
                "near",
            ),
            (
                "missing in the account that the rule names",
                scene(vec![rule("Enabled", "lost", Some(ACCOUNT))], vec![]),
                Verdict::Fail,
                "lost does not exist in this account",
            ),
            (
                "absent",
                Scene::new(),
                Verdict::NotApplicable,
                "no enabled replication rule",
            ),
            (
                "disabled only",
                scene(vec![rule("Disabled", "abroad", None)], vec![abroad()]),
                Verdict::NotApplicable,
                "no enabled replication rule",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_destination_that_was_not_seen_is_unknown() {
        let near = || placed("near", "eu-central-1");
        let mut incomplete = scene(vec![rule("Enabled", "lost", Some(ACCOUNT))], vec![]);
        incomplete.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        let mut homeless = scene(vec![to("near")], vec![near()]);
        homeless.bucket.region = Evidence::gap(denied(), source("s3.ListBuckets"));
        let mut vague = near();
        vague.region = Evidence::gap(denied(), source("s3.ListBuckets"));
        let cases = vec![
            (
                "not seen",
                scene(vec![to("unseen")], vec![]),
                Verdict::NotAssessed,
                "unseen",
            ),
            (
                "owned by an account that was not read",
                scene(vec![rule("Enabled", "unseen", Some(OTHER))], vec![]),
                Verdict::NotAssessed,
                "unseen",
            ),
            (
                "not seen beside one in the same region",
                scene(vec![to("near"), to("unseen")], vec![near()]),
                Verdict::NotAssessed,
                "unseen",
            ),
            ("incomplete list", incomplete, Verdict::NotAssessed, "denied"),
            ("own region unknown", homeless, Verdict::NotAssessed, "denied"),
            (
                "its region unknown",
                scene(vec![to("near")], vec![vague]),
                Verdict::NotAssessed,
                "denied",
            ),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Replication)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
