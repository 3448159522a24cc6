//! Transport without sockets: an HTTP client for the AWS SDK that asks the core directly.
//!
//! It carries out delays and faults as the server does; a reset and a stall become the errors that a real client sees.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::header::{HOST, HeaderValue};

use crate::answer::{Answer, Response};
use crate::world::World;

/// An SDK HTTP client that is answered by a [`World`] in the same process.
#[derive(Debug, Clone)]
pub struct SimulatedConnector {
    world: Arc<World>,
    read_timeout: Option<Duration>,
}

impl SimulatedConnector {
    /// A client of a world. It needs a tokio runtime with time, for delays.
    #[must_use]
    pub fn new(world: Arc<World>) -> Self {
        Self {
            world,
            read_timeout: None,
        }
    }
}

impl HttpClient for SimulatedConnector {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Self {
            world: Arc::clone(&self.world),
            read_timeout: settings.read_timeout(),
        })
    }
}

impl HttpConnector for SimulatedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match in_memory(request) {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(error)),
        };
        let answer = self.world.answer(&request, self.world.elapsed());
        match answer {
            Answer::Respond(response) if response.delay.is_zero() => HttpConnectorFuture::ready(deliver(response)),
            answer => HttpConnectorFuture::new(carry_out(answer, self.read_timeout)),
        }
    }
}

fn in_memory(request: HttpRequest) -> Result<http::Request<bytes::Bytes>, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|error| ConnectorError::user(Box::new(error)))?;
    let (mut head, body) = request.into_parts();
    if !head.headers.contains_key(HOST)
        && let Some(host) = head
            .uri
            .authority()
            .and_then(|host| HeaderValue::from_str(host.as_str()).ok())
    {
        head.headers.insert(HOST, host);
    }
    let body = body
        .bytes()
        .map(bytes::Bytes::copy_from_slice)
        .ok_or_else(|| ConnectorError::user("the simulated connector takes no streaming bodies".into()))?;
    Ok(http::Request::from_parts(head, body))
}

async fn carry_out(answer: Answer, read_timeout: Option<Duration>) -> Result<HttpResponse, ConnectorError> {
    let delay = match &answer {
        Answer::Respond(response) | Answer::Truncated { response, .. } => response.delay,
        Answer::Reset { delay } => *delay,
        Answer::Stall => Duration::MAX,
    };
    match read_timeout {
        Some(limit) if limit < delay => {
            tokio::time::sleep(limit).await;
            return Err(ConnectorError::timeout("no answer came within the read timeout".into()));
        }
        None if delay == Duration::MAX => std::future::pending().await,
        _ => tokio::time::sleep(delay).await,
    }
    match answer {
        Answer::Respond(response) => deliver(response),
        Answer::Truncated { mut response, keep } => {
            // A socket would report the missing bytes; here the document just ends too early, which no reader accepts.
            let length = response.body.len();
            response.body = response.body.slice(..keep.min(length));
            response
                .headers
                .insert(http::header::CONTENT_LENGTH, HeaderValue::from(length));
            deliver(response)
        }
        Answer::Reset { .. } | Answer::Stall => Err(ConnectorError::io(
            "the connection was reset by the simulated organization".into(),
        )),
    }
}

fn deliver(response: Response) -> Result<HttpResponse, ConnectorError> {
    let mut answer = http::Response::new(SdkBody::from(response.body));
    *answer.status_mut() = response.status;
    *answer.headers_mut() = response.headers;
    HttpResponse::try_from(answer).map_err(|error| ConnectorError::other(Box::new(error), None))
}
