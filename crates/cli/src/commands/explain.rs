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
    let nearest = nearest_id(subject, names.chain(controls));
    bail!(
        "`{}` is neither a check nor an active control of {} or of another framework; {}`s3attest checks` lists the \
         checks and `s3attest frameworks` the frameworks; a bucket is named by its ARN, with `--run RUN`",
        plain(subject),
        frameworks.first().map_or("", |framework| framework.title()),
        nearest.map_or_else(String::new, |id| format!("the nearest is `{id}`, "))
    );
}

/// The id that was probably meant, letter case aside; `None` where half of the longer text or more would change.
fn nearest_id<'ids>(subject: &str, ids: impl Iterator<Item = &'ids str>) -> Option<&'ids str> {
    let wanted = subject.to_ascii_lowercase();
    ids.map(|id| (strsim::damerau_levenshtein(&wanted, &id.to_ascii_lowercase()), id))
        .min_by_key(|(edits, _)| *edits)
        .filter(|(edits, id)| edits * 2 < id.len().max(wanted.len()))
        .map(|(_, id)| id)
}

/// The control to look at in the place of a withdrawn one: the one that it enhances, or else the one of the most similar id.
fn instead_of<'framework>(withdrawn: &ControlId, framework: &'framework Framework) -> Option<&'framework str> {
    let active = || framework.catalogue().active().map(|entry| entry.id.as_str());
    let base = withdrawn.as_str().split('(').next().unwrap_or_default();
    active()
        .find(|id| *id == base)
        .or_else(|| nearest_id(withdrawn.as_str(), active()))
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
            let instead = instead_of(&control, framework);
            bail!(
                "{control} is withdrawn from {}{}",
                framework.title(),
                instead.map_or_else(String::new, |id| format!("; the nearest active control is `{id}`"))
            );
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_id_is_named_only_where_one_comes_near() {
        let ids = ["s3-bucket-tls-only", "SC-8", "SC-28(1)"];
        for (subject, expected) in [
            ("s3-bucket-tsl-only", Some("s3-bucket-tls-only")),
            ("sc8", Some("SC-8")),
            ("entirely different", None),
            ("", None),
        ] {
            assert_eq!(nearest_id(subject, ids.into_iter()), expected, "{subject}");
        }
    }

    #[test]
    fn a_withdrawn_control_names_the_one_that_it_enhanced() {
        let withdrawn = |id: &str| ControlId::new(id).expect("a control id");
        let framework = Framework::nist_800_53_r5();
        assert_eq!(instead_of(&withdrawn("SC-7(2)"), framework), Some("SC-7"));
    }
}
