//! Amazon Macie in one region: whether it is on, who administers it, and whether it looks into buckets by itself.

use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Source};
use s3attest_model::services::{AutomatedDiscovery, Macie, MacieAdministrator, MacieSession};

use super::ServiceRead;
use crate::pages::{Listed, list};
use crate::sources::bucket_list::timestamp;

const fn macie_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "Macie2",
        name,
        label,
        actions,
        class: "macie",
        in_session: true,
        times,
    }
}

const WHERE_ENABLED: &str = "only where Macie is enabled";

const SESSION: AllowedOperation = macie_read(
    "GetMacieSession",
    "macie2.GetMacieSession",
    &["macie2:GetMacieSession"],
    Times::each(Unit::Region),
);
const ADMINISTRATOR: AllowedOperation = macie_read(
    "GetAdministratorAccount",
    "macie2.GetAdministratorAccount",
    &["macie2:GetAdministratorAccount"],
    Times::seldom(WHERE_ENABLED),
);
const DISCOVERY: AllowedOperation = macie_read(
    "GetAutomatedDiscoveryConfiguration",
    "macie2.GetAutomatedDiscoveryConfiguration",
    &["macie2:GetAutomatedDiscoveryConfiguration"],
    Times::seldom(WHERE_ENABLED),
);
const MEMBER_DISCOVERY: AllowedOperation = macie_read(
    "ListAutomatedDiscoveryAccounts",
    "macie2.ListAutomatedDiscoveryAccounts",
    &["macie2:ListAutomatedDiscoveryAccounts"],
    Times::seldom("only where another account administers Macie"),
);

pub(super) const OPERATIONS: &[AllowedOperation] = &[SESSION, ADMINISTRATOR, DISCOVERY, MEMBER_DISCOVERY];

/// So Macie answers where it is not enabled, with the code of a denial; only the words tell the two apart. No page of AWS
/// lists the words: AWS's own resource provider of CloudFormation for `AWS::Macie::Session` goes by them
/// (aws-cloudformation-resource-providers-macie).
const NOT_ENABLED: [&str; 1] = ["AccessDeniedException: Macie is not enabled"];

/// With this code Macie says that there is no administrator (Macie API Reference, "Administrator").
const NO_ADMINISTRATOR: [&str; 1] = ["ResourceNotFoundException"];

pub(super) async fn read(reader: &ServiceRead<'_>) -> Macie {
    let client = &reader.session.macie(reader.region);
    let session = session(reader, client).await;
    match &session.observed {
        Observed::Present(_) => {}
        // What is not enabled has neither administrator nor discovery: the session's own answer says so.
        Observed::Absent => {
            return Macie {
                administrator: Evidence::absent(session.source.clone()),
                automated_discovery: Evidence::absent(session.source.clone()),
                session,
            };
        }
        // Whether Macie is enabled is not known, and neither is anything else, for the same cause.
        Observed::Gap(gap) => {
            return Macie {
                administrator: Evidence::gap(gap.clone(), Source::not_called(ADMINISTRATOR.operation())),
                automated_discovery: Evidence::gap(gap.clone(), Source::not_called(DISCOVERY.operation())),
                session,
            };
        }
    }
    let administrator = administrator(reader, client).await;
    let is_member = matches!(&administrator.observed, Observed::Present(found) if is_in_office(found));
    let automated_discovery = if is_member {
        member_discovery(reader, client).await
    } else {
        discovery(reader, client).await
    };
    Macie {
        session,
        administrator,
        automated_discovery,
    }
}

async fn session(reader: &ServiceRead<'_>, client: &aws_sdk_macie2::Client) -> Evidence<MacieSession> {
    observe(
        SESSION.operation(),
        &NOT_ENABLED,
        client.get_macie_session().send().await,
        reader.context.now(),
        |output| {
            let status = output
                .status
                .ok_or(Malformed("the answer does not say whether Macie is paused"))?;
            Ok(Some(MacieSession {
                status: status.as_str().to_owned(),
                finding_publishing_frequency: output.finding_publishing_frequency.map(|word| word.as_str().to_owned()),
                created_at: output.created_at.as_ref().and_then(timestamp),
                updated_at: output.updated_at.as_ref().and_then(timestamp),
            }))
        },
    )
}

