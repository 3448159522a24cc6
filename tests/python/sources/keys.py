"""The keys of KMS that buckets and delivery channels use."""

from config import renamed
from read import absent

NO_ENCRYPTION = ["ServerSideEncryptionConfigurationNotFoundError"]
NO_REPLICATION = ["ReplicationConfigurationNotFoundError"]


def enabled_regions(aws):
    account = aws.client("account")
    regions, token = [], None
    while True:
        page = account.list_regions(**({"NextToken": token} if token else {}))
        regions += [each["RegionName"] for each in page["Regions"] if each["RegionOptStatus"].startswith("ENABLED")]
        token = page.get("NextToken")
        if not token:
            return regions


def references(aws):
    """Who uses which key: pairs of a region and a name; and in how many places was looked."""
    named = set()
    places = 0
    s3 = aws.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        region = bucket.get("BucketRegion") or s3.get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1"
        regional = aws.client("s3", region)
        places += 2
        encryption = absent(NO_ENCRYPTION, lambda: regional.get_bucket_encryption(Bucket=name))
        for rule in encryption["ServerSideEncryptionConfiguration"]["Rules"] if encryption else []:
            default = rule.get("ApplyServerSideEncryptionByDefault", {})
            if "KMSMasterKeyID" in default:
                named.add((region, default["KMSMasterKeyID"]))
            elif default.get("SSEAlgorithm", "").startswith("aws:kms"):
                named.add((region, "alias/aws/s3"))
        replication = absent(NO_REPLICATION, lambda: regional.get_bucket_replication(Bucket=name))
        for rule in replication["ReplicationConfiguration"]["Rules"] if replication else []:
            key = rule["Destination"].get("EncryptionConfiguration", {}).get("ReplicaKmsKeyID")
            if key:
                named.add((region, key))
    regions = enabled_regions(aws)
    places += len(regions)
    for region in regions:
        for channel in aws.client("config", region).describe_delivery_channels()["DeliveryChannels"]:
            if "s3KmsKeyArn" in channel:
                named.add((channel["s3KmsKeyArn"].split(":")[3], channel["s3KmsKeyArn"]))
    return sorted(named), places


def turned(call, key):
    entries, more = [], {}
    while True:
        page = call(**more)
        entries += page[key]
        if not page["Truncated"]:
            return entries
        more = {"Marker": page["NextMarker"]}


def find(aws, region, name):
    """The client of the key's region, and the key's metadata."""
    if name.startswith("arn:"):
        region = name.split(":")[3]
    kms = aws.client("kms", region)
    if name.startswith("alias/aws/"):
        # To describe such an alias would make its key.
        targets = {each["AliasName"]: each.get("TargetKeyId") for each in turned(kms.list_aliases, "Aliases")}
        name = targets.get(name)
        if name is None:
            return kms, None
    try:
        found = absent(["NotFoundException"], lambda: kms.describe_key(KeyId=name))
    except kms.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDeniedException"
        return kms, {"gap": "denied"}
    return kms, found and found["KeyMetadata"]


def described(key):
    said = renamed(
        key,
        id="KeyId",
        account="AWSAccountId",
        manager="KeyManager",
        state="KeyState",
        enabled="Enabled",
        origin="Origin",
        spec="KeySpec",
        usage="KeyUsage",
        created_at="CreationDate",
        deletion_at="DeletionDate",
        pending_deletion_days="PendingDeletionWindowInDays",
        expiration_model="ExpirationModel",
        material_expires_at="ValidTo",
        custom_key_store="CustomKeyStoreId",
    )
    if key.get("Description"):
        said["description"] = key["Description"]
    relatives = key.get("MultiRegionConfiguration")
    if relatives:
        said["multi_region"] = {
            "role": relatives["MultiRegionKeyType"],
            "primary_arn": relatives["PrimaryKey"]["Arn"],
            "replica_arns": [each["Arn"] for each in relatives["ReplicaKeys"]],
        }
    return said


def rotation(kms, key):
    if key["KeyManager"] == "AWS":
        return {"not-configurable": "managed-by-aws"}
    if key["KeySpec"] != "SYMMETRIC_DEFAULT":
        return {"not-configurable": "not-symmetric"}
    if key["Origin"] == "EXTERNAL":
        return {"not-configurable": "imported-material"}
    if key["Origin"] != "AWS_KMS":
        return {"not-configurable": "custom-key-store"}
    found = kms.get_key_rotation_status(KeyId=key["Arn"])
    return {
        "configured": renamed(
            found, enabled="KeyRotationEnabled", period_days="RotationPeriodInDays", next_at="NextRotationDate"
        )
    }


def grants(kms, key):
    account = key["AWSAccountId"]
    found = turned(lambda **more: kms.list_grants(KeyId=key["Arn"], **more), "Grants")
    summary = {"total": len(found), "own_account": 0, "services": 0, "others": []}
    for each in found:
        grantee = each.get("GranteePrincipal", "")
        if "GranteeServicePrincipal" in each or grantee.endswith(".amazonaws.com"):
            summary["services"] += 1
        elif f":{account}:" in grantee:
            summary["own_account"] += 1
        else:
            other = renamed(
                each, id="GrantId", grantee="GranteePrincipal", issuing_account="IssuingAccount", operations="Operations"
            )
            if each.get("Name"):
                other["name"] = each["Name"]
            other["constrained"] = bool(each.get("Constraints"))
            summary["others"].append(other)
    return summary


def read(aws, region):
    uses, keys = [], {}
    named, places = references(aws)
    for region, name in named:
        kms, found = find(aws, region, name)
        is_known = found is not None and "Arn" in found
        resolved = found["Arn"] if is_known else found
        uses.append({"reference": {"region": region, "key": name}, "resolved": resolved})
        if is_known and found["Arn"] not in keys:
            is_own = found["AWSAccountId"] == aws.account
            elsewhere = {"gap": "outside-scan"}
            keys[found["Arn"]] = {
                "arn": found["Arn"],
                "description": described(found),
                "rotation": rotation(kms, found),
                "policy": kms.get_key_policy(KeyId=found["Arn"])["Policy"] if is_own else elsewhere,
                "grants": grants(kms, found),
            }
    return {"referrers": {"places": places}, "uses": uses, "keys": [keys[arn] for arn in sorted(keys)]}
