//! What a reader sees for each word of the vocabulary: a word, a shape and a sentence.
//!
//! Shapes and colours hang on the class in the style sheet; the word always stands beside them.

use s3attest_model::access::{self, Audience};
use s3attest_model::check::Severity;
use s3attest_model::control::{ControlStatus, Responsibility, Strength};
use s3attest_model::coverage::{AccountStatus, BucketStatus, RegionStatus, SourceStatus};
use s3attest_model::evidence::BlockedBy;
use s3attest_model::exception::{ExceptionEffect, ExceptionStanding, ExceptionUse};
use s3attest_model::finding::{EvidenceState, Verdict};
use s3attest_model::services::{Reach, ServiceSource};
use serde::Serialize;

use crate::remediation::Certainty;

/// A word with the class that gives it a shape.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Mark {
    /// `bad`, `accepted`, `part`, `unknown`, `good`, `there`, `none` or `off`; a severity by its own name.
    pub(super) class: &'static str,
    /// The machine-readable form, by which the filter compares.
    pub(super) key: &'static str,
    /// The word.
    pub(super) word: &'static str,
}

const fn mark(class: &'static str, key: &'static str, word: &'static str) -> Mark {
    Mark { class, key, word }
}

pub(super) fn verdict(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Fail => mark("bad", "fail", "Failed"),
        Verdict::NotAssessed => mark("unknown", "not-assessed", "Not assessed"),
        Verdict::Pass => mark("good", "pass", "Passed"),
        Verdict::NotApplicable => mark("none", "not-applicable", "Not applicable"),
    }
}

/// The failed findings that nobody accepts have the verdict's own mark; in numbers, these stand beside them.
pub(super) const FAILED_ACCEPTED: Mark = mark("accepted", "accepted", "Failed but accepted");

pub(super) fn exception_effect(effect: ExceptionEffect) -> Mark {
    match effect {
        ExceptionEffect::Accepted => mark("accepted", "accepted", "Accepted"),
        ExceptionEffect::Expired => mark("bad", "expired", "Exception expired"),
        ExceptionEffect::TagsUnknown => mark("unknown", "tags-unknown", "Exception not applied: tags not known"),
    }
}

pub(super) fn exception_standing(standing: ExceptionStanding) -> Mark {
    match standing {
        ExceptionStanding::InForce => mark("there", "in-force", "In force"),
        ExceptionStanding::ExpiresSoon => mark("part", "expires-soon", "Expires soon"),
        ExceptionStanding::Expired => mark("bad", "expired", "Expired"),
    }
}

pub(super) fn exception_use(usage: ExceptionUse) -> Mark {
    match usage {
        ExceptionUse::Used => mark("there", "used", "Used"),
        ExceptionUse::NotKnown => mark("unknown", "not-known", "Use not known"),
        ExceptionUse::Unused => mark("off", "unused", "Unused"),
    }
}

pub(super) fn severity(severity: Severity) -> Mark {
    match severity {
        Severity::Critical => mark("critical", "critical", "Critical"),
        Severity::High => mark("high", "high", "High"),
        Severity::Medium => mark("medium", "medium", "Medium"),
        Severity::Low => mark("low", "low", "Low"),
        Severity::Info => mark("info", "info", "Info"),
    }
}

pub(super) fn control_status(status: ControlStatus) -> Mark {
    match status {
        ControlStatus::NotSatisfied => mark("bad", "not-satisfied", "Not satisfied"),
        ControlStatus::Undetermined => mark("unknown", "undetermined", "Undetermined"),
        ControlStatus::Accepted => mark("accepted", "accepted", "Not satisfied but accepted"),
        ControlStatus::Satisfied => mark("good", "satisfied", "Satisfied"),
        ControlStatus::NotApplicable => mark("none", "not-applicable", "Not applicable"),
        ControlStatus::NotAutomated => mark("off", "not-automated", "Not automated"),
    }
}

