//! The S3 policy of AWS Organizations that is in effect for an account.
//!
//! The account asks for itself, which every account of an organization may (AWS Organizations API Reference,
//! `DescribeEffectivePolicy`): asked from the management account, all accounts would share two calls a second.

use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::services::{EffectivePolicy, EffectiveS3Policy};

use super::ServiceRead;
use crate::sources::bucket_list::timestamp;

const DESCRIBE: AllowedOperation = AllowedOperation {
    service: "Organizations",
    name: "DescribeEffectivePolicy",
    label: "organizations.DescribeEffectivePolicy",
    actions: &["organizations:DescribeEffectivePolicy"],
    class: "organizations-member",
    in_session: true,
    times: Times::each(Unit::Account),
};

pub(super) const OPERATIONS: &[AllowedOperation] = &[DESCRIBE];

/// No policy reaches the account, or the account is in no organization (AWS Organizations API Reference,
/// `DescribeEffectivePolicy`).
const NO_POLICY: [&str; 2] = ["EffectivePolicyNotFoundException", "AWSOrganizationsNotInUseException"];

pub(super) async fn read(reader: &ServiceRead<'_>) -> EffectiveS3Policy {
    let client = reader.session.organizations(&reader.gateway().organizations_region());
    let answer = client
        .describe_effective_policy()
        .policy_type(aws_sdk_organizations::types::EffectivePolicyType::S3Policy)
        .send()
        .await;
    let policy = observe(
        DESCRIBE.operation(),
        &NO_POLICY,
        answer,
        reader.context.now(),
        |output| {
            let policy = output.effective_policy.ok_or(Malformed("the answer holds no policy"))?;
            Ok(Some(EffectivePolicy {
                content: policy.policy_content.ok_or(Malformed("the policy has no content"))?,
                updated_at: policy.last_updated_timestamp.and_then(|time| timestamp(&time)),
                policy_type: policy.policy_type.map(|kind| kind.as_str().to_owned()),
            }))
        },
    );
    EffectiveS3Policy { policy }
}
