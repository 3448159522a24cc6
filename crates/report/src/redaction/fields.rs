//! What each field of a record holds, told by the field's name, for the records that are changed as JSON: the organization,
//! accounts, buckets, and what sources said.
//!
//! A field that is not named here holds a word of AWS's or of the project's; it stays as long as it looks like one. A test
//! reads the model's source and fails on a field of text that stands in neither list.

use s3attest_model::identifiers::{AccountId, BucketName};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::json::{Place, rewrite};
use super::redactor::Redactor;
use super::terms::is_principal;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// A name, an id, an ARN, an account or an address.
    Identifier,
    /// Parts with slashes and wildcards between them: prefixes of keys, paths of organizational units.
    Pattern,
    /// A document in JSON.
    Document,
    /// AWS's words about what went wrong.
    Message,
    /// A sentence of the project.
    Sentence,
    /// What people wrote for people.
    Whole,
    /// A map of names to names.
    Names,
    /// A map of tags.
    Tags,
    /// A map of a known key to names.
    NamesByWord,
    /// A map of keys of conditions to their values.
    Conditions,
    /// A group of grantees: AWS's own by its address.
    Group,
}

/// The fields that hold originals, by what they hold.
const HELD: &[(Held, &[&str])] = &[
    (
        Held::Identifier,
        &[
            "access_control_id",
            "access_identity",
            "access_point",
            "access_point_account",
            "access_point_arn",
            "account",
            "acm_arn",
            "alarm_actions",
            "alias",
            "aliases",
            "allowed_origins",
            "ancestors",
            "application",
            "arn",
            "bucket",
            "bucket_account",
            "buckets",
            "caller",
            "canonical-user",
            "contains",
            "created_by",
            "custom_key_store",
            "data_source_id",
            "dead_letter_queue",
            "destination_account",
            "destination_bucket",
            "differs_from",
            "domain_name",
            "email",
            "ends_with",
            "equals",
            "exactly",
            "function_arn",
            "grantee",
            "host_name",
            "iam_id",
            "id",
            "identity_center_application",
            "identity_center_instance",
            "issuing_account",
            "key",
            "kms_key",
            "kms_key_arn",
            "last_resource_analyzed",
            "location_id",
            "log_group",
            "log_group_arn",
            "log_group_role_arn",
            "management_account",
            "members",
            "name",
            "namespace",
            "not_ends_with",
            "not_equals",
            "not_starts_with",
            "organization",
            "other",
            "owner",
            "policies",
            "primary_arn",
            "principal_owner_account",
            "realtime_log_arn",
            "replica_arns",
            "replica_kms_key",
            "resolved",
            "resource",
            "resource_arn",
            "resource_id",
            "resource_owner_account",
            "response_headers_policy_id",
            "retiring_principal",
            "role",
            "role_arn",
            "scope",
            "serial_number",
            "starts_with",
            "supporting_access_point",
            "tag_key",
            "tag_value",
            "target_bucket",
            "target_origin_id",
            "topic_arn",
            "user_arn",
            "values",
            "vpc",
            "web_acl_id",
        ],
    ),
    (
        Held::Pattern,
        &[
            "allowed_headers",
            "default_root_object",
            "expose_headers",
            "error_document",
            "index_document",
            "like",
            "organizational_unit",
            "path",
            "path_pattern",
            "prefix",
            "prefixes",
            "sub_prefix",
            "target_prefix",
        ],
    ),
    (
        Held::Document,
        &[
            "content",
            "document",
            "established",
            "event_pattern",
            "input_parameters",
            "policy",
            "proposed",
        ],
    ),
    (
        Held::Message,
        &[
            "annotation",
            "delivery_error",
            "detail",
            "digest_delivery_error",
            "error",
            "example",
            "last_error_message",
            "log_group_delivery_error",
            "message",
            "notification_error",
            "pattern",
            "selection_criteria",
            "status_reason",
            "title",
        ],
    ),
    (Held::Sentence, &["excluded", "undecided"]),
    (Held::Whole, &["description", "note", "reason", "ticket"]),
    (Held::Names, &["dimensions"]),
    (Held::Tags, &["tagging", "tags"]),
    (Held::NamesByWord, &["columns", "endpoints", "principal"]),
    (Held::Conditions, &["condition"]),
    (Held::Group, &["group"]),
];

/// Fields whose names hold an original elsewhere, by the field around them.
const WORDS_WITHIN: &[(&str, &str)] = &[
    // A feature of Amazon GuardDuty.
    ("features", "name"),
    // Whether a key of several regions is the primary.
    ("multi_region", "role"),
    // `INTERNAL` or `PAID`, of a recorder of AWS Config.
    ("recorders", "scope"),
    // A check of AWS Trusted Advisor.
    ("checks", "id"),
];

