//! Sample values for the tests of run directories, small and different from one another.

use jiff::Timestamp;
use s3attest_model::access::{AccessAnswer, AccessKind, AccessSentence, Audience, BucketAccess, Reach};
use s3attest_model::account::{Access, AccountFacts, BucketListing};
use s3attest_model::assessment::{AssessmentSummary, FrameworkInformation};
use s3attest_model::bucket::{Bucket, BucketSettings};
use s3attest_model::control::{
    AccountCounts, ControlCell, ControlMatrixRecord, ControlScope, ControlStatus, ResourceCounts,
};
use s3attest_model::coverage::{CoverageRecord, CoverageTotals, RegionCoverage, RegionStatus};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Operation, Source};
use s3attest_model::finding::{EvidenceReference, EvidenceState, Finding, Resource, Verdict, VerdictCounts};
use s3attest_model::identifiers::{AccountId, BucketName, CheckId, ControlId, Partition, RegionName};
use s3attest_model::ledger::{Ledger, LedgerEntry};
use s3attest_model::organization::{AccountListing, Organization, OrganizationRecord};
use s3attest_model::run::{Caller, CollectionSession, Mode, RunInformation, SNAPSHOT_SCHEMA, ScopeSelection};
use s3attest_model::services::ServiceRecord;
use s3attest_snapshot::{AccountEntry, AccountReader, Run, SnapshotError};

pub(crate) fn account(text: &str) -> AccountId {
    AccountId::new(text).unwrap()
}

fn source(operation: &'static str) -> Source {
    Source {
        operation: Operation::named(operation),
        observed_at: Some(Timestamp::from_second(1_800_000_000).unwrap()),
        request_id: Some("4442587FB7D0A2F9".into()),
        code: None,
    }
}

pub(crate) fn information() -> RunInformation {
    RunInformation {
        schema: SNAPSHOT_SCHEMA,
        id: "s3attest-20270115".to_owned(),
        tool_version: "0.1.0".to_owned(),
        started_at: Timestamp::from_second(1_800_000_000).unwrap(),
        partition: Partition::Aws,
        caller: Caller {
            account: account("111111111111"),
            arn: "arn:aws:iam::111111111111:user/auditor".to_owned(),
        },
        mode: Mode::Organization,
        role_template: "arn:{partition}:iam::{account}:role/s3attest-read".to_owned(),
        scope: ScopeSelection::default(),
        settings_left_out: Vec::new(),
        sources_left_out: Vec::new(),
        configuration_digest: "00".repeat(32),
        is_simulated: true,
    }
}

pub(crate) fn organization() -> Vec<OrganizationRecord> {
    vec![
        OrganizationRecord::Organization(Evidence::present(
            Organization {
                id: "o-exampleorgid".to_owned(),
                arn: "arn:aws:organizations::111111111111:organization/o-exampleorgid".to_owned(),
                management_account: account("111111111111"),
                feature_set: Some("ALL".to_owned()),
            },
            source("organizations.DescribeOrganization"),
        )),
        OrganizationRecord::AccountListing(Evidence::present(
            AccountListing { count: 3 },
            source("organizations.ListAccounts"),
        )),
    ]
}

pub(crate) fn facts(id: &str) -> AccountFacts {
    AccountFacts {
        account: account(id),
        partition: Partition::Aws,
        access: Evidence::present(
            Access::Role(format!("arn:aws:iam::{id}:role/s3attest-read")),
            source("sts.AssumeRole"),
        ),
        regions: Evidence::gap(Gap::new(GapCause::Denied, "no"), source("account.ListRegions")),
        assumed_regions: vec![RegionName::new("eu-central-1").unwrap()],
        bucket_listing: Evidence::present(BucketListing { count: 2 }, source("s3.ListBuckets")),
        public_access_block: Evidence::absent(source("s3control.GetPublicAccessBlock")),
    }
}

pub(crate) fn bucket(id: &str, name: &str) -> Bucket {
    let gap = Gap::new(
        GapCause::Throttled,
        "Please reduce your request rate. \u{2028}\n\"quoted\" ü",
    );
    Bucket {
        account: account(id),
        name: BucketName::new(name).unwrap(),
        region: Evidence::present(RegionName::new("eu-central-1").unwrap(), source("s3.ListBuckets")),
        created_at: Some(Timestamp::from_second(1_700_000_000).unwrap()),
        settings: BucketSettings::all_gaps(&gap),
    }
}

pub(crate) fn session(second: i64) -> CollectionSession {
    CollectionSession {
        started_at: Timestamp::from_second(second).unwrap(),
        finished_at: Timestamp::from_second(second + 60).unwrap(),
        ledger: Ledger {
            entries: vec![LedgerEntry {
                operation: Operation::named("s3.GetBucketAcl"),
                calls: 2,
                attempts: 3,
                throttles: 1,
                errors: 0,
                bytes: 512,
                paced_milliseconds: 4,
            }],
        },
    }
}

