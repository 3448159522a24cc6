//! Reading a file of exceptions, and refusing every entry that could say something else than its author meant.
//!
//! ```toml
//! [[exception]]
//! id = "media-over-http"
//! check = "s3-bucket-tls-only"
//! bucket = "media-legacy"
//! owner = "media-platform@example.com"
//! reason = "Set-top boxes of 2012 speak no TLS; they are replaced by March."
//! ticket = "SEC-4711"
//! expires = 2027-03-31
//! ```
//!
//! All problems are found at once, each with its line. It knows nothing of where the text comes from.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use s3attest_model::exception::{Exception, Selectors, Wanted};
use s3attest_model::identifiers::{AccountId, BucketName, CheckId};
use s3attest_policy::text_matches;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Selectors with the key that compares exactly and the one that takes a pattern.
const SELECTORS: [(&str, &str); 5] = [
    ("check", "check_pattern"),
    ("account", "account_pattern"),
    ("bucket", "bucket_pattern"),
    ("resource", "resource_pattern"),
    ("tag", "tag_pattern"),
];

/// The keys besides the selectors.
const OTHER_KEYS: [&str; 6] = ["id", "owner", "reason", "ticket", "expires", "note"];

/// The longest id, so that it fits into an address and a column.
const LONGEST_ID: usize = 64;

/// What is wrong with a file of exceptions, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExceptionProblem {
    /// The line, from 1.
    pub line: u32,
    /// The id of the exception, where it has one.
    pub id: Option<String>,
    /// What is wrong.
    pub text: String,
}

impl fmt::Display for ExceptionProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => write!(formatter, "line {}, exception `{id}`: {}", self.line, self.text),
            None => write!(formatter, "line {}: {}", self.line, self.text),
        }
    }
}

/// A file of exceptions that is not used, with everything that is wrong with it, by line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct RefusedExceptions {
    /// What is wrong; never empty.
    pub problems: Vec<ExceptionProblem>,
}

/// Reads the text of a file of exceptions, held against the checks that there are.
pub fn read(text: &str, known_checks: &[CheckId]) -> Result<Vec<Exception>, RefusedExceptions> {
    let mut reader = Reader {
        text,
        line_ends: text.match_indices('\n').map(|(end, _)| end).collect(),
        known_checks,
        problems: Vec::new(),
    };
    let exceptions = reader.file();
    if reader.problems.is_empty() {
        return Ok(exceptions);
    }
    reader.problems.sort();
    Err(RefusedExceptions {
        problems: reader.problems,
    })
}

struct Reader<'a> {
    text: &'a str,
    /// Where each line of the text ends.
    line_ends: Vec<usize>,
    known_checks: &'a [CheckId],
    problems: Vec<ExceptionProblem>,
}

/// An entry that is being read.
struct EntryInProgress<'a> {
    line: u32,
    id: Option<String>,
    values: BTreeMap<&'static str, &'a Spanned<DeValue<'a>>>,
}

