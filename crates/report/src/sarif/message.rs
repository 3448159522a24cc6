//! Text as a SARIF viewer shows it: neither a placeholder nor a link.
//!
//! It knows nothing of what the texts say.

use serde::Serialize;

use crate::text::legible;

/// A plain text message (section 3.11.3).
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

impl Message {
    /// A message that may hold foreign text. A viewer takes `{0}` for a placeholder, so braces are doubled (section
    /// 3.11.5), and `[text](target)` for a link, so the two halves of one are moved apart (section 3.11.6).
    pub(super) fn of(text: &str) -> Self {
        let text = without_placeholders(&legible(text)).replace("](", "] (");
        Self { text }
    }
}

/// A text in which braces are braces. A message string has them doubled, whether it is plain or formatted, and whether there
/// are arguments for placeholders or not (section 3.11.5).
pub(super) fn without_placeholders(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_makes_no_link_and_no_placeholder_and_turns_nothing_around() {
        let message = Message::of("{0} [press](https://example.com) \u{202e}");
        assert_eq!(message.text, "{{0}} [press] (https://example.com) [U+202E]");
    }
}