pub(crate) fn summary(pass: u64) -> AssessmentSummary {
    AssessmentSummary {
        schema: SNAPSHOT_SCHEMA,
        tool_version: "0.1.0".to_owned(),
        configuration_digest: "00".repeat(32),
        framework: FrameworkInformation {
            id: "nist-800-53-r5".to_owned(),
            title: "NIST SP 800-53".to_owned(),
            catalogue_version: "5.2.0".to_owned(),
            extent: None,
            has_baselines: true,
            overlays: Vec::new(),
        },
        other_frameworks: Vec::new(),
        baseline: None,
        coverage: CoverageTotals::default(),
        account_listing_gap: None,
        counts: VerdictCounts {
            pass,
            ..VerdictCounts::default()
        },
        failed_by_severity: Vec::new(),
        accepted_by_severity: Vec::new(),
        checks: Vec::new(),
        accounts: Vec::new(),
        worst: Vec::new(),
        exceptions: None,
    }
}

pub(crate) fn coverage(id: &str) -> CoverageRecord {
    CoverageRecord::Region(RegionCoverage {
        account: account(id),
        region: RegionName::new("eu-central-1").unwrap(),
        status: RegionStatus::Assumed,
        buckets: 2,
    })
}

pub(crate) fn finding(id: &str, message: &str) -> Finding {
    Finding {
        check: CheckId::new("s3-bucket-tls-only").unwrap(),
        resource: Resource::Account { account: account(id) },
        verdict: Verdict::NotAssessed,
        severity: s3attest_model::check::Severity::Medium,
        message: message.to_owned(),
        evidence: Vec::new(),
        gap: None,
        exception: None,
    }
}

/// Writes an account with its buckets, complete.
pub(crate) fn write_account(run: &Run, id: &str, buckets: &[&str]) {
    let mut writer = run.account_writer(&account(id)).unwrap();
    writer.facts(&facts(id)).unwrap();
    for name in buckets {
        writer.bucket(&bucket(id, name)).unwrap();
    }
    writer.finish().unwrap();
}

/// Reads an account to its end, or to the first error.
pub(crate) fn read_account(run: &Run, id: &str) -> Result<Option<(AccountFacts, Vec<Bucket>)>, SnapshotError> {
    let Some(reader) = run.account(&account(id))? else {
        return Ok(None);
    };
    let facts = AccountReader::facts(&reader).clone();
    let mut buckets = Vec::new();
    for entry in reader {
        if let AccountEntry::Bucket(bucket) = entry? {
            buckets.push(*bucket);
        }
    }
    Ok(Some((facts, buckets)))
}

/// The readings of an account's services.
pub(crate) fn read_services(run: &Run, id: &str) -> Vec<ServiceRecord> {
    let reader = run.account(&account(id)).unwrap().unwrap();
    reader
        .filter_map(|entry| match entry.unwrap() {
            AccountEntry::Service(record) => Some(*record),
            AccountEntry::Bucket(_) => None,
        })
        .collect()
}

/// Judges a run with one finding.
pub(crate) fn assess(run: &Run, message: &str) {
    let mut writer = run.begin_assessment().unwrap();
    writer.coverage(&coverage("111111111111")).unwrap();
    writer.finding(&finding("111111111111", message)).unwrap();
    writer.controls(&matrix("111111111111")).unwrap();
    writer.access(&access("111111111111", "first")).unwrap();
    writer.finish(&summary(1), &[]).unwrap();
}

/// Who reaches a bucket: nobody can tell.
pub(crate) fn access(id: &str, name: &str) -> BucketAccess {
    BucketAccess {
        account: account(id),
        name: BucketName::new(name).unwrap(),
        partition: Partition::Aws,
        region: None,
        roles: Vec::new(),
        answers: vec![AccessAnswer {
            audience: Audience::Anyone,
            access: AccessKind::Read,
            reach: Reach::Unclear,
            ways: Vec::new(),
            doubts: Vec::new(),
            stops: Vec::new(),
        }],
        chain: vec![AccessSentence {
            measure: None,
            text: "The bucket policy is not known.".to_owned(),
            evidence: vec![0],
        }],
        evidence: vec![EvidenceReference {
            state: EvidenceState::Gap,
            source: source("s3.GetBucketPolicy"),
            of: None,
        }],
    }
}

/// What a control comes to in an account.
pub(crate) fn matrix(id: &str) -> ControlMatrixRecord {
    let resources = ResourceCounts {
        passed: 2,
        ..ResourceCounts::default()
    };
    let mut accounts = AccountCounts::default();
    accounts.add(ControlStatus::Satisfied);
    ControlMatrixRecord {
        scope: ControlScope::Account { account: account(id) },
        framework: "nist-800-53-r5".to_owned(),
        controls: vec![ControlCell {
            control: ControlId::new("SC-8").unwrap(),
            status: ControlStatus::Satisfied,
            resources,
            accounts,
        }],
    }
}

/// A run with two accounts, judged and sealed.
pub(crate) fn complete_run(directory: &std::path::Path) -> Run {
    let run = Run::create(directory, &information()).unwrap();
    run.write_organization(organization()).unwrap();
    write_account(&run, "111111111111", &["first", "second"]);
    write_account(&run, "222222222222", &[]);
    run.record_session(session(1_800_000_000)).unwrap();
    assess(&run, "first judgement");
    run.seal().unwrap();
    run
}
