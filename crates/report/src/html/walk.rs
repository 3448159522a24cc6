//! One walk over everything that the run holds: joins the organization, the coverage, the findings and the buckets by
//! account and by name, and hands each to its page.
//!
//! Of an organization of any size it holds one account's page and a bounded number of rows for each list.

use std::collections::BTreeMap;

use s3attest_model::access::BucketAccess;
use s3attest_model::control::{ControlMatrixRecord, ControlScope};
use s3attest_model::coverage::{BucketCoverage, CoverageRecord, OrganizationCoverage};
use s3attest_model::finding::{Finding, Resource};
use s3attest_model::identifiers::{AccountId, BucketName, CheckId};
use s3attest_model::organization::{Account, OrganizationRecord};

use super::account::{AccountInProgress, AccountRecords};
use super::account_row::unread;
use super::accounts::{Accounts, Leaders};
use super::book::{Book, PageError};
use super::bucket::{self, BucketRecords};
use super::exceptions::{BesideChecks, Excepted};
use super::finding::{FindingRow, NAME, Worst, group};
use super::findings::WaitingRows;
use super::fixes::Fixes;
use super::heat::{Heat, Picture};
use super::regions::{RegionList, Regions};
use super::search::{Place, Search, Tags};
use super::services::ServicesInProgress;
use super::sources::Sources;
use super::standing::Standings;
use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::text::clip;

/// How many open findings a check's page lists.
pub(super) const OPEN_OF_A_CHECK: usize = 100;

/// What the walk leaves for the pages that come after it.
pub(super) struct Walked {
    pub(super) findings: WaitingRows,
    pub(super) open_of_check: BTreeMap<CheckId, Worst>,
    /// How far the sources were read that are read once for the run.
    pub(super) organization: Vec<OrganizationCoverage>,
    /// The names of the accounts whose findings stand on the front page.
    pub(super) names: BTreeMap<AccountId, String>,
    pub(super) sources: Sources,
    pub(super) excepted: Excepted,
    /// The exceptions beside the failed findings of each check.
    pub(super) beside: BesideChecks,
    /// Where the controls stand by organizational unit and account.
    pub(super) standings: Standings,
    pub(super) fixes: Fixes,
    pub(super) search: Search,
}

/// The lists of accounts in the making.
struct Lists {
    accounts: Accounts,
    regions: Regions,
    heat: Heat,
}

/// What the front page shows of them.
pub(super) struct Front {
    pub(super) accounts: Leaders,
    /// The regions that could not be read.
    pub(super) regions: RegionList,
    /// The map of the worst accounts; `None` where no account has a place on it.
    pub(super) heat: Option<Picture>,
}

impl Walked {
    fn new(book: &Book<'_>) -> Result<Self, PageError> {
        Ok(Self {
            findings: WaitingRows::new(book.staging())?,
            open_of_check: BTreeMap::new(),
            organization: Vec::new(),
            names: BTreeMap::new(),
            sources: Sources::default(),
            excepted: Excepted::default(),
            beside: BesideChecks::default(),
            standings: Standings::default(),
            fixes: Fixes::default(),
            search: Search::new(),
        })
    }
}

