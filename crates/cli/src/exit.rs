//! Exit codes. Scripts rely on them: a code never changes its meaning.

/// Everything that was asked for was done, and no gate was set that failed.
pub(crate) const DONE: u8 = 0;
/// The command failed; the message says why and what to do.
pub(crate) const FAILED: u8 = 1;
/// The command line or the configuration cannot be used.
pub(crate) const USAGE: u8 = 2;
/// A check at or above `--fail-on` failed, and no exception accepts that; of a comparison, one at or above `--fail-on-new`
/// that did not fail so badly before.
pub(crate) const FINDINGS: u8 = 3;
/// Less than `--min-coverage` of the scope was seen. It wins over [`FINDINGS`]: what was not seen may be worse.
pub(crate) const COVERAGE: u8 = 4;
/// `doctor` found something that cannot be read, though it is enabled.
pub(crate) const UNREADABLE: u8 = 5;

/// Input that cannot be used: the command ends with [`USAGE`] instead of [`FAILED`].
#[derive(Debug)]
pub(crate) struct Unusable(pub(crate) String);

impl std::fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}
