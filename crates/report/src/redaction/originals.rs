//! What a run is known to hold that must not be shown: its accounts and buckets with their ranks, and every name.
//!
//! Names are kept as hashes of eight bytes, and buckets as sixteen, so that the table of an organization with a million
//! buckets takes a few dozen megabytes. It finds originals within a text, and does not say what becomes of them.

use std::collections::{BTreeMap, HashSet};

use s3attest_model::identifiers::AccountId;

/// The least digits of a number that is somebody's rather than a count.
pub(super) const LEAST_DIGITS: usize = 4;

/// A bucket's place in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct KnownBucket {
    /// The key of the name's digest.
    key: u64,
    /// The rank of the account.
    account: u32,
    /// The rank of the name within the account.
    rank: u32,
}

/// The originals of a run.
#[derive(Debug, Default)]
pub(super) struct Originals {
    accounts: BTreeMap<AccountId, u32>,
    buckets: Vec<KnownBucket>,
    /// The hash of every name, of its first letter or digit to its last, in order.
    names: Vec<u64>,
    /// How many of the names are known to be in order and to stand once.
    settled: usize,
    /// The hashes of the names' first words.
    beginnings: HashSet<u64>,
    /// The length of the longest name, in bytes.
    longest: usize,
    /// The hashes of the words with which the project's own sentences are written.
    vocabulary: HashSet<u64>,
}

impl Originals {
    /// Gives every account its rank, which is that of its id.
    pub(super) fn set_accounts(&mut self, accounts: impl IntoIterator<Item = AccountId>) {
        self.accounts = accounts.into_iter().map(|account| (account, 0)).collect();
        for (rank, place) in (0..).zip(self.accounts.values_mut()) {
            *place = rank;
        }
    }

    /// An account's rank; `None` for a stranger's.
    pub(super) fn account(&self, id: &AccountId) -> Option<u32> {
        self.accounts.get(id).copied()
    }

    /// Every account, by id.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &AccountId> {
        self.accounts.keys()
    }

    /// Takes a bucket with its rank in its account.
    pub(super) fn add_bucket(&mut self, key: u64, account: &AccountId, rank: u32) {
        let account = self.account(account).unwrap_or(u32::MAX);
        self.buckets.push(KnownBucket { key, account, rank });
    }

    /// A bucket's rank, in this account if it is there; `None` for a stranger's.
    pub(super) fn bucket(&self, key: u64, account: Option<&AccountId>) -> Option<u32> {
        let start = self.buckets.partition_point(|bucket| bucket.key < key);
        let same = self.buckets[start..].iter().take_while(|bucket| bucket.key == key);
        let wanted = account.and_then(|account| self.account(account));
        let mut first = None;
        for bucket in same {
            if wanted == Some(bucket.account) {
                return Some(bucket.rank);
            }
            first = first.or(Some(bucket.rank));
        }
        first
    }

    /// Takes a name, to be found in texts.
    pub(super) fn add_name(&mut self, name: &str) {
        let core = core(name);
        // A number alone cannot be told from other numbers.
        if core.contains(char::is_alphabetic) {
            self.add_core(core);
        }
    }

    /// Takes the name of a bucket, which is one even where it has no letter.
    pub(super) fn add_bucket_name(&mut self, name: &str) {
        let core = core(name);
        if !core.is_empty() {
            self.add_core(core);
        }
    }

    /// Takes a value that somebody chose, which is told from other numbers when it has enough digits.
    pub(super) fn add_value(&mut self, value: &str) {
        if value.bytes().filter(u8::is_ascii_digit).count() >= LEAST_DIGITS {
            self.add_bucket_name(value);
        }
    }

    fn add_core(&mut self, core: &str) {
        self.longest = self.longest.max(core.len());
        self.beginnings.insert(hash(&core[..word(core)]));
        self.names.push(hash(core));
        // Tags repeat on every bucket; without this the list would grow with them.
        if self.names.len() > 2 * self.settled + 4_096 {
            self.settle_names();
        }
    }

    fn settle_names(&mut self) {
        self.names.sort_unstable();
        self.names.dedup();
        self.settled = self.names.len();
    }

    /// Takes a text of the project, whose words are not taken for names unless they are marked as such.
    pub(super) fn add_vocabulary(&mut self, text: &str) {
        let words = text.split(|character: char| !character.is_alphanumeric());
        for each in words.filter(|each| !each.is_empty()) {
            self.vocabulary.insert(hash(&each.to_lowercase()));
        }
    }

    /// Makes the tables ready to be asked.
    pub(super) fn settle(&mut self) {
        self.settle_names();
        self.names.shrink_to_fit();
        self.buckets.sort_unstable();
        self.buckets.dedup();
        self.buckets.shrink_to_fit();
    }

    /// Whether a word belongs to the project's own sentences.
    pub(super) fn is_ordinary(&self, text: &str) -> bool {
        self.vocabulary.contains(&hash(&text.to_lowercase()))
    }

    /// The length of the longest name with which the text begins; the text begins with a word, and the name ends with one.
    ///
    /// `is_marked` says that what stands here is a name for certain, so that ordinary words and short ones count too.
    pub(super) fn found(&self, text: &str, is_marked: bool) -> Option<usize> {
        let first = word(text);
        let mut state = hash(&text[..first]);
        if !self.beginnings.contains(&state) {
            return None;
        }
        let is_name = |text: &str| is_marked || (text.len() > 2 && !self.is_ordinary(text));
        let mut found = (self.contains(state) && is_name(&text[..first])).then_some(first);
        let mut at = first;
        while at < text.len() && at < self.longest {
            let gap = text[at..]
                .find(char::is_alphanumeric)
                .map_or(text.len(), |length| at + length);
            if gap >= text.len() {
                break;
            }
            let end = gap + word(&text[gap..]);
            state = hash_on(state, &text[at..end]);
            if self.contains(state) {
                found = Some(end);
            }
            at = end;
        }
        found
    }

    fn contains(&self, name: u64) -> bool {
        self.names.binary_search(&name).is_ok()
    }

    /// How many bytes the tables take.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.buckets.capacity() * size_of::<KnownBucket>() + self.names.capacity() * 8 + self.beginnings.capacity() * 9
    }
}

