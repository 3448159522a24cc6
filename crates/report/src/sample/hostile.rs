//! The small sample: every verdict, every status of coverage, gaps, and foreign text that means harm.

use std::collections::BTreeMap;

use s3attest_model::bucket::{Bucket, BucketSetting, LifecycleAction, LifecycleFilter, LifecycleRule, PolicyDocument};
use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, BucketCounts, BucketCoverage, BucketStatus, CoverageRecord, GapTally, ReadCounts,
    RegionCoverage, RegionStatus,
};
use s3attest_model::evidence::{BlockedBy, Evidence, Gap, GapCause, Operation, Source};
use s3attest_model::finding::{EvidenceReference, EvidenceState, Finding, Resource, Verdict};
use s3attest_model::identifiers::{AccountId, Partition};
use s3attest_model::organization::{
    Account, AccountListing, AccountState, Organization, OrganizationRecord, Selection,
};

use super::catalogue::{SUBJECTS, check};
use super::in_memory::Sample;
use super::{access, exceptions, parts, services};

/// Text that runs in a page that does not escape it.
pub(super) const SCRIPT: &str = "<script>document.title='pwned';document.body.append('pwned-by-script')</script>";
/// Text that leaves an attribute and runs.
pub(super) const IMAGE: &str =
    "\"><img src=x onerror=\"document.title='pwned';document.body.append('pwned-by-image')\">";
/// Text that a spreadsheet executes.
pub(super) const FORMULA: &str = "=cmd|' /C calc'!A0";
/// Text that a spreadsheet executes, in another way.
const SUM: &str = "@SUM(1+1)*cmd|' /C calc'!A0";
/// Text that hides what it says, and that a terminal obeys.
pub(super) const DECEPTION: &str = "\u{202e}gpj.exe\u{202c} \u{1b}[31mred\u{1b}[0m \0 \u{7f}";

pub(super) const LEFT_OUT: &str = "000000000123";
pub(super) const HOSTILE: &str = "111111111111";
const DENIED: &str = "222222222222";
const SUSPENDED: &str = "333333333333";
const EXCLUDED: &str = "444444444444";
const UNDECIDED: &str = "555555555555";
pub(super) const BROKEN: &str = "666666666666";

/// A value of ten thousand characters.
pub(super) fn long() -> String {
    "A-very-long-value-".repeat(556)[..10_000].to_owned()
}

/// An assessed run that is small enough to read and holds everything that a report has to cope with.
#[must_use]
pub fn sample_assessment() -> Sample {
    let mut facts = BTreeMap::new();
    for (id, buckets) in [(LEFT_OUT, 1), (HOSTILE, 3), (BROKEN, 2)] {
        facts.insert(
            parts::account(id),
            parts::account_facts(&parts::account(id), buckets, buckets),
        );
    }
    let broken = facts
        .get_mut(&parts::account(BROKEN))
        .expect("an account of this sample");
    broken.regions = Evidence::gap(
        parts::denial(SCRIPT),
        parts::refused(&Operation::named("account.ListRegions"), 9, "AccessDeniedException"),
    );
    broken.assumed_regions = vec![parts::region("eu-central-1")];
    let mut buckets: BTreeMap<AccountId, Vec<Bucket>> = BTreeMap::new();
    for (account, name, place) in [
        (LEFT_OUT, "central-access-logs", "eu-central-1"),
        (HOSTILE, "Legacy_Logs", "us-east-1"),
        (HOSTILE, "legacy_logs", "us-east-1"),
        (HOSTILE, "media", "eu-central-1"),
        (BROKEN, "unreadable", "eu-central-1"),
    ] {
        let number = buckets.values().map(Vec::len).sum::<usize>() as u64 + 1;
        let account = parts::account(account);
        let bucket = parts::bucket(&account, &parts::bucket_name(name), &parts::region(place), number);
        buckets.entry(account).or_default().push(bucket);
    }
    harm(&mut buckets);
    let services = facts
        .keys()
        .map(|account| (account.clone(), services::records(account)))
        .collect();
    let findings = findings();
    let exceptions = exceptions::assessed(&findings);
    let mut sample = Sample::of(organization(), coverage(), findings, facts, buckets, services);
    for buckets in sample.buckets.values() {
        for bucket in buckets.iter().filter(|bucket| bucket.name.as_str() == "media") {
            let mut records = sample.access.iter_mut();
            if let Some(record) = records.find(|record| record.name == bucket.name) {
                *record = access::harmed(bucket, &[SCRIPT, IMAGE, DECEPTION]);
            }
        }
    }
    sample.summary.exceptions = Some(exceptions);
    sample
}

