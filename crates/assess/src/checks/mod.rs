//! The checks, one file each, and the registry that lists them.
//!
//! To add a check, write its file and its page under `docs/checks`, then add a line to each of the two lists below.

mod aa_analyzer_enabled;
mod aa_archive_rules;
mod aa_external_access;
mod aa_external_access_public;
mod analyzer_findings;
mod ap_policy_public;
mod ap_public_access_block;
mod ap_vpc_origin;
mod bucket_key;
mod change_notices;
mod classification;
mod cloudfront_origin_bucket_exists;
mod config_delivery_channel;
mod config_evaluation;
mod config_recorder;
mod config_recorder_covers_s3;
mod config_recorder_enabled;
mod config_rule_s3_bucket_logging_enabled;
mod config_rule_s3_bucket_public_read_prohibited;
mod config_rule_s3_bucket_public_write_prohibited;
mod config_rule_s3_bucket_ssl_requests_only;
mod config_rule_s3_bucket_versioning_enabled;
mod guardduty_enabled;
mod guardduty_s3_protection;
mod iam_root_mfa;
mod iam_root_no_access_key;
mod iam_user_mfa;
mod kms_key_in_organization;
mod kms_key_policy_public;
mod kms_key_rotation;
mod kms_key_state;
mod macie_enabled;
mod mrap_public_access_block;
mod object_data_events;
mod org_account_in_organization;
mod org_rcp_s3_perimeter;
mod org_s3_block_public_access_policy;
mod org_scp_protects_s3;
mod org_trail;
mod outside_access;
mod public_access_switches;
mod public_sources;
mod public_sources_causes;
mod required_encryption;
mod s3_account_public_access_block;
mod s3_bucket_abort_multipart;
mod s3_bucket_access_logging;
mod s3_bucket_acl_disabled;
mod s3_bucket_acl_grants;
mod s3_bucket_classification_tags;
mod s3_bucket_cors_wildcard;
mod s3_bucket_default_encryption;
mod s3_bucket_deny_unencrypted_uploads;
mod s3_bucket_dsse_encryption;
mod s3_bucket_event_notifications;
mod s3_bucket_inventory;
mod s3_bucket_key_enabled;
mod s3_bucket_kms_encryption;
mod s3_bucket_lifecycle;
mod s3_bucket_mfa_delete;
mod s3_bucket_object_lock;
mod s3_bucket_policy_admin_limits;
mod s3_bucket_policy_cross_account;
mod s3_bucket_policy_cross_account_admin_actions;
mod s3_bucket_policy_public;
mod s3_bucket_policy_source_conditions;
mod s3_bucket_policy_wildcard;
mod s3_bucket_public_access_block;
pub(crate) mod s3_bucket_public_read;
mod s3_bucket_public_sources_agree;
mod s3_bucket_public_write;
mod s3_bucket_replication;
mod s3_bucket_replication_cross_region;
mod s3_bucket_required_kms_key;
mod s3_bucket_shadow_grants;
mod s3_bucket_sse_c_blocked;
mod s3_bucket_tls_minimum_version;
mod s3_bucket_tls_only;
mod s3_bucket_versioned_lifecycle;
mod s3_bucket_versioning;
mod s3_bucket_vpc_endpoint_only;
mod s3_bucket_website_hosting;
mod s3_log_target_date_partition;
mod s3_log_target_delivery_permission;
mod s3_log_target_location;
mod s3_log_target_no_default_retention;
mod s3_log_target_not_public;
mod s3_log_target_protected;
mod s3_log_target_retention;
mod s3_log_target_separate;
mod s3_notification_target_in_organization;
mod s3_referenced_bucket_exists;
mod s3_replication_destination_in_organization;
mod shield_advanced;
mod shown_trails;
mod sns_topic_protected;
mod standing;
mod ta_bucket_logging;
mod ta_bucket_permissions;
mod ta_bucket_versioning;
mod ta_support_plan;
mod trail_cloudwatch_logs;
mod trail_delivery_health;
mod trail_insights;
mod trail_kms_encryption;
mod trail_log_bucket_access_logging;
mod trail_log_bucket_not_public;
mod trail_log_file_validation;
mod trail_multi_region;
mod trail_s3_data_events_read;
mod trail_s3_data_events_write;
mod trail_s3_policy_change_alarm;
mod trusted_advisor;

#[cfg(test)]
pub(crate) mod scene;

use crate::check::Check;

