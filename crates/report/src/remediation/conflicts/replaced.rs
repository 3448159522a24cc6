//! Configurations that a command replaces as a whole while the bucket has one.

use s3attest_model::access::BucketRole;
use s3attest_model::bucket::BucketSetting;

use super::{Conflict, FOREIGN, value, when};
use crate::remediation::changes::Change;
use crate::text::{clip, counted};

pub(super) const CONFLICTS: &[Conflict] = &[
    Conflict {
        raised_by: &[Change::Lifecycle],
        about: "lifecycle rules that are there already",
        ask: |known| {
            let rules = value(BucketSetting::Lifecycle, &known.bucket.settings.lifecycle);
            when(rules.map(|rules| rules.filter(|rules| !rules.is_empty())), |rules| {
                format!(
                    "The bucket has {} (see “Lifecycle” below), and the configuration is replaced as a whole: repeat what \
                     is to stay.",
                    counted(rules.len() as u64, "lifecycle rule", "lifecycle rules")
                )
            })
        },
        source: "Amazon S3 API Reference, `PutBucketLifecycleConfiguration`",
    },
    Conflict {
        raised_by: &[Change::Logging],
        about: "access logging that is there already",
        ask: |known| {
            when(
                value(BucketSetting::Logging, &known.bucket.settings.logging),
                |logging| {
                    format!(
                        "Access logs go to {} under “{}” today. The configuration is replaced as a whole: whatever reads the \
                     logs has to look at the new place.",
                        clip(&logging.target_bucket, FOREIGN),
                        clip(&logging.target_prefix, FOREIGN)
                    )
                },
            )
        },
        source: "Amazon S3 API Reference, `PutBucketLogging`",
    },
    Conflict {
        raised_by: &[Change::Logging],
        about: "access logs that are delivered to this bucket",
        ask: |known| {
            when(known.role(BucketRole::AccessLogTarget), |because| {
                format!(
                    "The bucket itself receives access logs ({because}). Logging it makes a log of every log that is \
                     delivered; never let it be its own target."
                )
            })
        },
        source: "Amazon S3 User Guide, \"Logging requests with server access logging\"",
    },
    Conflict {
        raised_by: &[Change::Replication],
        about: "replication that is there already",
        ask: |known| {
            when(
                value(BucketSetting::Replication, &known.bucket.settings.replication),
                |replication| {
                    format!(
                        "The bucket has {}, and the configuration is replaced as a whole: repeat what is to stay.",
                        counted(replication.rules.len() as u64, "replication rule", "replication rules")
                    )
                },
            )
        },
        source: "Amazon S3 API Reference, `PutBucketReplication`",
    },
    Conflict {
        raised_by: &[Change::Notifications],
        about: "notifications that are there already",
        ask: |known| {
            let present = value(BucketSetting::Notifications, &known.bucket.settings.notifications);
            let receivers = present.map(|present| {
                let present = present?;
                let number = present.topics.len() + present.queues.len() + present.functions.len();
                (number > 0 || present.event_bridge).then_some((number, present.event_bridge))
            });
            when(receivers, |(number, event_bridge)| {
                let bridge = if event_bridge { " and Amazon EventBridge" } else { "" };
                format!(
                    "The bucket notifies {}{bridge}. The configuration is replaced as a whole: what is not repeated stops \
                     at once.",
                    counted(number as u64, "receiver", "receivers")
                )
            })
        },
        source: "Amazon S3 API Reference, `PutBucketNotificationConfiguration`",
    },
    Conflict {
        raised_by: &[Change::Tags],
        about: "tags that are there already",
        ask: |known| {
            let tags = value(BucketSetting::Tagging, &known.bucket.settings.tagging);
            when(tags.map(|tags| tags.filter(|tags| !tags.is_empty())), |tags| {
                format!(
                    "The bucket has {}, and all of them are replaced: repeat those that are to stay, or what goes by them \
                     (access, cost allocation, exceptions of this assessment) changes.",
                    counted(tags.len() as u64, "tag", "tags")
                )
            })
        },
        source: "Amazon S3 API Reference, `PutBucketTagging`",
    },
    Conflict {
        raised_by: &[Change::Tags],
        about: "attribute-based access control",
        ask: |known| {
            let abac = value(BucketSetting::Abac, &known.bucket.settings.abac);
            let is_on = abac.map(|abac| abac.filter(|abac| abac.status.as_deref() == Some("Enabled")));
            when(is_on, |_| {
                "Attribute-based access control is on: a new tag can open or close the bucket, and put-bucket-tagging is \
                 refused (use aws s3control tag-resource)."
                    .to_owned()
            })
        },
        source: "Amazon S3 User Guide, \"Enabling ABAC in general purpose buckets\"",
    },
    Conflict {
        raised_by: &[Change::CrossOrigin],
        about: "rules of cross-origin sharing that are there already",
        ask: |known| {
            let rules = value(BucketSetting::Cors, &known.bucket.settings.cors);
            when(rules.map(|rules| rules.filter(|rules| rules.len() > 1)), |rules| {
                format!(
                    "The bucket has {} rules, and all of them are replaced: repeat those that are to stay.",
                    rules.len()
                )
            })
        },
        source: "Amazon S3 API Reference, `PutBucketCors`",
    },
];
