//! Lays exceptions over findings as they are made, and keeps what becomes of each exception.
//!
//! It writes an exception beside a fail and beside nothing else, and never touches a verdict.

use std::collections::{BTreeMap, BTreeSet};

use s3attest_model::exception::{
    AppliedException, AssessedExceptions, Exception, ExceptionEffect, ExceptionStanding, ExceptionTally, Wanted,
};
use s3attest_model::finding::{EvidenceReference, EvidenceState, Finding, Resource, Verdict, VerdictCounts};
use s3attest_model::identifiers::{AccountId, CheckId};

use super::Exceptions;
use super::selecting::{Concern, Tags, concern, matches};

/// An exception with what would otherwise be worked out for every finding.
#[derive(Debug)]
struct Entry<'a> {
    exception: &'a Exception,
    standing: ExceptionStanding,
    /// Whether it is about the check at this position.
    checks: Vec<bool>,
    counts: VerdictCounts,
    fails_again: u64,
    tags_unknown: u64,
    resources: u64,
    is_partly_out_of_sight: bool,
}

/// The exceptions of an assessment while findings stream by.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    given: Option<&'a Exceptions>,
    entries: Vec<Entry<'a>>,
    /// The entries that name a bucket exactly, by it.
    by_bucket: BTreeMap<&'a str, Vec<usize>>,
    /// Of the others, those that name an account exactly, by it.
    by_account: BTreeMap<&'a str, Vec<usize>>,
    others: Vec<usize>,
    listed: BTreeSet<AccountId>,
    /// Accounts of which not everything was seen, and whether they are in scope.
    unseen: BTreeMap<AccountId, bool>,
    all_accounts_are_listed: bool,
}

/// The exceptions that are about a resource, or may be.
#[derive(Debug, Default)]
pub(crate) struct Concerning {
    entries: Vec<Concerned>,
}

#[derive(Debug)]
struct Concerned {
    entry: usize,
    is_certain: bool,
    tags: Option<EvidenceReference>,
    gap: Option<s3attest_model::evidence::Gap>,
    was_met: bool,
}

impl<'a> Ledger<'a> {
    /// A ledger for checks in this order, before the first finding.
    pub(crate) fn new(given: Option<&'a Exceptions>, checks: &[CheckId]) -> Self {
        let mut ledger = Self {
            given,
            entries: Vec::new(),
            by_bucket: BTreeMap::new(),
            by_account: BTreeMap::new(),
            others: Vec::new(),
            listed: BTreeSet::new(),
            unseen: BTreeMap::new(),
            all_accounts_are_listed: true,
        };
        let Some(given) = given else { return ledger };
        for (position, exception) in given.entries.iter().enumerate() {
            let selectors = &exception.selectors;
            let place = match (&selectors.bucket, &selectors.account) {
                (Some(Wanted::Exactly(bucket)), _) => ledger.by_bucket.entry(bucket).or_default(),
                (_, Some(Wanted::Exactly(account))) => ledger.by_account.entry(account).or_default(),
                _ => &mut ledger.others,
            };
            place.push(position);
            let wanted = selectors.check.as_ref();
            ledger.entries.push(Entry {
                exception,
                standing: standing(exception, given),
                checks: checks
                    .iter()
                    .map(|check| wanted.is_none_or(|wanted| matches(wanted, check.as_str())))
                    .collect(),
                counts: VerdictCounts::default(),
                fails_again: 0,
                tags_unknown: 0,
                resources: 0,
                is_partly_out_of_sight: false,
            });
        }
        ledger
    }

    /// States that the list of accounts is incomplete.
    pub(crate) fn accounts_are_missing(&mut self) {
        self.all_accounts_are_listed = false;
    }

    /// Notes an account, and whether all of its buckets are known.
    pub(crate) fn account(&mut self, account: &AccountId, is_in_scope: bool, is_seen: bool) {
        if self.entries.is_empty() {
            return;
        }
        self.listed.insert(account.clone());
        if !is_seen {
            self.unseen.insert(account.clone(), is_in_scope);
        }
    }

