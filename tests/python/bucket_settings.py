"""The variants of every bucket setting that moto stores, each with the call that makes it and the facts that it makes.

A variant is a function of a `Place`; it returns a `Wish`. The facts are written as the snapshot writes a setting's
value, so that a test can hold both against each other without translating. Nothing here knows how a setting is judged.
"""

from dataclasses import dataclass, field

LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
STRANGER = "999988887777"
"""An account that does not belong to the organization."""
STRANGER_ID = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
"""That account as access control lists name it."""
OWNER = 'id="75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"'
"""The canonical id that moto gives to every owner of a bucket."""


@dataclass
class Place:
    """The bucket for which a variant is made, and what lies around it."""

    account: str
    region: str
    name: str
    log_target: str
    neighbour: str
    """A bucket of the same account in the same region; empty where there is none."""
    replica: str
    """A bucket of another account in another region."""
    replica_account: str

    @property
    def arn(self):
        return f"arn:aws:s3:::{self.name}"


@dataclass
class Wish:
    """A setting as it is asked for: the calls in order, and the facts (`None` when the setting is not to exist)."""

    form: str
    facts: object = None
    calls: list = field(default_factory=list)


def wish(form, facts=None, *calls):
    return Wish(form, facts, list(calls))


def unset(_place):
    return wish("unset")


# Block Public Access

SWITCHES = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
SWITCH_FORMS = {
    "all": (True, True, True, True),
    "none": (False, False, False, False),
    "no-new-grants": (True, False, True, False),
    "effective-only": (False, True, False, True),
    "without-restrict": (True, True, True, False),
}
AWS_SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def public_access_block(form):
    values = SWITCH_FORMS[form]
    configuration = {"PublicAccessBlockConfiguration": dict(zip(AWS_SWITCHES, values))}
    return wish(form, dict(zip(SWITCHES, values)), ("put_public_access_block", configuration))


PUBLIC_ACCESS_BLOCK = [unset] + [lambda _, form=form: public_access_block(form) for form in SWITCH_FORMS]


# Access control lists and object ownership

def grant(grantee, permission):
    return {"grantee": grantee, "permission": permission}


def acl(form, arguments, *others):
    return wish(form, {"grants_to_others": list(others)}, ("put_bucket_acl", arguments))


def group(uri):
    return f'uri="{uri}"'


ACL = [
    lambda _: acl("private", {"ACL": "private"}),
    lambda _: acl("public-read", {"ACL": "public-read"}, grant({"group": ALL_USERS}, "READ")),
    # Where a canned list gives one grantee two permissions, moto keeps the first only; these are written out.
    lambda _: acl(
        "public-read-write",
        {"GrantFullControl": OWNER, "GrantRead": group(ALL_USERS), "GrantWrite": group(ALL_USERS)},
        grant({"group": ALL_USERS}, "READ"),
        grant({"group": ALL_USERS}, "WRITE"),
    ),
    lambda _: acl(
        "authenticated-read", {"ACL": "authenticated-read"}, grant({"group": AUTHENTICATED_USERS}, "READ")
    ),
    lambda _: acl(
        "log-delivery-write",
        {"GrantFullControl": OWNER, "GrantReadACP": group(LOG_DELIVERY), "GrantWrite": group(LOG_DELIVERY)},
        grant({"group": LOG_DELIVERY}, "READ_ACP"),
        grant({"group": LOG_DELIVERY}, "WRITE"),
    ),
    lambda _: acl(
        "other-account",
        {"GrantFullControl": OWNER, "GrantRead": f'id="{STRANGER_ID}"'},
        grant({"canonical-user": STRANGER_ID}, "READ"),
    ),
]


def ownership(value):
    rules = {"OwnershipControls": {"Rules": [{"ObjectOwnership": value}]}}
    return wish(value, {"object_ownership": value}, ("put_bucket_ownership_controls", rules))


OWNERSHIP = [unset] + [
    lambda _, value=value: ownership(value)
    for value in ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")
]


# Encryption, versions, locks, copies

