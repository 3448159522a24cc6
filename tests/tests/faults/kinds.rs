//! Every kind of fault against three services, and the cause that the evidence has to name for it.

use std::collections::BTreeMap;

use s3attest_model::evidence::{BlockedBy, Evidence, GapCause, Observed};
use s3attest_orgsim::GeneratorOptions;
use s3attest_orgsim::scenario::{Account, Bucket, FaultKind, PublicAccessBlock, Refuser, Role, Scenario};
use s3attest_tests::{CollectedRun, Simulation, strike};

/// The kind that comes after another one. The match knows every kind, so none can be left out of the table.
fn next(kind: FaultKind) -> Option<FaultKind> {
    Some(match kind {
        FaultKind::Denied(refuser) => match refuser {
            Refuser::IdentityPolicy => FaultKind::Denied(Refuser::IdentityPolicyDeny),
            Refuser::IdentityPolicyDeny => FaultKind::Denied(Refuser::ResourcePolicy),
            Refuser::ResourcePolicy => FaultKind::Denied(Refuser::ServiceControlPolicy),
            Refuser::ServiceControlPolicy => FaultKind::Denied(Refuser::ResourceControlPolicy),
            Refuser::ResourceControlPolicy => FaultKind::Denied(Refuser::SessionPolicy),
            Refuser::SessionPolicy => FaultKind::Denied(Refuser::PermissionsBoundary),
            Refuser::PermissionsBoundary => FaultKind::Denied(Refuser::Unnamed),
            Refuser::Unnamed => FaultKind::RoleDenied,
        },
        FaultKind::RoleDenied => FaultKind::Throttled,
        FaultKind::Throttled => FaultKind::InternalError,
        FaultKind::InternalError => FaultKind::ServiceUnavailable,
        FaultKind::ServiceUnavailable => FaultKind::Reset,
        FaultKind::Reset => FaultKind::Stall,
        FaultKind::Stall => FaultKind::Truncated,
        FaultKind::Truncated => FaultKind::Malformed,
        FaultKind::Malformed => FaultKind::ExpiredToken,
        FaultKind::ExpiredToken => FaultKind::RegionOff,
        FaultKind::RegionOff => FaultKind::BucketDeleted,
        FaultKind::BucketDeleted => FaultKind::NotImplemented,
        FaultKind::NotImplemented => FaultKind::NotSubscribed,
        // What only lists of pages have is held by the table of the sources.
        FaultKind::NotSubscribed | FaultKind::EmptyPage | FaultKind::EndlessPages => return None,
    })
}

fn kinds() -> Vec<FaultKind> {
    std::iter::successors(Some(FaultKind::Denied(Refuser::IdentityPolicy)), |kind| next(*kind)).collect()
}

/// What the evidence of a struck call has to say: the cause and, for a denial, what refused it.
fn expected(kind: FaultKind) -> (GapCause, Option<BlockedBy>) {
    let cause = match kind {
        FaultKind::Denied(refuser) => {
            let blocked_by = match refuser {
                Refuser::IdentityPolicy | Refuser::IdentityPolicyDeny => BlockedBy::IdentityPolicy,
                Refuser::ResourcePolicy => BlockedBy::ResourcePolicy,
                Refuser::ServiceControlPolicy => BlockedBy::ServiceControlPolicy,
                Refuser::ResourceControlPolicy => BlockedBy::ResourceControlPolicy,
                Refuser::SessionPolicy => BlockedBy::SessionPolicy,
                Refuser::PermissionsBoundary => BlockedBy::PermissionsBoundary,
                Refuser::Unnamed => BlockedBy::Unknown,
            };
            return (GapCause::Denied, Some(blocked_by));
        }
        FaultKind::RoleDenied => GapCause::NoSession,
        FaultKind::Throttled => GapCause::Throttled,
        FaultKind::InternalError | FaultKind::ServiceUnavailable => GapCause::ServiceError,
        FaultKind::Reset | FaultKind::Truncated => GapCause::ConnectionFailed,
        FaultKind::Stall => GapCause::TimedOut,
        FaultKind::Malformed => GapCause::MalformedAnswer,
        FaultKind::ExpiredToken => GapCause::CredentialsExpired,
        FaultKind::RegionOff => GapCause::RegionOff,
        FaultKind::BucketDeleted => GapCause::BucketGone,
        FaultKind::NotImplemented => GapCause::Unsupported,
        FaultKind::NotSubscribed => GapCause::NotSubscribed,
        FaultKind::EmptyPage | FaultKind::EndlessPages => unreachable!("no setting of a bucket is a list of pages"),
    };
    (cause, None)
}

