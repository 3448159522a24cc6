//! What each source says of whether the public reaches a bucket, in one form, so that they can be held against each other.
//!
//! A source that certainly says nothing of the bucket is told apart from one whose word could not be read. What follows from
//! a disagreement is not known here.

use std::borrow::Cow;

use jiff::Timestamp;
use s3attest_policy::access::{Access, EffectiveAccess, Reach};

use super::analyzer_findings::{self, Looked, may_be_held_back, who};
use super::config_evaluation::{self, Heard};
use super::outside_access::{PUBLIC, answers};
use super::ta_bucket_permissions::{IDS, gives_a_reason};
use super::trusted_advisor::{self, Said};
use super::{config_rule_s3_bucket_public_read_prohibited, config_rule_s3_bucket_public_write_prohibited};
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// Who says something of the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    /// Effective access, worked out here from all documents together.
    Own,
    /// `GetBucketPolicyStatus` of S3.
    PolicyStatus,
    /// Trusted Advisor's check of bucket permissions.
    TrustedAdvisor,
    /// Access Analyzer's findings of access from outside.
    AccessAnalyzer,
    /// The managed rules of AWS Config on public reading and writing.
    Config,
}

impl Speaker {
    /// The source, for a reader.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Own => "this program's evaluation",
            Self::PolicyStatus => "S3's GetBucketPolicyStatus",
            Self::TrustedAdvisor => "Trusted Advisor",
            Self::AccessAnalyzer => "Access Analyzer",
            Self::Config => "AWS Config",
        }
    }

    /// What it did at the time that it names.
    const fn verb(self) -> &'static str {
        match self {
            Self::Own | Self::PolicyStatus => "read",
            Self::TrustedAdvisor => "looked",
            Self::AccessAnalyzer => "analyzed",
            Self::Config => "recorded",
        }
    }
}

/// What is said of the public, as far as it is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Opinion {
    /// Whether it reaches the bucket at all.
    pub(super) any: Option<bool>,
    /// Whether it lists or reads.
    pub(super) reads: Option<bool>,
    /// Whether it writes or changes permissions.
    pub(super) writes: Option<bool>,
}

impl Opinion {
    /// That the public reaches the bucket, or does not.
    pub(super) const fn public(is_public: bool) -> Self {
        Self {
            any: Some(is_public),
            reads: None,
            writes: None,
        }
    }

    /// Whether anything is said.
    pub(super) fn is_known(self) -> bool {
        self != Self::default()
    }

    /// Whether the opinions can be true together: one state of the bucket fits all of them.
    pub(super) fn agree(opinions: &[Self]) -> bool {
        let states = [(false, false), (false, true), (true, false), (true, true)];
        states
            .into_iter()
            .any(|(reads, writes)| opinions.iter().all(|opinion| opinion.fits(reads, writes)))
    }

    fn fits(self, reads: bool, writes: bool) -> bool {
        self.any.is_none_or(|any| any == (reads || writes))
            && self.reads.is_none_or(|said| said == reads)
            && self.writes.is_none_or(|said| said == writes)
    }

    /// Whether it says that the public gets something which another opinion does not give it.
    pub(super) fn goes_beyond(self, other: Self) -> bool {
        self.any == Some(true)
            || (self.reads == Some(true) && other.reads != Some(true))
            || (self.writes == Some(true) && other.writes != Some(true))
    }

    /// The opinion as the end of "it says: …".
    pub(super) const fn words(self) -> &'static str {
        match (self.any, self.reads, self.writes) {
            (Some(true), ..) => "public",
            (Some(false), ..) | (None, Some(false), Some(false)) => "not public",
            (None, Some(true), Some(true)) => "the public reads and writes",
            (None, Some(true), Some(false)) => "the public reads and does not write",
            (None, Some(false), Some(true)) => "the public writes and does not read",
            (None, Some(true), None) => "the public reads",
            (None, Some(false), None) => "the public does not read",
            (None, None, Some(true)) => "the public writes",
            (None, None, Some(false)) => "the public does not write",
            (None, None, None) => "nothing",
        }
    }
}

/// What one source says.
#[derive(Debug)]
pub(super) struct Voice<'a> {
    /// The source.
    pub(super) speaker: Speaker,
    /// What it says.
    pub(super) opinion: Opinion,
    /// When it looked at the bucket, where it says so.
    pub(super) looked_at: Option<Timestamp>,
    /// Why it certainly says nothing, or not all.
    pub(super) silence: Option<Cow<'static, str>>,
    /// What of its word could not be read.
    pub(super) unknown: Option<Unknown<'a>>,
    /// What it says itself that may set it apart from the others.
    pub(super) hint: Option<&'static str>,
}

