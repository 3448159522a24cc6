//! Texts: sentences of the project and messages of AWS, in which originals stand among words.
//!
//! What is known of the run is found at the beginning of every word, the longest first; ARNs, account ids, addresses and
//! AWS's ids are found by their shape, whoever's they are. Ordinary words of the project's own sentences are taken for a
//! name only where they stand in quotes, since nothing else tells them apart.

use super::originals::{LEAST_DIGITS, word};
use super::redactor::Redactor;
use super::terms::is_principal;
use super::words::{is_region, is_word_of_aws};

/// The longest run of letters and digits that is taken for a word; a longer one is encoded, and nobody knows of what.
const LONGEST_WORD: usize = 63;

impl Redactor {
    /// A text of the project's words with names among them.
    pub(super) fn text(&self, text: &str) -> String {
        self.scrub(text, false)
    }

    /// A text in somebody else's words: beside what is known, whatever looks like a name and is no word of AWS.
    pub(super) fn message(&self, text: &str) -> String {
        self.scrub(text, true)
    }

    fn scrub(&self, text: &str, is_foreign: bool) -> String {
        // While originals are gathered nobody reads the texts.
        if self.is_gathering() {
            return String::new();
        }
        let mut written = String::with_capacity(text.len() + 32);
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let before = text[..at].chars().next_back();
            let Some(first) = rest.chars().next() else { break };
            if !first.is_alphanumeric() {
                written.push(first);
                at += first.len_utf8();
                continue;
            }
            let length = word(rest);
            let is_start = !before.is_some_and(char::is_alphanumeric);
            let (extent, shown) = if is_start {
                self.at_word(text, at, is_foreign)
                    .unwrap_or_else(|| (length, rest[..length].to_owned()))
            } else {
                (length, rest[..length].to_owned())
            };
            written.push_str(&shown);
            at += extent;
        }
        written
    }

    /// What stands at the beginning of a word, with its length; `None` for a word that stays.
    fn at_word(&self, text: &str, at: usize, is_foreign: bool) -> Option<(usize, String)> {
        let rest = &text[at..];
        let atom = &rest[..extent(rest)];
        if self.is_term(atom) {
            return Some((atom.len(), atom.to_owned()));
        }
        if rest.starts_with("arn:") {
            let arn = &rest[..extent(rest)];
            // A name of the run may hold what ends an ARN elsewhere.
            let known = self.originals().found(rest, false).unwrap_or(0);
            if known <= arn.len() {
                return Some((arn.len(), self.arn(arn)));
            }
        }
        let is_quoted = |length: usize| {
            let before = text[..at].chars().next_back();
            let after = rest[length..].chars().next();
            matches!(
                (before, after),
                (Some('"'), Some('"')) | (Some('\''), Some('\'')) | (Some('`'), Some('`')) | (Some('“'), Some('”'))
            )
        };
        let is_name = |length: &usize| {
            rest[..*length].contains(char::is_alphabetic) || is_whole_number(&text[..at], &rest[*length..])
        };
        let known = self.originals().found(rest, false).filter(is_name);
        let marked = || self.originals().found(rest, true).filter(|length| is_quoted(*length));
        if let Some(length) = known.or_else(marked) {
            let found = &rest[..length];
            // A host that a field gave as a bucket's, and that a service has too.
            let is_host = is_principal(found);
            return Some((
                length,
                if is_host {
                    self.name(found)
                } else {
                    self.identifier(found)
                },
            ));
        }
        // What a sentence quotes is somebody's, unless all of it are ordinary words: the name of a statement, say.
        if text[..at].ends_with('"')
            && let Some(end) = rest.find('"')
            && !self.is_ordinary_text(&rest[..end])
        {
            return Some((end, self.identifier(&rest[..end])));
        }
        for run in shapes(rest) {
            if let Some(token) = self.shaped(&rest[..run]) {
                return Some((run, token));
            }
        }
        if let Some(length) = endpoint(atom) {
            return Some((length, self.object(&atom[..length])));
        }
        if atom.starts_with("alias/") {
            return Some((atom.len(), self.identifier(atom)));
        }
        if let Some(path) = atom.strip_prefix("s3://") {
            return Some((atom.len(), format!("s3://{}", self.object(path))));
        }
        let length = word(rest);
        if length > LONGEST_WORD {
            return Some((length, self.name(&rest[..length])));
        }
        let compound = &rest[..compound(rest)];
        // As a whole, or its second half would be taken for a name in a foreign text.
        if is_region(compound) {
            return Some((compound.len(), compound.to_owned()));
        }
        if is_foreign && self.looks_like_a_name(text, at, compound) {
            return Some((compound.len(), self.identifier(compound)));
        }
        None
    }

    fn is_ordinary_text(&self, text: &str) -> bool {
        let mut words = text.split(|character: char| !character.is_alphanumeric());
        let is_count = |word: &str| word.len() < LEAST_DIGITS && word.bytes().all(|byte| byte.is_ascii_digit());
        is_word_of_aws(text) || words.all(|word| is_count(word) || self.originals().is_ordinary(word))
    }

    /// Whether a word of a foreign text is put together like a name, and is neither AWS's nor the project's.
    fn looks_like_a_name(&self, text: &str, at: usize, compound: &str) -> bool {
        let has = |test: fn(&char) -> bool| compound.chars().any(|character| test(&character));
        let is_joined = compound.contains(['_', '-']);
        let is_numbered = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
        let mut pairs = compound.chars().zip(compound.chars().skip(1));
        let is_humped = pairs.any(|(first, second)| first.is_lowercase() && second.is_uppercase());
        if !(is_joined || is_numbered || is_humped) {
            return false;
        }
        let is_of_aws = is_region(compound)
            || ["Exception", "Error", "Denied", "Fault", "NotFound"]
                .iter()
                .any(|end| compound.ends_with(end))
            // An action: `s3:GetObject`.
            || text[..at].ends_with(':') && text[..at - 1].ends_with(|before: char| before.is_ascii_lowercase() || before.is_ascii_digit());
        let is_action = text[at + compound.len()..]
            .strip_prefix(':')
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase() || first == '*'));
        let mut parts = compound.split(['_', '-']).filter(|part| !part.is_empty());
        let is_ordinary =
            parts.all(|part| self.originals().is_ordinary(part) || part.bytes().all(|byte| byte.is_ascii_digit()));
        !(is_of_aws || is_action || is_ordinary)
    }
}

