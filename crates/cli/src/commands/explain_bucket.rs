//! `s3attest explain BUCKET-ARN --run RUN`: who outside its account gets what with a bucket and why, from the run's
//! assessment, with the findings on it that are not passes.
//!
//! It reads the run from its beginning until the bucket was seen, and holds no more than that bucket.

use std::path::Path;

use anyhow::{Result, bail};
use s3attest_model::access::{AccessKind, Audience, BucketAccess, Reach};
use s3attest_model::coverage::{AccountCoverage, AccountStatus, BucketCoverage, CoverageRecord};
use s3attest_model::finding::{EvidenceReference, EvidenceState, Finding, Resource, Verdict};
use s3attest_snapshot::{Assessment, Run};

use crate::output::{plain, result};

/// The beginning of the ARN of a bucket in every partition.
const PARTITIONS: [&str; 3] = ["arn:aws:s3:::", "arn:aws-us-gov:s3:::", "arn:aws-cn:s3:::"];

/// The bucket's name, where the subject is the ARN of a bucket.
pub(super) fn bucket_of_arn(subject: &str) -> Option<&str> {
    let name = PARTITIONS.into_iter().find_map(|start| subject.strip_prefix(start))?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// Explains a bucket of a run.
pub(super) fn explain(arn: &str, name: &str, directory: &Path) -> Result<()> {
    let run = Run::open(directory)?;
    let place = directory.display();
    let Some(assessment) = run.assessment()? else {
        bail!("{place} was not judged yet; run `s3attest assess {place}` first");
    };
    let Some(found) = find(&assessment, name)? else {
        bail!("{}", no_such_bucket(arn, &assessment, name, directory)?);
    };
    let Some(mut records) = assessment.effective_access()? else {
        bail!(
            "the assessment in {place} was made before it said who reaches a bucket; run `s3attest assess {place}` to \
             write it anew"
        );
    };
    let access = loop {
        match records.next().transpose()? {
            None => break None,
            Some(access) if access.name == found.bucket.bucket && access.account == found.bucket.account => {
                break Some(access);
            }
            Some(_) => {}
        }
    };
    show_head(&found, access.as_ref())?;
    match &access {
        Some(access) => show_access(access)?,
        None => result("\nNothing is known of who reaches it: the assessment holds no answer for the bucket.")?,
    }
    show_findings(&assessment, &found)
}

/// A bucket of the coverage, in its account.
struct Found {
    account: Option<AccountCoverage>,
    bucket: BucketCoverage,
}

fn find(assessment: &Assessment, name: &str) -> Result<Option<Found>> {
    let mut account = None;
    for record in assessment.coverage()? {
        match record? {
            CoverageRecord::Account(covered) => account = Some(*covered),
            CoverageRecord::Bucket(bucket) if bucket.bucket.as_str() == name => {
                return Ok(Some(Found { account, bucket }));
            }
            CoverageRecord::Bucket(_)
            | CoverageRecord::Organization(_)
            | CoverageRecord::Region(_)
            | CoverageRecord::Source(_) => {}
        }
    }
    Ok(None)
}

/// Says that the run knows no such bucket: the nearest name, and in how many accounts it may stand unseen.
fn no_such_bucket(arn: &str, assessment: &Assessment, name: &str, directory: &Path) -> Result<String> {
    let mut nearest: Option<(usize, String)> = None;
    let mut unseen = 0_u64;
    for record in assessment.coverage()? {
        match record? {
            CoverageRecord::Bucket(bucket) => {
                let distance = strsim::damerau_levenshtein(name, bucket.bucket.as_str());
                if nearest.as_ref().is_none_or(|(least, _)| distance < *least) {
                    nearest = Some((distance, bucket.bucket.to_string()));
                }
            }
            CoverageRecord::Account(account) => {
                let is_listed = account.buckets_listed.is_some();
                unseen += u64::from(!is_listed && account.status != AccountStatus::NotActive);
            }
            CoverageRecord::Organization(_) | CoverageRecord::Region(_) | CoverageRecord::Source(_) => {}
        }
    }
    let near = nearest.map_or_else(
        || "it has no buckets at all".to_owned(),
        |(_, near)| format!("the nearest is `{}`", plain(&near)),
    );
    let elsewhere = match unseen {
        0 => String::new(),
        1 => "; the buckets of 1 account could not be listed, and it may be one of them".to_owned(),
        number => format!("; the buckets of {number} accounts could not be listed, and it may be one of them"),
    };
    Ok(format!(
        "{} holds no bucket `{}`: {near}{elsewhere}",
        directory.display(),
        plain(arn)
    ))
}

fn show_head(found: &Found, access: Option<&BucketAccess>) -> Result<()> {
    let bucket = &found.bucket;
    let arn = access.map_or_else(|| bucket.bucket.to_string(), BucketAccess::arn);
    result(&plain(&arn))?;
    let account = found.account.as_ref().map_or("", |account| account.name.as_str());
    let region = bucket
        .region
        .as_ref()
        .or(access.and_then(|access| access.region.as_ref()));
    result(format!("Account    {} {}", bucket.account, plain(account)).trim_end())?;
    result(&format!(
        "Region     {}",
        region.map_or_else(|| "not known".to_owned(), ToString::to_string)
    ))?;
    result(&format!(
        "Coverage   {} ({} of {} reads answered)",
        bucket.status.as_str(),
        bucket.reads.answered,
        bucket.reads.asked
    ))?;
    let roles: Vec<String> = access
        .into_iter()
        .flat_map(|access| &access.roles)
        .map(|role| match (&role.unclear, &role.because) {
            (None, None) => role.role.label().to_owned(),
            (None, Some(because)) => format!("{} ({})", role.role.label(), plain(because)),
            (Some(why), _) => format!("perhaps {} (not known: {})", role.role.label(), plain(why)),
        })
        .collect();
    let roles = if roles.is_empty() {
        "none that is known".to_owned()
    } else {
        roles.join("; ")
    };
    result(&format!("Roles      {roles}"))
}

fn show_access(access: &BucketAccess) -> Result<()> {
    result("\nWho outside the account gets what\n")?;
    let width = Audience::ALL.map(|audience| audience.label().len()).into_iter().max();
    let width = width.unwrap_or_default();
    let heads: Vec<String> = AccessKind::ALL.map(|kind| format!("{:<18}", kind.label())).into();
    result(format!("{:width$}  {}", "", heads.join("")).trim_end())?;
    for audience in Audience::ALL {
        let cells: Vec<String> = AccessKind::ALL
            .map(|kind| format!("{:<18}", word(access.reach(audience, kind))))
            .into();
        result(format!("{:width$}  {}", audience.label(), cells.join("")).trim_end())?;
    }
    result("\nHow the answers come about\n")?;
    for (place, sentence) in access.chain.iter().enumerate() {
        result(&format!("{:>3}. {}", place + 1, plain(&sentence.text)))?;
        show_evidence(access, &sentence.evidence)?;
    }
    Ok(())
}

const fn word(reach: Reach) -> &'static str {
    match reach {
        Reach::Yes => "yes",
        Reach::No => "no",
        Reach::Unclear => "cannot be told",
    }
}