impl<'a> Voice<'a> {
    const fn of(speaker: Speaker) -> Self {
        Self {
            speaker,
            opinion: Opinion {
                any: None,
                reads: None,
                writes: None,
            },
            looked_at: None,
            silence: None,
            unknown: None,
            hint: None,
        }
    }

    fn saying(speaker: Speaker, is_public: bool, looked_at: Option<Timestamp>) -> Self {
        Self {
            opinion: Opinion::public(is_public),
            looked_at,
            ..Self::of(speaker)
        }
    }

    fn silent(speaker: Speaker, why: impl Into<Cow<'static, str>>) -> Self {
        Self {
            silence: Some(why.into()),
            ..Self::of(speaker)
        }
    }

    fn unread(speaker: Speaker, unknown: Unknown<'a>) -> Self {
        Self {
            unknown: Some(unknown),
            ..Self::of(speaker)
        }
    }

    /// What it says and when it looked, for a reader.
    pub(super) fn words(&self, scanned_at: Option<Timestamp>) -> String {
        let (name, words) = (self.speaker.name(), self.opinion.words());
        let verb = self.speaker.verb();
        match self.looked_at {
            Some(looked) => format!("{name}: {words} ({verb} {}{})", moment(looked), age(looked, scanned_at)),
            None => format!("{name}: {words} (it does not say when it looked)"),
        }
    }
}

/// A time to the second.
pub(super) fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// How long before the scan somebody looked, as the end of a clause; empty for less than an hour.
fn age(looked: Timestamp, scanned_at: Option<Timestamp>) -> String {
    let hours = scanned_at.map_or(0, |scanned| scanned.duration_since(looked).as_hours());
    match hours {
        ..=0 => String::new(),
        1 => ", an hour before the scan".to_owned(),
        2..=47 => format!(", {hours} hours before the scan"),
        _ => format!(", {} days before the scan", hours / 24),
    }
}

/// When the scan read the bucket.
pub(super) fn scanned_at(view: &BucketView<'_>) -> Option<Timestamp> {
    let settings = view.settings;
    let policy = settings.policy.source.observed_at;
    policy.or(settings.acl.source.observed_at)
}

/// Every source, the own evaluation first.
pub(super) fn voices<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> [Voice<'a>; 5] {
    [
        own(view, trail),
        policy_status(view, trail),
        advised(view, trail),
        analyzed(view, trail),
        evaluated(view, trail),
    ]
}

fn own<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Voice<'a> {
    let access = view.effective_access(trail);
    let (reads, unread) = whether(view, access, &[Access::List, Access::Read]);
    let (writes, unwritten) = whether(view, access, &[Access::Write, Access::ChangePermissions]);
    Voice {
        opinion: Opinion {
            any: None,
            reads,
            writes,
        },
        looked_at: scanned_at(view),
        unknown: unread.or(unwritten),
        ..Voice::of(Speaker::Own)
    }
}

/// Whether the public has one of these kinds of access, or what keeps anybody from telling.
fn whether<'a>(
    view: &BucketView<'a>,
    access: &'a EffectiveAccess,
    kinds: &[Access],
) -> (Option<bool>, Option<Unknown<'a>>) {
    let answers = answers(access, PUBLIC, kinds);
    if answers.iter().any(|answer| answer.reach() == Reach::Yes) {
        return (Some(true), None);
    }
    match answers.iter().flat_map(|answer| &answer.doubts).next() {
        Some(doubt) => (None, Some(view.unknown_of(doubt))),
        None => (Some(false), None),
    }
}

fn policy_status<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Voice<'a> {
    let status = &view.settings.policy_status;
    match trail.read(status) {
        Ok(Some(said)) => Voice::saying(Speaker::PolicyStatus, said.is_public, status.source.observed_at),
        Ok(None) => Voice::silent(Speaker::PolicyStatus, "there is no bucket policy to speak of"),
        Err(unknown) => Voice::unread(Speaker::PolicyStatus, unknown),
    }
}

fn advised<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Voice<'a> {
    let speaker = Speaker::TrustedAdvisor;
    let said = match trusted_advisor::of_bucket(view, trail, IDS) {
        Ok(said) => said,
        Err(unknown) => return Voice::unread(speaker, unknown),
    };
    match said {
        Said::NoPlan => Voice::silent(speaker, "the support plan does not include its interface"),
        Said::NotOffered => Voice::silent(speaker, "it does not offer its check of permissions"),
        Said::Nothing(why) => Voice::silent(speaker, why),
        Said::Looked { result, worst, .. } => match worst.map(|row| (row.status.as_str(), gives_a_reason(row))) {
            None | Some(("ok", _)) => Voice::saying(speaker, false, result.refreshed()),
            Some(("error", _) | ("warning", true)) => Voice::saying(speaker, true, result.refreshed()),
            Some(("warning", false)) => Voice::silent(speaker, "it marks the bucket yellow without a reason"),
            Some((other, _)) => {
                let detail = format!("Trusted Advisor marks the bucket {other}");
                Voice::unread(speaker, Unknown::not_understood(detail))
            }
        },
    }
}

