//! `org-trail`: whether a trail of the organization logs every account and region of it.
//!
//! It does not know which events the trail logs: `trail-multi-region` asks that for each account.

use s3attest_model::check::Severity;
use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::finding::Resource;
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::Trail as CloudTrailTrail;

use super::shown_trails::{SOURCES, name, sentence, status};
use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::OrganizationView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "org-trail",
    title: "A trail of the organization is logging in every region",
    severity: Severity::High,
    question: "Is a multi-Region trail of the organization logging?",
    reads: Reads {
        sources: SOURCES,
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/org-trail.md"),
    judge: Judge::Organization(judge),
};

fn judge<'a>(view: &OrganizationView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let across = view.across;
    let mut faults = Vec::new();
    let mut unknown = None;
    // Its owner is asked first, and members after it.
    for (account, reading) in across.trails.iter().chain(&across.shown) {
        for each in reading.listed().iter().filter(|each| logs_the_organization(each)) {
            trail.read_of(of(account), &reading.trails)?;
            match status(trail, each) {
                Ok((status, _)) if status.is_logging => {
                    let text = format!("{} is multi-Region and is logging", name(each));
                    return Ok(Judgement::pass(sentence(&[text])));
                }
                Ok(_) => {
                    let fault = format!("{} is multi-Region and is not logging", name(each));
                    if !faults.contains(&fault) {
                        faults.push(fault);
                    }
                }
                Err(gap) => unknown = unknown.or(Some(gap)),
            }
        }
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    if !faults.is_empty() {
        return Ok(Judgement::fail(sentence(&faults)));
    }
    if trail.read(&view.evidence.organization)?.is_none() {
        return Ok(Judgement::not_applicable(
            "The caller's account belongs to no organization, so that there can be no trail of one.",
        ));
    }
    let Some((account, reading)) = &across.without else {
        return Err(Unknown::because(Gap::new(
            GapCause::OutsideScan,
            "no account of the organization was told enough of its trails to say whether one is the organization's",
        )));
    };
    trail.read_of(of(account), &reading.trails)?;
    Ok(Judgement::fail(format!(
        "Account {account} is shown no multi-Region trail of the organization, which every account of it would be shown."
    )))
}

/// An account, as whose answer something stands in the evidence.
fn of(account: &AccountId) -> String {
    let account = account.clone();
    Resource::Account { account }.arn()
}

fn logs_the_organization(each: &CloudTrailTrail) -> bool {
    use s3attest_model::services::TrailDetails::{Home, Organization};
    each.is_organization_trail == Some(true)
        && each.is_multi_region
        && matches!(each.details, Home { .. } | Organization { .. })
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::organization::Organization;

    use super::*;
    use crate::checks::scene::{Scene, denied, expect, source};
    use crate::checks::shown_trails::tests::{
        as_member, beside, of_organization, own, refused, showing, told_by_owner, with_status, without_status,
    };

    fn of_an_organization(mut scene: Scene) -> Scene {
        let organization = Organization {
            id: "o-scene".to_owned(),
            arn: "arn:aws:organizations::999999999999:organization/o-scene".to_owned(),
            feature_set: None,
            management_account: crate::checks::scene::account_id("999999999999"),
        };
        scene.organization.organization = Evidence::present(organization, source("organizations.DescribeOrganization"));
        scene
    }

    #[test]
    fn a_trail_of_the_organization_has_to_log_every_region() {
        let member = || as_member(of_organization());
        let stopped = |each| with_status(each, |status| status.is_logging = false);
        let of_one_region = CloudTrailTrail {
            is_multi_region: false,
            ..of_organization()
        };
        let unsaid = CloudTrailTrail {
            is_organization_trail: None,
            ..own("a")
        };
        let cases = vec![
            (
                "told by its owner",
                told_by_owner(showing(vec![]), vec![of_organization()]),
                Verdict::Pass,
                "The organization's trail arn",
            ),
            (
                "told by a member alone",
                showing(vec![member()]),
                Verdict::Pass,
                "is logging",
            ),
            (
                "refused to the owner, told to a member",
                told_by_owner(showing(vec![member()]), vec![without_status(of_organization())]),
                Verdict::Pass,
                "is logging",
            ),
            (
                "stopped",
                told_by_owner(showing(vec![stopped(member())]), vec![stopped(of_organization())]),
                Verdict::Fail,
                "is not logging",
            ),
            (
                "one stopped and another not",
                showing(vec![
                    stopped(member()),
                    CloudTrailTrail {
                        arn: "arn:aws:cloudtrail:eu-central-1:999999999999:trail/second".to_owned(),
                        ..member()
                    },
                ]),
                Verdict::Pass,
                "trail/second",
            ),
            (
                "refused",
                showing(vec![without_status(member())]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "none",
                showing(vec![own("a")]),
                Verdict::Fail,
                "Account 111111111111 is shown no",
            ),
            (
                "of one region",
                showing(vec![of_one_region]),
                Verdict::Fail,
                "is shown no multi-Region trail",
            ),
            (
                "perhaps one",
                showing(vec![unsaid]),
                Verdict::NotAssessed,
                "told enough",
            ),
            (
                "none, and another region refused",
                beside(showing(vec![own("a")]), Some(refused())),
                Verdict::Fail,
                "is shown no",
            ),
            (
                "refused everywhere",
                Scene::with(|scene| scene.say(refused())),
                Verdict::NotAssessed,
                "told enough",
            ),
            ("not read", Scene::new(), Verdict::NotAssessed, "told enough"),
        ];
        let cases = cases
            .into_iter()
            .map(|(name, scene, verdict, words)| (name, of_an_organization(scene), verdict, words));
        expect(&CHECK, cases);
    }

    #[test]
    fn without_an_organization_there_is_nothing_to_ask() {
        let mut alone = showing(vec![own("a")]);
        alone.organization.organization.observed = Observed::Absent;
        let mut not_known = showing(vec![own("a")]);
        not_known.organization.organization = Evidence::gap(denied(), source("organizations.DescribeOrganization"));
        let of_nobody = vec![
            ("no organization", alone, Verdict::NotApplicable, "no organization"),
            (
                "nobody knows of one",
                not_known,
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, of_nobody);
    }
}
