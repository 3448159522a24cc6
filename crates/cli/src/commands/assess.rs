//! `s3attest assess`: judges the evidence of a run again.

use anyhow::{Context as _, Result};
use s3attest_snapshot::Run;

use crate::arguments::AssessArguments;
use crate::assessed::OpenedRun;
use crate::commands::scan::apply_gate;
use crate::configuration::Configuration;
use crate::output::{notice, result};
use crate::{criteria, gate, judging, summary};

pub(crate) fn run(arguments: &AssessArguments, is_quiet: bool) -> Result<u8> {
    let mut configuration = match &arguments.config {
        Some(path) => Configuration::read(path)?,
        None => Configuration::default(),
    };
    criteria::apply(&mut configuration, &arguments.criteria);
    apply_gate(&mut configuration, &arguments.gate);
    let run = Run::open(&arguments.run)?;
    judging::judge(&run, &configuration)?;
    run.seal()?;
    let opened = OpenedRun::open(&run)?.context("the assessment that was just written is not there")?;
    if !is_quiet {
        summary::print(&opened)?;
        result("")?;
        notice(&format!(
            "write the report of it with `s3attest report {}`",
            arguments.run.display()
        ));
    }
    Ok(gate::exit_code(&configuration, opened.summary_of_run()))
}
