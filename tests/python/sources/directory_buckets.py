"""Directory buckets of a region."""

from read import absent, pages
from s3_answers import moment, turned


def lifecycle(rule):
    actions = []
    if "Days" in rule.get("Expiration", {}):
        actions.append({"expire-after-days": rule["Expiration"]["Days"]})
    if "AbortIncompleteMultipartUpload" in rule:
        days = rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        actions.append({"abort-incomplete-multipart-upload": days})
    return {
        "id": rule["ID"],
        "status": rule["Status"],
        "filter": {"prefix": rule["Filter"].get("Prefix"), "by_tag": False, "by_size": False},
        "actions": actions,
    }


def default(rule):
    applied = rule["ApplyServerSideEncryptionByDefault"]
    return {
        "algorithm": applied["SSEAlgorithm"],
        "kms_key": applied.get("KMSMasterKeyID"),
        "bucket_key_enabled": rule.get("BucketKeyEnabled"),
        "blocked_encryption_types": rule.get("BlockedEncryptionTypes", {}).get("EncryptionType"),
    }


def read(aws, region):
    s3 = aws.client("s3", region)
    buckets = []
    for each in pages(s3, "list_directory_buckets", "Buckets"):
        name = {"Bucket": each["Name"], "ExpectedBucketOwner": aws.account}
        policy = absent(["NoSuchBucketPolicy"], lambda: s3.get_bucket_policy(**name))
        encryption = absent(
            ["ServerSideEncryptionConfigurationNotFoundError"], lambda: s3.get_bucket_encryption(**name)
        )
        rules = absent(["NoSuchLifecycleConfiguration"], lambda: s3.get_bucket_lifecycle_configuration(**name))
        inventory = turned(
            lambda **more: s3.list_bucket_inventory_configurations(**name, **more),
            "InventoryConfigurationList",
            "ContinuationToken",
            "NextContinuationToken",
        )
        metrics = turned(
            lambda **more: s3.list_bucket_metrics_configurations(**name, **more),
            "MetricsConfigurationList",
            "ContinuationToken",
            "NextContinuationToken",
        )
        both = lambda chosen: {**chosen, **chosen.get("And", {})}
        buckets.append(
            {
                "name": each["Name"],
                "arn": each["BucketArn"],
                "region": region,
                "created_at": moment(each["CreationDate"]),
                "policy": policy and policy["Policy"],
                "encryption": encryption
                and {"defaults": [default(rule) for rule in encryption["ServerSideEncryptionConfiguration"]["Rules"]]},
                "lifecycle": rules and [lifecycle(rule) for rule in rules["Rules"]],
                "inventory": [
                    {
                        "id": one["Id"],
                        "is_enabled": one["IsEnabled"],
                        "frequency": one["Schedule"]["Frequency"],
                        "included_versions": one["IncludedObjectVersions"],
                        "destination_bucket": one["Destination"]["S3BucketDestination"]["Bucket"],
                    }
                    for one in inventory
                ],
                "metrics": [
                    {
                        "id": one["Id"],
                        "prefix": both(one.get("Filter", {})).get("Prefix"),
                        "access_point": both(one.get("Filter", {})).get("AccessPointArn"),
                    }
                    for one in metrics
                ],
            }
        )
    return {"buckets": buckets}
