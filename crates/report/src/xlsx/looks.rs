//! How a sheet looks: formats, widths of columns, and the colours of words that say how good or bad something is.
//!
//! A colour only repeats what the word says.

use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatFormula, ConditionalFormatText,
    ConditionalFormatTextRule, Format, FormatAlign, Worksheet, XlsxError,
};

use crate::tables::{Column, ColumnType};

/// A colour's meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Bad,
    Warning,
    Unknown,
    Good,
    Neutral,
}

impl Grade {
    /// Text and background; each pair has a contrast of more than 4.5 to 1.
    const fn colours(self) -> (u32, u32) {
        match self {
            Self::Bad => (0x0088_1111, 0x00FB_DDDD),
            Self::Warning => (0x0069_4300, 0x00FD_ECC8),
            Self::Unknown => (0x0048_2A80, 0x00E7_E0F5),
            Self::Good => (0x0014_5A32, 0x00DB_F0E1),
            Self::Neutral => (0x0044_4444, 0x00EE_EEEE),
        }
    }
}

/// Every word of a graded column that has a colour. A word that is not here stays as it is.
const WORDS: &[(&str, Grade)] = &[
    ("fail", Grade::Bad),
    ("fail (accepted)", Grade::Warning),
    ("not-assessed", Grade::Unknown),
    ("pass", Grade::Good),
    ("not-applicable", Grade::Neutral),
    ("no finding", Grade::Neutral),
    ("not-satisfied", Grade::Bad),
    ("undetermined", Grade::Unknown),
    ("accepted", Grade::Warning),
    ("satisfied", Grade::Good),
    ("not-automated", Grade::Neutral),
    ("assessed", Grade::Good),
    ("partly-assessed", Grade::Warning),
    ("denied", Grade::Unknown),
    ("not-active", Grade::Neutral),
    ("excluded", Grade::Neutral),
    ("not-collected", Grade::Unknown),
    ("read", Grade::Good),
    ("partly-read", Grade::Warning),
    ("unreadable", Grade::Unknown),
    ("not-subscribed", Grade::Neutral),
    ("not-offered", Grade::Neutral),
    ("off", Grade::Neutral),
    ("assumed", Grade::Warning),
    ("gone", Grade::Unknown),
    ("gap", Grade::Unknown),
    ("present", Grade::Good),
    ("absent", Grade::Neutral),
    ("in-force", Grade::Good),
    ("expires-soon", Grade::Warning),
    ("expired", Grade::Bad),
    ("tags-unknown", Grade::Unknown),
];

/// The colours of severities beside a fail. Beside a pass a red word would cry wolf.
const SEVERITIES: &[(&str, Grade)] = &[
    ("critical", Grade::Bad),
    ("high", Grade::Bad),
    ("medium", Grade::Warning),
    ("low", Grade::Neutral),
    ("info", Grade::Neutral),
];

/// How the cells of columns begin that could not be read.
const NOT_KNOWN: &str = "not known:";

/// The formats of cells.
pub(super) struct Looks {
    /// The heading of a column.
    pub(super) heading: Format,
    /// The heading of a section, and a label.
    pub(super) strong: Format,
    /// The title of the summary.
    pub(super) title: Format,
    /// Text that goes on over several lines.
    pub(super) wrapped: Format,
    /// Text that a spreadsheet would take for a formula if it were typed: it stays text when somebody edits the cell.
    pub(super) quoted: Format,
    /// A moment, written as tables of text write it.
    pub(super) moment: Format,
    /// A day.
    pub(super) date: Format,
    /// A whole number with a separator between thousands.
    pub(super) number: Format,
}

impl Looks {
    pub(super) fn new() -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        Self {
            heading: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0x001F_3A5F))
                .set_font_color(Color::White),
            strong: top.clone().set_bold(),
            title: top.clone().set_bold().set_font_size(16),
            wrapped: top.clone().set_text_wrap(),
            quoted: Format::new().set_quote_prefix(),
            moment: Format::new().set_num_format("yyyy-mm-dd\"T\"hh:mm:ss\"Z\""),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            number: top.set_num_format("#,##0").set_align(FormatAlign::Left),
        }
    }
}

/// How wide a column is, in characters.
pub(super) fn width(column: &Column) -> f64 {
    let name = u32::try_from(column.name.chars().count()).unwrap_or(40);
    let cells = match column.kind {
        ColumnType::Number | ColumnType::Boolean => 8,
        ColumnType::Date => 12,
        ColumnType::Moment => 22,
        ColumnType::List => 40,
        ColumnType::Text => match column.name.as_ref() {
            "message"
            | "description"
            | "reason"
            | "remedy"
            | "check_title"
            | "title"
            | "detail"
            | "gap_detail"
            | "responsibility_reason"
            | "note" => 60,
            "resource_arn" | "bucket_arn" | "resource_name" | "bucket" | "subject" => 40,
            "account_name" | "organizational_unit" | "check_id" | "column" => 28,
            _ => 14,
        },
    };
    // The button of a filter takes the room of about three characters.
    f64::from(cells.max(name.min(40) + 3))
}

