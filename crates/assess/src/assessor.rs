//! Judges a snapshot account by account and bucket by bucket, in constant memory.
//!
//! Three passes over the accounts, each in the order of ids: [`Survey`](crate::survey::Survey),
//! [`IndexBuilder`](crate::index::IndexBuilder), and this one. Findings and coverage leave through a [`Sink`] as soon as
//! they are made. The assessor does not know where records come from or where findings go.

mod own;

use std::collections::BTreeMap;

use own::OwnResource;
use s3attest_model::access::BucketAccess;
use s3attest_model::account::{AccountFacts, BucketListing};
use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::bucket::Bucket;
use s3attest_model::control::{Baseline, ControlAssessment, ControlMatrixRecord};
use s3attest_model::coverage::CoverageRecord;
use s3attest_model::evidence::Evidence;
use s3attest_model::finding::{Finding, Resource, Verdict};
use s3attest_model::identifiers::{AccountId, CheckId};
use s3attest_model::organization::{Account, Selection};
use s3attest_model::services::ServiceRecord;

use crate::access_record;
use crate::check::{Check, Judge};
use crate::coverage::{self, AccountReads, OrganizationReads};
use crate::effective::EffectiveCell;
use crate::exceptions::{Concerning, Exceptions, Ledger};
use crate::frameworks::{AccountInScope, CheckSlot, Framework, Notes, RollUp};
use crate::index::BucketIndex;
use crate::judgement::Judgement;
use crate::organization::OrganizationEvidence;
use crate::parameters::Parameters;
use crate::runner;
use crate::services::{AcrossAccounts, ServicesView};
use crate::summary::Totals;
use crate::trail::{Trail, Unknown};
use crate::units::UnitPaths;
use crate::views::{BucketView, OrganizationView, PolicyCell};

/// Takes findings and coverage as they are made.
pub trait Sink {
    /// Why a record could not be taken; ends the assessment.
    type Error;

    /// Takes a finding. Findings come by account; of each account first its own, with those of its
    /// organization, its regions and its access points, then those of its buckets.
    fn finding(&mut self, finding: Finding) -> Result<(), Self::Error>;

    /// Takes a record of coverage, in the order of `coverage.ndjson`.
    fn coverage(&mut self, record: CoverageRecord) -> Result<(), Self::Error>;

    /// Takes what a framework's controls come to in a part of the organization: each account as it ends, the
    /// organizational units at the end of the assessment.
    fn controls(&mut self, record: ControlMatrixRecord) -> Result<(), Self::Error>;

    /// Takes who reaches a bucket: one record for each bucket that is judged, after its findings.
    fn access(&mut self, record: BucketAccess) -> Result<(), Self::Error>;
}

/// What an assessment rests on besides the records that stream by.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The checks to run, by id.
    pub checks: &'a [&'static Check],
    /// What the organization asks for.
    pub parameters: &'a Parameters,
    /// The frameworks, at least one; the first is the one by which a report is ordered.
    pub frameworks: &'a [&'a Framework],
    /// The baseline that was selected; `None` for every control.
    pub baseline: Option<Baseline>,
    /// What an assessor wrote about controls.
    pub notes: &'a Notes,
    /// The paths of the organizational units.
    pub units: &'a UnitPaths,
    /// Buckets that others refer to, from the second pass.
    pub index: &'a BucketIndex,
    /// What each account's reads came to, from the first pass.
    pub reads: &'a BTreeMap<AccountId, AccountReads>,
    /// What services said that reaches across accounts, from the first pass.
    pub across: &'a AcrossAccounts,
    /// What is known of the organization as a whole.
    pub organization: &'a OrganizationEvidence,
    /// The exceptions; `None` when the judgement is given none.
    pub exceptions: Option<&'a Exceptions>,
}

/// What a snapshot holds of one account beside its buckets.
#[derive(Debug, Clone, Copy)]
pub struct AccountRecords<'a> {
    /// The account as a whole.
    pub facts: &'a AccountFacts,
    /// What its services said.
    pub services: &'a [ServiceRecord],
}

/// What a summary says of how it came to be.
#[derive(Debug, Clone)]
pub struct Provenance {
    /// The version of the program.
    pub tool_version: String,
    /// SHA-256 of the configuration, in hexadecimal.
    pub configuration_digest: String,
}

/// A check with what would otherwise be looked up for every bucket.
#[derive(Debug)]
struct Running {
    check: &'static Check,
    id: CheckId,
    /// Its place in the roll-up of each framework.
    slots: Vec<CheckSlot>,
}

/// The third pass: judges what streams by.
#[derive(Debug)]
pub struct Assessor<'a> {
    basis: Basis<'a>,
    checks: Vec<Running>,
    /// One for each framework.
    roll_ups: Vec<RollUp<'a>>,
    totals: Totals,
    exceptions: Ledger<'a>,
    no_reads: AccountReads,
    /// Whether buckets of the account that was taken up last are judged.
    takes_buckets: bool,
    /// What belongs to the account as a whole, by ARN.
    own: BTreeMap<String, OwnResource>,
}

