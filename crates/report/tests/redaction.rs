//! Redaction: no original in any byte of any format, the same token for the same original, and a report that is otherwise
//! the same.

#[path = "support/bytes.rs"]
mod bytes;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Contents;
use s3attest_model::bucket::{
    Bucket, Grant, Grantee, LogDestination, NotificationConfiguration, NotificationTarget, PolicyDocument,
};
use s3attest_model::control::{ControlAssessment, ControlParameter, Responsibility, ResponsibilityStatement};
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::evidence::{Evidence, Gap, GapCause};
use s3attest_model::finding::Resource;
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::OrganizationRecord;
use s3attest_report::sample::{Generated, Sample, sample_assessment};
use s3attest_report::{AssessedRun, Format, Redacted, Redaction, Salt, Settings, render};

fn salt(seed: u8) -> Salt {
    Salt::new(vec![seed; 32]).expect("thirty-two bytes")
}

/// A report in every format.
fn rendered(run: &impl AssessedRun) -> Contents {
    let directory = tempfile::tempdir().expect("a temporary directory");
    render(run, Format::ALL, &Settings::default(), directory.path()).expect("a sample renders");
    bytes::read(directory.path())
}

fn redacted(run: &impl AssessedRun, seed: u8) -> Contents {
    let redaction = Redaction::of(&salt(seed), &[run]).expect("a sample is redacted");
    rendered(&Redacted::new(run, &redaction))
}

/// What nobody may read of the small sample: every account, name, bucket, tag, principal and text of people in it.
fn originals() -> BTreeSet<String> {
    let sample = sample_assessment();
    let mut originals: BTreeSet<String> = [
        // Of the organization and the run.
        "o-sample1234",
        "sample1234",
        "r-root",
        "S3AttestReadOnly",
        "Auditor",
        "Log archive",
        // Of buckets and services.
        "central-access-logs",
        "Legacy_Logs",
        "legacy_logs",
        "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a",
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "PublicReadGetObject",
        "a1b2c3d4",
        // Of people.
        "platform@example.com",
        "example.com",
        "SEC-1",
        "legacy-tags",
        "by-tag",
        // What means harm.
        "pwned",
        "{{root}}",
        "gpj.exe",
        "cmd|",
        "@SUM",
        "/C calc",
        "שלום",
        "עולם",
        "A-very-long-value",
        "src=x onerror",
    ]
    .map(str::to_owned)
    .into();
    for account in sample.summary.accounts.iter().map(|tally| tally.account.to_string()) {
        originals.insert(account);
    }
    for id in ["222222222222", "333333333333", "444444444444", "555555555555"] {
        originals.insert(id.to_owned());
    }
    originals
}

/// Names that are words of the report's own sentences too, with how they stand where they are names.
const ORDINARY: &[&str] = &[
    "s3:::media",
    "buckets/media",
    "/media",
    "s3:::gone",
    "s3:::unreadable",
    "/workloads/",
    "/production",
    "media</",
    ">media",
    "\"media\"",
    ",media,",
    ">internal<",
    ">platform<",
];

fn assert_hidden<'a>(contents: &Contents, originals: impl IntoIterator<Item = &'a str>) {
    let wanted = bytes::Wanted::new(originals);
    if let Some(found) = wanted.find(contents) {
        panic!("{found}");
    }
}

#[test]
fn no_original_of_the_hostile_sample_stands_in_any_byte_of_any_format() {
    let sample = sample_assessment();
    let originals = originals();
    // What is looked for is there, so that its absence says something.
    let plain = rendered(&sample);
    let is_there = |original: &&String| bytes::Wanted::new([original.as_str()]).find(&plain).is_some();
    let there = originals.iter().filter(is_there).count();
    assert!(there * 10 >= originals.len() * 8, "{there} of {}", originals.len());
    let contents = redacted(&sample, 1);
    assert_hidden(&contents, originals.iter().map(String::as_str));
    assert_hidden(&contents, ORDINARY.iter().copied());
}

