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

/// By which levels each switch is on that any has on, as a sentence: `BlockPublicAcls and IgnorePublicAcls for the bucket`.
/// A level is its name and what is known of it.
pub(super) fn carried(levels: &[(&str, Option<&PublicAccessBlock>)]) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, is_on) in SWITCHES {
        let on = levels.iter().filter(|(_, block)| block.is_some_and(is_on));
        let by: Vec<&str> = on.map(|(level, _)| *level).collect();
        if by.is_empty() {
            continue;
        }
        let by = by.join(" and ");
        match groups.iter_mut().find(|(levels, _)| *levels == by) {
            Some((_, names)) => names.push(name),
            None => groups.push((by, vec![name])),
        }
    }
    let groups: Vec<String> = groups
        .into_iter()
        .map(|(by, names)| {
            let names = if names.len() == SWITCHES.len() {
                "all four switches".to_owned()
            } else {
                names.join(", ")
            };
            format!("{names} for {by}")
        })
        .collect();
    groups.join("; ")
}

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
