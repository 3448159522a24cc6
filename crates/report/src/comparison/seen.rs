//! The coverage of two runs side by side, as a stream: what changed in what they could see, thing by thing.
//!
//! Only what belongs to one account is held. Where one of the runs does not name an account, a region or a bucket, it says why:
//! only a list that was read to its end shows that something is not there.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use s3attest_model::coverage::{
    AccountCoverage, BucketStatus, CoverageRecord, OrganizationCoverage, RegionStatus, SourceStatus,
};
use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::identifiers::{AccountId, BucketName, RegionName};
use s3attest_model::services::ServiceSource;

use super::absence::{Absence, Horizon, Sight};
use super::coverage::{AccountCoverageChange, OrganizationSourceChange};
use super::side::{are_foreign, organization_of};
use super::sighting::{self, Sighting};
use crate::ahead::Ahead;
use crate::assessed::AssessedRun;
use crate::error::ReportError;

/// What changed in what could be seen of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CoverageChange {
    /// A source that is read once for the run.
    Organization(OrganizationSourceChange),
    /// An account.
    Account(AccountCoverageChange),
    /// A region of an account.
    Region(Moved<RegionName, RegionStatus>),
    /// A source of an account that both runs name.
    Source(Moved<ServiceSource, SourceStatus>),
    /// A bucket; unchanged ones come too, since their number belongs to the coverage.
    Bucket(Moved<BucketName, BucketStatus>),
}

/// A part of an account in the coverage of both runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved<T, S> {
    /// The account.
    pub account: AccountId,
    /// Its name; empty when neither run knows it.
    pub account_name: Rc<str>,
    /// The region, the source or the bucket.
    pub what: T,
    /// How far it was read before; `None` when the earlier run does not name it.
    pub before: Option<S>,
    /// How far it was read; `None` when the later run does not name it.
    pub after: Option<S>,
    /// Why one of the runs does not name it; `None` when both do.
    pub absence: Option<Absence>,
    /// In which direction; `None` when it stands as it stood.
    pub sighting: Option<Sighting>,
}

/// What changed between the coverage of two runs, and every bucket: first what is read once for the run; then by account the
/// account, its regions, its sources, and its buckets by name.
pub fn coverage_changes<'run, R: AssessedRun>(
    earlier: &'run R,
    later: &'run R,
) -> Result<CoverageSteps<'run, R>, ReportError<R::Error>> {
    let is_foreign = are_foreign(organization_of(earlier)?.as_deref(), organization_of(later)?.as_deref());
    let mut steps = CoverageSteps {
        earlier: Half::open(earlier, is_foreign)?,
        later: Half::open(later, is_foreign)?,
        account: None,
        account_name: Rc::from(""),
        last_account: None,
        ready: VecDeque::new(),
        is_over: false,
    };
    steps.organization()?;
    Ok(steps)
}

/// The stream of what changed in what two runs could see.
pub struct CoverageSteps<'run, R: AssessedRun> {
    earlier: Half<'run, R>,
    later: Half<'run, R>,
    /// The account at hand, of which the buckets are still to come.
    account: Option<AccountId>,
    account_name: Rc<str>,
    last_account: Option<AccountId>,
    ready: VecDeque<CoverageChange>,
    is_over: bool,
}

impl<R: AssessedRun> Iterator for CoverageSteps<'_, R> {
    type Item = Result<CoverageChange, ReportError<R::Error>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(change) = self.ready.pop_front() {
                return Some(Ok(change));
            }
            if self.is_over {
                return None;
            }
            if let Err(error) = self.advance() {
                self.is_over = true;
                return Some(Err(error));
            }
        }
    }
}

