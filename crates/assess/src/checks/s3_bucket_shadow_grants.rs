//! `s3-bucket-shadow-grants`: whether an access point lets in somebody whom the bucket policy itself does not show.
//!
//! It knows the access points of the bucket's own account. What a function of Object Lambda gives out is not evaluated: it
//! gives nobody more than the access point behind it does.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;
use s3attest_policy::access::{Access, Audience, Doubt, EffectiveAccess, Path, Way};

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-shadow-grants",
    title: "No access point lets strangers in whom the bucket policy does not show",
    severity: Severity::High,
    question: "Do access points keep out the public and strangers to whom the bucket policy itself gives nothing?",
    reads: Reads {
        sources: &[
            ServiceSource::AccessPoints,
            ServiceSource::EffectiveS3Policy,
            ServiceSource::MultiRegionAccessPoints,
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
    page: include_str!("../../../../docs/checks/s3-bucket-shadow-grants.md"),
    judge: Judge::Bucket(judge),
};

/// From the widest on: who is let in by chance matters most where it is everybody.
const STRANGERS: [Audience; 3] = [
    Audience::Anyone,
    Audience::AuthenticatedUsers,
    Audience::OutsideAccounts,
];

/// What access points give.
#[derive(Default)]
struct Shadows<'a> {
    public: Vec<String>,
    outside: Vec<String>,
    unknown: Option<Unknown<'a>>,
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let own = view.has_access_points(trail);
    let through_regions = view.access_through_regions(trail);
    if matches!(own, Ok(false)) && through_regions.leads_here == Some(false) && !names_points(view, trail)? {
        return Ok(Judgement::not_applicable(
            "No access point of the account leads to the bucket.",
        ));
    }
    if view.policy(trail)?.is_none() {
        return Ok(Judgement::pass(
            "The bucket has no policy, so an access point can let in nobody of another account, whatever its own policy says.",
        ));
    }
    let mut shadows = Shadows::default();
    let doubts = shadows.take(view.effective_access(trail));
    shadows.unknown = doubts.first().map(|doubt| view.unknown_of(doubt));
    let of_regions = through_regions.access.as_ref().map(|access| shadows.take(access));
    if let Some(doubt) = of_regions.iter().flatten().next() {
        let unknown = through_regions.unknown.unwrap_or_else(|| view.unknown_of(doubt));
        shadows.unknown.get_or_insert(unknown);
    }
    if !shadows.public.is_empty() {
        return Ok(Judgement::fail_as(
            Severity::Critical,
            format!(
                "The public gets in through an access point, and the bucket policy itself gives it nothing: {}.",
                shadows.public.join("; ")
            ),
        ));
    }
    if !shadows.outside.is_empty() {
        return Ok(Judgement::fail(format!(
            "Strangers get in through an access point, and the bucket policy itself gives them nothing: {}.",
            shadows.outside.join("; ")
        )));
    }
    match shadows.unknown {
        Some(unknown) => Err(unknown),
        None => Ok(Judgement::pass(
            "No access point lets in a stranger to whom the bucket policy itself gives nothing.",
        )),
    }
}

/// Whether the bucket policy speaks of access points, which may be those of other accounts.
fn names_points<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<bool, Unknown<'a>> {
    let document = view.policy(trail)?;
    let mut statements = document.into_iter().flat_map(|document| &document.statements);
    Ok(statements.any(|statement| {
        let keys = [
            "s3:AccessPointNetworkOrigin",
            "s3:DataAccessPointAccount",
            "s3:DataAccessPointArn",
        ];
        let mut conditions = statement.conditions.iter();
        conditions.any(|condition| keys.iter().any(|key| condition.key.eq_ignore_ascii_case(key)))
    }))
}

