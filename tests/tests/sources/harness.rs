//! Reading the sources of a simulated organization in the process of the test, and holding three witnesses against each
//! other: the evidence, the scenario, and boto3.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use s3attest_collect::{Events, Limits, Plan, Wishes, collect, discover, operations};
use s3attest_gateway::{AccessKey, Gateway, GatewayOptions, RateLimits, RoleOptions};
use s3attest_model::bucket::BucketSetting;
use s3attest_model::identifiers::RegionName;
use s3attest_model::run::{RunInformation, SNAPSHOT_SCHEMA, ScopeSelection};
use s3attest_model::services::{Reach, ServiceRecord, ServiceSource};
use s3attest_orgsim::GeneratorOptions;
use s3attest_orgsim::scenario::{Account, AccountState, Scenario};
use s3attest_snapshot::{AccountEntry, Run};
use s3attest_tests::{Peer, Program, Simulation, peer};
pub(crate) use s3attest_tests::{plain, strip};
use serde_json::{Value, json};

/// What a source has to say of an account, or of one region of it, in the form of [`plain`].
pub(crate) type Truth = fn(&Scenario, &Account, Option<&str>) -> Value;

/// A generated organization with something in every service.
pub(crate) fn organization() -> Scenario {
    GeneratorOptions {
        accounts: 9,
        buckets_per_account: 8,
        regions: 3,
        seed: 20_261_121,
        company: "sources".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate()
}

/// Reads sources of every account, through the gateway and into a run on disk, and reads them back from there.
pub(crate) fn read(simulation: &Simulation, sources: &BTreeSet<ServiceSource>, wishes: Wishes) -> Vec<ServiceRecord> {
    read_run(simulation, sources, wishes, readings)
}

/// As [`read`], and looks at the whole run.
pub(crate) fn read_run<T>(
    simulation: &Simulation,
    sources: &BTreeSet<ServiceSource>,
    wishes: Wishes,
    look: impl FnOnce(&Run) -> T,
) -> T {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let directory = directory.path().join("run");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be built");
    runtime.block_on(collect_into(simulation, sources, wishes, &directory));
    look(&Run::open(&directory).expect("the directory holds a run"))
}

fn readings(run: &Run) -> Vec<ServiceRecord> {
    let mut records = Vec::new();
    for id in run.accounts().expect("the accounts can be listed") {
        let reader = run.account(&id).expect("the account can be read");
        for entry in reader.expect("the account is complete") {
            if let AccountEntry::Service(record) = entry.expect("the entry can be read") {
                records.push(*record);
            }
        }
    }
    records
}

async fn collect_into(simulation: &Simulation, sources: &BTreeSet<ServiceSource>, wishes: Wishes, directory: &Path) {
    let number = |number| NonZeroU32::new(number).expect("not zero");
    let size = |number| NonZeroUsize::new(number).expect("not zero");
    let credentials = simulation.world().caller_credentials();
    let options = GatewayOptions {
        profile: None,
        access_key: Some(AccessKey {
            id: credentials.access_key_id,
            secret: credentials.secret_access_key,
        }),
        region: Some(RegionName::new("us-east-1").expect("a region")),
        endpoint_url: Some(simulation.url()),
        role: RoleOptions {
            template: GeneratorOptions::default().role_name,
            overrides: BTreeMap::new(),
            external_id: None,
            session_name: "s3attest".to_owned(),
            duration_seconds: 900,
        },
        rates: RateLimits::uniform(number(100_000), number(100)),
        open_requests: number(100),
        answer_timeout: Duration::from_secs(5),
        attempts: number(1),
        operations: operations(sources, wishes),
        clock: Arc::new(now),
    };
    let gateway = Arc::new(Gateway::open(options).await.expect("the gateway opens"));
    let scope = ScopeSelection::default();
    let discovery = discover(&gateway, &scope).await.expect("the accounts are found");
    let information = RunInformation {
        schema: SNAPSHOT_SCHEMA,
        id: "sources".to_owned(),
        tool_version: "0".to_owned(),
        started_at: gateway.now(),
        partition: gateway.partition(),
        caller: gateway.caller().clone(),
        mode: discovery.mode.clone(),
        role_template: String::new(),
        scope,
        settings_left_out: Vec::new(),
        sources_left_out: Vec::new(),
        configuration_digest: String::new(),
        is_simulated: true,
    };
    let run = Arc::new(Run::create(directory, &information).expect("the run can be made"));
    run.write_organization(discovery.records())
        .expect("the organization can be written");
    let plan = Plan {
        // What refers to keys and topics.
        settings: [
            BucketSetting::Encryption,
            BucketSetting::Notifications,
            BucketSetting::Replication,
        ]
        .into(),
        sources: sources.clone(),
        wishes,
        limits: Limits {
            accounts: size(16),
            buckets: size(64),
            readings: size(64),
            buckets_in_account: size(16),
            buckets_in_region: size(4),
        },
    };
    let silent: Events = Arc::new(|_| ());
    collect(&gateway, &run, &discovery.accounts, &plan, &silent)
        .await
        .expect("the run can be written");
}

#[expect(clippy::disallowed_methods, reason = "the gateway is handed the clock")]
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Holds the evidence of sources against the scenario and against boto3.
pub(crate) fn hold(sources: &[ServiceSource], truth_of: impl Fn(ServiceSource) -> Truth) {
    let simulation = Simulation::start(organization());
    // What is read once for the run has a test of its own.
    let sources: Vec<ServiceSource> = sources
        .iter()
        .copied()
        .filter(|source| source.reach() != Reach::Organization)
        .collect();
    let wanted: BTreeSet<ServiceSource> = sources.iter().copied().collect();
    let records = read(&simulation, &wanted, Wishes::default());
    let scenario = simulation.world().scenario();
    let mut seen: BTreeMap<(ServiceSource, String, Option<String>), Value> = BTreeMap::new();
    for record in &records {
        let region = record.region.as_ref().map(ToString::to_string);
        let key = (record.reading.source(), record.account.to_string(), region);
        assert!(
            seen.insert(key.clone(), plain(record)).is_none(),
            "{key:?} was read twice"
        );
    }
    let mut expected = BTreeMap::new();
    for source in &sources {
        let truth = truth_of(*source);
        for account in scenario
            .accounts
            .iter()
            .filter(|account| account.state == AccountState::Active)
        {
            for region in regions(scenario, account, *source) {
                let said = truth(scenario, account, region.as_deref());
                expected.insert((*source, account.id.clone(), region), said);
            }
        }
    }
    assert_same("the scenario", &expected, &seen);
    println!("{} readings are what the scenario says", seen.len());
    if let Some(python) = peer(Peer::Python) {
        let read = boto3(&python, &simulation, seen.keys());
        assert_same("boto3", &read, &seen);
        println!("{} readings are what boto3 reads", read.len());
    }
}

fn regions(scenario: &Scenario, account: &Account, source: ServiceSource) -> Vec<Option<String>> {
    if source.reach() != Reach::Region {
        return vec![None];
    }
    let names = enabled_regions(scenario, account).into_iter();
    names.map(|name| Some(name.to_owned())).collect()
}

/// The regions that are on for an account.
pub(crate) fn enabled_regions<'scenario>(scenario: &'scenario Scenario, account: &Account) -> Vec<&'scenario str> {
    let is_on = |name: &str, usual: s3attest_orgsim::scenario::RegionStatus| {
        let own = account.regions.iter().find(|region| region.name == name);
        own.map_or(usual, |region| region.status)
            .as_str()
            .starts_with("ENABLED")
    };
    scenario
        .regions
        .iter()
        .filter(|region| is_on(&region.name, region.status))
        .map(|region| region.name.as_str())
        .collect()
}

