//! The first sheet: what was looked at, how much of it was seen, what came of it, and what the other sheets are.
//!
//! A share of passes never stands without the share that was seen, in one cell with it.

use rust_xlsxwriter::{Worksheet, XlsxError};
use s3attest_model::check::Severity;
use s3attest_model::control::ControlStatus;
use s3attest_model::coverage::AccountStatus;
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::AccountId;
use s3attest_model::run::{CollectionSession, Mode};

use super::escape::cell_text;
use super::looks::Looks;
use super::sheet::Content;
use super::workbook::Book;
use crate::assessed::AssessedRun;
use crate::error::{ReportError, WriteError};
use crate::organization;
use crate::passing::passing;
use crate::seen::{seen, without_evidence};
use crate::selection::Selection;
use crate::text::{moment, share};

const NAME: &str = "summary";

/// Where the summary stands.
const PLACE: usize = 0;

/// Takes the first place in the workbook.
pub(super) fn open(book: &mut Book) -> Result<(), WriteError> {
    let place = book.add_small_sheet(NAME)?;
    debug_assert_eq!(place, PLACE, "the summary comes first");
    Ok(())
}

/// How many accounts a line names.
const NAMED: usize = 10;

/// How many characters stand on a line of the columns that are joined, at least.
const CHARACTERS_OF_A_LINE: usize = 110;

