//! The interceptor of every client: it refuses what is not in the table, writes the ticket for the connector, and counts
//! what comes back.

use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextRef,
    BeforeTransmitInterceptorContextMut, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::connector::Ticket;
use crate::members::lacking;
use crate::meter::Meter;
use crate::operations::{OperationTable, name_in_sdk};
use crate::pacing::{Lane, Pacer};
use crate::whole::is_whole;

/// The refusal of an operation that is not in the table.
#[derive(Debug, thiserror::Error)]
#[error("{service}.{operation} is not among the read-only operations of this program, so it was not sent")]
struct Refused {
    service: String,
    operation: String,
}

/// The refusal of an answer that is not whole.
#[derive(Debug, thiserror::Error)]
#[error("the answer breaks off before its end")]
struct Cut;

/// The refusal of an answer that lacks a member for which the SDK would make up a value.
#[derive(Debug, thiserror::Error)]
#[error("the answer lacks `{0}`")]
struct Lacking(&'static str);

/// The guard, meter and ticket office of one client.
#[derive(Debug)]
pub(crate) struct Gatekeeper {
    table: Arc<OperationTable>,
    meter: Arc<Meter>,
    /// The service that the client asks, by which the table knows its operations: the SDK's name, or our own for a part of
    /// a service that needs other permissions for operations of the same name.
    service: String,
    /// The lanes of the client's account and region, one for each class that its operations use.
    lanes: Vec<(&'static str, Arc<Lane>)>,
}

impl Gatekeeper {
    pub(crate) fn new(
        table: &Arc<OperationTable>,
        meter: &Arc<Meter>,
        pacer: &Pacer,
        service: &str,
        account: &str,
        region: &str,
    ) -> Self {
        let mut lanes: Vec<(&'static str, Arc<Lane>)> = Vec::new();
        for operation in table.all().iter().filter(|each| each.service == service) {
            if !lanes.iter().any(|(class, _)| *class == operation.class) {
                lanes.push((operation.class, pacer.lane(operation.class, account, region)));
            }
        }
        Self {
            table: Arc::clone(table),
            meter: Arc::clone(meter),
            service: service.to_owned(),
            lanes,
        }
    }

    fn allowed(&self, bag: &ConfigBag) -> Result<usize, BoxError> {
        let metadata = bag
            .load::<Metadata>()
            .ok_or("the SDK did not name the operation, so it was not sent")?;
        Ok(place(&self.table, &self.service, metadata)?)
    }

    fn lane(&self, operation: usize) -> &Arc<Lane> {
        let class = self.table.all()[operation].class;
        let (_, lane) = self
            .lanes
            .iter()
            .find(|(name, _)| *name == class)
            .expect("a client has a lane for each of its operations");
        lane
    }
}

/// The place of a client's operation in the table. The client must be one of the service that it was made for, since its
/// own word alone would let another service's operation of the same name pass.
fn place(table: &OperationTable, service: &str, metadata: &Metadata) -> Result<usize, Refused> {
    Some(metadata.service())
        .filter(|asked| *asked == name_in_sdk(service))
        .and_then(|_| table.find(service, metadata.name()))
        .ok_or_else(|| Refused {
            service: metadata.service().to_owned(),
            operation: metadata.name().to_owned(),
        })
}

/// Codes by which AWS's services ask to slow down, also when the status is 400.
const THROTTLING_CODES: [&str; 9] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "SlowDown",
    "LimitExceededException",
];

/// Whether an answer asks to slow down.
fn asks_to_slow_down(status: u16, body: Option<&[u8]>) -> bool {
    match status {
        429 => true,
        400 | 403 | 503 => body.is_some_and(|body| {
            let text = String::from_utf8_lossy(&body[..body.len().min(2048)]);
            THROTTLING_CODES.iter().any(|code| text.contains(code))
        }),
        _ => false,
    }
}

#[dyn_dispatch_hint]
impl Intercept for Gatekeeper {
    fn name(&self) -> &'static str {
        "Gatekeeper"
    }

    // The operation's name is not known to earlier hooks, so a guard there would let everything through.
    fn read_before_serialization(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = self.allowed(bag)?;
        self.meter.call(operation);
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = self.allowed(bag)?;
        context.request_mut().add_extension(Ticket {
            operation,
            lane: Arc::clone(self.lane(operation)),
        });
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let Some(body) = response.body().bytes().filter(|_| response.status().is_success()) else {
            return Ok(());
        };
        if !is_whole(body) {
            return Err(Cut.into());
        }
        let metadata = bag.load::<Metadata>();
        match metadata.and_then(|metadata| lacking(metadata.service(), metadata.name(), body)) {
            Some(member) => Err(Lacking(member).into()),
            None => Ok(()),
        }
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(operation) = self.allowed(bag) else {
            return Ok(());
        };
        let lane = self.lane(operation);
        match context.response() {
            Some(response) => {
                let body = response.body().bytes();
                self.meter.bytes(operation, body.map_or(0, |body| body.len() as u64));
                if asks_to_slow_down(response.status().as_u16(), body) {
                    self.meter.throttle(operation);
                    lane.throttled(tokio::time::Instant::now());
                } else {
                    lane.answered();
                }
            }
            None => return Ok(()),
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Ok(operation) = self.allowed(bag)
            && !matches!(context.output_or_error(), Some(Ok(_)))
        {
            self.meter.error(operation);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::{AllowedOperation, Times, Unit};

    #[test]
    fn a_client_passes_only_as_the_service_that_it_is() {
        let read = |service, name| AllowedOperation {
            service,
            name,
            label: "a label",
            actions: &[],
            class: "a class",
            in_session: true,
            times: Times::each(Unit::Account),
        };
        let table = OperationTable::new(&[
            read("S3", "GetBucketPolicy"),
            read("S3 Express", "GetBucketPolicy"),
            read("SNS", "ListTopics"),
        ]);
        let asked = |service: &str, sdk: &'static str, name: &'static str| {
            place(&table, service, &Metadata::new(name, sdk)).ok()
        };
        assert_eq!(asked("S3", "S3", "GetBucketPolicy"), Some(0));
        assert_eq!(asked("S3 Express", "S3", "GetBucketPolicy"), Some(1));
        assert_eq!(asked("SNS", "SNS", "ListTopics"), Some(2));
        assert_eq!(asked("SNS", "SNS", "DeleteTopic"), None);
        assert_eq!(
            asked("S3", "SNS", "GetBucketPolicy"),
            None,
            "a client with another's name"
        );
        assert_eq!(asked("SNS", "S3", "ListTopics"), None);
        assert_eq!(
            asked("S3 Express", "S3 Express", "GetBucketPolicy"),
            None,
            "no SDK has that name"
        );
    }

    #[test]
    fn throttling_is_told_from_other_refusals() {
        assert!(asks_to_slow_down(503, Some(b"<Error><Code>SlowDown</Code></Error>")));
        assert!(asks_to_slow_down(
            400,
            Some(br#"{"__type":"TooManyRequestsException"}"#)
        ));
        assert!(asks_to_slow_down(429, None));
        assert!(!asks_to_slow_down(
            503,
            Some(b"<Error><Code>ServiceUnavailable</Code></Error>")
        ));
        assert!(!asks_to_slow_down(
            403,
            Some(b"<Error><Code>AccessDenied</Code></Error>")
        ));
        assert!(!asks_to_slow_down(500, Some(b"Throttling")));
    }
}
