//! Writing XML: elements, escaped text, and the error documents of the REST services.

use std::fmt::Display;

use jiff::Timestamp;
use quick_xml::escape::escape;

use super::{Failure, Protocol};

/// A document under construction.
#[derive(Debug, Default)]
pub(crate) struct Xml(String);

impl Xml {
    /// A document with its declaration and its root.
    pub(crate) fn document(root: &str, namespace: &str, fill: impl FnOnce(&mut Self)) -> Self {
        let mut xml = Self(String::with_capacity(512));
        xml.0.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.open(
            root,
            if namespace.is_empty() {
                None
            } else {
                Some(("xmlns", namespace))
            },
        );
        fill(&mut xml);
        xml.close(root);
        xml
    }

    /// Elements without a root.
    pub(crate) fn fragment(fill: impl FnOnce(&mut Self)) -> Self {
        let mut xml = Self::default();
        fill(&mut xml);
        xml
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }

    /// An element with text.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.open(name, None);
        self.0.push_str(&escape(text));
        self.close(name);
    }

    /// An element with something that is written without escaping: numbers and booleans.
    pub(crate) fn plain(&mut self, name: &str, value: impl Display) {
        use std::fmt::Write;
        self.open(name, None);
        write!(self.0, "{value}").expect("writing to a string cannot fail");
        self.close(name);
    }

    /// An element with a time.
    pub(crate) fn time(&mut self, name: &str, at: Timestamp) {
        self.plain(name, at.strftime("%Y-%m-%dT%H:%M:%S.000Z"));
    }

    /// An element with text, if there is any.
    pub(crate) fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An element with a number or a boolean, if there is one.
    pub(crate) fn optional_plain(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.plain(name, value);
        }
    }

    /// An element with elements.
    pub(crate) fn within(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.open(name, None);
        fill(self);
        self.close(name);
    }

    /// An element with an `xsi:type`, as S3 writes grantees.
    pub(crate) fn within_typed(&mut self, name: &str, kind: &str, fill: impl FnOnce(&mut Self)) {
        self.0.push('<');
        self.0.push_str(name);
        self.0
            .push_str(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"");
        self.0.push_str(kind);
        self.0.push_str("\">");
        fill(self);
        self.close(name);
    }

    fn open(&mut self, name: &str, attribute: Option<(&str, &str)>) {
        self.0.push('<');
        self.0.push_str(name);
        if let Some((attribute, value)) = attribute {
            self.0.push(' ');
            self.0.push_str(attribute);
            self.0.push_str("=\"");
            self.0.push_str(&escape(value));
            self.0.push('"');
        }
        self.0.push('>');
    }

    fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }
}

pub(super) fn failure(protocol: Protocol, failure: &Failure, request_id: &str, host_id: &str) -> String {
    let error = |xml: &mut Xml| {
        xml.text("Code", &failure.code);
        xml.text("Message", &failure.message);
        for (name, value) in &failure.members {
            xml.text(name, value);
        }
    };
    let ids = |xml: &mut Xml| {
        xml.text("RequestId", request_id);
        xml.text("HostId", host_id);
    };
    let document = if protocol == Protocol::S3 {
        Xml::document("Error", "", |xml| {
            error(xml);
            ids(xml);
        })
    } else {
        Xml::document("ErrorResponse", "", |xml| {
            xml.within("Error", error);
            ids(xml);
        })
    };
    document.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_booleans_are_lower_case() {
        let xml = Xml::document("Tagging", "http://example/", |xml| {
            xml.text("Value", "<script>&\"'");
            xml.plain("On", true);
        });
        let text = xml.into_text();
        assert!(
            text.contains("<Value>&lt;script&gt;&amp;&quot;&apos;</Value>"),
            "{text}"
        );
        assert!(text.contains("<On>true</On>"), "{text}");
        assert!(text.ends_with("</Tagging>"), "{text}");
    }
}