async fn administrator(reader: &ServiceRead<'_>, client: &aws_sdk_macie2::Client) -> Evidence<MacieAdministrator> {
    observe(
        ADMINISTRATOR.operation(),
        &NO_ADMINISTRATOR,
        client.get_administrator_account().send().await,
        reader.context.now(),
        |output| {
            let Some(found) = output.administrator else {
                return Ok(None);
            };
            Ok(Some(MacieAdministrator {
                account: found
                    .account_id
                    .ok_or(Malformed("the administrator has no account id"))?,
                relationship_status: found.relationship_status.map(|word| word.as_str().to_owned()),
            }))
        },
    )
}

/// Whether the administrator decides for the account now, and not only is invited to, or did so once.
fn is_in_office(administrator: &MacieAdministrator) -> bool {
    matches!(administrator.relationship_status.as_deref(), Some("Enabled" | "Paused"))
}

/// What an organization's administrator, or an account on its own, has set.
async fn discovery(reader: &ServiceRead<'_>, client: &aws_sdk_macie2::Client) -> Evidence<AutomatedDiscovery> {
    observe(
        DISCOVERY.operation(),
        &[],
        client.get_automated_discovery_configuration().send().await,
        reader.context.now(),
        |output| {
            let status = output
                .status
                .ok_or(Malformed("the answer does not say whether discovery is enabled"))?;
            Ok(Some(AutomatedDiscovery {
                status: status.as_str().to_owned(),
                auto_enable_organization_members: output
                    .auto_enable_organization_members
                    .map(|word| word.as_str().to_owned()),
                first_enabled_at: output.first_enabled_at.as_ref().and_then(timestamp),
                disabled_at: output.disabled_at.as_ref().and_then(timestamp),
                last_updated_at: output.last_updated_at.as_ref().and_then(timestamp),
            }))
        },
    )
}

/// What a member account is told of itself: only administrators and accounts on their own may ask for the configuration
/// (Macie API Reference, "Automated Sensitive Data Discovery - Configuration" and "- Accounts").
async fn member_discovery(reader: &ServiceRead<'_>, client: &aws_sdk_macie2::Client) -> Evidence<AutomatedDiscovery> {
    let own = reader.session.account().as_str();
    let listed = list(|token| async move {
        let request = client.list_automated_discovery_accounts().account_ids(own);
        let answer = request.set_next_token(token).send().await;
        observe(
            MEMBER_DISCOVERY.operation(),
            &[],
            answer,
            reader.context.now(),
            |output| {
                // AWS's model does not require the list; where it is missing the account is not in it, which is a gap below.
                Ok(Some(Listed {
                    entries: output.items.unwrap_or_default(),
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    let Evidence { observed, source } = listed;
    let accounts = match observed {
        Observed::Present(accounts) => accounts,
        Observed::Absent => return Evidence::absent(source),
        Observed::Gap(gap) => return Evidence::gap(gap, source),
    };
    let mut accounts = accounts.into_iter();
    let found = accounts.find(|account| account.account_id.as_deref() == Some(own));
    match found.and_then(|account| account.status) {
        Some(status) => {
            let discovery = AutomatedDiscovery {
                status: status.as_str().to_owned(),
                auto_enable_organization_members: None,
                first_enabled_at: None,
                disabled_at: None,
                last_updated_at: None,
            };
            Evidence::present(discovery, source)
        }
        None => Evidence::gap(
            Gap::new(
                GapCause::MalformedAnswer,
                "the answer does not say whether discovery is enabled for the account",
            ),
            source,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_that_was_or_will_be_does_not_decide() {
        let relation = |status: Option<&str>| {
            is_in_office(&MacieAdministrator {
                account: "111122223333".to_owned(),
                relationship_status: status.map(str::to_owned),
            })
        };
        assert!(relation(Some("Enabled")) && relation(Some("Paused")));
        assert!(!relation(Some("Invited")) && !relation(Some("Removed")) && !relation(None));
    }
}
