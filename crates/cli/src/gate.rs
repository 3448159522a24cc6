//! The gates: what makes a finished scan end with an exit code of its own.

use s3attest_model::assessment::AssessmentSummary;
use s3attest_model::check::Severity;

use crate::configuration::Configuration;
use crate::exit;
use crate::output::{notice, number, percentage};

/// The exit code of an assessed run.
pub(crate) fn exit_code(configuration: &Configuration, summary: &AssessmentSummary) -> u8 {
    let fail_on = configuration.fail_on().expect("the configuration was checked");
    let failed = fail_on.map_or(0, |least| summary.unaccepted_from(least));
    let is_below = is_below(configuration.gate.min_coverage, summary);
    if let Some(least) = fail_on
        && failed > 0
    {
        notice(&format!(
            "{} findings of severity {least} or worse failed and are not accepted (--fail-on {least})",
            number(failed)
        ));
    }
    if is_below {
        notice(&format!(
            "{} of the scope was seen, and {} % were asked for (--min-coverage){}",
            percentage(summary.coverage.seen),
            configuration.gate.min_coverage,
            if summary.account_listing_gap.is_some() {
                "; the list of accounts is itself incomplete"
            } else {
                ""
            }
        ));
        return exit::COVERAGE;
    }
    if failed > 0 { exit::FINDINGS } else { exit::DONE }
}

/// The exit code of a comparison in which so many findings of a severity or a worse one fail that did not.
pub(crate) fn exit_code_of_comparison(least: Severity, failing_anew: u64) -> u8 {
    if failing_anew == 0 {
        return exit::DONE;
    }
    notice(&format!(
        "{} findings of severity {least} or worse fail now, are not accepted, and did not fail so badly before \
         (--fail-on-new {least})",
        number(failing_anew)
    ));
    exit::FINDINGS
}

/// Whether less was seen than was asked for. Of a list of accounts that is incomplete nobody can say what share was
/// seen, so no share above nothing is reached.
fn is_below(least: f64, summary: &AssessmentSummary) -> bool {
    least > 0.0 && (summary.account_listing_gap.is_some() || f64::from(summary.coverage.seen) < least * 100.0)
}

#[cfg(test)]
mod tests {
    use s3attest_model::assessment::FrameworkInformation;
    use s3attest_model::coverage::CoverageTotals;
    use s3attest_model::evidence::{Gap, GapCause};
    use s3attest_model::finding::VerdictCounts;

    use super::*;

    fn summary(seen: u32, high: u64) -> AssessmentSummary {
        AssessmentSummary {
            schema: 1,
            tool_version: String::new(),
            configuration_digest: String::new(),
            framework: FrameworkInformation {
                id: String::new(),
                title: String::new(),
                catalogue_version: String::new(),
                extent: None,
                has_baselines: false,
                overlays: Vec::new(),
            },
            other_frameworks: Vec::new(),
            baseline: None,
            coverage: CoverageTotals {
                seen,
                ..CoverageTotals::default()
            },
            account_listing_gap: None,
            counts: VerdictCounts::default(),
            failed_by_severity: vec![(Severity::Critical, 0), (Severity::High, high), (Severity::Low, 7)],
            accepted_by_severity: Vec::new(),
            checks: Vec::new(),
            accounts: Vec::new(),
            worst: Vec::new(),
            exceptions: None,
        }
    }

    fn code(fail_on: &str, min_coverage: f64, summary: &AssessmentSummary) -> u8 {
        let mut configuration = Configuration::default();
        fail_on.clone_into(&mut configuration.gate.fail_on);
        configuration.gate.min_coverage = min_coverage;
        exit_code(&configuration, summary)
    }

    #[test]
    fn without_gates_every_finished_scan_is_done() {
        assert_eq!(code("", 0.0, &summary(0, 9)), exit::DONE);
    }

    #[test]
    fn a_fail_counts_from_its_severity_on() {
        assert_eq!(code("high", 0.0, &summary(10_000, 1)), exit::FINDINGS);
        assert_eq!(code("high", 0.0, &summary(10_000, 0)), exit::DONE);
        assert_eq!(code("medium", 0.0, &summary(10_000, 0)), exit::DONE);
        assert_eq!(code("info", 0.0, &summary(10_000, 0)), exit::FINDINGS);
    }

    #[test]
    fn an_accepted_fail_does_not_count() {
        let mut summary = summary(10_000, 2);
        summary.accepted_by_severity = vec![(Severity::Critical, 0), (Severity::High, 1), (Severity::Low, 7)];
        assert_eq!(code("high", 0.0, &summary), exit::FINDINGS);
        summary.accepted_by_severity[1].1 = 2;
        assert_eq!(code("high", 0.0, &summary), exit::DONE);
        assert_eq!(code("info", 0.0, &summary), exit::DONE);
        summary.accepted_by_severity[2].1 = 6;
        assert_eq!(code("info", 0.0, &summary), exit::FINDINGS);
    }

    #[test]
    fn too_little_coverage_wins_over_findings() {
        assert_eq!(code("high", 90.0, &summary(8_999, 1)), exit::COVERAGE);
        assert_eq!(code("high", 90.0, &summary(9_000, 1)), exit::FINDINGS);
    }

    #[test]
    fn no_share_is_reached_when_nobody_knows_how_many_accounts_there_are() {
        let mut summary = summary(10_000, 0);
        summary.account_listing_gap = Some(Gap::new(GapCause::Denied, ""));
        assert_eq!(code("", 1.0, &summary), exit::COVERAGE);
        assert_eq!(code("", 0.0, &summary), exit::DONE);
    }
}
