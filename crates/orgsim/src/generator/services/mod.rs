//! What the services of made-up accounts hold: one file and one line a service.
//!
//! It works on accounts that have their buckets already, since trails, keys and alarms are about these.

mod access_analyzer;
mod access_grants;
mod access_points;
mod change_alarms;
mod cloudfront;
mod cloudtrail;
mod config;
mod guardduty;
mod iam;
mod kms;
mod macie;
mod shield;
mod special_buckets;
mod storage_lens;
mod topics;
mod trusted_advisor;

use super::Purpose;
use super::dice::Dice;
use crate::scenario::{Account, Scenario};

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

/// A key of KMS that a bucket of an account uses in a region, for something else that is encrypted there.
fn key_in(account: &Account, region: &str) -> Option<String> {
    let mut buckets = account.buckets.iter().filter(|bucket| bucket.region == region);
    buckets.find_map(|bucket| bucket.encryption.as_ref()?.kms_key.clone())
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
    access_points::furnish(scenario, furnishing);
    access_grants::furnish(scenario, furnishing);
    storage_lens::furnish(scenario, furnishing);
    special_buckets::furnish(scenario, furnishing);
    access_analyzer::furnish(scenario, furnishing);
    macie::furnish(scenario, furnishing);
    guardduty::furnish(scenario, furnishing);
}
