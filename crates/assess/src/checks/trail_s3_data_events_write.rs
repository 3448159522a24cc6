//! `trail-s3-data-events-write`: whether a trail logs what is written to the bucket's objects.
//!
//! It does not know whether the log files arrive: that is the matter of `trail-delivery-health`.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;

use super::object_data_events::{WRITES, judge_kind};
use super::shown_trails::SOURCES;
use crate::check::{AccountFact, Check, Judge, Reads};

/// The check.
pub(super) static CHECK: Check = Check {
    id: "trail-s3-data-events-write",
    title: "A trail logs writes of objects",
    severity: Severity::Medium,
    question: "Does a trail log all writes of the bucket's objects as data events?",
    reads: Reads {
        sources: SOURCES,
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Logging],
    },
    page: include_str!("../../../../docs/checks/trail-s3-data-events-write.md"),
    judge: Judge::Bucket(|view, trail| judge_kind(view, trail, WRITES)),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::object_data_events::tests::table;

    #[test]
    fn one_trail_has_to_log_all_writes() {
        table(&CHECK, "WriteOnly", "ReadOnly");
    }
}
