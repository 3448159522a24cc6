//! Versioning, MFA delete, Object Lock, lifecycle and replication, which allow or forbid one another.

use s3attest_model::access::BucketRole;
use s3attest_model::bucket::{BucketSetting, LifecycleAction, Versioning};

use super::{Concern, Conflict, Known, value, when};
use crate::remediation::changes::Change;
use crate::text::counted;

const LIFECYCLE: &str = "Amazon S3 User Guide, \"How S3 Lifecycle interacts with other bucket configurations\"";
const OBJECT_LOCK: &str = "Amazon S3 User Guide, \"Object Lock considerations\"";

pub(super) const CONFLICTS: &[Conflict] = &[
    Conflict {
        raised_by: &[Change::Versioning, Change::ObjectLock],
        about: "lifecycle rules that expire objects",
        ask: expiring,
        source: "Amazon S3 User Guide, \"Expiring objects\"",
    },
    Conflict {
        raised_by: &[Change::Versioning],
        about: "MFA delete",
        ask: |known| {
            mfa_delete(
                known,
                "MFA delete is on: the state of versioning changes only with the root user’s device (--mfa).",
            )
        },
        source: "Amazon S3 User Guide, \"Configuring MFA delete\"",
    },
    Conflict {
        raised_by: &[Change::MfaDelete],
        about: "lifecycle rules",
        ask: |known| {
            let rules = value(BucketSetting::Lifecycle, &known.bucket.settings.lifecycle);
            when(rules.map(|rules| rules.filter(|rules| !rules.is_empty())), |rules| {
                format!(
                    "The bucket has {}. S3 does not allow a lifecycle configuration and MFA delete on one bucket: the rules, \
                     and all that they clear away, would have to go.",
                    counted(rules.len() as u64, "lifecycle rule", "lifecycle rules")
                )
            })
        },
        source: LIFECYCLE,
    },
    Conflict {
        raised_by: &[Change::Lifecycle],
        about: "MFA delete",
        ask: |known| {
            mfa_delete(
                known,
                "MFA delete is on: S3 refuses a lifecycle configuration as long as it is, and only the root user can turn \
                 it off.",
            )
        },
        source: LIFECYCLE,
    },
    Conflict {
        raised_by: &[Change::Lifecycle],
        about: "Object Lock",
        ask: |known| {
            object_lock(
                known,
                "Object Lock is on: versions under a retention or a legal hold stay until it ends, whatever a lifecycle \
                 rule says.",
            )
        },
        source: OBJECT_LOCK,
    },
    Conflict {
        raised_by: &[Change::ObjectLock],
        about: "the delivery of access logs",
        ask: |known| {
            when(known.role(BucketRole::AccessLogTarget), |because| {
                format!(
                    "The bucket receives access logs ({because}). S3 delivers none to a bucket with a default retention: \
                     leave it out here, and lock a replica of the logs instead."
                )
            })
        },
        source: OBJECT_LOCK,
    },
    Conflict {
        raised_by: &[Change::ObjectLock],
        about: "replication from this bucket",
        ask: |known| {
            replicates(
                known,
                "The bucket is replicated. Once it has Object Lock, the destination needs Object Lock too, and the role \
                 needs s3:GetObjectRetention and s3:GetObjectLegalHold; until then copies fail.",
            )
        },
        source: OBJECT_LOCK,
    },
    Conflict {
        raised_by: &[Change::ObjectLock],
        about: "versioning that is not on",
        ask: |known| {
            let versioning = value(BucketSetting::Versioning, &known.bucket.settings.versioning);
            when(versioning.map(|versioning| (!is_on(versioning)).then_some(())), |()| {
                "Versioning is not on. Object Lock needs it, and neither can be turned off again for this bucket: every \
                 overwritten or deleted object is kept, and paid for, from then on."
                    .to_owned()
            })
        },
        source: OBJECT_LOCK,
    },
    Conflict {
        raised_by: &[Change::Replication],
        about: "versioning that is not on",
        ask: |known| {
            let versioning = value(BucketSetting::Versioning, &known.bucket.settings.versioning);
            when(versioning.map(|versioning| (!is_on(versioning)).then_some(())), |()| {
                "Versioning is not on. Replication needs it on both sides, and it cannot be suspended while replication is \
                 configured."
                    .to_owned()
            })
        },
        source: "Amazon S3 User Guide, \"Requirements and considerations for replication\"",
    },
    Conflict {
        raised_by: &[Change::Replication],
        about: "Object Lock",
        ask: |known| {
            object_lock(
                known,
                "Object Lock is on: the destination needs it too, and the role two more permissions \
                 (s3:GetObjectRetention, s3:GetObjectLegalHold).",
            )
        },
        source: OBJECT_LOCK,
    },
    Conflict {
        raised_by: &[Change::Replication],
        about: "encryption by a key of KMS",
        ask: |known| {
            let encryption = value(BucketSetting::Encryption, &known.bucket.settings.encryption);
            let by_key = encryption.map(|encryption| {
                let mut defaults = encryption.into_iter().flat_map(|encryption| &encryption.defaults);
                let is_kms = |algorithm: &str| algorithm.starts_with("aws:kms");
                defaults
                    .any(|default| default.algorithm.as_deref().is_some_and(is_kms))
                    .then_some(())
            });
            when(by_key, |()| {
                "New objects are encrypted by a key of KMS. They are skipped unless the rule selects them \
                 (SourceSelectionCriteria) and names a key of the destination’s region."
                    .to_owned()
            })
        },
        source: "Amazon S3 User Guide, \"Replicating encrypted objects (SSE-S3, SSE-KMS, DSSE-KMS, SSE-C)\"",
    },
    Conflict {
        raised_by: &[Change::Lifecycle],
        about: "access logs that have to be kept",
        ask: |known| {
            when(known.role(BucketRole::AccessLogTarget), |because| {
                format!(
                    "The bucket holds access logs ({because}). Choose periods that keep them as long as they have to be."
                )
            })
        },
        source: LIFECYCLE,
    },
];

