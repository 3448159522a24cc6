//! Event patterns of EventBridge (Amazon EventBridge User Guide, "Amazon EventBridge event patterns", "Comparison operators").

use s3attest_policy::Truth;
use serde_json::{Map, Value};

use super::{Said, field_of_record, matches_asterisks};

/// Whether an event pattern matches the event of a change, as CloudTrail hands it to EventBridge (Amazon EventBridge User Guide,
/// "AWS service events delivered via AWS CloudTrail").
pub(crate) fn rule_notices(pattern: &str, change: &str) -> Truth {
    match serde_json::from_str::<Value>(pattern) {
        Ok(Value::Object(members)) => members_hold(&members, "", change),
        Ok(_) | Err(_) => Truth::Unclear(format!("the event pattern `{pattern}` is not understood")),
    }
}

fn field<'a>(path: &str, change: &'a str) -> Said<'a> {
    match path {
        "source" => Said::Text("aws.s3"),
        "detail-type" => Said::Text("AWS API Call via CloudTrail"),
        _ => match path.strip_prefix("detail.") {
            Some(name) => field_of_record(name, change),
            None => Said::Anything,
        },
    }
}

fn members_hold(members: &Map<String, Value>, above: &str, change: &str) -> Truth {
    Truth::all(members.iter().map(|(name, wanted)| {
        let path = if above.is_empty() {
            name.clone()
        } else {
            format!("{above}.{name}")
        };
        match wanted {
            Value::Array(each) if name == "$or" => Truth::any(each.iter().map(|each| match each {
                Value::Object(members) => members_hold(members, above, change),
                _ => not_understood(&path),
            })),
            Value::Array(matchers) => {
                let said = field(&path, change);
                Truth::any(matchers.iter().map(|matcher| holds(matcher, said, &path)))
            }
            Value::Object(members) => members_hold(members, &path, change),
            _ => not_understood(&path),
        }
    }))
}

fn not_understood(path: &str) -> Truth {
    Truth::Unclear(format!("what the event pattern asks of `{path}` is not understood"))
}

/// Whether one matcher of a field holds.
fn holds(matcher: &Value, said: Said<'_>, path: &str) -> Truth {
    let text = match said {
        Said::Text(text) => text,
        Said::Flag(flag) => {
            return match matcher {
                Value::Bool(wanted) => Truth::of(*wanted == flag),
                Value::String(_) | Value::Number(_) | Value::Null => Truth::No,
                _ => not_understood(path),
            };
        }
        Said::Nothing => {
            return match matcher.get("exists").and_then(Value::as_bool) {
                Some(wanted) => Truth::of(!wanted),
                None if matcher.is_object() => not_understood(path),
                None => Truth::No,
            };
        }
        Said::Anything => return Truth::Unclear(format!("what `{path}` is in the event of a call is not known")),
    };
    let Value::Object(members) = matcher else {
        return Truth::of(matcher.as_str() == Some(text));
    };
    let mut members = members.iter();
    let (Some((operator, wanted)), None) = (members.next(), members.next()) else {
        return not_understood(path);
    };
    match (operator.as_str(), wanted) {
        ("prefix", Value::String(wanted)) => Truth::of(text.starts_with(wanted.as_str())),
        ("suffix", Value::String(wanted)) => Truth::of(text.ends_with(wanted.as_str())),
        ("equals-ignore-case", Value::String(wanted)) => Truth::of(text.eq_ignore_ascii_case(wanted)),
        // A backslash takes an asterisk its meaning.
        ("wildcard", Value::String(wanted)) if !wanted.contains('\\') => Truth::of(matches_asterisks(wanted, text)),
        ("exists", Value::Bool(wanted)) => Truth::of(*wanted),
        ("anything-but", Value::String(unwanted)) => Truth::of(unwanted != text),
        ("anything-but", Value::Array(unwanted)) if unwanted.iter().all(Value::is_string) => {
            Truth::of(!unwanted.iter().any(|each| each.as_str() == Some(text)))
        }
        _ => not_understood(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_notices_what_every_member_lets_through() {
        let call = r#""source":["aws.s3"],"detail-type":["AWS API Call via CloudTrail"]"#;
        for (pattern, expected) in [
            (format!("{{{call}}}"), Some(true)),
            (
                format!(r#"{{{call},"detail":{{"eventName":["PutBucketPolicy","PutBucketAcl"]}}}}"#),
                Some(true),
            ),
            (
                format!(r#"{{{call},"detail":{{"eventName":["DeleteBucketPolicy"]}}}}"#),
                Some(false),
            ),
            (
                format!(r#"{{{call},"detail":{{"eventName":[{{"prefix":"PutBucket"}}]}}}}"#),
                Some(true),
            ),
            (
                format!(r#"{{{call},"detail":{{"eventName":[{{"suffix":"Policy"}}]}}}}"#),
                Some(true),
            ),
            (
                format!(r#"{{{call},"detail":{{"eventName":[{{"wildcard":"*Bucket*"}}]}}}}"#),
                Some(true),
            ),
            (
                format!(r#"{{{call},"detail":{{"eventName":[{{"anything-but":"PutBucketPolicy"}}]}}}}"#),
                Some(false),
            ),
            (
                format!(r#"{{{call},"detail":{{"eventName":[{{"anything-but":["A","B"]}}]}}}}"#),
                Some(true),
            ),
            (
                format!(r#"{{{call},"detail":{{"eventName":[{{"anything-but":{{"prefix":"Get"}}}}]}}}}"#),
                None,
            ),
            (
                format!(r#"{{{call},"detail":{{"errorCode":[{{"exists":false}}]}}}}"#),
                Some(true),
            ),
            (
                format!(r#"{{{call},"detail":{{"errorCode":["AccessDenied"]}}}}"#),
                Some(false),
            ),
            (format!(r#"{{{call},"detail":{{"readOnly":[false]}}}}"#), Some(true)),
            (
                format!(r#"{{{call},"detail":{{"requestParameters":{{"bucketName":["one"]}}}}}}"#),
                None,
            ),
            (format!(r#"{{{call},"account":["111111111111"]}}"#), None),
            (
                r#"{"source":["aws.ec2"],"account":["111111111111"]}"#.to_owned(),
                Some(false),
            ),
            (
                r#"{"source":["aws.s3"],"detail-type":["Object Created"]}"#.to_owned(),
                Some(false),
            ),
            (
                r#"{"$or":[{"source":["aws.ec2"]},{"source":["aws.s3"]}]}"#.to_owned(),
                Some(true),
            ),
            (r#"{"source":"aws.s3"}"#.to_owned(), None),
            ("not JSON".to_owned(), None),
        ] {
            let found = match rule_notices(&pattern, "PutBucketPolicy") {
                Truth::Yes => Some(true),
                Truth::No => Some(false),
                Truth::Unclear(_) => None,
            };
            assert_eq!(found, expected, "{pattern}");
        }
    }
}
