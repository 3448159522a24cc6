//! What each check on account services has to say of the scenario, written from the section "How it is judged" of its page.
//!
//! Nothing is a gap here. Where the answers of a service do not decide (a finding of an error, a mark without a reason), the
//! pages say so, and "not assessed" is expected.

use std::collections::BTreeMap;

use s3attest_model::check::Severity;
use s3attest_model::finding::Verdict::{Fail, NotApplicable, NotAssessed, Pass};
use s3attest_orgsim::Scenario;
use s3attest_orgsim::scenario::{
    Account, AccountState, AnalyzerFinding, Bucket, MultiRegionAccessPoint, PublicAccessBlock, TrustedAdvisorCheck,
    TrustedAdvisorResource,
};

use crate::settings::regions_of;
use crate::verdicts::{Wanted, holds};

/// A resource of an account, a check, and what it has to say.
type Line = (String, &'static str, Wanted);

/// Every finding about an account, its regions and its access points, and what services say of its buckets. The public access
/// blocks of the scenario's accounts are those in effect.
pub(crate) fn of(scenario: &Scenario, account: &Account) -> Vec<Line> {
    let place = Place { scenario, account };
    let mut lines = place.as_a_whole();
    for (region, status) in regions_of(scenario, account) {
        if matches!(status, "ENABLED" | "ENABLED_BY_DEFAULT") {
            lines.extend(
                place
                    .in_region(region)
                    .into_iter()
                    .map(|(check, wanted)| (region.to_owned(), check, wanted)),
            );
        }
    }
    lines.extend(place.access_points());
    for bucket in &account.buckets {
        let said = place
            .found_by_analyzers(bucket)
            .into_iter()
            .chain(place.advised(bucket));
        lines.extend(said.map(|(check, wanted)| (bucket.name.clone(), check, wanted)));
    }
    lines
}

#[derive(Clone, Copy)]
struct Place<'truth> {
    scenario: &'truth Scenario,
    account: &'truth Account,
}

impl<'truth> Place<'truth> {
    fn as_a_whole(self) -> Vec<Line> {
        let Self { scenario, account } = self;
        let services = &account.services;
        let number = |name: &str| services.iam.summary.get(name).copied().unwrap_or(0);
        let organization = scenario.organization.as_ref();
        let is_management = organization.is_some_and(|organization| organization.management_account == account.id);
        let root_mfa = match (number("AccountMFAEnabled"), number("AccountPasswordPresent")) {
            (1.., _) => Pass,
            (_, 0) if !is_management => NotApplicable,
            _ => Fail,
        };
        let cell = |row: &[String], column: &str| {
            let columns = &services.iam.report.columns;
            let at = columns
                .iter()
                .position(|each| each == column)
                .expect("a column of every report");
            row[at] == "true"
        };
        let users = services.iam.report.rows.iter().filter(|row| row[0] != "<root_account>");
        let signing_in: Vec<_> = users.filter(|row| cell(row, "password_enabled")).collect();
        let user_mfa = if signing_in.is_empty() {
            NotApplicable
        } else {
            holds(signing_in.iter().all(|row| cell(row, "mfa_active")))
        };
        let assigned = organization.and_then(|organization| organization.assigned_public_access_block(account));
        let has_plan = services.trusted_advisor.has_plan;
        let lines = [
            ("iam-root-mfa", root_mfa.into()),
            (
                "iam-root-no-access-key",
                holds(number("AccountAccessKeysPresent") == 0).into(),
            ),
            ("iam-user-mfa", user_mfa.into()),
            ("org-account-in-organization", holds(organization.is_some()).into()),
            (
                "org-s3-block-public-access-policy",
                match organization {
                    None => NotApplicable,
                    Some(_) => holds(assigned.as_deref() == Some("all")),
                }
                .into(),
            ),
            ("shield-advanced", self.shield()),
            ("ta-support-plan", if has_plan { Pass } else { NotApplicable }.into()),
        ];
        lines.map(|(check, wanted)| (account.id.clone(), check, wanted)).into()
    }

