//! The file of exceptions: where it is found, how it is refused, and what the lint says of it.

use std::fs;
use std::path::Path;

use s3attest_tests::{CollectedRun, Program, Simulation};

use crate::bench::{Bench, SCANNED, TLS, entry, of, organization, says, tree, without_sources};

#[test]
fn a_scan_takes_the_file_that_stands_beside_its_configuration() {
    let simulation = Simulation::start(organization());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    let configuration = simulation.configuration(&format!("{}[exceptions]\nfile = \"mine.toml\"\n", without_sources()));
    let file = configuration.parent().expect("a directory").join("mine.toml");
    fs::write(
        &file,
        entry(
            "one",
            &format!("check = \"{TLS}\"\nbucket = \"plain-open\""),
            "2999-12-31",
        ),
    )
    .expect("room");
    let scan = simulation
        .signed(Program::new(["scan"]))
        .argument("--config")
        .argument(configuration);
    scan.argument("--output").argument(&run).run().expect_code(0);
    let opened = CollectedRun::open(&run);
    assert_eq!(opened.summary.counts.accepted, 1);
    assert!(of(&opened, "plain-open", TLS).is_accepted());
    let pages = tree(&run.join("report"));
    assert!(pages.contains_key(Path::new("exceptions.html")));
}

#[test]
fn a_file_that_cannot_be_used_is_refused_before_aws_is_asked() {
    let simulation = Simulation::start(organization());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("exceptions.toml");
    let text = entry(
        "one",
        "bucket = \"plain-open\"\nacount = \"111122223333\"",
        "2027-01-31",
    );
    fs::write(&file, text + &entry("two", "chek = \"x\"", "2027-02-30")).expect("room");
    let scan = simulation
        .scan(&directory.path().join("run"))
        .argument("--exceptions")
        .argument(&file);
    let finished = scan.run().expect_code(2);
    says(
        &finished.stderr,
        &[file.to_str().expect("a plain path"), "cannot be used"],
    );
    assert_eq!(simulation.world().ledger().requests(), 0);
    assert!(!directory.path().join("run").exists());
    let missing = Program::new(["assess"]).argument(SCANNED.path().join("run"));
    let missing = missing
        .arguments(["--exceptions", "/nonexistent/exceptions.toml"])
        .run();
    says(
        &missing.expect_code(1).stderr,
        &["/nonexistent/exceptions.toml", "No such file"],
    );
}

#[test]
fn the_lint_names_every_problem_with_its_line_and_ends_with_the_code_of_usage() {
    let bench = Bench::new();
    let text = entry(
        "one",
        "bucket = \"plain-open\"\nacount = \"111122223333\"",
        "2027-01-31",
    ) + &entry("two", "check = \"s3-bucket-tls-onyl\"", "2027-01-31");
    let finished = bench.lint(&text, &[], 2);
    assert_eq!(finished.stdout, "");
    says(
        &finished.stderr,
        &[
            "line 4, exception `one`: `acount` is not a key of an exception; did you mean `account`?",
            "line 12, exception `two`: there is no check `s3-bucket-tls-onyl`; did you mean `s3-bucket-tls-only`?",
        ],
    );
    let without = Program::new(["exceptions", "lint"]).run().expect_code(2);
    says(&without.stderr, &["no file of exceptions is named"]);
    let wrong_day = Program::new(["exceptions", "lint", "x.toml", "--as-of", "tomorrow"]).run();
    says(&wrong_day.expect_code(2).stderr, &["a day is written like 2027-03-31"]);
}

#[test]
fn the_lint_says_over_a_run_what_each_accepts_and_changes_nothing_in_it() {
    let bench = Bench::new();
    let text = [
        entry(
            "one",
            &format!("check = \"{TLS}\"\nbucket_pattern = \"plain-*\""),
            "2026-12-10",
        ),
        entry(
            "late",
            "bucket = \"plain-open\"\ncheck = \"s3-bucket-versioning\"",
            "2026-11-30",
        ),
        entry(
            "idle",
            "bucket = \"no-such-bucket\"\ncheck = \"s3-bucket-versioning\"",
            "2028-01-31",
        ),
        entry("wide", "account_pattern = \"*\"", "2028-01-31"),
    ]
    .concat();
    let alone = bench.lint(&text, &["--as-of", "2026-12-01"], 0);
    says(
        &alone.stdout,
        &[
            "4 exceptions can be used, held against 2026-12-01",
            "Expired\n  late (line 10): ended on 2026-11-30; owner owner of late, ticket SEC-1",
            "Expires within 30 days\n  one (line 1): in force until 2026-12-10",
            "Over-broad\n  wide (line 28): is about every check",
        ],
    );
    assert!(!alone.stdout.contains("Unused"), "{}", alone.stdout);
    let before = tree(&bench.run());
    let run = bench.run();
    let over = bench.lint(
        &text,
        &["--as-of", "2026-12-01", "--run", run.to_str().expect("plain")],
        0,
    );
    says(
        &over.stdout,
        &[
            "failed findings of the run are accepted; 1 exception expired, 1 unused, 0 perhaps unused, 1 over-broad",
            "Unused\n  idle (line 19): nothing fails that it is about",
            "  one accepts 2 findings in 1 account\n",
            "plain-open s3-bucket-tls-only\n",
            "plain-refused s3-bucket-tls-only\n",
            "  late accepts 0 findings in 0 accounts\n",
            "and ",
        ],
    );
    assert!(tree(&bench.run()) == before, "the run was changed");
}
