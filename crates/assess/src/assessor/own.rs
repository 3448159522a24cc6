//! What belongs to an account as a whole: the account itself, its regions, its access points, and the organization that it speaks
//! for.

use s3attest_model::account::AccountFacts;
use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::finding::{Resource, Verdict};
use s3attest_model::identifiers::AccountId;
use s3attest_model::organization::{Account, Selection};

use super::{AccountRecords, Assessor, Sink};
use crate::access_points;
use crate::check::{Judge, JudgeAccessPoint, JudgeRegion};
use crate::exceptions::Concerning;
use crate::judgement::Judgement;
use crate::services::{ServicesView, judged_regions};
use crate::trail::{Trail, Unknown};
use crate::views::{AccessPointView, AccountView, RegionView};

/// A resource that belongs to an account as a whole. Checks come to it one after the other with other resources in between, so
/// that what they say of it is counted when the account has been judged.
#[derive(Debug)]
pub(super) struct OwnResource {
    /// The exceptions that are about it.
    pub(super) concerning: Concerning,
    /// What the checks said, by their positions, and whether an exception accepts it.
    pub(super) verdicts: Vec<(usize, Verdict, bool)>,
}

impl Assessor<'_> {
    pub(super) fn judge_organization<S: Sink>(&mut self, speaker: &AccountId, sink: &mut S) -> Result<(), S::Error> {
        let view = self.organization();
        for position in 0..self.checks.len() {
            let Judge::Organization(judge) = self.checks[position].check.judge else {
                continue;
            };
            let mut trail = Trail::new();
            let said = judge(&view, &mut trail);
            let resource = Resource::Organization {
                account: speaker.clone(),
                id: view.evidence.id().unwrap_or(speaker.as_str()).to_owned(),
            };
            self.say(position, resource, said, trail, sink)?;
        }
        Ok(())
    }

    /// Says of everything that is judged of an account, that it could not be.
    pub(super) fn withhold_account<S: Sink>(
        &mut self,
        account: &Account,
        facts: Option<&AccountFacts>,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        for position in 0..self.checks.len() {
            match self.checks[position].check.judge {
                Judge::Account(_) | Judge::Region(_) | Judge::AccessPoint(_) => {
                    let resource = Resource::Account {
                        account: account.id.clone(),
                    };
                    let mut trail = Trail::new();
                    let refused = facts.and_then(|facts| trail.gap_of(&facts.access).err());
                    let unknown = refused.unwrap_or_else(|| Unknown::because(not_read(account)));
                    self.say(position, resource, Err(unknown), trail, sink)?;
                }
                Judge::Organization(_) | Judge::Bucket(_) => {}
            }
        }
        Ok(())
    }

    pub(super) fn judge_account<S: Sink>(
        &mut self,
        account: &Account,
        records: AccountRecords<'_>,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        let view = AccountView {
            account,
            facts: records.facts,
            services: ServicesView::new(records.facts, records.services),
            index: self.basis.index,
            organization: self.organization(),
            parameters: self.basis.parameters,
        };
        for position in 0..self.checks.len() {
            match self.checks[position].check.judge {
                Judge::Account(judge) => {
                    let mut trail = Trail::new();
                    let said = judge(&view, &mut trail);
                    let resource = Resource::Account {
                        account: account.id.clone(),
                    };
                    self.say(position, resource, said, trail, sink)?;
                }
                Judge::Region(judge) => self.judge_regions(position, judge, view, sink)?,
                Judge::AccessPoint(judge) => self.judge_access_points(position, judge, view, sink)?,
                Judge::Organization(_) | Judge::Bucket(_) => {}
            }
        }
        Ok(())
    }

    fn judge_regions<S: Sink>(
        &mut self,
        position: usize,
        judge: JudgeRegion,
        account: AccountView<'_>,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        for region in judged_regions(account.facts) {
            let mut trail = Trail::new();
            let said = judge(&RegionView { region, account }, &mut trail);
            let resource = Resource::Region {
                account: account.account.id.clone(),
                region: region.clone(),
            };
            self.say(position, resource, said, trail, sink)?;
        }
        // Which other regions there are, nobody knows.
        let mut trail = Trail::new();
        if let Err(unknown) = trail.gap_of(&account.facts.regions) {
            let resource = Resource::Account {
                account: account.account.id.clone(),
            };
            self.say(position, resource, Err(unknown), trail, sink)?;
        }
        Ok(())
    }

    fn judge_access_points<S: Sink>(
        &mut self,
        position: usize,
        judge: JudgeAccessPoint,
        account: AccountView<'_>,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        for source in self.checks[position].check.reads.sources {
            for place in access_points::places(*source, &account) {
                let mut trail = Trail::new();
                match place.points(&account, &mut trail) {
                    Err(unknown) => {
                        let resource = place.resource(&account.account.id);
                        self.say(position, resource, Err(unknown), trail, sink)?;
                    }
                    Ok(points) => {
                        for point in points {
                            let mut trail = trail.clone();
                            let said = judge(&AccessPointView { point, account }, &mut trail);
                            let resource = place.resource_of(&point, &account);
                            self.say(position, resource, said, trail, sink)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Concludes on what belongs to an account as a whole. What exceptions are about a resource is asked once, and settled when
    /// the account has been judged.
    fn say<S: Sink>(
        &mut self,
        position: usize,
        resource: Resource,
        said: Result<Judgement, Unknown<'_>>,
        trail: Trail<'_>,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        let arn = resource.arn();
        let known = self.own.remove(&arn);
        let mut own = known.unwrap_or_else(|| OwnResource {
            concerning: self.exceptions.concerning(&resource, None),
            verdicts: Vec::new(),
        });
        let finding = self.find(position, resource, said, trail);
        let (verdict, is_accepted) = self.conclude(position, finding, &mut own.concerning, sink)?;
        own.verdicts.push((position, verdict, is_accepted));
        self.own.insert(arn, own);
        Ok(())
    }

    pub(super) fn settle_own(&mut self) {
        for own in std::mem::take(&mut self.own).into_values() {
            self.exceptions.settle(&own.concerning);
            for (position, verdict, is_accepted) in own.verdicts {
                self.count(position, verdict, is_accepted);
            }
            self.end_resource();
        }
    }
}

/// Why nothing is known of an account that is in scope.
fn not_read(account: &Account) -> Gap {
    match &account.selection {
        Selection::Undecided(why) => Gap::new(GapCause::NotCollected, why.clone()),
        Selection::Selected | Selection::Excluded(_) | Selection::NotActive => {
            Gap::new(GapCause::Interrupted, "the snapshot holds nothing of the account")
        }
    }
}
