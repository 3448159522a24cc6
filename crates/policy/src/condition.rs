//! Conditions: operator, key, values. Letter case matters in none of the names.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators". What a key means for a service is not known
//! here.

/// How an operator takes a key that has several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// `ForAllValues:`; holds too when the key is missing from the request.
    ForAllValues,
    /// `ForAnyValue:`.
    ForAnyValue,
}

macro_rules! operators {
    ($($(#[$documentation:meta])* $variant:ident = $text:literal;)*) => {
        /// What an operator compares.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum OperatorKind {
            $($(#[$documentation])* $variant,)*
        }

        impl OperatorKind {
            /// Every operator.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The operator as the guide writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

operators! {
    /// Exact text.
    StringEquals = "StringEquals";
    /// Other than this text.
    StringNotEquals = "StringNotEquals";
    /// Text, letter case aside.
    StringEqualsIgnoreCase = "StringEqualsIgnoreCase";
    /// Other than this text, letter case aside.
    StringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase";
    /// Text with wildcards.
    StringLike = "StringLike";
    /// Other than this text with wildcards.
    StringNotLike = "StringNotLike";
    /// The same number.
    NumericEquals = "NumericEquals";
    /// Another number.
    NumericNotEquals = "NumericNotEquals";
    /// A smaller number.
    NumericLessThan = "NumericLessThan";
    /// A smaller or the same number.
    NumericLessThanEquals = "NumericLessThanEquals";
    /// A greater number.
    NumericGreaterThan = "NumericGreaterThan";
    /// A greater or the same number.
    NumericGreaterThanEquals = "NumericGreaterThanEquals";
    /// The same time.
    DateEquals = "DateEquals";
    /// Another time.
    DateNotEquals = "DateNotEquals";
    /// An earlier time.
    DateLessThan = "DateLessThan";
    /// An earlier or the same time.
    DateLessThanEquals = "DateLessThanEquals";
    /// A later time.
    DateGreaterThan = "DateGreaterThan";
    /// A later or the same time.
    DateGreaterThanEquals = "DateGreaterThanEquals";
    /// True or false.
    Bool = "Bool";
    /// The same bytes.
    BinaryEquals = "BinaryEquals";
    /// An address of a network.
    IpAddress = "IpAddress";
    /// An address outside a network.
    NotIpAddress = "NotIpAddress";
    /// An ARN, with wildcards.
    ArnEquals = "ArnEquals";
    /// An ARN, with wildcards.
    ArnLike = "ArnLike";
    /// Another ARN, with wildcards.
    ArnNotEquals = "ArnNotEquals";
    /// Another ARN, with wildcards.
    ArnNotLike = "ArnNotLike";
    /// Whether the key is missing from the request.
    Null = "Null";
}

impl OperatorKind {
    /// The comparison that a negated operator turns around; any other operator is its own.
    #[must_use]
    pub const fn positive(self) -> Self {
        match self {
            Self::StringNotEquals => Self::StringEquals,
            Self::StringNotEqualsIgnoreCase => Self::StringEqualsIgnoreCase,
            Self::StringNotLike => Self::StringLike,
            Self::NumericNotEquals => Self::NumericEquals,
            Self::DateNotEquals => Self::DateEquals,
            Self::NotIpAddress => Self::IpAddress,
            Self::ArnNotEquals => Self::ArnEquals,
            Self::ArnNotLike => Self::ArnLike,
            other => other,
        }
    }
}

/// A condition's operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// The operator as it is written.
    pub text: String,
    /// What it compares; `None` for an operator that this version does not know.
    pub kind: Option<OperatorKind>,
    /// How it takes several values.
    pub quantifier: Option<Quantifier>,
    /// `…IfExists`: holds too when the key is missing from the request.
    pub if_exists: bool,
}

impl Operator {
    /// Reads an operator; what is not known is kept as text.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let (quantifier, rest) = match text.split_once(':') {
            Some((head, rest)) if head.eq_ignore_ascii_case("ForAllValues") => (Some(Quantifier::ForAllValues), rest),
            Some((head, rest)) if head.eq_ignore_ascii_case("ForAnyValue") => (Some(Quantifier::ForAnyValue), rest),
            _ => (None, text),
        };
        let suffix = "IfExists";
        let (name, if_exists) = match rest
            .len()
            .checked_sub(suffix.len())
            .and_then(|at| rest.split_at_checked(at))
        {
            Some((name, end)) if end.eq_ignore_ascii_case(suffix) => (name, true),
            _ => (rest, false),
        };
        let kind = OperatorKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(name));
        Self {
            text: text.to_owned(),
            kind,
            quantifier,
            if_exists,
        }
    }

    /// Whether this version knows the operator.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.kind.is_some()
    }

    /// Whether it holds for a request that does not carry the key: one with `IfExists` or `ForAllValues` does, and so does
    /// a negated one unless it asks for any value. `Null` asks for the key itself and is not meant here.
    #[must_use]
    pub fn holds_without_key(&self) -> bool {
        self.if_exists
            || self.quantifier == Some(Quantifier::ForAllValues)
            || (self.is_negated() && self.quantifier.is_none())
    }

    /// Whether it holds for other values than those that are written.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        self.kind.is_some_and(|kind| kind.positive() != kind)
    }
}

/// One condition: it holds when any of its values does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The operator.
    pub operator: Operator,
    /// The key as it is written.
    pub key: String,
    /// The values; booleans and numbers as the text that JSON writes them as.
    pub values: Vec<String>,
}

impl Condition {
    /// Whether it is about this key. Letter case does not matter in the names of keys.
    #[must_use]
    pub fn is_about(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }
}
