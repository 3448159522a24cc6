//! Reports: what an assessment looks like to a person and to a spreadsheet.
//!
//! One module per format and one line per format in [`format`]. Formats read an assessment through [`AssessedRun`],
//! build view models of their own and stream: nothing here is held in memory that grows with the organization. This
//! crate does not know how a verdict is made, where a run is kept, what time it is, or who asks.

mod ahead;
mod assessed;
mod csv;
mod error;
mod format;
mod html;
mod joined;
mod mapping;
mod neutralise;
mod remediation;
mod render;
#[cfg(feature = "sample")]
pub mod sample;
mod settings;
mod staging;
mod text;

pub use assessed::AssessedRun;
pub use error::{ReportError, TemplateError, WriteError};
pub use format::{Format, UnknownFormat};
pub use html::Templates;
pub use render::{Rendered, render};
pub use settings::Settings;