/// How far what stands here goes on without a space, a quote or a bracket; the punctuation of a sentence does not belong to
/// it. A comma does unless a list goes on behind it: names of roles and keys of objects may hold one.
fn extent(text: &str) -> usize {
    let ends = |character: char| character.is_whitespace() || "\"'`“”()[]<>;|\\".contains(character);
    let length = text.find(ends).unwrap_or(text.len());
    let length = text[..length].find(",arn:").unwrap_or(length);
    text[..length].trim_end_matches([',', '.', ':', '!', '?']).len()
}

/// Whether a number with this before and behind it is a whole one, and no part of a date, a time, an address or a longer
/// number.
fn is_whole_number(before: &str, after: &str) -> bool {
    let goes_on = |sign: Option<char>, next: Option<char>| {
        sign.is_some_and(|sign| "-.:,_".contains(sign)) && next.is_some_and(|next| next.is_ascii_digit())
    };
    let (mut back, mut ahead) = (before.chars().rev(), after.chars());
    !goes_on(back.next(), back.next()) && !goes_on(ahead.next(), ahead.next())
}

/// The ends of what may have a shape here, the longest first: an address, an id of parts, a word.
fn shapes(text: &str) -> [usize; 4] {
    let run = |allowed: &str| {
        let is_out = |character: char| !(character.is_ascii_alphanumeric() || allowed.contains(character));
        let length = text.find(is_out).unwrap_or(text.len());
        text[..length]
            .trim_end_matches(['.', ':', '-', '+', '/', '@', '%'])
            .len()
    };
    [run("._%+-@"), run(".:/"), run("-"), word(text)]
}

/// The length of the name of a bucket or an access point with which an endpoint begins; `None` where none begins.
fn endpoint(atom: &str) -> Option<usize> {
    let host = atom.split(['/', ':']).next()?;
    host.contains(".amazonaws.com").then_some(())?;
    let marks = [".s3.", ".s3-", ".execute-api."];
    marks.iter().filter_map(|mark| host.find(mark)).min()
}

/// The length of the words that are joined by hyphens and underscores.
fn compound(text: &str) -> usize {
    let is_out = |character: char| !(character.is_alphanumeric() || character == '-' || character == '_');
    let length = text.find(is_out).unwrap_or(text.len());
    text[..length].trim_end_matches(['-', '_']).len()
}
