//! Putting a bucket policy: the one that is there is replaced as a whole, and a block can refuse the new one.

use s3attest_model::access::{AccessKind, Audience, BucketRole};
use s3attest_model::bucket::BucketSetting;

use super::{Concern, Conflict, Known, value, when};
use crate::remediation::changes::Change;
use crate::text::counted;

pub(super) const CONFLICTS: &[Conflict] = &[
    Conflict {
        raised_by: &[Change::Policy],
        about: "a bucket policy that is there already",
        ask: present_policy,
        source: "Amazon S3 API Reference, `PutBucketPolicy`",
    },
    Conflict {
        raised_by: &[Change::Policy],
        about: "a public access block that refuses public policies",
        ask: refused_by_the_block,
        source: "Amazon S3 User Guide, \"Blocking public access to your Amazon S3 storage\"",
    },
    Conflict {
        raised_by: &[Change::RequireTls],
        about: "readers without an account",
        ask: |known| {
            let open = known.reaches(Audience::Anyone, &[AccessKind::Read]);
            when(open.map(|is_open| is_open.then_some(())), |()| {
                "Anyone can read today. Links that begin with http: stop working; those with https: go on.".to_owned()
            })
        },
        source: "Amazon S3 User Guide, \"Security best practices for Amazon S3\"",
    },
    Conflict {
        raised_by: &[Change::RequireEncryption],
        about: "the delivery of access logs",
        ask: |known| {
            when(known.role(BucketRole::AccessLogTarget), |because| {
                format!(
                    "The bucket receives access logs ({because}). The statement also binds logging.s3.amazonaws.com: leave \
                     AWS services out of it by \"BoolIfExists\": {{\"aws:PrincipalIsAWSService\": \"false\"}} unless the \
                     delivery is tried out. Bool alone would leave out requests without a signature as well."
                )
            })
        },
        source: "Amazon S3 User Guide, \"Troubleshoot server access logging\"",
    },
    Conflict {
        raised_by: &[Change::RequireEncryption],
        about: "the delivery of a trail",
        ask: |known| {
            when(known.role(BucketRole::TrailTarget), |because| {
                format!(
                    "A trail delivers here ({because}). A trail without a key of KMS writes with SSE-S3, which the statement \
                     denies; give the trail the key first."
                )
            })
        },
        source: "AWS CloudTrail User Guide, \"Encrypting CloudTrail log files, digest files, and event data stores with AWS KMS keys\"",
    },
];

fn present_policy(known: &Known<'_>) -> Concern {
    when(value(BucketSetting::Policy, &known.bucket.settings.policy), |policy| {
        let document = serde_json::from_str::<serde_json::Value>(&policy.0).ok();
        let statements = document.as_ref().and_then(|document| match document.get("Statement")? {
            serde_json::Value::Array(statements) => Some(statements.len()),
            _ => Some(1),
        });
        let holds = match statements {
            Some(number) => format!(" of {}", counted(number as u64, "statement", "statements")),
            None => String::new(),
        };
        format!(
            "The bucket has a policy{holds} (see “Bucket policy” below). A bucket has one policy, and putting another \
             replaces it: carry over every statement that is to stay, in Terraform and CloudFormation too, which own the \
             whole policy."
        )
    })
}

/// `BlockPublicPolicy` refuses a policy that is public, also where the public statement has been there for long.
fn refused_by_the_block(known: &Known<'_>) -> Concern {
    let settings = &known.bucket.settings;
    let block = match value(BucketSetting::PublicAccessBlock, &settings.public_access_block) {
        Ok(block) => block,
        Err(why) => return Concern::NotKnown(why),
    };
    if !block.is_some_and(|block| block.block_public_policy) {
        return Concern::None;
    }
    let status = value(BucketSetting::PolicyStatus, &settings.policy_status);
    when(status.map(|status| status.filter(|status| status.is_public)), |_| {
        "S3 calls the present policy public, and BlockPublicPolicy is on: S3 refuses any policy that is still public, so \
             the public statement has to go in the same step."
                .to_owned()
    })
}
