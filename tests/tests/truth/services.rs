//! What the checks on CloudTrail, AWS Config and KMS have to say of the scenario, written from the section "How it is judged"
//! of their pages.
//!
//! Which events a trail logs is not worked out but tried: events that may happen to a bucket's objects are held against the
//! selectors one by one.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use s3attest_model::check::Severity;
use s3attest_model::finding::Verdict::{self, Fail, NotApplicable, NotAssessed, Pass};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    Account, AccountState, Bucket, ConfigRegion, ConfigRule, KmsKey, Trail, TrailAdvancedSelector, TrailBasicSelector,
    TrailSelectors,
};

use crate::settings::regions_of;
use crate::verdicts::{Key, Wanted, holds};

/// Every finding that has to be there, for a scan at a time.
pub(crate) fn of(scenario: &Scenario, scanned_at: Timestamp) -> BTreeMap<Key, Wanted> {
    let mut all = BTreeMap::new();
    let mut want = |account: &str, name: &str, check: &str, wanted: Wanted| {
        let key = (account.to_owned(), name.to_owned(), check.to_owned());
        assert!(all.insert(key, wanted).is_none(), "{check} is expected twice");
    };
    if let Some(organization) = &scenario.organization {
        let trails = trails_of_organization(scenario);
        let is_logging = trails
            .iter()
            .any(|trail| trail.is_multi_region && trail.status.is_logging);
        let management = organization.management_account.as_str();
        want(management, &organization.id, "org-trail", holds(is_logging).into());
    } else {
        let lone = scenario.caller_account.as_str();
        want(lone, lone, "org-trail", NotApplicable.into());
    }
    for account in scenario
        .accounts
        .iter()
        .filter(|each| each.state == AccountState::Active)
    {
        let id = account.id.as_str();
        let trails = shown(scenario, account);
        for (check, wanted) in of_trails(scenario, &trails, scanned_at) {
            want(id, id, check, wanted);
        }
        for (region, status) in regions_of(scenario, account) {
            if !status.starts_with("ENABLED") {
                continue;
            }
            for (check, wanted) in of_config(account.services.config.regions.get(region)) {
                want(id, region, check, wanted);
            }
        }
        for bucket in &account.buckets {
            let covering: Vec<&Trail> = trails
                .iter()
                .copied()
                .filter(|trail| trail.is_multi_region || trail.region == bucket.region)
                .collect();
            let here = account.services.config.regions.get(&bucket.region);
            let checks = of_objects(&covering, bucket)
                .into_iter()
                .chain(of_keys(scenario, account, bucket))
                .chain(of_rules(here, bucket));
            for (check, wanted) in checks {
                want(id, &bucket.name, check, wanted);
            }
        }
    }
    all
}

/// The organization's trails, which belong to its management account.
fn trails_of_organization(scenario: &Scenario) -> Vec<&Trail> {
    let management = scenario
        .organization
        .as_ref()
        .map(|organization| &organization.management_account);
    let owner = management.and_then(|id| scenario.account(id));
    let trails = owner.into_iter().flat_map(|owner| &owner.services.cloudtrail.trails);
    trails.filter(|trail| trail.is_organization_trail).collect()
}

/// The trails that an account is shown in any of its regions.
pub(crate) fn shown<'truth>(scenario: &'truth Scenario, account: &'truth Account) -> Vec<&'truth Trail> {
    let own = account.services.cloudtrail.trails.iter();
    let own = own.filter(|trail| !trail.is_organization_trail);
    own.chain(trails_of_organization(scenario)).collect()
}

