//! Who reaches a bucket, as its page shows it: a small table of answers, and the chain of sentences with what each rests on.
//!
//! It knows nothing of policies; the answers come as they were recorded.

use s3attest_model::access::{AccessKind, Audience, BucketAccess};
use s3attest_model::finding::Finding;
use serde::Serialize;

use super::diagram;
use super::evidence::{Passage, ReferenceView};
use super::places;
use super::words::{self, Mark};

/// The check whose findings say whether the sources agree: disagreements stand beside the answers that they are about.
const AGREEMENT: &str = "s3-bucket-public-sources-agree";

/// What other sources say of the same bucket.
#[derive(Debug, Serialize)]
pub(super) struct AgreementView {
    verdict: Mark,
    message: Passage,
    page: String,
}

impl AgreementView {
    /// What the bucket's findings say of the sources; `None` where no finding does.
    pub(super) fn of(findings: &[Finding]) -> Option<Self> {
        let finding = findings.iter().find(|finding| finding.check.as_str() == AGREEMENT)?;
        Some(Self {
            verdict: words::verdict(finding.verdict),
            message: Passage::new(&finding.message),
            page: places::check(&finding.check),
        })
    }
}

/// The answers for one bucket.
#[derive(Debug, Serialize)]
pub(super) struct AccessView {
    roles: Vec<RoleView>,
    kinds: [&'static str; AccessKind::ALL.len()],
    rows: Vec<AudienceRow>,
    /// The ways to the bucket as SVG; `None` for a record that no picture can be drawn from.
    diagram: Option<String>,
    chain: Vec<SentenceView>,
    evidence: Vec<CitedView>,
}

/// What the bucket serves for.
#[derive(Debug, Serialize)]
struct RoleView {
    name: &'static str,
    /// How that is known.
    because: Option<String>,
    /// Why nobody can tell whether it does.
    unclear: Option<String>,
}

/// What one audience gets.
#[derive(Debug, Serialize)]
struct AudienceRow {
    audience: &'static str,
    answers: Vec<Cell>,
}

#[derive(Debug, Serialize)]
struct Cell {
    kind: &'static str,
    mark: Mark,
}

/// A sentence of the chain.
#[derive(Debug, Serialize)]
struct SentenceView {
    text: Passage,
    rests_on: Vec<Citation>,
}

/// A link to a piece of evidence.
#[derive(Debug, Serialize)]
struct Citation {
    number: usize,
    operation: String,
}

/// A piece of evidence with its number.
#[derive(Debug, Serialize)]
struct CitedView {
    number: usize,
    reference: ReferenceView,
}

impl AccessView {
    pub(super) fn of(access: &BucketAccess) -> Self {
        let row = |audience: Audience| AudienceRow {
            audience: audience.label(),
            answers: AccessKind::ALL
                .map(|kind| Cell {
                    kind: kind.label(),
                    mark: words::access(audience, access.reach(audience, kind)),
                })
                .into(),
        };
        let citation = |place: &usize| {
            let reference = access.evidence.get(*place)?;
            Some(Citation {
                number: place + 1,
                operation: reference.source.operation.to_string(),
            })
        };
        Self {
            roles: access
                .roles
                .iter()
                .map(|role| RoleView {
                    name: role.role.label(),
                    because: role.because.clone(),
                    unclear: role.unclear.clone(),
                })
                .collect(),
            kinds: AccessKind::ALL.map(AccessKind::label),
            rows: Audience::ALL.map(row).into(),
            diagram: diagram::draw(access),
            chain: access
                .chain
                .iter()
                .map(|sentence| SentenceView {
                    text: Passage::new(&sentence.text),
                    rests_on: sentence.evidence.iter().filter_map(citation).collect(),
                })
                .collect(),
            evidence: access
                .evidence
                .iter()
                .enumerate()
                .map(|(place, reference)| CitedView {
                    number: place + 1,
                    reference: ReferenceView::new(reference),
                })
                .collect(),
        }
    }
}
