//! IAM Access Analyzer: most accounts look at who reaches them from outside, in most of the regions that they use; the
//! organization looks from two accounts; a few pay for looking inside.

mod exposures;

use std::collections::{BTreeMap, BTreeSet};

use self::exposures::{Exposure, exposures, inside, noise, unused};
use super::Furnishing;
use crate::generator::dice::Dice;
use crate::generator::{Purpose, moment};
use crate::scenario::{AccountState, Analyzer, AnalyzerArchiveRule, AnalyzerCriterion, AnalyzerFinding, Scenario};

pub(super) fn furnish(scenario: &mut Scenario, furnishing: &Furnishing<'_>) {
    let delegated = delegate(scenario, furnishing);
    let management = scenario
        .organization
        .as_ref()
        .map(|organization| organization.management_account.clone());
    let exposures = exposures(scenario, furnishing);
    let regions: BTreeSet<String> = exposures.iter().map(|exposure| exposure.region.clone()).collect();
    for (account, purpose) in scenario.accounts.iter_mut().zip(furnishing.purposes) {
        if account.state != AccountState::Active {
            continue;
        }
        let mut dice = furnishing.dice("access-analyzer", &account.id);
        let own: BTreeSet<String> = account.buckets.iter().map(|bucket| bucket.region.clone()).collect();
        let mut analyzers = Vec::new();
        for region in &own {
            let here = exposures
                .iter()
                .filter(|exposure| exposure.region == *region && exposure.owner == account.id);
            analyzers.extend(of_account(region, here, &account.id, &mut dice));
        }
        // The organization is looked at from the management account in one region, and from the delegated administrator in
        // the others, as it is where the one was set up before the other.
        let is_of = |owner: &Option<String>| owner.as_ref() == Some(&account.id);
        for (at, region) in regions.iter().enumerate() {
            if (at == 0 && is_of(&management)) || (at > 0 && is_of(&delegated)) {
                let here = exposures
                    .iter()
                    .filter(|exposure| exposure.region == *region && !exposure.is_inside_organization);
                analyzers.push(of_organization(region, here, &mut dice));
            }
        }
        if let (true, Some(region)) = (is_of(&delegated), regions.first()) {
            analyzers.push(Analyzer {
                analyzer_type: "ORGANIZATION_INTERNAL_ACCESS".to_owned(),
                findings: inside(&exposures, "INTRA_ORG", &mut dice),
                ..analyzer(region, "organization-critical-buckets", &mut dice)
            });
        }
        if *purpose == Purpose::Production
            && let Some(region) = own.first()
        {
            let here: Vec<Exposure> = exposures
                .iter()
                .filter(|exposure| exposure.region == *region && exposure.owner == account.id)
                .cloned()
                .collect();
            analyzers.push(Analyzer {
                analyzer_type: "ACCOUNT_INTERNAL_ACCESS".to_owned(),
                findings: inside(&here, "INTRA_ACCOUNT", &mut dice),
                archive_rules: rules(1, &mut dice),
                ..analyzer(region, "critical-buckets", &mut dice)
            });
        }
        if let Some(region) = own.first() {
            analyzers.extend(idle(*purpose, region, &account.id, &mut dice));
        }
        account.services.access_analyzer = analyzers;
    }
}

/// The security account administers Access Analyzer, where there is such an account.
fn delegate(scenario: &mut Scenario, furnishing: &Furnishing<'_>) -> Option<String> {
    let at = furnishing
        .purposes
        .iter()
        .position(|purpose| *purpose == Purpose::Security)?;
    let id = scenario.accounts.get(at)?.id.clone();
    let delegates = &mut scenario.organization.as_mut()?.delegated_administrators;
    if !delegates.contains(&id) {
        delegates.push(id.clone());
    }
    Some(id)
}