/// Walks and writes the pages of accounts and buckets.
pub(super) fn walk<R: AssessedRun>(run: &R, book: &Book<'_>) -> Result<(Walked, Front), ReportError<R::Error>> {
    let mut walked = Walked::new(book)?;
    let mut lists = Lists {
        accounts: Accounts::new(),
        regions: Regions::new(),
        heat: Heat::new(book),
    };
    let mut matrix = Ahead::new(run.control_matrix().map_err(ReportError::Run)?);
    let mut coverage = Ahead::new(run.coverage().map_err(ReportError::Run)?);
    let mut findings = Ahead::new(run.findings().map_err(ReportError::Run)?);
    let mut access = Ahead::new(run.access().map_err(ReportError::Run)?);
    let mut members = Ahead::new(
        run.organization()
            .map_err(ReportError::Run)?
            .filter_map(|record| match record {
                Ok(OrganizationRecord::Account(account)) => Some(Ok(*account)),
                Ok(
                    OrganizationRecord::Organization(_)
                    | OrganizationRecord::AccountListing(_)
                    | OrganizationRecord::Roots(_)
                    | OrganizationRecord::Branch(_)
                    | OrganizationRecord::Reading(_)
                    | OrganizationRecord::Policy(_),
                ) => None,
                Err(error) => Some(Err(error)),
            }),
    );
    let is_of_the_run = |record: &CoverageRecord| matches!(record, CoverageRecord::Organization(_));
    while let Some(record) = coverage.next_if(is_of_the_run).map_err(ReportError::Run)? {
        if let CoverageRecord::Organization(covered) = record {
            walked.organization.push(covered);
        }
    }
    let mut previous: Option<AccountId> = None;
    loop {
        let next = [
            coverage
                .peek()
                .map_err(ReportError::Run)?
                .and_then(CoverageRecord::account),
            findings
                .peek()
                .map_err(ReportError::Run)?
                .map(|finding| finding.resource.account()),
            members
                .peek()
                .map_err(ReportError::Run)?
                .map(|member: &Account| &member.id),
        ]
        .into_iter()
        .flatten()
        .min()
        .cloned();
        let Some(account) = next else { break };
        if previous.as_ref().is_some_and(|previous| *previous >= account) {
            return Err(ReportError::OutOfOrder {
                stream: "accounts",
                at: account.to_string(),
            });
        }
        let records = AccountRecords {
            member: members
                .next_if(|member| member.id == account)
                .map_err(ReportError::Run)?,
            controls: controls_of(&mut matrix, &account)?,
            is_without_evidence: book.without_evidence.contains_key(&account),
            ..AccountRecords::default()
        };
        let streams = Streams {
            coverage: &mut coverage,
            findings: &mut findings,
            access: &mut access,
        };
        one_account(run, book, (&mut walked, &mut lists), &account, records, streams)?;
        previous = Some(account);
    }
    // A line about the organization that comes later than the first account would hide everything behind it.
    if coverage.peek().map_err(ReportError::Run)?.is_some() {
        return Err(ReportError::OutOfOrder {
            stream: "coverage",
            at: "the organization".to_owned(),
        });
    }
    while let Some(record) = matrix
        .next_if(|record| matches!(record.scope, ControlScope::OrganizationalUnit { .. }))
        .map_err(ReportError::Run)?
    {
        walked.standings.add(&record, "");
    }
    if matrix.peek().map_err(ReportError::Run)?.is_some() {
        return Err(ReportError::OutOfOrder {
            stream: "control matrix",
            at: "an account that stands nowhere else".to_owned(),
        });
    }
    refuse_strays(&mut access)?;
    let front = Front {
        accounts: lists.accounts.finish(book)?,
        regions: lists.regions.finish(),
        heat: lists.heat.finish(book)?,
    };
    Ok((walked, front))
}

/// Refuses an answer about a bucket that stands nowhere else, and so on no page.
fn refuse_strays<E: std::error::Error + 'static>(
    access: &mut Ahead<impl Iterator<Item = Result<BucketAccess, E>>>,
) -> Result<(), ReportError<E>> {
    match access.peek().map_err(ReportError::Run)? {
        None => Ok(()),
        Some(record) => Err(ReportError::OutOfOrder {
            stream: "effective access",
            at: format!("{}/{}", record.account, record.name),
        }),
    }
}

/// The streams that are joined by account and bucket.
struct Streams<'walk, C: Iterator, F: Iterator, A: Iterator> {
    coverage: &'walk mut Ahead<C>,
    findings: &'walk mut Ahead<F>,
    access: &'walk mut Ahead<A>,
}

