"""AWS Config."""

from datetime import timezone

PREFIXES = ("S3_", "S3EXPRESS_")
OTHERS = ("CLOUDTRAIL_S3_DATAEVENTS_ENABLED", "MACIE_STATUS_CHECK")


def renamed(found, **names):
    """The members that are there, under the evidence's names; times as the evidence writes them."""
    renamed = {ours: found[theirs] for ours, theirs in names.items() if theirs in found}
    return {name: plain(value) for name, value in renamed.items()}


def plain(value):
    if hasattr(value, "astimezone"):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def recorder(found):
    recorder = renamed(found, name="name", arn="arn", role_arn="roleARN", scope="recordingScope")
    group = found["recordingGroup"]
    recorder["group"] = {
        "all_supported": group["allSupported"],
        "include_global_resource_types": group["includeGlobalResourceTypes"],
        "resource_types": group.get("resourceTypes", []),
        "excluded_resource_types": group.get("exclusionByResourceTypes", {}).get("resourceTypes", []),
        **renamed(group.get("recordingStrategy", {}), strategy="useOnly"),
    }
    if "recordingMode" in found:
        mode = found["recordingMode"]
        recorder["mode"] = {
            "frequency": mode["recordingFrequency"],
            "overrides": [
                renamed(each, description="description", resource_types="resourceTypes", frequency="recordingFrequency")
                for each in mode.get("recordingModeOverrides", [])
            ],
        }
    return recorder


def recorder_status(found):
    return renamed(
        found,
        name="name",
        recording="recording",
        last_status="lastStatus",
        last_error_code="lastErrorCode",
        last_error_message="lastErrorMessage",
        started_at="lastStartTime",
        stopped_at="lastStopTime",
        status_changed_at="lastStatusChangeTime",
    )


def channel(found):
    channel = renamed(
        found, name="name", bucket="s3BucketName", prefix="s3KeyPrefix", kms_key_arn="s3KmsKeyArn", topic_arn="snsTopicARN"
    )
    properties = found.get("configSnapshotDeliveryProperties", {})
    return {**channel, **renamed(properties, snapshot_frequency="deliveryFrequency")}


def delivery(found):
    return renamed(
        found,
        last_status="lastStatus",
        last_error_code="lastErrorCode",
        last_error_message="lastErrorMessage",
        attempted_at="lastAttemptTime",
        succeeded_at="lastSuccessfulTime",
        next_at="nextDeliveryTime",
        status_changed_at="lastStatusChangeTime",
    )


def channel_status(found):
    return {
        "name": found["name"],
        "snapshot": delivery(found["configSnapshotDeliveryInfo"]),
        "history": delivery(found["configHistoryDeliveryInfo"]),
        "stream": delivery(found["configStreamDeliveryInfo"]),
    }


def turned(call, key):
    """The entries of all pages; botocore knows no paginator for some of these lists."""
    entries, token = [], None
    while True:
        page = call(**({"NextToken": token} if token else {}))
        entries += page[key]
        token = page.get("NextToken")
        if not token:
            return entries


def evaluations(config, name):
    found = turned(
        lambda **more: config.get_compliance_details_by_config_rule(ConfigRuleName=name, **more), "EvaluationResults"
    )
    entries = []
    for each in found:
        qualifier = each["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
        entries.append(
            {
                **renamed(
                    qualifier, resource_type="ResourceType", resource_id="ResourceId", evaluation_mode="EvaluationMode"
                ),
                **renamed(
                    each,
                    compliance="ComplianceType",
                    recorded_at="ResultRecordedTime",
                    invoked_at="ConfigRuleInvokedTime",
                    annotation="Annotation",
                ),
            }
        )
    return entries


def rule(config, found):
    rule = renamed(
        found,
        name="ConfigRuleName",
        arn="ConfigRuleArn",
        id="ConfigRuleId",
        state="ConfigRuleState",
        created_by="CreatedBy",
        input_parameters="InputParameters",
        maximum_execution_frequency="MaximumExecutionFrequency",
        evaluation_visibility="RuleEvaluationVisibility",
    )
    rule["owner"] = found["Source"]["Owner"]
    rule["source_identifier"] = found["Source"]["SourceIdentifier"]
    rule["evaluation_modes"] = [mode["Mode"] for mode in found.get("EvaluationModes", [])]
    if "Scope" in found:
        scope = found["Scope"]
        rule["scope"] = {
            "resource_types": scope.get("ComplianceResourceTypes", []),
            "service_principals": scope.get("ServicePrincipals", []),
            **renamed(scope, resource_id="ComplianceResourceId", tag_key="TagKey", tag_value="TagValue"),
        }
    if found.get("RuleEvaluationVisibility") == "INTERNAL":
        rule["evaluations"] = "kept_by_its_service"
    else:
        rule["evaluations"] = {"told": evaluations(config, found["ConfigRuleName"])}
    return rule


def read(aws, region):
    config = aws.client("config", region)
    recorders = config.describe_configuration_recorders()["ConfigurationRecorders"]
    statuses = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"] if recorders else []
    channels = config.describe_delivery_channels()["DeliveryChannels"]
    deliveries = config.describe_delivery_channel_status()["DeliveryChannelsStatus"] if channels else []
    rules = turned(config.describe_config_rules, "ConfigRules")
    about_s3 = []
    for each in rules:
        identifier = each["Source"].get("SourceIdentifier", "")
        if identifier.startswith(PREFIXES) or identifier in OTHERS:
            about_s3.append(rule(config, each))
    return {
        "recorders": [recorder(each) for each in recorders],
        "recorder_statuses": [recorder_status(each) for each in statuses],
        "channels": [channel(each) for each in channels],
        "channel_statuses": [channel_status(each) for each in deliveries],
        "rules": {"listed": len(rules), "about_s3": about_s3},
    }
