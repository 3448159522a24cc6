//! What all pages share: the frame around them, the names of checks, and the way to the disk.
//!
//! It does not know what is on a page.

use std::collections::BTreeMap;

use s3attest_model::assessment::FrameworkInformation;
use s3attest_model::check::CheckDescription;
use s3attest_model::control::ControlAssessment;
use s3attest_model::coverage::AccountStatus;
use s3attest_model::identifiers::{AccountId, CheckId, ControlId};
use s3attest_model::run::Mode;
use serde::Serialize;

use super::pager::ROWS;
use super::places;
use super::templates::Engine;
use crate::assessed::AssessedRun;
use crate::error::{ReportError, TemplateError, WriteError};
use crate::remediation::Remedies;
use crate::seen::{seen, without_evidence};
use crate::selection::Selection;
use crate::staging::Staging;
use crate::text::moment;

/// A page that could not be made.
#[derive(Debug)]
pub(super) enum PageError {
    Write(WriteError),
    Template(TemplateError),
}

impl From<WriteError> for PageError {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

impl From<TemplateError> for PageError {
    fn from(error: TemplateError) -> Self {
        Self::Template(error)
    }
}

impl<E: std::error::Error + 'static> From<PageError> for ReportError<E> {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Write(error) => Self::Write(error),
            PageError::Template(error) => Self::Template(error),
        }
    }
}

/// What stands at the top and the bottom of every page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Banner {
    /// Whose buckets: the organization or the account.
    pub(super) subject: String,
    /// Whether the organization is a simulated one.
    is_simulated: bool,
    /// Whether tokens stand in the place of names.
    is_redacted: bool,
    /// Why one account alone was read, where that is so.
    single_account: Option<String>,
    /// Whether the list of accounts is incomplete.
    accounts_incomplete: bool,
    /// How much of the scope was seen, and of the known accounts alone where there may be others.
    pub(super) seen: String,
    /// Whether that is everything, and all of it is still there to be shown.
    pub(super) is_complete: bool,
    run: String,
    started: String,
    collected_by: String,
    judged_by: String,
}

/// What a page is, apart from its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet<'page> {
    /// The template's path.
    pub(super) template: &'static str,
    /// The page's path within the report.
    pub(super) path: &'page str,
    /// The page's title.
    pub(super) title: &'page str,
    /// Which entry of the navigation it belongs to.
    pub(super) section: &'static str,
}

#[derive(Serialize)]
struct Framed<'page, B> {
    /// The way from the page's directory back to the report's: empty or a number of `../`.
    root: &'static str,
    title: &'page str,
    section: &'static str,
    banner: &'page Banner,
    body: &'page B,
}

/// The report in the making.
pub(super) struct Book<'run> {
    engine: Engine,
    staging: &'run Staging,
    pub(super) banner: Banner,
    pub(super) checks: &'run [CheckDescription],
    controls: &'run [ControlAssessment],
    /// The frameworks, the first one first.
    pub(super) frameworks: Vec<&'run FrameworkInformation>,
    /// Which controls were selected.
    pub(super) selection: Selection<'run>,
    /// The controls by framework and id.
    by_id: BTreeMap<(&'run str, &'run ControlId), &'run ControlAssessment>,
    /// For each framework the selected controls on which a check bears, with their pages.
    bearing: BTreeMap<&'run str, Vec<(&'run ControlAssessment, String)>>,
    titles: BTreeMap<&'run CheckId, &'run str>,
    /// The partition of the run.
    pub(super) partition: &'static str,
    /// What to do about each check, read once.
    pub(super) remedies: Remedies<'run>,
    /// The numbers of the pages on which exceptions stand, by their ids.
    exception_pages: BTreeMap<&'run str, u64>,
    /// The accounts that were read and of which the snapshot holds nothing any more.
    pub(super) without_evidence: BTreeMap<AccountId, AccountStatus>,
}

