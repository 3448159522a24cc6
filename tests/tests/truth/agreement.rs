//! What the sources that speak of the public have to say together of a bucket of the scenario.
//!
//! What effective access, Trusted Advisor and the analyzers come to is taken from the truth of their own checks; S3's label
//! and the evaluations of AWS Config from the scenario. Words are held against each other by trying every state of a bucket.

use std::collections::BTreeMap;

use s3attest_model::check::Severity;
use s3attest_model::finding::Verdict::{self, Fail, NotApplicable, NotAssessed, Pass};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{Account, AccountState, Bucket, ConfigRule};

use crate::verdicts::{Key, Wanted};

/// What a source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// That the public reaches the bucket, or not.
    Public(bool),
    /// That it reads, or not.
    Reads(bool),
    /// That it writes, or not.
    Writes(bool),
    /// Both of these.
    Both { reads: bool, writes: bool },
    /// Nothing, for certain.
    Nothing,
    /// Nobody can tell.
    Unclear,
}

impl Word {
    fn fits(self, reads: bool, writes: bool) -> bool {
        match self {
            Self::Public(is_so) => is_so == (reads || writes),
            Self::Reads(is_so) => is_so == reads,
            Self::Writes(is_so) => is_so == writes,
            Self::Both {
                reads: read,
                writes: write,
            } => (read, write) == (reads, writes),
            Self::Nothing | Self::Unclear => true,
        }
    }

    /// From what the truth of a check says that asks one source alone.
    fn of(verdict: Verdict, unclear: Self) -> Self {
        match verdict {
            Pass => Self::Public(false),
            Fail => Self::Public(true),
            NotApplicable => Self::Nothing,
            NotAssessed => unclear,
        }
    }
}

/// Every finding of `s3-bucket-public-sources-agree`, from what all other checks have to say.
pub(crate) fn of(scenario: &Scenario, others: &BTreeMap<Key, Wanted>) -> BTreeMap<Key, Wanted> {
    let mut all = BTreeMap::new();
    let active = scenario
        .accounts
        .iter()
        .filter(|each| each.state == AccountState::Active);
    for account in active {
        for bucket in &account.buckets {
            let key = |check: &str| (account.id.clone(), bucket.name.clone(), check.to_owned());
            let verdict = |check: &str| others[&key(check)].verdict;
            all.insert(
                key("s3-bucket-public-sources-agree"),
                of_bucket(scenario, account, bucket, &verdict),
            );
        }
    }
    all
}

fn of_bucket(scenario: &Scenario, account: &Account, bucket: &Bucket, verdict: &dyn Fn(&str) -> Verdict) -> Wanted {
    let own = Word::Both {
        reads: verdict("s3-bucket-public-read") == Fail,
        writes: verdict("s3-bucket-public-write") == Fail,
    };
    let labelled = bucket
        .policy
        .as_ref()
        .map_or(Word::Nothing, |policy| Word::Public(policy.is_public));
    let others = [
        // A mark without a reason, and a list that proves nothing, say nothing.
        Word::of(verdict("ta-bucket-permissions"), Word::Nothing),
        Word::of(verdict("aa-external-access-public"), Word::Unclear),
        recorded(account, bucket, "S3_BUCKET_PUBLIC_READ_PROHIBITED", Word::Reads),
        recorded(account, bucket, "S3_BUCKET_PUBLIC_WRITE_PROHIBITED", Word::Writes),
    ];
    let agree = |words: &[Word]| {
        let states = [(false, false), (false, true), (true, false), (true, true)];
        states
            .into_iter()
            .any(|(reads, writes)| words.iter().all(|word| word.fits(reads, writes)))
    };
    let words = [&[own, labelled][..], &others].concat();
    let says = |word: &Word| !matches!(word, Word::Nothing | Word::Unclear);
    // The two rules of AWS Config are one source.
    let heard = [own, labelled, others[0], others[1]]
        .iter()
        .filter(|word| says(word))
        .count()
        + usize::from(others[2..].iter().any(says));
    if !agree(&words) {
        let blocks = [
            bucket.public_access_block,
            scenario.effective_public_access_block(account),
        ];
        let restricts = blocks.iter().flatten().any(|block| block.restrict_public_buckets);
        let label_alone = others.iter().all(|word| agree(&[own, *word]));
        if restricts && label_alone && labelled == Word::Public(true) {
            Severity::Info.into()
        } else {
            Fail.into()
        }
    } else if words.contains(&Word::Unclear) {
        NotAssessed.into()
    } else if heard < 2 {
        NotApplicable.into()
    } else {
        Pass.into()
    }
}

/// What the managed rules of an identifier say of the bucket together.
fn recorded(account: &Account, bucket: &Bucket, identifier: &str, word: fn(bool) -> Word) -> Word {
    let here = account.services.config.regions.get(&bucket.region);
    let rules = here.map_or(&[][..], |here| here.rules.as_slice());
    let is_meant = |rule: &&ConfigRule| {
        rule.owner == "AWS"
            && rule.identifier.as_deref() == Some(identifier)
            && !rule.state.starts_with("DELETING")
            && rule.visibility.as_deref() != Some("INTERNAL")
    };
    let evaluations = rules.iter().filter(is_meant).filter_map(|rule| {
        let mut of_rule = rule.evaluations.iter();
        of_rule.find(|each| each.resource_type == "AWS::S3::Bucket" && each.resource_id == bucket.name)
    });
    let said: Vec<&str> = evaluations.map(|each| each.compliance.as_str()).collect();
    if said.contains(&"NON_COMPLIANT") {
        word(true)
    } else if said.contains(&"INSUFFICIENT_DATA") {
        Word::Unclear
    } else if said.contains(&"COMPLIANT") {
        word(false)
    } else {
        Word::Nothing
    }
}
