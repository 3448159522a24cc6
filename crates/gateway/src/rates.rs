//! The configured rates: how often each class of API is asked.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

/// The rates that the program brings along; `config/rate-limits.toml` says where each comes from.
const DEFAULTS: &str = include_str!("../../../config/rate-limits.toml");

/// For what a limit is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// For everything that the run does.
    Run,
    /// For each account.
    Account,
    /// For each account and region.
    AccountRegion,
}

/// The limits of one class of API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// For what they are counted.
    pub per: Per,
    /// Requests a second, retries included.
    pub per_second: NonZeroU32,
    /// Requests under way at the same time.
    pub in_flight: NonZeroU32,
}

/// Rates that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RateLimitsError {
    /// The text is not TOML of the expected form.
    #[error("the rate limits cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A class that no operation belongs to.
    #[error("the rate limits name an unknown class `{class}`; the classes are {known}")]
    UnknownClass {
        /// The refused name.
        class: String,
        /// The valid names.
        known: String,
    },
}

/// The limits of every class, by the class's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RateLimits {
    classes: BTreeMap<String, Rate>,
}

impl Default for RateLimits {
    fn default() -> Self {
        toml::from_str(DEFAULTS).expect("the embedded rate limits are valid")
    }
}

impl RateLimits {
    /// The defaults, with the classes of a TOML text laid over them.
    pub fn overlaid(text: &str) -> Result<Self, RateLimitsError> {
        let mut limits = Self::default();
        let overlay: BTreeMap<String, Rate> = toml::from_str(text)?;
        for (class, rate) in overlay {
            if !limits.classes.contains_key(&class) {
                let known = limits
                    .classes
                    .keys()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(", ");
                return Err(RateLimitsError::UnknownClass { class, known });
            }
            limits.classes.insert(class, rate);
        }
        Ok(limits)
    }

    /// Every class with the same rate, for a server that has no limits.
    #[must_use]
    pub fn uniform(per_second: NonZeroU32, in_flight: NonZeroU32) -> Self {
        let mut limits = Self::default();
        for rate in limits.classes.values_mut() {
            rate.per_second = per_second;
            rate.in_flight = in_flight;
        }
        limits
    }

    /// The limits of a class.
    #[must_use]
    pub fn of(&self, class: &str) -> Option<Rate> {
        self.classes.get(class).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_changes_what_it_names_and_nothing_else() {
        let limits =
            RateLimits::overlaid("[s3]\nper = \"account\"\nper_second = 7\nin_flight = 3\n").expect("a valid overlay");
        assert_eq!(limits.of("s3").map(|rate| rate.per_second.get()), Some(7));
        assert_eq!(limits.of("sts"), RateLimits::default().of("sts"));
    }

    #[test]
    fn an_unknown_class_or_a_zero_rate_is_refused() {
        let unknown = RateLimits::overlaid("[s4]\nper = \"run\"\nper_second = 1\nin_flight = 1\n");
        assert!(unknown.is_err_and(|error| error.to_string().contains("`s4`")));
        assert!(RateLimits::overlaid("[s3]\nper = \"run\"\nper_second = 0\nin_flight = 1\n").is_err());
    }
}