impl Redactor {
    /// A record, with every original in it replaced.
    pub(super) fn record<T: Serialize + DeserializeOwned>(&self, record: &T) -> Result<T, serde_json::Error> {
        let written = serde_json::to_string(record)?;
        // The account of the record comes first in every record of an account, so that its buckets get their own rank.
        let mut account: Option<AccountId> = None;
        let changed = rewrite(&written, |keys, place, text| {
            let changed = match place {
                Place::Number => return None,
                Place::Key => self.key_of_map(keys, text)?,
                Place::Text => {
                    let is_own = |name: &str| matches!(keys, [key] if key == name);
                    if is_own("account") {
                        account = AccountId::new(text).ok();
                    }
                    // The name of the record itself, in the list of its account.
                    if is_own("name") && account.is_some() && BucketName::new(text).is_ok() {
                        self.bucket(account.as_ref(), text)
                    } else {
                        self.text_of(keys, text)
                    }
                }
            };
            (changed != text).then_some(changed)
        });
        serde_json::from_str(changed.as_deref().unwrap_or(&written))
    }

    /// The key of a map; `None` for a field, which stays.
    fn key_of_map(&self, around: &[String], key: &str) -> Option<String> {
        match map(around)? {
            Held::Tags => Some(self.tag_key(key)),
            Held::Names => Some(self.identifier(key)),
            Held::Conditions => Some(self.key(key)),
            _ => None,
        }
    }

    fn text_of(&self, keys: &[String], text: &str) -> String {
        let around = &keys[..keys.len().saturating_sub(1)];
        match map(around) {
            Some(Held::Tags) => return self.tag_value(text),
            Some(Held::Conditions) => return self.pattern(text),
            Some(_) => return self.identifier(text),
            None => {}
        }
        // `absent`, in the place of an answer.
        if keys.last().is_some_and(|key| key == "observed") {
            return text.to_owned();
        }
        let mut names = keys.iter().rev().map(String::as_str);
        let mut names = names.by_ref().filter(|key| !STRUCTURE.contains(key));
        let (field, around) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
        if field == "request_id" && is_plain(text) {
            return text.to_owned();
        }
        if WORDS_WITHIN.contains(&(around, field)) {
            return self.word(text);
        }
        match held(field) {
            Some(Held::Identifier) if text.contains(['*', '?']) => self.pattern(text),
            Some(Held::Pattern | Held::Conditions) => self.pattern(text),
            Some(Held::Document) => self.document(text),
            Some(Held::Message) => self.message(text),
            Some(Held::Sentence) => self.text(text),
            Some(Held::Whole) => self.whole(text),
            Some(Held::Group) if text.starts_with("http://acs.amazonaws.com/groups/") => self.word(text),
            Some(Held::Identifier | Held::Group) => {
                if field.contains("bucket") && BucketName::new(text).is_ok() {
                    self.note_bucket(text);
                }
                // Where a host is wanted, it is a bucket's, whatever service has the same name.
                if matches!(field, "domain_name" | "host_name") && is_principal(text) {
                    return self.name(text);
                }
                self.identifier(text)
            }
            Some(Held::Tags | Held::Names | Held::NamesByWord) | None => self.word(text),
        }
    }

    /// A word of an interface: it stays as long as it looks like one.
    pub(super) fn word(&self, text: &str) -> String {
        if text.starts_with("arn:") {
            return self.arn(text);
        }
        if is_plain(text) && self.shaped(text).is_none() {
            text.to_owned()
        } else {
            self.name(text)
        }
    }
}

/// Whether a text looks like a word of an interface.
pub(super) fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" .:*_/+-,()={}".contains(&byte);
    text.len() <= 128 && text.bytes().all(is_plain)
}

/// Keys that only wrap what a field holds.
const STRUCTURE: &[&str] = &["observed", "present", "value"];

/// What the map holds whose keys lead here; `None` where they lead to no map.
fn map(keys: &[String]) -> Option<Held> {
    let (is_present, field) = match keys {
        [.., field, observed, present] if observed == "observed" && present == "present" => (true, field),
        [.., field] => (false, field),
        [] => return None,
    };
    match held(field)? {
        // Tags are evidence, and the keys beside the answer are those of the evidence.
        Held::Tags => is_present.then_some(Held::Tags),
        map @ (Held::Names | Held::NamesByWord | Held::Conditions) => Some(map),
        _ => None,
    }
}

