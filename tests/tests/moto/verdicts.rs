//! What each check has to say of the seeded organization, written from the section "How it is judged" of its page.
//!
//! Nothing here calls the checks. What moto makes of an organization is not quite what was asked for:
//! - It cannot say who pays for requests, so a check that has to know it ends in "not assessed" where nothing else
//!   decides.
//! - It answers a default retention with days and years, one of them zero, where S3 names one (Amazon S3 API Reference,
//!   `DefaultRetention`: both at once cannot be). A check that reads the period must not guess, and one that asks for
//!   the mode, or whether there is a retention, can answer.
//! - It keeps neither MFA delete, nor blocked encryption types, nor the key format of logs: those never hold.

use std::collections::BTreeMap;

use s3attest_model::check::Severity;
use s3attest_model::finding::Verdict::{self, Fail, NotApplicable, NotAssessed, Pass};

use crate::truth::{
    AccessControlList, Account, Bucket, CorsRule, Encryption, Inventory, LifecycleAction, LifecycleRule, Logging,
    Notifications, ObjectLock, OwnershipControls, PublicAccessBlock, Truth, Versioning,
};

/// A verdict, and the severity of a fail where the page states one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) verdict: Verdict,
    pub(crate) severity: Option<Severity>,
}

impl From<Verdict> for Expected {
    fn from(verdict: Verdict) -> Self {
        Self {
            verdict,
            severity: None,
        }
    }
}

impl From<Severity> for Expected {
    /// A fail of this severity.
    fn from(severity: Severity) -> Self {
        Self {
            verdict: Fail,
            severity: Some(severity),
        }
    }
}

/// Pass when so, fail when not.
fn holds(is_so: bool) -> Verdict {
    if is_so { Pass } else { Fail }
}

/// Account, resource and check.
pub(crate) type Key = (String, String, String);

/// Every finding that has to be there.
pub(crate) fn of(truth: &Truth) -> BTreeMap<Key, Expected> {
    let mut all = BTreeMap::new();
    for account in &truth.accounts {
        let block = account.public_access_block.unwrap_or_default();
        let mut expect = |resource: &str, check: &str, expected: Expected| {
            let key = (account.id.clone(), resource.to_owned(), check.to_owned());
            assert!(all.insert(key, expected).is_none(), "{check} is expected twice");
        };
        expect(
            &account.id,
            "s3-account-public-access-block",
            holds(blocks_everything(block, block)).into(),
        );
        for bucket in &account.buckets {
            let place = Place { truth, account, bucket };
            let expected = place
                .access()
                .into_iter()
                .chain(place.policy())
                .chain(place.protection())
                .chain(place.management())
                .chain(place.log_target())
                .chain(place.relations());
            for (check, expected) in expected {
                expect(&bucket.name, check, expected);
            }
        }
    }
    all
}

/// Whether each switch is on at one of the two levels.
fn blocks_everything(own: PublicAccessBlock, above: PublicAccessBlock) -> bool {
    (own.block_public_acls || above.block_public_acls)
        && (own.ignore_public_acls || above.ignore_public_acls)
        && (own.block_public_policy || above.block_public_policy)
        && (own.restrict_public_buckets || above.restrict_public_buckets)
}

/// A bucket where it lies.
#[derive(Clone, Copy)]
struct Place<'truth> {
    truth: &'truth Truth,
    account: &'truth Account,
    bucket: &'truth Bucket,
}

