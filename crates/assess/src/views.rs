//! What a check is shown of the world: one account or one bucket, and what others say of it.
//!
//! A view holds references only. It does not know where the evidence came from, and it makes no verdict.

use std::cell::OnceCell;

use s3attest_model::account::AccountFacts;
use s3attest_model::bucket::{Bucket, BucketSettings};
use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::organization::Account;
use s3attest_model::services::{AccessPoint, MultiRegionAccessPoint, OfSource};
use s3attest_policy::{BucketResources, Document};

use crate::effective::EffectiveCell;
use crate::index::{BucketIndex, IndexedBucket};
use crate::organization::OrganizationEvidence;
use crate::parameters::Parameters;
use crate::services::{AcrossAccounts, ServicesView};
use crate::trail::{Trail, Unknown};

/// The organization as a check sees it.
#[derive(Debug, Clone, Copy)]
pub struct OrganizationView<'a> {
    /// What is known of it.
    pub evidence: &'a OrganizationEvidence,
    /// What services said that reaches across accounts.
    pub across: &'a AcrossAccounts,
    /// What the organization asks for.
    pub parameters: &'a Parameters,
}

impl<'a> OrganizationView<'a> {
    /// Whether an account belongs to the organization. Unknown when it is not in the list and the list is incomplete.
    pub fn has(&self, trail: &mut Trail<'a>, account: &AccountId) -> Result<bool, Unknown<'a>> {
        if self.evidence.ids.contains(account) {
            return Ok(true);
        }
        trail.read(&self.evidence.listing).map(|_| false)
    }
}

/// An account as a check sees it.
#[derive(Debug, Clone, Copy)]
pub struct AccountView<'a> {
    /// The account as the organization lists it.
    pub account: &'a Account,
    /// What was read of it.
    pub facts: &'a AccountFacts,
    /// What its services said.
    pub services: ServicesView<'a>,
    /// Buckets that others refer to.
    pub index: &'a BucketIndex,
    /// The organization.
    pub organization: OrganizationView<'a>,
    /// What the organization asks for.
    pub parameters: &'a Parameters,
}

/// A region of an account as a check sees it.
#[derive(Debug, Clone, Copy)]
pub struct RegionView<'a> {
    /// The region.
    pub region: &'a RegionName,
    /// The account.
    pub account: AccountView<'a>,
}

impl<'a> RegionView<'a> {
    /// What a source said in the region.
    pub fn reading<S: OfSource>(&self) -> Result<&'a S, Unknown<'a>> {
        self.account.services.in_region(self.region)
    }
}

/// An access point of one of the kinds that are judged.
#[derive(Debug, Clone, Copy)]
pub enum Point<'a> {
    /// One of a single region.
    OfRegion(&'a AccessPoint),
    /// One of several regions.
    OfRegions(&'a MultiRegionAccessPoint),
}

/// An access point as a check sees it.
#[derive(Debug, Clone, Copy)]
pub struct AccessPointView<'a> {
    /// The access point.
    pub point: Point<'a>,
    /// The account in whose list it stands.
    pub account: AccountView<'a>,
}

/// A bucket's policy, parsed when the first check asks for it and kept for the others.
#[derive(Debug, Default)]
pub struct PolicyCell {
    parsed: OnceCell<Result<Document, Gap>>,
}

/// A bucket as a check sees it.
#[derive(Debug, Clone, Copy)]
pub struct BucketView<'a> {
    /// The bucket.
    pub bucket: &'a Bucket,
    /// The bucket's settings.
    pub settings: &'a BucketSettings,
    /// What was read of the bucket's account.
    pub account: &'a AccountFacts,
    /// What the account's services said.
    pub services: ServicesView<'a>,
    /// Buckets that others refer to.
    pub index: &'a BucketIndex,
    /// The organization.
    pub organization: OrganizationView<'a>,
    /// What the organization asks for.
    pub parameters: &'a Parameters,
    /// The bucket's policy, parsed at most once.
    pub policy: &'a PolicyCell,
    /// Who reaches the bucket, worked out at most once.
    pub effective: &'a EffectiveCell,
}

impl<'a> BucketView<'a> {
    /// The bucket policy as a document; `None` when the bucket has none. A text that is no policy document is unknown.
    pub fn policy(&self, trail: &mut Trail<'a>) -> Result<Option<&'a Document>, Unknown<'a>> {
        let Some(text) = trail.read(&self.settings.policy)? else {
            return Ok(None);
        };
        let parse = || {
            Document::parse(&text.0).map_err(|error| {
                let detail = format!("the bucket policy is not a policy document: {error}");
                Gap::new(GapCause::MalformedAnswer, detail)
            })
        };
        match self.policy.parsed.get_or_init(parse) {
            Ok(document) => Ok(Some(document)),
            Err(gap) => Err(Unknown::of(gap)),
        }
    }

    /// The bucket and its objects, as resources of a policy.
    #[must_use]
    pub fn resources(&self) -> BucketResources {
        BucketResources::of(self.arn_of(self.bucket.name.as_str()))
    }

    /// A bucket of this bucket's own account by its name: `None` when the account certainly has no such bucket, unknown
    /// when the list of its buckets is incomplete.
    pub fn in_own_account(&self, trail: &mut Trail<'a>, name: &str) -> Result<Option<&'a IndexedBucket>, Unknown<'a>> {
        self.index.in_account(trail, &self.bucket.account, name)
    }

    /// A bucket anywhere in the accounts that were read. A bucket that was not seen is unknown, never missing: it may
    /// belong to somebody else.
    pub fn anywhere(&self, name: &str) -> Result<&'a IndexedBucket, Unknown<'a>> {
        self.index.anywhere(name)
    }

    /// The ARN of a bucket of this bucket's partition.
    #[must_use]
    pub fn arn_of(&self, name: &str) -> String {
        format!("arn:{}:s3:::{name}", self.account.partition)
    }
}
