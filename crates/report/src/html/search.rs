//! The index by which a browser searches all findings, passed ones included, without a server: parts of a few thousand
//! findings each, and a table of contents that says what each part can hold, so that a search opens those parts alone.
//!
//! Parts are scripts that hand over data, since a page that was opened from a disk may load scripts and nothing else. The
//! findings of a group (failed by severity, not assessed by severity, and so on) come in the order of the run. One part
//! of each group is held, and a line for each part that is written. It does not know how a search looks.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use s3attest_model::bucket::Bucket;
use s3attest_model::evidence::Observed;
use s3attest_model::finding::{Finding, Resource, Verdict};
use s3attest_model::identifiers::{AccountId, CheckId};
use serde::Serialize;

use super::book::{Book, PageError};
use super::exceptions::BesideRow;
use super::finding::{GROUPS, NAME, group, page_of, severity_rank};
use super::places;
use super::words;
use crate::error::WriteError;
use crate::text::{clip, legible};
use crate::visible;

/// How many findings a part holds.
const ROWS: usize = 4_000;

/// A message is searched this far, so that what a part holds has an end; of what is behind it a search says that it cannot
/// tell. Rows show less of it.
const SEARCHED: usize = 4_000;

/// The groups of a list of findings to act on, then passed, then not applicable.
const ALL_GROUPS: usize = GROUPS + 2;

/// What a finding's resource has for tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tags {
    /// These, each as `key=value`; none for what has no tags of its own.
    Known(Vec<String>),
    /// They could not be read.
    Unknown,
}

impl Tags {
    /// The tags of a bucket.
    pub(super) fn of(bucket: Option<&Bucket>) -> Self {
        match bucket.map(|bucket| &bucket.settings.tagging.observed) {
            Some(Observed::Present(tags)) => {
                Self::Known(tags.iter().map(|(key, value)| format!("{key}={value}")).collect())
            }
            Some(Observed::Absent) => Self::Known(Vec::new()),
            Some(Observed::Gap(_)) | None => Self::Unknown,
        }
    }
}

/// What a finding's resource belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'walk> {
    pub(super) account_name: &'walk str,
    pub(super) unit: Option<&'walk str>,
    pub(super) tags: &'walk Tags,
}

/// An account within a part: id, name, organizational unit where it is known.
type AccountEntry = (String, String, Option<String>);

/// A resource within a part: the account's place, the kind, the name, the page, the region's place, the tags where they
/// are known, and what its findings' places on the page end with.
type ResourceEntry = (
    usize,
    &'static str,
    String,
    String,
    Option<usize>,
    Option<Vec<String>>,
    String,
);

/// A part in the making. The names are short because every part repeats them.
#[derive(Debug, Default, Serialize)]
struct Part {
    #[serde(rename = "a")]
    accounts: Vec<AccountEntry>,
    #[serde(rename = "r")]
    resources: Vec<ResourceEntry>,
    #[serde(rename = "m")]
    messages: Vec<String>,
    /// The places of the messages that are cut.
    #[serde(rename = "c")]
    cut: Vec<usize>,
    #[serde(rename = "x")]
    exceptions: Vec<BesideRow>,
    /// For each finding five numbers: check, severity, resource, message, and the exception's place from 1.
    #[serde(rename = "f")]
    findings: Vec<usize>,
    #[serde(skip)]
    known_messages: HashMap<String, usize>,
    #[serde(skip)]
    known_exceptions: BTreeMap<(String, &'static str), usize>,
    #[serde(skip)]
    last: Option<Resource>,
    #[serde(skip)]
    ids: Option<(AccountId, AccountId)>,
    #[serde(skip)]
    checks: Places,
    #[serde(skip)]
    regions: Places,
    #[serde(skip)]
    is_unplaced: bool,
    #[serde(skip)]
    rows: usize,
}

/// A set of places in a list, written as a hexadecimal number with a bit for each.
#[derive(Debug, Clone, Default)]
struct Places(Vec<u8>);

impl Places {
    fn insert(&mut self, place: usize) {
        let digit = place / 4;
        if self.0.len() <= digit {
            self.0.resize(digit + 1, 0);
        }
        self.0[digit] |= 1 << (place % 4);
    }

