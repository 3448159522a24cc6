//! IAM: root users with and without MFA, people who sign in, pipelines with keys, and reports in every state.

use jiff::{SignedDuration, Timestamp};

use super::Furnishing;
use crate::generator::dice::Dice;
use crate::generator::{Purpose, moment};
use crate::scenario::{CredentialReport, Iam, PasswordPolicy, ReportState, Scenario, VirtualMfaDevice};

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let partition = scenario.partition.clone();
    for (at, (account, purpose)) in scenario.accounts.iter_mut().zip(furnishing.purposes).enumerate() {
        let mut dice = furnishing.dice("iam", &account.id);
        let prefix = format!("arn:{partition}:iam::{}", account.id);
        let mut made = Made {
            iam: Iam::default(),
            prefix,
            dice: &mut dice,
        };
        // Every state of the report occurs in any organization of a few accounts.
        made.report(at);
        made.root(*purpose, account.joined_at);
        let users = match purpose {
            Purpose::Management => 3,
            // More than one page of devices.
            Purpose::SharedServices => 130,
            Purpose::LogArchive | Purpose::Suspended => 0,
            _ => made.dice.between(0, 6),
        };
        for number in 0..users {
            made.user(number);
        }
        made.summarise(users);
        made.password_policy();
        account.services.iam = made.iam;
    }
}

struct Made<'dice> {
    iam: Iam,
    prefix: String,
    dice: &'dice mut Dice,
}

/// A time as the report writes it.
fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

fn flag(is_so: bool) -> String {
    if is_so { "true" } else { "false" }.to_owned()
}

