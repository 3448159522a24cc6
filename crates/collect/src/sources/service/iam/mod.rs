//! IAM: the account summary, the credential report, virtual MFA devices, the management of root users, the password policy.

mod report;

use std::collections::BTreeMap;

use futures::future::{self, FutureExt};
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Observed};
use s3attest_model::services::{Iam, PasswordPolicy, RootManagement, VirtualMfaDevice};

use self::report::Patience;
use super::ServiceRead;
use crate::pages::{Listed, list};
use crate::sources::bucket_list::timestamp;

const fn iam(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "IAM",
        name,
        label,
        actions,
        class: "iam",
        in_session: true,
        times,
    }
}

const SUMMARY: AllowedOperation = iam(
    "GetAccountSummary",
    "iam.GetAccountSummary",
    &["iam:GetAccountSummary"],
    Times::each(Unit::Account),
);
const REPORT: AllowedOperation = iam(
    "GetCredentialReport",
    "iam.GetCredentialReport",
    &["iam:GetCredentialReport"],
    Times::about(2, Unit::Account, "a report that is older than four hours, or none"),
);
/// Has IAM make a report that IAM itself keeps and hands out. Nothing of the account's own changes.
const GENERATE: AllowedOperation = iam(
    "GenerateCredentialReport",
    "iam.GenerateCredentialReport",
    &["iam:GenerateCredentialReport"],
    Times::about(2, Unit::Account, "a report that IAM makes within a second"),
);
const DEVICES: AllowedOperation = iam(
    "ListVirtualMFADevices",
    "iam.ListVirtualMFADevices",
    &["iam:ListVirtualMFADevices"],
    Times::about(1, Unit::Account, "no more than a hundred virtual MFA devices"),
);
const FEATURES: AllowedOperation = iam(
    "ListOrganizationsFeatures",
    "iam.ListOrganizationsFeatures",
    &["iam:ListOrganizationsFeatures"],
    Times::each(Unit::Account),
);
const PASSWORDS: AllowedOperation = iam(
    "GetAccountPasswordPolicy",
    "iam.GetAccountPasswordPolicy",
    &["iam:GetAccountPasswordPolicy"],
    Times::each(Unit::Account),
);

pub(super) const OPERATIONS: &[AllowedOperation] = &[SUMMARY, REPORT, GENERATE, DEVICES, FEATURES, PASSWORDS];

/// The code for an account that may not ask (IAM API Reference, `ListOrganizationsFeatures`).
const NOT_YOURS_TO_ASK: &str = "AccountNotManagementOrDelegatedAdministratorException";

/// The codes with which there can be no feature enabled: no organization, one without all features, or one in which IAM is
/// no trusted service (IAM API Reference, `ListOrganizationsFeatures`).
const NO_FEATURES: [&str; 4] = [
    NOT_YOURS_TO_ASK,
    "OrganizationNotFoundException",
    "OrganizationNotInAllFeaturesModeException",
    "ServiceAccessNotEnabledException",
];

pub(super) async fn read(reader: &ServiceRead<'_>) -> Iam {
    let client = &reader.session.iam(reader.region);
    let (summary, (credential_report, report_request), virtual_mfa_devices, root_management, password_policy) =
        future::join5(
            summary(reader, client).boxed(),
            report::read(reader, client, Patience::USUAL).boxed(),
            devices(reader, client).boxed(),
            root_management(reader, client).boxed(),
            password_policy(reader, client).boxed(),
        )
        .await;
    Iam {
        summary,
        credential_report,
        report_request,
        virtual_mfa_devices,
        root_management,
        password_policy,
    }
}

async fn summary(reader: &ServiceRead<'_>, client: &aws_sdk_iam::Client) -> Evidence<BTreeMap<String, i64>> {
    let answer = client.get_account_summary().send().await;
    observe(SUMMARY.operation(), &[], answer, reader.context.now(), |output| {
        let numbers = output.summary_map.ok_or(Malformed("the answer holds no summary"))?;
        let named = numbers
            .into_iter()
            .map(|(name, number)| (name.as_str().to_owned(), i64::from(number)));
        Ok(Some(named.collect()))
    })
}

