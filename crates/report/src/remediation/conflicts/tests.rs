//! Each question with the bucket that raises it, the one that does not, and the one of which nobody can tell.

mod buckets;

use s3attest_model::bucket::{
    Abac, AccessControlList, BucketSettings, CorsRule, EncryptionConfiguration, Grant, Grantee, LifecycleAction,
    LogDestination, NotificationConfiguration, ObjectLock, PolicyDocument, PolicyStatus, PublicAccessBlock,
};
use s3attest_model::evidence::{BlockedBy, Evidence, Gap, GapCause};

use super::*;
use buckets::*;

/// Every change.
const CHANGES: [Change; 19] = [
    Change::BlockPublicAccess,
    Change::Policy,
    Change::RequireTls,
    Change::RequireNetwork,
    Change::RequireEncryption,
    Change::DisableLists,
    Change::ClearList,
    Change::Encryption,
    Change::KmsEncryption,
    Change::Versioning,
    Change::MfaDelete,
    Change::ObjectLock,
    Change::Lifecycle,
    Change::Logging,
    Change::Replication,
    Change::Notifications,
    Change::Tags,
    Change::CrossOrigin,
    Change::Website,
];

#[test]
fn a_bare_bucket_raises_nothing_but_that_versioning_is_not_on() {
    for change in CHANGES {
        let expected = usize::from(matches!(change, Change::ObjectLock | Change::Replication));
        let warnings = said(change, &bare(), &closed());
        assert_eq!(warnings.len(), expected, "{change:?}: {warnings:#?}");
    }
}

#[test]
fn what_could_not_be_read_is_a_warning_for_every_change_that_raises_a_question() {
    let mut bucket = bare();
    bucket.settings = BucketSettings::all_gaps(&Gap::new(GapCause::Denied, ""));
    for change in CHANGES {
        let around = Around {
            bucket: Some(&bucket),
            access: None,
            findings: &[],
        };
        let warnings = of(&[change], &around);
        let raised = CONFLICTS
            .iter()
            .copied()
            .flatten()
            .filter(|conflict| conflict.raised_by.contains(&change));
        assert_eq!(warnings.len(), raised.count(), "{change:?}: {warnings:#?}");
        for warning in &warnings {
            assert_eq!(warning.certainty, Certainty::NotKnown, "{change:?}: {warning:?}");
            assert!(
                warning.text.starts_with("It is not known whether this conflicts with "),
                "{warning:?}"
            );
        }
        let none = Around { bucket: None, ..around };
        assert_eq!(of(&[change], &none)[0].certainty, Certainty::NotKnown);
    }
}

