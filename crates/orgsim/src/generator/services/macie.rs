//! Macie: the security account administers it for those accounts that hold data; a few paused it, a few left the rest.

use std::collections::BTreeSet;

use super::Furnishing;
use crate::generator::dice::Dice;
use crate::generator::{Purpose, moment};
use crate::scenario::{MacieAdministrator, MacieDiscovery, MacieRegion, Scenario};

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let accounts = scenario.accounts.iter().zip(furnishing.purposes);
    let administrator = accounts
        .filter(|(_, purpose)| **purpose == Purpose::Security)
        .map(|(account, _)| account.id.clone())
        .next();
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        let mut dice = furnishing.dice("macie", &account.id);
        let chance = match purpose {
            Purpose::Security | Purpose::LogArchive => 100,
            Purpose::Production => 80,
            Purpose::Management | Purpose::SharedServices => 50,
            _ => 25,
        };
        let regions: BTreeSet<&str> = account.buckets.iter().map(|bucket| bucket.region.as_str()).collect();
        let enabled = regions.into_iter().filter(|_| dice.chance(chance)).collect::<Vec<_>>();
        let made = enabled.into_iter().map(|region| {
            let relation = *dice.pick(&["Enabled", "Enabled", "Enabled", "Paused", "Invited", "Removed"]);
            let administrator = administrator
                .as_ref()
                .filter(|id| **id != account.id && dice.chance(75))
                .map(|id| MacieAdministrator {
                    account: id.clone(),
                    relationship_status: relation.to_owned(),
                });
            macie(region, administrator, *purpose == Purpose::Security, &mut dice)
        });
        let made = made.collect();
        account.services.macie = made;
    }
}

fn macie(region: &str, administrator: Option<MacieAdministrator>, administers: bool, dice: &mut Dice) -> MacieRegion {
    let created_at = moment(dice);
    let is_on = dice.chance(60);
    let was_on = is_on || dice.chance(50);
    let frequency = *dice.pick(&["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"]);
    MacieRegion {
        region: region.to_owned(),
        status: if dice.chance(15) { "PAUSED" } else { "ENABLED" }.to_owned(),
        finding_publishing_frequency: frequency.to_owned(),
        created_at,
        updated_at: created_at,
        administrator,
        automated_discovery: MacieDiscovery {
            status: if is_on { "ENABLED" } else { "DISABLED" }.to_owned(),
            auto_enable_organization_members: administers.then(|| (*dice.pick(&["ALL", "NEW", "NONE"])).to_owned()),
            first_enabled_at: was_on.then_some(created_at),
            disabled_at: (was_on && !is_on).then(|| moment(dice)),
            last_updated_at: was_on.then_some(created_at),
        },
    }
}
