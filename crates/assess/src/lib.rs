//! Judging a snapshot: checks, frameworks, roll-up, coverage.
//!
//! Pure functions of the evidence and the configuration. This crate knows nothing of the AWS SDK, of tokio, of files or
//! of how an assessment is shown.

pub mod check;
pub mod checks;
pub mod frameworks;
pub mod index;
pub mod judgement;
pub mod parameters;
mod runner;
mod senders;
pub mod trail;
pub mod views;
