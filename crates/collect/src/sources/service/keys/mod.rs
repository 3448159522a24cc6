//! The keys of KMS that the account's buckets, trails, topics and other readings use.
//!
//! It stands last among the sources, since every other one may refer to a key. An alias that AWS keeps for its own keys
//! (`alias/aws/s3`) is looked up in the list of aliases: `DescribeKey` would make the key where there is none yet (AWS KMS
//! API Reference, `DescribeKey`), and this program makes nothing.

mod details;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_kms::Client;
use aws_sdk_kms::types::KeyMetadata;
use futures::future::FutureExt;
use futures::stream::{self, StreamExt};
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Source};
use s3attest_model::identifiers::RegionName;
use s3attest_model::services::{Key, KeyDescription, KeyUse, Keys, MultiRegionKey};

use self::names::KeyName;
use super::ServiceRead;
use crate::pages::{Listed, list};
use crate::sources::bucket_list::timestamp;

const fn kms_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "KMS",
        name,
        label,
        actions,
        class: "kms",
        in_session: true,
        times,
    }
}

const KEYS_OF_AN_ACCOUNT: Times = Times::about(3, Unit::Account, "three keys that an account's buckets use");

const ALIASES: AllowedOperation = kms_read(
    "ListAliases",
    "kms.ListAliases",
    &["kms:ListAliases"],
    Times::about(1, Unit::Account, "one region with buckets that use the key of AWS"),
);
const DESCRIBE: AllowedOperation = kms_read(
    "DescribeKey",
    "kms.DescribeKey",
    &["kms:DescribeKey"],
    KEYS_OF_AN_ACCOUNT,
);
const ROTATION: AllowedOperation = kms_read(
    "GetKeyRotationStatus",
    "kms.GetKeyRotationStatus",
    &["kms:GetKeyRotationStatus"],
    KEYS_OF_AN_ACCOUNT,
);
const POLICY: AllowedOperation = kms_read(
    "GetKeyPolicy",
    "kms.GetKeyPolicy",
    &["kms:GetKeyPolicy"],
    KEYS_OF_AN_ACCOUNT,
);
const GRANTS: AllowedOperation = kms_read("ListGrants", "kms.ListGrants", &["kms:ListGrants"], KEYS_OF_AN_ACCOUNT);

pub(super) const OPERATIONS: &[AllowedOperation] = &[ALIASES, DESCRIBE, ROTATION, POLICY, GRANTS];

/// With this code KMS says that it knows no such key or alias (AWS KMS API Reference, `DescribeKey`).
const NO_KEY: [&str; 1] = ["NotFoundException"];

/// How many keys are read at the same time.
const KEYS_AT_ONCE: usize = 8;

/// The clients of the regions in which keys lie.
type Clients = BTreeMap<RegionName, Client>;
/// The aliases of AWS's own keys, with the ids of those keys that were made already.
type Aliases = BTreeMap<String, Option<String>>;

pub(super) async fn read(reader: &ServiceRead<'_>) -> Keys {
    let account = reader.session.account();
    let partition = reader.gateway().partition();
    let references = &reader.references.keys;
    let named: Vec<_> = references
        .iter()
        .map(|reference| KeyName::of(reference, account, partition))
        .collect();
    let distinct: BTreeSet<KeyName> = named.iter().filter_map(|name| name.as_ref().ok()).cloned().collect();
    let clients: Clients = distinct
        .iter()
        .map(|name| (name.region.clone(), reader.session.kms(&name.region)))
        .collect();
    let found = describe_all(&clients, reader, distinct).await;
    let uses = references.iter().zip(&named).map(|(reference, name)| KeyUse {
        reference: reference.clone(),
        resolved: match name {
            Ok(name) => found[name].clone().map(|(arn, _)| arn),
            Err(gap) => Evidence::gap(gap.clone(), Source::not_called(DESCRIBE.operation())),
        },
    });
    let uses = uses.collect();
    // Two names may lead to one key.
    let mut keys: BTreeMap<String, (RegionName, KeyDescription, Source)> = BTreeMap::new();
    for (name, evidence) in found {
        if let Observed::Present((arn, description)) = evidence.observed {
            keys.insert(arn, (name.region, description, evidence.source));
        }
    }
    let keys = stream::iter(keys)
        .map(|(arn, (region, description, source))| {
            let client = clients[&region].clone();
            async move { Box::pin(details::key(&client, reader, arn, description, source)).await }.boxed()
        })
        .buffered(KEYS_AT_ONCE)
        .collect::<Vec<Key>>()
        .await;
    Keys {
        referrers: reader.references.of_keys(),
        uses,
        keys,
    }
}

