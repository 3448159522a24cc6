//! KMS: keys, their aliases, rotation, policies and grants.

use serde_json::{Map, Value, json};

use super::paging::page;
use super::{Call, Operation, Service, admit_all, any_path, own_account};
use crate::protocol::json::members;
use crate::protocol::route::Route;
use crate::protocol::{Failure, Protocol, Success};
use crate::scenario::{Account, KmsKey, KmsRegion};

/// A page of a list holds fifty unless the caller says otherwise, and a hundred at most (AWS KMS API Reference,
/// `ListGrants`).
const USUAL_PAGE: u64 = 50;
const LARGEST_PAGE: u64 = 100;

pub(super) static SERVICE: Service = Service {
    name: "kms",
    signing_name: "kms",
    protocol: Protocol::Json("1.1"),
    route: Route::Target("TrentService"),
    claims_path: any_path,
    has_buckets: false,
    throttle: (400, "ThrottlingException"),
    operations: &[
        Operation {
            name: "DescribeKey",
            action: "kms:DescribeKey",
            answer: describe_key,
        },
        Operation {
            name: "GetKeyRotationStatus",
            action: "kms:GetKeyRotationStatus",
            answer: get_rotation,
        },
        Operation {
            name: "GetKeyPolicy",
            action: "kms:GetKeyPolicy",
            answer: get_policy,
        },
        Operation {
            name: "ListGrants",
            action: "kms:ListGrants",
            answer: list_grants,
        },
        Operation {
            name: "ListAliases",
            action: "kms:ListAliases",
            answer: list_aliases,
        },
    ],
    admit: admit_all,
    resource_account: own_account,
};

/// A key with its owner.
struct Found<'world> {
    owner: &'world Account,
    key: &'world KmsKey,
}

impl Found<'_> {
    fn arn(&self, call: &Call<'_>, region: &str) -> String {
        arn(call, region, &self.owner.id, &self.key.id)
    }
}

fn arn(call: &Call<'_>, region: &str, account: &str, key: &str) -> String {
    format!(
        "arn:{}:kms:{region}:{account}:key/{key}",
        call.world.scenario().partition
    )
}

fn not_found(message: String) -> Failure {
    Failure::new(400, "NotFoundException", message)
}

/// What KMS tells whoever asks for a key of another account: not even whether there is one.
fn not_shared(call: &Call<'_>) -> Failure {
    let message = format!(
        "User: {} is not authorized to perform: {} on this resource because the resource does not exist in this Region, no \
         resource-based policies allow access, or a resource-based policy explicitly denies access",
        call.caller.arn(call.world),
        call.operation.action
    );
    Failure::new(400, "AccessDeniedException", message)
}

fn here<'world>(account: &'world Account, call: &Call<'_>) -> Option<&'world KmsRegion> {
    account.services.kms.regions.get(call.region)
}

/// The key that a request names by id, alias or ARN.
fn find<'call>(call: &Call<'call>) -> Result<Found<'call>, Failure> {
    let members = members(call.body);
    let name = members["KeyId"].as_str().unwrap_or_default();
    if name.is_empty() {
        return Err(Failure::new(400, "ValidationException", "KeyId must not be empty."));
    }
    let own = call.account();
    let (account, resource) = if name.starts_with("arn:") {
        let parts: Vec<&str> = name.splitn(6, ':').collect();
        let [_, partition, "kms", region, account, resource] = parts[..] else {
            return Err(Failure::new(
                400,
                "InvalidArnException",
                format!("{name} is not a valid ARN"),
            ));
        };
        if region != call.region || partition != call.world.scenario().partition {
            return Err(not_found(format!("Invalid arn {region}")));
        }
        (account, resource.to_owned())
    } else if name.starts_with("alias/") {
        (own.id.as_str(), name.to_owned())
    } else {
        (own.id.as_str(), format!("key/{name}"))
    };
    let is_own = account == own.id;
    let owner = if is_own {
        Some(own)
    } else {
        call.world.scenario().account(account)
    };
    let found = owner.and_then(|owner| {
        let region = here(owner, call)?;
        let id = match resource.strip_prefix("key/") {
            Some(id) => id,
            None => region
                .aliases
                .iter()
                .find(|alias| alias.name == resource)?
                .key
                .as_deref()?,
        };
        let key = region.keys.iter().find(|key| key.id == id)?;
        Some(Found { owner, key })
    });
    match found {
        Some(found) if is_own || found.key.shared_with.contains(&own.id) => Ok(found),
        None if is_own => {
            let full = format!(
                "arn:{}:kms:{}:{account}:{resource}",
                call.world.scenario().partition,
                call.region
            );
            Err(not_found(if resource.starts_with("key/") {
                format!("Key '{full}' does not exist")
            } else {
                format!("Alias {full} is not found.")
            }))
        }
        Some(_) | None => Err(not_shared(call)),
    }
}

/// An object without the members that are null, which AWS leaves out.
fn object(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}

