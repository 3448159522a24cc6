//! Access Grants of a region.

use super::{Answer, PAGE, answer, in_region, next_token};
use crate::protocol::Failure;
use crate::scenario::AccessGrantsInstance;
use crate::services::Call;
use crate::services::paging::page;

fn instances<'call>(call: &Call<'call>) -> Vec<&'call AccessGrantsInstance> {
    in_region(call, &call.account().services.access_grants, |each| &each.region)
}

/// The instance of the region. Codes: Amazon S3 API Reference, "Error responses", Access Grants.
fn instance<'call>(call: &Call<'call>) -> Result<&'call AccessGrantsInstance, Failure> {
    instances(call).into_iter().next().ok_or_else(|| {
        Failure::new(
            404,
            "AccessGrantsInstanceNotExistsError",
            "Access Grants Instance does not exist",
        )
    })
}

fn arn(call: &Call<'_>, rest: &str) -> String {
    call.regional_arn("s3", &format!("access-grants/default{rest}"))
}

pub(super) fn list_instances(call: &Call<'_>) -> Answer {
    let all = instances(call);
    let (entries, next) = page(call, &all, next_token(call).as_deref(), PAGE)?;
    answer("ListAccessGrantsInstancesResult", |xml| {
        xml.optional("NextToken", next.as_deref());
        xml.within("AccessGrantsInstancesList", |xml| {
            for each in entries {
                xml.within("AccessGrantsInstance", |xml| {
                    xml.text("AccessGrantsInstanceId", &each.id);
                    xml.text("AccessGrantsInstanceArn", &arn(call, ""));
                    xml.time("CreatedAt", each.created_at);
                    xml.optional("IdentityCenterArn", each.identity_center_application.as_deref());
                    xml.optional("IdentityCenterInstanceArn", each.identity_center_instance.as_deref());
                    xml.optional(
                        "IdentityCenterApplicationArn",
                        each.identity_center_application.as_deref(),
                    );
                });
            }
        });
    })
}

pub(super) fn get_policy(call: &Call<'_>) -> Answer {
    let policy = instance(call)?.policy.as_ref().ok_or_else(|| {
        Failure::new(
            404,
            "AccessGrantsInstanceResourcePolicyNotExists",
            "Access Grants Instance Resource Policy does not exist",
        )
    })?;
    answer("GetAccessGrantsInstanceResourcePolicyResult", |xml| {
        xml.text("Policy", &policy.document);
        xml.optional("Organization", policy.organization.as_deref());
        xml.time("CreatedAt", policy.created_at);
    })
}

pub(super) fn list_locations(call: &Call<'_>) -> Answer {
    let all = &instance(call)?.locations;
    let (entries, next) = page(call, all, next_token(call).as_deref(), PAGE)?;
    answer("ListAccessGrantsLocationsResult", |xml| {
        xml.optional("NextToken", next.as_deref());
        xml.within("AccessGrantsLocationsList", |xml| {
            for each in entries {
                xml.within("AccessGrantsLocation", |xml| {
                    xml.time("CreatedAt", each.created_at);
                    xml.text("AccessGrantsLocationId", &each.id);
                    xml.text("AccessGrantsLocationArn", &arn(call, &format!("/location/{}", each.id)));
                    xml.text("LocationScope", &each.scope);
                    xml.text("IAMRoleArn", &each.role_arn);
                });
            }
        });
    })
}

pub(super) fn list_grants(call: &Call<'_>) -> Answer {
    let all = &instance(call)?.grants;
    let (entries, next) = page(call, all, next_token(call).as_deref(), PAGE)?;
    answer("ListAccessGrantsResult", |xml| {
        xml.optional("NextToken", next.as_deref());
        xml.within("AccessGrantsList", |xml| {
            for each in entries {
                xml.within("AccessGrant", |xml| {
                    xml.time("CreatedAt", each.created_at);
                    xml.text("AccessGrantId", &each.id);
                    xml.text("AccessGrantArn", &arn(call, &format!("/grant/{}", each.id)));
                    xml.within("Grantee", |xml| {
                        xml.text("GranteeType", &each.grantee_type);
                        xml.text("GranteeIdentifier", &each.grantee);
                    });
                    xml.text("Permission", &each.permission);
                    xml.text("AccessGrantsLocationId", &each.location_id);
                    if let Some(prefix) = &each.sub_prefix {
                        xml.within("AccessGrantsLocationConfiguration", |xml| {
                            xml.text("S3SubPrefix", prefix);
                        });
                    }
                    xml.text("GrantScope", &each.scope);
                    xml.optional("ApplicationArn", each.application.as_deref());
                });
            }
        });
    })
}
