"""S3 Access Grants of a region."""

from read import absent
from s3_answers import moment, turned

NO_INSTANCE = "AccessGrantsInstanceNotExistsError"


def read(aws, region):
    control, account = aws.client("s3control", region), aws.account

    def listed(operation, key):
        call = lambda **more: getattr(control, operation)(AccountId=account, **more)
        return turned(call, key, "NextToken", "NextToken")

    policy = absent(
        [NO_INSTANCE, "AccessGrantsInstanceResourcePolicyNotExists"],
        lambda: control.get_access_grants_instance_resource_policy(AccountId=account),
    )
    locations = absent(
        [NO_INSTANCE], lambda: listed("list_access_grants_locations", "AccessGrantsLocationsList")
    )
    grants = absent([NO_INSTANCE], lambda: listed("list_access_grants", "AccessGrantsList"))
    return {
        "instances": [
            {
                "id": each["AccessGrantsInstanceId"],
                "arn": each["AccessGrantsInstanceArn"],
                "created_at": moment(each["CreatedAt"]),
                "identity_center_instance": each.get("IdentityCenterInstanceArn"),
                "identity_center_application": each.get("IdentityCenterApplicationArn"),
            }
            for each in listed("list_access_grants_instances", "AccessGrantsInstancesList")
        ],
        "policy": policy
        and {
            "document": policy["Policy"],
            "organization": policy.get("Organization"),
            "created_at": moment(policy["CreatedAt"]),
        },
        "locations": locations
        if locations is None
        else [
            {
                "id": each["AccessGrantsLocationId"],
                "arn": each["AccessGrantsLocationArn"],
                "scope": each["LocationScope"],
                "role_arn": each["IAMRoleArn"],
                "created_at": moment(each["CreatedAt"]),
            }
            for each in locations
        ],
        "grants": grants
        if grants is None
        else [
            {
                "id": each["AccessGrantId"],
                "arn": each["AccessGrantArn"],
                "grantee_type": each["Grantee"]["GranteeType"],
                "grantee": each["Grantee"]["GranteeIdentifier"],
                "permission": each["Permission"],
                "location_id": each["AccessGrantsLocationId"],
                "sub_prefix": each.get("AccessGrantsLocationConfiguration", {}).get("S3SubPrefix"),
                "scope": each["GrantScope"],
                "application": each.get("ApplicationArn"),
                "created_at": moment(each["CreatedAt"]),
            }
            for each in grants
        ],
    }
