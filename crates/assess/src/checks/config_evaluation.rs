//! What AWS Config's own rules say of a bucket, for the five checks that ask for one rule each.
//!
//! A rule is recognised by the identifier of what it evaluates and never by its name. Rules here are rules of AWS Config.

use s3attest_model::check::Severity;
use s3attest_model::evidence::{Gap, GapCause};
use s3attest_model::identifiers::RegionName;
use s3attest_model::services::{Config, ConfigEvaluation, ConfigEvaluations, ConfigRule};

use crate::judgement::Judgement;
use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// What one rule says of the bucket.
enum Said<'a> {
    /// This, in AWS Config's words.
    Evaluation(&'a ConfigEvaluation),
    /// It has no evaluation of the bucket.
    Nothing,
    /// It tells its evaluations to the service that made it and to nobody else, or has evaluated nothing yet.
    Kept(Unknown<'a>),
}

/// What the managed rules that evaluate one thing say of the bucket together.
pub(super) enum Heard<'a> {
    /// No rule evaluates it.
    NoRule {
        /// Whether there are such rules, and they are being deleted.
        is_being_deleted: bool,
    },
    /// A rule finds the bucket compliant, or not.
    Found {
        /// The rule.
        rule: &'a ConfigRule,
        /// What it says.
        evaluation: &'a ConfigEvaluation,
        /// Whether it finds the bucket compliant.
        is_compliant: bool,
    },
    /// The rule says that it does not apply to the bucket.
    Excused(&'a ConfigRule),
    /// The rules have no evaluation of the bucket; their names.
    Nothing(Vec<&'a str>),
    /// It tells its evaluations to the service that made it, and to nobody else.
    Kept(Unknown<'a>),
}

/// What the managed rules of an identifier that are in force say of the bucket, with its region.
pub(super) fn of_bucket<'a>(
    identifier: &str,
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
) -> Result<(&'a RegionName, Heard<'a>), Unknown<'a>> {
    let Some(region) = trail.read(&view.bucket.region)? else {
        return Err(Unknown::not_understood("the bucket has no region"));
    };
    let config = view.services.in_region::<Config>(region)?;
    let rules = trail.read(&config.rules)?.map_or(&[][..], |rules| &rules.about_s3);
    let named: Vec<&ConfigRule> = rules
        .iter()
        .filter(|rule| rule.owner == "AWS" && rule.source_identifier == identifier)
        .collect();
    let in_force: Vec<&ConfigRule> = named.iter().copied().filter(|rule| is_in_force(rule)).collect();
    if in_force.is_empty() {
        let is_being_deleted = !named.is_empty();
        return Ok((region, Heard::NoRule { is_being_deleted }));
    }
    Ok((region, heard(in_force, view, trail)?))
}

fn heard<'a>(
    in_force: Vec<&'a ConfigRule>,
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
) -> Result<Heard<'a>, Unknown<'a>> {
    let mut silent = Vec::new();
    let mut excused = None;
    let mut passed = None;
    let mut unknown = None;
    let mut kept = None;
    for rule in in_force {
        let found = |evaluation, is_compliant| Heard::Found {
            rule,
            evaluation,
            is_compliant,
        };
        match said_of(rule, view, trail) {
            Ok(Said::Nothing) => silent.push(rule.name.as_str()),
            Ok(Said::Kept(why)) => kept = kept.or(Some(why)),
            Ok(Said::Evaluation(evaluation)) => match evaluation.compliance.as_str() {
                "NON_COMPLIANT" => return Ok(found(evaluation, false)),
                "COMPLIANT" => passed = passed.or_else(|| Some(found(evaluation, true))),
                "NOT_APPLICABLE" => excused = excused.or(Some(rule)),
                other => {
                    let detail = format!("the rule {} of AWS Config says {other} of the bucket", rule.name);
                    unknown = unknown.or(Some(Unknown::not_understood(detail)));
                }
            },
            Err(gap) => unknown = unknown.or(Some(gap)),
        }
    }
    // One rule that finds the bucket not compliant would decide, so nothing is said before all of those are known that can
    // be. What a rule tells to nobody is unknown for ever, and only counts where no other rule says anything.
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    Ok(match (passed, kept, excused) {
        (Some(passed), ..) => passed,
        (None, Some(kept), _) => Heard::Kept(kept),
        (None, None, Some(rule)) => Heard::Excused(rule),
        (None, None, None) => Heard::Nothing(silent),
    })
}

