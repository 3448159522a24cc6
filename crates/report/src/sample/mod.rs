//! Assessments for tests and for looking at the pages: one that is small and hostile, one of any size.
//!
//! Their verdicts are made up; nothing here judges. Every format is tested on the same ones.

mod access;
mod catalogue;
mod exceptions;
mod generated;
mod hostile;
mod in_memory;
mod later;
mod matrix;
mod parts;
mod remedies;
mod services;
mod values;

pub use generated::Generated;
pub use hostile::sample_assessment;
pub use in_memory::Sample;
pub use later::later_assessment;
pub use values::{table_values, workbook_of_small_sheets};