async fn devices(reader: &ServiceRead<'_>, client: &aws_sdk_iam::Client) -> Evidence<Vec<VirtualMfaDevice>> {
    list(|marker| async move {
        let request = client
            .list_virtual_mfa_devices()
            .assignment_status(aws_sdk_iam::types::AssignmentStatusType::Assigned)
            .set_marker(marker);
        observe(
            DEVICES.operation(),
            &[],
            request.send().await,
            reader.context.now(),
            |output| {
                let next = next_marker(output.is_truncated, output.marker)?;
                let devices = output.virtual_mfa_devices.into_iter().map(|device| {
                    if device.serial_number.is_empty() {
                        return Err(Malformed("the list holds a device without a serial number"));
                    }
                    Ok(VirtualMfaDevice {
                        serial_number: device.serial_number,
                        user_arn: device.user.map(|user| user.arn).filter(|arn| !arn.is_empty()),
                        enabled_at: device.enable_date.and_then(|date| timestamp(&date)),
                    })
                });
                Ok(Some(Listed {
                    entries: devices.collect::<Result<_, _>>()?,
                    next,
                }))
            },
        )
    })
    .await
}

/// The marker of the next page. A list that says it goes on and not where is not complete; a marker is followed even where
/// the answer does not say so, since an answer without that member looks the same as one that ends here.
fn next_marker(is_truncated: bool, marker: Option<String>) -> Result<Option<String>, Malformed> {
    match (is_truncated, marker.filter(|marker| !marker.is_empty())) {
        (_, Some(marker)) => Ok(Some(marker)),
        (false, None) => Ok(None),
        (true, None) => Err(Malformed("the list says that it goes on, and not where")),
    }
}

async fn root_management(reader: &ServiceRead<'_>, client: &aws_sdk_iam::Client) -> Evidence<RootManagement> {
    let answer = client.list_organizations_features().send().await;
    let said = observe(
        FEATURES.operation(),
        &NO_FEATURES,
        answer,
        reader.context.now(),
        |output| {
            let enabled = output
                .enabled_features
                .ok_or(Malformed("the answer holds no list of features"))?;
            Ok(Some(RootManagement::Features {
                organization: output.organization_id,
                enabled: enabled.iter().map(|feature| feature.as_str().to_owned()).collect(),
            }))
        },
    );
    if said.observed == Observed::Absent && said.source.code.as_deref() == Some(NOT_YOURS_TO_ASK) {
        return Evidence::present(RootManagement::AskedElsewhere, said.source);
    }
    said
}

async fn password_policy(reader: &ServiceRead<'_>, client: &aws_sdk_iam::Client) -> Evidence<PasswordPolicy> {
    let answer = client.get_account_password_policy().send().await;
    // Without a policy of the account's own (IAM API Reference, `GetAccountPasswordPolicy`).
    observe(
        PASSWORDS.operation(),
        &["NoSuchEntity"],
        answer,
        reader.context.now(),
        |output| {
            let policy = output
                .password_policy
                .ok_or(Malformed("the answer holds no password policy"))?;
            Ok(Some(PasswordPolicy {
                minimum_length: policy.minimum_password_length,
                requires_symbols: policy.require_symbols,
                requires_numbers: policy.require_numbers,
                requires_uppercase: policy.require_uppercase_characters,
                requires_lowercase: policy.require_lowercase_characters,
                lets_users_change: policy.allow_users_to_change_password,
                expires: policy.expire_passwords,
                maximum_age_days: policy.max_password_age,
                reuse_prevention: policy.password_reuse_prevention,
                hard_expiry: policy.hard_expiry,
            }))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_goes_on_without_saying_where_is_not_taken_for_its_end() {
        assert_eq!(next_marker(false, None), Ok(None));
        assert_eq!(next_marker(false, Some("a".to_owned())), Ok(Some("a".to_owned())));
        assert_eq!(next_marker(false, Some(String::new())), Ok(None));
        assert_eq!(next_marker(true, Some("a".to_owned())), Ok(Some("a".to_owned())));
        assert!(next_marker(true, None).is_err());
        assert!(next_marker(true, Some(String::new())).is_err());
    }
}
