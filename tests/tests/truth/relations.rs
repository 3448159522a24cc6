//! What the checks have to say that look at what a bucket has to do with others: to which buckets, topics and accounts it sends
//! something, who sends something to it, and whether they are there.
//!
//! Written from the section "How it is judged" of their pages. Where a page asks who reaches a bucket, `access` is asked.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::check::Severity;
use s3attest_model::finding::Verdict::{self, Fail, NotApplicable, NotAssessed, Pass};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    Account, AccountState, Bucket, CloudFrontOrigin, Grantee, ObjectOwnership, Permission, ReplicationRule, Status,
    Toggle, Trail,
};
use serde_json::Value;

use crate::access;
use crate::alarms;
use crate::policies::{Form, forms};
use crate::services;
use crate::settings::regions_of;
use crate::verdicts::{Key, Wanted, as_in_effect, holds};

/// Every finding that has to be there.
pub(crate) fn of(scenario: &Scenario) -> BTreeMap<Key, Wanted> {
    let scenario = &as_in_effect(scenario.clone());
    let mut all = BTreeMap::new();
    let mut want = |account: &str, name: &str, check: &str, wanted: Wanted| {
        let key = (account.to_owned(), name.to_owned(), check.to_owned());
        assert!(all.insert(key, wanted).is_none(), "{check} is expected twice");
    };
    for account in active(scenario) {
        let place = Place { scenario, account };
        let id = &account.id;
        want(id, id, "cloudfront-origin-bucket-exists", place.origins().into());
        want(id, id, "sns-topic-protected", place.topics());
        let told = alarms::of(scenario, account);
        want(id, id, "trail-s3-policy-change-alarm", told.into());
        for bucket in &account.buckets {
            for (check, wanted) in [
                ("trail-log-bucket-not-public", place.trail_bucket(bucket).into()),
                (
                    "s3-replication-destination-in-organization",
                    place.copies_stay(bucket).into(),
                ),
                (
                    "s3-notification-target-in-organization",
                    place.events_stay(bucket).into(),
                ),
                ("s3-referenced-bucket-exists", place.references_hold(bucket).into()),
                ("s3-log-target-protected", place.logs_are_safe(bucket)),
                ("s3-bucket-access-logging", place.requests_are_logged(bucket).into()),
                ("s3-bucket-kms-encryption", place.kms_encrypts(bucket).into()),
                ("s3-bucket-object-lock", place.objects_are_locked(bucket)),
            ] {
                want(id, &bucket.name, check, wanted);
            }
        }
    }
    all
}

fn active(scenario: &Scenario) -> impl Iterator<Item = &Account> {
    let accounts = scenario.accounts.iter();
    accounts.filter(|account| account.state == AccountState::Active)
}

fn enabled_rules(bucket: &Bucket) -> Vec<&ReplicationRule> {
    let rules = bucket.replication.iter().flat_map(|replication| &replication.rules);
    rules.filter(|rule| rule.status == Toggle::Enabled).collect()
}

/// The worst of several: a fail counts before what is not known, and that before a pass.
fn worst(verdicts: &[Verdict]) -> Verdict {
    let worse = [Fail, NotAssessed, Pass];
    let mut found = worse.into_iter().filter(|verdict| verdicts.contains(verdict));
    found.next().unwrap_or(NotApplicable)
}

/// An account in its organization.
#[derive(Clone, Copy)]
pub(crate) struct Place<'truth> {
    pub(crate) scenario: &'truth Scenario,
    pub(crate) account: &'truth Account,
}

