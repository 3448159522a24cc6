//! The map of accounts and control families: where which part of the first framework stands, as an inline picture with a
//! table beside it that says the same.
//!
//! All accounts in scope stand on pages of their own, by id; the worst of them on the front page, after those that nobody could read. Whatever the number of
//! accounts, no more than a page of rows is held.

use s3attest_model::control::{ControlMatrixRecord, ControlStatus};
use s3attest_model::identifiers::AccountId;
use serde::Serialize;

use super::book::{Book, PageError, Sheet};
use super::controls::selected;
use super::pager::Pager;
use super::places;
use super::ranked::Ranked;
use super::words::{self, Mark};
use crate::text::{clip, count, counted};
use crate::unread::Unread;

/// How many accounts the front page shows.
const ON_FRONT_PAGE: usize = 25;
/// How many accounts a page of the map shows.
const ON_A_PAGE: usize = 250;
/// A name in the picture is cut here.
const NAME: usize = 30;

/// The measures of the picture in pixels: where the cells begin, their pitch, the height of a row and of the heading.
const LEFT: usize = 330;
const PITCH: usize = 58;
const ROW: usize = 26;
const HEAD: usize = 30;

/// A family at an account, or in the heading.
#[derive(Debug, Clone, Serialize)]
struct Family {
    id: String,
    title: String,
    /// Where its column has its middle and its left edge.
    middle: usize,
    left: usize,
}

/// An account and a family.
#[derive(Debug, Clone, Serialize)]
struct Cell {
    status: Mark,
    letter: &'static str,
    /// Where a control is not satisfied: how many of the family’s controls that apply are not, in
    /// hundredths, rounded up.
    share: Option<usize>,
    /// How deep the colour is, from 1 to 3; 0 where there is no share.
    depth: u8,
    /// What the cell says in words.
    title: String,
    /// How many controls of the family have the status.
    controls: String,
    middle: usize,
    left: usize,
}

/// An account.
#[derive(Debug, Clone, Serialize)]
struct Row {
    id: String,
    name: String,
    page: String,
    short: String,
    cells: Vec<Cell>,
    /// Where the row lies, its text stands and its cells begin; set when the row gets its place.
    top: usize,
    text: usize,
}

/// What a letter stands for.
#[derive(Debug, Clone, Serialize)]
struct Letter {
    letter: &'static str,
    status: Mark,
}

/// A picture with its table.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Picture {
    families: Vec<Family>,
    rows: Vec<Row>,
    letters: Vec<Letter>,
    width: usize,
    height: usize,
    label: String,
    /// Whether the rows stand on the account's own page, where no table has to repeat them.
    is_of_one: bool,
    /// The accounts with a place on the map.
    total: u64,
    /// How many of the rows, the first ones, are of accounts of which nothing, or not every bucket, is known; and how many
    /// such accounts there are.
    unknown: u64,
    unknown_total: u64,
}

#[derive(Serialize)]
struct MapPage<'page> {
    framework: &'page str,
    picture: Picture,
    pager: Pager,
}

impl Picture {
    /// How many accounts it leaves out.
    pub(super) fn others(&self) -> u64 {
        self.total - self.rows.len() as u64
    }
}

/// Orders accounts: families, then controls that are not satisfied, then controls that nobody knows of.
type Badness = [usize; 3];

/// The map in the making.
pub(super) struct Heat {
    framework: String,
    title: String,
    families: Vec<Family>,
    rows: Vec<Row>,
    page: u64,
    total: u64,
    worst: Ranked<Badness, Row>,
}

impl Heat {
    pub(super) fn new(book: &Book<'_>) -> Self {
        let first = book.frameworks.first();
        let mut families: Vec<Family> = Vec::new();
        for control in first.map(|first| selected(book, first)).unwrap_or_default() {
            if control.is_automated() && families.iter().all(|family| family.id != control.family) {
                let left = LEFT + families.len() * PITCH;
                families.push(Family {
                    id: control.family.clone(),
                    title: control.family_title.clone(),
                    left,
                    middle: left + PITCH / 2,
                });
            }
        }
        Self {
            framework: first.map_or_else(String::new, |first| first.id.clone()),
            title: first.map_or_else(String::new, |first| first.title.clone()),
            families,
            rows: Vec::new(),
            page: 1,
            total: 0,
            worst: Ranked::new(ON_FRONT_PAGE),
        }
    }

