//! An account's page: how far it was read, what AWS answered of the account itself, its findings and its buckets.
//!
//! Further pages continue the list of buckets. It does not know where the account's records come from.

use std::collections::BTreeMap;

use s3attest_model::account::AccountFacts;
use s3attest_model::check::Severity;
use s3attest_model::control::{ControlMatrixRecord, ResourceCounts};
use s3attest_model::coverage::{AccountCoverage, BucketCoverage, GapTally, RegionCoverage, SourceCoverage, SourceGap};
use s3attest_model::finding::{Finding, Verdict, VerdictCounts};
use s3attest_model::identifiers::{AccountId, CheckId};
use s3attest_model::organization::{Account, Selection};
use s3attest_model::services::ServiceSource;
use serde::Serialize;

use super::account_row::{self, AccountRow};
use super::bar::Bar;
use super::book::{Book, PageError, Sheet};
use super::bucket::BucketRow;
use super::evidence::{AnswerView, Passage};
use super::finding::{FindingDetail, FindingRow, Worst};
use super::heat::Picture;
use super::pager::{Pager, ROWS};
use super::places;
use super::regions::{OfAccount, RegionReads, UnreadRegions};
use super::words::{self, Mark};
use crate::text::moment;
use crate::unread::Unread;

/// How many of an account's worst findings its page lists.
const WORST: usize = 100;

/// What the run holds of one account, apart from its buckets. Each part can be missing, and the page then says so.
#[derive(Default)]
pub(super) struct AccountRecords {
    pub(super) coverage: Option<AccountCoverage>,
    pub(super) regions: Vec<RegionCoverage>,
    pub(super) sources: Vec<SourceCoverage>,
    /// Where the evidence of each source begins.
    pub(super) services: BTreeMap<ServiceSource, String>,
    pub(super) member: Option<Account>,
    pub(super) facts: Option<AccountFacts>,
    pub(super) findings: Vec<Finding>,
    /// What the controls come to here: one record for each framework; none for an account out of scope.
    pub(super) controls: Vec<ControlMatrixRecord>,
    /// Its line of the map of control families; `None` for an account out of scope.
    pub(super) heat: Option<Picture>,
    /// What reading came to in its regions.
    pub(super) reads: RegionReads,
    /// Whether it was read and the snapshot holds nothing of it any more.
    pub(super) is_without_evidence: bool,
}

impl AccountRecords {
    /// The account's name; empty when only the id is known.
    pub(super) fn name(&self) -> String {
        let covered = self.coverage.as_ref().map(|coverage| coverage.name.as_str());
        let listed = self.member.as_ref().map(|member| member.name.as_str());
        covered.or(listed).unwrap_or_default().to_owned()
    }
}

/// A kind of gap and how often it was met.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GapRow {
    operation: String,
    phrase: &'static str,
    refused: Option<&'static str>,
    count: u64,
    example: Option<Passage>,
}

impl GapRow {
    pub(super) fn new(gap: &GapTally) -> Self {
        Self {
            operation: gap.operation.to_string(),
            phrase: gap.cause.phrase(),
            refused: gap.blocked_by.map(words::refused),
            count: gap.count,
            example: Passage::of(&gap.example),
        }
    }
}

/// A kind of gap of a source, and where it was met.
#[derive(Serialize)]
struct SourceGapRow {
    gap: GapRow,
    regions: String,
}

/// A source in the account's list.
#[derive(Serialize)]
struct SourceLine {
    key: &'static str,
    title: &'static str,
    /// Where its evidence stands; `None` when there is none.
    page: Option<String>,
    status: Mark,
    reads: String,
    regions: u64,
    gaps: Vec<SourceGapRow>,
}

impl SourceLine {
    fn new(source: &SourceCoverage, page: Option<&String>) -> Self {
        let gap = |gap: &SourceGap| SourceGapRow {
            gap: GapRow::new(&gap.tally),
            regions: gap
                .regions
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", "),
        };
        Self {
            key: source.source.key(),
            title: source.source.title(),
            page: page.cloned(),
            status: words::source_status(source.status),
            reads: format!(
                "{} of {}",
                crate::text::count(source.reads.answered),
                crate::text::count(source.reads.asked)
            ),
            regions: source.regions,
            gaps: source.gaps.iter().map(gap).collect(),
        }
    }
}

#[derive(Serialize)]
struct RegionRow {
    name: String,
    status: Mark,
    buckets: u64,
}

#[derive(Serialize)]
struct CheckRow {
    check: String,
    title: String,
    page: String,
    counts: VerdictCounts,
}

/// The controls of a framework in this account.
#[derive(Serialize)]
struct FrameworkControls<'page> {
    title: &'page str,
    id: &'page str,
    rows: Vec<AccountControl<'page>>,
    /// Controls outside of the baseline that was selected.
    outside: usize,
}

#[derive(Serialize)]
struct AccountControl<'page> {
    id: &'page str,
    title: &'page str,
    page: Option<String>,
    status: Mark,
    resources: ResourceCounts,
}

