//! A bucket's page: what AWS answered to every question, and what the checks make of it.
//!
//! It does not know where the bucket's records come from.

use std::collections::BTreeMap;

use s3attest_model::access::BucketAccess;
use s3attest_model::assessment::FrameworkInformation;
use s3attest_model::bucket::Bucket;
use s3attest_model::control::{ControlStatus, ResourceOutcome};
use s3attest_model::coverage::BucketCoverage;
use s3attest_model::finding::{Finding, Verdict, VerdictCounts};
use s3attest_model::identifiers::{AccountId, BucketName, CheckId};
use serde::Serialize;

use super::access::{AccessView, AgreementView};
use super::bar::Bar;
use super::book::{Book, PageError, Sheet};
use super::evidence::AnswerView;
use super::finding::{FindingDetail, severity_rank};
use super::places;
use super::words::{self, Mark};
use crate::text::moment;

/// Everything that the run holds of one bucket. Each part can be missing, and the page then says so.
pub(super) struct BucketRecords<'account> {
    pub(super) account: &'account AccountId,
    pub(super) account_name: &'account str,
    pub(super) name: BucketName,
    pub(super) bucket: Option<Bucket>,
    pub(super) coverage: Option<BucketCoverage>,
    pub(super) findings: Vec<Finding>,
    pub(super) access: Option<BucketAccess>,
}

/// A bucket in its account's list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct BucketRow {
    name: String,
    page: String,
    region: String,
    status: Option<Mark>,
    worst: Option<Mark>,
    counts: VerdictCounts,
    reads: String,
}

#[derive(Serialize)]
struct BucketPage<'page> {
    name: &'page str,
    arn: Option<String>,
    account: &'page AccountId,
    account_name: &'page str,
    account_page: String,
    region: Option<AnswerView>,
    region_name: Option<String>,
    created: Option<String>,
    status: Option<Mark>,
    reads: String,
    counts: VerdictCounts,
    bar: Bar,
    findings: Vec<FindingDetail>,
    /// Whether it is said of any finding how to fix it.
    has_remedies: bool,
    controls: Vec<FrameworkControls<'page>>,
    access: Option<AccessView>,
    agreement: Option<AgreementView>,
    answers: Vec<AnswerView>,
}

/// The controls of a framework at this bucket.
#[derive(Serialize)]
struct FrameworkControls<'page> {
    title: &'page str,
    groups: Vec<StatusGroup<'page>>,
}

/// The controls of one status.
#[derive(Serialize)]
struct StatusGroup<'page> {
    status: Mark,
    controls: Vec<ControlLink<'page>>,
}

#[derive(Serialize)]
struct ControlLink<'page> {
    id: &'page str,
    title: &'page str,
    page: &'page str,
}

/// What each check said of the bucket, and whether an exception accepts it.
fn said(findings: &[Finding]) -> BTreeMap<&CheckId, (Verdict, bool)> {
    findings
        .iter()
        .map(|finding| (&finding.check, (finding.verdict, finding.is_accepted())))
        .collect()
}

/// The status of each control at the bucket, from the findings on it alone.
fn controls<'page>(book: &'page Book<'_>, findings: &[Finding]) -> Vec<FrameworkControls<'page>> {
    let said = said(findings);
    let of_framework = |framework: &&'page FrameworkInformation| {
        let mut groups: BTreeMap<ControlStatus, Vec<ControlLink<'page>>> = BTreeMap::new();
        for (control, page) in book.bearing(framework) {
            let bearing = control.checks.iter().filter_map(|check| said.get(&check.check));
            let Some(outcome) = ResourceOutcome::of(bearing.copied()) else {
                continue;
            };
            groups.entry(outcome.status()).or_default().push(ControlLink {
                id: control.control.as_str(),
                title: &control.title,
                page,
            });
        }
        FrameworkControls {
            title: &framework.title,
            groups: groups
                .into_iter()
                .map(|(status, controls)| StatusGroup {
                    status: words::control_status(status),
                    controls,
                })
                .collect(),
        }
    };
    book.frameworks.iter().map(of_framework).collect()
}

