"""Topics of SNS that buckets, trails and delivery channels notify."""

from botocore.exceptions import ClientError
from keys import enabled_regions


def read(aws, region):
    s3 = aws.client("s3")
    arns = set()
    places = 0
    for bucket in s3.list_buckets()["Buckets"]:
        regional = aws.client("s3", bucket.get("BucketRegion") or location(s3, bucket["Name"]))
        places += 1
        found = regional.get_bucket_notification_configuration(Bucket=bucket["Name"])
        arns |= {each["TopicArn"] for each in found.get("TopicConfigurations", [])}
    for name in enabled_regions(aws):
        places += 2
        for trail in aws.client("cloudtrail", name).describe_trails()["trailList"]:
            if "SnsTopicARN" in trail and trail["HomeRegion"] == name and trail["TrailARN"].split(":")[4] == aws.account:
                arns.add(trail["SnsTopicARN"])
        for channel in aws.client("config", name).describe_delivery_channels()["DeliveryChannels"]:
            if "snsTopicARN" in channel:
                arns.add(channel["snsTopicARN"])
    return {
        "referrers": {"places": places},
        "topics": [
            {"arn": arn, "is_own": arn.split(":")[4] == aws.account, "attributes": attributes(aws, arn)}
            for arn in sorted(arns)
        ]
    }


def location(s3, bucket):
    return s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] or "us-east-1"


def attributes(aws, arn):
    try:
        found = aws.client("sns", arn.split(":")[3]).get_topic_attributes(TopicArn=arn)["Attributes"]
    except ClientError as error:
        return {"NotFound": None, "AuthorizationError": {"gap": "denied"}}[error.response["Error"]["Code"]]
    said = {
        "owner": found["Owner"],
        "policy": found["Policy"],
        "kms_key": found.get("KmsMasterKeyId"),
        "confirmed_subscriptions": int(found["SubscriptionsConfirmed"]),
        "pending_subscriptions": int(found["SubscriptionsPending"]),
        "signature_version": found.get("SignatureVersion"),
    }
    return {key: value for key, value in said.items() if value is not None}
