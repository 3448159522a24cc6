//! Encrypting with a key of KMS while somebody reads or writes who may not use the key.

use s3attest_model::access::{AccessKind, Audience, BucketRole};
use s3attest_model::bucket::BucketSetting;

use super::{Concern, Conflict, FOREIGN, Known, value, when};
use crate::remediation::changes::Change;
use crate::text::clip;

const KMS: &[Change] = &[Change::KmsEncryption];

pub(super) const CONFLICTS: &[Conflict] = &[
    Conflict {
        raised_by: KMS,
        about: "the delivery of access logs",
        ask: |known| {
            when(known.role(BucketRole::AccessLogTarget), |because| {
                format!(
                    "The bucket receives access logs ({because}). AWS asks for SSE-S3 at a target of access logs; with a key \
                     of KMS logs arrive only where its key policy lets logging.s3.amazonaws.com use it, and never with the \
                     AWS managed key."
                )
            })
        },
        source: "Amazon S3 User Guide, \"Enabling Amazon S3 server access logging\" and \"Troubleshoot server access logging\"",
    },
    Conflict {
        raised_by: KMS,
        about: "the delivery of a trail",
        ask: |known| {
            when(known.role(BucketRole::TrailTarget), |because| {
                format!(
                    "A trail delivers here ({because}). Its files are encrypted as the trail says; with a key of KMS as the \
                     default, that key’s policy has to let cloudtrail.amazonaws.com use it, and readers need kms:Decrypt."
                )
            })
        },
        source: "AWS CloudTrail User Guide, \"Configure AWS KMS key policies for CloudTrail\"",
    },
    Conflict {
        raised_by: KMS,
        about: "other accounts that read or write here",
        ask: other_accounts,
        source: "Amazon S3 User Guide, \"Using server-side encryption with AWS KMS keys (SSE-KMS)\"",
    },
    Conflict {
        raised_by: KMS,
        about: "readers without an account",
        ask: |known| {
            let open = known.reaches(Audience::Anyone, &[AccessKind::Read]);
            when(open.map(|is_open| is_open.then_some(())), |()| {
                "Anyone can read today. Nobody reads an object under a key of KMS without signing the request, so new \
                 objects are not public any more, on a website either."
                    .to_owned()
            })
        },
        source: "Amazon S3 User Guide, \"Setting permissions for website access\"",
    },
    Conflict {
        raised_by: KMS,
        about: "CloudFront",
        ask: |known| {
            let origin = match known.role(BucketRole::Origin) {
                Ok(Some(because)) => Ok(Some(format!(" ({because})"))),
                Ok(None) => known
                    .reaches(Audience::CloudFront, &[AccessKind::Read])
                    .map(|reads| reads.then(String::new)),
                Err(why) => Err(why),
            };
            when(origin, |because| {
                format!(
                    "CloudFront fetches from this bucket{because}. With origin access control the key’s policy has to let \
                     cloudfront.amazonaws.com decrypt; an origin access identity cannot read objects under a key of KMS."
                )
            })
        },
        source: "Amazon CloudFront Developer Guide, \"Restrict access to an Amazon S3 origin\"",
    },
    Conflict {
        raised_by: KMS,
        about: "replication from this bucket",
        ask: replication,
        source: "Amazon S3 User Guide, \"Replicating encrypted objects (SSE-S3, SSE-KMS, DSSE-KMS, SSE-C)\"",
    },
    Conflict {
        raised_by: KMS,
        about: "replication to this bucket",
        ask: |known| {
            when(known.role(BucketRole::Replica), |because| {
                format!(
                    "Objects are replicated to this bucket ({because}). The role that replicates has to be allowed to use the \
                     key, in its own policy and in the key’s, and the rule has to name the key."
                )
            })
        },
        source: "Amazon S3 User Guide, \"Replicating encrypted objects (SSE-S3, SSE-KMS, DSSE-KMS, SSE-C)\"",
    },
    Conflict {
        raised_by: &[Change::Encryption],
        about: "the default encryption that is there",
        ask: |known| {
            let encryption = value(BucketSetting::Encryption, &known.bucket.settings.encryption);
            let kept = encryption.map(|encryption| {
                let defaults = encryption.map_or(&[][..], |encryption| &encryption.defaults);
                let key = defaults.iter().find_map(|default| default.kms_key.as_deref());
                let mut blocked = defaults
                    .iter()
                    .filter_map(|default| default.blocked_encryption_types.as_ref());
                let blocked = blocked.find(|types| !types.is_empty()).map(|types| types.join(", "));
                let blocked = blocked.map(|types| clip(&types, FOREIGN).into_owned());
                // SSE-S3 is what the replacement brings in any case; a bucket has it without a configuration too.
                let mut algorithms = defaults.iter().filter_map(|default| default.algorithm.as_deref());
                let algorithm = algorithms.find(|algorithm| *algorithm != "AES256");
                let algorithm = algorithm.map(|algorithm| {
                    let managed = if key.is_none() { " with the AWS managed key" } else { "" };
                    format!("the algorithm {}{managed}", clip(algorithm, FOREIGN))
                });
                let has_bucket_key = defaults.iter().any(|default| default.bucket_key_enabled == Some(true));
                let kept: Vec<String> = [
                    algorithm,
                    has_bucket_key.then(|| "an enabled Bucket Key".to_owned()),
                    key.map(|key| format!("the key {}", clip(key, FOREIGN))),
                    blocked.map(|types| format!("the blocked types {types}")),
                ]
                .into_iter()
                .flatten()
                .collect();
                (!kept.is_empty()).then(|| kept.join(" and "))
            });
            when(kept, |kept| {
                format!("The configuration is replaced as a whole. It holds {kept}: repeat what is to stay.")
            })
        },
        source: "Amazon S3 API Reference, `PutBucketEncryption`",
    },
];

fn other_accounts(known: &Known<'_>) -> Concern {
    let kinds = &[AccessKind::Read, AccessKind::Write];
    let audiences = [Audience::OrganizationAccounts, Audience::OutsideAccounts];
    let reaches: Vec<_> = audiences
        .iter()
        .map(|audience| known.reaches(*audience, kinds))
        .collect();
    if reaches.contains(&Ok(true)) {
        return Concern::Shown(
            "Other accounts read or write here. They need the key too: kms:Decrypt to read and kms:GenerateDataKey to \
             write, in the key’s policy and in their own. The AWS managed key aws/s3 cannot be shared with them at all."
                .to_owned(),
        );
    }
    match reaches.into_iter().find_map(Result::err) {
        Some(why) => Concern::NotKnown(why),
        None => Concern::None,
    }
}

fn replication(known: &Known<'_>) -> Concern {
    let replication = value(BucketSetting::Replication, &known.bucket.settings.replication);
    when(
        replication.map(|replication| {
            let mut rules = replication.into_iter().flat_map(|replication| &replication.rules);
            rules
                .any(|rule| rule.status == "Enabled" && rule.replica_kms_key.is_none())
                .then_some(())
        }),
        |()| {
            "A replication rule names no key for its copies. Objects under a key of KMS are not replicated unless the rule \
             selects them (SourceSelectionCriteria) and names a key of the destination’s region: copies would stop in \
             silence."
                .to_owned()
        },
    )
}