/// Checks on the trails of an account.
fn of_trails(scenario: &Scenario, trails: &[&Trail], scanned_at: Timestamp) -> Vec<(&'static str, Wanted)> {
    let recent = |time: Option<Timestamp>| {
        time.is_some_and(|time| scanned_at.duration_since(time) < SignedDuration::from_hours(24))
    };
    // Each trail has to hold; without any there is nothing to ask.
    let each = |test: &dyn Fn(&Trail) -> Verdict| {
        let verdicts: Vec<Verdict> = trails.iter().map(|trail| test(trail)).collect();
        let has = |verdict| verdicts.contains(&verdict);
        if has(Fail) {
            Fail
        } else if has(NotAssessed) {
            NotAssessed
        } else if trails.is_empty() {
            NotApplicable
        } else {
            Pass
        }
    };
    let delivers = |trail: &Trail| {
        let status = &trail.status;
        holds(status.is_logging && status.delivery_error.is_none() && recent(status.delivered_at))
    };
    let to_log_group = |trail: &Trail| {
        let status = &trail.status;
        holds(trail.log_group_arn.is_some() && status.log_group_error.is_none() && recent(status.delivered_at))
    };
    let logs_access = |trail: &Trail| match scenario.bucket(&trail.bucket) {
        Some((owner, bucket)) if owner.state == AccountState::Active => holds(bucket.logging.is_some()),
        Some(_) | None => NotAssessed,
    };
    let logs_everything =
        |trail: &&&Trail| trail.is_multi_region && trail.status.is_logging && logs_management_events(trail);
    let looks = |trail: &&Trail| {
        trail
            .insights
            .iter()
            .any(|insight| insight.kind == "ApiCallRateInsight")
    };
    vec![
        (
            "trail-multi-region",
            holds(trails.iter().find(logs_everything).is_some()).into(),
        ),
        (
            "trail-log-file-validation",
            each(&|trail| holds(trail.validates_log_files)).into(),
        ),
        (
            "trail-kms-encryption",
            each(&|trail| holds(trail.kms_key.is_some())).into(),
        ),
        ("trail-delivery-health", each(&delivers).into()),
        ("trail-cloudwatch-logs", each(&to_log_group).into()),
        ("trail-log-bucket-access-logging", each(&logs_access).into()),
        (
            "trail-insights",
            if trails.is_empty() {
                NotApplicable
            } else {
                holds(trails.iter().any(looks))
            }
            .into(),
        ),
    ]
}

/// Something that happens, as far as selectors look at it.
struct Event<'text> {
    category: &'text str,
    source: &'text str,
    resource_type: &'text str,
    arn: String,
    name: &'text str,
    is_read: bool,
}

fn selects(trail: &Trail, event: &Event<'_>) -> bool {
    match &trail.selectors {
        None => event.category == "Management",
        Some(TrailSelectors::Basic(selectors)) => selectors.iter().any(|each| selects_basic(each, event)),
        Some(TrailSelectors::Advanced(selectors)) => selectors.iter().any(|each| selects_advanced(each, event)),
    }
}

fn selects_basic(selector: &TrailBasicSelector, event: &Event<'_>) -> bool {
    let of_kind = match selector.read_write_type.as_str() {
        "ReadOnly" => event.is_read,
        "WriteOnly" => !event.is_read,
        _ => true,
    };
    let of_category = if event.category == "Management" {
        selector.includes_management_events && !selector.excluded_sources.iter().any(|each| each == event.source)
    } else {
        let values = selector.data_resources.get(event.resource_type);
        values.is_some_and(|values| values.iter().any(|value| event.arn.starts_with(value.as_str())))
    };
    of_kind && of_category
}

fn selects_advanced(selector: &TrailAdvancedSelector, event: &Event<'_>) -> bool {
    selector.fields.iter().all(|field| {
        let value = match field.field.as_str() {
            "eventCategory" => event.category,
            "eventSource" => event.source,
            "resources.type" => event.resource_type,
            "resources.ARN" => event.arn.as_str(),
            "eventName" => event.name,
            "readOnly" => {
                if event.is_read {
                    "true"
                } else {
                    "false"
                }
            }
            other => panic!("the generator writes no field {other}"),
        };
        let mut wanted = Vec::new();
        let mut refused = false;
        for (operator, values) in &field.conditions {
            let matches = |test: fn(&str, &str) -> bool| values.iter().any(|each| test(value, each));
            let (is_negated, plain) = match operator.strip_prefix("Not") {
                Some(plain) => (true, plain),
                None => (false, operator.as_str()),
            };
            let is_so = match plain {
                "Equals" => matches(|value, each| value == each),
                "StartsWith" => matches(|value, each| value.starts_with(each)),
                "EndsWith" => matches(|value, each| value.ends_with(each)),
                other => panic!("CloudTrail knows no operator {other}"),
            };
            if is_negated {
                refused |= is_so;
            } else {
                wanted.push(is_so);
            }
        }
        !refused && (wanted.is_empty() || wanted.contains(&true))
    })
}

