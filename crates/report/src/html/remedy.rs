//! What to do about a finding, folded below it: warnings first, then the three forms with the resource's own names in them.
//!
//! It does not know what a remedy is made of.

use s3attest_model::finding::{Finding, Resource};
use serde::Serialize;

use super::book::Book;
use super::places;
use super::words::{self, Mark};
use crate::remediation::{self, Around, Asked, Form, Names, Part, Step, Warning};
use crate::text::counted;

/// What to do about a finding.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RemedyView {
    /// How many warnings there are; `None` when there is none.
    tally: Option<String>,
    /// Whether anything could be looked for that speaks against it.
    is_of_bucket: bool,
    /// Whether it changes a setting of the bucket about which there are questions, so that something was looked for.
    is_looked_at: bool,
    warnings: Vec<WarningView>,
    asked: Vec<AskedView>,
    /// The region for which everything is, where the finding is about a region.
    place: Option<String>,
    forms: Vec<FormView>,
    /// Where the rest of the remediation stands.
    page: String,
}

#[derive(Debug, Clone, Serialize)]
struct WarningView {
    mark: Mark,
    text: String,
    source: Option<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
struct AskedView {
    word: &'static str,
    meaning: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct FormView {
    label: &'static str,
    steps: Vec<StepView>,
    /// Why there is none.
    reason: Option<String>,
}

/// Blocks of code below what says when they are for.
#[derive(Debug, Clone, Serialize)]
struct StepView {
    said: Vec<String>,
    blocks: Vec<String>,
}

impl RemedyView {
    /// The remedy of a finding that failed and that nobody accepts; `around` is what is known of its bucket.
    pub(super) fn of(book: &Book<'_>, finding: &Finding, around: Option<&Around<'_>>) -> Option<Self> {
        let remedy = book.remedies.of(finding)?;
        let names = remediation::names(finding, book.partition);
        let warnings = match around {
            Some(around) => book.remedies.warnings(finding, around),
            None => book.remedies.cautions(finding),
        };
        Some(Self {
            tally: (!warnings.is_empty()).then(|| counted(warnings.len() as u64, "warning", "warnings")),
            is_of_bucket: around.is_some(),
            is_looked_at: !remedy.changes().is_empty(),
            warnings: warnings.into_iter().map(WarningView::new).collect(),
            asked: remedy.asked(&names).into_iter().map(AskedView::new).collect(),
            place: match &finding.resource {
                Resource::Region { account, region } => Some(format!("the region {region} of the account {account}")),
                _ => None,
            },
            forms: Form::ALL
                .into_iter()
                .filter_map(|form| FormView::new(form, remedy.part(form), &names))
                .collect(),
            page: places::check(&finding.check),
        })
    }
}

impl WarningView {
    fn new(warning: Warning) -> Self {
        Self {
            mark: words::certainty(warning.certainty),
            text: warning.text,
            source: warning.source,
        }
    }
}

impl AskedView {
    fn new(asked: Asked) -> Self {
        Self {
            word: asked.word,
            meaning: asked.meaning,
        }
    }
}

impl FormView {
    fn new(form: Form, part: &Part, names: &Names<'_>) -> Option<Self> {
        let (steps, reason) = match part {
            Part::Code(steps) => (steps.iter().map(|step| StepView::new(step, names)).collect(), None),
            Part::NotPossible(reason) => (Vec::new(), Some(reason.clone())),
            Part::Unsaid => return None,
        };
        Some(Self {
            label: form.label(),
            steps,
            reason,
        })
    }
}

impl StepView {
    fn new(step: &Step, names: &Names<'_>) -> Self {
        Self {
            said: step.said.clone(),
            blocks: step.blocks.iter().map(|code| code.with(names)).collect(),
        }
    }
}
