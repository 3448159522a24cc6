//! `s3-bucket-inventory`: whether S3 lists the bucket's objects regularly.
//!
//! It does not know which fields the lists hold, nor whether they arrive.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-inventory",
    title: "S3 Inventory is on",
    severity: Severity::Info,
    question: "Does the bucket have an enabled S3 Inventory configuration?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Inventory],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-inventory.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let configurations = trail
        .read(&view.settings.inventory)?
        .map(Vec::as_slice)
        .unwrap_or_default();
    Ok(
        match configurations.iter().find(|configuration| configuration.is_enabled) {
            Some(configuration) => {
                let frequency = configuration.frequency.as_deref().unwrap_or("no stated frequency");
                Judgement::pass(format!("Inventory {} is enabled ({frequency}).", configuration.id))
            }
            None if configurations.is_empty() => Judgement::fail("The bucket has no inventory configuration."),
            None => Judgement::fail(format!(
                "No inventory configuration is enabled, of {} that exist.",
                configurations.len()
            )),
        },
    )
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::InventoryConfiguration;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, expect, present};

    fn inventory(enabled: &[bool]) -> Scene {
        let configuration = |(position, is_enabled): (usize, &bool)| InventoryConfiguration {
            id: format!("list-{position}"),
            is_enabled: *is_enabled,
            frequency: Some("Weekly".to_owned()),
            included_versions: "All".to_owned(),
            destination_bucket: None,
        };
        let configurations = enabled.iter().enumerate().map(configuration).collect();
        Scene::with(|scene| scene.bucket.settings.inventory = present(BucketSetting::Inventory, configurations))
    }

    #[test]
    fn an_enabled_configuration_passes() {
        let cases = vec![
            (
                "enabled",
                inventory(&[true]),
                Verdict::Pass,
                "list-0 is enabled (Weekly)",
            ),
            ("one of two", inventory(&[false, true]), Verdict::Pass, "list-1"),
            ("disabled", inventory(&[false, false]), Verdict::Fail, "of 2 that exist"),
            (
                "an empty list",
                inventory(&[]),
                Verdict::Fail,
                "no inventory configuration",
            ),
            ("absent", Scene::new(), Verdict::Fail, "no inventory configuration"),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Inventory)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
