//! The shapes of Access Analyzer's answers, turned into ours.
//!
//! Where a member is missing that AWS requires, the SDK puts an empty text, the beginning of time or a word of its own in
//! its place; all of these are taken for what they are, an answer that lacks what it must hold.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_accessanalyzer::primitives::DateTime;
use aws_sdk_accessanalyzer::types;
use jiff::Timestamp;
use s3attest_gateway::Malformed;
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::{
    Analyzer, ArchiveRule, Criterion, ExternalFinding, FindingSource, FindingSubject, FoundAccess, InternalAccess,
    Monitoring,
};

use crate::sources::bucket_list::timestamp;

/// The word that the SDK puts in the place of a missing one.
const MISSING_WORD: &str = "no value was set";

/// An analyzer as the list has it, before it was asked for anything.
#[derive(Debug)]
pub(super) struct ListedAnalyzer {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) analyzer_type: String,
    pub(super) status: String,
    status_reason: Option<String>,
    created_at: Timestamp,
    last_resource_analyzed: Option<String>,
    last_resource_analyzed_at: Option<Timestamp>,
    managed_by: Option<String>,
}

impl ListedAnalyzer {
    /// The analyzer with what it says.
    pub(super) fn with(self, monitoring: Monitoring) -> Analyzer {
        Analyzer {
            arn: self.arn,
            name: self.name,
            analyzer_type: self.analyzer_type,
            status: self.status,
            status_reason: self.status_reason,
            created_at: self.created_at,
            last_resource_analyzed: self.last_resource_analyzed,
            last_resource_analyzed_at: self.last_resource_analyzed_at,
            managed_by: self.managed_by,
            monitoring,
        }
    }
}

