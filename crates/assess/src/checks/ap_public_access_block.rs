//! `ap-public-access-block`: whether public access through an access point is blocked.
//!
//! It does not know the access point's policy, nor the public access block of the bucket behind it.

use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;

use super::public_access_switches::off_everywhere;
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::{AccessPointView, Point};

/// The check.
pub(super) static CHECK: Check = Check {
    id: "ap-public-access-block",
    title: "Public access through the access point is blocked",
    severity: Severity::High,
    question: "Are all four switches of Block Public Access in force for the access point?",
    reads: Reads {
        sources: &[ServiceSource::AccessPoints],
        account: &[AccountFact::PublicAccessBlock],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/ap-public-access-block.md"),
    judge: Judge::AccessPoint(judge),
};

fn judge<'a>(view: &AccessPointView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let Point::OfRegion(point) = view.point else {
        return Err(Unknown::not_understood("this is no access point of one region"));
    };
    let arn = point.arn.clone().unwrap_or_else(|| point.name.clone());
    let own = trail.read_of(arn, &point.settings);
    let own = own.map(|settings| settings.map(|settings| &settings.public_access_block));
    if matches!(&own, Ok(Some(block)) if off_everywhere(&[Some(block)]).is_empty()) {
        return Ok(Judgement::pass(
            "All four switches of Block Public Access are on for the access point.",
        ));
    }
    // S3 asks the account of the bucket, which need not be that of the access point.
    let Some(owner) = point.bucket_account.as_deref() else {
        own?;
        return Err(Unknown::not_understood(
            "S3 does not say whose the access point's bucket is",
        ));
    };
    if owner != view.account.account.id.as_str() {
        let off = off_everywhere(&[own?]);
        return Ok(Judgement::fail(format!(
            "Off for the access point: {}; its bucket is not of this account, whose own block does not count.",
            off.join(", ")
        )));
    }
    let account = trail.read(&view.account.facts.public_access_block);
    if matches!(&account, Ok(Some(block)) if off_everywhere(&[Some(block)]).is_empty()) {
        return Ok(Judgement::pass(
            "All four switches of Block Public Access are on for the account of the access point and of its bucket.",
        ));
    }
    let off = off_everywhere(&[own?, account?]);
    Ok(if off.is_empty() {
        Judgement::pass("Each switch of Block Public Access is on for the access point or for its account.")
    } else {
        Judgement::fail(format!(
            "Off for the access point and for its account: {}.",
            off.join(", ")
        ))
    })
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use s3attest_model::bucket::PublicAccessBlock;
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{AccessPoint, AccessPointSettings, AccessPoints};

    use super::*;
    use crate::checks::scene::{ACCOUNT, Scene, denied, expect, source, switches};

    /// An access point of a bucket of the scene's account, open to the internet, blocked and without a policy.
    pub(in crate::checks) fn point() -> AccessPoint {
        AccessPoint {
            name: "reader".to_owned(),
            arn: Some(format!("arn:aws:s3:eu-central-1:{ACCOUNT}:accesspoint/reader")),
            alias: None,
            bucket: Some("subject".to_owned()),
            bucket_account: Some(ACCOUNT.to_owned()),
            network_origin: "Internet".to_owned(),
            vpc: None,
            data_source_id: None,
            data_source_type: None,
            settings: Evidence::present(
                AccessPointSettings {
                    public_access_block: switches(true),
                    created_at: None,
                    endpoints: BTreeMap::new(),
                },
                source("s3control.GetAccessPoint"),
            ),
            policy: Evidence::absent(source("s3control.GetAccessPointPolicy")),
            policy_status: Evidence::absent(source("s3control.GetAccessPointPolicyStatus")),
        }
    }

    /// The scene of an access point.
    pub(in crate::checks) fn of(point: AccessPoint) -> Scene {
        Scene::with(|scene| {
            scene.say(AccessPoints {
                access_points: Evidence::present(vec![point], source("s3control.ListAccessPoints")),
            });
        })
    }

    /// A scene in which the list of access points was refused.
    pub(in crate::checks) fn unlisted() -> Scene {
        Scene::with(|scene| {
            scene.say(AccessPoints {
                access_points: Evidence::gap(denied(), source("s3control.ListAccessPoints")),
            });
        })
    }

    /// The access point with another public access block.
    pub(in crate::checks) fn blocked(block: PublicAccessBlock) -> AccessPoint {
        let mut point = point();
        if let Observed::Present(settings) = &mut point.settings.observed {
            settings.public_access_block = block;
        }
        point
    }

    #[test]
    fn each_switch_counts_at_the_access_point_or_at_the_account_of_its_bucket() {
        let half = PublicAccessBlock {
            block_public_acls: false,
            ignore_public_acls: false,
            ..switches(true)
        };
        let other_half = PublicAccessBlock {
            block_public_acls: true,
            ignore_public_acls: true,
            ..switches(false)
        };
        let with_account = |point: AccessPoint, observed: Observed<PublicAccessBlock>| {
            let mut scene = of(point);
            scene.facts.public_access_block.observed = observed;
            scene
        };
        let unread = || {
            let mut point = point();
            point.settings.observed = Observed::Gap(denied());
            point
        };
        let of_stranger = |mut point: AccessPoint| {
            point.bucket_account = Some("999999999999".to_owned());
            point
        };
        let on = || Observed::Present(switches(true));
        let cases = vec![
            ("its own", of(point()), Verdict::Pass, "on for the access point"),
            (
                "its own, the account unread",
                with_account(point(), Observed::Gap(denied())),
                Verdict::Pass,
                "on for the access point",
            ),
            (
                "the account's",
                with_account(blocked(switches(false)), on()),
                Verdict::Pass,
                "on for the account",
            ),
            (
                "the account's, its own unread",
                with_account(unread(), on()),
                Verdict::Pass,
                "on for the account",
            ),
            (
                "together",
                with_account(blocked(half), Observed::Present(other_half)),
                Verdict::Pass,
                "Each switch",
            ),
            (
                "off",
                of(blocked(half)),
                Verdict::Fail,
                "Off for the access point and for its account: BlockPublicAcls, IgnorePublicAcls.",
            ),
            (
                "a bucket of another account",
                with_account(of_stranger(blocked(half)), on()),
                Verdict::Fail,
                "its bucket is not of this account",
            ),
            ("unread", of(unread()), Verdict::NotAssessed, "access was denied"),
            (
                "unread, of another account's bucket",
                with_account(of_stranger(unread()), on()),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "the account unread",
                with_account(blocked(half), Observed::Gap(denied())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            ("list denied", unlisted(), Verdict::NotAssessed, "access was denied"),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of S3 access points",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn where_nobody_knows_the_regions_that_is_what_is_said() {
        let mut scene = Scene::new();
        scene.facts.regions = Evidence::gap(denied(), source("account.ListRegions"));
        assert_eq!(scene.verdict(&CHECK), Verdict::NotAssessed);
    }
}
