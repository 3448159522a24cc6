//! The account services of the moto organization: what was made stands in the evidence, what moto does not offer is a gap
//! with its cause, and where nothing is missing boto3 reads the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use s3attest_model::evidence::GapCause;
use s3attest_model::identifiers::RegionName;
use s3attest_model::services::{Facts, Reach, ServiceRecord, ServiceSource};
use s3attest_tests::{CollectedRun, Peer, Program, peer, plain};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::server::{Keys, Moto};

/// Where the script makes everything.
const HOME: &str = "eu-west-1";

/// What `moto_services.py` made in one account.
#[derive(Debug, Deserialize)]
struct Made {
    trails: BTreeMap<String, Trail>,
    config_rules: BTreeMap<String, BTreeMap<String, String>>,
    recorders: BTreeMap<String, bool>,
    keys: BTreeMap<String, Key>,
    access_points: BTreeMap<String, BTreeMap<String, String>>,
    users: Vec<String>,
    users_with_mfa: Vec<String>,
    topics: BTreeMap<String, String>,
    detectors: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Trail {
    is_logging: bool,
    bucket: String,
    is_validated: bool,
    data_events: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Key {
    rotates: bool,
    state: String,
}

/// The readings of a run, by account, source and region.
struct Readings<'run>(BTreeMap<(&'run str, ServiceSource, Option<&'run str>), &'run ServiceRecord>);

impl Readings<'_> {
    fn of(&self, account: &str, source: &str, region: Option<&str>) -> Value {
        let source = ServiceSource::of_key(source).unwrap_or_else(|| panic!("no source is called {source}"));
        let record = self.0.get(&(account, source, region));
        plain(record.unwrap_or_else(|| panic!("{account} has no reading of {source} in {region:?}")))
    }
}

/// The entries of a list, each under one of its members.
fn by<'value>(list: &'value Value, member: &str) -> BTreeMap<&'value str, &'value Value> {
    let entries = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    entries
        .iter()
        .map(|entry| {
            (
                entry[member].as_str().unwrap_or_else(|| panic!("{member}: {entry}")),
                entry,
            )
        })
        .collect()
}

#[test]
fn what_the_services_of_a_seeded_organization_say_is_true() {
    let Some(python) = peer(Peer::Python) else { return };
    let moto = Moto::start(&python);
    moto.fill("moto_organization.py", &["--seed", "7", "--bare"]);
    let printed = moto.fill("moto_services.py", &[]);
    let made: BTreeMap<String, Made> = serde_json::from_str(&printed).expect("the script prints what it made");
    assert_eq!(made.len(), 20);

    let directory = tempfile::tempdir().expect("a temporary directory");
    let directory = directory.path().join("run");
    let said = moto.scan_without(&[], &Keys::unknown(), &directory).expect_code(0);
    assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
    let run = CollectedRun::open(&directory);
    let readings = Readings(
        run.services
            .iter()
            .map(|record| {
                let region = record.region.as_ref().map(RegionName::as_str);
                ((record.account.as_str(), record.reading.source(), region), record)
            })
            .collect(),
    );
    for (account, made) in &made {
        trails_are_true(&readings, account, made);
        rules_are_true(&readings, account, made);
        keys_and_topics_are_true(&readings, account, made);
        access_points_are_true(&readings, account, made);
        users_are_true(&readings, account, made);
        detectors_are_true(&readings, account, made);
    }
    gaps_have_their_causes(&run);
    boto3_reads_the_same(&moto, &python, &run);
    the_report_says_so(&directory, &run);
}

fn trails_are_true(readings: &Readings<'_>, account: &str, made: &Made) {
    let reading = readings.of(account, "cloudtrail", Some(HOME));
    let found = by(&reading["trails"], "name");
    assert_eq!(
        found.keys().copied().collect::<Vec<_>>(),
        made.trails.keys().collect::<Vec<_>>(),
        "{account}"
    );
    for (name, wanted) in &made.trails {
        let trail = found[name.as_str()];
        let text = trail.to_string();
        assert_eq!(trail["bucket"], json!(wanted.bucket), "{account}");
        assert_eq!(
            trail["validates_log_files"],
            json!(wanted.is_validated),
            "{account}: {text}"
        );
        let status = &trail["details"]["status"];
        assert_eq!(status["is_logging"], json!(wanted.is_logging), "{account}: {text}");
        for value in &wanted.data_events {
            assert!(text.contains(value.as_str()), "{account}: {value} in {text}");
        }
    }
}

fn rules_are_true(readings: &Readings<'_>, account: &str, made: &Made) {
    let reading = readings.of(account, "config", Some(HOME));
    let Some(is_recording) = made.recorders.get(HOME) else {
        assert_eq!(reading["recorders"], json!([]), "{account}");
        return;
    };
    assert_eq!(
        reading["recorder_statuses"][0]["recording"],
        json!(is_recording),
        "{account}"
    );
    let rules = &reading["rules"]["about_s3"];
    let found = by(rules, "name");
    let wanted = &made.config_rules[HOME];
    for (name, identifier) in wanted {
        // By its source and not by its name.
        let is_about_s3 = identifier.starts_with("S3_");
        assert_eq!(found.contains_key(name.as_str()), is_about_s3, "{account}: {name}");
        if is_about_s3 {
            assert_eq!(
                found[name.as_str()]["source_identifier"],
                json!(identifier),
                "{account}"
            );
        }
    }
    assert_eq!(reading["rules"]["listed"], json!(wanted.len()), "{account}");
}

