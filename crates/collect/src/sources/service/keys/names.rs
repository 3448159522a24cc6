//! What a key's name says by itself: the region to ask, whose key it is, and whether two names say the same.

use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::identifiers::{AccountId, Partition, RegionName};
use s3attest_model::services::KeyReference;

/// A key's name, so that names of one key by ARN and by id or alias in its own account and region are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyName {
    /// The region to ask: an ARN's own, or else that of whoever uses the key.
    pub(super) region: RegionName,
    account: String,
    /// The last part of the ARN, `key/…` or `alias/…`.
    pub(super) resource: String,
    is_own: bool,
    /// What KMS is asked by.
    pub(super) asked: String,
}

impl KeyName {
    /// Takes a reference apart; a gap where nobody can be asked.
    pub(super) fn of(reference: &KeyReference, own: &AccountId, partition: Partition) -> Result<Self, Gap> {
        let key = reference.key.as_str();
        let (region, account, resource) = if key.starts_with("arn:") {
            let parts: Vec<&str> = key.splitn(6, ':').collect();
            let [_, _, "kms", region, account, resource] = parts[..] else {
                return Err(Gap::new(GapCause::OtherError, format!("{key} is not the ARN of a key")));
            };
            let region = RegionName::new(region)
                .map_err(|_| Gap::new(GapCause::RegionUnknown, format!("{key} does not name a region")))?;
            (region, account, resource.to_owned())
        } else if key.starts_with("alias/") {
            (reference.region.clone(), own.as_str(), key.to_owned())
        } else {
            (reference.region.clone(), own.as_str(), format!("key/{key}"))
        };
        if Partition::of_arn(key).unwrap_or(partition) != partition || Partition::of_region(&region) != partition {
            let detail = format!("{key} lies in another partition");
            return Err(Gap::new(GapCause::OutsideScan, detail));
        }
        let is_own = account == own.as_str();
        if !is_own && resource.starts_with("alias/aws/") {
            // Such an alias means something in its own account only, and describing it might make the key there.
            let detail = format!("{key} is an alias that AWS keeps in another account");
            return Err(Gap::new(GapCause::OutsideScan, detail));
        }
        let asked = match (is_own, resource.strip_prefix("key/")) {
            (true, Some(id)) => id.to_owned(),
            (true, None) => resource.clone(),
            (false, _) => key.to_owned(),
        };
        Ok(Self {
            region,
            account: account.to_owned(),
            resource,
            is_own,
            asked,
        })
    }

    /// Whether it is an alias that AWS keeps in the account for a key of its own.
    pub(super) fn is_own_alias_of_aws(&self) -> bool {
        self.is_own && self.resource.starts_with("alias/aws/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(key: &str) -> Result<KeyName, GapCause> {
        let reference = KeyReference {
            region: RegionName::new("eu-central-1").expect("a region"),
            key: key.to_owned(),
        };
        let own = AccountId::new("111122223333").expect("an account");
        KeyName::of(&reference, &own, Partition::Aws).map_err(|gap| gap.cause)
    }

    #[test]
    fn names_of_one_key_are_one() {
        assert_eq!(name("1234"), name("arn:aws:kms:eu-central-1:111122223333:key/1234"));
        assert_eq!(
            name("alias/data"),
            name("arn:aws:kms:eu-central-1:111122223333:alias/data")
        );
        assert_ne!(name("1234"), name("arn:aws:kms:eu-west-1:111122223333:key/1234"));
        assert_ne!(name("1234"), name("arn:aws:kms:eu-central-1:444455556666:key/1234"));
        assert_ne!(name("alias/data"), name("data"));
    }

    #[test]
    fn the_region_of_an_arn_wins_and_another_account_is_asked_by_arn() {
        let arn = "arn:aws:kms:eu-west-1:444455556666:key/1234";
        let foreign = name(arn).expect("a key");
        assert_eq!((foreign.region.as_str(), foreign.asked.as_str()), ("eu-west-1", arn));
        let own = name("arn:aws:kms:us-east-1:111122223333:key/1234").expect("a key");
        assert_eq!((own.region.as_str(), own.asked.as_str()), ("us-east-1", "1234"));
    }

    #[test]
    fn aliases_of_aws_are_known_and_those_of_other_accounts_are_not_asked() {
        assert!(name("alias/aws/s3").expect("an alias").is_own_alias_of_aws());
        let by_arn = name("arn:aws:kms:eu-west-1:111122223333:alias/aws/s3");
        assert!(by_arn.expect("an alias").is_own_alias_of_aws());
        assert!(!name("alias/data").expect("an alias").is_own_alias_of_aws());
        let foreign = name("arn:aws:kms:eu-west-1:444455556666:alias/aws/s3");
        assert_eq!(foreign, Err(GapCause::OutsideScan));
    }

    #[test]
    fn what_nobody_can_be_asked_about_is_a_gap() {
        assert_eq!(
            name("arn:aws-cn:kms:cn-north-1:111122223333:key/1"),
            Err(GapCause::OutsideScan)
        );
        assert_eq!(
            name("arn:aws:kms:cn-north-1:111122223333:key/1"),
            Err(GapCause::OutsideScan)
        );
        assert_eq!(
            name("arn:aws:kms:evil.example/#:111122223333:key/1"),
            Err(GapCause::RegionUnknown)
        );
        assert_eq!(name("arn:aws:s3:::bucket"), Err(GapCause::OtherError));
        assert_eq!(name("arn:aws"), Err(GapCause::OtherError));
    }
}