/// Whether a trail selects management events of S3 and of the services that may be left out, reads and writes.
fn logs_management_events(trail: &Trail) -> bool {
    let sources = ["s3.amazonaws.com", "kms.amazonaws.com", "rdsdata.amazonaws.com"];
    sources.iter().all(|source| {
        [true, false].into_iter().all(|is_read| {
            let event = Event {
                category: "Management",
                source,
                resource_type: "",
                arn: String::new(),
                name: if is_read { "GetSomething" } else { "PutSomething" },
                is_read,
            };
            selects(trail, &event)
        })
    })
}

/// Checks on what is logged of the objects of a bucket by the trails that cover its region.
pub(crate) fn of_objects(covering: &[&Trail], bucket: &Bucket) -> Vec<(&'static str, Wanted)> {
    // Keys with every beginning and ending that the generator's selectors know, and others.
    let keys = [
        "incoming/one.csv",
        "incoming/two.tmp",
        "incoming/three",
        "one.csv",
        "two.tmp",
        "other/three.json",
    ];
    let of_kind = |is_read: bool| {
        let names: &[&str] = if is_read {
            &["GetObject", "HeadObject"]
        } else {
            &["PutObject", "DeleteObject", "DeleteObjects", "RestoreObject"]
        };
        let events: Vec<Event<'_>> = keys
            .iter()
            .flat_map(|key| names.iter().map(move |name| (key, *name)))
            .map(|(key, name)| Event {
                category: "Data",
                source: "s3.amazonaws.com",
                resource_type: "AWS::S3::Object",
                arn: format!("arn:aws:s3:::{}/{key}", bucket.name),
                name,
                is_read,
            })
            .collect();
        let mut parts = 0;
        for trail in covering.iter().filter(|trail| trail.status.is_logging) {
            let logged = events.iter().filter(|event| selects(trail, event)).count();
            if logged == events.len() {
                return Pass.into();
            }
            parts += usize::from(logged > 0);
        }
        match (parts, &bucket.logging) {
            (0 | 1, Some(_)) => Severity::Low.into(),
            (0 | 1, None) => Severity::Medium.into(),
            // Together they may be all.
            _ => NotAssessed.into(),
        }
    };
    vec![
        ("trail-s3-data-events-read", of_kind(true)),
        ("trail-s3-data-events-write", of_kind(false)),
    ]
}

/// Checks on AWS Config in a region of an account.
fn of_config(here: Option<&ConfigRegion>) -> Vec<(&'static str, Wanted)> {
    let recorder = here.and_then(|here| here.recorder.as_ref());
    let Some(recorder) = recorder else {
        return vec![
            ("config-recorder-enabled", Severity::High.into()),
            ("config-recorder-covers-s3", NotApplicable.into()),
            ("config-delivery-channel", NotApplicable.into()),
        ];
    };
    let is_well = recorder.is_recording && recorder.last_status.as_deref() != Some("FAILURE");
    let types = ["AWS::S3::Bucket", "AWS::S3::AccountPublicAccessBlock"].map(str::to_owned);
    let covers = recorder.all_supported
        || match recorder.strategy.as_deref() {
            Some("EXCLUSION_BY_RESOURCE_TYPES") => !types.iter().any(|each| recorder.excluded_types.contains(each)),
            _ => types.iter().all(|each| recorder.resource_types.contains(each)),
        };
    let channel = here.and_then(|here| here.channel.as_ref());
    let delivery: Wanted = match channel {
        None => Severity::Low.into(),
        Some(channel) => {
            let delivered = channel.attempted_at.is_some();
            if !delivered || channel.history_error.is_some() || channel.stream_error.is_some() {
                Severity::Low.into()
            } else if channel.topic_arn.is_none() {
                Severity::Info.into()
            } else {
                Pass.into()
            }
        }
    };
    vec![
        ("config-recorder-enabled", holds(is_well).into()),
        ("config-recorder-covers-s3", holds(covers).into()),
        ("config-delivery-channel", delivery),
    ]
}

/// Checks on what AWS Config's own rules find of a bucket.
fn of_rules(here: Option<&ConfigRegion>, bucket: &Bucket) -> Vec<(&'static str, Wanted)> {
    let rules = here.map_or(&[][..], |here| here.rules.as_slice());
    let checks = [
        (
            "config-rule-s3-bucket-logging-enabled",
            "S3_BUCKET_LOGGING_ENABLED",
            Severity::Medium,
        ),
        (
            "config-rule-s3-bucket-public-read-prohibited",
            "S3_BUCKET_PUBLIC_READ_PROHIBITED",
            Severity::High,
        ),
        (
            "config-rule-s3-bucket-public-write-prohibited",
            "S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
            Severity::High,
        ),
        (
            "config-rule-s3-bucket-ssl-requests-only",
            "S3_BUCKET_SSL_REQUESTS_ONLY",
            Severity::Medium,
        ),
        (
            "config-rule-s3-bucket-versioning-enabled",
            "S3_BUCKET_VERSIONING_ENABLED",
            Severity::Medium,
        ),
    ];
    checks
        .into_iter()
        .map(|(check, identifier, severity)| (check, of_rule(rules, identifier, severity, bucket)))
        .collect()
}

