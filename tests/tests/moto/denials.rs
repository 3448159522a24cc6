//! Roles that may not read everything: moto checks signatures and identity policies here, as it says in
//! `tests/python/moto_denials.py`. What was denied is a gap that says so, and nothing that rests on it passes.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::account::Access;
use s3attest_model::evidence::GapCause;
use s3attest_model::finding::{Finding, Verdict};
use s3attest_tests::{CollectedRun, Peer, peer};
use serde::Deserialize;

use crate::server::{Keys, Moto};
use crate::{gaps_of_a_bucket, rests_on_services, tallied};

/// The script's output.
#[derive(Debug, Deserialize)]
struct Truth {
    access_key_id: String,
    secret_access_key: String,
    /// By what the account's role may do.
    accounts: BTreeMap<String, Account>,
    denied: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Account {
    id: String,
    buckets: Vec<String>,
}

/// The checks that need what is denied, whatever the bucket: its access control list, its policy, its logging or its
/// lifecycle. Without the logging of all buckets nobody knows which of them are log targets.
const NEEDS_WHAT_IS_DENIED: [&str; 20] = [
    "s3-referenced-bucket-exists",
    "s3-bucket-acl-grants",
    "s3-bucket-policy-cross-account-admin-actions",
    "s3-bucket-tls-only",
    "s3-bucket-tls-minimum-version",
    "s3-bucket-policy-wildcard",
    "s3-bucket-policy-source-conditions",
    "s3-bucket-sse-c-blocked",
    "s3-bucket-access-logging",
    "s3-log-target-location",
    "s3-log-target-separate",
    "s3-log-target-retention",
    "s3-log-target-no-default-retention",
    "s3-log-target-date-partition",
    "s3-bucket-kms-encryption",
    "s3-bucket-object-lock",
    "s3-bucket-replication",
    "s3-bucket-lifecycle",
    "s3-bucket-abort-multipart",
    "s3-bucket-mfa-delete",
];
/// It needs the lifecycle of a bucket that has versions.
const NEEDS_IT_WITH_VERSIONS: &str = "s3-bucket-versioned-lifecycle";

fn of_bucket<'run>(run: &'run CollectedRun, bucket: &str) -> BTreeMap<&'run str, &'run Finding> {
    let findings = run.findings.iter().filter(|finding| finding.resource.name() == bucket);
    findings.map(|finding| (finding.check.as_str(), finding)).collect()
}

fn cause(finding: &Finding) -> Option<GapCause> {
    finding.gap.as_ref().map(|gap| gap.cause)
}

#[test]
fn what_a_role_may_not_read_is_a_denied_gap_and_nothing_that_rests_on_it_passes() {
    let Some(python) = peer(Peer::Python) else { return };
    let moto = Moto::start(&python);
    let truth: Truth = serde_json::from_str(&moto.fill("moto_denials.py", &[])).expect("the script prints its truth");
    let keys = Keys {
        id: truth.access_key_id.clone(),
        secret: truth.secret_access_key.clone(),
    };
    let directory = tempfile::tempdir().expect("a temporary directory");
    let directory = directory.path().join("run");
    moto.scan(&keys, &directory).expect_code(0);
    let run = CollectedRun::open(&directory);

    let ids: BTreeSet<&String> = truth.accounts.values().map(|account| &account.id).collect();
    assert_eq!(ids, run.account_coverage.keys().collect());
    without_denials_everything_is_judged(&truth, &run);
    some_reads_are_denied(&truth, &run);
    for may in ["nothing", "caller"] {
        every_read_is_denied(&truth.accounts[may], &run);
    }
    let access = |may: &str| run.accounts[&truth.accounts[may].id].access.known().ok().flatten();
    assert!(matches!(access("nothing"), Some(Access::Role(_))));
    assert!(matches!(access("caller"), Some(Access::Caller(_))));
}

