//! The checks and controls of the samples.
//!
//! Texts are made up in the manner of the real ones; control statuses are counted from the findings.

use s3attest_model::check::{CheckDescription, CheckPage, Scope, Severity};
use s3attest_model::control::{
    AccountCounts, AssessorNote, Baseline, ControlAssessment, ControlCheck, ControlParameter, ControlStatus,
    ResourceCounts, Responsibility, ResponsibilityStatement, Strength,
};
use s3attest_model::evidence::Operation;
use s3attest_model::finding::VerdictCounts;
use s3attest_model::identifiers::{CheckId, ControlId};

use super::{matrix, remedies};

/// A check of the samples: id, title, severity, operation, what a fail says, what a pass says.
pub(super) struct Subject {
    pub(super) id: &'static str,
    title: &'static str,
    pub(super) severity: Severity,
    pub(super) operation: Operation,
    pub(super) fail: &'static str,
    pub(super) pass: &'static str,
}

macro_rules! subjects {
    ($($id:literal $title:literal $severity:ident $operation:literal $fail:literal $pass:literal;)*) => {
        /// The checks, by id; the first judges accounts and the others buckets.
        pub(super) const SUBJECTS: &[Subject] = &[$(Subject {
            id: $id,
            title: $title,
            severity: Severity::$severity,
            operation: Operation::named($operation),
            fail: $fail,
            pass: $pass,
        },)*];
    };
}

subjects! {
    "s3-account-public-access-block" "The account blocks public access" High "s3control.GetPublicAccessBlock"
        "The account's public access block leaves restrict_public_buckets off." "All four switches are on.";
    "s3-bucket-abort-multipart" "Incomplete uploads are removed" Low "s3.GetBucketLifecycleConfiguration"
        "No enabled lifecycle rule aborts incomplete multipart uploads." "Rule `tidy` aborts them after 7 days.";
    "s3-bucket-access-logging" "Requests to the bucket are logged" Medium "s3.GetBucketLogging"
        "Server access logging is off." "Access logs go to bucket `central-access-logs`.";
    "s3-bucket-acl-disabled" "Access control lists have no effect" Medium "s3.GetBucketOwnershipControls"
        "Object ownership is ObjectWriter, so access control lists have effect." "Object ownership is BucketOwnerEnforced.";
    "s3-bucket-classification-tags" "The bucket is classified by a tag" Low "s3.GetBucketTagging"
        "The bucket has no tag `classification`." "The tag `classification` is `internal`.";
    "s3-bucket-default-encryption" "New objects are encrypted" Medium "s3.GetBucketEncryption"
        "The default encryption names no algorithm." "New objects are encrypted with AES256.";
    "s3-bucket-event-notifications" "Changes to the bucket raise events" Low "s3.GetBucketNotificationConfiguration"
        "No event notification is configured." "Events go to Amazon EventBridge.";
    "s3-bucket-kms-encryption" "New objects are encrypted with a KMS key" Medium "s3.GetBucketEncryption"
        "New objects are encrypted with AES256, not with a KMS key." "New objects are encrypted with a KMS key.";
    "s3-bucket-lifecycle" "Objects have a lifecycle" Low "s3.GetBucketLifecycleConfiguration"
        "The bucket has no lifecycle configuration." "Rule `retain` is enabled for all objects.";
    "s3-bucket-mfa-delete" "Deleting versions needs a second factor" Low "s3.GetBucketVersioning"
        "MFA delete is not enabled." "MFA delete is enabled.";
    "s3-bucket-object-lock" "Objects can be locked" Medium "s3.GetObjectLockConfiguration"
        "Object Lock is not enabled." "Object Lock is enabled in GOVERNANCE mode for 30 days.";
    "s3-bucket-policy-no-wildcard" "The policy grants nothing to everyone" High "s3.GetBucketPolicy"
        "Statement 2 allows s3:GetObject to every principal without a condition." "No statement allows every principal.";
    "s3-bucket-public-read" "The public cannot read" Critical "s3.GetBucketPolicyStatus"
        "The bucket policy lets everyone read objects, and no public access block stands in the way."
        "Nothing lets the public read.";
    "s3-bucket-public-write" "The public cannot write" Critical "s3.GetBucketAcl"
        "The access control list lets everyone write." "Nothing lets the public write.";
    "s3-bucket-replication" "Objects are copied to another bucket" Low "s3.GetBucketReplication"
        "The bucket has no replication configuration." "Rule `backup` copies all objects to `arn:aws:s3:::backup-eu`.";
    "s3-bucket-tls-only" "Requests need TLS" High "s3.GetBucketPolicy"
        "No statement of the bucket policy denies requests without TLS." "Statement `tls` denies every request without TLS.";
    "s3-bucket-versioning" "Versions are kept" Medium "s3.GetBucketVersioning"
        "Versioning was never enabled." "Versioning is enabled.";
}

