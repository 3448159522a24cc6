//! `s3-bucket-public-read`: whether the public can list the bucket or read its objects, all documents taken together.
//!
//! Access control lists of single objects are not read; the page says where they could matter.

use s3attest_model::bucket::BucketSetting;
use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;
use s3attest_policy::access::Access;

use super::outside_access::{PUBLIC, reached};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// What effective access rests on.
pub(super) const READS: Reads = Reads {
    sources: &[
        ServiceSource::AccessPoints,
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
};

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-public-read",
    title: "The public can neither list nor read",
    severity: Severity::Critical,
    question: "Is everybody without a place in the account kept from listing the bucket and from reading its objects?",
    reads: READS,
    page: include_str!("../../../../docs/checks/s3-bucket-public-read.md"),
    judge: Judge::Bucket(judge),
};

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let reached = reached(view, trail, PUBLIC, &[Access::List, Access::Read])?;
    Ok(match reached.how() {
        Some(how) => Judgement::fail(format!("The bucket is readable by the public: {how}.")),
        None => Judgement::pass(format!(
            "Neither the bucket policy nor the access control list nor an access point lets the public list or read.{}",
            reached.kept_out_by()
        )),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use s3attest_model::bucket::{AccessControlList, BucketSetting, Grant, Grantee, OwnershipControls, PolicyDocument};
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{
        AccessPoint, AccessPointSettings, AccessPoints, EffectiveS3Policy, OrganizationPolicy, PolicyTarget,
    };

    use super::*;
    use crate::checks::scene::{Case, Scene, denied, expect, present, source, switches};

    /// A scene in which everything is known that decides who gets in.
    pub(crate) fn known(change: impl FnOnce(&mut Scene)) -> Scene {
        Scene::with(|scene| {
            scene.say(AccessPoints {
                access_points: Evidence::present(Vec::new(), source("s3control.ListAccessPoints")),
            });
            scene.say(EffectiveS3Policy {
                policy: Evidence::absent(source("organizations.DescribeEffectivePolicy")),
            });
            let owner = Some("owner".to_owned());
            let list = AccessControlList {
                owner,
                grants: Vec::new(),
            };
            scene.bucket.settings.acl = present(BucketSetting::Acl, list);
            let controls = OwnershipControls {
                object_ownership: "BucketOwnerEnforced".to_owned(),
            };
            scene.bucket.settings.ownership_controls = present(BucketSetting::OwnershipControls, controls);
            change(scene);
        })
    }

    /// The bucket policy with one statement.
    pub(crate) fn with_policy(scene: &mut Scene, statement: &str) {
        let document = PolicyDocument(format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#));
        scene.bucket.settings.policy = present(BucketSetting::Policy, document);
    }

    /// Everybody may do this with the objects.
    pub(crate) fn everybody(action: &str) -> String {
        format!(
            r#"{{"Sid":"Open","Effect":"Allow","Principal":"*","Action":"{action}","Resource":"arn:aws:s3:::subject/*"}}"#
        )
    }

    /// A grant to everybody in the access control list, which has effect.
    pub(in crate::checks) fn with_grant(scene: &mut Scene, permission: &str) {
        let group = "http://acs.amazonaws.com/groups/global/AllUsers".to_owned();
        let list = AccessControlList {
            owner: Some("owner".to_owned()),
            grants: vec![Grant {
                grantee: Grantee::Group(group),
                permission: permission.to_owned(),
            }],
        };
        scene.bucket.settings.acl = present(BucketSetting::Acl, list);
        scene.bucket.settings.ownership_controls.observed = Observed::Absent;
    }

    /// A resource control policy at the root that admits principals of the organization only.
    fn with_perimeter(scene: &mut Scene, content: Evidence<String>) {
        let list = scene.organization.policies.as_mut().expect("lists");
        list.lists[1].policies = Evidence::present(vec!["p-1".to_owned()], source("organizations.ListPolicies"));
        let target = PolicyTarget {
            id: "r-root".to_owned(),
            kind: "ROOT".to_owned(),
        };
        let policy = OrganizationPolicy {
            id: "p-1".to_owned(),
            arn: "arn:aws:organizations::999999999999:policy/o-scene/resource_control_policy/p-1".to_owned(),
            name: "perimeter".to_owned(),
            policy_type: "RESOURCE_CONTROL_POLICY".to_owned(),
            is_made_by_aws: false,
            content,
            targets: Evidence::present(vec![target], source("organizations.ListTargetsForPolicy")),
        };
        let record = s3attest_model::organization::OrganizationRecord::Policy(Box::new(policy));
        scene.organization.note(record);
    }

    const PERIMETER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",
        "Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-scene"},
        "BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]}"#;

    /// Gives the bucket the access point `door`, which is open to the internet; nothing else of the services is kept.
    pub(in crate::checks) fn with_point(scene: &mut Scene, policy: Evidence<PolicyDocument>) {
        let point = AccessPoint {
            name: "door".to_owned(),
            arn: Some("arn:aws:s3:eu-central-1:111111111111:accesspoint/door".to_owned()),
            alias: None,
            bucket: Some("subject".to_owned()),
            bucket_account: Some("111111111111".to_owned()),
            network_origin: "Internet".to_owned(),
            vpc: None,
            data_source_id: None,
            data_source_type: None,
            settings: Evidence::present(
                AccessPointSettings {
                    public_access_block: switches(false),
                    created_at: None,
                    endpoints: std::collections::BTreeMap::new(),
                },
                source("s3control.GetAccessPoint"),
            ),
            policy,
            policy_status: Evidence::absent(source("s3control.GetAccessPointPolicyStatus")),
        };
        scene.services.clear();
        scene.say(AccessPoints {
            access_points: Evidence::present(vec![point], source("s3control.ListAccessPoints")),
        });
    }

    /// Through an access point the bucket policy leaves the decision to the access point.
    pub(in crate::checks) const DELEGATED: &str = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":["arn:aws:s3:::subject",
        "arn:aws:s3:::subject/*"],"Condition":{"StringEquals":{"s3:DataAccessPointAccount":"111111111111"}}}"#;

    /// Everybody may read by the access point `door`.
    pub(in crate::checks) fn point_policy() -> Evidence<PolicyDocument> {
        let resource = "arn:aws:s3:eu-central-1:111111111111:accesspoint/door/object/*";
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"{resource}"}}]}}"#
        );
        Evidence::present(PolicyDocument(text), source("s3control.GetAccessPointPolicy"))
    }

    #[test]
    fn all_documents_together_say_whether_the_public_reads() {
        let cases: Vec<Case> = vec![
            (
                "nothing is open",
                known(|_| {}),
                Verdict::Pass,
                "Neither the bucket policy nor",
            ),
            (
                "a policy for everybody",
                known(|scene| with_policy(scene, &everybody("s3:GetObject"))),
                Verdict::Fail,
                "can read by the bucket policy, statement 1 (\"Open\")",
            ),
            (
                "writing is not reading",
                known(|scene| with_policy(scene, &everybody("s3:PutObject"))),
                Verdict::Pass,
                "Neither",
            ),
            (
                "restricted by the account",
                known(|scene| {
                    with_policy(scene, &everybody("s3:GetObject"));
                    scene.facts.public_access_block.observed = Observed::Present(switches(true));
                }),
                Verdict::Pass,
                "RestrictPublicBuckets",
            ),
            (
                "restricted by the bucket, the account unknown",
                known(|scene| {
                    with_policy(scene, &everybody("s3:GetObject"));
                    let block = present(BucketSetting::PublicAccessBlock, switches(true));
                    scene.bucket.settings.public_access_block = block;
                    scene.facts.public_access_block.observed = Observed::Gap(denied());
                }),
                Verdict::Pass,
                "RestrictPublicBuckets",
            ),
            (
                "the account's block is not known",
                known(|scene| {
                    with_policy(scene, &everybody("s3:GetObject"));
                    scene.facts.public_access_block.observed = Observed::Gap(denied());
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "a list that grants, and has effect",
                known(|scene| with_grant(scene, "READ")),
                Verdict::Fail,
                "can list by the access control list",
            ),
            (
                "a list that grants, without effect",
                known(|scene| {
                    let controls = scene.bucket.settings.ownership_controls.clone();
                    with_grant(scene, "READ");
                    scene.bucket.settings.ownership_controls = controls;
                }),
                Verdict::Pass,
                "Neither",
            ),
            (
                "a list that grants, and nobody knows whether it has effect",
                known(|scene| {
                    with_grant(scene, "READ");
                    scene.withhold(BucketSetting::OwnershipControls);
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn what_stands_around_the_bucket_counts_too() {
        let cases: Vec<Case> = vec![
            (
                "kept out by a resource control policy",
                known(|scene| {
                    with_policy(scene, &everybody("s3:GetObject"));
                    let content = Evidence::present(PERIMETER.to_owned(), source("organizations.DescribePolicy"));
                    with_perimeter(scene, content);
                }),
                Verdict::Pass,
                "perimeter",
            ),
            (
                "a resource control policy that could not be read",
                known(|scene| {
                    with_policy(scene, &everybody("s3:GetObject"));
                    with_perimeter(scene, Evidence::gap(denied(), source("organizations.DescribePolicy")));
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "through an access point",
                known(|scene| {
                    with_policy(scene, DELEGATED);
                    with_point(scene, point_policy());
                }),
                Verdict::Fail,
                "by access point door",
            ),
            (
                "an access point whose policy is not known",
                known(|scene| {
                    with_policy(scene, DELEGATED);
                    let refused = Evidence::gap(denied(), source("s3control.GetAccessPointPolicy"));
                    with_point(scene, refused);
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "a policy that could not be read",
                known(|scene| scene.withhold(BucketSetting::Policy)),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "one certain way is enough",
                known(|scene| {
                    with_policy(scene, &everybody("s3:GetObject"));
                    scene.withhold(BucketSetting::Acl);
                }),
                Verdict::Fail,
                "bucket policy",
            ),
            (
                "access points that were not listed",
                known(|scene| {
                    with_policy(scene, DELEGATED);
                    scene.services.clear();
                }),
                Verdict::NotAssessed,
                "holds no reading of",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_doubt_keeps_the_cause_of_the_gap_on_which_it_rests() {
        let places = known(|scene| {
            with_policy(scene, &everybody("s3:GetObject"));
            with_perimeter(
                scene,
                Evidence::present(PERIMETER.to_owned(), source("organizations.DescribePolicy")),
            );
            for account in scene.organization.accounts.values_mut() {
                account.ancestors.observed = Observed::Gap(denied());
            }
        });
        let blocks = known(|scene| {
            with_policy(scene, &everybody("s3:GetObject"));
            scene.facts.public_access_block.observed = Observed::Gap(denied());
            scene.services.clear();
            scene.say(AccessPoints {
                access_points: Evidence::present(Vec::new(), source("s3control.ListAccessPoints")),
            });
            scene.say(EffectiveS3Policy {
                policy: Evidence::gap(denied(), source("organizations.DescribeEffectivePolicy")),
            });
        });
        for scene in [places, blocks] {
            let finding = scene.judge(&CHECK);
            assert_eq!(finding.verdict, Verdict::NotAssessed, "{finding:?}");
            let cause = finding.gap.as_ref().map(|gap| gap.cause);
            assert_eq!(cause, Some(denied().cause), "{finding:?}");
        }
    }
}