/// Whether a managed rule that is in force finds the bucket compliant.
pub(super) fn judge_by<'a>(
    identifier: &str,
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
) -> Result<Judgement, Unknown<'a>> {
    let (region, heard) = of_bucket(identifier, view, trail)?;
    Ok(match heard {
        Heard::NoRule { is_being_deleted } => Judgement::fail_as(
            Severity::Low,
            if is_being_deleted {
                format!("The rules of AWS Config in {region} that evaluate {identifier} are being deleted.")
            } else {
                format!("No rule of AWS Config in {region} evaluates {identifier}.")
            },
        ),
        Heard::Found {
            rule,
            evaluation,
            is_compliant,
        } => {
            let (name, since) = (&rule.name, since(evaluation));
            if is_compliant {
                Judgement::pass(format!(
                    "The rule {name} of AWS Config in {region} finds the bucket COMPLIANT{since}."
                ))
            } else {
                Judgement::fail(format!(
                    "The rule {name} of AWS Config in {region} finds the bucket NON_COMPLIANT{since}."
                ))
            }
        }
        Heard::Kept(why) => return Err(why),
        Heard::Excused(rule) => Judgement::not_applicable(format!(
            "The rule {} of AWS Config in {region} says NOT_APPLICABLE of the bucket.",
            rule.name
        )),
        Heard::Nothing(silent) => Judgement::fail_as(
            Severity::Low,
            format!(
                "AWS Config in {region} evaluates {identifier} by {}, which has no evaluation of the bucket.",
                silent.join(", ")
            ),
        ),
    })
}

/// Whether a rule evaluates resources: one that is just doing so is as much in force as one that waits.
fn is_in_force(rule: &ConfigRule) -> bool {
    matches!(rule.state.as_deref(), Some("ACTIVE" | "EVALUATING"))
}

fn said_of<'a>(rule: &'a ConfigRule, view: &BucketView<'a>, trail: &mut Trail<'a>) -> Result<Said<'a>, Unknown<'a>> {
    let subject = rule.arn.clone().unwrap_or_else(|| rule.name.clone());
    match trail.read_of(subject, &rule.evaluations)? {
        // A rule that has not evaluated anything yet says nothing of anything (AWS Config User Guide: `INSUFFICIENT_DATA`).
        Some(ConfigEvaluations::Told(evaluations)) if evaluations.is_empty() => {
            let detail = format!("the rule {} of AWS Config has no evaluation of anything yet", rule.name);
            Ok(Said::Kept(Unknown::not_understood(detail)))
        }
        Some(ConfigEvaluations::Told(evaluations)) => {
            let name = view.bucket.name.as_str();
            let of_bucket = evaluations.iter().find(|each| {
                each.resource_type == "AWS::S3::Bucket"
                    && each.resource_id == name
                    && each.evaluation_mode.as_deref() != Some("PROACTIVE")
            });
            Ok(of_bucket.map_or(Said::Nothing, Said::Evaluation))
        }
        Some(ConfigEvaluations::KeptByItsService) => {
            let owner = rule.created_by.as_deref().unwrap_or("the service that made it");
            let detail = format!(
                "the rule {} of AWS Config tells its evaluations to {owner} only",
                rule.name
            );
            Ok(Said::Kept(Unknown::because(Gap::new(GapCause::OutsideScan, detail))))
        }
        None => Err(Unknown::not_understood(format!(
            "the rule {} of AWS Config was deleted while it was asked",
            rule.name
        ))),
    }
}

