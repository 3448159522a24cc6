//! What each check has to say of the scenario, written from the section "How it is judged" of its page.
//!
//! Nothing is a gap here, so "not assessed" is expected only where a page says that evidence itself cannot decide. What is said
//! of accounts, regions and access points, and what services say of buckets, stands in `accounts`.

use std::collections::BTreeMap;

use s3attest_model::check::Severity;
use s3attest_model::finding::Verdict::{self, Fail, NotApplicable, NotAssessed, Pass};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    Account, AccountState, Bucket, Grantee, LifecycleRule, LogKeyFormat, Logging, ObjectFilter, ObjectOwnership, Payer,
    PublicAccessBlock, RetentionMode, Status, Toggle,
};

use crate::access;
use crate::accounts;
use crate::control_of_policies::denies_plain_http;
use crate::policies::{Form, Tls, forms};

/// A verdict with the severity that goes with it, where the page states one for a fail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) verdict: Verdict,
    severity: Option<Severity>,
}

/// What a finding says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) verdict: Verdict,
    pub(crate) severity: Severity,
}

impl Wanted {
    pub(crate) fn agrees_with(self, said: Known) -> bool {
        self.verdict == said.verdict && self.severity.is_none_or(|severity| severity == said.severity)
    }
}

impl From<Verdict> for Wanted {
    fn from(verdict: Verdict) -> Self {
        Self {
            verdict,
            severity: None,
        }
    }
}

impl From<Severity> for Wanted {
    /// A fail of this severity.
    fn from(severity: Severity) -> Self {
        Self {
            verdict: Fail,
            severity: Some(severity),
        }
    }
}

/// Pass when so, fail when not.
pub(crate) fn holds(is_so: bool) -> Verdict {
    if is_so { Pass } else { Fail }
}

/// Account, resource and check.
pub(crate) type Key = (String, String, String);

/// The scenario with the public access blocks of accounts as they are in effect: an S3 policy of the organization overrides an
/// account's own.
pub(crate) fn as_in_effect(mut scenario: Scenario) -> Scenario {
    for at in 0..scenario.accounts.len() {
        scenario.accounts[at].public_access_block = scenario.effective_public_access_block(&scenario.accounts[at]);
    }
    scenario
}

/// Every finding that has to be there.
pub(crate) fn of(scenario: &Scenario) -> BTreeMap<Key, Wanted> {
    let mut all = BTreeMap::new();
    let scenario = &as_in_effect(scenario.clone());
    for account in scenario
        .accounts
        .iter()
        .filter(|account| account.state == AccountState::Active)
    {
        let block = account
            .public_access_block
            .is_some_and(|block| block == PublicAccessBlock::all(true));
        all.insert(
            (
                account.id.clone(),
                account.id.clone(),
                "s3-account-public-access-block".to_owned(),
            ),
            holds(block).into(),
        );
        for (resource, check, wanted) in accounts::of(scenario, account) {
            let key = (account.id.clone(), resource, check.to_owned());
            let earlier = all.insert(key, wanted);
            assert!(earlier.is_none(), "{check} is expected twice");
        }
        for bucket in &account.buckets {
            let place = Place {
                scenario,
                account,
                bucket,
            };
            for (check, wanted) in place
                .simple()
                .into_iter()
                .chain(place.by_policy())
                .chain(place.by_neighbours())
            {
                let key = (account.id.clone(), bucket.name.clone(), check.to_owned());
                assert!(all.insert(key, wanted).is_none(), "{check} is expected twice");
            }
            for (check, verdict) in access::of(scenario, account, bucket) {
                let key = (account.id.clone(), bucket.name.clone(), check.to_owned());
                assert!(all.insert(key, verdict.into()).is_none(), "{check} is expected twice");
            }
            let key = (
                account.id.clone(),
                bucket.name.clone(),
                "s3-bucket-replication-cross-region".to_owned(),
            );
            all.insert(key, place.replication_cross_region());
        }
    }
    all
}

/// A bucket where it lies.
#[derive(Clone, Copy)]
struct Place<'truth> {
    scenario: &'truth Scenario,
    account: &'truth Account,
    bucket: &'truth Bucket,
}

fn enabled(rules: &[LifecycleRule]) -> impl Iterator<Item = &LifecycleRule> {
    rules.iter().filter(|rule| rule.status == Toggle::Enabled)
}

