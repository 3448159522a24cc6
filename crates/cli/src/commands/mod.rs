//! The commands: one file each.

pub(crate) mod assess;
pub(crate) mod checks;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod exceptions;
pub(crate) mod explain;
mod explain_bucket;
pub(crate) mod frameworks;
pub(crate) mod generated;
pub(crate) mod plan;
pub(crate) mod report;
pub(crate) mod scan;
pub(crate) mod setup;
mod shown;
pub(crate) mod trend;
pub(crate) mod verify;
