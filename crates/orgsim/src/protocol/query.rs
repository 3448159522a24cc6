//! The AWS query protocol: forms in, wrapped XML out.

use std::borrow::Cow;

use super::Failure;
use super::xml::Xml;

/// The members of a form.
#[derive(Debug)]
pub(crate) struct Form<'body>(pub(crate) &'body [u8]);

impl<'body> Form<'body> {
    pub(crate) fn get(&self, name: &str) -> Option<Cow<'body, str>> {
        form_urlencoded::parse(self.0)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }
}

pub(super) fn success(namespace: &str, operation: &str, members: &str, request_id: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"{namespace}\"><{operation}Result>{members}</{operation}Result>\
         <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
    )
}

pub(super) fn failure(namespace: &str, failure: &Failure, request_id: &str) -> String {
    let side = if failure.status < 500 { "Sender" } else { "Receiver" };
    let error = Xml::fragment(|xml| {
        xml.within("Error", |xml| {
            xml.text("Type", side);
            xml.text("Code", &failure.code);
            xml.text("Message", &failure.message);
        });
        xml.text("RequestId", request_id);
    });
    format!(
        "<ErrorResponse xmlns=\"{namespace}\">{}</ErrorResponse>",
        error.into_text()
    )
}
