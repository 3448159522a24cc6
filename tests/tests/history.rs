//! Two scans of an organization in which something changed between: what `diff`, `trend` and `--previous` say of it.

use std::fs;
use std::path::{Path, PathBuf};

use s3attest_model::services::ServiceSource;
use s3attest_orgsim::scenario::{Status, Versioning};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_tests::{Finished, Program, Simulation};
use serde_json::Value;
use tempfile::TempDir;

/// The organization before and after: an account refuses the role, a bucket is mended, one is deleted, one is opened.
struct Changed {
    before: Scenario,
    after: Scenario,
    refusing: String,
    mended: String,
    deleted: String,
}

fn organization() -> Changed {
    let mut before = GeneratorOptions {
        accounts: 5,
        buckets_per_account: 3,
        regions: 1,
        seed: 11,
        company: "history".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate();
    let versioned = Versioning {
        status: Status::Enabled,
        mfa_delete: None,
    };
    let management = before.caller_account.clone();
    let members: Vec<usize> = (0..before.accounts.len())
        .filter(|at| before.accounts[*at].id != management && !before.accounts[*at].buckets.is_empty())
        .filter(|at| {
            before.accounts[*at]
                .roles
                .iter()
                .any(|role| role.name == "s3attest-read")
        })
        .collect();
    let [refusing, mending, deleting, ..] = members.as_slice() else {
        panic!("the generator made too few accounts with buckets");
    };
    before.accounts[*mending].buckets[0].versioning = None;
    let mut after = before.clone();
    after.accounts[*refusing]
        .roles
        .retain(|role| role.name != "s3attest-read");
    after.accounts[*mending].buckets[0].versioning = Some(versioned);
    let deleted = after.accounts[*deleting].buckets.remove(0);
    Changed {
        refusing: before.accounts[*refusing].id.clone(),
        mended: before.accounts[*mending].buckets[0].name.clone(),
        deleted: deleted.name,
        before,
        after,
    }
}

fn scan(scenario: Scenario, directory: &Path, arguments: &[&str]) -> Finished {
    let simulation = Simulation::start(scenario);
    let left_out: Vec<&str> = ServiceSource::ALL.iter().map(|source| source.key()).collect();
    let sources = format!("[sources]\nleave_out = {left_out:?}\n");
    simulation.scan_with(directory, &sources).arguments(arguments).run()
}

struct History {
    changed: Changed,
    directory: TempDir,
}

impl History {
    /// Scans before and after the change.
    fn new() -> Self {
        let changed = organization();
        let directory = tempfile::tempdir().expect("a temporary directory");
        let history = Self { changed, directory };
        scan(history.changed.before.clone(), &history.run("1"), &[]).expect_code(0);
        let earlier = history.run("1").display().to_string();
        let arguments = ["--previous", &earlier, "--format", "markdown"];
        scan(history.changed.after.clone(), &history.run("2"), &arguments).expect_code(0);
        history
    }

    fn run(&self, name: &str) -> PathBuf {
        self.directory.path().join("runs").join(name)
    }

    fn diff(&self, earlier: &str, later: &str, arguments: &[&str], code: i32) -> Finished {
        Program::new(["diff"])
            .argument(self.run(earlier))
            .argument(self.run(later))
            .arguments(arguments)
            .run()
            .expect_code(code)
    }
}

fn kinds(document: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<&str> {
    let changes = document["changes"].as_array().expect("the changes");
    let found = changes.iter().filter(|change| wanted(change));
    found.filter_map(|change| change["kind"].as_str()).collect()
}

#[test]
fn what_changed_between_two_scans_is_said_and_what_was_not_seen_is_not_fixed() {
    let history = History::new();
    let changed = &history.changed;
    let output = history.directory.path().join("changes");
    let finished = history.diff(
        "1",
        "2",
        &[
            "--format",
            "text,html,csv,json",
            "--output",
            &output.display().to_string(),
        ],
        0,
    );
    let text = &finished.stdout;
    for part in [
        "No longer visible",
        "Fixed",
        "Gone",
        changed.refusing.as_str(),
        changed.mended.as_str(),
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let read = |name: &str| fs::read_to_string(output.join(name)).expect("a file of the comparison");
    let document: Value = serde_json::from_str(&read("changes.json")).expect("JSON");
    let of_account = |change: &Value| change["resource"]["account"] == changed.refusing.as_str();
    let in_refusing = kinds(&document, |change| {
        of_account(change) && change["before"] != "not-assessed"
    });
    assert!(in_refusing.len() > 30, "{in_refusing:?}");
    assert!(
        in_refusing
            .iter()
            .all(|kind| matches!(*kind, "no-longer-visible" | "left-scope")),
        "{in_refusing:?}"
    );
    let mended = kinds(&document, |change| {
        change["resource"]["name"] == changed.mended.as_str() && change["check"] == "s3-bucket-versioning"
    });
    assert_eq!(mended, ["fixed"]);
    let deleted = kinds(&document, |change| {
        change["resource"]["name"] == changed.deleted.as_str()
    });
    assert!(
        !deleted.is_empty() && deleted.iter().all(|kind| *kind == "gone"),
        "{deleted:?}"
    );
    // Over all kinds, the findings of each run add up.
    let sum = |member: &str| -> u64 {
        let kinds = document["kinds"].as_object().expect("the kinds");
        kinds.values().filter_map(|numbers| numbers[member].as_u64()).sum()
    };
    let held = |run: &str| -> u64 {
        let verdicts = &document[run]["verdicts"];
        let each = ["pass", "fail", "not_applicable", "not_assessed"];
        each.iter().filter_map(|verdict| verdicts[verdict].as_u64()).sum()
    };
    assert_eq!((sum("in_earlier"), sum("in_later")), (held("earlier"), held("later")));
    let rows = csv::Reader::from_reader(read("changes.csv").as_bytes())
        .into_records()
        .count();
    assert_eq!(rows, document["changes"].as_array().map_or(0, Vec::len));
    assert!(read("changes.html").contains(&changed.refusing));

    let summary = fs::read_to_string(history.run("2").join("report/summary.md")).expect("the scan's summary");
    assert!(summary.contains("### Changed since"), "{summary}");
    assert!(summary.contains("| No longer visible |"), "{summary}");

    // For people outside, the same numbers, and none of the names.
    let outside = history.directory.path().join("outside");
    let place = outside.display().to_string();
    let arguments = ["--redact", "--format", "text,html,csv,json", "--output", &place];
    let redacted = history.diff("1", "2", &arguments, 0);
    let mut texts = vec![redacted.stdout.replace(&place, "")];
    for name in ["changes.html", "changes.csv", "changes.json"] {
        texts.push(fs::read_to_string(outside.join(name)).expect("a file of the comparison"));
    }
    for original in [&changed.refusing, &changed.mended, &changed.deleted] {
        assert!(texts.iter().all(|text| !text.contains(original.as_str())), "{original}");
    }
    let without_names: Value = serde_json::from_str(&texts[3]).expect("JSON");
    assert_eq!(without_names["kinds"], document["kinds"]);

    // Seen the other way round, the fixed fail is a new one, and the order is said.
    let finished = history.diff("2", "1", &["--fail-on-new", "info"], 3);
    assert!(finished.stderr.contains("the first is the later one") || finished.stdout.starts_with("ATTENTION"));
    history.diff("1", "1", &["--fail-on-new", "info"], 0);

    // A file needs a place, and a run has to be one.
    let finished = history.diff("1", "2", &["--format", "html"], 2);
    assert!(finished.stderr.contains("--output DIRECTORY"), "{}", finished.stderr);
    history.diff("1", "nothing", &[], 1);

    trend(&history);
}

fn trend(history: &History) {
    let runs = history.directory.path().join("runs");
    fs::write(runs.join("notes.txt"), "mine").expect("room for a note");
    fs::create_dir(runs.join("empty")).expect("a directory");
    fs::rename(runs.join("1/assessment"), history.directory.path().join("assessment")).expect("an assessment");
    let output = history.directory.path().join("trend");
    let trend = |code: i32| {
        Program::new(["trend"])
            .argument(&runs)
            .arguments(["--format", "text,html,csv,json", "--output"])
            .argument(&output)
            .run()
            .expect_code(code)
    };
    let finished = trend(0);
    for reason in ["notes.txt: it is no directory", "empty: ", "was not judged yet"] {
        assert!(finished.stderr.contains(reason), "{reason}:\n{}", finished.stderr);
    }
    fs::rename(history.directory.path().join("assessment"), runs.join("1/assessment")).expect("an assessment");
    let finished = trend(0);
    assert!(finished.stdout.starts_with("Organization o-"), "{}", finished.stdout);
    let document = fs::read_to_string(output.join("trend.json")).expect("the runs");
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let points = document["runs"].as_array().expect("the runs");
    let unaccepted = |point: &Value| {
        let accounts = point["accounts"].as_array().expect("accounts");
        let account = accounts
            .iter()
            .find(|account| account["account"] == history.changed.refusing.as_str());
        account.map(|account| account["unaccepted"].clone())
    };
    assert_eq!(points.len(), 2);
    assert!(unaccepted(&points[0]).is_some_and(|count| count.as_u64().is_some_and(|count| count > 0)));
    assert_eq!(
        unaccepted(&points[1]),
        Some(Value::Null),
        "nobody knows how many fail there now"
    );
    let rows = fs::read_to_string(output.join("trend.csv")).expect("the table");
    assert_eq!(csv::Reader::from_reader(rows.as_bytes()).into_records().count(), 2);
}
