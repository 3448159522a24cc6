"""CloudTrail."""

from datetime import timezone

from read import absent

OPERATORS = {
    "Equals": "equals",
    "StartsWith": "starts_with",
    "EndsWith": "ends_with",
    "NotEquals": "not_equals",
    "NotStartsWith": "not_starts_with",
    "NotEndsWith": "not_ends_with",
}


def some(members):
    """The members that say something."""
    return {key: value for key, value in members.items() if value is not None and value != []}


def moment(time):
    return time and time.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def read(aws, region):
    cloudtrail = aws.client("cloudtrail", region)
    trails = [trail(aws, cloudtrail, each, region) for each in cloudtrail.describe_trails()["trailList"]]
    return {"trails": sorted(trails, key=lambda each: each["arn"])}


def trail(aws, cloudtrail, each, region):
    arn = each["TrailARN"]
    owner = arn.split(":")[4]
    if each["HomeRegion"] != region:
        details = {"view": "shadow"}
    elif owner == aws.account:
        details = {
            "view": "home",
            "status": status(cloudtrail, arn),
            "event_selectors": selectors(cloudtrail, arn),
            # The list has said already that there are none.
            "insight_selectors": None if each.get("HasInsightSelectors") is False else insights(cloudtrail, arn),
        }
    else:
        told_to_the_owner = ["TrailNotFoundException", "CloudTrailARNInvalidException"]
        details = {
            "view": "organization",
            "owner": owner,
            "status": status(cloudtrail, arn),
            "event_selectors": absent(told_to_the_owner, lambda: selectors(cloudtrail, arn)),
        }
    return some(
        {
            "arn": arn,
            "name": each["Name"],
            "home_region": each["HomeRegion"],
            "is_multi_region": each["IsMultiRegionTrail"],
            "is_organization_trail": each["IsOrganizationTrail"],
            "bucket": each["S3BucketName"],
            "prefix": each.get("S3KeyPrefix"),
            "validates_log_files": each["LogFileValidationEnabled"],
            "kms_key": each.get("KmsKeyId"),
            "log_group_arn": each.get("CloudWatchLogsLogGroupArn"),
            "log_group_role_arn": each.get("CloudWatchLogsRoleArn"),
            "topic_arn": each.get("SnsTopicARN"),
            "logs_global_services": each["IncludeGlobalServiceEvents"],
            "has_custom_event_selectors": each["HasCustomEventSelectors"],
            "has_insight_selectors": each["HasInsightSelectors"],
            "details": details,
        }
    )


def status(cloudtrail, arn):
    answer = cloudtrail.get_trail_status(Name=arn)
    return some(
        {
            "is_logging": answer["IsLogging"],
            "started_logging_at": moment(answer.get("StartLoggingTime")),
            "stopped_logging_at": moment(answer.get("StopLoggingTime")),
            "delivered_at": moment(answer.get("LatestDeliveryTime")),
            "delivery_error": answer.get("LatestDeliveryError"),
            "digest_delivered_at": moment(answer.get("LatestDigestDeliveryTime")),
            "digest_delivery_error": answer.get("LatestDigestDeliveryError"),
            "log_group_delivered_at": moment(answer.get("LatestCloudWatchLogsDeliveryTime")),
            "log_group_delivery_error": answer.get("LatestCloudWatchLogsDeliveryError"),
            "notified_at": moment(answer.get("LatestNotificationTime")),
            "notification_error": answer.get("LatestNotificationError"),
        }
    )


def selectors(cloudtrail, arn):
    answer = cloudtrail.get_event_selectors(TrailName=arn)
    basic = [
        some(
            {
                "read_write_type": each.get("ReadWriteType"),
                "includes_management_events": each.get("IncludeManagementEvents"),
                "excluded_management_event_sources": each.get("ExcludeManagementEventSources"),
                "data_resources": [
                    {"resource_type": one["Type"], "values": one["Values"]} for one in each.get("DataResources", [])
                ],
            }
        )
        for each in answer.get("EventSelectors", [])
    ]
    advanced = [
        some(
            {
                "name": each.get("Name"),
                "fields": [
                    {"field": one["Field"]} | {OPERATORS[key]: values for key, values in one.items() if key != "Field"}
                    for one in each["FieldSelectors"]
                ],
            }
        )
        for each in answer.get("AdvancedEventSelectors", [])
    ]
    return some({"basic": basic, "advanced": advanced})


def insights(cloudtrail, arn):
    answer = absent(["InsightNotEnabledException"], lambda: cloudtrail.get_insight_selectors(TrailName=arn))
    return answer and [
        some({"insight_type": each["InsightType"], "event_categories": each.get("EventCategories")})
        for each in answer.get("InsightSelectors", [])
    ]
