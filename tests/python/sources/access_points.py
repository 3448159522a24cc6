"""S3 access points of a region."""

from read import absent
from s3_answers import block, moment, turned


def read(aws, region):
    control, account = aws.client("s3control", region), aws.account
    listed = turned(
        lambda **more: control.list_access_points(AccountId=account, DataSourceType="ALL", **more),
        "AccessPointList",
        "NextToken",
        "NextToken",
    )
    points = []
    for each in listed:
        name = {"AccountId": account, "Name": each["Name"]}
        settings = control.get_access_point(**name)
        policy = absent(["NoSuchAccessPointPolicy"], lambda: control.get_access_point_policy(**name))
        status = absent(["NoSuchAccessPointPolicy"], lambda: control.get_access_point_policy_status(**name))
        points.append(
            {
                "name": each["Name"],
                "arn": each["AccessPointArn"],
                "alias": each["Alias"],
                "bucket": each["Bucket"] or None,
                "bucket_account": each.get("BucketAccountId"),
                "network_origin": each["NetworkOrigin"],
                "vpc": each.get("VpcConfiguration", {}).get("VpcId"),
                "data_source_id": each.get("DataSourceId"),
                "data_source_type": each.get("DataSourceType"),
                "settings": {
                    "public_access_block": block(settings["PublicAccessBlockConfiguration"]),
                    "created_at": moment(settings["CreationDate"]),
                    "endpoints": settings["Endpoints"],
                },
                "policy": policy and policy["Policy"],
                "policy_status": status and {"is_public": status["PolicyStatus"]["IsPublic"]},
            }
        )
    return {"access_points": points}
