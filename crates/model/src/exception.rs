//! Exceptions: fails that somebody accepts for a time, and what became of each exception in an assessment.
//!
//! It does not know in which form exceptions are written down, nor what day it is.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::evidence::Gap;
use crate::finding::{EvidenceReference, VerdictCounts};

/// A text that an exception compares with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// This very text.
    Exactly(String),
    /// A pattern: `*` stands for any number of characters, `?` for one.
    Like(String),
}

impl Wanted {
    /// The text or the pattern.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Exactly(text) | Self::Like(text) => text,
        }
    }

    /// Whether it is a pattern.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        matches!(self, Self::Like(_))
    }
}

/// Which findings an exception is about: those on which everything matches that is named here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selectors {
    /// The check's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Wanted>,
    /// The account's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Wanted>,
    /// The bucket's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Wanted>,
    /// The name or the ARN of a resource of any kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Wanted>,
    /// A tag of the bucket, as `key=value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<Wanted>,
}

impl Selectors {
    /// What is named, with the key under which a file of exceptions writes it exactly.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, &Wanted)> {
        [
            ("check", &self.check),
            ("account", &self.account),
            ("bucket", &self.bucket),
            ("resource", &self.resource),
            ("tag", &self.tag),
        ]
        .into_iter()
        .filter_map(|(key, wanted)| Some((key, wanted.as_ref()?)))
        .collect()
    }

    /// Whether nothing is named that tells resources apart.
    #[must_use]
    pub fn is_about_every_resource(&self) -> bool {
        self.of_resources().next().is_none()
    }

    /// Whether all that is named to tell resources apart are patterns that every one matches: of `*` alone or, for a tag,
    /// `*=*`.
    #[must_use]
    pub fn tells_no_resource_apart(&self) -> bool {
        self.of_resources().all(|(key, wanted)| match wanted {
            Wanted::Exactly(_) => false,
            Wanted::Like(pattern) if key == "tag" && pattern.starts_with('*') && pattern.ends_with('*') => {
                matches!(pattern.replace('*', "").as_str(), "" | "=")
            }
            Wanted::Like(pattern) => pattern.contains('*') && pattern.chars().all(|character| "*?".contains(character)),
        })
    }

    fn of_resources(&self) -> impl Iterator<Item = (&'static str, &Wanted)> {
        self.named().into_iter().filter(|(key, _)| *key != "check")
    }
}

/// A fail that somebody accepts for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Its id, which no other exception of the file has.
    pub id: String,
    /// The line of the file on which it begins.
    pub line: u32,
    /// Which findings it is about.
    pub selectors: Selectors,
    /// Who answers for it.
    pub owner: String,
    /// Why the fail is accepted.
    pub reason: String,
    /// Where the decision is recorded.
    pub ticket: String,
    /// The last day on which it is in force, in UTC.
    pub expires: Date,
    /// Whatever else should be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What an exception does to a failed finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionEffect {
    /// The fail is accepted.
    Accepted,
    /// The exception is past its last day, so the fail counts like any other.
    Expired,
    /// The exception goes by a tag and the bucket's tags are not known, so the fail counts like any other.
    TagsUnknown,
}

impl ExceptionEffect {
    /// The effect in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::TagsUnknown => "tags-unknown",
        }
    }
}

/// An exception as it stands beside a failed finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedException {
    /// The exception's id.
    pub id: String,
    /// What it does to the finding.
    pub effect: ExceptionEffect,
    /// Who answers for it.
    pub owner: String,
    /// Why the fail is accepted.
    pub reason: String,
    /// Where the decision is recorded.
    pub ticket: String,
    /// The last day on which it is in force, in UTC.
    pub expires: Date,
    /// Where the exception goes by a tag: the call that was to read the bucket's tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<EvidenceReference>,
    /// For `tags-unknown`: why the tags are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
}

/// How an exception stands on the day of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionStanding {
    /// In force.
    InForce,
    /// In force, and soon not any more.
    ExpiresSoon,
    /// Past its last day.
    Expired,
}

