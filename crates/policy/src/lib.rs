//! IAM policy documents: what they say, and what they ask of a request.
//!
//! Parsing keeps what it does not understand and says so; every question to a document can be answered with
//! [`Answer::Unclear`]. This crate knows nothing of the AWS SDK, of files, of findings or of how a document was read.

pub mod access;
mod answer;
mod caller;
mod condition;
mod denial;
mod document;
mod evaluate;
mod json;
mod matching;
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
pub use caller::{Caller, Membership, Surroundings, Through};
pub use condition::{Condition, Operator, OperatorKind, Quantifier};
pub use denial::BucketResources;
pub use document::{Document, Effect, Listed, PrincipalElement, Principals, Statement};
pub use evaluate::KeyValue;
pub use matching::{action_matches, arn_matches, text_matches};
pub use parse::ParseError;
pub use principal::Principal;
pub use public::{Attached, Publicness, is_public};
pub use services::{UnlimitedService, services_without_source, trusts_services};
pub use tls::{denies_requests_without_tls, denies_tls_versions_before};
pub use truth::Truth;
pub use uploads::denies_uploads_with_customer_keys;
pub use wildcards::{WildcardAllow, wildcard_allows};
