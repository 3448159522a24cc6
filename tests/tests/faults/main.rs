//! Scans of an organization in which much goes wrong: nothing aborts, nothing vanishes, nothing unknown passes.

mod kinds;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use s3attest_model::control::ControlStatus;
use s3attest_model::coverage::{AccountCoverage, AccountStatus, BucketCoverage, BucketStatus};
use s3attest_model::evidence::{BlockedBy, GapCause};
use s3attest_model::finding::Verdict;
use s3attest_model::services::ServiceSource;
use s3attest_orgsim::scenario::{
    AccountState, FaultKind, RateLimit, RateLimits, Refuser, Region, RegionStatus, Scenario,
};
use s3attest_orgsim::{GeneratorOptions, LedgerCount};
use s3attest_tests::{CollectedRun, Program, Simulation, finding_verdicts, strike, strike_bucket};
use tempfile::TempDir;

/// The organization, and which of its accounts and buckets are to suffer what.
struct Plan {
    scenario: Scenario,
    denied: String,
    suspended: String,
    throttled: String,
    without_acl: String,
    /// The account with a region that is off, and the buckets in that region.
    region_off: (String, BTreeSet<String>),
    gone: (String, String),
    /// Account, bucket, operation, and the cause that has to be named.
    struck: Vec<(String, String, &'static str, GapCause)>,
}

/// Ten accounts; those with the numbers 0, 1 and 9 are left alone.
fn plan() -> Plan {
    let mut scenario = GeneratorOptions {
        accounts: 10,
        buckets_per_account: 6,
        regions: 3,
        seed: 12,
        company: "storm".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate();
    // Milan has to be opted in to.
    let away = "eu-south-1";
    let remote = &mut scenario.accounts[6];
    for bucket in remote.buckets.iter_mut().skip(1).step_by(2) {
        away.clone_into(&mut bucket.region);
    }
    remote.regions = vec![Region {
        name: away.to_owned(),
        status: RegionStatus::Enabled,
    }];
    let id = |at: usize| scenario.accounts[at].id.clone();
    let bucket = |account: usize, at: usize| scenario.accounts[account].buckets[at].name.clone();
    let in_region = scenario.accounts[6]
        .buckets
        .iter()
        .filter(|bucket| bucket.region == away);
    let struck = [
        (5, 0, "GetBucketVersioning", GapCause::ServiceError),
        (5, 1, "GetBucketPolicy", GapCause::TimedOut),
        (5, 2, "GetBucketLogging", GapCause::ConnectionFailed),
        (7, 0, "GetBucketVersioning", GapCause::ConnectionFailed),
        (7, 1, "GetBucketAcl", GapCause::MalformedAnswer),
        (7, 2, "GetBucketNotificationConfiguration", GapCause::CredentialsExpired),
    ];
    Plan {
        denied: id(2),
        without_acl: id(3),
        throttled: id(4),
        suspended: id(8),
        gone: (id(5), bucket(5, 3)),
        region_off: (id(6), in_region.map(|bucket| bucket.name.clone()).collect()),
        struck: struck
            .into_iter()
            .map(|(account, at, operation, cause)| (id(account), bucket(account, at), operation, cause))
            .collect(),
        scenario,
    }
}

impl Plan {
    /// The organization with everything that goes wrong.
    fn disturbed(&self) -> Scenario {
        let mut scenario = self.scenario.clone();
        scenario.faults = vec![
            strike(FaultKind::RoleDenied, &self.denied, "AssumeRole"),
            strike(
                FaultKind::Denied(Refuser::ServiceControlPolicy),
                &self.without_acl,
                "GetBucketAcl",
            ),
            strike_bucket(FaultKind::BucketDeleted, &self.gone.1, "*"),
        ];
        let kinds = [
            FaultKind::InternalError,
            FaultKind::Stall,
            FaultKind::Reset,
            FaultKind::Truncated,
            FaultKind::Malformed,
            FaultKind::ExpiredToken,
        ];
        for ((_, bucket, operation, _), kind) in self.struck.iter().zip(kinds) {
            scenario.faults.push(strike_bucket(kind, bucket, operation));
        }
        for account in &mut scenario.accounts {
            if account.id == self.suspended {
                account.state = AccountState::Suspended;
            }
            if account.id == self.throttled {
                // Enough for the list and a bucket or two.
                let s3 = Some(RateLimit {
                    per_second: 2.0,
                    burst: 30,
                });
                account.rate_limits = Some(RateLimits {
                    s3,
                    ..RateLimits::default()
                });
            }
            if account.id == self.region_off.0 {
                account.regions[0].status = RegionStatus::Disabled;
            }
        }
        scenario
    }

    fn is_untouched(&self, account: &str) -> bool {
        let touched = [
            &self.denied,
            &self.suspended,
            &self.throttled,
            &self.without_acl,
            &self.region_off.0,
        ];
        !touched.contains(&&account.to_owned()) && self.struck.iter().all(|(struck, ..)| struck != account)
    }
}

const CONFIGURATION: &str = "[requests]\nanswer_timeout_seconds = 3\nattempts = 3\nbuckets_at_once_in_region = 16\n";

struct Scanned {
    directory: TempDir,
    run: CollectedRun,
    calls: Vec<LedgerCount>,
}

impl Scanned {
    fn path(&self) -> PathBuf {
        self.directory.path().join("run")
    }
}

/// Scans to the end; the exit code is asserted on.
fn scan(scenario: Scenario, arguments: &[&str], code: i32) -> Scanned {
    let simulation = Simulation::start(scenario);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("run");
    // The sources of account services have a table of faults of their own.
    let left_out: Vec<&str> = ServiceSource::ALL.iter().map(|source| source.key()).collect();
    let configuration = format!("{CONFIGURATION}[sources]\nleave_out = {left_out:?}\n");
    let program = simulation.scan_with(&path, &configuration);
    program.arguments(arguments).run().expect_code(code);
    Scanned {
        run: CollectedRun::open(&path),
        calls: simulation.world().ledger().counts(),
        directory,
    }
}

#[test]
fn a_scan_through_a_storm_aborts_nothing_loses_nothing_and_passes_nothing_unknown() {
    let plan = plan();
    let calm = scan(plan.scenario.clone(), &["--fail-on", "low"], 3);
    let storm = scan(plan.disturbed(), &[], 0);
    every_account_and_bucket_is_covered(&plan, &storm.run);
    no_finding_is_lost(&plan, &calm.run, &storm.run);
    gaps_have_their_causes(&plan, &storm.run);
    the_table_says_what_the_records_say(&storm);
    nothing_unknown_passes(&plan, &calm.run, &storm.run);
    gates_say_so(&calm, &storm);
}

fn account<'run>(run: &'run CollectedRun, id: &str) -> &'run AccountCoverage {
    run.account_coverage.get(id).unwrap_or_else(|| panic!("{id} vanished"))
}

