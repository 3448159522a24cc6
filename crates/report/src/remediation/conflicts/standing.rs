//! What stands in the way without being a setting of the bucket: a policy of the organization that refuses, and an exception
//! by which somebody accepts what the remedy would end.

use s3attest_model::bucket::{Bucket, BucketSetting, SettingState};
use s3attest_model::evidence::BlockedBy;
use s3attest_model::finding::Finding;

use super::{Certainty, FOREIGN, Warning};
use crate::remediation::Remedies;
use crate::remediation::changes::Change;
use crate::text::clip;

/// The setting that a change is about.
const fn setting(change: Change) -> BucketSetting {
    match change {
        Change::BlockPublicAccess => BucketSetting::PublicAccessBlock,
        Change::Policy | Change::RequireTls | Change::RequireNetwork | Change::RequireEncryption => {
            BucketSetting::Policy
        }
        Change::DisableLists => BucketSetting::OwnershipControls,
        Change::ClearList => BucketSetting::Acl,
        Change::Encryption | Change::KmsEncryption => BucketSetting::Encryption,
        Change::Versioning | Change::MfaDelete => BucketSetting::Versioning,
        Change::ObjectLock => BucketSetting::ObjectLock,
        Change::Lifecycle => BucketSetting::Lifecycle,
        Change::Logging => BucketSetting::Logging,
        Change::Replication => BucketSetting::Replication,
        Change::Notifications => BucketSetting::Notifications,
        Change::Tags => BucketSetting::Tagging,
        Change::CrossOrigin => BucketSetting::Cors,
        Change::Website => BucketSetting::Website,
    }
}

/// Settings that a policy of the organization keeps even from being read. Changing them is likely to be refused as well.
pub(super) fn refused(changes: &[Change], bucket: &Bucket) -> Vec<Warning> {
    let views = bucket.settings.views();
    let mut settings: Vec<BucketSetting> = changes.iter().map(|change| setting(*change)).collect();
    settings.sort_unstable();
    settings.dedup();
    let blocked = views.into_iter().filter(|view| settings.contains(&view.setting));
    blocked
        .filter_map(|view| {
            let SettingState::Gap(gap) = view.state else { return None };
            let by = match gap.blocked_by? {
                BlockedBy::ServiceControlPolicy => "a service control policy",
                BlockedBy::ResourceControlPolicy => "a resource control policy",
                BlockedBy::IdentityPolicy
                | BlockedBy::ResourcePolicy
                | BlockedBy::SessionPolicy
                | BlockedBy::PermissionsBoundary
                | BlockedBy::EndpointPolicy
                | BlockedBy::Unknown => return None,
            };
            Some(Warning {
                certainty: Certainty::NotKnown,
                text: format!(
                    "Reading this setting ({}) was refused by {by} of the organization, which may refuse this change too. \
                     Ask whoever keeps the organization’s policies first.",
                    view.setting.operation()
                ),
                source: Some("AWS Organizations User Guide, \"Service control policies (SCPs)\""),
            })
        })
        .collect()
}

/// Exceptions that accept on this bucket what the remedy of another finding would end.
pub(in crate::remediation) fn accepted(
    remedies: &Remedies<'_>,
    finding: &Finding,
    changes: &[Change],
    findings: &[Finding],
) -> Vec<Warning> {
    let shares = |other: &Finding| {
        let others = remedies
            .of_check(&other.check)
            .map_or(&[][..], |remedy| remedy.changes());
        others
            .iter()
            .any(|change| changes.contains(change) && *change != Change::Policy)
    };
    let others = findings
        .iter()
        .filter(|other| other.is_accepted() && other.check != finding.check);
    others
        .filter(|other| shares(other))
        .filter_map(|other| {
            let exception = other.exception.as_ref()?;
            Some(Warning {
                certainty: Certainty::Shown,
                text: format!(
                    "Exception {} accepts until {} that {} fails here. This would change the same setting: ask its owner \
                     ({}) first.",
                    clip(&exception.id, FOREIGN),
                    exception.expires,
                    other.check,
                    clip(&exception.owner, FOREIGN)
                ),
                source: None,
            })
        })
        .collect()
}
