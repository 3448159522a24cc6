//! Making a run, going on with it, and who may.

use std::fs;

use s3attest_model::run::{RunInformation, SNAPSHOT_SCHEMA};
use s3attest_snapshot::{Run, SnapshotError};
use tempfile::tempdir;

use crate::support::{
    account, bucket, complete_run, facts, information, organization, read_account, session, write_account,
};

#[test]
fn what_is_written_is_read_again() {
    let directory = tempdir().unwrap();
    drop(complete_run(directory.path()));

    let run = Run::open(directory.path()).unwrap();
    assert_eq!(run.information(), &information());
    assert_eq!(run.directory(), directory.path());
    let records = run.organization().unwrap().unwrap();
    assert_eq!(records.collect::<Result<Vec<_>, _>>().unwrap(), organization());
    assert_eq!(
        read_account(&run, "111111111111").unwrap(),
        Some((
            facts("111111111111"),
            vec![bucket("111111111111", "first"), bucket("111111111111", "second")]
        ))
    );
    assert_eq!(
        read_account(&run, "222222222222").unwrap(),
        Some((facts("222222222222"), Vec::new()))
    );
    assert_eq!(run.sessions().unwrap(), [session(1_800_000_000)]);
}

#[test]
fn the_same_records_give_the_same_bytes() {
    let files = [tempdir().unwrap(), tempdir().unwrap()].map(|directory| {
        drop(complete_run(directory.path()));
        fs::read(directory.path().join("manifest.json")).unwrap()
    });
    assert_eq!(files[0], files[1]);
}

#[test]
fn a_new_run_refuses_a_directory_that_holds_something() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("notes.txt"), "mine").unwrap();
    let error = Run::create(directory.path(), &information()).unwrap_err();
    assert!(matches!(error, SnapshotError::NotEmpty { .. }), "{error}");
    assert!(error.to_string().contains("--resume"), "{error}");

    let other = tempdir().unwrap();
    drop(complete_run(other.path()));
    let error = Run::create(other.path(), &information()).unwrap_err();
    assert!(matches!(error, SnapshotError::NotEmpty { .. }), "{error}");
}

#[test]
fn a_run_whose_making_broke_off_is_made_again_in_its_place() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join(".lock"), "").unwrap();
    fs::write(directory.path().join("run.json.partial"), "{\"schema\"").unwrap();
    let run = Run::create(directory.path(), &information()).unwrap();
    assert!(run.accounts().unwrap().is_empty());
    assert!(!directory.path().join("run.json.partial").exists());
}

#[test]
fn a_directory_without_a_run_is_named_as_such() {
    let directory = tempdir().unwrap();
    let error = Run::open(directory.path()).unwrap_err();
    assert!(matches!(error, SnapshotError::NotARun { .. }), "{error}");
    let error = Run::open(&directory.path().join("nowhere")).unwrap_err();
    assert!(matches!(error, SnapshotError::NotARun { .. }), "{error}");
}

#[test]
fn the_schema_of_a_new_run_is_that_of_this_program() {
    let directory = tempdir().unwrap();
    let wrong = RunInformation {
        schema: SNAPSHOT_SCHEMA + 7,
        ..information()
    };
    drop(Run::create(directory.path(), &wrong).unwrap());
    let run = Run::open(directory.path()).unwrap();
    assert_eq!(run.information().schema, SNAPSHOT_SCHEMA);
}

#[test]
fn an_account_that_was_not_finished_is_not_there_and_is_written_anew_on_resuming() {
    let directory = tempdir().unwrap();
    let run = Run::create(directory.path(), &information()).unwrap();
    write_account(&run, "222222222222", &["kept"]);
    let mut broken_off = run.account_writer(&account("111111111111")).unwrap();
    broken_off.facts(&facts("111111111111")).unwrap();
    broken_off.bucket(&bucket("111111111111", "half")).unwrap();
    drop((broken_off, run));

    let partial = directory.path().join("accounts/111111111111.ndjson.zst.partial");
    assert!(
        partial.exists(),
        "a kill leaves the incomplete file, and so does dropping"
    );
    let resumed = Run::open(directory.path()).unwrap();
    assert!(!resumed.has_account(&account("111111111111")));
    assert!(resumed.has_account(&account("222222222222")));
    assert_eq!(resumed.accounts().unwrap(), [account("222222222222")]);
    assert!(resumed.account(&account("111111111111")).unwrap().is_none());

    write_account(&resumed, "111111111111", &["whole"]);
    assert!(!partial.exists());
    assert_eq!(
        resumed.accounts().unwrap(),
        [account("111111111111"), account("222222222222")]
    );
    let (_, buckets) = read_account(&resumed, "111111111111").unwrap().unwrap();
    assert_eq!(buckets, [bucket("111111111111", "whole")]);
}