fn of_rule(rules: &[ConfigRule], identifier: &str, severity: Severity, bucket: &Bucket) -> Wanted {
    let in_force: Vec<&ConfigRule> = rules
        .iter()
        .filter(|rule| rule.owner == "AWS" && rule.identifier.as_deref() == Some(identifier))
        .filter(|rule| !rule.state.starts_with("DELETING"))
        .collect();
    let (kept, open): (Vec<&ConfigRule>, Vec<&ConfigRule>) = in_force
        .into_iter()
        .partition(|rule| rule.visibility.as_deref() == Some("INTERNAL"));
    let said: Vec<&str> = open
        .iter()
        .filter_map(|rule| {
            let mut evaluations = rule.evaluations.iter();
            let found =
                evaluations.find(|each| each.resource_type == "AWS::S3::Bucket" && each.resource_id == bucket.name);
            found.map(|each| each.compliance.as_str())
        })
        .collect();
    if said.contains(&"NON_COMPLIANT") {
        severity.into()
    } else if said.contains(&"INSUFFICIENT_DATA") {
        NotAssessed.into()
    } else if said.contains(&"COMPLIANT") {
        Pass.into()
    } else if !kept.is_empty() || open.iter().any(|rule| rule.evaluations.is_empty()) {
        // One tells nobody, or has evaluated nothing yet.
        NotAssessed.into()
    } else if said.contains(&"NOT_APPLICABLE") {
        NotApplicable.into()
    } else {
        Severity::Low.into()
    }
}

/// Checks on the key of a bucket's default encryption.
fn of_keys(scenario: &Scenario, account: &Account, bucket: &Bucket) -> Vec<(&'static str, Wanted)> {
    let encryption = bucket.encryption.as_ref();
    let is_kms = encryption
        .and_then(|encryption| encryption.algorithm.as_deref())
        .is_some_and(|algorithm| algorithm.starts_with("aws:kms"));
    let verdicts = |rotation: Verdict, state: Wanted, place: Wanted| {
        vec![
            ("kms-key-rotation", rotation.into()),
            ("kms-key-state", state),
            ("kms-key-in-organization", place),
        ]
    };
    let name = encryption.and_then(|encryption| encryption.kms_key.as_deref());
    let name = match (is_kms, name) {
        (false, _) => return verdicts(NotApplicable, NotApplicable.into(), NotApplicable.into()),
        (true, None) => return verdicts(NotApplicable, NotApplicable.into(), Pass.into()),
        (true, Some(name)) => name,
    };
    let place: Wanted = match name.split(':').nth(4) {
        Some(owner) if scenario.account(owner).is_some() => Pass.into(),
        Some(_) => Severity::High.into(),
        None => Severity::Low.into(),
    };
    let here = account.services.kms.regions.get(&bucket.region);
    let id = match name.rsplit_once(":key/") {
        Some((before, id)) => {
            // Nobody lets another account describe a key in what is made by hand, and nothing else names one.
            if !before.ends_with(&account.id) {
                return verdicts(NotAssessed, NotAssessed.into(), place);
            }
            Some(id.to_owned())
        }
        None => here
            .and_then(|here| here.aliases.iter().find(|alias| alias.name == name))
            .and_then(|alias| alias.key.clone()),
    };
    let key = here.and_then(|here| here.keys.iter().find(|key| Some(&key.id) == id.as_ref()));
    match key {
        None => verdicts(NotApplicable, Severity::Critical.into(), place),
        Some(key) => verdicts(rotation(key), holds(key.state == "Enabled").into(), place),
    }
}

fn rotation(key: &KmsKey) -> Verdict {
    let can_rotate = key.origin == "AWS_KMS" && key.spec == "SYMMETRIC_DEFAULT" && key.state != "PendingDeletion";
    if can_rotate {
        holds(key.rotation_days.is_some())
    } else {
        NotApplicable
    }
}