/// Every check, sorted by id.
pub static CHECKS: &[&Check] = &[
    // registry: one line a check, sorted by id.
    &aa_analyzer_enabled::CHECK,
    &aa_archive_rules::CHECK,
    &aa_external_access::CHECK,
    &aa_external_access_public::CHECK,
    &ap_policy_public::CHECK,
    &ap_public_access_block::CHECK,
    &ap_vpc_origin::CHECK,
    &cloudfront_origin_bucket_exists::CHECK,
    &config_delivery_channel::CHECK,
    &config_recorder_covers_s3::CHECK,
    &config_recorder_enabled::CHECK,
    &config_rule_s3_bucket_logging_enabled::CHECK,
    &config_rule_s3_bucket_public_read_prohibited::CHECK,
    &config_rule_s3_bucket_public_write_prohibited::CHECK,
    &config_rule_s3_bucket_ssl_requests_only::CHECK,
    &config_rule_s3_bucket_versioning_enabled::CHECK,
    &guardduty_enabled::CHECK,
    &guardduty_s3_protection::CHECK,
    &iam_root_mfa::CHECK,
    &iam_root_no_access_key::CHECK,
    &iam_user_mfa::CHECK,
    &kms_key_in_organization::CHECK,
    &kms_key_policy_public::CHECK,
    &kms_key_rotation::CHECK,
    &kms_key_state::CHECK,
    &macie_enabled::CHECK,
    &mrap_public_access_block::CHECK,
    &org_account_in_organization::CHECK,
    &org_rcp_s3_perimeter::CHECK,
    &org_s3_block_public_access_policy::CHECK,
    &org_scp_protects_s3::CHECK,
    &org_trail::CHECK,
    &s3_account_public_access_block::CHECK,
    &s3_bucket_abort_multipart::CHECK,
    &s3_bucket_access_logging::CHECK,
    &s3_bucket_acl_disabled::CHECK,
    &s3_bucket_acl_grants::CHECK,
    &s3_bucket_classification_tags::CHECK,
    &s3_bucket_cors_wildcard::CHECK,
    &s3_bucket_default_encryption::CHECK,
    &s3_bucket_deny_unencrypted_uploads::CHECK,
    &s3_bucket_dsse_encryption::CHECK,
    &s3_bucket_event_notifications::CHECK,
    &s3_bucket_inventory::CHECK,
    &s3_bucket_key_enabled::CHECK,
    &s3_bucket_kms_encryption::CHECK,
    &s3_bucket_lifecycle::CHECK,
    &s3_bucket_mfa_delete::CHECK,
    &s3_bucket_object_lock::CHECK,
    &s3_bucket_policy_admin_limits::CHECK,
    &s3_bucket_policy_cross_account::CHECK,
    &s3_bucket_policy_cross_account_admin_actions::CHECK,
    &s3_bucket_policy_public::CHECK,
    &s3_bucket_policy_source_conditions::CHECK,
    &s3_bucket_policy_wildcard::CHECK,
    &s3_bucket_public_access_block::CHECK,
    &s3_bucket_public_read::CHECK,
    &s3_bucket_public_sources_agree::CHECK,
    &s3_bucket_public_write::CHECK,
    &s3_bucket_replication::CHECK,
    &s3_bucket_replication_cross_region::CHECK,
    &s3_bucket_required_kms_key::CHECK,
    &s3_bucket_shadow_grants::CHECK,
    &s3_bucket_sse_c_blocked::CHECK,
    &s3_bucket_tls_minimum_version::CHECK,
    &s3_bucket_tls_only::CHECK,
    &s3_bucket_versioned_lifecycle::CHECK,
    &s3_bucket_versioning::CHECK,
    &s3_bucket_vpc_endpoint_only::CHECK,
    &s3_bucket_website_hosting::CHECK,
    &s3_log_target_date_partition::CHECK,
    &s3_log_target_delivery_permission::CHECK,
    &s3_log_target_location::CHECK,
    &s3_log_target_no_default_retention::CHECK,
    &s3_log_target_not_public::CHECK,
    &s3_log_target_protected::CHECK,
    &s3_log_target_retention::CHECK,
    &s3_log_target_separate::CHECK,
    &s3_notification_target_in_organization::CHECK,
    &s3_referenced_bucket_exists::CHECK,
    &s3_replication_destination_in_organization::CHECK,
    &shield_advanced::CHECK,
    &sns_topic_protected::CHECK,
    &ta_bucket_logging::CHECK,
    &ta_bucket_permissions::CHECK,
    &ta_bucket_versioning::CHECK,
    &ta_support_plan::CHECK,
    &trail_cloudwatch_logs::CHECK,
    &trail_delivery_health::CHECK,
    &trail_insights::CHECK,
    &trail_kms_encryption::CHECK,
    &trail_log_bucket_access_logging::CHECK,
    &trail_log_bucket_not_public::CHECK,
    &trail_log_file_validation::CHECK,
    &trail_multi_region::CHECK,
    &trail_s3_data_events_read::CHECK,
    &trail_s3_data_events_write::CHECK,
    &trail_s3_policy_change_alarm::CHECK,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Every id that was ever given, by id. An id is never taken away and never given another meaning.
    const IDS: [&str; 98] = [
        "aa-analyzer-enabled",
        "aa-archive-rules",
        "aa-external-access",
        "aa-external-access-public",
        "ap-policy-public",
        "ap-public-access-block",
        "ap-vpc-origin",
        "cloudfront-origin-bucket-exists",
        "config-delivery-channel",
        "config-recorder-covers-s3",
        "config-recorder-enabled",
        "config-rule-s3-bucket-logging-enabled",
        "config-rule-s3-bucket-public-read-prohibited",
        "config-rule-s3-bucket-public-write-prohibited",
        "config-rule-s3-bucket-ssl-requests-only",
        "config-rule-s3-bucket-versioning-enabled",
        "guardduty-enabled",
        "guardduty-s3-protection",
        "iam-root-mfa",
        "iam-root-no-access-key",
        "iam-user-mfa",
        "kms-key-in-organization",
        "kms-key-policy-public",
        "kms-key-rotation",
        "kms-key-state",
        "macie-enabled",
        "mrap-public-access-block",
        "org-account-in-organization",
        "org-rcp-s3-perimeter",
        "org-s3-block-public-access-policy",
        "org-scp-protects-s3",
        "org-trail",
        "s3-account-public-access-block",
        "s3-bucket-abort-multipart",
        "s3-bucket-access-logging",
        "s3-bucket-acl-disabled",
        "s3-bucket-acl-grants",
        "s3-bucket-classification-tags",
        "s3-bucket-cors-wildcard",
        "s3-bucket-default-encryption",
        "s3-bucket-deny-unencrypted-uploads",
        "s3-bucket-dsse-encryption",
        "s3-bucket-event-notifications",
        "s3-bucket-inventory",
        "s3-bucket-key-enabled",
        "s3-bucket-kms-encryption",
        "s3-bucket-lifecycle",
        "s3-bucket-mfa-delete",
        "s3-bucket-object-lock",
        "s3-bucket-policy-admin-limits",
        "s3-bucket-policy-cross-account",
        "s3-bucket-policy-cross-account-admin-actions",
        "s3-bucket-policy-public",
        "s3-bucket-policy-source-conditions",
        "s3-bucket-policy-wildcard",
        "s3-bucket-public-access-block",
        "s3-bucket-public-read",
        "s3-bucket-public-sources-agree",
        "s3-bucket-public-write",
        "s3-bucket-replication",
        "s3-bucket-replication-cross-region",
        "s3-bucket-required-kms-key",
        "s3-bucket-shadow-grants",
        "s3-bucket-sse-c-blocked",
        "s3-bucket-tls-minimum-version",
        "s3-bucket-tls-only",
        "s3-bucket-versioned-lifecycle",
        "s3-bucket-versioning",
        "s3-bucket-vpc-endpoint-only",
        "s3-bucket-website-hosting",
        "s3-log-target-date-partition",
        "s3-log-target-delivery-permission",
        "s3-log-target-location",
        "s3-log-target-no-default-retention",
        "s3-log-target-not-public",
        "s3-log-target-protected",
        "s3-log-target-retention",
        "s3-log-target-separate",
        "s3-notification-target-in-organization",
        "s3-referenced-bucket-exists",
        "s3-replication-destination-in-organization",
        "shield-advanced",
        "sns-topic-protected",
        "ta-bucket-logging",
        "ta-bucket-permissions",
        "ta-bucket-versioning",
        "ta-support-plan",
        "trail-cloudwatch-logs",
        "trail-delivery-health",
        "trail-insights",
        "trail-kms-encryption",
        "trail-log-bucket-access-logging",
        "trail-log-bucket-not-public",
        "trail-log-file-validation",
        "trail-multi-region",
        "trail-s3-data-events-read",
        "trail-s3-data-events-write",
        "trail-s3-policy-change-alarm",
    ];

    #[test]
    fn the_framework_maps_every_check_and_no_other() {
        let mapped = crate::frameworks::Framework::nist_800_53_r5().checks();
        let mapped: Vec<&str> = mapped.iter().map(|mapped| mapped.check.as_str()).collect();
        let registered: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(mapped, registered);
    }

    #[test]
    fn the_registry_holds_every_id_once_and_in_order() {
        let ids: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(ids, IDS);
        let sorted: Vec<&str> = ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        assert_eq!(ids, sorted);
    }

    #[test]
    fn every_check_has_its_page_and_every_page_its_check() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks");
        let pages: BTreeSet<String> = std::fs::read_dir(&pages)
            .expect("the pages stand in docs/checks")
            .map(|entry| {
                entry
                    .expect("a readable folder")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        let expected: BTreeSet<String> = IDS.iter().map(|id| format!("{id}.md")).collect();
        assert_eq!(pages, expected);
    }

    #[test]
    fn checks_read_evidence_through_the_trail_alone() {
        let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks");
        let mut seen = 0;
        for entry in std::fs::read_dir(&files).expect("the checks stand in src/checks") {
            let path = entry.expect("a readable folder").path();
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            if matches!(name.as_str(), "mod.rs" | "scene.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a readable file");
            let judged = text.split("#[cfg(test)]").next().expect("a file has a beginning");
            // When AWS answered stands beside the answer and is no way round to it.
            let judged = judged.replace(".observed_at", "");
            for way_round in [".observed", ".known()", ".as_gap()", "Observed::", "Verdict::"] {
                assert!(
                    !judged.contains(way_round),
                    "{name} goes round the trail by `{way_round}`"
                );
            }
            seen += 1;
        }
        assert!(seen >= IDS.len());
    }
}