impl Shadows<'_> {
    /// Takes what strangers get by access points and by nothing else, and hands over what is not known of that.
    fn take<'access>(&mut self, access: &'access EffectiveAccess) -> Vec<&'access Doubt> {
        let mut doubts = Vec::new();
        for kind in Access::ALL {
            let direct = |audience: Audience| {
                let ways = access.of(audience, kind).ways.iter();
                ways.filter(|way| !is_by_point(&way.path))
            };
            let has_direct = |of: Audience, who: &str| {
                direct(Audience::Anyone).next().is_some()
                    || (of != Audience::Anyone && direct(Audience::AuthenticatedUsers).next().is_some())
                    || direct(of).any(|way| way.who == who)
            };
            for audience in STRANGERS {
                let answer = access.of(audience, kind);
                let list = match audience {
                    Audience::Anyone | Audience::AuthenticatedUsers => &mut self.public,
                    _ => &mut self.outside,
                };
                let ways = answer.ways.iter().filter(|way| is_by_point(&way.path));
                for way in ways.filter(|way| !has_direct(audience, &way.who)) {
                    let said = said(way, kind);
                    if !list.contains(&said) {
                        list.push(said);
                    }
                }
                let of_points = answer.doubts.iter().filter(|doubt| is_by_point(&doubt.path));
                doubts.extend(of_points.filter(|doubt| !has_direct(audience, &doubt.who)));
            }
        }
        doubts
    }
}

const fn is_by_point(path: &Path) -> bool {
    matches!(path, Path::AccessPoint(_))
}