/// The checks as reports describe them.
pub(super) fn checks() -> Vec<CheckDescription> {
    SUBJECTS
        .iter()
        .enumerate()
        .map(|(index, subject)| CheckDescription {
            id: check(subject.id),
            title: subject.title.to_owned(),
            severity: subject.severity,
            scope: if index == 0 { Scope::Account } else { Scope::Bucket },
            question: format!("Is this so: {}?", subject.title.to_lowercase()),
            operations: vec![subject.operation.to_string()],
            sources: Vec::new(),
            page: CheckPage {
                what_it_checks: format!(
                    "It reads the answer to `{}`.\n\n- each answer once\n- nothing else",
                    subject.operation
                ),
                why_it_matters: "A setting that nobody looks at **drifts**.".to_owned(),
                how_it_is_judged:
                    "| evidence | verdict |\n|---|---|\n| missing | not assessed |\n| there | see above |".to_owned(),
                remediation: remedies::of(subject.operation.as_str()),
                references: "- [Amazon S3 User Guide](https://docs.aws.amazon.com/AmazonS3/latest/userguide/)"
                    .to_owned(),
            },
        })
        .collect()
}

/// A check's id.
pub(super) fn check(id: &str) -> CheckId {
    CheckId::new(id).expect("a check id of the samples")
}

/// The controls of the small sample: id, title, family, its checks.
const CONTROLS: &[(&str, &str, &str, &str, &[&str])] = &[
    ("AC-1", "Policy and Procedures", "AC", "Access Control", &[]),
    (
        "AC-3",
        "Access Enforcement",
        "AC",
        "Access Control",
        &["s3-account-public-access-block", "s3-bucket-public-read"],
    ),
    (
        "AC-4",
        "Information Flow Enforcement",
        "AC",
        "Access Control",
        &["s3-bucket-acl-disabled"],
    ),
    (
        "AU-2",
        "Event Logging",
        "AU",
        "Audit and Accountability",
        &["s3-bucket-access-logging", "s3-bucket-event-notifications"],
    ),
    (
        "CP-9",
        "System Backup",
        "CP",
        "Contingency Planning",
        &["s3-bucket-versioning"],
    ),
    (
        "CP-9(8)",
        "System Backup | Cryptographic Protection",
        "CP",
        "Contingency Planning",
        &["s3-bucket-object-lock"],
    ),
    (
        "PE-1",
        "Policy and Procedures",
        "PE",
        "Physical and Environmental Protection",
        &[],
    ),
    (
        "SC-8",
        "Transmission Confidentiality and Integrity",
        "SC",
        "System and Communications Protection",
        &["s3-bucket-tls-only"],
    ),
    (
        "SC-8(1)",
        "Cryptographic Protection",
        "SC",
        "System and Communications Protection",
        &["s3-bucket-tls-only"],
    ),
    (
        "SC-28",
        "Protection of Information at Rest",
        "SC",
        "System and Communications Protection",
        &["s3-bucket-default-encryption"],
    ),
];

/// The controls of the other framework of the samples: id, title, its checks.
const OTHER_CONTROLS: &[(&str, &str, &[&str])] = &[
    (
        "2.1.1",
        "Plain HTTP is refused by the bucket policy",
        &["s3-bucket-tls-only"],
    ),
    ("2.1.3", "Sensitive data in S3 is found and classified", &[]),
];

