//! What one account answered, condensed: a state for each source, and a line for each thing that was refused.

use std::collections::BTreeMap;

use s3attest_assess::coverage::{Nothing, nothing_to_read};
use s3attest_collect::Trial;
use s3attest_model::bucket::SettingState;
use s3attest_model::evidence::{BlockedBy, Evidence, Gap, GapCause, Observed, Operation, Source};
use s3attest_model::identifiers::RegionName;
use s3attest_model::organization::Account;
use s3attest_model::services::{Facts as _, ServiceSource};
use serde::{Serialize, Serializer};

use crate::output::plain;

use super::advice::Refusal;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    /// Whether the account can be entered.
    Role,
    /// Its regions, its list of buckets, its public access block.
    Account,
    /// The settings of one bucket.
    BucketSettings,
    /// A source.
    Source(ServiceSource),
}

impl Column {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Account => "account",
            Self::BucketSettings => "bucket-settings",
            Self::Source(source) => source.key(),
        }
    }
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

/// What came of a source in one account; the later one is the worse, and the worst piece of evidence decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// There was nothing to ask about, so nothing is known.
    NothingToAsk,
    /// Everything that was asked was answered.
    Allowed,
    /// The account is not subscribed to the service, or its support plan does not include it.
    NotSubscribed,
    /// AWS does not offer it there, or tells it to another account only.
    NotOffered,
    /// The region is not enabled.
    RegionOff,
    /// Something else is in the way; the details say what.
    OtherGap,
    /// Denied, and AWS does not say by what.
    Denied,
    /// Denied by a VPC endpoint policy.
    DeniedByEndpointPolicy,
    /// Denied by the session policy.
    DeniedBySessionPolicy,
    /// Denied by a resource-based policy.
    DeniedByResourcePolicy,
    /// Denied by a permissions boundary.
    DeniedByBoundary,
    /// Denied by an identity policy, or for want of one that allows.
    DeniedByIdentityPolicy,
    /// Denied by a resource control policy.
    DeniedByResourceControlPolicy,
    /// Denied by a service control policy.
    DeniedByServiceControlPolicy,
    /// The account could not be entered.
    NoSession,
}

impl State {
    /// The state of a gap. That there is nothing to read is decided where the coverage is, so that both say the same.
    fn of_gap(operation: &Operation, gap: &Gap) -> Self {
        match nothing_to_read(operation, gap.cause) {
            Some(Nothing::NotSubscribed) => return Self::NotSubscribed,
            Some(Nothing::NotOffered | Nothing::Elsewhere) => return Self::NotOffered,
            None => {}
        }
        match (gap.cause, gap.blocked_by) {
            (GapCause::NoSession, _) => Self::NoSession,
            (GapCause::RegionOff, _) => Self::RegionOff,
            (GapCause::Denied, None | Some(BlockedBy::Unknown)) => Self::Denied,
            (GapCause::Denied, Some(BlockedBy::EndpointPolicy)) => Self::DeniedByEndpointPolicy,
            (GapCause::Denied, Some(BlockedBy::SessionPolicy)) => Self::DeniedBySessionPolicy,
            (GapCause::Denied, Some(BlockedBy::ResourcePolicy)) => Self::DeniedByResourcePolicy,
            (GapCause::Denied, Some(BlockedBy::PermissionsBoundary)) => Self::DeniedByBoundary,
            (GapCause::Denied, Some(BlockedBy::IdentityPolicy)) => Self::DeniedByIdentityPolicy,
            (GapCause::Denied, Some(BlockedBy::ResourceControlPolicy)) => Self::DeniedByResourceControlPolicy,
            (GapCause::Denied, Some(BlockedBy::ServiceControlPolicy)) => Self::DeniedByServiceControlPolicy,
            _ => Self::OtherGap,
        }
    }

    /// Whether nothing that somebody could mend is in the way of reading the source.
    pub(super) fn is_healthy(self) -> bool {
        self <= Self::NotOffered
    }

    /// The state in at most four letters, and what these stand for.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NothingToAsk => ("-", "nothing to ask about, so nothing is known"),
            Self::Allowed => ("ok", "everything that was asked was answered"),
            Self::NotSubscribed => ("none", "not subscribed, or not in the support plan"),
            Self::NotOffered => ("n/a", "AWS does not offer some of it there, or not to this account"),
            Self::RegionOff => ("off", "the region is not enabled"),
            Self::OtherGap => ("gap", "something else is in the way, as said below"),
            Self::Denied => ("DENY", "denied, and AWS does not say by what"),
            Self::DeniedByEndpointPolicy => ("VPCE", "denied by a VPC endpoint policy"),
            Self::DeniedBySessionPolicy => ("SESS", "denied by the session policy"),
            Self::DeniedByResourcePolicy => ("RES", "denied by a resource-based policy"),
            Self::DeniedByBoundary => ("BND", "denied by a permissions boundary"),
            Self::DeniedByIdentityPolicy => ("IAM", "denied by an identity policy, or none allows it"),
            Self::DeniedByResourceControlPolicy => ("RCP", "denied by a resource control policy"),
            Self::DeniedByServiceControlPolicy => ("SCP", "denied by a service control policy"),
            Self::NoSession => ("ROLE", "the account cannot be entered"),
        }
    }
}

