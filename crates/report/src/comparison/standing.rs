//! Where a check stood on a resource in one run: a verdict, or the reason why there is none.

use std::fmt;

use s3attest_model::finding::{Finding, Verdict};

use super::omission::Omission;

/// Where a check stood on a resource in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It passed.
    Passed,
    /// It did not apply, and evidence shows so.
    NotApplicable,
    /// It failed, and nobody accepted that.
    Failed,
    /// It failed, and an exception accepted that.
    Accepted,
    /// It was asked and could not be assessed, or nobody could see whether the resource is there.
    NotKnown,
    /// The run was not to look: the account or the region was out of scope, or the source was left out.
    LeftOut,
    /// It did not apply, and nothing that was read says so: the configuration, say, asks for nothing.
    NotAsked,
    /// The run judged by other checks.
    NotJudged,
    /// The resource was not there, and a complete list shows so.
    NotThere,
    /// The resource stands for others that cannot be listed, and in this run they could be.
    Resolved,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 10] = [
        Self::Passed,
        Self::NotApplicable,
        Self::Failed,
        Self::Accepted,
        Self::NotKnown,
        Self::LeftOut,
        Self::NotAsked,
        Self::NotJudged,
        Self::NotThere,
        Self::Resolved,
    ];

    /// Where a finding stands. `omission` is what its run was told to leave out, where its account was entered: what is not
    /// collected because of that was left out, and what is not collected for another reason is simply not known.
    pub(super) fn of(finding: &Finding, omission: Option<&Omission>) -> Self {
        match finding.verdict {
            Verdict::Pass => Self::Passed,
            Verdict::NotApplicable if finding.evidence.is_empty() => Self::NotAsked,
            Verdict::NotApplicable => Self::NotApplicable,
            Verdict::Fail if finding.is_accepted() => Self::Accepted,
            Verdict::Fail => Self::Failed,
            Verdict::NotAssessed => {
                if omission.is_some_and(|omission| omission.explains(finding)) {
                    Self::LeftOut
                } else {
                    Self::NotKnown
                }
            }
        }
    }

    /// The standing in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "pass",
            Self::NotApplicable => "not-applicable",
            Self::Failed => "fail",
            Self::Accepted => "accepted-fail",
            Self::NotKnown => "not-assessed",
            Self::LeftOut => "left-out",
            Self::NotAsked => "not-asked",
            Self::NotJudged => "not-judged",
            Self::NotThere => "not-there",
            Self::Resolved => "resolved",
        }
    }

    /// The standing as a reader knows it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotApplicable => "not applicable",
            Self::Failed => "failed",
            Self::Accepted => "failed, accepted",
            Self::NotKnown => "not assessed",
            Self::LeftOut => "out of scope",
            Self::NotAsked => "not asked for",
            Self::NotJudged => "not judged",
            Self::NotThere => "not there",
            Self::Resolved => "listed one by one",
        }
    }

    /// Whether it failed, accepted or not.
    #[must_use]
    pub fn is_fail(self) -> bool {
        matches!(self, Self::Failed | Self::Accepted)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