/// One account for each kind, with one bucket that has tags.
fn scenario() -> Scenario {
    let mut scenario = GeneratorOptions {
        accounts: 1,
        buckets_per_account: 0,
        ..GeneratorOptions::default()
    }
    .generate();
    let caller = scenario.accounts[0].clone();
    for (number, kind) in (1_u64..).zip(kinds()) {
        let id = format!("{number:012}");
        let mut bucket = Bucket::bare(format!("kind-{number}"), "eu-west-1", caller.joined_at);
        bucket.tags = Some(BTreeMap::from([("kind".to_owned(), format!("{kind:?}"))]));
        for operation in ["GetBucketTagging", "GetPublicAccessBlock", "ListRegions", "AssumeRole"] {
            let is_role = kind == FaultKind::RoleDenied;
            if is_role == (operation == "AssumeRole") {
                scenario.faults.push(strike(kind, &id, operation));
            }
        }
        scenario.accounts.push(Account {
            id,
            name: format!("{kind:?}"),
            email: format!("kind-{number}@example.com"),
            public_access_block: Some(PublicAccessBlock::all(true)),
            roles: vec![Role::trusting("s3attest-read", &caller.id)],
            buckets: vec![bucket],
            ..caller.clone()
        });
    }
    scenario
}

fn hold<T>(evidence: &Evidence<T>, kind: FaultKind, wrong: &mut Vec<String>) {
    let operation = &evidence.source.operation;
    let said = match &evidence.observed {
        Observed::Present(_) => None,
        Observed::Absent => {
            wrong.push(format!("{kind:?} × {operation}: counts as absent"));
            return;
        }
        Observed::Gap(gap) => Some((gap.cause, gap.blocked_by)),
    };
    // A bucket that is gone is no matter of calls that concern no bucket.
    let strikes = kind != FaultKind::BucketDeleted || operation.as_str().starts_with("s3.");
    let wanted = strikes.then(|| expected(kind));
    if said != wanted {
        let detail = evidence.as_gap().map(|gap| gap.detail.as_str()).unwrap_or_default();
        wrong.push(format!(
            "{kind:?} × {operation}: {said:?}, expected {wanted:?} ({detail})"
        ));
    }
}

#[test]
fn every_kind_of_fault_leaves_a_gap_with_its_cause() {
    let simulation = Simulation::start(scenario());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("run");
    let requests = "[requests]\nanswer_timeout_seconds = 3\nattempts = 2\n";
    simulation
        .scan_with(&path, requests)
        .argument("--min-coverage")
        .argument("100")
        .run()
        .expect_code(4);
    let run = CollectedRun::open(&path);
    let mut wrong = Vec::new();
    let mut combinations = 0;
    for (number, kind) in (1_u64..).zip(kinds()) {
        let id = format!("{number:012}");
        let facts = &run.accounts[&id];
        if kind == FaultKind::RoleDenied {
            assert_eq!(facts.access.as_gap().map(|gap| gap.cause), Some(GapCause::Denied));
            assert_eq!(
                facts.bucket_listing.as_gap().map(|gap| gap.cause),
                Some(GapCause::NoSession)
            );
            for cause in [
                facts.regions.as_gap().map(|gap| gap.cause),
                facts.public_access_block.as_gap().map(|gap| gap.cause),
            ] {
                assert_eq!(cause, Some(expected(kind).0));
            }
            combinations += 1;
            continue;
        }
        let bucket = &run.buckets[&(id.clone(), format!("kind-{number}"))];
        hold(&bucket.settings.tagging, kind, &mut wrong);
        hold(&bucket.settings.public_access_block, kind, &mut wrong);
        hold(&facts.public_access_block, kind, &mut wrong);
        hold(&facts.regions, kind, &mut wrong);
        combinations += 4;
    }
    println!("{} kinds, {combinations} combinations", kinds().len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
