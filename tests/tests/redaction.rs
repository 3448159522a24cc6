//! A redacted report of a simulated organization, made by the real binary: no original of the scenario in any byte.

#[path = "../../crates/report/tests/support/bytes.rs"]
mod bytes;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use s3attest_orgsim::scenario::{FaultKind, Policy, Refuser};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_tests::{Program, Simulation, strike};
use serde_json::Value;

/// Stands in the names of accounts and buckets and in addresses.
const COMPANY: &str = "qzebracorp";

/// What the scenario's generator does not name after the company.
const NAMED: &[&str] = &[
    "QzebraCostCentre",
    "Qzebra Payroll Department",
    "AllowQzebraPartner",
    "qzebra-partner-role",
    "AIDAQZEBRA12345678901",
    "zoe.qzebra@qzebramail.example",
    "vpce-0abc12def34567890",
    "203.0.113.77",
    "919191919191",
    "Qzebra Unit",
];

fn organization() -> Scenario {
    let mut scenario = GeneratorOptions {
        accounts: 7,
        buckets_per_account: 2,
        regions: 1,
        seed: 5,
        company: COMPANY.to_owned(),
        role_name: "QzebraAuditRole".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate();
    if let Some(organization) = &mut scenario.organization {
        for (number, unit) in organization.units.iter_mut().enumerate() {
            unit.name = format!("Qzebra Unit {number}");
        }
    }
    let document = r#"{"Version":"2012-10-17","Statement":[{"Sid":"AllowQzebraPartner","Effect":"Allow",
        "Principal":{"AWS":["arn:aws:iam::919191919191:role/qzebra-partner-role","AIDAQZEBRA12345678901"]},
        "Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-0abc12def34567890"},
        "IpAddress":{"aws:SourceIp":"203.0.113.77/32"}}}]}"#;
    for account in &mut scenario.accounts {
        "zoe.qzebra@qzebramail.example".clone_into(&mut account.email);
        account
            .tags
            .insert("QzebraCostCentre".to_owned(), "Qzebra Payroll Department".to_owned());
        if let Some(bucket) = account.buckets.first_mut() {
            bucket.policy = Some(Policy {
                document: document.to_owned(),
                is_public: false,
            });
            bucket
                .tags
                .get_or_insert_default()
                .insert("QzebraCostCentre".to_owned(), "Qzebra Payroll Department".to_owned());
        }
    }
    let (refused, partly) = (scenario.accounts[6].id.clone(), scenario.accounts[5].id.clone());
    scenario.faults = vec![
        strike(FaultKind::RoleDenied, &refused, "AssumeRole"),
        strike(
            FaultKind::Denied(Refuser::ServiceControlPolicy),
            &partly,
            "GetBucketAcl",
        ),
    ];
    scenario
}

