//! Judging a snapshot: checks, frameworks, roll-up, exceptions, coverage.
//!
//! Pure functions of the evidence and the configuration. This crate knows nothing of the AWS SDK, of tokio, of files or
//! of how an assessment is shown.

mod access_points;
mod access_record;
pub mod assessor;
pub mod bucket_regions;
pub mod check;
pub mod checks;
pub mod counterparts;
pub mod coverage;
pub mod deliveries;
pub mod description;
pub mod effective;
pub mod exceptions;
pub mod frameworks;
mod guardrails;
pub mod index;
pub mod judgement;
mod noticing;
pub mod organization;
pub mod origins;
pub mod parameters;
#[cfg(test)]
mod properties;
mod remedy;
pub mod roles;
mod runner;
mod senders;
pub mod services;
mod summary;
pub mod survey;
pub mod trail;
pub mod units;
pub mod views;

pub use assessor::{AccountRecords, Assessor, Basis, Provenance, Sink};
pub use check::{AccountFact, Check};
pub use checks::CHECKS;
pub use description::{descriptions, find};
pub use exceptions::Exceptions;
pub use index::{BucketIndex, IndexBuilder, References};
pub use organization::OrganizationEvidence;
pub use parameters::Parameters;
pub use services::AcrossAccounts;
pub use survey::{Survey, Surveyed};