    fn hexadecimal(&self) -> String {
        let digits = self.0.iter().rev();
        let text: String = digits
            .filter_map(|digit| char::from_digit(u32::from(*digit), 16))
            .collect();
        format!("0x{}", if text.is_empty() { "0" } else { &text })
    }
}

/// A line of the table of contents.
#[derive(Debug, Serialize)]
struct Line {
    file: String,
    verdict: &'static str,
    /// The severity of all of its findings; `None` where they differ.
    severity: Option<usize>,
    rows: usize,
    /// The first and the last account.
    first: AccountId,
    last: AccountId,
    checks: String,
    regions: String,
    /// Whether it holds findings of buckets or access points whose region is not known.
    unplaced: bool,
    #[serde(skip)]
    place: (usize, usize),
}

/// A check: id, title, page, how many findings it has.
type CheckEntry = (String, String, String, u64);

/// A control: what the address calls it, how it is shown, the framework, the places of its checks.
type ControlEntry = (String, String, String, Vec<usize>);

#[derive(Serialize)]
struct Contents<'index> {
    total: u64,
    checks: Vec<CheckEntry>,
    controls: Vec<ControlEntry>,
    regions: Vec<(&'index str, u64)>,
    /// Key, word, class and number of findings.
    severities: Vec<(&'static str, &'static str, &'static str, u64)>,
    verdicts: Vec<(&'static str, &'static str, &'static str, u64)>,
    parts: &'index [Line],
}

/// The index in the making.
pub(super) struct Search {
    parts: Vec<Part>,
    written: Vec<usize>,
    lines: Vec<Line>,
    checks: BTreeMap<CheckId, usize>,
    check_counts: Vec<(CheckId, u64)>,
    regions: BTreeMap<String, usize>,
    region_counts: Vec<(String, u64)>,
    severities: [u64; 5],
    verdicts: [u64; Verdict::ALL.len()],
    total: u64,
}

impl Search {
    pub(super) fn new() -> Self {
        Self {
            parts: (0..ALL_GROUPS).map(|_| Part::default()).collect(),
            written: vec![0; ALL_GROUPS],
            lines: Vec::new(),
            checks: BTreeMap::new(),
            check_counts: Vec::new(),
            regions: BTreeMap::new(),
            region_counts: Vec::new(),
            severities: [0; 5],
            verdicts: [0; Verdict::ALL.len()],
            total: 0,
        }
    }

    /// Takes a finding, whatever its verdict.
    pub(super) fn add(&mut self, book: &Book<'_>, finding: &Finding, place: Place<'_>) -> Result<(), PageError> {
        let of_group = group(finding).unwrap_or(match finding.verdict {
            Verdict::NotApplicable => GROUPS + 1,
            Verdict::Pass | Verdict::Fail | Verdict::NotAssessed => GROUPS,
        });
        let check = self.check(&finding.check);
        self.check_counts[check].1 += 1;
        let region = finding.resource.region().map(|region| self.region(region.as_str()));
        let severity = severity_rank(finding.severity);
        self.severities[severity] += 1;
        if let Some(verdict) = Verdict::ALL.iter().position(|verdict| *verdict == finding.verdict) {
            self.verdicts[verdict] += 1;
        }
        self.total += 1;
        let part = &mut self.parts[of_group];
        part.add(book, finding, place, [check, severity], region);
        if part.rows == ROWS {
            self.write(book, of_group)?;
        }
        Ok(())
    }

    /// Writes what is left and the table of contents.
    pub(super) fn finish(mut self, book: &Book<'_>) -> Result<(), PageError> {
        for of_group in 0..ALL_GROUPS {
            if self.parts[of_group].rows > 0 {
                self.write(book, of_group)?;
            }
        }
        self.lines.sort_by_key(|line| line.place);
        let known: BTreeMap<&CheckId, &str> = book
            .checks
            .iter()
            .map(|check| (&check.id, check.title.as_str()))
            .collect();
        let controls = book.controls().filter_map(|control| {
            let checks: Vec<usize> = control
                .checks
                .iter()
                .filter_map(|check| self.checks.get(&check.check).copied())
                .collect();
            let id = control.control.as_str();
            let key = match book.other(&control.framework) {
                None => id.to_owned(),
                Some(framework) => format!("{framework}/{id}"),
            };
            let framework = book.framework_title(&control.framework).unwrap_or(&control.framework);
            let shown = legible(&format!("{id} {}", control.title)).into_owned();
            (!checks.is_empty()).then(|| (key, shown, framework.to_owned(), checks))
        });
        let contents = Contents {
            total: self.total,
            checks: self
                .check_counts
                .iter()
                .map(|(check, count)| {
                    let title = known.get(check);
                    let page = title.map_or(places::CHECKS.to_owned(), |_| places::check(check));
                    let title = title.copied().unwrap_or(check.as_str());
                    (check.to_string(), legible(title).into_owned(), page, *count)
                })
                .collect(),
            controls: controls.collect(),
            regions: self
                .region_counts
                .iter()
                .map(|(region, count)| (region.as_str(), *count))
                .collect(),
            severities: s3attest_model::check::Severity::WORST_FIRST
                .into_iter()
                .zip(self.severities)
                .map(|(severity, count)| {
                    let mark = words::severity(severity);
                    (mark.key, mark.word, mark.class, count)
                })
                .collect(),
            verdicts: Verdict::ALL
                .into_iter()
                .zip(self.verdicts)
                .map(|(verdict, count)| {
                    let mark = words::verdict(verdict);
                    (mark.key, mark.word, mark.class, count)
                })
                .collect(),
            parts: &self.lines,
        };
        Ok(script(book, places::SEARCH, "contents", &contents)?)
    }

    fn check(&mut self, check: &CheckId) -> usize {
        if let Some(place) = self.checks.get(check) {
            return *place;
        }
        let place = self.check_counts.len();
        self.checks.insert(check.clone(), place);
        self.check_counts.push((check.clone(), 0));
        place
    }

    fn region(&mut self, region: &str) -> usize {
        let next = self.region_counts.len();
        let place = if let Some(place) = self.regions.get(region) {
            *place
        } else {
            self.regions.insert(region.to_owned(), next);
            self.region_counts.push((region.to_owned(), 0));
            next
        };
        self.region_counts[place].1 += 1;
        place
    }

    fn write(&mut self, book: &Book<'_>, of_group: usize) -> Result<(), PageError> {
        let part = std::mem::take(&mut self.parts[of_group]);
        self.written[of_group] += 1;
        let number = self.written[of_group];
        let file = places::search_part(of_group, number);
        script(book, &file, "part", &part)?;
        if let Some((first, last)) = part.ids {
            self.lines.push(Line {
                file,
                verdict: verdict_of(of_group).as_str(),
                severity: (of_group < GROUPS).then_some(of_group % 5),
                rows: part.rows,
                first,
                last,
                checks: part.checks.hexadecimal(),
                regions: part.regions.hexadecimal(),
                unplaced: part.is_unplaced,
                place: (of_group, number),
            });
        }
        Ok(())
    }
}

/// The verdict of a group's findings.
fn verdict_of(of_group: usize) -> Verdict {
    const SEVERITIES: usize = GROUPS / 3;
    match of_group / SEVERITIES {
        1 => Verdict::NotAssessed,
        0 | 2 => Verdict::Fail,
        _ if of_group == GROUPS => Verdict::Pass,
        _ => Verdict::NotApplicable,
    }
}

impl Part {
    fn add(
        &mut self,
        book: &Book<'_>,
        finding: &Finding,
        place: Place<'_>,
        [check, severity]: [usize; 2],
        region: Option<usize>,
    ) {
        let resource = &finding.resource;
        let account = resource.account();
        if self.last.as_ref() != Some(resource) {
            if self.accounts.last().is_none_or(|(id, ..)| id != account.as_str()) {
                self.accounts.push((
                    account.to_string(),
                    legible(&clip(place.account_name, NAME)).into_owned(),
                    place.unit.map(|unit| legible(unit).into_owned()),
                ));
            }
            self.resources.push((
                self.accounts.len() - 1,
                resource.kind(),
                legible(resource.name()).into_owned(),
                page_of(resource),
                region,
                match place.tags {
                    Tags::Known(tags) => Some(tags.iter().map(|tag| legible(tag).into_owned()).collect()),
                    Tags::Unknown => None,
                },
                places::part(resource),
            ));
            self.last = Some(resource.clone());
        }
        let message = clip(&finding.message, SEARCHED);
        let message = if let Some(known) = self.known_messages.get(message.as_ref()) {
            *known
        } else {
            if matches!(message, Cow::Owned(_)) {
                self.cut.push(self.messages.len());
            }
            self.messages.push(legible(&message).into_owned());
            self.known_messages
                .insert(message.into_owned(), self.messages.len() - 1);
            self.messages.len() - 1
        };
        let exception = finding.exception.as_ref().map_or(0, |exception| {
            let key = (exception.id.clone(), exception.effect.as_str());
            let exceptions = &mut self.exceptions;
            *self.known_exceptions.entry(key).or_insert_with(|| {
                exceptions.push(BesideRow::new(book, exception).legible());
                exceptions.len()
            })
        });
        self.findings
            .extend([check, severity, self.resources.len() - 1, message, exception]);
        self.rows += 1;
        self.checks.insert(check);
        match region {
            Some(region) => self.regions.insert(region),
            None => self.is_unplaced |= matches!(resource, Resource::Bucket { .. } | Resource::AccessPoint { .. }),
        }
        match &mut self.ids {
            Some((_, last)) => last.clone_from(account),
            None => self.ids = Some((account.clone(), account.clone())),
        }
    }
}

/// Writes a script that hands data over: a call with one argument.
fn script(book: &Book<'_>, path: &str, function: &str, data: &impl Serialize) -> Result<(), WriteError> {
    let mut text = format!("s3attestSearch.{function}(").into_bytes();
    // Addresses hold foreign ids as they are, which no terminal is to obey either.
    visible::write(&mut text, data).expect("the index holds texts and numbers");
    text.extend_from_slice(b");\n");
    book.staging().write(path, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_places_is_a_number_that_a_browser_reads() {
        let mut places = Places::default();
        assert_eq!(places.hexadecimal(), "0x0");
        for place in [0, 5, 64, 70] {
            places.insert(place);
        }
        let expected = (1_u128 << 70) | (1 << 64) | (1 << 5) | 1;
        assert_eq!(places.hexadecimal(), format!("{expected:#x}"));
    }

    #[test]
    fn every_group_has_the_verdict_of_its_findings() {
        assert_eq!(verdict_of(0), Verdict::Fail);
        assert_eq!(verdict_of(9), Verdict::NotAssessed);
        assert_eq!(verdict_of(14), Verdict::Fail);
        assert_eq!(verdict_of(15), Verdict::Pass);
        assert_eq!(verdict_of(16), Verdict::NotApplicable);
    }
}
