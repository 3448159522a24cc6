//! `coverage`: a row for the list of accounts, one for each source that is read once for the run, one for each account, and
//! one for each region, source and bucket of it, read or not.

use s3attest_model::coverage::{
    AccountCoverage, BucketCoverage, CoverageRecord, GapTally, OrganizationCoverage, RegionCoverage, SourceCoverage,
    SourceGap,
};
use s3attest_model::evidence::{BlockedBy, Gap, GapCause};
use s3attest_model::identifiers::RegionName;

use super::definition::Definition;
use super::{Cell, Column, Rows};
use crate::assessed::AssessedRun;
use crate::error::ReportError;

pub(super) struct Coverage;

const COLUMNS: &[Column] = &[
    Column::text(
        "record",
        "What the row is about: account-list (whether every account of the run is known), organization (a source that is read \
         once for the run), account, region, source or bucket.",
    ),
    Column::text("account_id", "The account; empty for the organization."),
    Column::text("account_name", "The account's name; empty when only the id is known."),
    Column::text(
        "organizational_unit",
        "The account's place in the tree of organizational units; empty when that is not known, and in other rows.",
    ),
    Column::text(
        "account_state",
        "The account's state in the organization, in AWS's words; empty in other rows.",
    ),
    Column::text(
        "region",
        "The region, or the bucket's region where it is known; empty in other rows.",
    ),
    Column::text(
        "source",
        "The source's key, as the configuration writes it; empty in rows that are not about a source.",
    ),
    Column::text(
        "bucket",
        "The bucket's name; empty in rows that are not about a bucket.",
    ),
    Column::grade(
        "status",
        "How far it was read. Account list: read, partly-read; account: assessed, partly-assessed, denied, not-active, excluded, not-collected; region: read, off, assumed; \
         source: read, partly-read, unreadable, not-subscribed, not-offered, not-collected; bucket: assessed, partly-assessed, unreadable, gone.",
    ),
    Column::text(
        "reason",
        "Why the account, or the list of accounts, was not read in full; empty when it was, and in other rows.",
    ),
    Column::text(
        "remedy",
        "What a person can do about it; empty when there is nothing to do, and in other rows.",
    ),
    Column::number(
        "buckets_listed",
        "Account: how many buckets its complete list gave, empty when the list broke off; region: how many buckets are there.",
    ),
    Column::number("buckets_assessed", "The account's buckets that were read in full."),
    Column::number(
        "buckets_partly_assessed",
        "The account's buckets that were read in part.",
    ),
    Column::number("buckets_unreadable", "The account's buckets that could not be read."),
    Column::number(
        "buckets_gone",
        "The account's buckets that were deleted during the run.",
    ),
    Column::number(
        "reads_asked",
        "Reads that were to be made; what an account is not subscribed to does not count. Empty for a region.",
    ),
    Column::number("reads_answered", "Those that AWS answered; empty for a region."),
    Column::list(
        "gaps",
        "What could not be read: operation, cause, what refused it, and how often.",
    ),
    Column::list(
        "gap_details",
        "What AWS or the network said of it the first time, by operation.",
    ),
    Column::number(
        "regions_asked",
        "In how many regions a source was asked; 0 for one that is read once for the account.",
    ),
    Column::list(
        "gap_regions",
        "The regions of each gap of a source, separated by spaces; a gap that was met for the account as a whole has none.",
    ),
];

impl Definition for Coverage {
    const SCHEMA: u32 = 1;
    const ABOUT: &'static str = "A row for the list of accounts, and one for each source that is read once for the run; then for \
                                 each account, by id: a row for the account, for each of its regions, for each source \
                                 where the account was entered, for each of its buckets by name.";

    fn columns() -> Vec<Column> {
        COLUMNS.to_vec()
    }

    fn rows<R: AssessedRun>(run: &R, rows: &mut impl Rows) -> Result<(), ReportError<R::Error>> {
        rows.row(&list_cells(run.summary().account_listing_gap.as_ref()))?;
        let mut name = String::new();
        let mut name_of = None;
        for record in run.coverage().map_err(ReportError::Run)? {
            let record = record.map_err(ReportError::Run)?;
            if let CoverageRecord::Account(account) = &record {
                name.clone_from(&account.name);
                name_of = Some(account.account.clone());
            }
            let name = match record.account() {
                Some(account) if name_of.as_ref() == Some(account) => name.as_str(),
                Some(_) | None => "",
            };
            rows.row(&match &record {
                CoverageRecord::Organization(source) => organization_cells(source),
                CoverageRecord::Account(account) => account_cells(account),
                CoverageRecord::Region(region) => region_cells(region, name),
                CoverageRecord::Source(source) => source_cells(source, name),
                CoverageRecord::Bucket(bucket) => bucket_cells(bucket, name),
            })?;
        }
        Ok(())
    }
}

type Row<'record> = [Cell<'record>; COLUMNS.len()];

const NOTHING: Row<'static> = [const { Cell::Empty }; COLUMNS.len()];

/// What stands in the place of an operation in a gap of the list of accounts.
const LIST: &str = "list of accounts";

