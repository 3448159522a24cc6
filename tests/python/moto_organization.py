"""Fills a moto server with an organization whose every setting varies, and prints what it asked for.

    python moto_organization.py --endpoint http://127.0.0.1:5000 --seed 7

It starts no server and expects one that is empty. The same seed gives the same organization: 20 accounts in 5
organizational units, a role in each, 200 buckets in 4 regions. Nothing here knows how a setting is judged.

Standard output is one JSON document:

    {"seed", "role", "regions": […],
     "organization": {"id", "arn", "management_account", "organizational_units": [path…]},
     "accounts": [by id
       {"id", "name", "is_management", "organizational_unit": path, "tags": {…},
        "public_access_block": null or the four switches,
        "buckets": [by number
          {"name", "region",
           "forms": {setting: the name of the variant that it was dealt},
           "policy": {"document": null or the policy, "tls_form", "denies_every_request_without_tls",
                      "sharing_form", "is_log_target"},
           "settings": {setting: its facts}}]}]}

A setting has the name of its member in the snapshot, and its facts are written as the snapshot writes its value, as
far as moto keeps it; `null` says that there is no such setting. An access control list states the grants to others than
the owner (`grants_to_others`). What moto does not keep at all is not here: request payment, MFA delete, EventBridge,
blocked encryption types, attribute-based access control, S3 Metadata and the key format of logs.

With `--check` every setting is read back through boto3, and a setting that moto does not give back is named and ends
the program with an error: a later moto may drop one.
"""

import argparse
import json
import random
import socket
import sys
import urllib.parse
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from bucket_policies import SHARING_FORMS, TLS_FORMS, log_delivery
from bucket_settings import SWITCH_FORMS, VARIANTS, Place, Wish, public_access_block
from read_back import differences

MANAGEMENT_ACCOUNT = "123456789012"
"""The account to which moto gives every access key that it does not know."""
ROLE = "s3attest-read"
MANAGEMENT_ROLE = "OrganizationAccountAccessRole"
REGIONS = ("us-east-1", "eu-central-1", "eu-west-1", "ap-southeast-2")
UNITS = ("/platform", "/workloads", "/workloads/production", "/workloads/test", "/sandbox")
ACCOUNTS = 20
BUCKETS_PER_ACCOUNT = 10
SAME_REGION = ((0, 1, 2, 3), (4, 5, 6), (7, 8), (9,))
"""The numbers of an account's buckets, by region."""
LOG_TARGETS = {0: SAME_REGION[0], 4: SAME_REGION[1]}
"""By the log target's number: the buckets that may log to it, since they lie in its region."""

FIRST = ("versioning", "acl")
LAST = ("policy", "public_access_block")
ORDER = (*FIRST, *(setting for setting in VARIANTS if setting not in FIRST + LAST), *LAST)
"""Replication and locks need versions; object ownership may refuse lists, and Block Public Access refuses public
lists and policies, that come after it."""


class Session:
    """Clients of one account."""

    def __init__(self, endpoint, account, keys):
        self.account = account
        self._session = boto3.Session(**keys)
        self._endpoint = endpoint
        self._clients = {}

    def client(self, service, region="us-east-1"):
        if (service, region) not in self._clients:
            # The server is addressed by number, so S3 uses path style by itself.
            config = Config(retries={"total_max_attempts": 1})
            self._clients[service, region] = self._session.client(
                service, region_name=region, endpoint_url=self._endpoint, config=config
            )
        return self._clients[service, region]


def resolve_account_hosts(host):
    """S3 Control puts the account id before the host, which no resolver knows: let every such name be the host."""
    resolve = socket.getaddrinfo

    def resolve_as_host(name, *arguments, **options):
        return resolve(host if str(name).endswith(f".{host}") else name, *arguments, **options)

    socket.getaddrinfo = resolve_as_host


def management_session(endpoint):
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return Session(endpoint, MANAGEMENT_ACCOUNT, keys)


def member_session(endpoint, management, account):
    """The session of a member account through the role that Organizations makes in each account that it creates."""
    credentials = management.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{MANAGEMENT_ROLE}", RoleSessionName="seeding"
    )["Credentials"]
    keys = {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }
    return Session(endpoint, account, keys)


def dealt(generator, choices, count):
    """As many choices as asked for, each about equally often, in random order."""
    deck = [choices[number % len(choices)] for number in range(count)]
    generator.shuffle(deck)
    return deck


def make_units(organizations):
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = {"/": root}
    for path in UNITS:
        parent, _, name = path.rpartition("/")
        unit = organizations.create_organizational_unit(ParentId=units[parent or "/"], Name=name)
        units[path] = unit["OrganizationalUnit"]["Id"]
    return units


