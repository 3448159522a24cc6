//! What the checks have to say that look at what a bucket has to do with others: to which buckets, topics and accounts it sends
//! something, who sends something to it, and whether they are there.
//!
//! Written from the section "How it is judged" of their pages. Where a page asks who reaches a bucket, `access` is asked.

use std::collections::BTreeMap;

use s3attest_model::check::Severity;
use s3attest_model::finding::Verdict::{self, Fail, NotApplicable, NotAssessed, Pass};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    Account, AccountState, Bucket, CloudFrontBehavior, CloudFrontDistribution, CloudFrontOrigin, NotificationTarget,
    Notifications, ObjectFilter, Replication, ReplicationRule, Toggle, Trail,
};
use serde_json::Value;

use crate::access;
use crate::verdicts::{Key, Wanted, as_in_effect, holds};

/// An account outside every generated organization.
const STRANGER: &str = "464622532012";

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

#[derive(Clone, Copy)]
struct Place<'truth> {
    scenario: &'truth Scenario,
    account: &'truth Account,
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

    fn is_public(self, bucket: &Bucket) -> bool {
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

/// Adds what a generated organization may lack: trails that deliver to an open bucket and to a closed one, a bucket that sends
/// copies and events to a stranger, one whose copies go to nobody, and a distribution whose bucket is gone.
pub(crate) fn by_hand(scenario: &mut Scenario) {
    let open = {
        let scenario = as_in_effect(scenario.clone());
        active(&scenario)
            .flat_map(|account| account.buckets.iter().map(move |bucket| (account, bucket)))
            .find(|(account, bucket)| {
                let place = Place {
                    scenario: &scenario,
                    account,
                };
                bucket.policy.as_ref().is_some_and(|policy| policy.is_public) && place.is_public(bucket)
            })
            .map(|(account, bucket)| (account.id.clone(), bucket.name.clone(), bucket.region.clone()))
    };
    if let Some((owner, bucket, region)) = open {
        let accounts = &mut scenario.accounts;
        let account = accounts.iter_mut().find(|account| account.id == owner);
        let trails = &mut account.expect("it was seen").services.cloudtrail.trails;
        trails.push(trail("truth-in-the-open", &bucket, &region));
    }
    let account = scenario.accounts.last_mut().expect("an account");
    let trails = &mut account.services.cloudtrail.trails;
    trails.push(trail("truth-behind-doors", "truth-by-hand-0", "eu-west-1"));
    let joined = account.joined_at;
    let bare = |name: &str| Bucket::bare(name, "eu-west-1", joined);
    account.buckets.push(Bucket {
        replication: Some(copying("truth-strangers-bucket", Some(STRANGER))),
        notifications: Some(Notifications {
            functions: vec![NotificationTarget {
                id: "copy".to_owned(),
                arn: format!("arn:aws:lambda:eu-west-1:{STRANGER}:function:copy"),
                events: vec!["s3:ObjectCreated:*".to_owned()],
                prefix: None,
            }],
            ..Notifications::default()
        }),
        ..bare("truth-leads-out")
    });
    account.buckets.push(Bucket {
        replication: Some(copying("truth-gone", None)),
        ..bare("truth-leads-nowhere")
    });
    account.buckets.push(Bucket {
        replication: Some(copying("truth-leads-out", None)),
        ..bare("truth-leads-home")
    });
    let distributions = &mut account.services.cloudfront.distributions;
    distributions.push(distribution("ETRUTHGONE", "truth-gone.s3.eu-west-1.amazonaws.com"));
    let account = &mut scenario.accounts[0];
    if let Some(bucket) = account.buckets.first() {
        let host = format!("{}.s3.amazonaws.com", bucket.name);
        let distributions = &mut account.services.cloudfront.distributions;
        distributions.push(distribution("ETRUTHTHERE", &host));
    }
}

/// A trail that delivers to a bucket and has stopped.
fn trail(name: &str, bucket: &str, region: &str) -> Trail {
    Trail {
        name: name.to_owned(),
        region: region.to_owned(),
        is_multi_region: false,
        is_organization_trail: false,
        bucket: bucket.to_owned(),
        prefix: None,
        validates_log_files: false,
        logs_global_services: false,
        kms_key: None,
        log_group_arn: None,
        log_group_role_arn: None,
        topic_arn: None,
        status: s3attest_orgsim::scenario::TrailStatus::default(),
        selectors: None,
        insights: Vec::new(),
    }
}

fn copying(destination: &str, owner: Option<&str>) -> Replication {
    Replication {
        role: "arn:aws:iam::111111111111:role/replication".to_owned(),
        rules: vec![ReplicationRule {
            id: "all".to_owned(),
            status: Toggle::Enabled,
            priority: None,
            filter: ObjectFilter::default(),
            destination_bucket: destination.to_owned(),
            destination_account: owner.map(str::to_owned),
            replica_kms_key: None,
            delete_markers: None,
        }],
    }
}

fn distribution(id: &str, host: &str) -> CloudFrontDistribution {
    CloudFrontDistribution {
        id: id.to_owned(),
        enabled: true,
        aliases: Vec::new(),
        origins: vec![CloudFrontOrigin {
            id: "bucket".to_owned(),
            domain_name: host.to_owned(),
            path: String::new(),
            s3_access_identity: Some(String::new()),
            access_control_id: String::new(),
            custom_protocol_policy: None,
        }],
        default_behavior: CloudFrontBehavior {
            path_pattern: None,
            target_origin_id: "bucket".to_owned(),
            viewer_protocol_policy: "https-only".to_owned(),
            allowed_methods: vec!["HEAD".to_owned(), "GET".to_owned()],
            key_groups: Vec::new(),
        },
        behaviors: Vec::new(),
        acm_certificate: None,
        minimum_protocol_version: "TLSv1".to_owned(),
        web_acl_id: String::new(),
        logging: None,
        default_root_object: String::new(),
    }
}
