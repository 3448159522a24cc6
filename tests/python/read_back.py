"""Reads every setting back through boto3 and names what a server does not give back as it was asked for."""

import json

from botocore.exceptions import ClientError

from bucket_settings import AWS_SWITCHES, SWITCHES

ABSENT = {
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchBucketPolicy",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
    "ObjectLockConfigurationNotFoundError",
    "NoSuchLifecycleConfiguration",
    "ReplicationConfigurationNotFoundError",
    "NoSuchTagSet",
    "NoSuchWebsiteConfiguration",
    "NoSuchCORSConfiguration",
}


def answer(call, **arguments):
    """The answer to a read; `None` where the server says that there is no such setting."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            return None
        raise


def switches(configuration):
    return {name: configuration[aws_name] for name, aws_name in zip(SWITCHES, AWS_SWITCHES)}


def acl(reply):
    """The grants to others than the owner; a group by its URI, an account by its canonical id."""
    owner = reply["Owner"]["ID"]
    others = []
    for grant in reply["Grants"]:
        grantee = grant["Grantee"]
        if grantee.get("ID") == owner:
            continue
        name = {"group": grantee["URI"]} if "URI" in grantee else {"canonical-user": grantee["ID"]}
        others.append({"grantee": name, "permission": grant["Permission"]})
    return {"grants_to_others": sorted(others, key=lambda other: other["permission"])}


def encryption(reply):
    defaults = []
    for rule in reply["ServerSideEncryptionConfiguration"]["Rules"]:
        default = rule["ApplyServerSideEncryptionByDefault"]
        defaults.append({
            "algorithm": default["SSEAlgorithm"],
            "kms_key": default.get("KMSMasterKeyID"),
            "bucket_key_enabled": rule.get("BucketKeyEnabled"),
        })
    return {"defaults": defaults}


def object_lock(reply):
    configuration = reply["ObjectLockConfiguration"]
    retention = configuration.get("Rule", {}).get("DefaultRetention")
    return {
        "enabled": configuration.get("ObjectLockEnabled") == "Enabled",
        "default_retention": retention
        and {
            "mode": retention.get("Mode"),
            # moto answers 0 for the unit that was not used.
            "days": retention.get("Days") or None,
            "years": retention.get("Years") or None,
        },
    }


def logging(reply):
    enabled = reply.get("LoggingEnabled")
    return enabled and {"target_bucket": enabled["TargetBucket"], "target_prefix": enabled["TargetPrefix"]}


def lifecycle_actions(rule):
    actions = []
    if "Expiration" in rule:
        actions.append({"expire-after-days": rule["Expiration"]["Days"]})
    for transition in rule.get("Transitions", []):
        actions.append({"transition": {"days": transition["Days"], "storage_class": transition["StorageClass"]}})
    if "NoncurrentVersionExpiration" in rule:
        expiration = rule["NoncurrentVersionExpiration"]
        keep = expiration.get("NewerNoncurrentVersions")
        actions.append({"expire-noncurrent-after-days": {"days": expiration.get("NoncurrentDays"), "keep": keep}})
    if "AbortIncompleteMultipartUpload" in rule:
        days = rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        actions.append({"abort-incomplete-multipart-upload": days})
    return actions


def lifecycle(reply):
    rules = []
    for rule in reply["Rules"]:
        filters = rule.get("Filter", {})
        rules.append({
            "id": rule.get("ID"),
            "status": rule["Status"],
            "filter": {
                "prefix": filters.get("Prefix"),
                "by_tag": "Tag" in filters,
                "by_size": "ObjectSizeGreaterThan" in filters or "ObjectSizeLessThan" in filters,
            },
            "actions": lifecycle_actions(rule),
        })
    return rules


def replication(reply):
    configuration = reply["ReplicationConfiguration"]
    rules = [
        {
            "id": rule.get("ID"),
            "status": rule["Status"],
            "destination_bucket": rule["Destination"]["Bucket"],
            "destination_account": rule["Destination"].get("Account"),
        }
        for rule in configuration["Rules"]
    ]
    return {"role": configuration["Role"], "rules": rules}


def notifications(reply):
    facts = {"event_bridge": "EventBridgeConfiguration" in reply}
    for kind, member, arn in (
        ("topics", "TopicConfigurations", "TopicArn"),
        ("queues", "QueueConfigurations", "QueueArn"),
        ("functions", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
    ):
        facts[kind] = [
            {"id": target.get("Id"), "arn": target[arn], "events": target["Events"]} for target in reply.get(member, [])
        ]
    return facts


def website(reply):
    redirect = reply.get("RedirectAllRequestsTo")
    return {
        "index_document": reply.get("IndexDocument", {}).get("Suffix"),
        "error_document": reply.get("ErrorDocument", {}).get("Key"),
        "redirect_all_requests_to": redirect
        and {"host_name": redirect["HostName"], "protocol": redirect.get("Protocol")},
        "routing_rules": len(reply.get("RoutingRules", [])),
    }


def cors(reply):
    return [
        {
            "allowed_origins": rule.get("AllowedOrigins", []),
            "allowed_methods": rule.get("AllowedMethods", []),
            "allowed_headers": rule.get("AllowedHeaders", []),
        }
        for rule in reply["CORSRules"]
    ]


def inventory(reply):
    return [
        {
            "id": configuration["Id"],
            "is_enabled": configuration["IsEnabled"],
            "frequency": configuration["Schedule"]["Frequency"],
            "included_versions": configuration["IncludedObjectVersions"],
            "destination_bucket": configuration["Destination"]["S3BucketDestination"]["Bucket"],
        }
        for configuration in reply.get("InventoryConfigurationList", [])
    ]


READS = {
    "public_access_block": (
        "get_public_access_block",
        lambda reply: switches(reply["PublicAccessBlockConfiguration"]),
    ),
    "policy": ("get_bucket_policy", lambda reply: json.loads(reply["Policy"])),
    "acl": ("get_bucket_acl", acl),
    "ownership_controls": (
        "get_bucket_ownership_controls",
        lambda reply: {"object_ownership": reply["OwnershipControls"]["Rules"][0]["ObjectOwnership"]},
    ),
    "encryption": ("get_bucket_encryption", encryption),
    "versioning": (
        "get_bucket_versioning",
        lambda reply: {"status": reply.get("Status"), "mfa_delete": reply.get("MFADelete")},
    ),
    "object_lock": ("get_object_lock_configuration", object_lock),
    "logging": ("get_bucket_logging", logging),
    "lifecycle": ("get_bucket_lifecycle_configuration", lifecycle),
    "replication": ("get_bucket_replication", replication),
    "notifications": ("get_bucket_notification_configuration", notifications),
    "tagging": ("get_bucket_tagging", lambda reply: {tag["Key"]: tag["Value"] for tag in reply["TagSet"]}),
    "website": ("get_bucket_website", website),
    "cors": ("get_bucket_cors", cors),
    "inventory": ("list_bucket_inventory_configurations", inventory),
    "acceleration": ("get_bucket_accelerate_configuration", lambda reply: {"status": reply.get("Status")}),
}


def differences(account):
    """A line for each setting of the account that is not as its truth says."""
    session = account["session"]
    wanted = account["public_access_block"].facts
    reply = answer(session.client("s3control").get_public_access_block, AccountId=account["id"])
    found = reply and switches(reply["PublicAccessBlockConfiguration"])
    if found != wanted:
        yield f"{account['id']}: public_access_block: asked for {wanted}, got {found}"
    listed = sorted(bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"])
    named = sorted(place.name for place, *_ in account["buckets"])
    if listed != named:
        yield f"{account['id']}: buckets: asked for {named}, got {listed}"
    for place, client, wishes, policy_facts in account["buckets"]:
        region = client.get_bucket_location(Bucket=place.name)["LocationConstraint"] or "us-east-1"
        if region != place.region:
            yield f"{place.name}: region: asked for {place.region}, got {region}"
        for setting, (operation, facts_of) in READS.items():
            wanted = policy_facts["document"] if setting == "policy" else wishes[setting].facts
            reply = answer(getattr(client, operation), Bucket=place.name)
            found = None if reply is None else facts_of(reply)
            if found != wanted:
                yield f"{place.name}: {setting} ({wishes[setting].form}): asked for {wanted}, got {found}"
