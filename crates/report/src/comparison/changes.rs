//! The changes between two runs as a stream: every finding of either run stands in one of them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use s3attest_model::check::Severity;
use s3attest_model::finding::{Finding, Resource};
use s3attest_model::identifiers::{AccountId, CheckId};

use super::absence::Absence;
use super::omission::Omission;
use super::side::{Side, are_foreign, organization_of};
use super::{Kind, Standing};
use crate::assessed::AssessedRun;
use crate::error::ReportError;

/// What became of a check on a resource between two runs. At least one of the runs holds a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What became of it.
    pub kind: Kind,
    /// Where it stood in the earlier run.
    pub before: Standing,
    /// Where it stands in the later run.
    pub after: Standing,
    /// The finding of the earlier run.
    pub earlier: Option<Finding>,
    /// The finding of the later run.
    pub later: Option<Finding>,
    /// Why one of the runs holds no finding; `None` when both hold one.
    pub absence: Option<Absence>,
    /// The name of the account that holds the resource; empty when neither run knows it.
    pub account_name: Rc<str>,
    /// For a change of an account that the later run did not read in full: what its coverage says about it.
    pub account_reason: Rc<str>,
}

impl Change {
    /// The finding of the later run, or else that of the earlier one.
    #[must_use]
    pub fn finding(&self) -> &Finding {
        let finding = self.later.as_ref().or(self.earlier.as_ref());
        finding.expect("one of the runs holds a finding")
    }

    /// The resource.
    #[must_use]
    pub fn resource(&self) -> &Resource {
        &self.finding().resource
    }

    /// The check.
    #[must_use]
    pub fn check(&self) -> &CheckId {
        &self.finding().check
    }

    /// How much it matters now; where nothing is known now, how much it mattered before.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match (&self.earlier, &self.later) {
            (Some(earlier), Some(later)) if self.before.is_fail() && !self.after.is_fail() => {
                earlier.severity.max(later.severity)
            }
            _ => self.finding().severity,
        }
    }

    /// How much it mattered before and matters now, where it fails in both runs and that changed.
    #[must_use]
    pub fn severities(&self) -> Option<(Severity, Severity)> {
        let (earlier, later) = (self.earlier.as_ref()?.severity, self.later.as_ref()?.severity);
        (self.before.is_fail() && self.after.is_fail() && earlier != later).then_some((earlier, later))
    }

    /// Where it stood, in words; with the severity where that is another one now.
    #[must_use]
    pub fn before_in_words(&self) -> String {
        in_words(self.before, self.severities().map(|(before, _)| before))
    }

    /// Where it stands, in words; with the severity where that was another one before.
    #[must_use]
    pub fn after_in_words(&self) -> String {
        in_words(self.after, self.severities().map(|(_, after)| after))
    }

    /// Whether it fails now, is not accepted, and did not fail so badly before: what a gate looks for.
    #[must_use]
    pub fn is_failing_anew(&self) -> bool {
        let before = self.earlier.as_ref().filter(|_| self.before == Standing::Failed);
        let is_worse = |later: &Finding| before.is_none_or(|earlier| later.severity > earlier.severity);
        self.after == Standing::Failed && self.later.as_ref().is_some_and(is_worse)
    }

    /// Whether an unaccepted fail is what it is about: one of now, or one of before of which nothing is known now.
    #[must_use]
    pub fn concerns_a_fail(&self) -> bool {
        self.after == Standing::Failed || self.before == Standing::Failed
    }

    /// Why it stands so, in words: what the later run says, or why one of the runs says nothing.
    #[must_use]
    pub fn explanation(&self) -> String {
        match (&self.later, self.absence) {
            (None, Some(absence)) => {
                let mut text = format!("There is no finding any more: {}.", absence.phrase());
                if matches!(absence, Absence::AccountNotRead | Absence::BucketsNotListed)
                    && !self.account_reason.is_empty()
                {
                    text.push(' ');
                    text.push_str(&self.account_reason);
                }
                text
            }
            (Some(later), Some(absence)) => {
                format!("{} There was no finding before: {}.", later.message, absence.phrase())
            }
            (Some(later), None) => later.message.clone(),
            (None, None) => String::new(),
        }
    }
}

fn in_words(standing: Standing, severity: Option<Severity>) -> String {
    match severity {
        Some(severity) => format!("{} ({severity})", standing.title()),
        None => standing.title().to_owned(),
    }
}

