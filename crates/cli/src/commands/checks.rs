//! `s3attest checks`: the list of checks.

use anyhow::Result;

use crate::exit;
use crate::output::result;

pub(crate) fn run() -> Result<u8> {
    for check in s3attest_assess::descriptions() {
        result(&format!(
            "{:<40} {:<8} {:<7} {}",
            check.id,
            check.severity,
            check.scope.as_str(),
            check.title
        ))?;
    }
    Ok(exit::DONE)
}
