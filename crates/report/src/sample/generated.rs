//! A run of any size, made up on the fly: nothing of it is held, so that measuring a renderer measures the renderer.

use std::convert::Infallible;

use s3attest_model::access::BucketAccess;
use s3attest_model::account::AccountFacts;
use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::bucket::{Bucket, BucketSetting};
use s3attest_model::check::CheckDescription;
use s3attest_model::control::{ControlAssessment, ControlMatrixRecord};
use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, BucketCounts, BucketCoverage, BucketStatus, CoverageRecord, GapTally, ReadCounts,
    RegionCoverage, RegionStatus,
};
use s3attest_model::evidence::{BlockedBy, Evidence, GapCause, Operation};
use s3attest_model::finding::{EvidenceReference, EvidenceState, Finding, Resource, Verdict};
use s3attest_model::identifiers::{AccountId, BucketName, Partition, RegionName};
use s3attest_model::organization::{
    Account, AccountListing, AccountState, Organization, OrganizationRecord, Selection,
};
use s3attest_model::run::{CollectionSession, RunInformation};
use s3attest_model::services::ServiceRecord;

use super::catalogue::{self, SUBJECTS, check};
use super::in_memory::Numbers;
use super::{access, matrix, parts, services};
use crate::assessed::AssessedRun;

const TEAMS: [&str; 8] = [
    "billing",
    "checkout",
    "data-lake",
    "identity",
    "media",
    "mobile",
    "search",
    "warehouse",
];
const STAGES: [&str; 3] = ["production", "staging", "sandbox"];
const REGIONS: [&str; 4] = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"];
const READS: u64 = 20;

/// A run of a number of accounts with a number of buckets each. The same sizes give the same run.
#[derive(Debug)]
pub struct Generated {
    accounts: u64,
    buckets: u64,
    run: RunInformation,
    sessions: Vec<CollectionSession>,
    summary: AssessmentSummary,
    controls: Vec<ControlAssessment>,
    matrix: Vec<ControlMatrixRecord>,
    checks: Vec<CheckDescription>,
}

impl Generated {
    /// Makes a run up. `catalogue` lists controls as id, title, family and family title; the samples' own checks bear on
    /// some of them.
    #[must_use]
    pub fn new(accounts: u64, buckets: u64, catalogue: &[[String; 4]]) -> Self {
        let mut numbers = Numbers::default();
        let run = Self {
            accounts,
            buckets,
            run: parts::run(),
            sessions: parts::sessions(accounts * buckets),
            summary: Numbers::default().summary(),
            controls: Vec::new(),
            matrix: Vec::new(),
            checks: catalogue::checks(),
        };
        run.all_coverage().for_each(|record| numbers.cover(&record));
        run.all_findings().for_each(|finding| numbers.find(&finding));
        let of_check = |check: &_| numbers.of_check(check);
        let mut controls = if catalogue.is_empty() {
            catalogue::controls(of_check)
        } else {
            let families = ["AC", "AU", "CM", "CP", "SC", "SI"];
            let control = |(index, [id, title, family, family_title]): (usize, &[String; 4])| {
                let bears = families.contains(&family.as_str()) && index % 9 == 3;
                let checks = [
                    SUBJECTS[index % SUBJECTS.len()].id,
                    SUBJECTS[(index + 5) % SUBJECTS.len()].id,
                ];
                let checks: &[&str] = if bears { &checks } else { &[] };
                catalogue::control(id, title, family, family_title, checks, &of_check)
            };
            catalogue.iter().enumerate().map(control).collect()
        };
        let accounts = run.all_coverage().filter_map(|record| match record {
            CoverageRecord::Account(account) => Some(*account),
            _ => None,
        });
        let matrix = matrix::matrix(&mut controls, accounts, run.all_findings());
        Self {
            summary: numbers.summary(),
            controls,
            matrix,
            ..run
        }
    }

    fn id(index: u64) -> AccountId {
        parts::account(&format!("{:012}", 100_000_000_007 + index * 811_000_013))
    }

    fn index(account: &AccountId) -> u64 {
        (account.as_str().parse::<u64>().unwrap_or(0) - 100_000_000_007) / 811_000_013
    }

