//! `iam-root-mfa`: whether the root user needs a second factor to sign in.
//!
//! It does not judge which kind of device it is; the message says so where the evidence does.

use std::collections::BTreeMap;

use s3attest_model::check::Severity;
use s3attest_model::services::{Iam, ServiceSource};

use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "iam-root-mfa",
    title: "The root user signs in with MFA",
    severity: Severity::Critical,
    question: "Is MFA on for the root user, or has the root user no password to sign in with?",
    reads: Reads {
        sources: &[ServiceSource::Iam],
        account: &[AccountFact::Organization],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/iam-root-mfa.md"),
    judge: Judge::Account(judge),
};

/// A number of the account summary. That it is missing says nothing of it.
pub(super) fn number<'a>(summary: Option<&BTreeMap<String, i64>>, name: &str) -> Result<i64, Unknown<'a>> {
    let number = summary.and_then(|summary| summary.get(name));
    number
        .copied()
        .ok_or_else(|| Unknown::not_understood(format!("the account summary does not say {name}")))
}

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let iam = view.services.of_account::<Iam>()?;
    let summary = trail.read(&iam.summary)?;
    if number(summary, "AccountMFAEnabled")? != 0 {
        // Which device it is decides nothing; what could not be read is left unsaid.
        let device = match trail.read(&iam.virtual_mfa_devices) {
            Err(_) => "",
            Ok(devices) => {
                let mut owners = devices
                    .into_iter()
                    .flatten()
                    .filter_map(|device| device.user_arn.as_deref());
                if owners.any(|owner| owner.ends_with(":root")) {
                    ", with a virtual device"
                } else {
                    ", with a hardware device or a passkey"
                }
            }
        };
        return Ok(Judgement::pass(format!("MFA is on for the root user{device}.")));
    }
    let password = number(summary, "AccountPasswordPresent")?;
    if password != 0 {
        return Ok(Judgement::fail("The root user has a password, and MFA is off for it."));
    }
    // Only of a member account can the management account see to it that its root user stays without a password.
    let organization = trail.read(&view.organization.evidence.organization)?;
    Ok(if organization.is_some() && !view.account.is_management {
        Judgement::not_applicable(
            "The root user of this member account has no password, so nobody can sign in with it (AccountPasswordPresent is 0).",
        )
    } else {
        Judgement::fail(
            "MFA is off for the root user of an account that manages an organization or belongs to none, and which can be given a \
             password at any time.",
        )
    })
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::VirtualMfaDevice;

    use super::*;
    use crate::checks::scene::{ACCOUNT, Scene, denied, expect, source};

    /// What IAM says of an account with these numbers in its summary and nobody in it.
    pub(in crate::checks) fn iam(numbers: &[(&str, i64)]) -> Iam {
        let numbers = numbers.iter().map(|(name, number)| ((*name).to_owned(), *number));
        Iam {
            summary: Evidence::present(numbers.collect(), source("iam.GetAccountSummary")),
            credential_report: Evidence::gap(denied(), source("iam.GetCredentialReport")),
            report_request: None,
            virtual_mfa_devices: Evidence::present(vec![], source("iam.ListVirtualMFADevices")),
            root_management: Evidence::absent(source("iam.ListOrganizationsFeatures")),
            password_policy: Evidence::absent(source("iam.GetAccountPasswordPolicy")),
        }
    }

    /// The scene of an account of which IAM says this.
    pub(in crate::checks) fn of(said: Iam) -> Scene {
        Scene::with(|scene| scene.say(said))
    }

    #[test]
    fn mfa_or_the_lack_of_a_password_decides() {
        let mfa = || iam(&[("AccountMFAEnabled", 1), ("AccountPasswordPresent", 1)]);
        let mut virtual_device = mfa();
        virtual_device.virtual_mfa_devices.observed = Observed::Present(vec![VirtualMfaDevice {
            serial_number: "arn:aws:iam::111111111111:mfa/root".to_owned(),
            user_arn: Some(format!("arn:aws:iam::{ACCOUNT}:root")),
            enabled_at: None,
        }]);
        let mut unread_devices = mfa();
        unread_devices.virtual_mfa_devices.observed = Observed::Gap(denied());
        let mut unread = mfa();
        unread.summary.observed = Observed::Gap(denied());
        let cases = vec![
            ("MFA", of(mfa()), Verdict::Pass, "with a hardware device or a passkey"),
            (
                "a virtual device",
                of(virtual_device),
                Verdict::Pass,
                "with a virtual device",
            ),
            (
                "devices unread",
                of(unread_devices),
                Verdict::Pass,
                "MFA is on for the root user.",
            ),
            (
                "no MFA",
                of(iam(&[("AccountMFAEnabled", 0), ("AccountPasswordPresent", 1)])),
                Verdict::Fail,
                "has a password, and MFA is off",
            ),
            (
                "no password",
                of(iam(&[("AccountMFAEnabled", 0), ("AccountPasswordPresent", 0)])),
                Verdict::NotApplicable,
                "has no password",
            ),
            (
                "no word of the password",
                of(iam(&[("AccountMFAEnabled", 0)])),
                Verdict::NotAssessed,
                "does not say AccountPasswordPresent",
            ),
            (
                "an empty summary",
                of(iam(&[])),
                Verdict::NotAssessed,
                "does not say AccountMFAEnabled",
            ),
            ("summary denied", of(unread), Verdict::NotAssessed, "access was denied"),
            (
                "no reading",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS IAM",
            ),
        ];
        expect(&CHECK, cases);
    }
}
