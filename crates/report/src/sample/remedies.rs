//! How to mend what the checks of the samples find: made up in the manner of the real pages, one for each kind of setting.

/// The remediation of a check, by the operation that it reads.
pub(super) fn of(operation: &str) -> String {
    // The commands and the Terraform, and what CloudFormation is told of the bucket beside its name.
    let (text, properties) = match operation {
        "s3control.GetPublicAccessBlock" => (ACCOUNT, None),
        "s3.GetBucketPolicy" => (POLICY, None),
        "s3.GetBucketPolicyStatus" | "s3.GetBucketAcl" => (OPENNESS, Some(BLOCK)),
        "s3.GetBucketEncryption" => (ENCRYPTION, Some(DEFAULT_KEY)),
        "s3.GetBucketLifecycleConfiguration" => (LIFECYCLE, Some("")),
        _ => (VERSIONING, Some(ENABLED)),
    };
    let template = properties.map_or_else(String::new, template);
    format!("{text}{template}\n\nNever <script>alert(1)</script>.")
}

/// A template of CloudFormation with one bucket.
fn template(properties: &str) -> String {
    format!(
        r#"

```cloudformation
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: "BUCKET"
{properties}```"#
    )
}

const ACCOUNT: &str = r#"```sh
aws s3control put-public-access-block --account-id ACCOUNT_ID --public-access-block-configuration \
  BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
```

```terraform
resource "aws_s3_account_public_access_block" "account" {
  account_id              = "ACCOUNT_ID"
  restrict_public_buckets = true
}
```

Not as CloudFormation: it has no resource for the account's block."#;

const OPENNESS: &str = r#"```sh
aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration \
  BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
```

```terraform
resource "aws_s3_bucket_public_access_block" "bucket" {
  bucket                  = "BUCKET"
  restrict_public_buckets = true
}
```"#;

const POLICY: &str = r#"Add this statement:

```json
{
  "Sid": "DenyRequestsWithoutTLS",
  "Effect": "Deny",
  "Principal": "*",
  "Action": "s3:*",
  "Resource": ["arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*"],
  "Condition": { "Bool": { "aws:SecureTransport": "false" } }
}
```

```sh
aws s3api get-bucket-policy --bucket BUCKET --query Policy --output text > policy.json
aws s3api put-bucket-policy --bucket BUCKET --policy file://policy.json
```

```terraform
resource "aws_s3_bucket_policy" "bucket" {
  bucket = "BUCKET"
  policy = file("${path.module}/policy.json")
}
```

Not as CloudFormation: which statement has to change, the finding says."#;

const ENCRYPTION: &str = r#"```sh
aws s3api put-bucket-encryption --bucket BUCKET --server-side-encryption-configuration \
  '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"KEY_ARN"}}]}'
```

```terraform
resource "aws_s3_bucket_server_side_encryption_configuration" "bucket" {
  bucket = "BUCKET"

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = "KEY_ARN"
    }
  }
}
```"#;

const LIFECYCLE: &str = r#"```sh
aws s3api get-bucket-lifecycle-configuration --bucket BUCKET
aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration file://rules.json
```

```terraform
resource "aws_s3_bucket_lifecycle_configuration" "bucket" {
  bucket = "BUCKET"
}
```"#;

const VERSIONING: &str = r#"```sh
aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled
```

```terraform
resource "aws_s3_bucket_versioning" "bucket" {
  bucket = "BUCKET"

  versioning_configuration {
    status = "Enabled"
  }
}
```"#;

const BLOCK: &str = "      PublicAccessBlockConfiguration:
        RestrictPublicBuckets: true
";

const DEFAULT_KEY: &str = r#"      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: "aws:kms"
              KMSMasterKeyID: "KEY_ARN"
"#;

const ENABLED: &str = "      VersioningConfiguration:
        Status: Enabled
";