    fn name(index: u64) -> String {
        format!("{} {}", pick(&TEAMS, index), pick(&STAGES, index / 8))
    }

    fn status(index: u64) -> AccountStatus {
        match index % 30 {
            7 => AccountStatus::Denied,
            11 => AccountStatus::NotActive,
            19 => AccountStatus::Excluded,
            5 | 14 | 23 => AccountStatus::PartlyAssessed,
            _ => AccountStatus::Assessed,
        }
    }

    fn names(&self, account: u64) -> impl Iterator<Item = (u64, BucketName)> + use<> {
        let is_read = matches!(
            Self::status(account),
            AccountStatus::Assessed | AccountStatus::PartlyAssessed
        );
        let count = if is_read { self.buckets } else { 0 };
        let prefix = format!("{}-{}", pick(&TEAMS, account), pick(&STAGES, account / 8));
        (0..count).map(move |index| {
            let kind = pick(
                &["archive", "assets", "backup", "exports", "logs", "uploads"],
                index * 6 / count.max(1),
            );
            (
                index,
                parts::bucket_name(&format!("{prefix}-{kind}-{account:04}-{index:06}")),
            )
        })
    }

    fn place(index: u64) -> RegionName {
        parts::region(pick(&REGIONS, mixed(index) >> 8))
    }

    fn is_partly_read(account: u64, bucket: u64) -> bool {
        Self::status(account) == AccountStatus::PartlyAssessed && mixed(account * 7_919 + bucket).is_multiple_of(4)
    }

    fn bucket(account: u64, index: u64, name: &BucketName) -> Bucket {
        let number = account * 1_000_000 + index + 1;
        let mut bucket = parts::bucket(&Self::id(account), name, &Self::place(index), number);
        if Self::is_partly_read(account, index) {
            bucket.settings.withhold(
                BucketSetting::Acl,
                parts::denial("User is not authorized to perform s3:GetBucketAcl"),
            );
        }
        bucket
    }

    fn all_organization(&self) -> impl Iterator<Item = OrganizationRecord> {
        let source = |name: &'static str| parts::answered(&Operation::named(name), 1);
        let organization = Organization {
            id: "o-exampleorgid".to_owned(),
            arn: format!("arn:aws:organizations::{}:organization/o-exampleorgid", Self::id(0)),
            management_account: Self::id(0),
            feature_set: Some("ALL".to_owned()),
        };
        let listing = AccountListing { count: self.accounts };
        [
            OrganizationRecord::Organization(Evidence::present(
                organization,
                source("organizations.DescribeOrganization"),
            )),
            OrganizationRecord::AccountListing(Evidence::present(listing, source("organizations.ListAccounts"))),
        ]
        .into_iter()
        .chain((0..self.accounts).map(move |index| {
            OrganizationRecord::Account(Box::new(Account {
                id: Self::id(index),
                name: Self::name(index),
                email: Some(format!("aws+{index}@example.com")),
                state: state(index),
                organizational_unit: Evidence::present(unit(index), source("organizations.ListParents")),
                ancestors: Evidence::present(vec!["r-root".to_owned()], source("organizations.ListParents")),
                tags: Evidence::not_collected(Operation::named("organizations.ListTagsForResource")),
                joined_at: Some(parts::at(-200_000_000)),
                is_management: index == 0,
                selection: Selection::Selected,
            }))
        }))
    }

    fn all_coverage(&self) -> impl Iterator<Item = CoverageRecord> {
        (0..self.accounts).flat_map(move |account| {
            let regions = REGIONS.map(|region| {
                CoverageRecord::Region(RegionCoverage {
                    account: Self::id(account),
                    region: parts::region(region),
                    status: if region == "us-west-2" && account % 5 == 0 {
                        RegionStatus::Off
                    } else {
                        RegionStatus::Read
                    },
                    buckets: self.buckets / 4,
                })
            });
            let sources = services::generated_lines(&Self::id(account), Self::status(account), mixed(account));
            std::iter::once(CoverageRecord::Account(Box::new(self.covered(account))))
                .chain(regions)
                .chain(sources.into_iter().map(CoverageRecord::Source))
                .chain(self.names(account).map(move |(index, name)| {
                    let is_partly_read = Self::is_partly_read(account, index);
                    CoverageRecord::Bucket(BucketCoverage {
                        account: Self::id(account),
                        bucket: name,
                        region: Some(Self::place(index)),
                        status: if is_partly_read {
                            BucketStatus::PartlyAssessed
                        } else {
                            BucketStatus::Assessed
                        },
                        reads: ReadCounts {
                            asked: READS,
                            answered: READS - u64::from(is_partly_read),
                        },
                        gaps: if is_partly_read { vec![tally(1)] } else { Vec::new() },
                    })
                }))
        })
    }

