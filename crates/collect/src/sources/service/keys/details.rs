//! What stands beside a key: its rotation, its policy, its grants.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::GrantListEntry;
use futures::future;
use s3attest_gateway::{Malformed, observe};
use s3attest_model::bucket::PolicyDocument;
use s3attest_model::evidence::{Evidence, Source};
use s3attest_model::services::{Key, KeyDescription, KeyGrant, KeyGrants, KeyRotation, KeyRotationStatus};

use super::{GRANTS, POLICY, ROTATION, ServiceRead, elsewhere, next};
use crate::pages::{Listed, list};
use crate::sources::bucket_list::timestamp;

/// The one policy that every key has (AWS KMS API Reference, `GetKeyPolicy`).
const DEFAULT_POLICY: &str = "default";

pub(super) async fn key(
    client: &Client,
    reader: &ServiceRead<'_>,
    arn: String,
    description: KeyDescription,
    source: Source,
) -> Key {
    let is_own = description.account == reader.session.account().as_str();
    let rotation = rotation(client, reader, &arn, &description, source);
    let policy = async {
        if is_own {
            policy(client, reader, &arn).await
        } else {
            // AWS KMS API Reference, `GetKeyPolicy`, "Cross-account use".
            elsewhere(&POLICY, "the policy of a key can be read in the key's own account only")
        }
    };
    // Of a key of another account they are asked for by its ARN, and its key policy decides (AWS KMS API Reference,
    // `ListGrants`, "Cross-account use").
    let grants = grants(client, reader, &arn, &description.account);
    let (rotation, policy, grants) = future::join3(rotation, policy, grants).await;
    Key {
        arn,
        description,
        rotation,
        policy,
        grants,
    }
}

async fn rotation(
    client: &Client,
    reader: &ServiceRead<'_>,
    arn: &str,
    description: &KeyDescription,
    source: Source,
) -> Evidence<KeyRotation> {
    if let Some(reason) = description.rotation_not_configurable() {
        return Evidence::present(KeyRotation::NotConfigurable(reason), source);
    }
    observe(
        ROTATION.operation(),
        &[],
        client.get_key_rotation_status().key_id(arn).send().await,
        reader.context.now(),
        |output| {
            // The SDK takes a missing word on rotation for "off", and does not say that it was missing: rotation may be
            // held to be off that is on, never the reverse.
            Ok(Some(KeyRotation::Configured(KeyRotationStatus {
                enabled: output.key_rotation_enabled,
                period_days: output.rotation_period_in_days,
                next_at: output.next_rotation_date.as_ref().and_then(timestamp),
                on_demand_at: output.on_demand_rotation_start_date.as_ref().and_then(timestamp),
            })))
        },
    )
}

async fn policy(client: &Client, reader: &ServiceRead<'_>, arn: &str) -> Evidence<PolicyDocument> {
    let answer = client.get_key_policy().key_id(arn).policy_name(DEFAULT_POLICY);
    observe(
        POLICY.operation(),
        &[],
        answer.send().await,
        reader.context.now(),
        |output| {
            let text = output.policy.filter(|text| !text.is_empty());
            // A key is never without its policy.
            let text = text.ok_or(Malformed("the answer holds no policy"))?;
            Ok(Some(PolicyDocument(text)))
        },
    )
}

async fn grants(client: &Client, reader: &ServiceRead<'_>, arn: &str, account: &str) -> Evidence<KeyGrants> {
    // A key may have fifty thousand grants, most of them of AWS services, so each page is summed up as it comes.
    let pages = list(|token| async move {
        let answer = client.list_grants().key_id(arn).limit(100).set_marker(token);
        observe(
            GRANTS.operation(),
            &[],
            answer.send().await,
            reader.context.now(),
            |output| {
                let grants = output.grants.ok_or(Malformed("the answer holds no list of grants"))?;
                Ok(Some(Listed {
                    entries: vec![summed(grants, account)?],
                    next: next(output.truncated, output.next_marker)?,
                }))
            },
        )
    })
    .await;
    pages.map(|pages| {
        let mut all = KeyGrants {
            total: 0,
            own_account: 0,
            services: 0,
            others: Vec::new(),
        };
        for page in pages {
            all.total += page.total;
            all.own_account += page.own_account;
            all.services += page.services;
            all.others.extend(page.others);
        }
        all
    })
}

