//! The key of AWS KMS that encrypts a bucket's new objects by default, which the checks on keys start from.
//!
//! It knows only the default: uploads may name another key, and replicas have keys of their own.

use s3attest_model::bucket::EncryptionConfiguration;
use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::identifiers::RegionName;
use s3attest_model::services::{Key, KeyReference, Keys};

use super::s3_bucket_default_encryption::{Algorithm, default_of};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// Which key a bucket's default encryption names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedKey<'a> {
    /// None: S3 keeps the keys, or nothing is encrypted by default.
    NotOfKms,
    /// The key `aws/s3`, which AWS manages.
    Managed,
    /// This one: an ARN, an id or an alias.
    Named(&'a str),
}

/// Which key a bucket's default encryption names.
pub(super) fn named_key<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<NamedKey<'a>, Unknown<'a>> {
    named_in(trail.read(&view.settings.encryption)?, view.bucket.account.as_str())
}

/// Which key the default encryption of a bucket of this account names.
pub(super) fn named_in<'a>(
    configuration: Option<&'a EncryptionConfiguration>,
    account: &str,
) -> Result<NamedKey<'a>, Unknown<'a>> {
    let default = match configuration {
        Some(configuration) => default_of(configuration)?,
        None => None,
    };
    Ok(match default {
        None | Some((Algorithm::SseS3, _)) => NamedKey::NotOfKms,
        Some((Algorithm::SseKms | Algorithm::DsseKms, default)) => match default.kms_key.as_deref() {
            None => NamedKey::Managed,
            Some(name) if names_managed_key(name, account) => NamedKey::Managed,
            Some(name) => NamedKey::Named(name),
        },
    })
}

/// Whether a name is an alias that AWS keeps for a key of its own in this account.
fn names_managed_key(name: &str, account: &str) -> bool {
    let alias = match name.strip_prefix("arn:") {
        None => name,
        Some(arn) => match arn.split(':').collect::<Vec<_>>()[..] {
            [_, _, _, owner, alias] if owner == account => alias,
            _ => return false,
        },
    };
    alias.starts_with("alias/aws/")
}

/// What a bucket's default key came to.
pub(super) enum DefaultKey<'a> {
    /// There is no customer managed key to judge, and why.
    NoneOfCustomer(Judgement),
    /// KMS knows no key of the name.
    Gone(&'a str),
    /// This one.
    Key(&'a Key),
}

/// The key as KMS describes it.
pub(super) fn default_key<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<DefaultKey<'a>, Unknown<'a>> {
    let none = |why: &str| Ok(DefaultKey::NoneOfCustomer(Judgement::not_applicable(why)));
    let name = match named_key(view, trail)? {
        NamedKey::NotOfKms => return none("The default encryption uses no key of AWS KMS."),
        NamedKey::Managed => return none("The default encryption uses the AWS managed key aws/s3."),
        NamedKey::Named(name) => name,
    };
    let Some(region) = trail.read(&view.bucket.region)? else {
        return Err(Unknown::not_understood("the bucket has no region"));
    };
    described(view, trail, region, name)
}

/// The key that buckets of the account in a region mean by a name, as KMS describes it.
pub(super) fn described<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    region: &RegionName,
    name: &'a str,
) -> Result<DefaultKey<'a>, Unknown<'a>> {
    let keys = view.services.of_account::<Keys>()?;
    let reference = KeyReference {
        region: region.clone(),
        key: name.to_owned(),
    };
    let Some(known) = keys.use_of(&reference) else {
        let detail = format!("what KMS says of the key {name} in {region} was not read");
        return Err(Unknown::because(Gap::new(GapCause::NotCollected, detail)));
    };
    let Some(arn) = trail.read_of(name.to_owned(), &known.resolved)? else {
        return Ok(DefaultKey::Gone(name));
    };
    match keys.key(arn) {
        Some(key) if key.description.manager == "AWS" => Ok(DefaultKey::NoneOfCustomer(Judgement::not_applicable(
            "The default encryption uses a key that AWS manages.",
        ))),
        Some(key) => Ok(DefaultKey::Key(key)),
        None => Err(Unknown::not_understood(format!(
            "the key {name} leads to {arn}, which is not described"
        ))),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::services::{KeyDescription, KeyRotation, KeyUse, Referrers};

    use super::*;
    use crate::checks::s3_bucket_default_encryption::tests::encrypted;
    use crate::checks::scene::{Scene, denied, region, source};

    /// The key of the scenes: one of the bucket's own account and region.
    pub(in crate::checks) const KEY: &str = "arn:aws:kms:eu-central-1:111111111111:key/1234";

    /// A customer managed key that is enabled and rotates.
    pub(in crate::checks) fn key(rotation: Evidence<KeyRotation>) -> Key {
        Key {
            arn: KEY.to_owned(),
            description: KeyDescription {
                id: "1234".to_owned(),
                account: "111111111111".to_owned(),
                manager: "CUSTOMER".to_owned(),
                state: "Enabled".to_owned(),
                enabled: true,
                origin: Some("AWS_KMS".to_owned()),
                spec: Some("SYMMETRIC_DEFAULT".to_owned()),
                usage: None,
                description: None,
                created_at: None,
                deletion_at: None,
                pending_deletion_days: None,
                expiration_model: None,
                material_expires_at: None,
                custom_key_store: None,
                multi_region: None,
            },
            rotation,
            policy: Evidence::gap(denied(), source("kms.GetKeyPolicy")),
            grants: Evidence::gap(denied(), source("kms.ListGrants")),
        }
    }

    /// A scene whose bucket names a key under a name that leads to this.
    pub(in crate::checks) fn using(name: &str, resolved: Observed<String>, keys: Vec<Key>) -> Scene {
        let mut scene = encrypted(Some("aws:kms"), Some(name), None);
        scene.say(Keys {
            referrers: Evidence::present(Referrers { places: 1 }, source("kms.DescribeKey")),
            uses: vec![KeyUse {
                reference: KeyReference {
                    region: region("eu-central-1"),
                    key: name.to_owned(),
                },
                resolved: Evidence {
                    observed: resolved,
                    source: source("kms.DescribeKey"),
                },
            }],
            keys,
        });
        scene
    }

    /// A scene whose bucket uses a key by its ARN.
    pub(in crate::checks) fn using_key(key: Key) -> Scene {
        using(KEY, Observed::Present(KEY.to_owned()), vec![key])
    }
}
