//! A run of the same organization, later.

use s3attest_model::control::ControlStatus;
use s3attest_model::coverage::{AccountStatus, CoverageRecord};
use s3attest_model::finding::Verdict;
use s3attest_report::sample::Sample;

/// The account that refuses its role later.
pub(crate) const REFUSING: &str = "666666666666";

/// What a run is later: an account refuses its role, some verdicts turn around, a check is judged no longer.
pub(crate) fn a_run_later(earlier: &Sample) -> Sample {
    let mut later = earlier.clone();
    "later".clone_into(&mut later.run.id);
    later.summary.configuration_digest = "1".repeat(64);
    for (number, finding) in later.findings.iter_mut().enumerate() {
        finding.verdict = match finding.verdict {
            Verdict::Pass if number % 3 == 0 => Verdict::Fail,
            Verdict::Fail if number % 2 == 0 => Verdict::Pass,
            other => other,
        };
    }
    later
        .findings
        .retain(|finding| finding.resource.account().as_str() != REFUSING);
    later
        .coverage
        .retain(|record| !matches!(record, CoverageRecord::Bucket(bucket) if bucket.account.as_str() == REFUSING));
    for record in &mut later.coverage {
        if let CoverageRecord::Account(account) = record
            && account.account.as_str() == REFUSING
        {
            account.status = AccountStatus::Denied;
            "<script>alert(1)</script> AccessDenied".clone_into(&mut account.reason);
        }
    }
    later.summary.checks.pop();
    later.controls[0].status = ControlStatus::Undetermined;
    later
}
