//! The catalogue: every control and control enhancement that a framework's publication lists.
//!
//! It is the list against which mappings are held, so that no report names a control that does not exist. It knows
//! nothing of checks. The text of the controls is not part of it: titles, families and baselines are.

use std::sync::LazyLock;

use s3attest_model::control::Baseline;
use s3attest_model::identifiers::{ControlId, InvalidIdentifier};
use serde::Deserialize;

use super::order::by_control;

/// The catalogue of NIST SP 800-53 revision 5, release 5.2.0, with the baselines of SP 800-53B.
static NIST_800_53_R5: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::from_csv(
        "nist-800-53-r5",
        "5.2.0",
        include_str!("../../../../config/catalogues/nist-800-53-r5.csv"),
    )
    .expect("a test reads the embedded catalogue")
});

/// A control or control enhancement as its publication lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// Its id.
    pub id: ControlId,
    /// Its title.
    pub title: String,
    /// The family that it belongs to.
    pub family: Family,
    /// The baselines that hold it, in the order of [`Baseline`].
    pub baselines: Vec<Baseline>,
    /// Whether the publication has withdrawn it; the id is then kept so that nobody gives it a new meaning.
    pub is_withdrawn: bool,
}

/// A family of controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Its id (`SC`).
    pub id: String,
    /// Its title.
    pub title: String,
}

/// All controls of a publication, in natural order of their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    id: String,
    version: String,
    entries: Vec<CatalogueEntry>,
}

/// A catalogue's file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The file is not CSV, or lacks a column, or has a cell of another kind.
    #[error("catalogue `{catalogue}` cannot be read: {source}; its columns are {COLUMNS}")]
    Unreadable {
        /// The catalogue's id.
        catalogue: String,
        /// What the reader met, with the line.
        source: csv::Error,
    },
    /// An id does not have an id's form.
    #[error("catalogue `{catalogue}` holds an id that cannot stand: {source}")]
    InvalidId {
        /// The catalogue's id.
        catalogue: String,
        /// The id and what was expected.
        source: InvalidIdentifier,
    },
    /// An id stands twice.
    #[error("catalogue `{catalogue}` lists `{control}` twice; remove one of the two lines")]
    Duplicate {
        /// The catalogue's id.
        catalogue: String,
        /// The id.
        control: ControlId,
    },
}

/// The columns of a catalogue's file; the last five hold 0 or 1.
const COLUMNS: &str = "control_id, title, family_id, family_title, low, moderate, high, privacy, withdrawn";

/// A line of a catalogue's file.
#[derive(Deserialize)]
struct Line {
    control_id: String,
    title: String,
    family_id: String,
    family_title: String,
    low: Flag,
    moderate: Flag,
    high: Flag,
    privacy: Flag,
    withdrawn: Flag,
}

/// A cell that is `0` or `1`; anything else is an error, because a guess here would move a control between baselines.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
enum Flag {
    #[serde(rename = "0")]
    No,
    #[serde(rename = "1")]
    Yes,
}

impl Catalogue {
    /// NIST SP 800-53 revision 5, release 5.2.0, as embedded in the program.
    #[must_use]
    pub fn nist_800_53_r5() -> &'static Self {
        &NIST_800_53_R5
    }

    /// Reads a catalogue from the text of a CSV file with a header line; the lines may stand in any order.
    pub fn from_csv(id: &str, version: &str, text: &str) -> Result<Self, CatalogueError> {
        let mut entries = Vec::new();
        for line in csv::Reader::from_reader(text.as_bytes()).deserialize() {
            let line: Line = line.map_err(|source| CatalogueError::Unreadable {
                catalogue: id.to_owned(),
                source,
            })?;
            entries.push(line.into_entry().map_err(|source| CatalogueError::InvalidId {
                catalogue: id.to_owned(),
                source,
            })?);
        }
        entries.sort_by(|left: &CatalogueEntry, right| by_control(&left.id, &right.id));
        if let Some(pair) = entries.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(CatalogueError::Duplicate {
                catalogue: id.to_owned(),
                control: pair[0].id.clone(),
            });
        }
        Ok(Self {
            id: id.to_owned(),
            version: version.to_owned(),
            entries,
        })
    }

    /// A catalogue that stands in the framework's own file; the entries may come in any order, each id once.
    pub(super) fn listed(id: &str, version: &str, mut entries: Vec<CatalogueEntry>) -> Self {
        entries.sort_by(|left, right| by_control(&left.id, &right.id));
        Self {
            id: id.to_owned(),
            version: version.to_owned(),
            entries,
        }
    }

    /// The embedded catalogue with this id; the others stand in the files of their frameworks.
    #[must_use]
    pub fn embedded(id: &str) -> Option<&'static Self> {
        let catalogue = Self::nist_800_53_r5();
        (catalogue.id == id).then_some(catalogue)
    }

    /// Whether any entry stands in a baseline.
    #[must_use]
    pub fn has_baselines(&self) -> bool {
        self.entries.iter().any(|entry| !entry.baselines.is_empty())
    }

    /// The catalogue's id, by which a mapping names it (`nist-800-53-r5`).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The publication's release (`5.2.0`).
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every entry that is not withdrawn, in natural order.
    pub fn active(&self) -> impl Iterator<Item = &CatalogueEntry> {
        self.entries.iter().filter(|entry| !entry.is_withdrawn)
    }

    /// Every entry that is not withdrawn and stands in a baseline, in natural order.
    pub fn in_baseline(&self, baseline: Baseline) -> impl Iterator<Item = &CatalogueEntry> {
        self.active().filter(move |entry| entry.baselines.contains(&baseline))
    }

    /// The families that hold an active entry, each once, by id.
    #[must_use]
    pub fn families(&self) -> Vec<&Family> {
        let mut families: Vec<&Family> = self.active().map(|entry| &entry.family).collect();
        families.sort_by(|left, right| left.id.cmp(&right.id));
        families.dedup_by(|left, right| left.id == right.id);
        families
    }

    /// The entry with an id, whether it is withdrawn or not.
    #[must_use]
    pub fn find(&self, id: &ControlId) -> Option<&CatalogueEntry> {
        self.entries
            .binary_search_by(|entry| by_control(&entry.id, id))
            .ok()
            .map(|index| &self.entries[index])
    }
}