/// What a status says and what it does not, in a sentence or two.
pub(super) fn control_meaning(status: ControlStatus) -> &'static str {
    match status {
        ControlStatus::NotSatisfied => {
            "At least one check that bears on this control fails on at least one resource that was read, and no exception \
             accepts that."
        }
        ControlStatus::Undetermined => {
            "No check fails but where an exception accepts it, and at least one could not be judged, because evidence is missing. Nobody knows from this \
             run whether the control is met."
        }
        ControlStatus::Accepted => {
            "Checks that bear on this control fail, and an exception accepts each of these fails; everything else is \
             known. The control is not satisfied: somebody has answered for that, for a time. The exceptions say who, \
             why and until when."
        }
        ControlStatus::Satisfied => {
            "Every check that bears on this control and applies here passes on what was read. It does not say that the \
             whole control is met: the checks speak for a part of it, for Amazon S3 only, and for the moment of the run."
        }
        ControlStatus::NotApplicable => {
            "Checks bear on this control, and evidence shows that none of them applies to anything in this run."
        }
        ControlStatus::NotAutomated => {
            "No check of this tool bears on the control, so no verdict here says anything about it. It has to be assessed \
             by hand."
        }
    }
}

pub(super) fn account_status(status: AccountStatus) -> Mark {
    match status {
        AccountStatus::Denied => mark("bad", "denied", "Denied"),
        AccountStatus::NotCollected => mark("unknown", "not-collected", "Not collected"),
        AccountStatus::PartlyAssessed => mark("part", "partly-assessed", "Partly assessed"),
        AccountStatus::NotActive => mark("off", "not-active", "Not active"),
        AccountStatus::Excluded => mark("none", "excluded", "Excluded"),
        AccountStatus::Assessed => mark("good", "assessed", "Assessed"),
    }
}

/// An account that was read, and of which the snapshot holds nothing any more.
pub(super) const EVIDENCE_MISSING: Mark = mark("unknown", "evidence-missing", "Evidence missing");

pub(super) fn account_meaning(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Denied => "in scope; refused the role, or could not be reached",
        AccountStatus::NotCollected => "in scope, or perhaps in scope; not read",
        AccountStatus::PartlyAssessed => "in scope; reached, and some of it could not be read",
        AccountStatus::NotActive => "suspended, closed or not yet active; nothing can be read",
        AccountStatus::Excluded => "left out by the configuration of this run",
        AccountStatus::Assessed => "in scope; every question was answered",
    }
}

pub(super) fn bucket_status(status: BucketStatus) -> Mark {
    match status {
        BucketStatus::Assessed => mark("good", "assessed", "Read in full"),
        BucketStatus::PartlyAssessed => mark("part", "partly-assessed", "Read in part"),
        BucketStatus::Unreadable => mark("bad", "unreadable", "Unreadable"),
        BucketStatus::Gone => mark("off", "gone", "Deleted during the run"),
    }
}

pub(super) fn region_status(status: RegionStatus) -> Mark {
    match status {
        RegionStatus::Read => mark("good", "read", "Enabled"),
        RegionStatus::Off => mark("off", "off", "Not enabled"),
        RegionStatus::Assumed => mark("unknown", "assumed", "Assumed enabled"),
    }
}

/// A region in which nothing of what was asked was answered.
pub(super) const REGION_UNREADABLE: Mark = mark("bad", "unreadable", "Unreadable");

pub(super) fn source_status(status: SourceStatus) -> Mark {
    match status {
        SourceStatus::Read => mark("good", "read", "Read"),
        SourceStatus::PartlyRead => mark("part", "partly-read", "Read in part"),
        SourceStatus::Unreadable => mark("bad", "unreadable", "Unreadable"),
        SourceStatus::NotSubscribed => mark("none", "not-subscribed", "Not subscribed"),
        SourceStatus::NotOffered => mark("none", "not-offered", "Not offered"),
        SourceStatus::NotCollected => mark("off", "not-collected", "Left out"),
    }
}

