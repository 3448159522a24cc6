//! A finding as pages show it: a row of a list, or with everything behind it.
//!
//! It does not know how a verdict came about.

use std::collections::BTreeSet;

use s3attest_model::access::BucketAccess;
use s3attest_model::bucket::Bucket;
use s3attest_model::check::Severity;
use s3attest_model::finding::{Finding, Resource, Verdict};
use serde::Serialize;

use super::book::Book;
use super::evidence::{GapView, Passage, ReferenceView};
use super::exceptions::{BesideDetail, BesideRow};
use super::places;
use super::remedy::RemedyView;
use super::words::{self, Mark};
use crate::remediation::Around;
use crate::text::clip;

/// A message in a row is cut here; the resource's page has the whole of it.
pub(super) const MESSAGE: usize = 320;

/// A name in a list, a title or a heading is cut here; the account's page has the whole of it.
pub(super) const NAME: usize = 80;

/// A finding in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FindingRow {
    verdict: Mark,
    severity: Mark,
    check: String,
    check_title: String,
    check_page: String,
    resource: String,
    page: String,
    /// What the resource is called where its name would say nothing to a reader.
    called: Option<&'static str>,
    account: String,
    account_name: String,
    region: Option<String>,
    message: String,
    exception: Option<BesideRow>,
    /// What became of it since an earlier run, where a list is about that.
    became: Option<String>,
}

impl FindingRow {
    /// The row with what became of the finding since an earlier run.
    pub(super) fn became(self, became: String) -> Self {
        Self {
            became: Some(became),
            ..self
        }
    }

    pub(super) fn new(book: &Book<'_>, finding: &Finding, account_name: &str) -> Self {
        let resource = &finding.resource;
        Self {
            verdict: words::verdict(finding.verdict),
            severity: words::severity(finding.severity),
            check: finding.check.to_string(),
            check_title: book.check_title(&finding.check).to_owned(),
            check_page: places::check(&finding.check),
            resource: resource.name().to_owned(),
            page: format!("{}#{}", page_of(resource), places::finding(&finding.check, resource)),
            called: match resource {
                Resource::Organization { .. } => Some("The organization"),
                Resource::Account { .. } => Some("The account itself"),
                Resource::Region { .. } => Some("The region"),
                Resource::AccessPoint { .. } | Resource::Bucket { .. } => None,
            },
            account: resource.account().to_string(),
            account_name: clip(account_name, NAME).into_owned(),
            region: resource.region().map(ToString::to_string),
            message: clip(&finding.message, MESSAGE).into_owned(),
            exception: finding
                .exception
                .as_ref()
                .map(|exception| BesideRow::new(book, exception)),
            became: None,
        }
    }
}

/// The page of a resource.
pub(super) fn page_of(resource: &Resource) -> String {
    match resource {
        Resource::Organization { account, .. }
        | Resource::Account { account }
        | Resource::Region { account, .. }
        | Resource::AccessPoint { account, .. } => places::account(account, 1),
        Resource::Bucket { account, name, .. } => places::bucket(account, name),
    }
}

/// A finding with everything behind it, on the page of its resource.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FindingDetail {
    verdict: Mark,
    severity: Mark,
    /// The severity of a finding that did not fail is of no use to a reader.
    has_failed: bool,
    /// Where links find it: the first finding of its check on its resource.
    anchor: Option<String>,
    check: String,
    check_title: String,
    check_page: String,
    /// Which part of the page's subject it is about; `None` where it is about the whole.
    part: Option<String>,
    message: Passage,
    gap: Option<GapView>,
    evidence: Vec<ReferenceView>,
    exception: Option<BesideDetail>,
    /// What to do about it; `None` where it did not fail, or somebody accepts it.
    remedy: Option<RemedyView>,
}

impl FindingDetail {
    /// The findings of one resource, worst first.
    pub(super) fn of(book: &Book<'_>, findings: &mut [Finding]) -> Vec<Self> {
        sort(findings);
        Self::all(book, findings, None)
    }

    /// The findings of a bucket, worst first, each with what of the bucket speaks against mending it at once.
    pub(super) fn of_bucket(
        book: &Book<'_>,
        findings: &mut [Finding],
        bucket: Option<&Bucket>,
        access: Option<&BucketAccess>,
    ) -> Vec<Self> {
        sort(findings);
        let around = Around {
            bucket,
            access,
            findings,
        };
        Self::all(book, findings, Some(&around))
    }

