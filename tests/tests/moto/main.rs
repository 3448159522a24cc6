//! Moto, an AWS that nobody here wrote, with an organization whose every setting varies, scanned by the real program:
//! what was seen is what the seeding script asked for, every verdict is what the pages of the checks promise for it,
//! and what moto cannot say is a gap with its cause.
#![expect(clippy::print_stdout, reason = "the test shows what it compared and what it cost")]

mod denials;
mod public;
mod server;
mod services;
mod truth;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use s3attest_model::account::Access;
use s3attest_model::bucket::{Bucket, BucketSetting, SettingState};
use s3attest_model::coverage::{AccountStatus, BucketStatus, GapTally};
use s3attest_model::evidence::{Evidence, GapCause, Observed};
use s3attest_model::finding::{Finding, Verdict};
use s3attest_model::identifiers::RegionName;
use s3attest_snapshot::Run;
use s3attest_tests::{CollectedRun, Peer, peer};
use serde_json::{Value, json};
use server::{Keys, Moto};
use truth::Truth;

/// The seed of an organization in which some buckets have no policy at all.
const SEED: &str = "24";

/// What moto answers with the list of a bucket's objects instead, since it does not know the operation.
const ANSWERED_BY_A_LIST: [BucketSetting; 3] = [
    BucketSetting::RequestPayment,
    BucketSetting::Abac,
    BucketSetting::Metadata,
];

/// The checks that may end in "not assessed" here, with the cause that they have to give.
const NOT_ASSESSED: [(&str, GapCause); 4] = [
    // A stranger's buckets.
    ("s3-referenced-bucket-exists", GapCause::OutsideScan),
    // Days and years at once.
    ("s3-bucket-object-lock", GapCause::MalformedAnswer),
    // A destination outside of the organization, which this run did not read.
    ("s3-bucket-replication-cross-region", GapCause::OutsideScan),
    // The payer.
    ("s3-log-target-no-default-retention", GapCause::MalformedAnswer),
];

/// Whether a check rests on what services of an account say, which these scans leave out.
fn rests_on_services(check: &str) -> bool {
    static OF_SETTINGS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let checks = s3attest_assess::descriptions().into_iter();
        let of_settings = checks.filter(|check| check.sources.is_empty());
        of_settings.map(|check| check.id.to_string()).collect()
    });
    !OF_SETTINGS.contains(check)
}

/// Every gap of a bucket.
fn gaps_of_a_bucket(buckets: u64) -> BTreeMap<(&'static str, GapCause), u64> {
    ANSWERED_BY_A_LIST
        .iter()
        .map(|setting| (operation(*setting), GapCause::MalformedAnswer))
        .map(|key| (key, buckets))
        .collect()
}

fn operation(setting: BucketSetting) -> &'static str {
    match setting {
        BucketSetting::RequestPayment => "s3.GetBucketRequestPayment",
        BucketSetting::Abac => "s3.GetBucketAbac",
        BucketSetting::Metadata => "s3.GetBucketMetadataConfiguration",
        other => panic!("moto answers {}", other.key()),
    }
}

fn tallied(gaps: &[GapTally]) -> BTreeMap<(&str, GapCause), u64> {
    gaps.iter()
        .map(|gap| ((gap.operation.as_str(), gap.cause), gap.count))
        .collect()
}

#[test]
fn everything_that_is_seen_and_said_of_a_seeded_organization_is_true() {
    let Some(python) = peer(Peer::Python) else { return };
    let moto = Moto::start(&python);
    let printed = moto.fill("moto_organization.py", &["--seed", SEED]);
    let truth: Truth = serde_json::from_str(&printed).expect("the script prints its truth");
    it_is_as_large_and_varied_as_promised(&truth);

    let directory = tempfile::tempdir().expect("a temporary directory");
    let directory = directory.path().join("run");
    let said = moto.scan(&Keys::unknown(), &directory).expect_code(0);
    assert!(!said.stderr.contains("panicked"), "{}", said.stderr);

    show_the_effort(&Run::open(&directory).expect("the directory holds a run"));
    let run = CollectedRun::open(&directory);
    accounts_are_true(&truth, &run);
    settings_are_true(&truth, &run);
    verdicts_are_true(&truth, &run);
}

