//! AWS Trusted Advisor: the checks that bear on S3, what they say of an account, and what became of asking for fresh answers.
//!
//! Trusted Advisor has words of its own for our checks and verdicts: a check of it has a status (`ok`, `warning`, `error`,
//! `not_available`), and flags resources. They stay as AWS writes them; what they are worth is for others to judge.

mod columns;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use columns::TrustedAdvisorColumns;

use super::{Fact, Facts};
use crate::evidence::{Evidence, Unknown};

/// How near a check of Trusted Advisor is to S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustedAdvisorBearing {
    /// It is about S3 itself.
    S3,
    /// It is about a service that S3 leans on: trails, keys, analyzers, the root user.
    Related,
}

/// A check as Trusted Advisor's own list describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedAdvisorOffer {
    /// Its name, in English.
    pub name: String,
    /// Its category, such as `security`.
    pub category: String,
    /// The headings of its columns in the order in which this interface gives the values; the console has another order.
    pub headings: Vec<Option<String>>,
}

impl TrustedAdvisorOffer {
    /// Puts rows under the headings; no value is lost, and none slips under another heading.
    pub fn rows(&self) -> impl Fn(Vec<Option<String>>) -> TrustedAdvisorColumns + use<> {
        let headings: Arc<[String]> = columns::headings(&self.headings);
        move |values| TrustedAdvisorColumns::new(&headings, values)
    }

    /// The control of Security Hub that a check's description names, such as `S3.5`.
    #[must_use]
    pub fn security_hub_control(description: &str) -> Option<String> {
        columns::security_hub_control(description)
    }
}

/// How many resources a check looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedAdvisorSummary {
    /// Looked at.
    pub processed: i64,
    /// Flagged.
    pub flagged: i64,
    /// Left out because Trusted Advisor had no information about them.
    pub ignored: i64,
    /// Left out because somebody in the account marked them so.
    pub suppressed: i64,
}

/// A resource that a check lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedAdvisorResource {
    /// Trusted Advisor's own id of it, from which nothing can be read.
    pub id: String,
    /// `ok`, `warning` or `error`.
    pub status: String,
    /// The region, where the check names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Whether somebody in the account marked it to be left out.
    pub is_suppressed: bool,
    /// The bucket, where the columns name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// The columns by their headings.
    pub columns: TrustedAdvisorColumns,
}

/// What a check says of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedAdvisorResult {
    /// `ok`, `warning`, `error` or `not_available`; the last says nothing of the account.
    pub status: String,
    /// When Trusted Advisor last looked, as it writes the time. Asking for a result does not make it look again.
    pub refreshed_at: String,
    /// How many resources it looked at.
    pub summary: TrustedAdvisorSummary,
    /// The resources that it lists. Some checks list only what they flag, though they count everything.
    pub resources: Vec<TrustedAdvisorResource>,
}

impl TrustedAdvisorResult {
    /// Whether Trusted Advisor came to a judgement at all.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self.status.as_str(), "ok" | "warning" | "error")
    }

    /// Whether as many resources are listed as flagged as were counted: where not, that a bucket is not in the list says
    /// nothing of it.
    #[must_use]
    pub fn lists_all_that_it_flagged(&self) -> bool {
        let listed = self
            .resources
            .iter()
            .filter(|resource| resource.status != "ok" && !resource.is_suppressed)
            .count();
        i64::try_from(listed).is_ok_and(|listed| listed >= self.summary.flagged)
    }

    /// When Trusted Advisor last looked; `None` when it never did, or wrote no time.
    #[must_use]
    pub fn refreshed(&self) -> Option<Timestamp> {
        self.refreshed_at.parse().ok()
    }
}

/// Where the refresh of a check stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedAdvisorRefreshStatus {
    /// `none`, `enqueued`, `processing`, `success` or `abandoned`.
    pub status: String,
    /// How long until it may be refreshed, in milliseconds; 0 for at once.
    pub milliseconds_until_refreshable: i64,
}

impl TrustedAdvisorRefreshStatus {
    /// Whether Trusted Advisor is about to look, or looking.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        matches!(self.status.as_str(), "enqueued" | "processing")
    }
}

