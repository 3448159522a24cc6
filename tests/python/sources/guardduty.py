"""Amazon GuardDuty."""

from read import absent, pages


def moment(time):
    return time and time.strftime("%Y-%m-%dT%H:%M:%SZ")


def detector(client, name):
    found = client.get_detector(DetectorId=name)
    administrator = client.get_administrator_account(DetectorId=name).get("Administrator")
    return {
        "id": name,
        "configuration": {
            "status": found["Status"],
            "finding_publishing_frequency": found.get("FindingPublishingFrequency"),
            "created_at": found.get("CreatedAt"),
            "updated_at": found.get("UpdatedAt"),
            "s3_logs": found["DataSources"]["S3Logs"]["Status"],
            "features": [
                {
                    "name": feature["Name"],
                    "status": feature["Status"],
                    "updated_at": moment(feature.get("UpdatedAt")),
                    "managed_by": feature.get("ManagedBy"),
                }
                for feature in found["Features"]
            ],
        },
        "administrator": administrator
        and {"account": administrator["AccountId"], "relationship_status": administrator["RelationshipStatus"]},
    }


def plan(client, name):
    found = absent(
        ["ResourceNotFoundException"], lambda: client.get_malware_protection_plan(MalwareProtectionPlanId=name)
    )
    if found is None:
        return None
    bucket = found["ProtectedResource"]["S3Bucket"]
    return {
        "arn": found["Arn"],
        "status": found["Status"],
        "status_reasons": [
            {"code": reason["Code"], "message": reason["Message"]} for reason in found["StatusReasons"]
        ],
        "bucket": bucket["BucketName"],
        "prefixes": bucket.get("ObjectPrefixes", []),
        "tagging": found["Actions"]["Tagging"]["Status"],
        "role": found["Role"],
        "created_at": moment(found["CreatedAt"]),
    }


def read(aws, region):
    client = aws.client("guardduty", region)
    plans, token = [], None
    while True:
        # boto3 has no paginator for this list.
        page = client.list_malware_protection_plans(**({"NextToken": token} if token else {}))
        plans += [each["MalwareProtectionPlanId"] for each in page["MalwareProtectionPlans"]]
        token = page.get("NextToken")
        if not token:
            break
    return {
        "detectors": [detector(client, name) for name in pages(client, "list_detectors", "DetectorIds")],
        "malware_protection_plans": [
            {"id": name, "configuration": plan(client, name)} for name in sorted(plans)
        ],
    }