/// A name from its first letter or digit to its last.
fn core(name: &str) -> &str {
    name.trim_matches(|character: char| !character.is_alphanumeric())
}

/// The length of the word with which a text begins.
pub(super) fn word(text: &str) -> usize {
    text.find(|character: char| !character.is_alphanumeric())
        .unwrap_or(text.len())
}

/// FNV-1a with 64 bits, which can go on where it stopped. Two texts with one hash cost a needless token, nothing else.
fn hash(text: &str) -> u64 {
    hash_on(0xcbf2_9ce4_8422_2325, text)
}

fn hash_on(state: u64, text: &str) -> u64 {
    text.bytes().fold(state, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn originals(names: &[&str]) -> Originals {
        let mut originals = Originals::default();
        for name in names {
            originals.add_name(name);
        }
        originals.add_vocabulary("The bucket's media are public.");
        originals.settle();
        originals
    }

    #[test]
    fn the_longest_name_is_found_at_the_ends_of_words_only() {
        let originals = originals(&["acme-data", "acme-data-replica", "(Acme) GmbH!", "media", "x1", "42"]);
        for (text, found) in [
            ("acme-data.s3.amazonaws.com", Some("acme-data")),
            ("acme-data-replica/key", Some("acme-data-replica")),
            ("acme-database", None),
            ("acme", None),
            ("Acme) GmbH does", Some("Acme) GmbH")),
            ("media are", None),
            ("x1 does", None),
            ("42", None),
        ] {
            assert_eq!(originals.found(text, false).map(|end| &text[..end]), found, "{text}");
        }
        assert_eq!(originals.found("media\"", true), Some(5));
        assert_eq!(originals.found("x1\"", true), Some(2));
    }

    #[test]
    fn numbers_are_names_only_of_buckets_and_as_long_values() {
        let mut originals = Originals::default();
        originals.add_name("4711");
        originals.add_value("365");
        originals.add_value("2024.07");
        originals.add_bucket_name("100");
        originals.settle();
        for (text, found) in [("4711", None), ("365", None), ("2024.07", Some(7)), ("100", Some(3))] {
            assert_eq!(originals.found(text, false), found, "{text}");
        }
    }

    #[test]
    fn repeated_names_take_no_room() {
        let mut originals = Originals::default();
        for number in 0..100_000_u32 {
            originals.add_name(&format!("name-{}", number % 10));
        }
        assert!(originals.names.capacity() < 20_000);
        originals.settle();
        assert_eq!(originals.names.len(), 10);
    }

    #[test]
    fn a_bucket_takes_twenty_four_bytes() {
        let account = AccountId::new("000000000001").expect("an id");
        let mut originals = Originals::default();
        originals.set_accounts([account.clone()]);
        for rank in 0..100_000_u32 {
            originals.add_bucket(u64::from(rank) * 7, &account, rank);
            originals.add_name(&format!("company-bucket-{rank}"));
        }
        originals.settle();
        assert!(originals.size() <= 24 * 100_000 + 1_000, "{}", originals.size());
        assert_eq!(originals.bucket(7, Some(&account)), Some(1));
        assert_eq!(originals.bucket(8, None), None);
    }
}
