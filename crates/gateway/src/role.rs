//! Assuming the read-only role of an account.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_sts::operation::assume_role::AssumeRoleOutput;
use jiff::Timestamp;
use s3attest_model::account::Access;
use s3attest_model::evidence::{Evidence, Operation};
use s3attest_model::identifiers::{AccountId, Partition};
use s3attest_model::text::SharedText;

use crate::gateway::Clock;
use crate::observe::{Malformed, innermost, observe};

/// The operation behind a session's evidence.
const ASSUME_ROLE: Operation = Operation::named("sts.AssumeRole");

/// Which role is assumed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleOptions {
    /// A role name (with its path, if it has one), or an ARN; `{account}` and `{partition}` stand for the account's.
    pub template: String,
    /// Other names or ARNs for single accounts.
    pub overrides: BTreeMap<AccountId, String>,
    /// The external id that the roles' trust policies ask for.
    pub external_id: Option<String>,
    /// The session's name, as CloudTrail shows it.
    pub session_name: String,
    /// How long a session lasts, in seconds: 900 to 43,200, and at most 3,600 when the caller is itself a role
    /// (AWS STS API Reference, `AssumeRole`).
    pub duration_seconds: i32,
}

impl RoleOptions {
    /// The ARN of the role in an account.
    #[must_use]
    pub fn arn(&self, partition: Partition, account: &AccountId) -> String {
        let template = self.overrides.get(account).unwrap_or(&self.template);
        let text = template
            .replace("{account}", account.as_str())
            .replace("{partition}", partition.as_str());
        if text.starts_with("arn:") {
            text
        } else {
            format!("arn:{partition}:iam::{account}:role/{}", text.trim_start_matches('/'))
        }
    }
}

/// Provides an account's session credentials, and new ones before they expire.
pub(crate) struct RoleCredentials {
    client: aws_sdk_sts::Client,
    arn: String,
    options: Arc<RoleOptions>,
    session_policy: Arc<str>,
    clock: Clock,
    /// Credentials that were fetched when the session was opened and not handed out yet.
    first: Mutex<Option<Credentials>>,
}

impl fmt::Debug for RoleCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RoleCredentials")
            .field("arn", &self.arn)
            .finish_non_exhaustive()
    }
}

impl RoleCredentials {
    pub(crate) fn new(
        client: aws_sdk_sts::Client,
        arn: String,
        options: Arc<RoleOptions>,
        session_policy: Arc<str>,
        clock: Clock,
    ) -> Self {
        Self {
            client,
            arn,
            options,
            session_policy,
            clock,
            first: Mutex::new(None),
        }
    }

    fn request(&self) -> aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder {
        self.client
            .assume_role()
            .role_arn(&self.arn)
            .role_session_name(&self.options.session_name)
            .duration_seconds(self.options.duration_seconds)
            .set_external_id(self.options.external_id.clone())
            .policy(&*self.session_policy)
    }

    /// Assumes the role now, so that a refusal is one gap of the account and not one of every call.
    pub(crate) async fn open(&self) -> Evidence<Access> {
        let answer = self.request().send().await;
        observe(ASSUME_ROLE, &[], answer, (self.clock)(), |output| {
            let credentials = credentials_of(&output).ok_or(Malformed("the answer holds no credentials"))?;
            *self.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(credentials);
            Ok(Some(Access::Role(self.arn.clone())))
        })
    }
}

impl ProvideCredentials for RoleCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(credentials) = first {
            return future::ProvideCredentials::ready(Ok(credentials));
        }
        future::ProvideCredentials::new(async move {
            let output = self.request().send().await.map_err(|error| {
                CredentialsError::provider_error(format!(
                    "could not renew the session of {}: {}",
                    self.arn,
                    innermost(&error)
                ))
            })?;
            credentials_of(&output)
                .ok_or_else(|| CredentialsError::provider_error("the answer to AssumeRole holds no credentials"))
        })
    }
}

fn credentials_of(output: &AssumeRoleOutput) -> Option<Credentials> {
    let credentials = output.credentials()?;
    let expires = std::time::SystemTime::try_from(*credentials.expiration()).ok()?;
    Some(Credentials::new(
        credentials.access_key_id(),
        credentials.secret_access_key(),
        Some(credentials.session_token().to_owned()),
        Some(expires),
        "s3attest-role",
    ))
}

/// The caller's own credentials as the access to its own account.
pub(crate) fn caller_access(arn: &str, now: Timestamp, request_id: Option<SharedText>) -> Evidence<Access> {
    Evidence::present(
        Access::Caller(arn.to_owned()),
        s3attest_model::evidence::Source {
            operation: Operation::named("sts.GetCallerIdentity"),
            observed_at: Some(now),
            request_id,
            code: None,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_a_name_or_an_arn_and_single_accounts_may_differ() {
        let account = AccountId::new("000000000001").expect("twelve digits");
        let other = AccountId::new("000000000002").expect("twelve digits");
        let mut options = RoleOptions {
            template: "audit/s3attest-read".to_owned(),
            overrides: BTreeMap::from([(other.clone(), "legacy-{account}".to_owned())]),
            external_id: None,
            session_name: "s3attest".to_owned(),
            duration_seconds: 3600,
        };
        let arn = |options: &RoleOptions, account| options.arn(Partition::AwsUsGov, account);
        assert_eq!(
            arn(&options, &account),
            "arn:aws-us-gov:iam::000000000001:role/audit/s3attest-read"
        );
        assert_eq!(
            arn(&options, &other),
            "arn:aws-us-gov:iam::000000000002:role/legacy-000000000002"
        );
        options.template = "arn:{partition}:iam::{account}:role/read".to_owned();
        assert_eq!(arn(&options, &account), "arn:aws-us-gov:iam::000000000001:role/read");
    }
}
