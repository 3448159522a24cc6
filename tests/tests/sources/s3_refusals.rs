//! What is refused, paged oddly or led in circles while access points, grants, dashboards and special buckets are read.

use std::collections::BTreeSet;

use s3attest_collect::Wishes;
use s3attest_model::services::{Facts, Reading, ServiceRecord, ServiceSource};
use s3attest_orgsim::scenario::{Account, AccountState, Fault, FaultKind, Refuser, Scenario};
use s3attest_tests::Simulation;
use serde_json::{Value, json};

use crate::harness::{organization, plain, read};
use crate::truth_of;

const SOURCES: [ServiceSource; 8] = [
    ServiceSource::AccessPoints,
    ServiceSource::ObjectLambdaAccessPoints,
    ServiceSource::MultiRegionAccessPoints,
    ServiceSource::AccessGrants,
    ServiceSource::StorageLens,
    ServiceSource::DirectoryBuckets,
    ServiceSource::TableBuckets,
    ServiceSource::VectorBuckets,
];

/// What sources say of an organization in which some calls go wrong.
fn struck(sources: &[ServiceSource], operations: &[&str], kind: FaultKind) -> (Simulation, Vec<ServiceRecord>) {
    let mut scenario = organization();
    let faults = operations.iter().map(|operation| Fault {
        operation: Some((*operation).to_owned()),
        ..Fault::everywhere(kind)
    });
    scenario.faults = faults.collect();
    let simulation = Simulation::start(scenario);
    let sources: BTreeSet<ServiceSource> = sources.iter().copied().collect();
    let records = read(&simulation, &sources, Wishes::default());
    (simulation, records)
}

fn denied() -> FaultKind {
    FaultKind::Denied(Refuser::IdentityPolicy)
}

fn expected(scenario: &Scenario, record: &ServiceRecord) -> Value {
    let account = scenario
        .accounts
        .iter()
        .find(|account| account.id == record.account.as_str())
        .expect("it is in the scenario");
    let region = record.region.as_ref().map(ToString::to_string);
    truth_of(record.reading.source())(scenario, account, region.as_deref())
}

/// The entries of a reading's first list.
fn entries<'reading>(reading: &'reading Value, list: &str) -> &'reading Vec<Value> {
    reading[list].as_array().expect("the list was read")
}

#[test]
fn a_refused_policy_is_a_gap_of_its_own_and_is_judged_all_the_same() {
    let operations = ["GetAccessPointPolicy", "GetAccessPointPolicyForObjectLambda"];
    let (simulation, records) = struck(&SOURCES[..2], &operations, denied());
    let mut refused = 0;
    for record in &records {
        let expected = expected(simulation.world().scenario(), record);
        let said = plain(record);
        let both = entries(&said, "access_points")
            .iter()
            .zip(entries(&expected, "access_points"));
        for (said, expected) in both {
            assert_eq!(said["settings"], expected["settings"]);
            assert_eq!(said["policy_status"], expected["policy_status"]);
            assert_eq!(said["policy"], json!({"gap": "denied"}));
            refused += 1;
        }
    }
    assert!(refused > 0);
    let told = records.iter().flat_map(|record| record.reading.facts());
    let gaps = told.filter(|fact| fact.gap().is_some()).count();
    assert_eq!(gaps, refused, "every gap is told");
}

#[test]
fn grants_are_asked_for_when_the_list_of_instances_is_refused() {
    let source = [ServiceSource::AccessGrants];
    let (simulation, records) = struck(&source, &["ListAccessGrantsInstances"], denied());
    let mut with_grants = 0;
    for record in &records {
        let mut expected = expected(simulation.world().scenario(), record);
        expected["instances"] = json!({"gap": "denied"});
        assert_eq!(plain(record), expected);
        with_grants += usize::from(expected["grants"].is_array());
    }
    assert!(with_grants > 0);
    // Where the list says that there is nothing, nothing more is asked.
    let simulation = Simulation::start(organization());
    read(&simulation, &source.into(), Wishes::default());
    let scenario = simulation.world().scenario();
    let instances: usize = active(scenario)
        .map(|account| account.services.access_grants.len())
        .sum();
    let asked = simulation
        .world()
        .ledger()
        .calls("s3control", "GetAccessGrantsInstanceResourcePolicy");
    assert_eq!(asked, u64::try_from(instances).expect("few"));
}

fn active(scenario: &Scenario) -> impl Iterator<Item = &Account> {
    scenario
        .accounts
        .iter()
        .filter(|account| account.state == AccountState::Active)
}

#[test]
fn an_empty_page_ends_no_list() {
    let (simulation, records) = struck(&SOURCES, &["List*"], FaultKind::EmptyPage);
    for record in &records {
        assert_eq!(
            plain(record),
            expected(simulation.world().scenario(), record),
            "{}",
            record.reading.source()
        );
    }
}

