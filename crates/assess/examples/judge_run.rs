//! Judges a run for `cargo xtask bench assess`, so far as it is told, and prints what it did as JSON.
//!
//! Its arguments are the run's directory and how far to go. Each step does what the one before it does and one thing more, so
//! that the difference of two is the cost of that thing: `read` streams the records through the passes of a judgement and
//! makes nothing of them, `judge` makes findings and drops them, `write` turns them into lines in memory, and `keep` writes the
//! assessment into the run. It reads a run as the program does, with the defaults of the configuration.

use std::error::Error;
use std::fmt;
use std::path::Path;

use s3attest_assess::coverage::OrganizationReads;
use s3attest_assess::frameworks::{Framework, Notes};
use s3attest_assess::{
    AccountRecords, Assessor, Basis, CHECKS, IndexBuilder, OrganizationEvidence, Parameters, Provenance, Sink, Survey,
};
use s3attest_model::access::BucketAccess;
use s3attest_model::control::ControlMatrixRecord;
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::finding::Finding;
use s3attest_model::organization::OrganizationRecord;
use s3attest_snapshot::{AccountEntry, AssessmentWriter, Run, SnapshotError};

/// What becomes of findings.
enum Destination {
    /// Nothing.
    Dropped,
    /// A line each, in a buffer that is used again.
    Line(Vec<u8>),
    /// The assessment of the run.
    Run(Box<AssessmentWriter>),
}

/// Counts what it takes.
struct Counting {
    destination: Destination,
    verdicts: u64,
    bytes: u64,
}

#[derive(Debug)]
enum Failed {
    Json(serde_json::Error),
    Snapshot(SnapshotError),
}

impl fmt::Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(formatter),
            Self::Snapshot(error) => error.fmt(formatter),
        }
    }
}

impl Error for Failed {}

impl Sink for Counting {
    type Error = Failed;

    fn finding(&mut self, finding: Finding) -> Result<(), Failed> {
        self.verdicts += 1;
        match &mut self.destination {
            Destination::Dropped => Ok(()),
            Destination::Line(line) => {
                line.clear();
                serde_json::to_writer(&mut *line, &finding).map_err(Failed::Json)?;
                self.bytes += line.len() as u64;
                Ok(())
            }
            Destination::Run(writer) => writer.finding(&finding).map_err(Failed::Snapshot),
        }
    }

    fn coverage(&mut self, record: CoverageRecord) -> Result<(), Failed> {
        match &mut self.destination {
            Destination::Dropped | Destination::Line(_) => Ok(()),
            Destination::Run(writer) => writer.coverage(&record).map_err(Failed::Snapshot),
        }
    }

    fn access(&mut self, record: BucketAccess) -> Result<(), Failed> {
        match &mut self.destination {
            Destination::Dropped | Destination::Line(_) => Ok(()),
            Destination::Run(writer) => writer.access(&record).map_err(Failed::Snapshot),
        }
    }

    fn controls(&mut self, record: ControlMatrixRecord) -> Result<(), Failed> {
        match &mut self.destination {
            Destination::Dropped | Destination::Line(_) => Ok(()),
            Destination::Run(writer) => writer.controls(&record).map_err(Failed::Snapshot),
        }
    }
}

#[expect(clippy::print_stdout, reason = "its output is what the example is for")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, step] = &arguments[..] else {
        return Err("give the directory of a run, and `read`, `judge`, `write` or `keep`".into());
    };
    let run = Run::open(Path::new(directory))?;
    let destination = match step.as_str() {
        "read" => {
            let records = read(&run)?;
            println!("{}", serde_json::json!({"records": records, "verdicts": 0, "bytes": 0}));
            return Ok(());
        }
        "judge" => Destination::Dropped,
        "write" => Destination::Line(Vec::new()),
        "keep" => Destination::Run(Box::new(run.begin_assessment()?)),
        other => return Err(format!("there is no step `{other}`").into()),
    };
    let mut sink = Counting {
        destination,
        verdicts: 0,
        bytes: 0,
    };
    let records = judge(&run, &mut sink)?;
    let (verdicts, bytes) = (sink.verdicts, sink.bytes);
    println!(
        "{}",
        serde_json::json!({"records": records, "verdicts": verdicts, "bytes": bytes})
    );
    Ok(())
}

