//! `s3attest explain`: what a check asks and how it is judged, which checks bear on a control and why, or who reaches a bucket
//! of a run.

use anyhow::{Result, bail};
use s3attest_assess::Parameters;
use s3attest_assess::frameworks::{CatalogueEntry, Framework};
use s3attest_model::check::CheckDescription;
use s3attest_model::control::Responsibility;
use s3attest_model::identifiers::ControlId;

use super::explain_bucket;
use crate::arguments::ExplainArguments;
use crate::configuration::Configuration;
use crate::criteria::{self, Criteria};
use crate::exit::{self, Unusable};
use crate::output::{plain, result};

pub(crate) fn run(arguments: &ExplainArguments) -> Result<u8> {
    let subject = arguments.subject.trim();
    if let Some(name) = explain_bucket::bucket_of_arn(subject) {
        let Some(run) = &arguments.run else {
            return Err(Unusable(format!(
                "a bucket is explained from a run: add `--run RUN` to `s3attest explain {}`",
                plain(subject)
            ))
            .into());
        };
        explain_bucket::explain(subject, name, run)?;
        return Ok(exit::DONE);
    }
    if arguments.run.is_some() {
        return Err(Unusable(format!(
            "`--run` goes with the ARN of a bucket (`arn:aws:s3:::NAME`), and `{}` is none",
            plain(subject)
        ))
        .into());
    }
    let mut configuration = match &arguments.config {
        Some(path) => Configuration::read(path)?,
        None => Configuration::default(),
    };
    criteria::apply(&mut configuration, &arguments.criteria);
    let criteria = Criteria::read(&configuration)?;
    let checks = s3attest_assess::descriptions();
    if let Some(check) = checks.iter().find(|check| check.id.as_str() == subject) {
        explain_check(check, &criteria)?;
        return Ok(exit::DONE);
    }
    let frameworks = frameworks(&criteria);
    if explain_controls(subject, &frameworks, &criteria, &configuration.parameters())? {
        return Ok(exit::DONE);
    }
    let names = checks.iter().map(|check| check.id.as_str());
    let controls = frameworks
        .iter()
        .flat_map(|framework| framework.catalogue().active())
        .map(|entry| entry.id.as_str());
    let nearest = names
        .chain(controls)
        .min_by_key(|name| strsim::damerau_levenshtein(&subject.to_ascii_lowercase(), &name.to_ascii_lowercase()));
    bail!(
        "`{}` is neither a check nor an active control of {} or of another framework; the nearest is `{}`, `s3attest checks` lists the \
         checks and `s3attest frameworks` the frameworks; a bucket is named by its ARN, with `--run RUN`",
        plain(subject),
        frameworks.first().map_or("", |framework| framework.title()),
        nearest.unwrap_or_default()
    );
}

/// The frameworks that are assessed, and behind them the others that the program comes with.
fn frameworks(criteria: &Criteria) -> Vec<&Framework> {
    let mut frameworks: Vec<&Framework> = criteria.frameworks().collect();
    for framework in Framework::ids().filter_map(Framework::embedded) {
        if frameworks.iter().all(|known| known.id() != framework.id()) {
            frameworks.push(framework);
        }
    }
    frameworks
}

fn explain_check(check: &CheckDescription, criteria: &Criteria) -> Result<()> {
    result(&format!("{}\n{}", check.id, check.title))?;
    result(&format!(
        "\nJudges each {}; a fail is {} unless the finding says otherwise.",
        check.scope.as_str(),
        check.severity
    ))?;
    let read: Vec<&str> = check
        .operations
        .iter()
        .chain(&check.sources)
        .map(String::as_str)
        .collect();
    result(&format!("Reads {}.", read.join(", ")))?;
    result(&format!("\n{}", check.question))?;
    let parts = [
        ("What it checks", &check.page.what_it_checks),
        ("Why it matters", &check.page.why_it_matters),
        ("How it is judged", &check.page.how_it_is_judged),
        ("Remediation", &check.page.remediation),
        ("References", &check.page.references),
    ];
    for (heading, text) in parts {
        result(&format!("\n{heading}\n\n{}", text.trim()))?;
    }
    for framework in frameworks(criteria) {
        let controls = framework.controls_of(&check.id);
        if controls.is_empty() {
            continue;
        }
        result(&format!("\nControls of {}\n", framework.title()))?;
        for mapped in controls {
            let title = framework
                .catalogue()
                .find(&mapped.control)
                .map_or("", |entry| entry.title.as_str());
            result(&format!(
                "{} {title} ({})\n    {}",
                mapped.control,
                mapped.strength.as_str(),
                plain(&mapped.rationale)
            ))?;
        }
    }
    Ok(())
}

