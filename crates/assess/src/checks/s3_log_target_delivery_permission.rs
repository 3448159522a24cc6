//! `s3-log-target-delivery-permission`: whether S3's logging service may write into the bucket that is to receive the logs.
//!
//! It does not know whether logs arrive; a policy of the organization that refuses them is not looked at.

use s3attest_model::bucket::{BucketSetting, Grantee, LogDestination};
use s3attest_model::check::Severity;
use s3attest_model::services::ServiceSource;
use s3attest_policy::{Document, ServiceRequest, Truth, service_access};

use super::bucket_key::{DefaultKey, NamedKey, described, named_in};
use super::s3_log_target_location::{Target, target_of};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::index::IndexedBucket;
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "s3-log-target-delivery-permission",
    title: "S3 may deliver access logs to the target",
    severity: Severity::Medium,
    question: "Do policy, access control list and key of the log target let S3's logging service write there?",
    reads: Reads {
        sources: &[ServiceSource::Keys],
        account: &[AccountFact::BucketListing],
        settings: &[
            BucketSetting::Acl,
            BucketSetting::Encryption,
            BucketSetting::Logging,
            BucketSetting::OwnershipControls,
            BucketSetting::Policy,
        ],
    },
    page: include_str!("../../../../docs/checks/s3-log-target-delivery-permission.md"),
    judge: Judge::Bucket(judge),
};

/// The service that delivers, and the group that stands for it in access control lists (Amazon S3 User Guide, "Enabling
/// Amazon S3 server access logging").
const SERVICE: &str = "logging.s3.amazonaws.com";
const GROUP: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let (destination, target) = match target_of(view, trail)? {
        Target::Bucket(destination, target) => (destination, target),
        Target::None(judgement) => return Ok(judgement),
    };
    let name = &target.name;
    let (allowed, denied) = by_policy(view, trail, destination, target);
    if matches!(denied, Ok(true)) {
        return Ok(Judgement::fail(format!(
            "The bucket policy of the log target {name} denies {SERVICE} to write there."
        )));
    }
    let by_list = by_list(trail, target);
    let way = if matches!(allowed, Ok(true)) {
        format!("its bucket policy allows {SERVICE} to do so")
    } else if matches!(by_list, Ok(true)) {
        "its access control list lets S3's log delivery group do so".to_owned()
    } else {
        allowed?;
        by_list?;
        return Ok(Judgement::fail(format!(
            "Nothing lets S3 write access logs into the target {name}: its bucket policy does not allow s3:PutObject to \
             {SERVICE} on behalf of this bucket, and no grant in its access control list has that effect."
        )));
    };
    denied?;
    Ok(match by_key(view, trail, target)? {
        Ok(key) => Judgement::pass(format!("S3 may write access logs into the target {name}: {way}{key}.")),
        Err(lacks) => Judgement::fail(format!(
            "S3 may write into the log target {name}, and cannot encrypt there: {lacks}."
        )),
    })
}

/// Whether the target's policy allows the delivery, and whether it denies it.
fn by_policy<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    destination: &LogDestination,
    target: &'a IndexedBucket,
) -> (Result<bool, Unknown<'a>>, Result<bool, Unknown<'a>>) {
    let document = match target.document(trail) {
        Ok(Some(document)) => document,
        Ok(None) => return (Ok(false), Ok(false)),
        Err(unknown) => return (Err(unknown.clone()), Err(unknown)),
    };
    let source = view.arn_of(view.bucket.name.as_str());
    let access = service_access(
        document,
        &ServiceRequest {
            service: SERVICE,
            action: "s3:PutObject",
            resource: &format!("{}/{}", target.arn, destination.target_prefix),
            and_all_under: true,
            source_arn: Some(&source),
            source_account: view.bucket.account.as_str(),
            source_organization: view.organization.evidence.id(),
        },
    );
    (known(access.allowed, &target.arn), known(access.denied, &target.arn))
}

/// Whether an access control list that has effect lets the log delivery group write.
fn by_list<'a>(trail: &mut Trail<'a>, target: &'a IndexedBucket) -> Result<bool, Unknown<'a>> {
    let list = trail.read_of(target.arn.clone(), &target.acl)?;
    let of_group = |permissions: &[&str]| {
        list.iter().flat_map(|list| &list.grants).any(|grant| {
            let is_group = matches!(&grant.grantee, Grantee::Group(group) if group == GROUP);
            is_group && permissions.contains(&grant.permission.as_str())
        })
    };
    if !(of_group(&["WRITE", "FULL_CONTROL"]) && of_group(&["READ_ACP", "FULL_CONTROL"])) {
        return Ok(false);
    }
    let controls = trail.read_of(target.arn.clone(), &target.ownership_controls)?;
    Ok(controls.is_none_or(|controls| controls.object_ownership != "BucketOwnerEnforced"))
}

