//! The built binary's own words: version and help. That this test is here also makes cargo build the binary whenever the
//! workspace is tested, where the end-to-end tests look for it.

use std::process::{Command, Output};

fn s3attest(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_s3attest"))
        .args(arguments)
        .env_clear()
        .output()
        .expect("the binary can be started")
}

#[test]
fn the_version_is_the_packages() {
    let output = s3attest(&["--version"]);
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        concat!("s3attest ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn every_command_that_the_help_names_explains_itself() {
    let help = s3attest(&["--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        commands,
        [
            "demo",
            "plan",
            "doctor",
            "scan",
            "assess",
            "report",
            "diff",
            "trend",
            "verify",
            "checks",
            "exceptions",
            "frameworks",
            "explain",
            "setup"
        ]
    );
    for command in commands {
        let output = s3attest(&[command, "--help"]);
        assert!(output.status.success(), "{command}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("Usage:"), "{command}");
    }
}