impl<'a> Assessor<'a> {
    /// An assessor before its first account.
    #[must_use]
    pub fn new(basis: Basis<'a>) -> Self {
        let ids: Vec<CheckId> = basis.checks.iter().map(|check| check.check_id()).collect();
        let scopes = || ids.iter().zip(basis.checks.iter().map(|check| check.scope()));
        let mut roll_ups: Vec<RollUp<'a>> = basis
            .frameworks
            .iter()
            .map(|framework| RollUp::new(framework, scopes()))
            .collect();
        let mut exceptions = Ledger::new(basis.exceptions, &ids);
        if basis.organization.listing.as_gap().is_some() {
            roll_ups.iter_mut().for_each(RollUp::withhold);
            exceptions.accounts_are_missing();
        }
        let checks = basis
            .checks
            .iter()
            .zip(&ids)
            .map(|(check, id)| Running {
                check,
                id: id.clone(),
                slots: roll_ups.iter().map(|roll_up| roll_up.slot_of(id)).collect(),
            })
            .collect();
        Self {
            basis,
            checks,
            roll_ups,
            totals: Totals::new(ids),
            exceptions,
            no_reads: AccountReads::default(),
            takes_buckets: false,
            own: BTreeMap::new(),
        }
    }

    fn organization(&self) -> OrganizationView<'a> {
        OrganizationView {
            evidence: self.basis.organization,
            across: self.basis.across,
            parameters: self.basis.parameters,
        }
    }

    /// Says how far the sources were read that are read once for the run, before the first account.
    pub fn organization_coverage<S: Sink>(&self, reads: &OrganizationReads, sink: &mut S) -> Result<(), S::Error> {
        for covered in coverage::of_organization(reads) {
            sink.coverage(CoverageRecord::Organization(covered))?;
        }
        Ok(())
    }

    /// Takes up the next account of the organization, by id. `records` is `None` when the snapshot holds nothing of it.
    ///
    /// An account in scope that was not reached gets findings that say so; one out of scope gets coverage alone, and
    /// buckets of it that a snapshot holds all the same are left aside: the coverage says why.
    pub fn account<S: Sink>(
        &mut self,
        account: &Account,
        records: Option<AccountRecords<'_>>,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        self.end_account(sink)?;
        let basis = self.basis;
        let records = match account.selection {
            Selection::Selected => records,
            Selection::Excluded(_) | Selection::NotActive | Selection::Undecided(_) => None,
        };
        let facts = records.map(|records| records.facts);
        self.takes_buckets = facts.is_some();
        let reads = match facts {
            Some(facts) => basis.reads.get(&facts.account).unwrap_or(&self.no_reads),
            None => &self.no_reads,
        };
        let covered = coverage::of_account(account, facts, reads);
        let regions = facts
            .map(|facts| coverage::of_regions(facts, reads))
            .unwrap_or_default();
        let status = covered.status;
        let in_scope = status.is_in_scope();
        let all_listed = facts.is_some_and(|facts| facts.bucket_listing.as_gap().is_none());
        self.exceptions.account(&account.id, in_scope, in_scope && all_listed);
        self.totals.account(&covered);
        sink.coverage(CoverageRecord::Account(Box::new(covered)))?;
        for region in regions {
            self.totals.region(&region);
            sink.coverage(CoverageRecord::Region(region))?;
        }
        // An account that was not entered says so itself, and has no sources to speak of.
        match facts.filter(|facts| facts.access.as_gap().is_none()) {
            Some(facts) => {
                for source in coverage::of_sources(&facts.account, reads) {
                    self.totals.source(&source);
                    sink.coverage(CoverageRecord::Source(source))?;
                }
            }
            None => self.totals.without_sources(status),
        }
        if !in_scope {
            return Ok(());
        }
        self.begin_account(account, facts);
        if basis.organization.speaker() == Some(&account.id) {
            self.judge_organization(&account.id, sink)?;
        }
        match records {
            Some(records) if records.facts.access.as_gap().is_none() => self.judge_account(account, records, sink)?,
            Some(_) | None => self.withhold_account(account, facts, sink)?,
        }
        self.settle_own();
        Ok(())
    }

    fn begin_account(&mut self, account: &Account, facts: Option<&AccountFacts>) {
        let listing = facts.map(|facts| &facts.bucket_listing);
        let in_scope = AccountInScope {
            account: account.id.clone(),
            units: self.basis.units.above(account),
            is_seen_whole: listing.is_some_and(|listing| listing.as_gap().is_none()),
            has_certainly_no_bucket: listing.is_some_and(is_certainly_empty),
        };
        for roll_up in &mut self.roll_ups {
            roll_up.begin_account(in_scope.clone());
        }
    }

    fn end_resource(&mut self) {
        self.roll_ups.iter_mut().for_each(RollUp::end_resource);
    }

    /// Ends the account that was taken up last, if it was in scope.
    fn end_account<S: Sink>(&mut self, sink: &mut S) -> Result<(), S::Error> {
        for roll_up in &mut self.roll_ups {
            if let Some(record) = roll_up.end_account() {
                sink.controls(record)?;
            }
        }
        Ok(())
    }

    /// Judges a bucket of the account that was taken up last; `records` are that account's.
    pub fn bucket<S: Sink>(
        &mut self,
        records: AccountRecords<'_>,
        bucket: &Bucket,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        if !self.takes_buckets {
            return Ok(());
        }
        let facts = records.facts;
        let policy = PolicyCell::default();
        let effective = EffectiveCell::default();
        let view = BucketView {
            bucket,
            settings: &bucket.settings,
            account: facts,
            services: ServicesView::new(facts, records.services),
            index: self.basis.index,
            organization: self.organization(),
            parameters: self.basis.parameters,
            policy: &policy,
            effective: &effective,
        };
        sink.coverage(CoverageRecord::Bucket(coverage::of_bucket(bucket)))?;
        let resource = Resource::Bucket {
            account: bucket.account.clone(),
            name: bucket.name.clone(),
            partition: facts.partition,
            region: coverage::region_of(&bucket.region).cloned(),
        };
        let mut concerning = self.exceptions.concerning(&resource, Some(&bucket.settings.tagging));
        for position in 0..self.checks.len() {
            let Judge::Bucket(judge) = self.checks[position].check.judge else {
                continue;
            };
            let mut trail = Trail::new();
            let said = judge(&view, &mut trail);
            let finding = self.find(position, resource.clone(), said, trail);
            let (verdict, is_accepted) = self.conclude(position, finding, &mut concerning, sink)?;
            self.count(position, verdict, is_accepted);
        }
        self.exceptions.settle(&concerning);
        self.end_resource();
        sink.access(access_record::of_bucket(&view))
    }

    fn find(
        &self,
        position: usize,
        resource: Resource,
        said: Result<Judgement, Unknown<'_>>,
        trail: Trail<'_>,
    ) -> Finding {
        let running = &self.checks[position];
        runner::finding(running.check, running.id.clone(), resource, said, trail)
    }

    /// Counts a verdict on the resource at hand for the controls.
    fn count(&mut self, position: usize, verdict: Verdict, is_accepted: bool) {
        let slots = &self.checks[position].slots;
        for (roll_up, slot) in self.roll_ups.iter_mut().zip(slots) {
            roll_up.add_at(*slot, verdict, is_accepted);
        }
    }

    /// Lays exceptions over a finding and hands it on; says its verdict and whether it is accepted.
    fn conclude<S: Sink>(
        &mut self,
        position: usize,
        mut finding: Finding,
        concerning: &mut Concerning,
        sink: &mut S,
    ) -> Result<(Verdict, bool), S::Error> {
        self.exceptions.lay(concerning, position, &mut finding);
        let said = (finding.verdict, finding.is_accepted());
        self.totals.finding(position, &finding);
        sink.finding(finding)?;
        Ok(said)
    }

    /// The assessment in numbers, and every control of the frameworks, in their order.
    pub fn finish<S: Sink>(
        mut self,
        provenance: Provenance,
        sink: &mut S,
    ) -> Result<(AssessmentSummary, Vec<ControlAssessment>), S::Error> {
        self.end_account(sink)?;
        let basis = self.basis;
        let gap = basis.organization.listing.as_gap().cloned();
        let frameworks = basis.frameworks.iter().map(|framework| framework.information());
        let mut summary = self
            .totals
            .summary(provenance, frameworks.collect(), basis.baseline, gap);
        summary.exceptions = self.exceptions.finish();
        let mut controls = Vec::new();
        for roll_up in self.roll_ups {
            let (of_framework, units) = roll_up.finish();
            for record in units {
                sink.controls(record)?;
            }
            controls.extend(of_framework.into_iter().map(|control| annotate(&basis, control)));
        }
        Ok((summary, controls))
    }
}

/// Puts beside a control what its verdicts do not say: who has to see to it, what the organization defined for it, what an
/// assessor wrote.
fn annotate(basis: &Basis<'_>, control: ControlAssessment) -> ControlAssessment {
    let framework = basis
        .frameworks
        .iter()
        .find(|framework| framework.id() == control.framework);
    let responsibility = framework.and_then(|framework| {
        let entry = framework.catalogue().find(&control.control)?;
        framework.responsibility_of(entry).cloned()
    });
    ControlAssessment {
        responsibility,
        parameters: basis.parameters.of_control(&control.framework, &control.control),
        note: basis.notes.of_control(&control.framework, &control.control).cloned(),
        ..control
    }
}

/// Whether a list of buckets is complete and empty.
fn is_certainly_empty(listing: &Evidence<BucketListing>) -> bool {
    matches!(listing.known(), Ok(Some(listing)) if listing.count == 0)
}
