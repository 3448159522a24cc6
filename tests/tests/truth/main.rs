//! A generated organization, scanned by the real program: what the snapshot holds is what the scenario says, and every
//! verdict is what the pages of the checks promise for it.
//!
//! `settings` says what S3 has to answer for a bucket of the scenario, `verdicts` what each check has to say of it, `services`
//! and `accounts` what those have to say that look at account services, `access` who reaches a bucket, `agreement` what all
//! sources say of the public together, `control_of_policies` what policies keep from whom, `relations` what a bucket has to do
//! with other buckets, topics and accounts, `alarms` who is told of its changes, and `policies` recognises the generator's
//! policies by their form. `strangers` adds relations that a generated organization may lack. None of them calls the code
//! under test.

#![expect(
    clippy::print_stdout,
    reason = "a test says what it compared, or why it does not run"
)]

mod access;
mod accounts;
mod agreement;
mod alarms;
mod control_of_policies;
mod policies;
mod relations;
mod services;
mod settings;
mod strangers;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use s3attest_model::account::Access;
use s3attest_model::bucket::SettingState;
use s3attest_model::coverage::{AccountStatus, BucketStatus};
use s3attest_model::evidence::{Evidence, GapCause, Observed};
use s3attest_model::finding::Verdict;
use s3attest_model::services::Facts as _;
use s3attest_orgsim::scenario::{
    Account, AccountState, Bucket, Encryption, Grant, Grantee, Logging, ObjectOwnership, Permission, Policy, Status,
    Toggle, Versioning,
};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_tests::{CollectedRun, Simulation};
use verdicts::Known;

/// The seed whose organization was looked through by a person.
const FIXED_SEED: u64 = 20_260_131;
/// Other organizations; each run takes one of them.
const OTHER_SEEDS: [u64; 3] = [7, 4_711, 90_210];

const CONFIGURATION: &str = r#"
[requests]
buckets_at_once_in_region = 16

[checks]
classification_tag = "data-classification"
classification_values = ["internal", "confidential", "restricted"]
"#;