/// The controls, with their counts taken from the tallies of the checks: those of the first framework with what an
/// assessor and the organization say of them, then those of the other one.
pub(super) fn controls(counts: impl Fn(&CheckId) -> VerdictCounts) -> Vec<ControlAssessment> {
    let first = CONTROLS
        .iter()
        .map(|(id, title, family, family_title, checks)| control(id, title, family, family_title, checks, &counts))
        .map(annotated);
    let other = OTHER_CONTROLS.iter().map(|(id, title, checks)| ControlAssessment {
        framework: matrix::OTHER_FRAMEWORK.to_owned(),
        baselines: Vec::new(),
        ..control(id, title, "2", "Storage", checks, &counts)
    });
    first.chain(other).collect()
}

/// A control with what stands beside its verdicts.
fn annotated(control: ControlAssessment) -> ControlAssessment {
    let statement = |responsibility, reason: &str| {
        Some(ResponsibilityStatement {
            responsibility,
            reason: reason.to_owned(),
        })
    };
    let responsibility = match control.family.as_str() {
        "PE" => statement(Responsibility::Aws, "The buildings that house Amazon S3 are AWS's."),
        "SC" => statement(
            Responsibility::Shared,
            "AWS runs the endpoints and the disks, and the customer decides how they are used.",
        ),
        _ => statement(
            Responsibility::Customer,
            "Who may do what in a bucket is the customer's decision.",
        ),
    };
    let note = (control.control.as_str() == "PE-1").then(|| AssessorNote {
        text: format!("AWS's report was seen. {}", super::hostile::SCRIPT),
        by: super::hostile::FORMULA.to_owned(),
        on: "2026-03-12".to_owned(),
    });
    let parameters = if control.control.as_str() == "SC-28" {
        vec![ControlParameter {
            key: "checks.approved_encryption".to_owned(),
            meaning: "which cryptography protects information at rest".to_owned(),
            value: "aws:kms".to_owned(),
            is_default: false,
            checks: vec![check("s3-bucket-default-encryption")],
        }]
    } else {
        Vec::new()
    };
    ControlAssessment {
        responsibility,
        note,
        parameters,
        ..control
    }
}

/// One control, with its counts taken from the tallies of the checks.
pub(super) fn control(
    id: &str,
    title: &str,
    family: &str,
    family_title: &str,
    checks: &[&str],
    counts: &impl Fn(&CheckId) -> VerdictCounts,
) -> ControlAssessment {
    let checks: Vec<ControlCheck> = checks
        .iter()
        .enumerate()
        .map(|(index, id)| ControlCheck {
            check: check(id),
            strength: if index == 0 {
                Strength::SatisfiesPart
            } else {
                Strength::Supports
            },
            rationale: "What the control asks for is enforced by this setting for every request.".to_owned(),
            counts: counts(&check(id)),
        })
        .collect();
    let mut sum = VerdictCounts::default();
    for check in &checks {
        sum.merge(check.counts);
    }
    let status = match sum {
        _ if checks.is_empty() => ControlStatus::NotAutomated,
        _ if sum.unaccepted() > 0 => ControlStatus::NotSatisfied,
        VerdictCounts { not_assessed: 1.., .. } => ControlStatus::Undetermined,
        VerdictCounts { accepted: 1.., .. } => ControlStatus::Accepted,
        VerdictCounts { pass: 1.., .. } => ControlStatus::Satisfied,
        _ => ControlStatus::NotApplicable,
    };
    ControlAssessment {
        framework: matrix::FRAMEWORK.to_owned(),
        control: ControlId::new(id).expect("a control id of the samples"),
        title: title.to_owned(),
        family: family.to_owned(),
        family_title: family_title.to_owned(),
        baselines: if id.contains('(') {
            vec![Baseline::High]
        } else {
            vec![Baseline::Low, Baseline::Moderate, Baseline::High]
        },
        status,
        counts: sum,
        resources: ResourceCounts::default(),
        accounts: AccountCounts::default(),
        responsibility: None,
        parameters: Vec::new(),
        note: None,
        checks,
    }
}