/// Every change between two runs, unchanged findings included: by account; in it what belongs to the account itself, by ARN
/// and check, then its buckets by name and check. What belongs to the organization comes last.
pub fn changes<'run, R: AssessedRun>(
    earlier: &'run R,
    later: &'run R,
) -> Result<Changes<'run, R>, ReportError<R::Error>> {
    let is_foreign = are_foreign(organization_of(earlier)?.as_deref(), organization_of(later)?.as_deref());
    Ok(Changes {
        earlier: Side::open(earlier, is_foreign)?,
        later: Side::open(later, is_foreign)?,
        account: None,
        account_name: Rc::from(""),
        account_reason: Rc::from(""),
        last_account: None,
        last_bucket: None,
        organization: (Vec::new(), Vec::new()),
        speakers: BTreeMap::new(),
        ready: VecDeque::new(),
        is_over: false,
    })
}

/// The stream of the changes between two runs.
pub struct Changes<'run, R: AssessedRun> {
    earlier: Side<'run, R>,
    later: Side<'run, R>,
    /// The account at hand, of which the buckets are still to come.
    account: Option<AccountId>,
    account_name: Rc<str>,
    account_reason: Rc<str>,
    last_account: Option<AccountId>,
    last_bucket: Option<String>,
    /// The findings on the organization, which may stand under different accounts in the two runs.
    organization: (Vec<Finding>, Vec<Finding>),
    /// The accounts of these findings: their names, and what their coverage says.
    speakers: BTreeMap<AccountId, (Rc<str>, Rc<str>)>,
    ready: VecDeque<Change>,
    is_over: bool,
}

impl<R: AssessedRun> Iterator for Changes<'_, R> {
    type Item = Result<Change, ReportError<R::Error>>;

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

impl<R: AssessedRun> Changes<'_, R> {
    /// Takes one bucket, or begins one account, or ends.
    fn advance(&mut self) -> Result<(), ReportError<R::Error>> {
        if let Some(account) = self.account.clone() {
            let next = [self.earlier.next_bucket(&account)?, self.later.next_bucket(&account)?];
            let Some(bucket) = next.into_iter().flatten().min() else {
                self.account = None;
                return Ok(());
            };
            if self.last_bucket.as_deref().is_some_and(|last| last >= bucket.as_str()) {
                return Err(ReportError::OutOfOrder {
                    stream: "buckets",
                    at: format!("{account}/{bucket}"),
                });
            }
            let (earlier, is_in_earlier) = self.earlier.bucket(&account, &bucket)?;
            let (later, is_in_later) = self.later.bucket(&account, &bucket)?;
            self.join(earlier, later, is_in_earlier, is_in_later);
            self.last_bucket = Some(bucket.as_str().to_owned());
            return Ok(());
        }
        let next = [self.earlier.next_account()?, self.later.next_account()?];
        let Some(account) = next.into_iter().flatten().min() else {
            self.join_organization();
            self.is_over = true;
            return Ok(());
        };
        if self.last_account.as_ref().is_some_and(|last| *last >= account) {
            return Err(ReportError::OutOfOrder {
                stream: "accounts",
                at: account.to_string(),
            });
        }
        let mut earlier = self.earlier.enter(&account)?;
        let mut later = self.later.enter(&account)?;
        let of_organization = |finding: &mut Finding| matches!(finding.resource, Resource::Organization { .. });
        let held = (self.organization.0.len(), self.organization.1.len());
        self.organization.0.extend(earlier.extract_if(.., of_organization));
        self.organization.1.extend(later.extract_if(.., of_organization));
        let speaks = held != (self.organization.0.len(), self.organization.1.len());
        let known = |side: &Side<'_, R>| side.sight.account.as_ref().map(|account| account.name.clone());
        let name = known(&self.later).filter(|name| !name.is_empty());
        self.account_name = Rc::from(name.or_else(|| known(&self.earlier)).unwrap_or_default());
        let reason = self.later.sight.account.as_ref().map(|account| account.reason.as_str());
        self.account_reason = Rc::from(reason.unwrap_or_default());
        if speaks {
            let said = (Rc::clone(&self.account_name), Rc::clone(&self.account_reason));
            self.speakers.insert(account.clone(), said);
        }
        self.join(earlier, later, false, false);
        self.last_account = Some(account.clone());
        self.last_bucket = None;
        self.account = Some(account);
        Ok(())
    }

    /// What the runs were told to leave out, whatever the account.
    fn scope(&self) -> Scope<'_> {
        let (earlier, later) = (&self.earlier.horizon.omission, &self.later.horizon.omission);
        Scope {
            before: Some(earlier),
            after: Some(later),
            earlier_covers: earlier.covers(later),
            later_covers: later.covers(earlier),
        }
    }

    /// Joins findings on the same bucket, or on what belongs to the same account.
    fn join(&mut self, earlier: Vec<Finding>, later: Vec<Finding>, is_in_earlier: bool, is_in_later: bool) {
        let scope = Scope {
            before: self.earlier.omission(),
            after: self.later.omission(),
            ..self.scope()
        };
        let mut ready = Vec::new();
        for (earlier, later) in pairs(earlier, later) {
            let absence = match (&earlier, &later) {
                (Some(finding), None) => Some(self.later.sight.absence(
                    &self.later.horizon,
                    &finding.resource,
                    &finding.check,
                    is_in_later,
                )),
                (None, Some(finding)) => Some(self.earlier.sight.absence(
                    &self.earlier.horizon,
                    &finding.resource,
                    &finding.check,
                    is_in_earlier,
                )),
                (Some(_), Some(_)) | (None, None) => None,
            };
            let change = change(earlier, later, absence, scope);
            ready.push(Change {
                account_name: Rc::clone(&self.account_name),
                account_reason: Rc::clone(&self.account_reason),
                ..change
            });
        }
        self.ready.extend(ready);
    }

    /// Joins the findings on the organization by check: the account that speaks for it may be another one, and where nobody
    /// could say which organization it is, an account stands for it.
    fn join_organization(&mut self) {
        let (earlier, mut later) = std::mem::take(&mut self.organization);
        let speakers = std::mem::take(&mut self.speakers);
        let foreign = self.later.horizon.is_foreign;
        let scope = self.scope();
        let mut paired = Vec::new();
        for finding in earlier {
            let place = later.iter().position(|other| !foreign && other.check == finding.check);
            let partner = place.map(|place| later.remove(place));
            paired.push((Some(finding), partner));
        }
        let mut ready = Vec::new();
        paired.extend(later.into_iter().map(|finding| (None, Some(finding))));
        for (earlier, later) in paired {
            let absence = match (&earlier, &later) {
                (Some(finding), None) => Some(self.later.horizon.of_organization(&finding.check)),
                (None, Some(finding)) => Some(self.earlier.horizon.of_organization(&finding.check)),
                (Some(_), Some(_)) | (None, None) => None,
            };
            let mut change = change(earlier, later, absence, scope);
            if let Some((name, reason)) = speakers.get(change.resource().account()) {
                change.account_name = Rc::clone(name);
                change.account_reason = Rc::clone(reason);
            }
            ready.push(change);
        }
        self.ready.extend(ready);
    }
}

