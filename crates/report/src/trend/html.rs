//! `trend.html`: charts of every organization's runs with their numbers below, on one page that holds all that it needs.

use jiff::Timestamp;
use s3attest_model::check::Severity;
use s3attest_model::control::ControlStatus;
use serde::Serialize;

use super::accounts::{AccountOverTime, Standing, accounts};
use super::chart::{Chart, Values, size};
use super::{Point, Series, Skipped, TrendError, skipped};
use crate::html::{Single, Templates};
use crate::staging::Staging;
use crate::text::{clip, count, counted, share};

/// Accounts that have a chart of their own.
const ACCOUNTS: usize = 12;
/// Accounts that are listed with their numbers.
const LISTED: usize = 200;
/// Runs that the charts and the tables of an organization show: the latest ones.
const RUNS: usize = 200;

#[derive(Serialize)]
struct Page {
    subject: String,
    is_simulated: bool,
    is_redacted: bool,
    size: String,
    runs: u64,
    /// How many runs are missing and why; empty when none is.
    skipped: String,
    /// The directories of those that are listed.
    missing: Vec<Missing>,
    /// How many more could be listed.
    missing_more: u64,
    organizations: Vec<Organization>,
}

#[derive(Serialize)]
struct Missing {
    directory: String,
    reason: &'static str,
}

#[derive(Serialize)]
struct Organization {
    id: String,
    subject: String,
    lead: String,
    shown: u64,
    total: u64,
    /// In which runs the list of accounts was incomplete, or the configuration was another one.
    notes: Vec<String>,
    figures: Vec<Figure>,
    accounts: Vec<AccountRow>,
    accounts_total: u64,
    /// Charts of the first accounts of which a number was ever known.
    account_figures: Vec<Figure>,
    account_figures_total: u64,
}

/// An account over all runs.
#[derive(Serialize)]
struct AccountRow {
    account: String,
    name: String,
    class: &'static str,
    status: String,
    remark: &'static str,
    number: String,
    /// The last number that was known, and of when it is.
    known: String,
}

#[derive(Serialize)]
struct Figure {
    chart: Chart,
    note: &'static str,
    head: Vec<&'static str>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    moment: String,
    cells: Vec<String>,
}

/// Writes the page.
pub(super) fn write(
    series: &[Series],
    missing: &[Skipped],
    templates: &Templates,
    staging: &Staging,
) -> Result<(), TrendError> {
    let single = Single::new(templates)?;
    let subject = match series {
        [one] => one.subject.clone(),
        _ => counted(series.len() as u64, "organization", "organizations"),
    };
    let named: Vec<&Skipped> = missing.iter().filter(|one| !one.directory.is_empty()).collect();
    let page = Page {
        subject,
        is_simulated: series
            .iter()
            .any(|one| one.points.iter().any(|point| point.is_simulated)),
        is_redacted: series
            .iter()
            .any(|one| one.points.iter().any(|point| point.is_redacted)),
        size: size(),
        runs: series.iter().map(|one| one.points.len() as u64).sum(),
        skipped: skipped::sentence(missing).unwrap_or_default(),
        missing: named
            .iter()
            .take(RUNS)
            .map(|one| Missing {
                directory: clip(&one.directory, 100).into_owned(),
                reason: one.reason.phrase(),
            })
            .collect(),
        missing_more: named.len().saturating_sub(RUNS) as u64,
        organizations: series.iter().enumerate().map(organization).collect(),
    };
    let text = single.page("pages/trend.hbs", "trend.html", "Trend", &page)?;
    Ok(staging.write("trend.html", text.as_bytes())?)
}

/// What the charts of one organization share.
struct Drawing<'points> {
    points: &'points [Point],
    times: Vec<Timestamp>,
    id: String,
}

fn organization((number, series): (usize, &Series)) -> Organization {
    let points = &series.points[series.points.len().saturating_sub(RUNS)..];
    let drawing = Drawing {
        points,
        times: points.iter().map(|point| point.started_at).collect(),
        id: format!("organization-{}", number + 1),
    };
    // Also those that only runs name which are too old to be drawn.
    let every = accounts(&series.points);
    let drawn: Vec<_> = every.iter().filter(|account| drawing.knows(account)).collect();
    Organization {
        id: drawing.id.clone(),
        subject: series.subject.clone(),
        lead: lead(points, &every),
        shown: points.len() as u64,
        total: series.points.len() as u64,
        notes: notes(points, &every),
        figures: [
            Some(drawing.coverage()),
            Some(drawing.severities()),
            Some(drawing.not_assessed()),
            drawing.controls(),
        ]
        .into_iter()
        .flatten()
        .collect(),
        accounts: every.iter().take(LISTED).map(row).collect(),
        accounts_total: every.len() as u64,
        account_figures: drawn
            .iter()
            .take(ACCOUNTS)
            .map(|account| drawing.account(account))
            .collect(),
        account_figures_total: drawn.len() as u64,
    }
}

