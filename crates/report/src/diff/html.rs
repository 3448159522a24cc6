//! `changes.html`: one page that holds all that it needs, in the report's own style.
//!
//! Lists are bounded and say so; `changes.csv` and `changes.json` hold every change.

use s3attest_model::coverage::{AccountStatus, SourceStatus};
use serde::Serialize;

use super::text::{self, in_brief};
use super::{Titles, sentence};
use crate::assessed::AssessedRun;
use crate::comparison::{Change, Comparison, CoverageChanges, Kind, RunInBrief, Sighting, Standing, named};
use crate::error::ReportError;
use crate::html::{Single, Templates};
use crate::staging::Staging;
use crate::text::{clip, moment, share};

/// The longest name.
const NAME: usize = 100;
/// The longest sentence of a finding.
const SENTENCE: usize = 400;
/// Accounts and controls that are listed.
const LISTED: usize = 200;
/// Regions and buckets of each kind of change that are listed.
const PARTS: usize = 20;

#[derive(Serialize)]
struct Page {
    subject: String,
    is_simulated: bool,
    is_redacted: bool,
    grave: Vec<String>,
    differences: Vec<String>,
    runs: [Run; 2],
    changed: u64,
    unchanged: u64,
    totals: [u64; 2],
    kinds: Vec<Row>,
    sections: Vec<Section>,
    accounts: Vec<Account>,
    accounts_total: u64,
    organization_sources: Vec<String>,
    sources: Vec<Source>,
    /// Regions and buckets that changed alike.
    groups: Vec<Parts>,
    controls: Vec<Control>,
    controls_total: u64,
}

#[derive(Serialize)]
struct Run {
    word: &'static str,
    id: String,
    started: String,
    seen: String,
    brief: String,
}

#[derive(Serialize)]
struct Row {
    key: &'static str,
    class: &'static str,
    title: &'static str,
    meaning: &'static str,
    count: u64,
    failed_before: u64,
    failing_now: u64,
    has_section: bool,
}

#[derive(Serialize)]
struct Section {
    key: &'static str,
    class: &'static str,
    title: &'static str,
    meaning: &'static str,
    total: u64,
    shown: u64,
    rows: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    severity: String,
    severity_word: String,
    resource: String,
    account: String,
    check: String,
    title: String,
    before: Mark,
    after: Mark,
    /// The severity before and now, where it changed; empty otherwise.
    severities: String,
    explanation: String,
}

#[derive(Serialize)]
struct Mark {
    class: &'static str,
    word: &'static str,
}

#[derive(Serialize)]
struct Account {
    id: String,
    name: String,
    mark: Mark,
    before: &'static str,
    after: &'static str,
    reason: String,
    remedy: String,
}

#[derive(Serialize)]
struct Source {
    title: &'static str,
    lost: u64,
    regained: u64,
    changed: u64,
    left_scope: u64,
    entered_scope: u64,
}

#[derive(Serialize)]
struct Parts {
    number: String,
    mark: Mark,
    words: String,
    first: Vec<String>,
    more: u64,
}

#[derive(Serialize)]
struct Control {
    id: String,
    title: String,
    before: &'static str,
    after: &'static str,
}

/// The class that gives a kind its shape and colour.
fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Regressed | Kind::New | Kind::NoLongerAccepted => "bad",
        Kind::SeverityChanged => "part",
        Kind::NoLongerVisible => "unknown",
        Kind::Accepted => "accepted",
        Kind::Fixed => "good",
        Kind::VisibleAgain | Kind::EnteredScope => "there",
        Kind::LeftScope | Kind::Gone => "off",
        Kind::Appeared | Kind::ApplicabilityChanged | Kind::Unchanged => "none",
    }
}

fn mark_of(standing: Standing) -> Mark {
    let class = match standing {
        Standing::Passed => "good",
        Standing::Failed => "bad",
        Standing::Accepted => "accepted",
        Standing::NotKnown => "unknown",
        Standing::NotApplicable | Standing::NotThere | Standing::Resolved => "none",
        Standing::LeftOut | Standing::NotAsked | Standing::NotJudged => "off",
    };
    Mark {
        class,
        word: standing.title(),
    }
}

fn mark_of_sighting(sighting: Sighting) -> Mark {
    let class = match sighting {
        Sighting::Lost | Sighting::EnteredUnread => "unknown",
        Sighting::LeftScope => "off",
        Sighting::EnteredScope | Sighting::Changed => "there",
        Sighting::Regained => "good",
    };
    Mark {
        class,
        word: sighting.title(),
    }
}

