//! Placeholder until the simulated organization can be started.
use crate::arguments::DemoArguments;
use anyhow::{Result, bail};
pub(crate) async fn run(_arguments: DemoArguments, _is_quiet: bool) -> Result<u8> {
    bail!("x")
}