/// What one account answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Diagnosis {
    pub(super) account: String,
    pub(super) name: String,
    pub(super) organizational_unit: Option<String>,
    #[serde(serialize_with = "cells_by_key")]
    pub(super) cells: BTreeMap<Column, State>,
}

fn cells_by_key<S: Serializer>(cells: &BTreeMap<Column, State>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(cells.iter().map(|(column, state)| (column.key(), state)))
}

/// Cells and refusals of one account while they are put together.
struct Condensing {
    account: String,
    cells: BTreeMap<Column, State>,
    refusals: Vec<Refusal>,
}

impl Condensing {
    fn note(&mut self, (column, region): (Column, Option<&RegionName>), source: &Source, gap: Option<&Gap>) {
        // What the program was told not to read says nothing.
        if gap.is_some_and(|gap| gap.cause == GapCause::NotCollected) {
            return;
        }
        let state = match gap {
            Some(gap) => State::of_gap(&source.operation, gap),
            None if source.observed_at.is_some() => State::Allowed,
            None => State::NothingToAsk,
        };
        let cell = self.cells.entry(column).or_insert(State::NothingToAsk);
        *cell = state.max(*cell);
        if let Some(gap) = gap {
            self.refusals
                .push(Refusal::new(column, (&self.account, region), source, gap));
        }
    }

    fn evidence<T>(&mut self, column: Column, evidence: &Evidence<T>) {
        self.note((column, None), &evidence.source, evidence.as_gap());
    }
}

impl Diagnosis {
    /// Condenses what came of asking an account.
    pub(super) fn of(trial: &Trial, accounts: &[Account]) -> (Self, Vec<Refusal>) {
        let facts = &trial.facts;
        let mut condensing = Condensing {
            account: facts.account.to_string(),
            cells: BTreeMap::new(),
            refusals: Vec::new(),
        };
        condensing.evidence(Column::Role, &facts.access);
        // Of an account that cannot be entered there is nothing more to say than that.
        if facts.access.as_gap().is_none() {
            condensing.evidence(Column::Account, &facts.regions);
            condensing.evidence(Column::Account, &facts.bucket_listing);
            condensing.evidence(Column::Account, &facts.public_access_block);
            condensing.cells.insert(Column::BucketSettings, State::NothingToAsk);
            for view in trial.bucket.iter().flat_map(|bucket| bucket.settings.views()) {
                let gap = match view.state {
                    SettingState::Gap(gap) => Some(gap),
                    SettingState::Present | SettingState::Absent => None,
                };
                condensing.note((Column::BucketSettings, None), view.source, gap);
            }
            for record in &trial.services {
                let column = Column::Source(record.reading.source());
                condensing.cells.entry(column).or_insert(State::NothingToAsk);
                for fact in record.reading.facts() {
                    condensing.note((column, record.region.as_ref()), fact.source, fact.gap());
                }
            }
        }
        if facts.access.as_gap().is_some() {
            condensing.cells.insert(Column::Role, State::NoSession);
        }
        let known = accounts.iter().find(|account| account.id == facts.account);
        let diagnosis = Self {
            account: condensing.account,
            name: known.map_or_else(String::new, |account| plain(&account.name)),
            organizational_unit: known.and_then(|account| match &account.organizational_unit.observed {
                Observed::Present(path) => Some(plain(path)),
                Observed::Absent | Observed::Gap(_) => None,
            }),
            cells: condensing.cells,
        };
        (diagnosis, condensing.refusals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_missing_is_healthy_where_it_is_missing() {
        use GapCause::{NotOffered, NotSubscribed, OutsideScan};
        for (operation, cause, expected) in [
            ("macie2.GetMacieSession", NotOffered, State::NotOffered),
            ("config.DescribeConfigRules", NotOffered, State::OtherGap),
            ("shield.GetSubscriptionState", NotSubscribed, State::NotSubscribed),
            ("s3.ListBuckets", NotSubscribed, State::OtherGap),
            ("kms.GetKeyPolicy", OutsideScan, State::NotOffered),
            ("kms.DescribeKey", OutsideScan, State::OtherGap),
            ("s3.GetBucketAcl", GapCause::Unsupported, State::OtherGap),
        ] {
            let state = State::of_gap(&Operation::named(operation), &Gap::new(cause, "said"));
            assert_eq!(state, expected, "{operation} {cause}");
            assert_eq!(state.is_healthy(), state != State::OtherGap, "{operation} {cause}");
        }
    }
}
