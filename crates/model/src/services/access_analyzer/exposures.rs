//! Who reaches a bucket from outside, as all analyzers of a run say together.
//!
//! The analyzer of the bucket's account and that of the organization often find the same access. That is one exposure with
//! two witnesses and not two exposures. What only the account's analyzer says is access by a neighbour in the organization,
//! or access that the organization's analyzer was not there to see.
//!
//! It holds the findings of outside access on buckets that stand in the whole run, and of the archived ones their number, so
//! that memory grows with what is exposed and not with what there is. Nothing here judges; silence is told apart from an
//! analyzer that looked and found nothing ([`Watch`]).

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use super::{Analyzer, ExternalFinding, Monitoring};
use crate::evidence::{Gap, Observed};
use crate::identifiers::{AccountId, RegionName};
use crate::services::{Reading, ServiceRecord};

/// Within which an analyzer takes access for granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZoneOfTrust {
    /// The account: access by every other account is found.
    Account,
    /// The organization: access by accounts outside of it is found.
    Organization,
}

/// Whether analyzers of one zone of trust looked at one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watch {
    /// None was seen where analyzers were listed.
    NoneSeen,
    /// There is one, and it is not active, so that it says nothing; its status.
    Stopped(String),
    /// There may be one, or there is one, and what it says could not be read.
    Unknown(Gap),
    /// One is active, and all that it found was read.
    Read,
}

impl Watch {
    /// What says more stands higher: one analyzer that was read makes up for another that was not, since each sees all of
    /// its zone.
    fn weight(&self) -> u8 {
        match self {
            Self::NoneSeen => 0,
            Self::Stopped(_) => 1,
            Self::Unknown(_) => 2,
            Self::Read => 3,
        }
    }
}

/// What one analyzer says of an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witness<'run> {
    /// The analyzer's ARN.
    pub analyzer: &'run str,
    /// Its zone of trust.
    pub zone: ZoneOfTrust,
    /// What it found.
    pub finding: &'run ExternalFinding,
}

/// Somebody outside who may do something with a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure<'run> {
    /// The principal; `None` when AWS did not say.
    pub principal: Option<&'run BTreeMap<String, String>>,
    /// The condition keys that narrow the access, with their values.
    pub condition: &'run BTreeMap<String, String>,
    /// The actions, sorted; empty when AWS did not say.
    pub actions: Vec<&'run str>,
    /// Who found just these actions, in the order in which the readings were noted.
    pub witnesses: Vec<Witness<'run>>,
}

impl Exposure<'_> {
    /// Whether it is public: yes when one witness says so, no when all say so, and otherwise not known.
    #[must_use]
    pub fn is_public(&self) -> Option<bool> {
        let said = || self.witnesses.iter().map(|witness| witness.finding.is_public);
        if said().any(|public| public == Some(true)) {
            return Some(true);
        }
        said().all(|public| public == Some(false)).then_some(false)
    }

    /// Whether an analyzer of that zone of trust found it.
    #[must_use]
    pub fn is_found_from(&self, zone: ZoneOfTrust) -> bool {
        self.witnesses.iter().any(|witness| witness.zone == zone)
    }
}

/// What all analyzers say of one bucket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BucketExposures<'run> {
    /// Who reaches it, each once.
    pub exposures: Vec<Exposure<'run>>,
    /// Analyzers that could not analyze it: their silence about it says nothing.
    pub not_evaluated: Vec<Witness<'run>>,
    /// How many findings on it were archived, by hand or by an archive rule.
    pub archived: usize,
}

#[derive(Debug)]
struct KnownAnalyzer {
    arn: String,
    zone: ZoneOfTrust,
}

#[derive(Debug, Default)]
struct Held {
    /// The place of the analyzer, and what it found.
    standing: Vec<(usize, ExternalFinding)>,
    archived: usize,
}

