//! Directory buckets of a region, and what can be read of them.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{self, MetricsFilter};
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::bucket::{EncryptionConfiguration, InventoryConfiguration, LifecycleRule, PolicyDocument};
use s3attest_model::evidence::Evidence;
use s3attest_model::services::{DirectoryBucket, DirectoryBuckets, RequestMetrics};

use super::ServiceRead;
use crate::pages::{Listed, detailed, list};
use crate::sources::bucket::inventory::following;
use crate::sources::bucket::{encryption, inventory, lifecycle};
use crate::sources::bucket_list::timestamp;

const fn express_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "S3 Express",
        name,
        label,
        actions,
        class: "s3-express",
        in_session: true,
        times,
    }
}

const EACH: Times = Times::seldom("only where there are directory buckets");
const LIST: AllowedOperation = express_read(
    "ListDirectoryBuckets",
    "s3express.ListDirectoryBuckets",
    &["s3express:ListAllMyDirectoryBuckets"],
    Times::about(1, Unit::Region, "one page"),
);
const POLICY: AllowedOperation = express_read(
    "GetBucketPolicy",
    "s3express.GetBucketPolicy",
    &["s3express:GetBucketPolicy"],
    EACH,
);
const ENCRYPTION: AllowedOperation = express_read(
    "GetBucketEncryption",
    "s3express.GetBucketEncryption",
    &["s3express:GetEncryptionConfiguration"],
    EACH,
);
const LIFECYCLE: AllowedOperation = express_read(
    "GetBucketLifecycleConfiguration",
    "s3express.GetBucketLifecycleConfiguration",
    &["s3express:GetLifecycleConfiguration"],
    EACH,
);
const INVENTORY: AllowedOperation = express_read(
    "ListBucketInventoryConfigurations",
    "s3express.ListBucketInventoryConfigurations",
    &["s3express:GetInventoryConfiguration"],
    EACH,
);
const METRICS: AllowedOperation = express_read(
    "ListBucketMetricsConfigurations",
    "s3express.ListBucketMetricsConfigurations",
    &["s3express:GetMetricsConfiguration"],
    EACH,
);

pub(super) const OPERATIONS: &[AllowedOperation] = &[LIST, POLICY, ENCRYPTION, LIFECYCLE, INVENTORY, METRICS];

// With these codes S3 says that there is no such setting (Amazon S3 API Reference, "Error responses").
const NO_POLICY: [&str; 1] = ["NoSuchBucketPolicy"];
const NO_ENCRYPTION: [&str; 1] = ["ServerSideEncryptionConfigurationNotFoundError"];
const NO_LIFECYCLE: [&str; 1] = ["NoSuchLifecycleConfiguration"];

/// The end of every directory bucket's name (Amazon S3 User Guide, "Directory bucket naming rules"). An endpoint that does not
/// know the operation answers the same path with its ordinary buckets.
const SUFFIX: &str = "--x-s3";

/// One directory bucket, for its reads.
struct Bucket<'run> {
    reader: &'run ServiceRead<'run>,
    client: &'run Client,
    owner: &'run str,
    name: String,
}

pub(super) async fn read(reader: &ServiceRead<'_>) -> DirectoryBuckets {
    let client = &reader.session.s3_express(reader.region);
    let owner = reader.session.account().as_str();
    let listed = list(|token| async move {
        let request = client.list_directory_buckets().set_continuation_token(token);
        observe(
            LIST.operation(),
            &[],
            request.send().await,
            reader.context.now(),
            |output| {
                // AWS's model does not require the list, so that an empty one may be left out. That the answer is this
                // operation's, and whole, is certain by its root element and its end.
                let told = output.buckets.unwrap_or_default().into_iter();
                let entries = told.map(|bucket| {
                    let name = bucket.name.clone().filter(|name| !name.is_empty());
                    let name = name.ok_or(Malformed("a directory bucket has no name"))?;
                    if !name.ends_with(SUFFIX) {
                        return Err(Malformed("the list holds buckets that are no directory buckets"));
                    }
                    Ok((name, bucket))
                });
                Ok(Some(Listed {
                    entries: entries.collect::<Result<_, Malformed>>()?,
                    next: output.continuation_token,
                }))
            },
        )
    })
    .await;
    DirectoryBuckets {
        buckets: detailed(listed, |(name, told)| {
            let bucket = Bucket {
                reader,
                client,
                owner,
                name,
            };
            bucket.finish(told)
        })
        .await,
    }
}

