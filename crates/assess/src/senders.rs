//! The buckets of one account that send something to others: access logs, or replicas.
//!
//! Kept so that a check can ask of a bucket whether others send to it, and be told "certainly", "certainly not" or "not
//! known". This module does not know what is sent.

use std::collections::BTreeMap;

use s3attest_model::account::AccountFacts;
use s3attest_model::bucket::Bucket;
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};
use s3attest_model::identifiers::{BucketName, RegionName};

use crate::trail::{Trail, Unknown};

#[derive(Debug, Clone)]
struct Sender {
    name: BucketName,
    arn: String,
    region: Option<RegionName>,
    /// Its configuration, without the value.
    configuration: Evidence<()>,
}

impl Sender {
    /// Its name, with its configuration on the trail.
    fn shown<'a>(&'a self, trail: &mut Trail<'a>) -> Result<&'a BucketName, Unknown<'a>> {
        trail.read_of(self.arn.clone(), &self.configuration).map(|_| &self.name)
    }
}

/// Which buckets of an account send to which others, and of which that is not known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Senders {
    /// By receiver, one sender of each region.
    by_receiver: BTreeMap<String, Vec<Sender>>,
    /// Buckets whose configuration could not be read: two of each region, since one of them may be the bucket that is
    /// asked about.
    unread: BTreeMap<Option<RegionName>, Vec<Sender>>,
}

impl Senders {
    /// Notes a bucket's configuration and the names of the buckets to which it sends. A bucket that sends to itself is
    /// no sender.
    pub(crate) fn note<T>(
        &mut self,
        facts: &AccountFacts,
        bucket: &Bucket,
        configuration: &Evidence<T>,
        receivers: impl FnOnce(&T) -> Vec<&str>,
    ) {
        let region = bucket.region.known().ok().flatten();
        let sender = |observed| Sender {
            name: bucket.name.clone(),
            arn: format!("arn:{}:s3:::{}", facts.partition, bucket.name),
            region: region.cloned(),
            configuration: Evidence {
                observed,
                source: configuration.source.clone(),
            },
        };
        match &configuration.observed {
            Observed::Absent => {}
            Observed::Present(value) => {
                for receiver in receivers(value) {
                    if receiver == bucket.name.as_str() {
                        continue;
                    }
                    let known = self.by_receiver.entry(receiver.to_owned()).or_default();
                    if !known.iter().any(|other| other.region.as_ref() == region) {
                        known.push(sender(Observed::Present(())));
                    }
                }
            }
            Observed::Gap(gap) => {
                let unread = self.unread.entry(region.cloned()).or_default();
                if unread.len() < 2 {
                    unread.push(sender(Observed::Gap(gap.clone())));
                }
            }
        }
    }

    /// Another bucket that sends to this one, from whatever region. `None` means that none of those that were noted
    /// does; whether all were noted is for the caller to ask.
    pub(crate) fn anywhere_to<'a>(
        &'a self,
        trail: &mut Trail<'a>,
        bucket: &Bucket,
    ) -> Result<Option<&'a BucketName>, Unknown<'a>> {
        if let Some(sender) = self.to(bucket).first() {
            return sender.shown(trail).map(Some);
        }
        match self.unread(bucket).next() {
            Some(other) => other.shown(trail).map(|_| None),
            None => Ok(None),
        }
    }

    /// The same for what is sent within a region only.
    pub(crate) fn within_region_to<'a>(
        &'a self,
        trail: &mut Trail<'a>,
        bucket: &'a Bucket,
    ) -> Result<Option<&'a BucketName>, Unknown<'a>> {
        let senders = self.to(bucket);
        if senders.is_empty() && self.unread(bucket).next().is_none() {
            return Ok(None);
        }
        let region = trail.read(&bucket.region)?;
        if let Some(sender) = senders
            .iter()
            .find(|sender| region.is_some() && sender.region.as_ref() == region)
        {
            return sender.shown(trail).map(Some);
        }
        let perhaps = |other: &&Sender| region.is_none() || other.region.is_none();
        if let Some(sender) = senders.iter().find(perhaps) {
            let detail = format!(
                "bucket {} may send to this one, but the region of one of them is not known",
                sender.name
            );
            return Err(Unknown::because(Gap::new(GapCause::RegionUnknown, detail)));
        }
        let mut unread = self.unread(bucket);
        match unread.find(|other| perhaps(other) || other.region.as_ref() == region) {
            Some(other) => other.shown(trail).map(|_| None),
            None => Ok(None),
        }
    }

    fn to(&self, bucket: &Bucket) -> &[Sender] {
        self.by_receiver.get(bucket.name.as_str()).map_or(&[], Vec::as_slice)
    }

    fn unread<'a>(&'a self, bucket: &Bucket) -> impl Iterator<Item = &'a Sender> {
        self.unread.values().flatten().filter(|other| other.name != bucket.name)
    }
}

