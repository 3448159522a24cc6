//! Which metric filters and rules may notice that a bucket's settings were changed.
//!
//! In doubt they may: what is left out here is never looked at again. Whether one really notices what it has to is for a
//! check to say, from the pattern.

use serde_json::Value;

/// What a pattern about changes of buckets speaks of, in small letters: S3, buckets and what belongs to them, by the names of
/// calls that do not say `Bucket`, and the fields by which calls that change things are told.
const WORDS: [&str; 7] = [
    "s3",
    "bucket",
    "publicaccessblock",
    "accesspoint",
    "objectacl",
    "readonly",
    "managementevent",
];

/// Whether a pattern of CloudWatch Logs may match the event of a call that changes a bucket.
///
/// It has to speak of S3, of buckets, of calls that change things, or of the names of calls or services in a form that can
/// match several. A pattern that matches every log event is an alarm about anything and so about nothing.
pub(super) fn filter_may_notice(pattern: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let is_open = pattern.contains('*') || pattern.contains('%') || pattern.contains("!=");
    WORDS.iter().any(|word| pattern.contains(word))
        || (is_open && (pattern.contains("eventname") || pattern.contains("eventsource")))
}

/// What the event of a call that changes a bucket says of itself, as EventBridge hands it on (Amazon EventBridge User Guide,
/// "AWS service events delivered via AWS CloudTrail").
const CHANGE: [(&[&str], &str); 3] = [
    (&["source"], "aws.s3"),
    (&["detail-type"], "AWS API Call via CloudTrail"),
    (&["detail", "eventSource"], "s3.amazonaws.com"),
];

/// Whether an event pattern of EventBridge may match the event of a call to S3.
pub(super) fn rule_may_notice(pattern: &str) -> bool {
    let Ok(pattern) = serde_json::from_str::<Value>(pattern) else {
        return true;
    };
    CHANGE.iter().all(|(path, value)| {
        let wanted = path
            .iter()
            .try_fold(&pattern, |at, name| at.get(name))
            .and_then(Value::as_array);
        // A field that the pattern does not speak of may hold anything.
        wanted.is_none_or(|wanted| wanted.iter().any(|each| may_be(each, value)))
    })
}

/// Whether one matcher of a field may match a text: a text by being the same, anything but a text perhaps.
fn may_be(matcher: &Value, text: &str) -> bool {
    let word = |name: &str| matcher.get(name).and_then(Value::as_str);
    match matcher {
        Value::String(wanted) => wanted == text,
        Value::Object(_) => match (word("prefix"), word("suffix"), word("equals-ignore-case")) {
            (Some(prefix), _, _) => text.starts_with(prefix),
            (_, Some(suffix), _) => text.ends_with(suffix),
            (_, _, Some(wanted)) => text.eq_ignore_ascii_case(wanted),
            _ => true,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_may_see_changes_of_buckets_is_kept() {
        for (pattern, expected) in [
            (
                "{ ($.eventSource = s3.amazonaws.com) && ($.eventName = PutBucketPolicy) }",
                true,
            ),
            ("{ ($.eventName = DeleteBucketPolicy) }", true),
            ("{ $.eventName = \"Put*\" }", true),
            ("{ $.eventName = %^(Put|Delete)% }", true),
            ("{ $.eventName != ConsoleLogin }", true),
            ("{ $.readOnly IS FALSE }", true),
            ("{ $.managementEvent IS TRUE }", true),
            ("{ $.eventName = PutAccountPublicAccessBlock }", true),
            ("{ $.eventName = PutAccessPointPolicy }", true),
            ("{ $.eventName = PutObjectAcl }", true),
            (
                "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed*\") }",
                true,
            ),
            ("{ $.eventName = ConsoleLogin }", false),
            ("{ $.eventSource = kms.amazonaws.com }", false),
            ("ERROR", false),
            ("", false),
        ] {
            assert_eq!(filter_may_notice(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn a_rule_that_may_see_calls_to_s3_is_kept() {
        for (pattern, expected) in [
            (r#"{"source":["aws.s3"]}"#, true),
            (
                r#"{"source":["aws.s3"],"detail-type":["AWS API Call via CloudTrail"]}"#,
                true,
            ),
            (r#"{"source":["aws.s3"],"detail-type":["Object Created"]}"#, false),
            (r#"{"detail-type":["AWS API Call via CloudTrail"]}"#, true),
            (
                r#"{"detail-type":["AWS API Call via CloudTrail"],"detail":{"eventSource":["iam.amazonaws.com"]}}"#,
                false,
            ),
            (
                r#"{"detail":{"eventSource":["s3.amazonaws.com"],"eventName":["PutBucketPolicy"]}}"#,
                true,
            ),
            (r#"{"source":[{"prefix":"aws."}]}"#, true),
            (r#"{"source":[{"prefix":"aws.ec"}]}"#, false),
            (r#"{"source":[{"suffix":".s3"}]}"#, true),
            (r#"{"source":[{"equals-ignore-case":"AWS.S3"}]}"#, true),
            (r#"{"source":[{"anything-but":["aws.s3"]}]}"#, true),
            (r#"{"source":["aws.guardduty"]}"#, false),
            (r#"{"account":["111111111111"]}"#, true),
            ("not JSON", true),
        ] {
            assert_eq!(rule_may_notice(pattern), expected, "{pattern}");
        }
    }
}