fn organization(seed: u64, accounts: usize, buckets_per_account: usize) -> Scenario {
    let mut scenario = GeneratorOptions {
        accounts,
        buckets_per_account,
        regions: 4,
        seed,
        company: "truth".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate();
    by_hand(&mut scenario);
    scenario
}

/// Adds what a generated organization may lack: a bucket for each kind of statement that the generator does not write, with
/// MFA delete, in an account whose public access block is off; and a bucket that Trusted Advisor finds open.
fn by_hand(scenario: &mut Scenario) {
    deliver_now(scenario);
    let neighbour = scenario.accounts[0].id.clone();
    let advisors = scenario
        .accounts
        .iter_mut()
        .map(|account| &mut account.services.trusted_advisor);
    let mut permissions = advisors
        .flat_map(|advisor| &mut advisor.checks)
        .filter(|check| check.id == "Pfx0RwqBli");
    if let Some(check) = permissions.find(|check| check.resources.iter().any(|row| row.status == "ok")) {
        let rows = &mut check.resources;
        let row = rows.iter_mut().find(|row| row.status == "ok").expect("there is one");
        "error".clone_into(&mut row.status);
        check.summary[1] += i64::from(!row.is_suppressed);
        "error".clone_into(&mut check.status);
    }
    let account = scenario.accounts.last_mut().expect("an account");
    account.public_access_block = None;
    for at in 0..policies::handmade("").len() {
        let name = format!("truth-by-hand-{at}");
        let (statement, _) = policies::handmade(&name)[at].clone();
        let mut bucket = Bucket::bare(name, "eu-west-1", account.joined_at);
        bucket.policy = Some(Policy {
            document: serde_json::json!({"Version": "2012-10-17", "Statement": [statement]}).to_string(),
            is_public: false,
        });
        bucket.versioning = Some(Versioning {
            status: Status::Enabled,
            mfa_delete: Some(Toggle::Enabled),
        });
        // Two of them name keys of other accounts, which do not let them be described: one of a stranger, one of the
        // organization.
        let owner = match at {
            0 => Some("999900001111"),
            1 => Some(neighbour.as_str()),
            _ => None,
        };
        bucket.encryption = owner.map(|owner| Encryption {
            algorithm: Some("aws:kms".to_owned()),
            kms_key: Some(format!(
                "arn:aws:kms:eu-west-1:{owner}:key/0a0a0a0a-5d3c-4b1e-9a72-000000000000"
            )),
            bucket_key: None,
            blocked_types: None,
        });
        account.buckets.push(bucket);
    }
    open_to_everyone(scenario);
    strangers::by_hand(scenario);
    control_of_policies::by_hand(scenario);
}

/// Adds a bucket that its access control list opens to everybody, and which takes the access logs of another.
fn open_to_everyone(scenario: &mut Scenario) {
    let units = |account: &Account| unit_path(scenario, account).to_ascii_lowercase();
    let is_free = |account: &Account| account.state == AccountState::Active && !units(account).contains("workloads");
    let at = scenario
        .accounts
        .iter()
        .position(is_free)
        .expect("an account outside of the perimeter");
    let account = &mut scenario.accounts[at];
    account.public_access_block = None;
    let mut open = Bucket::bare("truth-by-hand-open", "eu-west-1", account.joined_at);
    open.ownership = Some(ObjectOwnership::ObjectWriter);
    let everyone = Grantee::Group("http://acs.amazonaws.com/groups/global/AllUsers".to_owned());
    open.acl = Some(vec![Grant {
        grantee: everyone,
        permission: Permission::FullControl,
    }]);
    let mut sender = Bucket::bare("truth-by-hand-sender", "eu-west-1", account.joined_at);
    sender.logging = Some(Logging {
        target_bucket: open.name.clone(),
        target_prefix: String::new(),
        target_grants: Vec::new(),
        key_format: None,
    });
    account.buckets.extend([open, sender]);
}

/// The time of the scan, as far as a day matters.
#[expect(
    clippy::disallowed_methods,
    reason = "whether a delivery is late depends on when the scan is"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Has the trails deliver just now that delivered without trouble when the organization was made up.
fn deliver_now(scenario: &mut Scenario) {
    for account in &mut scenario.accounts {
        for trail in &mut account.services.cloudtrail.trails {
            if trail.status.is_logging && trail.status.delivered_at.is_some() {
                trail.status.delivered_at = Some(now());
            }
        }
    }
}

/// An organization without a trail of its own.
fn without_its_trail() -> Scenario {
    let mut scenario = GeneratorOptions {
        accounts: 9,
        buckets_per_account: 4,
        seed: FIXED_SEED,
        company: "truth".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate();
    for account in &mut scenario.accounts {
        account
            .services
            .cloudtrail
            .trails
            .retain(|trail| !trail.is_organization_trail);
    }
    alarms::unwatched(&mut scenario);
    scenario
}

/// Scans a scenario undisturbed and hands over what came of it.
fn scan(scenario: Scenario) -> (Scenario, CollectedRun) {
    let simulation = Simulation::start(scenario);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    let configuration = format!("{CONFIGURATION}{}", control_of_policies::CLASSES);
    let scan = simulation.scan_with(&run, &configuration);
    let scan = scan.arguments(["--format", "csv"]).ends_within(Duration::from_mins(15));
    scan.run().expect_code(0);
    let collected = CollectedRun::open(Path::new(&run));
    (simulation.world().scenario().clone(), collected)
}

#[test]
fn everything_that_is_seen_and_said_of_a_fixed_organization_is_true() {
    let mut seen = hold(organization(FIXED_SEED, 50, 40));
    // Some verdicts need a small organization in which no account is closed, or one that logs nothing.
    for scenario in [organization(FIXED_SEED, 9, 15), without_its_trail()] {
        for (check, verdicts) in hold(scenario) {
            seen.entry(check).or_default().extend(verdicts);
        }
    }
    let missing: Vec<String> = seen
        .iter()
        .filter_map(|(check, verdicts)| never_seen(check, verdicts))
        .collect();
    assert!(
        missing.is_empty(),
        "every check has to pass and to fail somewhere: {missing:?}"
    );
}

#[test]
fn everything_that_is_seen_and_said_of_a_drawn_organization_is_true() {
    // The process id is drawn by the machine; the seed is named, so that a failure can be repeated.
    let drawn = OTHER_SEEDS[std::process::id() as usize % OTHER_SEEDS.len()];
    println!("seed {drawn}");
    hold(organization(drawn, 9, 15));
}

/// The verdicts that were seen of each check.
type Seen = BTreeMap<String, BTreeSet<Verdict>>;

fn hold(scenario: Scenario) -> Seen {
    let (scenario, run) = scan(scenario);
    accounts_are_true(&scenario, &run);
    settings_are_true(&scenario, &run);
    let seen = verdicts_are_true(&scenario, &run);
    assert_eq!(seen.len(), checks(), "checks that were compared");
    seen
}

#[test]
fn everything_that_is_said_of_an_account_without_an_organization_is_true() {
    let options = GeneratorOptions {
        accounts: 1,
        buckets_per_account: 4,
        company: "truth".to_owned(),
        ..GeneratorOptions::default()
    };
    let mut scenario = options.generate();
    scenario.organization = None;
    // The policies of generated buckets name their organization.
    scenario.accounts[0].buckets.clear();
    let (scenario, run) = scan(scenario);
    verdicts_are_true(&scenario, &run);
    let outside = run
        .findings
        .iter()
        .find(|finding| finding.check.as_str() == "org-account-in-organization");
    assert_eq!(outside.expect("of the account").verdict, Verdict::Fail);
}

#[test]
fn a_lie_of_the_scenario_about_one_setting_is_found_twice() {
    let small = GeneratorOptions {
        accounts: 2,
        buckets_per_account: 2,
        company: "truth".to_owned(),
        ..GeneratorOptions::default()
    };
    let (mut scenario, run) = scan(small.generate());
    settings_are_true(&scenario, &run);
    verdicts_are_true(&scenario, &run);
    let bucket = &mut scenario.accounts[1].buckets[0];
    bucket.ownership = match bucket.ownership {
        Some(ObjectOwnership::BucketOwnerEnforced) => None,
        _ => Some(ObjectOwnership::BucketOwnerEnforced),
    };
    assert!(std::panic::catch_unwind(|| settings_are_true(&scenario, &run)).is_err());
    assert!(std::panic::catch_unwind(|| verdicts_are_true(&scenario, &run)).is_err());
}

/// What is known of an account whatever its buckets are.
fn accounts_are_true(scenario: &Scenario, run: &CollectedRun) {
    let ids = |accounts: Vec<&String>| accounts.into_iter().cloned().collect::<BTreeSet<_>>();
    let active = |account: &&Account| account.state == AccountState::Active;
    let all = ids(scenario.accounts.iter().map(|account| &account.id).collect());
    let read = ids(scenario
        .accounts
        .iter()
        .filter(active)
        .map(|account| &account.id)
        .collect());
    assert_eq!(
        all,
        ids(run.account_coverage.keys().collect()),
        "accounts in the coverage"
    );
    assert_eq!(read, ids(run.accounts.keys().collect()), "accounts that have a file");
    for account in &scenario.accounts {
        let covered = &run.account_coverage[&account.id];
        let id = &account.id;
        assert_eq!(covered.name, account.name, "{id}");
        assert_eq!(covered.state.to_string(), account.state.as_str(), "{id}");
        assert_eq!(
            covered.organizational_unit.as_deref(),
            Some(unit_path(scenario, account).as_str()),
            "{id}"
        );
        if account.state != AccountState::Active {
            assert_eq!(covered.status, AccountStatus::NotActive, "{id}");
            continue;
        }
        // Some keys and topics are a stranger's, who does not let them be read. That each such gap is in the scenario, the
        // tests of the sources say.
        match lacking(run, id) {
            0 => assert_eq!((covered.status, covered.reason.as_str()), (AccountStatus::Assessed, "")),
            number => {
                assert_eq!(covered.status, AccountStatus::PartlyAssessed, "{id}");
                assert!(
                    covered.reason.starts_with(&format!("{number} of ")),
                    "{id}: {}",
                    covered.reason
                );
                assert!(
                    !covered.reason.contains("s3.Get"),
                    "every setting can be read: {}",
                    covered.reason
                );
            }
        }
        assert_eq!(covered.buckets_listed, Some(account.buckets.len() as u64), "{id}");
        let facts = &run.accounts[id];
        let access = match present(&facts.access) {
            Access::Role(arn) => arn.clone(),
            Access::Caller(_) if *id == scenario.caller_account => String::new(),
            Access::Caller(arn) => panic!("{id} was read as {arn}"),
        };
        let role = account
            .roles
            .first()
            .map(|role| format!("arn:aws:iam::{id}:role/{}", role.name));
        assert_eq!(access, role.unwrap_or_default(), "{id}");
        let regions: BTreeMap<&str, &str> = present(&facts.regions)
            .iter()
            .map(|region| (region.name.as_str(), region.opt_status.as_str()))
            .collect();
        assert_eq!(regions, settings::regions_of(scenario, account), "{id}");
        assert_eq!(
            present(&facts.bucket_listing).count,
            account.buckets.len() as u64,
            "{id}"
        );
        let block = scenario.effective_public_access_block(account);
        match (&facts.public_access_block.observed, block) {
            (Observed::Absent, None) => {}
            (Observed::Present(block), Some(truth)) => assert_eq!(
                serde_json::to_value(block).expect("a plain record"),
                settings::public_access_block(truth),
                "{id}"
            ),
            (observed, truth) => panic!("{id}: {observed:?}, and the truth is {truth:?}"),
        }
    }
}

/// How many facts of an account's services were asked for and not answered.
fn lacking(run: &CollectedRun, account: &str) -> usize {
    let records = run.services.iter().filter(|record| record.account.as_str() == account);
    let facts = records.flat_map(|record| record.reading.facts());
    let gaps = facts.filter_map(|fact| Some((fact.source.operation.clone(), fact.gap()?.cause)));
    gaps.filter(|(operation, cause)| {
        use GapCause::{NoSupportPlan, NotSubscribed, OutsideScan};
        let is_owners = *cause == OutsideScan && operation.as_str() == "kms.GetKeyPolicy";
        !(is_owners || matches!(cause, NoSupportPlan | NotSubscribed))
    })
    .count()
}

fn present<T: std::fmt::Debug>(evidence: &Evidence<T>) -> &T {
    match &evidence.observed {
        Observed::Present(value) => value,
        other => panic!("{} gave {other:?}", evidence.source.operation),
    }
}

/// The names of the units from the root down.
fn unit_path(scenario: &Scenario, account: &Account) -> String {
    let units = &scenario.organization.as_ref().expect("generated").units;
    let mut names = Vec::new();
    let mut at = account.unit.as_ref();
    while let Some(id) = at {
        let unit = units
            .iter()
            .find(|unit| unit.id == *id)
            .expect("the scenario was checked");
        names.insert(0, unit.name.as_str());
        at = unit.parent.as_ref();
    }
    format!("/{}", names.join("/"))
}

/// Every setting of every bucket.
fn settings_are_true(scenario: &Scenario, run: &CollectedRun) {
    let mut compared = 0;
    let mut listed = 0;
    for account in scenario
        .accounts
        .iter()
        .filter(|account| account.state == AccountState::Active)
    {
        let mut owners = BTreeSet::new();
        for truth in &account.buckets {
            listed += 1;
            let at = format!("{}/{}", account.id, truth.name);
            let bucket = &run.buckets[&(account.id.clone(), truth.name.clone())];
            assert_eq!(present(&bucket.region).as_str(), truth.region, "{at}");
            assert_eq!(bucket.created_at, Some(truth.created_at), "{at}");
            let owner = present(&bucket.settings.acl).owner.clone().expect("S3 names the owner");
            let expected = settings::of(truth, account, &owner);
            owners.insert(owner);
            for view in bucket.settings.views() {
                let key = view.setting.key();
                let wanted = expected.get(key).unwrap_or_else(|| panic!("no truth for {key}"));
                let mut found = bucket.settings.value(view.setting);
                if key == "metadata" {
                    settings::without_table_numbers(found.as_mut());
                }
                match (view.state, wanted) {
                    (SettingState::Absent, None) => {}
                    (SettingState::Present, Some(wanted)) => assert_eq!(found.as_ref(), Some(wanted), "{at} {key}"),
                    (state, wanted) => panic!("{at} {key}: {state:?}, and the truth is {wanted:?}"),
                }
                assert!(view.source.observed_at.is_some(), "{at} {key} has no time");
                assert!(view.source.request_id.is_some(), "{at} {key} has no request id");
                compared += 1;
            }
            assert_eq!(
                expected.len(),
                bucket.settings.views().len(),
                "{at}: a setting too many in the truth"
            );
            let covered = &run.bucket_coverage[&(account.id.clone(), truth.name.clone())];
            assert_eq!(covered.status, BucketStatus::Assessed, "{at}");
        }
        assert!(owners.len() <= 1, "{} has the owners {owners:?}", account.id);
    }
    assert_eq!(
        listed,
        run.buckets.len(),
        "no bucket stands in the snapshot that the scenario does not have"
    );
    println!("{compared} settings of {listed} buckets compared");
}

/// How many checks there are: each has a page.
fn checks() -> usize {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/checks");
    std::fs::read_dir(pages).expect("the pages of the checks").count()
}

/// Which of the verdicts "pass" and "fail" of a check was never seen, other than what a test of its own shows.
fn never_seen(check: &str, verdicts: &BTreeSet<Verdict>) -> Option<String> {
    let elsewhere = accounts::seen_elsewhere();
    let missing: Vec<&str> = [Verdict::Pass, Verdict::Fail]
        .into_iter()
        .filter(|verdict| !verdicts.contains(verdict))
        .map(Verdict::as_str)
        .filter(|verdict| elsewhere.get(check) != Some(verdict))
        .collect();
    (!missing.is_empty()).then(|| format!("{check}: {}", missing.join(", ")))
}

/// Every verdict of every check. Hands over what was seen.
fn verdicts_are_true(scenario: &Scenario, run: &CollectedRun) -> Seen {
    let mut expected = verdicts::of(scenario);
    expected.extend(services::of(scenario, now()));
    expected.extend(relations::of(scenario));
    expected.extend(control_of_policies::of(scenario));
    expected.extend(agreement::of(scenario, &expected));
    let mut found = BTreeMap::new();
    for finding in &run.findings {
        let key = (
            finding.resource.account().to_string(),
            finding.resource.name().to_owned(),
            finding.check.to_string(),
        );
        let said = Known {
            verdict: finding.verdict,
            severity: finding.severity,
        };
        assert!(
            found.insert(key.clone(), (said, finding.message.clone())).is_none(),
            "{key:?} stands twice"
        );
    }
    let mut wrong = Vec::new();
    let mut undecided = Vec::new();
    let mut seen = Seen::new();
    for (key, wanted) in &expected {
        let Some((said, message)) = found.remove(key) else {
            wrong.push(format!("{key:?}: no finding"));
            continue;
        };
        seen.entry(key.2.clone()).or_default().insert(said.verdict);
        if !wanted.agrees_with(said) {
            wrong.push(format!("{key:?}: {said:?}, expected {wanted:?}: {message}"));
        }
        if wanted.verdict == Verdict::NotAssessed {
            undecided.push(format!("{key:?}: {message}"));
        }
    }
    wrong.extend(
        found
            .keys()
            .map(|key| format!("{key:?}: a finding that nobody expected")),
    );
    println!("{} verdicts compared; what was never seen:", expected.len());
    for (check, verdicts) in &seen {
        if let Some(missing) = never_seen(check, verdicts) {
            println!("  {missing}");
        }
    }
    // Few pages leave something open that was read in full: what a text operator does to a boolean key, where a bucket of
    // another account lies, what a rule of AWS Config keeps to its service, parts that two trails log, a key that its owner does
    // not let be described, what an analyzer could not analyze, and a mark of Trusted Advisor without a reason.
    println!("{} verdicts that complete evidence does not decide:", undecided.len());
    for line in &undecided {
        println!("  {line}");
    }
    assert!(
        undecided.len() * 25 <= expected.len(),
        "{} of {} verdicts",
        undecided.len(),
        expected.len()
    );
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong.join("\n"));
    seen
}
