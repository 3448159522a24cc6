//! Policies and other documents in JSON that people wrote: what grants, denies and compares stays, and every name is
//! replaced.
//!
//! It follows the grammar of IAM (IAM User Guide, "Grammar of the IAM JSON policy language") and the patterns of Amazon
//! EventBridge; whatever stands in neither is taken for a name.

use super::json::{Place, rewrite};
use super::redactor::Redactor;
use super::terms::is_principal;
use super::words::is_word_of_aws;

/// Keys of documents that AWS gave their meaning.
const KEYS: &[&str] = &[
    "$or",
    "@@append",
    "@@assign",
    "@@operators_allowed_for_child_policies",
    "@@remove",
    "AWS",
    "Action",
    "CanonicalUser",
    "Condition",
    "Effect",
    "Federated",
    "Id",
    "NotAction",
    "NotPrincipal",
    "NotResource",
    "Principal",
    "Resource",
    "Service",
    "Sid",
    "Statement",
    "Version",
    "account",
    "anything-but",
    "block_public_acls",
    "block_public_policy",
    "bucketName",
    "cidr",
    "detail",
    "detail-type",
    "equals-ignore-case",
    "errorCode",
    "eventName",
    "eventSource",
    "exists",
    "id",
    "ignore_public_acls",
    "name",
    "numeric",
    "prefix",
    "public_access_block_configuration",
    "region",
    "requestParameters",
    "resources",
    "restrict_public_buckets",
    "s3_attributes",
    "source",
    "suffix",
    "time",
    "userIdentity",
    "wildcard",
];

impl Redactor {
    /// A document as somebody wrote it, with its names replaced. What is no JSON is replaced as a whole.
    pub(super) fn document(&self, document: &str) -> String {
        let changed = rewrite(document, |keys, place, text| match place {
            Place::Key => {
                let changed = self.key(text);
                (changed != text).then_some(changed)
            }
            Place::Text => {
                let changed = self.value(keys, text);
                (changed != text).then_some(changed)
            }
            // An account id, or the value of a tag, that was written without quotes.
            Place::Number if text.len() == 12 => self.shaped(text),
            Place::Number => keys
                .iter()
                .any(|key| is_operator(key) && !counts(key))
                .then(|| self.value(keys, text)),
        });
        changed.unwrap_or_else(|| self.whole(document))
    }

    /// A key of a document: of the grammar, of a condition, or somebody's own.
    pub(super) fn key(&self, key: &str) -> String {
        if KEYS.contains(&key) || is_operator(key) {
            return key.to_owned();
        }
        let (name, tag) = key.split_once('/').map_or((key, None), |(name, tag)| (name, Some(tag)));
        let is_condition = name.split_once(':').is_some_and(|(service, name)| {
            let is_service = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !service.is_empty()
                && service.bytes().all(is_service)
                && !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        match (is_condition, tag) {
            (true, None) => key.to_owned(),
            (true, Some(tag)) => format!("{name}/{}", self.tag_key(tag)),
            (false, _) => self.name(key),
        }
    }

    /// A value, with the keys on the way to it.
    fn value(&self, keys: &[String], value: &str) -> String {
        let key = keys.last().map_or("", String::as_str);
        let is_plain = |more: &str| {
            value
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || more.contains(character))
        };
        match key {
            "Version" if value.starts_with("20") && is_plain("-") => value.to_owned(),
            "Effect" if matches!(value, "Allow" | "Deny") => value.to_owned(),
            "Action" | "NotAction" | "detail-type" | "eventName" | "eventSource" | "source"
                if is_plain("*?:. _-") && value.len() <= 100 && !self.is_known(value) =>
            {
                value.to_owned()
            }
            "Sid" | "Id" => {
                self.note_value(value);
                self.name(value)
            }
            _ if is_number(value) && keys.iter().any(|key| counts(key)) => value.to_owned(),
            _ if is_number(value) && value.len() != 12 => {
                self.note_value(value);
                match self.shaped(value) {
                    Some(_) => self.identifier(value),
                    None => self.name(value),
                }
            }
            _ if value.starts_with("arn:") => self.arn(value),
            _ if is_word_of_aws(value) || (is_principal(value) && self.is_of_aws(value)) => value.to_owned(),
            _ => match self.shaped(value) {
                Some(_) => self.identifier(value),
                None => self.pattern(value),
            },
        }
    }

    fn is_known(&self, value: &str) -> bool {
        !self.is_gathering() && self.originals().found(value, false) == Some(value.len())
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether an operator compares numbers or moments, so that a number under it is nobody's name.
fn counts(key: &str) -> bool {
    let operator = key.rsplit_once(':').map_or(key, |(_, operator)| operator);
    is_operator(key) && (operator.starts_with("Numeric") || operator.starts_with("Date"))
}

/// Whether a key is an operator of conditions, such as `ForAnyValue:StringLikeIfExists`.
fn is_operator(key: &str) -> bool {
    let operator = key
        .strip_prefix("ForAllValues:")
        .or_else(|| key.strip_prefix("ForAnyValue:"))
        .unwrap_or(key);
    let operator = operator.strip_suffix("IfExists").unwrap_or(operator);
    let families = ["String", "Numeric", "Date", "Arn"];
    let comparisons = [
        "Equals",
        "NotEquals",
        "EqualsIgnoreCase",
        "NotEqualsIgnoreCase",
        "Like",
        "NotLike",
        "LessThan",
        "LessThanEquals",
        "GreaterThan",
        "GreaterThanEquals",
    ];
    matches!(
        operator,
        "Bool" | "BinaryEquals" | "IpAddress" | "NotIpAddress" | "Null"
    ) || families.iter().any(|family| {
        operator
            .strip_prefix(family)
            .is_some_and(|rest| comparisons.contains(&rest))
    })
}
