//! Sentences for a person about an account that was not read in full: why, and what to do about it.
//!
//! Written for somebody who has to open the right console at two in the morning. This module counts nothing.

use s3attest_model::account::AccountFacts;
use s3attest_model::coverage::{AccountStatus, GapTally, ReadCounts, SourceStatus};
use s3attest_model::evidence::{BlockedBy, Gap, GapCause};
use s3attest_model::organization::{Account, Selection};
use s3attest_model::services::ServiceSource;

use crate::coverage::nothing_to_read;

/// How many sources a reason names; the report lists them all.
const SOURCES_NAMED: usize = 3;

/// The reason and the remedy for an account; both empty when there is nothing to say.
pub(crate) fn of_account(
    account: &Account,
    facts: Option<&AccountFacts>,
    status: AccountStatus,
    reads: ReadCounts,
    gaps: &[GapTally],
    sources: &[(ServiceSource, SourceStatus)],
) -> (String, String) {
    match status {
        AccountStatus::Assessed => (String::new(), String::new()),
        AccountStatus::Excluded => {
            let why = match &account.selection {
                Selection::Excluded(why) => why.as_str(),
                Selection::Selected | Selection::NotActive | Selection::Undecided(_) => "",
            };
            (sentence("The configuration leaves the account out", why), String::new())
        }
        AccountStatus::NotActive => (
            format!("The account's state is {}, so nothing in it can be read.", account.state),
            String::new(),
        ),
        AccountStatus::NotCollected => match &account.selection {
            Selection::Undecided(why) => (
                sentence("Nobody knows whether the account belongs to the scope", why),
                "Let the scanning credentials read what the selection needs (organizational units, tags), or select the \
                 account by its id."
                    .to_owned(),
            ),
            Selection::Selected | Selection::Excluded(_) | Selection::NotActive => (
                "The run ended before the account was read.".to_owned(),
                "Scan again with --resume to read what is missing.".to_owned(),
            ),
        },
        AccountStatus::Denied => match facts.and_then(|facts| facts.access.as_gap()) {
            Some(gap) => not_reached(account, gap),
            None => (String::new(), String::new()),
        },
        AccountStatus::PartlyAssessed => partly(reads, gaps, sources),
    }
}

/// A statement with what was said in brackets, where something was.
fn sentence(statement: &str, said: &str) -> String {
    let said = said.trim().trim_end_matches('.');
    if said.is_empty() {
        format!("{statement}.")
    } else {
        format!("{statement} ({said}).")
    }
}

fn not_reached(account: &Account, gap: &Gap) -> (String, String) {
    let reason = sentence(
        &format!("The account was not reached: {}", gap.cause.phrase()),
        &gap.detail,
    );
    let id = &account.id;
    let remedy = match (gap.cause, gap.blocked_by) {
        (
            GapCause::Denied | GapCause::NoSession,
            Some(
                blocked_by @ (BlockedBy::ServiceControlPolicy
                | BlockedBy::ResourceControlPolicy
                | BlockedBy::PermissionsBoundary
                | BlockedBy::SessionPolicy
                | BlockedBy::EndpointPolicy),
            ),
        ) => {
            format!(
                "Let {} permit assuming the scanning role in account {id}.",
                document(blocked_by)
            )
        }
        (GapCause::Denied | GapCause::NoSession, _) => format!(
            "Create the scanning role in account {id} if it is not there, let its trust policy admit the caller (with the \
             configured external id), and allow the caller sts:AssumeRole on it."
        ),
        (cause, _) => again(cause),
    };
    (reason, remedy)
}

fn partly(reads: ReadCounts, gaps: &[GapTally], sources: &[(ServiceSource, SourceStatus)]) -> (String, String) {
    let missing = reads.asked - reads.answered;
    // What is not there to be read is not among the reads that were not answered.
    let lacking = || {
        gaps.iter()
            .filter(|gap| nothing_to_read(&gap.operation, gap.cause).is_none())
    };
    let highest = lacking().next().map(|gap| gap.count);
    // Among the most frequent, a gap that somebody can mend says more than one that nobody can.
    let most_frequent = lacking().take_while(|gap| Some(gap.count) == highest);
    let Some(most) = most_frequent.min_by_key(|gap| !is_mendable(gap.cause)) else {
        return (
            format!("{missing} of {} reads were not answered.", reads.asked),
            String::new(),
        );
    };
    let reason = format!(
        "{missing} of {} reads were not answered; most often {} ({}, {}).{}{}",
        reads.asked,
        most.operation,
        most.cause.phrase(),
        if most.count == 1 {
            "once".to_owned()
        } else {
            format!("{} times", most.count)
        },
        named(" Not readable at all: ", sources, SourceStatus::Unreadable),
        named(" Readable in part: ", sources, SourceStatus::PartlyRead),
    );
    let remedy = match (most.cause, most.blocked_by) {
        (GapCause::Denied, Some(BlockedBy::IdentityPolicy | BlockedBy::Unknown) | None) => {
            format!("Allow the scanning role the permission for {}.", most.operation)
        }
        (GapCause::Denied, Some(blocked_by)) => {
            format!(
                "Let {} permit {} for the scanning role.",
                document(blocked_by),
                most.operation
            )
        }
        (cause, _) => again(cause),
    };
    (reason, remedy)
}

