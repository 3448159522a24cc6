//! Every verdict with every exception that may stand beside it, and an independent reader's count of them.

#[path = "python.rs"]
mod python;

use std::path::Path;

use s3attest_model::evidence::{BlockedBy, Gap, GapCause};
use s3attest_model::exception::{AppliedException, ExceptionEffect};
use s3attest_model::finding::{Finding, Verdict, VerdictCounts};
use s3attest_report::AssessedRun;
use s3attest_report::sample::{Sample, sample_assessment};
use serde_json::{Value, json};

/// A sample whose first findings on a bucket have each verdict with no exception and with one of each effect, in the order
/// of [`combinations`]; nothing else is in it. A verdict other than fail beside an exception does not come from the
/// judgement; whatever stands there must not be taken for accepted.
pub(crate) fn combined() -> Sample {
    let mut sample = sample_assessment();
    let of_buckets = sample
        .findings
        .iter()
        .filter(|finding| !finding.resource.is_of_account());
    let mut findings: Vec<Finding> = of_buckets.take(16).cloned().collect();
    for (finding, (verdict, effect)) in findings.iter_mut().zip(combinations()) {
        finding.verdict = verdict;
        finding.gap = (verdict == Verdict::NotAssessed).then(|| Gap {
            cause: GapCause::Denied,
            detail: "no".to_owned(),
            blocked_by: Some(BlockedBy::ServiceControlPolicy),
        });
        finding.exception = effect.map(|effect| AppliedException {
            id: format!("of-{}", effect.as_str()),
            effect,
            owner: "owner".to_owned(),
            reason: "reason".to_owned(),
            ticket: "T-1".to_owned(),
            expires: jiff::civil::date(2027, 1, 31),
            tags: None,
            gap: None,
        });
    }
    let mut counts = VerdictCounts::default();
    for finding in &findings {
        counts.add_finding(finding);
    }
    sample.findings = findings;
    sample.summary.counts = counts;
    sample
}

/// The sixteen verdicts and effects.
pub(crate) fn combinations() -> Vec<(Verdict, Option<ExceptionEffect>)> {
    let effects = [
        None,
        Some(ExceptionEffect::Accepted),
        Some(ExceptionEffect::Expired),
        Some(ExceptionEffect::TagsUnknown),
    ];
    let of = |verdict| effects.map(|effect| (verdict, effect));
    Verdict::ALL.into_iter().flat_map(of).collect()
}

/// How many findings of a run have which verdict, and how many are accepted.
pub(crate) fn counted(run: &impl AssessedRun) -> Value {
    let counts = run.summary().counts;
    json!({
        "pass": counts.pass, "fail": counts.fail, "not_assessed": counts.not_assessed,
        "not_applicable": counts.not_applicable, "accepted": counts.accepted,
    })
}

/// Has a script of `tests/python` read a report and hold it against what the run holds; `false` where there is no Python
/// to ask. A script that refuses the report fails the test with its words.
pub(crate) fn read_back(script: &str, report: &Path, expected: &Value) -> bool {
    let Some(output) = python::run(script, &[report.as_os_str(), expected.to_string().as_ref()]) else {
        return false;
    };
    let [said, failed] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(
        output.status.success(),
        "{script} refuses the report:\n{said}\n{failed}"
    );
    true
}
