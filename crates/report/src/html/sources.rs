//! The page of sources: what each is, in how many accounts it was read, and where and why it was not.
//!
//! What could not be read is grouped by its cause. Of an organization of any size it holds a few groups for each source
//! and a few accounts for each group; an account's own page has the rest.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::coverage::{SourceCoverage, SourceGap, SourceStatus, SourceTally};
use s3attest_model::evidence::{BlockedBy, GapCause};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::services::ServiceSource;
use serde::Serialize;

use super::book::{Book, PageError, Sheet};
use super::coverage::{Place, SOURCE_STATUSES, SourceTable, source_places};
use super::evidence::Passage;
use super::places;
use super::words::{self, Mark};
use crate::assessed::AssessedRun;

/// How many accounts a group lists.
const ACCOUNTS: usize = 50;

/// How many regions are listed with one account; its page has them all.
const REGIONS: usize = 6;

/// Why a source has no more to say: a cause with what refused, or that there is no reading of it at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Gap(GapCause, Option<BlockedBy>),
    NoReading,
}

impl Why {
    /// The place in a list that begins with what is missing and ends with what is not there to be read.
    fn rank(self) -> u8 {
        match self {
            Self::Gap(cause, _) if cause.is_not_subscribed() || cause == GapCause::NotOffered => 2,
            Self::Gap(GapCause::NotCollected, _) | Self::NoReading => 1,
            Self::Gap(..) => 0,
        }
    }
}

/// An account in a group.
#[derive(Debug, Serialize)]
struct AccountLine {
    id: String,
    name: String,
    page: String,
    regions: String,
}

/// What met the same obstacle.
#[derive(Debug, Default)]
struct Group {
    accounts: u64,
    first: Vec<AccountLine>,
    regions: BTreeSet<RegionName>,
    /// Reads by operation.
    operations: BTreeMap<String, u64>,
    example: String,
    remedy: String,
}

impl Group {
    fn add(&mut self, account: &AccountId, name: &str, gaps: &[&SourceGap]) {
        let mut regions = BTreeSet::new();
        for gap in gaps {
            *self.operations.entry(gap.tally.operation.to_string()).or_default() += gap.tally.count;
            regions.extend(&gap.regions);
            if self.example.is_empty() {
                self.example.clone_from(&gap.tally.example);
            }
            if self.remedy.is_empty() {
                self.remedy.clone_from(&gap.remedy);
            }
        }
        self.regions.extend(regions.iter().copied().cloned());
        self.accounts += 1;
        if self.first.len() < ACCOUNTS {
            self.first.push(AccountLine {
                id: account.to_string(),
                name: name.to_owned(),
                page: places::account(account, 1),
                regions: some_of(&regions),
            });
        }
    }
}

