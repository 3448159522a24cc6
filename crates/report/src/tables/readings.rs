//! A bucket's setting in a few words, for a cell that has to be read at a glance.
//!
//! It does not judge: the words say what AWS answered. `none` is AWS's word that there is no such setting, and is never
//! written for one that could not be read.

use std::fmt::Write as _;

use s3attest_model::bucket::{
    AccessControlList, BucketSetting, BucketSettings, EncryptionConfiguration, Grantee, NotificationConfiguration,
    ObjectLock, PublicAccessBlock, Versioning, WebsiteConfiguration,
};
use s3attest_model::evidence::{Evidence, GapCause, Observed};

use crate::text::counted;

/// The word for a setting that AWS says does not exist.
const NONE: &str = "none";

/// How a cell says that something could not be read: `not known: denied`.
pub(super) fn not_known(cause: GapCause) -> String {
    format!("not known: {cause}")
}

/// A setting in a few words.
pub(super) fn reading(settings: &BucketSettings, setting: BucketSetting) -> String {
    match setting {
        BucketSetting::PublicAccessBlock => read(&settings.public_access_block, |block| public_access_block(*block)),
        BucketSetting::Policy => read(&settings.policy, |policy| {
            format!(
                "document of {}",
                counted(policy.0.chars().count() as u64, "character", "characters")
            )
        }),
        BucketSetting::PolicyStatus => read(&settings.policy_status, |status| {
            if status.is_public { "public" } else { "not public" }.to_owned()
        }),
        BucketSetting::Acl => read(&settings.acl, access_control_list),
        BucketSetting::OwnershipControls => read(&settings.ownership_controls, |ownership| {
            ownership.object_ownership.clone()
        }),
        BucketSetting::Encryption => read(&settings.encryption, encryption),
        BucketSetting::Versioning => read(&settings.versioning, versioning),
        BucketSetting::ObjectLock => read(&settings.object_lock, object_lock),
        BucketSetting::Logging => read(&settings.logging, |logging| format!("to {}", logging.target_bucket)),
        BucketSetting::Lifecycle => read(&settings.lifecycle, |rules| {
            in_force(rules.iter().filter(|rule| rule.is_enabled()).count(), rules.len())
        }),
        BucketSetting::Replication => read(&settings.replication, |replication| {
            let enabled = replication.rules.iter().filter(|rule| rule.status == "Enabled").count();
            in_force(enabled, replication.rules.len())
        }),
        BucketSetting::Notifications => read(&settings.notifications, notifications),
        BucketSetting::Tagging => read(&settings.tagging, |tags| counted(tags.len() as u64, "tag", "tags")),
        BucketSetting::Website => read(&settings.website, website),
        BucketSetting::Cors => read(&settings.cors, |rules| counted(rules.len() as u64, "rule", "rules")),
        BucketSetting::Inventory => read(&settings.inventory, |configurations| {
            let enabled = configurations.iter().filter(|one| one.is_enabled).count();
            format!("{enabled} of {} in force", configurations.len())
        }),
        BucketSetting::RequestPayment => read(&settings.request_payment, |payment| payment.payer.clone()),
        BucketSetting::Acceleration => read(&settings.acceleration, |acceleration| {
            switched(acceleration.status.as_deref(), "off")
        }),
        BucketSetting::Abac => read(&settings.abac, |abac| switched(abac.status.as_deref(), "not stated")),
        BucketSetting::Metadata => read(&settings.metadata, |metadata| {
            counted(metadata.tables.len() as u64, "table", "tables")
        }),
    }
}

/// How a setting is read, as the column says it.
pub(super) fn vocabulary(setting: BucketSetting) -> &'static str {
    match setting {
        BucketSetting::PublicAccessBlock => "on, off, or partly on and which of the four switches are",
        BucketSetting::Policy => "how long the document is",
        BucketSetting::PolicyStatus => "public or not public, in S3's own judgement",
        BucketSetting::Acl => "how many grants, and what predefined groups are given",
        BucketSetting::OwnershipControls => "BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter",
        BucketSetting::Encryption => "AES256, aws:kms or aws:kms:dsse with the key, and which encryption is blocked",
        BucketSetting::Versioning => "on, suspended or off, and whether MFA delete is on",
        BucketSetting::ObjectLock => "on or off, and the default retention",
        BucketSetting::Logging => "the bucket that receives the logs",
        BucketSetting::Lifecycle | BucketSetting::Replication => "how many of its rules are in force",
        BucketSetting::Notifications => "how many receivers, or off",
        BucketSetting::Tagging => "how many tags",
        BucketSetting::Website => "on, or where every request is sent",
        BucketSetting::Cors => "how many rules",
        BucketSetting::Inventory => "how many of the configurations are in force",
        BucketSetting::RequestPayment => "BucketOwner or Requester",
        BucketSetting::Acceleration => "on, suspended or off",
        BucketSetting::Abac => "on, off or not stated",
        BucketSetting::Metadata => "how many tables",
    }
}