pub(super) fn analyzer(found: types::AnalyzerSummary) -> Result<ListedAnalyzer, Malformed> {
    Ok(ListedAnalyzer {
        arn: required(&found.arn, "an analyzer has no ARN")?,
        name: required(&found.name, "an analyzer has no name")?,
        analyzer_type: required(found.r#type.as_str(), "an analyzer has no type")?,
        status: required(found.status.as_str(), "an analyzer has no status")?,
        status_reason: found.status_reason.map(|reason| reason.code.as_str().to_owned()),
        created_at: moment(&found.created_at)?,
        last_resource_analyzed: found.last_resource_analyzed,
        last_resource_analyzed_at: found.last_resource_analyzed_at.as_ref().map(moment).transpose()?,
        managed_by: found.managed_by,
    })
}

/// The criterion by which only findings on buckets are listed.
pub(super) fn buckets() -> types::Criterion {
    types::Criterion::builder()
        .eq(types::ResourceType::AwsS3Bucket.as_str())
        .eq(types::ResourceType::AwsS3ExpressDirectorybucket.as_str())
        .build()
}

pub(super) fn external(found: types::FindingSummary) -> Result<ExternalFinding, Malformed> {
    Ok(ExternalFinding {
        subject: FindingSubject {
            id: required(&found.id, NO_ID)?,
            resource: found.resource,
            resource_type: required(found.resource_type.as_str(), NO_TYPE)?,
            resource_owner_account: account(&found.resource_owner_account)?,
            status: required(found.status.as_str(), NO_STATUS)?,
            error: found.error,
            created_at: moment(&found.created_at)?,
            analyzed_at: moment(&found.analyzed_at)?,
            updated_at: moment(&found.updated_at)?,
        },
        is_public: found.is_public,
        access: FoundAccess {
            principal: found.principal.map(sorted),
            actions: found.action,
            condition: sorted(found.condition),
            sources: sources(found.sources)?,
            resource_control_policy_restriction: found
                .resource_control_policy_restriction
                .map(|word| word.as_str().to_owned()),
        },
    })
}

pub(super) fn internal(found: types::FindingSummaryV2) -> Result<FindingSubject, Malformed> {
    Ok(FindingSubject {
        id: required(&found.id, NO_ID)?,
        resource: found.resource,
        resource_type: required(found.resource_type.as_str(), NO_TYPE)?,
        resource_owner_account: account(&found.resource_owner_account)?,
        status: required(found.status.as_str(), NO_STATUS)?,
        error: found.error,
        created_at: moment(&found.created_at)?,
        analyzed_at: moment(&found.analyzed_at)?,
        updated_at: moment(&found.updated_at)?,
    })
}

pub(super) fn internal_access(found: types::FindingDetails) -> Result<InternalAccess, Malformed> {
    let types::FindingDetails::InternalAccessDetails(found) = found else {
        return Err(Malformed("a finding of inside access holds details of another kind"));
    };
    Ok(InternalAccess {
        principal_owner_account: found.principal_owner_account,
        principal_type: found.principal_type.map(|word| word.as_str().to_owned()),
        access_type: found.access_type.map(|word| word.as_str().to_owned()),
        access: FoundAccess {
            principal: found.principal.map(sorted),
            actions: found.action,
            condition: found.condition.map(sorted).unwrap_or_default(),
            sources: sources(found.sources)?,
            resource_control_policy_restriction: found
                .resource_control_policy_restriction
                .map(|word| word.as_str().to_owned()),
        },
        service_control_policy_restriction: found
            .service_control_policy_restriction
            .map(|word| word.as_str().to_owned()),
    })
}

pub(super) fn archive_rule(found: types::ArchiveRuleSummary) -> Result<ArchiveRule, Malformed> {
    let filter = found.filter.into_iter().map(|(key, criterion)| {
        let criterion = Criterion {
            equals: criterion.eq,
            differs_from: criterion.neq,
            contains: criterion.contains,
            exists: criterion.exists,
        };
        (key, criterion)
    });
    Ok(ArchiveRule {
        name: required(&found.rule_name, "an archive rule has no name")?,
        filter: filter.collect(),
        created_at: moment(&found.created_at)?,
        updated_at: moment(&found.updated_at)?,
    })
}

const NO_ID: &str = "a finding has no id";
const NO_TYPE: &str = "a finding does not say what kind of resource it is about";
const NO_STATUS: &str = "a finding has no status";

fn required(text: &str, lack: &'static str) -> Result<String, Malformed> {
    if text.is_empty() || text == MISSING_WORD {
        return Err(Malformed(lack));
    }
    Ok(text.to_owned())
}

fn account(text: &str) -> Result<AccountId, Malformed> {
    AccountId::new(text).map_err(|_| Malformed("a finding does not say whose resource it is about"))
}

fn moment(date: &DateTime) -> Result<Timestamp, Malformed> {
    timestamp(date)
        .filter(|time| *time != Timestamp::UNIX_EPOCH)
        .ok_or(Malformed("an analyzer or a finding lacks a time"))
}

fn sorted(map: HashMap<String, String>) -> BTreeMap<String, String> {
    map.into_iter().collect()
}

fn sources(found: Option<Vec<types::FindingSource>>) -> Result<Option<Vec<FindingSource>>, Malformed> {
    let Some(found) = found else { return Ok(None) };
    let sources = found.into_iter().map(|source| {
        let source_type = required(source.r#type.as_str(), "a finding does not say what grants the access")?;
        let (access_point_arn, access_point_account) = source.detail.map_or((None, None), |detail| {
            (detail.access_point_arn, detail.access_point_account)
        });
        Ok(FindingSource {
            source_type,
            access_point_arn,
            access_point_account,
        })
    });
    sources.collect::<Result<_, _>>().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> types::builders::FindingSummaryBuilder {
        let time = DateTime::from_secs(1_700_000_000);
        types::FindingSummary::builder()
            .id("a")
            .resource_type(types::ResourceType::AwsS3Bucket)
            .set_condition(Some(HashMap::new()))
            .created_at(time)
            .analyzed_at(time)
            .updated_at(time)
            .status(types::FindingStatus::Active)
            .resource_owner_account("111122223333")
    }

    #[test]
    fn a_missing_member_is_never_filled_in() {
        let read = |builder: types::builders::FindingSummaryBuilder| external(builder.build().expect("all is set"));
        let whole = read(summary()).expect("a whole finding");
        assert_eq!(whole.is_public, None, "what AWS does not say is not known");
        assert_eq!(whole.access.principal, None);
        for broken in [
            summary().id(""),
            summary().status("no value was set".into()),
            summary().resource_type("no value was set".into()),
            summary().resource_owner_account(""),
            summary().analyzed_at(DateTime::from_secs(0)),
        ] {
            assert!(read(broken).is_err());
        }
    }

    #[test]
    fn details_of_another_kind_are_no_details() {
        let unused = types::UnusedIamRoleDetails::builder().build();
        assert!(internal_access(types::FindingDetails::UnusedIamRoleDetails(unused)).is_err());
    }
}
