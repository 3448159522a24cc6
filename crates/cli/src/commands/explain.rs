//! `s3attest explain`: what a check asks and how it is judged, or which checks bear on a control and why.

use anyhow::{Result, bail};
use s3attest_assess::frameworks::Framework;
use s3attest_model::check::CheckDescription;
use s3attest_model::identifiers::ControlId;

use crate::arguments::ExplainArguments;
use crate::exit;
use crate::output::{plain, result};

pub(crate) fn run(arguments: &ExplainArguments) -> Result<u8> {
    let subject = arguments.subject.trim();
    let checks = s3attest_assess::descriptions();
    let framework = Framework::nist_800_53_r5();
    if let Some(check) = checks.iter().find(|check| check.id.as_str() == subject) {
        explain_check(check, framework)?;
        return Ok(exit::DONE);
    }
    if let Ok(control) = ControlId::new(subject.to_ascii_uppercase())
        && explain_control(&control, framework)?
    {
        return Ok(exit::DONE);
    }
    let names = checks.iter().map(|check| check.id.as_str());
    let controls = framework.catalogue().active().map(|entry| entry.id.as_str());
    let nearest = names
        .chain(controls)
        .min_by_key(|name| strsim::damerau_levenshtein(&subject.to_ascii_lowercase(), &name.to_ascii_lowercase()));
    bail!(
        "`{}` is neither a check nor an active control of {}; the nearest is `{}`, and `s3attest checks` lists the checks",
        plain(subject),
        framework.information().title,
        nearest.unwrap_or_default()
    );
}

fn explain_check(check: &CheckDescription, framework: &Framework) -> Result<()> {
    result(&format!("{}\n{}", check.id, check.title))?;
    result(&format!(
        "\nJudges each {}; a fail is {} unless the finding says otherwise.",
        check.scope.as_str(),
        check.severity
    ))?;
    result(&format!("Reads {}.", check.operations.join(", ")))?;
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
    result(&format!("\nControls of {}\n", framework.information().title))?;
    for mapped in framework.controls_of(&check.id) {
        let title = framework
            .catalogue()
            .find(&mapped.control)
            .map_or("", |entry| entry.title.as_str());
        result(&format!(
            "{} {title} ({})\n    {}",
            mapped.control,
            mapped.strength.as_str(),
            mapped.rationale
        ))?;
    }
    Ok(())
}

/// Explains a control; says whether there is one of that id.
fn explain_control(control: &ControlId, framework: &Framework) -> Result<bool> {
    let Some(entry) = framework.catalogue().find(control) else {
        return Ok(false);
    };
    if entry.is_withdrawn {
        bail!("{control} is withdrawn from {}", framework.information().title);
    }
    result(&format!("{control} {}", entry.title))?;
    result(&format!("{} ({})", entry.family.title, entry.family.id))?;
    let baselines: Vec<&str> = entry.baselines.iter().map(|baseline| baseline.title()).collect();
    result(&format!(
        "In the baselines: {}",
        if baselines.is_empty() {
            "none".to_owned()
        } else {
            baselines.join(", ")
        }
    ))?;
    let mut bearing = 0;
    for (check, mapped) in framework.checks_of(control) {
        if bearing == 0 {
            result("\nChecks that bear on it. None of them proves the whole control.\n")?;
        }
        bearing += 1;
        result(&format!(
            "{check} ({})\n    {}",
            mapped.strength.as_str(),
            mapped.rationale
        ))?;
    }
    if bearing == 0 {
        result("\nNo check bears on it: whether it is satisfied cannot be read from the configuration of S3.")?;
    }
    Ok(true)
}
