//! IAM: the account summary, the credential report, virtual MFA devices, the management of root users, the password policy.

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::query::Form;
use crate::protocol::route::Route;
use crate::protocol::xml::Xml;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{CredentialReport, ReportState, VirtualMfaDevice};

/// The lists give at most a hundred unless they are asked for more or fewer (IAM API Reference, `MaxItems`).
const USUAL_PAGE: usize = 100;

pub(super) static SERVICE: Service = Service {
    name: "iam",
    signing_name: "iam",
    protocol: Protocol::Query("https://iam.amazonaws.com/doc/2010-05-08/"),
    route: Route::Action,
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "Throttling"),
    operations: &[
        Operation {
            name: "GetAccountSummary",
            action: "iam:GetAccountSummary",
            answer: get_account_summary,
        },
        Operation {
            name: "GenerateCredentialReport",
            action: "iam:GenerateCredentialReport",
            answer: generate_credential_report,
        },
        Operation {
            name: "GetCredentialReport",
            action: "iam:GetCredentialReport",
            answer: get_credential_report,
        },
        Operation {
            name: "ListVirtualMFADevices",
            action: "iam:ListVirtualMFADevices",
            answer: list_virtual_mfa_devices,
        },
        Operation {
            name: "ListOrganizationsFeatures",
            action: "iam:ListOrganizationsFeatures",
            answer: list_organizations_features,
        },
        Operation {
            name: "GetAccountPasswordPolicy",
            action: "iam:GetAccountPasswordPolicy",
            answer: get_account_password_policy,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

/// Numbers that stand in every summary, with what an account has that nobody ever used.
const UNUSED: [(&str, i32); 11] = [
    ("Users", 0),
    ("UsersQuota", 5_000),
    ("Groups", 0),
    ("Roles", 0),
    ("Policies", 0),
    ("MFADevices", 0),
    ("MFADevicesInUse", 0),
    ("AccountMFAEnabled", 0),
    ("AccountAccessKeysPresent", 0),
    ("AccountPasswordPresent", 0),
    ("AccessKeysPerUserQuota", 2),
];

fn get_account_summary(call: &Call<'_>) -> Result<Success, Failure> {
    let own = &call.account().services.iam.summary;
    let mut numbers: std::collections::BTreeMap<&str, i32> = UNUSED.into();
    numbers.extend(own.iter().map(|(name, number)| (name.as_str(), *number)));
    Ok(Success::xml(Xml::fragment(|xml| {
        xml.within("SummaryMap", |xml| {
            for (name, number) in &numbers {
                xml.within("entry", |xml| {
                    xml.text("key", name);
                    xml.plain("value", number);
                });
            }
        });
    })))
}

/// Whether the report can be handed out after so many requests for one.
fn is_there(report: &CredentialReport, requests: u32) -> bool {
    report.state == ReportState::Ready || (requests > 0 && requests >= report.requests)
}

fn generate_credential_report(call: &Call<'_>) -> Result<Success, Failure> {
    let report = &call.account().services.iam.report;
    let requests = call.world.ask_for_report(call.caller.account);
    let (state, description) = if is_there(report, requests) {
        ("COMPLETE", None)
    } else if requests == 1 {
        (
            "STARTED",
            Some("No report exists. Starting a new report generation task"),
        )
    } else {
        ("INPROGRESS", None)
    };
    Ok(Success::xml(Xml::fragment(|xml| {
        xml.text("State", state);
        xml.optional("Description", description);
    })))
}

fn get_credential_report(call: &Call<'_>) -> Result<Success, Failure> {
    let report = &call.account().services.iam.report;
    let requests = call.world.reports_asked_for(call.caller.account);
    if !is_there(report, requests) {
        return Err(match (requests, report.state) {
            (1.., _) => Failure::new(404, "ReportInProgress", "Report generation is in progress"),
            (0, ReportState::Expired) => Failure::new(410, "ReportExpired", "The credential report has expired"),
            (0, _) => Failure::new(410, "ReportNotPresent", "No report was found"),
        });
    }
    let text = csv(call, report);
    Ok(Success::xml(Xml::fragment(|xml| {
        xml.text("Content", &base64(text.as_bytes()));
        xml.text("ReportFormat", "text/csv");
        xml.plain("GeneratedTime", report.generated_at.strftime("%Y-%m-%dT%H:%M:%SZ"));
    })))
}

fn csv(call: &Call<'_>, report: &CredentialReport) -> String {
    let mut lines = vec![report.columns.join(",")];
    lines.extend(report.rows.iter().map(|row| row.join(",")));
    if report.rows.is_empty() {
        let partition = &call.world.scenario().partition;
        let account = call.account();
        let root: Vec<String> = report
            .columns
            .iter()
            .map(|column| match column.as_str() {
                "user" => "<root_account>".to_owned(),
                "arn" => format!("arn:{partition}:iam::{}:root", account.id),
                "user_creation_time" => account.joined_at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string(),
                "password_enabled" | "password_last_changed" | "password_next_rotation" => "not_supported".to_owned(),
                "password_last_used" => "no_information".to_owned(),
                flag if flag.ends_with("_active") => "false".to_owned(),
                _ => "N/A".to_owned(),
            })
            .collect();
        lines.push(root.join(","));
    }
    // AWS ends the last line without a line break.
    lines.join("\n")
}

/// Base64 with padding, as the query protocol writes binary members.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .chain(std::iter::repeat(&0))
            .take(3)
            .fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte));
        for position in 0..4 {
            if position <= chunk.len() {
                text.push(char::from(ALPHABET[(bits >> (18 - 6 * position)) & 63]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

fn list_virtual_mfa_devices(call: &Call<'_>) -> Result<Success, Failure> {
    let form = Form(call.body);
    let wanted = form.get("AssignmentStatus");
    let devices: Vec<&VirtualMfaDevice> = call
        .account()
        .services
        .iam
        .virtual_mfa_devices
        .iter()
        .filter(|device| match wanted.as_deref() {
            Some("Assigned") => device.user_arn.is_some(),
            Some("Unassigned") => device.user_arn.is_none(),
            _ => true,
        })
        .collect();
    let size = form
        .get("MaxItems")
        .and_then(|size| size.parse().ok())
        .unwrap_or(USUAL_PAGE);
    let (devices, next) = page(call, &devices, form.get("Marker").as_deref(), size)?;
    Ok(Success::xml(Xml::fragment(|xml| {
        xml.within("VirtualMFADevices", |xml| {
            for device in devices {
                xml.within("member", |xml| write_device(xml, device));
            }
        });
        xml.plain("IsTruncated", next.is_some());
        xml.optional("Marker", next.as_deref());
    })))
}

fn write_device(xml: &mut Xml, device: &VirtualMfaDevice) {
    xml.text("SerialNumber", &device.serial_number);
    if let Some(arn) = &device.user_arn {
        xml.within("User", |xml| {
            // Of the root user AWS gives neither path nor name, though its model calls both required.
            match arn.rsplit_once('/') {
                Some((_, name)) => {
                    xml.text("Path", "/");
                    xml.text("UserName", name);
                    xml.text("UserId", "AIDAEXAMPLEEXAMPLEEX1");
                }
                None => xml.text("UserId", arn.split(':').nth(4).unwrap_or_default()),
            }
            xml.text("Arn", arn);
            xml.text("CreateDate", "2020-01-01T00:00:00Z");
        });
    }
    if let Some(at) = device.enabled_at {
        xml.plain("EnableDate", at.strftime("%Y-%m-%dT%H:%M:%SZ"));
    }
}

fn list_organizations_features(call: &Call<'_>) -> Result<Success, Failure> {
    let refused = |code: &'static str| Failure::new(400, code, "The request was rejected.");
    let organization = call.world.scenario().organization.as_ref();
    let organization = organization.ok_or_else(|| refused("OrganizationNotFoundException"))?;
    let caller = &call.account().id;
    let delegated = organization
        .delegations
        .iter()
        .any(|each| each.account == *caller && each.service == "iam.amazonaws.com");
    if *caller != organization.management_account && !delegated {
        return Err(refused("AccountNotManagementOrDelegatedAdministratorException"));
    }
    let features = organization.root_features.as_ref();
    let features = features.ok_or_else(|| refused("ServiceAccessNotEnabledException"))?;
    Ok(Success::xml(Xml::fragment(|xml| {
        xml.text("OrganizationId", &organization.id);
        xml.within("EnabledFeatures", |xml| {
            for feature in features {
                xml.text("member", feature);
            }
        });
    })))
}

fn get_account_password_policy(call: &Call<'_>) -> Result<Success, Failure> {
    let account = call.account();
    let policy = account.services.iam.password_policy.ok_or_else(|| {
        let message = format!("The Password Policy with domain name {} cannot be found.", account.id);
        Failure::new(404, "NoSuchEntity", message)
    })?;
    Ok(Success::xml(Xml::fragment(|xml| {
        xml.within("PasswordPolicy", |xml| {
            xml.plain("MinimumPasswordLength", policy.minimum_length);
            xml.plain("RequireSymbols", policy.symbols);
            xml.plain("RequireNumbers", policy.numbers);
            xml.plain("RequireUppercaseCharacters", policy.uppercase);
            xml.plain("RequireLowercaseCharacters", policy.lowercase);
            xml.plain("AllowUsersToChangePassword", policy.lets_users_change);
            xml.plain("ExpirePasswords", policy.maximum_age_days.is_some());
            xml.optional_plain("MaxPasswordAge", policy.maximum_age_days);
            xml.optional_plain("PasswordReusePrevention", policy.reuse_prevention);
            xml.optional_plain("HardExpiry", policy.hard_expiry);
        });
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_members_are_written_in_base64_with_padding() {
        for (text, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }
}
