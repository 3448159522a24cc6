//! The order in which controls are listed wherever they are listed: numbers by their value, letters by the alphabet.
//!
//! It knows no framework's way of writing an id, so it orders `2.1.10` after `2.1.9` as well as `AC-2(10)` after
//! `AC-2(9)`.

use std::cmp::Ordering;

use s3attest_model::identifiers::ControlId;

/// Compares two controls by [`natural_order`] of their ids.
#[must_use]
pub fn by_control(left: &ControlId, right: &ControlId) -> Ordering {
    natural_order(left.as_str(), right.as_str())
}

/// Compares two texts with every run of digits taken as a number: `AC-2`, `AC-2(1)`, `AC-2(10)`, `AC-3`.
///
/// The order is total: texts that differ only in leading zeros are ordered as plain texts, so only equal texts compare
/// as equal.
#[must_use]
pub fn natural_order(left: &str, right: &str) -> Ordering {
    let (mut left_rest, mut right_rest) = (left.as_bytes(), right.as_bytes());
    loop {
        let (left_run, right_run) = (next_run(left_rest), next_run(right_rest));
        let ordering = compare_runs(left_run, right_run);
        if ordering != Ordering::Equal {
            return ordering;
        }
        if left_run.is_empty() {
            return left.cmp(right);
        }
        left_rest = &left_rest[left_run.len()..];
        right_rest = &right_rest[right_run.len()..];
    }
}

/// The longest start of a text that is all digits or all something else; empty at the end of the text.
fn next_run(text: &[u8]) -> &[u8] {
    let Some(first) = text.first() else { return text };
    let length = text
        .iter()
        .take_while(|byte| byte.is_ascii_digit() == first.is_ascii_digit())
        .count();
    &text[..length]
}

/// Compares two runs; numbers of any length, because an id of a user's own framework may hold a date or a serial number.
fn compare_runs(left: &[u8], right: &[u8]) -> Ordering {
    let is_number = |run: &[u8]| run.first().is_some_and(u8::is_ascii_digit);
    if is_number(left) && is_number(right) {
        let (left, right) = (without_leading_zeros(left), without_leading_zeros(right));
        left.len().cmp(&right.len()).then_with(|| left.cmp(right))
    } else {
        left.cmp(right)
    }
}

fn without_leading_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn controls_stand_in_the_order_of_the_publication() {
        let wanted = [
            "AC-1", "AC-2", "AC-2(1)", "AC-2(9)", "AC-2(10)", "AC-2(13)", "AC-3", "AC-10", "AC-25", "AT-1", "SC-7(21)",
            "SC-8",
        ];
        let mut shuffled = wanted;
        shuffled.reverse();
        shuffled.sort_by(|left, right| natural_order(left, right));
        assert_eq!(shuffled, wanted);
    }

    #[test]
    fn numbers_of_other_frameworks_are_numbers_too() {
        for (smaller, larger) in [
            ("2.1.9", "2.1.10"),
            ("A.5.7", "A.5.23"),
            ("A.9", "A.10.1"),
            ("1.99999999999999999999999", "1.100000000000000000000000"),
            ("2", "2.1"),
        ] {
            assert_eq!(natural_order(smaller, larger), Ordering::Less, "{smaller} {larger}");
            assert_eq!(natural_order(larger, smaller), Ordering::Greater, "{larger} {smaller}");
        }
    }

    proptest! {
        #[test]
        fn the_order_is_total(
            a in "[A-C0-3().-]{0,6}",
            b in "[A-C0-3().-]{0,6}",
            c in "[A-C0-3().-]{0,6}",
        ) {
            prop_assert_eq!(natural_order(&a, &b), natural_order(&b, &a).reverse());
            prop_assert_eq!(natural_order(&a, &b) == Ordering::Equal, a == b);
            if natural_order(&a, &b) == Ordering::Less && natural_order(&b, &c) == Ordering::Less {
                prop_assert_eq!(natural_order(&a, &c), Ordering::Less);
            }
        }
    }
}
