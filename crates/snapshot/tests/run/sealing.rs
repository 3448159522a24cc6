//! Digests: what verifying finds, and what sealing again keeps.

use std::fs;
use std::path::Path;

use s3attest_snapshot::{Run, SnapshotError, Verification};
use tempfile::tempdir;

use crate::support::{assess, complete_run, information, session, write_account};

const FILES: [&str; 11] = [
    "accounts/111111111111.ndjson.zst",
    "accounts/222222222222.ndjson.zst",
    "assessment/control-matrix.ndjson.zst",
    "assessment/controls.json",
    "assessment/coverage.ndjson",
    "assessment/effective-access.ndjson.zst",
    "assessment/findings.ndjson.zst",
    "assessment/summary.json",
    "organization.ndjson.zst",
    "run.json",
    "sessions.json",
];

fn change_a_byte(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_sealed_run_is_intact_and_every_file_is_listed() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let verification = run.verify().unwrap();
    assert!(verification.is_intact());
    assert_eq!(verification.intact, FILES);
}

#[test]
fn the_manifest_lists_what_was_collected_apart_from_what_is_derived() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    fs::create_dir_all(run.report_directory().join("accounts")).unwrap();
    fs::write(run.report_directory().join("accounts/index.html"), "abc").unwrap();
    run.seal().unwrap();
    let text = fs::read_to_string(directory.path().join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    let paths = |section: &str| -> Vec<String> {
        let entries = manifest[section].as_array().unwrap().iter();
        entries
            .map(|entry| entry["path"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        paths("collected"),
        [
            FILES[0],
            FILES[1],
            "organization.ndjson.zst",
            "run.json",
            "sessions.json"
        ]
    );
    assert_eq!(paths("derived")[..6], FILES[2..8]);
    assert_eq!(
        manifest["derived"][6],
        serde_json::json!({
            "path": "report/accounts/index.html",
            "size": 3,
            // FIPS 180-4, the example message "abc".
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        })
    );
}

#[test]
fn a_changed_byte_is_found_in_every_file() {
    for file in FILES {
        let directory = tempdir().unwrap();
        let run = complete_run(directory.path());
        change_a_byte(&directory.path().join(file));
        let verification = run.verify().unwrap();
        assert_eq!(verification.changed, [file]);
        assert_eq!(verification.intact.len(), FILES.len() - 1);
        assert!(!verification.is_intact());
    }
}

#[test]
fn a_missing_file_is_found_in_every_place() {
    for file in FILES {
        let directory = tempdir().unwrap();
        let run = complete_run(directory.path());
        fs::remove_file(directory.path().join(file)).unwrap();
        assert_eq!(run.verify().unwrap().missing, [file]);
    }
}

#[test]
fn what_was_added_is_reported_and_what_a_writer_left_aside_is_not() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let put = |name: &str| {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    };
    for own in [
        "accounts/333333333333.ndjson.zst.partial",
        "assessment.partial/coverage.ndjson.partial",
        "sessions.json.partial",
    ] {
        put(own);
    }
    assert!(run.verify().unwrap().is_intact());
    let added = [
        "accounts/333333333333.ndjson.zst",
        "accounts/notes.partial",
        "deep/er/file",
        "notes.txt",
        "report/index.html",
    ];
    for name in added {
        put(name);
    }
    let verification = run.verify().unwrap();
    assert_eq!(verification.extra, added);
    assert!(!verification.is_intact());
}

#[test]
fn sealing_again_never_covers_up_changed_or_missing_evidence() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    change_a_byte(&directory.path().join(FILES[0]));
    fs::remove_file(directory.path().join(FILES[1])).unwrap();
    assess(&run, "second judgement");
    run.seal().unwrap();
    let verification = run.verify().unwrap();
    assert_eq!(verification.changed, [FILES[0]]);
    assert_eq!(verification.missing, [FILES[1]]);
    assert!(
        verification.intact.contains(&FILES[4].to_owned()),
        "the new judgement is sealed"
    );
}

#[test]
fn a_resumed_run_is_sealed_again_with_what_it_added() {
    let directory = tempdir().unwrap();
    drop(complete_run(directory.path()));
    let resumed = Run::open(directory.path()).unwrap();
    write_account(&resumed, "333333333333", &["late"]);
    write_account(&resumed, "222222222222", &["collected-again"]);
    resumed.record_session(session(1_900_000_000)).unwrap();
    let between = resumed.verify().unwrap();
    assert!(
        between.changed.is_empty(),
        "a rewritten file never stands beside its old digest"
    );
    assert_eq!(
        between.extra,
        [
            "accounts/222222222222.ndjson.zst",
            "accounts/333333333333.ndjson.zst",
            "sessions.json"
        ]
    );
    resumed.seal().unwrap();
    let verification = resumed.verify().unwrap();
    assert!(verification.is_intact(), "{verification:?}");
    assert_eq!(verification.intact.len(), FILES.len() + 1);
}

#[test]
fn a_run_that_was_never_sealed_says_how_to_finish_it() {
    let directory = tempdir().unwrap();
    let run = Run::create(directory.path(), &information()).unwrap();
    let error = run.verify().unwrap_err();
    assert!(matches!(error, SnapshotError::NotSealed { .. }), "{error}");
    assert!(error.to_string().contains("--resume"), "{error}");
}

#[test]
fn a_manifest_that_leads_out_of_the_run_is_refused() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let path = directory.path().join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    for elsewhere in ["../run.json", "/etc/hostname", "", "accounts/../../x"] {
        fs::write(&path, text.replace("\"run.json\"", &format!("\"{elsewhere}\""))).unwrap();
        let error = run.verify().unwrap_err();
        assert!(matches!(error, SnapshotError::Malformed { .. }), "{elsewhere}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_file_is_not_the_file() {
    let directory = tempdir().unwrap();
    let elsewhere = tempdir().unwrap();
    let run = complete_run(directory.path());
    let (file, copy) = (directory.path().join(FILES[0]), elsewhere.path().join("copy"));
    fs::rename(&file, &copy).unwrap();
    std::os::unix::fs::symlink(&copy, &file).unwrap();
    assert_eq!(
        run.verify().unwrap(),
        Verification {
            intact: FILES[1..].iter().map(ToString::to_string).collect(),
            missing: vec![FILES[0].to_owned()],
            ..Verification::default()
        }
    );
}
