//! The controls: a list for each framework, and a page for each control of which there is something to say.
//!
//! It does not know how a control's status came about.

use std::collections::BTreeMap;

use s3attest_model::assessment::FrameworkInformation;
use s3attest_model::control::{
    AccountCounts, AssessorNote, Baseline, ControlAssessment, ControlParameter, ControlStatus, ResourceCounts,
    ResponsibilityStatement, Strength,
};
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::CheckId;
use serde::Serialize;

use super::bar::Bar;
use super::book::{Book, PageError, Sheet};
use super::evidence::Passage;
use super::exceptions::{BesideCheck, BesideChecks};
use super::finding::{FindingRow, Worst};
use super::places;
use super::standing::{self, StandingRow, Standings};
use super::words::{self, Mark};
use crate::text::counted;

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
    /// Whether it is outside of the baseline that was selected.
    is_outside: bool,
    status: Mark,
    /// The control's own page; `None` when there is nothing to say of it.
    page: Option<String>,
    is_automated: bool,
    /// `Customer`, `Shared` or `AWS`; empty where the framework does not say.
    responsibility: &'static str,
    reason: &'run str,
    note: Option<Note>,
    checks: usize,
    counts: VerdictCounts,
    /// Why it is undetermined, where no finding says so.
    unread: Option<String>,
    resources: ResourceCounts,
}

/// An assessor's note.
#[derive(Debug, Clone, Serialize)]
struct Note {
    text: Passage,
    signed: String,
}

impl Note {
    fn of(note: &AssessorNote) -> Option<Self> {
        Some(Self {
            text: Passage::of(&note.text)?,
            signed: [note.by.as_str(), note.on.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
        })
    }
}

/// A family of controls in numbers, of what was selected.
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

/// A baseline in numbers.
#[derive(Debug, Clone, Serialize)]
pub(super) struct BaselineRow {
    title: &'static str,
    is_selected: bool,
    /// Numbers in the order of [`ControlStatus::ALL`].
    counts: Vec<u64>,
    by_hand: u64,
    total: u64,
}

/// Who has to see to some controls of a family, and why.
#[derive(Debug, Clone, Serialize)]
struct ResponsibilityRow<'run> {
    family: &'run str,
    family_title: &'run str,
    responsibility: &'static str,
    reason: &'run str,
    /// The controls by id, where they are few; otherwise how many they are.
    controls: String,
}

/// A framework beside the first one, in numbers.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FrameworkRow<'run> {
    title: &'run str,
    page: String,
    extent: Option<&'run str>,
    statuses: Vec<StatusCount>,
    total: usize,
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
struct ParameterRow<'page> {
    parameter: &'page ControlParameter,
    checks: Vec<Link<'page>>,
}

#[derive(Serialize)]
struct Link<'page> {
    title: &'page str,
    page: String,
}

#[derive(Serialize)]
struct ControlPage<'page> {
    row: ControlRow<'page>,
    framework: &'page str,
    list: String,
    has_baselines: bool,
    meaning: &'static str,
    claims: Vec<&'static str>,
    bar: Bar,
    /// The exceptions beside its failed findings.
    exceptions: Vec<BesideCheck>,
    /// The search of all of its findings.
    findings: String,
    checks: Vec<CheckRow<'page>>,
    parameters: Vec<ParameterRow<'page>>,
    accounts: AccountCounts,
    accounts_total: u64,
    /// Whether the assessment counted by account.
    is_counted: bool,
    units: &'page [StandingRow],
    unsettled: Vec<&'page StandingRow>,
    unsettled_total: u64,
    failed: Vec<FindingRow>,
    failed_total: u64,
}

#[derive(Serialize)]
struct ControlsPage<'page> {
    rows: Vec<ControlRow<'page>>,
    statuses: Vec<StatusCount>,
    /// The names of the statuses, in the order of the baselines' numbers.
    status_words: Vec<Mark>,
    baselines: Vec<BaselineRow>,
    baseline: Option<&'static str>,
    outside: usize,
    responsibilities: Vec<ResponsibilityRow<'page>>,
    noted: usize,
    by_hand: usize,
    framework: &'page str,
    version: &'page str,
    extent: Option<&'page str>,
    overlays: &'page [String],
    other_frameworks: Vec<FrameworkRow<'page>>,
}

