//! What fuzzing does with a text: reads it as a policy and asks it everything. The fuzz target and an ordinary test share
//! this file.

use std::collections::BTreeSet;

use s3attest_model::identifiers::AccountId;
use s3attest_policy::access::{Access, Audience, Known, Reach, Situation, effective_access};
use s3attest_policy::{
    ADMINISTRATIVE_ACTIONS, Attached, BucketResources, Document, Insiders, denies_requests_from_elsewhere,
    denies_requests_without_tls, denies_uploads_with_other_encryption, is_public, limits_policy_changes,
    organization_policy_keeps_strangers_out_of_s3, outsiders, requires_one_key,
};

/// Panics when an answer contradicts another, or when anything on the way does.
pub(crate) fn ask_everything(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(document) = Document::parse(text) else {
        return;
    };
    assert_eq!(
        Document::parse(text).as_ref(),
        Ok(&document),
        "reading twice gives the same"
    );
    let mut reversed = document.clone();
    reversed.statements.reverse();
    for attached in [
        Attached::Bucket,
        Attached::AccessPoint,
        Attached::AccessPointInVpc,
        Attached::Other,
    ] {
        let (label, turned) = (is_public(&document, attached), is_public(&reversed, attached));
        assert_eq!(
            label.is_public(),
            turned.is_public(),
            "the order of statements means nothing"
        );
        assert_eq!(
            label.is_not_public(),
            turned.is_not_public(),
            "the order of statements means nothing"
        );
    }
    let resources = BucketResources::of("arn:aws:s3:::data");
    let _ = denies_requests_without_tls(&document, &resources);
    let _ = denies_requests_from_elsewhere(&document, &resources);
    let _ = denies_uploads_with_other_encryption(&document, &resources, &["aws:kms"], true);
    let _ = requires_one_key(&document, &resources, None);
    let _ = limits_policy_changes(&document, &resources, true);
    let _ = organization_policy_keeps_strangers_out_of_s3(&document, "aws");
    let accounts = BTreeSet::new();
    let insiders = Insiders {
        account: "111111111111",
        organization: None,
        accounts: &accounts,
        incomplete: None,
        canonical_user: None,
    };
    let _ = outsiders(&document, "arn:aws:s3:::data", &ADMINISTRATIVE_ACTIONS, &insiders);
    let account = AccountId::new("111111111111").expect("twelve digits are an account id");
    let ask = |document| {
        effective_access(&Situation {
            account: &account,
            bucket_arn: "arn:aws:s3:::data".to_owned(),
            organization: Known::Absent,
            organization_block: Known::Absent,
            account_block: Known::Absent,
            bucket_block: Known::Absent,
            ownership: Known::Absent,
            acl: Known::Absent,
            object_acls: Known::Absent,
            policy: Known::Present(document),
            access_points: Known::Absent,
            resource_control: Known::Absent,
            service_control: Known::Absent,
            canonical_users: None,
            at: None,
        })
    };
    let (access, turned) = (ask(&document), ask(&reversed));
    let label = is_public(&document, Attached::Bucket);
    for audience in Audience::ALL {
        for kind in Access::ALL {
            let reach = access.of(audience, kind).reach();
            assert_eq!(
                reach,
                turned.of(audience, kind).reach(),
                "the order of statements means nothing"
            );
            // Whom AWS calls kept out by naming its principals cannot be anyone.
            if reach == Reach::Yes && audience == Audience::Anyone {
                let only_named = matches!(&label, s3attest_policy::Publicness::NotPublic(limits) if limits.is_empty());
                assert!(
                    !only_named,
                    "a policy that only names principals lets nobody in without credentials"
                );
            }
        }
    }
}
