//! IAM Access Analyzer in one region: the analyzers, what they found on buckets, and what they archive by themselves.
//!
//! `ListFindings` says everything of a finding of outside access in one list; findings of inside access have to be asked for
//! one by one. Findings of unused permissions are about no buckets and are not asked for.

mod shapes;

use futures::future::FutureExt;
use futures::stream::{self, StreamExt};
use s3attest_gateway::{AllowedOperation, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed, Source};
use s3attest_model::services::{
    AccessAnalyzer, Analyzer, ArchiveRule, ExternalFinding, FindingSubject, InternalAccess, InternalFinding, Monitoring,
};

use super::ServiceRead;
use crate::pages::{Listed, list};

const fn analyzer_read(
    name: &'static str,
    label: &'static str,
    actions: &'static [&'static str],
    times: Times,
) -> AllowedOperation {
    AllowedOperation {
        service: "AccessAnalyzer",
        name,
        label,
        actions,
        class: "access-analyzer",
        in_session: true,
        times,
    }
}

const ONE_ANALYZER: &str = "one analyzer of outside access in each region, and its findings on one page";
const SELDOM: &str = "only for analyzers of inside access";

const ANALYZERS: AllowedOperation = analyzer_read(
    "ListAnalyzers",
    "accessanalyzer.ListAnalyzers",
    &["access-analyzer:ListAnalyzers"],
    Times::about(1, Unit::Region, "one page"),
);
const FINDINGS: AllowedOperation = analyzer_read(
    "ListFindings",
    "accessanalyzer.ListFindings",
    &["access-analyzer:ListFindings"],
    Times::about(1, Unit::Region, ONE_ANALYZER),
);
/// Needs the same permission as the older list (Access Analyzer API Reference, `ListFindingsV2`).
const INTERNAL_FINDINGS: AllowedOperation = analyzer_read(
    "ListFindingsV2",
    "accessanalyzer.ListFindingsV2",
    &["access-analyzer:ListFindings"],
    Times::seldom(SELDOM),
);
/// Needs the same permission as the older call (Access Analyzer API Reference, `GetFindingV2`).
const INTERNAL_FINDING: AllowedOperation = analyzer_read(
    "GetFindingV2",
    "accessanalyzer.GetFindingV2",
    &["access-analyzer:GetFinding"],
    Times::seldom(SELDOM),
);
const ARCHIVE_RULES: AllowedOperation = analyzer_read(
    "ListArchiveRules",
    "accessanalyzer.ListArchiveRules",
    &["access-analyzer:ListArchiveRules"],
    Times::about(1, Unit::Region, ONE_ANALYZER),
);

pub(super) const OPERATIONS: &[AllowedOperation] =
    &[ANALYZERS, FINDINGS, INTERNAL_FINDINGS, INTERNAL_FINDING, ARCHIVE_RULES];

/// With this code Access Analyzer says that a finding is no longer there (Access Analyzer API Reference, `GetFindingV2`).
const NO_FINDING: [&str; 1] = ["ResourceNotFoundException"];

/// How many findings of inside access are asked for at the same time.
const DETAILS_AT_ONCE: usize = 8;

/// At most so many findings of inside access are asked for one by one, the active ones first: at the pace that the service
/// allows, more would hold the region up for minutes. The rest are gaps that say so.
const MOST_DETAILS: usize = 1_000;

pub(super) async fn read(reader: &ServiceRead<'_>) -> AccessAnalyzer {
    let region = &Region {
        reader,
        client: reader.session.access_analyzer(reader.region),
    };
    let Evidence { observed, source } = region.analyzers().await;
    let observed = match observed {
        Observed::Present(listed) => {
            let mut analyzers: Vec<Analyzer> = stream::iter(listed)
                .map(|analyzer| {
                    async move {
                        let monitoring = region.monitoring(&analyzer).await;
                        analyzer.with(monitoring)
                    }
                    .boxed()
                })
                .buffered(DETAILS_AT_ONCE)
                .collect()
                .await;
            analyzers.sort_by(|left, right| left.arn.cmp(&right.arn));
            Observed::Present(analyzers)
        }
        Observed::Absent => Observed::Absent,
        Observed::Gap(gap) => Observed::Gap(gap),
    };
    AccessAnalyzer {
        analyzers: Evidence { observed, source },
    }
}

/// One region as it is read.
struct Region<'read> {
    reader: &'read ServiceRead<'read>,
    client: aws_sdk_accessanalyzer::Client,
}

