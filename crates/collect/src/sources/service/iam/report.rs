//! The credential report: having IAM make one where the last one is old, and reading its rows.
//!
//! IAM makes a report at most every four hours (IAM User Guide, "Generate credential reports"), and hands out the one that
//! it has until then.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use s3attest_gateway::{Malformed, observe};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};
use s3attest_model::services::{CredentialReport, Reported, ReportedAccessKey, ReportedCertificate, ReportedUser};

use super::super::ServiceRead;
use super::{GENERATE, REPORT};
use crate::sources::bucket_list::timestamp;

/// Younger reports are not made anew, not even when they are asked for.
const YOUNG: SignedDuration = SignedDuration::from_hours(4);

/// The codes that ask for a report to be made first (IAM API Reference, `GetCredentialReport`).
const NOT_THERE: [&str; 3] = ["ReportNotPresent", "ReportExpired", "ReportInProgress"];

/// How long a report is waited for: after each question twice as long, up to a longest wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// The first wait.
    first: Duration,
    /// The longest wait between two questions.
    longest: Duration,
    /// How often the question is asked.
    questions: u32,
}

impl Patience {
    /// About a minute: IAM makes the reports of most accounts within seconds.
    pub(super) const USUAL: Self = Self {
        first: Duration::from_millis(250),
        longest: Duration::from_secs(5),
        questions: 16,
    };
}

/// The report, and what came of having a new one made where that was tried.
pub(super) async fn read(
    reader: &ServiceRead<'_>,
    client: &aws_sdk_iam::Client,
    patience: Patience,
) -> (Evidence<CredentialReport>, Option<Evidence<String>>) {
    let first = get(reader, client).await;
    match &first.observed {
        Observed::Present(report) if reader.context.now().duration_since(report.generated_at) < YOUNG => {
            return (first, None);
        }
        Observed::Present(_) | Observed::Absent => {}
        Observed::Gap(_) => return (first, None),
    }
    let request = make(reader, client, patience).await;
    let Evidence { observed, source } = match request.as_gap() {
        None => get(reader, client).await,
        Some(gap) => Evidence::gap(gap.clone(), request.source.clone()),
    };
    let gap = match observed {
        Observed::Present(report) => return (Evidence::present(report, source), Some(request)),
        Observed::Gap(gap) => gap,
        Observed::Absent => {
            let detail = "IAM said that the report was complete, and then that there is none";
            Gap::new(GapCause::MalformedAnswer, detail)
        }
    };
    if matches!(first.observed, Observed::Present(_)) {
        // An old report is evidence of its own time, which it states; that there is no newer one stands beside it.
        return (first, Some(Evidence::gap(gap, source)));
    }
    (Evidence::gap(gap, source), Some(request))
}

/// The report that IAM has; absent when it has none, or none any more.
async fn get(reader: &ServiceRead<'_>, client: &aws_sdk_iam::Client) -> Evidence<CredentialReport> {
    let answer = client.get_credential_report().send().await;
    observe(REPORT.operation(), &NOT_THERE, answer, reader.context.now(), |output| {
        let generated_at = output
            .generated_time
            .and_then(|time| timestamp(&time))
            .ok_or(Malformed("the report does not say when it was made"))?;
        let content = output.content.ok_or(Malformed("the answer holds no report"))?;
        Ok(Some(CredentialReport {
            generated_at,
            users: users(content.as_ref())?,
        }))
    })
}

