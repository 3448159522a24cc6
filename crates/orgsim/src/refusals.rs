//! The errors that every service can answer, each in the code that its kind of service uses.
//!
//! Errors of one operation stand with that operation.

use crate::protocol::{Failure, Protocol};
use crate::scenario::FaultKind;
use crate::services::s3::no_such_bucket;
use crate::services::{Call, Service};

pub(crate) fn throttled(service: &Service) -> Failure {
    let (status, code) = service.throttle;
    let message = match service.protocol {
        Protocol::S3 | Protocol::RestXml => "Please reduce your request rate.",
        Protocol::Json(_) if code == "TooManyRequestsException" => {
            "AWS Organizations can't complete your request because another request is already in progress. Try again later."
        }
        _ => "Rate exceeded",
    };
    Failure::new(status, code, message).throttle()
}

pub(crate) fn unknown_credentials(service: &Service) -> Failure {
    match service.protocol {
        Protocol::S3 | Protocol::RestXml => Failure::new(
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        ),
        Protocol::Query(_) | Protocol::RpcV2Cbor => Failure::new(
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        ),
        Protocol::Json(_) => unrecognized(400),
        Protocol::RestJson => unrecognized(403),
    }
}

/// What services in a region that the account has not opted in to make of its credentials.
pub(crate) fn region_off(service: &Service) -> Failure {
    match service.protocol {
        Protocol::S3 | Protocol::RestXml => Failure::new(
            400,
            "InvalidToken",
            "The provided token is malformed or otherwise invalid.",
        ),
        _ => unknown_credentials(service),
    }
}

fn unrecognized(status: u16) -> Failure {
    Failure::new(
        status,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )
}

pub(crate) fn expired(service: &Service) -> Failure {
    match service.protocol {
        Protocol::S3 | Protocol::RestXml => Failure::new(400, "ExpiredToken", "The provided token has expired."),
        Protocol::Query(_) | Protocol::RpcV2Cbor => Failure::new(
            403,
            "ExpiredToken",
            "The security token included in the request is expired",
        ),
        Protocol::Json(_) => Failure::new(
            400,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        Protocol::RestJson => Failure::new(
            403,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
    }
}

pub(crate) fn denied(service: &Service, message: String) -> Failure {
    match service.protocol {
        // SNS has a code of its own (SNS API Reference, `GetTopicAttributes`).
        Protocol::Query(_) if service.name == "sns" => Failure::new(403, "AuthorizationError", message),
        Protocol::S3 | Protocol::RestXml | Protocol::Query(_) | Protocol::RpcV2Cbor => {
            Failure::new(403, "AccessDenied", message)
        }
        Protocol::Json(_) => Failure::new(400, "AccessDeniedException", message),
        Protocol::RestJson => Failure::new(403, "AccessDeniedException", message),
    }
}

/// What a service answers that the account has not signed up for (AWS General Reference, "Common errors").
fn not_subscribed(service: &Service) -> Failure {
    let message = "The AWS Access Key Id needs a subscription for the service";
    match service.protocol {
        Protocol::S3 | Protocol::RestXml | Protocol::Query(_) | Protocol::RpcV2Cbor => {
            Failure::new(403, "OptInRequired", message)
        }
        Protocol::Json(_) | Protocol::RestJson => Failure::new(400, "SubscriptionRequiredException", message),
    }
}

fn internal(service: &Service) -> Failure {
    match service.protocol {
        Protocol::S3 | Protocol::RestXml => Failure::new(
            500,
            "InternalError",
            "We encountered an internal error. Please try again.",
        ),
        Protocol::Query(_) | Protocol::RpcV2Cbor => Failure::new(
            500,
            "InternalFailure",
            "The request processing has failed because of an unknown error.",
        ),
        Protocol::Json(_) => Failure::new(
            500,
            "ServiceException",
            "AWS can't complete your request because of an internal error.",
        ),
        Protocol::RestJson => Failure::new(500, "InternalServerException", "An internal error occurred."),
    }
}

/// The error of a fault that is one, whatever the call; `None` for faults that need the call's answer or its permissions.
pub(crate) fn of_fault(kind: FaultKind, call: &Call<'_>) -> Option<Failure> {
    let service = call.service;
    match kind {
        FaultKind::Throttled => Some(throttled(service)),
        FaultKind::InternalError => Some(internal(service)),
        FaultKind::ServiceUnavailable => Some(Failure::new(
            503,
            "ServiceUnavailable",
            "Service is unable to handle request.",
        )),
        FaultKind::ExpiredToken => Some(expired(service)),
        FaultKind::RegionOff => Some(region_off(service)),
        FaultKind::BucketDeleted => call.bucket_name.map(no_such_bucket),
        FaultKind::NotImplemented => Some(Failure::new(
            501,
            "NotImplemented",
            "A header you provided implies functionality that is not implemented.",
        )),
        FaultKind::RoleDenied => {
            let role = crate::protocol::query::Form(call.body)
                .get("RoleArn")
                .unwrap_or_default()
                .into_owned();
            let message = format!(
                "User: {} is not authorized to perform: sts:AssumeRole on resource: {role}",
                call.caller.arn(call.world)
            );
            Some(denied(service, message))
        }
        FaultKind::NotSubscribed => Some(not_subscribed(service)),
        FaultKind::Denied(_)
        | FaultKind::Reset
        | FaultKind::Stall
        | FaultKind::Truncated
        | FaultKind::Malformed
        | FaultKind::EmptyPage
        | FaultKind::EndlessPages => None,
    }
}
