//! IAM policy documents: what they say, and what they ask of a request.
//!
//! Parsing keeps what it does not understand and says so; every question to a document can be answered with
//! [`Answer::Unclear`]. This crate knows nothing of the AWS SDK, of files, of findings or of how a document was read.

pub mod access;
mod answer;
mod caller;
mod condition;
mod delivery;
mod denial;
mod document;
mod encryption;
mod evaluate;
mod json;
mod limits;
mod matching;
mod named;
mod networks;
mod outsiders;
mod parse;
mod principal;
mod public;
mod reach;
mod services;
#[cfg(test)]
mod soundness;
mod tls;
mod truth;
mod uploads;
mod variables;
mod wildcards;

pub use answer::Answer;
pub use condition::{Condition, Operator, OperatorKind, Quantifier};
pub use delivery::{ServiceAccess, ServiceRequest, service_access};
pub use denial::BucketResources;
pub use document::{Document, Effect, Listed, PrincipalElement, Principals, Statement};
pub use encryption::{denies_uploads_with_other_encryption, requires_one_key};
pub use evaluate::KeyValue;
pub use limits::{
    PROTECTING_ACTIONS, denies_to_all_but_named, limits_policy_changes, organization_policy_denies,
    organization_policy_denies_on, organization_policy_denies_requests_without_tls,
    organization_policy_keeps_strangers_out_of_s3,
};
pub use matching::{action_matches, arn_matches, text_matches};
pub use networks::denies_requests_from_elsewhere;
pub use outsiders::{ADMINISTRATIVE_ACTIONS, Insiders, KEY_ACTIONS, Outsider, Outsiders, TOPIC_ACTIONS, outsiders};
pub use parse::ParseError;
pub use principal::Principal;
pub use public::{Attached, Publicness, is_public};
pub use services::{UnlimitedService, services_without_source, trusts_services};
pub use tls::{denies_requests_without_tls, denies_tls_versions_before};
pub use truth::Truth;
pub use uploads::denies_uploads_with_customer_keys;
pub use wildcards::{WildcardAllow, wildcard_allows};
