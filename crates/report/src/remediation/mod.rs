//! What to do about a failed check, with the resource's own names put in, and what speaks against doing it at once.
//!
//! [`page`] reads the remediation of a check's page in its three forms, [`code`] puts names into their blocks, [`named`] finds
//! those names that stand beside the resource, [`asked`] lists what the reader alone knows, [`changes`] says what the commands change, and [`conflicts`] what of the same bucket
//! stands in the way. Values and texts only: no format is known here.

mod asked;
mod changes;
mod code;
mod conflicts;
mod named;
mod page;

use std::collections::BTreeMap;

use s3attest_model::check::CheckDescription;
use s3attest_model::finding::{Finding, Resource, Verdict};
use s3attest_model::identifiers::CheckId;

pub(crate) use asked::Asked;
pub(crate) use code::Names;
pub(crate) use conflicts::{Around, Certainty, Warning};
pub(crate) use page::{Form, Part, Remedy, Step};

/// The check whose remedy closes every bucket of an account to the public.
pub(crate) const ACCOUNT_BLOCK: &str = "s3-account-public-access-block";

/// What has to be thought of before that is done, wherever it is offered (Amazon S3 User Guide, "Blocking public access to
/// your Amazon S3 storage").
pub(crate) const ACCOUNT_BLOCK_CAUTION: &str = "It closes every bucket of the account to the public at once, also \
     through access points. Whether one of them serves the public on purpose, a website for example, was not looked at here: see \
     first.";

/// The remedies of all checks, read once.
#[derive(Debug, Default)]
pub(crate) struct Remedies<'run> {
    of_check: BTreeMap<&'run CheckId, Remedy>,
}

impl<'run> Remedies<'run> {
    pub(crate) fn new(checks: &'run [CheckDescription]) -> Self {
        let remedy = |check: &'run CheckDescription| (&check.id, Remedy::read(&check.page.remediation));
        Self {
            of_check: checks.iter().map(remedy).collect(),
        }
    }

    /// The remedy of a finding that failed and that nobody accepts.
    pub(crate) fn of(&self, finding: &Finding) -> Option<&Remedy> {
        let asks_for_it = finding.verdict == Verdict::Fail && !finding.is_accepted();
        asks_for_it.then(|| self.of_check(&finding.check)).flatten()
    }

    /// The remedy of a check; `None` where its page has no code and says nothing of why.
    pub(crate) fn of_check(&self, check: &CheckId) -> Option<&Remedy> {
        self.of_check.get(check).filter(|remedy| remedy.says_anything())
    }

    /// What speaks against the remedy of a finding at once, from what is known of its bucket.
    pub(crate) fn warnings(&self, finding: &Finding, around: &Around<'_>) -> Vec<Warning> {
        let Some(remedy) = self.of(finding) else {
            return Vec::new();
        };
        let mut warnings = conflicts::of(remedy.changes(), around);
        warnings.extend(conflicts::accepted(self, finding, remedy.changes(), around.findings));
        warnings
    }

    /// What has to be thought of before the remedy of a finding that is not a bucket's, of which nothing around it is known.
    pub(crate) fn cautions(&self, finding: &Finding) -> Vec<Warning> {
        let is_wide = finding.check.as_str() == ACCOUNT_BLOCK;
        let caution = self.of(finding).filter(|_| is_wide).map(|_| Warning {
            certainty: Certainty::NotKnown,
            text: ACCOUNT_BLOCK_CAUTION.to_owned(),
            source: Some("Amazon S3 User Guide, \"Blocking public access to your Amazon S3 storage\""),
        });
        caution.into_iter().collect()
    }
}

/// The names of a finding's resource and of what else the finding names; the partition is the run's where the resource has none.
pub(crate) fn names<'names>(finding: &'names Finding, partition: &'names str) -> Names<'names> {
    named::beside(finding, of_resource(&finding.resource, partition))
}

fn of_resource<'names>(resource: &'names Resource, partition: &'names str) -> Names<'names> {
    let names = Names {
        account: resource.account().as_str(),
        region: resource.region().map(AsRef::as_ref),
        partition: Some(partition),
        ..Names::default()
    };
    match resource {
        Resource::Bucket { name, partition, .. } => Names {
            bucket: Some(name.as_str()),
            partition: Some(partition.as_str()),
            ..names
        },
        Resource::AccessPoint { name, .. } => Names {
            access_point: Some(name.as_str()),
            ..names
        },
        Resource::Organization { .. } | Resource::Account { .. } | Resource::Region { .. } => names,
    }
}
