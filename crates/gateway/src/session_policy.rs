//! The inline policy of every session: what AWS itself lets a session do, whatever the role may do besides.
//!
//! STS takes 2,048 characters (AWS STS API Reference, `AssumeRole`), and the actions of all sources are about twice that.
//! So actions of one service are merged by wildcards at the boundary of a word, only as far as it needs to fit, and never
//! by one that could cover a read of data, a hand-out of credentials or a write ([`NEVER_BY_WILDCARD`]). AWS intersects the
//! session policy with the policies of the role: a wildcard here allows nothing that the role's own list, which has none,
//! does not allow too.
//!
//! STS also refuses a policy whose *packed* form is too large (`PackedPolicyTooLarge`). How it packs is not documented; the
//! answer's `PackedPolicySize` says how much of it was used. A refusal is a gap of the account, in STS's own words.

use std::collections::BTreeSet;

use crate::operations::AllowedOperation;

/// The longest session policy (AWS STS API Reference, `AssumeRole`, `Policy`).
pub const LONGEST_SESSION_POLICY: usize = 2_048;

/// Verbs that a wildcard may follow.
const READING_VERBS: [&str; 3] = ["Describe", "Get", "List"];

/// Actions that no wildcard may match, though they begin like a harmless read: what is kept in AWS (objects, log events,
/// messages, cases), personal data, key material and credentials. A test holds every wildcard that can come about against
/// a list of IAM's actions that nobody here wrote.
const NEVER_BY_WILDCARD: [&str; 56] = [
    "account:GetAlternateContact",
    "account:GetContactInformation",
    "account:GetPrimaryEmail",
    "cloudfront:GetFunction",
    "cloudtrail:GetEventDataStoreData",
    "cloudtrail:GetQueryResults",
    "cloudtrail:ListInsightsData",
    "cloudwatch:GetInsightRuleReport",
    "cloudwatch:GetMetric*",
    "cloudwatch:GetService*",
    "config:GetDiscoveredResourceCounts",
    "dynamodb:*",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetAccountEmailAddress",
    "iam:GetCredentialReport",
    "kms:GetParametersForImport",
    "kms:GetPublicKey",
    "lambda:GetFunction",
    "lambda:GetLayerVersion*",
    "logs:GetLogEvents",
    "logs:GetLogFields",
    "logs:GetLogGroupFields",
    "logs:GetLogRecord",
    "logs:GetLookupTable",
    "logs:GetQueryResults",
    "logs:GetScheduledQueryHistory",
    "logs:ListAnomalies",
    "macie2:GetSensitiveDataOccurrences*",
    "macie2:ListResourceProfileArtifacts",
    "macie2:ListResourceProfileDetections",
    "s3:GetDataAccess",
    "s3:GetObject*",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
    "s3:ListMultipartUploadParts",
    "s3tables:GetTableData",
    "s3tables:GetTableMetadataLocation",
    "s3vectors:GetVectors",
    "s3vectors:ListVectors",
    "secretsmanager:*",
    "sns:GetEndpointAttributes",
    "sns:GetSMS*",
    "sns:ListEndpointsByPlatformApplication",
    "sns:ListOriginationNumbers",
    "sns:ListPhoneNumbersOptedOut",
    "sns:ListSMS*",
    "sqs:*",
    "ssm:*",
    "sts:*",
    "support:DescribeAttachment",
    "support:DescribeCase*",
    "support:DescribeCommunication*",
    "support:DescribeCreateCaseOptions",
    "support:GetInteraction",
    "support:ListInteraction*",
];

/// The actions of the operations do not fit into a session policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the session policy would be {length} characters long, and STS takes {LONGEST_SESSION_POLICY}; leave sources out that you do not need (`--without SOURCE`), for each service asks for so many characters: {services}"
)]
pub struct SessionPolicyTooLong {
    /// How long it would be, merged as far as it may be.
    pub length: usize,
    /// The services by IAM's names with the characters that each asks for, the longest first.
    pub services: String,
}

/// The inline policy that narrows a session to the operations' own actions, so that AWS itself enforces the guard.
///
/// What it allows may be wider than the operations by wildcards; the session can still do no more than the role.
pub fn session_policy(operations: &[AllowedOperation]) -> Result<String, SessionPolicyTooLong> {
    let exact: BTreeSet<String> = session_actions(operations).into_iter().map(str::to_owned).collect();
    let patterns = narrowed(&exact, LONGEST_SESSION_POLICY);
    let text = document(&patterns);
    if text.len() <= LONGEST_SESSION_POLICY {
        return Ok(text);
    }
    let mut services: Vec<(usize, &str)> = Vec::new();
    for pattern in &patterns {
        let service = pattern.split_once(':').map_or("", |(service, _)| service);
        match services.iter_mut().find(|(_, name)| *name == service) {
            Some((length, _)) => *length += written_length(pattern),
            None => services.push((written_length(pattern), service)),
        }
    }
    services.sort_by(|left, right| right.cmp(left));
    let services: Vec<String> = services
        .iter()
        .map(|(length, name)| format!("{name} {length}"))
        .collect();
    Err(SessionPolicyTooLong {
        length: text.len(),
        services: services.join(", "),
    })
}

