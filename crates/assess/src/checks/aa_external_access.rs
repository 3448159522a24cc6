//! `aa-external-access`: whether an analyzer finds that somebody outside the organization reaches the bucket.
//!
//! What is public is judged beside it; here everybody counts whom a finding names.

use s3attest_model::check::Severity;
use s3attest_model::identifiers::AccountId;
use s3attest_model::services::ServiceSource;
use s3attest_model::services::access_analyzer::exposures::Exposure;

use super::analyzer_findings::{Looked, in_words, may_be_held_back, of_bucket};
use crate::check::{AccountFact, Check, Judge, Reads};
use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// The check.
pub(super) static CHECK: Check = Check {
    id: "aa-external-access",
    title: "No analyzer finds access to the bucket from outside the organization",
    severity: Severity::High,
    question: "Is the bucket free of active findings of access by accounts outside the organization that are not approved?",
    reads: Reads {
        sources: &[ServiceSource::AccessAnalyzer],
        account: &[
            AccountFact::BucketListing,
            AccountFact::Organization,
            AccountFact::OrganizationAccounts,
        ],
        settings: &[],
    },
    page: include_str!("../../../../docs/checks/aa-external-access.md"),
    judge: Judge::Bucket(judge),
};

/// Where somebody stands who reaches a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// In an account of the organization.
    Inside,
    /// In an account with which sharing is approved.
    Approved,
    /// Anywhere else, or nobody knows where.
    Outside,
}

fn judge<'a>(view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Judgement, Unknown<'a>> {
    let said = of_bucket(view, trail)?;
    let (mut outside, mut admitted) = (Vec::new(), 0);
    let mut undecided = None;
    for exposure in said.exposures.iter().filter(|each| each.is_public() != Some(true)) {
        match standing(view, trail, exposure) {
            Ok(Standing::Outside) => outside.push(exposure),
            Ok(Standing::Inside | Standing::Approved) => admitted += 1,
            Err(unknown) => undecided = undecided.or(Some(unknown)),
        }
    }
    if !outside.is_empty() {
        let words = in_words(&outside);
        return Ok(if may_be_held_back(&outside) {
            Judgement::fail_as(
                Severity::Medium,
                format!(
                    "Access Analyzer finds access from outside the organization: {words}; a resource control policy that \
                     the finding does not take into account may hold it back."
                ),
            )
        } else {
            Judgement::fail(format!(
                "Access Analyzer finds access from outside the organization: {words}."
            ))
        });
    }
    if let Some(unknown) = undecided {
        return Err(unknown);
    }
    let is_public = said.exposures.iter().any(|each| each.is_public() == Some(true));
    let archived = said.archived();
    let looked = said.looked?;
    if looked == Looked::Nobody {
        return Ok(Judgement::not_applicable(
            "No analyzer of external access is active in the bucket's region, so nobody looked (aa-analyzer-enabled).",
        ));
    }
    let admitted = match admitted {
        0 => String::new(),
        number => format!(" beside {number} to accounts of the organization or ones that are approved"),
    };
    let public = if is_public {
        "; public access is found, and judged by aa-external-access-public"
    } else {
        ""
    };
    Ok(Judgement::pass(format!(
        "{} found no access to the bucket from outside the organization{admitted}{public}{archived}.",
        looked.subject()
    )))
}

/// Where the principal of an access stands. One that a condition holds to the organization is inside, whoever it names.
fn standing<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    exposure: &Exposure<'_>,
) -> Result<Standing, Unknown<'a>> {
    let held_to = exposure.condition.iter().find_map(|(key, value)| {
        let is_organization = key.eq_ignore_ascii_case("aws:PrincipalOrgID");
        is_organization.then_some(value.as_str())
    });
    if let Some(held_to) = held_to
        && trail
            .read(&view.organization.evidence.organization)?
            .is_some_and(|organization| organization.id == held_to)
    {
        return Ok(Standing::Inside);
    }
    let Some(principal) = exposure.principal.filter(|principal| !principal.is_empty()) else {
        return Ok(Standing::Outside);
    };
    let mut standing = Standing::Inside;
    for (kind, name) in principal {
        let account = (kind == "AWS").then(|| account_of(name)).flatten();
        let Some(account) = account else {
            return Ok(Standing::Outside);
        };
        if view.parameters.allows_external(&account) {
            standing = Standing::Approved;
        } else if !view.organization.has(trail, &account)? {
            return Ok(Standing::Outside);
        }
    }
    Ok(standing)
}

/// The account of a principal that is one, or that lies in one.
fn account_of(principal: &str) -> Option<AccountId> {
    let id = match principal.strip_prefix("arn:") {
        None => principal,
        Some(rest) => rest.split(':').nth(3)?,
    };
    AccountId::new(id).ok()
}

#[cfg(test)]
mod tests {
    use s3attest_model::evidence::{Evidence, Observed};
    use s3attest_model::finding::Verdict;
    use s3attest_model::organization::Organization;
    use s3attest_model::services::access_analyzer::ExternalFinding;

    use super::*;
    use crate::checks::analyzer_findings::tests::{SECURITY, analyzer, failed, found, reading};
    use crate::checks::scene::{ACCOUNT, Scene, account, account_id, denied, expect, organization, source};