fn since(evaluation: &ConfigEvaluation) -> String {
    evaluation
        .recorded_at
        .map_or_else(String::new, |time| format!(" (recorded {time})"))
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::evidence::Evidence;
    use s3attest_model::finding::Verdict;
    use s3attest_model::services::ConfigRules;

    use super::*;
    use crate::check::Check;
    use crate::checks::config_recorder::tests::nothing;
    use crate::checks::scene::{Scene, denied, expect, source};

    fn rule(identifier: &str, evaluations: Evidence<ConfigEvaluations>) -> ConfigRule {
        ConfigRule {
            name: "team-check".to_owned(),
            arn: None,
            id: None,
            owner: "AWS".to_owned(),
            source_identifier: identifier.to_owned(),
            state: Some("ACTIVE".to_owned()),
            created_by: None,
            input_parameters: None,
            maximum_execution_frequency: None,
            evaluation_modes: vec!["DETECTIVE".to_owned()],
            evaluation_visibility: None,
            scope: None,
            evaluations,
        }
    }

    fn evaluation(bucket: &str, compliance: &str, mode: &str) -> ConfigEvaluation {
        ConfigEvaluation {
            resource_type: "AWS::S3::Bucket".to_owned(),
            resource_id: bucket.to_owned(),
            compliance: compliance.to_owned(),
            evaluation_mode: Some(mode.to_owned()),
            recorded_at: None,
            invoked_at: None,
            annotation: None,
        }
    }

    fn told(evaluations: Vec<ConfigEvaluation>) -> Evidence<ConfigEvaluations> {
        Evidence::present(
            ConfigEvaluations::Told(evaluations),
            source("config.GetComplianceDetailsByConfigRule"),
        )
    }

    fn finding(compliance: &str) -> Evidence<ConfigEvaluations> {
        told(vec![evaluation("subject", compliance, "DETECTIVE")])
    }

    /// What AWS Config says where rules of these identifiers find the scene's bucket this.
    pub(in crate::checks) fn saying(rules: &[(&str, &str)]) -> Config {
        let about_s3: Vec<ConfigRule> = rules
            .iter()
            .map(|(identifier, compliance)| rule(identifier, finding(compliance)))
            .collect();
        let listed = about_s3.len();
        Config {
            rules: Evidence::present(ConfigRules { listed, about_s3 }, source("config.DescribeConfigRules")),
            ..nothing()
        }
    }

    fn with_rules(about_s3: Vec<ConfigRule>) -> Scene {
        Scene::with(|scene| {
            let listed = about_s3.len();
            scene.say(Config {
                rules: Evidence::present(ConfigRules { listed, about_s3 }, source("config.DescribeConfigRules")),
                ..nothing()
            });
        })
    }

    /// The table of a check that asks for one rule.
    pub(in crate::checks) fn table(check: &Check, identifier: &'static str) {
        let of = |evaluations| rule(identifier, evaluations);
        let one = |evaluations| with_rules(vec![of(evaluations)]);
        let deleting = ConfigRule {
            state: Some("DELETING".to_owned()),
            ..of(finding("COMPLIANT"))
        };
        let custom = ConfigRule {
            owner: "CUSTOM_LAMBDA".to_owned(),
            ..of(finding("COMPLIANT"))
        };
        let cases = vec![
            (
                "compliant",
                one(finding("COMPLIANT")),
                Verdict::Pass,
                "team-check of AWS Config",
            ),
            (
                "not compliant",
                one(finding("NON_COMPLIANT")),
                Verdict::Fail,
                "NON_COMPLIANT",
            ),
            (
                "not compliant by one of two",
                with_rules(vec![of(finding("COMPLIANT")), of(finding("NON_COMPLIANT"))]),
                Verdict::Fail,
                "NON_COMPLIANT",
            ),
            (
                "not applicable",
                one(finding("NOT_APPLICABLE")),
                Verdict::NotApplicable,
                "NOT_APPLICABLE",
            ),
            (
                "not enough data",
                one(finding("INSUFFICIENT_DATA")),
                Verdict::NotAssessed,
                "INSUFFICIENT_DATA",
            ),
            ("no rule", with_rules(vec![]), Verdict::Fail, identifier),
            (
                "another rule",
                with_rules(vec![rule("S3_SOMETHING_ELSE", finding("COMPLIANT"))]),
                Verdict::Fail,
                identifier,
            ),
            (
                "the account's own code",
                with_rules(vec![custom]),
                Verdict::Fail,
                identifier,
            ),
            (
                "being deleted",
                with_rules(vec![deleting]),
                Verdict::Fail,
                "being deleted",
            ),
            (
                "another bucket alone",
                one(told(vec![evaluation("other", "COMPLIANT", "DETECTIVE")])),
                Verdict::Fail,
                "no evaluation of the bucket",
            ),
            (
                "before it was made",
                one(told(vec![evaluation("subject", "COMPLIANT", "PROACTIVE")])),
                Verdict::Fail,
                "no evaluation of the bucket",
            ),
        ];
        expect(check, cases);
        assert_eq!(with_rules(vec![]).judge(check).severity, Severity::Low, "no rule");
        assert_eq!(one(finding("NON_COMPLIANT")).judge(check).severity, check.severity);
        gaps(check, identifier);
    }

    fn gaps(check: &Check, identifier: &str) {
        let of = |evaluations| rule(identifier, evaluations);
        let one = |evaluations| with_rules(vec![of(evaluations)]);
        let refused = || Evidence::gap(denied(), source("config.GetComplianceDetailsByConfigRule"));
        let kept = || {
            Evidence::present(
                ConfigEvaluations::KeptByItsService,
                source("config.DescribeConfigRules"),
            )
        };
        let cases = vec![
            (
                "kept by its service",
                one(kept()),
                Verdict::NotAssessed,
                "tells its evaluations to",
            ),
            (
                "kept by one, and compliant by another",
                with_rules(vec![of(kept()), of(finding("COMPLIANT"))]),
                Verdict::Pass,
                "finds the bucket COMPLIANT",
            ),
            (
                "kept by one, and silence of another",
                with_rules(vec![
                    of(kept()),
                    of(told(vec![evaluation("other", "COMPLIANT", "DETECTIVE")])),
                ]),
                Verdict::NotAssessed,
                "tells its evaluations to",
            ),
            (
                "nothing was evaluated yet",
                one(told(vec![])),
                Verdict::NotAssessed,
                "no evaluation of anything yet",
            ),
            (
                "evaluations refused",
                one(refused()),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "compliant by one, and the other refused",
                with_rules(vec![of(finding("COMPLIANT")), of(refused())]),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "not compliant by one, and the other refused",
                with_rules(vec![of(refused()), of(finding("NON_COMPLIANT"))]),
                Verdict::Fail,
                "NON_COMPLIANT",
            ),
            (
                "rules refused",
                Scene::with(|scene| {
                    scene.say(Config {
                        rules: Evidence::gap(denied(), source("config.DescribeConfigRules")),
                        ..nothing()
                    });
                }),
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "region not known",
                {
                    let mut scene = one(finding("COMPLIANT"));
                    scene.bucket.region = Evidence::gap(denied(), source("s3.ListBuckets"));
                    scene
                },
                Verdict::NotAssessed,
                "access was denied",
            ),
            (
                "not read",
                Scene::new(),
                Verdict::NotAssessed,
                "no reading of AWS Config",
            ),
        ];
        expect(check, cases);
    }
}
