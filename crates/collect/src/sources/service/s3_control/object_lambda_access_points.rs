//! S3 Object Lambda access points of a region.

use aws_sdk_s3control::Client;
use aws_sdk_s3control::types;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::bucket::{PolicyDocument, PolicyStatus};
use s3attest_model::evidence::Evidence;
use s3attest_model::services::{
    ObjectLambdaAccessPoint, ObjectLambdaAccessPoints, ObjectLambdaConfiguration, ObjectLambdaSettings,
    ObjectLambdaTransformation,
};

use super::super::ServiceRead;
use super::{NO_POLICY, block, control_read, entries, judged, moment, policy, policy_status, required};
use crate::pages::{Listed, detailed, list};

const EACH: Times = Times::seldom("only where there are Object Lambda access points");
const LIST: AllowedOperation = control_read(
    "ListAccessPointsForObjectLambda",
    "s3control.ListAccessPointsForObjectLambda",
    &["s3:ListAccessPointsForObjectLambda"],
    Times::about(1, Unit::Region, "one page"),
);
const CONFIGURATION: AllowedOperation = control_read(
    "GetAccessPointConfigurationForObjectLambda",
    "s3control.GetAccessPointConfigurationForObjectLambda",
    &["s3:GetAccessPointConfigurationForObjectLambda"],
    EACH,
);
const SETTINGS: AllowedOperation = control_read(
    "GetAccessPointForObjectLambda",
    "s3control.GetAccessPointForObjectLambda",
    &["s3:GetAccessPointForObjectLambda"],
    EACH,
);
const POLICY: AllowedOperation = control_read(
    "GetAccessPointPolicyForObjectLambda",
    "s3control.GetAccessPointPolicyForObjectLambda",
    &["s3:GetAccessPointPolicyForObjectLambda"],
    EACH,
);
const STATUS: AllowedOperation = control_read(
    "GetAccessPointPolicyStatusForObjectLambda",
    "s3control.GetAccessPointPolicyStatusForObjectLambda",
    &["s3:GetAccessPointPolicyStatusForObjectLambda"],
    EACH,
);

pub(crate) const OPERATIONS: &[AllowedOperation] = &[LIST, CONFIGURATION, SETTINGS, POLICY, STATUS];

pub(crate) async fn read(reader: &ServiceRead<'_>) -> ObjectLambdaAccessPoints {
    let client = &reader.session.s3_control(reader.region);
    let account = reader.session.account().as_str();
    let listed = list(|token| async move {
        let request = client
            .list_access_points_for_object_lambda()
            .account_id(account)
            .set_next_token(token);
        observe(
            LIST.operation(),
            &[],
            request.send().await,
            reader.context.now(),
            |output| {
                let entries = entries(output.object_lambda_access_point_list);
                for each in &entries {
                    required(&each.name, "an access point has no name")?;
                }
                Ok(Some(Listed {
                    entries,
                    next: output.next_token,
                }))
            },
        )
    })
    .await;
    ObjectLambdaAccessPoints {
        access_points: detailed(listed, |told| finish(reader, client, account, told)).await,
    }
}

async fn finish(
    reader: &ServiceRead<'_>,
    client: &Client,
    account: &str,
    told: types::ObjectLambdaAccessPoint,
) -> ObjectLambdaAccessPoint {
    let name = told.name.as_str();
    let (configuration, settings, (policy, policy_status)) = futures::join!(
        configuration(reader, client, account, name),
        settings(reader, client, account, name),
        policies(reader, client, account, name)
    );
    let alias = told.alias;
    ObjectLambdaAccessPoint {
        alias_status: alias
            .as_ref()
            .and_then(|alias| Some(alias.status()?.as_str().to_owned())),
        alias: alias.and_then(|alias| alias.value),
        name: told.name,
        arn: told.object_lambda_access_point_arn,
        configuration,
        settings,
        policy,
        policy_status,
    }
}

async fn configuration(
    reader: &ServiceRead<'_>,
    client: &Client,
    account: &str,
    name: &str,
) -> Evidence<ObjectLambdaConfiguration> {
    let request = client
        .get_access_point_configuration_for_object_lambda()
        .account_id(account)
        .name(name);
    observe(
        CONFIGURATION.operation(),
        &[],
        request.send().await,
        reader.context.now(),
        |output| {
            let told = output
                .configuration
                .ok_or(Malformed("the answer holds no configuration"))?;
            let features = told.allowed_features.unwrap_or_default();
            let transformations = told.transformation_configurations.into_iter().map(|each| {
                let function = each.content_transformation.as_ref();
                ObjectLambdaTransformation {
                    actions: each.actions.iter().map(|action| action.as_str().to_owned()).collect(),
                    function_arn: function
                        .and_then(|content| content.as_aws_lambda().ok())
                        .map(|lambda| lambda.function_arn.clone()),
                }
            });
            Ok(Some(ObjectLambdaConfiguration {
                supporting_access_point: required(
                    &told.supporting_access_point,
                    "the configuration names no access point",
                )?,
                cloudwatch_metrics_enabled: Some(told.cloud_watch_metrics_enabled),
                allowed_features: features.iter().map(|feature| feature.as_str().to_owned()).collect(),
                transformations: transformations.collect(),
            }))
        },
    )
}

async fn settings(
    reader: &ServiceRead<'_>,
    client: &Client,
    account: &str,
    name: &str,
) -> Evidence<ObjectLambdaSettings> {
    let request = client
        .get_access_point_for_object_lambda()
        .account_id(account)
        .name(name);
    observe(
        SETTINGS.operation(),
        &[],
        request.send().await,
        reader.context.now(),
        |output| {
            Ok(Some(ObjectLambdaSettings {
                public_access_block: block(output.public_access_block_configuration())?,
                created_at: moment(output.creation_date()),
            }))
        },
    )
}

async fn policies(
    reader: &ServiceRead<'_>,
    client: &Client,
    account: &str,
    name: &str,
) -> (Evidence<PolicyDocument>, Evidence<PolicyStatus>) {
    let request = client
        .get_access_point_policy_for_object_lambda()
        .account_id(account)
        .name(name);
    let document = observe(
        POLICY.operation(),
        &NO_POLICY,
        request.send().await,
        reader.context.now(),
        |output| policy(output.policy),
    );
    let status = judged(&document, async {
        let request = client
            .get_access_point_policy_status_for_object_lambda()
            .account_id(account)
            .name(name);
        observe(
            STATUS.operation(),
            &NO_POLICY,
            request.send().await,
            reader.context.now(),
            |output| policy_status(output.policy_status()),
        )
    })
    .await;
    (document, status)
}