impl Bucket<'_> {
    async fn finish(self, told: types::Bucket) -> DirectoryBucket {
        let (policy, encryption, lifecycle, inventory, metrics) = futures::join!(
            self.policy(),
            self.encryption(),
            self.lifecycle(),
            self.inventory(),
            self.metrics()
        );
        DirectoryBucket {
            name: self.name,
            arn: told.bucket_arn,
            region: self.reader.region.clone(),
            created_at: told.creation_date.as_ref().and_then(timestamp),
            policy,
            encryption,
            lifecycle,
            inventory,
            metrics,
        }
    }

    async fn policy(&self) -> Evidence<PolicyDocument> {
        let request = self
            .client
            .get_bucket_policy()
            .bucket(&self.name)
            .expected_bucket_owner(self.owner);
        observe(
            POLICY.operation(),
            &NO_POLICY,
            request.send().await,
            self.reader.context.now(),
            |output| {
                let text = output
                    .policy
                    .filter(|text| !text.is_empty())
                    .ok_or(Malformed("the answer holds no policy"))?;
                Ok(Some(PolicyDocument(text)))
            },
        )
    }

    async fn encryption(&self) -> Evidence<EncryptionConfiguration> {
        let request = self
            .client
            .get_bucket_encryption()
            .bucket(&self.name)
            .expected_bucket_owner(self.owner);
        observe(
            ENCRYPTION.operation(),
            &NO_ENCRYPTION,
            request.send().await,
            self.reader.context.now(),
            encryption::configuration,
        )
    }

    async fn lifecycle(&self) -> Evidence<Vec<LifecycleRule>> {
        let request = self
            .client
            .get_bucket_lifecycle_configuration()
            .bucket(&self.name)
            .expected_bucket_owner(self.owner);
        observe(
            LIFECYCLE.operation(),
            &NO_LIFECYCLE,
            request.send().await,
            self.reader.context.now(),
            lifecycle::rules,
        )
    }

    async fn inventory(&self) -> Evidence<Vec<InventoryConfiguration>> {
        list(|token| async move {
            let request = self
                .client
                .list_bucket_inventory_configurations()
                .bucket(&self.name)
                .expected_bucket_owner(self.owner)
                .set_continuation_token(token);
            observe(
                INVENTORY.operation(),
                &[],
                request.send().await,
                self.reader.context.now(),
                inventory::page,
            )
        })
        .await
    }

    async fn metrics(&self) -> Evidence<Vec<RequestMetrics>> {
        list(|token| async move {
            let request = self
                .client
                .list_bucket_metrics_configurations()
                .bucket(&self.name)
                .expected_bucket_owner(self.owner)
                .set_continuation_token(token);
            observe(
                METRICS.operation(),
                &[],
                request.send().await,
                self.reader.context.now(),
                |output| {
                    // The list is flattened: an empty one has no element.
                    let entries = output.metrics_configuration_list.unwrap_or_default();
                    Ok(Some(Listed {
                        entries: entries.into_iter().map(metrics).collect::<Result<_, _>>()?,
                        next: following(output.is_truncated, output.next_continuation_token)?,
                    }))
                },
            )
        })
        .await
    }
}

fn metrics(told: types::MetricsConfiguration) -> Result<RequestMetrics, Malformed> {
    if told.id.is_empty() {
        return Err(Malformed("a metrics configuration has no id"));
    }
    let (prefix, access_point) = match told.filter {
        Some(MetricsFilter::Prefix(prefix)) => (Some(prefix), None),
        Some(MetricsFilter::AccessPointArn(arn)) => (None, Some(arn)),
        Some(MetricsFilter::And(both)) => (both.prefix, both.access_point_arn),
        _ => (None, None),
    };
    Ok(RequestMetrics {
        id: told.id,
        prefix,
        access_point,
    })
}
