//! Frameworks: the catalogue of controls, the mapping of checks to controls, and the roll-up of findings to statuses.
//!
//! A framework is a file of `config/frameworks` that says for each pair of check and control why the one bears on the
//! other. It lists its controls itself, or names a catalogue (`config/catalogues/*.csv`) that lists every control there
//! is. This module knows nothing of how a check judges, nor of how a control is shown.

mod catalogue;
mod defined;
mod mapping;
mod nist_800_53_r5;
mod notes;
mod order;
mod overlay;
mod reading;
mod refusal;
mod registry;
mod roll_up;
mod verdict_masks;

pub use catalogue::{Catalogue, CatalogueEntry, CatalogueError, Family};
pub use mapping::{Framework, MappedCheck, MappedControl};
pub use notes::Notes;
pub use order::{by_control, natural_order};
pub use overlay::{MappingChange, overlaid_framework};
pub use refusal::{FrameworkError, MappingProblem, NearestId};
pub use roll_up::{AccountInScope, CheckSlot, OrganizationalUnit, RollUp};
