//! Frameworks, baselines, changes to a mapping and notes, through a scan and by the commands; and the status of every
//! control in every account and unit, worked out again from the report's own findings by other code than the roll-up's.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use s3attest_orgsim::GeneratorOptions;
use s3attest_orgsim::scenario::{FaultKind, Refuser};
use s3attest_tests::{Program, Simulation, strike};
use tempfile::TempDir;

/// A table of a report: rows by column name.
fn table(run: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let path = run.join("report").join(name);
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader
        .deserialize()
        .map(|row| row.expect("a row of the table"))
        .collect()
}

const OVERLAY: &str = "framework = 'nist-800-53-r5'\n\
    [checks.s3-bucket-inventory]\n'PM-5' = { strength = 'supports', rationale = 'A list of objects helps an inventory.' }\n\
    [checks.s3-bucket-tls-only]\n'SC-8(1)' = { remove = true, rationale = 'Assessed elsewhere.' }\n";

struct Scanned {
    directory: TempDir,
    /// The account whose buckets could not be listed.
    denied: String,
}

impl Scanned {
    fn run(&self) -> std::path::PathBuf {
        self.directory.path().join("run")
    }
}

/// A scan by two frameworks, with a baseline, changes and notes, of nine accounts of which one keeps its list of buckets.
fn scan() -> Scanned {
    let mut scenario = GeneratorOptions {
        accounts: 9,
        buckets_per_account: 3,
        regions: 1,
        seed: 11,
        company: "matrix".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate();
    let denied = scenario.accounts[4].id.clone();
    scenario.faults = vec![strike(
        FaultKind::Denied(Refuser::IdentityPolicy),
        &denied,
        "ListBuckets",
    )];
    let simulation = Simulation::start(scenario);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::write(&path, text).expect("the file can be written");
        path
    };
    let overlay = file("ours.toml", OVERLAY);
    let notes = file(
        "notes.toml",
        "[nist-800-53-r5]\n'PE-3' = { text = 'Seen.', by = 'R', on = '2026-03-12' }\n",
    );
    let program = simulation.scan(&directory.path().join("run"));
    program
        .arguments(["--framework", "nist-800-53-r5", "--framework", "aws-fsbp-1.0.0"])
        .arguments(["--baseline", "moderate", "--overlay"])
        .argument(overlay)
        .argument("--notes")
        .argument(notes)
        .run()
        .expect_code(0);
    Scanned { directory, denied }
}

/// The status that findings with these verdicts make, by the words of the documentation.
fn status(verdicts: &BTreeSet<&str>, is_seen: bool) -> &'static str {
    if verdicts.contains("fail") {
        "not-satisfied"
    } else if !is_seen || verdicts.is_empty() || verdicts.contains("not-assessed") {
        "undetermined"
    } else if verdicts.contains("pass") {
        "satisfied"
    } else {
        "not-applicable"
    }
}

/// The checks of the organization. They speak in one account; where they alone bear, nothing is asked of the others.
fn checks_of_the_organization(findings: &[BTreeMap<String, String>]) -> BTreeSet<&str> {
    findings
        .iter()
        .filter(|finding| finding["resource_type"] == "organization")
        .map(|finding| finding["check_id"].as_str())
        .collect()
}

