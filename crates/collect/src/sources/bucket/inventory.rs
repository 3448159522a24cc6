//! S3 Inventory, over all pages of its list.

use aws_sdk_s3::operation::list_bucket_inventory_configurations::ListBucketInventoryConfigurationsOutput;
use aws_sdk_s3::types;
use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::InventoryConfiguration;
use s3attest_model::evidence::{Evidence, Observed};

use super::{BucketRead, s3_read};
use crate::pages::{Listed, list};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "ListBucketInventoryConfigurations",
    "s3.ListBucketInventoryConfigurations",
    &["s3:GetInventoryConfiguration"],
);

pub(super) async fn read(bucket: &BucketRead) -> Evidence<Vec<InventoryConfiguration>> {
    let listed = list(|token| async move {
        let request = bucket
            .client
            .list_bucket_inventory_configurations()
            .bucket(&bucket.name)
            .expected_bucket_owner(&bucket.owner)
            .set_continuation_token(token);
        observe(OPERATION.operation(), &[], request.send().await, bucket.now(), page)
    })
    .await;
    match listed.observed {
        Observed::Present(configurations) if configurations.is_empty() => Evidence::absent(listed.source),
        _ => listed,
    }
}

/// The page that an answer holds.
pub(crate) fn page(
    output: ListBucketInventoryConfigurationsOutput,
) -> Result<Option<Listed<InventoryConfiguration>>, Malformed> {
    let next = following(output.is_truncated, output.next_continuation_token)?;
    let entries = output.inventory_configuration_list.unwrap_or_default();
    Ok(Some(Listed {
        entries: entries.into_iter().map(configuration).collect(),
        next,
    }))
}

/// The token of the page that follows, which must be there when S3 says that there is one.
pub(crate) fn following(is_truncated: Option<bool>, token: Option<String>) -> Result<Option<String>, Malformed> {
    let is_truncated = is_truncated.ok_or(Malformed("the answer does not say whether it is complete"))?;
    if !is_truncated {
        return Ok(None);
    }
    token
        .filter(|token| !token.is_empty())
        .map(Some)
        .ok_or(Malformed("a truncated answer holds no token"))
}

fn configuration(listed: types::InventoryConfiguration) -> InventoryConfiguration {
    InventoryConfiguration {
        id: listed.id,
        is_enabled: listed.is_enabled,
        frequency: listed.schedule.map(|schedule| schedule.frequency.as_str().to_owned()),
        included_versions: listed.included_object_versions.as_str().to_owned(),
        destination_bucket: listed
            .destination
            .and_then(|destination| destination.s3_bucket_destination)
            .map(|destination| destination.bucket),
    }
}
