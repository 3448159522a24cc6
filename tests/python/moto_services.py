"""Gives the accounts of a moto organization trails, Config rules, keys, access points, users and more, and prints what it made.

    python moto_services.py --endpoint http://127.0.0.1:5000

It expects the organization that `moto_organization.py` makes. What each account gets follows from its place in the list, so
that every kind stands somewhere and is missing somewhere.

Standard output is one JSON document, by account id:

    {"trails": {name: {"is_logging", "bucket", "is_validated", "data_events"}},
     "config_rules": {region: {name: source identifier}}, "recorders": {region: is it recording},
     "keys": {ARN: {"rotates", "state"}}, "buckets_with_keys": {bucket: key ARN},
     "access_points": {region: {name: bucket}},
     "users": [name…], "users_with_mfa": [name…], "topics": {bucket: topic ARN}, "detectors": [region…]}
"""

import argparse
import json
import urllib.parse

from moto_organization import MANAGEMENT_ACCOUNT, management_session, member_session, resolve_account_hosts

HOME = "eu-west-1"
OTHER = "us-east-1"

RULES = {
    # Under names of their own: a rule is known by its source.
    "logs-are-on": "S3_BUCKET_LOGGING_ENABLED",
    "nobody-reads": "S3_BUCKET_PUBLIC_READ_PROHIBITED",
    "s3-bucket-ssl-requests-only": "S3_BUCKET_SSL_REQUESTS_ONLY",
    # A name that promises what its source does not hold.
    "s3-bucket-versioning-enabled": "ROOT_ACCOUNT_MFA_ENABLED",
}


def service_policy(service, action, resource):
    return json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}],
    })


def make_bucket(session, name):
    session.client("s3", HOME).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": HOME}
    )
    return name


def make_trail(session, position):
    bucket = make_bucket(session, f"trail-{session.account}")
    trails = session.client("cloudtrail", HOME)
    is_validated, is_logging = position % 4 != 1, position % 3 != 1
    trails.create_trail(
        Name="main",
        S3BucketName=bucket,
        IsMultiRegionTrail=position % 2 == 0,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=is_validated,
    )
    if is_logging:
        trails.start_logging(Name="main")
    selectors = ["arn:aws:s3:::data-", "arn:aws:s3"] if position % 2 == 0 else []
    if selectors:
        trails.put_event_selectors(
            TrailName="main",
            EventSelectors=[{
                "ReadWriteType": "WriteOnly",
                "IncludeManagementEvents": True,
                "DataResources": [{"Type": "AWS::S3::Object", "Values": selectors}],
            }],
        )
    if position % 6 == 0:
        trails.put_insight_selectors(TrailName="main", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}])
    return {
        "main": {
            "is_logging": is_logging, "bucket": bucket, "is_validated": is_validated, "data_events": selectors
        }
    }


def make_config(session, position):
    config = session.client("config", HOME)
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{session.account}:role/config",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    bucket = make_bucket(session, f"config-{session.account}")
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket})
    is_recording = position % 3 != 2
    if is_recording:
        config.start_configuration_recorder(ConfigurationRecorderName="default")
    for name, identifier in RULES.items():
        config.put_config_rule(
            ConfigRule={"ConfigRuleName": name, "Source": {"Owner": "AWS", "SourceIdentifier": identifier}}
        )
    return is_recording


def make_keys(session, position):
    keys = session.client("kms", HOME)
    made, buckets = {}, {}
    for number in range(2):
        key = keys.create_key(Description=f"key {number}")["KeyMetadata"]
        rotates = (position + number) % 2 == 0
        if rotates:
            keys.enable_key_rotation(KeyId=key["KeyId"])
        bucket = make_bucket(session, f"encrypted-{number}-{session.account}")
        session.client("s3", HOME).put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration={
                "Rules": [{
                    "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]},
                    "BucketKeyEnabled": True,
                }]
            },
        )
        state = "Enabled"
        if number == 1 and position % 4 == 0:
            keys.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
            state = "PendingDeletion"
        made[key["Arn"]] = {"rotates": rotates, "state": state}
        buckets[bucket] = key["Arn"]
    return made, buckets