/// What each name leads to, the ARN and the key.
async fn describe_all(
    clients: &Clients,
    reader: &ServiceRead<'_>,
    names: BTreeSet<KeyName>,
) -> BTreeMap<KeyName, Evidence<(String, KeyDescription)>> {
    let mut aliases: BTreeMap<RegionName, Evidence<Aliases>> = BTreeMap::new();
    for name in names.iter().filter(|name| name.is_own_alias_of_aws()) {
        if !aliases.contains_key(&name.region) {
            let listed = aliases_of_aws(&clients[&name.region], reader).await;
            aliases.insert(name.region.clone(), listed);
        }
    }
    stream::iter(names)
        .map(|name| {
            let client = clients[&name.region].clone();
            let listed = name.is_own_alias_of_aws().then(|| aliases[&name.region].clone());
            async move {
                let found = describe(&client, reader, &name, listed).await;
                (name, found)
            }
            .boxed()
        })
        .buffered(KEYS_AT_ONCE)
        .collect()
        .await
}

async fn describe(
    client: &Client,
    reader: &ServiceRead<'_>,
    name: &KeyName,
    aliases: Option<Evidence<Aliases>>,
) -> Evidence<(String, KeyDescription)> {
    let id = match aliases {
        None => name.asked.clone(),
        Some(Evidence { observed, source }) => match observed {
            Observed::Present(mut aliases) => match aliases.remove(&name.resource).flatten() {
                Some(id) => id,
                // AWS keeps the alias and has made no key for it so far.
                None => return Evidence::absent(source),
            },
            Observed::Absent => return Evidence::absent(source),
            Observed::Gap(gap) => return Evidence::gap(gap, source),
        },
    };
    observe(
        DESCRIBE.operation(),
        &NO_KEY,
        client.describe_key().key_id(id).send().await,
        reader.context.now(),
        |output| {
            let metadata = output.key_metadata.ok_or(Malformed("the answer describes no key"))?;
            described(metadata).map(Some)
        },
    )
}

async fn aliases_of_aws(client: &Client, reader: &ServiceRead<'_>) -> Evidence<Aliases> {
    let listed = list(|token| async move {
        observe(
            ALIASES.operation(),
            &[],
            client.list_aliases().limit(100).set_marker(token).send().await,
            reader.context.now(),
            |output| {
                // A list that was lost would say that AWS has made no key.
                let found = output.aliases.ok_or(Malformed("the answer holds no list of aliases"))?;
                let mut entries = Vec::new();
                for alias in found {
                    let name = alias.alias_name.ok_or(Malformed("an alias has no name"))?;
                    if name.starts_with("alias/aws/") {
                        entries.push((name, alias.target_key_id));
                    }
                }
                Ok(Some(Listed {
                    entries,
                    next: next(output.truncated, output.next_marker)?,
                }))
            },
        )
    })
    .await;
    listed.map(|aliases: Vec<_>| aliases.into_iter().collect())
}