pub(crate) type Readings = BTreeMap<(ServiceSource, String, Option<String>), Value>;

fn assert_same(witness: &str, expected: &Readings, seen: &Readings) {
    let keys = |readings: &Readings| readings.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(expected), keys(seen), "not the same readings as {witness}");
    for (key, expected) in expected {
        assert_eq!(*expected, seen[key], "{key:?}: {witness} says otherwise");
    }
}

/// What boto3 reads, by the script of each source.
pub(crate) fn boto3<'key>(
    python: &Path,
    simulation: &Simulation,
    readings: impl Iterator<Item = &'key (ServiceSource, String, Option<String>)>,
) -> Readings {
    let credentials = simulation.world().caller_credentials();
    let wanted: Vec<_> = readings.collect();
    let asked: Vec<_> = wanted
        .iter()
        .map(|(source, account, region)| json!({"source": source, "account": account, "region": region}))
        .collect();
    let request = json!({
        "endpoint": simulation.url(),
        "caller_account": simulation.world().scenario().caller_account,
        "access_key_id": credentials.access_key_id,
        "secret_access_key": credentials.secret_access_key,
        "role_name": GeneratorOptions::default().role_name,
        "readings": asked,
    });
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("request.json");
    fs::write(&path, request.to_string()).expect("a file can be written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/sources/read.py");
    let finished = Program::of(python, [script.as_path(), path.as_path()])
        .run()
        .expect_code(0);
    let answers: Vec<Value> = serde_json::from_str(&finished.stdout).expect("the script prints JSON");
    wanted.into_iter().cloned().zip(answers).collect()
}
