//! Changes the texts of a JSON document and leaves everything else of it as it stands: order, spaces, numbers.
//!
//! It knows what a key and a value are, and not what they mean.

use serde::de::IgnoredAny;

/// What of a document is handed to the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The key of a member.
    Key,
    /// A text.
    Text,
    /// A number; a change turns it into a text.
    Number,
}

/// The document with its texts changed; `None` when the text is no JSON, or nested more deeply than JSON is read.
///
/// The change is given the keys on the way from the outside, without those of arrays, and the text without its escapes;
/// `None` leaves it as it stands.
pub(super) fn rewrite(
    document: &str,
    mut change: impl FnMut(&[String], Place, &str) -> Option<String>,
) -> Option<String> {
    serde_json::from_str::<IgnoredAny>(document).ok()?;
    let mut written = String::with_capacity(document.len() + document.len() / 4);
    let mut keys: Vec<String> = Vec::new();
    // For each object or array that is open: whether it is an object that expects a key next; `None` for an array.
    let mut open: Vec<Option<bool>> = Vec::new();
    let mut rest = document;
    while let Some(first) = rest.chars().next() {
        match first {
            '{' | '[' => {
                open.push((first == '{').then_some(true));
                written.push(first);
                rest = &rest[1..];
            }
            '}' | ']' => {
                open.pop();
                written.push(first);
                rest = &rest[1..];
                end_value(&mut open, &mut keys);
            }
            '"' => {
                let length = literal(rest);
                let text: String = serde_json::from_str(&rest[..length]).ok()?;
                let is_key = open.last() == Some(&Some(true));
                let place = if is_key { Place::Key } else { Place::Text };
                match change(&keys, place, &text) {
                    None => written.push_str(&rest[..length]),
                    Some(changed) => written.push_str(&quoted(&changed)?),
                }
                rest = &rest[length..];
                if is_key {
                    keys.push(text);
                    open.pop();
                    open.push(Some(false));
                } else {
                    end_value(&mut open, &mut keys);
                }
            }
            ':' | ',' | ' ' | '\t' | '\n' | '\r' => {
                written.push(first);
                rest = &rest[1..];
            }
            _ => {
                let length = rest.find([',', ']', '}', ' ', '\t', '\n', '\r']).unwrap_or(rest.len());
                let scalar = &rest[..length];
                let changed = (first != 't' && first != 'f' && first != 'n')
                    .then(|| change(&keys, Place::Number, scalar))
                    .flatten();
                match changed {
                    None => written.push_str(scalar),
                    Some(changed) => written.push_str(&quoted(&changed)?),
                }
                rest = &rest[length..];
                end_value(&mut open, &mut keys);
            }
        }
    }
    Some(written)
}

fn quoted(text: &str) -> Option<String> {
    serde_json::to_string(text).ok()
}

fn end_value(open: &mut [Option<bool>], keys: &mut Vec<String>) {
    if let Some(Some(expects_key)) = open.last_mut() {
        *expects_key = true;
        keys.pop();
    }
}

/// The length of the text literal with which the document begins, quotes included.
fn literal(document: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in document.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    document.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_change_and_everything_else_stays() {
        let document =
            "{ \"b\" : [1, 2.5e3,\"x\\u0061\"],\n\"a\":{\"c\":\"x\\\"\\\\\",\"d\":null , \"e\":{}},\"f\":[true,[]] }";
        let mut seen = Vec::new();
        let written = rewrite(document, |keys, place, text| {
            seen.push(format!("{}|{place:?}|{text}", keys.join("/")));
            (text.starts_with('x') || text == "a").then(|| format!("<{text}>"))
        });
        assert_eq!(
            written.as_deref(),
            Some(
                "{ \"b\" : [1, 2.5e3,\"<xa>\"],\n\"<a>\":{\"c\":\"<x\\\"\\\\>\",\"d\":null , \"e\":{}},\"f\":[true,[]] }"
            )
        );
        let expected = [
            "|Key|b",
            "b|Number|1",
            "b|Number|2.5e3",
            "b|Text|xa",
            "|Key|a",
            "a|Key|c",
            "a/c|Text|x\"\\",
            "a|Key|d",
            "a|Key|e",
            "|Key|f",
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for document in ["", "{", "{\"a\":}", "text", "[1] [2]", &"[".repeat(4_000)] {
            assert_eq!(rewrite(document, |_, _, _| None), None, "{document}");
        }
    }
}
