//! Assessments for tests and for looking at the pages: one that is small and hostile, one of any size.
//!
//! Their verdicts are made up; nothing here judges. Every format is tested on the same ones.

mod access;
mod catalogue;
mod exceptions;
mod generated;
mod hostile;
mod in_memory;
mod matrix;
mod parts;
mod remedies;
mod services;

pub use generated::Generated;
pub use hostile::sample_assessment;
pub use in_memory::Sample;
