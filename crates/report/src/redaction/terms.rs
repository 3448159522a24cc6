//! AWS's own terms that are put together like names: principals of services, types of resources, actions.
//!
//! What is not certainly AWS's is no term: all of them stand in closed lists, since whoever gives something a name may give
//! it the form of one.

use super::originals::word;
use super::redactor::Redactor;
use super::words::{is_region, is_word_of_aws};

const DOMAINS: [&str; 2] = ["amazonaws.com", "amazonaws.com.cn"];

/// Principals of services that are no plain word before the domain (the services' user guides, on service principals).
const PRINCIPALS: &[&str] = &[
    "batchoperations.s3",
    "ec2",
    "logging.s3",
    "route53",
    "s3",
    "securityhubv2",
];

/// Types of resources that bear on buckets, sorted (AWS Config Developer Guide, "Supported Resource Types"; AWS CloudTrail
/// User Guide, "Logging data events").
const TYPES: &[&str] = &[
    "AWS::CloudFront::Distribution",
    "AWS::CloudTrail::Trail",
    "AWS::Config::ConfigRule",
    "AWS::Config::ConfigurationRecorder",
    "AWS::DynamoDB::Table",
    "AWS::IAM::Group",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::S3::AccessPoint",
    "AWS::S3::AccountPublicAccessBlock",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::S3::MultiRegionAccessPoint",
    "AWS::S3::Object",
    "AWS::S3::StorageLens",
    "AWS::S3Express::DirectoryBucket",
    "AWS::S3Express::Object",
    "AWS::S3ObjectLambda::AccessPoint",
    "AWS::S3Outposts::Object",
    "AWS::S3Tables::Table",
    "AWS::S3Tables::TableBucket",
    "AWS::S3Vectors::Index",
    "AWS::S3Vectors::VectorBucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
];

/// Calls to S3, sorted (AWS CloudTrail User Guide, "Logging data events"; CIS AWS Foundations Benchmark 3.0.0,
/// recommendation 4.8).
const ACTIONS: &[&str] = &[
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateBucket",
    "CreateMultipartUpload",
    "DeleteBucket",
    "DeleteBucketCors",
    "DeleteBucketEncryption",
    "DeleteBucketLifecycle",
    "DeleteBucketPolicy",
    "DeleteBucketPublicAccessBlock",
    "DeleteBucketReplication",
    "DeleteBucketTagging",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjectVersion",
    "DeleteObjects",
    "GetBucketAcl",
    "GetBucketLocation",
    "GetBucketPolicy",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetObjectTorrent",
    "GetObjectVersion",
    "HeadBucket",
    "HeadObject",
    "ListBucket",
    "ListBucketVersions",
    "ListMultipartUploads",
    "ListObjectVersions",
    "ListObjects",
    "ListObjectsV2",
    "ListParts",
    "PutBucketAcl",
    "PutBucketCors",
    "PutBucketEncryption",
    "PutBucketLifecycle",
    "PutBucketLifecycleConfiguration",
    "PutBucketLogging",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketReplication",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutBucketWebsite",
    "PutEncryptionConfiguration",
    "PutLifecycleConfiguration",
    "PutObject",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "PutReplicationConfiguration",
    "RestoreObject",
    "SelectObjectContent",
    "UploadPart",
    "UploadPartCopy",
];

/// Whether a text is the domain of AWS's endpoints, with or without a dot in front.
pub(super) fn is_domain(text: &str) -> bool {
    DOMAINS.contains(&text.strip_prefix('.').unwrap_or(text))
}

/// Whether a text is the principal of a service that is no plain word; the service may stand in a region.
pub(super) fn is_principal(text: &str) -> bool {
    let labels = DOMAINS
        .iter()
        .find_map(|domain| text.strip_suffix(domain)?.strip_suffix('.'));
    let Some(labels) = labels else { return false };
    let in_region = || {
        let (service, region) = labels.split_once('.')?;
        (!service.is_empty() && is_region(region)).then_some(service)
    };
    PRINCIPALS.contains(&labels) || in_region().is_some_and(|service| PRINCIPALS.contains(&service))
}

/// Whether a text is a type of resources, such as `AWS::S3::Bucket`.
fn is_type(text: &str) -> bool {
    TYPES.binary_search(&text).is_ok()
}

/// Whether a text is a call to S3, with or without `s3:` in front.
fn is_action(text: &str) -> bool {
    ACTIONS.binary_search(&text.strip_prefix("s3:").unwrap_or(text)).is_ok()
}

impl Redactor {
    /// Whether what a field names is AWS's. The host of a bucket that has the name of a service's part is the bucket's.
    pub(super) fn is_of_aws(&self, text: &str) -> bool {
        let bucket = text.strip_suffix(".s3.amazonaws.com");
        let is_host = |bucket: &str| self.originals().found(bucket, true) == Some(bucket.len());
        (is_word_of_aws(text) || is_principal(text) || is_domain(text) || is_type(text) || is_action(text))
            && !bucket.is_some_and(is_host)
    }