#[test]
fn a_list_that_leads_in_circles_is_a_gap_and_none_of_its_entries_counts() {
    let (_, records) = struck(&SOURCES, &["List*"], FaultKind::EndlessPages);
    let read: BTreeSet<ServiceSource> = records.iter().map(|record| record.reading.source()).collect();
    assert_eq!(read, SOURCES.into());
    for record in &records {
        let facts = record.reading.facts();
        let list = facts.first().expect("a reading tells of its list");
        assert!(list.gap().is_some(), "{}", record.reading.source());
        assert!(facts.iter().all(|fact| fact.subject.is_empty()));
    }
}

#[test]
fn a_refused_detail_takes_nothing_else_with_it() {
    let details = [
        (
            ServiceSource::MultiRegionAccessPoints,
            "GetMultiRegionAccessPointPolicyStatus",
            "policy_status",
        ),
        (
            ServiceSource::StorageLens,
            "GetStorageLensConfiguration",
            "configuration",
        ),
        (ServiceSource::DirectoryBuckets, "GetBucketEncryption", "encryption"),
        (
            ServiceSource::DirectoryBuckets,
            "ListBucketMetricsConfigurations",
            "metrics",
        ),
        (ServiceSource::TableBuckets, "GetTableBucketPolicy", "policy"),
        (ServiceSource::VectorBuckets, "GetVectorBucket", "settings"),
    ];
    let (simulation, records) = struck(&SOURCES, &details.map(|(_, operation, _)| operation), denied());
    let mut refused = BTreeSet::new();
    for record in &records {
        let mut expected = expected(simulation.world().scenario(), record);
        let said = plain(record);
        for (source, operation, member) in details {
            if source != record.reading.source() {
                continue;
            }
            let list = match source {
                ServiceSource::MultiRegionAccessPoints => "access_points",
                ServiceSource::StorageLens => "dashboards",
                _ => "buckets",
            };
            let expected = expected[list].as_array_mut().expect("a list");
            for (expected, said) in expected.iter_mut().zip(entries(&said, list)) {
                // What is known to be absent is not asked about.
                if said[member] == json!({"gap": "denied"}) {
                    refused.insert(operation);
                    expected[member] = said[member].clone();
                }
            }
        }
        assert_eq!(said, expected);
    }
    assert_eq!(refused.len(), details.len(), "{refused:?}");
}

#[test]
fn nothing_asks_for_the_credentials_of_a_directory_bucket() {
    let simulation = Simulation::start(organization());
    let records = read(
        &simulation,
        &[ServiceSource::DirectoryBuckets].into(),
        Wishes::default(),
    );
    let ledger = simulation.world().ledger();
    assert!(ledger.calls("s3express", "GetBucketPolicy") > 0);
    assert!(
        ledger.unknown_operations().is_empty(),
        "{:?}",
        ledger.unknown_operations()
    );
    // The buckets are not asked for where other buckets are.
    let names: BTreeSet<String> = records
        .iter()
        .filter_map(|record| match &record.reading {
            Reading::DirectoryBuckets(reading) => reading.buckets.known().ok().flatten(),
            _ => None,
        })
        .flatten()
        .map(|bucket| bucket.name.clone())
        .collect();
    assert!(!names.is_empty());
    for entry in ledger.entries() {
        let is_directory = entry.bucket.as_ref().is_some_and(|name| names.contains(name));
        assert_eq!(is_directory, entry.service == "s3express" && entry.bucket.is_some());
    }
}

/// Whether some account has more than so many of something in one region.
fn has_more<'region>(accounts: impl Iterator<Item = Vec<&'region str>>, count: usize) -> bool {
    let mut accounts = accounts;
    accounts.any(|regions| {
        let mut counts = std::collections::BTreeMap::new();
        for region in regions {
            *counts.entry(region).or_insert(0) += 1;
        }
        counts.values().any(|found| *found > count)
    })
}

macro_rules! regions {
    ($services:expr, $list:ident, $region:ident) => {
        $services.map(|each| each.$list.iter().map(|one| one.$region.as_str()).collect())
    };
}

