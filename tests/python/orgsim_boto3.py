"""Drives every operation of the simulated organization with boto3 and compares what it parses with the scenario.

Usage: orgsim_boto3.py ENDPOINT_URL SCENARIO_JSON

SCENARIO_JSON is a file with `scenario` (the truth), `caller` (access key id and secret) and `role_name`. The program ends
with status 1 and names every difference; it prints how many comparisons it made, since none would be no proof.
"""

import datetime
import json
import socket
import sys
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]
HOST = urlsplit(ENDPOINT).hostname

_getaddrinfo = socket.getaddrinfo


def _local(host, *arguments, **options):
    """S3 Control and virtual-hosted buckets put names before the host; all of them are this machine."""
    if isinstance(host, bytes):
        host = host.decode()
    return _getaddrinfo(HOST if host.endswith(HOST) else host, *arguments, **options)


socket.getaddrinfo = _local

differences = []
comparisons = 0
operations = set()


def same(what, expected, found):
    global comparisons
    comparisons += 1
    if expected != found:
        differences.append(f"{what}: the scenario says {expected!r}, boto3 read {found!r}")


def refused(what, code, call, status=None):
    """The call must end with an error of this code."""
    try:
        call()
    except ClientError as error:
        same(what, code, error.response["Error"]["Code"])
        if status is not None:
            same(f"{what} status", status, error.response["ResponseMetadata"]["HTTPStatusCode"])
        return error.response
    same(what, code, "no error")
    return None


def absent(read, code):
    """What a read gives, or None when it ends with the code for a setting that was never configured."""
    try:
        return read()
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise
        same(f"{code} status", 404, error.response["ResponseMetadata"]["HTTPStatusCode"])
        return None


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def client(service, region, credentials, **options):
    made = boto3.client(
        service,
        region_name=region,
        endpoint_url=ENDPOINT,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"),
        # What boto3 would refuse to send is sent all the same, to see it refused.
        config=Config(retries={"max_attempts": 1}, parameter_validation=False, **options),
    )
    made.meta.events.register("before-call", lambda model, **_: operations.add(f"{service}.{model.name}"))
    return made


