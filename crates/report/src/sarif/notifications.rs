//! The run as SARIF's invocation: its times, and a notification for everything that was not seen.
//!
//! It does not know findings.

use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, CoverageRecord, GapTally, RegionCoverage, SourceStatus,
};
use s3attest_model::services::ServiceSource;
use serde_json::{Value, json};

use super::frame::Frame;
use super::message::Message;
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::regions;

/// Every kind of notification: id and what it says.
pub(super) const DESCRIPTORS: [(&str, &str); 6] = [
    (LISTING_INCOMPLETE, "The list of accounts is incomplete."),
    (ACCOUNT_NOT_READ, "An account in scope was not read."),
    (ACCOUNT_PARTLY_READ, "Some of an account could not be read."),
    (ACCOUNT_OUT_OF_SCOPE, "An account is not in scope."),
    (
        REGION_IN_DOUBT,
        "A region was not read, or nobody knows whether it had to be.",
    ),
    (SOURCE_NOT_READ, "A source was not read, or not in full."),
];

const LISTING_INCOMPLETE: &str = "account-listing-incomplete";
const ACCOUNT_NOT_READ: &str = "account-not-read";
const ACCOUNT_PARTLY_READ: &str = "account-partly-read";
const ACCOUNT_OUT_OF_SCOPE: &str = "account-out-of-scope";
const REGION_IN_DOUBT: &str = "region-in-doubt";
const SOURCE_NOT_READ: &str = "source-not-read";

/// Writes the invocation. It is not called successful when an account in scope was not read, or when the list of accounts
/// is incomplete: the results then miss an unknown part.
pub(super) fn write<R: AssessedRun>(run: &R, frame: &mut Frame) -> Result<(), ReportError<R::Error>> {
    let summary = run.summary();
    let unread: u64 = summary
        .coverage
        .accounts
        .iter()
        .filter(|(status, _)| matches!(status, AccountStatus::Denied | AccountStatus::NotCollected))
        .map(|(_, count)| *count)
        .sum();
    let is_complete = unread == 0 && summary.account_listing_gap.is_none();
    frame.raw("{\"executionSuccessful\":")?;
    frame.value(&is_complete)?;
    frame.raw(",\"startTimeUtc\":")?;
    frame.value(&run.run().started_at)?;
    if let Some(end) = run.sessions().iter().map(|session| session.finished_at).max() {
        frame.raw(",\"endTimeUtc\":")?;
        frame.value(&end)?;
    }
    frame.raw(",\n\"toolExecutionNotifications\":")?;
    frame.begin_list()?;
    if let Some(gap) = &summary.account_listing_gap {
        let text = format!(
            "The list of accounts is incomplete, so an unknown number of accounts is missing: {}. {}",
            gap.cause.phrase(),
            gap.detail
        );
        let properties = json!({"cause": gap.cause.as_str()});
        frame.element(&notification(LISTING_INCOMPLETE, "error", &text, None, &properties))?;
    }
    // Of the account at hand, whose regions come behind it.
    let mut listed = None;
    for record in run.coverage().map_err(ReportError::Run)? {
        let record = record.map_err(ReportError::Run)?;
        if let CoverageRecord::Account(account) = &record {
            listed = account.buckets_listed;
        }
        if let Some(notification) = of_record(&record, listed, &run.run().sources_left_out) {
            frame.element(&notification)?;
        }
    }
    frame.end_list()?;
    frame.raw(",\n\"properties\":")?;
    frame.value(&json!({
        "run_id": run.run().id,
        "configuration_digest": summary.configuration_digest,
        "is_simulated": run.run().is_simulated,
        "seen_ten_thousandths": summary.coverage.seen,
    }))?;
    frame.raw("}")?;
    Ok(())
}

fn of_record(record: &CoverageRecord, listed: Option<u64>, left_out: &[String]) -> Option<Value> {
    match record {
        CoverageRecord::Account(account) => of_account(account),
        CoverageRecord::Organization(source) => {
            of_source(source.source, source.status, left_out, None, source.gaps.iter())
        }
        CoverageRecord::Source(source) => of_source(
            source.source,
            source.status,
            left_out,
            Some(source.account.as_str()),
            source.gaps.iter().map(|gap| &gap.tally),
        ),
        CoverageRecord::Region(region) => of_region(region, listed),
        // What was not read of a bucket is told by its findings.
        CoverageRecord::Bucket(_) => None,
    }
}

fn of_region(region: &RegionCoverage, listed: Option<u64>) -> Option<Value> {
    let text = regions::doubt(region, listed)?;
    let properties = json!({
        "region": region.region.as_str(),
        "status": region.status.as_str(),
        "buckets": region.buckets,
    });
    let account = Some(region.account.as_str());
    Some(notification(REGION_IN_DOUBT, "warning", &text, account, &properties))
}

fn of_account(account: &AccountCoverage) -> Option<Value> {
    let (id, level) = match account.status {
        AccountStatus::Assessed => return None,
        AccountStatus::PartlyAssessed => (ACCOUNT_PARTLY_READ, "warning"),
        AccountStatus::Denied | AccountStatus::NotCollected => (ACCOUNT_NOT_READ, "error"),
        AccountStatus::NotActive | AccountStatus::Excluded => (ACCOUNT_OUT_OF_SCOPE, "note"),
    };
    let text = format!("{} {}", account.reason, account.remedy);
    let properties = json!({
        "account_id": account.account.as_str(),
        "account_name": account.name,
        "status": account.status.as_str(),
        "reads_asked": account.reads.asked,
        "reads_answered": account.reads.answered,
    });
    Some(notification(
        id,
        level,
        text.trim(),
        Some(account.account.as_str()),
        &properties,
    ))
}

fn of_source<'gap>(
    source: ServiceSource,
    status: SourceStatus,
    left_out: &[String],
    account: Option<&str>,
    gaps: impl Iterator<Item = &'gap GapTally>,
) -> Option<Value> {
    let level = match status {
        SourceStatus::NotCollected if left_out.iter().any(|key| key == source.key()) => "note",
        // What is not collected and was not left out is what collecting did not come to before it ended.
        SourceStatus::Unreadable | SourceStatus::PartlyRead | SourceStatus::NotCollected => "warning",
        SourceStatus::Read | SourceStatus::NotSubscribed | SourceStatus::NotOffered => return None,
    };
    let gaps: Vec<String> = gaps
        .map(|gap| format!("{}: {}", gap.operation, gap.cause.phrase()))
        .collect();
    let text = format!("{}: {}. {}", source.title(), status, gaps.join("; "));
    let properties = json!({"source": source.key(), "status": status.as_str()});
    Some(notification(SOURCE_NOT_READ, level, text.trim(), account, &properties))
}

fn notification(id: &str, level: &str, text: &str, account: Option<&str>, properties: &Value) -> Value {
    let place = DESCRIPTORS.iter().position(|(known, _)| *known == id);
    let locations: Vec<Value> = account
        .map(|account| {
            json!({"logicalLocations": [{
                "name": account,
                "fullyQualifiedName": format!("AWS::::Account:{account}"),
                "kind": "namespace",
            }]})
        })
        .into_iter()
        .collect();
    json!({
        "descriptor": {"id": id, "index": place},
        "level": level,
        "message": Message::of(text),
        "locations": locations,
        "properties": properties,
    })
}
