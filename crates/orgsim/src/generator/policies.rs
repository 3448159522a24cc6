//! Bucket policies as people write them: right, subtly wrong, and out of date.
//!
//! Each comes with S3's own judgement of whether it is public.

use serde_json::{Value, json};

use super::dice::Dice;
use crate::scenario::Policy;

/// What a policy is about, for whoever writes one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'names> {
    pub(super) bucket: &'names str,
    pub(super) account: &'names str,
    pub(super) organization: &'names str,
    /// Another account of the organization.
    pub(super) neighbour: &'names str,
}

/// A statement that means to refuse requests without TLS, and how well it does.
pub(super) fn tls_statement(subject: Subject<'_>, dice: &mut Dice) -> Value {
    let bucket = format!("arn:aws:s3:::{}", subject.bucket);
    let objects = format!("{bucket}/*");
    let both = json!([bucket, objects]);
    let deny = |principal: Value, action: Value, resource: Value, condition: Value| {
        json!({"Sid": "DenyInsecureTransport", "Effect": "Deny", "Principal": principal, "Action": action,
               "Resource": resource, "Condition": condition})
    };
    let insecure = json!({"Bool": {"aws:SecureTransport": "false"}});
    // Ten forms that are meant to deny plain HTTP and do, then eight that do not.
    match dice.between(0, 17) {
        0..=5 => deny(json!("*"), json!("s3:*"), both, insecure),
        6 => deny(json!({"AWS": "*"}), json!("s3:*"), both, insecure),
        7 => deny(
            json!("*"),
            json!(["s3:*"]),
            both,
            json!({"Bool": {"AWS:securetransport": ["false"]}}),
        ),
        8 => deny(
            json!("*"),
            json!("*"),
            json!("*"),
            json!({"BoolIfExists": {"aws:SecureTransport": false}}),
        ),
        9 => deny(
            json!({"AWS": ["*"]}),
            json!("S3:*"),
            both,
            json!({"StringEquals": {"aws:SecureTransport": "false"}}),
        ),
        10 => deny(json!("*"), json!("s3:*"), json!(objects), insecure),
        11 => deny(json!("*"), json!("s3:*"), json!(bucket), insecure),
        12 => deny(
            json!("*"),
            json!("s3:*"),
            both,
            json!({"Bool": {"aws:SecureTransport": "true"}}),
        ),
        13 => deny(
            json!({"AWS": format!("arn:aws:iam::{}:root", subject.account)}),
            json!("s3:*"),
            both,
            insecure,
        ),
        14 => deny(json!("*"), json!(["s3:GetObject", "s3:PutObject"]), both, insecure),
        15 => deny(
            json!("*"),
            json!("s3:*"),
            both,
            json!({"Bool": {"aws:SecureTransport": "false"}, "StringNotEquals": {"aws:PrincipalOrgID": subject.organization}}),
        ),
        16 => deny(
            json!("*"),
            json!("s3:*"),
            json!([bucket, format!("{bucket}/public/*")]),
            insecure,
        ),
        _ => {
            let mut statement = deny(json!("*"), json!("s3:*"), both, insecure);
            statement["Effect"] = json!("Allow");
            statement
        }
    }
}

/// A statement that admits another account or service of the organization.
pub(super) fn sharing_statement(subject: Subject<'_>, dice: &mut Dice) -> Value {
    let objects = format!("arn:aws:s3:::{}/*", subject.bucket);
    match dice.between(0, 4) {
        0 => {
            json!({"Sid": "Share", "Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{}:root", subject.neighbour)},
                    "Action": ["s3:GetObject"], "Resource": objects})
        }
        1 => {
            json!({"Sid": "OrganizationRead", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": objects,
                    "Condition": {"StringEquals": {"aws:PrincipalOrgID": subject.organization}}})
        }
        2 => json!({"Sid": "Vendor", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::464622532012:root"},
                    "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [format!("arn:aws:s3:::{}", subject.bucket), objects]}),
        3 => json!({"Sid": "Pipeline", "Effect": "Allow",
                    "Principal": {"AWS": format!("arn:aws:iam::{}:role/deploy", subject.neighbour)},
                    "Action": "s3:*", "Resource": [format!("arn:aws:s3:::{}", subject.bucket), objects]}),
        _ => {
            json!({"Sid": "Cdn", "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
                    "Resource": objects, "Condition": {"StringEquals": {"AWS:SourceArn":
                        format!("arn:aws:cloudfront::{}:distribution/E2QWRUHEXAMPLE", subject.account)}}})
        }
    }
}

/// A statement by which everyone reads.
pub(super) fn public_statement(subject: Subject<'_>) -> Value {
    json!({"Sid": "PublicReadGetObject", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
           "Resource": format!("arn:aws:s3:::{}/*", subject.bucket)})
}

/// A statement by which the log delivery group's successor, the logging service, writes.
pub(super) fn log_delivery_statement(subject: Subject<'_>) -> Value {
    json!({"Sid": "S3ServerAccessLogs", "Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"},
           "Action": "s3:PutObject", "Resource": format!("arn:aws:s3:::{}/*", subject.bucket),
           "Condition": {"StringEquals": {"aws:SourceAccount": subject.account}}})
}

/// A policy of statements; S3 calls it public when one of them admits everyone without a condition.
pub(super) fn policy(statements: &[Value]) -> Policy {
    let admits_everyone = |statement: &Value| {
        statement["Effect"] == "Allow" && statement["Principal"] == "*" && is_open(statement.get("Condition"))
    };
    Policy {
        is_public: statements.iter().any(admits_everyone),
        document: json!({"Version": "2012-10-17", "Statement": statements}).to_string(),
    }
}

/// Whether a condition leaves a statement public: none does, and one on transport alone narrows nobody down.
fn is_open(condition: Option<&Value>) -> bool {
    let text = condition
        .map(|condition| condition.to_string().to_lowercase())
        .unwrap_or_default();
    !["aws:principalorgid", "aws:sourcearn", "aws:sourceaccount"]
        .iter()
        .any(|key| text.contains(key))
}