fn show_evidence(access: &BucketAccess, places: &[usize]) -> Result<()> {
    for reference in access.evidence_at(places) {
        result(&format!("       {}", plain(&call(reference))))?;
    }
    Ok(())
}

/// A call and what came of it: the operation, the time, the request id.
fn call(reference: &EvidenceReference) -> String {
    let source = &reference.source;
    let mut text = format!("[{}] {}", state(reference.state), source.operation);
    if let Some(of) = &reference.of {
        text.push_str(" of ");
        text.push_str(of);
    }
    match source.observed_at {
        Some(time) => {
            text.push_str(" at ");
            text.push_str(&time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
        None => text.push_str(", not called"),
    }
    if let Some(code) = &source.code {
        text.push_str(", ");
        text.push_str(code);
    }
    if let Some(request) = &source.request_id {
        text.push_str(", request ");
        text.push_str(request);
    }
    text
}

const fn state(state: EvidenceState) -> &'static str {
    match state {
        EvidenceState::Present => "answered",
        EvidenceState::Absent => "none there",
        EvidenceState::Gap => "not known",
    }
}

fn show_findings(assessment: &Assessment, found: &Found) -> Result<()> {
    result("\nFindings that are not passes\n")?;
    let is_of_bucket = |finding: &Finding| {
        matches!(&finding.resource, Resource::Bucket { account, name, .. }
            if *account == found.bucket.account && *name == found.bucket.bucket)
    };
    let mut passes = 0_u64;
    let mut others = 0_u64;
    let mut was_seen = false;
    for finding in assessment.findings()? {
        let finding = finding?;
        if !is_of_bucket(&finding) {
            // The findings on a bucket stand together.
            if was_seen {
                break;
            }
            continue;
        }
        was_seen = true;
        if matches!(finding.verdict, Verdict::Pass) {
            passes += 1;
            continue;
        }
        others += 1;
        let severity = match finding.verdict {
            Verdict::Fail => format!(" ({})", finding.severity),
            Verdict::Pass | Verdict::NotApplicable | Verdict::NotAssessed => String::new(),
        };
        let accepted = if finding.is_accepted() { ", accepted" } else { "" };
        result(&format!("{}{severity}{accepted}  {}", finding.verdict, finding.check))?;
        result(&format!("    {}", plain(&finding.message)))?;
    }
    if !was_seen {
        return result("No check judged the bucket.");
    }
    if others == 0 {
        result("None.")?;
    }
    result(&format!("\n{passes} checks passed."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_of_a_bucket_is_told_from_everything_else() {
        for (subject, name) in [
            ("arn:aws:s3:::data", Some("data")),
            ("arn:aws-us-gov:s3:::data", Some("data")),
            ("arn:aws-cn:s3:::da.ta", Some("da.ta")),
            ("arn:aws:s3:::data/key", None),
            ("arn:aws:s3:::", None),
            ("arn:aws:iam::111111111111:role/data", None),
            ("data", None),
        ] {
            assert_eq!(bucket_of_arn(subject), name, "{subject}");
        }
    }
}
