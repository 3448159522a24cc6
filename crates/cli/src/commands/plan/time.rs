//! How long the calls of a scan take at the configured rates.
//!
//! Calls of one lane (a class of API, for the run, an account, or an account and region) leave one after another at its rate;
//! lanes run side by side. So an account takes as long as its slowest lane, and a scan as long as its slowest account, or
//! as long as the places for accounts, buckets, readings and open requests make it.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use s3attest_collect::Limits;
use s3attest_gateway::{AllowedOperation, Per, RateLimits, Unit};
use serde::Serialize;

/// How long an answer takes, in seconds: a call across a continent. It matters only where places are few.
pub(super) const ANSWER_SECONDS: f64 = 0.1;

/// Where a call is made; nothing for the run as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) account: String,
    pub(super) region: Option<String>,
}

/// What is in a lane.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    /// Calls for buckets.
    buckets: u64,
    /// All other calls.
    others: u64,
}

/// How long a lane takes, and for how many calls.
#[derive(Debug, Clone, Copy, Default)]
struct Lane {
    bucket_seconds: f64,
    other_seconds: f64,
    calls: u64,
}

/// The calls, by class and place.
#[derive(Debug, Default)]
pub(super) struct Work {
    loads: BTreeMap<(&'static str, Place), Load>,
}

impl Work {
    pub(super) fn add(&mut self, operation: &AllowedOperation, place: Place, calls: u64) {
        let load = self.loads.entry((operation.class, place)).or_default();
        if operation.times.per == Unit::Bucket {
            load.buckets += calls;
        } else {
            load.others += calls;
        }
    }
}

/// One thing that a scan cannot be faster than.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Bound {
    pub(super) what: String,
    pub(super) seconds: f64,
}

/// The time of a scan, in seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Time {
    pub(super) seconds: f64,
    /// Finding the accounts and entering them.
    pub(super) beginning_seconds: f64,
    /// What bounds the reading, the slowest first: the first decides.
    pub(super) bounds: Vec<Bound>,
}

#[expect(clippy::cast_precision_loss, reason = "an estimate for a reader")]
fn number(value: u64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "an estimate for a reader")]
fn places(value: std::num::NonZeroUsize) -> f64 {
    value.get() as f64
}