fn held(field: &str) -> Option<Held> {
    HELD.iter()
        .find(|(_, fields)| fields.contains(&field))
        .map(|(held, _)| *held)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// Fields of text that hold words of AWS's interfaces and of the project.
    const WORDS: &[&str] = &[
        "access_type",
        "action",
        "actions",
        "additional_credentials",
        "algorithm",
        "alias_status",
        "allowed_features",
        "allowed_methods",
        "analyzer_type",
        "auto_enable_organization_members",
        "blocked_encryption_types",
        "category",
        "code",
        "comparison",
        "compliance",
        "connection_mode",
        "created_at",
        "data_source_type",
        "default_index_mode",
        "delete_marker_replication",
        "enabled",
        "evaluation_mode",
        "evaluation_modes",
        "evaluation_visibility",
        "event_categories",
        "events",
        "excluded_management_event_sources",
        "excluded_resource_types",
        "expiration_model",
        "feature_set",
        "field",
        "filter",
        "finding_publishing_frequency",
        "format",
        "frequency",
        "grantee_type",
        "headings",
        "included_versions",
        "insight_type",
        "kind",
        "last_error_code",
        "last_status",
        "last_used_region",
        "last_used_service",
        "managed_by",
        "manager",
        "maximum_execution_frequency",
        "method",
        "mfa_delete",
        "minimum_protocol_version",
        "missing_data",
        "mode",
        "network_origin",
        "object_ownership",
        "operations",
        "opt_status",
        "origin",
        "origin_type",
        "payer",
        "permission",
        "policy_type",
        "principal_type",
        "protocol",
        "protocol_policy",
        "read_write_type",
        "refreshed_at",
        "region",
        "regions",
        "relationship_status",
        "report_request",
        "request_id",
        "resource_control_policy_restriction",
        "resource_type",
        "resource_types",
        "s3_logs",
        "security_hub_control",
        "service_control_policy_restriction",
        "service_principal",
        "service_principals",
        "signature_version",
        "signing_behavior",
        "signing_protocol",
        "snapshot_frequency",
        "source_identifier",
        "source_type",
        "spec",
        "ssl_protocols",
        "ssl_support_method",
        "state",
        "statistic",
        "status",
        "storage_class",
        "strategy",
        "summary",
        "threshold",
        "updated_at",
        "usage",
        "value",
        "viewer_protocol_policy",
    ];

    /// Fields of the records that are changed one by one, in `records.rs`.
    const ONE_BY_ONE: &[&str] = &[
        "because",
        "by",
        "catalogue_version",
        "configuration_digest",
        "digest",
        "exclude_accounts",
        "exclude_organizational_units",
        "exclude_tags",
        "extent",
        "family",
        "family_title",
        "file",
        "framework",
        "how_it_is_judged",
        "include_accounts",
        "include_organizational_units",
        "include_tags",
        "meaning",
        "of",
        "on",
        "overlays",
        "question",
        "rationale",
        "references",
        "remediation",
        "remedy",
        "role_template",
        "settings_left_out",
        "sources",
        "sources_left_out",
        "statement",
        "text",
        "tool_version",
        "unclear",
        "what_it_checks",
        "who",
        "why_it_matters",
    ];

    fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).expect("the model's source") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else if !path.ends_with("tests.rs") && !path.ends_with("identifiers.rs") {
                found.push(path);
            }
        }
    }

    /// The fields of text in the model, by their names.
    fn fields_of_text() -> BTreeSet<String> {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/src"), &mut files);
        let mut fields = BTreeSet::new();
        for file in files {
            let text = fs::read_to_string(&file).expect("a source in UTF-8");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for line in code
                .lines()
                .filter(|line| line.starts_with("    ") && line.ends_with(','))
            {
                let line = line.trim().trim_start_matches("pub ");
                let Some((name, kind)) = line.split_once(": ") else {
                    continue;
                };
                let is_name = name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
                let texts = ["String", "AccountId", "BucketName", "PolicyDocument", "SharedText"];
                let is_text = !kind.contains(['&', '(', '=']) && texts.iter().any(|text| kind.contains(text));
                if is_name && is_text {
                    fields.insert(name.to_owned());
                }
            }
        }
        fields
    }

    #[test]
    fn every_field_of_text_in_the_model_is_known_to_redaction() {
        let fields = fields_of_text();
        assert!(fields.len() > 200, "{}", fields.len());
        for field in &fields {
            let known =
                held(field).is_some() || WORDS.contains(&field.as_str()) || ONE_BY_ONE.contains(&field.as_str());
            assert!(
                known,
                "the field `{field}` is new: say in `HELD` what it holds, or in `WORDS` that it names nothing"
            );
        }
        for word in WORDS.iter().chain(ONE_BY_ONE) {
            assert!(fields.contains(*word), "`{word}` is no field any more");
            assert_eq!(held(word), None, "`{word}` stands twice");
        }
    }
}
