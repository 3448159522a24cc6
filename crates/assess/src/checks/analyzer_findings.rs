//! What the analyzers of a run say together of one bucket, for the checks that judge who reaches it from outside.
//!
//! Silence counts only where an analyzer looked at the bucket's region, was read in full, and could analyze the bucket.

use std::collections::BTreeSet;

use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::services::access_analyzer::exposures::{Exposure, Watch, ZoneOfTrust};
use s3attest_model::services::access_analyzer::{FindingSource, Monitoring};
use s3attest_model::services::{AccessAnalyzer, Lacking, ServiceSource};

use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// Who looked at a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    /// Nobody: no analyzer of external access is active in the bucket's region.
    Nobody,
    /// An analyzer of the account alone.
    Account,
    /// An analyzer of the organization alone.
    Organization,
    /// One of each.
    Both,
}

impl Looked {
    /// Those who looked, as the subject of a sentence.
    pub(super) const fn subject(self) -> &'static str {
        match self {
            Self::Nobody => "No analyzer",
            Self::Account => "The analyzer of the account",
            Self::Organization => "The analyzer of the organization",
            Self::Both => "The analyzers of the account and of the organization",
        }
    }
}

/// What the analyzers say of a bucket.
#[derive(Debug)]
pub(super) struct Said<'a> {
    /// Who reaches it from outside, each once.
    pub(super) exposures: Vec<Exposure<'a>>,
    /// How many findings on it were archived.
    pub(super) archived: usize,
    /// Who looked at it, where that is known well enough for their silence to count.
    pub(super) looked: Result<Looked, Unknown<'a>>,
}

impl Said<'_> {
    /// The archived findings as the end of a sentence, so that they do not go by unseen.
    pub(super) fn archived(&self) -> String {
        match self.archived {
            0 => String::new(),
            1 => "; 1 finding on it is archived".to_owned(),
            number => format!("; {number} findings on it are archived"),
        }
    }
}

/// What all analyzers say of the bucket.
pub(super) fn of_bucket<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Said<'a>, Unknown<'a>> {
    let Some(region) = trail.read(&view.bucket.region)? else {
        return Err(Unknown::because(Gap::new(GapCause::RegionUnknown, "")));
    };
    // What stands in the account itself is shown as evidence; the joined findings decide.
    if let Ok(reading) = view.services.in_region::<AccessAnalyzer>(region)
        && let Ok(Some(analyzers)) = trail.read(&reading.analyzers)
    {
        for analyzer in analyzers {
            if let Monitoring::External { findings, .. } = &analyzer.monitoring {
                // A gap counts as what it is in the watch below.
                let _seen = trail.read_of(analyzer.arn.clone(), findings);
            }
        }
    }
    let exposures = &view.organization.across.exposures;
    let owner = &view.bucket.account;
    let found = exposures.of_bucket(owner, &view.arn_of(view.bucket.name.as_str()));
    let of_account = exposures.watch_of_account(owner, region);
    let of_organization = exposures.watch_of_organization(region);
    let failed = |zone: ZoneOfTrust| found.not_evaluated.iter().find(|witness| witness.zone == zone);
    let saw = |watch: Option<&Watch>, zone: ZoneOfTrust| watch == Some(&Watch::Read) && failed(zone).is_none();
    let looked = match (
        saw(of_account, ZoneOfTrust::Account),
        saw(of_organization, ZoneOfTrust::Organization),
    ) {
        (true, true) => Ok(Looked::Both),
        (true, false) => Ok(Looked::Account),
        (false, true) => Ok(Looked::Organization),
        (false, false) => match (found.not_evaluated.first(), of_account, of_organization) {
            (Some(witness), ..) => {
                let error = witness.finding.subject.error.as_deref().unwrap_or_default();
                let detail = format!(
                    "the analyzer {} could not analyze the bucket: {error}",
                    witness.analyzer
                );
                Err(Unknown::because(Gap::new(GapCause::OtherError, detail)))
            }
            (None, Some(Watch::Unknown(gap)), _) | (None, _, Some(Watch::Unknown(gap))) => Err(Unknown::of(gap)),
            (None, Some(_), Some(_)) => Ok(Looked::Nobody),
            (None, None, _) | (None, _, None) => {
                let lacking = Lacking::Reading(ServiceSource::AccessAnalyzer, Some(region));
                Err(Unknown::because(lacking.gap()))
            }
        },
    };
    // One of these may be about this bucket.
    let looked = match (looked, exposures.without_bucket()) {
        (Ok(Looked::Account | Looked::Organization | Looked::Both), number @ 1..) => {
            let detail = format!("{number} findings of analyzers do not say which bucket they are about");
            Err(Unknown::not_understood(detail))
        }
        (looked, _) => looked,
    };
    Ok(Said {
        exposures: found.exposures,
        archived: found.archived,
        looked,
    })
}

