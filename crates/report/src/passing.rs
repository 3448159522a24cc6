//! How much of what was judged passes: the one number that never stands without the coverage beside it.

use s3attest_model::finding::VerdictCounts;

/// Passed findings over passed and failed ones, accepted fails included, in ten-thousandths and rounded down; `None` where
/// nothing passed or failed, so that there is no number to give.
pub(crate) fn passing(counts: VerdictCounts) -> Option<u32> {
    let judged = counts.pass + counts.fail;
    let share = (u128::from(counts.pass) * 10_000).checked_div(u128::from(judged))?;
    u32::try_from(share).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_unknown_nor_accepted_findings_pass_and_nothing_is_rounded_up() {
        let counts = |pass, fail, accepted, not_assessed| VerdictCounts {
            pass,
            fail,
            accepted,
            not_applicable: 9,
            not_assessed,
        };
        assert_eq!(passing(counts(3, 1, 1, 4)), Some(7_500));
        assert_eq!(passing(counts(9_999_999, 1, 0, 0)), Some(9_999));
        assert_eq!(passing(counts(0, 0, 0, 4)), None);
    }
}