/// The findings of outside access of a whole run, by bucket.
#[derive(Debug, Default)]
pub struct Exposures {
    analyzers: Vec<KnownAnalyzer>,
    buckets: HashMap<AccountId, HashMap<String, Held>>,
    without_bucket: usize,
    of_accounts: BTreeMap<(AccountId, RegionName), Watch>,
    of_organization: BTreeMap<RegionName, Watch>,
    /// Accounts without readings; each is a [`Watch::Unknown`].
    not_read: BTreeMap<AccountId, Watch>,
}

impl Exposures {
    /// Notes what Access Analyzer said of one region of an account; every other reading is passed over.
    pub fn note(&mut self, record: &ServiceRecord) {
        let (Reading::AccessAnalyzer(reading), Some(region)) = (&record.reading, &record.region) else {
            return;
        };
        match &reading.analyzers.observed {
            Observed::Present(analyzers) => {
                self.watched(ZoneOfTrust::Account, &record.account, region, Watch::NoneSeen);
                self.watched(ZoneOfTrust::Organization, &record.account, region, Watch::NoneSeen);
                for analyzer in analyzers {
                    self.note_analyzer(analyzer, &record.account, region);
                }
            }
            Observed::Absent => {
                self.watched(ZoneOfTrust::Account, &record.account, region, Watch::NoneSeen);
                self.watched(ZoneOfTrust::Organization, &record.account, region, Watch::NoneSeen);
            }
            // Any account may be the one that the organization's analyzer lives in.
            Observed::Gap(gap) => {
                let unknown = Watch::Unknown(gap.clone());
                self.watched(ZoneOfTrust::Account, &record.account, region, unknown.clone());
                self.watched(ZoneOfTrust::Organization, &record.account, region, unknown);
            }
        }
    }

    /// Notes an account in scope that has no reading of Access Analyzer, such as one that could not be entered, and why.
    ///
    /// Such an account leaves no record to [`note`](Self::note), and may be the one that the organization's analyzer lives
    /// in. Whoever joins a run must therefore name each of them here, or else the organization's watch says "none seen"
    /// where nobody could see.
    pub fn not_read(&mut self, account: &AccountId, gap: &Gap) {
        self.not_read
            .entry(account.clone())
            .or_insert_with(|| Watch::Unknown(gap.clone()));
    }

    fn note_analyzer(&mut self, analyzer: &Analyzer, account: &AccountId, region: &RegionName) {
        // What is not known may look at anything from any zone.
        if let Monitoring::UnknownType { findings } = &analyzer.monitoring {
            if let Some(gap) = findings.as_gap() {
                let unknown = Watch::Unknown(gap.clone());
                self.watched(ZoneOfTrust::Account, account, region, unknown.clone());
                self.watched(ZoneOfTrust::Organization, account, region, unknown);
            }
            return;
        }
        let zone = match analyzer.analyzer_type.as_str() {
            "ACCOUNT" => ZoneOfTrust::Account,
            "ORGANIZATION" => ZoneOfTrust::Organization,
            _ => return,
        };
        let watch = match &analyzer.monitoring {
            Monitoring::External { findings, .. } => match &findings.observed {
                Observed::Present(findings) => {
                    self.note_findings(analyzer, zone, findings);
                    Watch::Read
                }
                // An analyzer that has no list of findings has none; AWS does not answer so.
                Observed::Absent => Watch::Read,
                Observed::Gap(gap) => Watch::Unknown(gap.clone()),
            },
            Monitoring::Internal { .. } | Monitoring::UnusedAccess | Monitoring::UnknownType { .. } => return,
            Monitoring::Stopped => Watch::Stopped(analyzer.status.clone()),
        };
        self.watched(zone, account, region, watch);
    }

