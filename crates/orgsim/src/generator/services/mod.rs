//! What the services of made-up accounts hold: one file and one line a service.
//!
//! It works on accounts that have their buckets already, since trails, keys and alarms are about these.

mod change_alarms;
mod cloudfront;
mod cloudtrail;
mod config;
mod iam;
mod kms;
mod shield;
mod topics;
mod trusted_advisor;

use super::Purpose;
use super::dice::Dice;
use crate::scenario::Scenario;

/// What every service's generator may look at beside the scenario.
#[derive(Debug)]
pub(super) struct Furnishing<'plan> {
    /// What each account is for, in the order of the scenario's accounts.
    pub(super) purposes: &'plan [Purpose],
    seed: u64,
}

impl<'plan> Furnishing<'plan> {
    pub(super) fn new(seed: u64, purposes: &'plan [Purpose]) -> Self {
        Self { purposes, seed }
    }

    /// Chance for one service in one account, apart from every other.
    pub(super) fn dice(&self, service: &str, account: &str) -> Dice {
        Dice::of(self.seed, ["service", service, account])
    }
}

/// Furnishes the services of all accounts.
pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    cloudfront::furnish(scenario, furnishing);
    iam::furnish(scenario, furnishing);
    cloudtrail::furnish(scenario, furnishing);
    // After the trails, to whose log groups filters belong.
    change_alarms::furnish(scenario, furnishing);
    shield::furnish(scenario, furnishing);
    trusted_advisor::furnish(scenario, furnishing);
    topics::furnish(scenario, furnishing);
    config::furnish(scenario, furnishing);
    // The last, since everything else may name keys.
    kms::furnish(scenario, furnishing);
}