/// A refresh that was asked for, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedAdvisorRefreshSteps {
    /// Where the refresh stood before; absent when AWS refreshes the check by itself and takes no request.
    pub before: Evidence<TrustedAdvisorRefreshStatus>,
    /// What was answered to the request; `None` where none was made, because the check may not be refreshed yet or is being
    /// refreshed already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Evidence<TrustedAdvisorRefreshStatus>>,
    /// Where it stood when waiting ended, which may be before the refresh did; `None` where there was nothing to wait for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Evidence<TrustedAdvisorRefreshStatus>>,
}

/// What was done to get a fresh answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustedAdvisorRefresh {
    /// Nothing: AWS is known to refresh the check by itself.
    Automatic,
    /// It was asked for.
    Asked(Box<TrustedAdvisorRefreshSteps>),
}

/// A check that is wanted of the account, whether Trusted Advisor offers it or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedAdvisorCheck {
    /// Its id.
    pub id: String,
    /// What it is about, in a few words.
    pub title: String,
    /// How near it is to S3.
    pub bearing: TrustedAdvisorBearing,
    /// The control of Security Hub that it repeats, such as `S3.5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_hub_control: Option<String>,
    /// How Trusted Advisor describes it; `None` when its list does not hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<TrustedAdvisorOffer>,
    /// What was done to get a fresh answer; `None` when nobody wished for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<TrustedAdvisorRefresh>,
    /// What it says; absent when Trusted Advisor does not offer it.
    pub result: Evidence<TrustedAdvisorResult>,
}

/// What Trusted Advisor says of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedAdvisor {
    /// Every check that is wanted, sorted by id. A gap when the list of checks could not be had, as in an account without a
    /// support plan: then none was asked for.
    pub checks: Evidence<Vec<TrustedAdvisorCheck>>,
}

impl TrustedAdvisor {
    /// A check by its id; `None` when it is neither wanted nor offered.
    pub fn check(&self, id: &str) -> Result<Option<&TrustedAdvisorCheck>, Unknown<'_>> {
        let checks = self.checks.known()?;
        Ok(checks.into_iter().flatten().find(|check| check.id == id))
    }
}

impl Facts for TrustedAdvisor {
    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("", "checks", &self.checks)];
        for check in self.checks.known().ok().flatten().into_iter().flatten() {
            let id = check.id.as_str();
            if let Some(TrustedAdvisorRefresh::Asked(steps)) = &check.refresh {
                facts.push(Fact::new(id, "refresh before", &steps.before));
                facts.extend(
                    steps
                        .request
                        .iter()
                        .map(|request| Fact::new(id, "refresh request", request)),
                );
                facts.extend(steps.after.iter().map(|after| Fact::new(id, "refresh after", after)));
            }
            facts.push(Fact::new(id, "result", &check.result));
        }
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: &str, flagged: i64, resources: &[(&str, bool)]) -> TrustedAdvisorResult {
        TrustedAdvisorResult {
            status: status.to_owned(),
            refreshed_at: "2026-11-20T06:12:44Z".to_owned(),
            summary: TrustedAdvisorSummary {
                processed: 9,
                flagged,
                ignored: 0,
                suppressed: 0,
            },
            resources: resources
                .iter()
                .map(|(status, is_suppressed)| TrustedAdvisorResource {
                    id: String::new(),
                    status: (*status).to_owned(),
                    region: None,
                    is_suppressed: *is_suppressed,
                    bucket: None,
                    columns: TrustedAdvisorColumns::new(&columns::headings(&[]), Vec::new()),
                })
                .collect(),
        }
    }

    #[test]
    fn what_is_not_available_is_not_settled() {
        assert!(of("ok", 0, &[]).is_settled());
        assert!(!of("not_available", 0, &[]).is_settled());
        assert!(!of("something new", 0, &[]).is_settled());
    }

    #[test]
    fn a_list_that_is_shorter_than_its_count_is_known_for_one() {
        assert!(of("ok", 0, &[("ok", false)]).lists_all_that_it_flagged());
        assert!(of("error", 1, &[("error", false), ("ok", false)]).lists_all_that_it_flagged());
        assert!(!of("error", 2, &[("error", false), ("ok", false)]).lists_all_that_it_flagged());
        assert!(!of("warning", 1, &[("warning", true)]).lists_all_that_it_flagged());
    }

    #[test]
    fn a_time_that_is_none_is_not_made_up() {
        let mut result = of("ok", 0, &[]);
        assert!(result.refreshed().is_some());
        result.refreshed_at.clear();
        assert_eq!(result.refreshed(), None);
    }
}