/// Reads what a judgement reads, as often as it does.
fn read(run: &Run) -> Result<u64, Box<dyn Error>> {
    let (organization, _) = organization(run)?;
    let mut records = 0;
    for account in organization.accounts.keys() {
        for _ in ["survey", "index", "judgement"] {
            for entry in run.account(account)?.into_iter().flatten() {
                entry?;
                records += 1;
            }
        }
        for service in run.services(account)?.into_iter().flatten() {
            service?;
        }
    }
    Ok(records)
}

/// Judges the run; gives the number of records that it read.
fn judge(run: &Run, sink: &mut Counting) -> Result<u64, Box<dyn Error>> {
    let mut records = 0;
    let (organization, reads_of_organization) = organization(run)?;
    let mut survey = Survey::default();
    survey.organization(&organization);
    for account in organization.accounts.values() {
        let Some(reader) = run.account(&account.id)? else {
            survey.missing_account(account);
            continue;
        };
        survey.account(reader.facts());
        for entry in reader {
            records += 1;
            match entry? {
                AccountEntry::Service(record) => survey.service(&record),
                AccountEntry::Bucket(bucket) => survey.bucket(&bucket),
            }
        }
    }
    let surveyed = survey.finish();
    let mut index = IndexBuilder::new(surveyed.references);
    for account in organization.accounts.keys() {
        let Some(reader) = run.account(account)? else { continue };
        let facts = reader.facts().clone();
        index.account(&facts);
        for entry in reader {
            records += 1;
            if let AccountEntry::Bucket(bucket) = entry? {
                index.bucket(&facts, &bucket);
            }
        }
    }
    let index = index.finish();
    let (parameters, notes) = (Parameters::default(), Notes::default());
    let frameworks = [Framework::nist_800_53_r5()];
    let mut assessor = Assessor::new(Basis {
        checks: CHECKS,
        parameters: &parameters,
        frameworks: &frameworks,
        baseline: None,
        notes: &notes,
        units: &organization.units,
        index: &index,
        reads: &surveyed.reads,
        across: &surveyed.across,
        organization: &organization,
        exceptions: None,
    });
    assessor.organization_coverage(&reads_of_organization, sink)?;
    for account in organization.accounts.values() {
        let Some(reader) = run.account(&account.id)? else {
            assessor.account(account, None, sink)?;
            continue;
        };
        let facts = reader.facts().clone();
        let services = run.services(&account.id)?.into_iter().flatten();
        let services = services.collect::<Result<Vec<_>, _>>()?;
        let held = AccountRecords {
            facts: &facts,
            services: &services,
        };
        assessor.account(account, Some(held), sink)?;
        for entry in reader {
            records += 1;
            if let AccountEntry::Bucket(bucket) = entry? {
                assessor.bucket(held, &bucket, sink)?;
            }
        }
    }
    let provenance = Provenance {
        tool_version: String::new(),
        configuration_digest: String::new(),
    };
    let (summary, controls) = assessor.finish(provenance, sink)?;
    if let Destination::Run(writer) = std::mem::replace(&mut sink.destination, Destination::Dropped) {
        writer.finish(&summary, &controls)?;
    }
    Ok(records)
}

fn organization(run: &Run) -> Result<(OrganizationEvidence, OrganizationReads), SnapshotError> {
    let mut organization = OrganizationEvidence::default();
    let mut reads = OrganizationReads::default();
    for record in run.organization()?.into_iter().flatten() {
        let record = record?;
        match &record {
            OrganizationRecord::Organization(_) | OrganizationRecord::AccountListing(_) => {}
            OrganizationRecord::Roots(roots) => reads.roots(roots),
            OrganizationRecord::Branch(branch) => reads.branch(branch),
            OrganizationRecord::Reading(reading) => reads.reading(reading),
            OrganizationRecord::Policy(policy) => reads.policy(policy),
            OrganizationRecord::Account(account) => reads.account(account),
        }
        organization.note(record);
    }
    Ok((organization, reads))
}
