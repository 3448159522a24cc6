//! `s3-bucket-replication`: whether objects are copied to another bucket.
//!
//! It does not know where the copies lie, nor whether replication succeeds.

use s3attest_model::bucket::{BucketSetting, ReplicationConfiguration, ReplicationRule};
use s3attest_model::check::Severity;

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::index::bucket_of_arn;
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-replication",
    title: "A replication rule is in force",
    severity: Severity::Low,
    question: "Does the bucket have an enabled replication rule?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Replication, BucketSetting::Logging],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-replication.md"),
    judge: Judge::Bucket(judge),
};

/// The rules that are in force.
pub(super) fn enabled(configuration: &ReplicationConfiguration) -> Vec<&ReplicationRule> {
    let in_force = configuration.rules.iter().filter(|rule| rule.status == "Enabled");
    in_force.collect()
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let configuration = trail.read(&view.settings.replication)?;
    if let Some(configuration) = configuration {
        let enabled = enabled(configuration);
        if !enabled.is_empty() {
            let mut destinations: Vec<_> = enabled
                .iter()
                .map(|rule| bucket_of_arn(&rule.destination_bucket))
                .collect();
            destinations.sort_unstable();
            destinations.dedup();
            return Ok(Judgement::pass(format!(
                "Of {} replication rules {} in force, to {}.",
                configuration.rules.len(),
                if enabled.len() == 1 {
                    "1 is".to_owned()
                } else {
                    format!("{} are", enabled.len())
                },
                destinations.join(", ")
            )));
        }
    }
    let found = match configuration {
        Some(_) => "No replication rule is enabled",
        None => "The bucket has no replication configuration",
    };
    // Each of the two excuses suffices, so a gap in one of them matters only when the other does not hold.
    let replica = view.replica(trail);
    if let Ok(Some(role)) = replica {
        return Ok(Judgement::not_applicable(format!("{found}, and {}.", role.said())));
    }
    let log_target = view.log_target(trail);
    if let Ok(Some(role)) = log_target {
        return Ok(Judgement::not_applicable(format!("{found}, and {}.", role.said())));
    }
    replica?;
    log_target?;
    Ok(Judgement::fail(format!(
        "{found}, and no other bucket of the account replicates here or sends its access logs here."
    )))
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::bucket::Bucket;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::logging_to;
    use crate::checks::scene::{Scene, bucket, denied, expect, present};

    /// A rule with a status, a destination and the account that it names.
    pub(in crate::checks) fn rule(status: &str, destination: &str, account: Option<&str>) -> ReplicationRule {
        ReplicationRule {
            id: Some("rule".to_owned()),
            status: status.to_owned(),
            destination_bucket: format!("arn:aws:s3:::{destination}"),
            destination_account: account.map(str::to_owned),
            replica_kms_key: None,
            delete_marker_replication: None,
            prefix: None,
            filters_by_tag: false,
        }
    }

    /// Gives a bucket these rules.
    pub(in crate::checks) fn replicate(bucket: &mut Bucket, rules: Vec<ReplicationRule>) {
        let configuration = ReplicationConfiguration {
            role: "arn:aws:iam::111111111111:role/replication".to_owned(),
            rules,
        };
        bucket.settings.replication = present(BucketSetting::Replication, configuration);
    }

    fn replicating(name: &str, status: &str, destination: &str) -> Bucket {
        let mut bucket = bucket(name);
        replicate(&mut bucket, vec![rule(status, destination, None)]);
        bucket
    }

    fn unread(name: &str, setting: BucketSetting) -> Bucket {
        let mut bucket = bucket(name);
        bucket.settings.withhold(setting, denied());
        bucket
    }

    fn ruled(rules: Vec<ReplicationRule>) -> Scene {
        Scene::with(|scene| replicate(&mut scene.bucket, rules))
    }

    #[test]
    fn an_enabled_rule_passes_and_its_destination_is_named() {
        let cases = vec![
            (
                "one",
                ruled(vec![rule("Enabled", "copy", None)]),
                Verdict::Pass,
                "1 is in force, to copy",
            ),
            (
                "several to two buckets",
                ruled(vec![
                    rule("Enabled", "two", None),
                    rule("Enabled", "one", None),
                    rule("Enabled", "two", None),
                    rule("Disabled", "three", None),
                ]),
                Verdict::Pass,
                "Of 4 replication rules 3 are in force, to one, two.",
            ),
            (
                "disabled",
                ruled(vec![rule("Disabled", "copy", None)]),
                Verdict::Fail,
                "No replication rule is enabled",
            ),
            ("absent", Scene::new(), Verdict::Fail, "no replication configuration"),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Replication)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_replica_or_a_log_target_is_excused_when_it_is_known_to_be_one() {
        let beside = |others: Vec<Bucket>| Scene::with(|scene| others.into_iter().for_each(|other| scene.add(other)));
        let source = || replicating("source", "Enabled", "subject");
        let logging = BucketSetting::Logging;
        let replication = BucketSetting::Replication;
        let cases = vec![
            (
                "replica",
                beside(vec![source()]),
                Verdict::NotApplicable,
                "itself a replica",
            ),
            (
                "replica by a disabled rule",
                beside(vec![replicating("source", "Disabled", "subject")]),
                Verdict::Fail,
                "no other bucket",
            ),
            (
                "log target",
                beside(vec![logging_to("app", "subject")]),
                Verdict::NotApplicable,
                "log target",
            ),
            (
                "replica whatever is logged",
                beside(vec![source(), unread("app", logging)]),
                Verdict::NotApplicable,
                "replica",
            ),
            (
                "log target whatever is replicated",
                beside(vec![logging_to("app", "subject"), unread("source", replication)]),
                Verdict::NotApplicable,
                "log target",
            ),
            (
                "perhaps a replica",
                beside(vec![unread("source", replication)]),
                Verdict::NotAssessed,
                "denied",
            ),
            (
                "perhaps a log target",
                beside(vec![unread("app", logging)]),
                Verdict::NotAssessed,
                "denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
