//! Run directories that were cut, changed, written by a newer program, or had no room: each is told what it is, and what
//! to do about it.

#![expect(
    clippy::print_stdout,
    reason = "a test says what it compared, or why it does not run"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use s3attest_orgsim::scenario::{Bucket, Policy};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_tests::{Finished, Program, Simulation};
use tempfile::TempDir;

fn organization(accounts: usize) -> Scenario {
    GeneratorOptions {
        accounts,
        buckets_per_account: 3,
        regions: 2,
        seed: 77,
        company: "kept".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate()
}

/// A finished run of three accounts.
fn run() -> (TempDir, PathBuf, Scenario) {
    let scenario = organization(3);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    Simulation::start(scenario.clone()).scan(&run).run().expect_code(0);
    (directory, run, scenario)
}

fn call(command: &str, run: &Path, code: i32) -> Finished {
    Program::new([command]).argument(run).run().expect_code(code)
}

fn says(finished: &Finished, words: &[&str]) {
    for word in words {
        assert!(
            finished.stderr.contains(word),
            "`{word}` is missing in:\n{}",
            finished.stderr
        );
    }
}

fn account_file(run: &Path, account: &str) -> PathBuf {
    run.join(format!("accounts/{account}.ndjson.zst"))
}

/// Every file below a directory by its path, with its bytes.
fn tree(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![directory.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let relative = path.strip_prefix(directory).expect("below it").to_path_buf();
                files.insert(relative, fs::read(&path).expect("a file"));
            }
        }
    }
    files
}

#[test]
fn a_truncated_account_file_is_named_with_what_to_do_and_resume_mends_it() {
    let scenario = organization(3);
    let simulation = Simulation::start(scenario.clone());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let run = directory.path().join("run");
    simulation.scan(&run).run().expect_code(0);
    let path = account_file(&run, &scenario.accounts[1].id);
    let whole = fs::read(&path).expect("the file is there");
    let judged = tree(&run.join("assessment"));
    for keep in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..keep]).expect("room");
        let finished = call("assess", &run, 1);
        says(&finished, &[path.to_str().expect("a plain path"), "scan --resume"]);
        assert_eq!(
            tree(&run.join("assessment")),
            judged,
            "the assessment that was there is kept"
        );
    }
    // What the message says helps.
    fs::remove_file(&path).expect("the file is there");
    let resumed = simulation
        .signed(Program::new(["scan"]))
        .argument("--resume")
        .argument(&run);
    resumed.run().expect_code(0);
    call("assess", &run, 0);
    call("verify", &run, 0);
}

#[test]
fn a_run_of_a_newer_program_is_refused_by_every_command_and_not_touched() {
    let (_directory, run, _) = run();
    let path = run.join("run.json");
    let text = fs::read_to_string(&path).expect("the run has its information");
    let mut information: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    information["schema"] = serde_json::json!(99);
    information["something_new"] = serde_json::json!({"that": "nobody knows yet"});
    fs::write(&path, information.to_string()).expect("room");
    let before = tree(&run);
    for command in ["assess", "report", "verify"] {
        says(&call(command, &run, 1), &["run.json", "schema 99", "upgrade s3attest"]);
    }
    says(
        &Program::new(["scan", "--resume"]).argument(&run).run().expect_code(1),
        &["run.json", "schema 99", "upgrade s3attest"],
    );
    assert_eq!(tree(&run), before);
}

#[test]
fn verify_finds_every_changed_missing_and_added_file() {
    let (_directory, run, scenario) = run();
    let finished = call("verify", &run, 0);
    assert!(
        finished.stdout.contains("files are as they were sealed"),
        "{}",
        finished.stdout
    );
    let sealed = tree(&run);
    for relative in sealed
        .keys()
        .filter(|path| !path.ends_with("manifest.json") && !path.ends_with(".lock"))
    {
        let path = run.join(relative);
        let whole = &sealed[relative];
        // The pages of the report are many, and all are sealed alike.
        if relative.starts_with("report") && relative.components().count() > 2 || whole.is_empty() {
            continue;
        }
        let mut changed = whole.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 0x20;
        fs::write(&path, &changed).expect("room");
        let finished = Program::new(["verify"]).argument(&run).run();
        // A changed run.json may be no JSON any more; then it is named as what it is.
        let said = format!("{}{}", finished.stdout, finished.stderr);
        assert_eq!(finished.code, Some(1), "{}: {said}", relative.display());
        assert!(
            said.contains(relative.to_str().expect("plain")),
            "{}: {said}",
            relative.display()
        );
        fs::write(&path, whole).expect("room");
    }
    call("verify", &run, 0);
    let path = account_file(&run, &scenario.accounts[0].id);
    fs::rename(&path, run.join("accounts/999999999999.ndjson.zst")).expect("the file is there");
    let finished = call("verify", &run, 1);
    for words in ["missing", &scenario.accounts[0].id, "added", "999999999999"] {
        assert!(
            finished.stdout.contains(words),
            "{words} is missing in:\n{}",
            finished.stdout
        );
    }
}

