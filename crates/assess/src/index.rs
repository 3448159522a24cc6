//! Buckets that other buckets refer to: log targets and replication destinations.
//!
//! Checks that look at two buckets need the second one at hand while the buckets stream by. Two passes provide it: the
//! first collects the names that are referred to ([`References`]), the second keeps what checks read of just those
//! buckets ([`IndexBuilder`]). Memory grows with the references and the accounts, not with the number of buckets.
//! The index never concludes from silence: what it was not shown is unknown.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::account::{AccountFacts, BucketListing};
use s3attest_model::bucket::{
    AccessControlList, Bucket, EncryptionConfiguration, LifecycleRule, LogDestination, ObjectLock, OwnershipControls,
    PolicyDocument, RequestPayment,
};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};
use s3attest_model::finding::Resource;
use s3attest_model::identifiers::{AccountId, BucketName, RegionName};
use s3attest_model::services::Reading;
use s3attest_policy::Document;

use crate::senders::Senders;
use crate::trail::{Trail, Unknown};
use crate::views::OrganizationView;

/// The name in a bucket's ARN (`arn:aws:s3:::name`); a text that is no such ARN is taken as a name.
#[must_use]
pub fn bucket_of_arn(text: &str) -> &str {
    match text.strip_prefix("arn:").and_then(|rest| rest.split_once(":s3:::")) {
        Some((_, name)) => name,
        None => text,
    }
}

/// The names of all buckets that others refer to.
#[derive(Debug, Clone, Default)]
pub struct References {
    names: BTreeSet<String>,
}

impl References {
    /// Notes to which buckets a bucket refers.
    pub fn note(&mut self, bucket: &Bucket) {
        if let Observed::Present(destination) = &bucket.settings.logging.observed {
            self.name(&destination.target_bucket);
        }
        if let Observed::Present(replication) = &bucket.settings.replication.observed {
            for rule in &replication.rules {
                self.name(bucket_of_arn(&rule.destination_bucket));
            }
        }
        if let Observed::Present(configurations) = &bucket.settings.inventory.observed {
            for destination in configurations
                .iter()
                .filter_map(|each| each.destination_bucket.as_deref())
            {
                self.name(bucket_of_arn(destination));
            }
        }
    }

    /// Notes to which buckets a service refers: trails and channels deliver to them, distributions fetch from them.
    pub fn note_reading(&mut self, reading: &Reading) {
        match reading {
            Reading::CloudTrail(trails) => {
                for trail in trails.listed() {
                    self.name(trail.bucket.as_str());
                }
            }
            Reading::Config(config) => {
                if let Observed::Present(channels) = &config.channels.observed {
                    for bucket in channels.iter().filter_map(|channel| channel.bucket.as_deref()) {
                        self.name(bucket);
                    }
                }
            }
            Reading::CloudFront(front) => {
                let known = front.distributions.known().ok().flatten();
                let distributions = known.into_iter().flat_map(|known| &known.of_buckets);
                let addresses = distributions
                    .flat_map(|each| &each.origins)
                    .filter_map(|origin| origin.s3.as_ref());
                for bucket in addresses.filter_map(|address| address.bucket.as_deref()) {
                    self.name(bucket);
                }
            }
            _ => {}
        }
    }

    fn name(&mut self, name: &str) {
        if !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether no bucket refers to another.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// What is kept of a bucket that others refer to.
#[derive(Debug, Clone)]
pub struct IndexedBucket {
    /// The account in whose list it stands.
    pub account: AccountId,
    /// Its name.
    pub name: BucketName,
    /// Its ARN, by which a trail names it.
    pub arn: String,
    /// Its region.
    pub region: Evidence<RegionName>,
    /// Object Lock.
    pub object_lock: Evidence<ObjectLock>,
    /// Who pays for requests.
    pub request_payment: Evidence<RequestPayment>,
    /// Where its own access logs go.
    pub logging: Evidence<LogDestination>,
    /// Lifecycle.
    pub lifecycle: Evidence<Vec<LifecycleRule>>,
    /// Its policy.
    pub policy: Evidence<PolicyDocument>,
    /// The policy as a document, parsed once; what is wrong with it where it is none.
    parsed: Option<Result<Document, String>>,
    /// Its access control list.
    pub acl: Evidence<AccessControlList>,
    /// Object ownership.
    pub ownership_controls: Evidence<OwnershipControls>,
    /// Default encryption.
    pub encryption: Evidence<EncryptionConfiguration>,
}

impl IndexedBucket {
    fn of(bucket: &Bucket, facts: &AccountFacts) -> Self {
        let settings = &bucket.settings;
        Self {
            account: bucket.account.clone(),
            name: bucket.name.clone(),
            arn: format!("arn:{}:s3:::{}", facts.partition, bucket.name),
            region: bucket.region.clone(),
            object_lock: settings.object_lock.clone(),
            request_payment: settings.request_payment.clone(),
            logging: settings.logging.clone(),
            lifecycle: settings.lifecycle.clone(),
            parsed: match &settings.policy.observed {
                Observed::Present(text) => Some(Document::parse(&text.0).map_err(|error| error.to_string())),
                Observed::Absent | Observed::Gap(_) => None,
            },
            policy: settings.policy.clone(),
            acl: settings.acl.clone(),
            ownership_controls: settings.ownership_controls.clone(),
            encryption: settings.encryption.clone(),
        }
    }

    /// Its policy as a document; `None` when it has none. A text that is no policy document is unknown.
    pub fn document<'a>(&'a self, trail: &mut Trail<'a>) -> Result<Option<&'a Document>, Unknown<'a>> {
        trail.read_of(self.arn.clone(), &self.policy)?;
        match &self.parsed {
            None => Ok(None),
            Some(Ok(document)) => Ok(Some(document)),
            Some(Err(error)) => Err(Unknown::not_understood(format!(
                "the policy of the bucket {} is not a policy document: {error}",
                self.name
            ))),
        }
    }
}

/// What the index knows of an account.
#[derive(Debug, Clone)]
struct IndexedAccount {
    listing: Evidence<BucketListing>,
    /// Who sends access logs to whom.
    logging: Senders,
    /// Who replicates to whom, by rules that are in force.
    replication: Senders,
}

/// The second pass: keeps what checks read of the buckets that others refer to.
#[derive(Debug)]
pub struct IndexBuilder {
    references: References,
    index: BucketIndex,
}

impl IndexBuilder {
    /// Starts with the names of the first pass.
    #[must_use]
    pub fn new(references: References) -> Self {
        Self {
            references,
            index: BucketIndex::default(),
        }
    }