impl ExceptionStanding {
    /// The standing in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in-force",
            Self::ExpiresSoon => "expires-soon",
            Self::Expired => "expired",
        }
    }
}

/// Whether anything fails that an exception is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionUse {
    /// Something does.
    Used,
    /// Nothing does, on what was judged; something that was not seen may.
    NotKnown,
    /// Nothing does.
    Unused,
}

impl ExceptionUse {
    /// The answer in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::NotKnown => "not-known",
            Self::Unused => "unused",
        }
    }
}

/// What became of an exception in an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionTally {
    /// The exception as it was written.
    pub exception: Exception,
    /// How it stood on the day of the assessment.
    pub standing: ExceptionStanding,
    /// The findings that it is about, whatever their verdict; `accepted` are those that it accepts itself.
    pub counts: VerdictCounts,
    /// Failed findings that count again because it is expired: those beside which it stands, and no exception in force.
    #[serde(default)]
    pub fails_again: u64,
    /// Failed findings that it may be about: it goes by a tag, and the bucket's tags are not known.
    pub tags_unknown: u64,
    /// The resources that it is about, whether anything fails on them or not.
    pub resources: u64,
    /// Whether it is about every check that was run.
    pub is_about_every_check: bool,
    /// Whether a part of the scope in which it may have something to accept was not seen.
    pub is_partly_out_of_sight: bool,
}

impl ExceptionTally {
    /// Whether anything fails that it is about.
    #[must_use]
    pub fn usage(&self) -> ExceptionUse {
        if self.counts.fail > 0 {
            ExceptionUse::Used
        } else if self.counts.not_assessed > 0 || self.tags_unknown > 0 || self.is_partly_out_of_sight {
            ExceptionUse::NotKnown
        } else {
            ExceptionUse::Unused
        }
    }

    /// Why it is broader than an exception should be, each as the end of "it …"; empty when it is not.
    #[must_use]
    pub fn breadth(&self, most_resources: u64) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.is_about_every_check {
            reasons.push("is about every check".to_owned());
        }
        if self.exception.selectors.is_about_every_resource() {
            reasons.push("is about every resource".to_owned());
        } else if self.exception.selectors.tells_no_resource_apart() {
            reasons.push("names resources by a pattern that tells none apart".to_owned());
        }
        if self.resources > most_resources {
            reasons.push(format!(
                "is about {} resources, more than {most_resources}",
                self.resources
            ));
        }
        reasons
    }
}

/// The exceptions of an assessment: which file, on which day, and what became of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessedExceptions {
    /// The name of the file, without its directory.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    /// The day by which exceptions were taken as expired or not, in UTC.
    pub as_of: Date,
    /// An exception that is about more resources is over-broad.
    pub most_resources: u64,
    /// An exception expires soon when so many days, or fewer, are left.
    pub soon_days: u32,
    /// Every exception, in the order of the file.
    pub tallies: Vec<ExceptionTally>,
}

impl AssessedExceptions {
    /// How many there are of a standing.
    #[must_use]
    pub fn standing(&self, standing: ExceptionStanding) -> u64 {
        self.tallies.iter().filter(|tally| tally.standing == standing).count() as u64
    }

    /// The exceptions past their last day.
    pub fn expired(&self) -> impl Iterator<Item = &ExceptionTally> {
        self.tallies
            .iter()
            .filter(|tally| tally.standing == ExceptionStanding::Expired)
    }

    /// The exceptions about which nothing fails, or of which that is not known.
    pub fn of_use(&self, usage: ExceptionUse) -> impl Iterator<Item = &ExceptionTally> {
        self.tallies.iter().filter(move |tally| tally.usage() == usage)
    }

