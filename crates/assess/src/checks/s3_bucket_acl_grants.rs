//! `s3-bucket-acl-grants`: whether the access control list grants anything to others than the owner.
//!
//! It looks at the bucket's list and not at those of objects, and it does not know whether Block Public Access neutralises
//! a grant.

use s3attest_model::bucket::{BucketSetting, Grant, Grantee, LogDestination};
use s3attest_model::check::Severity;

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-bucket-acl-grants",
    title: "The access control list grants the owner only",
    severity: Severity::Medium,
    question: "Does the access control list grant permissions to the bucket owner only?",
    reads: Reads {
        sources: &[],
        account: &[AccountFact::BucketListing],
        settings: &[
            BucketSetting::OwnershipControls,
            BucketSetting::Acl,
            BucketSetting::Logging,
        ],
    },
    page: include_str!("../../../../docs/checks/s3-bucket-acl-grants.md"),
    judge: Judge::Bucket(judge),
};

/// The group by which S3 delivers access logs to a bucket with access control lists.
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

/// What the group needs for that (Amazon S3 User Guide, "Enabling Amazon S3 server access logging").
const NEEDED_TO_DELIVER: [&str; 2] = ["WRITE", "READ_ACP"];

/// What a grant means for the check.
enum Standing<'a> {
    Owner,
    LogDelivery,
    Other(String),
    NotKnown(&'a Grant),
}

fn standing<'a>(grant: &'a Grant, owner: Option<&str>) -> Standing<'a> {
    match (&grant.grantee, owner) {
        (Grantee::CanonicalUser(id), Some(owner)) if id == owner => Standing::Owner,
        (Grantee::CanonicalUser(id), Some(_)) => {
            Standing::Other(format!("{} to the canonical user {id}", grant.permission))
        }
        (Grantee::Group(uri), _) if uri == LOG_DELIVERY && NEEDED_TO_DELIVER.contains(&grant.permission.as_str()) => {
            Standing::LogDelivery
        }
        (Grantee::Group(uri), _) => {
            let name = uri.rsplit('/').next().unwrap_or(uri);
            Standing::Other(format!("{} to the group {name}", grant.permission))
        }
        // Without the owner's id nobody can tell whether the grantee is the owner; S3 gives no address of the owner.
        (Grantee::CanonicalUser(_), None) | (Grantee::Email(_) | Grantee::Other(_), _) => Standing::NotKnown(grant),
    }
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let ownership = trail.read(&view.settings.ownership_controls)?;
    if ownership.is_some_and(|controls| controls.object_ownership == "BucketOwnerEnforced") {
        return Ok(Judgement::not_applicable(
            "Object Ownership is BucketOwnerEnforced, so the access control list has no effect.",
        ));
    }
    let Some(list) = trail.read(&view.settings.acl)? else {
        return Err(Unknown::not_understood("S3 answered without an access control list"));
    };
    let standings = || list.grants.iter().map(|grant| standing(grant, list.owner.as_deref()));
    let others: Vec<String> = standings()
        .filter_map(|standing| match standing {
            Standing::Other(text) => Some(text),
            Standing::Owner | Standing::LogDelivery | Standing::NotKnown(_) => None,
        })
        .collect();
    if !others.is_empty() {
        return Ok(Judgement::fail(format!(
            "The access control list grants {}.",
            others.join(", ")
        )));
    }
    for standing in standings() {
        if let Standing::NotKnown(grant) = standing {
            return Err(Unknown::not_understood(format!(
                "the access control list grants {} to {}, which cannot be compared with the owner",
                grant.permission,
                match &grant.grantee {
                    Grantee::CanonicalUser(id) => format!("the canonical user {id}"),
                    Grantee::Email(address) => format!("the address {address}"),
                    Grantee::Group(uri) => format!("the group {uri}"),
                    Grantee::Other(kind) => format!("a grantee of the kind {kind}"),
                }
            )));
        }
    }
    if !standings().any(|standing| matches!(standing, Standing::LogDelivery)) {
        return Ok(Judgement::pass(
            "The access control list grants permissions to the owner only.",
        ));
    }
    Ok(if receives_logs(view, trail)? {
        Judgement::pass(
            "The access control list grants permissions to the owner, and to the log delivery group, whose logs the \
             bucket receives.",
        )
    } else {
        Judgement::fail(
            "The access control list grants permissions to the log delivery group, and no bucket of the account sends \
             its access logs here.",
        )
    })
}

