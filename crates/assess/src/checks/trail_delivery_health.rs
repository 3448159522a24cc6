//! `trail-delivery-health`: whether each trail of the account is logging, and its log files arrive.
//!
//! It does not know which events the trail logs. Deliveries to a log group are the matter of `trail-cloudwatch-logs`.

use jiff::{SignedDuration, Timestamp};
use s3attest_model::check::Severity;
use s3attest_model::evidence::Source;
use s3attest_model::services::TrailStatus;

use super::shown_trails::{SOURCES, judge_each, status};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "trail-delivery-health",
    title: "Trails are logging and deliver",
    severity: Severity::High,
    question: "Is each trail logging, without delivery errors, and was its last delivery within a day?",
    reads: Reads {
        sources: SOURCES,
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/trail-delivery-health.md"),
    judge: Judge::Account(judge),
};

/// CloudTrail delivers about every five minutes while there is anything to tell (AWS CloudTrail User Guide, "How CloudTrail
/// works"), and the scan itself is something to tell.
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    judge_each(
        view,
        trail,
        "Logging, and delivered without error within a day",
        |each, trail| {
            let (status, source) = status(trail, each)?;
            fault(status, source)
        },
    )
}

fn fault<'a>(status: &TrailStatus, source: &Source) -> Result<Option<String>, Unknown<'a>> {
    Ok(if !status.is_logging {
        let since = status
            .stopped_logging_at
            .map_or_else(String::new, |time| format!(" since {time}"));
        Some(format!("is not logging{since}"))
    } else if let Some(error) = status.delivery_error.as_deref().filter(|error| !error.is_empty()) {
        Some(format!("could not deliver to its bucket when it last tried ({error})"))
    } else if let Some(delivered) = status.delivered_at {
        is_late(delivered, source)?.then(|| format!("last delivered to its bucket on {delivered}"))
    } else {
        Some("is logging and has never delivered to its bucket".to_owned())
    })
}

/// Whether a delivery lies more than a day before the answer that told of it.
pub(super) fn is_late<'a>(delivered: Timestamp, source: &Source) -> Result<bool, Unknown<'a>> {
    let Source { observed_at, .. } = source;
    match observed_at {
        Some(answered) => Ok(answered.duration_since(delivered) > DAY),
        None => Err(Unknown::not_understood(
            "the answer with the trail's status bears no time",
        )),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::expect;
    use crate::checks::shown_trails::tests::{
        as_member, expect_of_each, of_organization, own, showing, with_status, without_status,
    };

    #[test]
    fn every_trail_has_to_log_and_to_deliver() {
        let stopped = |name: &str| with_status(own(name), |status| status.is_logging = false);
        expect_of_each(&CHECK, &stopped, "trail/b is not logging");
        let at = |change: fn(&mut TrailStatus)| showing(vec![with_status(own("a"), change)]);
        let cases = vec![
            (
                "an error",
                at(|status| status.delivery_error = Some("AccessDenied".to_owned())),
                Verdict::Fail,
                "AccessDenied",
            ),
            (
                "an empty error is none",
                at(|status| status.delivery_error = Some(String::new())),
                Verdict::Pass,
                "Logging",
            ),
            (
                "late",
                at(|status| status.delivered_at = "2026-02-28T11:59:59Z".parse().ok()),
                Verdict::Fail,
                "last delivered to its bucket on 2026-02-28",
            ),
            (
                "a day ago to the second",
                at(|status| status.delivered_at = "2026-02-28T12:00:00Z".parse().ok()),
                Verdict::Pass,
                "within a day",
            ),
            (
                "never",
                at(|status| status.delivered_at = None),
                Verdict::Fail,
                "never delivered",
            ),
            (
                "refused",
                showing(vec![without_status(own("a"))]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "refused for one and stopped for another",
                showing(vec![without_status(own("a")), stopped("b")]),
                Verdict::Fail,
                "is not logging",
            ),
            (
                "the organization's, as a member is told",
                showing(vec![as_member(with_status(of_organization(), |status| {
                    status.is_logging = false;
                }))]),
                Verdict::Fail,
                "The organization's trail",
            ),
        ];
        expect(&CHECK, cases);
    }
}