    fn covered(&self, index: u64) -> AccountCoverage {
        let status = Self::status(index);
        let listed = self.names(index).count() as u64;
        let partly = self
            .names(index)
            .filter(|(bucket, _)| Self::is_partly_read(index, *bucket))
            .count() as u64;
        let (reason, remedy) = match status {
            AccountStatus::Assessed | AccountStatus::NotCollected => ("", ""),
            AccountStatus::PartlyAssessed => (
                "s3.GetBucketAcl was refused for some buckets by a resource-based policy.",
                "Allow s3:GetBucketAcl to the role S3AttestReadOnly in the policies of these buckets.",
            ),
            AccountStatus::Denied => (
                "The role S3AttestReadOnly could not be assumed: AccessDenied.",
                "Create the role in this account and let the caller's account assume it.",
            ),
            AccountStatus::NotActive => ("The account is suspended; AWS answers nothing about it.", ""),
            AccountStatus::Excluded => (
                "The configuration leaves it out: exclude_organizational_units holds /sandbox.",
                "Take the pattern out of the configuration if the account belongs to the assessment.",
            ),
        };
        AccountCoverage {
            account: Self::id(index),
            name: Self::name(index),
            organizational_unit: Some(unit(index)),
            state: state(index),
            status,
            reason: reason.to_owned(),
            remedy: remedy.to_owned(),
            buckets_listed: matches!(status, AccountStatus::Assessed | AccountStatus::PartlyAssessed).then_some(listed),
            buckets: BucketCounts {
                assessed: listed - partly,
                partly_assessed: partly,
                ..BucketCounts::default()
            },
            reads: ReadCounts {
                asked: 4 + listed * READS,
                answered: (4 + listed * READS - partly) * u64::from(listed > 0),
            },
            gaps: if partly > 0 { vec![tally(partly)] } else { Vec::new() },
        }
    }

    fn all_findings(&self) -> impl Iterator<Item = Finding> {
        (0..self.accounts).flat_map(move |account| {
            let id = Self::id(account);
            let is_read = matches!(
                Self::status(account),
                AccountStatus::Assessed | AccountStatus::PartlyAssessed
            );
            let own = is_read.then(|| found(Resource::Account { account: id.clone() }, 0, mixed(account), false));
            own.into_iter()
                .chain(self.names(account).flat_map(move |(bucket, name)| {
                    let resource = Resource::Bucket {
                        account: id.clone(),
                        name,
                        partition: Partition::Aws,
                        region: Some(Self::place(bucket)),
                    };
                    let is_partly_read = Self::is_partly_read(account, bucket);
                    (1..SUBJECTS.len()).map(move |subject| {
                        let number = mixed((account * 100_003 + bucket) * 31 + subject as u64);
                        found(resource.clone(), subject, number, is_partly_read)
                    })
                }))
        })
    }
}

fn pick<'text>(words: &[&'text str], number: u64) -> &'text str {
    let length = words.len() as u64;
    words[usize::try_from(number % length).unwrap_or(0)]
}

