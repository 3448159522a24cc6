//! The JSON protocols: what an error looks like, and reading a request's members.

use serde_json::{Value, json};

use super::{Failure, Protocol};

pub(super) fn failure(protocol: Protocol, failure: &Failure) -> String {
    let body = match protocol {
        // REST-JSON names the error in a header; the body has the message in lower case.
        Protocol::RestJson => json!({"message": failure.message}),
        _ => json!({"__type": failure.code, "Message": failure.message}),
    };
    body.to_string()
}

/// The members of a request; a body that is no object has none.
pub(crate) fn members(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body).unwrap_or(Value::Null)
}
