//! XML from front to back, in which every character is one that XML 1.0 allows and a reader can see.
//!
//! It knows elements and attributes, and nothing of tests.

use std::borrow::Cow;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::error::WriteError;
use crate::staging::{StagedFile, Staging};
use crate::text::legible;

/// A document on its way.
pub(super) struct Xml {
    writer: Writer<StagedFile>,
}

impl Xml {
    pub(super) fn create(staging: &Staging, name: &str) -> Result<Self, WriteError> {
        let mut xml = Self {
            writer: Writer::new_with_indent(staging.file(name)?, b' ', 1),
        };
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(xml)
    }

    /// Begins an element with its attributes.
    pub(super) fn open<V: AsRef<str>, W: AsRef<str>>(
        &mut self,
        name: &str,
        attributes: &[(&str, V)],
        more: &[(&str, W)],
    ) -> Result<(), WriteError> {
        let start = more.iter().fold(start(name, attributes), |mut start, (name, value)| {
            start.push_attribute((*name, attribute(value.as_ref()).as_str()));
            start
        });
        self.event(Event::Start(start))
    }

    /// Ends an element.
    pub(super) fn close(&mut self, name: &str) -> Result<(), WriteError> {
        self.event(Event::End(BytesEnd::new(name)))
    }

    /// Writes an element without content.
    pub(super) fn empty<V: AsRef<str>>(&mut self, name: &str, attributes: &[(&str, V)]) -> Result<(), WriteError> {
        self.event(Event::Empty(start(name, attributes)))
    }

    /// Writes an element that holds text.
    pub(super) fn text<V: AsRef<str>>(
        &mut self,
        name: &str,
        attributes: &[(&str, V)],
        text: &str,
    ) -> Result<(), WriteError> {
        self.event(Event::Start(start(name, attributes)))?;
        self.event(Event::Text(BytesText::new(&allowed(text))))?;
        self.close(name)
    }

    /// Writes the properties of a suite.
    pub(super) fn properties(&mut self, properties: &[(&str, String)]) -> Result<(), WriteError> {
        self.open::<&str, &str>("properties", &[], &[])?;
        for (name, value) in properties {
            self.empty("property", &[("name", *name), ("value", value)])?;
        }
        self.close("properties")
    }

    pub(super) fn finish(self) -> Result<(), WriteError> {
        let mut file = self.writer.into_inner();
        io::Write::write_all(&mut file, b"\n").map_err(|error| StagedFile::failed(file.path(), error))?;
        file.finish().map(drop)
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), WriteError> {
        self.writer
            .write_event(event)
            .map_err(|error| StagedFile::failed(self.writer.get_ref().path(), error))
    }
}

fn start<'name, V: AsRef<str>>(name: &'name str, attributes: &[(&str, V)]) -> BytesStart<'name> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, attribute(value.as_ref()).as_str()));
    }
    start
}

/// A value of an attribute. A parser makes a space of a line end in it anyway ("Extensible Markup Language (XML) 1.0",
/// section 3.3.3), so that is written.
fn attribute(text: &str) -> String {
    allowed(text).replace(['\n', '\t'], " ")
}

/// Text of characters that XML 1.0 allows (section 2.2); the others, all of which [`legible`] shows, are written by their
/// number.
fn allowed(text: &str) -> Cow<'_, str> {
    legible(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_allow_is_written_by_its_number() {
        assert_eq!(
            allowed("\0\u{1b}[31m\u{fffe}\u{ffff}\r"),
            "[U+0000][U+001B][31m[U+FFFE][U+FFFF][U+000D]"
        );
        assert_eq!(attribute("a\n\tb"), "a  b");
    }
}
