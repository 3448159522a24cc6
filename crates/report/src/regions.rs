//! What is to be said of a region of an account that was not read, or of which nobody knows whether it had to be.
//!
//! It knows no format.

use s3attest_model::coverage::{RegionCoverage, RegionStatus};

use crate::text::counted;

/// Why a region is in doubt, in a sentence, with what can be done; `None` for one that was read, and for one that is off and
/// certainly holds no bucket. `listed` is how many buckets the account's complete list gave.
pub(crate) fn doubt(region: &RegionCoverage, listed: Option<u64>) -> Option<String> {
    let name = &region.region;
    match region.status {
        RegionStatus::Assumed => Some(format!(
            "Whether the region {name} is enabled could not be read; it was taken as enabled. Allow account:ListRegions to \
             the role."
        )),
        RegionStatus::Off if region.buckets > 0 => {
            let buckets = counted(region.buckets, "bucket", "buckets");
            let them = if region.buckets == 1 { "it" } else { "them" };
            Some(format!(
                "The region {name} is not enabled for the account and holds {buckets}; nothing of {them} could be read. \
                 Enable the region and scan again, or delete what is left in it."
            ))
        }
        RegionStatus::Off if listed.is_none() => Some(format!(
            "The region {name} is not enabled for the account, and whether it holds buckets is not known: the account's \
             buckets could not be listed to the end."
        )),
        RegionStatus::Read | RegionStatus::Off => None,
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::identifiers::{AccountId, RegionName};

    use super::*;

    #[test]
    fn only_a_region_that_is_known_to_hold_nothing_is_left_unsaid() {
        let region = |status, buckets| RegionCoverage {
            account: AccountId::new("000000000123").expect("an id"),
            region: RegionName::new("eu-south-1").expect("a region"),
            status,
            buckets,
        };
        let said = |status, buckets, listed| doubt(&region(status, buckets), listed).unwrap_or_default();
        assert_eq!(said(RegionStatus::Read, 3, None), "");
        assert_eq!(said(RegionStatus::Off, 0, Some(0)), "");
        assert!(said(RegionStatus::Off, 0, None).contains("is not known"));
        assert!(
            said(RegionStatus::Off, 1, Some(1))
                .contains("eu-south-1 is not enabled for the account and holds 1 bucket;")
        );
        assert!(said(RegionStatus::Off, 2_000, None).contains("holds 2,000 buckets;"));
        assert!(said(RegionStatus::Assumed, 0, Some(0)).contains("taken as enabled"));
    }
}