fn is_everything(filter: &ObjectFilter) -> bool {
    filter.prefix.as_deref().unwrap_or("").is_empty()
        && filter.tags.is_empty()
        && filter.larger_than.is_none()
        && filter.smaller_than.is_none()
}

impl<'truth> Place<'truth> {
    /// Checks that look at the bucket's own settings and at nothing else.
    fn simple(self) -> Vec<(&'static str, Wanted)> {
        let bucket = self.bucket;
        let rules = bucket.lifecycle.as_deref().unwrap_or_default();
        let algorithm = bucket
            .encryption
            .as_ref()
            .and_then(|encryption| encryption.algorithm.as_deref());
        let status = bucket.versioning.map(|versioning| versioning.status);
        let has_compliance_default = bucket
            .object_lock
            .and_then(|lock| lock.default_retention)
            .is_some_and(|retention| retention.mode == RetentionMode::Compliance);
        let tags = bucket.tags.clone().unwrap_or_default();
        let class = tags.get("data-classification").map(String::as_str);
        let notifies = bucket.notifications.as_ref().is_some_and(|notifications| {
            notifications.event_bridge
                || !(notifications.topics.is_empty()
                    && notifications.queues.is_empty()
                    && notifications.functions.is_empty())
        });
        let aborts = enabled(rules)
            .any(|rule| is_everything(&rule.filter) && rule.abort_multipart_after_days.is_some_and(|days| days <= 7));
        let ends_versions =
            enabled(rules).any(|rule| rule.noncurrent_expiration.is_some() || !rule.noncurrent_transitions.is_empty());
        vec![
            ("s3-bucket-public-access-block", self.public_access_block().into()),
            (
                "s3-bucket-acl-disabled",
                holds(bucket.ownership == Some(ObjectOwnership::BucketOwnerEnforced)).into(),
            ),
            ("s3-bucket-cors-wildcard", self.cors_wildcard()),
            ("s3-bucket-website-hosting", self.website_hosting()),
            ("s3-bucket-default-encryption", holds(algorithm.is_some()).into()),
            (
                "s3-bucket-key-enabled",
                match algorithm {
                    Some("aws:kms") => holds(bucket.encryption.as_ref().and_then(|each| each.bucket_key) == Some(true)),
                    _ => NotApplicable,
                }
                .into(),
            ),
            ("s3-bucket-versioning", holds(status == Some(Status::Enabled)).into()),
            (
                "s3-bucket-mfa-delete",
                {
                    let is_on = bucket.versioning.and_then(|versioning| versioning.mfa_delete) == Some(Toggle::Enabled);
                    match (is_on, bucket.lifecycle.is_some() || has_compliance_default) {
                        (true, _) => Pass,
                        (false, true) => NotApplicable,
                        (false, false) => Fail,
                    }
                }
                .into(),
            ),
            ("s3-bucket-lifecycle", holds(enabled(rules).next().is_some()).into()),
            ("s3-bucket-abort-multipart", holds(aborts).into()),
            (
                "s3-bucket-versioned-lifecycle",
                match status {
                    None => NotApplicable,
                    Some(_) => holds(ends_versions),
                }
                .into(),
            ),
            ("s3-bucket-event-notifications", holds(notifies).into()),
            (
                "s3-bucket-inventory",
                holds(bucket.inventory.iter().any(|each| each.is_enabled)).into(),
            ),
            (
                "s3-bucket-classification-tags",
                holds(matches!(class, Some("internal" | "confidential" | "restricted"))).into(),
            ),
        ]
    }

    /// The stricter level counts, switch by switch.
    fn public_access_block(self) -> Verdict {
        let off = PublicAccessBlock::all(false);
        let own = self.bucket.public_access_block.unwrap_or(off);
        let above = self.account.public_access_block.unwrap_or(off);
        holds(
            (own.block_public_acls || above.block_public_acls)
                && (own.ignore_public_acls || above.ignore_public_acls)
                && (own.block_public_policy || above.block_public_policy)
                && (own.restrict_public_buckets || above.restrict_public_buckets),
        )
    }

    fn restricts_public(self) -> bool {
        [self.bucket.public_access_block, self.account.public_access_block]
            .into_iter()
            .flatten()
            .any(|block| block.restrict_public_buckets)
    }