impl Time {
    pub(super) fn of(work: &Work, rates: &RateLimits, limits: Limits, open: NonZeroU32) -> Self {
        // The seconds of each lane, by account and class: for buckets, and for everything else.
        let mut lanes: BTreeMap<(String, &'static str, Option<String>), Lane> = BTreeMap::new();
        let mut of_run: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut calls = 0;
        for ((class, place), load) in &work.loads {
            let Some(rate) = rates.of(class) else { continue };
            let all = load.buckets + load.others;
            calls += all;
            let a_second = f64::from(rate.per_second.get()).min(f64::from(rate.in_flight.get()) / ANSWER_SECONDS);
            let region = place.region.clone();
            let key = match rate.per {
                Per::Run => {
                    *of_run.entry(class).or_default() += all;
                    continue;
                }
                Per::Account => (place.account.clone(), *class, None),
                Per::AccountRegion => (place.account.clone(), *class, region),
            };
            let lane = lanes.entry(key).or_default();
            lane.bucket_seconds += number(load.buckets) / a_second;
            lane.other_seconds += number(load.others) / a_second;
            lane.calls += all;
        }
        let mut beginning = 0.0;
        let mut bounds = Vec::new();
        for (class, calls) in of_run {
            let Some(rate) = rates.of(class) else { continue };
            // What the whole run shares is asked before anything else is.
            let a_second = f64::from(rate.per_second.get()).min(f64::from(rate.in_flight.get()) / ANSWER_SECONDS);
            beginning += number(calls) / a_second;
        }
        let mut accounts: BTreeMap<&str, (f64, String)> = BTreeMap::new();
        let mut bucket_seconds = 0.0;
        let mut reading_seconds = 0.0;
        for ((account, class, region), lane) in &lanes {
            bucket_seconds += lane.bucket_seconds;
            reading_seconds += lane.other_seconds;
            let seconds = lane.bucket_seconds + lane.other_seconds;
            let calls = lane.calls;
            let slowest = accounts.entry(account).or_default();
            if seconds > slowest.0 {
                let place = region
                    .as_ref()
                    .map_or_else(String::new, |region| format!(" in {region}"));
                *slowest = (
                    seconds,
                    format!("{calls} calls of the class {class}{place} of account {account}"),
                );
            }
        }
        if let Some((seconds, what)) = accounts.values().max_by(|left, right| left.0.total_cmp(&right.0)) {
            bounds.push(Bound {
                what: what.clone(),
                seconds: *seconds,
            });
        }
        let at_once = places(limits.accounts);
        bounds.push(Bound {
            what: format!("{} accounts at once (requests.accounts_at_once)", limits.accounts),
            seconds: accounts.values().map(|(seconds, _)| seconds).sum::<f64>() / at_once,
        });
        // Buckets of one region share its lane, so the places of the run hold so many lanes at once.
        let lanes_at_once = (places(limits.buckets) / places(limits.buckets_in_region)).max(1.0);
        bounds.push(Bound {
            what: format!("{} buckets at once (requests.buckets_at_once)", limits.buckets),
            seconds: bucket_seconds / lanes_at_once,
        });
        bounds.push(Bound {
            what: format!("{} readings at once (requests.readings_at_once)", limits.readings),
            seconds: reading_seconds / places(limits.readings),
        });
        bounds.push(Bound {
            what: format!("{open} open requests (requests.open), {ANSWER_SECONDS} s an answer"),
            seconds: number(calls) * ANSWER_SECONDS / f64::from(open.get()),
        });
        bounds.sort_by(|left, right| right.seconds.total_cmp(&left.seconds));
        let reading = bounds.first().map_or(0.0, |bound| bound.seconds);
        Self {
            seconds: beginning + reading,
            beginning_seconds: beginning,
            bounds,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use s3attest_gateway::Times;

    use super::*;

    fn operation(class: &'static str, per: Unit) -> AllowedOperation {
        AllowedOperation {
            service: "",
            name: "",
            label: "",
            actions: &[],
            class,
            in_session: true,
            times: Times::each(per),
        }
    }

    fn limits(each: usize) -> Limits {
        let each = NonZeroUsize::new(each).expect("not zero");
        Limits {
            accounts: each,
            buckets: each,
            readings: each,
            buckets_in_account: each,
            buckets_in_region: NonZeroUsize::MIN,
        }
    }

    fn time(loads: &[(&'static str, Unit, &str, &str, u64)], limits: Limits) -> Time {
        let mut work = Work::default();
        for (class, per, account, region, calls) in loads {
            let place = Place {
                account: (*account).to_owned(),
                region: Some((*region).to_owned()),
            };
            work.add(&operation(class, *per), place, *calls);
        }
        let rates = RateLimits::overlaid(
            "[s3]\nper = \"account-region\"\nper_second = 10\nin_flight = 100\n\
             [sts]\nper = \"run\"\nper_second = 5\nin_flight = 100\n\
             [account]\nper = \"account\"\nper_second = 1\nin_flight = 100\n",
        )
        .expect("valid rates");
        Time::of(&work, &rates, limits, NonZeroU32::new(100_000).expect("not zero"))
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "whole numbers")]
    fn lanes_run_side_by_side_and_the_slowest_decides() {
        let plenty = limits(100_000);
        let bucket = |account, region, calls| ("s3", Unit::Bucket, account, region, calls);
        assert_eq!(
            time(&[bucket("1", "a", 100), bucket("1", "b", 300)], plenty).seconds,
            30.0
        );
        assert_eq!(
            time(&[bucket("1", "a", 100), bucket("2", "a", 100)], plenty).seconds,
            10.0
        );
        let of_account = |region| ("account", Unit::Region, "1", region, 20);
        let time_of_account = time(&[of_account("a"), of_account("b")], plenty);
        assert_eq!(time_of_account.seconds, 40.0, "one lane over all regions");
        assert!(
            time_of_account.bounds[0].what.contains("account 1"),
            "{time_of_account:?}"
        );
        let entering = time(
            &[("sts", Unit::Account, "1", "a", 5), ("sts", Unit::Account, "2", "a", 5)],
            plenty,
        );
        // Entering the accounts takes two seconds, whatever comes after it.
        assert_eq!(entering.beginning_seconds, 2.0);
        assert!((entering.seconds - 2.0).abs() < 0.001, "{entering:?}");
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "whole numbers")]
    fn few_places_make_it_longer() {
        let bucket = |account| ("s3", Unit::Bucket, account, "a", 100);
        let few = time(&[bucket("1"), bucket("2"), bucket("3"), bucket("4")], limits(2));
        assert_eq!(few.seconds, 20.0);
        assert!(few.bounds[0].what.contains("at once"), "{few:?}");
    }
}