def encryption(form, algorithm, key=None, bucket_key=False):
    default = {"SSEAlgorithm": algorithm} | ({"KMSMasterKeyID": key} if key else {})
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bucket_key}
    facts = {"defaults": [{"algorithm": algorithm, "kms_key": key, "bucket_key_enabled": bucket_key}]}
    return wish(
        form, facts, ("put_bucket_encryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}})
    )


def own_key(place):
    return f"arn:aws:kms:{place.region}:{place.account}:key/11112222-3333-4444-5555-666677778888"


ENCRYPTION = [
    unset,
    lambda _: encryption("AES256", "AES256"),
    lambda _: encryption("kms-aws-managed", "aws:kms"),
    lambda place: encryption("kms-own-key", "aws:kms", own_key(place)),
    lambda place: encryption("kms-bucket-key", "aws:kms", own_key(place), True),
    lambda _: encryption("kms-alias", "aws:kms", "alias/data", True),
    lambda place: encryption("dsse", "aws:kms:dsse", own_key(place)),
]


def versioning(status):
    return wish(
        status,
        {"status": status, "mfa_delete": None},
        ("put_bucket_versioning", {"VersioningConfiguration": {"Status": status}}),
    )


def never_versioned(_place):
    return wish("unset", {"status": None, "mfa_delete": None})


VERSIONING = [never_versioned, lambda _: versioning("Enabled"), lambda _: versioning("Suspended")]


def object_lock(form, retention=None):
    configuration = {"ObjectLockEnabled": "Enabled"}
    facts = {"enabled": True, "default_retention": None}
    if retention:
        configuration["Rule"] = {"DefaultRetention": retention}
        facts["default_retention"] = {
            "mode": retention["Mode"],
            "days": retention.get("Days"),
            "years": retention.get("Years"),
        }
    return wish(form, facts, ("put_object_lock_configuration", {"ObjectLockConfiguration": configuration}))


OBJECT_LOCK = [unset] * 12 + [
    lambda _: object_lock("no-default"),
    lambda _: object_lock("governance-days", {"Mode": "GOVERNANCE", "Days": 30}),
    lambda _: object_lock("compliance-years", {"Mode": "COMPLIANCE", "Years": 7}),
]


def replication(form, status, destination, account=None):
    target = {"Bucket": destination} | ({"Account": account} if account else {})
    rule = {
        "ID": form,
        "Priority": 1,
        "Status": status,
        "Prefix": "",
        "Destination": target,
    }
    role = "arn:aws:iam::123456789012:role/replication"
    facts = {
        "role": role,
        "rules": [
            {"id": form, "status": status, "destination_bucket": destination, "destination_account": account}
        ],
    }
    return wish(
        form, facts, ("put_bucket_replication", {"ReplicationConfiguration": {"Role": role, "Rules": [rule]}})
    )


REPLICATION = [unset] * 6 + [
    lambda place: replication("other-account", "Enabled", f"arn:aws:s3:::{place.replica}", place.replica_account),
    lambda place: replication("same-region", "Enabled", f"arn:aws:s3:::{place.neighbour}"),
    lambda _: replication("elsewhere", "Enabled", "arn:aws:s3:::a-bucket-outside-of-the-organization"),
    lambda place: replication("switched-off", "Disabled", f"arn:aws:s3:::{place.replica}"),
]


# Logs and notifications

def logging(form, target, prefix):
    enabled = {"TargetBucket": target, "TargetPrefix": prefix}
    return wish(
        form,
        {"target_bucket": target, "target_prefix": prefix},
        ("put_bucket_logging", {"BucketLoggingStatus": {"LoggingEnabled": enabled}}),
    )


LOGGING = [
    unset,
    lambda place: logging("to-log-bucket", place.log_target, "logs/"),
    lambda place: logging("to-log-bucket-without-prefix", place.log_target, ""),
]


def notifications(form, **targets):
    configuration = {}
    facts = {"topics": [], "queues": [], "functions": [], "event_bridge": False}
    members = {
        "topics": ("TopicConfigurations", "TopicArn"),
        "queues": ("QueueConfigurations", "QueueArn"),
        "functions": ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
    }
    for kind, arn in targets.items():
        member, arn_member = members[kind]
        configuration[member] = [{"Id": kind, arn_member: arn, "Events": ["s3:ObjectCreated:*"]}]
        facts[kind] = [{"id": kind, "arn": arn, "events": ["s3:ObjectCreated:*"]}]
    return wish(
        form, facts, ("put_bucket_notification_configuration", {"NotificationConfiguration": configuration})
    )


def nobody_notified(_place):
    return wish("unset", {"topics": [], "queues": [], "functions": [], "event_bridge": False})


def target_arn(place, service, resource):
    return f"arn:aws:{service}:{place.region}:{place.account}:{resource}"


NOTIFICATIONS = [
    nobody_notified,
    lambda place: notifications("queue", queues=target_arn(place, "sqs", "events")),
    lambda place: notifications("topic", topics=target_arn(place, "sns", "events")),
    lambda place: notifications("function", functions=target_arn(place, "lambda", "function:events")),
]


# Lifecycle, tags, website, cross-origin requests, inventory, acceleration

EVERYTHING = {"prefix": "", "by_tag": False, "by_size": False}


def lifecycle(form, *rules):
    configuration, facts = [], []
    for number, (status, filters, filter_facts, members, actions) in enumerate(rules):
        configuration.append({"ID": f"{form}-{number}", "Status": status, "Filter": filters} | members)
        facts.append({"id": f"{form}-{number}", "status": status, "filter": filter_facts, "actions": actions})
    return wish(
        form,
        facts,
        ("put_bucket_lifecycle_configuration", {"LifecycleConfiguration": {"Rules": configuration}}),
    )


ALL_KEYS = ({"Prefix": ""}, EVERYTHING)
SOME_KEYS = ({"Prefix": "tmp/"}, EVERYTHING | {"prefix": "tmp/"})
TAGGED_KEYS = ({"Tag": {"Key": "temporary", "Value": "yes"}}, {"prefix": None, "by_tag": True, "by_size": False})
EXPIRE = ({"Expiration": {"Days": 365}}, [{"expire-after-days": 365}])
EXPIRE_SOON = ({"Expiration": {"Days": 30}}, [{"expire-after-days": 30}])
ABORT = (
    {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
    [{"abort-incomplete-multipart-upload": 7}],
)
OLD_VERSIONS = (
    {"NoncurrentVersionExpiration": {"NoncurrentDays": 90}},
    [{"expire-noncurrent-after-days": {"days": 90, "keep": None}}],
)
COLDER = (
    {"Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]},
    [{"transition": {"days": 30, "storage_class": "GLACIER"}}],
)
LIFECYCLE = [
    unset,
    lambda _: lifecycle("expire", ("Enabled", *ALL_KEYS, *EXPIRE)),
    lambda _: lifecycle("expire-soon", ("Enabled", *ALL_KEYS, *EXPIRE_SOON)),
    lambda _: lifecycle("switched-off", ("Disabled", *ALL_KEYS, *EXPIRE)),
    lambda _: lifecycle("some-keys", ("Enabled", *SOME_KEYS, *EXPIRE_SOON)),
    lambda _: lifecycle("tagged", ("Enabled", *TAGGED_KEYS, *EXPIRE_SOON)),
    lambda _: lifecycle("abort", ("Enabled", *ALL_KEYS, *ABORT)),
    lambda _: lifecycle("old-versions", ("Enabled", *ALL_KEYS, *OLD_VERSIONS), ("Enabled", *ALL_KEYS, *ABORT)),
    lambda _: lifecycle("colder", ("Enabled", *ALL_KEYS, *COLDER)),
]


def tagging(form, tags):
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    return wish(form, tags, ("put_bucket_tagging", {"Tagging": {"TagSet": pairs}}))


TAGGING = [
    unset,
    lambda _: tagging("classified", {"data-classification": "confidential", "owner": "team-a"}),
    lambda _: tagging("unclassified", {"owner": "team-b"}),
    lambda _: tagging("hostile", {"note": "<script>document.title='ran'</script>", "formula": "=cmd|' /C calc'!A0"}),
    lambda _: tagging("unicode", {"Größe": "häufig — 東京"}),
]


def website(form, configuration, **facts):
    base = {"index_document": None, "error_document": None, "redirect_all_requests_to": None, "routing_rules": 0}
    return wish(form, base | facts, ("put_bucket_website", {"WebsiteConfiguration": configuration}))


WEBSITE = [unset] * 4 + [
    lambda _: website("index", {"IndexDocument": {"Suffix": "index.html"}}, index_document="index.html"),
    lambda _: website(
        "index-and-error",
        {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}},
        index_document="index.html",
        error_document="error.html",
    ),
    lambda _: website(
        "redirect",
        {"RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "https"}},
        redirect_all_requests_to={"host_name": "example.com", "protocol": "https"},
    ),
]


def cors(form, *rules):
    names = {
        "allowed_origins": "AllowedOrigins",
        "allowed_methods": "AllowedMethods",
        "allowed_headers": "AllowedHeaders",
    }
    configuration = [{names[key]: value for key, value in rule.items() if value} for rule in rules]
    return wish(form, list(rules), ("put_bucket_cors", {"CORSConfiguration": {"CORSRules": configuration}}))


def cors_rule(*origins, methods=("GET",), headers=()):
    return {"allowed_origins": list(origins), "allowed_methods": list(methods), "allowed_headers": list(headers)}


CORS = [
    unset,
    unset,
    lambda _: cors("any-origin", cors_rule("*")),
    lambda _: cors("named-origin", cors_rule("https://www.example.com", methods=("GET", "PUT"), headers=("*",))),
    lambda _: cors("named-and-any", cors_rule("https://www.example.com"), cors_rule("*", methods=("PUT",))),
    lambda _: cors("any-subdomain", cors_rule("https://*.example.com")),
]


def inventory(form, *configurations):
    calls, facts = [], []
    for name, is_enabled, frequency, destination in configurations:
        calls.append((
            "put_bucket_inventory_configuration",
            {
                "Id": name,
                "InventoryConfiguration": {
                    "Id": name,
                    "IsEnabled": is_enabled,
                    "IncludedObjectVersions": "All",  # moto keeps no other value
                    "Schedule": {"Frequency": frequency},
                    "Destination": {"S3BucketDestination": {"Bucket": destination, "Format": "CSV"}},
                },
            },
        ))
        facts.append({
            "id": name,
            "is_enabled": is_enabled,
            "frequency": frequency,
            "included_versions": "All",
            "destination_bucket": destination,
        })
    return Wish(form, facts, calls)


def no_inventory(_place):
    return wish("unset", [])


def log_bucket_arn(place):
    return f"arn:aws:s3:::{place.log_target}"


INVENTORY = [
    no_inventory,
    no_inventory,
    lambda place: inventory("daily", ("daily", True, "Daily", log_bucket_arn(place))),
    lambda place: inventory("switched-off", ("weekly", False, "Weekly", log_bucket_arn(place))),
    lambda place: inventory(
        "two",
        ("a-weekly", False, "Weekly", log_bucket_arn(place)),
        ("b-daily", True, "Daily", log_bucket_arn(place)),
    ),
]


def acceleration(status):
    return wish(
        status,
        {"status": status},
        ("put_bucket_accelerate_configuration", {"AccelerateConfiguration": {"Status": status}}),
    )


ACCELERATION = [lambda _: wish("unset", {"status": None})] * 3 + [lambda _: acceleration("Enabled")]


VARIANTS = {
    "public_access_block": PUBLIC_ACCESS_BLOCK,
    "acl": ACL,
    "ownership_controls": OWNERSHIP,
    "encryption": ENCRYPTION,
    "versioning": VERSIONING,
    "object_lock": OBJECT_LOCK,
    "logging": LOGGING,
    "lifecycle": LIFECYCLE,
    "replication": REPLICATION,
    "notifications": NOTIFICATIONS,
    "tagging": TAGGING,
    "website": WEBSITE,
    "cors": CORS,
    "inventory": INVENTORY,
    "acceleration": ACCELERATION,
}
"""Every setting but the bucket policy, by the member's name in the snapshot."""