/// Fills the hostile bucket with foreign text that means harm, and takes away what could not be read.
fn harm(buckets: &mut BTreeMap<AccountId, Vec<Bucket>>) {
    let hostile = &mut buckets
        .get_mut(&parts::account(HOSTILE))
        .expect("an account of this sample")[2];
    let settings = &mut hostile.settings;
    let tags = [
        ("plain", "value"),
        ("script", SCRIPT),
        (SCRIPT, "key"),
        ("image", IMAGE),
        ("formula", FORMULA),
        ("deception", DECEPTION),
        ("template", "{{root}} {{{title}}}"),
        ("hebrew", "שלום עולם"),
    ];
    let source = settings.tagging.source.clone();
    let mut tags: BTreeMap<String, String> = tags
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    tags.insert("long".to_owned(), long());
    settings.tagging = Evidence::present(tags, source);
    settings.policy = Evidence::present(
        PolicyDocument(format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"{SCRIPT}","Effect":"Allow"}}]}}"#
        )),
        settings.policy.source.clone(),
    );
    settings.lifecycle = Evidence::present(
        vec![LifecycleRule {
            id: Some(IMAGE.to_owned()),
            status: "Enabled".to_owned(),
            filter: LifecycleFilter {
                prefix: None,
                by_tag: false,
                by_size: false,
            },
            actions: vec![LifecycleAction::ExpireAfterDays(30)],
        }],
        Source {
            request_id: Some(SCRIPT.into()),
            ..settings.lifecycle.source.clone()
        },
    );
    settings.withhold(
        BucketSetting::Acl,
        parts::denial(&format!("User: {SCRIPT} is not authorized")),
    );
    settings.acl.source.code = Some(IMAGE.to_owned());
    let unreadable = &mut buckets
        .get_mut(&parts::account(BROKEN))
        .expect("an account of this sample")[0];
    for setting in BucketSetting::ALL {
        unreadable
            .settings
            .withhold(*setting, Gap::new(GapCause::TimedOut, "no answer within 10 s"));
    }
}

fn organization() -> Vec<OrganizationRecord> {
    let source = |name: &'static str| parts::answered(&Operation::named(name), 1);
    let organization = Organization {
        id: "o-sample1234".to_owned(),
        arn: "arn:aws:organizations::000000000123:organization/o-sample1234".to_owned(),
        management_account: parts::account(LEFT_OUT),
        feature_set: Some("ALL".to_owned()),
    };
    let mut records = vec![
        OrganizationRecord::Organization(Evidence::present(
            organization,
            source("organizations.DescribeOrganization"),
        )),
        OrganizationRecord::AccountListing(Evidence::present(
            AccountListing { count: 7 },
            source("organizations.ListAccounts"),
        )),
    ];
    for (id, name, status) in accounts() {
        records.push(OrganizationRecord::Account(Box::new(Account {
            id: parts::account(id),
            name,
            email: Some(format!("root+{id}@example.com")),
            state: state(status),
            organizational_unit: Evidence::present(unit(id), source("organizations.ListParents")),
            ancestors: Evidence::present(vec!["r-root".to_owned()], source("organizations.ListParents")),
            tags: Evidence::not_collected(Operation::named("organizations.ListTagsForResource")),
            joined_at: Some(parts::at(-200_000_000)),
            is_management: id == LEFT_OUT,
            selection: match status {
                AccountStatus::Excluded => Selection::Excluded(format!("exclude_accounts = [\"{EXCLUDED}\"]")),
                AccountStatus::NotActive => Selection::NotActive,
                AccountStatus::NotCollected => Selection::Undecided("tags could not be read".to_owned()),
                AccountStatus::Assessed | AccountStatus::PartlyAssessed | AccountStatus::Denied => Selection::Selected,
            },
        })));
    }
    records
}

