//! A column: its name, what its cells are, and what it says.
//!
//! It does not know from where the cells come.

use std::borrow::Cow;
use std::fmt;

/// What the cells of a column are; any cell may also be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ColumnType {
    /// Text. Account ids are text: they have leading zeros.
    Text,
    /// A whole number from zero.
    Number,
    /// A moment in UTC.
    Moment,
    /// A day.
    Date,
    /// Several texts.
    List,
    /// Yes or no.
    Boolean,
}

impl ColumnType {
    /// The type as dictionaries write it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "whole number",
            Self::Moment => "moment",
            Self::Date => "date",
            Self::List => "list",
            Self::Boolean => "boolean",
        }
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name, unique within its table.
    pub(crate) name: Cow<'static, str>,
    /// What its cells are.
    pub(crate) kind: ColumnType,
    /// What it says, in a sentence.
    pub(crate) description: Cow<'static, str>,
    /// Whether its words say how good or bad something is (a verdict, a status, a severity), so that a consumer that has
    /// colours may set them off beside the word.
    pub(crate) is_graded: bool,
}

impl Column {
    /// A column that every run has.
    pub(super) const fn new(name: &'static str, kind: ColumnType, description: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            kind,
            description: Cow::Borrowed(description),
            is_graded: false,
        }
    }

    /// A column whose name or description follows from something else.
    pub(super) fn owned(name: impl Into<Cow<'static, str>>, kind: ColumnType, description: String) -> Self {
        Self {
            name: name.into(),
            kind,
            description: Cow::Owned(description),
            is_graded: false,
        }
    }

    /// A column of text.
    pub(crate) const fn text(name: &'static str, description: &'static str) -> Self {
        Self::new(name, ColumnType::Text, description)
    }

    /// A column of words that say how good or bad something is.
    pub(crate) const fn grade(name: &'static str, description: &'static str) -> Self {
        let mut column = Self::text(name, description);
        column.is_graded = true;
        column
    }

    /// A column of whole numbers.
    pub(super) const fn number(name: &'static str, description: &'static str) -> Self {
        Self::new(name, ColumnType::Number, description)
    }

    /// A column of moments.
    pub(super) const fn moment(name: &'static str, description: &'static str) -> Self {
        Self::new(name, ColumnType::Moment, description)
    }

    /// A column of days.
    pub(super) const fn date(name: &'static str, description: &'static str) -> Self {
        Self::new(name, ColumnType::Date, description)
    }

    /// A column of several texts.
    pub(super) const fn list(name: &'static str, description: &'static str) -> Self {
        Self::new(name, ColumnType::List, description)
    }

    /// A column of yes and no.
    pub(super) const fn boolean(name: &'static str, description: &'static str) -> Self {
        Self::new(name, ColumnType::Boolean, description)
    }
}
