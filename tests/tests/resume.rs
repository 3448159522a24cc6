//! A scan that is killed in the middle, and what `--resume` makes of what it left.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use s3attest_model::account::Access;
use s3attest_model::coverage::AccountStatus;
use s3attest_model::evidence::Observed;
use s3attest_model::finding::Finding;
use s3attest_model::identifiers::AccountId;
use s3attest_orgsim::scenario::{Fault, FaultKind};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_snapshot::Run;
use s3attest_tests::{CollectedRun, Simulation, strike};

fn organization() -> Scenario {
    GeneratorOptions {
        accounts: 7,
        buckets_per_account: 5,
        regions: 3,
        seed: 31,
        company: "resumed".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate()
}

/// A call that is not answered may wait for a long time: until the scan is killed.
const PATIENT: &str = "[requests]\nanswer_timeout_seconds = 120\nattempts = 3\n";

/// The accounts whose files have their final names.
fn finished(run: &Path) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(run.join("accounts")) else {
        return BTreeSet::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".ndjson.zst").map(str::to_owned))
        .collect()
}

/// Findings without what differs from one scan to the next: times and request ids.
fn timeless(findings: &[Finding]) -> Vec<Finding> {
    let mut findings = findings.to_vec();
    for finding in &mut findings {
        // A comparison of sources says when each of them was read.
        let parts: Vec<&str> = finding.message.split("(read ").collect();
        let rest = parts
            .iter()
            .skip(1)
            .map(|part| part.split_once(')').map_or(*part, |(_, rest)| rest));
        finding.message = parts.iter().take(1).copied().chain(rest).collect();
    }
    for reference in findings.iter_mut().flat_map(|finding| &mut finding.evidence) {
        reference.source.observed_at = None;
        reference.source.request_id = None;
    }
    findings
}

fn controls(run: &Path) -> Vec<u8> {
    fs::read(run.join("assessment/controls.json")).expect("the controls were written")
}

