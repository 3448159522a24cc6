"""S3 Multi-Region Access Points of an account."""

from s3_answers import block, moment, turned


def read(aws, region):
    control, account = aws.client("s3control", "us-west-2"), aws.account
    points = []
    listed = turned(
        lambda **more: control.list_multi_region_access_points(AccountId=account, **more),
        "AccessPoints",
        "NextToken",
        "NextToken",
    )
    for each in listed:
        name = {"AccountId": account, "Name": each["Name"]}
        policies = control.get_multi_region_access_point_policy(**name).get("Policy") or {}
        established = policies.get("Established", {}).get("Policy")
        proposed = policies.get("Proposed", {}).get("Policy")
        status = None
        if established or proposed:
            is_public = control.get_multi_region_access_point_policy_status(**name)["Established"]["IsPublic"]
            status = {"is_public": is_public}
        points.append(
            {
                "name": each["Name"],
                "alias": each["Alias"],
                "created_at": moment(each["CreatedAt"]),
                "public_access_block": block(each["PublicAccessBlock"]),
                "status": each["Status"],
                "buckets": [
                    {
                        "bucket": bucket["Bucket"],
                        "region": bucket["Region"],
                        "bucket_account": bucket["BucketAccountId"],
                    }
                    for bucket in each["Regions"]
                ],
                "policies": {"established": established, "proposed": proposed} if established or proposed else None,
                "policy_status": status,
            }
        )
    return {"access_points": points}
