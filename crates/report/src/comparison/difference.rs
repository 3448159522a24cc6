//! In what two runs differ besides their findings: what they were of, what they were to look at, and by what they were judged.
//!
//! A reader has to know these before the changes: a finding can change because the question did.

use std::collections::BTreeSet;

use s3attest_model::assessment::FrameworkInformation;
use s3attest_model::control::Baseline;
use s3attest_model::identifiers::CheckId;
use s3attest_model::run::{Mode, ScopeSelection};

use super::side::are_foreign;
use crate::assessed::AssessedRun;
use crate::text::moment;

/// In what two runs differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// They are of different organizations, so that they have little in common.
    Organization,
    /// The run that was given as the earlier one began later.
    Order,
    /// They are one and the same run.
    SameRun,
    /// They are of different partitions.
    Partition,
    /// One of them looked at one account only.
    Mode,
    /// The list of accounts of one of them is incomplete.
    AccountListing,
    /// They selected other accounts.
    Scope,
    /// They left out other sources.
    SourcesLeftOut,
    /// They left out other settings.
    SettingsLeftOut,
    /// They were collected with another configuration.
    CollectingConfiguration,
    /// They were judged with another configuration.
    JudgingConfiguration,
    /// They were collected by another version of the program.
    CollectingVersion,
    /// They were judged by another version of the program.
    JudgingVersion,
    /// They were judged by other frameworks, or by other releases or changes of them.
    Frameworks,
    /// They were judged against another baseline.
    Baseline,
    /// They were judged with other exceptions.
    Exceptions,
    /// Checks by which only the earlier one was judged.
    ChecksRemoved,
    /// Checks by which only the later one was judged.
    ChecksAdded,
}

impl Aspect {
    /// Every aspect, in the order in which reports list them.
    pub const ALL: [Self; 18] = [
        Self::Organization,
        Self::Order,
        Self::SameRun,
        Self::Partition,
        Self::Mode,
        Self::AccountListing,
        Self::Scope,
        Self::SourcesLeftOut,
        Self::SettingsLeftOut,
        Self::CollectingConfiguration,
        Self::JudgingConfiguration,
        Self::CollectingVersion,
        Self::JudgingVersion,
        Self::Frameworks,
        Self::Baseline,
        Self::Exceptions,
        Self::ChecksRemoved,
        Self::ChecksAdded,
    ];

    /// The aspect in machine-readable form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Order => "order",
            Self::SameRun => "same-run",
            Self::Partition => "partition",
            Self::Mode => "mode",
            Self::AccountListing => "account-listing",
            Self::Scope => "scope",
            Self::SourcesLeftOut => "sources-left-out",
            Self::SettingsLeftOut => "settings-left-out",
            Self::CollectingConfiguration => "collecting-configuration",
            Self::JudgingConfiguration => "judging-configuration",
            Self::CollectingVersion => "collecting-version",
            Self::JudgingVersion => "judging-version",
            Self::Frameworks => "frameworks",
            Self::Baseline => "baseline",
            Self::Exceptions => "exceptions",
            Self::ChecksRemoved => "checks-removed",
            Self::ChecksAdded => "checks-added",
        }
    }

    /// The aspect as a sentence.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Organization => "The runs are of different organizations",
            Self::Order => "The run that was given first is the later one",
            Self::SameRun => "Both are the same run",
            Self::Partition => "The runs are of different partitions",
            Self::Mode => "One run looked at one account only",
            Self::AccountListing => "The list of accounts is incomplete",
            Self::Scope => "Other accounts were selected",
            Self::SourcesLeftOut => "Other sources were left out",
            Self::SettingsLeftOut => "Other settings were left out",
            Self::CollectingConfiguration => "Collected with another configuration",
            Self::JudgingConfiguration => "Judged with another configuration",
            Self::CollectingVersion => "Collected by another version",
            Self::JudgingVersion => "Judged by another version",
            Self::Frameworks => "Judged by other frameworks",
            Self::Baseline => "Judged against another baseline",
            Self::Exceptions => "Judged with other exceptions",
            Self::ChecksRemoved => "Checks that are judged no longer",
            Self::ChecksAdded => "Checks that are new",
        }
    }

    /// Whether the comparison means something else than a reader expects.
    #[must_use]
    pub fn is_grave(self) -> bool {
        matches!(
            self,
            Self::Organization | Self::Order | Self::SameRun | Self::Partition | Self::Mode | Self::AccountListing
        )
    }
}

/// One thing in which two runs differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What.
    pub aspect: Aspect,
    /// How it was in the earlier run; empty for nothing.
    pub earlier: String,
    /// How it is in the later run; empty for nothing.
    pub later: String,
}

