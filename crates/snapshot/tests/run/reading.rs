//! Files that were cut, changed or come from another version.

use std::fs;
use std::path::Path;

use s3attest_model::bucket::PolicyDocument;
use s3attest_model::evidence::Observed;
use s3attest_model::run::SNAPSHOT_SCHEMA;
use s3attest_snapshot::{Run, SnapshotError};
use tempfile::tempdir;

use crate::support::{
    account, bucket, complete_run, facts, information, organization, read_account, read_services, write_account,
};

const ID: &str = "111111111111";

fn account_path(run: &Path) -> std::path::PathBuf {
    run.join(format!("accounts/{ID}.ndjson.zst"))
}

/// Puts these lines in the place of an account's file, compressed.
fn replace_account(run: &Path, text: &[u8]) {
    fs::write(account_path(run), zstd::encode_all(text, 3).unwrap()).unwrap();
}

fn account_text(run: &Path) -> Vec<u8> {
    zstd::decode_all(fs::File::open(account_path(run)).unwrap()).unwrap()
}

#[test]
fn an_account_file_cut_at_any_byte_is_truncated() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let whole = fs::read(account_path(directory.path())).unwrap();
    for length in 0..whole.len() {
        fs::write(account_path(directory.path()), &whole[..length]).unwrap();
        let error = read_account(&run, ID).unwrap_err();
        assert!(
            matches!(error, SnapshotError::Truncated { .. }),
            "cut to {length}: {error}"
        );
    }
    let error = read_account(&run, ID).unwrap_err().to_string();
    assert!(error.contains("accounts/111111111111.ndjson.zst"), "{error}");
    assert!(error.contains("--resume"), "{error}");
}

#[test]
fn records_cut_anywhere_and_compressed_again_are_truncated() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let whole = account_text(directory.path());
    let near_a_line_feed = |length: usize| {
        let near = length.saturating_sub(30)..(length + 3).min(whole.len());
        whole[near].contains(&b'\n')
    };
    // The last byte is the line feed of the end record, without which the file is whole all the same.
    for length in (0..whole.len() - 1).filter(|&length| length % 61 == 0 || near_a_line_feed(length)) {
        replace_account(directory.path(), &whole[..length]);
        let error = read_account(&run, ID).unwrap_err();
        assert!(
            matches!(error, SnapshotError::Truncated { .. }),
            "cut to {length}: {error}"
        );
        let alone = run.services(&account(ID)).unwrap().unwrap();
        let error = alone.collect::<Result<Vec<_>, _>>().unwrap_err();
        assert!(
            matches!(error, SnapshotError::Truncated { .. }),
            "cut to {length}, services alone: {error}"
        );
    }
    replace_account(directory.path(), &whole[..whole.len() - 1]);
    assert_eq!(read_account(&run, ID).unwrap().unwrap().1.len(), 2);
}

#[test]
fn a_long_file_is_read_again_and_truncated_when_cut_between_two_frames() {
    let directory = tempdir().unwrap();
    let run = Run::create(directory.path(), &information()).unwrap();
    let names: Vec<String> = (0..300).map(|number| format!("bucket-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    write_account(&run, ID, &names);
    let (_, buckets) = read_account(&run, ID).unwrap().unwrap();
    assert!(buckets.iter().map(|each| each.name.as_str()).eq(names));

    let whole = fs::read(account_path(directory.path())).unwrap();
    let magic = 0xfd2f_b528_u32.to_le_bytes();
    let frames: Vec<usize> = (1..whole.len()).filter(|&at| whole[at..].starts_with(&magic)).collect();
    assert!(frames.len() > 3, "{} frames", frames.len());
    for start in frames {
        fs::write(account_path(directory.path()), &whole[..start]).unwrap();
        let error = read_account(&run, ID).unwrap_err();
        assert!(
            matches!(error, SnapshotError::Truncated { .. }),
            "cut to {start}: {error}"
        );
    }
}

#[test]
fn a_record_of_many_megabytes_is_read_again() {
    let directory = tempdir().unwrap();
    let run = Run::create(directory.path(), &information()).unwrap();
    let mut large = bucket(ID, "large");
    // Text that repeats only after more than a compressor looks back.
    let text = (0..400_000_u64).flat_map(|number| (number * number).to_string().into_bytes());
    let text = String::from_utf8(text.collect()).unwrap();
    large.settings.policy.observed = Observed::Present(PolicyDocument(text));
    let mut writer = run.account_writer(&account(ID)).unwrap();
    writer.facts(&facts(ID)).unwrap();
    writer.bucket(&large).unwrap();
    writer.bucket(&bucket(ID, "small")).unwrap();
    writer.finish().unwrap();
    let (_, buckets) = read_account(&run, ID).unwrap().unwrap();
    assert!(buckets == [large, bucket(ID, "small")]);
}

#[test]
fn a_coverage_file_cut_at_any_byte_is_truncated() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let path = directory.path().join("assessment/coverage.ndjson");
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() - 1 {
        fs::write(&path, &whole[..length]).unwrap();
        let records = run.assessment().unwrap().unwrap().coverage().unwrap();
        let error = records.collect::<Result<Vec<_>, _>>().unwrap_err();
        assert!(
            matches!(error, SnapshotError::Truncated { .. }),
            "cut to {length}: {error}"
        );
    }
}

#[test]
fn an_account_file_with_any_bit_changed_is_never_read_as_a_whole_one() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let whole = fs::read(account_path(directory.path())).unwrap();
    let content = read_account(&run, ID).unwrap();
    for position in 0..whole.len() {
        let mut changed = whole.clone();
        changed[position] ^= 0x10;
        fs::write(account_path(directory.path()), &changed).unwrap();
        // A bit that means nothing to the format may change; what is read then is what was written.
        if let Ok(read) = read_account(&run, ID) {
            assert_eq!(read, content, "byte {position}");
        }
    }
}

