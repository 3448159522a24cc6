//! JSON in which every character that deceives a reader is written by its number.
//!
//! JSON itself escapes quotation marks, backslashes and control characters below U+0020. The others that
//! [`is_treacherous`] names (delete, C1 controls, those that turn text around) are legal in a string, and a terminal
//! obeys some of them. Escaped, they are the same value to a parser and harmless to whoever prints the file. It knows
//! nothing of what is written.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use crate::text::is_treacherous;

/// Writes a value in one line, without a line end.
pub(crate) fn write(writer: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(writer, Visible(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// A value in one line, in memory. Its maps have text for keys, and nothing else can go wrong.
pub(crate) fn line(value: &impl Serialize) -> Vec<u8> {
    let mut line = Vec::new();
    write(&mut line, value).expect("plain data, and a buffer takes all of it");
    line
}

struct Visible(CompactFormatter);

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(place) = rest.find(is_treacherous) {
            let (plain, from) = rest.split_at(place);
            self.0.write_string_fragment(writer, plain)?;
            let mut characters = from.chars();
            if let Some(character) = characters.next() {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        self.0.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_is_written_by_its_number_and_read_as_it_was() {
        let text = "a\u{202e}b\u{1b}[31m\u{9b}\u{7f}\"\\\u{e0041}€\n";
        let mut bytes = Vec::new();
        write(&mut bytes, &text).expect("room in memory");
        let line = String::from_utf8(bytes).expect("JSON is UTF-8");
        assert_eq!(line, r#""a\u202eb\u001b[31m\u009b\u007f\"\\\udb40\udc41€\n""#);
        assert_eq!(serde_json::from_str::<String>(&line).expect("JSON"), text);
    }
}