/// Has IAM make a report, and waits for it: present, with IAM's word for it, when the report is complete.
async fn make(reader: &ServiceRead<'_>, client: &aws_sdk_iam::Client, patience: Patience) -> Evidence<String> {
    let mut wait = patience.first;
    for question in 1.. {
        let answer = client.generate_credential_report().send().await;
        let asked = observe(GENERATE.operation(), &[], answer, reader.context.now(), |output| {
            output
                .state
                .map(|state| Some(state.as_str().to_owned()))
                .ok_or(Malformed("the answer does not say how far the report is"))
        });
        match &asked.observed {
            Observed::Present(state) if state == "COMPLETE" => return asked,
            Observed::Present(_) | Observed::Absent if question >= patience.questions => {
                let detail = "IAM was still making the credential report; a later scan will find it";
                return Evidence::gap(Gap::new(GapCause::TimedOut, detail), asked.source);
            }
            Observed::Present(_) | Observed::Absent => {}
            Observed::Gap(_) => return asked,
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(patience.longest);
    }
    unreachable!("the questions come to their end")
}

/// The rows of a report, which is CSV.
fn users(content: &[u8]) -> Result<Vec<ReportedUser>, Malformed> {
    let mut reader = csv::Reader::from_reader(content);
    let unreadable = |_| Malformed("the report is not CSV");
    let columns: HashMap<String, usize> = reader
        .headers()
        .map_err(unreadable)?
        .iter()
        .zip(0..)
        .map(|(name, at)| (name.to_owned(), at))
        .collect();
    let users = reader
        .records()
        .map(|record| {
            let record = record.map_err(unreadable)?;
            user(&Row {
                columns: &columns,
                record: &record,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    if !users.iter().any(ReportedUser::is_root) {
        return Err(Malformed("the report has no row of the root user"));
    }
    Ok(users)
}

/// One row, its cells found by the names of their columns.
struct Row<'report> {
    columns: &'report HashMap<String, usize>,
    record: &'report csv::StringRecord,
}

impl<'report> Row<'report> {
    fn find(&self, column: &str) -> Option<&'report str> {
        self.columns.get(column).and_then(|at| self.record.get(*at))
    }

    fn text(&self, column: &str) -> Result<&'report str, Malformed> {
        self.find(column)
            .ok_or(Malformed("the report lacks a column that every report has"))
    }

    fn words(&self, column: &str) -> Result<Reported<String>, Malformed> {
        Ok(reported(self.text(column)?, |text| {
            (!text.is_empty()).then(|| text.to_owned())
        }))
    }

    fn time(&self, column: &str) -> Result<Reported<Timestamp>, Malformed> {
        Ok(reported(self.text(column)?, |text| text.parse().ok()))
    }

    fn flag(&self, column: &str) -> Result<Reported<bool>, Malformed> {
        // The guide writes them in capitals, the reports themselves do not.
        Ok(reported(self.text(column)?, |text| {
            match text.to_ascii_lowercase().as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            }
        }))
    }
}

fn reported<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Reported<T> {
    match text {
        "N/A" => Reported::NotApplicable,
        "no_information" => Reported::NoInformation,
        "not_supported" => Reported::NotSupported,
        _ => read(text).map_or_else(|| Reported::Other(text.to_owned()), Reported::Value),
    }
}

fn user(row: &Row<'_>) -> Result<ReportedUser, Malformed> {
    let name = row.text("user")?;
    if name.is_empty() {
        return Err(Malformed("the report has a row without a user"));
    }
    Ok(ReportedUser {
        name: name.to_owned(),
        arn: row.text("arn")?.to_owned(),
        created_at: row.time("user_creation_time")?,
        password_enabled: row.flag("password_enabled")?,
        password_last_used: row.time("password_last_used")?,
        password_last_changed: row.time("password_last_changed")?,
        password_next_rotation: row.time("password_next_rotation")?,
        mfa_active: row.flag("mfa_active")?,
        access_keys: [access_key(row, 1)?, access_key(row, 2)?],
        certificates: [certificate(row, 1)?, certificate(row, 2)?],
        // Reports of before 2025 do not have it.
        additional_credentials: row
            .find("additional_credentials_info")
            .map(|text| reported(text, |text| Some(text.to_owned()))),
    })
}

fn access_key(row: &Row<'_>, number: u8) -> Result<ReportedAccessKey, Malformed> {
    let column = |name: &str| format!("access_key_{number}_{name}");
    Ok(ReportedAccessKey {
        active: row.flag(&column("active"))?,
        last_rotated: row.time(&column("last_rotated"))?,
        last_used: row.time(&column("last_used_date"))?,
        last_used_region: row.words(&column("last_used_region"))?,
        last_used_service: row.words(&column("last_used_service"))?,
    })
}

fn certificate(row: &Row<'_>, number: u8) -> Result<ReportedCertificate, Malformed> {
    let column = |name: &str| format!("cert_{number}_{name}");
    Ok(ReportedCertificate {
        active: row.flag(&column("active"))?,
        last_rotated: row.time(&column("last_rotated"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
        access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
        access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
        cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
    const ROOT: &str = "<root_account>,arn:aws:iam::111122223333:root,2019-01-01T00:00:00+00:00,not_supported,\
        no_information,not_supported,not_supported,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";
    const USER: &str = "\"o,neil\",arn:aws:iam::111122223333:user/o,2020-01-01T00:00:00+00:00,TRUE,2026-01-01T00:00:00Z,\
        2025-01-01T00:00:00+00:00,,perhaps,true,2024-01-01T00:00:00+00:00,N/A,eu-west-1,s3,false,N/A,N/A,N/A,N/A,false,\
        N/A,false,N/A";

    #[test]
    fn every_word_of_the_report_is_kept_apart_from_every_value() {
        // A comma in a quoted name, as no user of IAM has it: the row is read as CSV and not split.
        let report = format!("{COLUMNS}\n{ROOT}\n{}\n", USER.replacen("user/o,", "user/o-neil,", 1));
        let users = users(report.as_bytes()).expect("a report");
        let [root, user] = users.as_slice() else {
            panic!("two rows")
        };
        assert!(root.is_root() && !user.is_root());
        assert_eq!(user.name, "o,neil");
        assert_eq!(root.password_enabled, Reported::NotSupported);
        assert_eq!(root.password_last_used, Reported::NoInformation);
        assert_eq!(root.mfa_active, Reported::Value(false));
        assert_eq!(root.access_keys[0].last_rotated, Reported::NotApplicable);
        assert_eq!(user.password_enabled, Reported::Value(true));
        assert_eq!(user.password_next_rotation, Reported::Other(String::new()));
        assert_eq!(user.mfa_active, Reported::Other("perhaps".to_owned()));
        assert_eq!(user.access_keys[0].last_used_service, Reported::Value("s3".to_owned()));
        assert_eq!(user.additional_credentials, None);
    }

    #[test]
    fn a_report_that_lacks_what_every_report_has_is_none() {
        for broken in [
            String::new(),
            COLUMNS.to_owned(),
            format!("{}\n{ROOT}\n", COLUMNS.replacen("mfa_active", "other", 1)),
            // A row that was cut off.
            format!("{COLUMNS}\n<root_account>,arn:aws:iam::111122223333:root\n"),
            "<html>not what was asked</html>".to_owned(),
        ] {
            assert!(users(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
