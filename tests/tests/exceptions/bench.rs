//! One scanned run for all tests that judge again, and what they ask of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use s3attest_model::exception::ExceptionEffect;
use s3attest_model::finding::Finding;
use s3attest_model::services::ServiceSource;
use s3attest_orgsim::scenario::{Bucket, FaultKind, Refuser};
use s3attest_orgsim::{GeneratorOptions, Scenario};
use s3attest_tests::{CollectedRun, Finished, Program, Simulation, strike_bucket};
use tempfile::TempDir;

pub(super) const TLS: &str = "s3-bucket-tls-only";

/// Three accounts; beside the generated buckets the last one has two alike, with tags, of which one's cannot be read.
pub(super) fn organization() -> Scenario {
    let mut scenario = GeneratorOptions {
        accounts: 3,
        buckets_per_account: 2,
        regions: 1,
        seed: 5,
        company: "excepted".to_owned(),
        ..GeneratorOptions::default()
    }
    .generate();
    let account = &mut scenario.accounts[2];
    let (region, created_at) = (account.buckets[0].region.clone(), account.buckets[0].created_at);
    for name in ["plain-open", "plain-refused"] {
        let mut bucket = Bucket::bare(name, region.clone(), created_at);
        bucket.tags = Some(BTreeMap::from([("team".to_owned(), "media".to_owned())]));
        account.buckets.push(bucket);
    }
    let refused = FaultKind::Denied(Refuser::IdentityPolicy);
    scenario.faults = vec![strike_bucket(refused, "plain-refused", "GetBucketTagging")];
    scenario
}

/// A configuration that leaves out what services say, but for the organization's policies: one that is not known might deny
/// requests without TLS.
pub(super) fn without_sources() -> String {
    let sources = ServiceSource::ALL.iter();
    let left_out = sources.filter(|source| **source != ServiceSource::OrganizationPolicies);
    let keys: Vec<&str> = left_out.map(|source| source.key()).collect();
    format!("[sources]\nleave_out = {keys:?}\n")
}

/// One scan for all tests that judge again.
pub(super) static SCANNED: LazyLock<TempDir> = LazyLock::new(|| {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let simulation = Simulation::start(organization());
    let scan = simulation.scan_with(&directory.path().join("run"), &without_sources());
    scan.run().expect_code(0);
    directory
});

/// Every file below a directory by its path, with its bytes.
pub(super) fn tree(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
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

/// A scanned run of a test's own, and a place for its files.
pub(super) struct Bench {
    pub(super) directory: TempDir,
}

impl Bench {
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        for (path, bytes) in tree(&SCANNED.path().join("run")) {
            let path = directory.path().join("run").join(path);
            fs::create_dir_all(path.parent().expect("a directory")).expect("room");
            fs::write(path, bytes).expect("room");
        }
        Self { directory }
    }

    pub(super) fn run(&self) -> PathBuf {
        self.directory.path().join("run")
    }

    pub(super) fn file(&self, text: &str) -> PathBuf {
        let path = self.directory.path().join("exceptions.toml");
        fs::write(&path, text).expect("room");
        path
    }

    /// Judges again with exceptions, by a day.
    pub(super) fn assess(&self, text: &str, day: &str, arguments: &[&str], code: i32) -> (CollectedRun, Finished) {
        let finished = Program::new(["assess"])
            .argument(self.run())
            .argument("--exceptions")
            .argument(self.file(text))
            .arguments(["--as-of", day])
            .arguments(arguments)
            .run()
            .expect_code(code);
        (CollectedRun::open(&self.run()), finished)
    }

    pub(super) fn lint(&self, text: &str, arguments: &[&str], code: i32) -> Finished {
        Program::new(["exceptions", "lint"])
            .argument(self.file(text))
            .arguments(arguments)
            .run()
            .expect_code(code)
    }
}

pub(super) fn entry(id: &str, selectors: &str, expires: &str) -> String {
    format!(
        "[[exception]]\nid = \"{id}\"\n{selectors}\nowner = \"owner of {id}\"\nreason = \"because\"\nticket = \"SEC-1\"\n\
         expires = {expires}\n\n"
    )
}

pub(super) fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "`{word}` is missing in:\n{text}");
    }
}

pub(super) fn of<'run>(run: &'run CollectedRun, bucket: &str, check: &str) -> &'run Finding {
    let is_it = |finding: &&Finding| finding.resource.name() == bucket && finding.check.as_str() == check;
    run.findings.iter().find(is_it).expect("the finding is there")
}

pub(super) fn effect(finding: &Finding) -> Option<ExceptionEffect> {
    finding.exception.as_ref().map(|exception| exception.effect)
}
