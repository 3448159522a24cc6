//! `mrap-public-access-block`: whether public access through a Multi-Region Access Point is blocked.
//!
//! It takes S3's own judgement of the policy in force and does not know the buckets behind it.

use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;

use super::public_access_switches::off_everywhere;
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::{AccessPointView, Point};

/// The check.
pub(super) static CHECK: Check = Check {
    id: "mrap-public-access-block",
    title: "Public access through the Multi-Region Access Point is blocked",
    severity: Severity::High,
    question: "Are all four switches of Block Public Access on for the Multi-Region Access Point, and is its policy not public?",
    reads: Reads {
        sources: &[ServiceSource::MultiRegionAccessPoints],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/mrap-public-access-block.md"),
    judge: Judge::AccessPoint(judge),
};

fn judge<'a>(view: &AccessPointView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Point::OfRegions(point) = view.point else {
        return Err(Unknown::not_understood("this is no access point of several regions"));
    };
    let status = trail.read_of(point.name.clone(), &point.policy_status);
    let is_public = matches!(&status, Ok(Some(status)) if status.is_public);
    let Some(block) = &point.public_access_block else {
        return if is_public {
            Ok(Judgement::fail(
                "S3 judges the policy of the Multi-Region Access Point to be public, and does not say whether public access \
                 is blocked.",
            ))
        } else {
            Err(Unknown::not_understood(
                "the list does not say which switches of Block Public Access are on",
            ))
        };
    };
    let off = off_everywhere(&[Some(block)]);
    if !off.is_empty() {
        let public = if is_public {
            ", and S3 judges its policy to be public"
        } else {
            ""
        };
        return Ok(Judgement::fail(format!(
            "Off for the Multi-Region Access Point: {}{public}.",
            off.join(", ")
        )));
    }
    if is_public {
        return Ok(Judgement::fail_as(
            Severity::Medium,
            "S3 judges the policy of the Multi-Region Access Point to be public; its public access block keeps the public out.",
        ));
    }
    Ok(Judgement::pass(match status? {
        None => {
            "All four switches of Block Public Access are on for the Multi-Region Access Point, and it has no policy."
        }
        Some(_) => {
            "All four switches of Block Public Access are on for the Multi-Region Access Point, and S3 does not judge its \
             policy to be public."
        }
    }))
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::{PolicyStatus, PublicAccessBlock};
    use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{MultiRegionAccessPoint, MultiRegionAccessPoints};

    use super::*;
    use crate::checks::scene::{Scene, denied, expect, source, switches};

    fn of(block: Option<PublicAccessBlock>, status: Observed<PolicyStatus>) -> Scene {
        let mut policy_status = Evidence::absent(source("s3control.GetMultiRegionAccessPointPolicyStatus"));
        policy_status.observed = status;
        let point = MultiRegionAccessPoint {
            name: "global".to_owned(),
            alias: Some("abc.mrap".to_owned()),
            created_at: None,
            public_access_block: block,
            status: Some("READY".to_owned()),
            buckets: vec![],
            policies: Evidence::absent(source("s3control.GetMultiRegionAccessPointPolicy")),
            policy_status,
        };
        listing(Evidence::present(
            vec![point],
            source("s3control.ListMultiRegionAccessPoints"),
        ))
    }

    fn listing(access_points: Evidence<Vec<MultiRegionAccessPoint>>) -> Scene {
        Scene::with(|scene| scene.say(MultiRegionAccessPoints { access_points }))
    }

    #[test]
    fn the_block_and_the_policy_both_count() {
        let status = |is_public| Observed::Present(PolicyStatus { is_public });
        let one_off = PublicAccessBlock {
            ignore_public_acls: false,
            ..switches(true)
        };
        let listed = || source("s3control.ListMultiRegionAccessPoints");
        let not_offered = Gap::new(GapCause::NotOffered, "not in this partition");
        let cases = vec![
            (
                "all on, no policy",
                of(Some(switches(true)), Observed::Absent),
                Verdict::Pass,
                "has no policy",
            ),
            (
                "all on",
                of(Some(switches(true)), status(false)),
                Verdict::Pass,
                "does not judge its policy",
            ),
            (
                "one off",
                of(Some(one_off), Observed::Absent),
                Verdict::Fail,
                "Off for the Multi-Region Access Point: IgnorePublicAcls.",
            ),
            (
                "one off, policy unread",
                of(Some(one_off), Observed::Gap(denied())),
                Verdict::Fail,
                "IgnorePublicAcls",
            ),
            (
                "one off and public",
                of(Some(one_off), status(true)),
                Verdict::Fail,
                "judges its policy to be public",
            ),
            (
                "public",
                of(Some(switches(true)), status(true)),
                Verdict::Fail,
                "keeps the public out",
            ),
            (
                "all on, policy unread",
                of(Some(switches(true)), Observed::Gap(denied())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "nothing said",
                of(None, Observed::Absent),
                Verdict::NotAssessed,
                "does not say which switches",
            ),
            (
                "nothing said, but public",
                of(None, status(true)),
                Verdict::Fail,
                "does not say whether",
            ),
            (
                "list denied",
                listing(Evidence::gap(denied(), listed())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "another partition",
                listing(Evidence::gap(not_offered, listed())),
                Verdict::NotAssessed,
                "does not offer",
            ),
            ("no reading", Scene::new(), Verdict::NotAssessed, "no reading"),
        ];
        expect(&CHECK, cases);
    }
}
