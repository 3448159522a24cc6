//! The bucket's access control list.

use s3attest_gateway::{AllowedOperation, Malformed, observe};
use s3attest_model::bucket::{AccessControlList, Grant, Grantee};
use s3attest_model::evidence::Evidence;

use super::{BucketRead, s3_read};

pub(super) const OPERATION: AllowedOperation = s3_read("GetBucketAcl", "s3.GetBucketAcl", &["s3:GetBucketAcl"]);

pub(super) async fn read(bucket: &BucketRead) -> Evidence<AccessControlList> {
    let request = bucket
        .client
        .get_bucket_acl()
        .bucket(&bucket.name)
        .expected_bucket_owner(&bucket.owner);
    observe(
        OPERATION.operation(),
        &[],
        request.send().await,
        bucket.now(),
        |output| {
            let grants = output
                .grants
                .ok_or(Malformed("the answer holds no access control list"))?;
            let owner = output.owner.and_then(|owner| owner.id);
            let grants = grants
                .into_iter()
                .map(|grant| {
                    let permission = grant.permission.ok_or(Malformed("a grant names no permission"))?;
                    Ok(Grant {
                        grantee: grantee(grant.grantee)?,
                        permission: permission.as_str().to_owned(),
                    })
                })
                .collect::<Result<Vec<_>, Malformed>>()?;
            Ok(Some(AccessControlList { owner, grants }))
        },
    )
}

/// Who a grant is for.
pub(super) fn grantee(grantee: Option<aws_sdk_s3::types::Grantee>) -> Result<Grantee, Malformed> {
    let grantee = grantee.ok_or(Malformed("a grant names no grantee"))?;
    match (grantee.id, grantee.uri, grantee.email_address) {
        (Some(id), _, _) => Ok(Grantee::CanonicalUser(id)),
        (None, Some(uri), _) => Ok(Grantee::Group(uri)),
        (None, None, Some(email)) => Ok(Grantee::Email(email)),
        (None, None, None) => Ok(Grantee::Other(grantee.r#type.as_str().to_owned())),
    }
}
