//! Reports: what an assessment looks like to a person and to a spreadsheet.
//!
//! One module per format and one line per format in [`format`]. Formats read an assessment through [`AssessedRun`],
//! build view models of their own and stream: nothing here is held in memory that grows with the organization. This
//! crate does not know how a verdict is made, where a run is kept, what time it is, or who asks.

mod ahead;
mod asff;
mod assessed;
mod call;
pub mod comparison;
mod csv;
pub mod diff;
mod error;
mod foremost;
mod format;
mod html;
mod identity;
mod joined;
mod json;
mod junit;
mod legible;
mod mapping;
mod markdown;
mod neutralise;
mod ocsf;
mod organization;
mod oscal;
mod outcomes;
mod parquet;
mod passing;
mod prose;
mod redaction;
mod regions;
mod remediation;
mod render;
#[cfg(feature = "sample")]
pub mod sample;
mod sarif;
mod seen;
mod selection;
mod settings;
mod staging;
mod surroundings;
mod tables;
mod text;
mod times;
pub mod trend;
mod unread;
mod visible;
mod xlsx;

pub use assessed::AssessedRun;
pub use error::{ReportError, TemplateError, WriteError};
pub use format::{Format, UnknownFormat};
pub use html::Templates;
pub use redaction::{Redacted, Redaction, RedactionError, Salt, ShortSalt};
pub use render::{Rendered, render};
pub use settings::Settings;
pub use tables::table_reference;