impl<'run> ControlRow<'run> {
    pub(super) fn new(book: &Book<'_>, control: &'run ControlAssessment) -> Self {
        let responsibility = control.responsibility.as_ref();
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
            is_outside: !book.selection.holds(control),
            status: words::control_status(control.status),
            page: book.control_page(control),
            is_automated: control.is_automated(),
            responsibility: responsibility.map_or("", |statement| words::responsibility(statement.responsibility)),
            reason: responsibility.map_or("", |statement| statement.reason.as_str()),
            note: control.note.as_ref().and_then(Note::of),
            checks: control.checks.len(),
            counts: control.counts,
            unread: standing::unread(control),
            resources: control.resources,
        }
    }
}

/// How many controls have each status.
pub(super) fn statuses(controls: &[&ControlAssessment]) -> Vec<StatusCount> {
    ControlStatus::ALL
        .into_iter()
        .map(|status| StatusCount {
            status: words::control_status(status),
            meaning: words::control_meaning(status),
            count: count(controls, status),
        })
        .collect()
}

fn count(controls: &[&ControlAssessment], status: ControlStatus) -> u64 {
    controls.iter().filter(|control| control.status == status).count() as u64
}

/// The controls of a framework that belong to what was selected.
pub(super) fn selected<'run>(book: &Book<'run>, framework: &FrameworkInformation) -> Vec<&'run ControlAssessment> {
    let mut controls = book.controls_of(framework);
    controls.retain(|control| book.selection.holds(control));
    controls
}

/// The families in the framework's order.
pub(super) fn families<'run>(book: &Book<'_>, controls: &[&'run ControlAssessment]) -> Vec<Family<'run>> {
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
                .filter(|control| control.is_automated())
                .map(|control| ControlRow::new(book, control))
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

/// A framework's baselines in numbers; none for a framework without baselines.
pub(super) fn baselines(book: &Book<'_>, framework: &FrameworkInformation) -> Vec<BaselineRow> {
    if !book.selection.has_baselines(&framework.id) {
        return Vec::new();
    }
    let controls = book.controls_of(framework);
    let row = |baseline: Baseline| {
        let within: Vec<_> = controls
            .iter()
            .copied()
            .filter(|control| control.is_within(Some(baseline)))
            .collect();
        BaselineRow {
            title: baseline.title(),
            is_selected: book.selection.baseline == Some(baseline),
            counts: ControlStatus::ALL.map(|status| count(&within, status)).into(),
            by_hand: within.iter().filter(|control| !control.is_automated()).count() as u64,
            total: within.len() as u64,
        }
    };
    Baseline::ALL.into_iter().map(row).collect()
}

/// The frameworks but one, in numbers.
pub(super) fn others<'run>(book: &Book<'run>, but: &FrameworkInformation) -> Vec<FrameworkRow<'run>> {
    let row = |framework: &&'run FrameworkInformation| {
        let controls = selected(book, framework);
        FrameworkRow {
            title: &framework.title,
            page: places::controls(book.other(&framework.id)),
            extent: framework.extent.as_deref(),
            statuses: statuses(&controls),
            total: controls.len(),
        }
    };
    let frameworks = book.frameworks.iter();
    frameworks.filter(|framework| framework.id != but.id).map(row).collect()
}

/// Up to so many controls are named where a responsibility is explained.
const NAMED: usize = 4;

/// Who has to see to what, by family and reason, in the framework's order.
fn responsibilities<'run>(controls: &[&'run ControlAssessment]) -> Vec<ResponsibilityRow<'run>> {
    let mut rows = Vec::new();
    for family in controls.chunk_by(|one, other| one.family == other.family) {
        let mut statements: Vec<(&ResponsibilityStatement, Vec<&str>)> = Vec::new();
        for control in family {
            let Some(statement) = &control.responsibility else {
                continue;
            };
            match statements.iter_mut().find(|(known, _)| *known == statement) {
                Some((_, ids)) => ids.push(control.control.as_str()),
                None => statements.push((statement, vec![control.control.as_str()])),
            }
        }
        rows.extend(statements.into_iter().map(|(statement, ids)| ResponsibilityRow {
            family: &family[0].family,
            family_title: &family[0].family_title,
            responsibility: words::responsibility(statement.responsibility),
            reason: &statement.reason,
            controls: if ids.len() <= NAMED {
                ids.join(", ")
            } else {
                counted(ids.len() as u64, "control", "controls")
            },
        }));
    }
    rows
}

/// The names of the statuses, in the order of a baseline's numbers.
pub(super) fn status_words() -> Vec<Mark> {
    ControlStatus::ALL.map(words::control_status).into()
}