/// What a bucket tells of others, in every form in which it does: the part that must not be read, and the text around it.
const SECRETS: &[&str] = &[
    "zebra-payroll",
    "Zanzibar",
    "zoe.zimmer",
    "zoe-zimmer",
    "zeppelin.example",
    "AIDAZEBRAZEBRA1234567",
    "vpce-0abc1234def567890",
    "vpc-0123456789abcdef0",
    "198.51.100.77",
    "2001:db8:5ec7::1",
    "987654321098",
    "o-zebra12345",
    "ou-zeb1-zebra678",
    "r-zeb1",
    "zebra-role",
    "zebra/alias",
    "AllowZebra",
    "zebra-topic",
    "zebra-rule",
    "zebra-prefix",
    "Zebra Division",
    "zebra-function",
    "11112222-3333-4444-5555-666677778888",
    "mrk-1234abcd12ab34cd56ef1234567890ab",
    "CostZebra",
    "zebra-value",
    "zebra-stranger",
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
    "zebra.s3.eu-central-1",
    "zebra-session",
    "ZebraUser",
    "zebra_table",
    "zebra-idp",
    "zebraqueue",
    "GlobexClass",
    "initech",
    "hooli secret",
    "zwiebel",
    "zucchini",
    "47114711",
];

/// The small sample with a bucket that names all of them.
fn telling() -> Sample {
    let mut sample = sample_assessment();
    let bucket: &mut Bucket = sample
        .buckets
        .values_mut()
        .flatten()
        .find(|bucket| bucket.name.as_str() == "central-access-logs")
        .expect("a bucket of the sample");
    let settings = &mut bucket.settings;
    let document = r#"{ "Version": "2012-10-17", "Id": "zebra-rule", "Statement": [
      {"Sid": "AllowZebra", "Effect": "Allow",
       "Principal": {"AWS": ["arn:aws:iam::987654321098:role/zebra-role", "987654321098", "AIDAZEBRAZEBRA1234567",
                             "arn:aws:sts::987654321098:assumed-role/zebra-role/zebra-session"],
                     "Federated": "arn:aws:iam::987654321098:saml-provider/zebra-idp", "Service": "cloudtrail.amazonaws.com",
                     "CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
       "Action": ["s3:GetObject", "s3:List*"], "Resource": ["arn:aws:s3:::zebra-payroll/zebra-prefix/*", "arn:aws:s3:::z\u0065bra-stranger"],
       "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0abc1234def567890", "aws:SourceVpc": "vpc-0123456789abcdef0",
                                      "aws:PrincipalTag/CostZebra": "zebra-value", "aws:PrincipalOrgID": "o-zebra12345",
                                      "aws:SourceAccount": 987654321098, "s3:x-amz-acl": "bucket-owner-full-control",
                                      "aws:RequestedRegion": "eu-central-1"},
                     "IpAddress": {"aws:SourceIp": ["198.51.100.77/32", "2001:db8:5ec7::1", "0.0.0.0/0"]},
                     "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-zebra12345/r-zeb1/ou-zeb1-zebra678/*"},
                     "Bool": {"aws:SecureTransport": "false"}}}]}"#;
    settings.policy = Evidence::present(PolicyDocument(document.to_owned()), settings.policy.source.clone());
    settings.logging = Evidence::present(
        LogDestination {
            target_bucket: "zebra-payroll".to_owned(),
            target_prefix: "zebra-prefix/".to_owned(),
            target_grants: vec![Grant {
                grantee: Grantee::Email("zoe.zimmer@zeppelin.example".to_owned()),
                permission: "READ".to_owned(),
            }],
            key_format: None,
        },
        settings.logging.source.clone(),
    );
    let target = |arn: &str| NotificationTarget {
        id: Some("zebra-rule".to_owned()),
        arn: arn.to_owned(),
        events: vec!["s3:ObjectCreated:*".to_owned()],
    };
    settings.notifications = Evidence::present(
        NotificationConfiguration {
            topics: vec![target("arn:aws:sns:eu-central-1:987654321098:zebra-topic")],
            queues: vec![target("arn:aws:sqs:eu-central-1:987654321098:zebraqueue")],
            functions: vec![target(
                "arn:aws:lambda:eu-central-1:987654321098:function:zebra-function",
            )],
            event_bridge: false,
        },
        settings.notifications.source.clone(),
    );
    settings.tagging = Evidence::present(
        BTreeMap::from([
            ("CostZebra".to_owned(), "Zebra Division".to_owned()),
            ("aws:cloudformation:stack-name".to_owned(), "Zanzibar".to_owned()),
            ("ZebraNumber".to_owned(), "47114711".to_owned()),
        ]),
        settings.tagging.source.clone(),
    );
    let said = "User: arn:aws:sts::987654321098:assumed-role/zebra-role/zebra-session is not authorized to perform: s3:GetBucketAcl \
        on resource: \"arn:aws:s3:::zebra-payroll\" with an explicit deny in a service control policy: \
        arn:aws:organizations::987654321098:policy/o-zebra12345/service_control_policy/p-zebra12345; ask zoe.zimmer@zeppelin.example, \
        ZebraUser or zoe-zimmer at https://zebra.s3.eu-central-1.amazonaws.com/zebra-prefix via 198.51.100.77 and [2001:db8:5ec7::1], \
        vpce-0abc1234def567890, key mrk-1234abcd12ab34cd56ef1234567890ab or 11112222-3333-4444-5555-666677778888 (zebra_table).";
    settings.acl = Evidence::gap(Gap::new(GapCause::Denied, said), settings.acl.source.clone());
    for finding in &mut sample.findings {
        if finding.resource.name() == "central-access-logs" {
            finding.message = String::from(
                "The access logs go to zebra-payroll under zebra-prefix/ of account 987654321098; statement 1 (\"AllowZebra\") \
                lets arn:aws:iam::987654321098:role/zebra-role read, by alias/zebra/alias, as Zebra Division says. The bucket has \
                no tag GlobexClass; allowed are initech, hooli secret, and 47114711 is the value of another.",
            );
            finding.gap = Some(Gap::new(GapCause::Denied, said));
        }
    }
    configure(&mut sample);
    for record in &mut sample.organization {
        if let OrganizationRecord::Account(account) = record {
            account.email = Some("zoe.zimmer@zeppelin.example".to_owned());
            account.tags = Evidence::present(
                BTreeMap::from([("CostZebra".to_owned(), "Zanzibar".to_owned())]),
                account.tags.source.clone(),
            );
        }
    }
    sample
}