/// Explains the control of this id in every framework that has one; says whether there is any.
fn explain_controls(
    subject: &str,
    frameworks: &[&Framework],
    criteria: &Criteria,
    parameters: &Parameters,
) -> Result<bool> {
    let Ok(control) = ControlId::new(subject.to_ascii_uppercase()) else {
        return Ok(false);
    };
    let mut found = false;
    for framework in frameworks {
        let Some(entry) = framework.catalogue().find(&control) else {
            continue;
        };
        if entry.is_withdrawn {
            bail!("{control} is withdrawn from {}", framework.title());
        }
        if found {
            result("")?;
        }
        found = true;
        explain_control(entry, framework, criteria, parameters)?;
    }
    Ok(found)
}

fn explain_control(
    entry: &CatalogueEntry,
    framework: &Framework,
    criteria: &Criteria,
    parameters: &Parameters,
) -> Result<()> {
    result(&format!("{} {}", entry.id, entry.title))?;
    result(&format!(
        "{} ({}), {}",
        entry.family.title,
        entry.family.id,
        framework.title()
    ))?;
    let information = framework.information();
    if information.has_baselines {
        let baselines: Vec<&str> = entry.baselines.iter().map(|baseline| baseline.title()).collect();
        let baselines = if baselines.is_empty() {
            "none".to_owned()
        } else {
            baselines.join(", ")
        };
        result(&format!("In the baselines: {baselines}"))?;
    }
    if let Some(statement) = framework.responsibility_of(entry) {
        let who = match statement.responsibility {
            Responsibility::Customer => "the customer",
            Responsibility::Shared => "AWS and the customer",
            Responsibility::Aws => "AWS",
        };
        result(&format!("Responsible: {who}. {}", plain(&statement.reason)))?;
    }
    explain_parameters(entry, framework, parameters)?;
    let mut bearing = 0;
    for (check, mapped) in framework.checks_of(&entry.id) {
        if bearing == 0 {
            result("\nChecks that bear on it. None of them proves the whole control.\n")?;
        }
        bearing += 1;
        result(&format!(
            "{check} ({})\n    {}",
            mapped.strength.as_str(),
            plain(&mapped.rationale)
        ))?;
    }
    if bearing == 0 {
        result("\nNo check bears on it: it is assessed by hand.")?;
    }
    if let Some(note) = criteria.notes.of_control(framework.id(), &entry.id) {
        result(&format!("\nNote of the assessor\n\n{}", plain(&note.text)))?;
    }
    Ok(())
}

fn explain_parameters(entry: &CatalogueEntry, framework: &Framework, parameters: &Parameters) -> Result<()> {
    for parameter in parameters.of_control(framework.id(), &entry.id) {
        let checks: Vec<_> = parameter.checks.iter().map(ToString::to_string).collect();
        result(&format!(
            "\nDefined by the organization: {} = {}{}\n    {}.\n    {}",
            parameter.key,
            plain(&parameter.value),
            if parameter.is_default { " (the default)" } else { "" },
            parameter.meaning,
            if checks.is_empty() {
                "No check uses it.".to_owned()
            } else {
                format!("Used by {}.", checks.join(", "))
            }
        ))?;
    }
    Ok(())
}