/// How the target's key lets the service encrypt, as the end of a sentence; or what it lacks.
fn by_key<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    target: &'a IndexedBucket,
) -> Result<Result<String, String>, Unknown<'a>> {
    let managed =
        || Err("its default encryption uses a key that AWS manages, whose policy cannot admit the service".to_owned());
    let name = match named_in(
        trail.read_of(target.arn.clone(), &target.encryption)?,
        view.bucket.account.as_str(),
    )? {
        NamedKey::NotOfKms => return Ok(Ok(String::new())),
        NamedKey::Managed => return Ok(managed()),
        NamedKey::Named(name) => name,
    };
    let Some(region) = trail.read_of(target.arn.clone(), &target.region)? else {
        return Err(Unknown::not_understood(
            "the list of buckets states no region for the log target",
        ));
    };
    let key = match described(view, trail, region, name)? {
        DefaultKey::Key(key) => key,
        DefaultKey::NoneOfCustomer(_) => return Ok(managed()),
        DefaultKey::Gone(name) => return Ok(Err(format!("KMS knows no key {name}"))),
    };
    let Some(text) = trail.read_of(key.arn.clone(), &key.policy)? else {
        return Err(Unknown::not_understood(format!("the key {} has no policy", key.arn)));
    };
    let document = Document::parse(&text.0)
        .map_err(|error| Unknown::not_understood(format!("the policy of the key {} is no policy: {error}", key.arn)))?;
    let access = service_access(
        &document,
        &ServiceRequest {
            service: SERVICE,
            // What every upload under a key of KMS needs (Amazon S3 User Guide, "Using server-side encryption with AWS KMS
            // keys").
            action: "kms:GenerateDataKey",
            resource: &key.arn,
            and_all_under: false,
            source_arn: None,
            source_account: view.bucket.account.as_str(),
            source_organization: view.organization.evidence.id(),
        },
    );
    let allowed = known(access.allowed, &key.arn);
    let denied = known(access.denied, &key.arn);
    if matches!(denied, Ok(true)) {
        return Ok(Err(format!("the policy of the key {} denies it to {SERVICE}", key.arn)));
    }
    if !allowed? {
        return Ok(Err(format!(
            "the policy of the key {} does not admit {SERVICE}",
            key.arn
        )));
    }
    denied?;
    Ok(Ok(format!(", and the policy of the key {} admits it", key.arn)))
}