    fn shield(self) -> Wanted {
        let Self { scenario, account } = self;
        let distributions = account.services.cloudfront.distributions.iter();
        // The host names of the generated origins: S3's own, or one that CloudFront takes for S3's.
        let is_of_s3 = |host: &str| host.contains(".s3") || host.starts_with("s3.");
        let serving: Vec<_> = distributions
            .filter(|each| each.enabled)
            .filter(|each| {
                let mut origins = each.origins.iter();
                origins.any(|origin| origin.s3_access_identity.is_some() || is_of_s3(&origin.domain_name))
            })
            .map(|each| {
                format!(
                    "arn:{}:cloudfront::{}:distribution/{}",
                    scenario.partition, account.id, each.id
                )
            })
            .collect();
        let shield = &account.services.shield;
        let is_protected = |arn: &String| shield.protections.iter().any(|each| each.resource_arn == *arn);
        if serving.is_empty() {
            NotApplicable.into()
        } else if !shield.is_subscribed {
            Severity::Info.into()
        } else if serving.iter().all(is_protected) {
            Pass.into()
        } else {
            Severity::Low.into()
        }
    }

    fn in_region(self, region: &str) -> Vec<(&'static str, Wanted)> {
        let services = &self.account.services;
        let macie = services.macie.iter().find(|each| each.region == region);
        let has_bucket = self.account.buckets.iter().any(|bucket| bucket.region == region);
        let macie = match macie {
            _ if !has_bucket => NotApplicable.into(),
            None => Severity::Medium.into(),
            Some(macie) if macie.status == "PAUSED" => Severity::Medium.into(),
            Some(macie) if macie.automated_discovery.status == "DISABLED" => Severity::Low.into(),
            Some(_) => Pass.into(),
        };
        let mut detectors = services.guardduty.detectors.iter();
        let detector = detectors.find(|each| each.region == region && each.status == "ENABLED");
        let reads_s3 = detector.map(|detector| {
            let mut features = detector.features.iter();
            features.any(|feature| feature.name == "S3_DATA_EVENTS" && feature.status == "ENABLED")
        });
        let own = || {
            let analyzers = services.access_analyzer.iter();
            analyzers.filter(|each| {
                each.region == region
                    && each.status == "ACTIVE"
                    && ["ACCOUNT", "ORGANIZATION"].contains(&each.analyzer_type.as_str())
            })
        };
        let hides = own().flat_map(|analyzer| &analyzer.archive_rules).any(|rule| {
            // The one kind of generated rule that takes everything public.
            rule.filter.len() == 1
                && rule
                    .filter
                    .get("isPublic")
                    .and_then(|criterion| criterion.eq.as_ref())
                    .is_some_and(|values| values.iter().any(|value| value == "true"))
        });
        vec![
            ("macie-enabled", macie),
            ("guardduty-enabled", holds(detector.is_some()).into()),
            ("guardduty-s3-protection", reads_s3.map_or(NotApplicable, holds).into()),
            (
                "aa-analyzer-enabled",
                holds(own().next().is_some() || self.organization_looks_at(region)).into(),
            ),
            (
                "aa-archive-rules",
                if own().next().is_none() {
                    NotApplicable
                } else {
                    holds(!hides)
                }
                .into(),
            ),
        ]
    }

    fn organization_looks_at(self, region: &str) -> bool {
        let accounts = self.scenario.accounts.iter();
        accounts
            .filter(|account| account.state == AccountState::Active)
            .flat_map(|account| &account.services.access_analyzer)
            .any(|each| each.analyzer_type == "ORGANIZATION" && each.status == "ACTIVE" && each.region == region)
    }

