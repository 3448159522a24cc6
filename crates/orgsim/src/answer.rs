//! What the core hands to a transport.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// What a request is answered.
#[derive(Debug, Clone)]
pub enum Answer {
    /// An HTTP answer after a delay.
    Respond(Response),
    /// An HTTP answer whose connection breaks after so many bytes of the body.
    Truncated {
        /// The whole answer; its `content-length` promises all of it.
        response: Response,
        /// How many bytes of the body arrive.
        keep: usize,
    },
    /// The connection is reset without an answer.
    Reset {
        /// How long before it is.
        delay: Duration,
    },
    /// No answer ever comes.
    Stall,
}

/// An HTTP answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers, without those of the transport.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How long the answer takes.
    pub delay: Duration,
}
