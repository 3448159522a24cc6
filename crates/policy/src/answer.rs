//! The three answers to a question about a document.

/// Whether a document does what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It does, for every request that the question is about.
    Yes,
    /// It does not; each text names a statement and what it lacks. Empty when no statement comes near.
    No(Vec<String>),
    /// It may or may not: the document holds something that this version does not understand, as the text says.
    Unclear(String),
}
