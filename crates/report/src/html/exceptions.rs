//! The exceptions: every one with what it accepts, whether it is expired, unused or over-broad, and how one stands beside
//! a finding.
//!
//! It does not know how an exception came to be about a finding.

use std::collections::BTreeMap;

use s3attest_model::exception::{
    AppliedException, AssessedExceptions, ExceptionEffect, ExceptionStanding, ExceptionTally, ExceptionUse,
};
use s3attest_model::identifiers::CheckId;
use serde::Serialize;

use super::book::{Book, PageError, Sheet};
use super::evidence::{GapView, Passage, ReferenceView};
use super::finding::FindingRow;
use super::pager::{Pager, ROWS};
use super::places;
use super::words::{self, Mark};
use crate::text::{clip, counted, legible};

/// How many findings are listed under one exception, and under all of them together.
const OF_ONE: usize = 50;
const OF_ALL: usize = 5_000;

/// A name, an owner or a ticket in a row is cut here; the page of exceptions has the whole of it.
const SHORT: usize = 80;

/// The findings beside which exceptions stand, a bounded number of them.
#[derive(Debug, Default)]
pub(super) struct Excepted {
    rows: BTreeMap<String, Vec<FindingRow>>,
    kept: usize,
}

impl Excepted {
    /// Keeps a row under its exception while there is room.
    pub(super) fn offer(&mut self, exception: &AppliedException, row: &FindingRow) {
        if self.kept >= OF_ALL {
            return;
        }
        let rows = self.rows.entry(exception.id.clone()).or_default();
        if rows.len() < OF_ONE {
            rows.push(row.clone());
            self.kept += 1;
        }
    }
}

/// An exception beside a finding in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct BesideRow {
    mark: Mark,
    id: String,
    page: String,
    words: String,
}

impl BesideRow {
    pub(super) fn new(book: &Book<'_>, exception: &AppliedException) -> Self {
        Self {
            mark: words::exception_effect(exception.effect),
            id: exception.id.clone(),
            page: book.exception_page(&exception.id),
            words: format!(
                "{} Owner: {}. Ticket: {}.",
                sentence(exception),
                clip(&exception.owner, SHORT),
                clip(&exception.ticket, SHORT)
            ),
        }
    }
}

impl BesideRow {
    /// The same with everything visible that a reader could not see, for where no template sees to that.
    pub(super) fn legible(self) -> Self {
        Self {
            id: legible(&self.id).into_owned(),
            words: legible(&self.words).into_owned(),
            ..self
        }
    }
}

/// The exceptions that stand beside failed findings, by check.
#[derive(Debug, Default)]
pub(super) struct BesideChecks {
    checks: BTreeMap<CheckId, BTreeMap<(String, &'static str), BesideCheck>>,
}

/// An exception beside failed findings of checks, and beside how many.
#[derive(Debug, Clone, Serialize)]
pub(super) struct BesideCheck {
    exception: BesideRow,
    findings: u64,
}

impl BesideChecks {
    /// Counts an exception beside one more failed finding.
    pub(super) fn add(&mut self, book: &Book<'_>, check: &CheckId, exception: &AppliedException) {
        let key = (exception.id.clone(), exception.effect.as_str());
        let of_check = self.checks.entry(check.clone()).or_default();
        of_check
            .entry(key)
            .or_insert_with(|| BesideCheck {
                exception: BesideRow::new(book, exception),
                findings: 0,
            })
            .findings += 1;
    }