def make_accounts(endpoint, management):
    """The organization's accounts with their sessions, the management account first."""
    organizations = management.client("organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]
    units = make_units(organizations)
    accounts = [
        {
            "id": MANAGEMENT_ACCOUNT,
            "name": organizations.describe_account(AccountId=MANAGEMENT_ACCOUNT)["Account"]["Name"],
            "is_management": True,
            "organizational_unit": "/",
            "tags": {},
            "session": management,
        }
    ]
    for number in range(1, ACCOUNTS):
        unit = UNITS[number % len(UNITS)]
        name = f"account-{number:02}"
        tags = {"environment": "production" if unit.endswith("production") else "other"}
        status = organizations.create_account(
            AccountName=name,
            Email=f"{name}@example.com",
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )["CreateAccountStatus"]
        account = status["AccountId"]
        organizations.move_account(
            AccountId=account, SourceParentId=units["/"], DestinationParentId=units[unit]
        )
        accounts.append({
            "id": account,
            "name": name,
            "is_management": False,
            "organizational_unit": unit,
            "tags": tags,
            "session": member_session(endpoint, management, account),
        })
    return organization, accounts


def make_role(session):
    trust = {
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT_ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
        }],
    }
    session.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))


def make_account_public_access_block(account, form):
    if form == "unset":
        return Wish(form)
    wish = public_access_block(form)
    arguments = wish.calls[0][1]
    account["session"].client("s3control").put_public_access_block(AccountId=account["id"], **arguments)
    return wish


def make_event_targets(session, region):
    session.client("sqs", region).create_queue(QueueName="events")
    session.client("sns", region).create_topic(Name="events")


def places(accounts):
    """Where each bucket will stand, by account; the buckets of an account lie in four regions."""
    names = {}
    for position, account in enumerate(accounts):
        for number in range(BUCKETS_PER_ACCOUNT):
            # A dot in a name is allowed and takes other ways than a hyphen in clients and certificates.
            joint = "." if number == 9 else "-"
            names[position, number] = f"data{joint}{account['id']}{joint}{number}"
    for position, account in enumerate(accounts):
        other = (position + 1) % len(accounts)
        for step, numbers in enumerate(SAME_REGION):
            for number in numbers:
                targets = [target for target, sources in LOG_TARGETS.items() if number in sources]
                neighbours = [neighbour for neighbour in numbers if neighbour != number]
                yield account, number, Place(
                    account=account["id"],
                    # The next account starts in the next region, so that a replica of the same number lies elsewhere.
                    region=REGIONS[(position + step) % len(REGIONS)],
                    name=names[position, number],
                    log_target=names[position, targets[0]] if targets else "",
                    neighbour=names[position, neighbours[0]] if neighbours else "",
                    replica=names[other, number],
                    replica_account=accounts[other]["id"],
                )


def choose(place, number, hand):
    """What one bucket is to be: the variants that it was dealt, as far as S3 allows them together."""
    wishes = {setting: variant(place) for setting, variant in hand.items()}
    if not place.log_target:
        wishes["logging"] = VARIANTS["logging"][0](place)
        wishes["inventory"] = VARIANTS["inventory"][0](place)
    if not place.neighbour and wishes["replication"].form == "same-region":
        wishes["replication"] = VARIANTS["replication"][0](place)
    if wishes["object_lock"].facts or wishes["replication"].facts:
        # Both need versions; a bucket with Object Lock is versioned from its creation.
        wishes["versioning"] = VARIANTS["versioning"][1](place)
    if wishes["ownership_controls"].form == "BucketOwnerEnforced":
        wishes["acl"] = VARIANTS["acl"][0](place)
    if "." in place.name:
        wishes["acceleration"] = VARIANTS["acceleration"][0](place)
    if number == 4:
        # One log target of each account is not logged; the other one may log to itself.
        wishes["logging"] = VARIANTS["logging"][0](place)
    return wishes


def policy_document(statements):
    return {"Version": "2012-10-17", "Statement": statements}


def put_policy(statements):
    return "put_bucket_policy", {"Policy": json.dumps(policy_document(statements))}


def policy_of(place, number, tls_form, sharing_form):
    denies, tls_statements = TLS_FORMS[tls_form]
    statements = tls_statements(place) + SHARING_FORMS[sharing_form](place)
    if number in LOG_TARGETS:
        statements += log_delivery(place)
    facts = {
        "document": policy_document(statements) if statements else None,
        "tls_form": tls_form,
        "denies_every_request_without_tls": denies,
        "sharing_form": sharing_form,
        "is_log_target": number in LOG_TARGETS,
    }
    calls = [put_policy(statements)] if statements else []
    return Wish(f"{tls_form}/{sharing_form}", facts if statements else None, calls), facts


