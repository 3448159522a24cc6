//! Who reaches the buckets of the samples: made up in the manner of the real answers, and not worked out.

use s3attest_model::access::{
    AccessAnswer, AccessDoubt, AccessKind, AccessMeasure, AccessSentence, AccessWay, Audience, BucketAccess,
    BucketRole, Reach, RoleOfBucket,
};
use s3attest_model::bucket::{Bucket, BucketSetting, SettingState};
use s3attest_model::evidence::Operation;
use s3attest_model::finding::{EvidenceReference, EvidenceState};
use s3attest_model::identifiers::Partition;

use super::parts;

/// The settings that the answers rest on, by their places in the evidence.
const SETTINGS: [BucketSetting; 4] = [
    BucketSetting::PublicAccessBlock,
    BucketSetting::OwnershipControls,
    BucketSetting::Acl,
    BucketSetting::Policy,
];
const ACL: usize = 2;
const POLICY: usize = 3;
/// After the settings: the list of which units the organization has, whose name is among the longest of operations.
const UNITS: usize = 4;

/// What the access to a bucket came to. What the public can read rests on `is_open`; a list that could not be read leaves
/// writing open.
pub(super) fn of_bucket(bucket: &Bucket, is_open: bool) -> BucketAccess {
    let views = bucket.settings.views();
    let mut evidence: Vec<EvidenceReference> = SETTINGS
        .iter()
        .filter_map(|setting| views.iter().find(|view| view.setting == *setting))
        .map(|view| EvidenceReference {
            state: EvidenceState::from(view.state),
            source: view.source.clone(),
            of: None,
        })
        .collect();
    evidence.push(EvidenceReference {
        state: EvidenceState::Present,
        source: parts::answered(&Operation::named("organizations.ListOrganizationalUnitsForParent"), 78),
        of: None,
    });
    let is_unread = |setting: BucketSetting| {
        let mut views = views.iter();
        views.any(|view| view.setting == setting && matches!(view.state, SettingState::Gap(_)))
    };
    let lacks_list = is_unread(BucketSetting::Acl);
    let answers = Audience::ALL
        .into_iter()
        .flat_map(|audience| AccessKind::ALL.map(move |access| answer(audience, access, is_open, lacks_list)));
    let mut chain = vec![
        sentence(
            AccessMeasure::OrganizationBlock,
            "No S3 policy of an organization reaches the account.",
            &[UNITS],
        ),
        sentence(
            AccessMeasure::BucketBlock,
            "The bucket's public access block is not set.",
            &[0],
        ),
        sentence(AccessMeasure::Ownership, "Access control lists have effect.", &[1]),
        if lacks_list {
            sentence(
                AccessMeasure::Acl,
                "The access control list is not known: access was denied.",
                &[ACL],
            )
        } else {
            sentence(
                AccessMeasure::Acl,
                "The access control list gives nobody but the owner anything.",
                &[ACL],
            )
        },
        sentence(
            AccessMeasure::ObjectAcls,
            "The objects' own access control lists are left out.",
            &[],
        ),
    ];
    chain.push(if is_open {
        sentence(
            AccessMeasure::BucketPolicy,
            "Anyone can read by the bucket policy, statement 1 (\"PublicReadGetObject\").",
            &[POLICY],
        )
    } else {
        sentence(
            AccessMeasure::BucketPolicy,
            "There is no statement of the bucket policy for anybody else.",
            &[POLICY],
        )
    });
    BucketAccess {
        account: bucket.account.clone(),
        name: bucket.name.clone(),
        partition: Partition::Aws,
        region: bucket.region.known().ok().flatten().cloned(),
        roles: bucket
            .name
            .as_str()
            .contains("logs")
            .then_some(RoleOfBucket {
                role: BucketRole::AccessLogTarget,
                because: Some("another bucket of this account sends its access logs here".to_owned()),
                unclear: None,
            })
            .into_iter()
            .collect(),
        answers: answers.collect(),
        chain,
        evidence,
    }
}

fn answer(audience: Audience, access: AccessKind, is_open: bool, lacks_list: bool) -> AccessAnswer {
    let reads = is_open && audience == Audience::Anyone && access == AccessKind::Read;
    let may_write = lacks_list && audience == Audience::Anyone && access == AccessKind::Write;
    AccessAnswer {
        audience,
        access,
        reach: if reads {
            Reach::Yes
        } else if may_write {
            Reach::Unclear
        } else {
            Reach::No
        },
        ways: reads
            .then(|| AccessWay {
                measure: Some(AccessMeasure::BucketPolicy),
                who: "anyone".to_owned(),
                path: "the bucket policy".to_owned(),
                action: "s3:GetObject".to_owned(),
                statement: Some("statement 1 (\"PublicReadGetObject\")".to_owned()),
                evidence: vec![POLICY],
            })
            .into_iter()
            .collect(),
        doubts: may_write
            .then(|| AccessDoubt {
                measure: Some(AccessMeasure::Acl),
                who: "anyone".to_owned(),
                path: "the access control list".to_owned(),
                text: "the access control list is not known: access was denied".to_owned(),
                is_granted: false,
                evidence: vec![ACL],
            })
            .into_iter()
            .collect(),
        stops: Vec::new(),
    }
}

fn sentence(measure: AccessMeasure, text: &str, evidence: &[usize]) -> AccessSentence {
    AccessSentence {
        measure: Some(measure),
        text: text.to_owned(),
        evidence: evidence.to_vec(),
    }
}

/// What the access to a bucket came to, with foreign text that means harm in it.
pub(super) fn harmed(bucket: &Bucket, texts: &[&str]) -> BucketAccess {
    let mut access = of_bucket(bucket, true);
    let harm = texts
        .iter()
        .map(|text| sentence(AccessMeasure::BucketPolicy, text, &[POLICY]));
    access.chain.extend(harm);
    access.evidence.push(EvidenceReference {
        state: EvidenceState::Present,
        source: parts::answered(&Operation::named("s3control.GetAccessPointPolicy"), 77),
        of: texts.first().map(|text| (*text).to_owned()),
    });
    let last = access.evidence.len() - 1;
    access.chain[1].evidence.push(last);
    access
}