/// The first of some regions, and how many more there are.
fn some_of(regions: &BTreeSet<&RegionName>) -> String {
    let names: Vec<&str> = regions.iter().take(REGIONS).map(|region| region.as_str()).collect();
    match regions.len() - names.len() {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// The groups of every source, in the making.
#[derive(Debug, Default)]
pub(super) struct Sources {
    groups: BTreeMap<ServiceSource, BTreeMap<Why, Group>>,
}

#[derive(Serialize)]
struct OperationRow {
    operation: String,
    count: u64,
}

#[derive(Serialize)]
struct GroupView {
    phrase: String,
    cause: &'static str,
    refused: Option<&'static str>,
    accounts: u64,
    regions: Vec<String>,
    operations: Vec<OperationRow>,
    example: Option<Passage>,
    remedy: String,
    first: Vec<AccountLine>,
    more: u64,
}

#[derive(Serialize)]
struct SourceSection {
    key: &'static str,
    title: &'static str,
    about: String,
    reach: &'static str,
    places: Vec<Place>,
    is_incomplete: bool,
    not_reached: u64,
    groups: Vec<GroupView>,
}

#[derive(Serialize)]
struct StatusMeaning {
    mark: Mark,
    meaning: &'static str,
}

#[derive(Serialize)]
struct SourcesPage {
    table: SourceTable,
    statuses: Vec<StatusMeaning>,
    not_reached: u64,
    sections: Vec<SourceSection>,
}

impl Sources {
    /// Takes a source's place in the coverage of an account, whose name is short enough for a list.
    pub(super) fn add(&mut self, covered: &SourceCoverage, account_name: &str) {
        let groups = self.groups.entry(covered.source).or_default();
        if covered.status == SourceStatus::NotCollected && covered.gaps.is_empty() {
            let group = groups.entry(Why::NoReading).or_default();
            group.add(&covered.account, account_name, &[]);
        }
        let mut of_account: BTreeMap<Why, Vec<&SourceGap>> = BTreeMap::new();
        for gap in &covered.gaps {
            let why = Why::Gap(gap.tally.cause, gap.tally.blocked_by);
            of_account.entry(why).or_default().push(gap);
        }
        for (why, gaps) in of_account {
            groups
                .entry(why)
                .or_default()
                .add(&covered.account, account_name, &gaps);
        }
    }

    /// Writes the page.
    pub(super) fn write<R: AssessedRun>(mut self, run: &R, book: &Book<'_>) -> Result<(), PageError> {
        let totals = &run.summary().coverage.sources;
        let left_out = &run.run().sources_left_out;
        let sections = totals.iter().map(|tally| {
            let groups = self.groups.remove(&tally.source).unwrap_or_default();
            section(tally, groups, left_out.iter().any(|key| key == tally.source.key()))
        });
        let page = SourcesPage {
            sections: sections.collect(),
            table: SourceTable::new(&run.summary().coverage),
            statuses: SOURCE_STATUSES
                .into_iter()
                .map(|status| StatusMeaning {
                    mark: words::source_status(status),
                    meaning: words::source_meaning(status),
                })
                .chain([
                    StatusMeaning {
                        mark: words::NOT_REACHED,
                        meaning: "the account is in scope and was not entered, so nothing could be asked there",
                    },
                    StatusMeaning {
                        mark: words::OUT_OF_SCOPE,
                        meaning: "the account is suspended, closed or left out, so nothing was to be asked there",
                    },
                ])
                .collect(),
            not_reached: totals.first().map_or(0, |tally| tally.not_reached),
        };
        book.page(
            Sheet {
                template: "pages/sources.hbs",
                path: places::SOURCES,
                title: "Account services",
                section: "sources",
            },
            &page,
        )
    }
}

fn section(tally: &SourceTally, groups: BTreeMap<Why, Group>, is_left_out: bool) -> SourceSection {
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(why, group)| (why.rank(), std::cmp::Reverse(group.accounts), *why));
    SourceSection {
        key: tally.source.key(),
        title: tally.source.title(),
        about: words::about(tally.source),
        reach: words::reach(tally.source.reach()),
        places: source_places(tally),
        is_incomplete: tally.is_incomplete(),
        not_reached: tally.not_reached,
        groups: groups
            .into_iter()
            .map(|(why, group)| view(why, group, is_left_out))
            .collect(),
    }
}

fn view(why: Why, group: Group, is_left_out: bool) -> GroupView {
    let (phrase, cause, blocked_by) = match why {
        Why::Gap(cause, blocked_by) => (cause.phrase(), cause.as_str(), blocked_by),
        Why::NoReading if is_left_out => (GapCause::NotCollected.phrase(), GapCause::NotCollected.as_str(), None),
        Why::NoReading => (
            "the run holds nothing of it, as when it was collected before this source was read",
            GapCause::NotCollected.as_str(),
            None,
        ),
    };
    let remedy = match why {
        Why::NoReading if is_left_out => "Scan without leaving it out.".to_owned(),
        Why::NoReading => "Scan again.".to_owned(),
        Why::Gap(..) => group.remedy,
    };
    GroupView {
        phrase: phrase.to_owned(),
        cause,
        refused: blocked_by.map(words::refused),
        accounts: group.accounts,
        regions: group.regions.iter().map(ToString::to_string).collect(),
        operations: group
            .operations
            .into_iter()
            .map(|(operation, count)| OperationRow { operation, count })
            .collect(),
        example: Passage::of(&group.example),
        remedy,
        more: group.accounts - group.first.len() as u64,
        first: group.first,
    }
}
