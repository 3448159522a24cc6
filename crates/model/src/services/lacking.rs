//! What a run holds nothing of, as a gap says it: by those who judge, and for those who compare.
//!
//! Saying it and recognizing it stand side by side, since a stored assessment tells no more than the words. They are not
//! changed: assessments that were made earlier hold them.

use std::fmt;

use super::ServiceSource;
use crate::evidence::{Gap, GapCause};
use crate::identifiers::RegionName;

const OPENING: &str = "the run holds no ";
const READING: &str = "reading of ";
const IN_REGION: &str = " in ";
const DISTRIBUTIONS: &str = "list of the distributions";
const TRAILS: &str = "list of the trails of ";
const POLICIES: &str = "list of policies of the type ";

/// Something of a source that was not collected at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking<'name> {
    /// What a source says, of the account or in a region of it.
    Reading(ServiceSource, Option<&'name RegionName>),
    /// The distributions of CloudFront of an account.
    Distributions,
    /// The trails of CloudTrail that a region shows.
    Trails(&'name RegionName),
    /// The policies of the organization that have a type, such as `SERVICE_CONTROL_POLICY`.
    Policies(&'name str),
}

impl Lacking<'_> {
    /// The source that would have told it.
    #[must_use]
    pub fn source(self) -> ServiceSource {
        match self {
            Self::Reading(source, _) => source,
            Self::Distributions => ServiceSource::CloudFront,
            Self::Trails(_) => ServiceSource::CloudTrail,
            Self::Policies(_) => ServiceSource::OrganizationPolicies,
        }
    }

    /// The gap that says so.
    #[must_use]
    pub fn gap(self) -> Gap {
        Gap::new(GapCause::NotCollected, self.to_string())
    }
}

impl fmt::Display for Lacking<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(OPENING)?;
        match self {
            Self::Reading(source, None) => write!(formatter, "{READING}{}", source.title()),
            Self::Reading(source, Some(region)) => {
                write!(formatter, "{READING}{}{IN_REGION}{region}", source.title())
            }
            Self::Distributions => formatter.write_str(DISTRIBUTIONS),
            Self::Trails(region) => write!(formatter, "{TRAILS}{region}"),
            Self::Policies(policy_type) => write!(formatter, "{POLICIES}{policy_type}"),
        }
    }
}

impl Gap {
    /// Whether it says that the run holds nothing of a source, or lacks a list of it.
    #[must_use]
    pub fn is_lack_of(&self, source: ServiceSource) -> bool {
        if self.cause != GapCause::NotCollected {
            return false;
        }
        let Some(lacking) = self.detail.strip_prefix(OPENING) else {
            return false;
        };
        let reading = lacking.strip_prefix(READING);
        let rest = reading.and_then(|reading| reading.strip_prefix(source.title()));
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(IN_REGION)) {
            return true;
        }
        match source {
            ServiceSource::CloudFront => lacking == DISTRIBUTIONS,
            ServiceSource::CloudTrail => lacking.starts_with(TRAILS),
            ServiceSource::OrganizationPolicies => lacking.starts_with(POLICIES),
            _ => false,
        }
    }
}