/// The comparison: the same buckets, and nothing denied.
fn without_denials_everything_is_judged(truth: &Truth, run: &CollectedRun) {
    let account = &truth.accounts["everything"];
    for bucket in &account.buckets {
        let covered = &run.bucket_coverage[&(account.id.clone(), bucket.clone())];
        assert_eq!(tallied(&covered.gaps), gaps_of_a_bucket(1), "{bucket}");
        for (check, finding) in of_bucket(run, bucket) {
            if rests_on_services(check) {
                continue;
            }
            assert_ne!(
                finding.verdict,
                Verdict::NotAssessed,
                "{bucket} {check}: {}",
                finding.message
            );
        }
    }
    // What is withheld from the other role would have mattered, both ways.
    let verdict = |number: usize, check: &str| of_bucket(run, &account.buckets[number])[check].verdict;
    assert_eq!(verdict(0, "s3-bucket-tls-only"), Verdict::NotAssessed);
    assert_eq!(verdict(1, "s3-bucket-tls-only"), Verdict::Pass);
    assert_eq!(verdict(1, "s3-bucket-lifecycle"), Verdict::Pass);
    assert_eq!(verdict(1, NEEDS_IT_WITH_VERSIONS), Verdict::Pass);
    assert_eq!(verdict(1, "s3-bucket-acl-grants"), Verdict::Pass);
    assert_eq!(verdict(2, "s3-bucket-acl-grants"), Verdict::Fail);
}

fn some_reads_are_denied(truth: &Truth, run: &CollectedRun) {
    let [allowed, account] = ["everything", "something"].map(|may| &truth.accounts[may]);
    for (number, bucket) in account.buckets.iter().enumerate() {
        let mut gaps = gaps_of_a_bucket(1);
        gaps.extend(
            truth
                .denied
                .iter()
                .map(|operation| ((operation.as_str(), GapCause::Denied), 1)),
        );
        let covered = &run.bucket_coverage[&(account.id.clone(), bucket.clone())];
        assert_eq!(tallied(&covered.gaps), gaps, "{bucket}");

        let seen = of_bucket(run, &allowed.buckets[number]);
        let found = of_bucket(run, bucket);
        let checks = |findings: &BTreeMap<&str, &Finding>| findings.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(checks(&found), checks(&seen), "{bucket}");
        for (check, finding) in found {
            let is_versioned = number == 1;
            if NEEDS_WHAT_IS_DENIED.contains(&check) || (is_versioned && check == NEEDS_IT_WITH_VERSIONS) {
                assert_eq!(
                    finding.verdict,
                    Verdict::NotAssessed,
                    "{bucket} {check}: {}",
                    finding.message
                );
                // Services that were left out may be what it names.
                let is_known = cause(finding) == Some(GapCause::Denied) || rests_on_services(check);
                assert!(is_known, "{bucket} {check}: {}", finding.message);
            } else if !rests_on_services(check) || finding.verdict != Verdict::NotAssessed {
                // What does not rest on it is judged as if nothing were denied.
                assert_eq!(
                    finding.verdict, seen[check].verdict,
                    "{bucket} {check}: {}",
                    finding.message
                );
            }
        }
    }
}

/// The account was reached and nothing of it was read: it stands in the coverage, and not one of its findings decides.
fn every_read_is_denied(account: &Account, run: &CollectedRun) {
    let id = &account.id;
    let covered = &run.account_coverage[id];
    assert_eq!(covered.buckets_listed, None, "{id}");
    assert_eq!(covered.reads.answered, 0, "{id}");
    let gaps = BTreeMap::from([
        (("account.ListRegions", GapCause::Unsupported), 1),
        (("s3.ListBuckets", GapCause::Denied), 1),
        (("s3control.GetPublicAccessBlock", GapCause::Denied), 1),
    ]);
    assert_eq!(tallied(&covered.gaps), gaps, "{id}");
    let findings: Vec<&Finding> = run
        .findings
        .iter()
        .filter(|finding| finding.resource.account().as_str() == id && !rests_on_services(finding.check.as_str()))
        .collect();
    assert!(!findings.is_empty(), "{id} has no findings at all");
    for finding in findings {
        let said = (finding.verdict, cause(finding));
        assert_eq!(
            said,
            (Verdict::NotAssessed, Some(GapCause::Denied)),
            "{id}: {}",
            finding.message
        );
    }
}