#[test]
fn every_control_has_the_status_in_every_account_and_unit_that_the_findings_make() {
    let scanned = scan();
    let run = scanned.run();
    let coverage = table(&run, "coverage.csv");
    let is_seen: BTreeMap<&str, bool> = coverage
        .iter()
        .filter(|row| row["record"] == "account")
        .map(|row| (row["account_id"].as_str(), !row["buckets_listed"].is_empty()))
        .collect();
    assert!(!is_seen[scanned.denied.as_str()]);
    let findings = table(&run, "findings.csv");
    let controls = table(&run, "controls.csv");
    let mut bearing: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for control in controls.iter().filter(|row| row["assessment"] == "automated") {
        let checks = [&control["checks_satisfying_part"], &control["checks_supporting"]];
        let checks = checks
            .into_iter()
            .flat_map(|list| list.split("; "))
            .filter(|id| !id.is_empty());
        bearing.insert((&control["framework_id"], &control["control_id"]), checks.collect());
    }
    let matrix = table(&run, "control-matrix.csv");
    let of_organization = checks_of_the_organization(&findings);
    let is_of_organization =
        |framework: &str, control: &str| bearing[&(framework, control)].is_subset(&of_organization);
    let mut worst: BTreeMap<(&str, &str, &str), &'static str> = BTreeMap::new();
    let rank = ["not-satisfied", "undetermined", "satisfied", "not-applicable"];
    let mut rows = 0;
    for row in matrix.iter().filter(|row| row["scope"] == "account") {
        rows += 1;
        let (framework, control, account) = (&row["framework_id"], &row["control_id"], &row["account_id"]);
        let checks = &bearing[&(framework.as_str(), control.as_str())];
        let of_account = findings
            .iter()
            .filter(|finding| finding["account_id"] == *account && checks.contains(finding["check_id"].as_str()));
        let mut resources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut verdicts = BTreeSet::new();
        for finding in of_account {
            verdicts.insert(finding["verdict"].as_str());
            resources
                .entry(&finding["resource_arn"])
                .or_default()
                .insert(&finding["verdict"]);
        }
        let expected = match (is_of_organization(framework, control), verdicts.is_empty()) {
            (true, true) => "not-applicable",
            (true, false) => status(&verdicts, true),
            (false, _) => status(&verdicts, is_seen[account.as_str()]),
        };
        assert_eq!(row["status"], expected, "{framework} {control} in {account}");
        for (column, word) in [
            ("resources_failed", "not-satisfied"),
            ("resources_not_assessed", "undetermined"),
            ("resources_passed", "satisfied"),
            ("resources_not_applicable", "not-applicable"),
        ] {
            let count = resources
                .values()
                .filter(|verdicts| status(verdicts, true) == word)
                .count();
            assert_eq!(row[column], count.to_string(), "{column} of {control} in {account}");
        }
        assert_eq!(row["resources_accepted"], "0");
        // The units above the account, and the organization, have the worst of what their accounts have.
        let unit = row["organizational_unit"].as_str();
        let ends = unit.match_indices('/').map(|(index, _)| index).chain([unit.len()]);
        for path in ends.map(|end| &unit[..end]) {
            let known = worst.entry((path, framework, control)).or_insert("not-applicable");
            let place = |word: &str| rank.iter().position(|one| *one == word);
            if place(expected) < place(known) {
                *known = expected;
            }
        }
    }
    assert_eq!(rows, 9 * bearing.len());
    let units: Vec<_> = matrix
        .iter()
        .filter(|row| row["scope"] == "organizational-unit")
        .collect();
    assert!(!units.is_empty());
    for row in units {
        let (framework, control) = (row["framework_id"].as_str(), row["control_id"].as_str());
        let path = if is_of_organization(framework, control) {
            ""
        } else {
            row["organizational_unit"].as_str()
        };
        let key = (path, framework, control);
        assert_eq!(row["status"], worst[&key], "{key:?}");
        assert!(row["organizational_unit_id"].starts_with("ou-"), "{key:?}");
    }
    for control in controls.iter().filter(|row| row["assessment"] == "automated") {
        let key = ("", control["framework_id"].as_str(), control["control_id"].as_str());
        assert_eq!(control["status"], worst[&key], "{key:?}");
        // An account whose list of buckets is missing leaves nothing satisfied of what is asked of accounts.
        assert!(
            is_of_organization(key.1, key.2) || ["not-satisfied", "undetermined"].contains(&control["status"].as_str()),
            "{key:?}"
        );
    }
    what_was_asked_for_is_there(&controls);
}

fn what_was_asked_for_is_there(controls: &[BTreeMap<String, String>]) {
    let of = |framework: &str, id: &str| -> &BTreeMap<String, String> {
        controls
            .iter()
            .find(|row| row["framework_id"] == framework && row["control_id"] == id)
            .unwrap_or_else(|| panic!("{framework} {id} is listed"))
    };
    let nist = |id: &str| of("nist-800-53-r5", id);
    let selected = controls
        .iter()
        .filter(|row| row["framework_id"] == "nist-800-53-r5" && row["in_selection"] == "yes");
    assert_eq!(selected.count(), 287, "the moderate baseline of SP 800-53B");
    assert_eq!(nist("PM-5")["checks_supporting"], "s3-bucket-inventory");
    assert!(!nist("SC-8(1)")["checks_satisfying_part"].contains("s3-bucket-tls-only"));
    assert_eq!(
        (nist("PE-3")["note"].as_str(), nist("PE-3")["assessment"].as_str()),
        ("Seen.", "manual")
    );
    assert_eq!(nist("PE-3")["responsibility"], "aws");
    assert_eq!(nist("AU-11")["parameters"], "checks.log_retention_days = 365 days");
    assert_eq!(of("aws-fsbp-1.0.0", "S3.5")["in_selection"], "yes");
    assert_eq!(of("aws-fsbp-1.0.0", "S3.25")["assessment"], "manual");
}

