//! How far the sources were read that tell of an account as a whole.
//!
//! What the account is not subscribed to, what AWS does not offer in a region or tells another account only, and what the run
//! was told to leave out lowers nothing, and stands beside the rest with its cause all the same.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::coverage::{OrganizationCoverage, ReadCounts, SourceCoverage, SourceGap, SourceStatus};
use s3attest_model::evidence::{Gap, GapCause, Operation};
use s3attest_model::identifiers::{AccountId, RegionName};
use s3attest_model::services::{Fact, ServiceSource};

use super::account::AccountReads;
use super::gaps::{GapCounter, Kind, Nothing, count, kind, nothing_to_read};
use crate::remedy;

/// What the reads of one source in one account came to.
#[derive(Debug, Clone, Default)]
pub(super) struct SourceReads {
    regions: BTreeSet<RegionName>,
    reads: ReadCounts,
    /// Why there was nothing to read of some of it; the want of a subscription says more than the want of the service.
    nothing: Option<Nothing>,
    left_out: bool,
    gaps: GapCounter,
    /// Where each kind of gap was met.
    places: BTreeMap<Kind, BTreeSet<RegionName>>,
}

impl SourceReads {
    /// No reads yet. A source that is read in every region has not been read in full where nobody knows which these are, so
    /// what was asked to find them out, and why it has no answer, counts among its own reads.
    pub(super) fn new(unknown_regions: Option<&(Operation, Gap)>) -> Self {
        let mut new = Self::default();
        if let Some((operation, gap)) = unknown_regions {
            count(&mut new.reads, &mut new.gaps, operation, Some(gap));
        }
        new
    }