/// Writes the page of a bucket and gives its row in the account's list.
pub(super) fn write(book: &Book<'_>, mut records: BucketRecords<'_>) -> Result<BucketRow, PageError> {
    let path = places::bucket(records.account, &records.name);
    let mut counts = VerdictCounts::default();
    for finding in &records.findings {
        counts.add_finding(finding);
    }
    let worst = records
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .map(|finding| finding.severity)
        .min_by_key(|severity| severity_rank(*severity))
        .map(words::severity);
    let coverage = records.coverage.as_ref();
    let region = region(&records);
    let status = coverage.map(|coverage| words::bucket_status(coverage.status));
    let reads = coverage.map_or_else(String::new, |coverage| {
        format!("{} of {}", coverage.reads.answered, coverage.reads.asked)
    });
    let page = BucketPage {
        name: records.name.as_str(),
        arn: records.findings.first().map(|finding| finding.resource.arn()),
        account: records.account,
        account_name: records.account_name,
        account_page: places::account(records.account, 1),
        region: records
            .bucket
            .as_ref()
            .map(|bucket| AnswerView::of_evidence("Region", "region", &bucket.region)),
        region_name: region.clone(),
        created: records.bucket.as_ref().and_then(|bucket| bucket.created_at).map(moment),
        status,
        reads: reads.clone(),
        counts,
        bar: Bar::of_verdicts(counts),
        controls: controls(book, &records.findings),
        has_remedies: records
            .findings
            .iter()
            .any(|finding| book.remedies.of(finding).is_some()),
        findings: FindingDetail::of_bucket(
            book,
            &mut records.findings,
            records.bucket.as_ref(),
            records.access.as_ref(),
        ),
        access: records.access.as_ref().map(AccessView::of),
        agreement: AgreementView::of(&records.findings),
        answers: records.bucket.as_ref().map(AnswerView::of_settings).unwrap_or_default(),
    };
    book.page(
        Sheet {
            template: "pages/bucket.hbs",
            path: &path,
            title: records.name.as_str(),
            section: "accounts",
        },
        &page,
    )?;
    Ok(BucketRow {
        name: records.name.to_string(),
        page: path,
        region: region.unwrap_or_default(),
        status,
        worst,
        counts,
        reads,
    })
}

fn region(records: &BucketRecords<'_>) -> Option<String> {
    let observed = records
        .bucket
        .as_ref()
        .and_then(|bucket| bucket.region.known().ok().flatten());
    let covered = records.coverage.as_ref().and_then(|coverage| coverage.region.as_ref());
    observed.or(covered).map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use s3attest_model::check::Severity;
    use s3attest_model::exception::{AppliedException, ExceptionEffect};
    use s3attest_model::finding::Resource;
    use s3attest_model::identifiers::Partition;

    use super::*;

    #[test]
    fn a_fail_that_an_exception_accepts_is_accepted_at_the_bucket_and_an_expired_one_fails() {
        for (effect, expected) in [
            (None, ControlStatus::NotSatisfied),
            (Some(ExceptionEffect::Accepted), ControlStatus::Accepted),
            (Some(ExceptionEffect::Expired), ControlStatus::NotSatisfied),
        ] {
            let finding = Finding {
                check: CheckId::new("s3-x").expect("an id"),
                resource: Resource::Bucket {
                    account: AccountId::new("111111111111").expect("twelve digits"),
                    name: BucketName::new("a-bucket").expect("a name"),
                    partition: Partition::Aws,
                    region: None,
                },
                verdict: Verdict::Fail,
                severity: Severity::High,
                message: String::new(),
                evidence: Vec::new(),
                gap: None,
                exception: effect.map(|effect| AppliedException {
                    id: "one".to_owned(),
                    effect,
                    owner: String::new(),
                    reason: String::new(),
                    ticket: String::new(),
                    expires: jiff::civil::date(2027, 1, 31),
                    tags: None,
                    gap: None,
                }),
            };
            let outcome = ResourceOutcome::of(said(&[finding]).into_values()).expect("there is a finding");
            assert_eq!(outcome.status(), expected, "{effect:?}");
        }
    }
}
