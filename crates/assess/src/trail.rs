//! The trail: the only way for a check to read evidence, and the record of what it read.
//!
//! The trail does not know what the evidence is about. It hands out values, hands gaps back as errors, and remembers
//! every call in the order of reading, so that a finding can show what it rests on.

use std::borrow::Cow;
use std::fmt;

use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Source};
use s3attest_model::finding::{EvidenceReference, EvidenceState};

/// A fact that a check needs is not known, and why.
///
/// A check hands it on with `?`; it has no way to make a verdict of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown<'a> {
    gap: Cow<'a, Gap>,
}

impl<'a> Unknown<'a> {
    /// An answer arrived, and what it says cannot be understood: a state that this version does not know, a document
    /// that is not well formed. The text says which and where.
    pub fn not_understood(detail: impl Into<String>) -> Self {
        Self::because(Gap::new(GapCause::MalformedAnswer, detail))
    }

    /// A fact that would have to be put together from evidence which is not there.
    #[must_use]
    pub const fn because(gap: Gap) -> Self {
        Self { gap: Cow::Owned(gap) }
    }

    /// The same for a gap that already stands somewhere.
    #[must_use]
    pub const fn of(gap: &'a Gap) -> Self {
        Self {
            gap: Cow::Borrowed(gap),
        }
    }

    /// Why the fact is missing.
    #[must_use]
    pub fn gap(&self) -> &Gap {
        &self.gap
    }

    /// Why the fact is missing, given away.
    #[must_use]
    pub fn into_gap(self) -> Gap {
        self.gap.into_owned()
    }
}

impl fmt::Display for Unknown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.gap.cause.phrase())
    }
}

#[derive(Debug, Clone)]
struct Step<'a> {
    state: EvidenceState,
    source: &'a Source,
    of: Option<String>,
}

/// What a check has read so far.
#[derive(Debug, Clone, Default)]
pub struct Trail<'a> {
    steps: Vec<Step<'a>>,
}

impl<'a> Trail<'a> {
    /// A trail on which nothing was read yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { steps: Vec::new() }
    }

    /// Reads evidence of the finding's own resource or account: the value, its certain absence, or the gap as an error.
    ///
    /// With `?` the check ends as not assessed. A check that can decide by another fact keeps the `Result`, reads on,
    /// and hands the error back only when nothing else decides.
    pub fn read<T>(&mut self, evidence: &'a Evidence<T>) -> Result<Option<&'a T>, Unknown<'a>> {
        self.step(evidence, None)
    }

    /// Reads evidence of another resource, named by its ARN.
    pub fn read_of<T>(&mut self, arn: String, evidence: &'a Evidence<T>) -> Result<Option<&'a T>, Unknown<'a>> {
        self.step(evidence, Some(arn))
    }

    /// Reads evidence that stands in the way of everything else when it is a gap, and is not worth a mention otherwise.
    pub(crate) fn gap_of<T>(&mut self, evidence: &'a Evidence<T>) -> Result<(), Unknown<'a>> {
        match evidence.as_gap() {
            Some(_) => self.read(evidence).map(|_| ()),
            None => Ok(()),
        }
    }

    fn step<T>(&mut self, evidence: &'a Evidence<T>, of: Option<String>) -> Result<Option<&'a T>, Unknown<'a>> {
        let state = match evidence.observed {
            Observed::Present(_) => EvidenceState::Present,
            Observed::Absent => EvidenceState::Absent,
            Observed::Gap(_) => EvidenceState::Gap,
        };
        // A check that looks at the same answer twice read it once, though two facts were taken from that answer.
        let known = |step: &Step<'_>| {
            step.of == of
                && (std::ptr::eq(step.source, &raw const evidence.source)
                    || step.state == state && step.source == &evidence.source)
        };
        if !self.steps.iter().any(known) {
            self.steps.push(Step {
                state,
                source: &evidence.source,
                of,
            });
        }
        evidence.known().map_err(|unknown| Unknown::of(unknown.gap))
    }

    /// What was read, in the order of reading.
    #[must_use]
    pub fn into_references(self) -> Vec<EvidenceReference> {
        let reference = |step: Step<'_>| EvidenceReference {
            state: step.state,
            source: step.source.clone(),
            of: step.of,
        };
        self.steps.into_iter().map(reference).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use s3attest_model::evidence::Operation;

    #[test]
    fn a_trail_remembers_each_answer_once_and_in_order() {
        let present = Evidence::present(7_u8, Source::not_called(Operation::named("s3.First")));
        let absent = Evidence::<u8>::absent(Source::not_called(Operation::named("s3.Second")));
        let gap = Evidence::<u8>::not_collected(Operation::named("s3.Third"));
        let mut trail = Trail::new();
        assert_eq!(trail.read(&present), Ok(Some(&7)));
        assert_eq!(trail.read(&absent), Ok(None));
        assert_eq!(trail.read(&present), Ok(Some(&7)));
        let unknown = trail.read_of("arn:aws:s3:::other".to_owned(), &gap);
        assert_eq!(
            unknown.map_err(|unknown| unknown.gap().cause),
            Err(GapCause::NotCollected)
        );
        let again = present.clone();
        assert_eq!(trail.read(&again), Ok(Some(&7)));
        let references = trail.into_references();
        let seen: Vec<_> = references
            .iter()
            .map(|reference| {
                (
                    reference.source.operation.as_str(),
                    reference.state,
                    reference.of.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("s3.First", EvidenceState::Present, None),
                ("s3.Second", EvidenceState::Absent, None),
                ("s3.Third", EvidenceState::Gap, Some("arn:aws:s3:::other")),
            ]
        );
    }
}