/// Every wildcard that may stand in a session policy of these operations or of any part of them.
#[must_use]
pub fn possible_wildcards(operations: &[AllowedOperation]) -> BTreeSet<String> {
    let exact = session_actions(operations);
    exact.iter().flat_map(|action| wildcards_of(action)).collect()
}

fn session_actions(operations: &[AllowedOperation]) -> BTreeSet<&'static str> {
    let in_session = operations.iter().filter(|each| each.in_session);
    in_session.flat_map(|each| each.actions.iter().copied()).collect()
}

fn document(patterns: &BTreeSet<String>) -> String {
    let actions: Vec<String> = patterns.iter().map(|pattern| format!("\"{pattern}\"")).collect();
    format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":[{}],\"Resource\":\"*\"}}]}}",
        actions.join(",")
    )
}

/// A pattern with its quotes and its comma.
fn written_length(pattern: &str) -> usize {
    pattern.len() + 3
}

/// Merges actions until the document fits, or nothing is left to merge. A wildcard may also cut the end off one action.
///
/// Each step takes the wildcard that saves most; those that leave only the verb come last, since they cover most. What
/// turns out not to have been needed is taken back.
fn narrowed(exact: &BTreeSet<String>, longest: usize) -> BTreeSet<String> {
    let candidates: BTreeSet<String> = exact.iter().flat_map(|action| wildcards_of(action)).collect();
    let mut chosen: Vec<String> = Vec::new();
    let mut patterns = exact.clone();
    while document(&patterns).len() > longest {
        let best = candidates
            .iter()
            .filter_map(|wildcard| {
                let covered = covered_by(wildcard, &patterns);
                let saved = covered
                    .checked_sub(written_length(wildcard))
                    .filter(|saved| *saved > 0)?;
                Some((!is_verb_alone(wildcard), saved, wildcard.len(), wildcard))
            })
            .max();
        let Some((_, _, _, wildcard)) = best else { break };
        chosen.push(wildcard.clone());
        patterns = merged(exact, &chosen);
    }
    // The widest first: one that only its followers made superfluous goes.
    let mut widest_first = chosen.clone();
    widest_first.sort_by_key(String::len);
    for wildcard in widest_first {
        let rest: Vec<String> = chosen.iter().filter(|each| **each != wildcard).cloned().collect();
        let without = merged(exact, &rest);
        if document(&without).len() <= longest {
            chosen = rest;
            patterns = without;
        }
    }
    patterns
}

/// The actions with those that a wildcard covers replaced by it.
fn merged(exact: &BTreeSet<String>, wildcards: &[String]) -> BTreeSet<String> {
    let covers = |wildcard: &str, pattern: &str| wildcard != pattern && pattern.starts_with(stem(wildcard));
    exact
        .iter()
        .chain(wildcards)
        .filter(|pattern| !wildcards.iter().any(|wildcard| covers(wildcard, pattern)))
        .cloned()
        .collect()
}

/// How many characters the patterns take that a wildcard would replace.
fn covered_by(wildcard: &str, patterns: &BTreeSet<String>) -> usize {
    let replaced = patterns.iter().filter(|pattern| pattern.starts_with(stem(wildcard)));
    replaced.map(|pattern| written_length(pattern)).sum()
}

fn stem(pattern: &str) -> &str {
    pattern.strip_suffix('*').unwrap_or(pattern)
}

/// Whether a wildcard is a verb and nothing else (`iam:List*`).
fn is_verb_alone(wildcard: &str) -> bool {
    let name = stem(wildcard).split_once(':').map_or("", |(_, name)| name);
    READING_VERBS.contains(&name)
}

/// The wildcards that an action may be merged into: cut at each boundary of a word, where nothing harmful would match.
fn wildcards_of(action: &str) -> Vec<String> {
    let Some((service, name)) = action.split_once(':') else {
        return Vec::new();
    };
    if !READING_VERBS.iter().any(|verb| name.starts_with(verb)) {
        return Vec::new();
    }
    let letters = name.as_bytes();
    (1..letters.len())
        .filter(|at| {
            let begins_word = letters[*at].is_ascii_uppercase();
            let after_word = !letters[at - 1].is_ascii_uppercase();
            // The last capital of an abbreviation begins the word after it: `MFA|Device`.
            let before_word = letters.get(at + 1).is_some_and(u8::is_ascii_lowercase);
            begins_word && (after_word || before_word)
        })
        .map(|at| format!("{service}:{}*", &name[..at]))
        .filter(|wildcard| !covers_something_harmful(wildcard))
        .collect()
}

