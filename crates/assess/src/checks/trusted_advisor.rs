//! What AWS Trusted Advisor says of one bucket, for the checks that take its word.
//!
//! Trusted Advisor says when it looked, and every message says so too. That it does not list a bucket counts only where it
//! would have listed it.

use s3attest_model::check::Severity;
use s3attest_model::evidence::{Gap, GapCause, Source};
use s3attest_model::services::{TrustedAdvisor, TrustedAdvisorCheck, TrustedAdvisorResource, TrustedAdvisorResult};

use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// What a yellow row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Yellow {
    /// The property does not hold.
    Fails(Severity),
    /// Trusted Advisor could not tell.
    CouldNotTell,
}

/// How one check of Trusted Advisor is read.
pub(super) struct Reading {
    /// Its ids, the one that counts first; a later one counts where the ones before it are not offered.
    pub(super) ids: &'static [&'static str],
    /// What a green row, or none, shows ("that …").
    pub(super) wanted: &'static str,
    /// What a yellow row means.
    pub(super) yellow: fn(&TrustedAdvisorResource) -> Yellow,
    /// How severe a red row is.
    pub(super) red: Severity,
}

/// Where AWS says that the support plan does not include the interface, that is an answer and no gap.
pub(super) fn refuses_for_the_plan(unknown: &Unknown<'_>) -> bool {
    unknown.gap().cause == GapCause::NoSupportPlan
}

/// What Trusted Advisor says of a bucket.
pub(super) enum Said<'a> {
    /// AWS answers that the support plan does not include the interface.
    NoPlan,
    /// Trusted Advisor does not offer the check to the account.
    NotOffered,
    /// It was asked, and what it answered says nothing of the bucket; why.
    Nothing(String),
    /// It marks the bucket, or shows by its silence that there is nothing to mark.
    Looked {
        /// The check that was asked.
        check: &'a TrustedAdvisorCheck,
        /// What it answered.
        result: &'a TrustedAdvisorResult,
        /// The worst row about the bucket; `None` where it is not listed, and would have been.
        worst: Option<&'a TrustedAdvisorResource>,
    },
}

/// What the first of some checks says of the bucket that is offered.
pub(super) fn of_bucket<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    ids: &[&str],
) -> Result<Said<'a>, Unknown<'a>> {
    let said = view.services.of_account::<TrustedAdvisor>()?;
    let checks = match trail.read(&said.checks) {
        Err(unknown) if refuses_for_the_plan(&unknown) => return Ok(Said::NoPlan),
        checks => checks?.map_or(&[][..], Vec::as_slice),
    };
    let mut is_missing = true;
    for id in ids {
        let Some(check) = checks.iter().find(|check| check.id == *id) else {
            continue;
        };
        is_missing = false;
        if let Some(result) = trail.read(&check.result)? {
            return Ok(of_result(view, check, result));
        }
    }
    if is_missing {
        let detail = format!("the run did not ask Trusted Advisor for {}", ids.join(" or "));
        return Err(Unknown::because(Gap::new(GapCause::NotCollected, detail)));
    }
    Ok(Said::NotOffered)
}

fn of_result<'a>(view: &BucketView<'a>, check: &'a TrustedAdvisorCheck, result: &'a TrustedAdvisorResult) -> Said<'a> {
    let id = &check.id;
    if !result.is_settled() {
        let status = &result.status;
        return Said::Nothing(format!("Trusted Advisor's check {id} is in the state {status}"));
    }
    let name = view.bucket.name.as_str();
    let rows = result.resources.iter();
    let worst = rows
        .filter(|row| row.bucket.as_deref() == Some(name))
        .max_by_key(|row| weight(&row.status));
    match worst {
        None => match why_silence_says_nothing(view, check, result) {
            Some(why) => Said::Nothing(why),
            None => Said::Looked { check, result, worst },
        },
        Some(_) => Said::Looked { check, result, worst },
    }
}

/// Judges a bucket by what Trusted Advisor says of it.
pub(super) fn judge<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    reading: &Reading,
) -> Result<Judgement, Unknown<'a>> {
    match of_bucket(view, trail, reading.ids)? {
        Said::NoPlan => Ok(Judgement::not_applicable(
            "AWS answers that the account's support plan does not include Trusted Advisor's interface.",
        )),
        Said::NotOffered => Ok(Judgement::not_applicable(format!(
            "Trusted Advisor does not offer its check {} to the account.",
            reading.ids[0]
        ))),
        Said::Nothing(why) => Err(not_seen(why)),
        Said::Looked { check, result, worst } => judge_mark(reading, check, result, worst),
    }
}