    /// The exceptions beside failed findings of these checks, by id.
    pub(super) fn of<'check>(&self, checks: impl Iterator<Item = &'check CheckId>) -> Vec<BesideCheck> {
        let mut found: BTreeMap<&(String, &'static str), BesideCheck> = BTreeMap::new();
        for (key, beside) in checks.filter_map(|check| self.checks.get(check)).flatten() {
            match found.get_mut(key) {
                Some(known) => known.findings += beside.findings,
                None => {
                    found.insert(key, beside.clone());
                }
            }
        }
        found.into_values().collect()
    }
}

/// An exception beside a finding, with everything that it says.
#[derive(Debug, Clone, Serialize)]
pub(super) struct BesideDetail {
    mark: Mark,
    id: String,
    page: String,
    sentence: String,
    owner: Passage,
    ticket: Passage,
    reason: Passage,
    expires: String,
    tags: Option<ReferenceView>,
    gap: Option<GapView>,
}

impl BesideDetail {
    pub(super) fn new(book: &Book<'_>, exception: &AppliedException) -> Self {
        Self {
            mark: words::exception_effect(exception.effect),
            id: exception.id.clone(),
            page: book.exception_page(&exception.id),
            sentence: sentence(exception),
            owner: Passage::new(&exception.owner),
            ticket: Passage::new(&exception.ticket),
            reason: Passage::new(&exception.reason),
            expires: exception.expires.to_string(),
            tags: exception.tags.as_ref().map(ReferenceView::new),
            gap: exception.gap.as_ref().map(GapView::new),
        }
    }
}

/// What an exception does to a finding, in a sentence.
fn sentence(exception: &AppliedException) -> String {
    let expires = exception.expires;
    match exception.effect {
        ExceptionEffect::Accepted => format!("The fail is accepted until {expires}. It is not a pass."),
        ExceptionEffect::Expired => format!("The exception ended on {expires}, so the fail counts again."),
        ExceptionEffect::TagsUnknown => {
            "The exception goes by a tag, and the bucket’s tags could not be read. It does not \
                                         apply, and the fail counts."
                .to_owned()
        }
    }
}

#[derive(Serialize)]
struct Selector<'page> {
    key: &'static str,
    text: &'page str,
    is_pattern: bool,
}

#[derive(Serialize)]
struct ExceptionView<'page> {
    id: &'page str,
    line: u32,
    standing: Mark,
    /// `None` where the standing says it all: what an expired exception is about fails again.
    usage: Option<Mark>,
    breadth: Vec<String>,
    selectors: Vec<Selector<'page>>,
    owner: Passage,
    ticket: Passage,
    reason: Passage,
    note: Option<Passage>,
    expires: String,
    outcome: String,
    resources: u64,
    rows: &'page [FindingRow],
    total: u64,
}

#[derive(Serialize)]
struct Named {
    id: String,
    page: String,
    why: String,
}

#[derive(Serialize)]
struct ExceptionsPage<'page> {
    given: Option<Given<'page>>,
    expired: Vec<Named>,
    soon: Vec<Named>,
    unused: Vec<Named>,
    not_known: Vec<Named>,
    over_broad: Vec<Named>,
    is_first: bool,
    rows: Vec<ExceptionView<'page>>,
    pager: Pager,
    accepted: u64,
}

#[derive(Serialize)]
struct Given<'page> {
    file: &'page str,
    digest: &'page str,
    as_of: String,
    soon_days: u32,
    most_resources: u64,
}

/// Writes the pages of exceptions.
pub(super) fn write(
    book: &Book<'_>,
    assessed: Option<&AssessedExceptions>,
    accepted: u64,
    excepted: &Excepted,
) -> Result<(), PageError> {
    let tallies = assessed.map_or(&[][..], |assessed| &assessed.tallies);
    let total = tallies.len();
    let chunks: Vec<&[ExceptionTally]> = if tallies.is_empty() {
        vec![&[]]
    } else {
        tallies.chunks(ROWS).collect()
    };
    for (number, chunk) in (1..).zip(&chunks) {
        let has_next = usize::try_from(number).is_ok_and(|number| number < chunks.len());
        let pager = Pager::new(
            "exceptions",
            number,
            chunk.len(),
            Some(total as u64),
            has_next,
            places::exceptions,
        );
        let most_resources = assessed.map_or(u64::MAX, |assessed| assessed.most_resources);
        let view = |tally| ExceptionView::new(tally, most_resources, excepted);
        let mut page = ExceptionsPage {
            given: assessed.map(Given::new),
            expired: Vec::new(),
            soon: Vec::new(),
            unused: Vec::new(),
            not_known: Vec::new(),
            over_broad: Vec::new(),
            is_first: number == 1,
            rows: chunk.iter().map(view).collect(),
            pager,
            accepted,
        };
        if let Some(assessed) = assessed.filter(|_| number == 1) {
            page.name(book, assessed);
        }
        book.page(
            Sheet {
                template: "pages/exceptions.hbs",
                path: &places::exceptions(number),
                title: "Exceptions",
                section: "exceptions",
            },
            &page,
        )?;
    }
    Ok(())
}