    fn cors_wildcard(self) -> Wanted {
        let Some(rules) = &self.bucket.cors else {
            return NotApplicable.into();
        };
        let open: Vec<_> = rules
            .iter()
            .filter(|rule| {
                rule.allowed_origins
                    .iter()
                    .any(|origin| matches!(origin.as_str(), "*" | "http://*" | "https://*"))
            })
            .collect();
        let writes = |method: &String| matches!(method.as_str(), "PUT" | "POST" | "DELETE");
        if open.is_empty() {
            Pass.into()
        } else if open.iter().any(|rule| rule.allowed_methods.iter().any(writes)) {
            Severity::Medium.into()
        } else {
            Severity::Low.into()
        }
    }

    fn website_hosting(self) -> Wanted {
        let is_public = self.bucket.policy.as_ref().is_some_and(|policy| policy.is_public);
        match (&self.bucket.website, is_public && !self.restricts_public()) {
            (None, _) => Pass.into(),
            (Some(_), true) => Severity::High.into(),
            (Some(_), false) => Severity::Medium.into(),
        }
    }

    /// Checks that read the bucket policy.
    fn by_policy(self) -> Vec<(&'static str, Wanted)> {
        let forms = forms(self.scenario, self.account, self.bucket);
        let has = |form: Form| forms.as_ref().is_some_and(|forms| forms.contains(&form));
        let blocks_client_keys = self
            .bucket
            .encryption
            .as_ref()
            .and_then(|encryption| encryption.blocked_types.as_ref())
            .is_some_and(|types| types.iter().any(|each| each == "SSE-C"));
        vec![
            // At most one statement of a generated policy is about TLS, so there is nothing to add up.
            (
                "s3-bucket-tls-only",
                if has(Form::Tls(Tls::Denied)) || denies_plain_http(self.scenario, self.account) {
                    Pass
                } else if has(Form::Tls(Tls::Undocumented)) {
                    NotAssessed
                } else {
                    Fail
                }
                .into(),
            ),
            ("s3-bucket-tls-minimum-version", holds(has(Form::TlsVersion)).into()),
            (
                "s3-bucket-sse-c-blocked",
                holds(blocks_client_keys || has(Form::ClientKeys)).into(),
            ),
            (
                "s3-bucket-policy-wildcard",
                match &forms {
                    None => NotApplicable,
                    Some(_) => holds(!has(Form::AllowWithoutTls) && !has(Form::ShareEverything)),
                }
                .into(),
            ),
            (
                "s3-bucket-policy-source-conditions",
                if has(Form::ServiceForAnyone) {
                    Fail
                } else if has(Form::Service) {
                    Pass
                } else {
                    NotApplicable
                }
                .into(),
            ),
            (
                "s3-bucket-policy-public",
                match &self.bucket.policy {
                    None => NotApplicable.into(),
                    Some(policy) if !policy.is_public => Pass.into(),
                    Some(_) if self.restricts_public() => Severity::Medium.into(),
                    Some(_) => Severity::Critical.into(),
                },
            ),
        ]
    }

    /// Another bucket of the account and region that sends its access logs here; S3 delivers them nowhere else.
    fn sends_logs_here(self) -> bool {
        self.account.buckets.iter().any(|other| {
            other.name != self.bucket.name
                && other.region == self.bucket.region
                && other
                    .logging
                    .as_ref()
                    .is_some_and(|logging| logging.target_bucket == self.bucket.name)
        })
    }

    fn copies_here(self) -> bool {
        self.account.buckets.iter().any(|other| {
            other.name != self.bucket.name
                && other
                    .replication
                    .iter()
                    .flat_map(|replication| &replication.rules)
                    .any(|rule| rule.status == Toggle::Enabled && rule.destination_bucket == self.bucket.name)
        })
    }