fn judge_mark<'a>(
    reading: &Reading,
    check: &TrustedAdvisorCheck,
    result: &TrustedAdvisorResult,
    worst: Option<&TrustedAdvisorResource>,
) -> Result<Judgement, Unknown<'a>> {
    let id = &check.id;
    let looked = looked(result, &check.result.source);
    let wanted = reading.wanted;
    let Some(worst) = worst else {
        return Ok(Judgement::pass(format!(
            "Trusted Advisor's check {id} does not list the bucket, which shows {wanted}; {looked}."
        )));
    };
    // Somebody in the account marked it; that changes what Trusted Advisor counts, and not what it saw.
    let suppressed = if worst.is_suppressed {
        ", and somebody excluded it there"
    } else {
        ""
    };
    match worst.status.as_str() {
        "ok" => Ok(Judgement::pass(format!(
            "Trusted Advisor's check {id} marks the bucket green{suppressed}, which shows {wanted}; {looked}."
        ))),
        "warning" => match (reading.yellow)(worst) {
            Yellow::Fails(severity) => Ok(Judgement::fail_as(
                severity,
                format!("Trusted Advisor's check {id} marks the bucket yellow{suppressed}; {looked}."),
            )),
            Yellow::CouldNotTell => Err(not_seen(format!(
                "Trusted Advisor's check {id} marks the bucket yellow without a reason, as it does where it cannot read the \
                 bucket; {looked}"
            ))),
        },
        "error" => Ok(Judgement::fail_as(
            reading.red,
            format!("Trusted Advisor's check {id} marks the bucket red{suppressed}; {looked}."),
        )),
        other => Err(Unknown::not_understood(format!(
            "Trusted Advisor's check {id} marks the bucket {other}"
        ))),
    }
}

/// A mark that is not known here stands above all others, so that none of them is believed beside it.
fn weight(status: &str) -> u8 {
    match status {
        "ok" => 0,
        "warning" => 1,
        "error" => 2,
        _ => 3,
    }
}

/// Why Trusted Advisor might leave the bucket out of its list though there were something to say; `None` where it would not.
fn why_silence_says_nothing(
    view: &BucketView<'_>,
    check: &TrustedAdvisorCheck,
    result: &TrustedAdvisorResult,
) -> Option<String> {
    let id = &check.id;
    let summary = &result.summary;
    let suppressed = result.resources.iter().filter(|row| row.is_suppressed).count();
    let nameless = result.resources.iter().any(|row| row.bucket.is_none());
    let missing = if !result.lists_all_that_it_flagged() || nameless {
        "does not name every bucket that it flagged"
    } else if summary.ignored > 0 {
        "left buckets out of which it had no information"
    } else if i64::try_from(suppressed).unwrap_or(i64::MAX) < summary.suppressed {
        "does not name every bucket that somebody excluded"
    } else if summary.processed == 0 {
        "looked at no bucket"
    } else {
        let is_older = match (result.refreshed(), view.bucket.created_at) {
            (Some(looked), Some(created)) => created <= looked,
            (None, _) | (_, None) => false,
        };
        if is_older {
            return None;
        }
        "is not known to have looked since the bucket was made"
    };
    Some(format!(
        "Trusted Advisor's check {id} does not list the bucket, and {missing}"
    ))
}

fn not_seen<'a>(detail: String) -> Unknown<'a> {
    Unknown::because(Gap::new(GapCause::OutsideScan, detail))
}

