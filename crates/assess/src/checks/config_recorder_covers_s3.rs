//! `config-recorder-covers-s3`: whether the region's recorder records buckets and the account's public access block.
//!
//! It does not know whether the recorder is on: that is the matter of `config-recorder-enabled`.

use s3attest_model::check::Severity;
use s3attest_model::services::{Config, ConfigRecordingGroup, ServiceSource};

use super::config_recorder::recorder_of;
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::RegionView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "config-recorder-covers-s3",
    title: "AWS Config records S3 resources",
    severity: Severity::Medium,
    question: "Does the configuration recorder record buckets and the account's public access block?",
    reads: Reads {
        sources: &[ServiceSource::Config],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/config-recorder-covers-s3.md"),
    judge: Judge::Region(judge),
};

/// The types of S3 that AWS Config records (AWS Config Developer Guide, "Supported Resource Types for AWS Config") and that
/// tell what a bucket or an account lets the public do.
const TYPES: [&str; 2] = ["AWS::S3::Bucket", "AWS::S3::AccountPublicAccessBlock"];

fn judge<'a>(view: &RegionView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let config = view.reading::<Config>()?;
    let region = view.region;
    let Some(recorder) = recorder_of(config, trail)? else {
        return Ok(Judgement::not_applicable(format!(
            "{region} has no configuration recorder, which is judged by config-recorder-enabled."
        )));
    };
    let name = &recorder.name;
    let Some(group) = &recorder.group else {
        let detail = format!("AWS Config does not say what the recorder {name} records");
        return Err(Unknown::not_understood(detail));
    };
    let missing: Vec<&str> = missing(group, name)?;
    Ok(if missing.is_empty() {
        let daily = match &recorder.mode {
            Some(mode) if mode.frequency == "DAILY" => ", once a day",
            Some(mode)
                if mode.overrides.iter().any(|each| {
                    each.frequency == "DAILY" && each.resource_types.iter().any(|named| TYPES.contains(&named.as_str()))
                }) =>
            {
                ", some of them once a day"
            }
            Some(_) | None => "",
        };
        Judgement::pass(format!(
            "The recorder {name} of {region} records {}{daily}.",
            TYPES.join(" and ")
        ))
    } else {
        Judgement::fail(format!(
            "The recorder {name} of {region} does not record {}.",
            missing.join(" and ")
        ))
    })
}

/// The types of S3 that a group leaves out.
fn missing<'a>(group: &ConfigRecordingGroup, name: &str) -> Result<Vec<&'static str>, Unknown<'a>> {
    let left_out = |is_recorded: &dyn Fn(&str) -> bool| TYPES.into_iter().filter(|each| !is_recorded(each)).collect();
    let names = |named: &[String], each: &str| named.iter().any(|name| name == each);
    match group.strategy.as_deref() {
        Some("ALL_SUPPORTED_RESOURCE_TYPES") => Ok(Vec::new()),
        Some("EXCLUSION_BY_RESOURCE_TYPES") => Ok(left_out(&|each| !names(&group.excluded_resource_types, each))),
        Some("INCLUSION_BY_RESOURCE_TYPES") => Ok(left_out(&|each| names(&group.resource_types, each))),
        Some(other) => Err(Unknown::not_understood(format!(
            "the recorder {name} records by the unknown strategy {other}"
        ))),
        None if group.all_supported => Ok(Vec::new()),
        None => Ok(left_out(&|each| names(&group.resource_types, each))),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::config_recorder::tests::{nothing, recording, with_group, with_status};
    use crate::checks::scene::{Scene, denied, expect, source};

    fn saying(config: Config) -> Scene {
        Scene::with(|scene| scene.say(config))
    }

    fn by(strategy: Option<&str>, included: &[&str], excluded: &[&str]) -> Scene {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        saying(with_group(Some(ConfigRecordingGroup {
            all_supported: strategy == Some("ALL_SUPPORTED_RESOURCE_TYPES"),
            include_global_resource_types: false,
            resource_types: words(included),
            excluded_resource_types: words(excluded),
            strategy: strategy.map(str::to_owned),
        })))
    }

    #[test]
    fn both_types_have_to_be_recorded_by_whatever_strategy() {
        let mut refused = recording();
        refused.recorders = Evidence::gap(denied(), source("config.DescribeConfigurationRecorders"));
        let inclusion = Some("INCLUSION_BY_RESOURCE_TYPES");
        let exclusion = Some("EXCLUSION_BY_RESOURCE_TYPES");
        let cases = vec![
            (
                "everything, of old",
                saying(recording()),
                Verdict::Pass,
                "AWS::S3::Bucket and",
            ),
            (
                "everything",
                by(Some("ALL_SUPPORTED_RESOURCE_TYPES"), &[], &[]),
                Verdict::Pass,
                "records AWS::S3::Bucket",
            ),
            (
                "both by name",
                by(inclusion, &TYPES, &[]),
                Verdict::Pass,
                "eu-central-1",
            ),
            (
                "both by name, of old",
                by(None, &TYPES, &[]),
                Verdict::Pass,
                "eu-central-1",
            ),
            (
                "buckets alone",
                by(inclusion, &TYPES[..1], &[]),
                Verdict::Fail,
                "does not record AWS::S3::AccountPublicAccessBlock.",
            ),
            (
                "neither",
                by(None, &["AWS::EC2::Instance"], &[]),
                Verdict::Fail,
                "AWS::S3::Bucket and AWS::S3::AccountPublicAccessBlock",
            ),
            (
                "something else left out",
                by(exclusion, &[], &["AWS::EC2::Volume"]),
                Verdict::Pass,
                "default",
            ),
            (
                "buckets left out",
                by(exclusion, &[], &TYPES[..1]),
                Verdict::Fail,
                "does not record AWS::S3::Bucket.",
            ),
            (
                "an unknown strategy",
                by(Some("NOVEL"), &TYPES, &[]),
                Verdict::NotAssessed,
                "NOVEL",
            ),
            (
                "no group",
                saying(with_group(None)),
                Verdict::NotAssessed,
                "does not say what",
            ),
            (
                "stopped, which is another check's matter",
                saying(with_status(recording(), false, None)),
                Verdict::Pass,
                "default",
            ),
            (
                "no recorder",
                saying(nothing()),
                Verdict::NotApplicable,
                "config-recorder-enabled",
            ),
            ("refused", saying(refused), Verdict::NotAssessed, "access was denied"),
            (
                "not read",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS Config",
            ),
        ];
        expect(&CHECK, cases);
    }
}
