//! Small runs from a few words: accounts, their buckets, and where each check stands.

use std::collections::BTreeMap;

use s3attest_model::assessment::CheckTally;
use s3attest_model::check::Severity;
use s3attest_model::coverage::{
    AccountCoverage, AccountStatus, BucketCounts, BucketCoverage, BucketStatus, CoverageRecord, ReadCounts,
    RegionCoverage, RegionStatus, SourceCoverage, SourceStatus,
};
use s3attest_model::evidence::{Gap, GapCause, Operation, Source};
use s3attest_model::exception::{AppliedException, ExceptionEffect};
use s3attest_model::finding::{EvidenceReference, EvidenceState, Finding, Resource, Verdict, VerdictCounts};
use s3attest_model::identifiers::{AccountId, BucketName, CheckId, Partition, RegionName};
use s3attest_model::organization::AccountState;
use s3attest_model::services::ServiceSource;
use s3attest_report::sample::{Sample, sample_assessment};

/// Where a check stands on a resource of which there is a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Said {
    Pass,
    NotApplicable,
    Fail,
    Accepted,
    Denied,
    LeftOut,
    /// It does not apply, and nothing that was read says so.
    NotAsked,
}

impl Said {
    pub(crate) const ALL: [Self; 7] = [
        Self::Pass,
        Self::NotApplicable,
        Self::Fail,
        Self::Accepted,
        Self::Denied,
        Self::LeftOut,
        Self::NotAsked,
    ];
}

/// An account of a run.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) status: AccountStatus,
    /// Whether its buckets were listed to the end.
    pub(crate) is_listed: bool,
    pub(crate) regions: BTreeMap<&'static str, RegionStatus>,
    pub(crate) access_points: Option<SourceStatus>,
    /// What checks say of what belongs to the account itself.
    pub(crate) own: Vec<(Resource, &'static str, Said)>,
    /// What checks say of each bucket.
    pub(crate) buckets: BTreeMap<String, BTreeMap<&'static str, Said>>,
}

impl Account {
    pub(crate) fn read() -> Self {
        Self {
            status: AccountStatus::Assessed,
            is_listed: true,
            regions: [("eu-central-1", RegionStatus::Read)].into(),
            access_points: Some(SourceStatus::Read),
            own: Vec::new(),
            buckets: BTreeMap::new(),
        }
    }

    pub(crate) fn with(status: AccountStatus) -> Self {
        Self {
            status,
            is_listed: false,
            regions: BTreeMap::new(),
            access_points: None,
            ..Self::read()
        }
    }

    pub(crate) fn own(mut self, resource: Resource, check: &'static str, said: Said) -> Self {
        self.own.push((resource, check, said));
        self
    }