/// What the controls come to in an account: one record for each framework.
fn controls_of<E: std::error::Error + 'static>(
    matrix: &mut Ahead<impl Iterator<Item = Result<ControlMatrixRecord, E>>>,
    account: &AccountId,
) -> Result<Vec<ControlMatrixRecord>, ReportError<E>> {
    let mut records = Vec::new();
    while let Some(record) = matrix
        .next_if(|record| matches!(&record.scope, ControlScope::Account { account: of } if of == account))
        .map_err(ReportError::Run)?
    {
        records.push(record);
    }
    Ok(records)
}

fn one_account<R, C, F, A>(
    run: &R,
    book: &Book<'_>,
    (walked, lists): (&mut Walked, &mut Lists),
    account: &AccountId,
    mut records: AccountRecords,
    streams: Streams<'_, C, F, A>,
) -> Result<(), ReportError<R::Error>>
where
    R: AssessedRun,
    C: Iterator<Item = Result<CoverageRecord, R::Error>>,
    F: Iterator<Item = Result<Finding, R::Error>>,
    A: Iterator<Item = Result<BucketAccess, R::Error>>,
{
    let Streams {
        coverage,
        findings,
        access,
    } = streams;
    take_coverage(coverage, account, &mut records).map_err(ReportError::Run)?;
    records.facts = run.account_facts(account).map_err(ReportError::Run)?;
    while let Some(finding) = findings
        .next_if(|finding| finding.resource.is_of_account() && finding.resource.account() == account)
        .map_err(ReportError::Run)?
    {
        records.findings.push(finding);
    }
    let name = own_records(run, book, (walked, lists), account, &mut records)?;
    let unit = records
        .coverage
        .as_ref()
        .and_then(|coverage| coverage.organizational_unit.clone());
    let untagged = Tags::Known(Vec::new());
    let place = Place {
        account_name: &name,
        unit: unit.as_deref(),
        tags: &untagged,
    };
    let own = records.findings.clone();
    let mut page = AccountInProgress::new(book, account.clone(), records);
    for finding in &own {
        tally(book, walked, &mut page, finding, place)?;
    }
    let mut buckets = Ahead::new(run.buckets(account).map_err(ReportError::Run)?);
    let mut previous: Option<BucketName> = None;
    loop {
        let next = [
            buckets.peek().map_err(ReportError::Run)?.map(|bucket| &bucket.name),
            coverage
                .peek()
                .map_err(ReportError::Run)?
                .and_then(|record| covered_bucket(record, account)),
            findings
                .peek()
                .map_err(ReportError::Run)?
                .and_then(|finding| found_bucket(finding, account)),
        ]
        .into_iter()
        .flatten()
        .min()
        .cloned();
        let Some(bucket) = next else { break };
        if previous.as_ref().is_some_and(|previous| *previous >= bucket) {
            return Err(ReportError::OutOfOrder {
                stream: "buckets",
                at: format!("{account}/{bucket}"),
            });
        }
        let record = buckets
            .next_if(|record| record.name == bucket)
            .map_err(ReportError::Run)?;
        let tags = Tags::of(record.as_ref());
        let mut of_bucket = Vec::new();
        while let Some(finding) = findings
            .next_if(|finding| found_bucket(finding, account) == Some(&bucket))
            .map_err(ReportError::Run)?
        {
            tally(book, walked, &mut page, &finding, Place { tags: &tags, ..place })?;
            of_bucket.push(finding);
        }
        let covered = coverage
            .next_if(|record| covered_bucket(record, account) == Some(&bucket))
            .map_err(ReportError::Run)?
            .and_then(bucket_coverage);
        if let Some(covered) = &covered {
            page.cover(covered);
        }
        let row = bucket::write(
            book,
            BucketRecords {
                account,
                account_name: &name,
                name: bucket.clone(),
                bucket: record,
                coverage: covered,
                findings: of_bucket,
                access: access
                    .next_if(|record| record.account == *account && record.name == bucket)
                    .map_err(ReportError::Run)?,
            },
        )?;
        page.list(row)?;
        previous = Some(bucket);
    }
    walked.fixes.finish_account(account, &name);
    let account = page.finish()?;
    lists.regions.add(account.regions.clone());
    Ok(lists.accounts.add(book, account)?)
}

