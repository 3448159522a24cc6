//! A cell: one typed value on its way to a consumer.
//!
//! Its texts are as AWS or a person gave them; to make them harmless is the business of each consumer.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::text::rfc3339;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Cell<'row> {
    /// There is nothing to say. A value that could not be read is never this where a column's description does not say so.
    #[default]
    Empty,
    /// Text, not empty.
    Text(Cow<'row, str>),
    /// A whole number.
    Number(u64),
    /// A moment.
    Moment(Timestamp),
    /// A day.
    Date(Date),
    /// Texts, at least one.
    List(Vec<Cow<'row, str>>),
    /// Yes or no.
    Boolean(bool),
}

impl<'row> Cell<'row> {
    /// Several texts; empty when there are none.
    pub(crate) fn list<T: Into<Cow<'row, str>>>(texts: impl IntoIterator<Item = T>) -> Self {
        let texts: Vec<_> = texts.into_iter().map(Into::into).collect();
        if texts.is_empty() {
            Self::Empty
        } else {
            Self::List(texts)
        }
    }

    /// The cell as tables of text write it: times in RFC 3339, `; ` between several values, `yes` and `no`. It is not yet
    /// harmless.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Moment(moment) => Cow::Owned(rfc3339(*moment)),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::List(texts) => Cow::Owned(texts.join("; ")),
            Self::Boolean(true) => Cow::Borrowed("yes"),
            Self::Boolean(false) => Cow::Borrowed("no"),
        }
    }
}

impl<'row> From<Cow<'row, str>> for Cell<'row> {
    fn from(text: Cow<'row, str>) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl<'row> From<&'row str> for Cell<'row> {
    fn from(text: &'row str) -> Self {
        Cow::Borrowed(text).into()
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Cow::<str>::Owned(text).into()
    }
}

impl From<u64> for Cell<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<Timestamp> for Cell<'_> {
    fn from(moment: Timestamp) -> Self {
        Self::Moment(moment)
    }
}

impl From<Date> for Cell<'_> {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<bool> for Cell<'_> {
    fn from(is_so: bool) -> Self {
        Self::Boolean(is_so)
    }
}

impl<'row, T: Into<Self>> From<Option<T>> for Cell<'row>
where
    Cell<'row>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}
