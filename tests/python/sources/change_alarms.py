"""What would tell of changes of buckets."""

import json
from datetime import timezone

from read import absent, pages

CALLS = "AWS API Call via CloudTrail"


def some(members):
    """The members that say something."""
    return {key: value for key, value in members.items() if value is not None and value != {}}


def read(aws, region):
    return {"metric_filters": metric_filters(aws, region), "event_rules": event_rules(aws, region)}


def about_buckets(pattern):
    if "Bucket" in pattern or "s3." in pattern:
        return True
    return "$.eventName" in pattern and ("!=" in pattern or '"Put*"' in pattern)


def metric_filters(aws, region):
    listed = pages(aws.client("logs", region), "describe_metric_filters", "metricFilters")
    kept = sorted(
        (each for each in listed if about_buckets(each["filterPattern"])),
        key=lambda each: (each["logGroupName"], each["filterName"]),
    )
    metrics = sorted(
        {
            (one["metricNamespace"], one["metricName"], bool(one.get("dimensions")))
            for each in kept
            for one in each["metricTransformations"]
        }
    )
    return {
        "listed": len(listed),
        "kept": [
            some(
                {
                    "log_group": each["logGroupName"],
                    "name": each["filterName"],
                    "pattern": each["filterPattern"],
                    "selection_criteria": each.get("fieldSelectionCriteria"),
                    "applies_to_transformed_logs": each["applyOnTransformedLogs"],
                    "metrics": [
                        some(
                            {
                                "namespace": one["metricNamespace"],
                                "name": one["metricName"],
                                "value": one["metricValue"],
                                "dimensions": one.get("dimensions"),
                            }
                        )
                        for one in each["metricTransformations"]
                    ],
                }
            )
            for each in kept
        ],
        "metrics": [
            {
                "namespace": namespace,
                "name": name,
                "has_dimensions": has_dimensions,
                "direct_alarms": {"gap": "unsupported"} if has_dimensions else alarms(aws, region, namespace, name),
            }
            for namespace, name, has_dimensions in metrics
        ],
    }


def alarms(aws, region, namespace, name):
    cloudwatch = aws.client("cloudwatch", region)
    found = cloudwatch.describe_alarms_for_metric(Namespace=namespace, MetricName=name)["MetricAlarms"]
    return [
        some(
            {
                "arn": each["AlarmArn"],
                "name": each["AlarmName"],
                "actions_enabled": each["ActionsEnabled"],
                "alarm_actions": each["AlarmActions"],
                "state": each["StateValue"],
                "state_updated_at": each["StateUpdatedTimestamp"]
                .astimezone(timezone.utc)
                .isoformat()
                .replace("+00:00", "Z"),
                "statistic": each["Statistic"],
                "period_seconds": each["Period"],
                "evaluation_periods": each["EvaluationPeriods"],
                "threshold": f"{each['Threshold']:g}",
                "comparison": each["ComparisonOperator"],
                "missing_data": each.get("TreatMissingData"),
            }
        )
        for each in sorted(found, key=lambda each: each["AlarmArn"])
    ]


def about_s3(pattern):
    """The patterns of the generated organizations that let a call to S3 through."""
    pattern = json.loads(pattern)
    sources = pattern.get("source", ["aws.s3"])
    kinds = pattern.get("detail-type", [CALLS])
    return ("aws.s3" in sources or {"prefix": "aws."} in sources) and CALLS in kinds


def event_rules(aws, region):
    events = aws.client("events", region)
    listed = pages(events, "list_rules", "Rules")
    kept = [each for each in listed if "EventPattern" in each and about_s3(each["EventPattern"])]
    return {
        "listed": len(listed),
        "kept": [
            some(
                {
                    "arn": each["Arn"],
                    "name": each["Name"],
                    "state": each["State"],
                    "event_pattern": each["EventPattern"],
                    "managed_by": each.get("ManagedBy"),
                }
            )
            | {"targets": targets(events, each["Name"])}
            for each in sorted(kept, key=lambda each: each["Arn"])
        ],
    }


def targets(events, rule):
    return absent(
        ["ResourceNotFoundException"],
        lambda: [
            some(
                {
                    "id": each["Id"],
                    "arn": each["Arn"],
                    "role_arn": each.get("RoleArn"),
                    "dead_letter_queue": each.get("DeadLetterConfig", {}).get("Arn"),
                }
            )
            for each in pages(events, "list_targets_by_rule", "Targets", Rule=rule)
        ],
    )
