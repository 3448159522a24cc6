//! Token buckets without locks: one number per account, service and region.
//!
//! It knows no clock; the time since the start is passed in.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::scenario::RateLimit;

/// A token bucket, kept as the time at which it would be full again.
#[derive(Debug, Default)]
pub(crate) struct TokenBucket(AtomicU64);

impl TokenBucket {
    /// Takes a token; `false` when there is none.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "nanoseconds of a rate and of an uptime stay far below 2^63"
    )]
    pub(crate) fn take(&self, limit: RateLimit, now: Duration) -> bool {
        if limit.per_second <= 0.0 {
            return false;
        }
        let interval = (1e9 / limit.per_second) as u64;
        let tolerance = interval.saturating_mul(u64::from(limit.burst.max(1)));
        let now = now.as_nanos() as u64;
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
                let next = full_at.max(now).saturating_add(interval);
                (next <= now.saturating_add(tolerance)).then_some(next)
            })
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let bucket = TokenBucket::default();
        let limit = RateLimit {
            per_second: 10.0,
            burst: 5,
        };
        let at_once = (0..20).filter(|_| bucket.take(limit, Duration::from_secs(1))).count();
        assert_eq!(at_once, 5);
        let over_a_second = (1..=1_000)
            .filter(|millisecond| bucket.take(limit, Duration::from_millis(1_000 + millisecond)))
            .count();
        assert_eq!(over_a_second, 10);
    }

    #[test]
    fn a_rate_of_nothing_lets_nothing_pass() {
        let limit = RateLimit {
            per_second: 0.0,
            burst: 5,
        };
        assert!(!TokenBucket::default().take(limit, Duration::from_secs(9)));
    }
}