impl Line {
    fn into_entry(self) -> Result<CatalogueEntry, InvalidIdentifier> {
        let baselines = [
            (self.low, Baseline::Low),
            (self.moderate, Baseline::Moderate),
            (self.high, Baseline::High),
            (self.privacy, Baseline::Privacy),
        ];
        Ok(CatalogueEntry {
            id: ControlId::new(self.control_id)?,
            title: self.title,
            family: Family {
                id: self.family_id,
                title: self.family_title,
            },
            baselines: baselines
                .into_iter()
                .filter_map(|(flag, baseline)| (flag == Flag::Yes).then_some(baseline))
                .collect(),
            is_withdrawn: self.withdrawn == Flag::Yes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "control_id,title,family_id,family_title,low,moderate,high,privacy,withdrawn\n";

    fn id(text: &str) -> ControlId {
        ControlId::new(text).expect("a test's id")
    }

    fn read(lines: &str) -> Result<Catalogue, CatalogueError> {
        Catalogue::from_csv("sample", "1", &format!("{HEADER}{lines}"))
    }

    #[test]
    fn the_embedded_catalogue_is_release_5_2_0_whole() {
        let catalogue = Catalogue::nist_800_53_r5();
        assert_eq!(catalogue.version(), "5.2.0");
        assert_eq!(catalogue.active().count(), 1_014);
        let size = |baseline| catalogue.in_baseline(baseline).count();
        assert_eq!(size(Baseline::Low), 149);
        assert_eq!(size(Baseline::Moderate), 287);
        assert_eq!(size(Baseline::High), 370);
        assert_eq!(size(Baseline::Privacy), 96);
        assert_eq!(catalogue.families().len(), 20);
        // Entries that only this release has.
        for added in ["SA-15(13)", "SA-24", "SI-2(7)"] {
            assert!(
                catalogue.find(&id(added)).is_some_and(|entry| !entry.is_withdrawn),
                "{added}"
            );
        }
    }

    #[test]
    fn withdrawn_entries_are_in_no_baseline() {
        for entry in &Catalogue::nist_800_53_r5().entries {
            assert!(!entry.is_withdrawn || entry.baselines.is_empty(), "{}", entry.id);
        }
    }

    #[test]
    fn every_entry_belongs_to_the_family_that_its_id_names_and_has_a_title() {
        for entry in &Catalogue::nist_800_53_r5().entries {
            assert!(
                entry.id.as_str().starts_with(&format!("{}-", entry.family.id)),
                "{}",
                entry.id
            );
            assert!(
                !entry.title.is_empty() && !entry.family.title.is_empty(),
                "{}",
                entry.id
            );
        }
    }

    #[test]
    fn an_entry_is_found_by_its_id_and_a_withdrawn_one_says_so() {
        let catalogue = Catalogue::nist_800_53_r5();
        let entry = catalogue.find(&id("SC-8(1)")).expect("SC-8(1) is listed");
        assert_eq!(entry.title, "Cryptographic Protection");
        assert_eq!(entry.family.title, "System and Communications Protection");
        assert_eq!(entry.baselines, [Baseline::Moderate, Baseline::High]);
        for withdrawn in ["AC-3(1)", "SC-7(2)"] {
            assert!(
                catalogue.find(&id(withdrawn)).is_some_and(|entry| entry.is_withdrawn),
                "{withdrawn}"
            );
        }
        for invented in ["SI-1(1)", "CP-1(2)", "SA-1(1)", "ZZ-1"] {
            assert_eq!(catalogue.find(&id(invented)), None, "{invented}");
        }
    }

    #[test]
    fn active_entries_come_in_natural_order_whatever_the_order_of_the_file() {
        let catalogue =
            read("AC-10,c,AC,f,0,0,0,0,0\nAC-2(1),b,AC,f,0,0,0,0,0\nAC-2,a,AC,f,1,0,0,0,0\n").expect("valid");
        let titles: Vec<&str> = catalogue.active().map(|entry| entry.title.as_str()).collect();
        assert_eq!(titles, ["a", "b", "c"]);
    }

    #[test]
    fn a_file_that_leaves_room_for_doubt_is_refused() {
        let cases = [
            ("AC-1,a,AC,f,0,0,0,0,0\nAC-1,b,AC,f,0,0,0,0,0\n", "lists `AC-1` twice"),
            ("AC 1,a,AC,f,0,0,0,0,0\n", "`AC 1` is not a control id"),
            ("AC-1,a,AC,f,yes,0,0,0,0\n", "cannot be read"),
            ("AC-1,a,AC,f,0,0,0,0\n", "cannot be read"),
        ];
        for (lines, expected) in cases {
            let message = read(lines).expect_err(lines).to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
