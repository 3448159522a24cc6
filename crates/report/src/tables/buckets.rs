//! `buckets`: a row for each bucket that was listed, found or judged, with a column for each setting and for each check.
//!
//! It joins coverage, buckets and findings by account and name and holds one bucket's verdicts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::bucket::{Bucket, BucketSetting};
use s3attest_model::check::Scope;
use s3attest_model::coverage::{BucketCoverage, BucketStatus, CoverageRecord};
use s3attest_model::evidence::{GapCause, Observed};
use s3attest_model::finding::{Finding, Resource, VerdictCounts};
use s3attest_model::identifiers::{AccountId, BucketName, CheckId, Partition, RegionName};

use super::definition::Definition;
use super::readings::{not_known, reading, vocabulary};
use super::{Cell, Column, ColumnType, Rows};
use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::{ReportError, WriteError};
use crate::mapping::Mapping;

pub(super) struct Buckets;

const COLUMNS: &[Column] = &[
    Column::text("account_id", "The account in whose list the bucket stands."),
    Column::text("account_name", "The account's name; empty when only the id is known."),
    Column::text(
        "organizational_unit",
        "The account's place in the tree of organizational units; empty when that is not known.",
    ),
    Column::text("bucket", "The bucket's name."),
    Column::text("bucket_arn", "The bucket's ARN."),
    Column::text("region", "The bucket's region, or not known: and why."),
    Column::grade(
        "status",
        "How far it was read: assessed, partly-assessed, unreadable or gone; empty when the coverage does not name it.",
    ),
    Column::moment(
        "created_at",
        "When it was created, as the list of buckets says; it changes when the bucket's policy is edited. Empty where the list \
         does not say.",
    ),
    Column::list(
        "tags",
        "Its tags as key=value; empty where it has none, and not known: and why where they could not be read.",
    ),
    Column::number("reads_asked", "Reads of its settings that were to be made."),
    Column::number("reads_answered", "Those that AWS answered."),
    Column::number("findings_fail", "Checks that it fails, accepted ones included."),
    Column::number("findings_accepted", "How many of these fails an exception accepts."),
    Column::number(
        "findings_not_assessed",
        "Checks without a verdict for lack of evidence.",
    ),
    Column::number("findings_pass", "Checks that it passes."),
    Column::number("findings_not_applicable", "Checks that do not apply to it."),
];

/// What stands in a check's column where there is no finding of the check on the bucket. It is no verdict.
const NO_FINDING: &str = "no finding";

impl Definition for Buckets {
    const SCHEMA: u32 = 1;
    const ABOUT: &'static str = "A row for each bucket that was listed, with a column for each setting, and one for each check \
                                 that judges buckets: by account, in each by name.";

    fn columns() -> Vec<Column> {
        let settings = BucketSetting::ALL.iter().map(|setting| {
            let description = format!(
                "{}: {}; none where AWS says that there is none; not known: and why where it could not be read.",
                setting.title(),
                vocabulary(*setting)
            );
            column(setting.key(), description)
        });
        COLUMNS.iter().cloned().chain(settings).collect()
    }

    fn columns_of<R: AssessedRun>(run: &R) -> Vec<Column> {
        let mapping = Mapping::new(run);
        let describe = |check: &CheckId| {
            let title = match mapping.of(check).title() {
                "" => String::new(),
                title => format!(" ({title})"),
            };
            let description = format!("The verdict of this check{title}. {VERDICTS}");
            Column {
                is_graded: true,
                ..column(check.to_string(), description)
            }
        };
        checks(run).into_iter().map(describe).collect()
    }

    fn columns_of_any_run() -> Vec<Column> {
        vec![Column {
            is_graded: true,
            ..column(
                "<check id>",
                format!("One column for each check that judges buckets, by id: the check's verdict. {VERDICTS}"),
            )
        }]
    }

    fn rows<R: AssessedRun>(run: &R, rows: &mut impl Rows) -> Result<(), ReportError<R::Error>> {
        let places = checks(run).into_iter().enumerate().map(|(place, check)| (check, place));
        let mut row = BucketRow {
            partition: run.run().partition,
            places: places.collect(),
            rows,
        };
        let mut coverage = Ahead::new(run.coverage().map_err(ReportError::Run)?);
        let mut findings = Ahead::new(run.findings().map_err(ReportError::Run)?);
        let mut previous: Option<AccountId> = None;
        loop {
            while coverage
                .next_if(|record| record.account().is_none())
                .map_err(ReportError::Run)?
                .is_some()
            {}
            let covered = coverage
                .peek()
                .map_err(ReportError::Run)?
                .and_then(CoverageRecord::account);
            let found = findings.peek().map_err(ReportError::Run)?;
            let next = covered
                .into_iter()
                .chain(found.map(|finding| finding.resource.account()))
                .min();
            let Some(account) = next.cloned() else { break };
            if previous.as_ref().is_some_and(|previous| *previous >= account) {
                return Err(ReportError::OutOfOrder {
                    stream: "accounts",
                    at: account.to_string(),
                });
            }
            one_account(run, &account, &mut coverage, &mut findings, &mut row)?;
            previous = Some(account);
        }
        Ok(())
    }
}