#[cfg(test)]
mod tests {
    use s3attest_model::bucket::BucketSetting;

    use super::*;
    use crate::checks::scene::{ACCOUNT, bucket, denied, facts, present, region, source};

    /// A bucket's name, its region, and to whom it sends; a question mark stands for what is not known.
    type Other = (&'static str, &'static str, &'static str);

    /// The region of the bucket that is asked about, the others, and the two answers.
    type AnswerCase = (&'static str, &'static [Other], Option<bool>, Option<bool>);

    fn placed(name: &str, place: &str) -> Bucket {
        let mut bucket = bucket(name);
        bucket.region = match place {
            "?" => Evidence::gap(denied(), source("s3.ListBuckets")),
            place => Evidence::present(region(place), source("s3.ListBuckets")),
        };
        bucket
    }

    fn senders(others: &[Other]) -> Senders {
        let mut senders = Senders::default();
        for (name, place, to) in others {
            let configuration = match *to {
                "" => Evidence::absent(source("s3.GetBucketLogging")),
                "?" => Evidence::gap(denied(), source("s3.GetBucketLogging")),
                to => present(BucketSetting::Logging, to.to_owned()),
            };
            senders.note(&facts(ACCOUNT), &placed(name, place), &configuration, |to| {
                vec![to.as_str()]
            });
        }
        senders
    }

    fn answers(subject: &str, others: &[Other]) -> (Option<bool>, Option<bool>) {
        let senders = senders(others);
        let subject = placed("subject", subject);
        let anywhere = senders.anywhere_to(&mut Trail::new(), &subject).ok();
        let within = senders.within_region_to(&mut Trail::new(), &subject).ok();
        (
            anywhere.map(|sender| sender.is_some()),
            within.map(|sender| sender.is_some()),
        )
    }

    #[test]
    fn whether_others_send_here_is_said_only_when_it_is_known() {
        let cases: [AnswerCase; 12] = [
            ("r-1", &[], Some(false), Some(false)),
            ("r-1", &[("a", "r-1", "")], Some(false), Some(false)),
            ("r-1", &[("a", "r-1", "subject")], Some(true), Some(true)),
            ("r-1", &[("a", "r-2", "subject")], Some(true), Some(false)),
            ("r-1", &[("a", "?", "subject")], Some(true), None),
            ("?", &[("a", "r-1", "subject")], Some(true), None),
            ("r-1", &[("a", "r-1", "?")], None, None),
            ("r-1", &[("a", "r-2", "?")], None, Some(false)),
            ("r-1", &[("a", "?", "?")], None, None),
            (
                "r-1",
                &[("a", "r-1", "?"), ("b", "r-1", "subject")],
                Some(true),
                Some(true),
            ),
            ("r-1", &[("subject", "r-1", "?")], Some(false), Some(false)),
            (
                "r-1",
                &[("subject", "r-1", "subject"), ("subject", "r-1", "?")],
                Some(false),
                Some(false),
            ),
        ];
        for (subject, others, anywhere, within) in cases {
            assert_eq!(answers(subject, others), (anywhere, within), "{subject} {others:?}");
        }
    }

    #[test]
    fn the_bucket_that_is_asked_about_does_not_hide_another_unread_one() {
        let others: &[Other] = &[("a", "r-1", "?"), ("b", "r-1", "?"), ("subject", "r-1", "?")];
        assert_eq!(answers("r-1", others), (None, None));
        let others: &[Other] = &[("subject", "r-1", "?"), ("a", "r-1", "?")];
        assert_eq!(answers("r-1", others), (None, None));
    }
}