def body(answer):
    return None if answer is None else {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def camel(member):
    return "".join(part.capitalize() for part in member.split("_"))


def filter_of(rule, has_sizes):
    """The scenario's filter as the API writes it."""
    filter_ = rule["filter"]
    members = {}
    if filter_.get("prefix") is not None:
        members["Prefix"] = filter_["prefix"]
    tags = [{"Key": key, "Value": value} for key, value in sorted(filter_.get("tags", {}).items())]
    if has_sizes:
        if filter_.get("larger_than") is not None:
            members["ObjectSizeGreaterThan"] = filter_["larger_than"]
        if filter_.get("smaller_than") is not None:
            members["ObjectSizeLessThan"] = filter_["smaller_than"]
    if len(members) + len(tags) > 1:
        return {"And": {**members, **({"Tags": tags} if tags else {})}}
    if tags:
        return {"Tag": tags[0]}
    return members or {"Prefix": ""}


def grants_of(grants, owner):
    written = []
    for grant in grants:
        grantee = grant["grantee"]
        if grantee == "owner":
            who = {"Type": "CanonicalUser", "ID": owner}
        elif "canonical_user" in grantee:
            who = {"Type": "CanonicalUser", "ID": grantee["canonical_user"]}
        elif "email" in grantee:
            who = {"Type": "AmazonCustomerByEmail", "EmailAddress": grantee["email"]}
        else:
            who = {"Type": "Group", "URI": grantee["group"]}
        written.append({"Grantee": who, "Permission": grant["permission"]})
    return written


def lifecycle_of(rule):
    written = {"ID": rule["id"], "Status": rule["status"]}
    expiration = {}
    if rule.get("expire_on") is not None:
        expiration["Date"] = moment(rule["expire_on"])
    if rule.get("expire_after_days") is not None:
        expiration["Days"] = rule["expire_after_days"]
    if rule["expire_delete_markers"]:
        expiration["ExpiredObjectDeleteMarker"] = True
    if expiration:
        written["Expiration"] = expiration
    if rule["old_style_prefix"]:
        written["Prefix"] = rule["filter"].get("prefix") or ""
    else:
        written["Filter"] = filter_of(rule, True)
    for name, days, member in [
        ("Transitions", "Days", "transitions"),
        ("NoncurrentVersionTransitions", "NoncurrentDays", "noncurrent_transitions"),
    ]:
        if rule.get(member):
            written[name] = [{days: one["days"], "StorageClass": one["storage_class"]} for one in rule[member]]
    if rule.get("noncurrent_expiration"):
        end = rule["noncurrent_expiration"]
        written["NoncurrentVersionExpiration"] = {"NoncurrentDays": end["days"]}
        if end.get("keep") is not None:
            written["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = end["keep"]
    if rule.get("abort_multipart_after_days") is not None:
        written["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": rule["abort_multipart_after_days"]}
    return written


def replication_of(rule, partition):
    destination = {"Bucket": f"arn:{partition}:s3:::{rule['destination_bucket']}"}
    written = {"ID": rule["id"], "Status": rule["status"], "Destination": destination}
    if rule.get("priority") is None:
        written["Prefix"] = rule["filter"].get("prefix") or ""
    else:
        written["Priority"] = rule["priority"]
        written["Filter"] = filter_of(rule, False)
    if rule.get("destination_account"):
        destination["Account"] = rule["destination_account"]
    if rule.get("replica_kms_key"):
        destination["EncryptionConfiguration"] = {"ReplicaKmsKeyID": rule["replica_kms_key"]}
        written["SourceSelectionCriteria"] = {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    if rule.get("delete_markers"):
        written["DeleteMarkerReplication"] = {"Status": rule["delete_markers"]}
    return written


def notifications_of(truth):
    written = {}
    for member, name, receiver in [
        ("topics", "TopicConfigurations", "TopicArn"),
        ("queues", "QueueConfigurations", "QueueArn"),
        ("functions", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
    ]:
        targets = []
        for target in truth.get(member, []):
            one = {"Id": target["id"], receiver: target["arn"], "Events": target["events"]}
            if target.get("prefix"):
                one["Filter"] = {"Key": {"FilterRules": [{"Name": "Prefix", "Value": target["prefix"]}]}}
            targets.append(one)
        if targets:
            written[name] = targets
    if truth.get("event_bridge"):
        written["EventBridgeConfiguration"] = {}
    return written


def website_of(truth):
    written = {}
    if truth.get("redirect_host"):
        written["RedirectAllRequestsTo"] = {"HostName": truth["redirect_host"]}
        if truth.get("redirect_protocol"):
            written["RedirectAllRequestsTo"]["Protocol"] = truth["redirect_protocol"]
    if truth.get("index_document"):
        written["IndexDocument"] = {"Suffix": truth["index_document"]}
    if truth.get("error_document"):
        written["ErrorDocument"] = {"Key": truth["error_document"]}
    if truth.get("routing_rules"):
        written["RoutingRules"] = [
            {
                "Condition": {"KeyPrefixEquals": rule["key_prefix"]},
                "Redirect": {"ReplaceKeyPrefixWith": rule["replace_prefix_with"]},
            }
            for rule in truth["routing_rules"]
        ]
    return written


def cors_of(rule):
    names = {
        "id": "ID",
        "allowed_origins": "AllowedOrigins",
        "allowed_methods": "AllowedMethods",
        "allowed_headers": "AllowedHeaders",
        "expose_headers": "ExposeHeaders",
        "max_age_seconds": "MaxAgeSeconds",
    }
    return {names[member]: value for member, value in rule.items() if value not in (None, [])}


def logging_of(truth, owner):
    written = {"TargetBucket": truth["target_bucket"], "TargetPrefix": truth["target_prefix"]}
    if truth.get("target_grants"):
        written["TargetGrants"] = grants_of(truth["target_grants"], owner)
    formats = {
        "simple": {"SimplePrefix": {}},
        "partitioned_by_event_time": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
        "partitioned_by_delivery_time": {"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}},
    }
    if truth.get("key_format"):
        written["TargetObjectKeyFormat"] = formats[truth["key_format"]]
    return written


def encryption_of(truth):
    rule = {}
    if truth.get("algorithm"):
        rule["ApplyServerSideEncryptionByDefault"] = {"SSEAlgorithm": truth["algorithm"]}
        if truth.get("kms_key"):
            rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = truth["kms_key"]
    if truth.get("bucket_key") is not None:
        rule["BucketKeyEnabled"] = truth["bucket_key"]
    if truth.get("blocked_types") is not None:
        rule["BlockedEncryptionTypes"] = {"EncryptionType": truth["blocked_types"]}
    return rule


def inventories(s3, options):
    found, token = [], None
    while True:
        answer = s3.list_bucket_inventory_configurations(**options, **({"ContinuationToken": token} if token else {}))
        found += answer.get("InventoryConfigurationList", [])
        if not answer["IsTruncated"]:
            return found
        token = answer["NextContinuationToken"]


def check_bucket(s3, account, truth, partition):
    options = {"Bucket": truth["name"], "ExpectedBucketOwner": account["id"]}
    at = truth["name"]

    head = s3.head_bucket(**options)
    same(f"{at} region of HeadBucket", truth["region"], head["BucketRegion"])
    location = s3.get_bucket_location(**options)["LocationConstraint"]
    same(f"{at} location", None if truth["region"] == "us-east-1" else truth["region"], location)

    block = absent(lambda: s3.get_public_access_block(**options), "NoSuchPublicAccessBlockConfiguration")
    expected = truth.get("public_access_block")
    same(
        f"{at} public access block",
        expected and {camel(member): value for member, value in expected.items()},
        block and block["PublicAccessBlockConfiguration"],
    )

    policy = absent(lambda: s3.get_bucket_policy(**options), "NoSuchBucketPolicy")
    status = absent(lambda: s3.get_bucket_policy_status(**options), "NoSuchBucketPolicy")
    expected = truth.get("policy")
    same(f"{at} policy", expected and expected["document"], policy and policy["Policy"])
    same(f"{at} policy status", expected and expected["is_public"], status and status["PolicyStatus"]["IsPublic"])

    acl = s3.get_bucket_acl(**options)
    owner = acl["Owner"]["ID"]
    same(f"{at} length of the canonical id", 64, len(owner))
    private = [{"grantee": "owner", "permission": "FULL_CONTROL"}]
    same(f"{at} acl", grants_of(truth.get("acl") or private, owner), acl["Grants"])

    ownership = absent(lambda: s3.get_bucket_ownership_controls(**options), "OwnershipControlsNotFoundError")
    expected = truth.get("ownership")
    same(
        f"{at} ownership",
        expected and [{"ObjectOwnership": expected}],
        ownership and ownership["OwnershipControls"]["Rules"],
    )

    encryption = absent(lambda: s3.get_bucket_encryption(**options), "ServerSideEncryptionConfigurationNotFoundError")
    expected = truth.get("encryption")
    same(
        f"{at} encryption",
        expected and [encryption_of(expected)],
        encryption and encryption["ServerSideEncryptionConfiguration"]["Rules"],
    )

    versioning = body(s3.get_bucket_versioning(**options))
    expected = truth.get("versioning") or {}
    written = {"Status": expected.get("status"), "MFADelete": expected.get("mfa_delete")}
    same(f"{at} versioning", {key: value for key, value in written.items() if value}, versioning)

    lock = absent(lambda: s3.get_object_lock_configuration(**options), "ObjectLockConfigurationNotFoundError")
    expected = truth.get("object_lock")
    if expected is not None:
        written = {"ObjectLockEnabled": "Enabled"}
        if expected.get("default_retention"):
            retention = {camel(key): value for key, value in expected["default_retention"].items() if value is not None}
            written["Rule"] = {"DefaultRetention": retention}
        expected = written
    same(f"{at} object lock", expected, lock and lock["ObjectLockConfiguration"])

    logging = s3.get_bucket_logging(**options).get("LoggingEnabled")
    expected = truth.get("logging")
    same(f"{at} logging", expected and logging_of(expected, owner), logging)

    lifecycle = absent(lambda: s3.get_bucket_lifecycle_configuration(**options), "NoSuchLifecycleConfiguration")
    expected = truth.get("lifecycle")
    same(f"{at} lifecycle", expected and [lifecycle_of(rule) for rule in expected], lifecycle and lifecycle["Rules"])

    replication = absent(lambda: s3.get_bucket_replication(**options), "ReplicationConfigurationNotFoundError")
    expected = truth.get("replication")
    if expected:
        rules = [replication_of(rule, partition) for rule in expected["rules"]]
        expected = {"Role": expected["role"], "Rules": rules}
    same(f"{at} replication", expected, replication and replication["ReplicationConfiguration"])

    found = body(s3.get_bucket_notification_configuration(**options))
    same(f"{at} notifications", notifications_of(truth.get("notifications") or {}), found)

    tagging = absent(lambda: s3.get_bucket_tagging(**options), "NoSuchTagSet")
    found = tagging and {tag["Key"]: tag["Value"] for tag in tagging["TagSet"]}
    same(f"{at} tags", truth.get("tags"), found)

    website = absent(lambda: s3.get_bucket_website(**options), "NoSuchWebsiteConfiguration")
    expected = truth.get("website")
    same(f"{at} website", expected and website_of(expected), body(website))

    cors = absent(lambda: s3.get_bucket_cors(**options), "NoSuchCORSConfiguration")
    expected = truth.get("cors")
    same(f"{at} cors", expected and [cors_of(rule) for rule in expected], cors and cors["CORSRules"])

    found = [
        (one["Id"], one["IsEnabled"], one["Schedule"]["Frequency"], one["IncludedObjectVersions"],
         one["Destination"]["S3BucketDestination"]["Bucket"])
        for one in inventories(s3, options)
    ]
    expected = [
        (one["id"], one["is_enabled"], one["frequency"], one["included_versions"],
         f"arn:{partition}:s3:::{one['destination_bucket']}")
        for one in truth.get("inventory", [])
    ]
    same(f"{at} inventory", expected, found)

    same(f"{at} payer", truth.get("payer") or "BucketOwner", s3.get_bucket_request_payment(**options)["Payer"])
    found = s3.get_bucket_accelerate_configuration(**options).get("Status")
    same(f"{at} acceleration", truth.get("acceleration"), found)
    same(f"{at} abac", truth.get("abac") or "Disabled", s3.get_bucket_abac(**options)["AbacStatus"]["Status"])

    metadata = absent(lambda: s3.get_bucket_metadata_configuration(**options), "MetadataConfigurationNotFound")
    expected = truth.get("metadata")
    if expected:
        found = metadata["GetBucketMetadataConfigurationResult"]["MetadataConfigurationResult"]
        same(f"{at} journal", expected["journal_status"], found["JournalTableConfigurationResult"]["TableStatus"])
        inventory = found["InventoryTableConfigurationResult"]
        same(f"{at} live inventory", expected.get("inventory_status"), inventory.get("TableStatus"))
    else:
        same(f"{at} metadata", None, metadata)


def ancestry(account, organization):
    """Ids from the root down to the account."""
    units = {unit["id"]: unit for unit in organization["units"]}
    ids, at = [account["id"]], account.get("unit")
    while at:
        ids.append(at)
        at = units[at].get("parent")
    return [*reversed([*ids, organization["root_id"]])]


def assigned_block(account, scenario):
    """What the S3 policies from the root down assign; one that is closed to children is the last that counts."""
    organization = scenario["organization"]
    assigned = None
    for where in ancestry(account, organization):
        closed = False
        for policy in organization["policies"]:
            if policy["kind"] == "S3_POLICY" and where in policy.get("targets", []):
                block = json.loads(policy["content"])["s3_attributes"]["public_access_block_configuration"]
                assigned = block.get("@@assign", assigned)
                closed |= block.get("@@operators_allowed_for_child_policies") == ["@@none"]
        if closed:
            break
    return assigned


def check_effective_policy(account, scenario, credentials, **target):
    where = account["id"]
    organizations = client("organizations", "us-east-1", credentials)
    read = lambda: organizations.describe_effective_policy(PolicyType="S3_POLICY", **target)
    assigned = assigned_block(account, scenario)
    if assigned is None:
        refused(f"{where} effective policy", "EffectivePolicyNotFoundException", read)
        return
    found = read()["EffectivePolicy"]
    content = json.loads(found["PolicyContent"])["s3_attributes"]["public_access_block_configuration"]
    same(f"{where} effective policy", (assigned, where, "S3_POLICY"), (content, found["TargetId"], found["PolicyType"]))


def check_account(account, scenario, credentials):
    check_effective_policy(account, scenario, credentials)
    where = account["id"]
    status = {region["name"]: region["status"] for region in scenario["regions"]}
    status.update({region["name"]: region["status"] for region in account.get("regions", [])})
    pages, token = [], None
    regional = client("account", "us-east-1", credentials)
    while True:
        answer = regional.list_regions(MaxResults=7, **({"NextToken": token} if token else {}))
        pages.append(answer["Regions"])
        token = answer.get("NextToken")
        if not token:
            break
    same(f"{where} regions", status, {one["RegionName"]: one["RegionOptStatus"] for page in pages for one in page})
    same(f"{where} pages of regions", True, len(pages) > 1)

    control = client("s3control", "us-east-1", credentials)
    code = "NoSuchPublicAccessBlockConfiguration"
    block = absent(lambda: control.get_public_access_block(AccountId=where), code)
    assigned = assigned_block(account, scenario)
    expected = account.get("public_access_block")
    if assigned:
        switches = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
        expected = dict.fromkeys(switches, assigned == "all")
    same(
        f"{where} public access block",
        expected and {camel(member): value for member, value in expected.items()},
        block and block["PublicAccessBlockConfiguration"],
    )

    s3 = client("s3", "us-east-1", credentials)
    listed = [one for page in s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 7}) for one in page["Buckets"]]
    truth = sorted(account.get("buckets", []), key=lambda bucket: bucket["name"])
    same(f"{where} buckets", [(one["name"], one["region"]) for one in truth], [(one["Name"], one["BucketRegion"]) for one in listed])
    same(
        f"{where} creation dates",
        [moment(one["created_at"]).replace(microsecond=0) for one in truth],
        [one["CreationDate"] for one in listed],
    )
    plain = s3.list_buckets()["Buckets"]
    same(f"{where} a list without parameters has no regions", set(), {one.get("BucketRegion") for one in plain} - {None})
    if truth:
        first = truth[0]
        here = client("s3", first["region"], credentials)
        found = [one["Name"] for one in here.list_buckets(BucketRegion=first["region"]).get("Buckets", [])]
        same(f"{where} buckets of a region", [one["name"] for one in truth if one["region"] == first["region"]], found)
        found = [one["Name"] for one in s3.list_buckets(Prefix=first["name"][:9]).get("Buckets", [])]
        same(f"{where} buckets with a prefix", [one["name"] for one in truth if one["name"].startswith(first["name"][:9])], found)
        virtual = client("s3", first["region"], credentials, s3={"addressing_style": "virtual"})
        same(f"{where} virtual-hosted", first["region"], virtual.head_bucket(Bucket=first["name"])["BucketRegion"])
    clients = {}
    for bucket in truth:
        region = bucket["region"]
        clients.setdefault(region, client("s3", region, credentials, s3={"addressing_style": "path"}))
        check_bucket(clients[region], account, bucket, scenario["partition"])


def check_errors(scenario, credentials, account, other):
    """What goes wrong must go wrong as it does on AWS."""
    bucket = account["buckets"][0]
    s3 = client("s3", bucket["region"], credentials)
    refused("no such bucket", "NoSuchBucket", lambda: s3.get_bucket_acl(Bucket="no-such-bucket-anywhere"), 404)
    refused("HEAD of no such bucket", "404", lambda: s3.head_bucket(Bucket="no-such-bucket-anywhere"), 404)
    refused(
        "unexpected owner",
        "AccessDenied",
        lambda: s3.get_bucket_acl(Bucket=bucket["name"], ExpectedBucketOwner=other["id"]),
        403,
    )
    foreign = next(one for one in other["buckets"])
    theirs = client("s3", foreign["region"], credentials)
    refused("foreign bucket", "AccessDenied", lambda: theirs.get_bucket_versioning(Bucket=foreign["name"]), 403)
    control = client("s3control", "us-east-1", credentials)
    refused("foreign account", "AccessDenied", lambda: control.get_public_access_block(AccountId=other["id"]), 403)

    elsewhere = "us-west-2" if bucket["region"] != "us-west-2" else "eu-west-1"
    far = client("s3", elsewhere, credentials)
    statuses = []
    far.meta.events.register("before-parse", lambda response_dict, **_: statuses.append(response_dict["status_code"]))
    # boto3 follows the redirect by the region that the first answer names.
    far.get_bucket_versioning(Bucket=bucket["name"])
    same("wrong region", 301, statuses[0])
    same("after the redirect", 200, statuses[-1])

    refused("an operation that is not there", "NotImplemented", lambda: s3.list_objects_v2(Bucket=bucket["name"]), 501)
    stranger = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x"}
    refused("unknown key at S3", "InvalidAccessKeyId", client("s3", "us-east-1", stranger).list_buckets, 403)
    refused("unknown key at STS", "InvalidClientTokenId", client("sts", "us-east-1", stranger).get_caller_identity, 403)
    refused(
        "unknown key at Organizations",
        "UnrecognizedClientException",
        client("organizations", "us-east-1", stranger).describe_organization,
    )
    member = client("organizations", "us-east-1", credentials)
    refused("a member may not list", "AccessDeniedException", member.list_accounts)
    same("a member may ask", scenario["organization"]["id"], member.describe_organization()["Organization"]["Id"])


def paged(call, member, **options):
    found, token, empty = [], None, 0
    while True:
        answer = call(**options, **({"NextToken": token} if token else {}))
        found += answer[member]
        token = answer.get("NextToken")
        empty += not answer[member] and bool(token)
        if not token:
            return found, empty


def check_policies(scenario, caller):
    truth = scenario["organization"]
    organizations = client("organizations", "us-east-1", caller)
    types = organizations.list_roots()["Roots"][0]["PolicyTypes"]
    same("policy types", [(kind, "ENABLED") for kind in truth["policy_types"]], [(one["Type"], one["Status"]) for one in types])
    for kind in truth["policy_types"]:
        listed, _ = paged(organizations.list_policies, "Policies", Filter=kind)
        expected = [policy for policy in truth["policies"] if policy["kind"] == kind]
        same(f"{kind}", [policy["id"] for policy in expected], [policy["Id"] for policy in listed])
        for policy, found in zip(expected, listed):
            same(
                f"policy {policy['id']}",
                (policy["name"], policy["is_made_by_aws"], kind),
                (found["Name"], found["AwsManaged"], found["Type"]),
            )
            found = organizations.describe_policy(PolicyId=policy["id"])["Policy"]
            same(f"content of {policy['id']}", policy["content"], found["Content"])
            targets, _ = paged(organizations.list_targets_for_policy, "Targets", PolicyId=policy["id"])
            same(f"targets of {policy['id']}", policy.get("targets", []), [target["TargetId"] for target in targets])
    refused("no such policy", "PolicyNotFoundException", lambda: organizations.describe_policy(PolicyId="p-nosuchpolicy"))
    administrators, _ = paged(organizations.list_delegated_administrators, "DelegatedAdministrators")
    expected = sorted({one["account"] for one in truth["delegations"]})
    same("delegated administrators", expected, [one["Id"] for one in administrators])
    for account in expected:
        services, _ = paged(organizations.list_delegated_services_for_account, "DelegatedServices", AccountId=account)
        same(
            f"services of {account}",
            [(one["service"], moment(one["enabled_at"])) for one in truth["delegations"] if one["account"] == account],
            [(one["ServicePrincipal"], one["DelegationEnabledDate"]) for one in services],
        )
    member = next(account for account in scenario["accounts"] if account["id"] != truth["management_account"])
    check_effective_policy(member, scenario, caller, TargetId=member["id"])


def check_organization(scenario, caller):
    check_policies(scenario, caller)
    truth = scenario["organization"]
    organizations = client("organizations", "us-east-1", caller)
    found = organizations.describe_organization()["Organization"]
    same("organization", (truth["id"], truth["management_account"]), (found["Id"], found["MasterAccountId"]))

    accounts, empty = paged(organizations.list_accounts, "Accounts", MaxResults=2)
    same("empty pages of accounts", True, empty > 0)
    by_id = {account["id"]: account for account in scenario["accounts"]}
    same("accounts", [account["id"] for account in scenario["accounts"]], [account["Id"] for account in accounts])
    units = {unit["id"]: unit for unit in truth["units"]}

    def path(unit):
        return path(units[unit].get("parent")) + f"{unit}/" if unit else f"{truth['id']}/{truth['root_id']}/"

    for account in accounts:
        expected = by_id[account["Id"]]
        same(
            f"account {account['Id']}",
            (expected["name"], expected["email"], expected["state"], moment(expected["joined_at"]),
             [path(expected.get("unit")) + f"{account['Id']}/"]),
            (account["Name"], account["Email"], account["State"], account["JoinedTimestamp"], account["Paths"]),
        )
        parent = organizations.list_parents(ChildId=account["Id"])["Parents"][0]
        unit = expected.get("unit")
        written = {"Id": unit, "Type": "ORGANIZATIONAL_UNIT"} if unit else {"Id": truth["root_id"], "Type": "ROOT"}
        same(f"parent of {account['Id']}", written, parent)
        tags, _ = paged(organizations.list_tags_for_resource, "Tags", ResourceId=account["Id"])
        same(f"tags of {account['Id']}", expected.get("tags", {}), {tag["Key"]: tag["Value"] for tag in tags})
        described = organizations.describe_account(AccountId=account["Id"])["Account"]
        same(f"description of {account['Id']}", account, described)

    roots = organizations.list_roots()["Roots"]
    same("root", [truth["root_id"]], [root["Id"] for root in roots])
    seen_units, seen_accounts, waiting = [], [], [truth["root_id"]]
    while waiting:
        parent = waiting.pop()
        below, _ = paged(organizations.list_organizational_units_for_parent, "OrganizationalUnits", ParentId=parent, MaxResults=2)
        there, _ = paged(organizations.list_accounts_for_parent, "Accounts", ParentId=parent, MaxResults=2)
        seen_accounts += [account["Id"] for account in there]
        for unit in below:
            waiting.append(unit["Id"])
            seen_units.append(unit["Id"])
            described = organizations.describe_organizational_unit(OrganizationalUnitId=unit["Id"])["OrganizationalUnit"]
            same(f"unit {unit['Id']}", units[unit["Id"]]["name"], described["Name"])
            same(f"path of {unit['Id']}", path(unit["Id"]), described["Path"])
    same("units in the tree", sorted(units), sorted(seen_units))
    same("accounts in the tree", sorted(by_id), sorted(seen_accounts))
    refused("no such child", "ChildNotFoundException", lambda: organizations.list_parents(ChildId="999999999999"))
    refused(
        "no such unit",
        "OrganizationalUnitNotFoundException",
        lambda: organizations.describe_organizational_unit(OrganizationalUnitId="ou-abcd-12345678"),
    )


READ_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["s3:Get*", "s3:List*", "account:ListRegions", "sts:GetCallerIdentity", "organizations:*"],
            "Resource": "*",
        }
    ],
}


