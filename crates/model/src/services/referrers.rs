//! Where was looked for what refers to keys and topics.

use serde::{Deserialize, Serialize};

/// The places in which something that is read only where it is referred to could be named.
///
/// It stands as evidence: a gap when one place or more could not be looked into, so that what is named there is not known and
/// not read either. The gap's words say how many, from which causes, and give an example of each. Sources that the run leaves
/// out as a whole are no places of it; the run says of itself which these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referrers {
    /// How many places were looked into: a setting of a bucket, or a piece of a reading, such as the trails of a region.
    pub places: u64,
}