    /// The exceptions that are about a resource, whatever the check; of a bucket with its tags.
    pub(crate) fn concerning(&self, resource: &Resource, tags: Option<&Tags>) -> Concerning {
        if self.entries.is_empty() {
            return Concerning::default();
        }
        let arn = resource.arn();
        let of = |index: &BTreeMap<&str, Vec<usize>>, name: &str| index.get(name).cloned().unwrap_or_default();
        let mut places = of(&self.by_bucket, resource.name());
        places.extend(of(&self.by_account, resource.account().as_str()));
        places.extend(&self.others);
        places.sort_unstable();
        let entries = places.into_iter().filter_map(|entry| {
            let selectors = &self.entries[entry].exception.selectors;
            let is_certain = match concern(selectors, resource, &arn, tags) {
                Concern::Certain => true,
                Concern::TagsUnknown => false,
                Concern::None => return None,
            };
            let tags = tags.filter(|_| selectors.tag.is_some());
            Some(Concerned {
                entry,
                is_certain,
                tags: tags.map(|tags| EvidenceReference {
                    state: if is_certain {
                        EvidenceState::Present
                    } else {
                        EvidenceState::Gap
                    },
                    source: tags.source.clone(),
                    of: None,
                }),
                gap: tags.and_then(|tags| tags.as_gap().cloned()),
                was_met: false,
            })
        });
        Concerning {
            entries: entries.collect(),
        }
    }

    /// Writes beside a finding of the check at this position what the exceptions say of it.
    ///
    /// One that accepts it goes before one that is expired, and that before one of which the tags say nothing; among
    /// equals the first of the file counts.
    pub(crate) fn lay(&mut self, concerning: &mut Concerning, position: usize, finding: &mut Finding) {
        let mut chosen: Option<(ExceptionEffect, usize)> = None;
        for (place, concerned) in concerning.entries.iter_mut().enumerate() {
            let entry = &mut self.entries[concerned.entry];
            if !entry.checks[position] {
                continue;
            }
            concerned.was_met |= concerned.is_certain;
            let is_fail = finding.verdict == Verdict::Fail;
            if concerned.is_certain {
                entry.counts.add(finding.verdict);
            } else if is_fail {
                entry.tags_unknown += 1;
            } else {
                entry.is_partly_out_of_sight |= finding.verdict == Verdict::NotAssessed;
            }
            let effect = match (entry.standing, concerned.is_certain) {
                _ if !is_fail => continue,
                (ExceptionStanding::InForce | ExceptionStanding::ExpiresSoon, true) => ExceptionEffect::Accepted,
                (ExceptionStanding::InForce | ExceptionStanding::ExpiresSoon, false) => ExceptionEffect::TagsUnknown,
                (ExceptionStanding::Expired, true) => ExceptionEffect::Expired,
                (ExceptionStanding::Expired, false) => continue,
            };
            if chosen.is_none_or(|(other, _)| effect < other) {
                chosen = Some((effect, place));
            }
        }
        let Some((effect, place)) = chosen else { return };
        let concerned = &concerning.entries[place];
        let entry = &mut self.entries[concerned.entry];
        match effect {
            ExceptionEffect::Accepted => entry.counts.accepted += 1,
            ExceptionEffect::Expired => entry.fails_again += 1,
            ExceptionEffect::TagsUnknown => {}
        }
        finding.exception = Some(AppliedException {
            id: entry.exception.id.clone(),
            effect,
            owner: entry.exception.owner.clone(),
            reason: entry.exception.reason.clone(),
            ticket: entry.exception.ticket.clone(),
            expires: entry.exception.expires,
            tags: concerned.tags.clone(),
            gap: concerned.gap.clone(),
        });
    }

    /// Counts a resource once for every exception that was about a finding on it.
    pub(crate) fn settle(&mut self, concerning: &Concerning) {
        for concerned in concerning.entries.iter().filter(|concerned| concerned.was_met) {
            self.entries[concerned.entry].resources += 1;
        }
    }

    /// What became of every exception; `None` when the judgement was given none.
    pub(crate) fn finish(self) -> Option<AssessedExceptions> {
        let given = self.given?;
        let out_of_sight: Vec<bool> = self.entries.iter().map(|entry| self.is_out_of_sight(entry)).collect();
        let tallies = self
            .entries
            .into_iter()
            .zip(out_of_sight)
            .map(|(entry, is_out)| ExceptionTally {
                exception: entry.exception.clone(),
                standing: entry.standing,
                counts: entry.counts,
                fails_again: entry.fails_again,
                tags_unknown: entry.tags_unknown,
                resources: entry.resources,
                is_about_every_check: entry.checks.iter().all(|is_about| *is_about),
                is_partly_out_of_sight: entry.is_partly_out_of_sight || is_out,
            });
        Some(AssessedExceptions {
            file: given.file.clone(),
            digest: given.digest.clone(),
            as_of: given.as_of,
            most_resources: given.most_resources,
            soon_days: given.soon_days,
            tallies: tallies.collect(),
        })
    }