def make_topic(session):
    topic = session.client("sns", HOME).create_topic(Name="bucket-events")["TopicArn"]
    bucket = make_bucket(session, f"notifying-{session.account}")
    session.client("s3", HOME).put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]},
    )
    return {bucket: topic}


def make_access_point(session, position):
    control = session.client("s3control", HOME)
    bucket = make_bucket(session, f"shared-{session.account}")
    name = "reports"
    control.create_access_point(AccountId=session.account, Name=name, Bucket=bucket)
    if position % 2 == 0:
        arn = f"arn:aws:s3:{HOME}:{session.account}:accesspoint/{name}"
        policy = {
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT_ACCOUNT}:root"},
                "Action": "s3:GetObject",
                "Resource": f"{arn}/object/*",
            }],
        }
        control.put_access_point_policy(AccountId=session.account, Name=name, Policy=json.dumps(policy))
    return {name: bucket}


def make_users(session, position):
    iam = session.client("iam")
    names, with_mfa = [], []
    for number in range(position % 3 + 1):
        name = f"user-{number}"
        iam.create_user(UserName=name)
        names.append(name)
        if number % 2 == 0:
            iam.create_login_profile(UserName=name, Password="a-Long-Enough-1-Password!")
            device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
            iam.enable_mfa_device(
                UserName=name,
                SerialNumber=device["SerialNumber"],
                AuthenticationCode1="123456",
                AuthenticationCode2="654321",
            )
            with_mfa.append(name)
    return names, with_mfa


def make_alarms(session):
    logs = session.client("logs", HOME)
    logs.create_log_group(logGroupName="trail")
    logs.put_metric_filter(
        logGroupName="trail",
        filterName="bucket-policies",
        filterPattern="{ ($.eventSource = s3.amazonaws.com) && ($.eventName = PutBucketPolicy) }",
        metricTransformations=[{"metricName": "BucketPolicies", "metricNamespace": "Audit", "metricValue": "1"}],
    )
    session.client("cloudwatch", HOME).put_metric_alarm(
        AlarmName="bucket-policies",
        MetricName="BucketPolicies",
        Namespace="Audit",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[f"arn:aws:sns:{HOME}:{session.account}:bucket-events"],
    )


def furnish(session, position):
    made = {
        "trails": {}, "config_rules": {}, "recorders": {}, "keys": {}, "buckets_with_keys": {}, "access_points": {},
        "users": [], "users_with_mfa": [], "topics": {}, "detectors": [],
    }
    if position % 5 != 4:
        made["trails"] = make_trail(session, position)
    if position % 4 != 3:
        made["recorders"] = {HOME: make_config(session, position)}
        made["config_rules"] = {HOME: RULES}
    made["keys"], made["buckets_with_keys"] = make_keys(session, position)
    made["topics"] = make_topic(session)
    if position % 2 == 0:
        made["access_points"] = {HOME: make_access_point(session, position)}
    made["users"], made["users_with_mfa"] = make_users(session, position)
    if position % 3 == 0:
        session.client("guardduty", HOME).create_detector(Enable=True)
        made["detectors"] = [HOME]
    if position % 4 == 0:
        make_alarms(session)
    return made


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True)
    endpoint = parser.parse_args().endpoint
    resolve_account_hosts(urllib.parse.urlsplit(endpoint).hostname)
    management = management_session(endpoint)
    pages = management.client("organizations").get_paginator("list_accounts").paginate()
    ids = sorted(account["Id"] for page in pages for account in page["Accounts"])
    made = {}
    for position, account in enumerate(ids):
        is_management = account == MANAGEMENT_ACCOUNT
        session = management if is_management else member_session(endpoint, management, account)
        made[account] = furnish(session, position)
    print(json.dumps(made))


if __name__ == "__main__":
    main()