impl<'run> Book<'run> {
    pub(super) fn new<R: AssessedRun>(
        run: &'run R,
        engine: Engine,
        staging: &'run Staging,
        subject: String,
    ) -> Result<Self, ReportError<R::Error>> {
        let (information, summary) = (run.run(), run.summary());
        let without_evidence = without_evidence(run)?;
        let banner = Banner {
            subject,
            is_simulated: information.is_simulated,
            is_redacted: run.is_redacted(),
            single_account: match &information.mode {
                Mode::Organization => None,
                Mode::SingleAccount(reason) => Some(reason.clone()),
            },
            accounts_incomplete: summary.account_listing_gap.is_some(),
            seen: seen(summary),
            is_complete: summary.coverage.seen == 10_000
                && summary.account_listing_gap.is_none()
                && without_evidence.is_empty(),
            run: information.id.clone(),
            started: moment(information.started_at),
            collected_by: information.tool_version.clone(),
            judged_by: summary.tool_version.clone(),
        };
        let mut book = Self {
            engine,
            staging,
            banner,
            checks: run.checks(),
            controls: run.controls(),
            frameworks: summary.frameworks().collect(),
            selection: Selection::of(run),
            by_id: run
                .controls()
                .iter()
                .map(|control| ((control.framework.as_str(), &control.control), control))
                .collect(),
            titles: run
                .checks()
                .iter()
                .map(|check| (&check.id, check.title.as_str()))
                .collect(),
            partition: information.partition.as_str(),
            remedies: Remedies::new(run.checks()),
            exception_pages: summary
                .exceptions
                .iter()
                .flat_map(|assessed| assessed.tallies.chunks(ROWS).zip(1..))
                .flat_map(|(tallies, page)| tallies.iter().map(move |tally| (tally.exception.id.as_str(), page)))
                .collect(),
            bearing: BTreeMap::new(),
            without_evidence,
        };
        for control in run.controls() {
            if control.is_automated()
                && book.selection.holds(control)
                && let Some(page) = book.control_page(control)
            {
                let of_framework = book.bearing.entry(control.framework.as_str()).or_default();
                of_framework.push((control, page));
            }
        }
        Ok(book)
    }

    /// The selected controls of a framework on which a check bears, with their pages.
    pub(super) fn bearing(
        &self,
        framework: &FrameworkInformation,
    ) -> impl Iterator<Item = (&'run ControlAssessment, &str)> {
        let of_framework = self.bearing.get(framework.id.as_str()).into_iter().flatten();
        of_framework.map(|(control, page)| (*control, page.as_str()))
    }

    /// A check's title, and its id where the run does not describe it.
    pub(super) fn check_title<'check>(&self, check: &'check CheckId) -> &'check str
    where
        'run: 'check,
    {
        self.titles.get(check).copied().unwrap_or(check.as_str())
    }

    /// Where an exception stands.
    pub(super) fn exception_page(&self, id: &str) -> String {
        places::exception(id, self.exception_pages.get(id).copied().unwrap_or(1))
    }

    /// Every control of every framework.
    pub(super) fn controls(&self) -> impl Iterator<Item = &'run ControlAssessment> + use<'run> {
        self.controls.iter()
    }

    /// The controls of a framework, in its order.
    pub(super) fn controls_of(&self, framework: &FrameworkInformation) -> Vec<&'run ControlAssessment> {
        let is_of = |control: &&ControlAssessment| control.framework == framework.id;
        self.controls.iter().filter(is_of).collect()
    }

    /// A control by its framework and its id.
    pub(super) fn control(&self, framework: &str, control: &ControlId) -> Option<&'run ControlAssessment> {
        self.by_id.get(&(framework, control)).copied()
    }

    /// A framework's title.
    pub(super) fn framework_title(&self, framework: &str) -> Option<&'run str> {
        let found = self.frameworks.iter().find(|one| one.id == framework);
        found.map(|one| one.title.as_str())
    }

    /// A framework's id where it has to be named: every one but the first.
    pub(super) fn other<'id>(&self, framework: &'id str) -> Option<&'id str> {
        let first = self.frameworks.first().map_or("", |first| first.id.as_str());
        Some(framework).filter(|framework| *framework != first)
    }

    /// Where a control has a page of its own: when a check bears on it, or somebody said something about it.
    pub(super) fn control_page(&self, control: &ControlAssessment) -> Option<String> {
        let has_page = control.is_automated() || control.note.is_some() || !control.parameters.is_empty();
        has_page.then(|| super::places::control(self.other(&control.framework), &control.control))
    }

    pub(super) fn staging(&self) -> &'run Staging {
        self.staging
    }

    /// Renders a page and writes it.
    pub(super) fn page<B: Serialize>(&self, sheet: Sheet<'_>, body: &B) -> Result<(), PageError> {
        let framed = Framed {
            root: match sheet.path.matches('/').count() {
                0 => "",
                1 => "../",
                _ => "../../",
            },
            title: sheet.title,
            section: sheet.section,
            banner: &self.banner,
            body,
        };
        let page = self.engine.render(sheet.template, sheet.path, &framed)?;
        Ok(self.staging.write(sheet.path, page.as_bytes())?)
    }

    /// Writes the style sheet and the script.
    pub(super) fn assets(&self) -> Result<(), PageError> {
        for (path, text) in self.engine.assets() {
            self.staging.write(path, text.as_bytes())?;
        }
        Ok(())
    }
}
