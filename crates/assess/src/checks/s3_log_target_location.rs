//! `s3-log-target-location`: whether the bucket that is to receive the access logs is where S3 can deliver them.
//!
//! It does not know whether the logging service may write there.

use s3attest_model::bucket::{BucketSetting, LogDestination};
use s3attest_model::check::Severity;

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::index::IndexedBucket;
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-log-target-location",
    title: "The log target exists in the same account and region",
    severity: Severity::High,
    question: "Are access logs sent to a bucket of the same account and region?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing],
        settings: &[BucketSetting::Logging],
    },
    page: include_str!("../../../../docs/checks/s3-log-target-location.md"),
    judge: Judge::Bucket(judge),
};

/// Where a bucket's access logs go.
pub(super) enum Target<'a> {
    /// To this bucket of the same account.
    Bucket(&'a LogDestination, &'a IndexedBucket),
    /// Nowhere: logging is off, or the target does not exist. Every check on log targets says the same then.
    None(Judgement),
}

/// The target of the bucket's access logs, looked up in the bucket's own account: AWS delivers them nowhere else
/// (Amazon S3 User Guide, "Enabling Amazon S3 server access logging").
pub(super) fn target_of<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Target<'a>, Unknown<'a>> {
    let Some(destination) = trail.read(&view.settings.logging)? else {
        return Ok(Target::None(Judgement::not_applicable("Server access logging is off.")));
    };
    let name = &destination.target_bucket;
    if let Some(target) = view.in_own_account(trail, name)? {
        return Ok(Target::Bucket(destination, target));
    }
    // That the bucket is not in this account is known by now; where else it was seen only makes the sentence clearer.
    let elsewhere = match view.anywhere(name) {
        Ok(other) if trail.read_of(other.arn.clone(), &other.region).is_ok() => {
            format!("belongs to the account {}", other.account)
        }
        _ => "does not exist in this account".to_owned(),
    };
    Ok(Target::None(Judgement::fail(format!(
        "Access logs are sent to the bucket {name}, which {elsewhere}: AWS delivers logs only to a bucket of the same \
         account and region."
    ))))
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let target = match target_of(view, trail)? {
        Target::Bucket(_, target) => target,
        Target::None(judgement) => return Ok(judgement),
    };
    let name = &target.name;
    let unstated = || Unknown::not_understood("the list of buckets states no region for one of the two buckets");
    let own = trail.read(&view.bucket.region)?.ok_or_else(unstated)?;
    let there = trail
        .read_of(target.arn.clone(), &target.region)?
        .ok_or_else(unstated)?;
    Ok(if own == there {
        Judgement::pass(format!(
            "Access logs are sent to the bucket {name} of the same account in {there}."
        ))
    } else {
        Judgement::fail(format!(
            "Access logs are sent to the bucket {name} in {there}, and this bucket is in {own}: AWS delivers logs only \
             within a region."
        ))
    })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::s3_bucket_access_logging::tests::logged;
    use crate::checks::scene::{Scene, account_id, bucket, denied, expect, facts, region, source};

    #[test]
    fn the_target_has_to_be_in_the_same_account_and_region() {
        let mut abroad = bucket("logs");
        abroad.region = Evidence::present(region("us-east-1"), source("s3.ListBuckets"));
        let mut vague = bucket("logs");
        vague.region = Evidence::gap(denied(), source("s3.ListBuckets"));
        let mut homeless = logged("logs", vec![bucket("logs")]);
        homeless.bucket.region = Evidence::gap(denied(), source("s3.ListBuckets"));
        let mut incomplete = logged("logs", vec![]);
        incomplete.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        let mut incomplete_but_seen = logged("logs", vec![bucket("logs")]);
        incomplete_but_seen.facts.bucket_listing = Evidence::gap(denied(), source("s3.ListBuckets"));
        let mut elsewhere = logged("logs", vec![]);
        let mut foreign = bucket("logs");
        foreign.account = account_id("222222222222");
        elsewhere.others.push((facts("222222222222"), foreign));
        let cases = vec![
            (
                "same",
                logged("logs", vec![bucket("logs")]),
                Verdict::Pass,
                "logs of the same account in eu-central-1",
            ),
            ("itself", logged("subject", vec![]), Verdict::Pass, "subject"),
            (
                "seen in an incomplete list",
                incomplete_but_seen,
                Verdict::Pass,
                "eu-central-1",
            ),
            (
                "another region",
                logged("logs", vec![abroad]),
                Verdict::Fail,
                "logs in us-east-1",
            ),
            (
                "missing",
                logged("logs", vec![]),
                Verdict::Fail,
                "does not exist in this account",
            ),
            (
                "another account",
                elsewhere,
                Verdict::Fail,
                "logs, which belongs to the account 222222222222",
            ),
            (
                "a name that no bucket can have",
                logged("no/bucket", vec![]),
                Verdict::Fail,
                "no/bucket",
            ),
            ("absent", Scene::new(), Verdict::NotApplicable, "off"),
            ("incomplete list", incomplete, Verdict::NotAssessed, "denied"),
            (
                "its region unknown",
                logged("logs", vec![vague]),
                Verdict::NotAssessed,
                "denied",
            ),
            ("own region unknown", homeless, Verdict::NotAssessed, "denied"),
            (
                "gap",
                Scene::with(|scene| scene.withhold(BucketSetting::Logging)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn the_evidence_names_the_target() {
        let finding = logged("logs", vec![bucket("logs")]).judge(&CHECK);
        assert!(
            finding
                .evidence
                .iter()
                .any(|reference| reference.of.as_deref() == Some("arn:aws:s3:::logs"))
        );
    }
}
