//! The four switches of Block Public Access over both levels: a switch is effective when the bucket or its account has it
//! on.
//!
//! What is public is not known here, only which safeguards are on.

use s3attest_model::bucket::PublicAccessBlock;

use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// A switch: its name, and how to tell whether it is on.
type Switch = (&'static str, fn(&PublicAccessBlock) -> bool);

/// The switches, in the order in which AWS lists them.
const SWITCHES: [Switch; 4] = [
    ("BlockPublicAcls", |block| block.block_public_acls),
    ("IgnorePublicAcls", |block| block.ignore_public_acls),
    ("BlockPublicPolicy", |block| block.block_public_policy),
    ("RestrictPublicBuckets", |block| block.restrict_public_buckets),
];

/// The names of the switches that none of these levels has on; a level without configuration has none on.
pub(super) fn off_everywhere(levels: &[Option<&PublicAccessBlock>]) -> Vec<&'static str> {
    let is_off = |is_on: fn(&PublicAccessBlock) -> bool| !levels.iter().flatten().any(|block| is_on(block));
    let off = SWITCHES.iter().filter(|(_, is_on)| is_off(*is_on));
    off.map(|(name, _)| *name).collect()
}

/// Whether `RestrictPublicBuckets` is on for the bucket or for its account. One level that has it on decides, whatever
/// is known of the other.
pub(super) fn restricts_public_buckets<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<bool, Unknown<'a>> {
    let bucket = trail.read(&view.settings.public_access_block);
    if matches!(bucket, Ok(Some(block)) if block.restrict_public_buckets) {
        return Ok(true);
    }
    let account = trail.read(&view.account.public_access_block);
    if matches!(account, Ok(Some(block)) if block.restrict_public_buckets) {
        return Ok(true);
    }
    bucket.and(account).map(|_| false)
}