/// Gives the run a configuration and files of the user's that name what no bucket carries.
fn configure(sample: &mut Sample) {
    let parameter = |key: &str, value: &str| ControlParameter {
        key: format!("checks.{key}"),
        meaning: "a part of the control's parameter".to_owned(),
        value: value.to_owned(),
        is_default: false,
        checks: Vec::new(),
    };
    sample.controls[0].parameters = vec![
        parameter("classification_tag", "GlobexClass"),
        parameter("classification_values", "initech, hooli secret"),
        parameter("kms_classes", "hooli secret"),
    ];
    let is_overlaid = |control: &&mut ControlAssessment| control.framework == "cis-aws-foundations-5.0.0";
    for control in sample.controls.iter_mut().filter(is_overlaid) {
        control.responsibility = Some(ResponsibilityStatement {
            responsibility: Responsibility::Customer,
            reason: "The team of zwiebel sees to it.".to_owned(),
        });
        for check in &mut control.checks {
            check.rationale = String::from("As zucchini asked.");
        }
    }
}

#[test]
fn texts_of_the_frameworks_that_no_file_changed_stay() {
    let sample = telling();
    let redaction = Redaction::of(&salt(8), &[&sample]).expect("a sample is redacted");
    let run = Redacted::new(&sample, &redaction);
    let (overlaid, others): (Vec<_>, Vec<_>) = (run.controls().iter().zip(&sample.controls))
        .partition(|(_, plain)| plain.framework == "cis-aws-foundations-5.0.0");
    assert!(!overlaid.is_empty() && !others.is_empty());
    for (redacted, plain) in others {
        assert_eq!(redacted.checks, plain.checks);
        assert_eq!(redacted.responsibility, plain.responsibility);
    }
    for (redacted, _) in overlaid {
        let reason = redacted
            .responsibility
            .as_ref()
            .map(|statement| statement.reason.as_str());
        assert!(reason.is_some_and(|reason| reason.starts_with("text-")), "{reason:?}");
    }
}

