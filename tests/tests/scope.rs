//! Which accounts a scan reads, and with whose credentials.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use s3attest_model::coverage::AccountStatus;
use s3attest_model::finding::Resource;
use s3attest_model::services::ServiceSource;
use s3attest_orgsim::scenario::{AccountState, FaultKind, Refuser, Role};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_tests::{CollectedRun, Finished, Simulation, strike};
use tempfile::TempDir;

/// Nine accounts: management, security (2), infrastructure (2), production, development (2), sandbox.
fn options() -> GeneratorOptions {
    GeneratorOptions {
        accounts: 9,
        buckets_per_account: 1,
        regions: 1,
        seed: 3,
        company: "scoped".to_owned(),
        ..GeneratorOptions::default()
    }
}

struct Scanned {
    simulation: Simulation,
    directory: TempDir,
    finished: Finished,
}

impl Scanned {
    fn run(&self) -> PathBuf {
        self.directory.path().join("run")
    }

    fn open(&self) -> CollectedRun {
        CollectedRun::open(&self.run())
    }

    fn status(&self, account: &str) -> AccountStatus {
        self.open().account_coverage[account].status
    }
}

fn scan(scenario: Scenario, configuration: &str, arguments: &[&str], code: i32) -> Scanned {
    let simulation = Simulation::start(scenario);
    let directory = tempfile::tempdir().expect("a temporary directory");
    // A key of a stranger is never read in full; which accounts are read is not a matter of their sources.
    let left_out: Vec<&str> = ServiceSource::ALL.iter().map(|source| source.key()).collect();
    let configuration = format!("{configuration}\n[sources]\nleave_out = {left_out:?}\n");
    let program = simulation.scan_with(&directory.path().join("run"), &configuration);
    let finished = program.arguments(arguments).run().expect_code(code);
    Scanned {
        simulation,
        directory,
        finished,
    }
}

/// The names of the accounts that were read, after a scan with a selection.
fn read(configuration: &str, arguments: &[&str]) -> BTreeSet<String> {
    let scanned = scan(options().generate(), configuration, arguments, 0);
    let run = scanned.open();
    assert_eq!(
        run.account_coverage.len(),
        9,
        "an account that is left out stands in the coverage all the same"
    );
    for covered in run.account_coverage.values() {
        match covered.status {
            AccountStatus::Assessed => assert!(covered.buckets_listed.is_some()),
            AccountStatus::Excluded => {
                assert!(covered.reason.contains("scope."), "{}", covered.reason);
                let id = covered.account.as_str();
                let entries = scanned.simulation.world().ledger().entries();
                assert!(
                    entries
                        .iter()
                        .all(|entry| entry.account.as_deref() != Some(id) || entry.service != "s3"),
                    "{id} was asked"
                );
                // What is said of the organization as a whole stands beside its management account, read or not.
                assert!(
                    run.findings
                        .iter()
                        .filter(|finding| !matches!(finding.resource, Resource::Organization { .. }))
                        .all(|finding| finding.resource.account().as_str() != id),
                    "{id}"
                );
            }
            other => panic!("{}: {other}: {}", covered.account, covered.reason),
        }
    }
    let read = run
        .account_coverage
        .values()
        .filter(|covered| covered.status == AccountStatus::Assessed);
    read.map(|covered| covered.name.clone()).collect()
}

