//! Whether a bucket policy refuses uploads that ask for another encryption, or another key, than the one that it requires.
//!
//! Keys: `s3:x-amz-server-side-encryption` and `s3:x-amz-server-side-encryption-aws-kms-key-id` (Amazon S3 User Guide, "Using
//! server-side encryption with AWS KMS keys"). An upload that asks for nothing gets the bucket's default encryption, so
//! whether such uploads have to be refused too is the asker's choice.

use crate::answer::Answer;
use crate::condition::{Condition, OperatorKind};
use crate::denial::{Bearing, BucketResources, Question, denies};
use crate::document::Document;
use crate::uploads::uploads;

const ALGORITHM_KEY: &str = "s3:x-amz-server-side-encryption";
const KEY_KEY: &str = "s3:x-amz-server-side-encryption-aws-kms-key-id";

/// The values that S3 takes for an object in a bucket (Amazon S3 API Reference, "`PutObject`").
const ALGORITHMS: [&str; 3] = ["AES256", "aws:kms", "aws:kms:dsse"];

/// Whether every upload that asks for an encryption other than these is refused; `missing_too` also asks it of uploads that
/// ask for none.
#[must_use]
pub fn denies_uploads_with_other_encryption(
    document: &Document,
    resources: &BucketResources,
    allowed: &[&str],
    missing_too: bool,
) -> Answer {
    let ask = |bearing: &dyn Fn(&Condition) -> Bearing| {
        denies(
            document,
            &Question {
                resources,
                bucket_too: false,
                actions: uploads,
                bearing,
            },
        )
    };
    let other = ask(&|condition| other_algorithm(condition, allowed));
    if other != Answer::Yes || !missing_too {
        return other;
    }
    ask(&without_algorithm)
}

/// Whether every upload that names a KMS key other than the one that the policy requires is refused. With an ARN or id, that
/// one has to be this key.
#[must_use]
pub fn requires_one_key(document: &Document, resources: &BucketResources, key: Option<&str>) -> Answer {
    denies(
        document,
        &Question {
            resources,
            bucket_too: false,
            actions: uploads,
            bearing: &|condition| other_key(condition, key),
        },
    )
}

fn not_evaluated(condition: &Condition) -> Bearing {
    Bearing::Unclear(format!(
        "compares `{}` with the operator `{}`, which this program does not evaluate",
        condition.key, condition.operator.text
    ))
}

/// Whether `Null` asks for a key that is there, or for one that is missing; both when it asks for either.
fn asks_null(condition: &Condition, text: &str) -> bool {
    condition.values.iter().any(|value| value.eq_ignore_ascii_case(text))
}

/// An upload that asks for an algorithm that is not allowed.
fn other_algorithm(condition: &Condition, allowed: &[&str]) -> Bearing {
    if !condition.is_about(ALGORITHM_KEY) {
        return Bearing::None;
    }
    let named = |algorithm: &str| condition.values.iter().any(|value| value == algorithm);
    let escapes = |algorithm: Option<&&str>| match algorithm {
        Some(algorithm) => Bearing::Escapes(format!("lets uploads with `{algorithm}` through")),
        None => Bearing::Holds,
    };
    let others = || ALGORITHMS.iter().filter(|algorithm| !allowed.contains(algorithm));
    match condition.operator.kind {
        Some(OperatorKind::Null) if asks_null(condition, "false") => Bearing::Holds,
        Some(OperatorKind::Null) => Bearing::Escapes("refuses only uploads that ask for no encryption".to_owned()),
        _ if condition.operator.quantifier.is_some() => not_evaluated(condition),
        Some(OperatorKind::StringNotEquals) => escapes(others().find(|algorithm| named(algorithm))),
        Some(OperatorKind::StringEquals) => escapes(others().find(|algorithm| !named(algorithm))),
        _ => not_evaluated(condition),
    }
}

/// An upload that asks for no algorithm.
fn without_algorithm(condition: &Condition) -> Bearing {
    if !condition.is_about(ALGORITHM_KEY) {
        return Bearing::None;
    }
    let holds = match condition.operator.kind {
        Some(OperatorKind::Null) => asks_null(condition, "true"),
        Some(_) => condition.operator.holds_without_key(),
        None => return not_evaluated(condition),
    };
    if holds {
        Bearing::Holds
    } else {
        Bearing::Escapes("lets uploads that ask for no encryption through".to_owned())
    }
}