fn analyzed<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Voice<'a> {
    let speaker = Speaker::AccessAnalyzer;
    let said = match analyzer_findings::of_bucket(view, trail) {
        Ok(said) => said,
        Err(unknown) => return Voice::unread(speaker, unknown),
    };
    let exposures = said.exposures.iter();
    let public: Vec<_> = exposures.filter(|each| each.is_public() == Some(true)).collect();
    if !public.is_empty() {
        let witnesses = public.iter().flat_map(|exposure| &exposure.witnesses);
        let looked_at = witnesses.map(|witness| witness.finding.subject.analyzed_at).max();
        let hint = may_be_held_back(&public)
            .then_some("its finding says that a resource control policy applies which it leaves out of account");
        return Voice {
            hint,
            ..Voice::saying(speaker, true, looked_at)
        };
    }
    if let Some(unsaid) = said.exposures.iter().find(|each| each.is_public().is_none()) {
        let detail = format!("a finding does not say whether access by {} is public", who(unsaid));
        return Voice::unread(speaker, Unknown::not_understood(detail));
    }
    let is_archived = said.archived > 0;
    match said.looked {
        Ok(Looked::Nobody) => Voice::silent(
            speaker,
            "no analyzer of external access is active in the bucket's region",
        ),
        // A bucket without a finding has no time of its own.
        Ok(_) => Voice {
            hint: is_archived.then_some("findings on the bucket are archived, and those no longer stand"),
            ..Voice::saying(speaker, false, None)
        },
        Err(unknown) => Voice::unread(speaker, unknown),
    }
}

fn evaluated<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Voice<'a> {
    let mut voice = Voice::of(Speaker::Config);
    let identifiers = [
        config_rule_s3_bucket_public_read_prohibited::IDENTIFIER,
        config_rule_s3_bucket_public_write_prohibited::IDENTIFIER,
    ];
    let mut silences = Vec::new();
    for (place, identifier) in identifiers.into_iter().enumerate() {
        let heard = match config_evaluation::of_bucket(identifier, view, trail) {
            Ok((_, heard)) => heard,
            Err(unknown) => {
                voice.unknown = voice.unknown.or(Some(unknown));
                continue;
            }
        };
        let why = match heard {
            Heard::Found {
                evaluation,
                is_compliant,
                ..
            } => {
                let part = if place == 0 {
                    &mut voice.opinion.reads
                } else {
                    &mut voice.opinion.writes
                };
                *part = Some(!is_compliant);
                // The older of two answers is the age of what is said.
                voice.looked_at = match (voice.looked_at, evaluation.recorded_at) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                };
                continue;
            }
            Heard::NoRule { .. } => "no rule in force",
            Heard::Excused(_) => "NOT_APPLICABLE",
            Heard::Nothing(_) => "no evaluation of the bucket",
            Heard::Kept(_) => "the rule has evaluated nothing yet, or tells the service alone that made it",
        };
        silences.push(format!("{identifier}: {why}"));
    }
    if !silences.is_empty() {
        voice.silence = Some(silences.join("; ").into());
    }
    voice
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(reads: Option<bool>, writes: Option<bool>) -> Opinion {
        Opinion {
            any: None,
            reads,
            writes,
        }
    }

    #[test]
    fn opinions_agree_where_one_state_of_the_bucket_fits_them_all() {
        let (yes, no) = (Some(true), Some(false));
        let (public, closed) = (Opinion::public(true), Opinion::public(false));
        for (opinions, agree) in [
            (vec![], true),
            (vec![public, public], true),
            (vec![public, closed], false),
            (vec![public, parts(yes, no)], true),
            (vec![public, parts(no, no)], false),
            (vec![closed, parts(no, no)], true),
            (vec![closed, parts(None, yes)], false),
            (vec![public, parts(no, None)], true),
            (vec![public, parts(no, None), parts(None, no)], false),
            (vec![parts(yes, no), parts(None, no)], true),
            (vec![parts(yes, no), parts(no, None)], false),
        ] {
            assert_eq!(Opinion::agree(&opinions), agree, "{opinions:?}");
        }
    }

    #[test]
    fn an_age_is_told_in_hours_and_days() {
        let looked: Timestamp = "2026-11-17T06:00:00Z".parse().expect("a time");
        let after = |hours: i64| looked.checked_add(jiff::SignedDuration::from_hours(hours)).ok();
        for (hours, words) in [
            (-2, ""),
            (0, ""),
            (1, ", an hour before the scan"),
            (47, ", 47 hours before the scan"),
            (49, ", 2 days before the scan"),
        ] {
            assert_eq!(age(looked, after(hours)), words);
        }
        assert_eq!(age(looked, None), "");
    }
}
