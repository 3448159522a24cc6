//! Whether a pattern notices that the settings of a bucket were changed: metric filters of CloudWatch Logs and rules of
//! EventBridge, held against the events that CloudTrail records of such changes.
//!
//! Three-valued: a pattern whose language is not understood, or that asks for a field of which nothing is known, is unclear. What
//! becomes of a match is not known here.

mod event_pattern;
mod filter_pattern;

pub(crate) use event_pattern::rule_notices;
pub(crate) use filter_pattern::filter_notices;

/// The calls by which the settings of a bucket change that decide who reaches it and what becomes of its objects, by the names
/// that CloudTrail gives them (CIS AWS Foundations Benchmark 3.0.0, recommendation 4.8).
pub(crate) const CHANGES: [&str; 9] = [
    "DeleteBucketCors",
    "DeleteBucketLifecycle",
    "DeleteBucketPolicy",
    "DeleteBucketReplication",
    "PutBucketAcl",
    "PutBucketCors",
    "PutBucketLifecycle",
    "PutBucketPolicy",
    "PutBucketReplication",
];

/// What the record of a call says in one of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said<'a> {
    /// This text.
    Text(&'a str),
    /// Yes or no.
    Flag(bool),
    /// Nothing: the record does not have the field.
    Nothing,
    /// Something that differs from call to call.
    Anything,
}

/// A field of the record that CloudTrail makes of a call that changes a bucket and succeeds (AWS CloudTrail User Guide,
/// "CloudTrail record contents").
fn field_of_record<'a>(name: &str, change: &'a str) -> Said<'a> {
    match name {
        "eventName" => Said::Text(change),
        "eventSource" => Said::Text("s3.amazonaws.com"),
        "eventType" => Said::Text("AwsApiCall"),
        "eventCategory" => Said::Text("Management"),
        "managementEvent" => Said::Flag(true),
        "readOnly" => Said::Flag(false),
        "errorCode" | "errorMessage" => Said::Nothing,
        _ => Said::Anything,
    }
}

/// Whether a text matches a pattern in which each asterisk stands for any characters.
fn matches_asterisks(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asterisk_stands_for_any_characters() {
        for (pattern, text, expected) in [
            ("Put*", "PutBucketAcl", true),
            ("*Policy", "PutBucketPolicy", true),
            ("*Bucket*", "PutBucketPolicy", true),
            ("*", "", true),
            ("Put", "PutBucketAcl", false),
            ("Put*Cors", "PutBucketAcl", false),
            ("*Bucket*Bucket*", "PutBucketAcl", false),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(matches_asterisks(pattern, text), expected, "{pattern} {text}");
        }
    }
}
