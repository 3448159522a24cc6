//! How often a fix has to be made: findings are counted by what has to change, which need not be the resource that failed.
//!
//! Buckets of a region share its rules of AWS Config, those of an account its trails, and several may share a key or a log target.
//! It counts; of what a change does it knows nothing.

use std::collections::BTreeSet;

use s3attest_model::finding::{Finding, Resource};
use s3attest_model::identifiers::{CheckId, RegionName};

use crate::text::counted;

/// Where the fails of a check are mended, where that is elsewhere than at the resource that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elsewhere {
    /// In AWS Config of the bucket's region, unless one of its rules finds the bucket itself wanting.
    Config,
    /// At a trail that covers the account: its own, or one of the organization.
    Trail,
    /// At the key of the bucket.
    Key,
    /// At the log target of the bucket.
    LogTarget,
    /// At the source that looked too long ago.
    Source,
    /// At a policy of the organization.
    OrganizationPolicy,
    /// At the bucket, or for many of them at once by a policy of the organization.
    BucketOrOrganizationPolicy,
}

const ELSEWHERE: &[(&str, Elsewhere)] = &[
    ("config-rule-s3-bucket-logging-enabled", Elsewhere::Config),
    ("config-rule-s3-bucket-public-read-prohibited", Elsewhere::Config),
    ("config-rule-s3-bucket-public-write-prohibited", Elsewhere::Config),
    ("config-rule-s3-bucket-ssl-requests-only", Elsewhere::Config),
    ("config-rule-s3-bucket-versioning-enabled", Elsewhere::Config),
    ("kms-key-policy-public", Elsewhere::Key),
    ("kms-key-rotation", Elsewhere::Key),
    ("kms-key-state", Elsewhere::Key),
    ("org-rcp-s3-perimeter", Elsewhere::OrganizationPolicy),
    ("org-s3-block-public-access-policy", Elsewhere::OrganizationPolicy),
    ("org-scp-protects-s3", Elsewhere::OrganizationPolicy),
    ("s3-bucket-policy-admin-limits", Elsewhere::BucketOrOrganizationPolicy),
    ("s3-bucket-public-sources-agree", Elsewhere::Source),
    ("s3-bucket-tls-only", Elsewhere::BucketOrOrganizationPolicy),
    ("s3-log-target-delivery-permission", Elsewhere::LogTarget),
    ("s3-log-target-no-default-retention", Elsewhere::LogTarget),
    ("s3-log-target-retention", Elsewhere::LogTarget),
    ("trail-s3-data-events-read", Elsewhere::Trail),
    ("trail-s3-data-events-write", Elsewhere::Trail),
];

fn elsewhere(check: &CheckId) -> Option<Elsewhere> {
    let found = ELSEWHERE.iter().find(|(id, _)| *id == check.as_str());
    found.map(|(_, elsewhere)| *elsewhere)
}

/// What has to change for the findings of a check.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    organizations: u64,
    accounts: u64,
    access_points: u64,
    buckets: u64,
    /// Regions, each of one account.
    regions: u64,
    /// How many accounts those are.
    accounts_of_regions: u64,
    /// How many findings need a change in a region.
    findings_of_regions: u64,
    /// The regions of the account that is passing by.
    passing: BTreeSet<RegionName>,
}

impl Changes {
    /// Counts what has to change for a finding.
    pub(super) fn add(&mut self, finding: &Finding) {
        match &finding.resource {
            Resource::Organization { .. } => self.organizations += 1,
            Resource::Account { .. } => self.accounts += 1,
            Resource::Region { region, .. } => self.add_region(region),
            Resource::AccessPoint { .. } => self.access_points += 1,
            Resource::Bucket {
                region: Some(region), ..
            } if elsewhere(&finding.check) == Some(Elsewhere::Config) && !is_of_bucket(finding) => {
                self.add_region(region);
            }
            Resource::Bucket { .. } => self.buckets += 1,
        }
    }

    fn add_region(&mut self, region: &RegionName) {
        self.findings_of_regions += 1;
        self.passing.insert(region.clone());
    }