    /// Whether what stands in a text up to the next space is a term of which no part is known to be somebody's. A sentence
    /// may begin with it, and then with a capital.
    pub(super) fn is_term(&self, text: &str) -> bool {
        let is_term = if text.contains(".amazonaws.com") {
            self.is_of_aws(&text.to_ascii_lowercase())
        } else {
            is_type(text) || is_action(text)
        };
        is_term && !self.holds_a_name(text)
    }

    fn holds_a_name(&self, text: &str) -> bool {
        let mut at = 0;
        while at < text.len() {
            let length = word(&text[at..]);
            if length > 0 && self.originals().found(&text[at..], false).is_some() {
                return true;
            }
            at += length.max(text[at..].chars().next().map_or(1, char::len_utf8));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::identifiers::AccountId;

    use super::super::tokens::Salt;
    use super::*;

    fn redactor(names: &[&str], buckets: &[&str]) -> Redactor {
        let account = AccountId::new("111111111111").expect("an id");
        let salt = Salt::new(vec![3; 32]).expect("thirty-two bytes");
        let mut redactor = Redactor::gathering(&salt).gathered([account.clone()]);
        for bucket in buckets {
            let key = redactor.bucket_key(bucket);
            redactor.originals_mut().add_bucket(key, &account, 0);
            redactor.originals_mut().add_bucket_name(bucket);
        }
        let originals = redactor.originals_mut();
        for name in names {
            originals.add_name(name);
        }
        originals.add_vocabulary("The bucket policy allows logging to write: does not record");
        originals.settle();
        redactor
    }

    const TERMS: &[&str] = &[
        "logging.s3.amazonaws.com",
        "s3.amazonaws.com",
        "s3.eu-central-1.amazonaws.com",
        "securityhub.amazonaws.com",
        "cloudfront.amazonaws.com",
        "AWS::S3::Bucket",
        "AWS::S3::AccountPublicAccessBlock",
        "s3:DeleteObject",
        "PutBucketPolicy",
    ];

    #[test]
    fn terms_stay_in_fields_and_in_texts() {
        let redactor = redactor(&["Sales"], &["acme-data"]);
        for term in TERMS {
            assert_eq!(redactor.identifier(term), *term);
            for text in [
                format!("It does not record {term}."),
                format!("({term}), {term}; \"{term}\" Sales"),
            ] {
                let said = redactor.text(&text);
                assert_eq!(said.matches(term).count(), text.matches(term).count(), "{said}");
                assert_eq!(redactor.message(&text), said);
                assert!(!said.contains("Sales"), "{said}");
            }
        }
        let said = redactor.text("Logging.s3.amazonaws.com can write.");
        assert_eq!(said, "Logging.s3.amazonaws.com can write.");
        let region = "the run holds no reading in eu-south-1";
        assert!(redactor.message(region).ends_with(" in eu-south-1"));
        assert!(ACTIONS.is_sorted() && TYPES.is_sorted());
    }

    #[test]
    fn terms_are_not_noted_as_names_and_neither_is_the_domain() {
        let salt = Salt::new(vec![3; 32]).expect("thirty-two bytes");
        let gathering = Redactor::gathering(&salt);
        for term in TERMS.iter().chain(&["*.amazonaws.com", "s3.*.amazonaws.com"]) {
            gathering.pattern(term);
        }
        let mut redactor = gathering.gathered([]);
        redactor.originals_mut().settle();
        for term in TERMS {
            assert_eq!(redactor.text(&format!("by {term}.")), format!("by {term}."));
        }
    }

    #[test]
    fn what_only_looks_like_a_term_is_a_name() {
        let redactor = redactor(&["AcmeVault"], &["acme-data", "logging"]);
        for name in [
            "logging.s3.amazonaws.com",
            "acme-data.s3.amazonaws.com",
            "stranger.s3.amazonaws.com",
            "AWS::Acme::Vault",
            "AWS::S3::AcmeVault",
            "s3:AcmeVault",
            "AcmeVault",
            "DeleteObjectsOfAcme",
        ] {
            assert_ne!(redactor.identifier(name), name);
        }
        for (text, hidden) in [
            ("by logging.s3.amazonaws.com.", "logging"),
            ("by Logging.s3.amazonaws.com.", "ogging"),
            ("at stranger.s3.amazonaws.com.", "stranger"),
            ("of AWS::S3::AcmeVault here", "Acme"),
        ] {
            let said = redactor.text(text);
            assert!(!said.contains(hidden), "{said}");
        }
        assert!(redactor.tag_value("AWS::S3::AcmeVault").starts_with("name-"));
    }
}