#[test]
fn a_record_that_cannot_be_read_is_named_by_file_and_number() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let text = String::from_utf8(account_text(directory.path())).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cases: [(&str, String, u64); 8] = [
        ("not JSON", text.replacen(lines[1], "{broken", 1), 2),
        ("not a record", text.replacen(lines[2], "{\"bucket\":{}}", 1), 3),
        ("facts twice", text.replacen(lines[1], lines[0], 1), 2),
        ("a bucket first", lines[1..].join("\n"), 1),
        ("another account", text.replace("111111111111", "999999999999"), 1),
        ("too few records", [lines[0], lines[2], lines[3]].join("\n"), 3),
        (
            "too many records",
            [lines[0], lines[1], lines[2], lines[2], lines[3]].join("\n"),
            5,
        ),
        ("more after the end", format!("{text}{}\n", lines[1]), 4),
    ];
    for (case, text, number) in cases {
        replace_account(directory.path(), text.as_bytes());
        match read_account(&run, ID) {
            Err(SnapshotError::Malformed {
                path, record, remedy, ..
            }) => {
                assert_eq!(record, number, "{case}");
                assert_eq!(path, account_path(directory.path()), "{case}");
                assert!(remedy.contains("--resume"), "{case}: {remedy}");
            }
            other => panic!("{case}: {other:?}"),
        }
    }
}

#[test]
fn reading_ends_with_the_first_error() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let text = String::from_utf8(account_text(directory.path())).unwrap();
    let second = text.lines().nth(1).unwrap().to_owned();
    replace_account(directory.path(), text.replacen(&second, "{}", 1).as_bytes());
    let mut reader = run.account(&account(ID)).unwrap().unwrap();
    assert!(reader.next().unwrap().is_err());
    assert!(reader.next().is_none());
}

#[test]
fn other_line_endings_blank_lines_and_a_byte_order_mark_are_accepted() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let text = String::from_utf8(account_text(directory.path())).unwrap();
    let edited = format!("\u{feff}{}\r\n  \r\n", text.replace('\n', "\r\n\r\n"));
    replace_account(directory.path(), edited.as_bytes());
    let (read_facts, buckets) = read_account(&run, ID).unwrap().unwrap();
    assert_eq!(read_facts, facts(ID));
    assert_eq!(buckets, [bucket(ID, "first"), bucket(ID, "second")]);

    let path = directory.path().join("run.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    assert_eq!(Run::open(directory.path()).unwrap().information(), run.information());
}

#[test]
fn a_file_that_is_not_compressed_at_all_is_malformed() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    fs::write(
        account_path(directory.path()),
        "these are not the bytes you are looking for",
    )
    .unwrap();
    let error = read_account(&run, ID).unwrap_err();
    assert!(matches!(error, SnapshotError::Malformed { record: 1, .. }), "{error}");
}