    /// Adds other counts of the same account.
    pub(super) fn merge(&mut self, other: &Self) {
        self.organizations += other.organizations;
        self.accounts += other.accounts;
        self.access_points += other.access_points;
        self.buckets += other.buckets;
        self.regions += other.regions;
        self.accounts_of_regions += other.accounts_of_regions;
        self.findings_of_regions += other.findings_of_regions;
        self.passing.extend(other.passing.iter().cloned());
    }

    /// Takes the regions of the account that has passed by.
    pub(super) fn finish_account(&mut self) {
        let passing = std::mem::take(&mut self.passing);
        self.regions += passing.len() as u64;
        self.accounts_of_regions += u64::from(!passing.is_empty());
    }

    /// What has to change, for a reader; `accounts` is how many accounts the findings are of.
    pub(super) fn in_words(&self, check: &CheckId, accounts: u64) -> String {
        let of_buckets = || counted(self.buckets, "bucket", "buckets");
        match elsewhere(check) {
            Some(Elsewhere::Config) => self.of_config(),
            Some(Elsewhere::Trail) => format!(
                "{}, at a trail that covers all of its regions, or one change at a trail of the organization",
                each(accounts, "account", "accounts")
            ),
            Some(Elsewhere::Key) => format!(
                "changes at the keys of {}; those that share a key need one",
                of_buckets()
            ),
            Some(Elsewhere::LogTarget) => {
                let of_buckets = of_buckets();
                format!("changes at the log targets of {of_buckets}; those that share a target need one")
            }
            Some(Elsewhere::Source) => format!("the older source has to look again, for {}", of_buckets()),
            Some(Elsewhere::OrganizationPolicy) => {
                let accounts = counted(accounts, "account", "accounts");
                format!("a policy of the organization, attached so that it binds {accounts}")
            }
            Some(Elsewhere::BucketOrOrganizationPolicy) => {
                format!("{}, or a policy of the organization", self.of_resources())
            }
            None => self.of_resources(),
        }
    }

    fn of_regions(&self) -> String {
        let accounts = counted(self.accounts_of_regions, "account", "accounts");
        format!("{} of {accounts}", each(self.regions, "region", "regions"))
    }

    fn of_config(&self) -> String {
        let for_regions = format!(
            "{} in AWS Config, for {}; a bucket that a new rule then finds wanting needs one of its own",
            self.of_regions(),
            counted(self.findings_of_regions, "finding", "findings")
        );
        let for_buckets = each(self.buckets, "bucket", "buckets");
        match (self.regions, self.buckets) {
            (0, _) => for_buckets,
            (_, 0) => for_regions,
            _ => format!("{for_buckets} that a rule finds wanting, and {for_regions}"),
        }
    }

    /// Each change at the resource that failed.
    fn of_resources(&self) -> String {
        let regions = if self.regions == 0 {
            String::new()
        } else {
            self.of_regions()
        };
        let parts = [
            (
                self.organizations,
                each(self.organizations, "organization", "organizations"),
            ),
            (self.accounts, each(self.accounts, "account", "accounts")),
            (self.regions, regions),
            (
                self.access_points,
                each(self.access_points, "access point", "access points"),
            ),
            (self.buckets, each(self.buckets, "bucket", "buckets")),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(_, words)| words)
            .collect();
        parts.join(", and ")
    }
}

/// Whether a rule of AWS Config finds the bucket itself wanting. Without an evaluation there is no rule in force; a rule without an
/// evaluation of the bucket leaves it out.
fn is_of_bucket(finding: &Finding) -> bool {
    let is_evaluated = finding
        .evidence
        .iter()
        .any(|each| each.source.operation.as_str() == "config.GetComplianceDetailsByConfigRule");
    is_evaluated && !finding.message.ends_with("which has no evaluation of the bucket.")
}

/// One change in each of so many.
fn each(count: u64, singular: &str, plural: &str) -> String {
    match count {
        1 => format!("a change in one {singular}"),
        _ => format!("a change in each of {}", counted(count, singular, plural)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_that_is_mended_elsewhere_has_a_page() {
        let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks");
        for (check, _) in ELSEWHERE {
            assert!(pages.join(format!("{check}.md")).is_file(), "{check}");
        }
    }
}
