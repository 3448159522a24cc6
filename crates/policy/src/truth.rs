//! Three-valued truth about one request: what is unclear stays unclear unless something else decides.

/// Whether something holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// Nobody can tell, as the text says.
    Unclear(String),
}

impl Truth {
    /// The truth of something that is known.
    #[must_use]
    pub fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// Whether both hold. One that does not decides, whatever the other is.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unclear(text), _) | (_, Self::Unclear(text)) => Self::Unclear(text),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }

    /// Whether one of them holds. One that does decides, whatever the other is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Unclear(text), _) | (_, Self::Unclear(text)) => Self::Unclear(text),
            (Self::No, Self::No) => Self::No,
        }
    }

    /// Whether it does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unclear(text) => Self::Unclear(text),
        }
    }

    /// Whether any of them holds; no truth at all is `No`.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        truths.into_iter().fold(Self::No, Self::or)
    }

    /// Whether all of them hold; no truth at all is `Yes`.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        truths.into_iter().fold(Self::Yes, Self::and)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unclear_decides_nothing() {
        let unclear = || Truth::Unclear("x".to_owned());
        assert_eq!(unclear().and(Truth::No), Truth::No);
        assert_eq!(unclear().and(Truth::Yes), unclear());
        assert_eq!(unclear().or(Truth::Yes), Truth::Yes);
        assert_eq!(unclear().or(Truth::No), unclear());
        assert_eq!(unclear().negated(), unclear());
        assert_eq!(Truth::any([]), Truth::No);
        assert_eq!(Truth::all([]), Truth::Yes);
    }
}
