//! To which buckets trails deliver their log files, from what every account was shown of its trails.
//!
//! A trail may belong to another account than its bucket, so that all accounts are looked at. Kept for a check that asks of a
//! bucket whether a trail delivers there, and has to be told "certainly", "certainly not" or "not known". This module does not
//! know what a trail logs.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::account::AccountFacts;
use s3attest_model::evidence::{Evidence, Gap, Operation, Source};
use s3attest_model::finding::Resource;
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::services::{Lacking, Reading, ServiceRecord};
use s3attest_policy::{Document, Effect, PrincipalElement};

use crate::trail::{Trail, Unknown};

const LISTED_BY: Operation = Operation::named("cloudtrail.DescribeTrails");

/// A trail that delivers to a bucket.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The trail's ARN.
    pub trail: String,
    /// The account that was shown the trail.
    account: AccountId,
    /// The list in which it was shown, without the value.
    list: Evidence<()>,
}

/// Lists of trails that are missing.
#[derive(Debug, Clone)]
struct Missing {
    account: AccountId,
    list: Evidence<()>,
}

/// What is known of where trails deliver to.
#[derive(Debug, Default)]
pub struct Deliveries {
    /// By bucket, the trail that comes first.
    by_bucket: BTreeMap<String, Delivery>,
    /// The first account of which some list of trails is missing.
    missing: Option<Missing>,
    /// The regions of each account, while lists are noted.
    regions: BTreeMap<AccountId, Vec<RegionName>>,
    /// The lists that were noted.
    listed: BTreeSet<(AccountId, RegionName)>,
}

impl Deliveries {
    /// Notes in which regions an account has to be asked for its trails.
    pub(crate) fn account(&mut self, facts: &AccountFacts) {
        if let Some(gap) = facts.access.as_gap().or_else(|| facts.regions.as_gap()) {
            self.lacks(&facts.account, gap);
            return;
        }
        let regions = facts.regions.known().ok().flatten();
        let enabled = regions.into_iter().flatten().filter(|region| region.is_enabled());
        let names = enabled.map(|region| region.name.clone()).collect();
        self.regions.insert(facts.account.clone(), names);
    }

    /// Notes what an account was shown in a region.
    pub(crate) fn note(&mut self, record: &ServiceRecord) {
        let (Reading::CloudTrail(reading), Some(region)) = (&record.reading, &record.region) else {
            return;
        };
        self.listed.insert((record.account.clone(), region.clone()));
        if let Some(gap) = reading.trails.as_gap() {
            if self.missing.is_none() {
                self.missing = Some(Missing {
                    account: record.account.clone(),
                    list: Evidence::gap(gap.clone(), reading.trails.source.clone()),
                });
            }
            return;
        }
        for each in reading.listed() {
            let known = self.by_bucket.get(each.bucket.as_str());
            if known.is_none_or(|known| each.arn < known.trail) {
                let delivery = Delivery {
                    trail: each.arn.clone(),
                    account: record.account.clone(),
                    list: Evidence::present((), reading.trails.source.clone()),
                };
                self.by_bucket.insert(each.bucket.as_str().to_owned(), delivery);
            }
        }
    }

    /// Notes an account whose trails could not be listed. A closed one counts: its trails may go on delivering (AWS CloudTrail
    /// User Guide, "AWS account closure and trails").
    pub(crate) fn lacks(&mut self, account: &AccountId, gap: &Gap) {
        if self.missing.is_none() {
            self.missing = Some(Missing {
                account: account.clone(),
                list: Evidence::gap(gap.clone(), Source::not_called(LISTED_BY)),
            });
        }
    }

    /// Ends the noting: what was to be listed and was not, is missing.
    pub(crate) fn settle(&mut self) {
        let listed = std::mem::take(&mut self.listed);
        for (account, regions) in std::mem::take(&mut self.regions) {
            let unlisted = regions
                .into_iter()
                .find(|region| !listed.contains(&(account.clone(), region.clone())));
            if let Some(region) = unlisted {
                self.lacks(&account, &Lacking::Trails(&region).gap());
            }
        }
    }

    /// The trail that delivers to a bucket, as far as one was seen.
    pub(crate) fn seen<'a>(&'a self, trail: &mut Trail<'a>, bucket: &str) -> Option<&'a Delivery> {
        let delivery = self.by_bucket.get(bucket)?;
        trail.read_of(of(&delivery.account), &delivery.list).ok()?;
        Some(delivery)
    }

    /// Whether every list of trails was read, so that silence means that there is none.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing.is_none()
    }

    /// The same, with the list that is missing.
    pub(crate) fn complete<'a>(&'a self, trail: &mut Trail<'a>) -> Result<(), Unknown<'a>> {
        match &self.missing {
            Some(missing) => trail.read_of(of(&missing.account), &missing.list).map(|_| ()),
            None => Ok(()),
        }
    }
}

/// An account, as whose answer something stands in the evidence.
fn of(account: &AccountId) -> String {
    let account = account.clone();
    Resource::Account { account }.arn()
}

/// Whether a bucket policy may let CloudTrail write. Without a statement that does, no trail can deliver to the bucket (AWS
/// CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail").
pub(crate) fn may_admit_trails(policy: &Document) -> bool {
    policy.statements.iter().any(|statement| {
        let may_be = match &statement.principal {
            PrincipalElement::Is(principals) => {
                let is_cloudtrail = |name: &String| name.to_ascii_lowercase().starts_with("cloudtrail.");
                statement.principal.is_everyone() || principals.services.iter().any(is_cloudtrail)
            }
            PrincipalElement::IsNot(_) | PrincipalElement::Missing => true,
        };
        statement.effect == Effect::Allow && (may_be || !statement.unknown_parts.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_names_others_alone_lets_no_trail_deliver() {
        for (principal, expected) in [
            (r#""Principal":{"Service":"cloudtrail.amazonaws.com"}"#, true),
            (r#""Principal":{"Service":["logging.s3.amazonaws.com"]}"#, false),
            (r#""Principal":{"AWS":"arn:aws:iam::111111111111:root"}"#, false),
            (r#""Principal":{"AWS":"*"}"#, true),
            (r#""Principal":"*""#, true),
            (r#""NotPrincipal":{"AWS":"arn:aws:iam::111111111111:root"}"#, true),
        ] {
            for effect in ["Allow", "Deny"] {
                let text = format!(
                    r#"{{"Statement":[{{"Effect":"{effect}",{principal},"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*"}}]}}"#
                );
                let document = Document::parse(&text).expect("a policy");
                assert_eq!(
                    may_admit_trails(&document),
                    expected && effect == "Allow",
                    "{effect} {principal}"
                );
            }
        }
    }
}
