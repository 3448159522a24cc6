//! The updates that take a suppression back which this program wrote: what an earlier run accepted and this one does not.
//!
//! A hub keeps the workflow of a finding when the finding is imported again (Security Hub API Reference,
//! `BatchImportFindings`), so that a fail that was accepted once would stay hidden for ever. Nothing else is set back: what
//! the earlier run did not accept, this program did not suppress, and the workflow is somebody else's.

use std::collections::BTreeMap;

use s3attest_model::identifiers::AccountId;

use super::batch::{MOST_FINDINGS, update};
use super::{home, product_arn, words};
use crate::assessed::AssessedRun;
use crate::comparison::{self, Absence, Change, Standing};
use crate::error::{ReportError, WriteError};
use crate::legible::within;
use crate::organization;
use crate::staging::Staging;

/// Writes an update to `NEW` for each finding that `previous` accepted and `run` does not. It holds what fills less than a
/// call, for one account.
pub(super) fn write<R: AssessedRun>(previous: &R, run: &R, staging: &Staging) -> Result<(), ReportError<R::Error>> {
    let organizations = (organization::known(previous)?, organization::known(run)?);
    if let (Some(earlier), Some(later)) = organizations
        && earlier.id != later.id
    {
        // Another organization's hubs are none of this run's business.
        return Ok(());
    }
    let mut releases = Releases {
        staging,
        account: None,
        open: BTreeMap::new(),
        written: BTreeMap::new(),
    };
    for change in comparison::changes(previous, run)? {
        let change = change?;
        let Some(earlier) = change.earlier.as_ref().filter(|_| is_released(&change)) else {
            continue;
        };
        let (partition, region) = home(&earlier.resource, previous.run().partition);
        let account = earlier.resource.account();
        let key = Key {
            product_arn: product_arn(account, partition, region),
            region: region.to_owned(),
            note: note(&change, &run.run().id),
        };
        releases.add(account, key, words::id(earlier))?;
    }
    Ok(releases.flush()?)
}

/// Whether the earlier run suppressed it and this one does not say that it is still accepted. What this run was told not to
/// look at, or not to judge, it has no say in; that a region was turned off is no such word.
fn is_released(change: &Change) -> bool {
    let is_told = matches!(change.after, Standing::LeftOut | Standing::NotJudged);
    let has_a_say = change.later.is_some() || change.absence == Some(Absence::RegionOff) || !is_told;
    change.before == Standing::Accepted && change.after != Standing::Accepted && has_a_say
}

/// Why it is open again, in the 512 bytes of a note.
fn note(change: &Change, run: &str) -> String {
    let stands = match (&change.later, change.absence) {
        (Some(later), _) => match super::finding::note(later) {
            Some(exception) => exception,
            None => later.verdict.to_string(),
        },
        (None, Some(absence)) => format!("there is no finding any more: {}", absence.phrase()),
        (None, None) => "there is no finding any more".to_owned(),
    };
    let text = format!("s3attest suppressed this for an exception; in run {run} none in force accepts it: {stands}");
    within(&text, 512).into_owned()
}

/// What the findings of one call share.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    product_arn: String,
    region: String,
    note: String,
}

struct Releases<'run> {
    staging: &'run Staging,
    account: Option<AccountId>,
    open: BTreeMap<Key, Vec<String>>,
    /// How many files each hub has; what belongs to the organization comes after every account.
    written: BTreeMap<(AccountId, String), u32>,
}

impl Releases<'_> {
    fn add(&mut self, account: &AccountId, key: Key, id: String) -> Result<(), WriteError> {
        if self.account.as_ref() != Some(account) {
            self.flush()?;
            self.account = Some(account.clone());
        }
        let ids = self.open.entry(key).or_default();
        ids.push(id);
        if ids.len() == MOST_FINDINGS {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        let Some(account) = self.account.clone() else {
            return Ok(());
        };
        for (key, ids) in std::mem::take(&mut self.open) {
            let number = self.written.entry((account.clone(), key.region.clone())).or_default();
            *number += 1;
            let place = format!("asff/{account}/{}/update-new-{number:05}.json", key.region);
            let body = update(&key.product_arn, &ids, (&key.note, words::NOTES), "NEW");
            self.staging.write(&place, &body)?;
        }
        Ok(())
    }
}
