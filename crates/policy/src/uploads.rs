//! Whether a bucket policy refuses uploads that bring their own encryption key (SSE-C).
//!
//! Key: `s3:x-amz-server-side-encryption-customer-algorithm`, whose only value is `AES256` (Amazon S3 User Guide, "Using
//! server-side encryption with customer-provided keys"). All ways to write an object need `s3:PutObject`.

use crate::answer::Answer;
use crate::condition::{Condition, OperatorKind};
use crate::denial::{Bearing, BucketResources, Question, denies};
use crate::document::{Document, Listed};
use crate::matching::{action_matches, text_matches};

const KEY: &str = "s3:x-amz-server-side-encryption-customer-algorithm";
const ALGORITHM: &str = "AES256";
const UPLOAD: &str = "s3:PutObject";

/// Whether every upload with a customer-provided key is refused.
#[must_use]
pub fn denies_uploads_with_customer_keys(document: &Document, resources: &BucketResources) -> Answer {
    denies(
        document,
        &Question {
            resources,
            bucket_too: false,
            actions: uploads,
            bearing: &customer_key,
        },
    )
}

pub(crate) fn uploads(listed: &Listed) -> Result<(), String> {
    let (patterns, wanted) = match listed {
        Listed::Is(patterns) => (patterns, true),
        Listed::IsNot(patterns) => (patterns, false),
    };
    if patterns.iter().any(|pattern| action_matches(pattern, UPLOAD)) == wanted {
        Ok(())
    } else {
        Err(format!("does not hold for `{UPLOAD}`"))
    }
}

fn customer_key(condition: &Condition) -> Bearing {
    if !condition.is_about(KEY) {
        return Bearing::None;
    }
    let any = |test: fn(&str) -> bool| condition.values.iter().any(|value| test(value));
    let holds = match condition.operator.kind {
        Some(OperatorKind::Null) => any(|value| value.eq_ignore_ascii_case("false")),
        Some(OperatorKind::StringEquals) => any(|value| value == ALGORITHM),
        Some(OperatorKind::StringEqualsIgnoreCase) => any(|value| value.eq_ignore_ascii_case(ALGORITHM)),
        Some(OperatorKind::StringLike) => any(|value| text_matches(value, ALGORITHM)),
        _ => {
            return Bearing::Unclear(format!(
                "compares `{KEY}` with the operator `{}`, which this program does not evaluate",
                condition.operator.text
            ));
        }
    };
    if holds {
        Bearing::Holds
    } else {
        Bearing::Escapes(format!("compares `{KEY}` so that an upload with a customer key passes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(principal: &str, action: &str, resource: &str, condition: &str) -> Answer {
        let text = format!(
            r#"{{"Statement":{{"Effect":"Deny","Principal":{principal},"Action":{action},"Resource":{resource},
            "Condition":{condition}}}}}"#
        );
        let document = Document::parse(&text).expect(&text);
        denies_uploads_with_customer_keys(&document, &BucketResources::of("arn:aws:s3:::data"))
    }

    #[test]
    fn a_denial_of_uploads_with_a_customer_key_counts() {
        let key = "s3:x-amz-server-side-encryption-customer-algorithm";
        let objects = r#""arn:aws:s3:::data/*""#;
        for (action, condition, expected) in [
            (r#""s3:PutObject""#, format!(r#"{{"Null":{{"{key}":"false"}}}}"#), true),
            (r#"["s3:Put*"]"#, format!(r#"{{"Null":{{"{key}":false}}}}"#), true),
            (r#""s3:*""#, format!(r#"{{"StringEquals":{{"{key}":"AES256"}}}}"#), true),
            (r#""s3:*""#, format!(r#"{{"StringLike":{{"{key}":"*"}}}}"#), true),
            (r#""s3:GetObject""#, format!(r#"{{"Null":{{"{key}":"false"}}}}"#), false),
            (r#""s3:PutObject""#, format!(r#"{{"Null":{{"{key}":"true"}}}}"#), false),
            (
                r#""s3:PutObject""#,
                format!(r#"{{"StringEquals":{{"{key}":"aws:kms"}}}}"#),
                false,
            ),
            (
                r#""s3:PutObject""#,
                r#"{"Null":{"s3:x-amz-server-side-encryption":"false"}}"#.to_owned(),
                false,
            ),
        ] {
            let answer = ask(r#""*""#, action, objects, &condition);
            assert_eq!(answer == Answer::Yes, expected, "{action} {condition}: {answer:?}");
            assert!(
                !matches!(answer, Answer::Unclear(_)),
                "{action} {condition}: {answer:?}"
            );
        }
        let condition = format!(r#"{{"Null":{{"{key}":"false"}}}}"#);
        let part = ask(r#""*""#, r#""s3:PutObject""#, r#""arn:aws:s3:::data/x/*""#, &condition);
        assert!(matches!(part, Answer::No(_)), "{part:?}");
        let some = ask(r#"{"AWS":"111111111111"}"#, r#""s3:PutObject""#, objects, &condition);
        assert!(matches!(some, Answer::No(_)), "{some:?}");
    }
}
