//! A comparison in lines for a terminal: what is grave first, then the numbers, then the worst of each kind.
//!
//! The lines are bounded whatever the size of the organization, and say so where something is cut.

use std::fmt::Write as _;

use s3attest_model::coverage::{AccountStatus, SourceStatus};
use s3attest_model::finding::Resource;
use s3attest_model::identifiers::AccountId;

use super::sentence;
use crate::comparison::{Change, Comparison, Kind, RunInBrief, named};
use crate::text::{clip, count, counted, legible, moment, share};

/// Changes of each kind that are named one by one.
const NAMED: usize = 10;
/// Accounts and controls that are named one by one.
const LISTED: usize = 15;
/// Regions and buckets of each kind of change that are named one by one.
const PARTS: usize = 5;
/// The longest sentence of a finding.
const SENTENCE: usize = 200;

/// A comparison in lines. Characters that a reader cannot see and a terminal obeys are shown by their number. `where_more`
/// completes "… and 7 more: ".
#[must_use]
pub fn text(comparison: &Comparison, where_more: &str) -> String {
    let mut lines = Lines {
        text: String::new(),
        where_more,
    };
    for difference in comparison.grave_differences() {
        lines.line(&format!("ATTENTION  {}.", sentence(difference)));
    }
    if comparison.grave_differences().next().is_some() {
        lines.line("");
    }
    lines.run("Earlier", &comparison.earlier);
    lines.run("Later", &comparison.later);
    let others: Vec<_> = comparison
        .differences
        .iter()
        .filter(|difference| !difference.aspect.is_grave())
        .collect();
    if !others.is_empty() {
        lines.line("");
        lines.line("Not the same question in both runs, so a finding may have changed without its resource:");
        for difference in others {
            lines.line(&format!("  - {}", clip(&sentence(difference), 400)));
        }
    }
    lines.numbers(comparison);
    lines.coverage(comparison);
    lines.controls(comparison);
    for kind in Kind::ALL {
        lines.kind(comparison, kind);
    }
    lines.text
}

/// What the numbers of findings come to in a line.
pub(super) fn in_brief(run: &RunInBrief) -> String {
    let counts = &run.counts;
    format!(
        "{} of the scope was seen; {} failed ({} accepted), {} not assessed, {} passed, {} not applicable",
        share(run.seen),
        count(counts.fail),
        count(counts.accepted),
        count(counts.not_assessed),
        count(counts.pass),
        count(counts.not_applicable),
    )
}

/// A resource in a few words.
pub(super) fn resource(change: &Change) -> String {
    match change.resource() {
        Resource::Account { .. } => "account".to_owned(),
        Resource::Region { region, .. } => format!("region {region}"),
        Resource::AccessPoint { name, .. } => format!("access point {name}"),
        Resource::Bucket { name, .. } => format!("bucket {name}"),
        Resource::Organization { id, .. } => format!("organization {id}"),
    }
}

/// The account that holds a resource, with its name where it is known.
pub(super) fn account(change: &Change) -> String {
    with_name(change.resource().account(), &change.account_name)
}

fn with_name(account: &AccountId, name: &str) -> String {
    if name.is_empty() {
        account.to_string()
    } else {
        format!("{account} ({})", clip(name, 40))
    }
}

/// A region or a bucket with its account.
pub(super) fn in_account(part: &str, account: &AccountId, account_name: &str) -> String {
    format!("{part} of {}", with_name(account, account_name))
}

struct Lines<'text> {
    text: String,
    where_more: &'text str,
}