fn covers_something_harmful(wildcard: &str) -> bool {
    let stem_of_wildcard = stem(wildcard);
    NEVER_BY_WILDCARD.iter().any(|never| {
        let stem_of_never = stem(never);
        let never_is_open = stem_of_never.len() < never.len();
        stem_of_never.starts_with(stem_of_wildcard) || (never_is_open && stem_of_wildcard.starts_with(stem_of_never))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::{Times, Unit};

    fn operation(actions: &'static [&'static str], in_session: bool) -> AllowedOperation {
        AllowedOperation {
            service: "",
            name: "",
            label: "",
            actions,
            class: "",
            in_session,
            times: Times::each(Unit::Account),
        }
    }

    fn set(actions: &[&str]) -> BTreeSet<String> {
        actions.iter().map(|action| (*action).to_owned()).collect()
    }

    #[test]
    fn what_fits_stands_as_it_is_and_holds_the_actions_of_sessions_only() {
        let operations = [
            operation(&["organizations:ListAccounts"], false),
            operation(&["s3:GetEncryptionConfiguration"], true),
            operation(&["s3:GetEncryptionConfiguration"], true),
        ];
        assert_eq!(
            session_policy(&operations).as_deref(),
            Ok(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetEncryptionConfiguration"],"Resource":"*"}]}"#
            )
        );
    }

    #[test]
    fn wildcards_stand_at_the_boundaries_of_words() {
        assert_eq!(
            wildcards_of("iam:ListVirtualMFADevices"),
            ["iam:List*", "iam:ListVirtual*", "iam:ListVirtualMFA*"]
        );
        assert_eq!(wildcards_of("s3:GetBucketCORS"), ["s3:GetBucket*"]);
        assert_eq!(wildcards_of("support:RefreshTrustedAdvisorCheck"), [""; 0], "no read");
    }

    #[test]
    fn nothing_that_hands_out_data_or_credentials_is_covered_by_a_wildcard() {
        for wildcard in [
            "s3:Get*",
            "s3:GetObject*",
            "s3:GetObjectLock*",
            "s3:List*",
            "s3:ListBucket*",
            "sts:GetCaller*",
            "support:Describe*",
            "support:DescribeCase*",
            "kms:Get*",
            "logs:GetLog*",
            "s3vectors:GetVector*",
            "s3tables:GetTable*",
        ] {
            assert!(covers_something_harmful(wildcard), "{wildcard}");
        }
        for wildcard in [
            "s3:GetBucket*",
            "s3vectors:GetVectorBucket*",
            "s3tables:GetTableBucket*",
            "support:DescribeTrusted*",
            "kms:Describe*",
        ] {
            assert!(!covers_something_harmful(wildcard), "{wildcard}");
        }
    }

    #[test]
    fn the_table_stands_in_order_and_names_nothing_twice() {
        assert!(NEVER_BY_WILDCARD.is_sorted_by(|left, right| left < right));
    }

    #[test]
    fn actions_are_merged_only_as_far_as_needed() {
        let actions = set(&[
            "s3:GetBucketAcl",
            "s3:GetBucketCORS",
            "s3:GetBucketPolicy",
            "s3:ListAllMyBuckets",
            "shield:ListProtections",
            "shield:ListProtectionGroups",
        ]);
        let whole = document(&actions).len();
        assert_eq!(narrowed(&actions, whole), actions);
        assert_eq!(
            narrowed(&actions, whole - 1),
            set(&[
                "s3:GetBucket*",
                "s3:ListAllMyBuckets",
                "shield:ListProtections",
                "shield:ListProtectionGroups",
            ]),
            "the other service is left alone"
        );
        let least = narrowed(&actions, 0);
        assert_eq!(least, set(&["s3:GetBucket*", "s3:ListAll*", "shield:List*"]));
    }

    #[test]
    fn every_action_is_covered_however_far_it_is_merged() {
        let actions = set(&[
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListRoles",
            "kms:GetKeyPolicy",
            "kms:GetKeyRotationStatus",
        ]);
        for longest in 0..document(&actions).len() {
            let patterns = narrowed(&actions, longest);
            for action in &actions {
                let is_covered = patterns
                    .iter()
                    .any(|pattern| pattern == action || (pattern.ends_with('*') && action.starts_with(stem(pattern))));
                assert!(is_covered, "{action} in {patterns:?}");
            }
        }
    }

    #[test]
    fn what_cannot_fit_is_an_error_and_never_cut() {
        let names: Vec<&'static str> = (0..90)
            .map(|number| &*format!("sqs:GetQueueAttributes{number:02}").leak())
            .collect();
        let error = session_policy(&[operation(names.leak(), true), operation(&["s3:GetBucketAcl"], true)])
            .expect_err("ninety actions that may not be merged");
        assert!(error.length > LONGEST_SESSION_POLICY);
        assert!(error.services.starts_with("sqs 2"), "{}", error.services);
        assert!(error.to_string().contains("--without"), "{error}");
    }
}
