//! What the sources said of one account: every piece of evidence with its call, and the readings as they were kept.
//!
//! A page of its own beside the account's page, since an account can have thousands of pieces; further pages continue it.
//! It does not know what a source is about.

use std::borrow::Cow;
use std::collections::BTreeMap;

use s3attest_model::finding::EvidenceState;
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::{Fact, Facts as _, ServiceRecord, ServiceSource};
use serde::Serialize;

use super::book::{Book, PageError, Sheet};
use super::evidence::{CallView, GapView, Passage};
use super::pager::{Pager, ROWS};
use super::places;
use super::words::{self, Mark};
use crate::text::{clip, counted};

/// How many characters of readings a page holds before the next reading goes to another page.
const CHARACTERS: usize = 500_000;

/// A reading of more characters is cut here.
const LONGEST: usize = 2_000_000;

/// One piece of evidence.
#[derive(Debug, Serialize)]
struct FactView {
    /// `None` for the source as a whole.
    subject: Option<Passage>,
    aspect: &'static str,
    state: Mark,
    gap: Option<GapView>,
    call: CallView,
}

impl FactView {
    fn new(fact: &Fact<'_>) -> Self {
        Self {
            subject: Passage::of(&fact.subject),
            aspect: fact.aspect,
            state: words::evidence_state(fact.state.into()),
            gap: fact.gap().map(GapView::new),
            call: CallView::new(fact.source),
        }
    }
}

/// A state and how many pieces have it.
#[derive(Debug, Serialize)]
struct StateCount {
    state: Mark,
    count: u64,
}

/// What a source said of the account or of one region, or a part of it.
#[derive(Debug, Serialize)]
struct ReadingView {
    anchor: String,
    region: Option<String>,
    facts_total: String,
    states: Vec<StateCount>,
    /// Whether an earlier page holds the beginning.
    is_continued: bool,
    facts: Vec<FactView>,
    /// The reading as JSON, where this is its beginning.
    document: Option<String>,
    document_lines: String,
    is_cut: bool,
}

/// The readings of one source on one page.
#[derive(Debug, Serialize)]
struct SourceView {
    key: &'static str,
    title: &'static str,
    about: String,
    is_continued: bool,
    readings: Vec<ReadingView>,
}

#[derive(Serialize)]
struct ServicesPage<'page> {
    id: &'page AccountId,
    name: &'page str,
    account_page: String,
    snapshot_file: String,
    is_first: bool,
    sources: &'page [SourceView],
    pager: Pager,
}

/// The pages of an account's services in the making. No more than one page is held, and one reading.
pub(super) struct ServicesInProgress<'book, 'run> {
    book: &'book Book<'run>,
    id: &'book AccountId,
    name: &'book str,
    sources: Vec<SourceView>,
    last: Option<ServiceSource>,
    rows: usize,
    characters: usize,
    before: u64,
    page: u64,
    pages: BTreeMap<ServiceSource, String>,
}

impl<'book, 'run> ServicesInProgress<'book, 'run> {
    pub(super) fn new(book: &'book Book<'run>, id: &'book AccountId, name: &'book str) -> Self {
        Self {
            book,
            id,
            name,
            sources: Vec::new(),
            last: None,
            rows: 0,
            characters: 0,
            before: 0,
            page: 1,
            pages: BTreeMap::new(),
        }
    }

    /// Takes what a source said. A page is written as soon as something follows that has no room on it.
    pub(super) fn add(&mut self, record: &ServiceRecord) -> Result<(), PageError> {
        let facts = record.reading.facts();
        let mut rest = facts.as_slice();
        let mut is_continued = false;
        let mut document = Some(serde_json::to_string_pretty(&record.reading).unwrap_or_default());
        loop {
            if self.rows >= ROWS || self.characters >= CHARACTERS {
                self.write(true)?;
            }
            let (now, later) = rest.split_at(rest.len().min(ROWS - self.rows));
            let view = reading(record, &facts, now, document.take().as_deref(), is_continued);
            self.rows += now.len();
            self.characters += view.document.as_ref().map_or(0, String::len);
            self.place(record.reading.source(), view);
            if later.is_empty() {
                return Ok(());
            }
            (rest, is_continued) = (later, true);
        }
    }

    fn place(&mut self, source: ServiceSource, reading: ReadingView) {
        if !self.pages.contains_key(&source) {
            let place = format!("{}#{source}", places::services(self.id, self.page));
            self.pages.insert(source, place);
        }
        if self.last == Some(source)
            && let Some(view) = self.sources.last_mut()
        {
            view.readings.push(reading);
            return;
        }
        self.sources.push(SourceView {
            key: source.key(),
            title: source.title(),
            about: words::about(source),
            is_continued: self.last == Some(source),
            readings: vec![reading],
        });
        self.last = Some(source);
    }

    fn write(&mut self, has_next: bool) -> Result<(), PageError> {
        let sources = std::mem::take(&mut self.sources);
        let place = |page| places::services(self.id, page);
        let path = place(self.page);
        let last = self.before + self.rows as u64;
        let view = ServicesPage {
            id: self.id,
            name: self.name,
            account_page: places::account(self.id, 1),
            snapshot_file: format!("accounts/{}.ndjson.zst", self.id),
            is_first: self.page == 1,
            sources: &sources,
            pager: Pager {
                first: self.before + u64::from(self.rows > 0),
                last,
                total: (!has_next).then_some(last),
                noun: "pieces of evidence",
                previous: (self.page > 1).then(|| place(self.page - 1)),
                next: has_next.then(|| place(self.page + 1)),
                is_one_of_several: has_next || self.page > 1,
            },
        };
        let title = if self.name.is_empty() {
            format!("Account services of {}", self.id)
        } else {
            format!("Account services of {} ({})", self.name, self.id)
        };
        let sheet = Sheet {
            template: "pages/services.hbs",
            path: &path,
            title: &title,
            section: "accounts",
        };
        self.book.page(sheet, &view)?;
        (self.rows, self.characters, self.before) = (0, 0, last);
        self.page += 1;
        Ok(())
    }

    /// Writes what is left and gives the place where each source begins.
    pub(super) fn finish(mut self) -> Result<BTreeMap<ServiceSource, String>, PageError> {
        if !self.sources.is_empty() {
            self.write(false)?;
        }
        Ok(self.pages)
    }
}

fn reading(
    record: &ServiceRecord,
    all: &[Fact<'_>],
    now: &[Fact<'_>],
    document: Option<&str>,
    is_continued: bool,
) -> ReadingView {
    let source = record.reading.source();
    let region = record.region.as_ref().map(ToString::to_string);
    let of = |state: EvidenceState| {
        all.iter()
            .filter(|fact| EvidenceState::from(fact.state) == state)
            .count() as u64
    };
    let states = [EvidenceState::Gap, EvidenceState::Absent, EvidenceState::Present].map(|state| StateCount {
        state: words::evidence_state(state),
        count: of(state),
    });
    let shown = document.map(|document| clip(document, LONGEST));
    ReadingView {
        anchor: region
            .as_ref()
            .map_or_else(String::new, |region| format!("{source}-{region}")),
        region,
        facts_total: counted(all.len() as u64, "piece of evidence", "pieces of evidence"),
        states: states.into_iter().filter(|state| state.count > 0).collect(),
        is_continued,
        facts: now.iter().map(FactView::new).collect(),
        document_lines: document.map_or_else(String::new, |document| {
            counted(document.lines().count() as u64, "line", "lines")
        }),
        is_cut: matches!(shown, Some(Cow::Owned(_))),
        document: shown.map(Cow::into_owned),
    }
}