fn it_is_as_large_and_varied_as_promised(truth: &Truth) {
    let buckets: Vec<_> = truth.accounts.iter().flat_map(|account| &account.buckets).collect();
    assert_eq!(truth.accounts.len(), 20);
    assert_eq!(truth.organization.organizational_units.len(), 5);
    assert_eq!(buckets.len(), 200);
    let regions: BTreeSet<&String> = buckets.iter().map(|bucket| &bucket.region).collect();
    assert_eq!(regions, truth.regions.iter().collect());
    assert_eq!(regions.len(), 4);
    assert!(buckets.iter().any(|bucket| bucket.policy.document.is_none()));
    for key in buckets[0].facts.keys() {
        let different: BTreeSet<String> = buckets.iter().map(|bucket| bucket.facts[key].to_string()).collect();
        assert!(different.len() > 1, "{key} is the same everywhere");
    }
}

/// Prints what the scan cost, and holds that the calls were made through the assumed roles.
fn show_the_effort(run: &Run) {
    let sessions = run.sessions().expect("the sessions can be read");
    let [session] = sessions.as_slice() else {
        panic!("one undisturbed run: {sessions:?}");
    };
    let entries = &session.ledger.entries;
    let calls: u64 = entries.iter().map(|entry| entry.calls).sum();
    let attempts: u64 = entries.iter().map(|entry| entry.attempts).sum();
    let seconds = session.finished_at.duration_since(session.started_at).as_secs_f64();
    println!("{calls} calls in {attempts} attempts and {seconds:.1} s");
    let assumed = entries
        .iter()
        .find(|entry| entry.operation.as_str() == "sts.AssumeRole");
    let assumed = assumed.expect("roles were assumed");
    assert_eq!((assumed.calls, assumed.errors), (20, 0));
}

/// What is known of an account whatever its buckets are.
fn accounts_are_true(truth: &Truth, run: &CollectedRun) {
    let ids: BTreeSet<&String> = truth.accounts.iter().map(|account| &account.id).collect();
    assert_eq!(ids, run.account_coverage.keys().collect(), "accounts in the coverage");
    assert_eq!(ids, run.accounts.keys().collect(), "accounts that have a file");
    assert!(ids.contains(&truth.organization.management_account));
    for account in &truth.accounts {
        let id = &account.id;
        let buckets = account.buckets.len() as u64;
        let covered = &run.account_coverage[id];
        assert_eq!(covered.name, account.name, "{id}");
        assert_eq!(
            covered.organizational_unit.as_ref(),
            Some(&account.organizational_unit),
            "{id}"
        );
        assert_eq!(covered.status, AccountStatus::PartlyAssessed, "{id}");
        assert_eq!(covered.buckets_listed, Some(buckets), "{id}");
        assert_eq!(covered.buckets.partly_assessed, buckets, "{id}");
        assert_eq!(covered.buckets.total(), buckets, "{id}");
        let mut gaps = gaps_of_a_bucket(buckets);
        gaps.insert(("account.ListRegions", GapCause::Unsupported), 1);
        assert_eq!(tallied(&covered.gaps), gaps, "{id}");
        let unanswered: u64 = gaps.values().sum();
        assert_eq!(covered.reads.asked - covered.reads.answered, unanswered, "{id}");

        let facts = &run.accounts[id];
        let role = format!("arn:aws:iam::{id}:role/{}", truth.role);
        assert_eq!(*present(&facts.access), Access::Role(role), "{id}");
        assert_eq!(present(&facts.bucket_listing).count, buckets, "{id}");
        assert_eq!(
            facts.regions.as_gap().map(|gap| gap.cause),
            Some(GapCause::Unsupported),
            "{id}"
        );
        for region in &truth.regions {
            let assumed = &facts.assumed_regions;
            assert!(assumed.iter().any(|each| each.as_str() == region), "{id}: {region}");
        }
        let found = match &facts.public_access_block.observed {
            Observed::Present(block) => Some(serde_json::to_value(block).expect("a plain record")),
            Observed::Absent => None,
            Observed::Gap(gap) => panic!("{id}: {gap:?}"),
        };
        let wanted = account.public_access_block.map(|block| {
            json!({
                "block_public_acls": block.block_public_acls,
                "ignore_public_acls": block.ignore_public_acls,
                "block_public_policy": block.block_public_policy,
                "restrict_public_buckets": block.restrict_public_buckets,
            })
        });
        assert_eq!(found, wanted, "{id}");
    }
}