impl Lines<'_> {
    /// Adds a line of text that may be foreign.
    fn line(&mut self, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{}", legible(&line.replace(['\n', '\r', '\t'], " ")));
    }

    fn run(&mut self, title: &str, run: &RunInBrief) {
        let organization = run.organization.as_deref().unwrap_or("no organization");
        self.line(&format!(
            "{title:<9}  {} of {organization}, {}",
            run.id,
            moment(run.started_at)
        ));
        self.line(&format!("           {}", in_brief(run)));
    }

    fn numbers(&mut self, comparison: &Comparison) {
        self.line("");
        let unchanged = comparison.of_kind(Kind::Unchanged).changes;
        self.line(&format!(
            "Changes    {} changed, {} did not",
            counted(comparison.changed(), "finding", "findings"),
            count(unchanged)
        ));
        for (kind, tally) in &comparison.kinds {
            if tally.changes == 0 || *kind == Kind::Unchanged {
                continue;
            }
            self.line(&format!(
                "  {:>9}  {:<28}  {}",
                count(tally.changes),
                kind.title(),
                kind.meaning()
            ));
        }
    }

    fn coverage(&mut self, comparison: &Comparison) {
        let coverage = &comparison.coverage;
        if coverage.is_empty() {
            return;
        }
        self.line("");
        self.line("Coverage");
        for change in &coverage.organization {
            self.line(&format!(
                "  - {}: {} ({} before, {} now)",
                change.source.title(),
                change.sighting.title(),
                named(change.before, SourceStatus::as_str),
                named(change.after, SourceStatus::as_str)
            ));
        }
        for change in coverage.accounts.iter().take(LISTED) {
            let mut line = format!("  - {}", change.account);
            if !change.name.is_empty() {
                let _ = write!(line, " ({})", clip(&change.name, 40));
            }
            let (before, after) = (
                named(change.before, AccountStatus::as_str),
                named(change.after, AccountStatus::as_str),
            );
            let _ = write!(line, ": {} ({before} before, {after} now)", change.sighting.title());
            let explanation = change.explanation();
            if !explanation.is_empty() {
                let _ = write!(line, ": {}", clip(&explanation, SENTENCE));
            }
            self.line(&line);
            if !change.remedy.is_empty() {
                self.line(&format!("    {}", clip(&change.remedy, SENTENCE)));
            }
        }
        self.more(coverage.accounts.len() as u64, LISTED);
        for change in &coverage.sources {
            let mut line = format!(
                "  - {}: seen less in {}, more in {}",
                change.source.title(),
                counted(change.lost, "account", "accounts"),
                counted(change.regained, "account", "accounts")
            );
            for (what, number) in [
                ("changed in", change.changed),
                ("left the scope in", change.left_scope),
                ("new in scope in", change.entered_scope),
            ] {
                if number > 0 {
                    let _ = write!(line, ", {what} {}", counted(number, "account", "accounts"));
                }
            }
            self.line(&line);
        }
        for group in coverage.groups(PARTS) {
            self.line(&format!(
                "  - {}: {} ({})",
                group.number,
                group.sighting.title(),
                group.words
            ));
            for part in &group.first {
                self.line(&format!(
                    "      {}",
                    in_account(part.name, part.account, part.account_name)
                ));
            }
            self.more(group.count, PARTS);
        }
    }

    fn controls(&mut self, comparison: &Comparison) {
        if comparison.controls.is_empty() {
            return;
        }
        self.line("");
        self.line("Controls");
        for change in comparison.controls.iter().take(LISTED) {
            let status = |status: Option<s3attest_model::control::ControlStatus>| {
                status.map_or("not known", s3attest_model::control::ControlStatus::as_str)
            };
            self.line(&format!(
                "  - {} {}: {} before, {} now",
                change.control,
                clip(&change.title, 60),
                status(change.before),
                status(change.after)
            ));
        }
        self.more(comparison.controls.len() as u64, LISTED);
    }

    fn kind(&mut self, comparison: &Comparison, kind: Kind) {
        let worst = comparison.worst_of(kind);
        if worst.is_empty() {
            return;
        }
        self.line("");
        self.line(kind.title());
        for change in worst.iter().take(NAMED) {
            self.line(&format!(
                "  {:<8}  {} {}  {}",
                change.severity(),
                account(change),
                resource(change),
                change.check()
            ));
            self.line(&format!(
                "            {} before, {} now. {}",
                change.before_in_words(),
                change.after_in_words(),
                clip(&change.explanation(), SENTENCE)
            ));
        }
        self.more(comparison.of_kind(kind).changes, NAMED);
    }

    fn more(&mut self, total: u64, shown: usize) {
        let shown = shown as u64;
        if total > shown {
            self.line(&format!("  … and {} more: {}", count(total - shown), self.where_more));
        }
    }
}