    /// Notes an account, before its buckets.
    pub fn account(&mut self, facts: &AccountFacts) {
        let account = IndexedAccount {
            listing: facts.bucket_listing.clone(),
            logging: Senders::default(),
            replication: Senders::default(),
        };
        self.index.accounts.insert(facts.account.clone(), account);
    }

    /// Notes a bucket of an account that was noted before.
    pub fn bucket(&mut self, facts: &AccountFacts, bucket: &Bucket) {
        if let Some(account) = self.index.accounts.get_mut(&bucket.account) {
            account
                .logging
                .note(facts, bucket, &bucket.settings.logging, |destination| {
                    vec![destination.target_bucket.as_str()]
                });
            account
                .replication
                .note(facts, bucket, &bucket.settings.replication, |replication| {
                    let enabled = replication.rules.iter().filter(|rule| rule.status == "Enabled");
                    enabled.map(|rule| bucket_of_arn(&rule.destination_bucket)).collect()
                });
        }
        if self.references.names.contains(bucket.name.as_str()) {
            let kept = IndexedBucket::of(bucket, facts);
            self.index
                .buckets
                .entry(bucket.name.as_str().to_owned())
                .or_default()
                .push(kept);
        }
    }

    /// The finished index.
    #[must_use]
    pub fn finish(self) -> BucketIndex {
        self.index
    }
}

/// Buckets that others refer to, and what can be said of those that are not among them.
#[derive(Debug, Clone, Default)]
pub struct BucketIndex {
    accounts: BTreeMap<AccountId, IndexedAccount>,
    buckets: BTreeMap<String, Vec<IndexedBucket>>,
}

impl BucketIndex {
    fn account<'a>(&'a self, account: &AccountId) -> Result<&'a IndexedAccount, Unknown<'a>> {
        self.accounts.get(account).ok_or_else(|| {
            let detail = format!("account {account} was not read, so its buckets are not known");
            Unknown::because(Gap::new(GapCause::OutsideScan, detail))
        })
    }

    /// A bucket of an account: `None` when the account certainly has no bucket of that name.
    pub fn in_account<'a>(
        &'a self,
        trail: &mut Trail<'a>,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<&'a IndexedBucket>, Unknown<'a>> {
        let buckets = self.buckets.get(name).map_or(&[][..], Vec::as_slice);
        if let Some(found) = buckets.iter().find(|bucket| bucket.account == *account) {
            return Ok(Some(found));
        }
        trail.read(&self.account(account)?.listing).map(|_| None)
    }

    /// A bucket anywhere in the accounts that were read; one that was not seen is unknown.
    pub fn anywhere<'a>(&'a self, name: &str) -> Result<&'a IndexedBucket, Unknown<'a>> {
        self.buckets
            .get(name)
            .and_then(|buckets| buckets.first())
            .ok_or_else(|| {
                let detail =
                    format!("bucket {name} stands in no list of buckets that was read; it may belong to somebody else");
                Unknown::because(Gap::new(GapCause::OutsideScan, detail))
            })
    }

    /// A bucket of whichever account of the organization: `None` when the complete lists of all of its accounts were read and no
    /// such bucket stands in them, so that nobody has it or a stranger does. Of the lists the evidence names the one that is
    /// missing; that of a large organization would be too long otherwise.
    pub fn in_organization<'a>(
        &'a self,
        trail: &mut Trail<'a>,
        organization: &OrganizationView<'a>,
        name: &str,
    ) -> Result<Option<&'a IndexedBucket>, Unknown<'a>> {
        if let Some(found) = self.buckets.get(name).and_then(|buckets| buckets.first()) {
            return Ok(Some(found));
        }
        trail.read(&organization.evidence.listing)?;
        for id in &organization.evidence.ids {
            let listing = &self.account(id)?.listing;
            if listing.as_gap().is_some() {
                let account = id.clone();
                trail.read_of(Resource::Account { account }.arn(), listing)?;
            }
        }
        Ok(None)
    }

    /// The bucket of the same account and region that sends its access logs to this one, if any.
    pub fn log_sender<'a>(
        &'a self,
        trail: &mut Trail<'a>,
        bucket: &'a Bucket,
    ) -> Result<Option<&'a BucketName>, Unknown<'a>> {
        let known = self.account(&bucket.account)?;
        match known.logging.within_region_to(trail, bucket)? {
            Some(sender) => Ok(Some(sender)),
            None => trail.read(&known.listing).map(|_| None),
        }
    }

    /// The bucket of the same account that replicates to this one, if any.
    pub fn replica_source<'a>(
        &'a self,
        trail: &mut Trail<'a>,
        bucket: &Bucket,
    ) -> Result<Option<&'a BucketName>, Unknown<'a>> {
        let known = self.account(&bucket.account)?;
        match known.replication.anywhere_to(trail, bucket)? {
            Some(sender) => Ok(Some(sender)),
            None => trail.read(&known.listing).map(|_| None),
        }
    }
}