fn present<T: std::fmt::Debug>(evidence: &Evidence<T>) -> &T {
    match &evidence.observed {
        Observed::Present(value) => value,
        other => panic!("{} gave {other:?}", evidence.source.operation),
    }
}

/// Every setting of every bucket: as it was asked for, or one of the expected gaps.
fn settings_are_true(truth: &Truth, run: &CollectedRun) {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for account in &truth.accounts {
        for asked in &account.buckets {
            let key = (account.id.clone(), asked.name.clone());
            let bucket = run.buckets.get(&key).unwrap_or_else(|| panic!("{key:?} is missing"));
            // The list of buckets does not name regions here, so this is the fallback's.
            assert_eq!(present(&bucket.region).as_str(), asked.region, "{key:?}");
            let covered = &run.bucket_coverage[&key];
            assert_eq!(
                covered.region.as_ref().map(RegionName::as_str),
                Some(asked.region.as_str())
            );
            assert_eq!(covered.status, BucketStatus::PartlyAssessed, "{key:?}");
            assert_eq!(tallied(&covered.gaps), gaps_of_a_bucket(1), "{key:?}");
            for view in bucket.settings.views() {
                assert!(view.source.observed_at.is_some(), "{key:?} {}", view.setting.key());
                let is_expected_gap = ANSWERED_BY_A_LIST.contains(&view.setting);
                let is_right = match (view.state, wanted(asked, view.setting)) {
                    (SettingState::Gap(_), None) if is_expected_gap => true,
                    (SettingState::Absent, Some(Value::Null)) => true,
                    (SettingState::Present, Some(wanted)) => holds_all_of(&found(bucket, view.setting), &wanted),
                    _ => false,
                };
                compared += 1;
                if !is_right {
                    wrong.push(format!(
                        "{} {}: {:?} {:?}, asked for {:?}",
                        asked.name,
                        view.setting.key(),
                        view.state,
                        bucket.settings.value(view.setting),
                        wanted(asked, view.setting)
                    ));
                }
            }
        }
    }
    assert_eq!(run.buckets.len(), 200, "no bucket that was not asked for");
    println!("{compared} settings compared");
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong.join("\n"));
}

/// What was asked for, null for a setting that is not to exist; `None` where moto cannot answer.
fn wanted(asked: &truth::Bucket, setting: BucketSetting) -> Option<Value> {
    match setting {
        BucketSetting::Policy => Some(json!(asked.policy.document)),
        BucketSetting::PolicyStatus if asked.policy.document.is_none() => Some(Value::Null),
        BucketSetting::PolicyStatus => Some(json!({ "is_public": asked.has_public_policy() })),
        // S3 answers an empty list where nothing was configured.
        BucketSetting::Inventory if asked.facts["inventory"] == json!([]) => Some(Value::Null),
        other => asked.facts.get(other.key()).cloned(),
    }
}

