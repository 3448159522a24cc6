//! The reading of runs before they are redacted: which accounts, buckets and names they hold.
//!
//! Every record is redacted once, with a redactor that notes what it replaces and whose output nobody reads. So whatever
//! is replaced in a field is also known when texts are searched.

use std::collections::BTreeSet;

use s3attest_model::coverage::CoverageRecord;
use s3attest_model::evidence::GapCause;
use s3attest_model::identifiers::{AccountId, BucketName};
use s3attest_model::organization::OrganizationRecord;
use s3attest_model::services::ServiceSource;

use super::redactor::Redactor;
use super::tokens::Salt;
use super::{RedactionError, about};
use crate::ahead::Ahead;
use crate::assessed::AssessedRun;

/// Words of AWS's refusals and of reasons in the coverage that no page of a check holds.
const WORDS_OF_REFUSALS: &str = "User is not authorized to perform on resource with an explicit deny in a service control \
    policy identity-based resource-based session permissions boundary because no allows the action Access Denied Request has \
    expired Premium Support Subscription required The specified bucket does not exist Please reduce your request rate Rate \
    exceeded RequestLimitExceeded TooManyRequestsException ThrottlingException SlowDown AssumeRole IAM STS DNS HTTP HTTPS TLS \
    TCP JSON XML endpoint name region resolve connection refused reset answer within seconds retry attempts security token \
    included invalid VPC include exclude accounts organizational units tags selection configuration leaves \
    suspended closed active account run ended reads refused two-factor multi-factor non-existent re-read so-called up-to-date read-only log-file \
    NoSuchBucket NoSuchBucketPolicy NoSuchKey NoSuchEntity NoSuchTagSet NoSuchPublicAccessBlockConfiguration";

/// Words of filters over what CloudTrail records (AWS CloudTrail User Guide, "CloudTrail record contents"), and of EventBridge.
const WORDS_OF_RECORDS: &str = "eventName eventSource eventType userIdentity sessionContext errorCode errorMessage \
    additionalEventData requestParameters bucketName ConsoleLogin MFAUsed event bus";

/// A redactor that knows everything that the runs hold.
pub(super) fn redactor<R: AssessedRun>(salt: &Salt, runs: &[&R]) -> Result<Redactor, RedactionError<R::Error>> {
    let gathering = Redactor::gathering(salt);
    let mut accounts = BTreeSet::new();
    for run in runs {
        gather(*run, &gathering, &mut accounts)?;
    }
    let mut redactor = gathering.gathered(accounts);
    rank_buckets(&mut redactor, runs)?;
    for run in runs {
        learn(*run, &mut redactor);
    }
    redactor.originals_mut().settle();
    Ok(redactor)
}

/// Notes every name, and takes every account.
fn gather<R: AssessedRun>(
    run: &R,
    redactor: &Redactor,
    accounts: &mut BTreeSet<AccountId>,
) -> Result<(), RedactionError<R::Error>> {
    redactor.information(run.run().clone());
    redactor.summary(run.summary().clone());
    accounts.insert(run.run().caller.account.clone());
    accounts.extend(run.summary().accounts.iter().map(|tally| tally.account.clone()));
    for control in run.controls() {
        redactor.control(control.clone(), true);
    }
    for record in run.organization()? {
        let record = record?;
        if let OrganizationRecord::Account(account) = &record {
            accounts.insert(account.id.clone());
        }
        redactor.record(&record).map_err(about("the organization"))?;
    }
    for record in run.control_matrix()? {
        redactor.matrix(record?);
    }
    let mut of_run = BTreeSet::new();
    for record in run.coverage()? {
        let record = record?;
        of_run.extend(record.account().cloned());
        redactor.coverage(record);
    }
    accounts.extend(of_run.iter().cloned());
    // What was read is read by the accounts of the coverage, as every format does.
    for account in &of_run {
        if let Some(facts) = run.account_facts(account)? {
            redactor.record(&facts).map_err(about("an account"))?;
        }
        for record in run.buckets(account)? {
            redactor.record(&record?).map_err(about("a bucket"))?;
        }
        for record in run.services(account)? {
            redactor.record(&record?).map_err(about("a source"))?;
        }
    }
    Ok(())
}

/// Ranks the buckets of each account over all runs. It holds the names of one account.
fn rank_buckets<R: AssessedRun>(redactor: &mut Redactor, runs: &[&R]) -> Result<(), RedactionError<R::Error>> {
    let mut streams = Vec::new();
    for run in runs {
        streams.push(Ahead::new(run.coverage()?));
    }
    loop {
        let mut next: Option<AccountId> = None;
        for stream in &mut streams {
            while stream.next_if(|record| record.account().is_none())?.is_some() {}
            let account = stream.peek()?.and_then(CoverageRecord::account);
            next = [next.take(), account.cloned()].into_iter().flatten().min();
        }
        let Some(account) = next else { return Ok(()) };
        let mut names: BTreeSet<BucketName> = BTreeSet::new();
        for stream in &mut streams {
            while let Some(record) = stream.next_if(|record| record.account() == Some(&account))? {
                if let CoverageRecord::Bucket(bucket) = record {
                    names.insert(bucket.bucket);
                }
            }
        }
        for (rank, name) in (0..).zip(&names) {
            let key = redactor.bucket_key(name.as_str());
            let originals = redactor.originals_mut();
            originals.add_bucket(key, &account, rank);
            originals.add_bucket_name(name.as_str());
        }
    }
}

/// Learns the words of the project's own texts.
fn learn<R: AssessedRun>(run: &R, redactor: &mut Redactor) {
    let originals = redactor.originals_mut();
    originals.add_vocabulary(WORDS_OF_REFUSALS);
    originals.add_vocabulary(WORDS_OF_RECORDS);
    for cause in GapCause::ALL {
        originals.add_vocabulary(cause.phrase());
    }
    for source in ServiceSource::ALL {
        originals.add_vocabulary(source.title());
        originals.add_vocabulary(source.about());
    }
    for check in run.checks() {
        let page = &check.page;
        for text in [
            check.id.as_str(),
            &check.title,
            &check.question,
            &page.what_it_checks,
            &page.why_it_matters,
            &page.how_it_is_judged,
        ] {
            originals.add_vocabulary(text);
        }
        for operation in &check.operations {
            originals.add_vocabulary(operation);
        }
    }
    for control in run.controls() {
        originals.add_vocabulary(&control.title);
        originals.add_vocabulary(&control.family_title);
    }
    for session in run.sessions() {
        for entry in &session.ledger.entries {
            originals.add_vocabulary(entry.operation.as_str());
        }
    }
}
