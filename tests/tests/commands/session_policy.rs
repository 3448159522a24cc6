//! Every wildcard that a session policy may use, held against a list of IAM's actions that nobody here wrote.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use s3attest_collect::{Wishes, operations};
use s3attest_gateway::{LONGEST_SESSION_POLICY, possible_wildcards, session_policy};
use s3attest_model::services::ServiceSource;
use s3attest_tests::{Peer, Program, peer};

fn all() -> BTreeSet<ServiceSource> {
    ServiceSource::ALL.iter().copied().collect()
}

#[test]
fn the_session_policy_of_all_sources_fits() {
    for wishes in [Wishes::default(), Wishes::everything()] {
        let text = session_policy(&operations(&all(), wishes)).expect("it fits");
        assert!(text.len() <= LONGEST_SESSION_POLICY);
    }
}

#[test]
fn no_wildcard_that_can_come_about_covers_more_than_reads_of_settings() {
    let Some(python) = peer(Peer::Python) else { return };
    let wildcards: Vec<String> = possible_wildcards(&operations(&all(), Wishes::everything()))
        .into_iter()
        .collect();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let list = directory.path().join("wildcards.txt");
    fs::write(&list, wildcards.join("\n")).expect("a file can be written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/session_policy.py");
    let finished = Program::of(&python, [script.as_os_str(), list.as_os_str()])
        .run()
        .expect_code(0);
    println!("{}", finished.stdout.trim_end());
}