/// An upload that names a key other than the required one.
fn other_key(condition: &Condition, key: Option<&str>) -> Bearing {
    if condition.is_about(ALGORITHM_KEY) {
        // Uploads that name a key ask for one of AWS KMS's algorithms.
        let about_kms = match condition.operator.kind {
            Some(OperatorKind::StringEquals) => ["aws:kms", "aws:kms:dsse"]
                .iter()
                .all(|algorithm| condition.values.iter().any(|value| value == algorithm)),
            Some(OperatorKind::Null) => asks_null(condition, "false"),
            _ => false,
        };
        return if about_kms { Bearing::Holds } else { Bearing::None };
    }
    if !condition.is_about(KEY_KEY) {
        return Bearing::None;
    }
    match condition.operator.kind {
        Some(OperatorKind::Null) if asks_null(condition, "false") => Bearing::Holds,
        Some(OperatorKind::Null) => Bearing::Escapes("refuses only uploads that name no key".to_owned()),
        _ if condition.operator.quantifier.is_some() => not_evaluated(condition),
        Some(
            OperatorKind::StringNotEquals
            | OperatorKind::StringNotLike
            | OperatorKind::ArnNotEquals
            | OperatorKind::ArnNotLike,
        ) => match condition.values.as_slice() {
            [value] if value.contains(['*', '?', '$']) => {
                Bearing::Escapes(format!("lets uploads with any key through that `{value}` matches"))
            }
            [value] => match key {
                Some(key) if !is_key(value, key) => Bearing::Escapes(format!("requires another key, `{value}`")),
                _ => Bearing::Holds,
            },
            values => Bearing::Escapes(format!("lets uploads with any of {} keys through", values.len())),
        },
        _ => not_evaluated(condition),
    }
}

/// Whether a value means the key: its ARN, or the id at the ARN's end.
fn is_key(value: &str, key: &str) -> bool {
    let id = |text: &str| text.rsplit('/').next().unwrap_or(text).to_owned();
    value == key || (id(value) == id(key) && !(value.starts_with("arn:") && key.starts_with("arn:")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(conditions: &[&str]) -> Document {
        let statements: Vec<String> = conditions
            .iter()
            .map(|condition| {
                format!(
                    r#"{{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::data/*",
                    "Condition":{condition}}}"#
                )
            })
            .collect();
        let text = format!(r#"{{"Statement":[{}]}}"#, statements.join(","));
        Document::parse(&text).expect(&text)
    }

    fn told(answer: &Answer) -> Option<bool> {
        match answer {
            Answer::Yes => Some(true),
            Answer::No(_) => Some(false),
            Answer::Unclear(_) => None,
        }
    }

    #[test]
    fn uploads_with_another_encryption_are_refused_or_not() {
        let not_kms = r#"{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}"#;
        let none = r#"{"Null":{"s3:x-amz-server-side-encryption":"true"}}"#;
        let plain = r#"{"StringEquals":{"s3:x-amz-server-side-encryption":"AES256"}}"#;
        let both = ["aws:kms", "aws:kms:dsse"];
        for (conditions, allowed, missing_too, expected) in [
            (&[not_kms][..], &["aws:kms"][..], true, Some(true)),
            (&[not_kms], &both, false, Some(true)),
            (&[none], &["aws:kms"], false, Some(false)),
            (&[none, plain], &both, true, Some(true)),
            (&[plain], &both, false, Some(true)),
            (&[plain], &both, true, Some(false)),
            (&[plain], &["aws:kms"], false, Some(false)),
            (
                &[r#"{"StringNotEquals":{"s3:x-amz-server-side-encryption":["aws:kms","AES256"]}}"#],
                &both,
                false,
                Some(false),
            ),
            (
                &[r#"{"StringNotEqualsIfExists":{"s3:X-Amz-Server-Side-Encryption":["aws:kms"]}}"#],
                &both,
                true,
                Some(true),
            ),
            (
                &[r#"{"ForAnyValue:StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}"#],
                &both,
                false,
                None,
            ),
            (&[], &both, false, Some(false)),
        ] {
            let resources = BucketResources::of("arn:aws:s3:::data");
            let answer = denies_uploads_with_other_encryption(&document(conditions), &resources, allowed, missing_too);
            assert_eq!(
                told(&answer),
                expected,
                "{conditions:?} {allowed:?} {missing_too}: {answer:?}"
            );
        }
    }

    #[test]
    fn one_key_is_required_or_not() {
        const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/k";
        let only = |operator: &str, values: &str| {
            format!(r#"{{"{operator}":{{"s3:x-amz-server-side-encryption-aws-kms-key-id":{values}}}}}"#)
        };
        let quoted = format!(r#""{KEY}""#);
        for (condition, key, expected) in [
            (only("StringNotEquals", &quoted), None, Some(true)),
            (only("StringNotEqualsIfExists", &quoted), Some(KEY), Some(true)),
            (only("ArnNotEqualsIfExists", &quoted), Some("k"), Some(true)),
            (
                only("StringNotEquals", &quoted),
                Some("arn:aws:kms:eu-west-1:111111111111:key/other"),
                Some(false),
            ),
            (
                only(
                    "StringNotEquals",
                    &format!(r#"[{quoted},"arn:aws:kms:eu-west-1:1:key/b"]"#),
                ),
                None,
                Some(false),
            ),
            (
                only("StringNotLike", r#""arn:aws:kms:*:111111111111:key/*""#),
                None,
                Some(false),
            ),
            (only("StringEquals", &quoted), None, None),
            (only("Null", r#""true""#), None, Some(false)),
        ] {
            let resources = BucketResources::of("arn:aws:s3:::data");
            let answer = requires_one_key(&document(&[&condition]), &resources, key);
            assert_eq!(told(&answer), expected, "{condition} {key:?}: {answer:?}");
        }
    }
}