fn keys_and_topics_are_true(readings: &Readings<'_>, account: &str, made: &Made) {
    let keys = readings.of(account, "keys", None).to_string();
    for (arn, wanted) in &made.keys {
        assert!(keys.contains(arn.as_str()), "{account}: {arn}");
        assert!(
            keys.contains(&format!("\"state\":\"{}\"", wanted.state)),
            "{account}: {}",
            wanted.state
        );
    }
    let rotating = made
        .keys
        .values()
        .filter(|key| key.rotates && key.state == "Enabled")
        .count();
    // What was scheduled for deletion is not asked for its rotation, or says that it does not rotate.
    assert!(
        keys.matches("\"rotation\":{\"enabled\":true").count() <= made.keys.len(),
        "{account}"
    );
    let said = keys.matches("\"enabled\":true").count();
    assert!(said >= rotating, "{account}: {rotating} keys rotate: {keys}");
    let topics = readings.of(account, "topics", None);
    let found = by(&topics["topics"], "arn");
    assert_eq!(
        found.keys().copied().collect::<BTreeSet<_>>(),
        made.topics.values().map(String::as_str).collect(),
        "{account}"
    );
    assert!(
        found.values().all(|topic| topic["attributes"]["policy"].is_string()),
        "{account}"
    );
}

fn access_points_are_true(readings: &Readings<'_>, account: &str, made: &Made) {
    // Moto keeps access points without their region.
    let reading = readings.of(account, "access-points", Some(HOME));
    let found = by(&reading["access_points"], "name");
    let wanted = made.access_points.get(HOME).cloned().unwrap_or_default();
    assert_eq!(
        found.keys().copied().collect::<Vec<_>>(),
        wanted.keys().map(String::as_str).collect::<Vec<_>>(),
        "{account}"
    );
    for (name, bucket) in &wanted {
        assert_eq!(found[name.as_str()]["bucket"], json!(bucket), "{account}");
        assert!(
            found[name.as_str()]["policy"].is_string(),
            "{account}: {}",
            found[name.as_str()]
        );
    }
}

fn users_are_true(readings: &Readings<'_>, account: &str, made: &Made) {
    let reading = readings.of(account, "iam", None);
    // Moto's report lacks the row of the root user, which AWS's always has, so that it proves nothing of anybody.
    assert_eq!(
        reading["credential_report"],
        json!({"gap": "malformed-answer"}),
        "{account}"
    );
    assert_eq!(reading["summary"]["Users"], json!(made.users.len()), "{account}");
    let with_mfa: BTreeSet<String> = by(&reading["virtual_mfa_devices"], "serial_number")
        .values()
        .filter_map(|device| Some(device["user_arn"].as_str()?.rsplit_once('/')?.1.to_owned()))
        .collect();
    assert_eq!(with_mfa, made.users_with_mfa.iter().cloned().collect(), "{account}");
}

fn detectors_are_true(readings: &Readings<'_>, account: &str, made: &Made) {
    let reading = readings.of(account, "guardduty", Some(HOME));
    let count = reading["detectors"].as_array().map_or(0, Vec::len);
    assert_eq!(count, made.detectors.len(), "{account}: {reading}");
}

/// Every operation that moto does not offer, or answers in a way that cannot be understood, and nothing else.
fn gaps_have_their_causes(run: &CollectedRun) {
    let mut found: BTreeMap<(String, GapCause), usize> = BTreeMap::new();
    for record in &run.services {
        for fact in record.reading.facts() {
            if let Some(gap) = fact.gap() {
                *found.entry((fact.source.operation.to_string(), gap.cause)).or_default() += 1;
            }
        }
    }
    println!("gaps of the services, by operation and cause:");
    for ((operation, cause), count) in &found {
        println!("  {operation} {cause}: {count}");
    }
    let found: BTreeSet<(&str, GapCause)> = found
        .keys()
        .map(|(operation, cause)| (operation.as_str(), *cause))
        .collect();
    assert_eq!(found, WHAT_MOTO_LACKS.iter().copied().collect());
}