/// Whether every analyzer that found these accesses says that a resource control policy bears on the bucket which its
/// finding leaves out of account (IAM User Guide, "IAM Access Analyzer findings": resource control policy restriction).
pub(super) fn may_be_held_back(exposures: &[&Exposure<'_>]) -> bool {
    let mut witnesses = exposures.iter().flat_map(|exposure| &exposure.witnesses);
    witnesses.all(|witness| {
        let restriction = witness.finding.access.resource_control_policy_restriction.as_deref();
        restriction == Some("APPLICABLE")
    })
}

/// How many accesses a message spells out.
const SPELT_OUT: usize = 3;

/// The accesses as the rest of a sentence.
pub(super) fn in_words(exposures: &[&Exposure<'_>]) -> String {
    let mut words: Vec<String> = exposures.iter().take(SPELT_OUT).map(|each| describe(each)).collect();
    if let number @ 1.. = exposures.len().saturating_sub(SPELT_OUT) {
        words.push(format!("and {number} more"));
    }
    words.join("; ")
}

fn describe(exposure: &Exposure<'_>) -> String {
    let actions = if exposure.actions.is_empty() {
        "reach it".to_owned()
    } else {
        exposure.actions.join(", ")
    };
    let narrowed = if exposure.condition.is_empty() {
        String::new()
    } else {
        let keys: Vec<&str> = exposure.condition.keys().map(String::as_str).collect();
        format!(" under a condition on {}", keys.join(", "))
    };
    let sources: BTreeSet<String> = exposure
        .witnesses
        .iter()
        .flat_map(|witness| witness.finding.access.sources.iter().flatten())
        .map(way)
        .collect();
    let by = if sources.is_empty() {
        String::new()
    } else {
        let sources: Vec<String> = sources.into_iter().collect();
        format!(" by {}", sources.join(" and "))
    };
    let who = who(exposure);
    format!("{who} may {actions}{narrowed}{by}")
}

/// The principal in words.
pub(super) fn who(exposure: &Exposure<'_>) -> String {
    let Some(principal) = exposure.principal.filter(|principal| !principal.is_empty()) else {
        return "somebody whom AWS does not name".to_owned();
    };
    let named = principal
        .iter()
        .map(|(kind, name)| match (kind.as_str(), name.as_str()) {
            (_, "*") => "everyone".to_owned(),
            ("AWS", name) => name.to_owned(),
            (kind, name) => format!("{kind} {name}"),
        });
    named.collect::<Vec<_>>().join(", ")
}

fn way(source: &FindingSource) -> String {
    let of = |what: &str, id: Option<&String>| id.map_or_else(|| what.to_owned(), |id| format!("{what} {id}"));
    match source.source_type.as_str() {
        "POLICY" => "the bucket policy".to_owned(),
        "BUCKET_ACL" => "the access control list".to_owned(),
        "S3_ACCESS_POINT" => of("the access point", source.access_point_arn.as_ref()),
        "S3_ACCESS_POINT_ACCOUNT" => of("the access points of account", source.access_point_account.as_ref()),
        other => other.to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use s3attest_model::evidence::Evidence;
    use s3attest_model::services::access_analyzer::{Analyzer, ExternalFinding, FindingSubject, FoundAccess};
    use s3attest_model::services::{Reading, ServiceRecord};

    use super::*;
    use crate::checks::scene::{ACCOUNT, Scene, account_id, source};

    /// The account in which a test places analyzers of the organization.
    pub(in crate::checks) const SECURITY: &str = "222222222222";

    /// An active analyzer of external access.
    pub(in crate::checks) fn analyzer(analyzer_type: &str, findings: Vec<ExternalFinding>) -> Analyzer {
        let name = format!("analyzer-{}", analyzer_type.to_lowercase());
        Analyzer {
            arn: format!("arn:aws:access-analyzer:eu-central-1:{ACCOUNT}:analyzer/{name}"),
            name,
            analyzer_type: analyzer_type.to_owned(),
            status: "ACTIVE".to_owned(),
            status_reason: None,
            created_at: Timestamp::UNIX_EPOCH,
            last_resource_analyzed: None,
            last_resource_analyzed_at: None,
            managed_by: None,
            monitoring: Monitoring::External {
                findings: Evidence::present(findings, source("accessanalyzer.ListFindings")),
                archive_rules: Evidence::present(vec![], source("accessanalyzer.ListArchiveRules")),
            },
        }
    }

    /// What Access Analyzer says where there are these analyzers.
    pub(in crate::checks) fn reading(analyzers: Vec<Analyzer>) -> AccessAnalyzer {
        AccessAnalyzer {
            analyzers: Evidence::present(analyzers, source("accessanalyzer.ListAnalyzers")),
        }
    }

    /// Adds what Access Analyzer says in another account, in the scene's region.
    pub(in crate::checks) fn elsewhere(scene: &mut Scene, said: AccessAnalyzer) {
        scene.services_elsewhere.push(ServiceRecord {
            account: account_id(SECURITY),
            region: Some(scene.region.clone()),
            reading: Reading::from(said),
        });
    }

    /// An active finding on the scene's bucket: somebody may read it by its policy.
    pub(in crate::checks) fn found(principal: &str, is_public: Option<bool>) -> ExternalFinding {
        ExternalFinding {
            subject: FindingSubject {
                id: format!("finding-{principal}"),
                resource: Some("arn:aws:s3:::subject".to_owned()),
                resource_type: "AWS::S3::Bucket".to_owned(),
                resource_owner_account: account_id(ACCOUNT),
                status: "ACTIVE".to_owned(),
                error: None,
                created_at: Timestamp::UNIX_EPOCH,
                analyzed_at: Timestamp::UNIX_EPOCH,
                updated_at: Timestamp::UNIX_EPOCH,
            },
            is_public,
            access: FoundAccess {
                principal: Some(BTreeMap::from([("AWS".to_owned(), principal.to_owned())])),
                actions: Some(vec!["s3:GetObject".to_owned()]),
                condition: BTreeMap::new(),
                sources: Some(vec![FindingSource {
                    source_type: "POLICY".to_owned(),
                    access_point_arn: None,
                    access_point_account: None,
                }]),
                resource_control_policy_restriction: Some("NOT_APPLICABLE".to_owned()),
            },
        }
    }

    /// A finding which says that the bucket could not be analyzed.
    pub(in crate::checks) fn failed() -> ExternalFinding {
        let mut finding = found("*", None);
        finding.subject.error = Some("ACCESS_DENIED".to_owned());
        finding.access.principal = None;
        finding
    }
}