/// A line of the summary.
enum Line {
    Title(String),
    Section(&'static str),
    Text(String, String),
    Number(String, u64, String),
}

/// Writes the sheet.
pub(super) fn write<R: AssessedRun>(
    run: &R,
    book: &mut Book,
    looks: &Looks,
    contents: &[Content],
) -> Result<(), ReportError<R::Error>> {
    let mut lines = vec![Line::Title("S3 compliance report".to_owned())];
    subject(run, &mut lines)?;
    coverage(run, &mut lines)?;
    verdicts(run, &mut lines);
    controls(run, &mut lines)?;
    versions(run, &mut lines);
    sheets(contents, &mut lines);
    book.sheet(PLACE, |sheet| {
        sheet
            .set_column_width(0, 34)?
            .set_column_width(1, 18)?
            .set_column_width(2, 100)?;
        for (line, row) in lines.iter().zip(0_u32..) {
            put(sheet, row, line, looks)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn put(sheet: &mut Worksheet, row: u32, line: &Line, looks: &Looks) -> Result<(), XlsxError> {
    match line {
        Line::Title(text) => {
            sheet.write_string_with_format(row, 0, text, &looks.title)?;
        }
        Line::Section(text) => {
            for column in 0..3 {
                sheet.write_string_with_format(row, column, if column == 0 { text } else { " " }, &looks.heading)?;
            }
        }
        Line::Text(label, text) => {
            sheet.write_string_with_format(row, 0, label, &looks.strong)?;
            let text = cell_text(text, "coverage");
            // A spreadsheet does not fit the height of a row to cells that are joined.
            let lines = text.chars().count().div_ceil(CHARACTERS_OF_A_LINE).clamp(1, 10);
            sheet.set_row_height(row, 15 * u32::try_from(lines).unwrap_or(1))?;
            sheet.merge_range(row, 1, row, 2, &text, &looks.wrapped)?;
        }
        Line::Number(label, number, note) => {
            sheet.write_string_with_format(row, 0, label, &looks.strong)?;
            #[expect(clippy::cast_precision_loss, reason = "counts have fewer than fifteen digits")]
            sheet.write_number_with_format(row, 1, *number as f64, &looks.number)?;
            sheet.write_string_with_format(row, 2, cell_text(note, "coverage").as_ref(), &looks.wrapped)?;
        }
    }
    Ok(())
}

fn text(lines: &mut Vec<Line>, label: &str, text: impl Into<String>) {
    lines.push(Line::Text(label.to_owned(), text.into()));
}

fn number(lines: &mut Vec<Line>, label: &str, number: u64, note: &str) {
    lines.push(Line::Number(label.to_owned(), number, note.to_owned()));
}

fn subject<R: AssessedRun>(run: &R, lines: &mut Vec<Line>) -> Result<(), ReportError<R::Error>> {
    let information = run.run();
    lines.push(Line::Section("Subject"));
    match &information.mode {
        Mode::Organization => {
            let mut named = "an organization that could not be described".to_owned();
            if let Some(organization) = organization::known(run)? {
                named = format!(
                    "Organization {}, management account {}",
                    organization.id, organization.management_account
                );
            }
            text(lines, "Subject", named);
        }
        Mode::SingleAccount(reason) => {
            text(
                lines,
                "Subject",
                format!("One account only: {}", information.caller.account),
            );
            text(lines, "Why one account", reason.as_str());
        }
    }
    if information.is_simulated {
        text(
            lines,
            "Simulated",
            "This is a simulated organization; none of it exists.",
        );
    }
    text(lines, "Run", information.id.as_str());
    let started = run
        .sessions()
        .iter()
        .map(|session: &CollectionSession| session.started_at)
        .min();
    let finished = run.sessions().iter().map(|session| session.finished_at).max();
    text(
        lines,
        "Collected from",
        moment(started.unwrap_or(information.started_at)),
    );
    if let Some(finished) = finished {
        text(lines, "Collected until", moment(finished));
    }
    text(lines, "Called by", information.caller.arn.as_str());
    text(lines, "Role in each account", information.role_template.as_str());
    Ok(())
}

fn coverage<R: AssessedRun>(run: &R, lines: &mut Vec<Line>) -> Result<(), ReportError<R::Error>> {
    let totals = &run.summary().coverage;
    lines.push(Line::Section("Coverage"));
    text(
        lines,
        "Seen of the scope",
        format!(
            "{}: the mean over the accounts in scope of answered over asked reads; an account that was not reached counts as zero. \
             What was not seen stands in the sheet coverage, with why and what to do.",
            seen(run.summary())
        ),
    );
    if let Some(gap) = &run.summary().account_listing_gap {
        text(
            lines,
            "The list of accounts is incomplete",
            format!(
                "An unknown number of accounts is missing: {}. {}",
                gap.cause.phrase(),
                gap.detail
            ),
        );
    }
    for (status, count) in &totals.accounts {
        let is_fine = match status {
            AccountStatus::Assessed | AccountStatus::NotActive | AccountStatus::Excluded => true,
            AccountStatus::PartlyAssessed | AccountStatus::Denied | AccountStatus::NotCollected => *count == 0,
        };
        let note = if is_fine {
            ""
        } else {
            "Which, why and what to do: in the sheet coverage, filter the column status."
        };
        number(lines, &format!("Accounts {status}"), *count, note);
    }
    let buckets = totals.buckets;
    for (label, count) in [
        ("Buckets assessed", buckets.assessed),
        ("Buckets partly-assessed", buckets.partly_assessed),
        ("Buckets unreadable", buckets.unreadable),
        ("Buckets gone", buckets.gone),
    ] {
        number(lines, label, count, "");
    }
    number(
        lines,
        "Regions off",
        totals.regions_off,
        "Regions of accounts that are not enabled; where buckets are known to be all the same stands in the sheet coverage.",
    );
    let unanswered = totals.reads.asked.saturating_sub(totals.reads.answered);
    number(
        lines,
        "Reads asked",
        totals.reads.asked,
        "Over all accounts that were reached.",
    );
    number(lines, "Reads not answered", unanswered, "");
    let left_out = &run.run().settings_left_out;
    if !left_out.is_empty() {
        text(lines, "Settings left out", left_out.join(", "));
    }
    let left_out = &run.run().sources_left_out;
    if !left_out.is_empty() {
        text(lines, "Sources left out", left_out.join(", "));
    }
    let missing = without_evidence(run)?;
    if !missing.is_empty() {
        let named: Vec<&str> = missing.keys().take(NAMED).map(AccountId::as_str).collect();
        text(
            lines,
            "Evidence is missing",
            format!(
                "The snapshot no longer holds what was said of accounts that were read ({} in all): {}{}. The numbers were \
                 worked out while it was there.",
                missing.len(),
                named.join(", "),
                if missing.len() > named.len() { " and others" } else { "" },
            ),
        );
    }
    Ok(())
}

fn verdicts<R: AssessedRun>(run: &R, lines: &mut Vec<Line>) {
    let summary = run.summary();
    let counts = summary.counts;
    lines.push(Line::Section("Verdicts"));
    text(lines, "Score", score(counts, &seen(summary)));
    for (label, count, note) in [
        ("fail", counts.fail, "Accepted ones included."),
        (
            "of these accepted",
            counts.accepted,
            "Fails that an exception accepts. They stay fails.",
        ),
        (
            "not-assessed",
            counts.not_assessed,
            "Evidence is missing, so nobody knows. This is never a pass.",
        ),
        ("pass", counts.pass, ""),
        ("not-applicable", counts.not_applicable, ""),
    ] {
        number(lines, label, count, note);
    }
    for (severity, count) in &summary.failed_by_severity {
        let accepted = summary.accepted_by_severity.iter().find(|(other, _)| other == severity);
        let note = match accepted {
            Some((_, accepted)) if *accepted > 0 => format!("{accepted} of them accepted"),
            Some(_) | None => String::new(),
        };
        number(lines, &failed(*severity), *count, &note);
    }
}

fn failed(severity: Severity) -> String {
    format!("fail, {severity}")
}

/// The share of passes among what got a verdict, with the share that was seen in the same sentence.
fn score(counts: VerdictCounts, seen: &str) -> String {
    match passing(counts) {
        Some(passed) => format!(
            "{} of what passed or failed passes, in what was seen of the scope ({seen}). {} findings were not assessed.",
            share(passed),
            counts.not_assessed
        ),
        None => format!("Nothing passed or failed, in what was seen of the scope ({seen})."),
    }
}

fn controls<R: AssessedRun>(run: &R, lines: &mut Vec<Line>) -> Result<(), ReportError<R::Error>> {
    let selection = Selection::of(run);
    for framework in run.summary().frameworks() {
        lines.push(Line::Section("Controls by status"));
        text(
            lines,
            "Framework",
            format!(
                "{} ({}), catalogue {}",
                framework.title, framework.id, framework.catalogue_version
            ),
        );
        if let Some(baseline) = selection.baseline_of(&framework.id) {
            text(
                lines,
                "Baseline",
                format!("{}; the numbers are those of the baseline.", baseline.as_str()),
            );
        }
        for status in ControlStatus::ALL {
            let of_status = run.controls().iter().filter(|control| {
                control.framework == framework.id && control.status == status && selection.holds(control)
            });
            number(lines, status.as_str(), of_status.count() as u64, "");
        }
    }
    if run.control_matrix().map_err(ReportError::Run)?.next().is_none() {
        text(
            lines,
            "Controls by account",
            "Not known: this assessment holds no numbers by account, so the sheet control-matrix is empty. It was made by an \
             earlier version, no account was in scope, or no check bears on a control.",
        );
    }
    Ok(())
}

fn versions<R: AssessedRun>(run: &R, lines: &mut Vec<Line>) {
    let (information, summary) = (run.run(), run.summary());
    lines.push(Line::Section("Versions"));
    text(
        lines,
        "Collected with",
        format!(
            "s3attest {}, snapshot schema {}",
            information.tool_version, information.schema
        ),
    );
    text(
        lines,
        "Judged with",
        format!(
            "s3attest {}, assessment schema {}",
            summary.tool_version, summary.schema
        ),
    );
    text(lines, "Configuration (SHA-256)", summary.configuration_digest.as_str());
}

fn sheets(contents: &[Content], lines: &mut Vec<Line>) {
    lines.push(Line::Section("Sheets"));
    text(
        lines,
        "How to read them",
        "Times are in UTC. Account ids are text, so that leading zeros stay. Several values in a cell are separated by \"; \". \
         Colours repeat what the words say. The sheet dictionary describes every column.",
    );
    for content in contents {
        let note = match content.sheets.as_slice() {
            [_] | [] => content.table.about().to_owned(),
            several => format!(
                "On {} sheets: {}. {}",
                several.len(),
                several.join(", "),
                content.table.about()
            ),
        };
        number(lines, &format!("{}, rows", content.table.name()), content.rows, &note);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_never_stands_without_what_was_seen() {
        let counts = VerdictCounts {
            pass: 2,
            fail: 1,
            not_assessed: 4,
            ..VerdictCounts::default()
        };
        assert_eq!(
            score(counts, "87 %"),
            "66.66 % of what passed or failed passes, in what was seen of the scope (87 %). 4 findings were not assessed."
        );
        assert_eq!(
            score(VerdictCounts::default(), "0 %"),
            "Nothing passed or failed, in what was seen of the scope (0 %)."
        );
    }
}
