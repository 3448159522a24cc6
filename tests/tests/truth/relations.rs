//! What the checks have to say that look at what a bucket has to do with others: to which buckets, topics and accounts it sends
//! something, who sends something to it, and whether they are there.
//!
//! Written from the section "How it is judged" of their pages. Where a page asks who reaches a bucket, `access` is asked.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::check::Severity;
use s3attest_model::finding::Verdict::{self, Fail, NotApplicable, NotAssessed, Pass};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    Account, AccountState, Bucket, CloudFrontBehavior, CloudFrontDistribution, CloudFrontOrigin, Grantee, Logging,
    NotificationTarget, Notifications, ObjectFilter, ObjectOwnership, Permission, Policy, Replication, ReplicationRule,
    Status, Toggle, Trail, Versioning,
};
use serde_json::Value;

use crate::access;
use crate::alarms;
use crate::policies::{Form, forms};
use crate::services;
use crate::settings::regions_of;
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
    fn is_trail_bucket(self, bucket: &Bucket) -> bool {
        let mut trails = active(self.scenario).flat_map(|account| &account.services.cloudtrail.trails);
        let is_named = trails.any(|trail| trail.bucket == bucket.name);
        // No trail works in a closed account, and the generator has accounts in no other state.
        if !is_named {
            return false;
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
        statements.iter().any(admits)
    }

    fn trail_bucket(self, bucket: &Bucket) -> Verdict {
        if self.is_trail_bucket(bucket) {
            holds(!self.is_public(bucket))
        } else {
            NotApplicable
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
        match algorithm {
            Some("aws:kms" | "aws:kms:dsse") => Pass,
            _ if self.is_trail_bucket(bucket) || self.is_log_target(bucket) || is_website => NotApplicable,
            _ => Fail,
        }
    }

    fn objects_are_locked(self, bucket: &Bucket) -> Wanted {
        let any_endpoint = [".s3-website-", ".s3-website.", ".s3.", ".s3-"];
        if bucket.object_lock.is_some_and(|lock| lock.default_retention.is_some()) {
            Pass.into()
        } else if self.is_log_target(bucket) {
            NotApplicable.into()
        } else if self.is_trail_bucket(bucket) {
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
        let is_on = |region: &String| {
            regions
                .get(region.as_str())
                .is_some_and(|status| status.starts_with("ENABLED"))
        };
        let channels = services.config.regions.iter().filter(|(region, _)| is_on(region));
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

/// Adds what a generated organization may lack: an open bucket with access logs and a trail's log files, a trail that delivers
/// to a closed one, a log target that keeps versions, a bucket that sends copies and events to a stranger, one whose copies go to nobody, and a distribution whose bucket is gone.
pub(crate) fn by_hand(scenario: &mut Scenario) {
    // The first account whose buckets anybody can open, when nothing but the organization keeps them closed.
    for at in 0..scenario.accounts.len() {
        let mut trial = scenario.clone();
        let account = &mut trial.accounts[at];
        account.public_access_block = None;
        let joined = account.joined_at;
        account.buckets.push(open_bucket("truth-in-the-open", joined));
        let trails = &mut account.services.cloudtrail.trails;
        trails.push(trail("truth-in-the-open", "truth-in-the-open", "eu-west-1"));
        account.buckets.push(Bucket {
            logging: Some(logging_to("truth-in-the-open")),
            ..Bucket::bare("truth-logs-in-the-open", "eu-west-1", joined)
        });
        let in_effect = as_in_effect(trial.clone());
        let account = &in_effect.accounts[at];
        let bucket = account.buckets.iter().find(|bucket| bucket.name == "truth-in-the-open");
        let place = Place {
            scenario: &in_effect,
            account,
        };
        if account.state == AccountState::Active && place.is_public(bucket.expect("it was made")) {
            *scenario = trial;
            break;
        }
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
        logging: Some(logging_to("truth-leads-home")),
        ..bare("truth-leads-nowhere")
    });
    account.buckets.push(Bucket {
        replication: Some(copying("truth-leads-out", None)),
        versioning: Some(Versioning {
            status: Status::Enabled,
            mfa_delete: None,
        }),
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

/// A bucket that everyone reads.
fn open_bucket(name: &str, created_at: jiff::Timestamp) -> Bucket {
    let statement = serde_json::json!({"Sid": "PublicReadGetObject", "Effect": "Allow", "Principal": "*",
        "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::{name}/*")});
    Bucket {
        policy: Some(Policy {
            document: serde_json::json!({"Version": "2012-10-17", "Statement": [statement]}).to_string(),
            is_public: true,
        }),
        ..Bucket::bare(name, "eu-west-1", created_at)
    }
}

fn logging_to(target: &str) -> Logging {
    Logging {
        target_bucket: target.to_owned(),
        target_prefix: "logs/".to_owned(),
        target_grants: Vec::new(),
        key_format: None,
    }
}

/// A trail that delivers to a bucket and has stopped.
pub(crate) fn trail(name: &str, bucket: &str, region: &str) -> Trail {
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