    /// Takes what the first framework comes to in an account, and gives the account's own line of the map.
    pub(super) fn add(
        &mut self,
        book: &Book<'_>,
        account: &AccountId,
        name: &str,
        unread: Option<Unread>,
        records: &[ControlMatrixRecord],
    ) -> Result<Option<Picture>, PageError> {
        let Some(record) = records.iter().find(|record| record.framework == self.framework) else {
            return Ok(None);
        };
        if self.families.is_empty() {
            return Ok(None);
        }
        let (badness, row) = self.row(book, account, name, record);
        self.total += 1;
        self.worst.add(unread, badness, &row);
        if self.rows.len() == ON_A_PAGE {
            self.write(book, true)?;
        }
        let mut own = self.picture(vec![row.clone()]);
        own.is_of_one = true;
        self.rows.push(row);
        Ok(Some(own))
    }

    /// Writes the last page of the map and gives the picture of the front page; nothing where no account has a place.
    pub(super) fn finish(mut self, book: &Book<'_>) -> Result<Option<Picture>, PageError> {
        self.write(book, false)?;
        let worst = std::mem::replace(&mut self.worst, Ranked::new(0)).finish();
        if worst.rows.is_empty() {
            return Ok(None);
        }
        Ok(Some(Picture {
            unknown: worst.unknown,
            unknown_total: worst.unknown_total,
            ..self.picture(worst.rows)
        }))
    }

    fn row(&self, book: &Book<'_>, account: &AccountId, name: &str, record: &ControlMatrixRecord) -> (Badness, Row) {
        let mut tallies = vec![[0_usize; ControlStatus::ALL.len()]; self.families.len()];
        for cell in &record.controls {
            let Some(control) = book.control(&record.framework, &cell.control) else {
                continue;
            };
            let family = self.families.iter().position(|family| family.id == control.family);
            let status = ControlStatus::ALL.iter().position(|status| *status == cell.status);
            if let (Some(family), Some(status), true) = (family, status, book.selection.holds(control)) {
                tallies[family][status] += 1;
            }
        }
        let called = if name.is_empty() { account.as_str() } else { name };
        let cells: Vec<Cell> = self
            .families
            .iter()
            .zip(&tallies)
            .map(|(family, tally)| cell(family, tally, called))
            .collect();
        let of = |wanted: ControlStatus| {
            let place = ControlStatus::ALL.iter().position(|status| *status == wanted);
            place.map_or(0, |place| tallies.iter().map(|tally| tally[place]).sum())
        };
        let failing = cells.iter().filter(|cell| cell.status.class == "bad").count();
        let badness = [
            failing,
            of(ControlStatus::NotSatisfied),
            of(ControlStatus::Undetermined),
        ];
        let row = Row {
            id: account.to_string(),
            name: name.to_owned(),
            page: places::account(account, 1),
            short: clip_short(name),
            cells,
            top: 0,
            text: 0,
        };
        (badness, row)
    }

    fn picture(&self, mut rows: Vec<Row>) -> Picture {
        for (index, row) in rows.iter_mut().enumerate() {
            row.top = HEAD + index * ROW;
            row.text = row.top + ROW - 9;
        }
        Picture {
            width: LEFT + self.families.len() * PITCH,
            height: HEAD + rows.len() * ROW + 2,
            label: format!(
                "{} and {} of controls, each cell by its worst status",
                counted(rows.len() as u64, "account", "accounts"),
                counted(self.families.len() as u64, "family", "families"),
            ),
            families: self.families.clone(),
            letters: LETTERS
                .iter()
                .map(|(status, letter)| Letter {
                    letter,
                    status: words::control_status(*status),
                })
                .collect(),
            rows,
            is_of_one: false,
            total: self.total,
            unknown: 0,
            unknown_total: 0,
        }
    }

    fn write(&mut self, book: &Book<'_>, has_next: bool) -> Result<(), PageError> {
        let rows = std::mem::take(&mut self.rows);
        let before = (self.page - 1) * ON_A_PAGE as u64;
        let view = MapPage {
            framework: &self.title,
            pager: Pager {
                first: before + u64::from(!rows.is_empty()),
                last: before + rows.len() as u64,
                ..Pager::new("accounts", self.page, rows.len(), None, has_next, places::map)
            },
            picture: self.picture(rows),
        };
        book.page(
            Sheet {
                template: "pages/map.hbs",
                path: &places::map(self.page),
                title: "Map of accounts and control families",
                section: "controls",
            },
            &view,
        )?;
        self.page += 1;
        Ok(())
    }
}

/// The letter in a cell, worst first.
const LETTERS: [(ControlStatus, &str); 5] = [
    (ControlStatus::NotSatisfied, "N"),
    (ControlStatus::Undetermined, "U"),
    (ControlStatus::Accepted, "A"),
    (ControlStatus::Satisfied, "S"),
    (ControlStatus::NotApplicable, "–"),
];

