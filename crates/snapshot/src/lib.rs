//! The run directory: writing it, going on with it, reading it, and the digests of what it holds.
//!
//! ```text
//! <run>/run.json                   who looked at what, when, with which program
//!       sessions.json              each stretch of collecting and what it called
//!       organization.ndjson.zst    the organization, then its accounts
//!       accounts/<id>.ndjson.zst   an account's facts, then its buckets
//!       assessment/                coverage.ndjson, findings.ndjson.zst, controls.json,
//!                                  control-matrix.ndjson.zst, effective-access.ndjson.zst, summary.json
//!       report/                    whatever was rendered
//!       manifest.json              SHA-256 and size of every file
//! ```
//!
//! A file stands under its final name only when it is complete: it is written aside, flushed to the disk and renamed.
//! Files of records also end with a record that says how many came before it, so that a file that was cut later is
//! told from a complete one. This crate does not know what the evidence means, and it never reads a clock: times and
//! versions come with the values. Its calls block.

mod account;
mod assessment;
mod durable;
mod error;
mod layout;
mod lock;
mod manifest;
mod records;
mod run;
mod schema;
mod seal;

pub use account::{AccountEntry, AccountReader, AccountWriter, ServiceReader};
pub use assessment::{Assessment, AssessmentWriter};
pub use error::SnapshotError;
pub use records::Records;
pub use run::Run;
pub use seal::Verification;