    fn note_findings(&mut self, analyzer: &Analyzer, zone: ZoneOfTrust, findings: &[ExternalFinding]) {
        let place = self.analyzers.len();
        self.analyzers.push(KnownAnalyzer {
            arn: analyzer.arn.clone(),
            zone,
        });
        for finding in findings {
            let subject = &finding.subject;
            if subject.status == "RESOLVED" {
                continue;
            }
            let Some(resource) = &subject.resource else {
                self.without_bucket += 1;
                continue;
            };
            let owned = self.buckets.entry(subject.resource_owner_account.clone()).or_default();
            let held = owned.entry(resource.clone()).or_default();
            if subject.status == "ARCHIVED" {
                held.archived += 1;
            } else {
                // Active, or in a status that is not known here and so counts as standing.
                held.standing.push((place, finding.clone()));
            }
        }
    }

    fn watched(&mut self, zone: ZoneOfTrust, account: &AccountId, region: &RegionName, watch: Watch) {
        let known = match zone {
            ZoneOfTrust::Account => self
                .of_accounts
                .entry((account.clone(), region.clone()))
                .or_insert(Watch::NoneSeen),
            ZoneOfTrust::Organization => self.of_organization.entry(region.clone()).or_insert(Watch::NoneSeen),
        };
        if watch.weight() > known.weight() {
            *known = watch;
        }
    }

    /// Whether an analyzer of the account looked at a region of it; `None` when nobody asked, or said why not.
    #[must_use]
    pub fn watch_of_account(&self, account: &AccountId, region: &RegionName) -> Option<&Watch> {
        let known = self.of_accounts.get(&(account.clone(), region.clone()));
        known.or_else(|| self.not_read.get(account))
    }

    /// Whether an analyzer of the organization looked at a region; `None` when nobody asked there. Members do not see it, so
    /// that none was seen is certain only when every account was read: as long as one was [not](Self::not_read), an analyzer
    /// that was not read itself is unknown.
    #[must_use]
    pub fn watch_of_organization(&self, region: &RegionName) -> Option<&Watch> {
        let known = self.of_organization.get(region);
        match self.not_read.values().next() {
            Some(unknown) if known.is_none_or(|known| known.weight() < unknown.weight()) => Some(unknown),
            _ => known,
        }
    }

    /// How many findings stand or were archived that do not name their bucket.
    #[must_use]
    pub fn without_bucket(&self) -> usize {
        self.without_bucket
    }

    /// What all analyzers say of a bucket, by its owner and ARN: a finding on a bucket of the same name that another account
    /// owned before is not about this one.
    #[must_use]
    pub fn of_bucket(&self, owner: &AccountId, arn: &str) -> BucketExposures<'_> {
        let Some(held) = self.buckets.get(owner).and_then(|buckets| buckets.get(arn)) else {
            return BucketExposures::default();
        };
        let witness = |place: usize| {
            let (analyzer, finding) = &held.standing[place];
            let known = &self.analyzers[*analyzer];
            Witness {
                analyzer: &known.arn,
                zone: known.zone,
                finding,
            }
        };
        let mut not_evaluated = Vec::new();
        // For each principal and condition the actions, with all who found them.
        let mut found: BTreeMap<_, BTreeMap<Option<&str>, Vec<usize>>> = BTreeMap::new();
        for (place, (_, finding)) in held.standing.iter().enumerate() {
            if finding.subject.error.is_some() {
                not_evaluated.push(witness(place));
                continue;
            }
            let access = &finding.access;
            let actions = found.entry((access.principal.as_ref(), &access.condition)).or_default();
            let named = access.actions.as_deref().unwrap_or_default();
            if named.is_empty() {
                actions.entry(None).or_default().push(place);
            }
            for action in named {
                let places = actions.entry(Some(action.as_str())).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        let mut exposures = Vec::new();
        for ((principal, condition), actions) in found {
            // Actions that the same witnesses found are one exposure.
            let mut together: BTreeMap<Vec<usize>, Vec<&str>> = BTreeMap::new();
            for (action, places) in actions {
                together.entry(places).or_default().extend(action);
            }
            exposures.extend(together.into_iter().map(|(places, actions)| Exposure {
                principal,
                condition,
                actions,
                witnesses: places.into_iter().map(witness).collect(),
            }));
        }
        BucketExposures {
            exposures,
            not_evaluated,
            archived: held.archived,
        }
    }
}