impl Reader<'_> {
    fn file(&mut self) -> Vec<Exception> {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |span| self.line(span.start));
                self.problem(line, None, error.message().to_owned());
                return Vec::new();
            }
        };
        let mut exceptions: Vec<Exception> = Vec::new();
        for (key, value) in table.get_ref() {
            if key.get_ref() != "exception" {
                let hint = hint(key.get_ref(), ["exception"].into_iter());
                let text = format!("`{}` is not a key of a file of exceptions{hint}", key.get_ref());
                self.problem(self.line(key.span().start), None, text);
                continue;
            }
            let Some(entries) = value.get_ref().as_array() else {
                let text = format!(
                    "`exception` is {}, and must be written `[[exception]]`, once for each exception",
                    value.get_ref().type_str()
                );
                self.problem(self.line(key.span().start), None, text);
                continue;
            };
            for entry in entries {
                let Some(exception) = self.entry(entry) else { continue };
                if let Some(other) = exceptions.iter().find(|other| other.id == exception.id) {
                    let text = format!("the exception on line {} has the same id", other.line);
                    self.problem(exception.line, Some(exception.id.clone()), text);
                }
                exceptions.push(exception);
            }
        }
        exceptions
    }

    fn entry(&mut self, entry: &Spanned<DeValue<'_>>) -> Option<Exception> {
        let line = self.line(entry.span().start);
        let Some(table) = entry.get_ref().as_table() else {
            self.problem(
                line,
                None,
                "an exception is a table, written `[[exception]]`".to_owned(),
            );
            return None;
        };
        let before = self.problems.len();
        let keys = || {
            let selectors = SELECTORS.into_iter().flat_map(|(exact, pattern)| [exact, pattern]);
            selectors.chain(OTHER_KEYS)
        };
        let id = table.get("id").and_then(|id| id.get_ref().as_str()).map(str::to_owned);
        let mut reading = EntryInProgress {
            line,
            id,
            values: BTreeMap::new(),
        };
        for (key, value) in table {
            if let Some(known) = keys().find(|known| known == key.get_ref()) {
                reading.values.insert(known, value);
            } else {
                let hint = hint(key.get_ref(), keys());
                let text = format!("`{}` is not a key of an exception{hint}", key.get_ref());
                self.problem(self.line(key.span().start), reading.id.clone(), text);
            }
        }
        let id = self.required(&reading, "id");
        self.check_id(&reading, id.as_deref());
        let exception = Exception {
            id: id.unwrap_or_default(),
            line,
            selectors: self.selectors(&reading),
            owner: self.required(&reading, "owner").unwrap_or_default(),
            reason: self.required(&reading, "reason").unwrap_or_default(),
            ticket: self.required(&reading, "ticket").unwrap_or_default(),
            expires: self.expires(&reading).unwrap_or(Date::MIN),
            note: self.text(&reading, "note"),
        };
        (self.problems.len() == before).then_some(exception)
    }

    fn selectors(&mut self, reading: &EntryInProgress<'_>) -> Selectors {
        let mut wanted = SELECTORS.map(|(exact, pattern)| self.selector(reading, exact, pattern));
        let named = SELECTORS
            .iter()
            .any(|(exact, pattern)| reading.values.contains_key(exact) || reading.values.contains_key(pattern));
        if !named {
            let text = "it names neither a check nor an account, a bucket, a resource or a tag, so it would accept \
                        everything"
                .to_owned();
            self.problem(reading.line, reading.id.clone(), text);
        }
        let mut next = |at: usize| wanted[at].take();
        Selectors {
            check: next(0),
            account: next(1),
            bucket: next(2),
            resource: next(3),
            tag: next(4),
        }
    }

    fn selector(
        &mut self,
        reading: &EntryInProgress<'_>,
        exact: &'static str,
        pattern: &'static str,
    ) -> Option<Wanted> {
        if reading.values.contains_key(exact) && reading.values.contains_key(pattern) {
            self.problem_at(
                reading,
                pattern,
                format!("it has both `{exact}` and `{pattern}`; keep one"),
            );
            return None;
        }
        if let Some(text) = self.text(reading, exact) {
            if let Some(problem) = self.problem_of_exact(exact, pattern, &text) {
                self.problem_at(reading, exact, problem);
            }
            return Some(Wanted::Exactly(text));
        }
        let text = self.text(reading, pattern)?;
        if exact == "check"
            && !self
                .known_checks
                .iter()
                .any(|check| text_matches(&text, check.as_str()))
        {
            self.problem_at(
                reading,
                pattern,
                format!("no check matches `{text}`; `s3attest checks` lists them"),
            );
        }
        if exact == "tag" && !text.contains('=') {
            let problem = format!("`{text}` is no pattern of a tag, which is written `key=value`");
            self.problem_at(reading, pattern, problem);
        }
        Some(Wanted::Like(text))
    }

    /// Why a text that is to be compared exactly could never be met.
    fn problem_of_exact(&self, key: &str, pattern: &str, text: &str) -> Option<String> {
        let instead = if text.contains(['*', '?']) {
            format!("; `*` and `?` are compared as they stand, write `{pattern}` for a pattern")
        } else {
            String::new()
        };
        let what = match key {
            "check" if self.known_checks.iter().any(|check| check.as_str() == text) => return None,
            "check" if instead.is_empty() => {
                let hint = hint(text, self.known_checks.iter().map(CheckId::as_str));
                return Some(format!("there is no check `{text}`{hint}"));
            }
            "check" => "is no check",
            "account" if AccountId::new(text).is_err() => "is no account id of twelve digits",
            "bucket" if BucketName::new(text).is_err() => "is no name of a bucket",
            "tag" if !text.contains('=') || text.starts_with('=') => "is no tag, which is written `key=value`",
            "resource" | "tag" if !instead.is_empty() => "is no name, ARN or tag that AWS gives",
            _ => return None,
        };
        Some(format!("`{text}` {what}{instead}"))
    }

    fn check_id(&mut self, reading: &EntryInProgress<'_>, id: Option<&str>) {
        let Some(id) = id else { return };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if id.len() > LONGEST_ID || !id.bytes().all(is_plain) {
            let problem = format!("an id has at most {LONGEST_ID} letters, digits, `-`, `_` and `.`");
            self.problem_at(reading, "id", problem);
        }
    }

    /// The last day, as a date of TOML or as text.
    fn expires(&mut self, reading: &EntryInProgress<'_>) -> Option<Date> {
        let Some(value) = reading.values.get("expires") else {
            let text = "it has no `expires`, the last day on which it is in force, such as `expires = 2027-03-31`";
            self.problem(reading.line, reading.id.clone(), text.to_owned());
            return None;
        };
        let written = match value.get_ref() {
            DeValue::Datetime(moment) => moment.to_string(),
            DeValue::String(text) => text.to_string(),
            other => format!("a value of type {}", other.type_str()),
        };
        let date = Some(written.as_str())
            .filter(|written| written.len() == "2027-03-31".len())
            .and_then(|written| written.parse::<Date>().ok());
        if date.is_none() {
            let text = format!("`expires` is {written}, and must be a day such as 2027-03-31");
            self.problem_at(reading, "expires", text);
        }
        date
    }

    fn required(&mut self, reading: &EntryInProgress<'_>, key: &'static str) -> Option<String> {
        if !reading.values.contains_key(key) {
            self.problem(reading.line, reading.id.clone(), format!("it has no `{key}`"));
            return None;
        }
        self.text(reading, key)
    }

    fn text(&mut self, reading: &EntryInProgress<'_>, key: &'static str) -> Option<String> {
        let value = reading.values.get(key)?;
        let Some(text) = value.get_ref().as_str() else {
            let problem = format!(
                "`{key}` is a value of type {}, and must be text",
                value.get_ref().type_str()
            );
            self.problem_at(reading, key, problem);
            return None;
        };
        if text.trim().is_empty() {
            self.problem_at(reading, key, format!("`{key}` is empty"));
            return None;
        }
        Some(text.to_owned())
    }

    fn problem_at(&mut self, reading: &EntryInProgress<'_>, key: &str, text: String) {
        let line = reading
            .values
            .get(key)
            .map_or(reading.line, |value| self.line(value.span().start));
        self.problem(line, reading.id.clone(), text);
    }

    fn problem(&mut self, line: u32, id: Option<String>, text: String) {
        self.problems.push(ExceptionProblem { line, id, text });
    }

    /// The line of a place in the text, from 1.
    fn line(&self, offset: usize) -> u32 {
        let before = self.line_ends.partition_point(|end| *end < offset);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}

/// The valid name that comes nearest to an unknown one, as the end of a sentence; nothing where none comes near.
fn hint<'names>(unknown: &str, names: impl Iterator<Item = &'names str>) -> String {
    names
        .map(|name| (strsim::damerau_levenshtein(unknown, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len().max(unknown.len()) / 2)
        .map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