type Line = (&'static str, Expected);

impl<'truth> Place<'truth> {
    fn named(self, name: &str) -> Option<&'truth Bucket> {
        self.account.buckets.iter().find(|bucket| bucket.name == name)
    }

    fn others(self) -> impl Iterator<Item = &'truth Bucket> {
        let name = &self.bucket.name;
        self.account.buckets.iter().filter(move |other| other.name != *name)
    }

    /// Whether another bucket of the account sends its access logs here; moto refuses targets in another region.
    fn is_log_target(self) -> bool {
        self.others().any(|other| logs_to(other, self.bucket))
    }

    /// Fail, but for a bucket that is excused as a log target.
    fn fails_unless_log_target(self) -> Verdict {
        if self.is_log_target() { NotApplicable } else { Fail }
    }

    /// Both levels of Block Public Access.
    fn blocks(self) -> (PublicAccessBlock, PublicAccessBlock) {
        let own = self.bucket.setting("public_access_block").unwrap_or_default();
        (own, self.account.public_access_block.unwrap_or_default())
    }

    fn restricts_public(self) -> bool {
        let (own, above) = self.blocks();
        own.restrict_public_buckets || above.restrict_public_buckets
    }

    fn access(self) -> Vec<Line> {
        let (own, above) = self.blocks();
        let ownership = self.bucket.setting::<OwnershipControls>("ownership_controls");
        let lists_are_off = ownership.is_some_and(|each| each.object_ownership == "BucketOwnerEnforced");
        let website: Option<serde_json::Value> = self.bucket.setting("website");
        vec![
            (
                "s3-bucket-public-access-block",
                holds(blocks_everything(own, above)).into(),
            ),
            ("s3-bucket-acl-disabled", holds(lists_are_off).into()),
            (
                "s3-bucket-acl-grants",
                if lists_are_off { NotApplicable } else { self.grants() }.into(),
            ),
            ("s3-bucket-cors-wildcard", self.cors()),
            (
                "s3-bucket-website-hosting",
                match website {
                    None => Pass.into(),
                    Some(_) if self.bucket.has_public_policy() && !self.restricts_public() => Severity::High.into(),
                    Some(_) => Severity::Medium.into(),
                },
            ),
        ]
    }

    /// A list that is in force.
    fn grants(self) -> Verdict {
        let list: AccessControlList = self.bucket.setting("acl").expect("every bucket has a list");
        // Here the bucket itself counts among those that send logs.
        let receives_logs = self.account.buckets.iter().any(|each| logs_to(each, self.bucket));
        let log_delivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";
        holds(list.grants_to_others.iter().all(|grant| {
            let group = grant.grantee.get("group").map(String::as_str);
            group == Some(log_delivery) && receives_logs
        }))
    }

    fn cors(self) -> Expected {
        let Some(rules) = self.bucket.setting::<Vec<CorsRule>>("cors") else {
            return NotApplicable.into();
        };
        let is_open = |rule: &&CorsRule| {
            let mut origins = rule.allowed_origins.iter();
            origins.any(|origin| ["*", "http://*", "https://*"].contains(&origin.as_str()))
        };
        let writes = |rule: &CorsRule| {
            let mut methods = rule.allowed_methods.iter();
            methods.any(|method| ["PUT", "POST", "DELETE"].contains(&method.as_str()))
        };
        let open: Vec<&CorsRule> = rules.iter().filter(is_open).collect();
        match open.as_slice() {
            [] => Pass.into(),
            open if open.iter().any(|rule| writes(rule)) => Severity::Medium.into(),
            _ => Severity::Low.into(),
        }
    }

    /// What the forms of the policy's statements amount to.
    fn policy(self) -> Vec<Line> {
        let policy = &self.bucket.policy;
        let there_is_one = |verdict: Verdict| {
            if policy.document.is_some() {
                verdict
            } else {
                NotApplicable
            }
        };
        // Of the statements about TLS one allows instead of denying, by `s3:*`.
        let allows_everything = policy.sharing_form == "every-action" || policy.tls_form == "allow-with-tls";
        let to_services = match policy.sharing_form.as_str() {
            "service-without-source" => Fail,
            "service-with-source" => Pass,
            // The statement that admits logs names the account.
            _ if policy.is_log_target => Pass,
            _ => NotApplicable,
        };
        vec![
            (
                "s3-bucket-tls-only",
                // The organization's policies, which these scans leave out, might deny what the bucket policy does not.
                if policy.denies_every_request_without_tls {
                    Pass
                } else if self.account.is_management {
                    Fail
                } else {
                    NotAssessed
                }
                .into(),
            ),
            // No form gives such an action to another account: the widest ones are for the bucket's own.
            (
                "s3-bucket-policy-cross-account-admin-actions",
                there_is_one(Pass).into(),
            ),
            // The configuration names no class that asks for more.
            ("s3-bucket-deny-unencrypted-uploads", NotApplicable.into()),
            ("s3-bucket-required-kms-key", NotApplicable.into()),
            ("s3-bucket-dsse-encryption", NotApplicable.into()),
            ("s3-bucket-vpc-endpoint-only", NotApplicable.into()),
            (
                "s3-bucket-tls-minimum-version",
                holds(policy.tls_form == "old-tls-only").into(),
            ),
            (
                "s3-bucket-policy-wildcard",
                there_is_one(holds(!allows_everything)).into(),
            ),
            ("s3-bucket-policy-source-conditions", there_is_one(to_services).into()),
            (
                "s3-bucket-policy-public",
                match (self.bucket.has_public_policy(), self.restricts_public()) {
                    (false, _) => there_is_one(Pass).into(),
                    (true, true) => Severity::Medium.into(),
                    (true, false) => Severity::Critical.into(),
                },
            ),
            // No policy here speaks of client keys.
            ("s3-bucket-sse-c-blocked", Fail.into()),
        ]
    }

    fn protection(self) -> Vec<Line> {
        let bucket = self.bucket;
        let encryption = bucket.setting::<Encryption>("encryption");
        let default = encryption.as_ref().and_then(|each| each.defaults.first());
        let algorithm = default.map(|default| default.algorithm.as_str());
        let versioning: Versioning = bucket.setting("versioning").expect("every bucket answers");
        let lock = bucket.setting::<ObjectLock>("object_lock");
        let retention = lock.as_ref().and_then(|lock| lock.default_retention.as_ref());
        let has_lifecycle = bucket.setting::<Vec<LifecycleRule>>("lifecycle").is_some();
        let replicates = !bucket.enabled_replication().is_empty();
        vec![
            ("s3-bucket-default-encryption", holds(algorithm.is_some()).into()),
            (
                "s3-bucket-kms-encryption",
                match algorithm {
                    Some("aws:kms" | "aws:kms:dsse") => Pass,
                    _ => self.fails_unless_log_target(),
                }
                .into(),
            ),
            (
                "s3-bucket-key-enabled",
                match default {
                    Some(default) if default.algorithm == "aws:kms" => holds(default.bucket_key_enabled),
                    _ => NotApplicable,
                }
                .into(),
            ),
            (
                "kms-key-in-organization",
                match default {
                    Some(default) if default.algorithm.starts_with("aws:kms") => match &default.kms_key {
                        // Whoever uploads decides which key that is.
                        Some(key) if key.starts_with("alias/") => Severity::Low.into(),
                        // The script names keys of the bucket's own account alone.
                        Some(_) | None => Pass.into(),
                    },
                    _ => NotApplicable.into(),
                },
            ),
            (
                "s3-bucket-versioning",
                holds(versioning.status.as_deref() == Some("Enabled")).into(),
            ),
            (
                "s3-bucket-mfa-delete",
                if has_lifecycle || retention.is_some_and(|retention| retention.mode == "COMPLIANCE") {
                    NotApplicable
                } else {
                    Fail
                }
                .into(),
            ),
            (
                "s3-bucket-object-lock",
                match (&lock, retention) {
                    // The period is not understood.
                    (Some(lock), Some(_)) if lock.enabled => NotAssessed.into(),
                    _ if self.is_log_target() => NotApplicable.into(),
                    (Some(lock), None) if lock.enabled => Severity::Low.into(),
                    _ => Fail.into(),
                },
            ),
            (
                "s3-bucket-versioned-lifecycle",
                match versioning.status {
                    None => NotApplicable,
                    Some(_) => holds(self.has_enabled_action(|_, action| {
                        matches!(action, LifecycleAction::ExpireNoncurrentAfterDays {})
                    })),
                }
                .into(),
            ),
            (
                "s3-bucket-replication",
                if replicates {
                    Pass
                } else if self.is_copy() || self.is_log_target() {
                    NotApplicable
                } else {
                    Fail
                }
                .into(),
            ),
            ("s3-bucket-replication-cross-region", self.cross_region().into()),
        ]
    }

    /// Whether another bucket of the account is copied here.
    fn is_copy(self) -> bool {
        self.others().any(|other| {
            let rules = other.enabled_replication();
            rules.iter().any(|rule| rule.destination() == self.bucket.name)
        })
    }

    fn cross_region(self) -> Verdict {
        let rules = self.bucket.enabled_replication();
        if rules.is_empty() {
            return NotApplicable;
        }
        let mut all_known = true;
        for rule in rules {
            let mut buckets = self.truth.accounts.iter().flat_map(|account| &account.buckets);
            match buckets.find(|bucket| bucket.name == rule.destination()) {
                Some(destination) if destination.region != self.bucket.region => return Pass,
                Some(_) => {}
                None => all_known &= rule.destination_account.as_ref() == Some(&self.account.id),
            }
        }
        if all_known { Fail } else { NotAssessed }
    }

    /// Whether an enabled lifecycle rule has an action like this.
    fn has_enabled_action(self, is_wanted: impl Fn(&LifecycleRule, &LifecycleAction) -> bool) -> bool {
        let rules: Vec<LifecycleRule> = self.bucket.list("lifecycle");
        let mut enabled = rules.iter().filter(|rule| rule.is_enabled());
        enabled.any(|rule| rule.actions.iter().any(|action| is_wanted(rule, action)))
    }

    fn management(self) -> Vec<Line> {
        let bucket = self.bucket;
        let aborts = self.has_enabled_action(|rule, action| {
            let filter = &rule.filter;
            let is_everything = filter.prefix.as_deref() == Some("") && !filter.by_tag && !filter.by_size;
            is_everything && matches!(action, LifecycleAction::AbortIncompleteMultipartUpload(days) if *days <= 7)
        });
        let targets: Notifications = bucket.setting("notifications").expect("every bucket answers");
        let notifies = targets.event_bridge
            || !(targets.topics.is_empty() && targets.queues.is_empty() && targets.functions.is_empty());
        let inventories: Vec<Inventory> = bucket.list("inventory");
        let tags: Option<BTreeMap<String, String>> = bucket.setting("tagging");
        let class = tags.and_then(|mut tags| tags.remove("data-classification"));
        vec![
            (
                "s3-bucket-lifecycle",
                holds(self.has_enabled_action(|_, _| true)).into(),
            ),
            ("s3-bucket-abort-multipart", holds(aborts).into()),
            ("s3-bucket-event-notifications", holds(notifies).into()),
            (
                "s3-bucket-inventory",
                holds(inventories.iter().any(|each| each.is_enabled)).into(),
            ),
            (
                "s3-bucket-classification-tags",
                holds(matches!(class.as_deref(), Some("internal" | "confidential"))).into(),
            ),
        ]
    }

    fn log_target(self) -> Vec<Line> {
        let Some(logging) = self.bucket.logging() else {
            return vec![
                ("s3-bucket-access-logging", self.fails_unless_log_target().into()),
                ("s3-log-target-location", NotApplicable.into()),
                ("s3-log-target-separate", NotApplicable.into()),
                ("s3-log-target-retention", NotApplicable.into()),
                ("s3-log-target-no-default-retention", NotApplicable.into()),
                ("s3-log-target-date-partition", NotApplicable.into()),
            ];
        };
        let target = self
            .named(&logging.target_bucket)
            .expect("moto asks for a target that exists");
        let lock = target.setting::<ObjectLock>("object_lock");
        vec![
            ("s3-bucket-access-logging", Pass.into()),
            (
                "s3-log-target-location",
                holds(target.region == self.bucket.region).into(),
            ),
            ("s3-log-target-separate", holds(!self.logs_in_a_loop()).into()),
            ("s3-log-target-retention", holds(keeps_logs(target, &logging)).into()),
            (
                "s3-log-target-no-default-retention",
                // Without a default retention the payer decides, and nobody knows the payer.
                if lock.is_some_and(|lock| lock.default_retention.is_some()) {
                    Fail
                } else {
                    NotAssessed
                }
                .into(),
            ),
            ("s3-log-target-date-partition", Fail.into()),
        ]
    }

    /// Whether some account of the organization has the bucket; the lists of all of them are read.
    fn is_listed(self, name: &str) -> bool {
        let mut buckets = self.truth.accounts.iter().flat_map(|account| &account.buckets);
        buckets.any(|bucket| bucket.name == name)
    }

    /// What the bucket has to do with others.
    fn relations(self) -> Vec<Line> {
        let rules = self.bucket.enabled_replication();
        let copies_stay = rules.iter().all(|rule| self.is_listed(rule.destination()));
        let targets: Notifications = self.bucket.setting("notifications").expect("every bucket answers");
        let tells_nobody = targets.topics.is_empty() && targets.queues.is_empty() && targets.functions.is_empty();
        vec![
            (
                "s3-replication-destination-in-organization",
                if rules.is_empty() {
                    NotApplicable
                } else {
                    holds(copies_stay)
                }
                .into(),
            ),
            (
                "s3-notification-target-in-organization",
                // The script has events sent within the account only.
                if tells_nobody && !targets.event_bridge {
                    NotApplicable
                } else {
                    Pass
                }
                .into(),
            ),
            ("s3-referenced-bucket-exists", self.references().into()),
        ]
    }

    /// Whether the buckets exist to which the bucket refers.
    fn references(self) -> Verdict {
        let is_member = |id: &str| self.truth.accounts.iter().any(|account| account.id == id);
        let exists = |name: &str| holds(self.is_listed(name));
        let logging = self.bucket.logging();
        let inventories: Vec<Inventory> = self.bucket.list("inventory");
        let found: Vec<Verdict> = logging
            .iter()
            .map(|logging| holds(self.named(&logging.target_bucket).is_some()))
            .chain(
                self.bucket
                    .enabled_replication()
                    .iter()
                    .map(|rule| match rule.destination_account.as_deref() {
                        // Nobody asks a stranger for the stranger's buckets.
                        Some(owner) if !is_member(owner) => NotAssessed,
                        _ => exists(rule.destination()),
                    }),
            )
            .chain(
                inventories
                    .iter()
                    .filter(|each| each.is_enabled)
                    .map(|each| exists(each.destination())),
            )
            .collect();
        let worst = [Fail, NotAssessed, Pass]
            .into_iter()
            .find(|verdict| found.contains(verdict));
        worst.unwrap_or(NotApplicable)
    }

    /// Whether the way of the logs comes back to a bucket that was passed before.
    fn logs_in_a_loop(self) -> bool {
        let mut passed = Vec::new();
        let mut at = Some(self.bucket);
        while let Some(bucket) = at {
            if passed.contains(&&bucket.name) {
                return true;
            }
            passed.push(&bucket.name);
            at = bucket.logging().and_then(|logging| self.named(&logging.target_bucket));
        }
        false
    }
}

fn logs_to(bucket: &Bucket, target: &Bucket) -> bool {
    bucket
        .logging()
        .is_some_and(|logging| logging.target_bucket == target.name)
}

/// Whether no enabled rule of the target ends these logs before a year has passed.
fn keeps_logs(target: &Bucket, logging: &Logging) -> bool {
    let rules: Vec<LifecycleRule> = target.list("lifecycle");
    !rules.iter().filter(|rule| rule.is_enabled()).any(|rule| {
        let prefix = rule.filter.prefix.as_deref().unwrap_or_default();
        // A key of the simple format goes on after the target prefix with the year.
        let reaches = format!("{}2026-", logging.target_prefix).starts_with(prefix);
        let mut actions = rule.actions.iter();
        let ends_early = actions.any(|action| matches!(action, LifecycleAction::ExpireAfterDays(days) if *days < 365));
        !rule.filter.by_tag && reaches && ends_early
    })
}