fn bucket<'run>(run: &'run CollectedRun, account: &str, name: &str) -> &'run BucketCoverage {
    let key = (account.to_owned(), name.to_owned());
    run.bucket_coverage
        .get(&key)
        .unwrap_or_else(|| panic!("{account}/{name} vanished"))
}

fn every_account_and_bucket_is_covered(plan: &Plan, run: &CollectedRun) {
    assert_eq!(run.account_coverage.len(), plan.scenario.accounts.len());
    for truth in &plan.scenario.accounts {
        let covered = account(run, &truth.id);
        let (status, reason, remedy) = match &truth.id {
            id if *id == plan.denied => (AccountStatus::Denied, "sts:AssumeRole", "trust policy"),
            id if *id == plan.suspended => (AccountStatus::NotActive, "SUSPENDED", ""),
            id if *id == plan.throttled => (AccountStatus::PartlyAssessed, "kept throttling", "lower rates"),
            id if *id == plan.without_acl => (
                AccountStatus::PartlyAssessed,
                "s3.GetBucketAcl (access was denied",
                "service control policies",
            ),
            id if *id == plan.region_off.0 => (AccountStatus::PartlyAssessed, "region is not enabled", "region is off"),
            id if plan.is_untouched(id) => (AccountStatus::Assessed, "", ""),
            _ => (AccountStatus::PartlyAssessed, "reads were not answered", ""),
        };
        assert_eq!(covered.status, status, "{}: {}", truth.id, covered.reason);
        assert!(covered.reason.contains(reason), "{}: {}", truth.id, covered.reason);
        assert!(covered.remedy.contains(remedy), "{}: {}", truth.id, covered.remedy);
        assert_eq!(
            covered.reason.is_empty(),
            status == AccountStatus::Assessed,
            "{}",
            truth.id
        );
        if matches!(status, AccountStatus::Denied | AccountStatus::NotActive) {
            assert_eq!(covered.buckets.total(), 0, "{}", truth.id);
            continue;
        }
        assert_eq!(covered.buckets_listed, Some(truth.buckets.len() as u64), "{}", truth.id);
        assert_eq!(covered.buckets.total(), truth.buckets.len() as u64, "{}", truth.id);
        for listed in &truth.buckets {
            let covered = bucket(run, &truth.id, &listed.name);
            assert!(covered.reads.asked == 20, "{}: {:?}", listed.name, covered.reads);
            let missing: u64 = covered.gaps.iter().map(|gap| gap.count).sum();
            assert_eq!(covered.reads.answered + missing, covered.reads.asked, "{}", listed.name);
        }
    }
}