#[test]
fn the_organization_has_what_makes_access_points_hard() {
    let scenario = organization();
    let services = || active(&scenario).map(|account| &account.services);
    let points = || services().flat_map(|each| &each.access_points);
    let variants = [
        (
            "pages of access points",
            has_more(regions!(services(), access_points, region), 2),
        ),
        ("an access point of a VPC", points().any(|each| each.vpc.is_some())),
        (
            "an access point on another account's bucket",
            active(&scenario).any(|account| {
                let mut points = account.services.access_points.iter();
                points.any(|each| each.bucket_account.as_ref().is_some_and(|owner| *owner != account.id))
            }),
        ),
        (
            "an access point on a file system",
            points().any(|each| each.bucket.is_none()),
        ),
        (
            "a public access point",
            points().any(|each| each.policy.as_ref().is_some_and(|policy| policy.is_public)),
        ),
        (
            "an access point without policy",
            points().any(|each| each.policy.is_none()),
        ),
        (
            "pages of Object Lambda access points",
            has_more(regions!(services(), object_lambda_access_points, region), 2),
        ),
        (
            "a policy that is not in force everywhere",
            services()
                .flat_map(|each| &each.multi_region_access_points)
                .any(|each| each.established.as_ref().map(|policy| &policy.document) != each.proposed.as_ref()),
        ),
        (
            "pages of Multi-Region Access Points",
            services().any(|each| each.multi_region_access_points.len() > 2),
        ),
    ];
    all_are_there(&variants);
}

fn all_are_there(variants: &[(&str, bool)]) {
    for (variant, is_there) in variants {
        assert!(is_there, "nobody has {variant}");
    }
}

#[test]
fn the_organization_has_what_makes_grants_dashboards_and_special_buckets_hard() {
    let scenario = organization();
    let services = || active(&scenario).map(|account| &account.services);
    let variants = [
        (
            "pages of grants",
            services()
                .flat_map(|each| &each.access_grants)
                .any(|each| each.grants.len() > 2),
        ),
        (
            "an unused instance",
            services()
                .flat_map(|each| &each.access_grants)
                .any(|each| each.locations.is_empty()),
        ),
        (
            "pages of dashboards",
            has_more(regions!(services(), storage_lens, home_region), 2),
        ),
        (
            "a dashboard of the organization",
            services()
                .flat_map(|each| &each.storage_lens)
                .any(|each| each.organization.is_some()),
        ),
        (
            "pages of directory buckets",
            has_more(regions!(services(), directory_buckets, region), 2),
        ),
        (
            "pages of inventories",
            services()
                .flat_map(|each| &each.directory_buckets)
                .any(|each| each.inventory.len() > 2),
        ),
        (
            "a directory bucket without default encryption",
            services()
                .flat_map(|each| &each.directory_buckets)
                .any(|each| each.encryption.is_none()),
        ),
        (
            "a table bucket that AWS keeps",
            services()
                .flat_map(|each| &each.table_buckets)
                .any(|each| each.kind == "aws"),
        ),
        (
            "pages of table buckets",
            has_more(regions!(services(), table_buckets, region), 2),
        ),
        (
            "pages of vector buckets",
            has_more(regions!(services(), vector_buckets, region), 2),
        ),
        (
            "a key",
            services().any(|each| {
                let tables = each.table_buckets.iter().any(|bucket| bucket.kms_key.is_some());
                tables || each.vector_buckets.iter().any(|bucket| bucket.kms_key.is_some())
            }),
        ),
    ];
    all_are_there(&variants);
}

#[test]
fn keys_are_told_with_the_region_of_whoever_uses_them() {
    let simulation = Simulation::start(organization());
    let sources = SOURCES.into_iter().collect();
    let mut told = BTreeSet::new();
    for record in read(&simulation, &sources, Wishes::default()) {
        for key in record.reading.keys() {
            assert_eq!(Some(&key.region), record.region.as_ref());
            told.insert((record.account.to_string(), key.key));
        }
    }
    let scenario = simulation.world().scenario();
    let mut used = BTreeSet::new();
    for account in active(scenario) {
        let services = &account.services;
        let exports = services.storage_lens.iter().flat_map(|dashboard| {
            let exports = dashboard.data_export.iter().chain(&dashboard.prefixes_export);
            exports.flat_map(|export| {
                let bucket = export.bucket.iter().map(|bucket| bucket.encryption.as_ref());
                let table = export.table.iter().map(|table| table.encryption.as_ref());
                bucket.chain(table).flatten().filter_map(|each| each.kms_key.clone())
            })
        });
        let directories = services.directory_buckets.iter();
        let directories = directories.filter_map(|bucket| bucket.encryption.as_ref()?.kms_key.clone());
        let tables = services
            .table_buckets
            .iter()
            .filter_map(|bucket| bucket.kms_key.clone());
        let vectors = services
            .vector_buckets
            .iter()
            .filter_map(|bucket| bucket.kms_key.clone());
        let keys = exports.chain(directories).chain(tables).chain(vectors);
        used.extend(keys.map(|key| (account.id.clone(), key)));
    }
    assert_eq!(told, used);
    assert!(!told.is_empty());
}
