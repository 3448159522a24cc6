//! Peers that nobody here wrote: where the test command has put them.

use std::path::PathBuf;

/// A peer that a test needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// A Python interpreter with the packages of `tests/python/requirements.txt`.
    Python,
    /// Headless Chromium.
    Chromium,
}

impl Peer {
    fn variable(self) -> &'static str {
        match self {
            Self::Python => "S3ATTEST_PYTHON",
            Self::Chromium => "S3ATTEST_CHROMIUM",
        }
    }
}

/// Where a peer is; `None`, and a line that says so, when it was not set up.
///
/// # Panics
///
/// When `CI` is set: there, a test that cannot run has failed.
#[must_use]
pub fn peer(peer: Peer) -> Option<PathBuf> {
    let variable = peer.variable();
    if let Some(path) = std::env::var_os(variable) {
        return Some(PathBuf::from(path));
    }
    let words = format!("{variable} is not set, so this test does not run; `cargo xtask test` sets it up");
    assert!(std::env::var_os("CI").is_none(), "{words}");
    eprintln!("{words}");
    None
}