#[test]
fn accounts_are_listed_by_id_whatever_else_lies_beside_them() {
    let directory = tempdir().unwrap();
    let run = Run::create(directory.path(), &information()).unwrap();
    for id in ["333333333333", "000000000001", "222222222222"] {
        write_account(&run, id, &[]);
    }
    for name in [
        "readme.txt",
        "12345.ndjson.zst",
        "444444444444.ndjson",
        "555555555555.ndjson.zst.partial",
    ] {
        fs::write(directory.path().join("accounts").join(name), "").unwrap();
    }
    let ids = ["000000000001", "222222222222", "333333333333"].map(account);
    assert_eq!(run.accounts().unwrap(), ids);
}

#[test]
fn sessions_add_up_over_resumes() {
    let directory = tempdir().unwrap();
    let run = Run::create(directory.path(), &information()).unwrap();
    assert!(run.sessions().unwrap().is_empty());
    run.record_session(session(1)).unwrap();
    drop(run);
    let resumed = Run::open(directory.path()).unwrap();
    resumed.record_session(session(1000)).unwrap();
    assert_eq!(resumed.sessions().unwrap(), [session(1), session(1000)]);
}

#[test]
fn records_in_the_wrong_order_or_of_another_account_are_refused() {
    let directory = tempdir().unwrap();
    let run = Run::create(directory.path(), &information()).unwrap();
    let id = account("111111111111");
    let begin = || run.account_writer(&id).unwrap();
    let mut writer = begin();
    writer.facts(&facts("111111111111")).unwrap();
    let refused = [
        begin().bucket(&bucket("111111111111", "early")),
        begin().facts(&facts("222222222222")),
        begin().finish(),
        writer.facts(&facts("111111111111")),
        writer.bucket(&bucket("222222222222", "foreign")),
    ];
    for (number, outcome) in refused.into_iter().enumerate() {
        assert!(
            matches!(outcome, Err(SnapshotError::OutOfOrder { .. })),
            "case {number}: {outcome:?}"
        );
    }
    assert!(run.accounts().unwrap().is_empty());
}

#[test]
fn only_one_at_a_time_writes_and_everybody_reads() {
    let directory = tempdir().unwrap();
    let first = complete_run(directory.path());
    let second = Run::open(directory.path()).unwrap();
    assert_eq!(second.accounts().unwrap().len(), 2);
    assert!(second.verify().unwrap().is_intact());
    let id = account("333333333333");
    let refused = [
        second.lock(),
        second.account_writer(&id).map(drop),
        second.begin_assessment().map(drop),
        second.record_session(session(1)),
        second.write_organization(organization()),
        second.seal(),
    ];
    for (number, outcome) in refused.into_iter().enumerate() {
        assert!(
            matches!(outcome, Err(SnapshotError::Locked { .. })),
            "case {number}: {outcome:?}"
        );
    }
    let writer = first.account_writer(&id).unwrap();
    drop(first);
    assert!(
        matches!(second.lock(), Err(SnapshotError::Locked { .. })),
        "a writer holds the lock as long as it lives"
    );
    drop(writer);
    second.lock().unwrap();
}

#[test]
fn accounts_can_be_written_from_many_threads() {
    let directory = tempdir().unwrap();
    let run = Run::create(directory.path(), &information()).unwrap();
    std::thread::scope(|scope| {
        for number in 1..=8 {
            let run = &run;
            scope.spawn(move || write_account(run, &format!("{number:012}"), &["one", "two", "three"]));
        }
    });
    for id in run.accounts().unwrap() {
        let (_, buckets) = read_account(&run, id.as_str()).unwrap().unwrap();
        assert_eq!(buckets.len(), 3, "{id}");
    }
    assert_eq!(run.accounts().unwrap().len(), 8);
}
