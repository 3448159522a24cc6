//! `config-recorder-enabled`: whether AWS Config records in the region.
//!
//! It does not know which resource types are recorded, nor whether what was recorded is delivered.

use s3attest_model::check::Severity;
use s3attest_model::services::{Config, ServiceSource};

use super::config_recorder::{because, is, recorder_of};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::RegionView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "config-recorder-enabled",
    title: "AWS Config records in the region",
    severity: Severity::High,
    question: "Does a configuration recorder record in the region, without failing?",
    reads: Reads {
        sources: &[ServiceSource::Config],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/config-recorder-enabled.md"),
    judge: Judge::Region(judge),
};

fn judge<'a>(view: &RegionView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let config = view.reading::<Config>()?;
    let region = view.region;
    let Some(recorder) = recorder_of(config, trail)? else {
        return Ok(Judgement::fail(format!("{region} has no configuration recorder.")));
    };
    let name = &recorder.name;
    let statuses = trail.read(&config.recorder_statuses)?.map_or(&[][..], Vec::as_slice);
    let Some(status) = statuses.iter().find(|status| status.name == *name) else {
        let detail = format!("AWS Config lists the recorder {name} and no status of it");
        return Err(Unknown::not_understood(detail));
    };
    let (code, message) = (status.last_error_code.as_deref(), status.last_error_message.as_deref());
    let last = status.last_status.as_deref();
    Ok(if !status.recording {
        Judgement::fail(format!("The recorder {name} of {region} is not recording."))
    } else if is(last, "Failure") {
        let because = because(code, message);
        Judgement::fail(format!(
            "The recorder {name} of {region} is on and its last recording failed{because}."
        ))
    } else if ["Success", "Pending", "NotApplicable"]
        .iter()
        .any(|known| is(last, known))
    {
        let last = last.unwrap_or_default();
        Judgement::pass(format!(
            "The recorder {name} of {region} is recording; its last status is {last}."
        ))
    } else {
        let last = last.unwrap_or("missing");
        return Err(Unknown::not_understood(format!(
            "the last status of the recorder {name} is {last}"
        )));
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::config_recorder::tests::{nothing, recording, with_status};
    use crate::checks::scene::{Scene, denied, expect, region, source};

    fn saying(config: Config) -> Scene {
        Scene::with(|scene| scene.say(config))
    }

    #[test]
    fn a_recorder_has_to_record_and_not_to_fail() {
        let mut refused = recording();
        refused.recorders = Evidence::gap(denied(), source("config.DescribeConfigurationRecorders"));
        let mut status_refused = recording();
        status_refused.recorder_statuses =
            Evidence::gap(denied(), source("config.DescribeConfigurationRecorderStatus"));
        let mut failing = with_status(recording(), true, Some("FAILURE"));
        if let Observed::Present(statuses) = &mut failing.recorder_statuses.observed {
            statuses[0].last_error_code = Some("AccessDenied".to_owned());
        }
        let mut without_status = recording();
        without_status.recorder_statuses =
            Evidence::present(Vec::new(), source("config.DescribeConfigurationRecorderStatus"));
        let elsewhere = Scene::with(|scene| {
            scene.say(recording());
            scene.region = region("us-east-1");
        });
        let cases = vec![
            (
                "recording",
                saying(recording()),
                Verdict::Pass,
                "default of eu-central-1 is recording",
            ),
            (
                "the first recording is under way",
                saying(with_status(recording(), true, Some("Pending"))),
                Verdict::Pass,
                "Pending",
            ),
            ("none", saying(nothing()), Verdict::Fail, "no configuration recorder"),
            (
                "stopped",
                saying(with_status(recording(), false, Some("SUCCESS"))),
                Verdict::Fail,
                "not recording",
            ),
            (
                "never started",
                saying(with_status(recording(), false, None)),
                Verdict::Fail,
                "not recording",
            ),
            ("failing", saying(failing), Verdict::Fail, "failed (AccessDenied)"),
            (
                "without status",
                saying(without_status),
                Verdict::NotAssessed,
                "not be understood",
            ),
            (
                "a status of another kind",
                saying(with_status(recording(), true, Some("Novel"))),
                Verdict::NotAssessed,
                "Novel",
            ),
            ("refused", saying(refused), Verdict::NotAssessed, "access was denied"),
            (
                "status refused",
                saying(status_refused),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "read in another region only",
                elsewhere,
                Verdict::NotAssessed,
                "no reading of AWS Config in us-east-1",
            ),
        ];
        expect(&CHECK, cases);
    }
}
