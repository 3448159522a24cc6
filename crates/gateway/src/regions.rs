//! What is known of regions without asking.

use s3attest_model::identifiers::{Partition, RegionName};

/// The regions that a partition enables for every account.
///
/// AWS General Reference, "AWS Regions": those introduced before 20 March 2019; GovCloud and China have no others.
#[must_use]
pub fn enabled_by_default(partition: Partition) -> Vec<RegionName> {
    let names: &[&str] = match partition {
        Partition::Aws => &[
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
        Partition::AwsUsGov => &["us-gov-east-1", "us-gov-west-1"],
        Partition::AwsCn => &["cn-north-1", "cn-northwest-1"],
    };
    names
        .iter()
        .map(|name| RegionName::new(*name).expect("these are valid names"))
        .collect()
}
