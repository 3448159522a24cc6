//! The rules of a region that are about S3, and what they found of each resource.

use aws_sdk_config::types;
use futures::StreamExt;
use futures::future::FutureExt;
use futures::stream;
use s3attest_gateway::{Malformed, observe};
use s3attest_model::evidence::{Evidence, Observed, Source};
use s3attest_model::services::{ConfigEvaluation, ConfigEvaluations, ConfigRule, ConfigRuleScope, ConfigRules};

use super::identifiers::is_about_s3;
use super::{Client, EVALUATIONS, RULES, ServiceRead, required};
use crate::pages::{Listed, list};
use crate::sources::bucket_list::timestamp;

/// How many rules' evaluations are read at the same time.
const RULES_AT_ONCE: usize = 8;
/// The largest page of evaluations (AWS Config API Reference, `GetComplianceDetailsByConfigRule`).
const LARGEST_PAGE: i32 = 100;
/// With this code AWS Config says that there is no such rule (AWS Config API Reference,
/// `GetComplianceDetailsByConfigRule`): it was deleted after the list was read.
const NO_RULE: [&str; 1] = ["NoSuchConfigRuleException"];

pub(super) async fn rules(client: &Client, reader: &ServiceRead<'_>) -> Evidence<ConfigRules> {
    // The filters of the list know nothing of what a rule evaluates, so the whole list is read.
    let listed = list(|token| async move {
        observe(
            RULES.operation(),
            &[],
            client.describe_config_rules().set_next_token(token).send().await,
            reader.context.now(),
            |output| {
                let found = output
                    .config_rules
                    .ok_or(Malformed("the answer holds no list of rules"))?;
                let entries = found.into_iter().map(rule).collect::<Result<_, _>>()?;
                Ok(Some(Listed {
                    entries,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    let mut rules = listed.map(|entries: Vec<Option<ConfigRule>>| ConfigRules {
        listed: entries.len(),
        about_s3: entries.into_iter().flatten().collect(),
    });
    let source = rules.source.clone();
    if let Observed::Present(rules) = &mut rules.observed {
        let about_s3 = std::mem::take(&mut rules.about_s3);
        rules.about_s3 = stream::iter(about_s3)
            .map(|rule| with_evaluations(client, reader, source.clone(), rule).boxed())
            .buffered(RULES_AT_ONCE)
            .collect()
            .await;
    }
    rules
}

/// A rule, where it is about S3. Its evaluations are still to be read.
fn rule(rule: types::ConfigRule) -> Result<Option<ConfigRule>, Malformed> {
    let source = rule.source.ok_or(Malformed("a rule does not say what it evaluates"))?;
    let identifier = source.source_identifier.filter(|identifier| !identifier.is_empty());
    let source_identifier = match identifier {
        Some(identifier) if is_about_s3(&identifier) => identifier,
        // AWS Config API Reference, `Source`: what AWS evaluates it names.
        None if source.owner == types::Owner::Aws => {
            return Err(Malformed("a rule of AWS does not name what it evaluates"));
        }
        // Rules in the Guard language have no identifier.
        Some(_) | None => return Ok(None),
    };
    let modes = rule.evaluation_modes.unwrap_or_default();
    Ok(Some(ConfigRule {
        name: required(rule.config_rule_name, "a rule has no name")?,
        arn: rule.config_rule_arn,
        id: rule.config_rule_id,
        owner: source.owner.as_str().to_owned(),
        source_identifier,
        state: rule.config_rule_state.map(|state| state.as_str().to_owned()),
        created_by: rule.created_by,
        input_parameters: rule.input_parameters,
        maximum_execution_frequency: rule
            .maximum_execution_frequency
            .map(|frequency| frequency.as_str().to_owned()),
        evaluation_modes: modes
            .into_iter()
            .filter_map(|mode| mode.mode)
            .map(|mode| mode.as_str().to_owned())
            .collect(),
        evaluation_visibility: rule
            .rule_evaluation_visibility
            .map(|visibility| visibility.as_str().to_owned()),
        scope: rule.scope.map(|scope| ConfigRuleScope {
            resource_types: scope.compliance_resource_types.unwrap_or_default(),
            resource_id: scope.compliance_resource_id,
            tag_key: scope.tag_key,
            tag_value: scope.tag_value,
            service_principals: scope.service_principals.unwrap_or_default(),
        }),
        evaluations: Evidence::not_collected(EVALUATIONS.operation()),
    }))
}

async fn with_evaluations(
    client: &Client,
    reader: &ServiceRead<'_>,
    listed: Source,
    mut rule: ConfigRule,
) -> ConfigRule {
    rule.evaluations = if rule.evaluation_visibility.as_deref() == Some("INTERNAL") {
        // The list itself has answered.
        Evidence::present(ConfigEvaluations::KeptByItsService, listed)
    } else {
        evaluations(client, reader, &rule.name)
            .await
            .map(ConfigEvaluations::Told)
    };
    rule
}

async fn evaluations(client: &Client, reader: &ServiceRead<'_>, rule: &str) -> Evidence<Vec<ConfigEvaluation>> {
    list(|token| async move {
        let answer = client
            .get_compliance_details_by_config_rule()
            .config_rule_name(rule)
            .limit(LARGEST_PAGE)
            .set_next_token(token)
            .send()
            .await;
        observe(
            EVALUATIONS.operation(),
            &NO_RULE,
            answer,
            reader.context.now(),
            |output| {
                let found = output
                    .evaluation_results
                    .ok_or(Malformed("the answer holds no list of evaluations"))?;
                let entries = found.into_iter().map(evaluation).collect::<Result<_, _>>()?;
                Ok(Some(Listed {
                    entries,
                    next: output.next_token,
                }))
            },
        )
    })
    .await
}

fn evaluation(found: types::EvaluationResult) -> Result<ConfigEvaluation, Malformed> {
    let qualifier = found
        .evaluation_result_identifier
        .and_then(|identifier| identifier.evaluation_result_qualifier)
        .ok_or(Malformed("an evaluation does not say of what it is"))?;
    Ok(ConfigEvaluation {
        resource_type: required(
            qualifier.resource_type,
            "an evaluation does not name the resource's type",
        )?,
        resource_id: required(qualifier.resource_id, "an evaluation does not name the resource")?,
        compliance: required(
            found.compliance_type.map(|compliance| compliance.as_str().to_owned()),
            "an evaluation does not say what was found",
        )?,
        evaluation_mode: qualifier.evaluation_mode.map(|mode| mode.as_str().to_owned()),
        recorded_at: found.result_recorded_time.as_ref().and_then(timestamp),
        invoked_at: found.config_rule_invoked_time.as_ref().and_then(timestamp),
        annotation: found.annotation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(owner: types::Owner, identifier: Option<&str>) -> Result<Option<ConfigRule>, Malformed> {
        let source = types::Source::builder().owner(owner);
        let source = source.set_source_identifier(identifier.map(str::to_owned)).build();
        rule(
            types::ConfigRule::builder()
                .config_rule_name("r")
                .source(source.expect("a source"))
                .build(),
        )
    }

    #[test]
    fn a_rule_of_aws_names_what_it_evaluates() {
        use types::Owner::{Aws, CustomLambda, CustomPolicy};
        let kept = read(Aws, Some("S3_BUCKET_LOGGING_ENABLED")).expect("a whole rule");
        assert!(kept.is_some());
        assert_eq!(read(Aws, Some("ROOT_ACCOUNT_MFA_ENABLED")), Ok(None));
        assert!(read(Aws, None).is_err() && read(Aws, Some("")).is_err());
        assert_eq!(read(CustomPolicy, None), Ok(None));
        assert_eq!(
            read(CustomLambda, Some("arn:aws:lambda:eu-west-1:1:function:f")),
            Ok(None)
        );
    }
}