/// Whether any bucket of the account sends its access logs here, this one included.
fn receives_logs<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<bool, Unknown<'a>> {
    let own = trail.read(&view.settings.logging);
    let to_itself =
        |own: Option<&LogDestination>| own.is_some_and(|own| own.target_bucket == view.bucket.name.as_str());
    if matches!(own, Ok(own) if to_itself(own)) || view.log_target(trail)?.is_some() {
        return Ok(true);
    }
    own.map(to_itself)
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::{AccessControlList, OwnershipControls};
    use s3attest_model::evidence::Observed;
    use s3attest_model::finding::Verdict;

    use super::*;
    use crate::checks::scene::{Scene, bucket, denied, present};

    fn grant(grantee: Grantee) -> Grant {
        Grant {
            grantee,
            permission: "READ".to_owned(),
        }
    }

    fn user(id: &str) -> Grant {
        grant(Grantee::CanonicalUser(id.to_owned()))
    }

    fn group(name: &str) -> Grant {
        grant(Grantee::Group(format!("http://acs.amazonaws.com/groups/{name}")))
    }

    fn scene(owner: Option<&str>, grants: Vec<Grant>) -> Scene {
        Scene::with(|scene| {
            let list = AccessControlList {
                owner: owner.map(ToOwned::to_owned),
                grants,
            };
            scene.bucket.settings.acl.observed = Observed::Present(list);
        })
    }

    #[test]
    fn a_grant_to_anyone_but_the_owner_fails() {
        for (owner, grants, verdict) in [
            (Some("me"), vec![user("me")], Verdict::Pass),
            (Some("me"), vec![], Verdict::Pass),
            (Some("me"), vec![user("me"), user("you")], Verdict::Fail),
            (Some("me"), vec![user("me"), group("global/AllUsers")], Verdict::Fail),
            (Some("me"), vec![group("global/AuthenticatedUsers")], Verdict::Fail),
            (None, vec![group("global/AllUsers")], Verdict::Fail),
            (None, vec![user("me")], Verdict::NotAssessed),
            (
                Some("me"),
                vec![grant(Grantee::Email("a@b".to_owned()))],
                Verdict::NotAssessed,
            ),
            (
                Some("me"),
                vec![grant(Grantee::Other("x".to_owned())), user("you")],
                Verdict::Fail,
            ),
            (Some("me"), vec![group("s3/LogDelivery")], Verdict::Fail),
        ] {
            let about = format!("{owner:?} {grants:?}");
            assert_eq!(scene(owner, grants).verdict(&CHECK), verdict, "{about}");
        }
    }

    #[test]
    fn the_log_delivery_group_is_right_on_a_log_target_only() {
        let delivery = |permission: &str| Grant {
            permission: permission.to_owned(),
            ..group("s3/LogDelivery")
        };
        let grants = || vec![user("me"), delivery("WRITE"), delivery("READ_ACP")];
        let logging_to_subject = |logging: Observed<LogDestination>| {
            let mut scene = scene(Some("me"), grants());
            let mut source = bucket("source");
            source.settings.logging.observed = logging;
            scene.add(source);
            scene.verdict(&CHECK)
        };
        let destination = LogDestination {
            target_bucket: "subject".to_owned(),
            target_prefix: String::new(),
            target_grants: Vec::new(),
            key_format: None,
        };
        let mut itself = scene(Some("me"), grants());
        itself.bucket.settings.logging.observed = Observed::Present(destination.clone());
        assert_eq!(itself.verdict(&CHECK), Verdict::Pass);
        let mut more = scene(Some("me"), vec![delivery("FULL_CONTROL")]);
        more.bucket.settings.logging.observed = itself.bucket.settings.logging.observed.clone();
        assert_eq!(
            more.verdict(&CHECK),
            Verdict::Fail,
            "delivering needs no more than two permissions"
        );
        itself.withhold(BucketSetting::Logging);
        assert_eq!(itself.verdict(&CHECK), Verdict::NotAssessed);
        assert_eq!(logging_to_subject(Observed::Present(destination)), Verdict::Pass);
        assert_eq!(logging_to_subject(Observed::Absent), Verdict::Fail);
        assert_eq!(logging_to_subject(Observed::Gap(denied())), Verdict::NotAssessed);
    }

    #[test]
    fn disabled_lists_ask_nothing_and_what_is_not_known_is_not_guessed() {
        let mut scene = scene(Some("me"), vec![user("you")]);
        let enforced = OwnershipControls {
            object_ownership: "BucketOwnerEnforced".to_owned(),
        };
        scene.bucket.settings.ownership_controls = present(BucketSetting::OwnershipControls, enforced);
        assert_eq!(scene.verdict(&CHECK), Verdict::NotApplicable);
        scene.withhold(BucketSetting::OwnershipControls);
        assert_eq!(scene.verdict(&CHECK), Verdict::NotAssessed);
        let mut scene = Scene::new();
        assert_eq!(
            scene.verdict(&CHECK),
            Verdict::NotAssessed,
            "S3 always answers with a list"
        );
        scene.withhold(BucketSetting::Acl);
        assert_eq!(scene.verdict(&CHECK), Verdict::NotAssessed);
    }
}
