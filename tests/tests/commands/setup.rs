//! `s3attest setup`: the forms of the role say the same, fit into what AWS takes, and please judges that nobody here wrote.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use s3attest_collect::{Wishes, operations};
use s3attest_model::services::ServiceSource;
use s3attest_tests::{Finished, Peer, Program, peer};
use serde_json::Value;

fn setup(arguments: &[&str]) -> Finished {
    Program::new(["setup"]).arguments(arguments).run()
}

fn printed(arguments: &[&str]) -> Value {
    let finished = setup(arguments).expect_code(0);
    serde_json::from_str(&finished.stdout).expect("the policy is JSON")
}

fn actions(policy: &Value) -> BTreeSet<String> {
    let statements = policy["Statement"].as_array().expect("statements");
    let actions = statements
        .iter()
        .flat_map(|statement| statement["Action"].as_array().expect("actions"));
    actions
        .map(|action| action.as_str().expect("an action").to_owned())
        .collect()
}

fn needed(sources: &[ServiceSource], wishes: Wishes, in_session: bool) -> BTreeSet<String> {
    operations(&sources.iter().copied().collect(), wishes)
        .iter()
        .filter(|operation| operation.in_session == in_session)
        .flat_map(|operation| operation.actions.iter().map(|action| (*action).to_owned()))
        .collect()
}

#[test]
fn the_permissions_follow_the_sources_that_are_enabled() {
    assert_eq!(
        actions(&printed(&["iam-policy"])),
        needed(ServiceSource::ALL, Wishes::default(), true)
    );
    assert_eq!(
        actions(&printed(&["iam-policy", "--refresh-trusted-advisor"])),
        needed(ServiceSource::ALL, Wishes::everything(), true)
    );
    let without: Vec<&str> = ServiceSource::ALL
        .iter()
        .flat_map(|source| ["--without", source.key()])
        .collect();
    let arguments: Vec<&str> = ["iam-policy"].into_iter().chain(without).collect();
    assert_eq!(actions(&printed(&arguments)), needed(&[], Wishes::default(), true));

    let directory = tempfile::tempdir().expect("a temporary directory");
    let configuration = directory.path().join("s3attest.toml");
    let left_out = ServiceSource::ALL[0];
    fs::write(
        &configuration,
        format!("[sources]\nleave_out = [\"{left_out}\"]\n[role]\nname = \"audit/reader\"\n"),
    )
    .expect("a file can be written");
    let configuration = configuration.to_str().expect("a path is text");
    assert_eq!(
        actions(&printed(&["iam-policy", "--config", configuration])),
        needed(&ServiceSource::ALL[1..], Wishes::default(), true)
    );
    let caller = printed(&[
        "iam-policy",
        "--caller",
        "--partition",
        "aws-cn",
        "--config",
        configuration,
    ]);
    let mut expected = needed(&ServiceSource::ALL[1..], Wishes::default(), false);
    expected.insert("sts:AssumeRole".to_owned());
    assert_eq!(actions(&caller), expected);
    assert_eq!(
        caller["Statement"][1]["Resource"],
        "arn:aws-cn:iam::*:role/audit/reader"
    );
}

#[test]
fn what_cannot_be_set_up_is_refused_before_anything_is_printed() {
    for arguments in [
        ["iam-policy", "--trust"].as_slice(),
        &["iam-policy", "--part", "99"],
        &["iam-policy", "--without", "nothing"],
        &["iam-policy", "--partition", "mars"],
        &["stackset", "--role-name", "read-{account}"],
        &["stackset", "--external-id", "a\"b"],
        &["terraform", "--trusted-principal", "everyone"],
        &["terraform", "--trusted-principal", "*"],
    ] {
        let finished = setup(arguments).expect_code(2);
        assert_eq!(finished.stdout, "", "{arguments:?}");
        assert!(finished.stderr.contains("error"), "{arguments:?}");
    }
}

#[test]
fn every_form_says_the_same_to_readers_that_nobody_here_wrote() {
    let Some(python) = peer(Peer::Python) else { return };
    let directory = tempfile::tempdir().expect("a temporary directory");
    let keep = |name: &str, arguments: &[&str]| {
        let finished = setup(arguments).expect_code(0);
        fs::write(directory.path().join(name), finished.stdout).expect("a file can be written");
    };
    let trusted = [
        "--trusted-principal",
        "arn:aws:iam::111122223333:role/security/scanner",
        "--external-id",
        "choose:one/of-them",
        "--refresh-trusted-advisor",
    ];
    let with = |first: &[&'static str]| -> Vec<&str> { first.iter().copied().chain(trusted).collect() };
    keep("policy.json", &with(&["iam-policy"]));
    keep("trust.json", &with(&["iam-policy", "--trust"]));
    keep("caller.json", &with(&["iam-policy", "--caller"]));
    keep("stackset.yaml", &with(&["stackset"]));
    keep("terraform.tf", &with(&["terraform"]));
    for part in 1.. {
        let finished = setup(
            &with(&["iam-policy"])
                .into_iter()
                .chain(["--part", &part.to_string()])
                .collect::<Vec<_>>(),
        );
        if finished.code != Some(0) {
            assert!(part > 1, "{}", finished.stderr);
            break;
        }
        fs::write(directory.path().join(format!("part-{part:02}.json")), finished.stdout)
            .expect("a file can be written");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/role_forms.py");
    let finished = Program::of(&python, [script.as_os_str(), directory.path().as_os_str()])
        .run()
        .expect_code(0);
    println!("{}", finished.stdout.trim_end());
}