/// The marker of the next page. KMS says beside it whether there is one; a marker is followed even where it does not, since
/// an answer without that member looks the same as one that ends here.
fn next(is_truncated: bool, marker: Option<String>) -> Result<Option<String>, Malformed> {
    match marker.filter(|marker| !marker.is_empty()) {
        None if is_truncated => Err(Malformed("the list is cut off without a marker to go on with")),
        marker => Ok(marker),
    }
}

fn described(key: KeyMetadata) -> Result<(String, KeyDescription), Malformed> {
    let arn = key.arn.ok_or(Malformed("the key has no ARN"))?;
    let account = arn.split(':').nth(4).filter(|account| !account.is_empty());
    let account = account.ok_or(Malformed("the key's ARN names no account"))?.to_owned();
    let description = KeyDescription {
        id: key.key_id,
        account,
        manager: key
            .key_manager
            .map(|manager| manager.as_str().to_owned())
            .ok_or(Malformed("the answer does not say who manages the key"))?,
        state: key
            .key_state
            .map(|state| state.as_str().to_owned())
            .ok_or(Malformed("the answer does not say the key's state"))?,
        enabled: key.enabled,
        origin: key.origin.map(|origin| origin.as_str().to_owned()),
        spec: key.key_spec.map(|spec| spec.as_str().to_owned()),
        usage: key.key_usage.map(|usage| usage.as_str().to_owned()),
        description: key.description.filter(|text| !text.is_empty()),
        created_at: key.creation_date.as_ref().and_then(timestamp),
        deletion_at: key.deletion_date.as_ref().and_then(timestamp),
        pending_deletion_days: key.pending_deletion_window_in_days,
        expiration_model: key.expiration_model.map(|model| model.as_str().to_owned()),
        material_expires_at: key.valid_to.as_ref().and_then(timestamp),
        custom_key_store: key.custom_key_store_id,
        multi_region: key.multi_region_configuration.map(|relatives| MultiRegionKey {
            role: relatives.multi_region_key_type.map(|role| role.as_str().to_owned()),
            primary_arn: relatives.primary_key.and_then(|key| key.arn),
            replica_arns: relatives
                .replica_keys
                .unwrap_or_default()
                .into_iter()
                .filter_map(|key| key.arn)
                .collect(),
        }),
    };
    Ok((arn, description))
}

/// What can be read of a key only in its own account.
fn elsewhere<T>(operation: &AllowedOperation, detail: &'static str) -> Evidence<T> {
    Evidence::gap(
        Gap::new(GapCause::OutsideScan, detail),
        Source::not_called(operation.operation()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_cut_off_has_a_marker() {
        let marker = || Some("m".to_owned());
        assert_eq!(next(true, marker()), Ok(marker()));
        assert_eq!(next(false, marker()), Ok(marker()));
        assert_eq!(next(false, Some(String::new())), Ok(None));
        assert_eq!(next(false, None), Ok(None));
        assert!(next(true, None).is_err());
        assert!(next(true, Some(String::new())).is_err());
    }

    #[test]
    fn a_key_without_state_or_manager_is_not_taken_for_a_good_one() {
        use aws_sdk_kms::types::{KeyManagerType, KeyState};
        let key = || {
            KeyMetadata::builder()
                .key_id("1")
                .arn("arn:aws:kms:eu-west-1:111122223333:key/1")
        };
        let whole = key().key_manager(KeyManagerType::Customer).key_state(KeyState::Enabled);
        let (arn, description) = described(whole.build().expect("a key")).expect("whole");
        assert_eq!(
            (arn.as_str(), description.account.as_str()),
            ("arn:aws:kms:eu-west-1:111122223333:key/1", "111122223333")
        );
        assert!(!description.enabled, "what AWS does not say is not taken for granted");
        for part in [
            key().key_manager(KeyManagerType::Customer),
            key().key_state(KeyState::Enabled),
            KeyMetadata::builder().key_id("1").key_manager(KeyManagerType::Customer),
        ] {
            assert!(described(part.build().expect("a key")).is_err());
        }
    }
}
