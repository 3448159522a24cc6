//! The refreshes of Trusted Advisor that were asked for: the one thing beside sessions that a caller can change here.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How often each refresh that was asked for was looked at, by account and check.
#[derive(Debug, Default)]
pub(crate) struct Refreshes(Mutex<HashMap<(usize, String), u32>>);

impl Refreshes {
    /// Starts a refresh anew.
    pub(crate) fn start(&self, account: usize, check: &str) {
        self.within(|looks| looks.insert((account, check.to_owned()), 0));
    }

    /// Counts a look; `None` when no refresh was asked for.
    pub(crate) fn look(&self, account: usize, check: &str) -> Option<u32> {
        self.within(|looks| {
            let count = looks.get_mut(&(account, check.to_owned()))?;
            *count += 1;
            Some(*count)
        })
    }

    /// How often it was looked at; `None` when no refresh was asked for.
    pub(crate) fn looks(&self, account: usize, check: &str) -> Option<u32> {
        self.within(|looks| looks.get(&(account, check.to_owned())).copied())
    }

    fn within<T>(&self, act: impl FnOnce(&mut HashMap<(usize, String), u32>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
