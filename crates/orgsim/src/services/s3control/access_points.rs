//! Access points of a region.

use super::{Answer, PAGE, answer, in_region, named, next_token, policy_answer, segment, status_answer};
use crate::scenario::AccessPoint;
use crate::services::Call;
use crate::services::paging::page;
use crate::services::s3::write_public_access_block;

/// Only access points on buckets unless all are asked for (Amazon S3 API Reference, `ListAccessPoints`).
pub(super) fn list(call: &Call<'_>) -> Answer {
    let wants_all = call.parameter("dataSourceType").as_deref() == Some("ALL");
    let mut all = in_region(call, &call.account().services.access_points, |each| &each.region);
    all.retain(|each| wants_all || each.bucket.is_some());
    let (entries, next) = page(call, &all, next_token(call).as_deref(), PAGE)?;
    answer("ListAccessPointsResult", |xml| {
        xml.within("AccessPointList", |xml| {
            for each in entries {
                xml.within("AccessPoint", |xml| {
                    xml.text("Name", &each.name);
                    xml.text("NetworkOrigin", network_origin(each));
                    if let Some(vpc) = &each.vpc {
                        xml.within("VpcConfiguration", |xml| xml.text("VpcId", vpc));
                    }
                    xml.text("Bucket", each.bucket.as_deref().unwrap_or_default());
                    xml.text("AccessPointArn", &arn(call, each));
                    xml.text("Alias", &each.alias);
                    xml.optional("BucketAccountId", each.bucket_account.as_deref());
                    xml.optional("DataSourceId", each.data_source_id.as_deref());
                    xml.optional("DataSourceType", each.data_source_type.as_deref());
                });
            }
        });
        xml.optional("NextToken", next.as_deref());
    })
}

fn network_origin(access_point: &AccessPoint) -> &'static str {
    if access_point.vpc.is_some() { "VPC" } else { "Internet" }
}

fn arn(call: &Call<'_>, access_point: &AccessPoint) -> String {
    call.regional_arn("s3", &format!("accesspoint/{}", access_point.name))
}

fn asked<'call>(call: &Call<'call>) -> Result<&'call AccessPoint, crate::protocol::Failure> {
    let all = in_region(call, &call.account().services.access_points, |each| &each.region);
    named(
        all.into_iter(),
        |each| &each.name,
        &segment(call, 1),
        "NoSuchAccessPoint",
    )
}

pub(super) fn get(call: &Call<'_>) -> Answer {
    let each = asked(call)?;
    answer("GetAccessPointResult", |xml| {
        xml.text("Name", &each.name);
        xml.optional("Bucket", each.bucket.as_deref());
        xml.text("NetworkOrigin", network_origin(each));
        if let Some(vpc) = &each.vpc {
            xml.within("VpcConfiguration", |xml| xml.text("VpcId", vpc));
        }
        xml.within("PublicAccessBlockConfiguration", |xml| {
            write_public_access_block(xml, each.public_access_block);
        });
        xml.time("CreationDate", each.created_at);
        xml.text("Alias", &each.alias);
        xml.text("AccessPointArn", &arn(call, each));
        xml.within("Endpoints", |xml| {
            for (kind, host) in &each.endpoints {
                xml.within("entry", |xml| {
                    xml.text("key", kind);
                    xml.text("value", host);
                });
            }
        });
        xml.optional("BucketAccountId", each.bucket_account.as_deref());
        xml.optional("DataSourceId", each.data_source_id.as_deref());
        xml.optional("DataSourceType", each.data_source_type.as_deref());
    })
}

pub(super) fn get_policy(call: &Call<'_>) -> Answer {
    policy_answer("GetAccessPointPolicyResult", asked(call)?.policy.as_ref())
}

pub(super) fn get_policy_status(call: &Call<'_>) -> Answer {
    status_answer("GetAccessPointPolicyStatusResult", asked(call)?.policy.as_ref())
}