/// Writes the page.
pub(super) fn write<R: AssessedRun>(
    later: &R,
    comparison: &Comparison,
    templates: &Templates,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let titles = Titles::of(later);
    let single = Single::new(templates)?;
    let later_run = &comparison.later;
    let subject = match &later_run.organization {
        Some(id) => format!("Organization {id}"),
        None => format!("Account {}", later.run().caller.account),
    };
    let in_words = |grave: bool| -> Vec<String> {
        let wanted = comparison
            .differences
            .iter()
            .filter(|one| one.aspect.is_grave() == grave);
        wanted
            .map(|difference| clip(&sentence(difference), 800).into_owned())
            .collect()
    };
    let page = Page {
        subject,
        is_simulated: later.run().is_simulated,
        is_redacted: later.is_redacted(),
        grave: in_words(true),
        differences: in_words(false),
        runs: [run("Earlier", &comparison.earlier), run("Later", later_run)],
        changed: comparison.changed(),
        unchanged: comparison.of_kind(Kind::Unchanged).changes,
        totals: [comparison.earlier.counts.total(), comparison.later.counts.total()],
        kinds: kinds(comparison),
        sections: Kind::ALL
            .into_iter()
            .filter_map(|kind| section(comparison, kind, &titles))
            .collect(),
        accounts: comparison.coverage.accounts.iter().take(LISTED).map(account).collect(),
        accounts_total: comparison.coverage.accounts.len() as u64,
        organization_sources: organization_sources(&comparison.coverage),
        sources: comparison
            .coverage
            .sources
            .iter()
            .map(|change| Source {
                title: change.source.title(),
                lost: change.lost,
                regained: change.regained,
                changed: change.changed,
                left_scope: change.left_scope,
                entered_scope: change.entered_scope,
            })
            .collect(),
        groups: groups(&comparison.coverage),
        controls: comparison
            .controls
            .iter()
            .take(LISTED)
            .map(|change| Control {
                id: change.control.to_string(),
                title: clip(&change.title, SENTENCE).into_owned(),
                before: change.before.map_or("not known", |status| status.as_str()),
                after: change.after.map_or("not known", |status| status.as_str()),
            })
            .collect(),
        controls_total: comparison.controls.len() as u64,
    };
    let text = single.page("pages/changes.hbs", "changes.html", "What changed", &page)?;
    Ok(staging.write("changes.html", text.as_bytes())?)
}

fn organization_sources(coverage: &CoverageChanges) -> Vec<String> {
    let status = |status| named(status, SourceStatus::as_str).replace('-', " ");
    let changes = coverage.organization.iter();
    changes
        .map(|change| {
            let (before, after) = (status(change.before), status(change.after));
            let (source, sighting) = (change.source.title(), change.sighting.title());
            format!("{source}: {sighting} ({before} before, {after} now)")
        })
        .collect()
}

fn groups(coverage: &CoverageChanges) -> Vec<Parts> {
    let groups = coverage.groups(PARTS).into_iter();
    groups
        .map(|group| Parts {
            number: group.number,
            mark: mark_of_sighting(group.sighting),
            words: group.words,
            more: group.count.saturating_sub(group.first.len() as u64),
            first: group
                .first
                .iter()
                .map(|part| text::in_account(part.name, part.account, part.account_name))
                .collect(),
        })
        .collect()
}

fn run(word: &'static str, run: &RunInBrief) -> Run {
    Run {
        word,
        id: run.id.clone(),
        started: moment(run.started_at),
        seen: share(run.seen),
        brief: in_brief(run),
    }
}

fn kinds(comparison: &Comparison) -> Vec<Row> {
    let row = |(kind, tally): &(Kind, crate::comparison::KindTally)| Row {
        key: kind.as_str(),
        class: class_of(*kind),
        title: kind.title(),
        meaning: kind.meaning(),
        count: tally.changes,
        failed_before: tally.failed_before,
        failing_now: tally.failing_now,
        has_section: !comparison.worst_of(*kind).is_empty(),
    };
    comparison.kinds.iter().map(row).collect()
}

fn section(comparison: &Comparison, kind: Kind, titles: &Titles<'_>) -> Option<Section> {
    let worst = comparison.worst_of(kind);
    (!worst.is_empty()).then(|| Section {
        key: kind.as_str(),
        class: class_of(kind),
        title: kind.title(),
        meaning: kind.meaning(),
        total: comparison.of_kind(kind).changes,
        shown: worst.len() as u64,
        rows: worst.iter().map(|change| entry(change, titles)).collect(),
    })
}

fn entry(change: &Change, titles: &Titles<'_>) -> Entry {
    let severity = change.severity().as_str();
    let mut severity_word = severity.to_owned();
    severity_word[..1].make_ascii_uppercase();
    Entry {
        severity: severity.to_owned(),
        severity_word,
        resource: clip(&text::resource(change), NAME).into_owned(),
        account: text::account(change),
        check: change.check().to_string(),
        title: titles.title(change.check()).to_owned(),
        before: mark_of(change.before),
        after: mark_of(change.after),
        severities: change
            .severities()
            .map(|(before, after)| format!("{before} before, {after} now"))
            .unwrap_or_default(),
        explanation: clip(&change.explanation(), SENTENCE).into_owned(),
    }
}

fn account(change: &crate::comparison::AccountCoverageChange) -> Account {
    Account {
        id: change.account.to_string(),
        name: clip(&change.name, NAME).into_owned(),
        mark: mark_of_sighting(change.sighting),
        before: named(change.before, AccountStatus::as_str),
        after: named(change.after, AccountStatus::as_str),
        reason: clip(&change.explanation(), SENTENCE).into_owned(),
        remedy: clip(&change.remedy, SENTENCE).into_owned(),
    }
}
