//! The wire protocols of AWS: how a request is told apart, how an answer and an error are written.
//!
//! Nothing here knows what an operation means.

pub(crate) mod cbor;
pub(crate) mod json;
pub(crate) mod query;
pub(crate) mod route;
pub(crate) mod xml;

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::hash;

/// The protocol of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// AWS query: a form in, XML out, in the namespace given.
    Query(&'static str),
    /// AWS JSON of the version given, the operation in `x-amz-target`.
    Json(&'static str),
    /// REST with JSON bodies.
    RestJson,
    /// Smithy RPC v2 with CBOR bodies, the operation in the path.
    RpcV2Cbor,
    /// REST with XML bodies, errors as S3 writes them (not wrapped).
    S3,
    /// REST with XML bodies, errors wrapped in `ErrorResponse`.
    RestXml,
}

/// What an operation answers, before its protocol is put around it.
#[derive(Debug)]
pub(crate) struct Success {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

/// The body of a success.
#[derive(Debug)]
pub(crate) enum Body {
    /// Nothing.
    Empty,
    /// XML: the whole document for REST, the members of the result for query.
    Xml(String),
    /// JSON.
    Json(String),
    /// CBOR.
    Cbor(Vec<u8>),
}

impl Success {
    pub(crate) fn xml(xml: xml::Xml) -> Self {
        Self {
            headers: Vec::new(),
            body: Body::Xml(xml.into_text()),
        }
    }

    pub(crate) fn cbor(value: cbor::Cbor) -> Self {
        Self {
            headers: Vec::new(),
            body: Body::Cbor(value.into_bytes()),
        }
    }

    pub(crate) fn json(value: &serde_json::Value) -> Self {
        Self::json_text(value.to_string())
    }

    pub(crate) fn json_text(text: String) -> Self {
        Self {
            headers: Vec::new(),
            body: Body::Json(text),
        }
    }
}

/// An error answer.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: Cow<'static, str>,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Further members of an XML error.
    pub(crate) members: Vec<(&'static str, String)>,
    pub(crate) is_throttle: bool,
}

impl Failure {
    pub(crate) fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            headers: Vec::new(),
            members: Vec::new(),
            is_throttle: false,
        }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn with_member(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.members.push((name, value.into()));
        self
    }

    pub(crate) fn throttle(mut self) -> Self {
        self.is_throttle = true;
        self
    }
}

/// The id of a request, in the forms in which services write it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(pub(crate) u64);

impl RequestId {
    /// Sixteen upper-case letters and digits, as S3 writes it.
    fn short(self) -> String {
        format!("{:016X}", hash::mix(self.0.wrapping_add(0x51_7C_C1)))
    }

    /// A UUID, as the other services write it.
    fn long(self) -> String {
        let (high, low) = (hash::mix(self.0.wrapping_add(1)), hash::mix(self.0.wrapping_mul(3)));
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xFFFF,
            high & 0xFFF,
            low >> 52,
            low & 0xFFFF_FFFF_FFFF
        )
    }

    /// The second id of S3.
    fn extended(self) -> String {
        format!("{}=", crate::identity::secret(self.0, 75))
    }
}

/// Status, headers and body of an answer, ready to be sent.
pub(crate) type Rendered = (u16, HeaderMap, Bytes);

pub(crate) fn render_success(protocol: Protocol, operation: &str, success: Success, id: RequestId) -> Rendered {
    let mut headers = HeaderMap::with_capacity(4 + success.headers.len());
    identify(protocol, id, &mut headers);
    let body = match success.body {
        Body::Empty => Bytes::new(),
        Body::Xml(text) => {
            let content_type = if matches!(protocol, Protocol::Query(_)) {
                "text/xml"
            } else {
                "application/xml"
            };
            headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            match protocol {
                Protocol::Query(namespace) => Bytes::from(query::success(namespace, operation, &text, &id.long())),
                _ => Bytes::from(text),
            }
        }
        Body::Json(text) => {
            headers.insert(
                http::header::CONTENT_TYPE,
                HeaderValue::from_static(json_type(protocol)),
            );
            Bytes::from(text)
        }
        Body::Cbor(bytes) => {
            name_cbor(&mut headers);
            Bytes::from(bytes)
        }
    };
    append(&mut headers, success.headers);
    (200, headers, body)
}

pub(crate) fn render_failure(protocol: Protocol, failure: Failure, id: RequestId) -> Rendered {
    let mut headers = HeaderMap::with_capacity(4 + failure.headers.len());
    identify(protocol, id, &mut headers);
    let text = match protocol {
        Protocol::Query(namespace) => {
            headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
            query::failure(namespace, &failure, &id.long()).into_bytes()
        }
        Protocol::RpcV2Cbor => {
            name_cbor(&mut headers);
            // A service that spoke query before goes on naming its errors as it did (Smithy specification, "AWS query
            // compatible").
            let side = if failure.status < 500 { "Sender" } else { "Receiver" };
            insert(&mut headers, "x-amzn-query-error", &format!("{};{side}", failure.code));
            cbor::failure(&failure)
        }
        Protocol::Json(_) | Protocol::RestJson => {
            headers.insert(
                http::header::CONTENT_TYPE,
                HeaderValue::from_static(json_type(protocol)),
            );
            if protocol == Protocol::RestJson {
                insert(&mut headers, "x-amzn-errortype", &failure.code);
            }
            json::failure(protocol, &failure).into_bytes()
        }
        Protocol::S3 | Protocol::RestXml => {
            headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
            xml::failure(protocol, &failure, &id.short(), &id.extended()).into_bytes()
        }
    };
    append(&mut headers, failure.headers);
    (failure.status, headers, Bytes::from(text))
}

/// The headers by which an answer says that it is in CBOR.
fn name_cbor(headers: &mut HeaderMap) {
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
    insert(headers, "smithy-protocol", "rpc-v2-cbor");
}

fn json_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Json("1.0") => "application/x-amz-json-1.0",
        Protocol::Json(_) => "application/x-amz-json-1.1",
        _ => "application/json",
    }
}

fn identify(protocol: Protocol, id: RequestId, headers: &mut HeaderMap) {
    match protocol {
        Protocol::S3 | Protocol::RestXml => {
            insert(headers, "x-amz-request-id", &id.short());
            insert(headers, "x-amz-id-2", &id.extended());
        }
        _ => insert(headers, "x-amzn-requestid", &id.long()),
    }
}

fn append(headers: &mut HeaderMap, more: Vec<(&'static str, String)>) {
    for (name, value) in more {
        insert(headers, name, &value);
    }
}

/// Text that is no header value is left out; a body carries the same text.
fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
