//! From which buckets CloudFront distributions fetch, from what every account was told of its distributions.
//!
//! A distribution may belong to another account than its bucket, so that all accounts are looked at. This module does not know
//! whether the bucket is there.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::account::AccountFacts;
use s3attest_model::evidence::{Evidence, Gap, Operation, Source};
use s3attest_model::finding::Resource;
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::{Lacking, Reading, S3Endpoint, ServiceRecord};

use crate::trail::{Trail, Unknown};

const LISTED_BY: Operation = Operation::named("cloudfront.ListDistributions");

/// An enabled distribution that fetches from a bucket.
#[derive(Debug, Clone)]
pub struct Fetching {
    /// The distribution's ARN.
    pub distribution: String,
    /// Whether it fetches from the bucket's website endpoint, to which requests are anonymous.
    pub is_website: bool,
    account: AccountId,
    /// The list in which it stands, without the value.
    list: Evidence<()>,
}

/// What is known of what distributions fetch from.
#[derive(Debug, Default)]
pub struct Origins {
    /// By bucket, the distribution that comes first; one that fetches from the website endpoint before others.
    by_bucket: BTreeMap<String, Fetching>,
    /// The first account of which the list is missing.
    missing: Option<(AccountId, Evidence<()>)>,
    /// The accounts that are to be noted, and those that were.
    expected: BTreeSet<AccountId>,
    listed: BTreeSet<AccountId>,
}

impl Origins {
    /// Notes that an account has to be asked for its distributions.
    pub(crate) fn account(&mut self, facts: &AccountFacts) {
        match facts.access.as_gap() {
            Some(gap) => self.lacks(&facts.account, gap),
            None => {
                self.expected.insert(facts.account.clone());
            }
        }
    }

    /// Notes the distributions of an account.
    pub(crate) fn note(&mut self, record: &ServiceRecord) {
        let Reading::CloudFront(front) = &record.reading else {
            return;
        };
        self.listed.insert(record.account.clone());
        let listed = &front.distributions;
        if let Some(gap) = listed.as_gap() {
            self.missing.get_or_insert_with(|| {
                (
                    record.account.clone(),
                    Evidence::gap(gap.clone(), listed.source.clone()),
                )
            });
            return;
        }
        let known = listed.known().ok().flatten();
        let enabled = known
            .into_iter()
            .flat_map(|known| &known.of_buckets)
            .filter(|each| each.is_enabled);
        for distribution in enabled {
            for address in distribution.origins.iter().filter_map(|origin| origin.s3.as_ref()) {
                let Some(bucket) = &address.bucket else { continue };
                let is_website = address.endpoint == S3Endpoint::Website;
                let rank = |is_website: bool, arn: &str| (!is_website, arn.to_owned());
                let known = self.by_bucket.get(bucket);
                let is_first = known.is_none_or(|known| {
                    rank(is_website, &distribution.arn) < rank(known.is_website, &known.distribution)
                });
                if is_first {
                    let fetching = Fetching {
                        distribution: distribution.arn.clone(),
                        is_website,
                        account: record.account.clone(),
                        list: Evidence::present((), listed.source.clone()),
                    };
                    self.by_bucket.insert(bucket.clone(), fetching);
                }
            }
        }
    }

    /// Notes an account whose distributions could not be listed.
    pub(crate) fn lacks(&mut self, account: &AccountId, gap: &Gap) {
        let list = || Evidence::gap(gap.clone(), Source::not_called(LISTED_BY));
        self.missing.get_or_insert_with(|| (account.clone(), list()));
    }

    /// Ends the noting: what was to be listed and was not, is missing.
    pub(crate) fn settle(&mut self) {
        let (expected, listed) = (std::mem::take(&mut self.expected), std::mem::take(&mut self.listed));
        if let Some(account) = expected.difference(&listed).next() {
            self.lacks(account, &Lacking::Distributions.gap());
        }
    }

    /// The distribution that fetches from a bucket, as far as one was seen.
    pub(crate) fn seen<'a>(&'a self, trail: &mut Trail<'a>, bucket: &str) -> Option<&'a Fetching> {
        let fetching = self.by_bucket.get(bucket)?;
        trail.read_of(of(&fetching.account), &fetching.list).ok()?;
        Some(fetching)
    }

    /// Whether every list of distributions was read, so that silence means that there is none.
    pub(crate) fn complete<'a>(&'a self, trail: &mut Trail<'a>) -> Result<(), Unknown<'a>> {
        match &self.missing {
            Some((account, list)) => trail.read_of(of(account), list).map(|_| ()),
            None => Ok(()),
        }
    }
}

/// An account, as whose answer something stands in the evidence.
fn of(account: &AccountId) -> String {
    let account = account.clone();
    Resource::Account { account }.arn()
}
