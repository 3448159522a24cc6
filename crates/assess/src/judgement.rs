//! What a check may say: pass, fail or not applicable, with a sentence.
//!
//! There is no constructor for "not assessed". A check that cannot know returns the gap that the trail handed to it, so
//! a gap cannot become a verdict and a verdict cannot be made out of nothing known.

use s3attest_model::check::Severity;
use s3attest_model::finding::Verdict;

/// A verdict that rests on evidence, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    verdict: Verdict,
    severity: Option<Severity>,
    message: String,
}

impl Judgement {
    /// The property holds; the sentence says by what evidence.
    pub fn pass(message: impl Into<String>) -> Self {
        Self::settled(Verdict::Pass, None, message)
    }

    /// The property does not hold; the sentence says what was found instead.
    pub fn fail(message: impl Into<String>) -> Self {
        Self::settled(Verdict::Fail, None, message)
    }

    /// The property does not hold, and the evidence makes that better or worse than the check's own severity.
    pub fn fail_as(severity: Severity, message: impl Into<String>) -> Self {
        Self::settled(Verdict::Fail, Some(severity), message)
    }

    /// The question does not arise; the sentence says by what evidence.
    pub fn not_applicable(message: impl Into<String>) -> Self {
        Self::settled(Verdict::NotApplicable, None, message)
    }

    fn settled(verdict: Verdict, severity: Option<Severity>, message: impl Into<String>) -> Self {
        Self {
            verdict,
            severity,
            message: message.into(),
        }
    }

    /// The verdict; never [`Verdict::NotAssessed`].
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The severity that the evidence shows, where it is not the check's own.
    #[must_use]
    pub const fn severity(&self) -> Option<Severity> {
        self.severity
    }

    /// The reason.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The reason, given away.
    #[must_use]
    pub fn into_message(self) -> String {
        self.message
    }
}
