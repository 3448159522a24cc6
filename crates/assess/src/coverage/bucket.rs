//! How far a bucket was read.

use s3attest_model::bucket::{Bucket, SettingState};
use s3attest_model::coverage::{BucketCoverage, BucketStatus, ReadCounts};
use s3attest_model::evidence::{Evidence, GapCause, Observed};
use s3attest_model::identifiers::RegionName;

use super::gaps::{GapCounter, count};

/// A bucket's place in the coverage.
#[must_use]
pub fn of_bucket(bucket: &Bucket) -> BucketCoverage {
    let (mut reads, mut gaps) = (ReadCounts::default(), GapCounter::default());
    let mut gone = false;
    for view in bucket.settings.views() {
        let gap = match view.state {
            SettingState::Gap(gap) => Some(gap),
            SettingState::Present | SettingState::Absent => None,
        };
        gone |= gap.is_some_and(|gap| gap.cause == GapCause::BucketGone);
        count(&mut reads, &mut gaps, &view.source.operation, gap);
    }
    // S3 has been seen to deny a bucket's existence under load: one such answer among others is not believed.
    let status = if gone && reads.answered == 0 {
        BucketStatus::Gone
    } else if reads.answered == reads.asked {
        BucketStatus::Assessed
    } else if reads.answered == 0 {
        BucketStatus::Unreadable
    } else {
        BucketStatus::PartlyAssessed
    };
    BucketCoverage {
        account: bucket.account.clone(),
        bucket: bucket.name.clone(),
        region: region_of(&bucket.region).cloned(),
        status,
        reads,
        gaps: gaps.tallies(),
    }
}

/// The region in a piece of evidence, for showing it.
pub(crate) fn region_of(region: &Evidence<RegionName>) -> Option<&RegionName> {
    match &region.observed {
        Observed::Present(region) => Some(region),
        Observed::Absent | Observed::Gap(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::BucketSetting;
    use s3attest_model::evidence::Gap;

    use super::*;
    use crate::checks::scene;

    fn gap(cause: GapCause) -> Gap {
        Gap::new(cause, "said")
    }

    #[test]
    fn a_bucket_is_as_covered_as_its_settings_are_answered() {
        let all = BucketSetting::ALL;
        let asked = u64::try_from(all.len()).expect("few");
        for (withheld, cause, status, reads) in [
            (&all[..0], GapCause::Denied, BucketStatus::Assessed, (asked, asked)),
            (
                &all[..1],
                GapCause::Denied,
                BucketStatus::PartlyAssessed,
                (asked, asked - 1),
            ),
            (all, GapCause::Denied, BucketStatus::Unreadable, (asked, 0)),
            (all, GapCause::BucketGone, BucketStatus::Gone, (asked, 0)),
            (
                &all[5..],
                GapCause::BucketGone,
                BucketStatus::PartlyAssessed,
                (asked, 5),
            ),
            // What the run was told to leave out was not asked for.
            (
                &all[..2],
                GapCause::NotCollected,
                BucketStatus::Assessed,
                (asked - 2, asked - 2),
            ),
        ] {
            let mut bucket = scene::bucket("b");
            for setting in withheld {
                bucket.settings.withhold(*setting, gap(cause));
            }
            let covered = of_bucket(&bucket);
            assert_eq!(covered.status, status, "{} {cause}", withheld.len());
            assert_eq!(
                (covered.reads.asked, covered.reads.answered),
                reads,
                "{} {cause}",
                withheld.len()
            );
            let counted: u64 = covered.gaps.iter().map(|tally| tally.count).sum();
            assert_eq!(counted, reads.0 - reads.1);
        }
    }
}
