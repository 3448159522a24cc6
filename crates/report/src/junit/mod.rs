//! `JUnit`'s XML for build servers: `junit.xml`, a suite for each account, a case for each finding.
//!
//! A fail is a failure, what was not assessed is an error, and what an exception accepts is skipped: it breaks no build and
//! does not look passed. How far each account was read is a case as well, so that an account that nobody could read turns
//! the build red and does not stay away in silence. The form is what the xUnit plugin of Jenkins accepts (`junit-10.xsd`).

mod case;
mod suites;
mod xml;

use s3attest_model::coverage::{OrganizationCoverage, SourceStatus};
use s3attest_model::finding::VerdictCounts;

use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::ReportError;
use crate::joined;
use crate::mapping::Mapping;
use crate::settings::Settings;
use crate::staging::Staging;
use crate::text::share;
use case::{Case, Outcome};
use suites::{Counts, Suites};
use xml::Xml;

/// The file.
pub(crate) const ENTRIES: &[&str] = &["junit.xml"];

/// Writes the suites: the organization first, then the accounts by id.
pub(crate) fn render<R: AssessedRun>(
    run: &R,
    _settings: &Settings<'_, R>,
    staging: &Staging,
) -> Result<(), ReportError<R::Error>> {
    let suites = Suites::of(run)?;
    let own = organization(run, &suites.sources);
    let mut totals = Counts::default();
    for case in &own {
        totals.add(case);
    }
    for suite in suites.accounts.values() {
        totals.merge(suite.counts());
    }
    let mut xml = Xml::create(staging, ENTRIES[0])?;
    let started = run.run().started_at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    xml.open("testsuites", &[("name", "s3attest")], &totals.attributes()[..3])?;
    write_organization(run, &own, &started, &mut xml)?;
    let mapping = Mapping::new(run);
    let mut findings = Ahead::new(joined::findings(run)?);
    for (id, suite) in &suites.accounts {
        let attributes = [("name", suite.name()), ("timestamp", started.clone())];
        xml.open("testsuite", &attributes, &suite.counts().attributes())?;
        xml.properties(&suite.properties())?;
        for case in suite.coverage() {
            case.write(&mut xml)?;
        }
        while let Some(joined) = findings.next_if(|joined| joined.finding.resource.account() == id)? {
            Case::of_finding(&joined, mapping.of(&joined.finding.check)).write(&mut xml)?;
        }
        xml.close("testsuite")?;
    }
    if let Some(joined) = findings.peek()? {
        return Err(ReportError::OutOfOrder {
            stream: "findings",
            at: joined.finding.resource.account().to_string(),
        });
    }
    xml.close("testsuites")?;
    Ok(xml.finish()?)
}

/// What is said of the organization as a whole: whether the list of its accounts is complete, and the sources that are read
/// once for the run.
fn organization<R: AssessedRun>(run: &R, sources: &[OrganizationCoverage]) -> Vec<Case> {
    let listing = match &run.summary().account_listing_gap {
        None => Outcome::Passed,
        Some(gap) => Outcome::Error {
            kind: gap.cause.as_str().to_owned(),
            message: format!(
                "The list of accounts is incomplete, so an unknown number of accounts is missing: {}.",
                gap.cause.phrase()
            ),
            text: gap.detail.clone(),
        },
    };
    let left_out = &run.run().sources_left_out;
    let mut cases = vec![Case::coverage("The list of accounts is complete", listing)];
    cases.extend(sources.iter().map(|source| {
        let gaps: Vec<String> = source
            .gaps
            .iter()
            .map(|gap| format!("{}: {}. {}", gap.operation, gap.cause.phrase(), gap.example))
            .collect();
        let message = format!("{}: {}", source.source.title(), source.status);
        let outcome = match source.status {
            SourceStatus::Read => Outcome::Passed,
            SourceStatus::PartlyRead | SourceStatus::Unreadable => Outcome::Error {
                kind: source.status.to_string(),
                message,
                text: gaps.join("\n"),
            },
            SourceStatus::NotCollected if !left_out.iter().any(|key| key == source.source.key()) => Outcome::Error {
                kind: source.status.to_string(),
                message,
                text: "Collecting ended before it was read.".to_owned(),
            },
            SourceStatus::NotSubscribed | SourceStatus::NotOffered | SourceStatus::NotCollected => {
                Outcome::Skipped { message }
            }
        };
        Case::coverage(&format!("{} is read", source.source.title()), outcome)
    }));
    cases
}

fn write_organization<R: AssessedRun>(
    run: &R,
    cases: &[Case],
    started: &str,
    xml: &mut Xml,
) -> Result<(), ReportError<R::Error>> {
    let mut counts = Counts::default();
    for case in cases {
        counts.add(case);
    }
    let summary = run.summary();
    xml.open(
        "testsuite",
        &[("name", "organization"), ("timestamp", started)],
        &counts.attributes(),
    )?;
    let VerdictCounts {
        pass,
        fail,
        accepted,
        not_applicable,
        not_assessed,
    } = summary.counts;
    xml.properties(&[
        ("run_id", run.run().id.clone()),
        ("tool_version", summary.tool_version.clone()),
        ("framework", summary.framework.id.clone()),
        ("is_simulated", run.run().is_simulated.to_string()),
        ("seen", share(summary.coverage.seen)),
        ("findings_fail", fail.to_string()),
        ("findings_accepted", accepted.to_string()),
        ("findings_not_assessed", not_assessed.to_string()),
        ("findings_pass", pass.to_string()),
        ("findings_not_applicable", not_applicable.to_string()),
    ])?;
    for case in cases {
        case.write(xml)?;
    }
    xml.close("testsuite")?;
    Ok(())
}