pub(super) fn source_meaning(status: SourceStatus) -> &'static str {
    match status {
        SourceStatus::Read => "everything that was asked was answered",
        SourceStatus::PartlyRead => "some of what was asked was not answered",
        SourceStatus::Unreadable => "nothing of what was asked was answered",
        SourceStatus::NotSubscribed => "the account does not have it, so there is nothing to read",
        SourceStatus::NotOffered => "AWS offers it in none of the regions asked, so there is nothing to read",
        SourceStatus::NotCollected => "not asked for: nobody knows what it would have said",
    }
}

/// An account in scope in which no source could be asked.
pub(super) const NOT_REACHED: Mark = mark("unknown", "not-reached", "Not reached");
/// An account of which no source was to be asked.
pub(super) const OUT_OF_SCOPE: Mark = mark("off", "out-of-scope", "Out of scope");

/// What a source is, as it stands below its title, which is not said again.
pub(super) fn about(source: ServiceSource) -> String {
    let text = source.about().replace('`', "");
    let rest = match text.split_once(": ") {
        Some((name, rest)) if source.title().contains(name) => rest,
        Some(_) | None => &text,
    };
    let mut characters = rest.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}

/// How often a source is read, in a sentence.
pub(super) fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Organization => "Read once for the run.",
        Reach::Account => "Read once for each account.",
        Reach::Region => "Read in each enabled region of each account.",
        Reach::Referenced => "Read once for each account, for what its buckets and its other sources refer to.",
    }
}

/// Whether an audience reaches a bucket. That the public does stands out; for others it is often meant.
pub(super) fn access(audience: Audience, reach: access::Reach) -> Mark {
    match (reach, audience) {
        (access::Reach::Yes, Audience::Anyone | Audience::AuthenticatedUsers) => mark("bad", "yes", "Yes"),
        (access::Reach::Yes, _) => mark("there", "yes", "Yes"),
        (access::Reach::No, _) => mark("none", "no", "No"),
        (access::Reach::Unclear, _) => mark("unknown", "unclear", "Cannot be told"),
    }
}

pub(super) fn evidence_state(state: EvidenceState) -> Mark {
    match state {
        EvidenceState::Present => mark("there", "present", "Answered"),
        EvidenceState::Absent => mark("none", "absent", "None set"),
        EvidenceState::Gap => mark("unknown", "gap", "Not known"),
    }
}

/// How a warning before a remedy is known.
pub(super) fn certainty(certainty: Certainty) -> Mark {
    match certainty {
        Certainty::Shown => mark("part", "shown", "Look first"),
        Certainty::NotKnown => mark("unknown", "not-known", "Not known"),
    }
}

pub(super) fn responsibility(responsibility: Responsibility) -> &'static str {
    match responsibility {
        Responsibility::Customer => "Customer",
        Responsibility::Shared => "Shared",
        Responsibility::Aws => "AWS",
    }
}

pub(super) fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::SatisfiesPart => "is a part of what the control asks for",
        Strength::Supports => "supports the control",
    }
}

/// What refused a call, as the end of a sentence about the refusal.
pub(super) fn refused(blocker: BlockedBy) -> &'static str {
    match blocker {
        BlockedBy::IdentityPolicy => "refused by an identity-based policy, or for lack of one that allows",
        BlockedBy::ResourcePolicy => "refused by a resource-based policy",
        BlockedBy::ServiceControlPolicy => "refused by a service control policy of the organization",
        BlockedBy::ResourceControlPolicy => "refused by a resource control policy of the organization",
        BlockedBy::SessionPolicy => "refused by the session policy of the role",
        BlockedBy::PermissionsBoundary => "refused by a permissions boundary",
        BlockedBy::EndpointPolicy => "refused by a VPC endpoint policy",
        BlockedBy::Unknown => "AWS did not say what refused it",
    }
}
