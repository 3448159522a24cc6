//! A moto server as a process of its own, filled by the seeding script, and scans that are pointed at it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use s3attest_model::services::ServiceSource;
use s3attest_tests::{Finished, Program, unpaced};
use tempfile::TempDir;

/// How long the server may take to start: importing all of moto takes seconds on a busy machine.
const START: Duration = Duration::from_mins(2);
/// How long the server may take to end once its standard input has ended.
const END: Duration = Duration::from_secs(20);

/// Rates that are out of the way, and no more requests at once than a server in Python bears.
const CONFIGURATION: &str = r#"
[requests]
accounts_at_once = 4
buckets_at_once = 4
readings_at_once = 4
open = 16
answer_timeout_seconds = 30
attempts = 1

[checks]
classification_tag = "data-classification"
classification_values = ["internal", "confidential"]
"#;

/// Credentials that a call starts from.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl Keys {
    /// Any key that moto does not know belongs to its management account.
    pub(crate) fn unknown() -> Self {
        Self {
            id: "testing".to_owned(),
            secret: "testing".to_owned(),
        }
    }
}

/// A running server; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Moto {
    process: Child,
    /// The server runs until this ends.
    input: Option<ChildStdin>,
    /// Disconnected when the server's standard output has ended.
    output: Receiver<String>,
    port: u16,
    python: PathBuf,
    directory: TempDir,
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(name)
}

impl Moto {
    /// Starts an empty server on a free port.
    pub(crate) fn start(python: &Path) -> Self {
        let mut process = Command::new(python)
            .args(["-B".as_ref(), script("moto_server.py").as_os_str()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python can be started");
        let input = process.stdin.take();
        let stdout = process.stdout.take().expect("it was asked for");
        let (lines, output) = channel();
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let mut line = String::new();
            if stdout.read_line(&mut line).is_ok() && lines.send(line).is_ok() {
                // Held open until the end, so that the server can never fill the pipe and stop.
                let _ = stdout.read_to_string(&mut String::new());
            }
        });
        let mut moto = Self {
            process,
            input,
            output,
            port: 0,
            python: python.to_path_buf(),
            directory: tempfile::tempdir().expect("a temporary directory"),
        };
        let line = moto.output.recv_timeout(START).expect("the server names its port");
        moto.port = line.trim().parse().expect("the first line is the port");
        moto
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs a script that fills the server, and hands over what it printed.
    pub(crate) fn fill(&self, name: &str, arguments: &[&str]) -> String {
        Program::of(&self.python, ["-B".as_ref(), script(name).as_os_str()])
            .argument("--endpoint")
            .argument(self.url())
            .arguments(arguments)
            .variable("PYTHONUTF8", "1")
            .run()
            .expect_code(0)
            .stdout
    }

    /// Scans the server's buckets into a directory, without the services of its accounts.
    pub(crate) fn scan(&self, keys: &Keys, directory: &Path) -> Finished {
        self.scan_without(ServiceSource::ALL, keys, directory)
    }

    /// Scans the server into a directory, leaving sources out.
    pub(crate) fn scan_without(&self, left_out: &[ServiceSource], keys: &Keys, directory: &Path) -> Finished {
        let configuration = self.directory.path().join("s3attest.toml");
        let left_out: Vec<&str> = left_out.iter().map(|source| source.key()).collect();
        let text = format!(
            "[rate_limits]\n{}\n[sources]\nleave_out = {left_out:?}\n{CONFIGURATION}",
            unpaced(16)
        );
        fs::write(&configuration, text).expect("a file can be written");
        Program::new(["scan"])
            .argument("--config")
            .argument(configuration)
            .argument("--output")
            .argument(directory)
            .variable("AWS_ACCESS_KEY_ID", &keys.id)
            .variable("AWS_SECRET_ACCESS_KEY", &keys.secret)
            .variable("AWS_REGION", "us-east-1")
            .variable("AWS_ENDPOINT_URL", self.url())
            .run()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.input.take());
        // Nothing more is printed, so this waits for the end of the output, which is the end of the process.
        while self.output.recv_timeout(END).is_ok() {}
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