fn summed(grants: Vec<GrantListEntry>, account: &str) -> Result<KeyGrants, Malformed> {
    let mut page = KeyGrants {
        total: grants.len(),
        own_account: 0,
        services: 0,
        others: Vec::new(),
    };
    for grant in grants {
        match holder(&grant, account) {
            Holder::OwnAccount => page.own_account += 1,
            Holder::Service => page.services += 1,
            Holder::Other => page.others.push(KeyGrant {
                id: grant.grant_id.ok_or(Malformed("a grant has no id"))?,
                name: grant.name.filter(|name| !name.is_empty()),
                grantee: grant.grantee_principal,
                retiring_principal: grant.retiring_principal,
                issuing_account: grant.issuing_account,
                operations: grant
                    .operations
                    .unwrap_or_default()
                    .iter()
                    .map(|operation| operation.as_str().to_owned())
                    .collect(),
                constrained: grant.constraints.is_some_and(|constraints| {
                    constraints.source_arn.is_some()
                        || constraints
                            .encryption_context_equals
                            .is_some_and(|pairs| !pairs.is_empty())
                        || constraints
                            .encryption_context_subset
                            .is_some_and(|pairs| !pairs.is_empty())
                }),
            }),
        }
    }
    Ok(page)
}

/// Who holds a grant.
#[derive(Debug, PartialEq, Eq)]
enum Holder {
    OwnAccount,
    Service,
    /// Somebody of another account, or somebody who cannot be told, such as the bare id of a role that is gone.
    Other,
}

fn holder(grant: &GrantListEntry, account: &str) -> Holder {
    if grant.grantee_service_principal.is_some() {
        return Holder::Service;
    }
    match grant.grantee_principal.as_deref() {
        Some(principal) if principal.split(':').nth(4) == Some(account) => Holder::OwnAccount,
        Some(principal) if is_service(principal) => Holder::Service,
        Some(_) | None => Holder::Other,
    }
}

/// Whether a principal is an AWS service: a host name instead of an ARN.
fn is_service(principal: &str) -> bool {
    !principal.contains(':') && (principal.ends_with(".amazonaws.com") || principal.ends_with(".amazonaws.com.cn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(principal: &str) -> GrantListEntry {
        GrantListEntry::builder()
            .grant_id("g")
            .grantee_principal(principal)
            .build()
    }

    #[test]
    fn holders_are_told_apart_and_the_unknown_stand_with_the_strangers() {
        let account = "111122223333";
        let table = [
            ("arn:aws:iam::111122223333:role/application", Holder::OwnAccount),
            (
                "arn:aws:sts::111122223333:assumed-role/application/i-1",
                Holder::OwnAccount,
            ),
            ("rds.eu-central-1.amazonaws.com", Holder::Service),
            ("dynamodb.cn-north-1.amazonaws.com.cn", Holder::Service),
            ("arn:aws:iam::444455556666:root", Holder::Other),
            ("AROAEXAMPLEEXAMPLE", Holder::Other),
            ("amazonaws.com.example.org", Holder::Other),
            ("arn:aws:iam::444455556666:role/x.amazonaws.com", Holder::Other),
        ];
        for (principal, expected) in table {
            assert_eq!(holder(&grant(principal), account), expected, "{principal}");
        }
        assert_eq!(holder(&GrantListEntry::builder().build(), account), Holder::Other);
        let service = GrantListEntry::builder().grantee_service_principal("s3.amazonaws.com");
        assert_eq!(holder(&service.build(), account), Holder::Service);
    }

    #[test]
    fn a_page_of_grants_is_summed_up() {
        let grants = vec![
            grant("arn:aws:iam::111122223333:role/a"),
            grant("ebs.eu-central-1.amazonaws.com"),
            grant("arn:aws:iam::444455556666:root"),
        ];
        let page = summed(grants, "111122223333").expect("grants with ids");
        assert_eq!(
            (page.total, page.own_account, page.services, page.others.len()),
            (3, 1, 1, 1)
        );
        assert!(!page.others[0].constrained);
        let nameless = GrantListEntry::builder().build();
        assert!(summed(vec![nameless], "111122223333").is_err());
    }
}