/// What moto 5.2 does not offer.
const WHAT_MOTO_LACKS: &[(&str, GapCause)] = &[
    ("accessanalyzer.ListAnalyzers", GapCause::ServiceError),
    ("cloudwatch.DescribeAlarmsForMetric", GapCause::Unsupported),
    ("config.DescribeDeliveryChannelStatus", GapCause::MalformedAnswer),
    ("config.GetComplianceDetailsByConfigRule", GapCause::MalformedAnswer),
    ("guardduty.ListMalwareProtectionPlans", GapCause::Unsupported),
    ("iam.GetCredentialReport", GapCause::MalformedAnswer),
    ("iam.ListOrganizationsFeatures", GapCause::ServiceError),
    ("macie2.GetAdministratorAccount", GapCause::MalformedAnswer),
    ("macie2.GetAutomatedDiscoveryConfiguration", GapCause::MalformedAnswer),
    ("macie2.GetMacieSession", GapCause::MalformedAnswer),
    ("organizations.DescribeEffectivePolicy", GapCause::MalformedAnswer),
    ("s3control.GetAccessGrantsInstanceResourcePolicy", GapCause::Unsupported),
    ("s3control.ListAccessGrants", GapCause::Unsupported),
    ("s3control.ListAccessGrantsInstances", GapCause::Unsupported),
    ("s3control.ListAccessGrantsLocations", GapCause::Unsupported),
    ("s3control.ListAccessPointsForObjectLambda", GapCause::Unsupported),
    // It answers the list of ordinary buckets, which are no directory buckets by their names.
    ("s3express.ListDirectoryBuckets", GapCause::MalformedAnswer),
    ("s3tables.ListTableBuckets", GapCause::ServiceError),
    ("shield.GetSubscriptionState", GapCause::ServiceError),
    ("support.DescribeTrustedAdvisorCheckResult", GapCause::ServiceError),
];

/// Where nothing is missing in a reading, boto3 reads the same from the same server.
fn boto3_reads_the_same(moto: &Moto, python: &Path, run: &CollectedRun) {
    let is_whole = |record: &&ServiceRecord| record.reading.facts().iter().all(|fact| fact.gap().is_none());
    let is_seeded = |record: &&ServiceRecord| record.region.as_ref().is_none_or(|region| region.as_str() == HOME);
    // The scripts of what is referred to ask for the account's regions first, which moto cannot answer.
    let asks_no_regions = |record: &&ServiceRecord| record.reading.source().reach() != Reach::Referenced;
    let whole = run.services.iter().filter(is_whole).filter(is_seeded);
    let whole: Vec<&ServiceRecord> = whole.filter(asks_no_regions).collect();
    let request = json!({
        "endpoint": moto.url(),
        "caller_account": "123456789012",
        "access_key_id": "testing",
        "secret_access_key": "testing",
        "role_name": "s3attest-read",
        "readings": whole
            .iter()
            .map(|record| json!({
                "source": record.reading.source(), "account": record.account, "region": record.region
            }))
            .collect::<Vec<_>>(),
    });
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("request.json");
    fs::write(&path, request.to_string()).expect("a file can be written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/sources/read.py");
    let finished = Program::of(python, ["-B".as_ref(), script.as_path(), path.as_path()])
        .run()
        .expect_code(0);
    let answers: Vec<Value> = serde_json::from_str(&finished.stdout).expect("the script prints JSON");
    assert_eq!(answers.len(), whole.len());
    let mut by_source: BTreeMap<ServiceSource, usize> = BTreeMap::new();
    let mut otherwise = Vec::new();
    for (record, answer) in whole.iter().zip(&answers) {
        let place = format!("{} {} {:?}", record.account, record.reading.source(), record.region);
        let (ours, theirs) = (lasting(plain(record)), lasting(answer.clone()));
        if ours != theirs {
            otherwise.push(format!("{place}\n  {ours}\n  {theirs}"));
        }
        *by_source.entry(record.reading.source()).or_default() += 1;
    }
    assert!(otherwise.is_empty(), "boto3 says otherwise:\n{}", otherwise.join("\n"));
    println!("readings that boto3 reads the same: {by_source:?}");
}

/// A reading without the times that moto makes up anew whenever it is asked, and with all others in whole seconds.
fn lasting(value: Value) -> Value {
    const MADE_UP: [&str; 1] = ["delivered_at"];
    match value {
        Value::Object(members) => {
            let kept = members
                .into_iter()
                .filter(|(name, _)| !MADE_UP.contains(&name.as_str()));
            kept.map(|(name, value)| (name, lasting(value))).collect()
        }
        Value::Array(entries) => entries.into_iter().map(lasting).collect(),
        // Not every script writes the parts of seconds.
        Value::String(text) => match text.parse::<Timestamp>() {
            Ok(time) => Value::String(time.as_second().to_string()),
            Err(_) => Value::String(text),
        },
        other => other,
    }
}

/// Sources that could not be read stand on the report's page of sources.
fn the_report_says_so(directory: &Path, run: &CollectedRun) {
    let page = fs::read_to_string(directory.join("report/sources.html")).expect("the report has a page of sources");
    let with_gaps = run.source_coverage.values().filter(|covered| !covered.gaps.is_empty());
    for covered in with_gaps {
        assert!(page.contains(covered.source.title()), "{}", covered.source);
        for gap in &covered.gaps {
            assert!(page.contains(gap.tally.operation.as_str()), "{}", gap.tally.operation);
        }
    }
}