impl<'page> FrameworkControls<'page> {
    fn new(book: &Book<'page>, record: &'page ControlMatrixRecord) -> Self {
        let mut rows = Vec::new();
        for cell in &record.controls {
            let control = book.control(&record.framework, &cell.control);
            if !control.is_none_or(|control| book.selection.holds(control)) {
                continue;
            }
            rows.push(AccountControl {
                id: cell.control.as_str(),
                title: control.map_or("", |control| control.title.as_str()),
                page: control.and_then(|control| book.control_page(control)),
                status: words::control_status(cell.status),
                resources: cell.resources,
            });
        }
        Self {
            title: book.framework_title(&record.framework).unwrap_or(&record.framework),
            id: &record.framework,
            outside: record.controls.len() - rows.len(),
            rows,
        }
    }
}

#[derive(Serialize)]
struct AccountPage<'page> {
    row: &'page AccountRow,
    is_first: bool,
    first_page: String,
    full_name: Option<String>,
    reason: Option<Passage>,
    remedy: Option<Passage>,
    email: Option<&'page str>,
    joined: Option<String>,
    is_management: bool,
    selection: Option<String>,
    seen: String,
    buckets_listed: Option<u64>,
    bucket_bar: Option<Bar>,
    bar: Bar,
    gaps: Vec<GapRow>,
    regions: Vec<RegionRow>,
    unread_regions: &'page [UnreadRegions],
    assumed_regions: Vec<String>,
    sources: Vec<SourceLine>,
    services_page: Option<String>,
    answers: Vec<AnswerView>,
    findings: Vec<FindingDetail>,
    checks: Vec<CheckRow>,
    heat: Option<&'page Picture>,
    controls: Vec<FrameworkControls<'page>>,
    worst: Vec<FindingRow>,
    open: u64,
    buckets: &'page [BucketRow],
    pager: Pager,
}

/// What the lists of accounts want of an account.
pub(super) struct Finished {
    pub(super) row: AccountRow,
    pub(super) unread: Option<Unread>,
    pub(super) failed: Failed,
    pub(super) regions: OfAccount,
}

/// An account whose buckets are passing by.
pub(super) struct AccountInProgress<'book, 'run> {
    book: &'book Book<'run>,
    id: AccountId,
    records: AccountRecords,
    counts: VerdictCounts,
    failed: Failed,
    /// The regions that could not be read, once all buckets have passed by.
    unread_regions: Vec<UnreadRegions>,
    checks: BTreeMap<CheckId, VerdictCounts>,
    worst: Worst,
    first: Vec<BucketRow>,
    current: Vec<BucketRow>,
    page: u64,
    buckets: u64,
}

impl<'book, 'run> AccountInProgress<'book, 'run> {
    pub(super) fn new(book: &'book Book<'run>, id: AccountId, records: AccountRecords) -> Self {
        Self {
            book,
            id,
            records,
            counts: VerdictCounts::default(),
            failed: [0; 5],
            unread_regions: Vec::new(),
            checks: BTreeMap::new(),
            worst: Worst::new(WORST),
            first: Vec::new(),
            current: Vec::new(),
            page: 1,
            buckets: 0,
        }
    }

    /// Counts a finding of the account or of one of its buckets.
    pub(super) fn count(&mut self, finding: &Finding, open: Option<(usize, &FindingRow)>) {
        self.counts.add_finding(finding);
        self.checks
            .entry(finding.check.clone())
            .or_default()
            .add_finding(finding);
        if finding.verdict == Verdict::Fail {
            self.failed[super::finding::severity_rank(finding.severity)] += 1;
        }
        if let Some((group, row)) = open {
            self.worst.offer(group, row);
        }
    }

    /// Counts the reads of a bucket where it is.
    pub(super) fn cover(&mut self, covered: &BucketCoverage) {
        self.records.reads.bucket(covered);
    }

    /// Lists a bucket. A page of buckets is written as soon as another bucket follows it.
    pub(super) fn list(&mut self, row: BucketRow) -> Result<(), PageError> {
        if self.current.len() == ROWS {
            let rows = std::mem::take(&mut self.current);
            if self.page == 1 {
                self.first = rows;
            } else {
                self.write_page(&rows, self.page, true)?;
            }
            self.page += 1;
        }
        self.current.push(row);
        self.buckets += 1;
        Ok(())
    }

    /// Writes what is left, the first page last, since it needs what all buckets add up to.
    pub(super) fn finish(mut self) -> Result<Finished, PageError> {
        let rows = std::mem::take(&mut self.current);
        let regions = self.records.reads.unread(&self.id, &self.records);
        self.unread_regions.clone_from(&regions.rows);
        if self.page == 1 {
            self.write_page(&rows, 1, false)?;
        } else {
            self.write_page(&rows, self.page, false)?;
            let first = std::mem::take(&mut self.first);
            self.write_page(&first, 1, true)?;
        }
        Ok(Finished {
            row: self.row(),
            unread: account_row::unread(&self.records),
            failed: self.failed,
            regions,
        })
    }