/// What is said of a document, as something that is known or not.
fn known<'a>(truth: Truth, arn: &str) -> Result<bool, Unknown<'a>> {
    match truth {
        Truth::Yes => Ok(true),
        Truth::No => Ok(false),
        Truth::Unclear(text) => Err(Unknown::not_understood(format!("the policy of {arn}: {text}"))),
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::{
        AccessControlList, Bucket, EncryptionConfiguration, EncryptionDefault, Grant, OwnershipControls, PolicyDocument,
    };
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::KeyRotation;

    use super::*;
    use crate::checks::bucket_key::tests::{KEY, key, using};
    use crate::checks::s3_bucket_access_logging::tests::{logged, logging_to};
    use crate::checks::scene::{Case, Scene, bucket, denied, expect, present, source};

    fn target(change: impl FnOnce(&mut Bucket)) -> Scene {
        let mut target = bucket("target");
        change(&mut target);
        logged("target", vec![target])
    }

    fn with_policy(target: &mut Bucket, statements: &str) {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        target.settings.policy = present(BucketSetting::Policy, PolicyDocument(text));
    }

    fn allow(condition: &str) -> String {
        format!(
            r#"{{"Effect":"Allow","Principal":{{"Service":"logging.s3.amazonaws.com"}},"Action":"s3:PutObject",
            "Resource":"arn:aws:s3:::target/*","Condition":{condition}}}"#
        )
    }

    const OWN: &str =
        r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::subject"},"StringEquals":{"aws:SourceAccount":"111111111111"}}"#;

    fn with_group(target: &mut Bucket, permissions: &[&str], ownership: Observed<OwnershipControls>) {
        let grant = |permission: &&str| Grant {
            grantee: Grantee::Group(GROUP.to_owned()),
            permission: (*permission).to_owned(),
        };
        let list = AccessControlList {
            owner: None,
            grants: permissions.iter().map(grant).collect(),
        };
        target.settings.acl = present(BucketSetting::Acl, list);
        target.settings.ownership_controls.observed = ownership;
    }

    fn enforced() -> Observed<OwnershipControls> {
        Observed::Present(OwnershipControls {
            object_ownership: "BucketOwnerEnforced".to_owned(),
        })
    }

    #[test]
    fn policy_or_access_control_list_let_the_service_write() {
        let deny = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::target/*",
            "Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-scene"}}}"#;
        let both = ["WRITE", "READ_ACP"];
        let cases: Vec<Case> = vec![
            ("off", Scene::new(), Verdict::NotApplicable, "logging is off"),
            ("no target", logged("gone", vec![]), Verdict::Fail, "does not exist"),
            (
                "a statement for this bucket",
                target(|target| with_policy(target, &allow(OWN))),
                Verdict::Pass,
                "its bucket policy allows logging.s3.amazonaws.com",
            ),
            (
                "a statement for another bucket",
                target(|target| with_policy(target, &allow(&OWN.replace("subject", "other")))),
                Verdict::Fail,
                "does not allow s3:PutObject",
            ),
            (
                "a denial that leaves no service out",
                target(|target| with_policy(target, &format!("{},{deny}", allow(OWN)))),
                Verdict::Fail,
                "denies logging.s3.amazonaws.com",
            ),
            (
                "a condition of unknown effect",
                target(|target| with_policy(target, &allow(r#"{"StringEquals":{"s3:x-amz-acl":"private"}}"#))),
                Verdict::NotAssessed,
                "is not known",
            ),
            (
                "grants to the group",
                target(|target| with_group(target, &both, Observed::Absent)),
                Verdict::Pass,
                "log delivery group",
            ),
            (
                "grants without effect",
                target(|target| with_group(target, &both, enforced())),
                Verdict::Fail,
                "no grant in its access control list",
            ),
            (
                "grants, and nobody knows whether they have effect",
                target(|target| with_group(target, &both, Observed::Gap(denied()))),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "half a grant",
                target(|target| with_group(target, &["WRITE"], Observed::Absent)),
                Verdict::Fail,
                "no grant",
            ),
            ("neither", target(|_| {}), Verdict::Fail, "Nothing lets S3 write"),
            (
                "a policy that could not be read",
                target(|target| target.settings.withhold(BucketSetting::Policy, denied())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "grants, and a policy that may deny",
                target(|target| {
                    with_group(target, &both, Observed::Absent);
                    target.settings.withhold(BucketSetting::Policy, denied());
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "a policy, and a list that could not be read",
                target(|target| {
                    with_policy(target, &allow(OWN));
                    target.settings.withhold(BucketSetting::Acl, denied());
                }),
                Verdict::Pass,
                "bucket policy allows",
            ),
            (
                "no policy, and a list that could not be read",
                target(|target| target.settings.withhold(BucketSetting::Acl, denied())),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }

    /// A target that the service may write into, encrypted by KMS.
    fn encrypted(name: Option<&str>, resolved: Observed<String>, policy: Observed<PolicyDocument>) -> Scene {
        let mut key = key(Evidence::<KeyRotation>::gap(
            denied(),
            source("kms.GetKeyRotationStatus"),
        ));
        key.policy = Evidence {
            observed: policy,
            source: source("kms.GetKeyPolicy"),
        };
        let mut scene = using(name.unwrap_or(KEY), resolved, vec![key]);
        scene.bucket = logging_to("subject", "target");
        let mut target = bucket("target");
        with_policy(&mut target, &allow(OWN));
        let default = EncryptionDefault {
            algorithm: Some("aws:kms".to_owned()),
            kms_key: name.map(str::to_owned),
            bucket_key_enabled: None,
            blocked_encryption_types: None,
        };
        let defaults = vec![default];
        target.settings.encryption = present(BucketSetting::Encryption, EncryptionConfiguration { defaults });
        scene.add(target);
        scene
    }

    #[test]
    fn a_key_of_kms_has_to_admit_the_service_too() {
        let there = || Observed::Present(KEY.to_owned());
        let policy = |statement: &str| Observed::Present(PolicyDocument(format!(r#"{{"Statement":[{statement}]}}"#)));
        let admits = |condition: &str| {
            policy(&format!(
                r#"{{"Effect":"Allow","Principal":{{"Service":"logging.s3.amazonaws.com"}},
                "Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":"*","Condition":{condition}}}"#
            ))
        };
        let root = || {
            policy(
                r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"}"#,
            )
        };
        let of_account = r#"{"StringEquals":{"aws:SourceAccount":"111111111111"}}"#;
        let cases: Vec<Case> = vec![
            (
                "admitted",
                encrypted(Some(KEY), there(), admits(of_account)),
                Verdict::Pass,
                "and the policy of the key",
            ),
            (
                "not admitted",
                encrypted(Some(KEY), there(), root()),
                Verdict::Fail,
                "does not admit",
            ),
            (
                "admitted for something",
                encrypted(
                    Some(KEY),
                    there(),
                    admits(r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::subject"}}"#),
                ),
                Verdict::NotAssessed,
                "on behalf of which resource",
            ),
            (
                "the managed key",
                encrypted(None, there(), root()),
                Verdict::Fail,
                "a key that AWS manages",
            ),
            (
                "gone",
                encrypted(Some(KEY), Observed::Absent, root()),
                Verdict::Fail,
                "KMS knows no key",
            ),
            (
                "a key policy that could not be read",
                encrypted(Some(KEY), there(), Observed::Gap(denied())),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "a key that could not be described",
                encrypted(Some(KEY), Observed::Gap(denied()), root()),
                Verdict::NotAssessed,
                "access was denied",
            ),
        ];
        expect(&CHECK, cases);
    }
}
