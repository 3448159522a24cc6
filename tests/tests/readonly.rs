//! What a scan asks for, as the simulated organization wrote it down: nothing but reads, none of them twice, and with
//! `--only-needed` none in vain.
//!
//! The ledger does not record request headers, so that every call names the expected owner of the bucket is not shown here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use s3attest_collect::Wishes;
use s3attest_model::bucket::BucketSetting;
use s3attest_model::evidence::GapCause;
use s3attest_model::services::ServiceSource;
use s3attest_orgsim::scenario::AccountState;
use s3attest_orgsim::{GeneratorOptions, LedgerEntry, Scenario};
use s3attest_snapshot::Run;
use s3attest_tests::{CollectedRun, Simulation, finding_verdicts};

fn organization() -> Scenario {
    GeneratorOptions {
        accounts: 9,
        buckets_per_account: 5,
        regions: 3,
        seed: 2,
        company: "readonly".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate()
}

fn scan(arguments: &[&str], look: impl FnOnce(&Simulation, &Path)) {
    let simulation = Simulation::start(organization());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    simulation.scan(&run).arguments(arguments).run().expect_code(0);
    look(&simulation, &run);
}

/// The operation as evidence names it.
fn label(entry: &LedgerEntry) -> String {
    format!("{}.{}", entry.service, entry.operation)
}

/// What the program says that it calls, and the two calls by which it signs in.
fn allowed() -> BTreeSet<String> {
    let sources = ServiceSource::ALL.iter().copied().collect();
    let collected = s3attest_collect::operations(&sources, Wishes::default());
    let signing_in = ["sts.GetCallerIdentity", "sts.AssumeRole"];
    collected
        .iter()
        .map(|operation| operation.label)
        .chain(signing_in)
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_complete_scan_calls_nothing_but_the_reads_that_it_declares_and_none_twice() {
    scan(&[], |simulation, _| {
        let ledger = simulation.world().ledger();
        assert_eq!(
            ledger.unknown_operations(),
            BTreeMap::new(),
            "something was asked for that is not offered"
        );
        assert_eq!(ledger.entries_left_out(), 0);
        let entries = ledger.entries();
        let called: BTreeSet<String> = entries.iter().map(label).collect();
        let undeclared: Vec<_> = called.difference(&allowed()).cloned().collect();
        assert!(undeclared.is_empty(), "{undeclared:?}");
        // By name as well, whatever the program declares.
        for operation in &called {
            let name = operation.split_once('.').expect("service and operation").1;
            let reads = ["Get", "List", "Head", "Describe"]
                .iter()
                .any(|verb| name.starts_with(verb));
            // IAM makes a report about the account, which IAM itself keeps; nothing of the account's own changes.
            let harmless = ["AssumeRole", "GenerateCredentialReport"];
            assert!(reads || harmless.contains(&name), "{operation}");
            assert!(
                !name.starts_with("GetObject") || name == "GetObjectLockConfiguration",
                "{operation}"
            );
        }

        let mut calls: BTreeMap<(String, String), u64> = BTreeMap::new();
        for entry in &entries {
            if let Some(bucket) = entry.bucket.as_ref().filter(|_| entry.service == "s3") {
                *calls.entry((bucket.clone(), entry.operation.to_owned())).or_default() += 1;
            }
        }
        let active = simulation.world().scenario().accounts.iter();
        let buckets: usize = active
            .filter(|account| account.state == AccountState::Active)
            .map(|account| account.buckets.len())
            .sum();
        assert_eq!(
            calls.len(),
            buckets * BucketSetting::ALL.len(),
            "each setting of each bucket"
        );
        let twice: Vec<_> = calls.iter().filter(|(_, count)| **count != 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
        // Nothing is asked twice of the same region with the same words, whatever the service.
        let mut questions: BTreeMap<_, Vec<String>> = BTreeMap::new();
        // IAM is asked again for a report until it is made, and STS for credentials before they expire.
        let again = ["AssumeRole", "GenerateCredentialReport", "GetCredentialReport"];
        for entry in entries.iter().filter(|entry| !again.contains(&entry.operation)) {
            let question = (
                &entry.account,
                entry.service,
                entry.operation,
                &entry.region,
                entry.question,
            );
            questions.entry(question).or_default().push(label(entry));
        }
        let twice: BTreeSet<_> = questions.values().filter(|calls| calls.len() > 1).flatten().collect();
        assert!(twice.is_empty(), "asked twice in the same words: {twice:?}");
        // A bucket is asked in its own region and by its own account: nothing is redirected and nothing refused.
        for entry in entries.iter().filter(|entry| entry.bucket.is_some()) {
            assert!(matches!(entry.status, Some(200 | 404)), "{entry:?}");
        }
    });
}

#[test]
fn only_needed_leaves_out_what_no_check_reads_and_changes_no_verdict() {
    let mut complete = BTreeMap::new();
    scan(&[], |_, run| {
        complete = finding_verdicts(&CollectedRun::open(run).findings);
    });
    scan(&["--only-needed"], |simulation, run| {
        // No page among docs/checks speaks of these three.
        let unread = ["acceleration", "abac", "metadata"];
        let information = Run::open(run).expect("a run").information().clone();
        let left_out: BTreeSet<&str> = information.settings_left_out.iter().map(String::as_str).collect();
        assert_eq!(left_out, BTreeSet::from(unread));
        for setting in BucketSetting::ALL {
            let operation = setting.operation();
            let name = operation.as_str().strip_prefix("s3.").expect("an operation of S3");
            let calls = simulation.world().ledger().calls("s3", name);
            assert_eq!(
                calls == 0,
                unread.contains(&setting.key()),
                "{operation} was called {calls} times"
            );
        }
        let collected = CollectedRun::open(run);
        assert_eq!(finding_verdicts(&collected.findings), complete);
        for covered in collected.account_coverage.values() {
            // Some keys of strangers cannot be read; what was left out is not among what was asked for.
            assert!(
                covered.gaps.iter().all(|gap| gap.cause != GapCause::NotCollected),
                "what was left out was not asked for"
            );
        }
    });
}