/// When Trusted Advisor looked, and how old that was when it was asked.
fn looked(result: &TrustedAdvisorResult, asked: &Source) -> String {
    let Some(looked) = result.refreshed() else {
        return "it does not say when it looked".to_owned();
    };
    let days = asked
        .observed_at
        .map(|asked| asked.duration_since(looked).as_hours() / 24);
    match days {
        None => format!("it looked at {looked}"),
        Some(..=0) => format!("it looked at {looked}, less than a day before it was asked"),
        Some(1) => format!("it looked at {looked}, a day before it was asked"),
        Some(days) => format!("it looked at {looked}, {days} days before it was asked"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::Timestamp;
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{
        TrustedAdvisorBearing, TrustedAdvisorColumns, TrustedAdvisorOffer, TrustedAdvisorSummary,
    };

    use super::*;
    use crate::check::Check;
    use crate::checks::scene::{Scene, denied, expect, source};

    /// A row about a bucket with columns.
    pub(in crate::checks) fn row(bucket: &str, status: &str, columns: &[(&str, &str)]) -> TrustedAdvisorResource {
        TrustedAdvisorResource {
            id: "opaque".to_owned(),
            status: status.to_owned(),
            region: None,
            is_suppressed: false,
            bucket: Some(bucket.to_owned()),
            columns: columns_of(columns),
        }
    }

    fn columns_of(columns: &[(&str, &str)]) -> TrustedAdvisorColumns {
        let offer = TrustedAdvisorOffer {
            name: String::new(),
            category: String::new(),
            headings: columns.iter().map(|(heading, _)| Some((*heading).to_owned())).collect(),
        };
        offer.rows()(columns.iter().map(|(_, value)| Some((*value).to_owned())).collect())
    }

    /// A result that lists these rows, asked for three days after Trusted Advisor looked.
    pub(in crate::checks) fn result(rows: Vec<TrustedAdvisorResource>) -> TrustedAdvisorResult {
        let count = |wanted: fn(&TrustedAdvisorResource) -> bool| {
            i64::try_from(rows.iter().filter(|row| wanted(row)).count()).expect("few rows")
        };
        TrustedAdvisorResult {
            status: "warning".to_owned(),
            refreshed_at: "2026-11-17T06:12:44Z".to_owned(),
            summary: TrustedAdvisorSummary {
                processed: 9,
                flagged: count(|row| row.status != "ok" && !row.is_suppressed),
                ignored: 0,
                suppressed: count(|row| row.is_suppressed),
            },
            resources: rows,
        }
    }

    /// A check that is offered, with its result.
    pub(in crate::checks) fn check(id: &str, result: Evidence<TrustedAdvisorResult>) -> TrustedAdvisorCheck {
        TrustedAdvisorCheck {
            id: id.to_owned(),
            title: String::new(),
            bearing: TrustedAdvisorBearing::S3,
            security_hub_control: None,
            offer: None,
            refresh: None,
            result,
        }
    }

    /// A scene in which Trusted Advisor says this of a check.
    pub(in crate::checks) fn saying(id: &str, said: TrustedAdvisorResult) -> Scene {
        let mut asked = source("support.DescribeTrustedAdvisorCheckResult");
        asked.observed_at = "2026-11-20T09:00:00Z".parse::<Timestamp>().ok();
        offering(vec![check(id, Evidence::present(said, asked))])
    }

    /// A scene in which Trusted Advisor offers these checks.
    pub(in crate::checks) fn offering(checks: Vec<TrustedAdvisorCheck>) -> Scene {
        with_list(Evidence::present(
            checks,
            source("support.DescribeTrustedAdvisorChecks"),
        ))
    }

    /// A scene in which the list of checks is this.
    pub(in crate::checks) fn with_list(checks: Evidence<Vec<TrustedAdvisorCheck>>) -> Scene {
        Scene::with(|scene| scene.say(TrustedAdvisor { checks }))
    }

    /// A list that AWS refuses for the support plan.
    pub(in crate::checks) fn without_plan() -> Evidence<Vec<TrustedAdvisorCheck>> {
        let gap = Gap::new(GapCause::NoSupportPlan, "SubscriptionRequiredException");
        Evidence::gap(gap, source("support.DescribeTrustedAdvisorChecks"))
    }

    /// A check that is not offered.
    pub(in crate::checks) fn not_offered(id: &str) -> TrustedAdvisorCheck {
        check(id, Evidence::absent(source("support.DescribeTrustedAdvisorChecks")))
    }

    /// What every check that takes Trusted Advisor's word has in common, whatever it is about.
    pub(in crate::checks) fn holds_to_what_was_said(judged: &Check, id: &'static str) {
        let of = |rows: Vec<TrustedAdvisorResource>| saying(id, result(rows));
        let cases = vec![
            (
                "green",
                of(vec![row("subject", "ok", &[])]),
                Verdict::Pass,
                "marks the bucket green, which shows that",
            ),
            (
                "its age",
                of(vec![row("subject", "ok", &[])]),
                Verdict::Pass,
                "it looked at 2026-11-17T06:12:44Z, 3 days before it was asked",
            ),
            (
                "red",
                of(vec![row("subject", "error", &[])]),
                Verdict::Fail,
                "marks the bucket red",
            ),
            (
                "red beside green",
                of(vec![row("subject", "error", &[]), row("subject", "ok", &[])]),
                Verdict::Fail,
                "red",
            ),
            (
                "excluded",
                of(vec![TrustedAdvisorResource {
                    is_suppressed: true,
                    ..row("subject", "error", &[])
                }]),
                Verdict::Fail,
                "somebody excluded it there",
            ),
            (
                "a new mark",
                of(vec![row("subject", "purple", &[])]),
                Verdict::NotAssessed,
                "purple",
            ),
        ];
        expect(judged, cases);
        silence_counts_only_where_it_says_something(judged, id);
        what_was_not_said_is_left_open(judged, id);
    }

    fn silence_counts_only_where_it_says_something(judged: &Check, id: &'static str) {
        let of = |rows: Vec<TrustedAdvisorResource>| saying(id, result(rows));
        let changed = |change: fn(&mut TrustedAdvisorResult)| {
            let mut said = result(vec![row("other", "ok", &[])]);
            change(&mut said);
            saying(id, said)
        };
        let mut nameless = row("other", "warning", &[]);
        nameless.bucket = None;
        let mut later = of(vec![]);
        later.bucket.created_at = "2026-11-18T00:00:00Z".parse().ok();
        let mut earlier = of(vec![]);
        earlier.bucket.created_at = "2026-11-01T00:00:00Z".parse().ok();
        let cases = vec![
            (
                "not listed, and nobody knows since when the bucket is",
                of(vec![row("other", "error", &[])]),
                Verdict::NotAssessed,
                "since the bucket was made",
            ),
            ("not listed, and old enough", earlier, Verdict::Pass, "does not list"),
            (
                "not listed, and made later",
                later,
                Verdict::NotAssessed,
                "since the bucket was made",
            ),
            (
                "not listed, and no time",
                changed(|said| said.refreshed_at.clear()),
                Verdict::NotAssessed,
                "since the bucket was made",
            ),
            (
                "not listed, and others flagged that are not named",
                changed(|said| said.summary.flagged = 3),
                Verdict::NotAssessed,
                "does not name every bucket that it flagged",
            ),
            (
                "not listed beside a row without a bucket",
                of(vec![nameless]),
                Verdict::NotAssessed,
                "does not name every bucket",
            ),
            (
                "not listed, and others left out",
                changed(|said| said.summary.ignored = 1),
                Verdict::NotAssessed,
                "had no information",
            ),
            (
                "not listed, and others excluded that are not named",
                changed(|said| said.summary.suppressed = 1),
                Verdict::NotAssessed,
                "somebody excluded",
            ),
            (
                "not listed, and nothing looked at",
                changed(|said| said.summary.processed = 0),
                Verdict::NotAssessed,
                "looked at no bucket",
            ),
        ];
        expect(judged, cases);
    }

    fn what_was_not_said_is_left_open(judged: &Check, id: &'static str) {
        let changed = |change: fn(&mut TrustedAdvisorResult)| {
            let mut said = result(vec![row("other", "ok", &[])]);
            change(&mut said);
            saying(id, said)
        };
        let refused = |at: Evidence<TrustedAdvisorResult>| offering(vec![check(id, at)]);
        let cases = vec![
            (
                "not available",
                changed(|said| "not_available".clone_into(&mut said.status)),
                Verdict::NotAssessed,
                "in the state not_available",
            ),
            (
                "not offered",
                offering(vec![not_offered(id)]),
                Verdict::NotApplicable,
                "does not offer its check",
            ),
            ("not asked for", offering(vec![]), Verdict::NotAssessed, "did not ask"),
            (
                "no support plan",
                with_list(without_plan()),
                Verdict::NotApplicable,
                "support plan does not include",
            ),
            (
                "list denied",
                with_list(Evidence::gap(denied(), source("support.DescribeTrustedAdvisorChecks"))),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "result denied",
                refused(Evidence::gap(
                    denied(),
                    source("support.DescribeTrustedAdvisorCheckResult"),
                )),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS Trusted Advisor",
            ),
        ];
        expect(judged, cases);
    }
}