    /// The exceptions that are broader than an exception should be.
    pub fn over_broad(&self) -> impl Iterator<Item = &ExceptionTally> {
        self.tallies
            .iter()
            .filter(|tally| !tally.breadth(self.most_resources).is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(counts: VerdictCounts) -> ExceptionTally {
        ExceptionTally {
            exception: Exception {
                id: "one".to_owned(),
                line: 1,
                selectors: Selectors {
                    bucket: Some(Wanted::Exactly("media".to_owned())),
                    ..Selectors::default()
                },
                owner: "o".to_owned(),
                reason: "r".to_owned(),
                ticket: "t".to_owned(),
                expires: jiff::civil::date(2027, 1, 31),
                note: None,
            },
            standing: ExceptionStanding::InForce,
            counts,
            fails_again: 0,
            tags_unknown: 0,
            resources: 1,
            is_about_every_check: false,
            is_partly_out_of_sight: false,
        }
    }

    #[test]
    fn an_exception_is_unused_only_when_it_is_known_that_nothing_fails() {
        let fails = VerdictCounts {
            fail: 1,
            not_assessed: 3,
            ..VerdictCounts::default()
        };
        let unknown = VerdictCounts {
            pass: 4,
            not_assessed: 1,
            ..VerdictCounts::default()
        };
        let passes = VerdictCounts {
            pass: 4,
            ..VerdictCounts::default()
        };
        assert_eq!(tally(fails).usage(), ExceptionUse::Used);
        assert_eq!(tally(unknown).usage(), ExceptionUse::NotKnown);
        assert_eq!(tally(passes).usage(), ExceptionUse::Unused);
        assert_eq!(tally(VerdictCounts::default()).usage(), ExceptionUse::Unused);
        let mut tally = tally(passes);
        tally.is_partly_out_of_sight = true;
        assert_eq!(tally.usage(), ExceptionUse::NotKnown);
        tally.is_partly_out_of_sight = false;
        tally.tags_unknown = 1;
        assert_eq!(tally.usage(), ExceptionUse::NotKnown);
    }

    #[test]
    fn breadth_is_named_for_each_reason() {
        let mut tally = tally(VerdictCounts::default());
        assert!(tally.breadth(1).is_empty());
        tally.resources = 2;
        assert_eq!(tally.breadth(1).len(), 1);
        assert!(tally.breadth(2).is_empty());
        tally.is_about_every_check = true;
        tally.exception.selectors.bucket = None;
        assert_eq!(tally.breadth(2).len(), 2);
    }

    #[test]
    fn a_pattern_of_a_star_alone_names_nothing() {
        let like = |text: &str| Some(Wanted::Like(text.to_owned()));
        let exactly = |text: &str| Some(Wanted::Exactly(text.to_owned()));
        let none = Selectors::default;
        for (selectors, expected) in [
            (
                Selectors {
                    resource: like("*"),
                    ..none()
                },
                true,
            ),
            (
                Selectors {
                    account: like("**"),
                    ..none()
                },
                true,
            ),
            (
                Selectors {
                    bucket: like("?*"),
                    ..none()
                },
                true,
            ),
            (
                Selectors {
                    tag: like("*=*"),
                    ..none()
                },
                true,
            ),
            (
                Selectors {
                    tag: like("*"),
                    account: like("*"),
                    ..none()
                },
                true,
            ),
            (
                Selectors {
                    tag: like("=*"),
                    ..none()
                },
                false,
            ),
            (
                Selectors {
                    tag: like("team=*"),
                    ..none()
                },
                false,
            ),
            (
                Selectors {
                    resource: exactly("*"),
                    ..none()
                },
                false,
            ),
            (
                Selectors {
                    resource: like("logs-*"),
                    ..none()
                },
                false,
            ),
            (
                Selectors {
                    resource: like("*"),
                    account: exactly("111111111111"),
                    ..none()
                },
                false,
            ),
        ] {
            let mut tally = tally(VerdictCounts::default());
            tally.exception.selectors = selectors;
            let selectors = &tally.exception.selectors;
            assert_eq!(!tally.breadth(1).is_empty(), expected, "{selectors:?}");
            assert!(!selectors.is_about_every_resource());
        }
    }

    #[test]
    fn an_exception_is_written_with_its_day_as_text() {
        let text = serde_json::to_string(&tally(VerdictCounts::default()).exception).expect("JSON");
        assert!(text.contains(r#""expires":"2027-01-31""#), "{text}");
        assert!(text.contains(r#""bucket":{"exactly":"media"}"#), "{text}");
        assert!(!text.contains("note") && !text.contains("account"), "{text}");
    }
}
