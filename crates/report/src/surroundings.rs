//! What a system that takes findings in one by one has to be told with each of them: of which run it is, and of when.
//!
//! It knows no format.

use jiff::Timestamp;
use s3attest_model::organization::Organization;
use s3attest_model::run::RunInformation;

use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::{organization, times};

/// What every finding of a run shares.
pub(crate) struct Surroundings<'run> {
    pub(crate) run: &'run RunInformation,
    /// The version of the program that judged.
    pub(crate) tool_version: &'run str,
    pub(crate) organization: Option<Organization>,
    /// When the last stretch of collecting ended.
    pub(crate) collected: Timestamp,
    /// When what is said of a finding was last brought up to date.
    pub(crate) updated: Timestamp,
    /// Whether every account of the run is known. What is missing has no finding of its own, so that each has to say it.
    pub(crate) accounts_are_listed: bool,
}

impl<'run> Surroundings<'run> {
    pub(crate) fn of<R: AssessedRun>(run: &'run R) -> Result<Self, ReportError<R::Error>> {
        Ok(Self {
            run: run.run(),
            tool_version: &run.summary().tool_version,
            organization: organization::known(run)?,
            collected: times::collected(run),
            updated: times::updated(run),
            accounts_are_listed: run.summary().account_listing_gap.is_none(),
        })
    }

    /// The organization's id, where it is known.
    pub(crate) fn organization_id(&self) -> Option<&str> {
        self.organization.as_ref().map(|organization| organization.id.as_str())
    }
}