#[test]
fn a_killed_scan_goes_on_where_it_was_and_ends_as_if_nothing_had_happened() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let undisturbed = directory.path().join("undisturbed");
    Simulation::start(organization())
        .scan_with(&undisturbed, PATIENT)
        .run()
        .expect_code(0);

    let mut scenario = organization();
    let id = |at: usize| scenario.accounts[at].id.clone();
    let (refused, hanging) = (id(1), [id(3), id(5)]);
    // The first call is never answered, the second one is: the scan cannot get past it, and its successor can.
    let once = |fault: Fault| Fault {
        times: Some(1),
        ..fault
    };
    scenario.faults = vec![once(strike(FaultKind::RoleDenied, &refused, "AssumeRole"))];
    scenario.faults.extend(
        hanging
            .iter()
            .map(|id| once(strike(FaultKind::Stall, id, "GetBucketAcl"))),
    );
    let simulation = Simulation::start(scenario.clone());
    let run = directory.path().join("killed");

    let mut child = simulation.scan_with(&run, PATIENT).start();
    let until = Instant::now() + Duration::from_mins(2);
    let hangs = |account: &String| {
        let entries = simulation.world().ledger().entries();
        entries.iter().any(|entry| {
            entry.account.as_ref() == Some(account) && entry.operation == "GetBucketAcl" && entry.status.is_none()
        })
    };
    // The refused account is written while the others are still being opened, so it does not count as progress.
    while finished(&run).iter().all(|account| *account == refused) || !hanging.iter().all(hangs) {
        assert!(
            child.try_wait().expect("a child").is_none(),
            "the scan ended though two of its calls have no answer"
        );
        assert!(Instant::now() < until, "no account was finished");
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("the child runs");
    child.wait().expect("the child was killed");
    let before = finished(&run);
    assert!(
        before.contains(&refused),
        "the refused account has its reason on the disk"
    );
    assert!(hanging.iter().all(|account| !before.contains(account)), "{before:?}");
    assert!(
        !run.join("manifest.json").exists() && !run.join("assessment").exists(),
        "nothing pretends to be complete"
    );
    let asked_before = simulation.world().ledger().requests();

    let resumed = simulation.signed(s3attest_tests::Program::new(["scan"]));
    let resumed = resumed.argument("--config").argument(simulation.configuration(PATIENT));
    resumed.argument("--resume").argument(&run).run().expect_code(0);

    let (killed, calm) = (CollectedRun::open(&run), CollectedRun::open(&undisturbed));
    assert_eq!(timeless(&killed.findings), timeless(&calm.findings));
    assert_eq!(controls(&run), controls(&undisturbed));
    assert_eq!(killed.account_coverage, calm.account_coverage);
    assert_eq!(killed.bucket_coverage, calm.bucket_coverage);
    assert_eq!(
        killed.account_coverage[&refused].status,
        AccountStatus::Assessed,
        "it was tried again"
    );
    assert!(
        matches!(
            &killed.accounts[&refused].access.observed,
            Observed::Present(Access::Role(_))
        ),
        "{:?}",
        killed.accounts[&refused].access
    );
    let verified = s3attest_tests::Program::new(["verify"]).argument(&run).run();
    verified.expect_code(0);

    let kept: BTreeSet<&String> = before.iter().filter(|account| **account != refused).collect();
    // A list has several pages, each asked for in words of its own.
    let mut reads: BTreeMap<(String, String, u64), u64> = BTreeMap::new();
    for entry in simulation.world().ledger().entries() {
        let (Some(account), Some(bucket)) = (&entry.account, &entry.bucket) else {
            continue;
        };
        if !kept.contains(account) {
            continue;
        }
        assert!(
            entry.number <= asked_before,
            "{bucket} of the finished account {account} was asked again: {entry:?}"
        );
        let question = (bucket.clone(), entry.operation.to_owned(), entry.question);
        *reads.entry(question).or_default() += 1;
    }
    assert!(reads.len() >= 20, "the finished accounts have buckets");
    let twice: Vec<_> = reads.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

/// A finished run of a small organization, with the simulation that it was made of.
fn small() -> (Simulation, tempfile::TempDir, PathBuf) {
    let scenario = GeneratorOptions {
        accounts: 2,
        buckets_per_account: 2,
        seed: 5,
        ..GeneratorOptions::default()
    };
    let simulation = Simulation::start(scenario.generate());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    simulation.scan(&run).run().expect_code(0);
    (simulation, directory, run)
}

#[test]
fn a_run_is_not_resumed_under_other_terms() {
    let (simulation, _directory, run) = small();
    let caller = simulation.world().scenario().caller_account.clone();
    let other = simulation.world().scenario().accounts[1].id.clone();
    let resume = || {
        simulation
            .signed(s3attest_tests::Program::new(["scan"]))
            .argument("--resume")
            .argument(&run)
    };
    for (arguments, words) in [
        (vec!["--account", caller.as_str()], "another selection of accounts"),
        (
            vec!["--exclude-account", other.as_str()],
            "another selection of accounts",
        ),
        (vec!["--only-needed"], "another choice of settings"),
    ] {
        let finished = resume().arguments(&arguments).run();
        let finished = finished.expect_code(2);
        assert!(finished.stderr.contains(words), "{}", finished.stderr);
        assert!(
            finished.stderr.contains(run.to_str().expect("a plain path")),
            "{}",
            finished.stderr
        );
    }
    // Credentials of another account would mix two organizations' evidence.
    let foreign = simulation.world().credentials(&other).expect("the account exists");
    let finished = resume()
        .variable("AWS_ACCESS_KEY_ID", foreign.access_key_id)
        .variable("AWS_SECRET_ACCESS_KEY", foreign.secret_access_key)
        .run()
        .expect_code(2);
    assert!(
        finished.stderr.contains(&other) && finished.stderr.contains(&caller),
        "{}",
        finished.stderr
    );
}

#[test]
fn resuming_a_complete_run_reads_nothing_and_judges_again() {
    let (simulation, _directory, run) = small();
    let before = CollectedRun::open(&run);
    let asked = simulation.world().ledger().calls("s3", "ListBuckets");
    let program = simulation.signed(s3attest_tests::Program::new(["scan"]));
    program.argument("--resume").argument(&run).run().expect_code(0);
    assert_eq!(simulation.world().ledger().calls("s3", "ListBuckets"), asked);
    assert_eq!(CollectedRun::open(&run).findings, before.findings);
    for account in &simulation.world().scenario().accounts {
        let id = AccountId::new(account.id.as_str()).expect("twelve digits");
        assert!(Run::open(&run).expect("a run").has_account(&id));
    }
}
