//! Bad input: each kind gets a message that says what was wrong, where, and what to do, and an exit code that is not zero.

use std::fs;

use s3attest_orgsim::GeneratorOptions;
use s3attest_orgsim::scenario::{Fault, FaultKind};
use s3attest_tests::{Program, Simulation};

/// A call without anything of AWS in its environment.
fn refused(arguments: &[&str], code: i32, words: &[&str]) {
    let finished = Program::new(arguments).run().expect_code(code);
    for word in words {
        assert!(
            finished.stderr.contains(word),
            "`{word}` is missing in:\n{}",
            finished.stderr
        );
    }
    assert_eq!(finished.stdout, "", "errors go to standard error");
}

#[test]
fn no_command_shows_the_help_and_ends_with_the_code_of_usage() {
    let finished = Program::new::<&str>([]).run().expect_code(2);
    assert!(finished.stderr.contains("Usage:"), "{}", finished.stderr);
}

#[test]
fn an_unknown_command_or_option_is_refused() {
    refused(&["scann"], 2, &["scann"]);
    refused(
        &["scan", "--fail-on", "severe"],
        2,
        &["severe", "critical, high, medium, low, info"],
    );
    refused(&["scan", "--min-coverage", "101"], 2, &["from 0 to 100"]);
    refused(&["scan", "--format", "pdf"], 2, &["pdf"]);
    refused(&["scan", "--account", "123"], 2, &["123", "twelve digits"]);
}

#[test]
fn no_credentials_are_named_with_what_to_do() {
    refused(&["scan"], 1, &["no AWS credentials were found", "AWS_PROFILE"]);
}

#[test]
fn a_configuration_file_that_cannot_be_read_is_named() {
    refused(
        &["scan", "--config", "/nonexistent/s3attest.toml"],
        1,
        &["/nonexistent/s3attest.toml", "No such file"],
    );
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_one() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("s3attest.toml");
    fs::write(&path, "[role]\nexternalid = \"x\"\n").expect("a file can be written");
    let path = path.to_str().expect("a plain path");
    refused(
        &["scan", "--config", path],
        2,
        &[path, "role.externalid", "did you mean `external_id`?"],
    );
}

#[test]
fn a_directory_that_is_no_run_is_refused_by_every_command_that_reads_one() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().to_str().expect("a plain path");
    for command in ["assess", "report", "verify"] {
        refused(&[command, path], 1, &[path, "is not a run of s3attest"]);
    }
    refused(&["scan", "--resume", path], 1, &[path, "is not a run of s3attest"]);
}

#[test]
fn an_unknown_check_or_control_is_answered_with_the_nearest() {
    refused(&["explain", "s3-bucket-tls-onyl"], 1, &["s3-bucket-tls-only"]);
    refused(&["explain", "SC-999"], 1, &["SC-999", "NIST SP 800-53"]);
    refused(&["explain", "AC-3(1)"], 1, &["AC-3(1) is withdrawn"]);
}

#[test]
fn expired_unknown_and_unreachable_credentials_are_told_apart_and_nothing_is_begun() {
    let mut scenario = GeneratorOptions {
        accounts: 1,
        ..GeneratorOptions::default()
    }
    .generate();
    scenario.faults = vec![Fault {
        operation: Some("GetCallerIdentity".to_owned()),
        ..Fault::everywhere(FaultKind::ExpiredToken)
    }];
    let simulation = Simulation::start(scenario);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    let said = |program: Program, words: &[&str]| {
        let finished = program.run().expect_code(1);
        for word in words {
            assert!(
                finished.stderr.contains(word),
                "`{word}` is missing in:\n{}",
                finished.stderr
            );
        }
        assert!(!run.exists(), "nothing was begun");
    };
    said(simulation.scan(&run), &["have expired", "sign in again"]);
    said(
        simulation
            .scan(&run)
            .variable("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        &["does not accept the credentials", "which profile or keys"],
    );
    // Nobody listens on this port of the loopback.
    said(
        simulation.scan(&run).variable("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        &["could not ask AWS STS in us-east-1", "endpoint URL"],
    );
}
