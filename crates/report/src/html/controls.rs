//! The controls: a list of all, and a page for each on which a check bears.
//!
//! It does not know how a control's status came about.

use std::collections::BTreeMap;

use s3attest_model::control::{Baseline, ControlAssessment, ControlStatus, Strength};
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::CheckId;
use serde::Serialize;

use super::bar::Bar;
use super::book::{Book, PageError, Sheet};
use super::finding::{FindingRow, Worst};
use super::places;
use super::words::{self, Mark};

/// How many failed findings a control's page lists.
const FAILED: usize = 100;

/// A control in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ControlRow<'run> {
    id: &'run str,
    title: &'run str,
    family: &'run str,
    family_title: &'run str,
    baselines: Vec<&'static str>,
    status: Mark,
    /// The control's own page; `None` when no check bears on it.
    page: Option<String>,
    checks: usize,
    counts: VerdictCounts,
}

/// A family of controls in numbers.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Family<'run> {
    id: &'run str,
    title: &'run str,
    /// Numbers in the order of [`ControlStatus::ALL`].
    statuses: Vec<StatusCount>,
    bar: Bar,
    automated: Vec<ControlRow<'run>>,
    not_automated: u64,
    total: u64,
}

/// A status and how many controls have it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StatusCount {
    status: Mark,
    meaning: &'static str,
    count: u64,
}

#[derive(Serialize)]
struct CheckRow<'page> {
    id: &'page str,
    title: &'page str,
    page: String,
    strength: &'static str,
    is_part: bool,
    rationale: &'page str,
    counts: VerdictCounts,
}

#[derive(Serialize)]
struct ControlPage<'page> {
    row: ControlRow<'page>,
    meaning: &'static str,
    claims: Vec<&'static str>,
    bar: Bar,
    checks: Vec<CheckRow<'page>>,
    failed: Vec<FindingRow>,
    failed_total: u64,
}

#[derive(Serialize)]
struct ControlsPage<'page> {
    rows: Vec<ControlRow<'page>>,
    statuses: Vec<StatusCount>,
    framework: &'page str,
    version: &'page str,
}

impl<'run> ControlRow<'run> {
    fn new(control: &'run ControlAssessment) -> Self {
        Self {
            id: control.control.as_str(),
            title: &control.title,
            family: &control.family,
            family_title: &control.family_title,
            baselines: control
                .baselines
                .iter()
                .map(|baseline: &Baseline| baseline.title())
                .collect(),
            status: words::control_status(control.status),
            page: is_automated(control).then(|| places::control(&control.control)),
            checks: control.checks.len(),
            counts: control.counts,
        }
    }
}

fn is_automated(control: &ControlAssessment) -> bool {
    control.status != ControlStatus::NotAutomated
}

/// How many controls have each status.
pub(super) fn statuses(controls: &[ControlAssessment]) -> Vec<StatusCount> {
    ControlStatus::ALL
        .into_iter()
        .map(|status| StatusCount {
            status: words::control_status(status),
            meaning: words::control_meaning(status),
            count: controls.iter().filter(|control| control.status == status).count() as u64,
        })
        .collect()
}

/// The families in the framework's order.
pub(super) fn families(controls: &[ControlAssessment]) -> Vec<Family<'_>> {
    controls
        .chunk_by(|one, other| one.family == other.family)
        .map(|family| {
            let statuses = statuses(family);
            let parts: Vec<_> = statuses
                .iter()
                .map(|status| (status.status.class, status.status.word, status.count))
                .collect();
            let automated: Vec<_> = family
                .iter()
                .filter(|control| is_automated(control))
                .map(ControlRow::new)
                .collect();
            Family {
                id: &family[0].family,
                title: &family[0].family_title,
                bar: Bar::new(&parts),
                statuses,
                not_automated: (family.len() - automated.len()) as u64,
                automated,
                total: family.len() as u64,
            }
        })
        .collect()
}

/// Writes the list of controls and the page of each on which a check bears.
pub(super) fn write(
    book: &Book<'_>,
    framework: &s3attest_model::assessment::FrameworkInformation,
    open: &BTreeMap<CheckId, Worst>,
) -> Result<(), PageError> {
    let controls = book.controls;
    for control in controls.iter().filter(|control| is_automated(control)) {
        let path = places::control(&control.control);
        let title = format!("{} {}", control.control, control.title);
        book.page(
            Sheet {
                template: "pages/control.hbs",
                path: &path,
                title: &title,
                section: "controls",
            },
            &control_page(book, control, open),
        )?;
    }
    book.page(
        Sheet {
            template: "pages/controls.hbs",
            path: places::CONTROLS,
            title: "Controls",
            section: "controls",
        },
        &ControlsPage {
            rows: controls.iter().map(ControlRow::new).collect(),
            statuses: statuses(controls),
            framework: &framework.title,
            version: &framework.catalogue_version,
        },
    )
}

fn control_page<'page>(
    book: &'page Book<'_>,
    control: &'page ControlAssessment,
    open: &BTreeMap<CheckId, Worst>,
) -> ControlPage<'page> {
    let mut failed = Vec::new();
    for check in &control.checks {
        let rows = open.get(&check.check).map(Worst::failed).unwrap_or_default();
        failed.extend(rows.into_iter().take(FAILED - failed.len()));
    }
    ControlPage {
        row: ControlRow::new(control),
        meaning: words::control_meaning(control.status),
        claims: claims(control),
        bar: Bar::of_verdicts(control.counts),
        checks: control
            .checks
            .iter()
            .map(|check| CheckRow {
                id: check.check.as_str(),
                title: book.check_title(&check.check),
                page: places::check(&check.check),
                strength: words::strength(check.strength),
                is_part: check.strength == Strength::SatisfiesPart,
                rationale: &check.rationale,
                counts: check.counts,
            })
            .collect(),
        failed,
        failed_total: control.counts.fail,
    }
}

/// What this page does not claim about the control.
fn claims(control: &ControlAssessment) -> Vec<&'static str> {
    let mut claims = vec![
        "It speaks for Amazon S3 in the accounts that were read, and for no other service or system.",
        "It speaks for the settings at the time of the run. It does not show how they came about, who approved them, or \
         whether they stay.",
    ];
    if control.checks.iter().all(|check| check.strength == Strength::Supports) {
        claims.push(
            "No check here is itself a part of what the control asks for: each supports it only. The control needs \
             other evidence whatever the status says.",
        );
    } else {
        claims.push(
            "The checks speak for a part of the control. Its policies, procedures and the parts that no setting shows \
             need other evidence.",
        );
    }
    if control.counts.not_assessed > 0 {
        claims.push("Some resources could not be judged; what they would have shown is not known.");
    }
    claims
}
