//! `explain BUCKET-ARN --run RUN` over real scans: what it says of an open bucket, of one that could not be read, and what it
//! says where it cannot say anything.

use std::fs;
use std::path::Path;

use s3attest_model::access::{AccessKind, Audience, Reach};
use s3attest_orgsim::scenario::{Bucket, FaultKind, Policy, Refuser};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_snapshot::Run;
use s3attest_tests::{Finished, Program, Simulation, strike};
use tempfile::TempDir;

/// An account without an organization, with a bucket that everybody reads and one that sends its logs there.
fn scenario() -> Scenario {
    let options = GeneratorOptions {
        accounts: 1,
        buckets_per_account: 1,
        company: "explain".to_owned(),
        ..GeneratorOptions::default()
    };
    let mut scenario = options.generate();
    scenario.organization = None;
    let account = &mut scenario.accounts[0];
    account.public_access_block = None;
    account.buckets.clear();
    let mut open = Bucket::bare("explain-open".to_owned(), "eu-west-1", account.joined_at);
    let document = serde_json::json!({"Version": "2012-10-17", "Statement": [{"Sid": "Everybody", "Effect": "Allow",
        "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::explain-open/*"}]});
    open.policy = Some(Policy {
        document: document.to_string(),
        is_public: true,
    });
    let closed = Bucket::bare("explain-closed".to_owned(), "eu-west-1", account.joined_at);
    account.buckets = vec![closed, open];
    scenario
}

fn scanned(scenario: Scenario) -> TempDir {
    let simulation = Simulation::start(scenario);
    let directory = tempfile::tempdir().expect("a temporary directory");
    simulation.scan(&directory.path().join("run")).run().expect_code(0);
    directory
}

fn explain(subject: &str, run: &Path) -> Finished {
    Program::new(["explain", subject, "--run"]).argument(run).run()
}

#[test]
fn an_open_bucket_is_explained_from_its_answers_to_its_findings() {
    let directory = scanned(scenario());
    let run = directory.path().join("run");
    let said = explain("arn:aws:s3:::explain-open", &run).expect_code(0).stdout;
    for words in [
        "arn:aws:s3:::explain-open\nAccount    ",
        "Region     eu-west-1\n",
        "Roles      none that is known\n",
        "  1. No S3 policy of an organization reaches the account.\n",
        "Anyone, without credentials can read by the bucket policy, statement 1 (\"Everybody\").\n",
        "[answered] s3.GetBucketPolicy at 20",
        "fail (critical)  s3-bucket-public-read\n",
        " checks passed.",
    ] {
        assert!(said.contains(words), "no {words:?} in\n{said}");
    }
    // The table and the sentences say what the assessment holds, with the request ids of the run.
    let assessment = Run::open(&run)
        .expect("a run")
        .assessment()
        .expect("readable")
        .expect("judged");
    let mut records = assessment.effective_access().expect("readable").expect("written");
    let record = records.find_map(|record| {
        let record = record.expect("a record");
        (record.name.as_str() == "explain-open").then_some(record)
    });
    let record = record.expect("a record of the bucket");
    assert_eq!(record.reach(Audience::Anyone, AccessKind::Read), Reach::Yes);
    assert_eq!(record.reach(Audience::Anyone, AccessKind::Write), Reach::No);
    for sentence in &record.chain {
        assert!(said.contains(&sentence.text), "{} is missing in\n{said}", sentence.text);
        for cited in record.evidence_at(&sentence.evidence) {
            let request = cited.source.request_id.as_deref().unwrap_or("not called");
            assert!(said.contains(request), "{request} is missing in\n{said}");
        }
    }
    let row = said
        .lines()
        .find(|line| line.starts_with("anyone  "))
        .expect("the row of anyone");
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(cells, ["anyone", "no", "yes", "no", "no"]);
}

#[test]
fn a_bucket_that_could_not_be_read_is_explained_by_what_is_not_known_and_why() {
    let mut scenario = scenario();
    let account = scenario.accounts[0].id.clone();
    scenario.faults = vec![strike(
        FaultKind::Denied(Refuser::IdentityPolicy),
        &account,
        "GetBucketPolicy",
    )];
    let directory = scanned(scenario);
    let said = explain("arn:aws:s3:::explain-open", &directory.path().join("run"));
    let said = said.expect_code(0).stdout;
    for words in [
        "Whether anyone can list, read, write or change permissions by the bucket policy is not clear: the bucket policy is \
         not known: access was denied",
        "[not known] s3.GetBucketPolicy at ",
        "not-assessed  s3-bucket-public-read\n",
    ] {
        assert!(said.contains(words), "no {words:?} in\n{said}");
    }
    let row = said
        .lines()
        .find(|line| line.starts_with("anyone  "))
        .expect("the row of anyone");
    assert!(
        !row.contains(" no"),
        "a bucket that nobody could read is closed to nobody: {row}"
    );
}

#[test]
fn what_cannot_be_explained_is_refused_with_what_to_do() {
    let directory = scanned(scenario());
    let run = directory.path().join("run");
    let refused = |finished: Finished, code: i32, words: &[&str]| {
        let said = finished.expect_code(code).stderr;
        for word in words {
            assert!(said.contains(word), "no {word:?} in\n{said}");
        }
    };
    refused(
        explain("arn:aws:s3:::explain-opne", &run),
        1,
        &[
            "holds no bucket `arn:aws:s3:::explain-opne`",
            "the nearest is `explain-open`",
        ],
    );
    refused(
        Program::new(["explain", "arn:aws:s3:::explain-open"]).run(),
        2,
        &["--run RUN"],
    );
    refused(
        explain("s3-bucket-tls-only", &run),
        2,
        &["`--run` goes with the ARN of a bucket"],
    );
    refused(explain("arn:aws:s3:::explain-open", directory.path()), 1, &["run.json"]);
    fs::remove_file(run.join("assessment/effective-access.ndjson.zst")).expect("it was written");
    refused(
        explain("arn:aws:s3:::explain-open", &run),
        1,
        &["s3attest assess", "to write it anew"],
    );
    fs::remove_dir_all(run.join("assessment")).expect("there is one");
    refused(
        explain("arn:aws:s3:::explain-open", &run),
        1,
        &["was not judged yet", "s3attest assess"],
    );
}