    /// Whether what an exception is about may lie in what was not seen. An account that is out of scope matters only to
    /// an exception that names accounts: nobody else expects it to be looked at.
    fn is_out_of_sight(&self, entry: &Entry<'_>) -> bool {
        match &entry.exception.selectors.account {
            None => !self.all_accounts_are_listed || self.unseen.values().any(|is_in_scope| *is_in_scope),
            Some(wanted @ Wanted::Like(_)) => {
                !self.all_accounts_are_listed || self.unseen.keys().any(|account| matches(wanted, account.as_str()))
            }
            Some(wanted @ Wanted::Exactly(_)) => {
                let is_named = |account: &AccountId| matches(wanted, account.as_str());
                self.unseen.keys().any(is_named) || (!self.all_accounts_are_listed && !self.listed.iter().any(is_named))
            }
        }
    }
}

/// How an exception stands on the day of the judgement: its last day is still in force.
fn standing(exception: &Exception, given: &Exceptions) -> ExceptionStanding {
    let left = given.as_of.until(exception.expires).map_or(0, |span| span.get_days());
    if exception.expires < given.as_of {
        ExceptionStanding::Expired
    } else if i64::from(left) <= i64::from(given.soon_days) {
        ExceptionStanding::ExpiresSoon
    } else {
        ExceptionStanding::InForce
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use s3attest_model::check::Severity;
    use s3attest_model::evidence::{Gap, GapCause, Operation, Source};
    use s3attest_model::exception::{ExceptionUse, Selectors};
    use s3attest_model::identifiers::{BucketName, Partition};

    use super::*;
    use ExceptionEffect::{Accepted, Expired, TagsUnknown};
    use ExceptionUse::{NotKnown, Unused};

    const ACCOUNT: &str = "111111111111";

    fn account(id: &str) -> AccountId {
        AccountId::new(id).expect("an id")
    }

    fn exactly(text: &str) -> Option<Wanted> {
        Some(Wanted::Exactly(text.to_owned()))
    }

    fn exception(id: &str, is_expired: bool, selectors: Selectors) -> Exception {
        Exception {
            id: id.to_owned(),
            line: 1,
            selectors,
            owner: String::new(),
            reason: String::new(),
            ticket: String::new(),
            expires: if is_expired { date(2026, 1, 1) } else { date(2028, 1, 1) },
            note: None,
        }
    }

    fn given(entries: Vec<Exception>) -> Exceptions {
        Exceptions {
            file: String::new(),
            digest: String::new(),
            as_of: date(2027, 1, 1),
            most_resources: 1,
            soon_days: 30,
            entries,
        }
    }

    fn checks() -> Vec<CheckId> {
        vec![CheckId::new("s3-x").expect("an id")]
    }

    /// The exception that stands beside a finding of the bucket `media`, whose tags could not be read, and what became of
    /// all of them.
    fn laid(given: &Exceptions, verdict: Verdict) -> (Option<(String, ExceptionEffect)>, Vec<ExceptionTally>) {
        let resource = Resource::Bucket {
            account: account(ACCOUNT),
            name: BucketName::new("media").expect("a name"),
            partition: Partition::Aws,
            region: None,
        };
        let source = Source::not_called(Operation::named("s3.GetBucketTagging"));
        let tags = Tags::gap(Gap::new(GapCause::Denied, "no"), source);
        let mut ledger = Ledger::new(Some(given), &checks());
        let mut concerning = ledger.concerning(&resource, Some(&tags));
        let mut finding = Finding {
            check: checks().remove(0),
            resource,
            verdict,
            severity: Severity::Low,
            message: String::new(),
            evidence: Vec::new(),
            gap: None,
            exception: None,
        };
        ledger.lay(&mut concerning, 0, &mut finding);
        let beside = finding.exception.map(|exception| (exception.id, exception.effect));
        (beside, ledger.finish().expect("exceptions were given").tallies)
    }

    fn beside(given: &Exceptions, verdict: Verdict) -> Option<(String, ExceptionEffect)> {
        laid(given, verdict).0
    }

    #[test]
    fn a_fail_counts_again_only_where_nothing_in_force_accepts_it() {
        let by_name = || Selectors {
            bucket: exactly("media"),
            ..Selectors::default()
        };
        let old = exception("old", true, by_name());
        let new = exception("new", false, by_name());
        for (entries, verdict, expected) in [
            (vec![&old], Verdict::Fail, 1),
            (vec![&old], Verdict::Pass, 0),
            (vec![&old, &new], Verdict::Fail, 0),
        ] {
            let (_, tallies) = laid(&given(entries.into_iter().cloned().collect()), verdict);
            assert_eq!(tallies[0].fails_again, expected, "{verdict}");
            assert_eq!(tallies[0].counts.fail, u64::from(verdict == Verdict::Fail));
        }
    }

    #[test]
    fn what_accepts_goes_before_what_is_expired_and_that_before_what_is_not_known() {
        let by_name = || Selectors {
            bucket: exactly("media"),
            ..Selectors::default()
        };
        let by_tag = || Selectors {
            tag: exactly("team=media"),
            ..Selectors::default()
        };
        let expired = exception("expired", true, by_name());
        let unknown = exception("unknown", false, by_tag());
        let elsewhere = exception(
            "elsewhere",
            false,
            Selectors {
                account: exactly("222222222222"),
                ..Selectors::default()
            },
        );
        let expired_and_unknown = exception("expired-and-unknown", true, by_tag());
        let first = exception("first", false, by_name());
        let second = exception(
            "second",
            false,
            Selectors {
                account: exactly(ACCOUNT),
                ..Selectors::default()
            },
        );
        for (entries, expected) in [
            (vec![&unknown, &expired, &second, &first], Some(("second", Accepted))),
            (vec![&first, &second], Some(("first", Accepted))),
            (vec![&unknown, &expired], Some(("expired", Expired))),
            (vec![&elsewhere, &unknown], Some(("unknown", TagsUnknown))),
            (vec![&expired_and_unknown, &elsewhere], None),
        ] {
            let given = given(entries.into_iter().cloned().collect());
            let expected = expected.map(|(id, effect)| (id.to_owned(), effect));
            assert_eq!(beside(&given, Verdict::Fail), expected);
            for verdict in [Verdict::Pass, Verdict::NotAssessed, Verdict::NotApplicable] {
                assert_eq!(beside(&given, verdict), None, "{verdict}");
            }
        }
    }

    #[test]
    fn the_last_day_is_still_in_force() {
        let mut given = given(Vec::new());
        let mut exception = exception("one", false, Selectors::default());
        for (expires, expected) in [
            (date(2026, 12, 31), ExceptionStanding::Expired),
            (date(2027, 1, 1), ExceptionStanding::ExpiresSoon),
            (date(2027, 1, 31), ExceptionStanding::ExpiresSoon),
            (date(2027, 2, 1), ExceptionStanding::InForce),
            (Date::MAX, ExceptionStanding::InForce),
            (Date::MIN, ExceptionStanding::Expired),
        ] {
            exception.expires = expires;
            assert_eq!(standing(&exception, &given), expected, "{expires}");
        }
        given.soon_days = 0;
        exception.expires = date(2027, 1, 2);
        assert_eq!(standing(&exception, &given), ExceptionStanding::InForce);
    }

    /// Which account an exception names, what was seen, and whether it is unused.
    #[test]
    fn nothing_is_called_unused_that_may_have_something_to_accept_where_nobody_looked() {
        let seen = [("111111111111", true, true)];
        let denied = [("111111111111", true, true), ("222222222222", true, false)];
        let left_out = [("111111111111", true, true), ("222222222222", false, false)];
        for (named, accounts, is_complete, expected) in [
            (None, &seen[..], true, Unused),
            (None, &seen, false, NotKnown),
            (None, &denied, true, NotKnown),
            // Nobody expects an account to be looked at that is out of scope, unless the exception names it.
            (None, &left_out, true, Unused),
            (exactly("222222222222"), &left_out, true, NotKnown),
            (exactly("111111111111"), &denied, true, Unused),
            (exactly("222222222222"), &denied, true, NotKnown),
            (exactly("333333333333"), &denied, true, Unused),
            (exactly("333333333333"), &seen, false, NotKnown),
            (exactly("111111111111"), &seen, false, Unused),
            (Some(Wanted::Like("1*".to_owned())), &denied, true, Unused),
            (Some(Wanted::Like("2*".to_owned())), &left_out, true, NotKnown),
            (Some(Wanted::Like("1*".to_owned())), &seen, false, NotKnown),
        ] {
            let selectors = Selectors {
                account: named.clone(),
                ..Selectors::default()
            };
            let given = given(vec![exception("one", false, selectors)]);
            let mut ledger = Ledger::new(Some(&given), &checks());
            for (id, is_in_scope, is_seen) in accounts {
                ledger.account(&account(id), *is_in_scope, *is_seen);
            }
            if !is_complete {
                ledger.accounts_are_missing();
            }
            let assessed = ledger.finish().expect("exceptions were given");
            assert_eq!(
                assessed.tallies[0].usage(),
                expected,
                "{named:?} {accounts:?} {is_complete}"
            );
        }
    }
}