/// What a family comes to in an account: the worst status of its controls, and undetermined where there is none.
fn cell(family: &Family, tally: &[usize; ControlStatus::ALL.len()], called: &str) -> Cell {
    let of = |wanted: ControlStatus| {
        let place = ControlStatus::ALL.iter().position(|status| *status == wanted);
        place.map_or(0, |place| tally[place])
    };
    let total: usize = LETTERS.iter().map(|(status, _)| of(*status)).sum();
    let (status, letter) = LETTERS
        .into_iter()
        .find(|(status, _)| of(*status) > 0)
        .unwrap_or((ControlStatus::Undetermined, "U"));
    let status_mark = words::control_status(status);
    let parts: Vec<String> = LETTERS
        .iter()
        .filter(|(status, _)| of(*status) > 0)
        .map(|(status, _)| {
            let word = words::control_status(*status).word.to_lowercase();
            format!("{} {word}", count(of(*status) as u64))
        })
        .collect();
    let failing = of(ControlStatus::NotSatisfied);
    let apply = total - of(ControlStatus::NotApplicable);
    let share = (failing > 0).then(|| (failing * 100).div_ceil(apply));
    // A control that nobody knows of may be one more, so it never makes a cell lighter.
    let at_worst = share.map(|_| ((failing + of(ControlStatus::Undetermined)) * 100).div_ceil(apply));
    Cell {
        status: status_mark,
        letter,
        share,
        depth: match at_worst {
            None => 0,
            Some(0..=10) => 1,
            Some(11..=33) => 2,
            Some(_) => 3,
        },
        title: format!(
            "{}, {} {}: {} of {}{}",
            clip(called, NAME),
            family.id,
            family.title,
            parts.join(", "),
            counted(total as u64, "control", "controls"),
            share.map_or_else(String::new, |share| format!(
                "; {share} % of those that apply are not satisfied"
            )),
        ),
        controls: format!("{} of {}", of(status), total),
        middle: family.middle,
        left: family.left,
    }
}

/// The beginning of a name, as it fits beside the picture.
fn clip_short(name: &str) -> String {
    match name.char_indices().nth(NAME) {
        None => name.to_owned(),
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_control_of_many_is_not_rounded_away_and_what_is_not_known_makes_no_cell_lighter() {
        let family = Family {
            id: "SC".to_owned(),
            title: String::new(),
            middle: 0,
            left: 0,
        };
        let place = |wanted: ControlStatus| {
            let place = ControlStatus::ALL.iter().position(|one| *one == wanted);
            place.expect("a status")
        };
        let shown = |failing, undetermined, satisfied| {
            let mut tally = [0; ControlStatus::ALL.len()];
            tally[place(ControlStatus::NotSatisfied)] = failing;
            tally[place(ControlStatus::Undetermined)] = undetermined;
            tally[place(ControlStatus::Satisfied)] = satisfied;
            let cell = cell(&family, &tally, "media");
            (cell.share, cell.depth, cell.title)
        };
        let (share, depth, _) = shown(1, 0, 999);
        assert_eq!((share, depth), (Some(1), 1));
        let (share, depth, title) = shown(1, 9, 0);
        assert_eq!((share, depth), (Some(10), 3));
        assert_eq!(
            title,
            "media, SC : 1 not satisfied, 9 undetermined of 10 controls; 10 % of those that apply are \
             not satisfied"
        );
        let mut tally = [0; ControlStatus::ALL.len()];
        tally[place(ControlStatus::NotSatisfied)] = 1;
        tally[place(ControlStatus::NotApplicable)] = 9;
        assert_eq!(cell(&family, &tally, "media").share, Some(100));
        assert_eq!(shown(0, 9, 1).0, None);
    }

    #[test]
    fn a_cell_shows_the_worst_and_names_all() {
        let family = Family {
            id: "SC".to_owned(),
            title: "System and Communications Protection".to_owned(),
            middle: 0,
            left: 0,
        };
        let tally = |statuses: &[(ControlStatus, usize)]| {
            let mut tally = [0; ControlStatus::ALL.len()];
            for (status, number) in statuses {
                let place = ControlStatus::ALL.iter().position(|one| one == status);
                tally[place.expect("a status")] = *number;
            }
            tally
        };
        let shown = |statuses: &[(ControlStatus, usize)]| {
            let cell = cell(&family, &tally(statuses), "media");
            (cell.letter, cell.controls, cell.title)
        };
        let (letter, controls, title) = shown(&[(ControlStatus::Satisfied, 9), (ControlStatus::Undetermined, 1)]);
        assert_eq!((letter, controls.as_str()), ("U", "1 of 10"));
        assert_eq!(
            title,
            "media, SC System and Communications Protection: 1 undetermined, 9 satisfied of 10 controls"
        );
        assert_eq!(
            shown(&[(ControlStatus::Accepted, 1), (ControlStatus::Satisfied, 2)]).0,
            "A"
        );
        // A family of which nothing is known is not satisfied by that.
        assert_eq!(shown(&[]).0, "U");
    }
}