/// Every text of the scenario that could tell somebody who it is.
fn originals(scenario: &Scenario) -> BTreeSet<String> {
    let mut originals: BTreeSet<String> = NAMED.iter().map(|name| (*name).to_owned()).collect();
    originals.extend([COMPANY, "qzebra", "Qzebra", "QZEBRA"].map(str::to_owned));
    let mut open = vec![serde_json::to_value(scenario).expect("a scenario is JSON")];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(values) => open.extend(values),
            Value::Object(members) => open.extend(members.into_iter().map(|(_, value)| value)),
            Value::String(text) => {
                let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
                let is_id = ["o-", "ou-", "r-", "vpc-", "vpce-"]
                    .iter()
                    .any(|prefix| text.starts_with(prefix))
                    && text.bytes().any(|byte| byte.is_ascii_digit());
                let is_canonical = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                let is_uuid = text.len() == 36 && text.split('-').count() == 5;
                if is_account || is_id || is_canonical || is_uuid || text.contains('@') && !text.contains([' ', '{']) {
                    originals.insert(text);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    originals
}

/// The names of all formats, as the program itself lists them.
fn formats(run: &Path) -> String {
    let refused = Program::new(["report"])
        .argument(run)
        .argument("--format")
        .argument("no-such-format")
        .run()
        .expect_code(2);
    let (_, known) = refused
        .stderr
        .split_once("the formats are: ")
        .expect("the formats are listed");
    let line = known.lines().next().expect("a line");
    line.trim_end_matches('.').replace(", ", ",").trim().to_owned()
}

fn report(run: &Path) -> Program {
    Program::new(["report"])
        .argument(run)
        .argument("--format")
        .argument(formats(run))
        // Every format of a build without optimisation, beside other tests.
        .ends_within(Duration::from_mins(15))
}

#[test]
fn a_redacted_report_of_an_organization_holds_no_original_in_any_format() {
    let scenario = organization();
    let originals = originals(&scenario);
    let simulation = Simulation::start(scenario);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    simulation
        .scan_with(&run, "[role]\nname = \"QzebraAuditRole\"\n")
        .run()
        .expect_code(0);
    let salt = directory.path().join("salt");
    fs::write(&salt, "a secret that nobody knows\n").expect("room for a file");
    let redacted = |name: &str| {
        let place = directory.path().join(name);
        let call = report(&run)
            .argument("--redact")
            .argument("--redact-salt")
            .argument(&salt);
        let finished = call.argument("--output").argument(&place).run().expect_code(0);
        assert!(!finished.stderr.contains("random"), "{}", finished.stderr);
        bytes::read(&place)
    };
    let (first, second) = (redacted("first"), redacted("second"));
    assert!(first == second, "the same salt gives the same bytes");
    let wanted = bytes::Wanted::new(originals.iter().map(String::as_str));
    if let Some(found) = wanted.find(&first) {
        panic!("{found}");
    }

    // A comparison is redacted too: here with a run of which an account was not read.
    let fewer = directory.path().join("fewer");
    let account = simulation.world().scenario().accounts[3].id.clone();
    let scan = simulation.scan_with(&fewer, "[role]\nname = \"QzebraAuditRole\"\n");
    scan.argument("--exclude-account")
        .argument(account)
        .run()
        .expect_code(0);
    let place = directory.path().join("changes");
    let finished = Program::new(["diff"])
        .argument(&run)
        .argument(&fewer)
        .arguments(["--redact", "--format", "text,html,csv,json", "--output"])
        .argument(&place)
        .argument("--redact-salt")
        .argument(&salt)
        .run()
        .expect_code(0);
    let mut changes = bytes::read(&place);
    assert!(changes.len() >= 3, "{:?}", changes.keys());
    let (said, _) = finished
        .stdout
        .rsplit_once("Report ")
        .expect("the place is printed last");
    assert!(said.contains("bucket-0"), "the text names what changed: {said}");
    changes.insert("standard output".to_owned(), said.as_bytes().to_vec());
    if let Some(found) = wanted.find(&changes) {
        panic!("{found}");
    }

    // The same report with its originals has as many files, and holds what was looked for.
    let place = directory.path().join("plain");
    report(&run).argument("--output").argument(&place).run().expect_code(0);
    let plain = bytes::read(&place);
    assert_eq!(plain.len(), first.len());
    for name in NAMED {
        assert!(
            bytes::Wanted::new([*name]).find(&plain).is_some(),
            "{name} is nowhere to be hidden"
        );
    }
    let lines = |contents: &bytes::Contents| contents["findings.csv"].split(|byte| *byte == b'\n').count();
    assert_eq!(lines(&plain), lines(&first));
    let page = String::from_utf8(first["index.html"].clone()).expect("a page in UTF-8");
    assert!(page.contains("<strong>Redacted.</strong>"), "the page says what it is");
}

#[test]
fn a_redacted_report_never_stands_beside_its_originals() {
    let simulation = Simulation::start(organization());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    let scan = simulation
        .scan_with(&run, "[role]\nname = \"QzebraAuditRole\"\n")
        .argument("--redact")
        .run()
        .expect_code(0);
    assert!(scan.stderr.contains("random salt"), "{}", scan.stderr);
    assert!(
        !run.join("report").join("index.html").exists(),
        "the run's own place is left alone"
    );
    let beside = directory.path().join("run-redacted");
    let written = bytes::read(&beside);
    assert_eq!(bytes::Wanted::new([COMPANY, "QzebraAuditRole"]).find(&written), None);
    // The evidence is as it was.
    Program::new(["verify"]).argument(&run).run().expect_code(0);
    // Ways into the run that are not there yet.
    let ways = ["run/new/deep", "none/../run/new", "none/../none/./../run/new"];
    for way in ways.map(|way| directory.path().join(way)) {
        let call = Program::new(["report"]).argument(&run).argument("--redact");
        let refused = call.argument("--output").argument(&way).run().expect_code(2);
        assert!(
            refused.stderr.contains("not written into the run"),
            "{}",
            refused.stderr
        );
    }
    #[cfg(unix)]
    {
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(&run, &link).expect("a link");
        let call = Program::new(["report"]).argument(&run).argument("--redact");
        let refused = call
            .argument("--output")
            .argument(link.join("new"))
            .run()
            .expect_code(2);
        assert!(
            refused.stderr.contains("not written into the run"),
            "{}",
            refused.stderr
        );
    }
    Program::new(["verify"]).argument(&run).run().expect_code(0);
    for arguments in [
        vec!["--redact"],
        vec![
            "--redact",
            "--output",
            run.join("report").to_str().expect("a path in UTF-8"),
        ],
        vec!["--redact", "--output", beside.to_str().expect("a path in UTF-8")],
        vec!["--redact-salt", "nowhere"],
        vec!["--redact", "--redact-salt", "nowhere", "--output", "elsewhere"],
    ] {
        let mut call = Program::new(["report"]).argument(&run);
        for argument in &arguments {
            call = call.argument(argument);
        }
        let refused = call.run().expect_code(2);
        assert!(!refused.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_scan_that_could_not_write_its_redacted_report_does_not_begin() {
    let simulation = Simulation::start(organization());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    let scan = |arguments: &[&str]| {
        let scan = simulation.scan_with(&run, "[role]\nname = \"QzebraAuditRole\"\n");
        let refused = scan
            .argument("--redact")
            .arguments(arguments.iter().copied())
            .run()
            .expect_code(2);
        assert!(!run.exists(), "AWS was not asked: {}", refused.stderr);
        refused.stderr
    };
    let said = scan(&["--redact-salt", "nowhere"]);
    assert!(said.contains("the salt in nowhere"), "{said}");
    let beside = directory.path().join("run-redacted");
    fs::create_dir(&beside).expect("room for a directory");
    fs::write(beside.join("index.html"), "an earlier one").expect("room for a file");
    let said = scan(&[]);
    assert!(said.contains("is not empty"), "{said}");
}