/// Of what each check spoke, by account and resource.
fn spoken(run: &CollectedRun) -> BTreeMap<(&str, &str), BTreeSet<&str>> {
    let mut spoken: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for finding in &run.findings {
        let resource = (finding.resource.account().as_str(), finding.resource.name());
        spoken.entry(resource).or_default().insert(finding.check.as_str());
    }
    spoken
}

/// Every bucket has a finding of each check that it has in a calm scan, and so has every account for what is in it. What would
/// be said of an account's regions and access points is said of the account where they are not known.
fn no_finding_is_lost(plan: &Plan, calm: &CollectedRun, storm: &CollectedRun) {
    let (calm_spoken, storm_spoken) = (spoken(calm), spoken(storm));
    for truth in &plan.scenario.accounts {
        if truth.id == plan.suspended {
            continue;
        }
        let of_account = |spoken: &BTreeMap<(&str, &str), BTreeSet<&str>>| -> BTreeSet<String> {
            let here = spoken.iter().filter(|((account, _), _)| *account == truth.id);
            let others = here.filter(|((_, name), _)| truth.buckets.iter().all(|bucket| bucket.name != *name));
            others.flat_map(|(_, checks)| checks).map(ToString::to_string).collect()
        };
        let (before, after) = (of_account(&calm_spoken), of_account(&storm_spoken));
        let lost: Vec<&String> = before.difference(&after).collect();
        assert!(lost.is_empty(), "{}: nothing is said by {lost:?}", truth.id);
        assert!(before.len() > 25, "{}: {before:?}", truth.id);
        for bucket in truth.buckets.iter().filter(|_| truth.id != plan.denied) {
            let resource = (truth.id.as_str(), bucket.name.as_str());
            assert_eq!(calm_spoken[&resource], storm_spoken[&resource], "{}", bucket.name);
            assert!(calm_spoken[&resource].len() > 40, "{}", bucket.name);
        }
    }
}

fn gaps_have_their_causes(plan: &Plan, run: &CollectedRun) {
    let acl = account(run, &plan.without_acl);
    let [gap] = acl.gaps.as_slice() else {
        panic!("{:?}", acl.gaps)
    };
    assert_eq!(
        (gap.operation.as_str(), gap.cause, gap.blocked_by, gap.count),
        (
            "s3.GetBucketAcl",
            GapCause::Denied,
            Some(BlockedBy::ServiceControlPolicy),
            acl.buckets.total()
        )
    );
    let gone = bucket(run, &plan.gone.0, &plan.gone.1);
    assert_eq!(gone.status, BucketStatus::Gone);
    assert!(
        gone.gaps.iter().all(|gap| gap.cause == GapCause::BucketGone),
        "{:?}",
        gone.gaps
    );
    for name in &plan.region_off.1 {
        let off = bucket(run, &plan.region_off.0, name);
        assert_eq!(
            (off.status, off.reads.answered),
            (BucketStatus::Unreadable, 0),
            "{name}"
        );
        assert!(
            off.gaps.iter().all(|gap| gap.cause == GapCause::RegionOff),
            "{name}: {:?}",
            off.gaps
        );
    }
    for (account, name, operation, cause) in &plan.struck {
        let struck = bucket(run, account, name);
        let [gap] = struck.gaps.as_slice() else {
            panic!("{name}: {:?}", struck.gaps)
        };
        assert_eq!(struck.status, BucketStatus::PartlyAssessed, "{name}");
        assert_eq!(
            (gap.operation.as_str(), gap.cause),
            (format!("s3.{operation}").as_str(), *cause),
            "{name}: {gap:?}"
        );
    }
    let throttled = account(run, &plan.throttled);
    assert!(
        throttled.gaps.iter().all(|gap| gap.cause == GapCause::Throttled),
        "{:?}",
        throttled.gaps
    );
}

