//! S3 Access Grants of a region.

use aws_sdk_s3control::Client;
use aws_sdk_s3control::types;
use s3attest_gateway::{AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::evidence::{Evidence, Observed};
use s3attest_model::services::{
    AccessGrant, AccessGrants, AccessGrantsInstance, AccessGrantsLocation, AccessGrantsPolicy,
};

use super::super::ServiceRead;
use super::{control_read, entries, moment, policy, required};
use crate::pages::{Listed, list};

const EACH: Times = Times::seldom("only where there is an Access Grants instance");
const INSTANCES: AllowedOperation = control_read(
    "ListAccessGrantsInstances",
    "s3control.ListAccessGrantsInstances",
    &["s3:ListAccessGrantsInstances"],
    Times::about(1, Unit::Region, "one page"),
);
const POLICY: AllowedOperation = control_read(
    "GetAccessGrantsInstanceResourcePolicy",
    "s3control.GetAccessGrantsInstanceResourcePolicy",
    &["s3:GetAccessGrantsInstanceResourcePolicy"],
    EACH,
);
const LOCATIONS: AllowedOperation = control_read(
    "ListAccessGrantsLocations",
    "s3control.ListAccessGrantsLocations",
    &["s3:ListAccessGrantsLocations"],
    EACH,
);
const GRANTS: AllowedOperation = control_read(
    "ListAccessGrants",
    "s3control.ListAccessGrants",
    &["s3:ListAccessGrants"],
    EACH,
);

pub(crate) const OPERATIONS: &[AllowedOperation] = &[INSTANCES, POLICY, LOCATIONS, GRANTS];

/// With these codes S3 Control says that there is no policy, or no instance that could have one (Amazon S3 API Reference,
/// "Error responses", Access Grants).
const NO_POLICY: [&str; 2] = [
    "AccessGrantsInstanceResourcePolicyNotExists",
    "AccessGrantsInstanceNotExistsError",
];
const NO_INSTANCE: [&str; 1] = ["AccessGrantsInstanceNotExistsError"];

pub(crate) async fn read(reader: &ServiceRead<'_>) -> AccessGrants {
    let client = &reader.session.s3_control(reader.region);
    let account = reader.session.account().as_str();
    let instances = instances(reader, client, account).await;
    // An empty list says that there is nothing to ask about. A list that could not be read says nothing.
    if matches!(&instances.observed, Observed::Present(listed) if listed.is_empty()) {
        let source = &instances.source;
        return AccessGrants {
            policy: Evidence::absent(source.clone()),
            locations: Evidence::absent(source.clone()),
            grants: Evidence::absent(source.clone()),
            instances,
        };
    }
    let (policy, locations, grants) = futures::join!(
        resource_policy(reader, client, account),
        locations(reader, client, account),
        grants(reader, client, account)
    );
    AccessGrants {
        instances,
        policy,
        locations,
        grants,
    }
}

async fn instances(reader: &ServiceRead<'_>, client: &Client, account: &str) -> Evidence<Vec<AccessGrantsInstance>> {
    list(|token| async move {
        let request = client
            .list_access_grants_instances()
            .account_id(account)
            .set_next_token(token);
        observe(
            INSTANCES.operation(),
            &[],
            request.send().await,
            reader.context.now(),
            |output| {
                let entries = entries(output.access_grants_instances_list).into_iter();
                let entries = entries.map(|told| {
                    Ok(AccessGrantsInstance {
                        arn: required(
                            told.access_grants_instance_arn.as_deref().unwrap_or_default(),
                            "an instance has no ARN",
                        )?,
                        created_at: moment(told.created_at.as_ref()),
                        id: told.access_grants_instance_id,
                        identity_center_instance: told.identity_center_instance_arn,
                        identity_center_application: told.identity_center_application_arn,
                    })
                });
                Ok(Some(Listed {
                    entries: entries.collect::<Result<_, Malformed>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await
}

async fn resource_policy(reader: &ServiceRead<'_>, client: &Client, account: &str) -> Evidence<AccessGrantsPolicy> {
    let request = client.get_access_grants_instance_resource_policy().account_id(account);
    observe(
        POLICY.operation(),
        &NO_POLICY,
        request.send().await,
        reader.context.now(),
        |output| {
            let created_at = moment(output.created_at());
            Ok(policy(output.policy)?.map(|document| AccessGrantsPolicy {
                document,
                organization: output.organization,
                created_at,
            }))
        },
    )
}

async fn locations(reader: &ServiceRead<'_>, client: &Client, account: &str) -> Evidence<Vec<AccessGrantsLocation>> {
    list(|token| async move {
        let request = client
            .list_access_grants_locations()
            .account_id(account)
            .set_next_token(token);
        observe(
            LOCATIONS.operation(),
            &NO_INSTANCE,
            request.send().await,
            reader.context.now(),
            |output| {
                let entries = entries(output.access_grants_locations_list).into_iter();
                let entries = entries.map(|told| {
                    Ok(AccessGrantsLocation {
                        id: required(
                            told.access_grants_location_id.as_deref().unwrap_or_default(),
                            "a location has no id",
                        )?,
                        scope: required(
                            told.location_scope.as_deref().unwrap_or_default(),
                            "a location does not say what it is",
                        )?,
                        created_at: moment(told.created_at.as_ref()),
                        arn: told.access_grants_location_arn,
                        role_arn: told.iam_role_arn,
                    })
                });
                Ok(Some(Listed {
                    entries: entries.collect::<Result<_, Malformed>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await
}

async fn grants(reader: &ServiceRead<'_>, client: &Client, account: &str) -> Evidence<Vec<AccessGrant>> {
    list(|token| async move {
        let request = client.list_access_grants().account_id(account).set_next_token(token);
        observe(
            GRANTS.operation(),
            &NO_INSTANCE,
            request.send().await,
            reader.context.now(),
            |output| {
                let entries = entries(output.access_grants_list).into_iter();
                Ok(Some(Listed {
                    entries: entries.map(grant).collect::<Result<_, _>>()?,
                    next: output.next_token,
                }))
            },
        )
    })
    .await
}

fn grant(told: types::ListAccessGrantEntry) -> Result<AccessGrant, Malformed> {
    let grantee = told.grantee.ok_or(Malformed("a grant names no grantee"))?;
    let kind = grantee.grantee_type.as_ref().map(types::GranteeType::as_str);
    let permission = told.permission.as_ref().map(types::Permission::as_str);
    let text = |text: Option<&str>, missing| required(text.unwrap_or_default(), missing);
    Ok(AccessGrant {
        id: text(told.access_grant_id.as_deref(), "a grant has no id")?,
        grantee_type: text(kind, "a grant does not say what its grantee is")?,
        grantee: text(grantee.grantee_identifier.as_deref(), "a grant names no grantee")?,
        permission: text(permission, "a grant names no permission")?,
        scope: text(told.grant_scope.as_deref(), "a grant does not say what it is about")?,
        created_at: moment(told.created_at.as_ref()),
        arn: told.access_grant_arn,
        location_id: told.access_grants_location_id,
        sub_prefix: told
            .access_grants_location_configuration
            .and_then(|location| location.s3_sub_prefix),
        application: told.application_arn,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_without_grantee_or_permission_is_malformed() {
        let builder = || {
            types::ListAccessGrantEntry::builder()
                .access_grant_id("g-1")
                .grant_scope("s3://bucket/*")
        };
        let grantee = types::Grantee::builder()
            .grantee_type(types::GranteeType::Iam)
            .grantee_identifier("arn:aws:iam::111122223333:role/reader")
            .build();
        assert!(grant(builder().permission(types::Permission::Read).build()).is_err());
        assert!(grant(builder().grantee(grantee.clone()).build()).is_err());
        let whole = builder().grantee(grantee).permission(types::Permission::Read).build();
        assert_eq!(grant(whole).map(|grant| grant.permission), Ok("READ".to_owned()));
    }
}
