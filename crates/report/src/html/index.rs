//! The front page: coverage first, then verdicts beside it, controls by family, accounts, the worst findings.
//!
//! It works nothing out that the assessment has already worked out.

use std::collections::BTreeMap;

use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::control::Baseline;
use s3attest_model::coverage::{AccountStatus, OrganizationCoverage, SourceStatus};
use s3attest_model::evidence::Evidence;
use s3attest_model::exception::{AssessedExceptions, ExceptionStanding, ExceptionUse};
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::Organization;
use serde::Serialize;

use super::account::GapRow;
use super::account_row::{AccountRow, RESTORE};
use super::accounts::UNREAD_OPEN;
use super::bar::Bar;
use super::book::{Book, PageError, Sheet};
use super::changes::ChangesView;
use super::controls::{
    BaselineRow, Family, FrameworkRow, StatusCount, baselines, families, others, selected, status_words, statuses,
};
use super::coverage::{SourceTable, StatusRow, account_bar, account_rows, bucket_bar};
use super::evidence::{AnswerView, GapView};
use super::finding::FindingRow;
use super::fixes::FixList;
use super::heat::Picture;
use super::places;
use super::regions::RegionList;
use super::score::Score;
use super::walk::{Front, Walked};
use super::words::Mark;
use crate::assessed::AssessedRun;
use crate::comparison::Comparison;
use crate::text::{moment, share};

/// How many of the worst findings stand on the front page.
const WORST: usize = 20;

/// How many accounts without evidence are named in the warning; all of them stand in the list below it.
const NAMED: usize = 10;

#[derive(Serialize)]
struct IndexPage<'page> {
    facts: Facts<'page>,
    listing_gap: Option<GapView>,
    organization_unread: Vec<UnreadSource>,
    settings_left_out: &'page [String],
    sources_left_out: Vec<String>,
    sources: SourceTable,
    /// `None` where nothing was judged.
    score: Option<Score>,
    /// `None` where no earlier run was given.
    changes: Option<ChangesView>,
    fixes: FixList,
    heat: Option<&'page Picture>,
    /// The accounts that the map leaves out.
    heat_others: u64,
    /// The share that was seen, and the same in a sentence, which says of what.
    seen: String,
    seen_words: &'page str,
    /// Accounts that were read and of which the snapshot holds nothing any more.
    without_evidence: Option<WithoutEvidence<'page>>,
    /// The share in hundredths, for the bar.
    seen_width: String,
    /// What was not seen.
    unseen: String,
    is_share_whole: bool,
    is_fully_seen: bool,
    in_scope: u64,
    accounts_total: u64,
    statuses: Vec<StatusRow>,
    account_bar: Bar,
    buckets_total: u64,
    bucket_bar: Bar,
    reads_asked: u64,
    reads_answered: u64,
    regions: &'page RegionList,
    /// Whether the list of them stands open.
    unread_is_short: bool,
    not_fully_read: &'page [AccountRow],
    not_fully_read_total: u64,
    counts: VerdictCounts,
    bar: Bar,
    severities: Bar,
    control_statuses: Vec<StatusCount>,
    controls_total: usize,
    /// Controls outside of the baseline that was selected.
    outside: usize,
    baseline: Option<&'static str>,
    baselines: Vec<BaselineRow>,
    status_words: Vec<Mark>,
    other_frameworks: Vec<FrameworkRow<'page>>,
    families: Vec<Family<'page>>,
    accounts: &'page [AccountRow],
    /// How many of these, the first ones, hide buckets, and how many such accounts there are.
    accounts_unknown: u64,
    accounts_unknown_total: u64,
    worst: Vec<FindingRow>,
    failed_total: u64,
    checks_total: usize,
    exceptions: Option<ExceptionsLine>,
}

/// How the exceptions stand, in numbers.
#[derive(Serialize)]
struct ExceptionsLine {
    as_of: String,
    in_force: u64,
    soon: u64,
    expired: u64,
    unused: u64,
    not_known: u64,
    over_broad: u64,
}

impl ExceptionsLine {
    fn new(assessed: &AssessedExceptions) -> Self {
        let standing = |standing| assessed.standing(standing);
        let of_use = |usage| assessed.of_use(usage).count() as u64;
        Self {
            as_of: assessed.as_of.to_string(),
            in_force: standing(ExceptionStanding::InForce) + standing(ExceptionStanding::ExpiresSoon),
            soon: standing(ExceptionStanding::ExpiresSoon),
            expired: standing(ExceptionStanding::Expired),
            unused: of_use(ExceptionUse::Unused),
            not_known: of_use(ExceptionUse::NotKnown),
            over_broad: assessed.over_broad().count() as u64,
        }
    }
}

/// A source that is read once for the run and was not read in full.
#[derive(Serialize)]
struct UnreadSource {
    title: &'static str,
    status: &'static str,
    gaps: Vec<GapRow>,
}

impl UnreadSource {
    fn of(covered: &OrganizationCoverage) -> Option<Self> {
        let status = match covered.status {
            SourceStatus::Read => return None,
            SourceStatus::PartlyRead => "read in part",
            SourceStatus::Unreadable => "not readable",
            SourceStatus::NotSubscribed => "not subscribed",
            SourceStatus::NotOffered => "not offered",
            SourceStatus::NotCollected => "not collected",
        };
        Some(Self {
            title: covered.source.title(),
            status,
            gaps: covered.gaps.iter().map(GapRow::new).collect(),
        })
    }
}

/// Accounts that were read and of which the snapshot holds nothing any more.
#[derive(Serialize)]
struct WithoutEvidence<'page> {
    total: u64,
    /// The first of them, by id.
    accounts: Vec<&'page AccountId>,
    remedy: &'static str,
}

