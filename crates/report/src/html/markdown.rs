//! A check's page from CommonMark to HTML.
//!
//! HTML within the text is shown and not passed through, pictures become their description, and links lead to `https`
//! pages only, so that a page never fetches anything by itself.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::text::legible;

/// Turns CommonMark into HTML that is safe to place in a page.
pub(super) fn to_html(text: &str) -> String {
    let text = legible(text);
    let mut dropped = Vec::new();
    let events = Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
        .filter_map(|event| shown(event, &mut dropped))
        .collect::<Vec<_>>();
    let mut page = String::with_capacity(text.len() * 2);
    html::push_html(&mut page, events.into_iter());
    page
}

/// `dropped` remembers for each open link or picture whether its tag was left out.
fn shown<'text>(event: Event<'text>, dropped: &mut Vec<bool>) -> Option<Event<'text>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Heading { id, classes, attrs, .. }) => Some(Event::Start(Tag::Heading {
            level: HeadingLevel::H3,
            id,
            classes,
            attrs,
        })),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Heading(HeadingLevel::H3))),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let leads_nowhere = !is_allowed(dest_url);
            dropped.push(leads_nowhere);
            (!leads_nowhere).then_some(event)
        }
        Event::Start(Tag::Image { .. }) => {
            dropped.push(true);
            None
        }
        Event::End(TagEnd::Link | TagEnd::Image) => {
            let was_dropped = dropped.pop().unwrap_or(true);
            (!was_dropped).then_some(event)
        }
        other => Some(other),
    }
}

fn is_allowed(target: &CowStr<'_>) -> bool {
    target.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_shown_and_not_passed_through() {
        let page = to_html("Text <script>alert(1)</script>\n\n<div onclick=x>\nblock\n</div>\n");
        assert!(!page.contains("<script") && !page.contains("<div"), "{page}");
        assert!(
            page.contains("&lt;script&gt;") && page.contains("&lt;div onclick=x&gt;"),
            "{page}"
        );
    }

    #[test]
    fn links_lead_to_https_only_and_pictures_become_words() {
        let page =
            to_html("[a](https://docs.aws.amazon.com/x) [b](javascript:alert(1)) ![c](https://example.com/c.png)");
        assert_eq!(page, "<p><a href=\"https://docs.aws.amazon.com/x\">a</a> b c</p>\n");
    }

    #[test]
    fn headings_stay_below_those_of_the_page() {
        assert_eq!(to_html("# Big"), "<h3>Big</h3>\n");
    }
}