/// Id, name and status of each account, by id.
fn accounts() -> [(&'static str, String, AccountStatus); 7] {
    [
        (LEFT_OUT, "Log archive".to_owned(), AccountStatus::Assessed),
        (HOSTILE, SCRIPT.to_owned(), AccountStatus::PartlyAssessed),
        (DENIED, IMAGE.to_owned(), AccountStatus::Denied),
        (SUSPENDED, FORMULA.to_owned(), AccountStatus::NotActive),
        (EXCLUDED, SUM.to_owned(), AccountStatus::Excluded),
        (UNDECIDED, DECEPTION.to_owned(), AccountStatus::NotCollected),
        (BROKEN, long(), AccountStatus::PartlyAssessed),
    ]
}

fn state(status: AccountStatus) -> AccountState {
    if status == AccountStatus::NotActive {
        AccountState::Suspended
    } else {
        AccountState::Active
    }
}

fn unit(id: &str) -> String {
    if id == HOSTILE {
        format!("/{SCRIPT}")
    } else {
        "/workloads/production".to_owned()
    }
}

fn coverage() -> Vec<CoverageRecord> {
    let mut records = Vec::new();
    for (id, name, status) in accounts() {
        let account = parts::account(id);
        records.push(CoverageRecord::Account(Box::new(covered(id, name, status))));
        if matches!(id, LEFT_OUT | HOSTILE | BROKEN) {
            for (region, status) in [
                ("ap-southeast-3", RegionStatus::Off),
                (
                    "eu-central-1",
                    if id == BROKEN {
                        RegionStatus::Assumed
                    } else {
                        RegionStatus::Read
                    },
                ),
            ] {
                records.push(CoverageRecord::Region(RegionCoverage {
                    account: account.clone(),
                    region: parts::region(region),
                    status,
                    buckets: u64::from(status != RegionStatus::Off),
                }));
            }
        }
        records.extend(services::lines(&account).into_iter().map(CoverageRecord::Source));
        let buckets: &[(&str, BucketStatus, u64)] = match id {
            LEFT_OUT => &[("central-access-logs", BucketStatus::Assessed, 20)],
            HOSTILE => &[
                ("Legacy_Logs", BucketStatus::Assessed, 20),
                ("legacy_logs", BucketStatus::Assessed, 20),
                ("media", BucketStatus::PartlyAssessed, 19),
            ],
            BROKEN => &[
                ("gone", BucketStatus::Gone, 0),
                ("unreadable", BucketStatus::Unreadable, 0),
            ],
            _ => &[],
        };
        for (name, status, answered) in buckets {
            records.push(CoverageRecord::Bucket(BucketCoverage {
                account: account.clone(),
                bucket: parts::bucket_name(name),
                region: (*status != BucketStatus::Gone).then(|| parts::region("eu-central-1")),
                status: *status,
                reads: ReadCounts {
                    asked: 20,
                    answered: *answered,
                },
                gaps: match status {
                    BucketStatus::Assessed => Vec::new(),
                    BucketStatus::PartlyAssessed => vec![tally(1)],
                    BucketStatus::Unreadable | BucketStatus::Gone => vec![tally(20)],
                },
            }));
        }
    }
    records
}

fn tally(count: u64) -> GapTally {
    GapTally {
        operation: Operation::named("s3.GetBucketAcl"),
        cause: GapCause::Denied,
        blocked_by: Some(BlockedBy::ServiceControlPolicy),
        count,
        example: format!("User: {SCRIPT} is not authorized"),
    }
}

fn covered(id: &str, name: String, status: AccountStatus) -> AccountCoverage {
    let (reason, remedy) = match status {
        AccountStatus::Assessed => (String::new(), String::new()),
        AccountStatus::PartlyAssessed => (
            format!("Some reads were refused: {SCRIPT}"),
            "Allow s3:GetBucketAcl to the role, also in the service control policies.".to_owned(),
        ),
        AccountStatus::Denied => (
            "The role S3AttestReadOnly could not be assumed: AccessDenied.".to_owned(),
            "Create the role in this account, and let the caller assume it.".to_owned(),
        ),
        AccountStatus::NotActive => ("The account is suspended.".to_owned(), String::new()),
        AccountStatus::Excluded => (
            "The configuration leaves it out: exclude_accounts.".to_owned(),
            "Take it out of exclude_accounts if it belongs to the assessment.".to_owned(),
        ),
        AccountStatus::NotCollected => (
            FORMULA.to_owned(),
            "Allow organizations:ListTagsForResource to the caller.".to_owned(),
        ),
    };
    let (buckets, reads) = match id {
        LEFT_OUT => (
            BucketCounts {
                assessed: 1,
                ..BucketCounts::default()
            },
            (23, 23),
        ),
        HOSTILE => (
            BucketCounts {
                assessed: 2,
                partly_assessed: 1,
                ..BucketCounts::default()
            },
            (63, 62),
        ),
        BROKEN => (
            BucketCounts {
                unreadable: 1,
                gone: 1,
                ..BucketCounts::default()
            },
            (43, 2),
        ),
        _ => (BucketCounts::default(), (0, 0)),
    };
    AccountCoverage {
        account: parts::account(id),
        name,
        organizational_unit: (id != UNDECIDED).then(|| unit(id)),
        state: state(status),
        status,
        reason,
        remedy,
        buckets_listed: matches!(id, LEFT_OUT | HOSTILE).then(|| buckets.total()),
        gaps: if status == AccountStatus::PartlyAssessed {
            vec![tally(reads.0 - reads.1)]
        } else {
            Vec::new()
        },
        buckets,
        reads: ReadCounts {
            asked: reads.0,
            answered: reads.1,
        },
    }
}

fn findings() -> Vec<Finding> {
    let mut findings = Vec::new();
    for id in [LEFT_OUT, HOSTILE, BROKEN] {
        let account = parts::account(id);
        let verdict = if id == LEFT_OUT { Verdict::Pass } else { Verdict::Fail };
        findings.push(finding(
            Resource::Account {
                account: account.clone(),
            },
            0,
            verdict,
        ));
        let names: &[&str] = match id {
            LEFT_OUT => &["central-access-logs"],
            HOSTILE => &["Legacy_Logs", "legacy_logs", "media"],
            _ => &["gone", "unreadable"],
        };
        for (position, name) in names.iter().enumerate() {
            let resource = Resource::Bucket {
                account: account.clone(),
                name: parts::bucket_name(name),
                partition: Partition::Aws,
                region: (*name != "gone").then(|| parts::region("eu-central-1")),
            };
            for subject in 1..SUBJECTS.len() {
                findings.push(finding(resource.clone(), subject, verdict_of(name, position, subject)));
            }
        }
    }
    findings
}

fn verdict_of(name: &str, position: usize, subject: usize) -> Verdict {
    match name {
        "gone" | "unreadable" => Verdict::NotAssessed,
        "media" if subject == 13 => Verdict::NotAssessed,
        "central-access-logs" if subject == 2 => Verdict::NotApplicable,
        "central-access-logs" => Verdict::Pass,
        _ if SUBJECTS[subject].id == "s3-bucket-object-lock" => Verdict::NotApplicable,
        _ if (position + subject).is_multiple_of(4) => Verdict::Fail,
        _ => Verdict::Pass,
    }
}

fn finding(resource: Resource, index: usize, verdict: Verdict) -> Finding {
    let subject = &SUBJECTS[index];
    let is_media = resource.name() == "media";
    let gap = (verdict == Verdict::NotAssessed).then(|| parts::denial(&format!("User: {IMAGE} is not authorized")));
    let message = match verdict {
        Verdict::Pass => subject.pass.to_owned(),
        Verdict::Fail if is_media && index == 2 => format!("The log target is {SCRIPT}{IMAGE}"),
        Verdict::Fail if is_media && index == 6 => long(),
        Verdict::Fail if is_media && index == 10 => FORMULA.to_owned(),
        Verdict::Fail if is_media => format!("{DECEPTION} {}", subject.fail),
        Verdict::Fail => subject.fail.to_owned(),
        Verdict::NotApplicable => "Nothing is stored here for which the question arises.".to_owned(),
        Verdict::NotAssessed => format!("{} is not known: access was denied", subject.operation),
    };
    Finding {
        check: check(subject.id),
        verdict,
        severity: subject.severity,
        message,
        evidence: vec![EvidenceReference {
            state: match verdict {
                Verdict::Pass => EvidenceState::Present,
                Verdict::Fail | Verdict::NotApplicable => EvidenceState::Absent,
                Verdict::NotAssessed => EvidenceState::Gap,
            },
            source: parts::answered(&subject.operation, index as u64 + 1),
            of: is_media.then(|| format!("arn:aws:s3:::{SCRIPT}")),
        }],
        gap,
        exception: exceptions::beside(&resource, index, verdict),
        resource,
    }
}