const VERDICTS: &str = "fail, fail (accepted) where an exception accepts it, not-assessed, pass, not-applicable; no finding where \
                        the check gave no verdict on the bucket.";

fn column(name: impl Into<Cow<'static, str>>, description: String) -> Column {
    Column::owned(name, ColumnType::Text, description)
}

/// The checks that judge buckets, by id; also those of which it is not known what they judge, since what they said must not
/// be lost.
fn checks<R: AssessedRun>(run: &R) -> BTreeSet<&CheckId> {
    let described: BTreeMap<&CheckId, Scope> = run.checks().iter().map(|check| (&check.id, check.scope)).collect();
    let judged = run.summary().checks.iter().map(|tally| &tally.check);
    judged
        .chain(described.keys().copied())
        .filter(|check| described.get(check).is_none_or(|scope| *scope == Scope::Bucket))
        .collect()
}

/// What is known of one bucket, from the streams that name it.
struct Known {
    name: BucketName,
    bucket: Option<Bucket>,
    coverage: Option<BucketCoverage>,
}

/// What is known of the account whose buckets are written.
#[derive(Default)]
struct Place {
    account: String,
    name: String,
    unit: Option<String>,
}

fn one_account<R, C, F>(
    run: &R,
    account: &AccountId,
    coverage: &mut Ahead<C>,
    findings: &mut Ahead<F>,
    row: &mut BucketRow<'_, impl Rows>,
) -> Result<(), ReportError<R::Error>>
where
    R: AssessedRun,
    C: Iterator<Item = Result<CoverageRecord, R::Error>>,
    F: Iterator<Item = Result<Finding, R::Error>>,
{
    let mut place = Place {
        account: account.to_string(),
        ..Place::default()
    };
    while let Some(record) = coverage
        .next_if(|record| record.account() == Some(account) && !matches!(record, CoverageRecord::Bucket(_)))
        .map_err(ReportError::Run)?
    {
        if let CoverageRecord::Account(covered) = record {
            place.name = covered.name;
            place.unit = covered.organizational_unit;
        }
    }
    while findings
        .next_if(|finding| finding.resource.is_of_account() && finding.resource.account() == account)
        .map_err(ReportError::Run)?
        .is_some()
    {}
    let mut buckets = Ahead::new(run.buckets(account).map_err(ReportError::Run)?);
    let mut previous: Option<BucketName> = None;
    loop {
        let listed = buckets.peek().map_err(ReportError::Run)?.map(|bucket| &bucket.name);
        let covered = coverage.peek().map_err(ReportError::Run)?;
        let covered = covered.and_then(|record| covered_bucket(record, account));
        let found = findings.peek().map_err(ReportError::Run)?;
        let found = found.and_then(|finding| found_bucket(finding, account));
        let Some(name) = [listed, covered, found].into_iter().flatten().min().cloned() else {
            break;
        };
        if previous.as_ref().is_some_and(|previous| *previous >= name) {
            return Err(ReportError::OutOfOrder {
                stream: "buckets",
                at: format!("{account}/{name}"),
            });
        }
        let mut verdicts = vec![Cow::Borrowed(NO_FINDING); row.places.len()];
        let mut counts = VerdictCounts::default();
        while let Some(finding) = findings
            .next_if(|finding| found_bucket(finding, account) == Some(&name))
            .map_err(ReportError::Run)?
        {
            counts.add_finding(&finding);
            if let Some(place) = row.places.get(&finding.check) {
                add(&mut verdicts[*place], &finding);
            }
        }
        let known = Known {
            bucket: buckets
                .next_if(|bucket| bucket.name == name)
                .map_err(ReportError::Run)?,
            coverage: coverage
                .next_if(|record| covered_bucket(record, account) == Some(&name))
                .map_err(ReportError::Run)?
                .and_then(|record| match record {
                    CoverageRecord::Bucket(covered) => Some(covered),
                    _ => None,
                }),
            name,
        };
        row.write(&place, &known, counts, verdicts)?;
        previous = Some(known.name);
    }
    Ok(())
}