    fn access_points(self) -> Vec<Line> {
        let services = &self.account.services;
        let mut lines = Vec::new();
        for point in &services.access_points {
            // The account's block counts where the bucket is the account's.
            let is_own = point.bucket_account.as_ref() == Some(&self.account.id);
            let above = self.account.public_access_block.filter(|_| is_own);
            let blocks = [Some(point.public_access_block), above];
            let on = |switch: fn(&PublicAccessBlock) -> bool| blocks.iter().flatten().any(switch);
            let all_on = on(|block| block.block_public_acls)
                && on(|block| block.ignore_public_acls)
                && on(|block| block.block_public_policy)
                && on(|block| block.restrict_public_buckets);
            let policy = match &point.policy {
                None => NotApplicable.into(),
                Some(policy) if !policy.is_public => Pass.into(),
                Some(_) if on(|block| block.restrict_public_buckets) => Severity::Medium.into(),
                Some(_) => Severity::High.into(),
            };
            let name = || point.name.clone();
            lines.push((name(), "ap-public-access-block", holds(all_on).into()));
            lines.push((name(), "ap-vpc-origin", holds(point.vpc.is_some()).into()));
            lines.push((name(), "ap-policy-public", policy));
        }
        let of_regions = services.multi_region_access_points.iter();
        lines
            .extend(of_regions.map(|point| (point.name.clone(), "mrap-public-access-block", of_regions_wanted(point))));
        lines
    }

    /// Findings of all analyzers that look at access from outside, with whether the analyzer is the organization's.
    fn standing(self, bucket: &Bucket) -> Vec<(bool, &'truth AnalyzerFinding)> {
        let arn = format!("arn:{}:s3:::{}", self.scenario.partition, bucket.name);
        let accounts = self.scenario.accounts.iter();
        accounts
            .filter(|account| account.state == AccountState::Active)
            .flat_map(|account| &account.services.access_analyzer)
            .filter(|each| each.status == "ACTIVE" && !each.analyzer_type.contains('_'))
            .flat_map(|each| {
                let of_organization = each.analyzer_type == "ORGANIZATION";
                each.findings.iter().map(move |finding| (of_organization, finding))
            })
            .filter(|(_, finding)| {
                finding.resource.as_ref() == Some(&arn)
                    && finding.resource_owner_account == self.account.id
                    && !["ARCHIVED", "RESOLVED"].contains(&finding.status.as_str())
            })
            .collect()
    }

    fn found_by_analyzers(self, bucket: &Bucket) -> Vec<(&'static str, Wanted)> {
        let standing = self.standing(bucket);
        let accesses = || {
            let read = standing.iter().filter(|(_, finding)| finding.error.is_none());
            read.flat_map(|(_, finding)| &finding.accesses)
        };
        let own_looks = self
            .account
            .services
            .access_analyzer
            .iter()
            .any(|each| each.analyzer_type == "ACCOUNT" && each.status == "ACTIVE" && each.region == bucket.region);
        let organization_looks = self.organization_looks_at(&bucket.region);
        let failed = |of_organization: bool| {
            let mut findings = standing.iter();
            findings.any(|(of, finding)| *of == of_organization && finding.error.is_some())
        };
        let silence = if (own_looks && !failed(false)) || (organization_looks && !failed(true)) {
            Pass
        } else if own_looks || organization_looks {
            NotAssessed
        } else {
            NotApplicable
        };
        let held_back = |restriction: &Option<String>| restriction.as_deref() == Some("APPLICABLE");
        let public: Vec<_> = accesses().filter(|access| access.is_public == Some(true)).collect();
        let of_public = if public.is_empty() {
            let is_unsaid = accesses().any(|access| access.is_public.is_none());
            if is_unsaid { NotAssessed } else { silence }.into()
        } else if public
            .iter()
            .all(|access| held_back(&access.resource_control_policy_restriction))
        {
            Severity::High.into()
        } else {
            Severity::Critical.into()
        };
        // Generated principals are accounts.
        let is_inside = |principal: &str| self.scenario.account(principal).is_some();
        let outside: Vec<_> = accesses()
            .filter(|access| access.is_public != Some(true) && !is_inside(&access.principal["AWS"]))
            .collect();
        let of_outside = if outside.is_empty() {
            silence.into()
        } else if outside
            .iter()
            .all(|access| held_back(&access.resource_control_policy_restriction))
        {
            Severity::Medium.into()
        } else {
            Severity::High.into()
        };
        vec![
            ("aa-external-access-public", of_public),
            ("aa-external-access", of_outside),
        ]
    }