#[test]
fn a_run_of_a_newer_schema_is_refused_with_what_this_program_reads() {
    let directory = tempdir().unwrap();
    drop(complete_run(directory.path()));
    let newer = format!(
        "{{\"schema\": {}, \"everything\": \"else is new\"}}",
        SNAPSHOT_SCHEMA + 1
    );
    fs::write(directory.path().join("run.json"), newer).unwrap();
    let error = Run::open(directory.path()).unwrap_err();
    assert!(
        matches!(error, SnapshotError::NewerSchema { found, newest, .. } if found == SNAPSHOT_SCHEMA + 1 && newest == SNAPSHOT_SCHEMA),
        "{error}"
    );
    let text = error.to_string();
    assert!(
        text.contains(&format!("1 to {SNAPSHOT_SCHEMA}")) && text.contains("upgrade"),
        "{text}"
    );
}

#[test]
fn an_assessment_of_a_newer_schema_is_refused() {
    let directory = tempdir().unwrap();
    let run = complete_run(directory.path());
    let newer = format!("{{\"schema\": {}}}", SNAPSHOT_SCHEMA + 1);
    fs::write(directory.path().join("assessment/summary.json"), newer).unwrap();
    let error = run.assessment().unwrap_err();
    assert!(matches!(error, SnapshotError::NewerSchema { .. }), "{error}");
}

#[test]
fn run_json_that_is_cut_or_broken_is_told_from_one_that_is_not_there() {
    let directory = tempdir().unwrap();
    drop(complete_run(directory.path()));
    let path = directory.path().join("run.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, &text[..text.len() / 2]).unwrap();
    let error = Run::open(directory.path()).unwrap_err();
    assert!(matches!(error, SnapshotError::Truncated { .. }), "{error}");
    for broken in [
        text.replace("\"aws\"", "\"mars\""),
        text.replace(&format!("\"schema\": {SNAPSHOT_SCHEMA}"), "\"schema\": 0"),
    ] {
        fs::write(&path, broken).unwrap();
        let error = Run::open(directory.path()).unwrap_err();
        assert!(matches!(error, SnapshotError::Malformed { .. }), "{error}");
    }
}

#[test]
fn a_run_of_every_earlier_schema_is_read() {
    for schema in 1..=SNAPSHOT_SCHEMA {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/schema-{schema}"));
        let directory = tempdir().unwrap();
        restore(&source, directory.path());
        let run = Run::open(directory.path()).unwrap();
        assert_eq!(run.information().schema, schema);
        assert_eq!(run.sessions().unwrap().len(), 1);
        let records = run.organization().unwrap().unwrap();
        assert_eq!(records.collect::<Result<Vec<_>, _>>().unwrap(), organization());
        assert_eq!(
            read_account(&run, ID).unwrap(),
            Some((facts(ID), vec![bucket(ID, "first"), bucket(ID, "second")]))
        );
        let assessment = run.assessment().unwrap().unwrap();
        assert_eq!(assessment.summary.counts.pass, 1);
        // The second schema brought what the account services say.
        let sources = usize::from(schema >= 2);
        assert_eq!(assessment.coverage().unwrap().map(Result::unwrap).count(), 1 + sources);
        assert_eq!(read_services(&run, ID).len(), sources);
        let alone = run.services(&account(ID)).unwrap().unwrap();
        assert_eq!(alone.collect::<Result<Vec<_>, _>>().unwrap(), read_services(&run, ID));
        // Totals by source came later, and an assessment without them is read.
        assert!(assessment.summary.coverage.sources.is_empty());
        assert_eq!(assessment.findings().unwrap().map(Result::unwrap).count(), 1);
        // Controls by account came later too.
        assert!(assessment.control_matrix().unwrap().is_none());
        // And so did who reaches each bucket.
        assert!(assessment.effective_access().unwrap().is_none());
    }
}

/// Copies a run that is kept as text, and compresses the files that a run holds compressed.
fn restore(source: &Path, target: &Path) {
    fs::create_dir_all(target).unwrap();
    for entry in fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            restore(&path, &target.join(name));
        } else if name.ends_with(".ndjson") && name != "coverage.ndjson" {
            let text = fs::read(&path).unwrap();
            fs::write(target.join(format!("{name}.zst")), zstd::encode_all(&*text, 3).unwrap()).unwrap();
        } else {
            fs::copy(&path, target.join(name)).unwrap();
        }
    }
}
