//! Frameworks: the catalogue of controls, the mapping of checks to controls, and the roll-up of findings to statuses.
//!
//! A framework is two files of `config/`: a catalogue (`catalogues/*.csv`) that lists every control there is, and a
//! mapping (`frameworks/*.toml`) that says for each pair of check and control why the one bears on the other. This
//! module knows nothing of how a check judges, nor of how a control is shown.

mod catalogue;
mod mapping;
mod nist_800_53_r5;
mod order;
mod reading;
mod refusal;
mod roll_up;

pub use catalogue::{Catalogue, CatalogueEntry, CatalogueError, Family};
pub use mapping::{Framework, MappedCheck, MappedControl};
pub use order::{by_control, natural_order};
pub use refusal::{FrameworkError, MappingProblem, NearestId};
pub use roll_up::{CheckSlot, RollUp};
