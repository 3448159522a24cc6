//! `iam-user-mfa`: whether every IAM user who can sign in to the console needs a second factor.
//!
//! It knows what the credential report says, which may be older than the run; the message says how it stands.

use s3attest_model::check::Severity;
use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::services::{Iam, Reported, ServiceSource};

use crate::check::{Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::AccountView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "iam-user-mfa",
    title: "IAM users with a password sign in with MFA",
    severity: Severity::High,
    question: "Is MFA on for every IAM user who has a password?",
    reads: Reads {
        sources: &[ServiceSource::Iam],
        account: &[],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/iam-user-mfa.md"),
    judge: Judge::Account(judge),
};

/// How many users a message names.
const NAMED: usize = 5;

fn judge<'a>(view: &AccountView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let iam = view.services.of_account::<Iam>()?;
    let Some(report) = trail.read(&iam.credential_report)? else {
        let gap = Gap::new(GapCause::NotCollected, "IAM has made no credential report");
        return Err(Unknown::because(gap));
    };
    let made = report.generated_at;
    let (mut without, mut with, mut unclear) = (Vec::new(), 0_usize, None);
    for user in report.users.iter().filter(|user| !user.is_root()) {
        match (&user.password_enabled, &user.mfa_active) {
            (Reported::Value(false), _) => {}
            (Reported::Value(true), Reported::Value(true)) => with += 1,
            (Reported::Value(true), Reported::Value(false)) => without.push(user.name.as_str()),
            _ => unclear = unclear.or(Some(user.name.as_str())),
        }
    }
    if !without.is_empty() {
        let more = match without.len().saturating_sub(NAMED) {
            0 => String::new(),
            number => format!(" and {number} more"),
        };
        without.truncate(NAMED);
        return Ok(Judgement::fail(format!(
            "By the credential report of {made} these users have a password and no MFA: {}{more}.",
            without.join(", ")
        )));
    }
    if let Some(user) = unclear {
        return Err(Unknown::not_understood(format!(
            "the credential report of {made} does not say whether the user {user} has a password and MFA"
        )));
    }
    Ok(match with {
        0 => Judgement::not_applicable(format!(
            "By the credential report of {made} no IAM user has a password."
        )),
        number => Judgement::pass(format!(
            "By the credential report of {made} MFA is on for every IAM user who has a password ({number})."
        )),
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::{CredentialReport, ReportedAccessKey, ReportedCertificate, ReportedUser};

    use super::*;
    use crate::checks::iam_root_mfa::tests::{iam, of};
    use crate::checks::scene::{Scene, expect, source};

    fn user(name: &str, password_enabled: Reported<bool>, mfa_active: Reported<bool>) -> ReportedUser {
        let key = || ReportedAccessKey {
            active: Reported::Value(false),
            last_rotated: Reported::NotApplicable,
            last_used: Reported::NotApplicable,
            last_used_region: Reported::NotApplicable,
            last_used_service: Reported::NotApplicable,
        };
        let certificate = || ReportedCertificate {
            active: Reported::Value(false),
            last_rotated: Reported::NotApplicable,
        };
        ReportedUser {
            name: name.to_owned(),
            arn: String::new(),
            created_at: Reported::NoInformation,
            password_enabled,
            password_last_used: Reported::NoInformation,
            password_last_changed: Reported::NoInformation,
            password_next_rotation: Reported::NotApplicable,
            mfa_active,
            access_keys: [key(), key()],
            certificates: [certificate(), certificate()],
            additional_credentials: None,
        }
    }

    fn reported(users: Vec<ReportedUser>) -> Scene {
        let mut said = iam(&[]);
        said.credential_report = Evidence::present(
            CredentialReport {
                generated_at: Timestamp::UNIX_EPOCH,
                users,
            },
            source("iam.GetCredentialReport"),
        );
        of(said)
    }

    #[test]
    fn every_user_with_a_password_needs_mfa() {
        let yes = || Reported::Value(true);
        let no = || Reported::Value(false);
        let root = || user("<root_account>", Reported::NotSupported, no());
        let mut none = iam(&[]);
        none.credential_report.observed = Observed::Absent;
        let many = (0..7).map(|number| user(&format!("u{number}"), yes(), no())).collect();
        let cases = vec![
            (
                "MFA",
                reported(vec![root(), user("ann", yes(), yes()), user("pipe", no(), no())]),
                Verdict::Pass,
                "By the credential report of 1970-01-01T00:00:00Z MFA is on for every IAM user who has a password (1).",
            ),
            (
                "one without",
                reported(vec![user("ann", yes(), yes()), user("bob", yes(), no())]),
                Verdict::Fail,
                "no MFA: bob.",
            ),
            ("many without", reported(many), Verdict::Fail, "u4 and 2 more."),
            (
                "no passwords",
                reported(vec![root(), user("pipe", no(), no())]),
                Verdict::NotApplicable,
                "no IAM user has a password",
            ),
            (
                "the root user alone",
                reported(vec![root()]),
                Verdict::NotApplicable,
                "no IAM user",
            ),
            (
                "nothing said",
                reported(vec![user("ann", Reported::NoInformation, yes())]),
                Verdict::NotAssessed,
                "the user ann",
            ),
            (
                "nothing said of one, and another fails",
                reported(vec![
                    user("ann", yes(), Reported::NoInformation),
                    user("bob", yes(), no()),
                ]),
                Verdict::Fail,
                "bob",
            ),
            ("no report", of(none), Verdict::NotAssessed, "made no credential report"),
            ("report denied", of(iam(&[])), Verdict::NotAssessed, "access was denied"),
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
