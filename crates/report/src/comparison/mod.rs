//! What changed between two assessed runs of one organization.
//!
//! [`changes`] joins the findings of both runs and says of each what became of it; [`Comparison`] is the same in numbers, with
//! the worst of each kind, and with what changed in what the runs could see and by what they were judged. Both runs are
//! read as streams, in the order that they share, and only what belongs to one account or one bucket is held.
//!
//! Two rules are kept whatever else happens. What cannot be read any more was not fixed: only an answer of AWS makes a
//! finding [`Kind::Fixed`] or [`Kind::Gone`]. And nothing vanishes: every finding of either run stands in exactly one
//! change, so that the numbers add up.
//!
//! It knows no format and does not know where runs are kept.

mod absence;
mod changes;
mod coverage;
mod difference;
mod kind;
mod omission;
mod seen;
mod side;
mod sighting;
mod standing;
mod totals;

pub use absence::Absence;
pub(crate) use absence::has_every_bucket;
pub use changes::{Change, Changes, changes};
pub(crate) use coverage::named;
pub use coverage::{AccountCoverageChange, Alike, CoverageChanges, OrganizationSourceChange, SourceChange};
pub use difference::{Aspect, Difference};
pub use kind::Kind;
pub use seen::{CoverageChange, CoverageSteps, Moved, coverage_changes};
pub use sighting::Sighting;
pub use standing::Standing;
pub use totals::{AccountChanges, Comparison, ControlChange, KindTally, RunInBrief};