impl<'page> WithoutEvidence<'page> {
    fn of(accounts: &'page BTreeMap<AccountId, AccountStatus>) -> Option<Self> {
        (!accounts.is_empty()).then(|| Self {
            total: accounts.len() as u64,
            accounts: accounts.keys().take(NAMED).collect(),
            remedy: RESTORE,
        })
    }
}

#[derive(Serialize)]
struct Facts<'page> {
    organization: Option<&'page str>,
    management: Option<String>,
    organization_answer: Option<AnswerView>,
    partition: &'static str,
    caller: &'page str,
    role: &'page str,
    collected: String,
    scope: Vec<String>,
    collected_by: &'page str,
    judged_by: &'page str,
    framework: &'page str,
    catalogue: &'page str,
}

/// Writes the front page.
pub(super) fn write<R: AssessedRun>(
    run: &R,
    book: &Book<'_>,
    organization: Option<&Evidence<Organization>>,
    (walked, front): (&Walked, &Front),
    comparison: Option<&Comparison>,
) -> Result<(), PageError> {
    let accounts = &front.accounts;
    let summary = run.summary();
    let coverage = &summary.coverage;
    let controls = selected(book, &summary.framework);
    let all_controls = book.controls_of(&summary.framework).len();
    let page = IndexPage {
        facts: facts(run, organization),
        listing_gap: summary.account_listing_gap.as_ref().map(GapView::new),
        organization_unread: walked.organization.iter().filter_map(UnreadSource::of).collect(),
        settings_left_out: &run.run().settings_left_out,
        sources_left_out: super::method::sources_left_out(run.run()),
        sources: SourceTable::new(coverage),
        score: Score::of(summary.counts),
        changes: comparison.map(|comparison| ChangesView::new(book, comparison)),
        fixes: walked.fixes.list(book),
        heat_others: front.heat.as_ref().map_or(0, Picture::others),
        heat: front.heat.as_ref(),
        seen: share(coverage.seen),
        seen_words: &book.banner.seen,
        without_evidence: WithoutEvidence::of(&book.without_evidence),
        seen_width: format!("{}.{:02}", coverage.seen / 100, coverage.seen % 100),
        unseen: share(10_000_u32.saturating_sub(coverage.seen)),
        is_share_whole: coverage.seen == 10_000,
        is_fully_seen: book.banner.is_complete,
        in_scope: coverage
            .accounts
            .iter()
            .filter(|(status, _)| status.is_in_scope())
            .map(|(_, count)| count)
            .sum(),
        accounts_total: coverage.accounts.iter().map(|(_, count)| count).sum(),
        statuses: account_rows(coverage, &book.without_evidence),
        account_bar: account_bar(coverage, &book.without_evidence),
        buckets_total: coverage.buckets.total(),
        bucket_bar: bucket_bar(&coverage.buckets),
        reads_asked: coverage.reads.asked,
        reads_answered: coverage.reads.answered,
        regions: &front.regions,
        unread_is_short: accounts.not_fully_read_total <= UNREAD_OPEN,
        not_fully_read: &accounts.not_fully_read,
        not_fully_read_total: accounts.not_fully_read_total,
        counts: summary.counts,
        bar: Bar::of_verdicts(summary.counts),
        severities: Bar::of_severities(&summary.failed_by_severity),
        control_statuses: statuses(&controls),
        controls_total: all_controls,
        outside: all_controls - controls.len(),
        baseline: book.selection.baseline_of(&summary.framework.id).map(Baseline::title),
        baselines: baselines(book, &summary.framework),
        status_words: status_words(),
        other_frameworks: others(book, &summary.framework),
        families: families(book, &controls),
        accounts: &accounts.worst.rows,
        accounts_unknown: accounts.worst.unknown,
        accounts_unknown_total: accounts.worst.unknown_total,
        worst: worst(book, summary, &walked.names),
        failed_total: summary.counts.fail,
        checks_total: book.checks.len(),
        exceptions: summary.exceptions.as_ref().map(ExceptionsLine::new),
    };
    book.page(
        Sheet {
            template: "pages/index.hbs",
            path: places::INDEX,
            title: "Overview",
            section: "index",
        },
        &page,
    )
}

fn worst(book: &Book<'_>, summary: &AssessmentSummary, names: &BTreeMap<AccountId, String>) -> Vec<FindingRow> {
    summary
        .worst
        .iter()
        .take(WORST)
        .map(|finding| {
            let name = names.get(finding.resource.account()).map_or("", String::as_str);
            FindingRow::new(book, finding, name)
        })
        .collect()
}

fn facts<'run, R: AssessedRun>(run: &'run R, organization: Option<&'run Evidence<Organization>>) -> Facts<'run> {
    let (information, summary) = (run.run(), run.summary());
    let known = organization.and_then(|organization| organization.known().ok().flatten());
    let end = run.sessions().iter().map(|session| session.finished_at).max();
    Facts {
        organization: known.map(|organization| organization.id.as_str()),
        management: known.map(|organization| organization.management_account.to_string()),
        organization_answer: match known {
            Some(_) => None,
            None => organization.map(|evidence| AnswerView::of_evidence("Organization", "organization", evidence)),
        },
        partition: information.partition.as_str(),
        caller: &information.caller.arn,
        role: &information.role_template,
        collected: match end {
            Some(end) => format!("{} to {}", moment(information.started_at), moment(end)),
            None => format!("from {}", moment(information.started_at)),
        },
        scope: super::method::scope(&information.scope),
        collected_by: &information.tool_version,
        judged_by: &summary.tool_version,
        framework: &summary.framework.title,
        catalogue: &summary.framework.catalogue_version,
    }
}