impl ExceptionsPage<'_> {
    /// Names the exceptions that somebody should look at.
    fn name(&mut self, book: &Book<'_>, assessed: &AssessedExceptions) {
        let named = |tally: &ExceptionTally, why: String| Named {
            id: tally.exception.id.clone(),
            page: book.exception_page(&tally.exception.id),
            why,
        };
        for tally in &assessed.tallies {
            match tally.standing {
                ExceptionStanding::Expired => {
                    let why = format!("ended on {}; {}", tally.exception.expires, outcome(tally));
                    self.expired.push(named(tally, why));
                }
                ExceptionStanding::ExpiresSoon => {
                    self.soon
                        .push(named(tally, format!("is in force until {}", tally.exception.expires)));
                }
                ExceptionStanding::InForce => {}
            }
            let breadth = tally.breadth(assessed.most_resources);
            if !breadth.is_empty() {
                self.over_broad.push(named(tally, breadth.join(", ")));
            }
        }
        let of_use = |usage| {
            let tallies = assessed.of_use(usage);
            tallies.map(|tally| named(tally, outcome(tally))).collect()
        };
        self.unused = of_use(ExceptionUse::Unused);
        self.not_known = of_use(ExceptionUse::NotKnown);
    }
}

impl<'page> Given<'page> {
    fn new(assessed: &'page AssessedExceptions) -> Self {
        Self {
            file: &assessed.file,
            digest: &assessed.digest,
            as_of: assessed.as_of.to_string(),
            soon_days: assessed.soon_days,
            most_resources: assessed.most_resources,
        }
    }
}

impl<'page> ExceptionView<'page> {
    fn new(tally: &'page ExceptionTally, most_resources: u64, excepted: &'page Excepted) -> Self {
        let exception = &tally.exception;
        Self {
            id: &exception.id,
            line: exception.line,
            standing: words::exception_standing(tally.standing),
            usage: Some(tally.usage())
                .filter(|usage| tally.standing != ExceptionStanding::Expired || *usage != ExceptionUse::Used)
                .map(words::exception_use),
            breadth: tally.breadth(most_resources),
            selectors: exception
                .selectors
                .named()
                .into_iter()
                .map(|(key, wanted)| Selector {
                    key,
                    text: wanted.text(),
                    is_pattern: wanted.is_pattern(),
                })
                .collect(),
            owner: Passage::new(&exception.owner),
            ticket: Passage::new(&exception.ticket),
            reason: Passage::new(&exception.reason),
            note: exception.note.as_deref().map(Passage::new),
            expires: exception.expires.to_string(),
            outcome: outcome(tally),
            resources: tally.resources,
            rows: excepted.rows.get(&exception.id).map_or(&[], Vec::as_slice),
            total: tally.counts.fail + tally.tags_unknown,
        }
    }
}

/// What became of an exception, in words that end a sentence.
fn outcome(tally: &ExceptionTally) -> String {
    let findings = |number| counted(number, "failed finding", "failed findings");
    let counts = &tally.counts;
    let mut parts = Vec::new();
    if counts.fail == 0 {
        parts.push("accepts nothing".to_owned());
    } else if tally.standing == ExceptionStanding::Expired {
        let about = findings(counts.fail);
        parts.push(format!("accepts nothing any more; it is about {about}"));
    } else {
        parts.push(format!("accepts {}", findings(counts.accepted)));
        let others = counts.unaccepted();
        if others > 0 {
            parts.push(format!(
                "an exception before it in the file accepts {} more",
                crate::text::count(others)
            ));
        }
    }
    if tally.tags_unknown > 0 {
        parts.push(format!(
            "does not apply to {} on buckets whose tags are not known",
            findings(tally.tags_unknown)
        ));
    }
    if counts.not_assessed > 0 {
        parts.push(format!(
            "{} could not be assessed, and no exception accepts that",
            crate::text::count(counts.not_assessed)
        ));
    }
    match tally.usage() {
        ExceptionUse::Used => {}
        ExceptionUse::NotKnown => parts.push("whether anything fails that it is about is not known".to_owned()),
        ExceptionUse::Unused if counts.total() == 0 => parts.push("no finding is about what it names".to_owned()),
        ExceptionUse::Unused => parts.push(format!(
            "nothing fails that it is about: {} passed, {} not applicable",
            crate::text::count(counts.pass),
            crate::text::count(counts.not_applicable)
        )),
    }
    parts.join("; ")
}
