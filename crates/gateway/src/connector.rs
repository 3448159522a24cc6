//! The paced connector: every request, retries included, waits here for its turn before a byte leaves.
//!
//! The wait stands inside the SDK's HTTP connector because retries pass through it too. It is not covered by the read
//! timeout, which begins when the inner connector is called.

use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use tokio::sync::Semaphore;

use crate::meter::Meter;
use crate::pacing::Lane;

/// What the interceptor writes on a request for the connector to act upon.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    /// The operation's place in the table.
    pub(crate) operation: usize,
    /// The lane in which the request waits.
    pub(crate) lane: Arc<Lane>,
}

/// The shared HTTP client behind the pacing.
#[derive(Clone)]
pub(crate) struct PacedClient {
    inner: SharedHttpClient,
    open: Arc<Semaphore>,
    meter: Arc<Meter>,
}

impl PacedClient {
    pub(crate) fn new(inner: SharedHttpClient, open: Arc<Semaphore>, meter: Arc<Meter>) -> Self {
        Self { inner, open, meter }
    }
}

impl fmt::Debug for PacedClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PacedClient")
    }
}

// The default `validate_base_client_config` does nothing, on purpose: the inner client's builds and drops a TLS connector
// for every SDK client that is made, which costs more than all the rest of making it.
impl HttpClient for PacedClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(PacedConnector {
            inner: self.inner.http_connector(settings, components),
            open: Arc::clone(&self.open),
            meter: Arc::clone(&self.meter),
        })
    }
}

#[derive(Debug)]
struct PacedConnector {
    inner: SharedHttpConnector,
    open: Arc<Semaphore>,
    meter: Arc<Meter>,
}

impl HttpConnector for PacedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some(ticket) = request.extension::<Ticket>().cloned() else {
            // A request that no interceptor has let through must not leave: fail closed.
            return HttpConnectorFuture::ready(Err(ConnectorError::user(
                "a request reached the connector without passing the read-only guard".into(),
            )));
        };
        let inner = self.inner.clone();
        let open = Arc::clone(&self.open);
        let meter = Arc::clone(&self.meter);
        HttpConnectorFuture::new(async move {
            let (_lane, paced) = ticket.lane.enter().await;
            let _open = open
                .acquire_owned()
                .await
                .expect("the semaphore of open requests is never closed");
            meter.attempt(ticket.operation, paced);
            inner.call(request).await
        })
    }
}
