//! The real binary, in an environment that holds nothing of the machine's.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A call of `s3attest` that is being put together.
#[derive(Debug)]
pub struct Program {
    command: Command,
    time: Duration,
}

/// A call that has ended.
#[derive(Debug)]
pub struct Finished {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Finished {
    /// Asserts on the exit code, and shows what was printed when it is another.
    #[track_caller]
    #[expect(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "often the code alone is asked for"
    )]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }
}

/// The directory of this build: `target/debug`, say.
fn build_directory() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let dependencies = test.parent().expect("a test binary lies in a directory");
    dependencies
        .parent()
        .expect("test binaries lie in `deps`")
        .to_path_buf()
}

impl Program {
    /// The binary that was built with the tests.
    #[must_use]
    pub fn new<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let path = std::env::var_os("S3ATTEST_BIN").map_or_else(|| build_directory().join("s3attest"), PathBuf::from);
        assert!(
            path.is_file(),
            "{} is not built; run the tests by `cargo xtask test`",
            path.display()
        );
        Self::of(&path, arguments)
    }

    /// A call of another program in the same kind of environment: a peer's script, say.
    #[must_use]
    pub fn of<S: AsRef<OsStr>>(path: &Path, arguments: impl IntoIterator<Item = S>) -> Self {
        let mut command = Command::new(path);
        command
            .args(arguments)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // Nothing outside the loopback is asked for credentials.
        command
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("HOME", "/nonexistent");
        Self {
            command,
            time: Duration::from_mins(4),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn arguments<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn within(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Sets within which time it has to end.
    #[must_use]
    pub fn ends_within(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Starts it and hands it over running.
    #[must_use]
    pub fn start(mut self) -> Child {
        self.command.spawn().expect("the binary can be started")
    }

    /// Runs it to its end, which has to come within four minutes unless another time was set.
    #[must_use]
    pub fn run(self) -> Finished {
        let time = self.time;
        wait(self.start(), time)
    }
}

/// Waits for the end of a call, and kills it by its own process id when it does not come.
fn wait(mut child: Child, time: Duration) -> Finished {
    let read = |stream: Option<Box<dyn std::io::Read + Send>>| {
        thread::spawn(move || {
            let mut text = Vec::new();
            if let Some(mut stream) = stream {
                let _ = stream.read_to_end(&mut text);
            }
            String::from_utf8_lossy(&text).into_owned()
        })
    };
    let stdout = read(child.stdout.take().map(|stream| Box::new(stream) as _));
    let stderr = read(child.stderr.take().map(|stream| Box::new(stream) as _));
    let until = Instant::now() + time;
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            break status;
        }
        if Instant::now() > until {
            let _ = child.kill();
            let _ = child.wait();
            let stdout = stdout.join().unwrap_or_default();
            panic!(
                "the call did not end in {time:?}\nstdout:\n{stdout}\nstderr:\n{}",
                stderr.join().unwrap_or_default()
            );
        }
        thread::sleep(Duration::from_millis(10));
    };
    Finished {
        code: status.code(),
        stdout: stdout.join().unwrap_or_default(),
        stderr: stderr.join().unwrap_or_default(),
    }
}
