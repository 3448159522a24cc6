//! `trail-insights`: whether a trail looks for unusual rates of calls in the account.
//!
//! It does not know whether anybody looks at what is found.

use s3attest_model::check::Severity;
use s3attest_model::services::{InsightSelector, Trail as CloudTrailTrail, TrailDetails};

use super::shown_trails::{SOURCES, ShownTrails, name, sentence};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "trail-insights",
    title: "A trail looks for unusual rates of calls",
    severity: Severity::Info,
    question: "Does a trail look for unusual rates of calls (CloudTrail Insights)?",
    reads: Reads {
        sources: SOURCES,
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/trail-insights.md"),
    judge: Judge::Account(judge),
};

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let shown = ShownTrails::of(&view.services, trail);
    let mut unknown = None;
    for each in &shown.trails {
        match looks_at_rates(view, trail, each) {
            Ok(true) => {
                let text = format!("{} looks for unusual rates of calls (ApiCallRateInsight)", name(each));
                return Ok(Judgement::pass(sentence(&[text])));
            }
            Ok(false) => {}
            Err(gap) => {
                unknown.get_or_insert(gap);
            }
        }
    }
    if let Some(unknown) = unknown.or_else(|| shown.unseen()) {
        return Err(unknown);
    }
    Ok(if shown.trails.is_empty() {
        Judgement::not_applicable("No region shows a trail, which is judged by trail-multi-region.")
    } else {
        let names: Vec<String> = shown.trails.iter().map(|each| name(each)).collect();
        Judgement::fail(format!(
            "None looks for unusual rates of calls (ApiCallRateInsight): {}.",
            names.join("; ")
        ))
    })
}

/// Whether a trail looks for unusual rates. CloudTrail says of every trail whether it looks for anything, and tells for what to
/// the trail's own account.
fn looks_at_rates<'a>(
    view: &AccountView<'a>,
    trail: &mut Trail<'a>,
    each: &'a CloudTrailTrail,
) -> Result<bool, Unknown<'a>> {
    if each.has_insight_selectors == Some(false) {
        return Ok(false);
    }
    let details = match &each.details {
        TrailDetails::Home { .. } => Some(&each.details),
        TrailDetails::Organization { .. } | TrailDetails::Shadow => view
            .organization
            .across
            .details_of(&each.arn)
            .find(|details| matches!(details, TrailDetails::Home { .. })),
    };
    let Some(TrailDetails::Home { insight_selectors, .. }) = details else {
        return Err(Unknown::not_understood(format!(
            "what unusual activity the trail {} looks for is told to its own account, which was not read",
            each.arn
        )));
    };
    let selectors = trail.read_of(each.arn.clone(), insight_selectors)?;
    let is_rate = |selector: &InsightSelector| selector.insight_type == "ApiCallRateInsight";
    Ok(selectors.is_some_and(|selectors| selectors.iter().any(is_rate)))
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, denied, expect};
    use crate::checks::shown_trails::tests::{
        as_member, beside, of_organization, own, refused, showing, told_by_owner,
    };

    fn with(mut each: CloudTrailTrail, observed: Observed<Vec<InsightSelector>>) -> CloudTrailTrail {
        if let TrailDetails::Home { insight_selectors, .. } = &mut each.details {
            insight_selectors.observed = observed;
        }
        each
    }

    #[test]
    fn one_trail_that_looks_at_rates_is_enough() {
        let none = |name: &str| with(own(name), Observed::Absent);
        let errors = with(
            own("a"),
            Observed::Present(vec![InsightSelector {
                insight_type: "ApiErrorRateInsight".to_owned(),
                event_categories: Vec::new(),
            }]),
        );
        let unsaid = with(own("a"), Observed::Gap(denied()));
        let said_no = CloudTrailTrail {
            has_insight_selectors: Some(false),
            ..unsaid.clone()
        };
        let member = || as_member(of_organization());
        let cases = vec![
            (
                "looks",
                showing(vec![none("a"), own("b")]),
                Verdict::Pass,
                "The trail arn",
            ),
            ("does not", showing(vec![none("a")]), Verdict::Fail, "None looks"),
            ("at errors alone", showing(vec![errors]), Verdict::Fail, "trail/a"),
            ("the list says no", showing(vec![said_no]), Verdict::Fail, "trail/a"),
            (
                "refused",
                showing(vec![unsaid]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "the organization's",
                told_by_owner(showing(vec![member()]), vec![of_organization()]),
                Verdict::Pass,
                "The organization's trail",
            ),
            (
                "the organization's, told by nobody",
                showing(vec![member()]),
                Verdict::NotAssessed,
                "own account",
            ),
            ("none shown", showing(vec![]), Verdict::NotApplicable, "No region shows"),
            (
                "none looks, and another region refused",
                beside(showing(vec![none("a")]), Some(refused())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "not read",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS CloudTrail",
            ),
        ];
        expect(&CHECK, cases);
    }
}
