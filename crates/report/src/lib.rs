//! Reports: what an assessment looks like to a person and to a spreadsheet.
//!
//! One module per format and one line per format in [`format`]. Formats read an assessment through [`AssessedRun`],
//! build view models of their own and stream: nothing here is held in memory that grows with the organization. This
//! crate does not know how a verdict is made, where a run is kept, what time it is, or who asks.

mod ahead;
mod assessed;
pub mod comparison;
mod csv;
mod error;
mod fingerprint;
mod format;
mod html;
mod joined;
mod json;
mod junit;
mod mapping;
mod neutralise;
mod remediation;
mod render;
#[cfg(feature = "sample")]
pub mod sample;
mod sarif;
mod settings;
mod staging;
mod tables;
mod text;
mod visible;

pub use assessed::AssessedRun;
pub use error::{ReportError, TemplateError, WriteError};
pub use format::{Format, UnknownFormat};
pub use html::Templates;
pub use render::{Rendered, render};
pub use settings::Settings;
pub use tables::table_reference;