impl<R: AssessedRun> CoverageSteps<'_, R> {
    /// Takes one bucket, or begins one account, or ends.
    fn advance(&mut self) -> Result<(), ReportError<R::Error>> {
        if let Some(account) = self.account.clone() {
            let next = [self.earlier.next_bucket(&account)?, self.later.next_bucket(&account)?];
            match next.into_iter().flatten().min() {
                Some(bucket) => self.bucket(account, bucket)?,
                None => self.account = None,
            }
            return Ok(());
        }
        let next = [self.earlier.next_account()?, self.later.next_account()?];
        let Some(account) = next.into_iter().flatten().min() else {
            self.is_over = true;
            return Ok(());
        };
        if self.last_account.as_ref().is_some_and(|last| *last >= account) {
            return Err(ReportError::OutOfOrder {
                stream: "accounts",
                at: account.to_string(),
            });
        }
        self.earlier.enter(&account)?;
        self.later.enter(&account)?;
        let (before, after) = (self.earlier.sight.account.as_ref(), self.later.sight.account.as_ref());
        let mut names = after.iter().chain(&before).map(|account| account.name.as_str());
        self.account_name = Rc::from(names.find(|name| !name.is_empty()).unwrap_or_default());
        let change = account_change(
            before,
            after,
            (&self.earlier.horizon, &self.later.horizon),
            &self.account_name,
        );
        self.ready.extend(change.map(CoverageChange::Account));
        self.regions(&account);
        self.sources(&account);
        self.last_account = Some(account.clone());
        self.account = Some(account);
        Ok(())
    }

    /// What is read once for the run.
    fn organization(&mut self) -> Result<(), ReportError<R::Error>> {
        let (mut before, after) = (self.earlier.organization()?, self.later.organization()?);
        let mut joined: BTreeMap<_, _> = after
            .into_iter()
            .map(|(source, status)| (source, (before.remove(&source), Some(status))))
            .collect();
        joined.extend(
            before
                .into_iter()
                .map(|(source, status)| (source, (Some(status), None))),
        );
        for (source, (before, after)) in joined {
            let omissions = (&self.earlier.horizon.omission, &self.later.horizon.omission);
            if let Some(sighting) = sighting::of_source(source, before, after, omissions) {
                self.ready
                    .push_back(CoverageChange::Organization(OrganizationSourceChange {
                        source,
                        sighting,
                        before,
                        after,
                    }));
            }
        }
        Ok(())
    }

    fn regions(&mut self, account: &AccountId) {
        let (before, after) = (&self.earlier.sight.regions, &self.later.sight.regions);
        let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let (before, after) = (before.get(name).copied(), after.get(name).copied());
            let absence = match (before, after) {
                (None, _) => Some(self.earlier.sight.of_region(&self.earlier.horizon)),
                (_, None) => Some(self.later.sight.of_region(&self.later.horizon)),
                (Some(_), Some(_)) => None,
            };
            if let Some(sighting) = sighting::of_region(before, after, absence) {
                self.ready.push_back(CoverageChange::Region(Moved {
                    account: account.clone(),
                    account_name: Rc::clone(&self.account_name),
                    what: name.clone(),
                    before,
                    after,
                    absence,
                    sighting: Some(sighting),
                }));
            }
        }
    }

    fn sources(&mut self, account: &AccountId) {
        let omissions = (&self.earlier.horizon.omission, &self.later.horizon.omission);
        for source in ServiceSource::ALL {
            let status = |half: &Half<'_, R>| half.sight.sources.get(source).map(|covered| covered.status);
            let (Some(before), Some(after)) = (status(&self.earlier), status(&self.later)) else {
                continue;
            };
            if let Some(sighting) = sighting::of_source(*source, Some(before), Some(after), omissions) {
                self.ready.push_back(CoverageChange::Source(Moved {
                    account: account.clone(),
                    account_name: Rc::clone(&self.account_name),
                    what: *source,
                    before: Some(before),
                    after: Some(after),
                    absence: None,
                    sighting: Some(sighting),
                }));
            }
        }
    }

    fn bucket(&mut self, account: AccountId, bucket: BucketName) -> Result<(), ReportError<R::Error>> {
        let before = self.earlier.bucket(&account, &bucket)?;
        let after = self.later.bucket(&account, &bucket)?;
        let absence = match (before, after) {
            (None, _) => Some(self.earlier.sight.of_bucket(&self.earlier.horizon)),
            (_, None) => Some(self.later.sight.of_bucket(&self.later.horizon)),
            (Some(_), Some(_)) => None,
        };
        self.ready.push_back(CoverageChange::Bucket(Moved {
            account,
            account_name: Rc::clone(&self.account_name),
            what: bucket,
            before,
            after,
            absence,
            sighting: sighting::of_bucket(before, after, absence),
        }));
        Ok(())
    }
}

/// The coverage of one of the runs.
struct Half<'run, R: AssessedRun> {
    coverage: Ahead<Box<dyn Iterator<Item = Result<CoverageRecord, R::Error>> + 'run>>,
    horizon: Horizon,
    /// What the run could see of the account at hand.
    sight: Sight,
}

