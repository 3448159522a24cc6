//! Turning access control lists off, or emptying one, while grants are in use.

use s3attest_model::access::BucketRole;
use s3attest_model::bucket::{BucketSetting, Grant, Grantee};

use super::{Concern, Conflict, Known, value, when};
use crate::remediation::changes::Change;
use crate::text::counted;

/// The group by which S3 delivers access logs under an access control list (Amazon S3 User Guide, "Access control list (ACL)
/// overview").
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

/// The canonical user by which CloudFront delivers its standard logs, legacy (Amazon CloudFront Developer Guide, "Configure
/// standard logging (legacy)").
const CLOUDFRONT_LOGS: &str = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0";

const BOTH: &[Change] = &[Change::DisableLists, Change::ClearList];

pub(super) const CONFLICTS: &[Conflict] = &[
    Conflict {
        raised_by: BOTH,
        about: "grants of the access control list",
        ask: grants_to_others,
        source: "Amazon S3 User Guide, \"Prerequisites for disabling ACLs\"",
    },
    Conflict {
        raised_by: BOTH,
        about: "the delivery of access logs",
        ask: log_delivery,
        source: "Amazon S3 User Guide, \"Enabling Amazon S3 server access logging\"",
    },
    Conflict {
        raised_by: BOTH,
        about: "logs of CloudFront",
        ask: |known| {
            let list = value(BucketSetting::Acl, &known.bucket.settings.acl);
            let is_for_logs =
                |grant: &Grant| matches!(&grant.grantee, Grantee::CanonicalUser(id) if id == CLOUDFRONT_LOGS);
            when(
                list.map(|list| list.filter(|list| list.grants.iter().any(is_for_logs))),
                |_| {
                    "The access control list lets CloudFront deliver standard logs (legacy), which need access control lists. \
                     Turn to standard logging (v2) first, or the logs stop."
                        .to_owned()
                },
            )
        },
        source: "Amazon CloudFront Developer Guide, \"Configure standard logging (legacy)\"",
    },
    Conflict {
        raised_by: &[Change::DisableLists],
        about: "statements that ask uploads for an access control list",
        ask: |known| {
            let policy = value(BucketSetting::Policy, &known.bucket.settings.policy);
            let asks = |text: &str| text.contains("s3:x-amz-acl") || text.contains("s3:x-amz-grant-");
            when(policy.map(|policy| policy.filter(|policy| asks(&policy.0))), |_| {
                "The bucket policy has conditions on access control lists of uploads (s3:x-amz-acl or s3:x-amz-grant-…). \
                 Afterwards S3 refuses uploads with any list but bucket-owner-full-control: a condition that asks for \
                 another one shuts its uploads out."
                    .to_owned()
            })
        },
        source: "Amazon S3 User Guide, \"Prerequisites for disabling ACLs\"",
    },
];

fn is_foreign(owner: Option<&str>, grant: &Grant) -> bool {
    !matches!(&grant.grantee, Grantee::CanonicalUser(id) if Some(id.as_str()) == owner)
}

fn grants_to_others(known: &Known<'_>) -> Concern {
    let list = match value(BucketSetting::Acl, &known.bucket.settings.acl) {
        Ok(Some(list)) => list,
        Ok(None) => return Concern::None,
        Err(why) => return Concern::NotKnown(why),
    };
    let owner = list.owner.as_deref();
    let foreign = list.grants.iter().filter(|grant| is_foreign(owner, grant)).count();
    match (foreign, owner) {
        (0, _) => Concern::None,
        (_, None) => Concern::NotKnown("the access control list does not say who owns the bucket".to_owned()),
        (number, Some(_)) => Concern::Shown(format!(
            "The access control list gives somebody else access ({}, see “Access control list” below). Whoever needs it \
             loses it: put what is to stay into the bucket policy first. S3 refuses to turn lists off while such grants \
             stand.",
            counted(number as u64, "grant", "grants")
        )),
    }
}

fn log_delivery(known: &Known<'_>) -> Concern {
    let list = match value(BucketSetting::Acl, &known.bucket.settings.acl) {
        Ok(list) => list,
        Err(why) => return Concern::NotKnown(why),
    };
    let delivers = |grant: &Grant| matches!(&grant.grantee, Grantee::Group(uri) if uri == LOG_DELIVERY);
    if !list.is_some_and(|list| list.grants.iter().any(delivers)) {
        return Concern::None;
    }
    let because = match known.role(BucketRole::AccessLogTarget) {
        Ok(Some(because)) => format!(" ({because})"),
        Ok(None) | Err(_) => String::new(),
    };
    Concern::Shown(format!(
        "Access logs are delivered here by a grant to the log delivery group{because}. Without it delivery stops and \
         logs are lost: give logging.s3.amazonaws.com a statement in the bucket policy first."
    ))
}
