//! The files for one hub: batches of findings, and the updates that suppress what an exception accepts.

use std::collections::BTreeMap;

use s3attest_model::identifiers::{AccountId, Partition};
use serde_json::json;

use super::bucket::Known;
use super::checks::CheckParts;
use super::finding::{self, SecurityFinding};
use super::{product_arn, words};
use crate::error::WriteError;
use crate::joined::JoinedFinding;
use crate::staging::Staging;
use crate::surroundings::Surroundings;
use crate::visible;

/// How many findings a call takes (Security Hub API Reference, `BatchImportFindings` and `BatchUpdateFindings`).
pub(super) const MOST_FINDINGS: usize = 100;
/// Security Hub takes 6 MB a batch (Security Hub Partner Integration Guide, "Guidelines for using the
/// `BatchImportFindings` API"). A smaller batch bounds what is held here while the regions of an account lie open.
const MOST_BYTES: usize = 2_000_000;
/// Security Hub takes 240 KB a finding (the same page).
const MOST_BYTES_OF_FINDING: usize = 240_000;

/// The findings of one account in one region.
pub(super) struct Hub {
    directory: String,
    product_arn: String,
    region: String,
    partition: Partition,
    batch: Vec<u8>,
    in_batch: usize,
    batches: u32,
    /// The findings that each exception accepts, while they are fewer than a call takes.
    updates: BTreeMap<String, Update>,
    updates_written: u32,
}

struct Update {
    note: String,
    findings: Vec<String>,
}

impl Hub {
    pub(super) fn new(account: &AccountId, partition: Partition, region: &str) -> Self {
        Self {
            directory: format!("asff/{account}/{region}"),
            product_arn: product_arn(account, partition, region),
            region: region.to_owned(),
            partition,
            batch: Vec::new(),
            in_batch: 0,
            batches: 0,
            updates: BTreeMap::new(),
            updates_written: 0,
        }
    }

    /// Puts a finding into the open batch, which is written when it is full.
    pub(super) fn add(
        &mut self,
        joined: &JoinedFinding,
        parts: &CheckParts,
        known: Option<&Known>,
        around: &Surroundings<'_>,
        staging: &Staging,
    ) -> Result<(), WriteError> {
        let hub = (self.product_arn.as_str(), self.region.as_str(), self.partition.as_str());
        let finding = SecurityFinding::new(joined, parts, known, around, hub);
        let id = finding.id.clone();
        let mut bytes = json_of(&finding);
        if bytes.len() > MOST_BYTES_OF_FINDING {
            bytes = json_of(&finding.without_details());
        }
        if self.in_batch == MOST_FINDINGS || self.batch.len() + bytes.len() > MOST_BYTES {
            self.write_batch(staging)?;
        }
        self.batch.extend_from_slice(if self.in_batch == 0 {
            b"{\"Findings\":[\n"
        } else {
            b",\n"
        });
        self.batch.extend_from_slice(&bytes);
        self.in_batch += 1;
        self.update(joined, id, staging)
    }

    /// Notes that the exception beside the finding suppresses it. An exception that is expired says nothing of what the hub
    /// holds: the fail may never have been suppressed, or by a person.
    fn update(&mut self, joined: &JoinedFinding, id: String, staging: &Staging) -> Result<(), WriteError> {
        let finding = &joined.finding;
        let Some(exception) = finding.exception.as_ref().filter(|_| finding.is_accepted()) else {
            return Ok(());
        };
        let key = exception.id.clone();
        let update = self.updates.entry(key.clone()).or_insert_with(|| Update {
            note: finding::note(finding).unwrap_or_default(),
            findings: Vec::new(),
        });
        update.findings.push(id);
        if update.findings.len() == MOST_FINDINGS
            && let Some(update) = self.updates.remove(&key)
        {
            self.write_update(&update, staging)?;
        }
        Ok(())
    }

    /// Writes what is still open.
    pub(super) fn finish(mut self, staging: &Staging) -> Result<(), WriteError> {
        self.write_batch(staging)?;
        for update in std::mem::take(&mut self.updates).into_values() {
            self.write_update(&update, staging)?;
        }
        Ok(())
    }

    fn write_batch(&mut self, staging: &Staging) -> Result<(), WriteError> {
        if self.in_batch == 0 {
            return Ok(());
        }
        self.batches += 1;
        self.in_batch = 0;
        self.batch.extend_from_slice(b"\n]}\n");
        staging.write(
            &format!("{}/batch-{:05}.json", self.directory, self.batches),
            &self.batch,
        )?;
        self.batch.clear();
        Ok(())
    }

    fn write_update(&mut self, accepted: &Update, staging: &Staging) -> Result<(), WriteError> {
        self.updates_written += 1;
        let note = (accepted.note.as_str(), words::NOTES_OF_SUPPRESSIONS);
        let body = update(&self.product_arn, &accepted.findings, note, "SUPPRESSED");
        staging.write(
            &format!("{}/update-{:05}.json", self.directory, self.updates_written),
            &body,
        )
    }
}

/// The body of a `BatchUpdateFindings` that sets the workflow of findings, with a note and whose it is.
pub(super) fn update(product_arn: &str, ids: &[String], (note, by): (&str, &str), status: &str) -> Vec<u8> {
    let findings = ids.iter().map(|id| json!({ "Id": id, "ProductArn": product_arn }));
    let mut bytes = json_of(&json!({
        "FindingIdentifiers": findings.collect::<Vec<_>>(),
        "Note": { "Text": note, "UpdatedBy": by },
        "Workflow": { "Status": status },
    }));
    bytes.push(b'\n');
    bytes
}

fn json_of(value: &impl serde::Serialize) -> Vec<u8> {
    visible::line(value)
}
