"""The S3 policy of AWS Organizations in effect."""

import datetime

from read import absent


def read(aws, region):
    codes = ["EffectivePolicyNotFoundException", "AWSOrganizationsNotInUseException"]
    organizations = aws.client("organizations")
    answer = absent(codes, lambda: organizations.describe_effective_policy(PolicyType="S3_POLICY"))
    if answer is None:
        return {"policy": None}
    policy = answer["EffectivePolicy"]
    updated = policy["LastUpdatedTimestamp"].astimezone(datetime.timezone.utc)
    return {
        "policy": {
            "content": policy["PolicyContent"],
            "updated_at": updated.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "policy_type": policy["PolicyType"],
        }
    }