/// What the two runs were told to leave out.
#[derive(Debug, Clone, Copy)]
struct Scope<'run> {
    /// What was left out in the earlier and in the later run, where the place was entered.
    before: Option<&'run Omission>,
    after: Option<&'run Omission>,
    /// Whether one run was told to leave out everything that the other one was.
    earlier_covers: bool,
    later_covers: bool,
}

/// The change between two findings on the same resource, or of one that has no partner.
fn change(earlier: Option<Finding>, later: Option<Finding>, absence: Option<Absence>, scope: Scope<'_>) -> Change {
    let missing = absence.unwrap_or(Absence::Unexplained).standing();
    let standing = |finding: &Option<Finding>, omission| {
        let of = |finding: &Finding| Standing::of(finding, omission);
        finding.as_ref().map_or(missing, of)
    };
    let (mut before, mut after) = (standing(&earlier, scope.before), standing(&later, scope.after));
    // What one run left out, the other one would have left out too, had it seen the place: nothing entered or left the scope.
    match (before, after) {
        (Standing::LeftOut, Standing::NotKnown) if earlier.is_some() && scope.later_covers => after = before,
        (Standing::NotKnown, Standing::LeftOut) if later.is_some() && scope.earlier_covers => before = after,
        _ => {}
    }
    let severity = match (&earlier, &later) {
        (Some(earlier), Some(later)) => later.severity.cmp(&earlier.severity),
        _ => Ordering::Equal,
    };
    Change {
        kind: Kind::of(before, after, severity),
        before,
        after,
        earlier,
        later,
        absence,
        account_name: Rc::from(""),
        account_reason: Rc::from(""),
    }
}

type Pair = (Option<Finding>, Option<Finding>);

/// Findings of both runs by resource and check. Where a run holds several of the same, they are taken in their order.
fn pairs(earlier: Vec<Finding>, later: Vec<Finding>) -> impl Iterator<Item = Pair> {
    let mut joined: BTreeMap<(String, CheckId, usize), Pair> = BTreeMap::new();
    for (finding, is_later) in earlier
        .into_iter()
        .map(|finding| (finding, false))
        .chain(later.into_iter().map(|finding| (finding, true)))
    {
        // Findings on buckets come bucket by bucket, so that the check tells them apart.
        let arn = if finding.resource.is_of_account() {
            finding.resource.arn()
        } else {
            String::new()
        };
        let is_taken = |pair: &Pair| if is_later { pair.1.is_some() } else { pair.0.is_some() };
        let mut key = (arn, finding.check.clone(), 0);
        while joined.get(&key).is_some_and(is_taken) {
            key.2 += 1;
        }
        let pair = joined.entry(key).or_default();
        *if is_later { &mut pair.1 } else { &mut pair.0 } = Some(finding);
    }
    joined.into_values()
}
