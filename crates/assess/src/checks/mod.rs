//! The checks, one file each, and the registry that lists them.
//!
//! To add a check, write its file and its page under `docs/checks`, then add a line to each of the two lists below.

mod public_access_switches;
mod s3_account_public_access_block;
mod s3_bucket_abort_multipart;
mod s3_bucket_access_logging;
mod s3_bucket_acl_disabled;
mod s3_bucket_acl_grants;
mod s3_bucket_classification_tags;
mod s3_bucket_cors_wildcard;
mod s3_bucket_default_encryption;
mod s3_bucket_event_notifications;
mod s3_bucket_inventory;
mod s3_bucket_key_enabled;
mod s3_bucket_kms_encryption;
mod s3_bucket_lifecycle;
mod s3_bucket_mfa_delete;
mod s3_bucket_object_lock;
mod s3_bucket_policy_public;
mod s3_bucket_policy_source_conditions;
mod s3_bucket_policy_wildcard;
mod s3_bucket_public_access_block;
mod s3_bucket_replication;
mod s3_bucket_replication_cross_region;
mod s3_bucket_sse_c_blocked;
mod s3_bucket_tls_minimum_version;
mod s3_bucket_tls_only;
mod s3_bucket_versioned_lifecycle;
mod s3_bucket_versioning;
mod s3_bucket_website_hosting;
mod s3_log_target_date_partition;
mod s3_log_target_location;
mod s3_log_target_no_default_retention;
mod s3_log_target_retention;
mod s3_log_target_separate;

#[cfg(test)]
pub(crate) mod scene;
#[cfg(test)]
mod worlds;

use crate::check::Check;

/// Every check, sorted by id.
pub static CHECKS: &[&Check] = &[
    // registry: one line a check, sorted by id.
    &s3_account_public_access_block::CHECK,
    &s3_bucket_abort_multipart::CHECK,
    &s3_bucket_access_logging::CHECK,
    &s3_bucket_acl_disabled::CHECK,
    &s3_bucket_acl_grants::CHECK,
    &s3_bucket_classification_tags::CHECK,
    &s3_bucket_cors_wildcard::CHECK,
    &s3_bucket_default_encryption::CHECK,
    &s3_bucket_event_notifications::CHECK,
    &s3_bucket_inventory::CHECK,
    &s3_bucket_key_enabled::CHECK,
    &s3_bucket_kms_encryption::CHECK,
    &s3_bucket_lifecycle::CHECK,
    &s3_bucket_mfa_delete::CHECK,
    &s3_bucket_object_lock::CHECK,
    &s3_bucket_policy_public::CHECK,
    &s3_bucket_policy_source_conditions::CHECK,
    &s3_bucket_policy_wildcard::CHECK,
    &s3_bucket_public_access_block::CHECK,
    &s3_bucket_replication::CHECK,
    &s3_bucket_replication_cross_region::CHECK,
    &s3_bucket_sse_c_blocked::CHECK,
    &s3_bucket_tls_minimum_version::CHECK,
    &s3_bucket_tls_only::CHECK,
    &s3_bucket_versioned_lifecycle::CHECK,
    &s3_bucket_versioning::CHECK,
    &s3_bucket_website_hosting::CHECK,
    &s3_log_target_date_partition::CHECK,
    &s3_log_target_location::CHECK,
    &s3_log_target_no_default_retention::CHECK,
    &s3_log_target_retention::CHECK,
    &s3_log_target_separate::CHECK,
];