#[test]
fn whatever_a_bucket_says_of_others_is_hidden_in_every_field_and_every_text() {
    let sample = telling();
    let contents = redacted(&sample, 2);
    assert_hidden(&contents, SECRETS.iter().copied());
    let redaction = Redaction::of(&salt(2), &[&sample]).expect("a sample is redacted");
    let run = Redacted::new(&sample, &redaction);
    let account = redaction.account(&AccountId::new("000000000123").expect("an id"));
    let bucket = run
        .buckets(&account)
        .expect("the account is there")
        .next()
        .expect("it has a bucket")
        .expect("it can be read");
    let policy = bucket
        .settings
        .policy
        .known()
        .expect("read")
        .expect("there is one")
        .0
        .clone();
    // What grants and compares is still there.
    for kept in [
        "\"Version\": \"2012-10-17\"",
        "\"Effect\": \"Allow\"",
        "\"s3:List*\"",
        "cloudtrail.amazonaws.com",
        "aws:PrincipalTag/name-",
        "bucket-owner-full-control",
        "\"eu-central-1\"",
        "\"0.0.0.0/0\"",
        "/32\"",
        "aws:SecureTransport\": \"false\"",
        ":role/name-",
    ] {
        assert!(policy.contains(kept), "{kept}: {policy}");
    }
    let tags = bucket.settings.tagging.known().expect("read").expect("there are some");
    assert!(tags.contains_key("aws:cloudformation:stack-name"), "{tags:?}");
    // The same original has the same token in a policy, a setting, a tag and a message.
    let name = |original: &str| redaction.bucket(&AccountId::new("000000000123").expect("an id"), original);
    let target = &bucket
        .settings
        .logging
        .known()
        .expect("read")
        .expect("there is one")
        .target_bucket;
    assert_eq!(*target, name("zebra-payroll"));
    assert!(policy.contains(&format!("arn:aws:s3:::{target}/")), "{policy}");
    let finding = run
        .findings()
        .expect("findings")
        .map(|finding| finding.expect("a finding"))
        .find(|finding| finding.message.contains("The access logs go to"))
        .expect("the finding is there");
    assert!(finding.message.contains(target.as_str()), "{}", finding.message);
    let detail = &finding.gap.as_ref().expect("a gap").detail;
    for kept in [
        "is not authorized to perform: s3:GetBucketAcl",
        "with an explicit deny in a service control policy",
    ] {
        assert!(detail.contains(kept), "{detail}");
    }
}

/// What a policy, a distribution and people's tags say beside AWS's own terms.
fn with_terms(buckets: &[&str]) -> Sample {
    let mut sample = telling();
    let settings = sample.buckets.values_mut().flatten().next().expect("a bucket");
    let settings = &mut settings.settings;
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":
        ["logging.s3.amazonaws.com","securityhub.amazonaws.com","cloudfront.amazonaws.com"]},"Action":"s3:PutObject",
        "Resource":"*","Condition":{"StringLike":{"kms:ViaService":["s3.*.amazonaws.com","*.amazonaws.com"]}}}]}"#;
    settings.policy = Evidence::present(PolicyDocument(document.to_owned()), settings.policy.source.clone());
    settings.tagging = Evidence::present(
        BTreeMap::from([("ZebraKind".to_owned(), "AWS::S3::ZebraVault".to_owned())]),
        settings.tagging.source.clone(),
    );
    for (number, name) in buckets.iter().enumerate() {
        let target = NotificationTarget {
            id: Some((*name).to_owned()),
            arn: format!("arn:aws:s3:::{name}"),
            events: vec![format!("s3:ObjectCreated:{number}")],
        };
        let notifications = NotificationConfiguration {
            topics: vec![target],
            queues: Vec::new(),
            functions: Vec::new(),
            event_bridge: false,
        };
        settings.notifications = Evidence::present(notifications, settings.notifications.source.clone());
    }
    let finding = sample.findings.first_mut().expect("a finding");
    let message = "Logging.s3.amazonaws.com and logging.s3.amazonaws.com may write, as may securityhub.amazonaws.com and \
        cloudfront.amazonaws.com; s3:DeleteObject and AWS::S3::Object are not AWS::S3::ZebraVault.";
    message.clone_into(&mut finding.message);
    let detail = "no reading in eu-south-1 ({ ($.eventSource = s3.amazonaws.com) && ($.eventName = PutBucketPolicy) }, \
        NoSuchBucket: zebra_table)";
    finding.gap = Some(Gap::new(GapCause::Denied, detail));
    sample
}

