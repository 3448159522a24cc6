//! The registry of simulated services: one file and one line a service.
//!
//! A service declares how its operations are told apart, in which protocol it speaks, and the operations themselves with
//! the IAM action that each needs.

mod access_analyzer;
mod account;
mod cloudfront;
mod cloudtrail;
mod cloudwatch;
mod cloudwatch_logs;
mod config;
mod eventbridge;
mod guardduty;
mod iam;
mod kms;
mod macie;
mod organizations;
mod paging;
pub(crate) mod s3;
mod s3control;
mod s3express;
mod s3tables;
mod s3vectors;
mod shield;
mod sns;
mod sts;
mod support;

use std::borrow::Cow;
use std::time::Duration;

use http::HeaderMap;

use crate::caller::Caller;
use crate::protocol::route::{Route, header, parameter};
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{Account, Bucket, FaultKind};
use crate::world::World;

/// Every service, in the order in which a request is offered to them.
pub(crate) static SERVICES: &[&Service] = &[
    &sts::SERVICE,
    &organizations::SERVICE,
    &account::SERVICE,
    &iam::SERVICE,
    &s3control::SERVICE,
    &cloudfront::SERVICE,
    &cloudtrail::SERVICE,
    &cloudwatch::IN_CBOR,
    &cloudwatch::IN_JSON,
    &cloudwatch_logs::SERVICE,
    &eventbridge::SERVICE,
    &s3express::SERVICE,
    &s3tables::SERVICE,
    &s3vectors::SERVICE,
    &shield::SERVICE,
    &support::SERVICE,
    &sns::SERVICE,
    &config::SERVICE,
    &kms::SERVICE,
    &access_analyzer::SERVICE,
    &macie::SERVICE,
    &guardduty::SERVICE,
    &s3::SERVICE,
];

/// A simulated service.
#[derive(Debug)]
pub(crate) struct Service {
    /// The SDK's name of the API, also in the ledger.
    pub(crate) name: &'static str,
    /// The name in the credential scope.
    pub(crate) signing_name: &'static str,
    pub(crate) protocol: Protocol,
    pub(crate) route: Route,
    /// Tells apart services that sign with the same name.
    pub(crate) claims_path: fn(&str) -> bool,
    /// Whether path or host hold a bucket.
    pub(crate) has_buckets: bool,
    /// Status and code of its throttling error.
    pub(crate) throttle: (u16, &'static str),
    pub(crate) operations: &'static [Operation],
    /// What is checked before permissions: whether the resource exists, is here, and belongs to whom.
    pub(crate) admit: fn(&Call<'_>) -> Result<(), Failure>,
    /// The account whose resource a call asks for, where that is not the caller's.
    pub(crate) resource_account: fn(&Call<'_>) -> Option<usize>,
}

/// One operation of a service.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The AWS name.
    pub(crate) name: &'static str,
    /// The IAM action; empty when none is needed.
    pub(crate) action: &'static str,
    pub(crate) answer: fn(&Call<'_>) -> Result<Success, Failure>,
}

/// A bucket that a call names and that exists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'world> {
    pub(crate) owner: usize,
    pub(crate) account: &'world Account,
    pub(crate) bucket: &'world Bucket,
}

/// One call, with all that an operation may look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'call> {
    pub(crate) world: &'call World,
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static Operation,
    pub(crate) caller: &'call Caller,
    pub(crate) region: &'call str,
    /// The bucket's name, when the call has one.
    pub(crate) bucket_name: Option<&'call str>,
    /// The bucket, when it exists.
    pub(crate) found: Option<Found<'call>>,
    /// The path, still encoded.
    pub(crate) path: &'call str,
    pub(crate) query: &'call str,
    pub(crate) headers: &'call HeaderMap,
    pub(crate) body: &'call [u8],
    pub(crate) now: Duration,
    /// The fault that strikes the call, for those that change what a list answers.
    pub(crate) struck: Option<FaultKind>,
}

impl<'call> Call<'call> {
    pub(crate) fn header(&self, name: &str) -> Option<&'call str> {
        header(self.headers, name)
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<Cow<'call, str>> {
        parameter(self.query, name)
    }

    /// The calling account.
    pub(crate) fn account(&self) -> &'call Account {
        &self.world.scenario().accounts[self.caller.account]
    }

    /// The bucket of a call that was admitted.
    pub(crate) fn bucket(&self) -> &'call Bucket {
        self.found.expect("a call without its bucket is not admitted").bucket
    }

    /// The ARN of something of the calling account in the region that was asked.
    pub(crate) fn regional_arn(&self, service: &str, resource: &str) -> String {
        let partition = &self.world.scenario().partition;
        format!(
            "arn:{partition}:{service}:{}:{}:{resource}",
            self.region,
            self.account().id
        )
    }

    /// The ARN of what the call asks for, for a refusal's message.
    pub(crate) fn resource(&self) -> String {
        match self.bucket_name {
            Some(bucket) => format!("arn:{}:s3:::{bucket}", self.world.scenario().partition),
            None => "*".to_owned(),
        }
    }
}

/// A segment of a path, decoded; none that is asked for holds what a form writes in another way than a path.
fn decoded(segment: &str) -> Cow<'_, str> {
    let mut parts = form_urlencoded::parse(segment.as_bytes());
    parts.next().map(|(text, _)| text).unwrap_or_default()
}

fn admit_all(_: &Call<'_>) -> Result<(), Failure> {
    Ok(())
}

fn own_account(_: &Call<'_>) -> Option<usize> {
    None
}

fn any_path(_: &str) -> bool {
    true
}

/// Every operation that is offered, as service and AWS name.
pub fn operations() -> impl Iterator<Item = (&'static str, &'static str)> {
    SERVICES.iter().flat_map(|service| {
        service
            .operations
            .iter()
            .map(|operation| (service.name, operation.name))
    })
}
