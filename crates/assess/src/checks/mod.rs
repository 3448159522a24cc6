//! The checks, one file each, and the registry that lists them.
//!
//! To add a check, write its file and its page under `docs/checks`, then add a line to each of the two lists below.

#[cfg(test)]
pub(crate) mod scene;

use crate::check::Check;

/// Every check, sorted by id.
pub static CHECKS: &[&Check] = &[
    // registry: one line a check, sorted by id.
];
