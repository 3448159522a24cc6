//! Who pays for requests.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::RequestPayment;
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read(
    "GetBucketRequestPayment",
    "s3.GetBucketRequestPayment",
    &["s3:GetBucketRequestPayment"],
);

pub(super) async fn read(bucket: &BucketRead) -> Evidence<RequestPayment> {
    let request = bucket
        .client
        .get_bucket_request_payment()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &[],
        request.send().await,
        bucket.now(),
        |output| {
            let payer = output.payer().ok_or(Malformed("the answer does not say who pays"))?;
            Ok(Some(RequestPayment {
                payer: payer.as_str().to_owned(),
            }))
        },
    )
}
