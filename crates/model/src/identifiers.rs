//! Identifiers as types, so that an account id is never passed where a bucket name belongs.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::text::SharedText;

/// A text that is not a valid identifier, with what was expected instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct InvalidIdentifier {
    /// The refused text.
    pub text: String,
    /// What a valid text looks like, as the end of a sentence ("an account id of twelve digits").
    pub expected: &'static str,
}

macro_rules! identifier {
    ($(#[$documentation:meta])* $name:ident, $expected:literal, $valid:expr) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(SharedText);

        impl $name {
            /// Takes a text that satisfies the identifier's form.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidIdentifier> {
                Self::of(text.into().into())
            }

            fn of(text: SharedText) -> Result<Self, InvalidIdentifier> {
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) {
                    Ok(Self(text))
                } else {
                    Err(InvalidIdentifier { text: text.to_string(), expected: $expected })
                }
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidIdentifier;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidIdentifier;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::of(SharedText::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }

        impl From<$name> for String {
            fn from(identifier: $name) -> Self {
                identifier.0.to_string()
            }
        }
    };
}

identifier!(
    /// A twelve-digit AWS account id, leading zeros kept.
    AccountId,
    "an account id of twelve digits",
    |text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
);

identifier!(
    /// A region's code, such as `eu-central-1`.
    RegionName,
    "a region name such as `eu-central-1`",
    |text| {
        (2..=32).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    }
);

identifier!(
    /// A bucket's name as S3 listed it.
    ///
    /// Buckets older than March 2018 in us-east-1 may hold upper-case letters and underscores and be up to 255
    /// characters long (Amazon S3 User Guide, "Bucket naming rules"), so only what no bucket name can hold is refused.
    /// A name consisting of dots alone would be a path, so it is refused too.
    BucketName,
    "a bucket name",
    |text| {
        (1..=255).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
            && text.bytes().any(|byte| byte != b'.')
    }
);

identifier!(
    /// A check's id: lower-case words joined by hyphens that state the wanted property (`s3-bucket-tls-only`).
    CheckId,
    "a check id of lower-case words joined by hyphens",
    |text| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    }
);

identifier!(
    /// A control's or control enhancement's id as its framework writes it, such as `SC-8` or `SC-8(1)`.
    ControlId,
    "a control id such as `SC-8` or `SC-8(1)`",
    |text| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'(' | b')'))
    }
);

/// A group of regions with its own identities and endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Partition {
    /// The commercial regions.
    #[serde(rename = "aws")]
    Aws,
    /// AWS GovCloud (US).
    #[serde(rename = "aws-us-gov")]
    AwsUsGov,
    /// The China regions.
    #[serde(rename = "aws-cn")]
    AwsCn,
}

impl Partition {
    /// The partition's name as it stands in an ARN.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsUsGov => "aws-us-gov",
            Self::AwsCn => "aws-cn",
        }
    }

    /// The partition to which a region belongs, told by the region's prefix.
    #[must_use]
    pub fn of_region(region: &RegionName) -> Self {
        if region.as_str().starts_with("us-gov-") {
            Self::AwsUsGov
        } else if region.as_str().starts_with("cn-") {
            Self::AwsCn
        } else {
            Self::Aws
        }
    }

    /// The partition named in an ARN's second field.
    #[must_use]
    pub fn of_arn(arn: &str) -> Option<Self> {
        match arn.split(':').nth(1)? {
            "aws" => Some(Self::Aws),
            "aws-us-gov" => Some(Self::AwsUsGov),
            "aws-cn" => Some(Self::AwsCn),
            _ => None,
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_keeps_its_leading_zeros_and_refuses_other_lengths() {
        assert_eq!(
            AccountId::new("000123456789").map(|id| id.to_string()),
            Ok("000123456789".to_owned())
        );
        for text in ["", "12345678901", "1234567890123", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢"] {
            assert!(AccountId::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_bucket_name_can_never_be_a_path() {
        for text in ["..", ".", "a/b", "a\\b", "", "a b"] {
            assert!(BucketName::new(text).is_err(), "{text}");
        }
        assert!(BucketName::new("Legacy_Bucket.name").is_ok());
    }

    #[test]
    fn a_region_tells_its_partition() {
        let partition = |text: &str| RegionName::new(text).map(|region| Partition::of_region(&region));
        assert_eq!(partition("us-gov-west-1"), Ok(Partition::AwsUsGov));
        assert_eq!(partition("cn-north-1"), Ok(Partition::AwsCn));
        assert_eq!(partition("eu-central-1"), Ok(Partition::Aws));
    }
}