fn describe_key(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let name = members["KeyId"].as_str().unwrap_or_default();
    let is_unmade = here(call.account(), call).is_some_and(|region| {
        let mut aliases = region.aliases.iter();
        aliases.any(|alias| alias.name == name && alias.key.is_none())
    });
    if is_unmade {
        // KMS makes the key of such an alias when it is asked to describe it. What is simulated cannot change, so the key is
        // forgotten again, but whoever asks is told what KMS would tell.
        let id = format!("{:08x}-0000-4000-8000-000000000000", crate::hash::of(3, [name]) >> 32);
        return Ok(Success::json(&json!({"KeyMetadata": {
            "AWSAccountId": call.account().id,
            "KeyId": id,
            "Arn": arn(call, call.region, &call.account().id, &id),
            "Enabled": true,
            "KeyManager": "AWS",
            "KeyState": "Enabled",
            "Origin": "AWS_KMS",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT",
        }})));
    }
    let found = find(call)?;
    let key = found.key;
    let is_symmetric = key.spec == "SYMMETRIC_DEFAULT";
    let multi_region = (!key.multi_regions.is_empty()).then(|| {
        let relative = |region: &String| json!({"Arn": arn(call, region, &found.owner.id, &key.id), "Region": region});
        let is_primary = key.multi_regions[0] == call.region;
        json!({
            "MultiRegionKeyType": if is_primary { "PRIMARY" } else { "REPLICA" },
            "PrimaryKey": relative(&key.multi_regions[0]),
            "ReplicaKeys": key.multi_regions[1..].iter().map(relative).collect::<Vec<_>>(),
        })
    });
    let expiration = (key.origin == "EXTERNAL").then_some(match key.expires_at {
        Some(_) => "KEY_MATERIAL_EXPIRES",
        None => "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    Ok(Success::json(&json!({"KeyMetadata": object(json!({
        "AWSAccountId": found.owner.id,
        "KeyId": key.id,
        "Arn": found.arn(call, call.region),
        "CreationDate": key.created_at.as_second(),
        "Enabled": key.state == "Enabled",
        "Description": key.description,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": key.state,
        "DeletionDate": key.deletion_at.map(jiff::Timestamp::as_second),
        "ValidTo": key.expires_at.map(jiff::Timestamp::as_second),
        "Origin": key.origin,
        "ExpirationModel": expiration,
        "KeyManager": key.manager,
        "CustomKeyStoreId": (key.origin == "AWS_CLOUDHSM").then_some("cks-1234567890abcdef0"),
        "CustomerMasterKeySpec": key.spec,
        "KeySpec": key.spec,
        "EncryptionAlgorithms": if is_symmetric { json!(["SYMMETRIC_DEFAULT"]) } else { json!(["RSAES_OAEP_SHA_256"]) },
        "MultiRegion": multi_region.is_some(),
        "MultiRegionConfiguration": multi_region,
    }))})))
}

fn get_rotation(call: &Call<'_>) -> Result<Success, Failure> {
    let found = find(call)?;
    let key = found.key;
    if key.spec != "SYMMETRIC_DEFAULT" || matches!(key.origin.as_str(), "AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE") {
        return Err(Failure::new(
            400,
            "UnsupportedOperationException",
            "The operation is not supported for the key.",
        ));
    }
    // While a key waits for its deletion it does not rotate, whatever was configured.
    let days = key.rotation_days.filter(|_| key.state != "PendingDeletion");
    let is_managed = key.manager == "AWS";
    let next = days.map(|days| key.created_at.as_second() + i64::from(days) * 86_400);
    Ok(Success::json(&object(json!({
        "KeyId": found.arn(call, call.region),
        "KeyRotationEnabled": is_managed || days.is_some(),
        "RotationPeriodInDays": days,
        "NextRotationDate": next,
    }))))
}

fn get_policy(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let found = find(call)?;
    if found.owner.id != call.account().id {
        return Err(not_shared(call));
    }
    let name = members["PolicyName"].as_str().unwrap_or("default");
    if name != "default" {
        return Err(not_found("No such policy exists".to_owned()));
    }
    Ok(Success::json(&json!({"Policy": found.key.policy, "PolicyName": name})))
}

fn page_size(members: &Value) -> Result<usize, Failure> {
    match members["Limit"].as_u64().unwrap_or(USUAL_PAGE) {
        size @ 1..=LARGEST_PAGE => Ok(usize::try_from(size).unwrap_or(1)),
        _ => Err(Failure::new(
            400,
            "ValidationException",
            "Limit must be between 1 and 100.",
        )),
    }
}

fn list_grants(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let found = find(call)?;
    let size = page_size(&members)?;
    let (grants, next) = page(call, &found.key.grants, members["Marker"].as_str(), size)?;
    let arn = found.arn(call, call.region);
    let grants: Vec<_> = grants
        .iter()
        .map(|grant| {
            let context = (!grant.context.is_empty()).then(|| json!({"EncryptionContextSubset": grant.context}));
            object(json!({
                "KeyId": arn,
                "GrantId": grant.id,
                "Name": grant.name.as_deref().unwrap_or_default(),
                "CreationDate": found.key.created_at.as_second(),
                "GranteePrincipal": (!grant.is_service).then_some(&grant.grantee),
                "GranteeServicePrincipal": grant.is_service.then_some(&grant.grantee),
                "IssuingAccount": format!("arn:{}:iam::{}:root", call.world.scenario().partition, found.owner.id),
                "Operations": grant.operations,
                "Constraints": context,
            }))
        })
        .collect();
    let body = json!({"Grants": grants, "Truncated": next.is_some(), "NextMarker": next});
    Ok(Success::json(&object(body)))
}

fn list_aliases(call: &Call<'_>) -> Result<Success, Failure> {
    let members = members(call.body);
    let aliases = here(call.account(), call).map_or(&[][..], |region| region.aliases.as_slice());
    let size = page_size(&members)?;
    let (aliases, next) = page(call, aliases, members["Marker"].as_str(), size)?;
    let partition = &call.world.scenario().partition;
    let account = &call.account().id;
    let aliases: Vec<_> = aliases
        .iter()
        .map(|alias| {
            object(json!({
                "AliasName": alias.name,
                "AliasArn": format!("arn:{partition}:kms:{}:{account}:{}", call.region, alias.name),
                "TargetKeyId": alias.key,
            }))
        })
        .collect();
    let body = json!({"Aliases": aliases, "Truncated": next.is_some(), "NextMarker": next});
    Ok(Success::json(&object(body)))
}