/// Hands what is known of an account itself to the lists and the pages that want it, and gives the account's name.
fn own_records<R: AssessedRun>(
    run: &R,
    book: &Book<'_>,
    (walked, lists): (&mut Walked, &mut Lists),
    account: &AccountId,
    records: &mut AccountRecords,
) -> Result<String, ReportError<R::Error>> {
    let name = clip(&records.name(), NAME).into_owned();
    for record in &records.controls {
        walked.standings.add(record, &name);
    }
    records.heat = lists
        .heat
        .add(book, account, &name, unread(records), &records.controls)?;
    if run
        .summary()
        .worst
        .iter()
        .any(|finding| finding.resource.account() == account)
    {
        walked.names.insert(account.clone(), name.clone());
    }
    for source in &records.sources {
        walked.sources.add(source, &name);
    }
    let mut services = ServicesInProgress::new(book, account, &name);
    for record in run.services(account).map_err(ReportError::Run)? {
        let record = record.map_err(ReportError::Run)?;
        records.reads.service(&record, &records.sources);
        services.add(&record)?;
    }
    records.services = services.finish()?;
    Ok(name)
}

/// Takes the coverage of an account as a whole, and leaves that of its buckets.
fn take_coverage<E>(
    coverage: &mut Ahead<impl Iterator<Item = Result<CoverageRecord, E>>>,
    account: &AccountId,
    records: &mut AccountRecords,
) -> Result<(), E> {
    let is_of_the_account =
        |record: &CoverageRecord| record.account() == Some(account) && !matches!(record, CoverageRecord::Bucket(_));
    while let Some(record) = coverage.next_if(is_of_the_account)? {
        match record {
            CoverageRecord::Account(covered) => records.coverage = Some(*covered),
            CoverageRecord::Region(region) => records.regions.push(region),
            CoverageRecord::Source(source) => records.sources.push(source),
            CoverageRecord::Organization(_) | CoverageRecord::Bucket(_) => {}
        }
    }
    Ok(())
}

/// The place of a bucket in the coverage, from a line that is about one.
fn bucket_coverage(record: CoverageRecord) -> Option<BucketCoverage> {
    match record {
        CoverageRecord::Bucket(covered) => Some(covered),
        CoverageRecord::Organization(_)
        | CoverageRecord::Account(_)
        | CoverageRecord::Region(_)
        | CoverageRecord::Source(_) => None,
    }
}

fn covered_bucket<'record>(record: &'record CoverageRecord, account: &AccountId) -> Option<&'record BucketName> {
    match record {
        CoverageRecord::Bucket(bucket) if bucket.account == *account => Some(&bucket.bucket),
        CoverageRecord::Bucket(_)
        | CoverageRecord::Organization(_)
        | CoverageRecord::Account(_)
        | CoverageRecord::Region(_)
        | CoverageRecord::Source(_) => None,
    }
}

fn found_bucket<'finding>(finding: &'finding Finding, account: &AccountId) -> Option<&'finding BucketName> {
    match &finding.resource {
        Resource::Bucket { account: of, name, .. } if of == account => Some(name),
        _ => None,
    }
}

/// Hands a finding to every list that wants it.
fn tally(
    book: &Book<'_>,
    walked: &mut Walked,
    page: &mut AccountInProgress<'_, '_>,
    finding: &Finding,
    place: Place<'_>,
) -> Result<(), PageError> {
    walked.fixes.add(finding);
    walked.search.add(book, finding, place)?;
    let Some(group) = group(finding) else {
        page.count(finding, None);
        return Ok(());
    };
    let row = FindingRow::new(book, finding, place.account_name);
    walked.findings.add(group, &row)?;
    if let Some(exception) = &finding.exception {
        walked.excepted.offer(exception, &row);
        walked.beside.add(book, &finding.check, exception);
    }
    walked
        .open_of_check
        .entry(finding.check.clone())
        .or_insert_with(|| Worst::new(OPEN_OF_A_CHECK))
        .offer(group, &row);
    page.count(finding, Some((group, &row)));
    Ok(())
}
