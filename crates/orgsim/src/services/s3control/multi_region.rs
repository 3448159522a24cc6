//! Multi-Region Access Points, which are answered for in one region.

use super::{Answer, PAGE, answer, named, next_token, segment};
use crate::protocol::Failure;
use crate::scenario::MultiRegionAccessPoint;
use crate::services::Call;
use crate::services::paging::page;
use crate::services::s3::write_public_access_block;

/// Amazon S3 User Guide, "Multi-Region Access Point restrictions and limitations".
const HOME: &str = "us-west-2";

fn all<'call>(call: &Call<'call>) -> Result<&'call [MultiRegionAccessPoint], Failure> {
    if call.region != HOME {
        return Err(Failure::new(
            301,
            "PermanentRedirect",
            "The resource you are attempting to access must be addressed using the specified endpoint.",
        )
        .with_member("Endpoint", format!("s3-control.{HOME}.amazonaws.com")));
    }
    Ok(&call.account().services.multi_region_access_points)
}

pub(super) fn list(call: &Call<'_>) -> Answer {
    let (entries, next) = page(call, all(call)?, next_token(call).as_deref(), PAGE)?;
    answer("ListMultiRegionAccessPointsResult", |xml| {
        xml.within("AccessPoints", |xml| {
            for each in entries {
                xml.within("AccessPoint", |xml| {
                    xml.text("Name", &each.name);
                    xml.text("Alias", &each.alias);
                    xml.time("CreatedAt", each.created_at);
                    xml.within("PublicAccessBlock", |xml| {
                        write_public_access_block(xml, each.public_access_block);
                    });
                    xml.text("Status", &each.status);
                    xml.within("Regions", |xml| {
                        for bucket in &each.buckets {
                            xml.within("Region", |xml| {
                                xml.text("Bucket", &bucket.bucket);
                                xml.text("Region", &bucket.region);
                                xml.text("BucketAccountId", &bucket.bucket_account);
                            });
                        }
                    });
                });
            }
        });
        xml.optional("NextToken", next.as_deref());
    })
}

fn asked<'call>(call: &Call<'call>) -> Result<&'call MultiRegionAccessPoint, Failure> {
    named(
        all(call)?.iter(),
        |each| &each.name,
        &segment(call, 2),
        "NoSuchMultiRegionAccessPoint",
    )
}

pub(super) fn get_policy(call: &Call<'_>) -> Answer {
    let each = asked(call)?;
    answer("GetMultiRegionAccessPointPolicyResult", |xml| {
        xml.within("Policy", |xml| {
            if let Some(policy) = &each.established {
                xml.within("Established", |xml| xml.text("Policy", &policy.document));
            }
            if let Some(policy) = &each.proposed {
                xml.within("Proposed", |xml| xml.text("Policy", policy));
            }
        });
    })
}

pub(super) fn get_policy_status(call: &Call<'_>) -> Answer {
    let is_public = asked(call)?.established.as_ref().is_some_and(|policy| policy.is_public);
    answer("GetMultiRegionAccessPointPolicyStatusResult", |xml| {
        xml.within("Established", |xml| xml.plain("IsPublic", is_public));
    })
}