/// The sources with a status by their titles, as a sentence of its own; empty when there are none.
fn named(words: &str, sources: &[(ServiceSource, SourceStatus)], status: SourceStatus) -> String {
    let with_it = || sources.iter().filter(|(_, other)| *other == status);
    let titles: Vec<&str> = with_it()
        .take(SOURCES_NAMED)
        .map(|(source, _)| source.title())
        .collect();
    match (titles.is_empty(), with_it().count() - titles.len()) {
        (true, _) => String::new(),
        (false, 0) => format!("{words}{}.", titles.join(", ")),
        (false, more) => format!("{words}{} and {more} more.", titles.join(", ")),
    }
}

/// What to do about a gap, whatever the operation that met it.
pub(crate) fn of_gap(cause: GapCause, blocked_by: Option<BlockedBy>) -> String {
    match (cause, blocked_by) {
        (GapCause::Denied, Some(BlockedBy::IdentityPolicy | BlockedBy::Unknown) | None) => {
            "Allow the scanning role the permissions for these operations.".to_owned()
        }
        (GapCause::Denied, Some(blocked_by)) => {
            format!(
                "Let {} permit these operations for the scanning role.",
                document(blocked_by)
            )
        }
        (cause, _) => again(cause),
    }
}

/// Whether somebody can do something about it.
fn is_mendable(cause: GapCause) -> bool {
    match cause {
        GapCause::Denied
        | GapCause::NoSession
        | GapCause::Throttled
        | GapCause::TimedOut
        | GapCause::ConnectionFailed
        | GapCause::ServiceError
        | GapCause::CredentialsExpired
        | GapCause::Interrupted
        | GapCause::RegionUnknown
        | GapCause::NotTheOwner
        | GapCause::MalformedAnswer
        | GapCause::OtherError => true,
        GapCause::BucketGone
        | GapCause::RegionOff
        | GapCause::NoSupportPlan
        | GapCause::NotSubscribed
        | GapCause::NotOffered
        | GapCause::Unsupported
        | GapCause::OutsideScan
        | GapCause::NotCollected => false,
    }
}

fn document(blocked_by: BlockedBy) -> &'static str {
    match blocked_by {
        BlockedBy::IdentityPolicy => "the role's own policies",
        BlockedBy::ResourcePolicy => "the policy of the resource itself",
        BlockedBy::ServiceControlPolicy => "the organization's service control policies",
        BlockedBy::ResourceControlPolicy => "the organization's resource control policies",
        BlockedBy::SessionPolicy => "the session policy of the scan",
        BlockedBy::PermissionsBoundary => "the role's permissions boundary",
        BlockedBy::EndpointPolicy => "the VPC endpoint's policy",
        BlockedBy::Unknown => "whatever refused it",
    }
}

/// What to do about a gap that is no refusal.
fn again(cause: GapCause) -> String {
    match cause {
        GapCause::Denied | GapCause::NoSession => "Give the scanning role the permission that is missing.",
        GapCause::Throttled => "Scan again with lower rates, or when less else is calling the account.",
        GapCause::TimedOut | GapCause::ConnectionFailed => {
            "Check the network path to the AWS endpoints and scan again."
        }
        GapCause::ServiceError => "Scan again; if it stays, the AWS Health Dashboard may tell more.",
        GapCause::CredentialsExpired => "Scan again with --resume and fresh credentials.",
        GapCause::BucketGone => "Nothing: the bucket no longer exists. A new scan will not list it.",
        GapCause::NotTheOwner => "Find out who owns the bucket: the account lists it and another one answers for it.",
        GapCause::Interrupted => "Scan again with --resume to read what is missing.",
        GapCause::RegionOff => "Nothing while the region is off; enable it for the account to have it read.",
        GapCause::RegionUnknown => "Allow the scanning role to find out the bucket's region (s3:GetBucketLocation).",
        GapCause::NoSupportPlan => "Nothing, unless the account gets a support plan that includes the interface.",
        GapCause::NotOffered => "Nothing: there is no such service there. If there is, the network hides its name.",
        GapCause::NotSubscribed => "Nothing, unless the account is to use the service.",
        GapCause::Unsupported => "Nothing: the endpoint does not offer the operation.",
        GapCause::OutsideScan => "Nothing from here; the account that owns it would have to belong to the scan.",
        GapCause::NotCollected => "Scan without leaving it out.",
        GapCause::MalformedAnswer | GapCause::OtherError => {
            "Look at what was said; if it is AWS that answered so, please report it with the request id."
        }
    }
    .to_owned()
}
