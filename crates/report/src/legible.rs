//! Foreign text on its way into JSON: legible.
//!
//! JSON's own escapes keep a text in its place; this keeps it from deceiving whoever prints it later. It knows no format.

use serde::{Serialize, Serializer};

use crate::text::legible;

/// A text that is written with its treacherous characters made visible.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Legible<'a>(pub(crate) &'a str);

impl Serialize for Legible<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&legible(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_legible() {
        assert_eq!(
            serde_json::to_string(&Legible("a\u{1b}\u{202e}\"")).expect("JSON"),
            r#""a[U+001B][U+202E]\"""#
        );
    }
}