    fn advised(self, bucket: &Bucket) -> Vec<(&'static str, Wanted)> {
        let advisor = &self.account.services.trusted_advisor;
        let check = |ids: &[&str]| {
            let mut offered = ids
                .iter()
                .filter_map(|id| advisor.checks.iter().find(|check| check.id == *id));
            offered.next().filter(|_| advisor.has_plan)
        };
        let permissions = check(&["Pfx0RwqBli"]);
        let logging = check(&["c1fd6b96l4", "BueAdJ7NrP"]);
        let versioning = check(&["R365s2Qddf"]);
        let says_yes = |check: &TrustedAdvisorCheck, row: &TrustedAdvisorResource| {
            let reasons = ["ACL Allows List", "ACL Allows Upload/Delete", "Policy Allows Access"];
            reasons.iter().any(|heading| column(check, row, heading) == Some("Yes"))
        };
        let says_state = |check: &TrustedAdvisorCheck, row: &TrustedAdvisorResource| {
            matches!(column(check, row, "Versioning"), Some("Disabled" | "Suspended"))
        };
        vec![
            (
                "ta-bucket-permissions",
                advice(permissions, bucket, Severity::High, |check, row| {
                    says_yes(check, row).then_some(Severity::Medium)
                }),
            ),
            (
                "ta-bucket-logging",
                advice(logging, bucket, Severity::High, |_, _| Some(Severity::Medium)),
            ),
            (
                "ta-bucket-versioning",
                advice(versioning, bucket, Severity::Low, |check, row| {
                    says_state(check, row).then_some(Severity::Low)
                }),
            ),
        ]
    }
}

fn of_regions_wanted(point: &MultiRegionAccessPoint) -> Wanted {
    let is_public = point.established.as_ref().is_some_and(|policy| policy.is_public);
    if point.public_access_block != PublicAccessBlock::all(true) {
        Severity::High.into()
    } else if is_public {
        Severity::Medium.into()
    } else {
        Pass.into()
    }
}

fn column<'row>(check: &TrustedAdvisorCheck, row: &'row TrustedAdvisorResource, heading: &str) -> Option<&'row str> {
    let at = check.headings.iter().position(|each| each == heading)?;
    row.values.get(at)?.text()
}

/// What a check of Trusted Advisor comes to for a bucket; a yellow mark whose severity nobody knows could not be told.
fn advice(
    check: Option<&TrustedAdvisorCheck>,
    bucket: &Bucket,
    red: Severity,
    yellow: impl Fn(&TrustedAdvisorCheck, &TrustedAdvisorResource) -> Option<Severity>,
) -> Wanted {
    let Some(check) = check else {
        return NotApplicable.into();
    };
    if check.status == "not_available" {
        return NotAssessed.into();
    }
    let mut rows = check.resources.iter();
    if let Some(row) = rows.find(|row| column(check, row, "Bucket Name") == Some(bucket.name.as_str())) {
        return match row.status.as_str() {
            "ok" => Pass.into(),
            "error" => red.into(),
            _ => yellow(check, row).map_or(NotAssessed.into(), Wanted::from),
        };
    }
    let [processed, _, ignored, _] = check.summary;
    let looked = check.refreshed_at.parse::<jiff::Timestamp>();
    let is_seen = looked.is_ok_and(|looked| bucket.created_at <= looked);
    if processed > 0 && ignored == 0 && is_seen {
        Pass.into()
    } else {
        NotAssessed.into()
    }
}

/// Checks that have to be seen to pass or to fail in other organizations than the generated one, or never.
pub(crate) fn seen_elsewhere() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        // A lone account fails it.
        ("org-account-in-organization", "fail"),
        // Its page says that it never fails.
        ("ta-support-plan", "fail"),
    ])
}
