//! Coverage: how far each account, region, source and bucket was read, and why no further.
//!
//! Derived from the evidence alone; one file for each kind of thing that is covered.

mod account;
mod bucket;
mod gaps;
mod organization;
mod source;

pub use account::{AccountReads, of_account, of_regions};
pub use bucket::of_bucket;
pub(crate) use bucket::region_of;
pub use gaps::{Nothing, nothing_to_read};
pub use organization::{OrganizationReads, of_organization};
pub use source::of_sources;