#[test]
fn a_run_is_judged_again_by_other_criteria_and_its_digest_says_so() {
    let scanned = scan();
    let run = scanned.run();
    let judged = |arguments: &[&str]| {
        let finished = Program::new(["assess"]).argument(&run).arguments(arguments).run();
        let finished = finished.expect_code(0);
        let summary = fs::read_to_string(run.join("assessment/summary.json")).expect("a summary");
        let summary: serde_json::Value = serde_json::from_str(&summary).expect("JSON");
        (finished.stdout, summary["configuration_digest"].to_string())
    };
    let (all, plain) = judged(&[]);
    assert!(all.contains("(NIST SP 800-53 revision 5)"), "{all}");
    let (low, selected) = judged(&["--baseline", "low"]);
    assert!(low.contains("low baseline; 865 more are outside of it"), "{low}");
    let (cis, other) = judged(&["--framework", "cis-aws-foundations-5.0.0"]);
    assert!(
        cis.contains("(CIS AWS Foundations Benchmark 5.0.0)") && !cis.contains("NIST"),
        "{cis}"
    );
    assert_eq!(BTreeSet::from([&plain, &selected, &other]).len(), 3);
    assert_eq!(judged(&[]).1, plain);
}

#[test]
fn the_commands_show_what_there_is_and_refuse_what_cannot_stand() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let said = |arguments: &[&str], code: i32| {
        let finished = Program::new(arguments).within(directory.path()).run().expect_code(code);
        finished.stdout + &finished.stderr
    };
    let list = said(&["frameworks"], 0);
    for id in [
        "nist-800-53-r5",
        "nist-800-171-r2",
        "cis-aws-foundations-3.0.0",
        "pci-dss-4.0.1",
    ] {
        assert!(list.contains(id), "{list}");
    }
    fs::write(directory.path().join("ours.toml"), OVERLAY).expect("the file can be written");
    let diff = said(&["frameworks", "diff", "ours.toml"], 0);
    assert!(diff.contains("+ s3-bucket-inventory  PM-5 System Inventory"), "{diff}");
    assert!(
        diff.contains("- s3-bucket-tls-only  SC-8(1)") && diff.contains("Assessed elsewhere."),
        "{diff}"
    );
    let explained = said(&["explain", "PM-5", "--overlay", "ours.toml"], 0);
    assert!(explained.contains("s3-bucket-inventory"), "{explained}");
    let control = said(&["explain", "AU-11"], 0);
    assert!(
        control.contains("checks.log_retention_days = 365 days (the default)"),
        "{control}"
    );
    assert!(
        said(&["explain", "S3.5"], 0).contains("AWS Foundational"),
        "another framework's control"
    );
    fs::write(
        directory.path().join("wrong.toml"),
        "framework = 'nist-800-53-r5'\n[checks.s3-bucket-tls-only]\n\
         'SC-7(2)' = { strength = 'supports', rationale = 'r' }\n",
    )
    .expect("the file can be written");
    for arguments in [
        &["frameworks", "diff", "wrong.toml"][..],
        &["explain", "SC-8", "--overlay", "wrong.toml"],
    ] {
        let refused = said(arguments, 2);
        assert!(refused.contains("the nearest valid id is `SC-7`"), "{refused}");
    }
    let refused = said(&["explain", "AC-2", "--framework", "nist-800-53"], 2);
    assert!(refused.contains("did you mean `nist-800-53-r5`?"), "{refused}");
    let refused = said(&["explain", "AC-2", "--baseline", "middling"], 2);
    assert!(
        refused.contains("the baselines are low, moderate, high, privacy"),
        "{refused}"
    );
    let notes = said(&["frameworks", "notes", "--baseline", "low"], 0);
    fs::write(directory.path().join("notes.toml"), &notes).expect("the file can be written");
    said(&["explain", "AC-2", "--notes", "notes.toml"], 0);
}
