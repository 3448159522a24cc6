//! `trail-cloudwatch-logs`: whether each trail of the account delivers to CloudWatch Logs as well.
//!
//! It does not know what watches the log group.

use s3attest_model::check::Severity;

use super::shown_trails::{SOURCES, judge_each, status};
use super::trail_delivery_health::is_late;
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "trail-cloudwatch-logs",
    title: "Trails deliver to CloudWatch Logs",
    severity: Severity::Low,
    question: "Does each trail deliver to a log group, without errors, and did it within a day?",
    reads: Reads {
        sources: SOURCES,
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/trail-cloudwatch-logs.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    judge_each(
        view,
        trail,
        "Delivered to CloudWatch Logs without error within a day",
        |each, trail| {
            let Some(group) = each.log_group_arn.as_deref().filter(|group| !group.is_empty()) else {
                return Ok(Some("names no log group of CloudWatch Logs".to_owned()));
            };
            let (status, source) = status(trail, each)?;
            let error = status.log_group_delivery_error.as_deref();
            Ok(if let Some(error) = error.filter(|error| !error.is_empty()) {
                Some(format!("could not deliver to {group} when it last tried ({error})"))
            } else if let Some(delivered) = status.log_group_delivered_at {
                is_late(delivered, source)?.then(|| format!("last delivered to {group} on {delivered}"))
            } else {
                Some(format!("has never delivered to {group}"))
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::TrailStatus;

    use super::*;
    use crate::checks::scene::expect;
    use crate::checks::shown_trails::tests::{expect_of_each, own, showing, with_status, without_status};

    #[test]
    fn every_trail_has_to_deliver_to_a_log_group() {
        let without = |name: &str| s3attest_model::services::Trail {
            log_group_arn: None,
            ..own(name)
        };
        expect_of_each(&CHECK, &without, "trail/b names no log group");
        let at = |change: fn(&mut TrailStatus)| showing(vec![with_status(own("a"), change)]);
        let cases = vec![
            (
                "an error",
                at(|status| status.log_group_delivery_error = Some("Access denied".to_owned())),
                Verdict::Fail,
                "log-group:trails:* when it last tried (Access denied)",
            ),
            (
                "late",
                at(|status| status.log_group_delivered_at = "2026-02-27T12:00:00Z".parse().ok()),
                Verdict::Fail,
                "on 2026-02-27",
            ),
            (
                "never",
                at(|status| status.log_group_delivered_at = None),
                Verdict::Fail,
                "has never delivered",
            ),
            (
                "refused",
                showing(vec![without_status(own("a"))]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "without a log group no status is needed",
                showing(vec![without_status(without("a"))]),
                Verdict::Fail,
                "names no log group",
            ),
        ];
        expect(&CHECK, cases);
    }
}