    fn all(book: &Book<'_>, findings: &[Finding], around: Option<&Around<'_>>) -> Vec<Self> {
        let mut named = BTreeSet::new();
        findings
            .iter()
            .map(|finding| Self {
                anchor: {
                    let anchor = places::finding(&finding.check, &finding.resource);
                    named.insert(anchor.clone()).then_some(anchor)
                },
                ..Self::new(book, finding, around)
            })
            .collect()
    }

    fn new(book: &Book<'_>, finding: &Finding, around: Option<&Around<'_>>) -> Self {
        Self {
            verdict: words::verdict(finding.verdict),
            severity: words::severity(finding.severity),
            has_failed: finding.verdict == Verdict::Fail,
            anchor: None,
            check: finding.check.to_string(),
            check_title: book.check_title(&finding.check).to_owned(),
            check_page: places::check(&finding.check),
            part: match &finding.resource {
                Resource::Organization { id, .. } => Some(format!("organization {id}")),
                Resource::Region { region, .. } => Some(region.to_string()),
                Resource::AccessPoint { name, .. } => Some(format!("access point {name}")),
                Resource::Account { .. } | Resource::Bucket { .. } => None,
            },
            message: Passage::new(&finding.message),
            gap: finding.gap.as_ref().map(GapView::new),
            evidence: finding.evidence.iter().map(ReferenceView::new).collect(),
            exception: finding
                .exception
                .as_ref()
                .map(|exception| BesideDetail::new(book, exception)),
            remedy: RemedyView::of(book, finding, around),
        }
    }
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by_key(|finding| {
        let severity = std::cmp::Reverse(finding.severity);
        (rank(finding.verdict), finding.is_accepted(), severity)
    });
}

/// A verdict's place in a list that begins with the worst.
pub(super) fn rank(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Fail => 0,
        Verdict::NotAssessed => 1,
        Verdict::Pass => 2,
        Verdict::NotApplicable => 3,
    }
}

/// A severity's place in a list that begins with the worst.
pub(super) fn severity_rank(severity: Severity) -> usize {
    match severity {
        Severity::Critical => 0,
        Severity::High => 1,
        Severity::Medium => 2,
        Severity::Low => 3,
        Severity::Info => 4,
    }
}

/// How many severities there are.
const SEVERITIES: usize = Severity::WORST_FIRST.len();

/// The groups in which findings to act on are listed, each by severity: failed, not assessed, failed and accepted.
pub(super) const GROUPS: usize = 3 * SEVERITIES;

/// The group of a finding that failed or could not be assessed; `None` for the others.
pub(super) fn group(finding: &Finding) -> Option<usize> {
    let severity = severity_rank(finding.severity);
    match finding.verdict {
        Verdict::Fail if finding.is_accepted() => Some(2 * SEVERITIES + severity),
        Verdict::Fail => Some(severity),
        Verdict::NotAssessed => Some(SEVERITIES + severity),
        Verdict::Pass | Verdict::NotApplicable => None,
    }
}

/// The worst of the findings that pass by: never more than `limit` a group, whatever their number.
#[derive(Debug, Clone)]
pub(super) struct Worst {
    limit: usize,
    groups: [Vec<FindingRow>; GROUPS],
}

impl Worst {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            groups: Default::default(),
        }
    }

    /// Keeps a row when its group still has room.
    pub(super) fn offer(&mut self, group: usize, row: &FindingRow) {
        // Rows of a better group are of no use once the worse groups fill the list.
        if self.groups[..=group].iter().map(Vec::len).sum::<usize>() < self.limit {
            self.groups[group].push(row.clone());
        }
    }

    /// The worst rows, at most `limit`.
    pub(super) fn rows(&self) -> Vec<FindingRow> {
        self.groups.iter().flatten().take(self.limit).cloned().collect()
    }

    /// The worst rows of failed findings, accepted ones last, at most `limit`.
    pub(super) fn failed(&self) -> Vec<FindingRow> {
        let (failed, accepted) = (&self.groups[..SEVERITIES], &self.groups[2 * SEVERITIES..]);
        failed
            .iter()
            .chain(accepted)
            .flatten()
            .take(self.limit)
            .cloned()
            .collect()
    }
}
