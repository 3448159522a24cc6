//! Parts of a check's page as plain text, and the pages that they lead to, for formats that hold no markup.
//!
//! It knows no format.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::text::legible;

/// CommonMark as plain text: paragraphs with an empty line between them, list items after a hyphen, code as it stands.
pub(crate) fn plain(text: &str) -> String {
    let text = legible(text);
    let mut plain = String::with_capacity(text.len());
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => {
                plain.push_str(&part);
            }
            Event::SoftBreak => plain.push(' '),
            Event::HardBreak => plain.push('\n'),
            Event::Start(Tag::Item) => {
                end_line(&mut plain);
                plain.push_str("- ");
            }
            Event::End(TagEnd::Item | TagEnd::TableHead | TagEnd::TableRow) => end_line(&mut plain),
            Event::End(TagEnd::TableCell) => plain.push_str("; "),
            Event::End(
                TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::Heading(_) | TagEnd::List(_) | TagEnd::Table,
            ) => {
                end_line(&mut plain);
                plain.push('\n');
            }
            _ => {}
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// The `https` pages that a text links to, each with the words of the link, in their order and each once.
pub(crate) fn links(text: &str) -> Vec<(String, String)> {
    let text = legible(text);
    let mut links: Vec<(String, String)> = Vec::new();
    let mut open: Option<(String, String)> = None;
    for event in Parser::new(&text) {
        match (event, &mut open) {
            (Event::Start(Tag::Link { dest_url, .. }), _) => open = Some((dest_url.into_string(), String::new())),
            (Event::Text(part) | Event::Code(part), Some((_, words))) => words.push_str(&part),
            (Event::End(TagEnd::Link), _) => {
                if let Some(link) = open.take()
                    && link.0.starts_with("https://")
                    && links.iter().all(|known| known.0 != link.0)
                {
                    links.push(link);
                }
            }
            _ => {}
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commonmark_becomes_lines_that_a_person_can_follow() {
        let text = "Turn it **on**:\n\n```sh\naws s3api x\n```\n\n- one `a`\n- two\n\n| k | v |\n|---|---|\n| a | b |";
        assert_eq!(
            plain(text),
            "Turn it on:\n\naws s3api x\n\n- one a\n- two\n\nk; v; \na; b;"
        );
    }

    #[test]
    fn links_lead_to_https_only_and_stand_once() {
        let text = "[A](https://a.example/) [b](http://b.example) [again](https://a.example/) <https://c.example/>";
        let links = links(text);
        assert_eq!(links.len(), 2);
        assert_eq!(links[0], ("https://a.example/".to_owned(), "A".to_owned()));
        assert_eq!(links[1].0, "https://c.example/");
    }
}