impl Made<'_> {
    fn report(&mut self, at: usize) {
        let state = [ReportState::Ready, ReportState::NotPresent, ReportState::Expired][at % 3];
        let mut columns = CredentialReport::COLUMNS.map(str::to_owned).to_vec();
        if at.is_multiple_of(2) {
            columns.push("additional_credentials_info".to_owned());
        }
        self.iam.report = CredentialReport {
            state,
            requests: if state == ReportState::Ready { 1 } else { 2 },
            generated_at: moment(self.dice),
            columns,
            rows: Vec::new(),
        };
    }

    fn push(&mut self, mut row: Vec<String>, additional: &str) {
        if self.iam.report.columns.len() > row.len() {
            row.push(additional.to_owned());
        }
        self.iam.report.rows.push(row);
    }

    fn root(&mut self, purpose: Purpose, made_at: Timestamp) {
        let has_mfa = match purpose {
            Purpose::Management | Purpose::Security => true,
            _ => self.dice.chance(60),
        };
        let has_key = purpose == Purpose::Sandbox || self.dice.chance(15);
        let arn = format!("{}:root", self.prefix);
        // Half of them have a hardware device or a passkey, which no list of virtual devices shows.
        if has_mfa && self.dice.chance(50) {
            self.device("root-account-mfa-device", &arn);
        }
        let last_used = if self.dice.chance(50) {
            "no_information".to_owned()
        } else {
            written(moment(self.dice))
        };
        let mut row = vec!["<root_account>".to_owned(), arn, written(made_at)];
        row.extend(["not_supported".to_owned(), last_used]);
        row.extend(["not_supported", "not_supported"].map(str::to_owned));
        row.push(flag(has_mfa));
        row.extend(self.key(has_key));
        row.extend(self.key(false));
        row.extend(["false", "N/A", "false", "N/A"].map(str::to_owned));
        self.push(row, "");
        let summary = &mut self.iam.summary;
        summary.insert("AccountMFAEnabled".to_owned(), i32::from(has_mfa));
        summary.insert("AccountAccessKeysPresent".to_owned(), i32::from(has_key));
        // Where root users are managed centrally, most members have lost their password, and some were forgotten.
        let has_password = !matches!(
            purpose,
            Purpose::LogArchive | Purpose::Security | Purpose::Development | Purpose::Suspended
        );
        summary.insert("AccountPasswordPresent".to_owned(), i32::from(has_password));
    }

    fn device(&mut self, name: &str, user: &str) {
        let enabled_at = moment(self.dice);
        self.iam.virtual_mfa_devices.push(VirtualMfaDevice {
            serial_number: format!("{}:mfa/{name}", self.prefix),
            user_arn: Some(user.to_owned()),
            enabled_at: Some(enabled_at),
        });
    }

    /// The cells of an access key: active, rotated, last used, region, service.
    fn key(&mut self, exists: bool) -> [String; 5] {
        if !exists {
            return ["false", "N/A", "N/A", "N/A", "N/A"].map(str::to_owned);
        }
        let active = flag(self.dice.chance(80));
        let rotated = moment(self.dice);
        if self.dice.chance(25) {
            return [
                active,
                written(rotated),
                "N/A".to_owned(),
                "N/A".to_owned(),
                "N/A".to_owned(),
            ];
        }
        let used = rotated
            .saturating_add(SignedDuration::from_hours(36))
            .unwrap_or(rotated);
        let region = *self.dice.pick(&["eu-central-1", "us-east-1", "N/A"]);
        let service = *self.dice.pick(&["s3", "sts", "ec2", "iam"]);
        [
            active,
            written(rotated),
            written(used),
            region.to_owned(),
            service.to_owned(),
        ]
    }

    fn user(&mut self, number: usize) {
        let is_person = self.dice.chance(60);
        let name = if is_person {
            format!("person-{number}")
        } else {
            format!("pipeline-{number}")
        };
        let arn = format!("{}:user/{name}", self.prefix);
        let made_at = written(moment(self.dice));
        let has_mfa = is_person && self.dice.chance(85);
        if has_mfa {
            self.device(&name, &arn);
        } else if number == 0 {
            // Made and given to nobody.
            self.iam.virtual_mfa_devices.push(VirtualMfaDevice {
                serial_number: format!("{}:mfa/spare", self.prefix),
                user_arn: None,
                enabled_at: None,
            });
        }
        let mut row = vec![name, arn, made_at.clone(), flag(is_person)];
        if is_person {
            let used = if self.dice.chance(30) {
                "no_information".to_owned()
            } else {
                written(moment(self.dice))
            };
            let rotation = if self.dice.chance(50) {
                "N/A".to_owned()
            } else {
                written(moment(self.dice))
            };
            row.extend([used, made_at, rotation]);
        } else {
            row.extend(["N/A", "N/A", "N/A"].map(str::to_owned));
        }
        row.push(flag(has_mfa));
        let has_key = !is_person || self.dice.chance(30);
        let has_second = has_key && self.dice.chance(20);
        row.extend(self.key(has_key));
        row.extend(self.key(has_second));
        let certificate = self.dice.chance(5).then(|| written(moment(self.dice)));
        row.extend([
            flag(certificate.is_some()),
            certificate.unwrap_or_else(|| "N/A".to_owned()),
            flag(false),
            "N/A".to_owned(),
        ]);
        self.push(row, "");
    }

    fn summarise(&mut self, users: usize) {
        let assigned = self
            .iam
            .virtual_mfa_devices
            .iter()
            .filter(|device| device.user_arn.is_some())
            .count();
        let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        for (name, count) in [
            ("Users", users),
            ("MFADevices", assigned),
            ("MFADevicesInUse", assigned),
            ("Roles", self.dice.between(4, 60)),
            ("Policies", self.dice.between(0, 30)),
        ] {
            self.iam.summary.insert(name.to_owned(), number(count));
        }
    }

    fn password_policy(&mut self) {
        if self.dice.chance(40) {
            return;
        }
        let is_strict = self.dice.chance(50);
        self.iam.password_policy = Some(PasswordPolicy {
            minimum_length: if is_strict { 14 } else { 8 },
            symbols: is_strict,
            numbers: true,
            uppercase: is_strict,
            lowercase: true,
            lets_users_change: true,
            maximum_age_days: is_strict.then_some(90),
            reuse_prevention: is_strict.then_some(24),
            hard_expiry: self.dice.chance(50).then_some(false),
        });
    }
}