/// The account's own analyzer of outside access, where there is one.
fn of_account<'all>(
    region: &str,
    exposures: impl Iterator<Item = &'all Exposure>,
    account: &str,
    dice: &mut Dice,
) -> Option<Analyzer> {
    if dice.chance(20) {
        return None;
    }
    let mut findings: Vec<AnalyzerFinding> = exposures.map(|exposure| exposure.finding(dice)).collect();
    findings.extend(noise(region, account, dice));
    let is_linked = dice.chance(25);
    let name = if is_linked {
        "_AccessAnalyzer_SecurityHub".to_owned()
    } else {
        format!("account-{region}")
    };
    let mut made = Analyzer {
        analyzer_type: "ACCOUNT".to_owned(),
        managed_by: is_linked.then(|| "securityhubv2.amazonaws.com".to_owned()),
        last_resource_analyzed: findings.first().and_then(|finding| finding.resource.clone()),
        findings,
        archive_rules: if is_linked {
            Vec::new()
        } else {
            rules(dice.between(0, 3), dice)
        },
        ..analyzer(region, &name, dice)
    };
    if dice.chance(15) {
        let (status, reason) = *dice.pick(&[
            ("FAILED", Some("SERVICE_LINKED_ROLE_CREATION_FAILED")),
            ("CREATING", None),
            ("DISABLED", None),
        ]);
        status.clone_into(&mut made.status);
        made.status_reason = reason.map(str::to_owned);
        made.last_resource_analyzed = None;
        made.last_resource_analyzed_at = None;
    }
    Some(made)
}

fn of_organization<'all>(region: &str, exposures: impl Iterator<Item = &'all Exposure>, dice: &mut Dice) -> Analyzer {
    let findings: Vec<AnalyzerFinding> = exposures.map(|exposure| exposure.finding(dice)).collect();
    Analyzer {
        analyzer_type: "ORGANIZATION".to_owned(),
        last_resource_analyzed: findings.first().and_then(|finding| finding.resource.clone()),
        findings,
        archive_rules: rules(3, dice),
        ..analyzer(region, "organization", dice)
    }
}

/// Analyzers that say nothing of buckets: those of unused access, and what a former delegated administrator left behind.
fn idle(purpose: Purpose, region: &str, account: &str, dice: &mut Dice) -> Vec<Analyzer> {
    let mut analyzers = Vec::new();
    if matches!(purpose, Purpose::Production | Purpose::SharedServices) {
        analyzers.push(Analyzer {
            analyzer_type: "ACCOUNT_UNUSED_ACCESS".to_owned(),
            findings: unused(account, dice),
            ..analyzer(region, "unused-access", dice)
        });
    }
    if purpose == Purpose::SharedServices {
        analyzers.push(Analyzer {
            analyzer_type: "ORGANIZATION".to_owned(),
            status: "DISABLED".to_owned(),
            status_reason: Some("DELEGATED_ADMINISTRATOR_DEREGISTERED".to_owned()),
            ..analyzer(region, "organization-before", dice)
        });
    }
    analyzers
}

/// An active analyzer without type and findings.
fn analyzer(region: &str, name: &str, dice: &mut Dice) -> Analyzer {
    Analyzer {
        region: region.to_owned(),
        name: name.to_owned(),
        analyzer_type: String::new(),
        status: "ACTIVE".to_owned(),
        status_reason: None,
        created_at: moment(dice),
        last_resource_analyzed: None,
        last_resource_analyzed_at: Some(moment(dice)),
        managed_by: None,
        findings: Vec::new(),
        archive_rules: Vec::new(),
    }
}

/// Archive rules, the most dangerous one first.
fn rules(count: usize, dice: &mut Dice) -> Vec<AnalyzerArchiveRule> {
    let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
    let filters: [(&str, BTreeMap<String, AnalyzerCriterion>); 3] = [
        (
            "archive-everything-public",
            [(
                "isPublic".to_owned(),
                AnalyzerCriterion {
                    eq: words(&["true"]),
                    ..AnalyzerCriterion::default()
                },
            )]
            .into(),
        ),
        (
            "websites",
            [
                (
                    "resource".to_owned(),
                    AnalyzerCriterion {
                        contains: words(&["-www"]),
                        ..AnalyzerCriterion::default()
                    },
                ),
                (
                    "resourceType".to_owned(),
                    AnalyzerCriterion {
                        eq: words(&["AWS::S3::Bucket"]),
                        ..AnalyzerCriterion::default()
                    },
                ),
            ]
            .into(),
        ),
        (
            "with-conditions",
            [
                (
                    "condition.aws:PrincipalOrgID".to_owned(),
                    AnalyzerCriterion {
                        exists: Some(true),
                        ..AnalyzerCriterion::default()
                    },
                ),
                (
                    "status".to_owned(),
                    AnalyzerCriterion {
                        neq: words(&["RESOLVED"]),
                        ..AnalyzerCriterion::default()
                    },
                ),
            ]
            .into(),
        ),
    ];
    filters
        .into_iter()
        .take(count)
        .map(|(name, filter)| {
            let created_at = moment(dice);
            AnalyzerArchiveRule {
                name: name.to_owned(),
                created_at,
                updated_at: created_at,
                filter,
            }
        })
        .collect()
}