/// `coverage.csv` holds each account and each bucket with what the records say of it.
fn the_table_says_what_the_records_say(storm: &Scanned) {
    let path = storm.path().join("report/coverage.csv");
    let mut table = csv::Reader::from_path(&path).expect("the table can be read");
    let mut lists = 0;
    let mut accounts = 0;
    let mut buckets = 0;
    for row in table.deserialize() {
        let row: BTreeMap<String, String> = row.expect("a row");
        match row["record"].as_str() {
            "account" => {
                accounts += 1;
                let covered = account(&storm.run, &row["account_id"]);
                assert_eq!(row["status"], covered.status.as_str());
                assert_eq!(row["reason"], covered.reason);
                assert_eq!(row["remedy"], covered.remedy);
            }
            "bucket" => {
                buckets += 1;
                let covered = bucket(&storm.run, &row["account_id"], &row["bucket"]);
                assert_eq!(row["status"], covered.status.as_str());
                for gap in &covered.gaps {
                    let named = format!("{} {}", gap.operation, gap.cause);
                    assert!(row["gaps"].contains(&named), "{named} is missing in {}", row["gaps"]);
                }
            }
            "source" | "organization" => {
                assert_ne!(row["status"], "", "{row:?}");
            }
            "account-list" => {
                lists += 1;
                let is_whole = storm.run.summary.account_listing_gap.is_none();
                assert_eq!(row["status"] == "read", is_whole, "{row:?}");
                assert_eq!(row["gaps"].is_empty(), is_whole, "{row:?}");
            }
            "region" => {}
            other => panic!("a record of the kind {other}"),
        }
    }
    assert_eq!(lists, 1, "whether every account is known is said once");
    assert_eq!(
        (accounts, buckets),
        (storm.run.account_coverage.len(), storm.run.bucket_coverage.len())
    );
}

/// Whether what a finding lacks is another account's: services speak across accounts, and a bucket may refer to one elsewhere. An
/// account that could be entered lacks no session itself.
fn is_about_others(finding: &s3attest_model::finding::Finding) -> bool {
    let cause = finding.gap.as_ref().map(|gap| gap.cause);
    !finding.check.as_str().starts_with("s3-") || cause == Some(GapCause::NoSession)
}

fn nothing_unknown_passes(plan: &Plan, calm: &CollectedRun, storm: &CollectedRun) {
    let undisturbed = finding_verdicts(&calm.findings);
    let mut unknown = 0;
    for finding in &storm.findings {
        let account = finding.resource.account().as_str();
        let key = (
            account.to_owned(),
            finding.resource.name().to_owned(),
            finding.check.to_string(),
        );
        let Some(calm) = undisturbed.get(&key).copied() else {
            // What is said of an account because its regions or access points are not known.
            assert_eq!(finding.verdict, Verdict::NotAssessed, "{key:?}: {}", finding.message);
            continue;
        };
        if finding.verdict == Verdict::NotAssessed && calm != Verdict::NotAssessed {
            unknown += 1;
            assert!(finding.gap.is_some(), "{key:?} does not say why");
            assert!(
                !plan.is_untouched(account) || is_about_others(finding),
                "{key:?} of an untouched account is not assessed: {}",
                finding.message
            );
        } else {
            assert_eq!(finding.verdict, calm, "{key:?}: {}", finding.message);
        }
    }
    assert!(unknown > 100, "the faults left only {unknown} verdicts open");
    // With an account unread, no control can be said to be satisfied by all of the organization.
    for control in &storm.controls {
        assert_ne!(control.status, ControlStatus::Satisfied, "{}", control.control);
    }
}

fn gates_say_so(calm: &Scanned, storm: &Scanned) {
    let assess = |run: &Path, gates: &[&str], code: i32| {
        let finished = Program::new(["assess"]).argument(run).arguments(gates).run();
        finished.expect_code(code).stderr
    };
    assess(&calm.path(), &["--min-coverage", "100"], 0);
    assess(&calm.path(), &["--min-coverage", "100", "--fail-on", "low"], 3);
    let said = assess(&storm.path(), &["--fail-on", "low"], 3);
    assert!(said.contains("--fail-on low"), "{said}");
    let said = assess(&storm.path(), &["--min-coverage", "100"], 4);
    assert!(said.contains("--min-coverage"), "{said}");
    assess(&storm.path(), &["--min-coverage", "100", "--fail-on", "low"], 4);
    assess(&storm.path(), &["--min-coverage", "1"], 0);
    let throttles: u64 = storm.calls.iter().map(|count| count.throttles).sum();
    assert!(
        throttles > 0,
        "nobody was throttled, so the test shows nothing about it"
    );
}
