//! `s3-log-target-date-partition`: whether log objects can be found by source and day.
//!
//! It looks at the logged bucket only, not at what lies in the target.

use s3attest_model::bucket::{BucketSetting, LogKeyFormat};
use s3attest_model::check::Severity;

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-log-target-date-partition",
    title: "Logs are partitioned by the date of the event",
    severity: Severity::Info,
    question: "Are access logs written under keys partitioned by the date of the event?",
    reads: Reads {
        sources: &[],
        account: &[],
        settings: &[BucketSetting::Logging],
    },
    page: include_str!("../../../../docs/checks/s3-log-target-date-partition.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(destination) = trail.read(&view.settings.logging)? else {
        return Ok(Judgement::not_applicable("Server access logging is off."));
    };
    Ok(match &destination.key_format {
        Some(LogKeyFormat::Partitioned(date)) => match date.as_str() {
            "EventTime" => Judgement::pass("Log keys are partitioned by the time of the event (EventTime)."),
            "DeliveryTime" => Judgement::fail(
                "Log keys are partitioned by the time of delivery (DeliveryTime), not by that of the event.",
            ),
            other => {
                let detail = format!("log keys are partitioned by the unknown date source {other}");
                return Err(Unknown::not_understood(detail));
            }
        },
        Some(LogKeyFormat::Simple) => Judgement::fail("Log keys have the simple format (SimplePrefix)."),
        None => Judgement::fail("No format of log keys is set, so they have the simple one."),
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::logged;
    use crate::checks::scene::{Scene, expect};

    fn keyed(format: Option<LogKeyFormat>) -> Scene {
        let mut scene = logged("logs", vec![]);
        if let Observed::Present(destination) = &mut scene.bucket.settings.logging.observed {
            destination.key_format = format;
        }
        scene
    }

    fn partitioned(date: &str) -> Scene {
        keyed(Some(LogKeyFormat::Partitioned(date.to_owned())))
    }

    #[test]
    fn only_partitions_by_event_time_pass() {
        let cases = vec![
            ("event time", partitioned("EventTime"), Verdict::Pass, "EventTime"),
            (
                "delivery time",
                partitioned("DeliveryTime"),
                Verdict::Fail,
                "DeliveryTime",
            ),
            (
                "simple",
                keyed(Some(LogKeyFormat::Simple)),
                Verdict::Fail,
                "SimplePrefix",
            ),
            ("not stated", keyed(None), Verdict::Fail, "simple one"),
            ("not understood", partitioned("Moon"), Verdict::NotAssessed, "Moon"),
            ("absent", Scene::new(), Verdict::NotApplicable, "off"),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Logging)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
