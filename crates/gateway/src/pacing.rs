//! Pacing: who may send when.
//!
//! A lane is the queue of one API class for one account and region (or for the whole run, where AWS counts so). Requests
//! of a lane leave one after another at the configured rate. When AWS asks to slow down, the lane halves its speed, and
//! wins it back step by step while answers are good. A lane belongs to the clients that use it and goes with them, so
//! that nothing is kept for accounts that are done.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{Mutex as QueueMutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::rates::{Per, Rate, RateLimits};

/// How far a lane slows down at most: one thirty-second of its rate.
const SLOWEST: u32 = 32;
/// For how long throttling answers count as one burst: a few times what a request takes.
const BURST: Duration = Duration::from_millis(200);
/// How many good answers win one step back.
const GOOD_ANSWERS_A_STEP: u32 = 20;

/// The queue of one API class for one account and region.
#[derive(Debug)]
pub(crate) struct Lane {
    limiter: DefaultDirectRateLimiter,
    /// One waiter sleeps at a time and the others stand in line, so that a long queue costs no more than a short one.
    turn: QueueMutex<()>,
    in_flight: Arc<Semaphore>,
    /// How many tokens a request costs; more than one after throttling.
    cost: AtomicU32,
    good_answers: AtomicU32,
    /// When the lane last halved its speed.
    halved_at: Mutex<Option<Instant>>,
}

impl Lane {
    fn new(rate: Rate) -> Self {
        // A burst of a tenth of a second evens out the grain of timers without exceeding any second's rate by much.
        let burst = NonZeroU32::new(rate.per_second.get().div_ceil(10)).unwrap_or(NonZeroU32::MIN);
        Self {
            limiter: RateLimiter::direct(Quota::per_second(rate.per_second).allow_burst(burst)),
            turn: QueueMutex::new(()),
            in_flight: Arc::new(Semaphore::new(rate.in_flight.get() as usize)),
            cost: AtomicU32::new(1),
            good_answers: AtomicU32::new(0),
            halved_at: Mutex::new(None),
        }
    }

    /// Waits until a request may leave; says how long that took.
    pub(crate) async fn enter(&self) -> (OwnedSemaphorePermit, Duration) {
        let began = Instant::now();
        let permit = Arc::clone(&self.in_flight)
            .acquire_owned()
            .await
            .expect("a lane's semaphore is never closed");
        let turn = self.turn.lock().await;
        for _ in 0..self.cost.load(Ordering::Relaxed) {
            self.limiter.until_ready().await;
        }
        drop(turn);
        (permit, began.elapsed())
    }

    /// Halves the speed, once for each burst of throttling: the other requests of a burst were sent at the old speed and
    /// say nothing of the new one.
    pub(crate) fn throttled(&self, now: Instant) {
        self.good_answers.store(0, Ordering::Relaxed);
        let mut halved_at = self.halved_at.lock().unwrap_or_else(PoisonError::into_inner);
        if halved_at.is_some_and(|before| now.saturating_duration_since(before) < BURST) {
            return;
        }
        *halved_at = Some(now);
        let cost = self.cost.load(Ordering::Relaxed);
        self.cost.store((cost * 2).min(SLOWEST), Ordering::Relaxed);
    }

    /// Wins a step back after enough good answers in a row.
    pub(crate) fn answered(&self) {
        let cost = self.cost.load(Ordering::Relaxed);
        if cost > 1 && self.good_answers.fetch_add(1, Ordering::Relaxed) + 1 >= GOOD_ANSWERS_A_STEP {
            self.good_answers.store(0, Ordering::Relaxed);
            self.cost.store(cost - 1, Ordering::Relaxed);
        }
    }
}

/// What tells lanes of one class apart: nothing, an account, or an account and a region.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct LaneKey {
    class: &'static str,
    account: String,
    region: String,
}

/// All lanes, and the cap on requests that are open at the same time.
#[derive(Debug)]
pub(crate) struct Pacer {
    limits: RateLimits,
    lanes: Mutex<HashMap<LaneKey, Weak<Lane>>>,
    /// Lanes of the whole run, which outlive their clients: there are as many as there are classes.
    of_the_run: Mutex<Vec<Arc<Lane>>>,
    /// Requests that may be open over all lanes.
    pub(crate) open: Arc<Semaphore>,
}