/// Gives the words of graded columns their colours, over all rows below the heading.
pub(super) fn colour(sheet: &mut Worksheet, columns: &[Column], last_row: u32) -> Result<(), XlsxError> {
    let Some((first, ranges)) = graded(columns, last_row) else {
        return Ok(());
    };
    for (word, grade) in WORDS {
        let rule = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo(*word))
            .set_multi_range(&ranges)
            .set_format(format_of(*grade));
        sheet.add_conditional_format(1, first, last_row, first, &rule)?;
    }
    let rule = ConditionalFormatText::new()
        .set_rule(ConditionalFormatTextRule::BeginsWith(NOT_KNOWN.to_owned()))
        .set_multi_range(&ranges)
        .set_format(format_of(Grade::Unknown));
    sheet.add_conditional_format(1, first, last_row, first, &rule)?;
    let place = |name: &str| {
        (0_u16..)
            .zip(columns)
            .find(|(_, column)| column.name == name)
            .map(|(place, _)| place)
    };
    if let (Some(severity), Some(verdict)) = (place("severity"), place("verdict")) {
        for (word, grade) in SEVERITIES {
            let name = column_number_to_name;
            let condition = format!("=AND(${}2=\"{word}\",${}2=\"fail\")", name(severity), name(verdict));
            let rule = ConditionalFormatFormula::new()
                .set_rule(condition.as_str())
                .set_format(format_of(*grade));
            sheet.add_conditional_format(1, severity, last_row, severity, &rule)?;
        }
    }
    Ok(())
}

fn format_of(grade: Grade) -> Format {
    let (text, background) = grade.colours();
    Format::new()
        .set_font_color(Color::RGB(text))
        .set_background_color(Color::RGB(background))
}

/// The first graded column, and the ranges of all of them (`I2:J10 V2:V10`).
fn graded(columns: &[Column], last_row: u32) -> Option<(u16, String)> {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for (column, place) in columns.iter().zip(0_u16..) {
        match ranges.last_mut() {
            _ if !column.is_graded => {}
            Some((_, end)) if *end + 1 == place => *end = place,
            Some(_) | None => ranges.push((place, place)),
        }
    }
    let first = ranges.first()?.0;
    let name = column_number_to_name;
    let ranges: Vec<String> = ranges
        .iter()
        .map(|(from, to)| format!("{}2:{}{}", name(*from), name(*to), last_row + 1))
        .collect();
    Some((first, ranges.join(" ")))
}

#[cfg(test)]
mod tests {
    use s3attest_model::check::Severity;
    use s3attest_model::control::ControlStatus;
    use s3attest_model::coverage::{AccountStatus, BucketStatus, RegionStatus, SourceStatus};
    use s3attest_model::exception::{ExceptionEffect, ExceptionStanding};
    use s3attest_model::finding::{EvidenceState, Verdict};
    use serde::de::{Deserialize, Deserializer, Error as _, Visitor};

    use super::*;

    fn grade(word: &str) -> Grade {
        let found = WORDS.iter().find(|(known, _)| *known == word);
        found.unwrap_or_else(|| panic!("`{word}` has no colour")).1
    }

    /// Takes down how the variants of an enum are written, from the enum itself, so that none can be missed.
    struct Variants<'list>(&'list mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Variants<'_> {
        type Error = serde::de::value::Error;

        fn deserialize_enum<V: Visitor<'de>>(
            self,
            _name: &'static str,
            variants: &'static [&'static str],
            _visitor: V,
        ) -> Result<V::Value, Self::Error> {
            *self.0 = variants;
            Err(Self::Error::custom("there is no value"))
        }

        fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Self::Error> {
            Err(Self::Error::custom("this is no enum"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map struct identifier ignored_any
        }
    }

    fn variants<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
        let mut variants: &[&str] = &[];
        let value = T::deserialize(Variants(&mut variants));
        assert!(value.is_err() && !variants.is_empty(), "an enum");
        variants
    }

    #[test]
    fn every_word_has_one_colour_and_what_is_unknown_is_never_coloured_as_good() {
        for (words, good) in [
            (variants::<AccountStatus>(), AccountStatus::Assessed.as_str()),
            (variants::<BucketStatus>(), BucketStatus::Assessed.as_str()),
            (variants::<RegionStatus>(), RegionStatus::Read.as_str()),
            (variants::<SourceStatus>(), SourceStatus::Read.as_str()),
            (variants::<ControlStatus>(), ControlStatus::Satisfied.as_str()),
            (variants::<Verdict>(), Verdict::Pass.as_str()),
            (variants::<EvidenceState>(), EvidenceState::Present.as_str()),
            (variants::<ExceptionStanding>(), ExceptionStanding::InForce.as_str()),
        ] {
            assert!(words.contains(&good), "{good} in {words:?}");
            for word in words {
                assert_eq!(grade(word) == Grade::Good, *word == good, "{word}");
            }
        }
        // No effect of an exception makes a fail good.
        for word in variants::<ExceptionEffect>() {
            assert_ne!(grade(word), Grade::Good, "{word}");
        }
        for severity in variants::<Severity>() {
            assert!(
                !WORDS.iter().any(|(word, _)| word == severity),
                "{severity} beside a pass"
            );
            assert!(SEVERITIES.iter().any(|(word, _)| word == severity), "{severity}");
        }
        for (index, (word, _)) in WORDS.iter().enumerate() {
            assert!(!WORDS[..index].iter().any(|(other, _)| other == word), "{word}");
        }
    }

    #[test]
    fn graded_columns_that_stand_side_by_side_are_one_range() {
        let columns = [
            Column::text("a", ""),
            Column::grade("b", ""),
            Column::grade("c", ""),
            Column::text("d", ""),
            Column::grade("e", ""),
        ];
        assert_eq!(graded(&columns, 9), Some((1, "B2:C10 E2:E10".to_owned())));
        assert_eq!(graded(&columns[..1], 9), None);
    }
}