/// A setting's value in the form in which the truth states it.
fn found(bucket: &Bucket, setting: BucketSetting) -> Value {
    let mut value = bucket.settings.value(setting).expect("it is present");
    match setting {
        BucketSetting::ObjectLock => {
            for unit in ["days", "years"] {
                // Moto answers a zero for the unit that was not used; S3 leaves it out.
                if let Some(length) = value.pointer_mut(&format!("/default_retention/{unit}"))
                    && *length == 0
                {
                    *length = Value::Null;
                }
            }
            value
        }
        BucketSetting::Policy => {
            let text = value.as_str().expect("a policy is text");
            serde_json::from_str(text).expect("a policy is JSON")
        }
        BucketSetting::Acl => {
            let grants = value["grants"].as_array().expect("a list of grants");
            let is_the_owners = |grant: &&Value| grant["grantee"]["canonical-user"] == value["owner"];
            let mut others: Vec<Value> = grants.iter().filter(|grant| !is_the_owners(grant)).cloned().collect();
            others.sort_by_key(|grant| grant["permission"].to_string());
            json!({ "grants_to_others": others })
        }
        _ => value,
    }
}

/// Whether everything that was asked for is there; a record may hold more than the script asks for.
fn holds_all_of(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, wanted)| found.get(key).is_some_and(|found| holds_all_of(found, wanted))),
        (Value::Array(found), Value::Array(wanted)) => {
            found.len() == wanted.len()
                && found
                    .iter()
                    .zip(wanted)
                    .all(|(found, wanted)| holds_all_of(found, wanted))
        }
        _ => found == wanted,
    }
}

/// Whether services that were left out leave open what they might have decided.
fn is_left_open(finding: &Finding) -> bool {
    let cause = finding.gap.as_ref().map(|gap| gap.cause);
    // Moto offers no list of regions either, without which nobody knows where services would have to be asked.
    let is_left_out = matches!(cause, Some(GapCause::NotCollected | GapCause::Unsupported));
    rests_on_services(finding.check.as_str()) && is_left_out
}

/// Every verdict of every check that settings can decide. The truth about services is held on the generated organization.
fn verdicts_are_true(truth: &Truth, run: &CollectedRun) {
    let expected = verdicts::of(truth);
    let mut found = BTreeMap::new();
    for finding in &run.findings {
        let resource = &finding.resource;
        let key = (
            resource.account().to_string(),
            resource.name().to_owned(),
            finding.check.to_string(),
        );
        assert!(found.insert(key, finding).is_none(), "a finding stands twice");
    }
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (key, expected) in &expected {
        let Some(finding) = found.remove(key) else {
            wrong.push(format!("{key:?}: no finding"));
            continue;
        };
        *seen
            .entry(&key.2)
            .or_default()
            .entry(finding.verdict.as_str())
            .or_default() += 1;
        // Where settings alone make a pass, what was left out cannot take it away.
        if is_left_open(finding) && expected.verdict != Verdict::Pass {
            continue;
        }
        let severity_agrees = expected.severity.is_none_or(|severity| severity == finding.severity);
        if finding.verdict != expected.verdict || !severity_agrees {
            wrong.push(format!(
                "{key:?}: {} {}, expected {expected:?}: {}",
                finding.verdict, finding.severity, finding.message
            ));
        }
        if finding.verdict == Verdict::NotAssessed {
            let cause = finding.gap.as_ref().map(|gap| gap.cause);
            let wanted = NOT_ASSESSED.iter().find(|(check, _)| *check == key.2);
            assert_eq!(cause, wanted.map(|(_, cause)| *cause), "{key:?}: {}", finding.message);
        }
    }
    wrong.extend(
        found
            .keys()
            .filter(|(.., check)| !rests_on_services(check))
            .map(|key| format!("{key:?}: a finding that nobody expected")),
    );
    assert_eq!(seen.len(), 41, "checks that were compared");
    assert_eq!(expected.len(), 20 + 200 * 40);
    println!("{} verdicts compared, by check:", expected.len());
    for (check, verdicts) in &seen {
        println!("  {check}: {verdicts:?}");
    }
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong.join("\n"));
}