    fn row(&self) -> AccountRow {
        AccountRow::new(&self.id, &self.records, self.buckets, self.counts, self.failed)
    }

    fn write_page(&self, rows: &[BucketRow], page: u64, has_next: bool) -> Result<(), PageError> {
        let place = |page| places::account(&self.id, page);
        let row = self.row();
        let records = &self.records;
        let coverage = records.coverage.as_ref();
        let is_first = page == 1;
        let mut account_findings = if is_first { records.findings.clone() } else { Vec::new() };
        let view = AccountPage {
            is_first,
            first_page: place(1),
            full_name: Some(records.name()).filter(|name| *name != row.name),
            reason: Passage::of(&account_row::reason(&self.id, records)),
            remedy: Passage::of(&account_row::remedy(records)),
            email: records.member.as_ref().and_then(|member| member.email.as_deref()),
            joined: records.member.as_ref().and_then(|member| member.joined_at).map(moment),
            is_management: records.member.as_ref().is_some_and(|member| member.is_management),
            selection: records.member.as_ref().and_then(|member| selection(&member.selection)),
            seen: row.seen.clone(),
            buckets_listed: coverage.and_then(|coverage| coverage.buckets_listed),
            bucket_bar: coverage
                .filter(|_| row.is_entered)
                .map(|coverage| super::coverage::bucket_bar(&coverage.buckets)),
            bar: Bar::of_verdicts(self.counts),
            gaps: coverage
                .map(|coverage| coverage.gaps.iter().map(GapRow::new).collect())
                .unwrap_or_default(),
            regions: records.regions.iter().map(region_row).collect(),
            unread_regions: &self.unread_regions,
            assumed_regions: records
                .facts
                .as_ref()
                .map(|facts| facts.assumed_regions.iter().map(ToString::to_string).collect())
                .unwrap_or_default(),
            sources: records
                .sources
                .iter()
                .map(|source| SourceLine::new(source, records.services.get(&source.source)))
                .collect(),
            services_page: (!records.services.is_empty()).then(|| places::services(&self.id, 1)),
            answers: self.answers(),
            findings: FindingDetail::of(self.book, &mut account_findings),
            checks: self
                .checks
                .iter()
                .map(|(check, counts)| CheckRow {
                    check: check.to_string(),
                    title: self.book.check_title(check).to_owned(),
                    page: places::check(check),
                    counts: *counts,
                })
                .collect(),
            heat: records.heat.as_ref().filter(|_| is_first),
            controls: if is_first {
                let frameworks = records.controls.iter();
                frameworks
                    .map(|record| FrameworkControls::new(self.book, record))
                    .collect()
            } else {
                Vec::new()
            },
            worst: self.worst.rows(),
            open: self.counts.fail + self.counts.not_assessed,
            buckets: rows,
            pager: Pager::new(
                "buckets",
                page,
                rows.len(),
                is_first.then_some(self.buckets),
                has_next,
                place,
            ),
            row: &row,
        };
        let title = if row.name.is_empty() {
            row.id.clone()
        } else {
            format!("{} ({})", row.name, row.id)
        };
        self.book.page(
            Sheet {
                template: "pages/account.hbs",
                path: &place(page),
                title: &title,
                section: "accounts",
            },
            &view,
        )
    }

    fn answers(&self) -> Vec<AnswerView> {
        let mut answers = Vec::new();
        if let Some(member) = &self.records.member {
            answers.push(AnswerView::of_evidence(
                "Organizational unit",
                "organizational-unit",
                &member.organizational_unit,
            ));
            answers.push(AnswerView::of_evidence(
                "Tags in the organization",
                "tags",
                &member.tags,
            ));
        }
        if let Some(facts) = &self.records.facts {
            answers.push(AnswerView::of_evidence("Access", "access", &facts.access));
            answers.push(AnswerView::of_evidence("Regions", "regions-answer", &facts.regions));
            answers.push(AnswerView::of_evidence(
                "List of buckets",
                "bucket-listing",
                &facts.bucket_listing,
            ));
            answers.push(AnswerView::of_evidence(
                "Public access block of the account",
                "public-access-block",
                &facts.public_access_block,
            ));
        }
        answers
    }
}

fn region_row(region: &RegionCoverage) -> RegionRow {
    RegionRow {
        name: region.region.to_string(),
        status: words::region_status(region.status),
        buckets: region.buckets,
    }
}

fn selection(selection: &Selection) -> Option<String> {
    match selection {
        Selection::Selected => None,
        Selection::Excluded(what) => Some(format!("Left out by the configuration: {what}")),
        Selection::NotActive => Some("The account's state lets nothing be read.".to_owned()),
        Selection::Undecided(why) => Some(format!("Nobody knows whether it belongs to the scope: {why}")),
    }
}

/// A failed finding counts by how bad it is: the order of accounts in a list that begins with the worst.
pub(super) type Failed = [u64; Severity::WORST_FIRST.len()];
