//! Which organization a run is of.
//!
//! It knows no format.

use s3attest_model::evidence::{Evidence, Observed};
use s3attest_model::organization::{Organization, OrganizationRecord};

use crate::assessed::AssessedRun;
use crate::error::ReportError;

/// What was read of the organization; `None` for an account without one. Nothing that stands behind it is read.
pub(crate) fn evidence<R: AssessedRun>(run: &R) -> Result<Option<Evidence<Organization>>, ReportError<R::Error>> {
    for record in run.organization().map_err(ReportError::Run)? {
        match record.map_err(ReportError::Run)? {
            OrganizationRecord::Organization(organization) => return Ok(Some(organization)),
            OrganizationRecord::AccountListing(_) => {}
            OrganizationRecord::Roots(_)
            | OrganizationRecord::Branch(_)
            | OrganizationRecord::Account(_)
            | OrganizationRecord::Reading(_)
            | OrganizationRecord::Policy(_) => break,
        }
    }
    Ok(None)
}

/// The organization; `None` for an account without one, and where it could not be read.
pub(crate) fn known<R: AssessedRun>(run: &R) -> Result<Option<Organization>, ReportError<R::Error>> {
    Ok(evidence(run)?.and_then(|evidence| match evidence.observed {
        Observed::Present(organization) => Some(organization),
        Observed::Absent | Observed::Gap(_) => None,
    }))
}
