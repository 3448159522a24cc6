//! `summary.md`: a run in a page of Markdown, fit for a pull request or a chat message.
//!
//! Coverage comes first, and no share of passes stands without it. With an earlier run it tells only what changed since.
//! It is short whatever the size of the organization: every list is bounded and says so. CommonMark with the tables of
//! GitHub Flavored Markdown; foreign text never becomes markup ([`escape`]).

mod changed;
mod escape;
mod standing;

use std::fmt::Write as _;

use s3attest_model::run::Mode;

use self::escape::code;
use crate::assessed::AssessedRun;
use crate::comparison::Comparison;
use crate::error::ReportError;
use crate::organization;
use crate::passing::passing;
use crate::seen::{seen, without_evidence};
use crate::settings::Settings;
use crate::staging::Staging;
use crate::text::{count, counted, moment, share};

/// The page, under its final name.
pub(crate) const ENTRIES: &[&str] = &["summary.md"];

/// Rows of each list.
const ROWS: usize = 10;
/// The longest name.
const NAME: usize = 60;
/// The longest sentence.
const SENTENCE: usize = 160;

/// Writes the page.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let mut page = Page::default();
    head(run, &mut page)?;
    match settings.previous {
        Some(previous) => changed::write(&Comparison::of(previous, run, ROWS)?, run.checks(), &mut page),
        None => standing::write(run, &mut page)?,
    }
    let summary = run.summary();
    page.line(&format!(
        "Run {}, begun {}; collected by s3attest {}, judged by s3attest {}. Unknown is never a pass: what could not be read is “not assessed”.",
        code(&run.run().id, NAME),
        moment(run.run().started_at),
        code(&run.run().tool_version, NAME),
        code(&summary.tool_version, NAME),
    ));
    Ok(staging.write("summary.md", page.text.as_bytes())?)
}

/// A page that is being written.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// Adds a block that is Markdown already.
    fn line(&mut self, markdown: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{markdown}\n");
    }

    /// Adds a table; nothing when it has no rows. Cells are Markdown already.
    fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        if rows.is_empty() {
            return;
        }
        let _ = writeln!(self.text, "| {} |", head.join(" | "));
        let _ = writeln!(self.text, "|{}", "---|".repeat(head.len()));
        for row in rows {
            let _ = writeln!(self.text, "| {} |", row.join(" | "));
        }
        self.text.push('\n');
    }

    /// Says how many rows a list has beyond those that were shown.
    fn more(&mut self, total: u64, shown: usize, place: &str) {
        let shown = shown as u64;
        if total > shown {
            self.line(&format!("… and {} more {place}.", count(total - shown)));
        }
    }
}

/// Whose run it is, how much of it was seen, and how much of that passes.
fn head<R: AssessedRun>(run: &R, page: &mut Page) -> Result<(), ReportError<R::Error>> {
    let subject = organization::known(run)?.map_or_else(
        || format!("account {}", run.run().caller.account),
        |organization| format!("organization {}", organization.id),
    );
    page.line(&format!("## Amazon S3 assessment: {}", code(&subject, NAME)));
    if run.run().is_simulated {
        page.line("**Simulated organization:** nothing here is about a real AWS account.");
    }
    if let Mode::SingleAccount(why) = &run.run().mode {
        page.line(&format!("**One account only** was read: {}", code(why, SENTENCE)));
    }
    let summary = run.summary();
    let passes = match passing(summary.counts) {
        Some(passes) => format!("{} of what was judged there passes.", share(passes)),
        None => "Nothing was judged.".to_owned(),
    };
    page.line(&match &summary.account_listing_gap {
        None => format!("**Coverage: {} of the scope was seen.** {passes}", seen(summary)),
        Some(_) => format!(
            "**Coverage: {} was seen; an unknown number of accounts is missing.** {passes}",
            seen(summary)
        ),
    });
    if let Some(gap) = &summary.account_listing_gap {
        page.line(&format!(
            "**The list of accounts is incomplete** ({}): an unknown number of accounts is missing from every number. {}",
            gap.cause.phrase(),
            code(&gap.detail, SENTENCE)
        ));
    }
    let missing = without_evidence(run)?;
    if !missing.is_empty() {
        let named: Vec<_> = missing.keys().take(ROWS).map(|id| code(id.as_str(), NAME)).collect();
        page.line(&format!(
            "**Evidence is missing:** the snapshot no longer holds what was said of {} that {} read ({}{}). The numbers \
             were worked out while it was there.",
            counted(missing.len() as u64, "account", "accounts"),
            if missing.len() == 1 { "was" } else { "were" },
            named.join(", "),
            if missing.len() > named.len() { " and others" } else { "" },
        ));
    }
    Ok(())
}