impl Place<'_> {
    /// Whether the buckets of every account are listed.
    fn all_listed(self) -> bool {
        self.scenario
            .accounts
            .iter()
            .all(|account| account.state == AccountState::Active)
    }

    fn is_member(self, account: &str) -> bool {
        self.scenario.account(account).is_some()
    }

    fn is_listed(self, bucket: &str) -> bool {
        let found = self.scenario.bucket(bucket);
        found.is_some_and(|(account, _)| account.state == AccountState::Active)
    }

    /// Pass for a bucket that an account lists; else its absence is known only when all do.
    fn listed_somewhere(self, bucket: &str) -> Verdict {
        if self.is_listed(bucket) {
            Pass
        } else if self.all_listed() {
            Fail
        } else {
            NotAssessed
        }
    }

    /// Whether a trail names the bucket, and the policy may let it in.
    fn is_trail_bucket(self, bucket: &Bucket) -> Option<bool> {
        let mut trails = active(self.scenario).flat_map(|account| &account.services.cloudtrail.trails);
        let is_named = trails.any(|trail| trail.bucket == bucket.name);
        // Trails of a closed account may go on delivering, and nobody is shown them.
        if !is_named && self.all_listed() {
            return Some(false);
        }
        let text = bucket.policy.as_ref().map_or("{}", |policy| policy.document.as_str());
        let document: Value = serde_json::from_str(text).expect("policies are JSON");
        let statements = document["Statement"].as_array().cloned().unwrap_or_default();
        let admits = |statement: &Value| {
            let principal = statement["Principal"].to_string();
            statement["Effect"] == "Allow"
                && (statement.get("NotPrincipal").is_some()
                    || principal.contains("\"*\"")
                    || principal.contains("\"cloudtrail."))
        };
        match (statements.iter().any(admits), is_named) {
            (false, _) => Some(false),
            (true, true) => Some(true),
            (true, false) => None,
        }
    }

    fn trail_bucket(self, bucket: &Bucket) -> Verdict {
        match self.is_trail_bucket(bucket) {
            Some(false) => NotApplicable,
            None => NotAssessed,
            Some(true) => holds(!self.is_public(bucket)),
        }
    }

    /// Whether the public reads or writes, as `access` tells it.
    pub(crate) fn is_public(self, bucket: &Bucket) -> bool {
        let said = access::of(self.scenario, self.account, bucket);
        let open = ["s3-bucket-public-read", "s3-bucket-public-write"];
        said.iter()
            .any(|(check, verdict)| open.contains(check) && *verdict == Fail)
    }

    fn copies_stay(self, bucket: &Bucket) -> Verdict {
        let of_rule = |rule: &&ReplicationRule| {
            let name = &rule.destination_bucket;
            match &rule.destination_account {
                Some(owner) if !self.is_listed(name) && !self.is_member(owner) => Fail,
                _ => self.listed_somewhere(name),
            }
        };
        worst(&enabled_rules(bucket).iter().map(of_rule).collect::<Vec<_>>())
    }

    fn events_stay(self, bucket: &Bucket) -> Verdict {
        let Some(notifications) = &bucket.notifications else {
            return NotApplicable;
        };
        let lists = [&notifications.topics, &notifications.queues, &notifications.functions];
        let owners: Vec<&str> = lists
            .into_iter()
            .flatten()
            .map(|target| target.arn.split(':').nth(4).expect("an ARN of five parts at least"))
            .collect();
        if owners.is_empty() && !notifications.event_bridge {
            return NotApplicable;
        }
        holds(owners.into_iter().all(|owner| self.is_member(owner)))
    }

    fn references_hold(self, bucket: &Bucket) -> Verdict {
        let has_own = |name: &str| self.account.buckets.iter().any(|other| other.name == name);
        let mut verdicts = Vec::new();
        if let Some(logging) = &bucket.logging {
            verdicts.push(holds(has_own(&logging.target_bucket)));
        }
        for rule in enabled_rules(bucket) {
            let name = &rule.destination_bucket;
            let owner = rule.destination_account.as_ref();
            verdicts.push(match owner.map(|owner| self.scenario.account(owner)) {
                _ if self.is_listed(name) => Pass,
                // A stranger's buckets are not asked for, nor those of a closed account.
                Some(None) => NotAssessed,
                Some(Some(owner)) if owner.state != AccountState::Active => NotAssessed,
                Some(Some(_)) => Fail,
                None => self.listed_somewhere(name),
            });
        }
        for inventory in bucket.inventory.iter().filter(|each| each.is_enabled) {
            verdicts.push(self.listed_somewhere(&inventory.destination_bucket));
        }
        worst(&verdicts)
    }

    fn is_log_target(self, bucket: &Bucket) -> bool {
        self.account.buckets.iter().any(|other| {
            let logs_here = other
                .logging
                .as_ref()
                .is_some_and(|logging| logging.target_bucket == bucket.name);
            logs_here && other.name != bucket.name && other.region == bucket.region
        })
    }

    /// Whether an enabled distribution of any account fetches from the bucket by a host name with this after the bucket's.
    fn is_fetched_by(self, bucket: &Bucket, endpoints: &[&str]) -> bool {
        let accounts = active(self.scenario);
        let mut distributions = accounts.flat_map(|account| &account.services.cloudfront.distributions);
        let is_it = |origin: &CloudFrontOrigin| {
            let in_host = endpoints
                .iter()
                .any(|endpoint| origin.domain_name.starts_with(&format!("{}{endpoint}", bucket.name)));
            let in_path = origin.domain_name.starts_with("s3.")
                && endpoints.contains(&".s3.")
                && origin.path.split('/').nth(1) == Some(bucket.name.as_str());
            in_host || in_path
        };
        distributions.any(|each| each.enabled && each.origins.iter().any(is_it))
    }

    /// SSE-S3 is taken where access logs, the log files of a trail or a website lie.
    fn kms_encrypts(self, bucket: &Bucket) -> Verdict {
        let algorithm = bucket.encryption.as_ref().and_then(|each| each.algorithm.as_deref());
        let is_website = bucket.website.is_some() && self.is_fetched_by(bucket, &[".s3-website-", ".s3-website."]);
        match (algorithm, self.is_trail_bucket(bucket)) {
            (Some("aws:kms" | "aws:kms:dsse"), _) => Pass,
            (_, Some(true)) => NotApplicable,
            _ if self.is_log_target(bucket) || is_website => NotApplicable,
            (_, None) => NotAssessed,
            (_, Some(false)) => Fail,
        }
    }

    fn objects_are_locked(self, bucket: &Bucket) -> Wanted {
        let any_endpoint = [".s3-website-", ".s3-website.", ".s3.", ".s3-"];
        if bucket.object_lock.is_some_and(|lock| lock.default_retention.is_some()) {
            Pass.into()
        } else if self.is_log_target(bucket) {
            NotApplicable.into()
        } else if self.is_trail_bucket(bucket) == Some(true) {
            Severity::High.into()
        } else if bucket.object_lock.is_some() || self.is_fetched_by(bucket, &any_endpoint) {
            Severity::Low.into()
        } else {
            Severity::Medium.into()
        }
    }

    /// By S3, or by trails that log all reads and all writes.
    fn requests_are_logged(self, bucket: &Bucket) -> Verdict {
        if bucket.logging.is_some() {
            return Pass;
        }
        if self.is_log_target(bucket) {
            return NotApplicable;
        }
        let trails = services::shown(self.scenario, self.account).into_iter();
        let covering: Vec<&Trail> = trails
            .filter(|trail| trail.is_multi_region || trail.region == bucket.region)
            .collect();
        // The worst of the two: both kinds have to be logged.
        let kinds = services::of_objects(&covering, bucket);
        worst(&kinds.iter().map(|(_, wanted)| wanted.verdict).collect::<Vec<_>>())
    }

    /// Whether the public writes is told as `access` tells it; who else does, from the forms of the policy.
    fn logs_are_safe(self, bucket: &Bucket) -> Wanted {
        let said = access::of(self.scenario, self.account, bucket);
        let of = |check: &str| {
            said.iter()
                .find(|(each, _)| *each == check)
                .map(|(_, verdict)| *verdict)
        };
        if of("s3-log-target-not-public") == Some(NotApplicable) {
            return NotApplicable.into();
        }
        let forms = forms(self.scenario, self.account, bucket).unwrap_or_default();
        let blocks = [bucket.public_access_block, self.account.public_access_block];
        let restricts = blocks.iter().flatten().any(|block| block.restrict_public_buckets);
        let is_public_policy = bucket.policy.as_ref().is_some_and(|policy| policy.is_public);
        let neighbour = forms.contains(&Form::ShareEverything) && !(is_public_policy && restricts);
        let is_versioned = bucket.versioning.is_some_and(|each| each.status == Status::Enabled);
        let has_effect = bucket.ownership != Some(ObjectOwnership::BucketOwnerEnforced);
        let names_somebody = bucket.acl.iter().flatten().any(|grant| {
            let writes = !matches!(grant.permission, Permission::Read | Permission::ReadAcp);
            has_effect && writes && matches!(grant.grantee, Grantee::CanonicalUser(_))
        });
        if of("s3-bucket-public-write") == Some(Fail) || neighbour {
            Severity::High.into()
        } else if !is_versioned {
            Severity::Medium.into()
        } else if names_somebody {
            // Whose canonical user id it is, nobody says.
            NotAssessed.into()
        } else {
            Pass.into()
        }
    }

    /// The topics that buckets, trails and delivery channels of the account name.
    fn topics(self) -> Wanted {
        let Self { scenario, account } = self;
        let services = &account.services;
        let by_buckets = account
            .buckets
            .iter()
            .filter_map(|bucket| bucket.notifications.as_ref());
        let by_buckets = by_buckets.flat_map(|notifications| notifications.topics.iter().map(|topic| &topic.arn));
        let by_trails = services
            .cloudtrail
            .trails
            .iter()
            .filter_map(|trail| trail.topic_arn.as_ref());
        let regions = regions_of(scenario, account);
        let is_enabled = |region: &String| {
            regions
                .get(region.as_str())
                .is_some_and(|status| status.starts_with("ENABLED"))
        };
        let channels = services.config.regions.iter().filter(|(region, _)| is_enabled(region));
        let by_channels = channels.filter_map(|(_, here)| here.channel.as_ref()?.topic_arn.as_ref());
        let named: BTreeSet<&String> = by_buckets.chain(by_trails).chain(by_channels).collect();
        let mut found = Vec::new();
        let mut is_open = false;
        for arn in named {
            let parts: Vec<&str> = arn.split(':').collect();
            let (region, owner, name) = (parts[3], parts[4], parts[5]);
            let is_own = owner == account.id;
            let topics = scenario.account(owner).map_or(&[][..], |owner| &owner.services.topics);
            let topic = topics.iter().find(|topic| topic.region == region && topic.name == name);
            found.push(match topic {
                Some(topic) if is_own || topic.readers.contains(&account.id) => {
                    // The generator writes an open statement, and one for S3 that names no source.
                    let everyone = topic.policy.contains("\"Open\"");
                    let document: Value = serde_json::from_str(&topic.policy).expect("policies are JSON");
                    let statements = document["Statement"].as_array().cloned().unwrap_or_default();
                    let any_s3 = statements
                        .iter()
                        .any(|each| each["Principal"].get("Service").is_some() && each.get("Condition").is_none());
                    is_open |= everyone;
                    holds(topic.kms_key.is_some() && !everyone && !any_s3)
                }
                None if is_own => NotApplicable,
                Some(_) | None => NotAssessed,
            });
        }
        match worst(&found) {
            Fail if is_open => Severity::High.into(),
            Fail => Severity::Medium.into(),
            verdict => verdict.into(),
        }
    }

    fn origins(self) -> Verdict {
        let distributions = self.account.services.cloudfront.distributions.iter();
        let origins = distributions.filter(|each| each.enabled).flat_map(|each| &each.origins);
        let verdicts: Vec<Verdict> = origins
            .filter_map(|origin| {
                let host = origin.domain_name.as_str();
                if host.contains("accesspoint") {
                    return None;
                }
                // The forms of the generated host names, and of those that are made by hand.
                let ends = [".s3.", ".s3-website-", ".s3-website.", ".s3-"];
                let named = ends.iter().find_map(|end| host.split_once(end)).map(|(name, _)| name);
                let in_path = || origin.path.split('/').nth(1);
                match named {
                    Some(name) => Some(self.listed_somewhere(name)),
                    None if host.starts_with("s3.") => {
                        Some(in_path().map_or(NotAssessed, |name| self.listed_somewhere(name)))
                    }
                    None => origin.s3_access_identity.as_ref().map(|_| NotAssessed),
                }
            })
            .collect();
        worst(&verdicts)
    }
}
