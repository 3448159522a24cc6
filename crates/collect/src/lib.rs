//! Collecting: one file for each AWS source, and the orchestrator that runs them over accounts and regions.
//!
//! What cannot be read becomes a gap in the evidence and never ends the run. This crate knows nothing of verdicts, of
//! reports or of the terminal: it tells what it does by [`Event`]s.

mod discovery;
mod error;
mod event;
mod once;
mod opening;
mod orchestrator;
mod pages;
mod references;
mod selection;
mod sources;
mod survey;
mod trial;

pub use discovery::{Discovery, discover};
pub use error::CollectError;
pub use event::{Event, Events};
pub use orchestrator::{Limits, Plan, collect};
pub use selection::SelectionError;
pub use sources::organization::Tree;
pub use sources::service::{RefreshPace, Wishes, built_sources, operations_of};
pub use sources::{account_operations, operations};
pub use survey::{SurveyedAccount, survey};
pub use trial::{Trial, TriedRegions, try_out};