fn covered_bucket<'record>(record: &'record CoverageRecord, account: &AccountId) -> Option<&'record BucketName> {
    match record {
        CoverageRecord::Bucket(bucket) if bucket.account == *account => Some(&bucket.bucket),
        _ => None,
    }
}

fn found_bucket<'finding>(finding: &'finding Finding, account: &AccountId) -> Option<&'finding BucketName> {
    match &finding.resource {
        Resource::Bucket { account: of, name, .. } if of == account => Some(name),
        _ => None,
    }
}

/// Puts a verdict into its check's cell. One check gives one verdict on a bucket; should it give several, none is lost.
fn add(cell: &mut Cow<'static, str>, finding: &Finding) {
    let verdict = if finding.is_accepted() {
        "fail (accepted)"
    } else {
        finding.verdict.as_str()
    };
    if *cell == NO_FINDING {
        *cell = Cow::Borrowed(verdict);
    } else {
        *cell = Cow::Owned(format!("{cell}; {verdict}"));
    }
}

/// Writes rows of buckets.
struct BucketRow<'run, W> {
    partition: Partition,
    /// The place of each check's column among those of the checks.
    places: BTreeMap<&'run CheckId, usize>,
    rows: &'run mut W,
}

impl<W: Rows> BucketRow<'_, W> {
    fn write(
        &mut self,
        place: &Place,
        known: &Known,
        counts: VerdictCounts,
        verdicts: Vec<Cow<'static, str>>,
    ) -> Result<(), WriteError> {
        let Known { name, bucket, coverage } = known;
        // Of a bucket without a record nothing is known, which is not the same as having no settings.
        let unread = match coverage.as_ref().map(|coverage| coverage.status) {
            Some(BucketStatus::Gone) => GapCause::BucketGone,
            Some(_) | None => GapCause::NotCollected,
        };
        let bucket = bucket.as_ref();
        let region = match bucket.map(|bucket| &bucket.region.observed) {
            Some(Observed::Present(region)) => region.as_str().into(),
            Some(Observed::Gap(gap)) => region_of(coverage.as_ref(), gap.cause),
            Some(Observed::Absent) => region_of(coverage.as_ref(), GapCause::RegionUnknown),
            None => region_of(coverage.as_ref(), unread),
        };
        let tags = match bucket.map(|bucket| &bucket.settings.tagging.observed) {
            Some(Observed::Present(tags)) => Cell::list(tags.iter().map(|(key, value)| format!("{key}={value}"))),
            Some(Observed::Absent) => Cell::Empty,
            Some(Observed::Gap(gap)) => Cell::list([not_known(gap.cause)]),
            None => Cell::list([not_known(unread)]),
        };
        let reads = coverage.as_ref().map(|coverage| coverage.reads);
        let partition = bucket_partition(bucket, coverage.as_ref()).unwrap_or(self.partition);
        let fixed: [Cell<'_>; COLUMNS.len()] = [
            place.account.as_str().into(),
            place.name.as_str().into(),
            place.unit.as_deref().into(),
            name.as_str().into(),
            format!("arn:{partition}:s3:::{name}").into(),
            region,
            coverage.as_ref().map(|coverage| coverage.status.as_str()).into(),
            bucket.and_then(|bucket| bucket.created_at).into(),
            tags,
            reads.map(|reads| reads.asked).into(),
            reads.map(|reads| reads.answered).into(),
            counts.fail.into(),
            counts.accepted.into(),
            counts.not_assessed.into(),
            counts.pass.into(),
            counts.not_applicable.into(),
        ];
        let settings = BucketSetting::ALL.iter().map(|setting| {
            bucket
                .map_or_else(|| not_known(unread), |bucket| reading(&bucket.settings, *setting))
                .into()
        });
        let cells: Vec<Cell<'_>> = fixed
            .into_iter()
            .chain(settings)
            .chain(verdicts.into_iter().map(Cell::from))
            .collect();
        self.rows.row(&cells)
    }
}

/// The region that the coverage names, or why it is not known.
fn region_of(coverage: Option<&BucketCoverage>, cause: GapCause) -> Cell<'_> {
    match coverage.and_then(|coverage| coverage.region.as_ref()) {
        Some(region) => region.as_str().into(),
        None => not_known(cause).into(),
    }
}

fn bucket_partition(bucket: Option<&Bucket>, coverage: Option<&BucketCoverage>) -> Option<Partition> {
    let observed = bucket.and_then(|bucket| match &bucket.region.observed {
        Observed::Present(region) => Some(region),
        Observed::Absent | Observed::Gap(_) => None,
    });
    let region: Option<&RegionName> = observed.or_else(|| coverage?.region.as_ref());
    region.map(Partition::of_region)
}