fn is_on(versioning: Option<&Versioning>) -> bool {
    versioning.and_then(|versioning| versioning.status.as_deref()) == Some("Enabled")
}

fn mfa_delete(known: &Known<'_>, text: &str) -> Concern {
    let versioning = value(BucketSetting::Versioning, &known.bucket.settings.versioning);
    let is_on = |versioning: &&Versioning| versioning.mfa_delete.as_deref() == Some("Enabled");
    when(versioning.map(|versioning| versioning.filter(is_on)), |_| {
        text.to_owned()
    })
}

fn object_lock(known: &Known<'_>, text: &str) -> Concern {
    let lock = value(BucketSetting::ObjectLock, &known.bucket.settings.object_lock);
    when(lock.map(|lock| lock.filter(|lock| lock.enabled)), |_| text.to_owned())
}

fn replicates(known: &Known<'_>, text: &str) -> Concern {
    let replication = value(BucketSetting::Replication, &known.bucket.settings.replication);
    when(
        replication.map(|replication| replication.filter(|replication| !replication.rules.is_empty())),
        |_| text.to_owned(),
    )
}

/// An expiration on a bucket with versioning writes a delete marker and removes nothing.
fn expiring(known: &Known<'_>) -> Concern {
    let rules = match value(BucketSetting::Lifecycle, &known.bucket.settings.lifecycle) {
        Ok(rules) => rules.map_or(&[][..], Vec::as_slice),
        Err(why) => return Concern::NotKnown(why),
    };
    let enabled = || {
        rules
            .iter()
            .filter(|rule| rule.is_enabled())
            .flat_map(|rule| &rule.actions)
    };
    let expires = enabled().any(is_expiration);
    let clears = enabled().any(|action| matches!(action, LifecycleAction::ExpireNoncurrentAfterDays { .. }));
    if expires && !clears {
        return Concern::Shown(
            "A lifecycle rule expires objects, and none clears noncurrent versions away. With versioning it removes nothing \
             any more and only writes delete markers, so the data stays and costs: add an expiration of noncurrent versions."
                .to_owned(),
        );
    }
    Concern::None
}

fn is_expiration(action: &LifecycleAction) -> bool {
    matches!(
        action,
        LifecycleAction::ExpireAfterDays(_) | LifecycleAction::ExpireOnDate(_)
    )
}