#[test]
fn awss_own_terms_stay_readable_and_what_looks_like_them_does_not() {
    let first = |buckets: &[&str]| -> (String, String) {
        let sample = with_terms(buckets);
        let contents = redacted(&sample, 8);
        assert_hidden(&contents, ["ebraVault", "zebra_table"]);
        let redaction = Redaction::of(&salt(8), &[&sample]).expect("a sample is redacted");
        let run = Redacted::new(&sample, &redaction);
        let finding = run
            .findings()
            .expect("findings")
            .next()
            .expect("one")
            .expect("readable");
        let detail = finding.gap.expect("a gap").detail;
        (finding.message, detail)
    };
    let (message, detail) = first(&[]);
    assert!(
        message.starts_with(
            "Logging.s3.amazonaws.com and logging.s3.amazonaws.com may write, as may securityhub.amazonaws.com and \
             cloudfront.amazonaws.com; s3:DeleteObject and AWS::S3::Object are not name-"
        ),
        "{message}"
    );
    assert!(
        detail.starts_with(
            "no reading in eu-south-1 ({ ($.eventSource = s3.amazonaws.com) && ($.eventName = PutBucketPolicy) }, \
             NoSuchBucket: name-"
        ),
        "{detail}"
    );
    // The service's host is a bucket's where a bucket has the name.
    let (message, _) = first(&["logging"]);
    assert!(!message.to_lowercase().contains("logging"), "{message}");
}

/// A report with every token taken out, so that two of them can be compared.
fn numbers(run: &impl AssessedRun) -> Vec<String> {
    let mut told = Vec::new();
    for finding in run
        .findings()
        .expect("findings")
        .map(|finding| finding.expect("a finding"))
    {
        let states: Vec<&str> = finding
            .evidence
            .iter()
            .map(|reference| reference.state.as_str())
            .collect();
        told.push(format!(
            "{} {} {} {} {states:?} {:?} {}",
            finding.check,
            finding.resource.kind(),
            finding.verdict,
            finding.severity,
            finding.gap.as_ref().map(|gap| (gap.cause, gap.blocked_by)),
            finding.is_accepted(),
        ));
    }
    for record in run
        .coverage()
        .expect("coverage")
        .map(|record| record.expect("a record"))
    {
        told.push(match record {
            CoverageRecord::Organization(covered) => {
                format!("{} {:?} {:?}", covered.source, covered.status, covered.reads)
            }
            CoverageRecord::Account(covered) => {
                format!(
                    "{} {:?} {:?} {:?}",
                    covered.status, covered.buckets, covered.reads, covered.buckets_listed
                )
            }
            CoverageRecord::Region(covered) => format!("{} {:?} {}", covered.region, covered.status, covered.buckets),
            CoverageRecord::Source(covered) => format!("{} {} {:?}", covered.source, covered.status, covered.reads),
            CoverageRecord::Bucket(covered) => format!("{:?} {} {:?}", covered.region, covered.status, covered.reads),
        });
    }
    let summary = run.summary();
    told.push(format!(
        "{:?} {:?} {:?}",
        summary.counts, summary.coverage, summary.checks
    ));
    for control in run.controls() {
        told.push(format!(
            "{} {} {:?} {:?}",
            control.control, control.status, control.counts, control.accounts
        ));
    }
    told
}

