//! `observe`: the one place that turns an SDK's answer into evidence.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use jiff::Timestamp;
use s3attest_model::evidence::{Evidence, Gap, GapCause, Operation, Source};
use s3attest_model::text::SharedText;

use crate::denial::blocked_by;

/// An answer that came without error but lacks what it must hold; the text says what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub &'static str);

/// Turns an SDK's answer into evidence.
///
/// `absent_codes` are the error codes with which AWS says for this operation that there is no such setting; any other
/// error becomes a gap. Where a service says so with a code that means other things as well, the code stands there with the
/// words that AWS's message holds (`AccessDeniedException: Macie is not enabled`). `read` takes the value out of an answer
/// without error: `Ok(None)` when the answer itself says that there is none, and an error when it lacks what it must hold.
pub fn observe<O, E, T>(
    operation: Operation,
    absent_codes: &[&str],
    answer: Result<O, SdkError<E, HttpResponse>>,
    now: Timestamp,
    read: impl FnOnce(O) -> Result<Option<T>, Malformed>,
) -> Evidence<T>
where
    O: RequestId,
    E: ProvideErrorMetadata + Error + 'static,
{
    match answer {
        Ok(output) => {
            let source = Source {
                operation,
                observed_at: Some(now),
                request_id: output.request_id().map(SharedText::from),
                code: None,
            };
            match read(output) {
                Ok(Some(value)) => Evidence::present(value, source),
                Ok(None) => Evidence::absent(source),
                Err(malformed) => Evidence::gap(Gap::new(GapCause::MalformedAnswer, malformed.to_string()), source),
            }
        }
        Err(error) => {
            let code = error
                .as_service_error()
                .and_then(ProvideErrorMetadata::code)
                .map(str::to_owned);
            let source = Source {
                operation,
                observed_at: error.raw_response().map(|_| now),
                request_id: error.request_id().map(SharedText::from),
                code: code.clone(),
            };
            let message = error.as_service_error().and_then(ProvideErrorMetadata::message);
            if code.is_some_and(|code| says_absent(absent_codes, &code, message.unwrap_or_default())) {
                return Evidence::absent(source);
            }
            let mut gap = gap_of(&error);
            // For AWS Support the same code means that the support plan does not include the interface.
            if gap.cause == GapCause::NotSubscribed && source.operation.as_str().starts_with("support.") {
                gap.cause = GapCause::NoSupportPlan;
            }
            Evidence::gap(gap, source)
        }
    }
}

/// Whether an error is one of those with which AWS says that there is none.
fn says_absent(absent_codes: &[&str], code: &str, message: &str) -> bool {
    absent_codes.iter().any(|absent| match absent.split_once(": ") {
        None => *absent == code,
        Some((absent, words)) => absent == code && message.contains(words),
    })
}

/// What is said of a body that the SDK cannot parse; its own words are about its insides.
const NOT_WHAT_WAS_ASKED: &str = "the body of the answer is not what the operation answers";

/// The gap that an error leaves.
pub(crate) fn gap_of<E>(error: &SdkError<E, HttpResponse>) -> Gap
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if caused_by_credentials(error) {
        return Gap::new(GapCause::CredentialsExpired, innermost(error));
    }
    match error {
        SdkError::TimeoutError(_) => Gap::new(GapCause::TimedOut, "no answer within the time limit"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            Gap::new(GapCause::TimedOut, "no answer within the time limit")
        }
        SdkError::DispatchFailure(_) if has_no_address(error) => {
            let detail = format!(
                "the name of the service's endpoint in this region does not resolve: {}",
                innermost(error)
            );
            Gap::new(GapCause::NotOffered, detail)
        }
        SdkError::DispatchFailure(_) => Gap::new(GapCause::ConnectionFailed, innermost(error)),
        // An answer without error whose body is not what the operation answers.
        SdkError::ServiceError(service) if service.raw().status().is_success() => {
            Gap::new(GapCause::MalformedAnswer, NOT_WHAT_WAS_ASKED)
        }
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            gap_of_code(
                status,
                service.err().code(),
                service.err().message().unwrap_or_default(),
            )
        }
        SdkError::ResponseError(_) if broke_off(error) => Gap::new(GapCause::ConnectionFailed, innermost(error)),
        SdkError::ResponseError(_) => {
            // The answer arrived and could not be parsed.
            Gap::new(GapCause::MalformedAnswer, innermost(error))
        }
        // A request that could not be built is a defect of this program or of its configuration; the text says which.
        _ => Gap::new(GapCause::OtherError, innermost(error)),
    }
}

/// The gap that an error code leaves.
fn gap_of_code(status: u16, code: Option<&str>, message: &str) -> Gap {
    let cause = match code {
        Some(
            "AccessDenied"
            | "AccessDeniedException"
            | "AuthorizationError"
            | "ForbiddenException"
            | "AllAccessDisabled"
            | "AccountProblem"
            | "UnauthorizedOperation"
            | "Forbidden",
        ) => GapCause::Denied,
        Some(
            "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "SlowDown"
            | "LimitExceededException",
        ) => GapCause::Throttled,
        Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired") => {
            GapCause::CredentialsExpired
        }
        // The service is not signed up for (AWS General Reference, "Common errors").
        Some("OptInRequired" | "SubscriptionRequiredException") => GapCause::NotSubscribed,
        // The run's credentials are known to be good, since STS took them: a service that does not know them lies in a region
        // that the account has not enabled (AWS Account Management Reference Guide, "Enable or disable AWS Regions").
        Some("UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidToken") => GapCause::RegionOff,
        Some("NoSuchBucket") => GapCause::BucketGone,
        Some(
            "PermanentRedirect"
            | "TemporaryRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException",
        ) => GapCause::RegionUnknown,
        Some("NotImplemented" | "MethodNotAllowed" | "UnsupportedOperation" | "UnknownOperationException") => {
            GapCause::Unsupported
        }
        _ if status == 501 || (status == 404 && code.is_none()) => GapCause::Unsupported,
        _ if status == 429 => GapCause::Throttled,
        _ if status == 403 && code.is_none() => GapCause::Denied,
        _ if status >= 500 => GapCause::ServiceError,
        _ => GapCause::OtherError,
    };
    let detail = match (code, message.is_empty()) {
        (Some(code), false) => format!("{code}: {message}"),
        (Some(code), true) => code.to_owned(),
        (None, false) => message.to_owned(),
        (None, true) => format!("HTTP status {status} without an error code"),
    };
    let mut gap = Gap::new(cause, detail);
    if cause == GapCause::Denied {
        gap.blocked_by = Some(blocked_by(message));
    }
    gap
}