/// The list of accounts, which is no record of the coverage: without it an account that nobody heard of stands nowhere.
fn list_cells(gap: Option<&Gap>) -> Row<'_> {
    let mut cells = NOTHING;
    cells[0] = "account-list".into();
    cells[8] = if gap.is_some() { "partly-read" } else { "read" }.into();
    if let Some(gap) = gap {
        cells[9] = format!(
            "The list of accounts is incomplete, so an unknown number of accounts is missing: {}.",
            gap.cause.phrase()
        )
        .into();
        cells[18] = Cell::list([format!("{LIST} {}: 1", caused(gap.cause, gap.blocked_by))]);
        cells[19] = Cell::list((!gap.detail.is_empty()).then(|| format!("{LIST}: {}", gap.detail)));
    }
    cells
}

fn account_cells(account: &AccountCoverage) -> Row<'_> {
    [
        "account".into(),
        account.account.as_str().into(),
        account.name.as_str().into(),
        account.organizational_unit.as_deref().into(),
        account.state.to_string().into(),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        account.status.as_str().into(),
        account.reason.as_str().into(),
        account.remedy.as_str().into(),
        account.buckets_listed.into(),
        account.buckets.assessed.into(),
        account.buckets.partly_assessed.into(),
        account.buckets.unreadable.into(),
        account.buckets.gone.into(),
        account.reads.asked.into(),
        account.reads.answered.into(),
        gaps(account.gaps.iter()),
        details(account.gaps.iter()),
        Cell::Empty,
        Cell::Empty,
    ]
}

fn region_cells<'record>(region: &'record RegionCoverage, name: &'record str) -> Row<'record> {
    let mut cells = NOTHING;
    cells[0] = "region".into();
    cells[1] = region.account.as_str().into();
    cells[2] = name.into();
    cells[5] = region.region.as_str().into();
    cells[8] = region.status.as_str().into();
    cells[11] = region.buckets.into();
    cells
}

fn bucket_cells<'record>(bucket: &'record BucketCoverage, name: &'record str) -> Row<'record> {
    let mut cells = NOTHING;
    cells[0] = "bucket".into();
    cells[1] = bucket.account.as_str().into();
    cells[2] = name.into();
    cells[5] = bucket.region.as_ref().map(RegionName::as_str).into();
    cells[7] = bucket.bucket.as_str().into();
    cells[8] = bucket.status.as_str().into();
    cells[16] = bucket.reads.asked.into();
    cells[17] = bucket.reads.answered.into();
    cells[18] = gaps(bucket.gaps.iter());
    cells[19] = details(bucket.gaps.iter());
    cells
}

fn source_cells<'record>(source: &'record SourceCoverage, name: &'record str) -> Row<'record> {
    let mut cells = NOTHING;
    cells[0] = "source".into();
    cells[1] = source.account.as_str().into();
    cells[2] = name.into();
    cells[6] = source.source.key().into();
    cells[8] = source.status.as_str().into();
    cells[16] = source.reads.asked.into();
    cells[17] = source.reads.answered.into();
    cells[18] = gaps(source.gaps.iter().map(|gap| &gap.tally));
    cells[19] = details(source.gaps.iter().map(|gap| &gap.tally));
    cells[20] = source.regions.into();
    cells[21] = regions(&source.gaps);
    cells
}

fn organization_cells(source: &OrganizationCoverage) -> Row<'_> {
    let mut cells = NOTHING;
    cells[0] = "organization".into();
    cells[6] = source.source.key().into();
    cells[8] = source.status.as_str().into();
    cells[16] = source.reads.asked.into();
    cells[17] = source.reads.answered.into();
    cells[18] = gaps(source.gaps.iter());
    cells[19] = details(source.gaps.iter());
    cells
}

/// `s3.GetBucketAcl denied by resource-policy: 3`, and so on.
fn gaps<'gap>(gaps: impl Iterator<Item = &'gap GapTally>) -> Cell<'static> {
    Cell::list(gaps.map(|gap| format!("{}: {}", kind(gap), gap.count)))
}

/// `s3.GetBucketAcl denied by resource-policy`.
fn kind(gap: &GapTally) -> String {
    format!("{} {}", gap.operation, caused(gap.cause, gap.blocked_by))
}

/// `denied by resource-policy`, and `denied by something that AWS did not name`.
fn caused(cause: GapCause, blocked_by: Option<BlockedBy>) -> String {
    match blocked_by {
        None => cause.to_string(),
        Some(BlockedBy::Unknown) => format!("{cause} by something that AWS did not name"),
        Some(blocker) => format!("{cause} by {blocker}"),
    }
}

/// `shield.ListProtections denied: eu-central-1 us-east-1`, in the order of the gaps; those that were met for the account as
/// a whole are left out.
fn regions(gaps: &[SourceGap]) -> Cell<'static> {
    Cell::list(gaps.iter().filter(|gap| !gap.regions.is_empty()).map(|gap| {
        let names: Vec<&str> = gap.regions.iter().map(RegionName::as_str).collect();
        format!("{}: {}", kind(&gap.tally), names.join(" "))
    }))
}

/// What was said the first time, in the order of the gaps; gaps of which nothing was said are left out.
fn details<'gap>(gaps: impl Iterator<Item = &'gap GapTally>) -> Cell<'static> {
    Cell::list(
        gaps.filter(|gap| !gap.example.is_empty())
            .map(|gap| format!("{}: {}", gap.operation, gap.example)),
    )
}
