//! The nouns of s3attest: organization, account, region, bucket, evidence, finding, exception, control, coverage.
//!
//! Values only. This crate knows nothing of the AWS SDK, of files, of clocks or of how anything is shown; every other
//! crate of the workspace speaks in its words.

pub mod access;
pub mod account;
pub mod assessment;
pub mod bucket;
pub mod check;
pub mod control;
pub mod coverage;
pub mod evidence;
pub mod exception;
pub mod finding;
pub mod identifiers;
pub mod ledger;
pub mod organization;
pub mod run;
pub mod services;
pub mod text;