/// Whether the credentials could not be had, which the SDK reports as a failure to send.
fn caused_by_credentials(error: &(dyn Error + 'static)) -> bool {
    has_cause::<CredentialsError>(error)
}

/// Whether an error, or one of its causes, is of a type.
fn has_cause<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    let mut at = Some(error);
    while let Some(each) = at {
        if each.is::<E>() {
            return true;
        }
        at = each.source();
    }
    false
}

/// Whether the connection broke while the body of the answer was read: what the transport reports is an error of input and
/// output, what a parser reports is not.
fn broke_off(error: &(dyn Error + 'static)) -> bool {
    has_cause::<std::io::Error>(error)
}

/// Whether the name of an endpoint does not resolve: so it is where a service has no endpoint in a region. A resolver that
/// could not answer for the moment says nothing about the name.
fn has_no_address(error: &(dyn Error + 'static)) -> bool {
    let mut at = Some(error);
    let mut is_lookup = false;
    let mut is_passing = false;
    while let Some(each) = at {
        let text = each.to_string();
        is_lookup |= text.contains("dns error") || text.contains("failed to lookup address");
        is_passing |= text.contains("Temporary failure") || text.contains("try again");
        at = each.source();
    }
    is_lookup && !is_passing
}

/// The text of the innermost cause, which names what happened; the outer ones only say that something did.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut at = error;
    while let Some(source) = at.source() {
        at = source;
    }
    at.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use s3attest_model::evidence::BlockedBy;

    #[test]
    fn every_code_has_its_cause() {
        let table = [
            (403, Some("AccessDenied"), GapCause::Denied),
            (403, Some("AuthorizationError"), GapCause::Denied),
            (503, Some("SlowDown"), GapCause::Throttled),
            (400, Some("ThrottlingException"), GapCause::Throttled),
            (400, Some("ExpiredToken"), GapCause::CredentialsExpired),
            (403, Some("OptInRequired"), GapCause::NotSubscribed),
            (400, Some("SubscriptionRequiredException"), GapCause::NotSubscribed),
            (400, Some("UnrecognizedClientException"), GapCause::RegionOff),
            (404, Some("NoSuchBucket"), GapCause::BucketGone),
            (301, Some("PermanentRedirect"), GapCause::RegionUnknown),
            (405, Some("MethodNotAllowed"), GapCause::Unsupported),
            (501, Some("NotImplemented"), GapCause::Unsupported),
            (404, None, GapCause::Unsupported),
            (500, Some("InternalError"), GapCause::ServiceError),
            (503, Some("ServiceUnavailable"), GapCause::ServiceError),
            (500, None, GapCause::ServiceError),
            (400, Some("InvalidRequest"), GapCause::OtherError),
        ];
        for (status, code, expected) in table {
            assert_eq!(gap_of_code(status, code, "").cause, expected, "{status} {code:?}");
        }
    }

    #[test]
    fn a_code_that_means_two_things_is_absent_only_with_its_words() {
        let codes = ["NoSuchThing", "AccessDeniedException: Macie is not enabled"];
        assert!(says_absent(&codes, "NoSuchThing", "whatever is said"));
        assert!(says_absent(&codes, "AccessDeniedException", "Macie is not enabled."));
        let denial = "User: … is not authorized to perform: macie2:GetMacieSession";
        assert!(!says_absent(&codes, "AccessDeniedException", denial));
        assert!(!says_absent(&codes, "AccessDeniedException", ""));
        assert!(!says_absent(&codes, "ValidationException", "Macie is not enabled."));
        assert!(!says_absent(&[], "NoSuchThing", ""));
    }

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: std::io::Error,
    }

    #[test]
    fn a_name_without_address_is_told_from_a_connection_that_failed() {
        let has_no_address = |text: &'static str, cause: &'static str| {
            has_no_address(&Layer {
                text,
                source: std::io::Error::other(cause),
            })
        };
        let unknown = "failed to lookup address information: Name or service not known";
        assert!(has_no_address("dns error", unknown));
        assert!(has_no_address("dispatch failure", unknown));
        let passing = "failed to lookup address information: Temporary failure in name resolution";
        assert!(!has_no_address("dns error", passing));
        assert!(!has_no_address("tcp connect error", "Connection refused"));
    }

    #[test]
    fn a_denial_says_what_refused_it() {
        let gap = gap_of_code(
            403,
            Some("AccessDenied"),
            "… with an explicit deny in a service control policy",
        );
        assert_eq!(gap.blocked_by, Some(BlockedBy::ServiceControlPolicy));
        assert_eq!(
            gap_of_code(500, Some("InternalError"), "service control policy").blocked_by,
            None
        );
    }
}
