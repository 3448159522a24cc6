//! S3 Inventory, over all pages of its list.

use aws_sdk_s3::types::InventoryConfiguration as Listed;
use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::InventoryConfiguration;
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};

use super::{BucketRead, s3_read};
use crate::pages::{Pages, Turn};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "ListBucketInventoryConfigurations",
    "s3.ListBucketInventoryConfigurations",
    &["s3:GetInventoryConfiguration"],
);

pub(super) async fn read(bucket: &BucketRead) -> Evidence<Vec<InventoryConfiguration>> {
    let mut configurations = Vec::new();
    let mut pages = Pages::default();
    loop {
        let request = bucket
            .client
            .list_bucket_inventory_configurations()
            .bucket(&bucket.name)
            .expected_bucket_owner(&bucket.owner)
            .set_continuation_token(pages.token());
        let page = observe(
            OPERATION.operation(),
            &[],
            request.send().await,
            bucket.now(),
            |output| {
                let is_truncated = output
                    .is_truncated
                    .ok_or(Malformed("the answer does not say whether it is complete"))?;
                let next = if is_truncated {
                    Some(
                        output
                            .next_continuation_token
                            .filter(|token| !token.is_empty())
                            .ok_or(Malformed("a truncated answer holds no token"))?,
                    )
                } else {
                    None
                };
                configurations.extend(
                    output
                        .inventory_configuration_list
                        .unwrap_or_default()
                        .into_iter()
                        .map(configuration),
                );
                Ok(Some(next))
            },
        );
        let source = page.source;
        let next = match page.observed {
            Observed::Present(next) => next,
            Observed::Gap(gap) => return Evidence::gap(gap, source),
            Observed::Absent => None,
        };
        match pages.turn(next) {
            Turn::Next => {}
            Turn::Last if configurations.is_empty() => return Evidence::absent(source),
            Turn::Last => return Evidence::present(configurations, source),
            Turn::Endless(detail) => return Evidence::gap(Gap::new(GapCause::MalformedAnswer, detail), source),
        }
    }
}

fn configuration(listed: Listed) -> InventoryConfiguration {
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
