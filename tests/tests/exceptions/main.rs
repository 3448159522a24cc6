//! Exceptions end to end: what becomes of findings and controls, the day, the gate, the tags, what is unused.

mod bench;
mod files;
mod report;

use std::fs;

use bench::{Bench, TLS, effect, entry, of, says};
use s3attest_model::control::ControlStatus;
use s3attest_model::exception::{ExceptionEffect, ExceptionUse};
use s3attest_model::finding::Verdict;
use s3attest_tests::{CollectedRun, Program, finding_verdicts};

#[test]
fn an_accepted_finding_stays_a_fail_and_only_its_count_and_control_tell() {
    let bench = Bench::new();
    let before = CollectedRun::open(&bench.run());
    let one = entry(
        "one",
        &format!("check = \"{TLS}\"\nbucket = \"plain-open\""),
        "2027-01-31",
    );
    let (after, finished) = bench.assess(&one, "2026-12-01", &[], 0);
    assert_eq!(finding_verdicts(&before.findings), finding_verdicts(&after.findings));
    assert_eq!(before.summary.counts.fail, after.summary.counts.fail);
    assert_eq!((before.summary.counts.accepted, after.summary.counts.accepted), (0, 1));
    let finding = of(&after, "plain-open", TLS);
    assert_eq!(
        (finding.verdict, effect(finding)),
        (Verdict::Fail, Some(ExceptionEffect::Accepted))
    );
    assert_eq!(effect(of(&after, "plain-refused", TLS)), None);
    for (old, new) in before.controls.iter().zip(&after.controls) {
        assert_eq!(old.status, new.status, "{}: others still fail", old.control);
    }
    let assessed = after.summary.exceptions.expect("exceptions were given");
    assert_eq!((assessed.file.as_str(), assessed.digest.len()), ("exceptions.toml", 64));
    assert_eq!(assessed.as_of.to_string(), "2026-12-01");
    says(
        &finished.stdout,
        &[
            ", 1 of them accepted by exceptions",
            "Exceptions 1 in force on 2026-12-01",
            "accept 1 failed findings; 0 expired, 0 unused, 0 perhaps unused, 0 over-broad",
        ],
    );
}

#[test]
fn when_everything_that_fails_is_accepted_no_control_is_satisfied_by_it() {
    let bench = Bench::new();
    let before = CollectedRun::open(&bench.run());
    let all = entry("all", "check_pattern = \"*\"", "2027-01-31");
    let (after, finished) = bench.assess(&all, "2026-12-01", &["--fail-on", "info"], 0);
    assert_eq!(after.summary.counts.accepted, after.summary.counts.fail);
    assert!(after.summary.counts.fail > 10);
    let mut accepted = 0;
    for (old, new) in before.controls.iter().zip(&after.controls) {
        if old.status == ControlStatus::NotSatisfied {
            let expected = if new.counts.not_assessed == 0 {
                accepted += 1;
                ControlStatus::Accepted
            } else {
                ControlStatus::Undetermined
            };
            assert_eq!(new.status, expected, "{}", new.control);
        } else {
            assert_eq!(new.status, old.status, "{}", new.control);
        }
    }
    assert!(accepted > 0, "a control has accepted fails alone");
    for finding in &after.findings {
        assert_eq!(finding.exception.is_some(), finding.verdict == Verdict::Fail);
    }
    says(
        &finished.stdout,
        &["over-broad: all is about every check, is about every resource"],
    );
    // The same run without them.
    let plain = Program::new(["assess"])
        .argument(bench.run())
        .arguments(["--fail-on", "info"]);
    says(&plain.run().expect_code(3).stderr, &["--fail-on info"]);
}

#[test]
fn an_expired_exception_fails_again_and_is_named() {
    let bench = Bench::new();
    let one = entry("one", "bucket = \"plain-open\"", "2027-01-31");
    let (last_day, _) = bench.assess(&one, "2027-01-31", &[], 0);
    assert_eq!(
        effect(of(&last_day, "plain-open", TLS)),
        Some(ExceptionEffect::Accepted)
    );
    let (after, finished) = bench.assess(&one, "2027-02-01", &["--fail-on", "info"], 3);
    assert_eq!(effect(of(&after, "plain-open", TLS)), Some(ExceptionEffect::Expired));
    assert_eq!(after.summary.counts.accepted, 0);
    assert_eq!(
        after
            .controls
            .iter()
            .filter(|control| control.status == ControlStatus::Accepted)
            .count(),
        0
    );
    says(
        &finished.stdout,
        &[
            "1 expired",
            "expired: one ended on 2027-01-31",
            "count again (owner owner of one, ticket SEC-1)",
        ],
    );
}

#[test]
fn a_tag_that_could_not_be_read_accepts_nothing_and_says_so() {
    let bench = Bench::new();
    let by_tag = entry("by-tag", "tag = \"team=media\"", "2027-01-31");
    let (run, _) = bench.assess(&by_tag, "2026-12-01", &[], 0);
    let accepted = of(&run, "plain-open", TLS);
    assert_eq!(effect(accepted), Some(ExceptionEffect::Accepted));
    let exception = accepted.exception.as_ref().expect("it has one");
    let tags = exception.tags.as_ref().expect("the call that read the tags");
    assert_eq!(tags.source.operation.as_str(), "s3.GetBucketTagging");
    assert!(tags.source.request_id.is_some());
    let refused = of(&run, "plain-refused", TLS);
    assert_eq!(effect(refused), Some(ExceptionEffect::TagsUnknown));
    assert!(
        refused
            .exception
            .as_ref()
            .is_some_and(|exception| exception.gap.is_some())
    );
    assert!(!refused.is_accepted());
    let assessed = run.summary.exceptions.expect("exceptions were given");
    assert_eq!(assessed.tallies[0].resources, 1);
    assert!(assessed.tallies[0].tags_unknown > 0);
}

#[test]
fn what_is_unused_is_named_and_what_may_be_in_the_dark_is_not() {
    let bench = Bench::new();
    let text = [
        entry("gone", "bucket = \"no-such-bucket\"", "2027-01-31"),
        entry(
            "not-assessed",
            "check = \"s3-bucket-classification-tags\"\nbucket = \"plain-refused\"",
            "2027-01-31",
        ),
        entry("stranger", "account = \"999999999999\"", "2027-01-31"),
        entry("dark", "tag = \"team=other\"\nbucket = \"plain-refused\"", "2027-01-31"),
    ]
    .concat();
    let configuration = bench.directory.path().join("tags.toml");
    fs::write(&configuration, "[checks]\nclassification_tag = \"team\"\n").expect("room");
    let configuration = configuration.to_str().expect("a plain path");
    let (run, _) = bench.assess(&text, "2026-12-01", &["--config", configuration], 0);
    assert_eq!(
        of(&run, "plain-refused", "s3-bucket-classification-tags").verdict,
        Verdict::NotAssessed
    );
    let assessed = run.summary.exceptions.expect("exceptions were given");
    let uses: Vec<_> = assessed
        .tallies
        .iter()
        .map(|tally| (tally.exception.id.as_str(), tally.usage()))
        .collect();
    assert_eq!(
        uses,
        [
            ("gone", ExceptionUse::Unused),
            ("not-assessed", ExceptionUse::NotKnown),
            ("stranger", ExceptionUse::Unused),
            ("dark", ExceptionUse::NotKnown),
        ]
    );
}