fn read<T>(evidence: &Evidence<T>, present: impl FnOnce(&T) -> String) -> String {
    match &evidence.observed {
        Observed::Present(value) => {
            let text = present(value);
            // An empty cell would look as if there were nothing to say.
            if text.is_empty() { "(empty)".to_owned() } else { text }
        }
        Observed::Absent => NONE.to_owned(),
        Observed::Gap(gap) => not_known(gap.cause),
    }
}

/// AWS's word for a switch in the words of the other columns; a word that is not known stays as it is.
fn switched(status: Option<&str>, never: &str) -> String {
    match status {
        None => never,
        Some("Enabled") => "on",
        Some("Suspended") => "suspended",
        Some("Disabled") => "off",
        Some(other) => other,
    }
    .to_owned()
}

fn in_force(enabled: usize, all: usize) -> String {
    format!("{enabled} of {} in force", counted(all as u64, "rule", "rules"))
}

fn public_access_block(block: PublicAccessBlock) -> String {
    let switches = [
        ("block_public_acls", block.block_public_acls),
        ("ignore_public_acls", block.ignore_public_acls),
        ("block_public_policy", block.block_public_policy),
        ("restrict_public_buckets", block.restrict_public_buckets),
    ];
    let on: Vec<&str> = switches
        .iter()
        .filter(|(_, is_on)| *is_on)
        .map(|(name, _)| *name)
        .collect();
    match on.len() {
        4 => "on".to_owned(),
        0 => "off".to_owned(),
        _ => format!("partly on: {}", on.join(", ")),
    }
}

fn access_control_list(list: &AccessControlList) -> String {
    let mut text = counted(list.grants.len() as u64, "grant", "grants");
    let mut separator = ": ";
    for grant in &list.grants {
        if let Grantee::Group(uri) = &grant.grantee {
            let group = uri.rsplit('/').next().unwrap_or(uri);
            text.push_str(separator);
            text.push_str(group);
            text.push(' ');
            text.push_str(&grant.permission);
            separator = ", ";
        }
    }
    text
}

fn encryption(configuration: &EncryptionConfiguration) -> String {
    let defaults: Vec<String> = configuration
        .defaults
        .iter()
        .map(|default| {
            let mut text = match (&default.algorithm, &default.kms_key) {
                (None, _) => "no algorithm".to_owned(),
                (Some(algorithm), Some(key)) => format!("{algorithm} with {key}"),
                (Some(algorithm), None) if algorithm.starts_with("aws:kms") => {
                    format!("{algorithm} with the AWS managed key")
                }
                (Some(algorithm), None) => algorithm.clone(),
            };
            for blocked in default.blocked_encryption_types.iter().flatten() {
                text.push_str(", ");
                text.push_str(blocked);
                text.push_str(" blocked");
            }
            text
        })
        .collect();
    if defaults.is_empty() {
        "no default".to_owned()
    } else {
        defaults.join("; ")
    }
}

fn versioning(versioning: &Versioning) -> String {
    let mut text = switched(versioning.status.as_deref(), "off");
    if versioning.mfa_delete.as_deref() == Some("Enabled") {
        text.push_str(", MFA delete on");
    }
    text
}

fn object_lock(lock: &ObjectLock) -> String {
    let mut text = if lock.enabled { "on" } else { "off" }.to_owned();
    if let Some(retention) = &lock.default_retention {
        text.push_str(", ");
        text.push_str(retention.mode.as_deref().unwrap_or("retention"));
        for (count, singular, plural) in [(retention.days, "day", "days"), (retention.years, "year", "years")] {
            if let Some(count) = count {
                // Writing to a string cannot fail.
                let _ = write!(text, " {count} {}", if count == 1 { singular } else { plural });
            }
        }
    }
    text
}

fn notifications(configuration: &NotificationConfiguration) -> String {
    let receivers = configuration.topics.len() + configuration.queues.len() + configuration.functions.len();
    match (receivers, configuration.event_bridge) {
        (0, false) => "off".to_owned(),
        (0, true) => "EventBridge".to_owned(),
        (_, false) => counted(receivers as u64, "receiver", "receivers"),
        (_, true) => format!("{}, EventBridge", counted(receivers as u64, "receiver", "receivers")),
    }
}

fn website(website: &WebsiteConfiguration) -> String {
    match &website.redirect_all_requests_to {
        Some(redirect) => format!("sends every request to {}", redirect.host_name),
        None => "on".to_owned(),
    }
}
