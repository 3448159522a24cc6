//! What checks say of themselves, for reports and commands: the page in its parts.
//!
//! A page has one title line and five headings, always the same ones in the same order.

use s3attest_model::check::{CheckDescription, CheckPage};

use crate::check::Check;
use crate::checks::CHECKS;

/// The headings of a page, in their order.
pub const HEADINGS: [&str; 5] = [
    "What it checks",
    "Why it matters",
    "How it is judged",
    "Remediation",
    "References",
];

/// The descriptions of all checks, by id.
#[must_use]
pub fn descriptions() -> Vec<CheckDescription> {
    CHECKS.iter().map(|check| description(check)).collect()
}

/// The check with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Check> {
    CHECKS.iter().copied().find(|check| check.id == id)
}

fn description(check: &Check) -> CheckDescription {
    CheckDescription {
        id: check.check_id(),
        title: check.title.to_owned(),
        severity: check.severity,
        scope: check.scope(),
        question: check.question.to_owned(),
        operations: check.operations().iter().map(ToString::to_string).collect(),
        sources: check
            .reads
            .sources
            .iter()
            .map(|source| source.title().to_owned())
            .collect(),
        page: parts(check.page).expect("a test holds that every page has the five headings"),
    }
}

/// The references of a page.
pub(crate) fn references(page: &str) -> Option<&str> {
    page.split_once("\n## References\n").map(|(_, references)| references)
}

/// A page in its parts; `None` when it has other headings than the fixed ones.
fn parts(page: &str) -> Option<CheckPage> {
    let (title, rest) = page.split_once('\n')?;
    title.strip_prefix("# ")?;
    let mut parts = rest.split("\n## ");
    if !parts.next()?.trim().is_empty() {
        return None;
    }
    let mut next = |heading: &str| -> Option<String> {
        let text = parts.next()?.strip_prefix(heading)?.strip_prefix('\n')?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let [what, why, how, remediation, references] = HEADINGS;
    let page = CheckPage {
        what_it_checks: next(what)?,
        why_it_matters: next(why)?,
        how_it_is_judged: next(how)?,
        remediation: next(remediation)?,
        references: next(references)?,
    };
    parts.next().is_none().then_some(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_page_with_the_five_headings_and_a_question() {
        for check in CHECKS {
            assert!(
                parts(check.page).is_some(),
                "the page of {} lacks a heading or a text",
                check.id
            );
            assert!(check.question.ends_with('?'), "{}", check.id);
            assert!(!check.title.is_empty() && !check.title.ends_with('.'), "{}", check.id);
        }
        assert_eq!(descriptions().len(), CHECKS.len());
    }

    #[test]
    fn every_page_mends_by_command_terraform_and_cloudformation_or_says_why_not() {
        for description in descriptions() {
            let text = &description.page.remediation;
            for (form, fence) in [
                ("AWS CLI", "\n```sh\n"),
                ("Terraform", "\n```terraform\n"),
                ("CloudFormation", "\n```cloudformation\n"),
            ] {
                let has_code = format!("\n{text}").contains(fence);
                let says_why_not = text.split("\n\n").any(|paragraph| {
                    let said = paragraph.strip_prefix("Not as ").and_then(|said| said.split_once(": "));
                    said.is_some_and(|(forms, _)| forms.contains(form))
                });
                assert!(has_code != says_why_not, "{}: {form}", description.id);
            }
        }
    }

    #[test]
    fn a_page_with_other_headings_is_refused() {
        let page = "# T\n\n## What it checks\n\na\n\n## Why it matters\n\nb\n\n## How it is judged\n\nc\n\n## Remediation\n\nd\n\n## References\n\ne\n";
        assert_eq!(parts(page).map(|page| page.references), Some("e".to_owned()));
        for (from, to) in [
            ("# T\n", ""),
            ("## Remediation", "## Repair"),
            ("\ne\n", "\n"),
            ("## References", "## X\n\nx\n\n## References"),
        ] {
            assert_eq!(parts(&page.replace(from, to)), None, "{from}");
        }
    }
}