def check_sessions(scenario, caller, role_name, account, partition):
    """Assuming roles, and what a session may do; gives the credentials of a session in the account."""
    sts = client("sts", "us-east-1", caller)
    identity = sts.get_caller_identity()
    same("calling account", scenario["caller_account"], identity["Account"])
    same("calling user", f"arn:{partition}:iam::{scenario['caller_account']}:user/{scenario['caller_user']}", identity["Arn"])

    arn = f"arn:{partition}:iam::{account['id']}:role/{role_name}"
    external = account["roles"][0].get("external_id")
    options = {"RoleArn": arn, "RoleSessionName": "boto3", **({"ExternalId": external} if external else {})}
    begin = datetime.datetime.now(datetime.timezone.utc)
    answer = sts.assume_role(**options, DurationSeconds=900, Policy=json.dumps(READ_ONLY))
    left = (answer["Credentials"]["Expiration"] - begin).total_seconds()
    same("the session lasts what was asked for", True, 880 <= left <= 960)
    same("the policy was packed", True, 0 < answer["PackedPolicySize"] <= 100)
    session = answer["Credentials"]
    found = client("sts", "us-east-1", session).get_caller_identity()
    written = f"arn:{partition}:sts::{account['id']}:assumed-role/{role_name}/boto3"
    same("session", (account["id"], written), (found["Account"], found["Arn"]))
    same("arn of the assumed role", written, answer["AssumedRoleUser"]["Arn"])

    if external:
        without = {key: value for key, value in options.items() if key != "ExternalId"}
        refused("without the external id", "AccessDenied", lambda: sts.assume_role(**without), 403)
        wrong = {**options, "ExternalId": "wrong"}
        refused("with a wrong external id", "AccessDenied", lambda: sts.assume_role(**wrong), 403)
    missing = {**options, "RoleArn": arn + "-missing"}
    refused("a role that is not there", "AccessDenied", lambda: sts.assume_role(**missing), 403)
    nowhere = {**options, "RoleArn": f"arn:{partition}:iam::000000000001:role/{role_name}"}
    refused("an account that is not there", "AccessDenied", lambda: sts.assume_role(**nowhere), 403)
    refused("too short", "ValidationError", lambda: sts.assume_role(**options, DurationSeconds=60), 400)
    refused("too long", "ValidationError", lambda: sts.assume_role(**options, DurationSeconds=43200), 400)
    refused("no policy", "MalformedPolicyDocument", lambda: sts.assume_role(**options, Policy="{"), 400)
    stranger = client("sts", "us-east-1", session)
    refused("a role that does not trust", "AccessDenied", lambda: stranger.assume_role(**options), 403)

    narrow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}
    limited = sts.assume_role(**options, Policy=json.dumps(narrow))["Credentials"]
    s3 = client("s3", account["buckets"][0]["region"], limited)
    s3.list_buckets()
    name = account["buckets"][0]["name"]
    answer = refused("outside the session policy", "AccessDenied", lambda: s3.get_bucket_acl(Bucket=name), 403)
    message = answer["Error"]["Message"]
    same("the refusal names the session policy", True, "no session policy allows the s3:GetBucketAcl action" in message)
    regional = client("account", "us-east-1", limited)
    refused("outside the session policy, REST-JSON", "AccessDeniedException", regional.list_regions, 403)
    return session


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        given = json.load(file)
    scenario = given["scenario"]
    partition = scenario["partition"]
    caller = {"AccessKeyId": given["caller"]["access_key_id"], "SecretAccessKey": given["caller"]["secret_access_key"]}
    check_organization(scenario, caller)
    readable = [account for account in scenario["accounts"] if account["state"] == "ACTIVE" and account.get("roles")]
    for account in readable:
        if not account.get("buckets"):
            continue
        session = check_sessions(scenario, caller, given["role_name"], account, partition)
        check_account(account, scenario, session)
    own = next(account for account in scenario["accounts"] if account["id"] == scenario["caller_account"])
    check_account(own, scenario, caller)
    # Not one that administers a service, since such an account may list the organization.
    delegated = {one["account"] for one in scenario["organization"]["delegations"]}
    plain = [account for account in readable if account.get("buckets") and account["id"] not in delegated]
    first, second = plain[:2]
    sts = client("sts", "us-east-1", caller)
    external = first["roles"][0].get("external_id")
    session = sts.assume_role(
        RoleArn=f"arn:{partition}:iam::{first['id']}:role/{given['role_name']}",
        RoleSessionName="errors",
        **({"ExternalId": external} if external else {}),
    )["Credentials"]
    check_errors(scenario, session, first, second)
    for difference in differences:
        print(difference, file=sys.stderr)
    print(json.dumps({"comparisons": comparisons, "differences": len(differences), "operations": sorted(operations)}))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
