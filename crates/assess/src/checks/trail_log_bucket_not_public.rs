//! `trail-log-bucket-not-public`: whether the public can reach a bucket to which a trail delivers.
//!
//! It does not know of trails of strangers: what an account outside the organization delivers here, nobody here is shown.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;
use s3attest_policy::access::Access;

use super::outside_access::{PUBLIC, reached};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::roles::as_sentence;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "trail-log-bucket-not-public",
    title: "The public does not reach the log files of a trail",
    severity: Severity::Critical,
    question: "Is the public kept out of a bucket to which a trail delivers its log files?",
    reads: Reads {
        sources: &[
            ServiceSource::AccessPoints,
            ServiceSource::CloudTrail,
            ServiceSource::EffectiveS3Policy,
            ServiceSource::OrganizationPolicies,
        ],
        account: &[AccountFact::PublicAccessBlock],
        settings: &[
            BucketSetting::Acl,
            BucketSetting::OwnershipControls,
            BucketSetting::Policy,
            BucketSetting::PublicAccessBlock,
        ],
    },
    page: include_str!("../../../../docs/checks/trail-log-bucket-not-public.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Some(role) = view.trail_target(trail)? else {
        return Ok(Judgement::not_applicable(
            "No trail of the organization's accounts can be seen to deliver its log files here.",
        ));
    };
    let role = as_sentence(&role.said());
    let reached = reached(view, trail, PUBLIC, &Access::ALL)?;
    Ok(match reached.how() {
        Some(how) => Judgement::fail(format!("{role}, and the public reaches the bucket: {how}.")),
        None => Judgement::pass(format!(
            "{role}, and nothing lets the public in.{}",
            reached.kept_out_by()
        )),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;
    use s3attest_model::identifiers::BucketName;
    use s3attest_model::services::{ServiceRecord, Trail as CloudTrailTrail};

    use super::*;
    use crate::checks::s3_bucket_public_read::tests::{everybody, known, with_policy};
    use crate::checks::scene::{Case, Scene, account_id, bucket, denied, expect, facts, region, source};
    use crate::checks::shown_trails::tests::{listing, own, refused};

    /// A trail that delivers to a bucket.
    pub(in crate::checks) fn to(bucket: &str) -> CloudTrailTrail {
        CloudTrailTrail {
            bucket: BucketName::new(bucket).expect("a bucket"),
            ..own("a")
        }
    }

    /// A statement that lets CloudTrail write.
    pub(in crate::checks) const ADMITS: &str = r#"{"Sid":"Trail","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},
        "Action":"s3:PutObject","Resource":"arn:aws:s3:::subject/*",
        "Condition":{"StringEquals":{"aws:SourceAccount":"111111111111"}}}"#;

    fn delivering(bucket: &str, change: impl FnOnce(&mut Scene)) -> Scene {
        known(|scene| {
            scene.say(listing(vec![to(bucket)]));
            with_policy(scene, ADMITS);
            change(scene);
        })
    }

    #[test]
    fn a_bucket_to_which_a_trail_delivers_has_to_be_closed() {
        let elsewhere = known(|scene| {
            scene.say(listing(vec![]));
            with_policy(scene, ADMITS);
            scene.services_elsewhere.push(ServiceRecord {
                account: account_id("999999999999"),
                region: Some(region("eu-central-1")),
                reading: listing(vec![to("subject")]).into(),
            });
        });
        let cases: Vec<Case> = vec![
            (
                "closed",
                delivering("subject", |_| {}),
                Verdict::Pass,
                "trail/a delivers its log files here, and nothing lets",
            ),
            (
                "a trail of another account",
                elsewhere,
                Verdict::Pass,
                "nothing lets the public in",
            ),
            (
                "open",
                delivering("subject", |scene| with_policy(scene, &everybody("s3:GetObject"))),
                Verdict::Fail,
                "the public reaches the bucket",
            ),
            (
                "a policy that does not let the trail write",
                known(|scene| scene.say(listing(vec![to("subject")]))),
                Verdict::NotApplicable,
                "No trail",
            ),
            (
                "open, and no trail's",
                delivering("another", |scene| with_policy(scene, &everybody("s3:GetObject"))),
                Verdict::NotApplicable,
                "No trail",
            ),
            (
                "who reaches it is not known",
                delivering("subject", |scene| scene.withhold(BucketSetting::Policy)),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn without_every_list_of_trails_only_the_policy_excludes_one() {
        let refusing = |change: fn(&mut Scene)| {
            known(|scene| {
                scene.say(refused());
                change(scene);
            })
        };
        let mut not_entered = known(|scene| {
            scene.say(listing(vec![]));
            with_policy(scene, ADMITS);
        });
        let mut other = facts("222222222222");
        other.regions = Evidence::gap(denied(), source("account.ListRegions"));
        let mut of_other = bucket("others");
        of_other.account = account_id("222222222222");
        not_entered.others.push((other, of_other));
        let cases: Vec<Case> = vec![
            (
                "without a policy none can deliver",
                refusing(|_| {}),
                Verdict::NotApplicable,
                "No trail",
            ),
            (
                "a policy that names others",
                refusing(|scene| {
                    with_policy(
                        scene,
                        r#"{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},
                            "Action":"s3:PutObject","Resource":"arn:aws:s3:::subject/*"}"#,
                    );
                }),
                Verdict::NotApplicable,
                "No trail",
            ),
            (
                "a policy that lets CloudTrail write",
                refusing(|scene| with_policy(scene, ADMITS)),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "a policy that could not be read",
                refusing(|scene| scene.withhold(BucketSetting::Policy)),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "no list at all",
                known(|scene| with_policy(scene, ADMITS)),
                Verdict::NotAssessed,
                "no list of the trails of eu-central-1",
            ),
            (
                "the same policy when every list was read",
                known(|scene| {
                    scene.say(listing(vec![]));
                    with_policy(scene, ADMITS);
                }),
                Verdict::NotApplicable,
                "No trail",
            ),
            (
                "another account's regions are not known",
                not_entered,
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn the_list_that_shows_the_trail_stands_in_the_evidence() {
        let finding = delivering("subject", |_| {}).judge(&CHECK);
        assert_eq!(
            finding.evidence[0].source.operation.as_str(),
            "cloudtrail.DescribeTrails"
        );
    }
}
