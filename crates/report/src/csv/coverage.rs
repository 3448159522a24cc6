//! `coverage.csv`: a row for each source that is read once for the run, one for each account, and one for each region, source
//! and bucket of it, read or not.

use std::borrow::Cow;

use s3attest_model::coverage::{
    AccountCoverage, BucketCoverage, CoverageRecord, GapTally, OrganizationCoverage, RegionCoverage, SourceCoverage,
    SourceGap,
};
use s3attest_model::identifiers::RegionName;

use super::table::{Table, list, number};
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::staging::Staging;

const COLUMNS: usize = 22;

const HEADER: [&str; COLUMNS] = [
    "record",
    "account_id",
    "account_name",
    "organizational_unit",
    "account_state",
    "region",
    "source",
    "bucket",
    "status",
    "reason",
    "remedy",
    "buckets_listed",
    "buckets_assessed",
    "buckets_partly_assessed",
    "buckets_unreadable",
    "buckets_gone",
    "reads_asked",
    "reads_answered",
    "gaps",
    "gap_details",
    "regions_asked",
    "gap_regions",
];

pub(super) fn write<R: AssessedRun>(run: &R, staging: &Staging) -> Result<(), ReportError<R::Error>> {
    let mut table = Table::create(staging, "coverage.csv", HEADER)?;
    let mut name = String::new();
    let mut name_of = None;
    for record in run.coverage().map_err(ReportError::Run)? {
        let record = record.map_err(ReportError::Run)?;
        match &record {
            CoverageRecord::Organization(source) => table.row(&organization_cells(source))?,
            CoverageRecord::Account(account) => {
                name.clone_from(&account.name);
                name_of = Some(account.account.clone());
                table.row(&account_cells(account))?;
            }
            CoverageRecord::Region(region) => {
                let name = if name_of.as_ref() == Some(&region.account) {
                    name.as_str()
                } else {
                    ""
                };
                table.row(&region_cells(region, name))?;
            }
            CoverageRecord::Source(source) => {
                let name = if name_of.as_ref() == Some(&source.account) {
                    name.as_str()
                } else {
                    ""
                };
                table.row(&source_cells(source, name))?;
            }
            CoverageRecord::Bucket(bucket) => {
                let name = if name_of.as_ref() == Some(&bucket.account) {
                    name.as_str()
                } else {
                    ""
                };
                table.row(&bucket_cells(bucket, name))?;
            }
        }
    }
    Ok(table.finish()?)
}

const NOTHING: Cow<'static, str> = Cow::Borrowed("");

fn account_cells(account: &AccountCoverage) -> [Cow<'_, str>; COLUMNS] {
    [
        "account".into(),
        account.account.as_str().into(),
        account.name.as_str().into(),
        account.organizational_unit.as_deref().unwrap_or("").into(),
        account.state.to_string().into(),
        NOTHING,
        NOTHING,
        NOTHING,
        account.status.as_str().into(),
        account.reason.as_str().into(),
        account.remedy.as_str().into(),
        account.buckets_listed.map_or(NOTHING, number),
        number(account.buckets.assessed),
        number(account.buckets.partly_assessed),
        number(account.buckets.unreadable),
        number(account.buckets.gone),
        number(account.reads.asked),
        number(account.reads.answered),
        gaps(account.gaps.iter()),
        details(account.gaps.iter()),
        NOTHING,
        NOTHING,
    ]
}

fn region_cells<'record>(region: &'record RegionCoverage, name: &'record str) -> [Cow<'record, str>; COLUMNS] {
    let mut cells = [NOTHING; COLUMNS];
    cells[0] = "region".into();
    cells[1] = region.account.as_str().into();
    cells[2] = name.into();
    cells[5] = region.region.as_str().into();
    cells[8] = region.status.as_str().into();
    cells[11] = number(region.buckets);
    cells
}

fn bucket_cells<'record>(bucket: &'record BucketCoverage, name: &'record str) -> [Cow<'record, str>; COLUMNS] {
    let mut cells = [NOTHING; COLUMNS];
    cells[0] = "bucket".into();
    cells[1] = bucket.account.as_str().into();
    cells[2] = name.into();
    cells[5] = bucket.region.as_ref().map_or("", |region| region.as_str()).into();
    cells[7] = bucket.bucket.as_str().into();
    cells[8] = bucket.status.as_str().into();
    cells[16] = number(bucket.reads.asked);
    cells[17] = number(bucket.reads.answered);
    cells[18] = gaps(bucket.gaps.iter());
    cells[19] = details(bucket.gaps.iter());
    cells
}

fn source_cells<'record>(source: &'record SourceCoverage, name: &'record str) -> [Cow<'record, str>; COLUMNS] {
    let mut cells = [NOTHING; COLUMNS];
    cells[0] = "source".into();
    cells[1] = source.account.as_str().into();
    cells[2] = name.into();
    cells[6] = source.source.key().into();
    cells[8] = source.status.as_str().into();
    cells[16] = number(source.reads.asked);
    cells[17] = number(source.reads.answered);
    cells[18] = gaps(source.gaps.iter().map(|gap| &gap.tally));
    cells[19] = details(source.gaps.iter().map(|gap| &gap.tally));
    cells[20] = number(source.regions);
    cells[21] = regions(&source.gaps);
    cells
}

fn organization_cells(source: &OrganizationCoverage) -> [Cow<'_, str>; COLUMNS] {
    let mut cells = [NOTHING; COLUMNS];
    cells[0] = "organization".into();
    cells[6] = source.source.key().into();
    cells[8] = source.status.as_str().into();
    cells[16] = number(source.reads.asked);
    cells[17] = number(source.reads.answered);
    cells[18] = gaps(source.gaps.iter());
    cells[19] = details(source.gaps.iter());
    cells
}

/// `s3.GetBucketAcl denied by resource-policy: 3`, and so on.
fn gaps<'gap>(gaps: impl Iterator<Item = &'gap GapTally>) -> Cow<'static, str> {
    list(gaps.map(|gap| format!("{}: {}", kind(gap), gap.count)))
}

/// `s3.GetBucketAcl denied by resource-policy`.
fn kind(gap: &GapTally) -> String {
    let blocker = gap
        .blocked_by
        .map(|blocker| format!(" by {blocker}"))
        .unwrap_or_default();
    format!("{} {}{blocker}", gap.operation, gap.cause)
}

/// `shield.ListProtections denied: eu-central-1 us-east-1`, in the order of the gaps; those that were met for the account as
/// a whole are left out.
fn regions(gaps: &[SourceGap]) -> Cow<'static, str> {
    list(gaps.iter().filter(|gap| !gap.regions.is_empty()).map(|gap| {
        let names: Vec<&str> = gap.regions.iter().map(RegionName::as_str).collect();
        format!("{}: {}", kind(&gap.tally), names.join(" "))
    }))
}

/// What was said the first time, in the order of the gaps; gaps of which nothing was said are left out.
fn details<'gap>(gaps: impl Iterator<Item = &'gap GapTally>) -> Cow<'static, str> {
    list(
        gaps.filter(|gap| !gap.example.is_empty())
            .map(|gap| format!("{}: {}", gap.operation, gap.example)),
    )
}
