//! The account's public access block: the effective one, which includes an organization's S3 policy.

use s3attest_gateway::{AccountSession, AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::bucket::PublicAccessBlock;
use s3attest_model::evidence::Evidence;
use s3attest_model::identifiers::RegionName;

use crate::orchestrator::Context;

const READ: AllowedOperation = AllowedOperation {
    service: "S3 Control",
    name: "GetPublicAccessBlock",
    label: "s3control.GetPublicAccessBlock",
    actions: &["s3:GetAccountPublicAccessBlock"],
    class: "s3-control",
    in_session: true,
    times: Times::each(Unit::Account),
};

pub(crate) const OPERATIONS: &[AllowedOperation] = &[READ];

/// With this code S3 Control says that the account has none.
const ABSENT: [&str; 1] = ["NoSuchPublicAccessBlockConfiguration"];

pub(crate) async fn read(
    context: &Context,
    session: &AccountSession,
    region: &RegionName,
) -> Evidence<PublicAccessBlock> {
    let request = session
        .s3_control(region)
        .get_public_access_block()
        .account_id(session.account().as_str());
    observe(
        READ.operation(),
        &ABSENT,
        request.send().await,
        context.now(),
        |output| {
            let block = output
                .public_access_block_configuration()
                .ok_or(Malformed("the answer holds no public access block"))?;
            switches(block).map(Some)
        },
    )
}

/// The switches of a public access block, all of which must be there.
pub(super) fn switches(
    block: &aws_sdk_s3control::types::PublicAccessBlockConfiguration,
) -> Result<PublicAccessBlock, Malformed> {
    let missing = Malformed("the answer leaves a switch out");
    Ok(PublicAccessBlock {
        block_public_acls: block.block_public_acls().ok_or(missing.clone())?,
        ignore_public_acls: block.ignore_public_acls().ok_or(missing.clone())?,
        block_public_policy: block.block_public_policy().ok_or(missing.clone())?,
        restrict_public_buckets: block.restrict_public_buckets().ok_or(missing)?,
    })
}