/// Writes the lists of controls and the page of each of which there is something to say.
pub(super) fn write(
    book: &Book<'_>,
    standings: &Standings,
    open: &BTreeMap<CheckId, Worst>,
    beside: &BesideChecks,
) -> Result<(), PageError> {
    for framework in &book.frameworks {
        let controls = book.controls_of(framework);
        for control in &controls {
            let Some(path) = book.control_page(control) else {
                continue;
            };
            let title = format!("{} {}", control.control, control.title);
            book.page(
                Sheet {
                    template: "pages/control.hbs",
                    path: &path,
                    title: &title,
                    section: "controls",
                },
                &control_page(book, framework, control, standings, open, beside),
            )?;
        }
        write_list(book, framework, &controls)?;
    }
    Ok(())
}

fn write_list(
    book: &Book<'_>,
    framework: &FrameworkInformation,
    controls: &[&ControlAssessment],
) -> Result<(), PageError> {
    let within = selected(book, framework);
    let baselines = baselines(book, framework);
    book.page(
        Sheet {
            template: "pages/controls.hbs",
            path: &places::controls(book.other(&framework.id)),
            title: "Controls",
            section: "controls",
        },
        &ControlsPage {
            rows: controls.iter().map(|control| ControlRow::new(book, control)).collect(),
            statuses: statuses(&within),
            status_words: status_words(),
            baseline: book
                .selection
                .baseline
                .filter(|_| !baselines.is_empty())
                .map(Baseline::title),
            baselines,
            outside: controls.len() - within.len(),
            responsibilities: responsibilities(controls),
            noted: within.iter().filter(|control| control.note.is_some()).count(),
            by_hand: within.iter().filter(|control| !control.is_automated()).count(),
            framework: &framework.title,
            version: &framework.catalogue_version,
            extent: framework.extent.as_deref(),
            overlays: &framework.overlays,
            other_frameworks: others(book, framework),
        },
    )
}

fn control_page<'page>(
    book: &'page Book<'_>,
    framework: &'page FrameworkInformation,
    control: &'page ControlAssessment,
    standings: &'page Standings,
    open: &BTreeMap<CheckId, Worst>,
    beside: &BesideChecks,
) -> ControlPage<'page> {
    let mut failed = Vec::new();
    for check in &control.checks {
        let rows = open.get(&check.check).map(Worst::failed).unwrap_or_default();
        failed.extend(rows.into_iter().take(FAILED - failed.len()));
    }
    let standing = standings.of(control);
    ControlPage {
        row: ControlRow::new(book, control),
        framework: &framework.title,
        list: places::controls(book.other(&framework.id)),
        has_baselines: book.selection.has_baselines(&framework.id),
        meaning: words::control_meaning(control.status),
        claims: claims(control),
        bar: Bar::of_verdicts(control.counts),
        exceptions: beside.of(control.checks.iter().map(|check| &check.check)),
        findings: match book.other(&control.framework) {
            None => format!("{}#control={}", places::FINDINGS, control.control),
            Some(framework) => format!("{}#control={framework}/{}", places::FINDINGS, control.control),
        },
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
        parameters: control.parameters.iter().map(|one| parameter(book, one)).collect(),
        accounts: control.accounts,
        accounts_total: control.accounts.total(),
        is_counted: standing.is_some(),
        units: standing.map_or(&[], |standing| standing.units.as_slice()),
        unsettled: standing.map(|standing| standing.accounts()).unwrap_or_default(),
        unsettled_total: standing.map_or(0, |standing| standing.unsettled),
        failed,
        failed_total: control.counts.fail,
    }
}

fn parameter<'page>(book: &'page Book<'_>, parameter: &'page ControlParameter) -> ParameterRow<'page> {
    let link = |check: &'page CheckId| Link {
        title: book.check_title(check),
        page: places::check(check),
    };
    ParameterRow {
        parameter,
        checks: parameter.checks.iter().map(link).collect(),
    }
}

/// What this page does not claim about the control.
fn claims(control: &ControlAssessment) -> Vec<&'static str> {
    let mut claims = vec![
        "It speaks for Amazon S3 in the accounts that were read, and for no other service or system.",
        "It speaks for the settings at the time of the run. It does not show how they came about, who approved them, or \
         whether they stay.",
    ];
    if !control.is_automated() {
        return vec!["Anything about the control: no verdict of this run bears on it."];
    }
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