/// A number that looks random and is not.
fn mixed(number: u64) -> u64 {
    let mut value = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn state(index: u64) -> AccountState {
    if Generated::status(index) == AccountStatus::NotActive {
        AccountState::Suspended
    } else {
        AccountState::Active
    }
}

fn unit(index: u64) -> String {
    format!("/workloads/{}", pick(&STAGES, index / 8))
}

fn tally(count: u64) -> GapTally {
    GapTally {
        operation: Operation::named("s3.GetBucketAcl"),
        cause: GapCause::Denied,
        blocked_by: Some(BlockedBy::ResourcePolicy),
        count,
        example: "User is not authorized to perform s3:GetBucketAcl".to_owned(),
    }
}

fn found(resource: Resource, index: usize, number: u64, is_partly_read: bool) -> Finding {
    let subject = &SUBJECTS[index];
    let needs_acl = is_partly_read && subject.operation.as_str() == "s3.GetBucketAcl";
    let rare = u64::from(subject.severity == s3attest_model::check::Severity::Critical) * 90 + 4;
    let (verdict, state) = match number % rare {
        _ if needs_acl => (Verdict::NotAssessed, EvidenceState::Gap),
        0 => (Verdict::Fail, EvidenceState::Absent),
        1 if number % 8 == 1 => (Verdict::NotApplicable, EvidenceState::Absent),
        _ => (Verdict::Pass, EvidenceState::Present),
    };
    Finding {
        check: check(subject.id),
        resource,
        verdict,
        severity: subject.severity,
        message: match verdict {
            Verdict::Pass => subject.pass.to_owned(),
            Verdict::Fail => subject.fail.to_owned(),
            Verdict::NotApplicable => "The bucket receives access logs itself.".to_owned(),
            Verdict::NotAssessed => format!("{} is not known: access was denied", subject.operation),
        },
        evidence: vec![EvidenceReference {
            state,
            source: parts::answered(&subject.operation, number % 1_000_000),
            of: None,
        }],
        gap: (verdict == Verdict::NotAssessed)
            .then(|| s3attest_model::evidence::Gap::new(GapCause::Denied, "User is not authorized")),
        exception: None,
    }
}

impl AssessedRun for Generated {
    type Error = Infallible;

    fn run(&self) -> &RunInformation {
        &self.run
    }

    fn sessions(&self) -> &[CollectionSession] {
        &self.sessions
    }

    fn summary(&self) -> &AssessmentSummary {
        &self.summary
    }

    fn controls(&self) -> &[ControlAssessment] {
        &self.controls
    }

    fn checks(&self) -> &[CheckDescription] {
        &self.checks
    }

    fn organization(&self) -> Result<impl Iterator<Item = Result<OrganizationRecord, Infallible>>, Infallible> {
        Ok(self.all_organization().map(Ok))
    }

    fn coverage(&self) -> Result<impl Iterator<Item = Result<CoverageRecord, Infallible>>, Infallible> {
        Ok(self.all_coverage().map(Ok))
    }

    fn findings(&self) -> Result<impl Iterator<Item = Result<Finding, Infallible>>, Infallible> {
        Ok(self.all_findings().map(Ok))
    }

    fn control_matrix(&self) -> Result<impl Iterator<Item = Result<ControlMatrixRecord, Infallible>>, Infallible> {
        Ok(self.matrix.iter().cloned().map(Ok))
    }

    fn access(&self) -> Result<impl Iterator<Item = Result<BucketAccess, Infallible>>, Infallible> {
        let accounts = 0..self.accounts;
        Ok(accounts.flat_map(move |account| {
            let buckets = self.names(account);
            buckets.map(move |(index, name)| {
                let is_open = mixed(account * 31 + index).is_multiple_of(50);
                Ok(access::of_bucket(&Self::bucket(account, index, &name), is_open))
            })
        }))
    }

    fn account_facts(&self, account: &AccountId) -> Result<Option<AccountFacts>, Infallible> {
        let index = Self::index(account);
        let count = self.names(index).count() as u64;
        Ok((count > 0).then(|| parts::account_facts(account, count, index)))
    }

    fn buckets(&self, account: &AccountId) -> Result<impl Iterator<Item = Result<Bucket, Infallible>>, Infallible> {
        let index = Self::index(account);
        Ok(self
            .names(index)
            .map(move |(bucket, name)| Ok(Self::bucket(index, bucket, &name))))
    }

    fn services(
        &self,
        account: &AccountId,
    ) -> Result<impl Iterator<Item = Result<ServiceRecord, Infallible>>, Infallible> {
        let index = Self::index(account);
        let records = services::generated_records(account, Self::status(index), mixed(index));
        Ok(records.into_iter().map(Ok))
    }
}