#[test]
fn every_question_names_its_source() {
    for conflict in CONFLICTS.iter().copied().flatten() {
        assert!(
            conflict.source.contains(" Guide, ") || conflict.source.contains(" Reference, "),
            "{}",
            conflict.source
        );
        assert!(!conflict.raised_by.is_empty() && !conflict.about.is_empty());
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one line for each question, in one table")]
fn settings_that_stand_in_the_way_are_named() {
    let present = |bucket: Bucket, change: Change, words: &str| {
        let warnings = said(change, &bucket, &closed());
        let found = warnings.iter().find(|warning| warning.text.contains(words));
        let found = found.unwrap_or_else(|| panic!("{change:?}, {words}: {warnings:#?}"));
        assert_eq!(found.certainty, Certainty::Shown, "{found:?}");
    };
    macro_rules! set {
        ($($member:ident: $value:expr),*) => {
            with(|settings| { $(settings.$member = Evidence::present($value, source());)* })
        };
    }
    for change in [
        Change::BlockPublicAccess,
        Change::RequireTls,
        Change::RequireNetwork,
        Change::CrossOrigin,
    ] {
        present(set!(website: website()), change, "hosted as a website");
    }
    let statements = |text: &str| PolicyDocument(text.to_owned());
    present(
        set!(policy: statements(r#"{"Statement":[{},{},{}]}"#)),
        Change::Policy,
        "has a policy of 3 statements",
    );
    present(set!(policy: statements("{}")), Change::Policy, "has a policy (see");
    let public = PublicAccessBlock {
        block_public_acls: false,
        ignore_public_acls: false,
        block_public_policy: true,
        restrict_public_buckets: false,
    };
    present(
        set!(public_access_block: public, policy_status: PolicyStatus { is_public: true }),
        Change::Policy,
        "BlockPublicPolicy is on",
    );
    let stranger = || list(Grantee::CanonicalUser("stranger".to_owned()));
    present(set!(acl: stranger()), Change::DisableLists, "1 grant,");
    present(set!(acl: stranger()), Change::ClearList, "1 grant,");
    let delivery = Grantee::Group("http://acs.amazonaws.com/groups/s3/LogDelivery".to_owned());
    present(set!(acl: list(delivery)), Change::DisableLists, "log delivery group");
    let cloudfront =
        Grantee::CanonicalUser("c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0".to_owned());
    present(
        set!(acl: list(cloudfront)),
        Change::DisableLists,
        "standard logging (v2)",
    );
    present(
        set!(policy: statements(r#"{"Condition":{"StringEquals":{"s3:x-amz-acl":"public-read"}}}"#)),
        Change::DisableLists,
        "s3:x-amz-acl",
    );
    present(
        set!(encryption: encrypted("aws:kms", Some("a-key"), &["SSE-C"])),
        Change::Encryption,
        "the key a-key and the blocked types SSE-C",
    );
    present(
        set!(replication: replicated(None)),
        Change::KmsEncryption,
        "SourceSelectionCriteria",
    );
    present(
        set!(lifecycle: vec![rule(vec![LifecycleAction::ExpireAfterDays(30)])]),
        Change::Versioning,
        "only writes delete markers",
    );
    present(
        set!(versioning: versioned(Some("Enabled"), Some("Enabled"))),
        Change::Versioning,
        "root user’s device",
    );
    present(
        set!(lifecycle: vec![rule(Vec::new())]),
        Change::MfaDelete,
        "1 lifecycle rule.",
    );
    present(
        set!(versioning: versioned(Some("Enabled"), Some("Enabled"))),
        Change::Lifecycle,
        "MFA delete is on",
    );
    let locked = || ObjectLock {
        enabled: true,
        default_retention: None,
    };
    present(set!(object_lock: locked()), Change::Lifecycle, "legal hold");
    present(
        set!(object_lock: locked()),
        Change::Replication,
        "the destination needs it too",
    );
    present(
        set!(replication: replicated(None)),
        Change::ObjectLock,
        "The bucket is replicated",
    );
    present(
        set!(versioning: versioned(Some("Suspended"), None)),
        Change::ObjectLock,
        "Versioning is not on",
    );
    present(
        set!(encryption: encrypted("aws:kms", None, &[])),
        Change::Replication,
        "key of KMS",
    );
    present(
        set!(lifecycle: vec![rule(Vec::new())]),
        Change::Lifecycle,
        "replaced as a whole",
    );
    let logging = LogDestination {
        target_bucket: "logs".to_owned(),
        target_prefix: "p/".to_owned(),
        target_grants: Vec::new(),
        key_format: None,
    };
    present(set!(logging: logging), Change::Logging, "go to logs under “p/”");
    present(
        set!(replication: replicated(None)),
        Change::Replication,
        "1 replication rule,",
    );
    let notifications = NotificationConfiguration {
        topics: Vec::new(),
        queues: Vec::new(),
        functions: Vec::new(),
        event_bridge: true,
    };
    present(
        set!(notifications: notifications),
        Change::Notifications,
        "Amazon EventBridge",
    );
    let tags = [("a".to_owned(), "b".to_owned())].into();
    present(set!(tagging: tags), Change::Tags, "has 1 tag,");
    let abac = Abac {
        status: Some("Enabled".to_owned()),
    };
    present(set!(abac: abac), Change::Tags, "is refused");
    let cors = || CorsRule {
        id: None,
        allowed_methods: Vec::new(),
        allowed_origins: Vec::new(),
        allowed_headers: Vec::new(),
        expose_headers: Vec::new(),
        max_age_seconds: None,
    };
    present(set!(cors: vec![cors(), cors()]), Change::CrossOrigin, "2 rules");
}

#[test]
fn settings_that_do_not_stand_in_the_way_are_not_named() {
    let quiet = |bucket: Bucket, change: Change| {
        let warnings = said(change, &bucket, &closed());
        assert!(warnings.is_empty(), "{change:?}: {warnings:#?}");
    };
    quiet(
        with(|settings| {
            settings.lifecycle = Evidence::present(
                vec![rule(vec![
                    LifecycleAction::ExpireAfterDays(30),
                    LifecycleAction::ExpireNoncurrentAfterDays {
                        days: Some(1),
                        keep: None,
                    },
                ])],
                source(),
            );
        }),
        Change::Versioning,
    );
    quiet(
        with(|settings| settings.replication = Evidence::present(replicated(Some("a-key")), source())),
        Change::KmsEncryption,
    );
    quiet(
        with(|settings| settings.encryption = Evidence::present(encrypted("AES256", None, &[]), source())),
        Change::Encryption,
    );
    let own = AccessControlList {
        owner: Some("owner".to_owned()),
        grants: vec![Grant {
            grantee: Grantee::CanonicalUser("owner".to_owned()),
            permission: "FULL_CONTROL".to_owned(),
        }],
    };
    quiet(
        with(|settings| settings.acl = Evidence::present(own, source())),
        Change::DisableLists,
    );
}

#[test]
fn who_reaches_the_bucket_and_what_it_serves_for_stands_in_the_way() {
    let cases: &[(Change, BucketAccess, BucketAccess, &str)] = &[
        (
            Change::BlockPublicAccess,
            reached(Audience::Anyone, Reach::Yes),
            reached(Audience::Anyone, Reach::Unclear),
            "people outside the organization",
        ),
        (
            Change::RequireTls,
            reached(Audience::Anyone, Reach::Yes),
            reached(Audience::Anyone, Reach::Unclear),
            "http:",
        ),
        (
            Change::KmsEncryption,
            reached(Audience::OutsideAccounts, Reach::Yes),
            reached(Audience::OutsideAccounts, Reach::Unclear),
            "kms:Decrypt",
        ),
        (
            Change::KmsEncryption,
            reached(Audience::CloudFront, Reach::Yes),
            reached(Audience::CloudFront, Reach::Unclear),
            "origin access identity",
        ),
        (
            Change::RequireNetwork,
            reached(Audience::OrganizationAccounts, Reach::Yes),
            reached(Audience::OrganizationAccounts, Reach::Unclear),
            "networks of their own",
        ),
        (
            Change::BlockPublicAccess,
            serving(BucketRole::Origin, None),
            serving(BucketRole::Origin, Some("access was denied")),
            "somebody says so",
        ),
        (
            Change::Website,
            serving(BucketRole::Origin, None),
            serving(BucketRole::Origin, Some("access was denied")),
            "website endpoint",
        ),
        (
            Change::KmsEncryption,
            serving(BucketRole::AccessLogTarget, None),
            serving(BucketRole::AccessLogTarget, Some("access was denied")),
            "SSE-S3",
        ),
        (
            Change::ObjectLock,
            serving(BucketRole::AccessLogTarget, None),
            serving(BucketRole::AccessLogTarget, Some("access was denied")),
            "default retention",
        ),
        (
            Change::KmsEncryption,
            serving(BucketRole::TrailTarget, None),
            serving(BucketRole::TrailTarget, Some("access was denied")),
            "cloudtrail.amazonaws.com",
        ),
        (
            Change::KmsEncryption,
            serving(BucketRole::Replica, None),
            serving(BucketRole::Replica, Some("access was denied")),
            "replicated to this bucket",
        ),
        (
            Change::Logging,
            serving(BucketRole::AccessLogTarget, None),
            serving(BucketRole::AccessLogTarget, Some("access was denied")),
            "its own target",
        ),
    ];
    for (change, shown, unclear, words) in cases {
        let has = |access: &BucketAccess, certainty: Certainty, words: &str| {
            let warnings = said(*change, &bare(), access);
            let mut found = warnings.iter();
            assert!(
                found.any(|warning| warning.certainty == certainty && warning.text.contains(words)),
                "{change:?}: {warnings:#?}"
            );
        };
        has(shown, Certainty::Shown, words);
        has(
            unclear,
            Certainty::NotKnown,
            "It is not known whether this conflicts with ",
        );
    }
}

#[test]
fn encryption_that_a_replacement_would_take_away_is_named_and_what_it_brings_is_not() {
    let kept = |encryption: EncryptionConfiguration| {
        let bucket = with(|settings| settings.encryption = Evidence::present(encryption, source()));
        let warnings = said(Change::Encryption, &bucket, &closed());
        warnings.iter().map(|warning| warning.text.clone()).collect::<String>()
    };
    let managed = kept(encrypted("aws:kms", None, &[]));
    assert!(
        managed.contains("the algorithm aws:kms with the AWS managed key"),
        "{managed}"
    );
    let twice = kept(encrypted("aws:kms:dsse", Some("a-key"), &[]));
    assert!(
        twice.contains("the algorithm aws:kms:dsse and the key a-key"),
        "{twice}"
    );
    let mut with_bucket_key = encrypted("AES256", None, &[]);
    with_bucket_key.defaults[0].bucket_key_enabled = Some(true);
    assert!(kept(with_bucket_key).contains("It holds an enabled Bucket Key:"));
    assert_eq!(kept(encrypted("AES256", None, &[])), "");
}

#[test]
fn without_a_record_nobody_can_tell_also_where_the_bucket_itself_is_not_changed() {
    let around = |bucket| Around {
        bucket,
        access: None,
        findings: &[],
    };
    assert_eq!(of(&[], &around(None))[0].certainty, Certainty::NotKnown);
    assert_eq!(of(&[], &around(Some(&bare()))), []);
}

#[test]
fn accounts_that_a_public_policy_names_lose_what_they_have() {
    let bucket = with(|settings| {
        settings.policy_status = Evidence::present(PolicyStatus { is_public: true }, source());
    });
    let words = "those other accounts included";
    let warned = |bucket: &Bucket, reach: Reach| {
        let warnings = said(
            Change::BlockPublicAccess,
            bucket,
            &reached(Audience::OutsideAccounts, reach),
        );
        warnings.into_iter().any(|warning| warning.text.contains(words))
    };
    assert!(warned(&bucket, Reach::Yes));
    assert!(!warned(&bucket, Reach::No));
    assert!(!warned(&bare(), Reach::Yes));
}

#[test]
fn a_policy_of_the_organization_that_refuses_reading_may_refuse_the_change() {
    let refused = |blocked_by: BlockedBy| {
        let bucket = with(|settings| {
            let gap = Gap {
                blocked_by: Some(blocked_by),
                ..Gap::new(GapCause::Denied, "")
            };
            settings.versioning = Evidence::gap(gap, source());
        });
        let warnings = said(Change::Versioning, &bucket, &closed());
        warnings
            .iter()
            .any(|warning| warning.text.contains("may refuse this change too"))
    };
    assert!(refused(BlockedBy::ServiceControlPolicy));
    assert!(refused(BlockedBy::ResourceControlPolicy));
    assert!(!refused(BlockedBy::IdentityPolicy));
}