impl Region<'_> {
    async fn analyzers(&self) -> Evidence<Vec<shapes::ListedAnalyzer>> {
        list(|token| async move {
            let answer = self.client.list_analyzers().set_next_token(token).send().await;
            observe(
                ANALYZERS.operation(),
                &[],
                answer,
                self.reader.context.now(),
                |output| {
                    let entries = output.analyzers.into_iter().map(shapes::analyzer);
                    Ok(Some(Listed {
                        entries: entries.collect::<Result<_, _>>()?,
                        next: output.next_token,
                    }))
                },
            )
        })
        .await
    }

    async fn monitoring(&self, analyzer: &shapes::ListedAnalyzer) -> Monitoring {
        let is_active = analyzer.status == "ACTIVE";
        match analyzer.analyzer_type.as_str() {
            "ACCOUNT_UNUSED_ACCESS" | "ORGANIZATION_UNUSED_ACCESS" => Monitoring::UnusedAccess,
            "ACCOUNT" | "ORGANIZATION" if is_active => {
                let (findings, archive_rules) =
                    futures::join!(self.external(&analyzer.arn), self.archive_rules(&analyzer.name));
                Monitoring::External {
                    findings,
                    archive_rules,
                }
            }
            "ACCOUNT_INTERNAL_ACCESS" | "ORGANIZATION_INTERNAL_ACCESS" if is_active => {
                let (findings, archive_rules) =
                    futures::join!(self.internal(&analyzer.arn), self.archive_rules(&analyzer.name));
                Monitoring::Internal {
                    findings,
                    archive_rules,
                }
            }
            "ACCOUNT" | "ORGANIZATION" | "ACCOUNT_INTERNAL_ACCESS" | "ORGANIZATION_INTERNAL_ACCESS" => {
                Monitoring::Stopped
            }
            unknown => unknown_type(unknown),
        }
    }

    async fn external(&self, arn: &str) -> Evidence<Vec<ExternalFinding>> {
        let mut findings = list(|token| async move {
            let request = self.client.list_findings().analyzer_arn(arn);
            let answer = request
                .filter("resourceType", shapes::buckets())
                .set_next_token(token)
                .send()
                .await;
            observe(FINDINGS.operation(), &[], answer, self.reader.context.now(), |output| {
                let entries = output.findings.into_iter().map(shapes::external);
                Ok(Some(Listed {
                    entries: entries.collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            })
        })
        .await;
        if let Observed::Present(findings) = &mut findings.observed {
            findings.sort_by(|left, right| left.subject.id.cmp(&right.subject.id));
        }
        findings
    }

    async fn internal(&self, arn: &str) -> Evidence<Vec<InternalFinding>> {
        let Evidence { observed, source } = self.internal_subjects(arn).await;
        let subjects = match observed {
            Observed::Present(subjects) => subjects,
            Observed::Absent => return Evidence::absent(source),
            Observed::Gap(gap) => return Evidence::gap(gap, source),
        };
        let asked = in_order_of_weight(subjects).into_iter().enumerate();
        let mut findings: Vec<InternalFinding> = stream::iter(asked)
            .map(|(place, subject)| {
                async move {
                    let details = if place < MOST_DETAILS {
                        self.details(arn, &subject.id).await
                    } else {
                        too_many()
                    };
                    InternalFinding { subject, details }
                }
                .boxed()
            })
            .buffered(DETAILS_AT_ONCE)
            .collect()
            .await;
        findings.sort_by(|left, right| left.subject.id.cmp(&right.subject.id));
        Evidence::present(findings, source)
    }

    async fn internal_subjects(&self, arn: &str) -> Evidence<Vec<FindingSubject>> {
        list(|token| async move {
            let request = self.client.list_findings_v2().analyzer_arn(arn);
            let answer = request
                .filter("resourceType", shapes::buckets())
                .set_next_token(token)
                .send()
                .await;
            observe(
                INTERNAL_FINDINGS.operation(),
                &[],
                answer,
                self.reader.context.now(),
                |output| {
                    let entries = output.findings.into_iter().map(shapes::internal);
                    Ok(Some(Listed {
                        entries: entries.collect::<Result<_, _>>()?,
                        next: output.next_token,
                    }))
                },
            )
        })
        .await
    }

    async fn details(&self, arn: &str, id: &str) -> Evidence<Vec<InternalAccess>> {
        list(|token| async move {
            let request = self.client.get_finding_v2().analyzer_arn(arn).id(id);
            let answer = request.set_next_token(token).send().await;
            observe(
                INTERNAL_FINDING.operation(),
                &NO_FINDING,
                answer,
                self.reader.context.now(),
                |output| {
                    let entries = output.finding_details.into_iter().map(shapes::internal_access);
                    Ok(Some(Listed {
                        entries: entries.collect::<Result<_, _>>()?,
                        next: output.next_token,
                    }))
                },
            )
        })
        .await
    }

    async fn archive_rules(&self, name: &str) -> Evidence<Vec<ArchiveRule>> {
        let mut rules = list(|token| async move {
            let request = self.client.list_archive_rules().analyzer_name(name);
            let answer = request.set_next_token(token).send().await;
            observe(
                ARCHIVE_RULES.operation(),
                &[],
                answer,
                self.reader.context.now(),
                |output| {
                    let entries = output.archive_rules.into_iter().map(shapes::archive_rule);
                    Ok(Some(Listed {
                        entries: entries.collect::<Result<_, _>>()?,
                        next: output.next_token,
                    }))
                },
            )
        })
        .await;
        if let Observed::Present(rules) = &mut rules.observed {
            rules.sort_by(|left, right| left.name.cmp(&right.name));
        }
        rules
    }
}

/// The findings in the order in which they are asked for: what stands before what was archived before what is gone.
fn in_order_of_weight(mut subjects: Vec<FindingSubject>) -> Vec<FindingSubject> {
    let weight = |subject: &FindingSubject| match subject.status.as_str() {
        "ARCHIVED" => 1,
        "RESOLVED" => 2,
        // Also whatever status is not known here.
        _ => 0,
    };
    subjects.sort_by(|left, right| {
        let by_weight = weight(left).cmp(&weight(right));
        by_weight.then_with(|| left.id.cmp(&right.id))
    });
    subjects
}

/// What is known of an analyzer whose type is not: nothing, which is a gap and not the lack of findings.
fn unknown_type(analyzer_type: &str) -> Monitoring {
    let detail =
        format!("s3attest does not know analyzers of the type {analyzer_type}, so it asked this one for nothing");
    Monitoring::UnknownType {
        findings: Evidence::gap(
            Gap::new(GapCause::Unsupported, detail),
            Source::not_called(FINDINGS.operation()),
        ),
    }
}

fn too_many() -> Evidence<Vec<InternalAccess>> {
    let detail =
        format!("not asked: the analyzer has more than the {MOST_DETAILS} findings that are asked for one by one");
    Evidence::gap(
        // Not "not collected": nobody chose to leave it out, so it counts as asked and not answered.
        Gap::new(GapCause::OtherError, detail),
        Source::not_called(INTERNAL_FINDING.operation()),
    )
}

#[cfg(test)]
mod tests {
    use s3attest_model::identifiers::AccountId;

    use super::*;

    #[test]
    fn what_stands_is_asked_for_before_what_is_gone() {
        let subject = |(id, status): (&str, &str)| FindingSubject {
            id: id.to_owned(),
            resource: None,
            resource_type: "AWS::S3::Bucket".to_owned(),
            resource_owner_account: AccountId::new("111122223333").expect("an account"),
            status: status.to_owned(),
            error: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            analyzed_at: jiff::Timestamp::UNIX_EPOCH,
            updated_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let listed = [
            ("a", "RESOLVED"),
            ("c", "ACTIVE"),
            ("d", "ARCHIVED"),
            ("b", "NEWLY_MADE"),
        ];
        let ordered = in_order_of_weight(listed.map(subject).to_vec());
        let ids: Vec<_> = ordered.iter().map(|subject| subject.id.as_str()).collect();
        assert_eq!(ids, ["b", "c", "d", "a"]);
    }

    #[test]
    fn a_finding_too_many_is_a_gap_that_lowers_the_coverage() {
        let cause = too_many().as_gap().map(|gap| gap.cause);
        assert_eq!(cause, Some(GapCause::OtherError));
        // These two are what the coverage does not count as asked.
        assert!(cause.is_some_and(|cause| cause != GapCause::NotCollected && !cause.is_not_subscribed()));
    }

    #[test]
    fn an_unknown_type_leaves_a_gap_for_its_findings() {
        let Monitoring::UnknownType { findings } = unknown_type("ACCOUNT_NEW_ACCESS") else {
            panic!("the type is not known");
        };
        let gap = findings.as_gap().expect("nothing was asked");
        assert_eq!(gap.cause, GapCause::Unsupported);
        assert!(gap.detail.contains("ACCOUNT_NEW_ACCESS"), "{}", gap.detail);
    }
}
