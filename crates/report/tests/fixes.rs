//! How often the fixes of the front page have to be made: by what has to change, and not by how many findings hang on it.

mod support;

use s3attest_model::check::Severity;
use s3attest_model::evidence::{Operation, Source};
use s3attest_model::finding::{EvidenceReference, EvidenceState, Finding, Resource, Verdict};
use s3attest_model::identifiers::{AccountId, BucketName, CheckId, Partition, RegionName};
use s3attest_report::sample::{Sample, sample_assessment};
use support::rendered;

const ONE: &str = "111111111111";

fn bucket(account: &AccountId, number: usize, region: &str) -> Resource {
    Resource::Bucket {
        account: account.clone(),
        name: BucketName::new(format!("made-up-{number:02}")).expect("a name"),
        partition: Partition::Aws,
        region: Some(RegionName::new(region).expect("a region")),
    }
}

fn fail(check: &str, resource: Resource, message: &str) -> Finding {
    Finding {
        check: CheckId::new(check).expect("an id"),
        resource,
        verdict: Verdict::Fail,
        severity: Severity::Low,
        message: message.to_owned(),
        evidence: Vec::new(),
        gap: None,
        exception: None,
    }
}

/// A fail that was read from what a rule of AWS Config found.
fn evaluated(mut finding: Finding) -> Finding {
    finding.evidence.push(EvidenceReference {
        state: EvidenceState::Present,
        source: Source::not_called(Operation::named("config.GetComplianceDetailsByConfigRule")),
        of: None,
    });
    finding
}

/// Two accounts of the sample.
fn accounts(sample: &Sample) -> [AccountId; 2] {
    let one = AccountId::new(ONE).expect("an id");
    let mut others = sample.findings.iter().map(|finding| finding.resource.account());
    let other = others
        .find(|account| **account != one)
        .expect("another account")
        .clone();
    [one, other]
}

/// Whether a resource is a bucket that comes behind another one.
fn is_behind(resource: &Resource, other: &Resource) -> bool {
    !resource.is_of_account() && resource.name() > other.name()
}

/// What the front page says of where the fix of a check has to be made, with these findings beside the sample's.
fn places(mut sample: Sample, check: &str, findings: Vec<Finding>) -> String {
    let mut description = sample.checks[0].clone();
    description.id = CheckId::new(check).expect("an id");
    description.title = format!("The title of {check}");
    sample.checks.push(description);
    for finding in findings {
        let comes_behind = |other: &Finding| {
            other.resource.account() == finding.resource.account()
                && (finding.resource.is_of_account() || is_behind(&other.resource, &finding.resource))
        };
        let place = sample.findings.iter().position(comes_behind);
        let end = sample
            .findings
            .iter()
            .rposition(|other| other.resource.account() == finding.resource.account());
        let place = place.unwrap_or_else(|| end.expect("findings on the account") + 1);
        sample.findings.insert(place, finding);
    }
    let index = &rendered(&sample)["index.html"];
    let fix = index
        .split_once(&format!("<h3>The title of {check}</h3><p class=\"note\">"))
        .expect("the fix")
        .1;
    fix.split_once("</p>").expect("its end").0.to_owned()
}

#[test]
fn buckets_share_the_rules_of_their_region_and_a_rules_own_verdict_is_the_buckets() {
    let check = "config-rule-s3-bucket-versioning-enabled";
    let none = "No rule of AWS Config in eu-central-1 evaluates S3_BUCKET_VERSIONING_ENABLED.";
    let silent =
        "AWS Config in us-east-1 evaluates S3_BUCKET_VERSIONING_ENABLED by one, which has no evaluation of the bucket.";
    let wanting = "The rule one of AWS Config in us-east-1 finds the bucket NON_COMPLIANT.";
    let sample = sample_assessment();
    let [one, other] = accounts(&sample);
    let without_rule = (0..22).map(|number| {
        let region = if number % 2 == 0 { "eu-central-1" } else { "us-east-1" };
        fail(check, bucket(&one, number, region), none)
    });
    let findings = without_rule
        .chain((22..25).map(|number| evaluated(fail(check, bucket(&one, number, "us-east-1"), silent))))
        .chain((25..30).map(|number| evaluated(fail(check, bucket(&one, number, "us-east-1"), wanting))))
        .chain((30..40).map(|number| fail(check, bucket(&other, number, "eu-central-1"), none)))
        .collect();
    assert_eq!(
        places(sample, check, findings),
        "a change in each of 5 buckets that a rule finds wanting, and a change in each of 3 regions of 2 accounts in AWS Config, \
         for 35 findings; a bucket that a new rule then finds wanting needs one of its own"
    );
}

#[test]
fn buckets_of_an_account_share_a_trail() {
    let check = "trail-s3-data-events-read";
    let sample = sample_assessment();
    let [one, other] = accounts(&sample);
    let findings = (0..40)
        .map(|number| {
            let account = if number % 2 == 0 { &one } else { &other };
            fail(check, bucket(account, number, "eu-central-1"), "No trail.")
        })
        .collect();
    assert_eq!(
        places(sample, check, findings),
        "a change in each of 2 accounts, at a trail that covers all of its regions, or one change at a trail of the organization"
    );
}

#[test]
fn a_fix_in_regions_names_regions_and_one_at_keys_does_not_count_buckets() {
    let check = "config-recorder-enabled";
    let sample = sample_assessment();
    let [one, other] = accounts(&sample);
    let region = |account: &AccountId, number: usize| Resource::Region {
        account: account.clone(),
        region: RegionName::new(format!("eu-central-{number}")).expect("a region"),
    };
    let findings = (0..30)
        .map(|number| fail(check, region(&one, number), "none"))
        .chain((0..10).map(|number| fail(check, region(&other, number), "none")))
        .collect();
    assert_eq!(
        places(sample, check, findings),
        "a change in each of 40 regions of 2 accounts"
    );
    let findings = (0..40)
        .map(|number| fail("kms-key-rotation", bucket(&one, number, "eu-central-1"), "off"))
        .collect();
    assert_eq!(
        places(sample_assessment(), "kms-key-rotation", findings),
        "changes at the keys of 40 buckets; those that share a key need one"
    );
}
