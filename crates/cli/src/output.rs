//! Writing to the terminal: results to standard output, everything else to standard error.
//!
//! Names and messages come from AWS and so from whoever could set them: control characters in them never reach the
//! terminal, where they could move the cursor or change what was printed before.

use std::fmt::Write as _;
use std::io::{self, Write as _};

/// A text as it may be shown: control characters and marks that change the direction of writing are replaced.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|character| {
            let is_direction_mark =
                matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if character.is_control() || is_direction_mark {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect()
}

/// As [`plain`], and the lines stay apart.
pub(crate) fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// Writes a line of the result.
///
/// A reader that has seen enough (`s3attest checks | head`) is no error.
pub(crate) fn result(line: &str) -> anyhow::Result<()> {
    match writeln!(io::stdout().lock(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes a line to standard error. Nobody can be told when that fails.
pub(crate) fn notice(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A number with its thousands set apart.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in ten-thousandths as a percentage; never rounded up.
pub(crate) fn percentage(ten_thousandths: u32) -> String {
    let mut text = String::new();
    let _ = write!(text, "{}.{:02} %", ten_thousandths / 100, ten_thousandths % 100);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_terminal_escape_passes() {
        assert_eq!(
            plain("a\u{1b}[2Jb\r\n\u{202e}c"),
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}\u{fffd}c"
        );
        assert_eq!(plain("Grüße, 東京"), "Grüße, 東京");
    }

    #[test]
    fn numbers_are_readable_and_never_rounded_up() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(percentage(9_999), "99.99 %");
        assert_eq!(percentage(10_000), "100.00 %");
        assert_eq!(percentage(5), "0.05 %");
    }
}