    /// Counts the facts of one reading.
    pub(super) fn add(&mut self, region: Option<&RegionName>, facts: &[Fact<'_>]) {
        self.regions.extend(region.cloned());
        for fact in facts {
            let (operation, gap) = (&fact.source.operation, fact.gap());
            count(&mut self.reads, &mut self.gaps, operation, gap);
            let Some(gap) = gap else { continue };
            if let Some(nothing) = nothing_to_read(operation, gap.cause) {
                self.nothing = Some(self.nothing.map_or(nothing, |known| known.min(nothing)));
            }
            if gap.cause == GapCause::NotCollected {
                self.left_out = true;
                self.gaps.add(operation, gap);
            }
            if let Some(region) = region {
                self.places
                    .entry(kind(operation, gap))
                    .or_default()
                    .insert(region.clone());
            }
        }
    }

    pub(super) fn status(&self) -> SourceStatus {
        match (self.reads.answered, self.reads.asked) {
            (0, 0) if self.nothing == Some(Nothing::NotSubscribed) => SourceStatus::NotSubscribed,
            (0, 0) if self.nothing == Some(Nothing::NotOffered) => SourceStatus::NotOffered,
            (0, 0) if self.nothing == Some(Nothing::Elsewhere) => SourceStatus::Unreadable,
            (0, 0) if self.left_out => SourceStatus::NotCollected,
            // Nothing in it had to be asked, as when nothing refers to it.
            (0, 0) => SourceStatus::Read,
            (0, _) => SourceStatus::Unreadable,
            (answered, asked) if answered == asked => SourceStatus::Read,
            _ => SourceStatus::PartlyRead,
        }
    }

    /// The place of a source that is read once for the run.
    pub(super) fn of_organization(&self, source: ServiceSource) -> OrganizationCoverage {
        OrganizationCoverage {
            source,
            status: self.status(),
            reads: self.reads,
            gaps: self.gaps.tallies(),
        }
    }

    fn gaps(&self) -> Vec<SourceGap> {
        let tallies = self.gaps.tallies().into_iter();
        tallies
            .map(|tally| SourceGap {
                regions: self
                    .places
                    .get(&(tally.operation.clone(), tally.cause, tally.blocked_by))
                    .map(|regions| regions.iter().cloned().collect())
                    .unwrap_or_default(),
                remedy: remedy::of_gap(tally.cause, tally.blocked_by),
                tally,
            })
            .collect()
    }
}

/// The places of the sources in the coverage of an account that was entered: every source, also one that was left out.
#[must_use]
pub fn of_sources(account: &AccountId, reads: &AccountReads) -> Vec<SourceCoverage> {
    let covered = |source: &ServiceSource| match reads.of_source(*source) {
        Some(reads) => SourceCoverage {
            account: account.clone(),
            source: *source,
            status: reads.status(),
            regions: reads.regions.len() as u64,
            reads: reads.reads,
            gaps: reads.gaps(),
        },
        None => SourceCoverage {
            account: account.clone(),
            source: *source,
            status: SourceStatus::NotCollected,
            regions: 0,
            reads: ReadCounts::default(),
            gaps: Vec::new(),
        },
    };
    ServiceSource::of_accounts().map(|source| covered(&source)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;
    use s3attest_model::bucket::SettingState;
    use s3attest_model::coverage::AccountStatus;
    use s3attest_model::evidence::{BlockedBy, Observed, Source};
    use s3attest_model::services::Reach;

    use super::*;
    use crate::checks::scene;
    use crate::coverage::of_account;

    /// A fact that a reading tells: an operation, and a gap or an answer.
    #[derive(Debug, Clone)]
    struct Told {
        source: Source,
        gap: Option<Gap>,
    }

    impl Told {
        fn answered(operation: &'static str) -> Self {
            Self {
                source: scene::source(operation),
                gap: None,
            }
        }

        fn gap(operation: &'static str, cause: GapCause) -> Self {
            Self {
                gap: Some(Gap::new(cause, "said")),
                ..Self::answered(operation)
            }
        }
    }

    fn facts_of(told: &[Told]) -> Vec<Fact<'_>> {
        told.iter()
            .map(|told| Fact {
                subject: "".into(),
                aspect: "list",
                source: &told.source,
                state: told.gap.as_ref().map_or(SettingState::Present, SettingState::Gap),
            })
            .collect()
    }

    fn source() -> ServiceSource {
        ServiceSource::of_accounts().next().expect("there is a source")
    }

    /// The reads of an account that answered for itself, with these readings of the first source.
    fn read(readings: &[(Option<&str>, Vec<Told>)]) -> AccountReads {
        let mut reads = AccountReads::default();
        reads.account(&scene::facts(scene::ACCOUNT));
        for (region, told) in readings {
            let region = region.map(scene::region);
            reads.reading(source(), region.as_ref(), &facts_of(told));
        }
        reads
    }

    fn covered(reads: &AccountReads) -> SourceCoverage {
        let mut lines = of_sources(&scene::account_id(scene::ACCOUNT), reads);
        assert_eq!(
            lines.iter().map(|line| line.source).collect::<Vec<_>>(),
            ServiceSource::of_accounts().collect::<Vec<_>>(),
            "every source has its line"
        );
        lines.swap_remove(0)
    }

    const LIST: &str = "shield.ListProtections";
    const GET: &str = "shield.DescribeSubscription";

    #[test]
    fn a_source_is_as_covered_as_its_facts_are_answered() {
        use GapCause::{Denied, NoSupportPlan, NotCollected, NotOffered, NotSubscribed, Throttled};
        let told = |gaps: &[Option<GapCause>]| -> Vec<Told> {
            let told = |gap: &Option<GapCause>| gap.map_or(Told::answered(LIST), |cause| Told::gap(LIST, cause));
            gaps.iter().map(told).collect()
        };
        for (gaps, status, asked, answered) in [
            (&[None, None][..], SourceStatus::Read, 2, 2),
            // Nothing had to be asked.
            (&[], SourceStatus::Read, 0, 0),
            (&[None, Some(Denied)], SourceStatus::PartlyRead, 2, 1),
            (&[Some(Denied), Some(Throttled)], SourceStatus::Unreadable, 2, 0),
            (
                &[Some(NotSubscribed), Some(NotSubscribed)],
                SourceStatus::NotSubscribed,
                0,
                0,
            ),
            (&[Some(NoSupportPlan)], SourceStatus::NotSubscribed, 0, 0),
            // Shield is offered wherever it is asked: that it has no address there says that something hides it.
            (&[Some(NotOffered)], SourceStatus::Unreadable, 1, 0),
            // Part of it is known to be missing from the account; the rest was answered.
            (&[None, Some(NotSubscribed)], SourceStatus::Read, 1, 1),
            // Whether the rest would be missing too, nobody knows.
            (&[Some(NotSubscribed), Some(Denied)], SourceStatus::Unreadable, 1, 0),
            // Left out is neither read nor refused.
            (
                &[Some(NotCollected), Some(NotCollected)],
                SourceStatus::NotCollected,
                0,
                0,
            ),
            (&[None, Some(NotCollected)], SourceStatus::Read, 1, 1),
            (
                &[Some(NotSubscribed), Some(NotCollected)],
                SourceStatus::NotSubscribed,
                0,
                0,
            ),
        ] {
            let line = covered(&read(&[(None, told(gaps))]));
            assert_eq!(line.status, status, "{gaps:?}");
            assert_eq!((line.reads.asked, line.reads.answered), (asked, answered), "{gaps:?}");
            let shown: u64 = line.gaps.iter().map(|gap| gap.tally.count).sum();
            assert_eq!(
                shown,
                gaps.iter().flatten().count() as u64,
                "{gaps:?}: every gap is shown"
            );
            assert!(
                line.gaps
                    .iter()
                    .all(|gap| !gap.remedy.is_empty() && gap.regions.is_empty())
            );
        }
    }

    #[test]
    fn a_source_without_a_reading_is_left_out_and_not_read() {
        let line = covered(&read(&[]));
        assert_eq!((line.status, line.regions), (SourceStatus::NotCollected, 0));
        assert_eq!(line.reads, ReadCounts::default());
    }

    #[test]
    fn what_aws_offers_in_some_regions_only_is_read_where_it_is_offered() {
        const MACIE: &str = "macie2.GetMacieSession";
        let not_offered = || vec![Told::gap(MACIE, GapCause::NotOffered)];
        for (here, there, status) in [
            (not_offered(), not_offered(), SourceStatus::NotOffered),
            (not_offered(), vec![Told::answered(MACIE)], SourceStatus::Read),
            (
                not_offered(),
                vec![Told::gap(MACIE, GapCause::NotSubscribed)],
                SourceStatus::NotSubscribed,
            ),
            (
                not_offered(),
                vec![Told::gap(MACIE, GapCause::Denied)],
                SourceStatus::Unreadable,
            ),
        ] {
            let reads = read(&[(Some("mx-central-1"), here), (Some("eu-central-1"), there)]);
            let line = covered(&reads);
            assert_eq!((line.status, line.regions), (status, 2));
            let named = line.gaps.iter().find(|gap| gap.tally.cause == GapCause::NotOffered);
            let regions = &named.expect("the gap is named").regions;
            assert!(regions.contains(&scene::region("mx-central-1")), "{regions:?}");
        }
    }

    #[test]
    fn what_only_the_owner_of_a_key_is_told_lowers_nothing_and_is_named() {
        const KEY_POLICY: &str = "kms.GetKeyPolicy";
        let foreign = Told::gap(KEY_POLICY, GapCause::OutsideScan);
        let line = covered(&read(&[(
            None,
            vec![Told::answered("kms.DescribeKey"), foreign.clone()],
        )]));
        assert_eq!(line.status, SourceStatus::Read);
        assert_eq!((line.reads.asked, line.reads.answered), (1, 1));
        assert_eq!(line.gaps[0].tally.cause, GapCause::OutsideScan);
        // Where there is nothing else, nothing was read.
        assert_eq!(
            covered(&read(&[(None, vec![foreign])])).status,
            SourceStatus::Unreadable
        );
        // Of a key that was not found at all, its owner may know more than AWS tells here.
        let lost = Told::gap("kms.DescribeKey", GapCause::OutsideScan);
        let line = covered(&read(&[(None, vec![Told::answered(KEY_POLICY), lost])]));
        assert_eq!((line.status, line.reads.asked), (SourceStatus::PartlyRead, 2));
    }

    #[test]
    fn nothing_is_read_in_full_that_is_read_in_regions_which_nobody_knows() {
        let mut facts = scene::facts(scene::ACCOUNT);
        facts.regions.observed = Observed::Gap(Gap::new(GapCause::Denied, "said"));
        let mut reads = AccountReads::default();
        reads.account(&facts);
        let region = scene::region("eu-central-1");
        for (source, expected) in [
            (ServiceSource::Config, SourceStatus::PartlyRead),
            (ServiceSource::Iam, SourceStatus::Read),
        ] {
            let is_regional = source.reach() == Reach::Region;
            let told = [Told::answered(LIST)];
            reads.reading(source, is_regional.then_some(&region), &facts_of(&told));
            let lines = of_sources(&scene::account_id(scene::ACCOUNT), &reads);
            let line = lines.iter().find(|line| line.source == source).expect("its line");
            assert_eq!(line.status, expected);
            let operations: Vec<_> = line.gaps.iter().map(|gap| gap.tally.operation.as_str()).collect();
            assert_eq!(operations.contains(&"account.ListRegions"), is_regional);
        }
        let account = of_account(&scene::account(scene::ACCOUNT), Some(&facts), &reads);
        assert_eq!((account.reads.asked, account.reads.answered), (5, 4), "counted once");
    }

    #[test]
    fn a_gap_in_one_region_is_named_with_its_region() {
        let line = covered(&read(&[
            (Some("eu-central-1"), vec![Told::answered(GET), Told::answered(LIST)]),
            (
                Some("us-east-1"),
                vec![Told::answered(GET), Told::gap(LIST, GapCause::Denied)],
            ),
            (
                Some("eu-west-1"),
                vec![Told::gap(GET, GapCause::TimedOut), Told::gap(LIST, GapCause::Denied)],
            ),
        ]));
        assert_eq!((line.status, line.regions), (SourceStatus::PartlyRead, 3));
        let gaps: Vec<_> = line
            .gaps
            .iter()
            .map(|gap| {
                let regions: Vec<_> = gap.regions.iter().map(ToString::to_string).collect();
                (gap.tally.operation.as_str(), gap.tally.cause, gap.tally.count, regions)
            })
            .collect();
        assert_eq!(
            gaps,
            [
                (
                    LIST,
                    GapCause::Denied,
                    2,
                    vec!["eu-west-1".to_owned(), "us-east-1".to_owned()]
                ),
                (GET, GapCause::TimedOut, 1, vec!["eu-west-1".to_owned()]),
            ]
        );
    }

    #[test]
    fn what_an_account_does_not_have_stands_beside_it_and_lowers_nothing() {
        for cause in [GapCause::NoSupportPlan, GapCause::NotSubscribed] {
            let reads = read(&[(None, vec![Told::gap(LIST, cause), Told::gap(GET, cause)])]);
            let facts = scene::facts(scene::ACCOUNT);
            let account = of_account(&scene::account(scene::ACCOUNT), Some(&facts), &reads);
            assert_eq!(account.status, AccountStatus::Assessed, "{cause}");
            assert_eq!((account.reads.asked, account.reads.answered), (3, 3), "{cause}");
            assert!(account.gaps.iter().all(|gap| gap.cause == cause) && account.gaps.len() == 2);
            assert_eq!(account.reason, "");
        }
    }

    #[test]
    fn a_refused_source_lowers_the_account_and_is_named_in_its_reason() {
        let reads = read(&[(
            None,
            vec![Told::gap(LIST, GapCause::Denied), Told::gap(GET, GapCause::Denied)],
        )]);
        let facts = scene::facts(scene::ACCOUNT);
        let account = of_account(&scene::account(scene::ACCOUNT), Some(&facts), &reads);
        assert_eq!(account.status, AccountStatus::PartlyAssessed);
        assert_eq!(
            account.reason,
            format!(
                "2 of 5 reads were not answered; most often {GET} (access was denied, once). Not readable at all: {}.",
                source().title()
            )
        );
    }

    #[test]
    fn what_an_account_does_not_have_is_no_reason_for_what_was_not_answered() {
        let missing = GapCause::NotSubscribed;
        let reads = read(&[
            (
                Some("eu-central-1"),
                vec![Told::gap(LIST, missing), Told::gap(LIST, missing)],
            ),
            (
                Some("us-east-1"),
                vec![Told::gap(GET, GapCause::Throttled), Told::answered(LIST)],
            ),
        ]);
        let facts = scene::facts(scene::ACCOUNT);
        let account = of_account(&scene::account(scene::ACCOUNT), Some(&facts), &reads);
        assert_eq!(
            account.reason,
            format!(
                "1 of 5 reads were not answered; most often {GET} (AWS kept throttling the call, once). Readable in part: {}.",
                source().title()
            )
        );
    }

    fn told() -> impl Strategy<Value = Told> {
        let operations = select(vec![LIST, GET, "macie2.GetMacieSession"]);
        let blockers = option::of(select(vec![BlockedBy::IdentityPolicy, BlockedBy::ServiceControlPolicy]));
        (operations, option::of(select(GapCause::ALL.to_vec())), blockers).prop_map(|(operation, cause, blocked_by)| {
            Told {
                source: Source::not_called(Operation::named(operation)),
                gap: cause.map(|cause| Gap {
                    blocked_by,
                    ..Gap::new(cause, "said")
                }),
            }
        })
    }

    fn readings() -> impl Strategy<Value = Vec<(Option<&'static str>, Vec<Told>)>> {
        let regions = option::of(select(vec!["eu-central-1", "eu-west-1", "us-east-1"]));
        vec((regions, vec(told(), 0..5)), 0..5)
    }

    proptest! {
        #[test]
        fn no_gap_vanishes_and_no_status_claims_more_than_was_answered(readings in readings()) {
            let line = covered(&read(&readings));
            let all: Vec<&Told> = readings.iter().flat_map(|(_, told)| told).collect();
            let gaps: Vec<&Gap> = all.iter().filter_map(|told| told.gap.as_ref()).collect();
            let lowers = |told: &&&Told| {
                told.gap.as_ref().is_some_and(|gap| match gap.cause {
                    GapCause::NotSubscribed | GapCause::NoSupportPlan | GapCause::NotCollected => false,
                    GapCause::NotOffered => !told.source.operation.as_str().starts_with("macie2."),
                    _ => true,
                })
            };
            let missing = all.iter().filter(lowers).count() as u64;
            prop_assert_eq!(line.reads.answered, (all.len() - gaps.len()) as u64);
            prop_assert_eq!(line.reads.asked, line.reads.answered + missing);
            prop_assert_eq!(line.gaps.iter().map(|gap| gap.tally.count).sum::<u64>(), gaps.len() as u64);
            if line.status == SourceStatus::Read {
                prop_assert_eq!(missing, 0);
                prop_assert!(line.reads.answered > 0 || (all.is_empty() && !readings.is_empty()));
            }
            prop_assert_eq!(
                matches!(line.status, SourceStatus::PartlyRead | SourceStatus::Unreadable),
                missing > 0
            );
            for (region, told) in &readings {
                for (gap, operation) in told.iter().filter_map(|told| Some((told.gap.as_ref()?, &told.source.operation))) {
                    let shown = line.gaps.iter().find(|shown| {
                        (&shown.tally.operation, shown.tally.cause, shown.tally.blocked_by)
                            == (operation, gap.cause, gap.blocked_by)
                    });
                    let shown = shown.expect("every kind of gap is told");
                    prop_assert!(region.is_none_or(|region| shown.regions.contains(&scene::region(region))));
                }
            }
        }

        #[test]
        fn an_account_is_assessed_in_full_exactly_when_none_of_its_sources_is_lacking(readings in readings()) {
            let reads = read(&readings);
            let facts = scene::facts(scene::ACCOUNT);
            let account = of_account(&scene::account(scene::ACCOUNT), Some(&facts), &reads);
            let lacking = matches!(covered(&reads).status, SourceStatus::PartlyRead | SourceStatus::Unreadable);
            prop_assert_eq!(account.status == AccountStatus::PartlyAssessed, lacking);
            prop_assert_eq!(account.reason.contains(source().title()), lacking);
        }
    }
}