#[test]
fn judging_and_rendering_the_same_evidence_twice_gives_the_same_bytes() {
    let (directory, run, _) = run();
    let judged = tree(&run.join("assessment"));
    let rendered = tree(&run.join("report"));
    assert!(rendered.len() > 20, "a report of {} files", rendered.len());
    for name in ["first", "second"] {
        let output = directory.path().join(name);
        Program::new(["report"])
            .argument(&run)
            .argument("--output")
            .argument(&output)
            .run()
            .expect_code(0);
        let again = tree(&output);
        let differing: Vec<_> = rendered
            .iter()
            .filter(|(path, bytes)| again.get(*path) != Some(bytes))
            .collect();
        assert!(
            differing.is_empty() && again.len() == rendered.len(),
            "{} files differ",
            differing.len()
        );
    }
    call("assess", &run, 0);
    assert_eq!(tree(&run.join("assessment")), judged);
    call("verify", &run, 0);
}

/// A file system of its own that ends with this value.
struct Mounted(PathBuf);

impl Mounted {
    /// `None` where this user may not mount; the reason is printed.
    fn new(directory: &Path, size: &str) -> Option<Self> {
        let options = format!("size={size}");
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(directory)
            .output();
        match output {
            Ok(output) if output.status.success() => Some(Self(directory.to_path_buf())),
            Ok(output) => {
                let why = String::from_utf8_lossy(&output.stderr).into_owned();
                println!("skipped: a small file system cannot be mounted here ({})", why.trim());
                None
            }
            Err(error) => {
                println!("skipped: a small file system cannot be mounted here ({error})");
                None
            }
        }
    }

    fn resize(&self, size: &str) {
        let status = Command::new("mount")
            .args(["-o", &format!("remount,size={size}")])
            .arg(&self.0)
            .status();
        assert!(status.expect("mount was there").success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// Buckets with policies that hardly compress: about 12 KiB each on the disk.
fn heavy(scenario: &mut Scenario) {
    let mut number = 0x9E37_79B9_7F4A_7C15_u64;
    let mut noise = || {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
        format!("{number:016x}")
    };
    for account in &mut scenario.accounts {
        for bucket in &mut account.buckets {
            let sid: String = (0..1_150).map(|_| noise()).collect();
            bucket.policy = Some(Policy {
                document: format!(r#"{{"Version":"2012-10-17","Id":"{sid}","Statement":[]}}"#),
                is_public: false,
            });
        }
        let created_at = account.joined_at;
        let region = account.buckets[0].region.clone();
        account
            .buckets
            .push(Bucket::bare(format!("light-{}", account.id), region, created_at));
    }
}

#[test]
fn a_full_disk_keeps_what_is_complete_and_resume_finishes() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let Some(mounted) = Mounted::new(directory.path(), "160k") else {
        return;
    };
    let mut scenario = organization(8);
    heavy(&mut scenario);
    let simulation = Simulation::start(scenario.clone());
    let run = directory.path().join("run");
    let serial = "[requests]\naccounts_at_once = 1\n";
    let finished = simulation.scan_with(&run, serial).run().expect_code(1);
    says(
        &finished,
        &["no room left", "scan --resume", run.to_str().expect("a plain path")],
    );
    let kept: Vec<&String> = scenario
        .accounts
        .iter()
        .map(|account| &account.id)
        .filter(|account| account_file(&run, account).exists())
        .collect();
    assert!(
        !kept.is_empty() && kept.len() < scenario.accounts.len(),
        "{} accounts were finished",
        kept.len()
    );
    let before: Vec<Vec<u8>> = kept
        .iter()
        .map(|id| fs::read(account_file(&run, id)).expect("complete"))
        .collect();
    let asked = simulation.world().ledger().requests();

    mounted.resize("64m");
    let resumed = simulation.signed(Program::new(["scan"])).argument("--config");
    let resumed = resumed
        .argument(simulation.configuration(serial))
        .argument("--resume")
        .argument(&run);
    resumed.run().expect_code(0);
    call("verify", &run, 0);
    for (account, bytes) in kept.iter().zip(before) {
        assert_eq!(
            fs::read(account_file(&run, account)).expect("kept"),
            bytes,
            "{account} was written again"
        );
    }
    let read_again = simulation.world().ledger().entries().into_iter().find(|entry| {
        entry.number > asked && entry.service == "s3" && entry.account.as_ref().is_some_and(|id| kept.contains(&id))
    });
    assert_eq!(read_again, None, "a finished account was asked again");
}
