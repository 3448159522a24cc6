//! The lifecycle of objects.

use aws_sdk_s3::operation::get_bucket_lifecycle_configuration::GetBucketLifecycleConfigurationOutput;
use aws_sdk_s3::types;
use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::{LifecycleAction, LifecycleFilter, LifecycleRule};
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetBucketLifecycleConfiguration",
    "s3.GetBucketLifecycleConfiguration",
    &["s3:GetLifecycleConfiguration"],
);

/// With this code S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const ABSENT: [&str; 1] = ["NoSuchLifecycleConfiguration"];

pub(super) async fn read(bucket: &BucketRead) -> Evidence<Vec<LifecycleRule>> {
    let request = bucket
        .client
        .get_bucket_lifecycle_configuration()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &ABSENT,
        request.send().await,
        bucket.now(),
        rules,
    )
}

/// The rules that an answer holds.
pub(crate) fn rules(output: GetBucketLifecycleConfigurationOutput) -> Result<Option<Vec<LifecycleRule>>, Malformed> {
    let rules = output.rules.ok_or(Malformed("the answer holds no lifecycle rules"))?;
    rules
        .into_iter()
        .map(rule)
        .collect::<Result<Vec<_>, Malformed>>()
        .map(Some)
}

fn rule(rule: types::LifecycleRule) -> Result<LifecycleRule, Malformed> {
    // Where the answer lacks the status, the SDK puts an invented text in its place.
    if !matches!(rule.status.as_str(), "Enabled" | "Disabled") {
        return Err(Malformed("a lifecycle rule is neither enabled nor disabled"));
    }
    let actions = actions(&rule);
    #[expect(deprecated, reason = "rules written before filters existed carry their prefix here")]
    let first_version_prefix = rule.prefix;
    let filter = match rule.filter {
        None => LifecycleFilter {
            prefix: first_version_prefix,
            by_tag: false,
            by_size: false,
        },
        Some(filter) => {
            let and = filter.and;
            let by_size = filter.object_size_greater_than.is_some()
                || filter.object_size_less_than.is_some()
                || and
                    .as_ref()
                    .is_some_and(|and| and.object_size_greater_than.is_some() || and.object_size_less_than.is_some());
            let by_tag = filter.tag.is_some()
                || and
                    .as_ref()
                    .is_some_and(|and| and.tags.as_ref().is_some_and(|tags| !tags.is_empty()));
            LifecycleFilter {
                prefix: filter.prefix.or(and.and_then(|and| and.prefix)),
                by_tag,
                by_size,
            }
        }
    };
    Ok(LifecycleRule {
        id: rule.id,
        status: rule.status.as_str().to_owned(),
        filter,
        actions,
    })
}

fn actions(rule: &types::LifecycleRule) -> Vec<LifecycleAction> {
    let mut actions = Vec::new();
    if let Some(expiration) = rule.expiration() {
        if let Some(days) = expiration.days() {
            actions.push(LifecycleAction::ExpireAfterDays(days));
        }
        if let Some(date) = expiration.date() {
            actions.push(LifecycleAction::ExpireOnDate(date.to_string()));
        }
        if expiration.expired_object_delete_marker() == Some(true) {
            actions.push(LifecycleAction::ExpireDeleteMarkers);
        }
    }
    for transition in rule.transitions() {
        actions.push(LifecycleAction::Transition {
            days: transition.days(),
            storage_class: storage_class(transition.storage_class()),
        });
    }
    if let Some(expiration) = rule.noncurrent_version_expiration() {
        actions.push(LifecycleAction::ExpireNoncurrentAfterDays {
            days: expiration.noncurrent_days(),
            keep: expiration.newer_noncurrent_versions(),
        });
    }
    for transition in rule.noncurrent_version_transitions() {
        actions.push(LifecycleAction::TransitionNoncurrent {
            days: transition.noncurrent_days(),
            storage_class: storage_class(transition.storage_class()),
        });
    }
    if let Some(abort) = rule.abort_incomplete_multipart_upload() {
        actions.push(LifecycleAction::AbortIncompleteMultipartUpload(
            abort.days_after_initiation(),
        ));
    }
    actions
}

fn storage_class(class: Option<&types::TransitionStorageClass>) -> String {
    class.map_or_else(String::new, |class| class.as_str().to_owned())
}
