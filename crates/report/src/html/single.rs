//! One page that holds all that it needs: its style stands in it, allowed by its digest, and it asks for nothing.
//!
//! It does not know what is on the page.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::templates::{Engine, Templates};
use crate::error::TemplateError;

/// The templates of pages that stand alone.
pub(crate) struct Single {
    engine: Engine,
    style: String,
}

#[derive(Serialize)]
struct Framed<'page, B> {
    title: &'page str,
    /// The style sheet, and its digest as a content security policy writes it.
    style: &'page str,
    digest: String,
    body: &'page B,
}

impl Single {
    pub(crate) fn new(templates: &Templates) -> Result<Self, TemplateError> {
        let engine = Engine::new(templates)?;
        let style = engine.assets().find(|(path, _)| *path == "assets/style.css");
        // Nothing in a style sheet may end the element in which it stands.
        let style = style.map_or(String::new(), |(_, text)| text.replace("</", "<\\/"));
        Ok(Self { engine, style })
    }

    /// A page by its template.
    pub(crate) fn page(
        &self,
        template: &str,
        name: &str,
        title: &str,
        body: &impl Serialize,
    ) -> Result<String, TemplateError> {
        let framed = Framed {
            title,
            style: &self.style,
            digest: base64(&Sha256::digest(self.style.as_bytes())),
            body,
        };
        self.engine.render(template, name, &framed)
    }
}

/// Bytes in the alphabet of RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .chain(&[0, 0])
            .take(3)
            .fold(0_usize, |group, byte| group << 8 | usize::from(*byte));
        for position in 0..4 {
            if position <= chunk.len() {
                text.push(char::from(ALPHABET[group >> (18 - 6 * position) & 63]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