    pub(crate) fn bucket(mut self, name: &str, says: &[(&'static str, Said)]) -> Self {
        self.buckets.insert(name.to_owned(), says.iter().copied().collect());
        self
    }
}

/// A run, by account.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) accounts: BTreeMap<&'static str, Account>,
    pub(crate) checks: Vec<&'static str>,
    pub(crate) is_complete: bool,
    pub(crate) leaves_out: bool,
}

pub(crate) const ONE: &str = "111111111111";
pub(crate) const TWO: &str = "222222222222";
pub(crate) const CHECK: &str = "s3-a";
pub(crate) const OTHER: &str = "s3-b";

impl Plan {
    pub(crate) fn of<const N: usize>(accounts: [(&'static str, Account); N]) -> Self {
        Self {
            accounts: accounts.into(),
            checks: vec![CHECK, OTHER],
            is_complete: true,
            leaves_out: false,
        }
    }

    pub(crate) fn run(&self) -> Sample {
        let mut sample = sample_assessment();
        sample.coverage.clear();
        sample.findings.clear();
        for (id, account) in &self.accounts {
            let id = account_id(id);
            sample.coverage.extend(coverage(&id, account));
            for (resource, check, said) in &account.own {
                sample.findings.push(finding(resource.clone(), check, *said));
            }
            for (name, says) in &account.buckets {
                for (check, said) in says {
                    sample.findings.push(finding(bucket(id.as_str(), name), check, *said));
                }
            }
        }
        let mut counts = VerdictCounts::default();
        sample.findings.iter().for_each(|finding| counts.add_finding(finding));
        sample.summary.counts = counts;
        let tally = |check: &&str| CheckTally {
            check: CheckId::new(*check).expect("an id"),
            counts: VerdictCounts::default(),
        };
        sample.summary.checks = self.checks.iter().map(tally).collect();
        sample.summary.account_listing_gap = (!self.is_complete).then(|| Gap::new(GapCause::Denied, "said"));
        if self.leaves_out {
            sample.run.sources_left_out = vec![ServiceSource::AccessPoints.key().to_owned()];
        }
        sample
    }
}

pub(crate) fn account_id(id: &str) -> AccountId {
    AccountId::new(id).expect("an account id")
}

pub(crate) fn region_name(name: &str) -> RegionName {
    RegionName::new(name).expect("a region")
}

pub(crate) fn bucket(account: &str, name: &str) -> Resource {
    Resource::Bucket {
        account: account_id(account),
        name: BucketName::new(name).expect("a name"),
        partition: Partition::Aws,
        region: None,
    }
}

pub(crate) fn of_account(account: &str) -> Resource {
    Resource::Account {
        account: account_id(account),
    }
}

pub(crate) fn of_region(account: &str, region: &str) -> Resource {
    Resource::Region {
        account: account_id(account),
        region: region_name(region),
    }
}

pub(crate) fn access_point(account: &str, name: &str, region: &str) -> Resource {
    Resource::AccessPoint {
        account: account_id(account),
        name: name.to_owned(),
        arn: format!("arn:aws:s3:{region}:{account}:accesspoint/{name}"),
        region: Some(region_name(region)),
    }
}

pub(crate) fn of_organization(account: &str, id: &str) -> Resource {
    Resource::Organization {
        account: account_id(account),
        id: id.to_owned(),
    }
}

fn coverage(id: &AccountId, account: &Account) -> Vec<CoverageRecord> {
    let count = account.buckets.len() as u64;
    let mut records = vec![CoverageRecord::Account(Box::new(AccountCoverage {
        account: id.clone(),
        name: format!("account {id}"),
        organizational_unit: None,
        state: AccountState::Active,
        status: account.status,
        reason: String::new(),
        remedy: String::new(),
        buckets_listed: account.is_listed.then_some(count),
        buckets: BucketCounts {
            assessed: count,
            ..BucketCounts::default()
        },
        reads: ReadCounts::default(),
        gaps: Vec::new(),
    }))];
    for (region, status) in &account.regions {
        records.push(CoverageRecord::Region(RegionCoverage {
            account: id.clone(),
            region: region_name(region),
            status: *status,
            buckets: 0,
        }));
    }
    records.extend(account.access_points.map(|status| {
        CoverageRecord::Source(SourceCoverage {
            account: id.clone(),
            source: ServiceSource::AccessPoints,
            status,
            regions: 1,
            reads: ReadCounts::default(),
            gaps: Vec::new(),
        })
    }));
    records.extend(account.buckets.keys().map(|name| {
        CoverageRecord::Bucket(BucketCoverage {
            account: id.clone(),
            bucket: BucketName::new(name.as_str()).expect("a name"),
            region: None,
            status: BucketStatus::Assessed,
            reads: ReadCounts::default(),
            gaps: Vec::new(),
        })
    }));
    records
}

pub(crate) fn finding(resource: Resource, check: &str, said: Said) -> Finding {
    let (verdict, gap) = match said {
        Said::Pass => (Verdict::Pass, None),
        Said::NotApplicable | Said::NotAsked => (Verdict::NotApplicable, None),
        Said::Fail | Said::Accepted => (Verdict::Fail, None),
        Said::Denied => (Verdict::NotAssessed, Some(GapCause::Denied)),
        Said::LeftOut => (Verdict::NotAssessed, Some(GapCause::NotCollected)),
    };
    Finding {
        check: CheckId::new(check).expect("an id"),
        resource,
        verdict,
        severity: Severity::High,
        message: "It is so.".to_owned(),
        evidence: match said {
            Said::NotAsked | Said::LeftOut => Vec::new(),
            _ => vec![EvidenceReference {
                state: EvidenceState::Present,
                source: Source::not_called(Operation::named("s3.GetBucketAcl")),
                of: None,
            }],
        },
        gap: gap.map(|cause| match said {
            Said::LeftOut => Gap::new(cause, "the run holds no reading of S3 access points in eu-central-1"),
            _ => Gap::new(cause, "said"),
        }),
        exception: (said == Said::Accepted).then(|| AppliedException {
            id: "one".to_owned(),
            effect: ExceptionEffect::Accepted,
            owner: String::new(),
            reason: String::new(),
            ticket: String::new(),
            expires: jiff::civil::date(2027, 1, 31),
            tags: None,
            gap: None,
        }),
    }
}
