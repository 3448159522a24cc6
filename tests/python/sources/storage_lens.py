"""S3 Storage Lens configurations of a region."""

from s3_answers import turned

METRICS = {
    "activity": "ActivityMetrics",
    "advanced_cost_optimization": "AdvancedCostOptimizationMetrics",
    "advanced_data_protection": "AdvancedDataProtectionMetrics",
    "detailed_status_codes": "DetailedStatusCodesMetrics",
    "advanced_performance": "AdvancedPerformanceMetrics",
}


def metrics(level):
    return {ours: level.get(theirs, {}).get("IsEnabled", False) for ours, theirs in METRICS.items()}


def selection(chosen):
    return chosen and {"buckets": chosen["Buckets"], "regions": chosen["Regions"]}


def encryption(chosen):
    if chosen is None:
        return None
    if "SSEKMS" in chosen:
        return {"method": "SSE-KMS", "kms_key": chosen["SSEKMS"]["KeyId"]}
    return {"method": "SSE-S3", "kms_key": None}


def export(chosen):
    if chosen is None:
        return None
    bucket = chosen.get("S3BucketDestination")
    table = chosen.get("StorageLensTableDestination")
    return {
        "bucket": bucket
        and {
            "arn": bucket["Arn"],
            "account": bucket["AccountId"],
            "prefix": bucket.get("Prefix"),
            "format": bucket["Format"],
            "encryption": encryption(bucket.get("Encryption")),
        },
        "cloudwatch_metrics": chosen.get("CloudWatchMetrics", {}).get("IsEnabled"),
        "table": table and {"is_enabled": table["IsEnabled"], "encryption": encryption(table.get("Encryption"))},
    }


def read(aws, region):
    control, account = aws.client("s3control", region), aws.account
    listed = turned(
        lambda **more: control.list_storage_lens_configurations(AccountId=account, **more),
        "StorageLensConfigurationList",
        "NextToken",
        "NextToken",
    )
    dashboards = []
    for each in listed:
        answer = control.get_storage_lens_configuration(AccountId=account, ConfigId=each["Id"])
        found = answer["StorageLensConfiguration"]
        bucket = found["AccountLevel"]["BucketLevel"]
        dashboards.append(
            {
                "id": each["Id"],
                "arn": each["StorageLensArn"],
                "home_region": each["HomeRegion"],
                "is_enabled": each["IsEnabled"],
                "configuration": {
                    "is_enabled": found["IsEnabled"],
                    "organization": found.get("AwsOrg", {}).get("Arn"),
                    "account_metrics": metrics(found["AccountLevel"]),
                    "bucket_metrics": metrics(bucket),
                    "prefix_metrics": bucket.get("PrefixLevel", {}).get("StorageMetrics", {}).get("IsEnabled"),
                    "include": selection(found.get("Include")),
                    "exclude": selection(found.get("Exclude")),
                    "data_export": export(found.get("DataExport")),
                    "prefixes_export": export(found.get("ExpandedPrefixesDataExport")),
                },
            }
        )
    return {"dashboards": dashboards}