#[test]
fn a_selection_reads_what_it_names_and_accounts_for_the_rest() {
    let scenario = options().generate();
    let id = |at: usize| scenario.accounts[at].id.clone();
    let name = |at: usize| scenario.accounts[at].name.clone();
    let names = |numbers: &[usize]| numbers.iter().map(|at| name(*at)).collect::<BTreeSet<_>>();
    let all_but = |left_out: usize| (0..9).filter(|at| *at != left_out).collect::<Vec<_>>();
    let tagged: Vec<usize> = (0..9)
        .filter(|at| scenario.accounts[*at].tags["environment"] == "development")
        .collect();
    assert!(!tagged.is_empty() && tagged.len() < 9);
    let untagged: Vec<usize> = (0..9).filter(|at| !tagged.contains(at)).collect();
    let table: [(String, Vec<String>, Vec<usize>); 9] = [
        (String::new(), vec![], (0..9).collect()),
        (
            String::new(),
            vec!["--account".into(), id(3), "--account".into(), id(5)],
            vec![3, 5],
        ),
        (String::new(), vec!["--exclude-account".into(), id(4)], all_but(4)),
        (
            String::new(),
            vec!["--organizational-unit".into(), "/workloads/**".into()],
            vec![5, 6, 7],
        ),
        (
            String::new(),
            vec!["--organizational-unit".into(), "/*".into()],
            vec![0, 1, 2, 3, 4, 8],
        ),
        (
            String::new(),
            vec!["--exclude-organizational-unit".into(), "/sandbox".into()],
            all_but(8),
        ),
        (
            "[scope]\ninclude_tags = [\"environment=development\"]\n".into(),
            vec![],
            tagged,
        ),
        (
            "[scope]\nexclude_tags = [\"environment=development\"]\n".into(),
            vec![],
            untagged,
        ),
        // What the configuration names and what the command line names are added up.
        (
            format!("[scope]\ninclude_accounts = [\"{}\"]\n", id(1)),
            vec!["--account".into(), id(2)],
            vec![1, 2],
        ),
    ];
    for (configuration, arguments, expected) in table {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        assert_eq!(
            read(&configuration, &arguments),
            names(&expected),
            "{configuration}{arguments:?}"
        );
    }
}

#[test]
fn an_account_that_the_organization_does_not_have_is_refused_before_anything_is_read() {
    for argument in ["--account", "--exclude-account"] {
        let scanned = scan(options().generate(), "", &[argument, "999999999999"], 2);
        let said = &scanned.finished.stderr;
        assert!(said.contains("999999999999") && said.contains("check the id"), "{said}");
        assert_eq!(scanned.simulation.world().ledger().calls("s3", "ListBuckets"), 0);
        assert!(!scanned.run().exists(), "nothing was begun");
    }
    let scanned = scan(options().generate(), "", &["--organizational-unit", "/nowhere/**"], 2);
    assert!(
        scanned.finished.stderr.contains("none is selected"),
        "{}",
        scanned.finished.stderr
    );
}

/// The page that an auditor opens first.
fn first_page(scanned: &Scanned) -> String {
    fs::read_to_string(scanned.run().join("report/index.html")).expect("the report was written")
}

#[test]
fn without_an_organization_one_account_is_read_and_everybody_is_told() {
    let mut scenario = options().generate();
    scenario.organization = None;
    for account in &mut scenario.accounts {
        account.unit = None;
    }
    // One account is the whole of what there is, so all of it was seen.
    let scanned = scan(scenario, "", &["--min-coverage", "100"], 0);
    let said = &scanned.finished.stderr;
    assert!(
        said.contains("ONE ACCOUNT ONLY") && said.contains("belongs to no organization"),
        "{said}"
    );
    assert_eq!(scanned.open().account_coverage.len(), 1);
    let page = first_page(&scanned);
    assert!(
        page.contains("belongs to no organization"),
        "the report does not say it"
    );
}

#[test]
fn where_the_organization_refuses_one_account_is_read_and_no_share_of_it_counts_as_seen() {
    for operation in ["DescribeOrganization", "ListAccounts"] {
        let mut scenario = options().generate();
        let caller = scenario.caller_account.clone();
        scenario.faults = vec![strike(FaultKind::Denied(Refuser::IdentityPolicy), &caller, operation)];
        let scanned = scan(scenario, "", &["--min-coverage", "1"], 4);
        let said = &scanned.finished.stderr;
        assert!(said.contains("ONE ACCOUNT ONLY"), "{operation}: {said}");
        assert!(
            said.contains("list of accounts is itself incomplete"),
            "{operation}: {said}"
        );
        assert_eq!(scanned.status(&caller), AccountStatus::Assessed, "{operation}");
        let run = scanned.open();
        assert!(run.summary.account_listing_gap.is_some(), "{operation}");
        let page = first_page(&scanned);
        assert!(
            page.contains("access was denied"),
            "{operation}: the report does not say it"
        );
    }
}

