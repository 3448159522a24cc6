//! `asff/`: every finding in the AWS Security Finding Format, in batches as `securityhub.BatchImportFindings` takes them.
//!
//! Security Hub takes a finding under its own account's default product only from that account, and keeps it in the region
//! that was asked (Security Hub API Reference, `BatchImportFindings`), so that each account and region has a directory
//! with batches of its own. docs/report.md says what goes where. It does not know how a verdict is made.

mod batch;
mod bucket;
mod checks;
mod finding;
mod release;
mod words;

use std::collections::BTreeMap;

use s3attest_model::finding::Resource;
use s3attest_model::identifiers::{AccountId, Partition};
use serde_json::json;

use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::joined;
use crate::settings::Settings;
use crate::staging::Staging;
use crate::surroundings::Surroundings;
use crate::visible;
use batch::Hub;
use bucket::Buckets;

/// The directory of the batches.
pub(crate) const ENTRIES: &[&str] = &["asff"];

/// The question which findings a hub holds suppressed for an exception that does not accept them any more.
const SUPPRESSED: &str = "asff/suppressed.json";

/// Writes every finding into a batch of its account and region. It holds one open batch for each region of one account.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let checks = checks::of(run);
    let around = Surroundings::of(run)?;
    let mut findings = Ahead::new(joined::findings(run)?);
    while let Some(next) = findings.peek()? {
        let account = next.finding.resource.account().clone();
        let mut hubs: BTreeMap<String, Hub> = BTreeMap::new();
        let mut buckets = Buckets::new(run.buckets(&account).map_err(ReportError::Run)?);
        while let Some(joined) = findings.next_if(|next| *next.finding.resource.account() == account)? {
            let known = match &joined.finding.resource {
                Resource::Bucket { name, .. } => buckets.find(name).map_err(ReportError::Run)?,
                _ => None,
            };
            let (partition, region) = home(&joined.finding.resource, around.run.partition);
            let hub = hubs
                .entry(region.to_owned())
                .or_insert_with(|| Hub::new(&account, partition, region));
            hub.add(
                &joined,
                checks.of(&joined.finding.check),
                known.as_deref(),
                &around,
                staging,
            )?;
        }
        for hub in hubs.into_values() {
            hub.finish(staging)?;
        }
    }
    staging.write(SUPPRESSED, &suppressed())?;
    match settings.previous {
        Some(previous) => release::write(previous, run, staging),
        None => Ok(()),
    }
}

/// The body of a `GetFindings`. Without an earlier run only the hub knows what was suppressed: it still has the note of the
/// suppression, and beside it what the latest import says of the finding.
fn suppressed() -> Vec<u8> {
    let is = |value: &str| json!([{ "Value": value, "Comparison": "EQUALS" }]);
    let mut body = visible::line(&json!({
        "Filters": {
            "NoteUpdatedBy": is(words::NOTES_OF_SUPPRESSIONS),
            "ProductFields": [{ "Key": words::IS_ACCEPTED, "Value": "no", "Comparison": "EQUALS" }],
            "WorkflowStatus": is("SUPPRESSED"),
        },
    }));
    body.push(b'\n');
    body
}

/// The partition and the region whose hub takes a finding: the resource's own, and for what belongs to no region, or to one
/// that is not known, the region in which the partition keeps what is global.
fn home(resource: &Resource, of_run: Partition) -> (Partition, &str) {
    let partition = resource.partition().unwrap_or(of_run);
    let region = resource.region().map_or(
        match partition {
            Partition::Aws => "us-east-1",
            Partition::AwsUsGov => "us-gov-west-1",
            Partition::AwsCn => "cn-north-1",
        },
        |region| region.as_str(),
    );
    (partition, region)
}

/// The ARN under which an account's own findings stand in a region's hub
/// (Security Hub User Guide, "Using custom product integrations").
fn product_arn(account: &AccountId, partition: Partition, region: &str) -> String {
    format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default")
}