impl Pacer {
    pub(crate) fn new(limits: RateLimits, open_requests: NonZeroU32) -> Self {
        Self {
            limits,
            lanes: Mutex::new(HashMap::new()),
            of_the_run: Mutex::new(Vec::new()),
            open: Arc::new(Semaphore::new(open_requests.get() as usize)),
        }
    }

    /// The lane of a class for an account and region; the same one for as long as someone holds it.
    pub(crate) fn lane(&self, class: &'static str, account: &str, region: &str) -> Arc<Lane> {
        let rate = self
            .limits
            .of(class)
            .expect("the gateway checked that every class has a rate");
        let (account, region) = match rate.per {
            Per::Run => ("", ""),
            Per::Account => (account, ""),
            Per::AccountRegion => (account, region),
        };
        let key = LaneKey {
            class,
            account: account.to_owned(),
            region: region.to_owned(),
        };
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get(&key).and_then(Weak::upgrade) {
            return lane;
        }
        // Lanes of finished accounts leave their place here; it is cleared when the table would grow.
        if lanes.len() == lanes.capacity() {
            lanes.retain(|_, lane| lane.strong_count() > 0);
        }
        let lane = Arc::new(Lane::new(rate));
        lanes.insert(key, Arc::downgrade(&lane));
        if rate.per == Per::Run {
            self.of_the_run
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(Arc::clone(&lane));
        }
        lane
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(per_second: u32) -> RateLimits {
        RateLimits::uniform(
            NonZeroU32::new(per_second).expect("not zero"),
            NonZeroU32::new(100).expect("not zero"),
        )
    }

    #[test]
    fn lanes_are_shared_as_the_rates_say_and_forgotten_with_their_clients() {
        let pacer = Pacer::new(limits(10), NonZeroU32::MIN);
        let first = pacer.lane("s3", "1", "eu-west-1");
        assert!(Arc::ptr_eq(&first, &pacer.lane("s3", "1", "eu-west-1")));
        assert!(!Arc::ptr_eq(&first, &pacer.lane("s3", "1", "us-east-1")));
        assert!(!Arc::ptr_eq(&first, &pacer.lane("s3", "2", "eu-west-1")));
        let shared = pacer.lane("sts", "1", "eu-west-1");
        assert!(Arc::ptr_eq(&shared, &pacer.lane("sts", "2", "us-east-1")));
        let place = Arc::as_ptr(&shared);
        drop(shared);
        assert_eq!(
            Arc::as_ptr(&pacer.lane("sts", "1", "eu-west-1")),
            place,
            "a lane of the run stays"
        );
        for number in 0..10_000 {
            drop(pacer.lane("s3", &number.to_string(), "eu-west-1"));
        }
        assert!(pacer.lanes.lock().expect("no panic").len() < 100);
    }

    #[test]
    fn a_throttled_lane_slows_down_and_recovers_step_by_step() {
        let pacer = Pacer::new(limits(10), NonZeroU32::MIN);
        let lane = pacer.lane("s3", "1", "eu-west-1");
        let began = Instant::now();
        for _ in 0..64 {
            lane.throttled(began);
        }
        assert_eq!(lane.cost.load(Ordering::Relaxed), 2, "one burst halves once");
        for second in 1..10 {
            lane.throttled(began + Duration::from_secs(second));
        }
        assert_eq!(lane.cost.load(Ordering::Relaxed), SLOWEST);
        for _ in 0..GOOD_ANSWERS_A_STEP {
            lane.answered();
        }
        assert_eq!(lane.cost.load(Ordering::Relaxed), SLOWEST - 1);
        for _ in 0..GOOD_ANSWERS_A_STEP * SLOWEST {
            lane.answered();
        }
        assert_eq!(lane.cost.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn requests_of_a_lane_leave_at_its_rate() {
        let pacer = Pacer::new(limits(100), NonZeroU32::MIN);
        let lane = pacer.lane("s3", "1", "eu-west-1");
        let began = Instant::now();
        for _ in 0..40 {
            let _permit = lane.enter().await;
        }
        // Ten leave at once, thirty at a hundred a second: never faster than that, however slow the machine.
        assert!(began.elapsed() >= Duration::from_millis(290));
    }
}