#[test]
fn redaction_changes_no_verdict_no_state_and_no_number() {
    let sample = telling();
    let redaction = Redaction::of(&salt(3), &[&sample]).expect("a sample is redacted");
    assert_eq!(numbers(&Redacted::new(&sample, &redaction)), numbers(&sample));
    let generated = Generated::new(12, 20, &[]);
    let redaction = Redaction::of(&salt(3), &[&generated]).expect("a made-up run is redacted");
    assert_eq!(numbers(&Redacted::new(&generated, &redaction)), numbers(&generated));
}

/// Every account and bucket of a run.
fn places(run: &impl AssessedRun) -> Vec<(AccountId, Option<String>)> {
    let records = run
        .coverage()
        .expect("coverage")
        .map(|record| record.expect("a record"));
    records
        .filter_map(|record| match record {
            CoverageRecord::Account(covered) => Some((covered.account, None)),
            CoverageRecord::Bucket(covered) => Some((covered.account, Some(covered.bucket.to_string()))),
            _ => None,
        })
        .collect()
}

#[test]
fn a_made_up_organization_keeps_every_page_and_no_name() {
    let generated = Generated::new(12, 20, &[]);
    let places = places(&generated);
    let mut originals: BTreeSet<String> = BTreeSet::new();
    for (account, bucket) in &places {
        originals.insert(account.to_string());
        originals.extend(bucket.clone());
    }
    assert!(originals.len() > 50, "{}", originals.len());
    let plain = rendered(&generated);
    let contents = redacted(&generated, 4);
    assert_eq!(contents.len(), plain.len(), "every page is there");
    assert_hidden(&contents, originals.iter().map(String::as_str));
    let redaction = Redaction::of(&salt(4), &[&generated]).expect("a made-up run is redacted");
    for (account, bucket) in &places {
        let token = redaction.account(account);
        let page = match bucket {
            None => format!("accounts/{token}.html"),
            Some(bucket) => format!("buckets/{token}/{}.html", redaction.bucket(account, bucket)),
        };
        assert!(contents.contains_key(&page), "{page}");
    }
}

#[test]
fn the_same_salt_gives_the_same_bytes_and_another_gives_other_tokens() {
    let sample = telling();
    let first = redacted(&sample, 5);
    assert!(first == redacted(&sample, 5), "the same salt");
    let tokens = |seed: u8| -> BTreeSet<String> {
        let redaction = Redaction::of(&salt(seed), &[&sample]).expect("a sample is redacted");
        let of_place = |(account, bucket): (AccountId, Option<String>)| {
            let bucket = bucket.map(|bucket| redaction.bucket(&account, &bucket));
            bucket.unwrap_or_else(|| redaction.account(&account).to_string())
        };
        places(&sample).into_iter().map(of_place).collect()
    };
    assert!(tokens(5).is_disjoint(&tokens(6)));
    let salt = String::from_utf8(vec![5; 32]).expect("ASCII");
    assert_eq!(bytes::Wanted::new([salt.as_str()]).find(&first), None);
}

#[test]
fn runs_that_are_redacted_together_share_their_tokens_and_orders() {
    let first = sample_assessment();
    let mut second = sample_assessment();
    let gone = |resource: &Resource| resource.name() == "Legacy_Logs" || resource.account().as_str() == "000000000123";
    second.findings.retain(|finding| !gone(&finding.resource));
    second
        .access
        .retain(|access| access.name.as_str() != "Legacy_Logs" && access.account.as_str() != "000000000123");
    second.coverage.retain(|record| match record {
        CoverageRecord::Bucket(covered) => {
            covered.bucket.as_str() != "Legacy_Logs" && covered.account.as_str() != "000000000123"
        }
        other => other.account().is_none_or(|account| account.as_str() != "000000000123"),
    });
    let redaction = Redaction::of(&salt(7), &[&first, &second]).expect("two samples are redacted");
    let of = |run: &Sample| {
        places(&Redacted::new(run, &redaction))
            .into_iter()
            .collect::<BTreeSet<_>>()
    };
    let (first, second) = (of(&first), of(&second));
    assert!(second.is_subset(&first));
    assert_eq!(first.len() - second.len(), 3);
}