/// Everything in which two runs differ, the gravest first.
pub(super) fn differences<R: AssessedRun>(
    earlier: &R,
    later: &R,
    organizations: (Option<&str>, Option<&str>),
) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut note = |aspect, earlier: String, later: String| {
        if earlier != later {
            found.push(Difference { aspect, earlier, later });
        }
    };
    let (before, after) = (earlier.run(), later.run());
    if are_foreign(organizations.0, organizations.1) {
        let id = |organization: Option<&str>| organization.unwrap_or_default().to_owned();
        note(Aspect::Organization, id(organizations.0), id(organizations.1));
    }
    if before.started_at > after.started_at {
        note(Aspect::Order, moment(before.started_at), moment(after.started_at));
    }
    note(
        Aspect::Partition,
        before.partition.to_string(),
        after.partition.to_string(),
    );
    note(Aspect::Mode, mode(&before.mode), mode(&after.mode));
    let listing = |run: &R| {
        let gap = run.summary().account_listing_gap.as_ref();
        gap.map_or_else(
            || "complete".to_owned(),
            |gap| format!("incomplete: {}", gap.cause.phrase()),
        )
    };
    note(Aspect::AccountListing, listing(earlier), listing(later));
    note(Aspect::Scope, scope(&before.scope), scope(&after.scope));
    note(
        Aspect::SourcesLeftOut,
        before.sources_left_out.join(", "),
        after.sources_left_out.join(", "),
    );
    note(
        Aspect::SettingsLeftOut,
        before.settings_left_out.join(", "),
        after.settings_left_out.join(", "),
    );
    note(
        Aspect::CollectingConfiguration,
        before.configuration_digest.clone(),
        after.configuration_digest.clone(),
    );
    let (judged_before, judged_after) = (earlier.summary(), later.summary());
    note(
        Aspect::JudgingConfiguration,
        judged_before.configuration_digest.clone(),
        judged_after.configuration_digest.clone(),
    );
    note(
        Aspect::CollectingVersion,
        before.tool_version.clone(),
        after.tool_version.clone(),
    );
    note(
        Aspect::JudgingVersion,
        judged_before.tool_version.clone(),
        judged_after.tool_version.clone(),
    );
    let frameworks = |run: &R| {
        let each: Vec<_> = run.summary().frameworks().map(framework).collect();
        each.join("; ")
    };
    note(Aspect::Frameworks, frameworks(earlier), frameworks(later));
    let baseline = |baseline: Option<Baseline>| baseline.map_or("none", Baseline::title).to_owned();
    note(
        Aspect::Baseline,
        baseline(judged_before.baseline),
        baseline(judged_after.baseline),
    );
    let exceptions = |run: &R| {
        let given = run.summary().exceptions.as_ref();
        given.map_or_else(String::new, |given| {
            format!("{} as of {} ({})", given.file, given.as_of, given.digest)
        })
    };
    note(Aspect::Exceptions, exceptions(earlier), exceptions(later));
    let (removed, added) = checks(earlier, later);
    note(Aspect::ChecksRemoved, removed, String::new());
    note(Aspect::ChecksAdded, String::new(), added);
    if before.id == after.id && before.started_at == after.started_at {
        found.push(Difference {
            aspect: Aspect::SameRun,
            earlier: before.id.clone(),
            later: after.id.clone(),
        });
    }
    found.sort_by_key(|difference| difference.aspect);
    found
}

fn mode(mode: &Mode) -> String {
    match mode {
        Mode::Organization => "the organization".to_owned(),
        Mode::SingleAccount(why) => format!("one account only: {why}"),
    }
}

fn framework(framework: &FrameworkInformation) -> String {
    let mut text = format!("{} {}", framework.id, framework.catalogue_version);
    if !framework.overlays.is_empty() {
        text.push_str(" with ");
        text.push_str(&framework.overlays.join(", "));
    }
    text
}

fn scope(scope: &ScopeSelection) -> String {
    let lists = [
        ("accounts", &scope.include_accounts),
        ("without accounts", &scope.exclude_accounts),
        ("organizational units", &scope.include_organizational_units),
        ("without organizational units", &scope.exclude_organizational_units),
        ("tags", &scope.include_tags),
        ("without tags", &scope.exclude_tags),
    ];
    let named = lists.into_iter().filter(|(_, list)| !list.is_empty());
    let named: Vec<_> = named
        .map(|(name, list)| format!("{name}: {}", list.join(", ")))
        .collect();
    if named.is_empty() {
        "all accounts".to_owned()
    } else {
        named.join("; ")
    }
}

/// The checks by which only one of the runs was judged.
fn checks<R: AssessedRun>(earlier: &R, later: &R) -> (String, String) {
    let judged =
        |run: &'_ R| -> BTreeSet<CheckId> { run.summary().checks.iter().map(|tally| tally.check.clone()).collect() };
    let (before, after) = (judged(earlier), judged(later));
    let list = |checks: Vec<&CheckId>| {
        let checks: Vec<_> = checks.into_iter().map(CheckId::as_str).collect();
        checks.join(", ")
    };
    (
        list(before.difference(&after).collect()),
        list(after.difference(&before).collect()),
    )
}