    const STRANGER: &str = "999999999999";

    fn of(findings: Vec<ExternalFinding>) -> Scene {
        Scene::with(|scene| {
            scene.say(reading(vec![analyzer("ACCOUNT", findings)]));
            scene.organization = organization([account(ACCOUNT), account(SECURITY)]);
            scene.organization.organization = Evidence::present(
                Organization {
                    id: "o-ours".to_owned(),
                    arn: String::new(),
                    management_account: account_id(ACCOUNT),
                    feature_set: None,
                },
                source("organizations.DescribeOrganization"),
            );
        })
    }

    fn changed(mut scene: Scene, change: impl FnOnce(&mut Scene)) -> Scene {
        change(&mut scene);
        scene
    }

    fn held_to(organization: &str) -> ExternalFinding {
        let mut finding = found("*", Some(false));
        let key = "aws:PrincipalOrgID".to_owned();
        finding.access.condition.insert(key, organization.to_owned());
        finding
    }

    #[test]
    fn access_is_counted_by_where_the_principal_stands() {
        let by = |principal: &str| of(vec![found(principal, Some(false))]);
        let mut federated = found("*", Some(false));
        federated.access.principal = Some([("Federated".to_owned(), "accounts.example".to_owned())].into());
        let mut unnamed = found("*", Some(false));
        unnamed.access.principal = None;
        let cases = vec![
            (
                "a stranger's account",
                by(STRANGER),
                Verdict::Fail,
                "999999999999 may s3:GetObject by the bucket policy",
            ),
            (
                "a stranger's role",
                by("arn:aws:iam::999999999999:role/reader"),
                Verdict::Fail,
                "role/reader may",
            ),
            (
                "a stranger of whom AWS does not say whether it is everyone",
                of(vec![found(STRANGER, None)]),
                Verdict::Fail,
                "999999999999 may",
            ),
            (
                "an identity provider",
                of(vec![federated]),
                Verdict::Fail,
                "Federated accounts.example may",
            ),
            (
                "nobody named",
                of(vec![unnamed]),
                Verdict::Fail,
                "somebody whom AWS does not name",
            ),
            ("everyone under a condition", by("*"), Verdict::Fail, "everyone may"),
            (
                "a neighbour",
                by("arn:aws:iam::222222222222:role/reader"),
                Verdict::Pass,
                "beside 1 to accounts of the organization",
            ),
            (
                "a neighbour and a stranger",
                of(vec![found(SECURITY, Some(false)), found(STRANGER, Some(false))]),
                Verdict::Fail,
                "999999999999",
            ),
            (
                "held to the organization",
                of(vec![held_to("o-ours")]),
                Verdict::Pass,
                "beside 1",
            ),
            (
                "held to another organization",
                of(vec![held_to("o-theirs")]),
                Verdict::Fail,
                "under a condition on aws:PrincipalOrgID",
            ),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn what_is_approved_passes_and_what_nobody_knows_is_left_open() {
        let by = |principal: &str| of(vec![found(principal, Some(false))]);
        let half_a_list = |scene: &mut Scene| {
            scene.organization.listing = Evidence::gap(denied(), source("organizations.ListAccounts"));
        };
        let cases = vec![
            (
                "held to an organization, and nobody knows which is ours",
                changed(of(vec![held_to("o-ours")]), |scene| {
                    scene.organization.organization.observed = Observed::Gap(denied());
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "approved",
                changed(by(STRANGER), |scene| {
                    scene.parameters.allowed_external_accounts = vec![account_id(STRANGER)];
                }),
                Verdict::Pass,
                "approved",
            ),
            (
                "perhaps a neighbour",
                changed(by(STRANGER), half_a_list),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "certainly a neighbour of a list that broke off",
                changed(by(SECURITY), half_a_list),
                Verdict::Pass,
                "beside 1",
            ),
            (
                "public alone",
                of(vec![found("*", Some(true))]),
                Verdict::Pass,
                "judged by aa-external-access-public",
            ),
            ("nothing", of(vec![]), Verdict::Pass, "found no access to the bucket"),
            (
                "not analyzed",
                of(vec![failed()]),
                Verdict::NotAssessed,
                "could not analyze",
            ),
            (
                "no analyzer",
                Scene::with(|scene| scene.say(reading(vec![]))),
                Verdict::NotApplicable,
                "nobody looked",
            ),
            ("no reading", Scene::new(), Verdict::NotAssessed, "no reading"),
        ];
        expect(&CHECK, cases);
    }

    #[test]
    fn a_resource_control_policy_makes_it_less_severe_only_where_it_bears_on_every_access() {
        let with = |restriction: &str| {
            let mut finding = found(STRANGER, Some(false));
            finding.access.resource_control_policy_restriction = Some(restriction.to_owned());
            finding
        };
        let mut other = with("NOT_APPLICABLE");
        other.access.actions = Some(vec!["s3:PutObject".to_owned()]);
        assert_eq!(of(vec![with("APPLICABLE")]).judge(&CHECK).severity, Severity::Medium);
        assert_eq!(
            of(vec![with("APPLICABLE"), other]).judge(&CHECK).severity,
            Severity::High
        );
    }
}