fn said(way: &Way, kind: Access) -> String {
    let statement = way.statement.as_deref().unwrap_or("its policy");
    format!(
        "{} can {} by {}, {statement} ({})",
        way.who,
        kind.label(),
        way.path.label(),
        way.action
    )
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::PolicyDocument;
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{
        MultiRegionAccessPoint, MultiRegionAccessPoints, MultiRegionBucket, MultiRegionPolicies,
    };

    use super::*;
    use crate::checks::s3_bucket_public_read::tests::{DELEGATED, known, point_policy, with_point, with_policy};
    use crate::checks::scene::{Case, Scene, denied, expect, source, switches};

    const STRANGER: &str = r#"{"AWS":"arn:aws:iam::222222222222:root"}"#;

    /// The policy of the access point `door` or of the Multi-Region Access Point, for a principal.
    fn policy_for(principal: &str, place: &str) -> PolicyDocument {
        PolicyDocument(format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject",
            "Resource":"arn:aws:s3:{place}/object/*"}}]}}"#
        ))
    }

    fn door(principal: &str) -> Evidence<PolicyDocument> {
        let policy = policy_for(principal, "eu-central-1:111111111111:accesspoint/door");
        Evidence::present(policy, source("s3control.GetAccessPointPolicy"))
    }

    fn listed() -> s3attest_model::evidence::Source {
        source("s3control.ListMultiRegionAccessPoints")
    }

    fn no_regions(scene: &mut Scene) {
        scene.say(MultiRegionAccessPoints {
            access_points: Evidence::present(Vec::new(), listed()),
        });
    }

    /// A Multi-Region Access Point that leads to a bucket.
    fn over_regions(scene: &mut Scene, bucket: &str, policies: Observed<MultiRegionPolicies>) {
        let point = MultiRegionAccessPoint {
            name: "global".to_owned(),
            alias: Some("abc.mrap".to_owned()),
            created_at: None,
            public_access_block: Some(switches(false)),
            status: Some("READY".to_owned()),
            buckets: vec![MultiRegionBucket {
                bucket: Some(bucket.to_owned()),
                region: Some("eu-central-1".to_owned()),
                bucket_account: Some("111111111111".to_owned()),
            }],
            policies: Evidence {
                observed: policies,
                source: source("s3control.GetMultiRegionAccessPointPolicy"),
            },
            policy_status: Evidence::absent(source("s3control.GetMultiRegionAccessPointPolicyStatus")),
        };
        scene.say(MultiRegionAccessPoints {
            access_points: Evidence::present(vec![point], listed()),
        });
    }

    fn in_force(principal: &str) -> Observed<MultiRegionPolicies> {
        Observed::Present(MultiRegionPolicies {
            established: Some(policy_for(principal, ":111111111111:accesspoint/abc.mrap")),
            proposed: None,
        })
    }

    /// A bucket whose policy leaves the decision to access points, with the access point `door`.
    fn delegated(policy: Evidence<PolicyDocument>) -> Scene {
        known(|scene| {
            with_policy(scene, DELEGATED);
            with_point(scene, policy);
            no_regions(scene);
        })
    }

    #[test]
    fn an_access_point_may_give_what_the_bucket_policy_does_not_show() {
        let shown = format!(
            r#"{DELEGATED},{{"Effect":"Allow","Principal":{STRANGER},"Action":"s3:GetObject","Resource":"arn:aws:s3:::subject/*"}}"#
        );
        let cases: Vec<Case> = vec![
            (
                "no access point",
                known(no_regions),
                Verdict::NotApplicable,
                "No access point",
            ),
            (
                "closed",
                delegated(Evidence::absent(source("s3control.GetAccessPointPolicy"))),
                Verdict::Pass,
                "No access point lets in a stranger",
            ),
            (
                "for a stranger",
                delegated(door(STRANGER)),
                Verdict::Fail,
                "account 222222222222 can read by access point door",
            ),
            (
                "for everyone",
                delegated(point_policy()),
                Verdict::Fail,
                "The public gets in",
            ),
            (
                "for a stranger whom the bucket policy names itself",
                known(|scene| {
                    with_policy(scene, &shown);
                    with_point(scene, door(STRANGER));
                    no_regions(scene);
                }),
                Verdict::Pass,
                "No access point lets in",
            ),
            (
                "for a stranger, and the bucket policy delegates nothing",
                known(|scene| {
                    with_policy(
                        scene,
                        r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::x"}"#,
                    );
                    with_point(scene, door(STRANGER));
                    no_regions(scene);
                }),
                Verdict::Pass,
                "No access point lets in",
            ),
            (
                "for a stranger, and there is no bucket policy",
                known(|scene| {
                    with_point(scene, door(STRANGER));
                    no_regions(scene);
                }),
                Verdict::Pass,
                "has no policy",
            ),
            (
                "of another account",
                known(|scene| {
                    with_policy(scene, &DELEGATED.replace("111111111111", "222222222222"));
                    no_regions(scene);
                }),
                Verdict::NotAssessed,
                "222222222222",
            ),
            (
                "of anybody, by its network",
                known(|scene| {
                    let origin = r#""s3:AccessPointNetworkOrigin":"Internet""#;
                    let of_account = r#""s3:DataAccessPointAccount":"111111111111""#;
                    with_policy(scene, &DELEGATED.replace(of_account, origin));
                    no_regions(scene);
                }),
                Verdict::NotAssessed,
                "those of other accounts",
            ),
        ];
        expect(&CHECK, cases);
        let severity = |scene: Scene| scene.judge(&CHECK).severity;
        assert_eq!(severity(delegated(door(STRANGER))), Severity::High);
        assert_eq!(severity(delegated(point_policy())), Severity::Critical);
    }

    #[test]
    fn a_multi_region_access_point_counts_too() {
        let with = |policies: Observed<MultiRegionPolicies>, bucket: &str| {
            known(|scene| {
                with_policy(scene, DELEGATED);
                over_regions(scene, bucket, policies);
            })
        };
        let cases: Vec<Case> = vec![
            (
                "for a stranger",
                with(in_force(STRANGER), "subject"),
                Verdict::Fail,
                "account 222222222222 can read by access point global",
            ),
            (
                "to another bucket",
                with(in_force(STRANGER), "other"),
                Verdict::Pass,
                "No access point lets in",
            ),
            (
                "without a policy",
                with(Observed::Absent, "subject"),
                Verdict::Pass,
                "No access point lets in",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn what_is_not_known_matters_where_the_bucket_policy_delegates() {
        let refused = || Evidence::gap(denied(), source("s3control.GetAccessPointPolicy"));
        let own = r#"{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::subject/*"}"#;
        let unlisted = |statement: &str| {
            known(|scene| {
                with_policy(scene, statement);
                scene.say(MultiRegionAccessPoints {
                    access_points: Evidence::gap(denied(), listed()),
                });
            })
        };
        let cases: Vec<Case> = vec![
            (
                "a policy",
                delegated(refused()),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "a policy of several regions",
                known(|scene| {
                    with_policy(scene, DELEGATED);
                    over_regions(scene, "subject", Observed::Gap(denied()));
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "the list of several regions",
                unlisted(DELEGATED),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "the list, where the policy lets nobody through",
                unlisted(own),
                Verdict::Pass,
                "No access point lets in",
            ),
            (
                "the list of the region",
                known(|scene| {
                    with_policy(scene, DELEGATED);
                    scene.services.clear();
                    no_regions(scene);
                }),
                Verdict::NotAssessed,
                "holds no reading of",
            ),
            (
                "the bucket policy",
                known(|scene| {
                    with_point(scene, door(STRANGER));
                    no_regions(scene);
                    scene.withhold(BucketSetting::Policy);
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
