//! A text that is shared instead of copied: what stands in very many records at once.
//!
//! Every finding names its resource and every answer that it rests on, so identifiers and the ids of requests are copied far
//! more often than they are read. It knows nothing of what the text means.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text whose copies cost no memory. It is written and compared as the text that it holds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SharedText(Arc<str>);

impl Deref for SharedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SharedText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, formatter)
    }
}

impl fmt::Display for SharedText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self)
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        Self(Arc::from(text))
    }
}

impl Serialize for SharedText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for SharedText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = SharedText;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<SharedText, E> {
                Ok(SharedText::from(text))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_shown_and_compared_as_the_text() {
        let text: SharedText = serde_json::from_str(r#""Größe \" 1""#).expect("a string");
        assert_eq!(&*text, "Größe \" 1");
        assert_eq!(serde_json::to_string(&text).expect("a string"), r#""Größe \" 1""#);
        assert_eq!(format!("{text:>11}|{text:?}"), "  Größe \" 1|\"Größe \\\" 1\"");
        assert!(SharedText::from("a") < SharedText::from("b".to_owned()));
        let error = serde_json::from_str::<SharedText>("7").expect_err("a number");
        assert!(error.to_string().contains("expected a string"), "{error}");
    }
}
