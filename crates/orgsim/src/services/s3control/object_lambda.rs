//! Object Lambda access points of a region.

use super::{Answer, PAGE, answer, in_region, named, next_token, policy_answer, segment, status_answer};
use crate::protocol::xml::Xml;
use crate::scenario::ObjectLambdaAccessPoint;
use crate::services::Call;
use crate::services::paging::page;
use crate::services::s3::write_public_access_block;

pub(super) fn list(call: &Call<'_>) -> Answer {
    let all = in_region(call, &call.account().services.object_lambda_access_points, |each| {
        &each.region
    });
    let (entries, next) = page(call, &all, next_token(call).as_deref(), PAGE)?;
    answer("ListAccessPointsForObjectLambdaResult", |xml| {
        xml.within("ObjectLambdaAccessPointList", |xml| {
            for each in entries {
                xml.within("ObjectLambdaAccessPoint", |xml| {
                    xml.text("Name", &each.name);
                    let arn = call.regional_arn("s3-object-lambda", &format!("accesspoint/{}", each.name));
                    xml.text("ObjectLambdaAccessPointArn", &arn);
                    write_alias(xml, each);
                });
            }
        });
        xml.optional("NextToken", next.as_deref());
    })
}

fn write_alias(xml: &mut Xml, access_point: &ObjectLambdaAccessPoint) {
    xml.within("Alias", |xml| {
        xml.text("Value", &access_point.alias);
        xml.text("Status", &access_point.alias_status);
    });
}

fn asked<'call>(call: &Call<'call>) -> Result<&'call ObjectLambdaAccessPoint, crate::protocol::Failure> {
    let all = in_region(call, &call.account().services.object_lambda_access_points, |each| {
        &each.region
    });
    named(
        all.into_iter(),
        |each| &each.name,
        &segment(call, 1),
        "NoSuchAccessPoint",
    )
}

pub(super) fn get(call: &Call<'_>) -> Answer {
    let each = asked(call)?;
    answer("GetAccessPointForObjectLambdaResult", |xml| {
        xml.text("Name", &each.name);
        xml.within("PublicAccessBlockConfiguration", |xml| {
            write_public_access_block(xml, each.public_access_block);
        });
        xml.time("CreationDate", each.created_at);
        write_alias(xml, each);
    })
}

pub(super) fn get_configuration(call: &Call<'_>) -> Answer {
    let each = asked(call)?;
    answer("GetAccessPointConfigurationForObjectLambdaResult", |xml| {
        xml.within("Configuration", |xml| {
            xml.text("SupportingAccessPoint", &each.supporting_access_point);
            xml.plain("CloudWatchMetricsEnabled", each.cloudwatch_metrics_enabled);
            xml.within("AllowedFeatures", |xml| {
                for feature in &each.allowed_features {
                    xml.text("AllowedFeature", feature);
                }
            });
            xml.within("TransformationConfigurations", |xml| {
                for transformation in &each.transformations {
                    xml.within("TransformationConfiguration", |xml| {
                        xml.within("Actions", |xml| {
                            for action in &transformation.actions {
                                xml.text("Action", action);
                            }
                        });
                        xml.within("ContentTransformation", |xml| {
                            xml.within("AwsLambda", |xml| {
                                xml.text("FunctionArn", &transformation.function_arn);
                            });
                        });
                    });
                }
            });
        });
    })
}

pub(super) fn get_policy(call: &Call<'_>) -> Answer {
    policy_answer(
        "GetAccessPointPolicyForObjectLambdaResult",
        asked(call)?.policy.as_ref(),
    )
}

pub(super) fn get_policy_status(call: &Call<'_>) -> Answer {
    status_answer(
        "GetAccessPointPolicyStatusForObjectLambdaResult",
        asked(call)?.policy.as_ref(),
    )
}
