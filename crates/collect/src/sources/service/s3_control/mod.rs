//! What S3 Control says of an account beside its buckets: the sources, and what their answers have in common.

pub(super) mod access_grants;
pub(super) mod access_points;
pub(super) mod multi_region_access_points;
pub(super) mod object_lambda_access_points;
pub(super) mod storage_lens;

use aws_sdk_s3control::primitives::DateTime;
use aws_sdk_s3control::types;
use jiff::Timestamp;
use s3attest_gateway::{AllowedOperation, Malformed, Times};
use s3attest_model::bucket::{PolicyDocument, PolicyStatus, PublicAccessBlock};
use s3attest_model::evidence::{Evidence, Observed};

use crate::sources::account_public_access_block::switches;
use crate::sources::bucket_list::timestamp;

/// With this code S3 Control says of an access point that it has no policy. It stands in no list of AWS's; AWS's own
/// answers and every client that handles it write it so.
const NO_POLICY: [&str; 1] = ["NoSuchAccessPointPolicy"];

const fn control_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "S3 Control",
        name,
        label,
        actions,
        class: "s3-control",
        in_session: true,
        times,
    }
}

fn moment(date: Option<&DateTime>) -> Option<Timestamp> {
    date.and_then(timestamp)
}

/// The public access block of an answer that is asked for just to have it.
fn block(block: Option<&types::PublicAccessBlockConfiguration>) -> Result<PublicAccessBlock, Malformed> {
    let block = block.ok_or(Malformed("the answer holds no public access block"))?;
    switches(block)
}

fn policy(text: Option<String>) -> Result<Option<PolicyDocument>, Malformed> {
    let text = text
        .filter(|text| !text.is_empty())
        .ok_or(Malformed("the answer holds no policy"))?;
    Ok(Some(PolicyDocument(text)))
}

/// The SDK gives `false` for a status without its member; the gateway has refused an answer that lacks it.
fn policy_status(status: Option<&types::PolicyStatus>) -> Result<Option<PolicyStatus>, Malformed> {
    let status = status.ok_or(Malformed("the answer holds no status of the policy"))?;
    Ok(Some(PolicyStatus {
        is_public: status.is_public,
    }))
}

/// A list of an answer. The model of S3 Control requires none, and an empty one may come as an empty element or as none at
/// all. That the answer is the operation's own and came whole is certain by its root element and its end, which the SDK and
/// the gateway have looked at: a list that is missing was left out by AWS.
fn entries<T>(list: Option<Vec<T>>) -> Vec<T> {
    list.unwrap_or_default()
}

/// S3's judgement of a policy, which is asked for unless it is known that there is none to judge.
async fn judged<T>(policy: &Evidence<T>, ask: impl Future<Output = Evidence<PolicyStatus>>) -> Evidence<PolicyStatus> {
    if matches!(policy.observed, Observed::Absent) {
        return Evidence::absent(policy.source.clone());
    }
    ask.await
}

/// A text that AWS requires; where the answer lacks it, the SDK puts an empty one or its own words in its place.
fn required(text: &str, missing: &'static str) -> Result<String, Malformed> {
    if matches!(text, "" | "no value was set") {
        return Err(Malformed(missing));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_the_sdk_made_up_is_none() {
        assert!(required("", "missing").is_err());
        assert!(required("no value was set", "missing").is_err());
        assert_eq!(required("Internet", "missing"), Ok("Internet".to_owned()));
    }

    #[test]
    fn a_block_with_a_switch_missing_is_malformed_and_so_is_a_missing_block() {
        let cut = types::PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .build();
        assert!(block(Some(&cut)).is_err());
        assert!(block(None).is_err());
    }
}
