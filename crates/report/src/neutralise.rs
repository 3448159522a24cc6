//! Cells that a spreadsheet would take for a formula, made harmless.
//!
//! It knows nothing of the columns; every cell of every table passes through it.

use std::borrow::Cow;

/// Puts an apostrophe before a cell that a spreadsheet could take for a formula.
///
/// That is a cell that begins with `=`, `+`, `-` or `@` or their full-width forms, also after white space, control
/// characters or characters without width (spreadsheets trim some of these), and a cell that begins with a tab, a
/// carriage return or a line feed. A spreadsheet shows the apostrophe; a program that wants the cell as it was removes
/// one leading apostrophe where such a beginning follows.
pub(crate) fn neutralise(cell: &str) -> Cow<'_, str> {
    if starts_a_formula(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Whether a spreadsheet could take a cell for a formula when it is typed or read from a text.
pub(crate) fn starts_a_formula(cell: &str) -> bool {
    cell.starts_with(['\t', '\r', '\n'])
        || cell
            .trim_start_matches(is_skipped)
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫', '−'])
}

/// Characters that a spreadsheet may drop or not show before it looks at a cell.
fn is_skipped(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3000}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_execute_is_neutralised() {
        for cell in [
            "=cmd|' /C calc'!A0",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\rtext",
            "\ntext",
            "  =1",
            "\u{3000}=1",
            "\u{feff}@SUM(1)",
            "\u{202e}=1",
            "\0=1",
            "＝1",
            "＋1",
            "－1",
            "＠SUM(1)",
        ] {
            assert_eq!(neutralise(cell), format!("'{cell}"), "{cell:?}");
        }
    }

    #[test]
    fn an_ordinary_cell_stays_as_it_is() {
        for cell in [
            "",
            "000123456789",
            "a=b",
            "s3-bucket-tls-only",
            "'=1",
            "2026-11-20T10:00:00Z",
            "<script>",
        ] {
            assert_eq!(neutralise(cell), cell);
        }
    }

    proptest! {
        #[test]
        fn no_cell_starts_a_formula_afterwards(cell in "[\\s\\x00-\\x1f\u{200b}\u{feff}＝=+@-]{0,4}\\PC{0,8}") {
            let neutral = neutralise(&cell);
            prop_assert!(!starts_a_formula(&neutral));
            prop_assert!(neutral == cell || neutral.strip_prefix('\'') == Some(&cell));
        }
    }
}
