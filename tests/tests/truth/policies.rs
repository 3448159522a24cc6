//! What the generator's bucket policies do, told by the form in which each was written, not by evaluating it.
//!
//! A statement is compared with every form that the generator has, with the names of the bucket and its account filled
//! in. A statement that is none of them is an error here, so that a new form cannot be overlooked.

use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, Bucket};
use serde_json::{Value, json};

/// How well a statement refuses requests without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tls {
    /// Everyone, every action, the bucket and its objects.
    Denied,
    /// Something is left out.
    Leaks,
    /// By a text operator on a boolean key, of which AWS documents no effect.
    Undocumented,
}

/// What one statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Means to refuse requests without TLS.
    Tls(Tls),
    /// Meant to refuse, and allows everything to everyone who comes without TLS.
    AllowWithoutTls,
    /// Everyone reads.
    Public,
    /// Another account or the organization reads single actions.
    Share,
    /// An account outside the organization reads.
    Vendor,
    /// A role of another account may do everything.
    ShareEverything,
    /// An AWS service acts for a stated account or resource.
    Service,
    /// An AWS service acts for whoever asks it.
    ServiceForAnyone,
    /// Refuses every version of TLS before 1.2.
    TlsVersion,
    /// Refuses uploads that bring a key of the client.
    ClientKeys,
    /// Refuses uploads that ask for anything but AWS KMS.
    OtherEncryption,
    /// Refuses uploads that name another key than one.
    OneKey,
    /// Refuses requests that come neither from an endpoint nor from a network.
    Elsewhere,
    /// Refuses changes of policy and access control list by all but one role.
    ChangesLimited,
    /// Leaves it to the account's access points who reads.
    Delegated,
}

/// The forms of the statements of a bucket's policy; `None` when it has no policy.
pub(crate) fn forms(scenario: &Scenario, account: &Account, bucket: &Bucket) -> Option<Vec<Form>> {
    let policy = bucket.policy.as_ref()?;
    let document: Value = serde_json::from_str(&policy.document).expect("the generator writes JSON");
    let known = known(scenario, account, &bucket.name);
    let statements = document["Statement"].as_array().expect("a list of statements");
    let form = |statement: &Value| {
        let found = known.iter().find(|(text, _)| text == statement);
        found
            .unwrap_or_else(|| panic!("{} has a statement of no known form: {statement}", bucket.name))
            .1
    };
    Some(statements.iter().map(form).collect())
}

/// Statements that the generator does not write, for the verdicts that would otherwise never be seen.
pub(crate) fn handmade(name: &str) -> [(Value, Form); 7] {
    let bucket = format!("arn:aws:s3:::{name}");
    let objects = format!("{bucket}/*");
    [
        (
            json!({"Sid": "AnyTrail", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
                   "Action": "s3:PutObject", "Resource": objects}),
            Form::ServiceForAnyone,
        ),
        (
            json!({"Sid": "DenyOldTls", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                   "Resource": [bucket, objects], "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}}),
            Form::TlsVersion,
        ),
        (
            json!({"Sid": "DenyClientKeys", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
                   "Resource": objects,
                   "Condition": {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}}}),
            Form::ClientKeys,
        ),
        (
            json!({"Sid": "OnlyKms", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": objects,
                   "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}}),
            Form::OtherEncryption,
        ),
        (
            json!({"Sid": "OnlyThisKey", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": objects,
                   "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id":
                       "arn:aws:kms:eu-west-1:111122223333:key/0a0a0a0a-5d3c-4b1e-9a72-000000000000"}}}),
            Form::OneKey,
        ),
        (
            json!({"Sid": "OnlyFromHere", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                   "Resource": [bucket, objects], "Condition": {
                       "StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-0a0a0a0a"},
                       "NotIpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"},
                       "Bool": {"aws:ViaAWSService": "false"}}}),
            Form::Elsewhere,
        ),
        (
            json!({"Sid": "OnlyTheAdministrator", "Effect": "Deny", "Principal": "*",
                   "Action": ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketAcl"], "Resource": bucket,
                   "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/administrator"}}}),
            Form::ChangesLimited,
        ),
    ]
}

/// A statement by which whoever comes through an access point of the account may read, as far as that lets it.
pub(crate) fn delegation(name: &str, account: &str) -> Value {
    let bucket = format!("arn:aws:s3:::{name}");
    json!({"Sid": "ByAccessPoint", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["s3:GetObject", "s3:ListBucket"],
           "Resource": [bucket, format!("{bucket}/*")],
           "Condition": {"StringEquals": {"s3:DataAccessPointAccount": account}}})
}