impl<'run, R: AssessedRun> Half<'run, R> {
    fn open(run: &'run R, is_foreign: bool) -> Result<Self, ReportError<R::Error>> {
        Ok(Self {
            coverage: Ahead::new(Box::new(run.coverage().map_err(ReportError::Run)?)),
            horizon: Horizon::of(run, is_foreign),
            sight: Sight::default(),
        })
    }

    fn organization(&mut self) -> Result<BTreeMap<ServiceSource, SourceStatus>, ReportError<R::Error>> {
        let mut sources = BTreeMap::new();
        let is_here = |record: &CoverageRecord| record.account().is_none();
        while let Some(record) = self.coverage.next_if(is_here).map_err(ReportError::Run)? {
            if let CoverageRecord::Organization(OrganizationCoverage { source, status, .. }) = record {
                sources.insert(source, status);
            }
        }
        Ok(sources)
    }

    fn next_account(&mut self) -> Result<Option<AccountId>, ReportError<R::Error>> {
        let Some(record) = self.coverage.peek().map_err(ReportError::Run)? else {
            return Ok(None);
        };
        match record.account() {
            Some(account) => Ok(Some(account.clone())),
            None => Err(ReportError::OutOfOrder {
                stream: "coverage",
                at: "the organization".to_owned(),
            }),
        }
    }

    /// Takes what the run could see of an account but its buckets.
    fn enter(&mut self, account: &AccountId) -> Result<(), ReportError<R::Error>> {
        self.sight = Sight::default();
        let is_here =
            |record: &CoverageRecord| record.account() == Some(account) && !matches!(record, CoverageRecord::Bucket(_));
        while let Some(record) = self.coverage.next_if(is_here).map_err(ReportError::Run)? {
            self.sight.take(record);
        }
        Ok(())
    }

    fn next_bucket(&mut self, account: &AccountId) -> Result<Option<BucketName>, ReportError<R::Error>> {
        Ok(match self.coverage.peek().map_err(ReportError::Run)? {
            Some(CoverageRecord::Bucket(bucket)) if bucket.account == *account => Some(bucket.bucket.clone()),
            Some(_) | None => None,
        })
    }

    fn bucket(
        &mut self,
        account: &AccountId,
        name: &BucketName,
    ) -> Result<Option<BucketStatus>, ReportError<R::Error>> {
        let is_here = |record: &CoverageRecord| matches!(record, CoverageRecord::Bucket(bucket) if bucket.account == *account && bucket.bucket == *name);
        Ok(match self.coverage.next_if(is_here).map_err(ReportError::Run)? {
            Some(CoverageRecord::Bucket(bucket)) => Some(bucket.status),
            Some(_) | None => None,
        })
    }
}

fn account_change(
    before: Option<&AccountCoverage>,
    after: Option<&AccountCoverage>,
    horizons: (&Horizon, &Horizon),
    name: &str,
) -> Option<AccountCoverageChange> {
    let sighting = sighting::of_account(before, after, horizons)?;
    let absence = match (before, after) {
        (None, _) => Some(horizons.0.of_account()),
        (_, None) => Some(horizons.1.of_account()),
        (Some(_), Some(_)) => None,
    };
    let (reason, remedy) = match (after, &horizons.1.listing_gap) {
        (Some(account), _) => (account.reason.clone(), account.remedy.clone()),
        (None, Some(gap)) if absence == Some(Absence::AccountsNotListed) => not_listed(gap),
        (None, _) => (String::new(), String::new()),
    };
    Some(AccountCoverageChange {
        account: after.or(before)?.account.clone(),
        name: name.to_owned(),
        sighting,
        before: before.map(|account| account.status),
        after: after.map(|account| account.status),
        buckets_before: before.and_then(|account| account.buckets_listed),
        buckets_after: after.and_then(|account| account.buckets_listed),
        absence,
        reason,
        remedy,
    })
}

/// Why an account is not named by a run whose list of accounts is incomplete, and what to do about it.
fn not_listed(gap: &Gap) -> (String, String) {
    let reason = format!(
        "The list of accounts is incomplete and does not hold the account: {}. {}",
        gap.cause.phrase(),
        gap.detail
    );
    let remedy = if gap.cause == GapCause::Denied {
        "Allow organizations:ListAccounts to the caller and run again."
    } else {
        "Run again when the list of accounts can be read to its end."
    };
    (reason.trim_end().to_owned(), remedy.to_owned())
}