def create_bucket(client, place, with_lock):
    arguments = {"Bucket": place.name}
    if place.region != "us-east-1":
        arguments["CreateBucketConfiguration"] = {"LocationConstraint": place.region}
    if with_lock:
        arguments["ObjectLockEnabledForBucket"] = True
    client.create_bucket(**arguments)


def apply(client, place, setting, wish):
    for operation, arguments in wish.calls:
        try:
            getattr(client, operation)(Bucket=place.name, **arguments)
        except ClientError as error:
            raise SystemExit(f"{place.name}: {setting} ({wish.form}): {operation}: {error}") from error


def build(endpoint, seed, is_bare=False):
    generator = random.Random(seed)
    # moto draws account ids and more at random; this makes it draw the same ones.
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/seed?a={seed}", method="POST")).close()
    management = management_session(endpoint)
    organization, accounts = make_accounts(endpoint, management)
    stands = [] if is_bare else list(places(accounts))
    hands = {setting: dealt(generator, variants, len(stands)) for setting, variants in VARIANTS.items()}
    tls_forms = dealt(generator, list(TLS_FORMS), len(stands))
    sharing_forms = dealt(generator, list(SHARING_FORMS), len(stands))
    blocks = dealt(generator, ["unset", *SWITCH_FORMS], len(accounts))

    for account, form in zip(accounts, blocks):
        make_role(account["session"])
        account["public_access_block"] = make_account_public_access_block(account, form)
        account["buckets"] = []
    with_targets = set()
    wanted = []
    for position, (account, number, place) in enumerate(stands):
        wishes = choose(place, number, {setting: hand[position] for setting, hand in hands.items()})
        wishes["policy"], policy_facts = policy_of(place, number, tls_forms[position], sharing_forms[position])
        client = account["session"].client("s3", place.region)
        create_bucket(client, place, bool(wishes["object_lock"].facts))
        if number in LOG_TARGETS:
            # It must admit the logs before another bucket names it. The policy that it is to have comes later: moto
            # understands a principal of `*` everywhere but where it looks whether logs are admitted.
            apply(client, place, "policy", Wish("log-delivery", None, [put_policy(log_delivery(place))]))
        if wishes["notifications"].calls and (place.account, place.region) not in with_targets:
            with_targets.add((place.account, place.region))
            make_event_targets(account["session"], place.region)
        wanted.append((account, place, client, wishes, policy_facts))
    for setting in ORDER:
        for _, place, client, wishes, _ in wanted:
            apply(client, place, setting, wishes[setting])
    for account, place, client, wishes, policy_facts in wanted:
        account["buckets"].append((place, client, wishes, policy_facts))
    return organization, accounts


def truth(seed, organization, accounts):
    return {
        "seed": seed,
        "role": ROLE,
        "regions": list(REGIONS),
        "organization": {
            "id": organization["Id"],
            "arn": organization["Arn"],
            "management_account": MANAGEMENT_ACCOUNT,
            "organizational_units": list(UNITS),
        },
        "accounts": [
            {
                "id": account["id"],
                "name": account["name"],
                "is_management": account["is_management"],
                "organizational_unit": account["organizational_unit"],
                "tags": account["tags"],
                "public_access_block": account["public_access_block"].facts,
                "buckets": [
                    {
                        "name": place.name,
                        "region": place.region,
                        "policy": policy_facts,
                        "forms": {setting: wish.form for setting, wish in sorted(wishes.items())},
                        "settings": {
                            setting: wish.facts for setting, wish in sorted(wishes.items()) if setting != "policy"
                        },
                    }
                    for place, _, wishes, policy_facts in account["buckets"]
                ],
            }
            for account in sorted(accounts, key=lambda account: account["id"])
        ],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True, help="the server's URL, such as http://127.0.0.1:5000")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same organization")
    parser.add_argument("--bare", action="store_true", help="accounts and roles only, no buckets")
    parser.add_argument("--check", action="store_true", help="read every setting back")
    arguments = parser.parse_args()
    endpoint = arguments.endpoint.rstrip("/")
    resolve_account_hosts(urllib.parse.urlsplit(endpoint).hostname)
    organization, accounts = build(endpoint, arguments.seed, arguments.bare)
    if arguments.check:
        found = [line for account in accounts for line in differences(account)]
        if found:
            raise SystemExit("moto does not give back what it was asked for:\n" + "\n".join(found))
    json.dump(truth(arguments.seed, organization, accounts), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