/// Every form that the generator has, and those that are made by hand.
fn known(scenario: &Scenario, account: &Account, name: &str) -> Vec<(Value, Form)> {
    let organization = &scenario.organization.as_ref().expect("generated").id;
    let bucket = format!("arn:aws:s3:::{name}");
    let objects = format!("{bucket}/*");
    let both = json!([bucket, objects]);
    let insecure = json!({"Bool": {"aws:SecureTransport": "false"}});
    let statement = |effect: &str, principal: Value, action: Value, resource: &Value, condition: &Value| {
        json!({"Sid": "DenyInsecureTransport", "Effect": effect, "Principal": principal, "Action": action,
               "Resource": resource, "Condition": condition})
    };
    let everyone = || json!("*");
    let everything = || json!("s3:*");
    let deny = |principal, action, resource: &Value, condition: &Value| {
        statement("Deny", principal, action, resource, condition)
    };
    let mut known = handmade(name).to_vec();
    known.push((delegation(name, &account.id), Form::Delegated));
    for refusing in [
        deny(everyone(), everything(), &both, &insecure),
        deny(json!({"AWS": "*"}), everything(), &both, &insecure),
        deny(
            everyone(),
            json!(["s3:*"]),
            &both,
            &json!({"Bool": {"AWS:securetransport": ["false"]}}),
        ),
        deny(
            everyone(),
            json!("*"),
            &json!("*"),
            &json!({"BoolIfExists": {"aws:SecureTransport": false}}),
        ),
    ] {
        known.push((refusing, Form::Tls(Tls::Denied)));
    }
    known.push((
        deny(
            json!({"AWS": ["*"]}),
            json!("S3:*"),
            &both,
            &json!({"StringEquals": {"aws:SecureTransport": "false"}}),
        ),
        Form::Tls(Tls::Undocumented),
    ));
    let beyond = json!({"Bool": {"aws:SecureTransport": "false"},
                        "StringNotEquals": {"aws:PrincipalOrgID": organization}});
    for leaking in [
        deny(everyone(), everything(), &json!(objects), &insecure),
        deny(everyone(), everything(), &json!(bucket), &insecure),
        deny(
            everyone(),
            everything(),
            &both,
            &json!({"Bool": {"aws:SecureTransport": "true"}}),
        ),
        deny(
            json!({"AWS": format!("arn:aws:iam::{}:root", account.id)}),
            everything(),
            &both,
            &insecure,
        ),
        deny(everyone(), json!(["s3:GetObject", "s3:PutObject"]), &both, &insecure),
        deny(everyone(), everything(), &both, &beyond),
        deny(
            everyone(),
            everything(),
            &json!([bucket, format!("{bucket}/public/*")]),
            &insecure,
        ),
    ] {
        known.push((leaking, Form::Tls(Tls::Leaks)));
    }
    known.push((
        statement("Allow", everyone(), everything(), &both, &insecure),
        Form::AllowWithoutTls,
    ));
    known.push((
        json!({"Sid": "PublicReadGetObject", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
               "Resource": objects}),
        Form::Public,
    ));
    known.push((
        json!({"Sid": "OrganizationRead", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
               "Resource": objects, "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization}}}),
        Form::Share,
    ));
    known.push((
        json!({"Sid": "Vendor", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::464622532012:root"},
               "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [bucket, objects]}),
        Form::Vendor,
    ));
    for neighbour in &scenario.accounts {
        known.push((
            json!({"Sid": "Share", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": objects,
                   "Principal": {"AWS": format!("arn:aws:iam::{}:root", neighbour.id)}}),
            Form::Share,
        ));
        known.push((
            json!({"Sid": "Pipeline", "Effect": "Allow", "Action": "s3:*", "Resource": [bucket, objects],
                   "Principal": {"AWS": format!("arn:aws:iam::{}:role/deploy", neighbour.id)}}),
            Form::ShareEverything,
        ));
    }
    known.push((
        json!({"Sid": "Cdn", "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"},
               "Action": "s3:GetObject", "Resource": objects, "Condition": {"StringEquals": {"AWS:SourceArn":
                   format!("arn:aws:cloudfront::{}:distribution/E2QWRUHEXAMPLE", account.id)}}}),
        Form::Service,
    ));
    known.push((
        json!({"Sid": "S3ServerAccessLogs", "Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"},
               "Action": "s3:PutObject", "Resource": objects,
               "Condition": {"StringEquals": {"aws:SourceAccount": account.id}}}),
        Form::Service,
    ));
    known
}