#[test]
fn a_wrong_external_id_is_a_denied_account_and_the_right_one_is_read() {
    let scenario = GeneratorOptions {
        external_id: Some("audit-2026".to_owned()),
        ..options()
    }
    .generate();
    let (caller, member) = (scenario.caller_account.clone(), scenario.accounts[1].id.clone());
    for (arguments, configuration, expected) in [
        (vec![], "", AccountStatus::Denied),
        (vec!["--external-id", "guessed"], "", AccountStatus::Denied),
        (vec!["--external-id", "audit-2026"], "", AccountStatus::Assessed),
        (
            vec![],
            "[role]\nexternal_id = \"audit-2026\"\n",
            AccountStatus::Assessed,
        ),
    ] {
        let scanned = scan(scenario.clone(), configuration, &arguments, 0);
        assert_eq!(scanned.status(&member), expected, "{arguments:?} {configuration}");
        assert_eq!(scanned.status(&caller), AccountStatus::Assessed);
        let covered = scanned.open().account_coverage[&member].clone();
        assert_eq!(
            covered.remedy.contains("external id"),
            expected == AccountStatus::Denied,
            "{}",
            covered.remedy
        );
    }
}

#[test]
fn an_account_with_a_role_of_another_name_is_read_by_an_override() {
    let mut scenario = options().generate();
    let caller = scenario.caller_account.clone();
    let member = &mut scenario.accounts[3];
    let id = member.id.clone();
    member.roles = vec![Role {
        path: "/audit/".to_owned(),
        ..Role::trusting("legacy-read", &caller)
    }];
    let without = scan(scenario.clone(), "", &[], 0);
    assert_eq!(without.status(&id), AccountStatus::Denied);
    let with = format!("[role.overrides]\n\"{id}\" = \"audit/legacy-read\"\n");
    let scanned = scan(scenario.clone(), &with, &[], 0);
    assert_eq!(scanned.status(&id), AccountStatus::Assessed);
    for account in &scenario.accounts {
        assert_eq!(
            scanned.status(&account.id),
            AccountStatus::Assessed,
            "the others keep the template"
        );
    }
    // An ARN does as well as a name.
    let with = format!("[role.overrides]\n\"{id}\" = \"arn:aws:iam::{{account}}:role/audit/legacy-read\"\n");
    assert_eq!(scan(scenario, &with, &[], 0).status(&id), AccountStatus::Assessed);
}

#[test]
fn the_callers_own_account_is_read_with_the_callers_credentials_and_every_other_with_its_role() {
    let scanned = scan(options().generate(), "", &[], 0);
    let scenario = scanned.simulation.world().scenario();
    let user = format!("arn:aws:iam::{}:user/{}", scenario.caller_account, scenario.caller_user);
    let mut seen = BTreeSet::new();
    for entry in scanned.simulation.world().ledger().entries() {
        if !matches!(entry.service, "s3" | "s3control" | "account") {
            continue;
        }
        let (account, principal) = (entry.account.expect("known"), entry.principal.expect("known"));
        if account == scenario.caller_account {
            assert_eq!(principal, user, "{}", entry.operation);
        } else {
            let role = format!("arn:aws:sts::{account}:assumed-role/s3attest-read/s3attest");
            assert_eq!(principal, role, "{}", entry.operation);
        }
        seen.insert(account);
    }
    let active = scenario
        .accounts
        .iter()
        .filter(|account| account.state == AccountState::Active);
    assert_eq!(seen, active.map(|account| account.id.clone()).collect());
}