    /// Checks that have to know the other buckets of the account.
    fn by_neighbours(self) -> Vec<(&'static str, Wanted)> {
        let bucket = self.bucket;
        let replicates = bucket
            .replication
            .iter()
            .flat_map(|replication| &replication.rules)
            .any(|rule| rule.status == Toggle::Enabled);
        let mut wanted = vec![
            (
                "s3-bucket-replication",
                if replicates {
                    Pass
                } else if self.copies_here() || self.sends_logs_here() {
                    NotApplicable
                } else {
                    Fail
                }
                .into(),
            ),
            ("s3-bucket-acl-grants", self.acl_grants().into()),
        ];
        let Some(logging) = &bucket.logging else {
            for check in [
                "s3-log-target-location",
                "s3-log-target-separate",
                "s3-log-target-retention",
                "s3-log-target-no-default-retention",
                "s3-log-target-date-partition",
            ] {
                wanted.push((check, NotApplicable.into()));
            }
            return wanted;
        };
        let target = self.named(&logging.target_bucket);
        wanted.extend([
            (
                "s3-log-target-location",
                holds(target.is_some_and(|target| target.region == bucket.region)).into(),
            ),
            ("s3-log-target-separate", self.logs_apart(logging).into()),
            (
                "s3-log-target-retention",
                holds(target.is_some_and(|target| keeps_logs(target, logging))).into(),
            ),
            (
                "s3-log-target-no-default-retention",
                holds(target.is_some_and(|target| {
                    target.object_lock.is_none_or(|lock| lock.default_retention.is_none())
                        && target.payer != Some(Payer::Requester)
                }))
                .into(),
            ),
            (
                "s3-log-target-date-partition",
                holds(logging.key_format == Some(LogKeyFormat::PartitionedByEventTime)).into(),
            ),
        ]);
        wanted
    }

    fn named(self, name: &str) -> Option<&'truth Bucket> {
        self.account.buckets.iter().find(|bucket| bucket.name == name)
    }

    fn acl_grants(self) -> Verdict {
        if self.bucket.ownership == Some(ObjectOwnership::BucketOwnerEnforced) {
            return NotApplicable;
        }
        let grants = self.bucket.acl.as_deref().unwrap_or_default();
        holds(grants.iter().all(|grant| match &grant.grantee {
            Grantee::Owner => true,
            Grantee::Group(uri) => uri == "http://acs.amazonaws.com/groups/s3/LogDelivery" && self.sends_logs_here(),
            Grantee::CanonicalUser(_) | Grantee::Email(_) => false,
        }))
    }

    /// The chain of logs from here ends, and not here at once.
    fn logs_apart(self, logging: &Logging) -> Verdict {
        if self.named(&logging.target_bucket).is_none() {
            return Fail;
        }
        let mut passed = vec![self.bucket.name.as_str()];
        let mut next = Some(logging.target_bucket.as_str());
        while let Some(name) = next {
            if passed.contains(&name) {
                return Fail;
            }
            passed.push(name);
            next = self
                .named(name)
                .and_then(|at| at.logging.as_ref())
                .map(|each| each.target_bucket.as_str());
        }
        Pass
    }

    fn replication_cross_region(self) -> Wanted {
        let rules = self
            .bucket
            .replication
            .iter()
            .flat_map(|replication| &replication.rules);
        let destinations: Vec<_> = rules.filter(|rule| rule.status == Toggle::Enabled).collect();
        if destinations.is_empty() {
            return NotApplicable.into();
        }
        let seen = |name: &str| {
            self.scenario
                .bucket(name)
                .filter(|(account, _)| account.state == AccountState::Active)
        };
        let mut all_known = true;
        for rule in destinations {
            match seen(&rule.destination_bucket) {
                Some((_, target)) if target.region != self.bucket.region => return Pass.into(),
                Some(_) => {}
                // Not in the complete list of the account that the rule names: nowhere.
                None if rule.destination_account.as_ref() == Some(&self.account.id) => {}
                None => all_known = false,
            }
        }
        if all_known { Fail } else { NotAssessed }.into()
    }
}

/// Whether no enabled rule ends the logs of a bucket before a year has passed.
fn keeps_logs(target: &Bucket, logging: &Logging) -> bool {
    let rules = target.lifecycle.as_deref().unwrap_or_default();
    !enabled(rules).any(|rule| {
        let prefix = rule.filter.prefix.as_deref().unwrap_or("");
        // Both can be the beginning of one key when one of them begins with the other.
        let reaches = prefix.starts_with(&logging.target_prefix) || logging.target_prefix.starts_with(prefix);
        let ends_early = rule.expire_on.is_some() || rule.expire_after_days.is_some_and(|days| days < 365);
        rule.filter.tags.is_empty() && reaches && ends_early
    })
}