fn lead(points: &[Point], every: &[AccountOverTime<'_>]) -> String {
    let Some(latest) = points.last() else {
        return String::new();
    };
    let passes = latest.passing().map_or_else(
        || "nothing was judged".to_owned(),
        |passes| format!("{} of what was judged passes", share(passes)),
    );
    let of = if latest.accounts_are_listed {
        ""
    } else {
        " of the accounts that are known"
    };
    let lead = format!(
        "In the latest run {} of the scope{of} was seen; {passes}, and {} fail that nobody accepts.",
        share(latest.seen),
        counted(latest.counts.unaccepted(), "finding", "findings"),
    );
    match every.iter().filter(|account| account.latest.is_unknown()).count() as u64 {
        0 => lead,
        unknown => format!(
            "{lead} Of {} nobody knows how much fails there.",
            counted(unknown, "account", "accounts")
        ),
    }
}

fn notes(points: &[Point], every: &[AccountOverTime<'_>]) -> Vec<String> {
    let mut notes = Vec::new();
    let never = every.iter().filter(|account| account.is_wanted && !account.is_entered);
    let never = never.count() as u64;
    if never > 0 {
        notes.push(format!(
            "{} could be entered in no run: no number holds what fails there.",
            counted(never, "account", "accounts")
        ));
    }
    let unlisted = points.iter().filter(|point| !point.accounts_are_listed).count() as u64;
    if unlisted > 0 {
        notes.push(format!(
            "In {} the list of accounts was incomplete: an unknown number of accounts is missing from its numbers.",
            counted(unlisted, "run", "runs")
        ));
    }
    let changed = points
        .windows(2)
        .filter(|pair| pair[0].configuration_digest != pair[1].configuration_digest)
        .count() as u64;
    if changed > 0 {
        notes.push(format!(
            "The configuration by which runs were judged changed {}; numbers before and after may answer different questions.",
            if changed == 1 { "once".to_owned() } else { format!("{} times", count(changed)) }
        ));
    }
    notes
}

fn in_number(value: u64) -> Option<f64> {
    u32::try_from(value).ok().map(f64::from)
}

fn in_percent(share: u32) -> f64 {
    f64::from(share) / 100.0
}

/// The head of the column that says how much of a run's scope was seen.
const SEEN: &str = "Scope seen";

/// Of how many accounts of a run nobody knows how much fails there.
fn unknown(point: &Point) -> String {
    if point.accounts_are_listed {
        count(point.unknown_accounts())
    } else {
        format!("{} and those not listed", count(point.unknown_accounts()))
    }
}

impl Drawing<'_> {
    /// Whether a run that is drawn knows how much fails in an account.
    fn knows(&self, over_time: &AccountOverTime<'_>) -> bool {
        let of = |point: &Point| point.account(over_time.account).is_some_and(|one| one.failed.is_some());
        self.points.iter().any(of)
    }

    /// A chart with its numbers; beside those of each run stands, under a word of its own, how much of it was seen.
    fn figure(
        &self,
        name: &str,
        title: String,
        lines: Vec<Values>,
        ceiling: Option<f64>,
        note: &'static str,
        (seen, cells): (&'static str, impl Fn(&Point) -> (Vec<String>, String)),
    ) -> Figure {
        let head = lines.iter().map(|line| line.label).chain([seen]).collect();
        let unit = if ceiling.is_some() { " %" } else { "" };
        let id = format!("{}-{name}", self.id);
        Figure {
            chart: Chart::new(id, title, &self.times, lines, ceiling, unit),
            note,
            head,
            rows: self
                .points
                .iter()
                .rev()
                .map(|point| {
                    let (mut cells, seen) = cells(point);
                    cells.push(seen);
                    Row {
                        moment: point.started_at.strftime("%Y-%m-%d %H:%M").to_string(),
                        cells,
                    }
                })
                .collect(),
        }
    }

    /// A line of counts.
    fn counts(&self, label: &'static str, class: &'static str, of: impl Fn(&Point) -> Option<u64>) -> Values {
        Values {
            label,
            class,
            each: self.points.iter().map(|point| of(point).and_then(in_number)).collect(),
            latest: self.points.last().and_then(of).map_or("not known".to_owned(), count),
        }
    }

    /// A line of shares.
    fn shares(&self, label: &'static str, class: &'static str, of: impl Fn(&Point) -> Option<u32>) -> Values {
        Values {
            label,
            class,
            each: self.points.iter().map(|point| of(point).map(in_percent)).collect(),
            latest: self.points.last().and_then(of).map_or("not known".to_owned(), share),
        }
    }

    fn coverage(&self) -> Figure {
        let lines = vec![
            self.shares("Scope seen", "accent", |point| Some(point.seen)),
            self.shares("Passes of what was judged", "good", Point::passing),
        ];
        self.figure(
            "coverage",
            "Coverage, and what passes of what was seen".to_owned(),
            lines,
            Some(100.0),
            "A share of passes says nothing of what was not seen.",
            ("Accounts not known", |point| {
                let passes = point.passing().map_or("–".to_owned(), share);
                (vec![share(point.seen), passes], unknown(point))
            }),
        )
    }

    fn severities(&self) -> Figure {
        let label = |severity| match severity {
            Severity::Critical => ("Critical", "critical"),
            Severity::High => ("High", "high"),
            Severity::Medium => ("Medium", "medium"),
            Severity::Low => ("Low", "low"),
            Severity::Info => ("Info", "info"),
        };
        let line = |severity: Severity| {
            let (label, class) = label(severity);
            self.counts(label, class, move |point| Some(point.failed_of(severity)))
        };
        self.figure(
            "failed",
            "Failed findings that nobody accepts, by severity".to_owned(),
            Severity::WORST_FIRST.map(line).into(),
            None,
            "Fewer fails are good news only where as much was seen.",
            (SEEN, |point| {
                let numbers = Severity::WORST_FIRST.map(|severity| count(point.failed_of(severity)));
                (numbers.into(), share(point.seen))
            }),
        )
    }

    fn not_assessed(&self) -> Figure {
        let lines = vec![
            self.counts("Not assessed", "unknown", |point| Some(point.counts.not_assessed)),
            self.counts("Failed and accepted", "accepted", |point| Some(point.counts.accepted)),
        ];
        self.figure(
            "unknown",
            "Findings that are not known, or accepted".to_owned(),
            lines,
            None,
            "An account that cannot be entered has fewer findings, and not fewer problems.",
            (SEEN, |point| {
                let numbers = vec![count(point.counts.not_assessed), count(point.counts.accepted)];
                (numbers, share(point.seen))
            }),
        )
    }

    /// The controls of the latest run's first framework.
    fn controls(&self) -> Option<Figure> {
        let framework = self.points.last()?.controls.first()?;
        let statuses = [
            (ControlStatus::NotSatisfied, "Not satisfied", "bad"),
            (ControlStatus::Undetermined, "Undetermined", "unknown"),
            (ControlStatus::Accepted, "Accepted", "accepted"),
            (ControlStatus::Satisfied, "Satisfied", "good"),
        ];
        let of = |point: &Point, status| point.controls_of(&framework.framework, status);
        let lines = statuses
            .iter()
            .map(|(status, label, class)| self.counts(label, class, |point| of(point, *status)));
        Some(self.figure(
            "controls",
            format!("Controls of {} by status", clip(&framework.title, 60)),
            lines.collect(),
            None,
            "Only controls on which a check bears.",
            (SEEN, |point| {
                let cell = |(status, ..): &(ControlStatus, _, _)| of(point, *status).map_or("–".to_owned(), count);
                (statuses.iter().map(cell).collect(), share(point.seen))
            }),
        ))
    }

    fn account(&self, over_time: &AccountOverTime<'_>) -> Figure {
        let account = over_time.account;
        let title = match over_time.name {
            Some(name) => format!("{} ({account})", clip(name, 40)),
            None => account.to_string(),
        };
        let failed = |point: &Point| point.account(account).and_then(|account| account.failed);
        let mut line = self.counts("Failed", "bad", failed);
        line.latest = over_time.latest.in_brief();
        self.figure(
            account.as_str(),
            title,
            vec![line],
            None,
            "",
            ("How far read", |point| {
                let standing = Standing::of(point, account);
                let words = standing.in_words();
                (vec![standing.number], words)
            }),
        )
    }
}

/// An account in the table of all accounts.
fn row(over_time: &AccountOverTime<'_>) -> AccountRow {
    let known = match over_time.known {
        Some((at, failed)) => format!("{} on {}", count(failed), at.strftime("%Y-%m-%d")),
        None if over_time.is_entered => "never known".to_owned(),
        None if over_time.is_wanted => "never entered".to_owned(),
        None => "never in scope".to_owned(),
    };
    AccountRow {
        account: over_time.account.to_string(),
        name: over_time
            .name
            .map(|name| clip(name, 100).into_owned())
            .unwrap_or_default(),
        class: over_time.latest.class,
        status: over_time.latest.status.clone(),
        remark: over_time.latest.remark,
        number: over_time.latest.number.clone(),
        known,
    }
}
