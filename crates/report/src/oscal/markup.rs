//! Text in the two forms that OSCAL has: markup, which readers render, and plain values, which have no line breaks
//! (OSCAL Metaschema, data types `markup-line`, `markup-multiline` and `string`).
//!
//! Foreign text is escaped, so that nothing in it becomes markup, HTML or an insertion.

use crate::text::legible;

/// One line of markup that says exactly the text; `-` where there is none, since a title may not be empty.
pub(super) fn line(text: &str) -> String {
    let escaped = escaped(text).replace(['\n', '\t'], " ");
    let trimmed = escaped.trim();
    if trimmed.is_empty() { "-" } else { trimmed }.to_owned()
}

/// Paragraphs of markup that say exactly the text; `-` where there is none.
pub(super) fn lines(text: &str) -> String {
    let escaped = escaped(text);
    let trimmed = escaped.trim();
    if trimmed.is_empty() { "-" } else { trimmed }.to_owned()
}

/// A plain value: on one line, with nothing but characters at its ends; `None` where nothing is left.
pub(super) fn value(text: &str) -> Option<String> {
    let text = legible(text).replace(['\n', '\t'], " ");
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in legible(text).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '^' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_becomes_markup() {
        assert_eq!(
            line("<script>a*b*</script>\n# x"),
            "&lt;script&gt;a\\*b\\*&lt;/script&gt; \\# x"
        );
        assert_eq!(
            lines("{{ insert: param, x }}\n[a](b)"),
            "\\{\\{ insert: param, x \\}\\}\n\\[a\\](b)"
        );
        let shown = html(&lines("<img src=x onerror=y> & `code` _a_ \u{1b}[31m"));
        assert_eq!(
            shown.trim(),
            "<p>&lt;img src=x onerror=y&gt; &amp; `code` _a_ [U+001B][31m</p>"
        );
    }

    fn html(text: &str) -> String {
        let mut page = String::new();
        pulldown_cmark::html::push_html(&mut page, pulldown_cmark::Parser::new(text));
        page
    }

    #[test]
    fn a_value_has_one_line_and_something_in_it() {
        assert_eq!(value(" a\nb\t "), Some("a b".to_owned()));
        assert_eq!(value(" \n"), None);
        assert_eq!(line(" \n"), "-");
    }
}
