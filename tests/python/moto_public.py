"""Asks moto of every bucket whether its policy is public, after adding buckets whose policies mislead simple tools.

    python moto_public.py --endpoint http://127.0.0.1:5000

It expects the organization that `moto_organization.py` makes. The buckets with the forms below stand in the first account
whose public access block has every switch off, and nothing but the policy, the access control list and the public access
block of a bucket is set. `GetBucketPolicyStatus` is asked by boto3 with the sessions of the accounts themselves.

Standard output is one JSON document, by account id and bucket:

    {"is_public": what moto says, null where there is no policy, "form": the form's name or null for a bucket that was
     there before}
"""

import argparse
import json
import urllib.parse

from botocore.exceptions import ClientError
from moto_organization import MANAGEMENT_ACCOUNT, management_session, member_session, resolve_account_hosts

REGION = "us-east-1"
PREFIX = "public-form-"
BLOCK_ON = {
    "BlockPublicAcls": False,
    "IgnorePublicAcls": False,
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": True,
}


def allow(arn, **changes):
    """A statement that lets everybody read objects, with changes to it; a member changed to `None` is left out."""
    statement = {
        "Sid": "Form",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"{arn}/*",
    } | changes
    return {member: value for member, value in statement.items() if value is not None}


def only_if(operator, key, value):
    return {"Condition": {operator: {key: value}}}


FORMS = {
    "plain": lambda arn: [allow(arn)],
    "principal-list": lambda arn: [allow(arn, Principal={"AWS": ["*"]})],
    "single-statement": lambda arn: allow(arn, Principal={"AWS": "*"}),
    "every-address": lambda arn: [allow(arn, **only_if("IpAddress", "aws:SourceIp", "0.0.0.0/0"))],
    "split-networks": lambda arn: [
        allow(arn, **only_if("IpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1"]))
    ],
    "office": lambda arn: [allow(arn, **only_if("IpAddress", "aws:SourceIp", "203.0.113.0/24"))],
    "with-tls": lambda arn: [allow(arn, **only_if("Bool", "aws:SecureTransport", "true"))],
    "user-agent": lambda arn: [allow(arn, **only_if("StringLike", "aws:UserAgent", "*"))],
    "any-vpc-endpoint": lambda arn: [allow(arn, **only_if("StringLike", "aws:SourceVpce", "*"))],
    "one-vpc-endpoint": lambda arn: [allow(arn, **only_if("StringEquals", "aws:SourceVpce", "vpce-1a2b3c4d"))],
    "organization": lambda arn: [allow(arn, **only_if("StringEquals", "aws:PrincipalOrgID", "o-aa111bb222"))],
    "not-principal": lambda arn: [
        allow(arn, Principal=None, NotPrincipal={"AWS": "arn:aws:iam::999988887777:root"})
    ],
    "settings-only": lambda arn: [allow(arn, Action="s3:GetBucketLocation", Resource=arn)],
    "denied-again": lambda arn: [
        allow(arn),
        allow(arn, Sid="Never", Effect="Deny", Action="s3:*", Resource=[arn, f"{arn}/*"]),
    ],
    "other-bucket": lambda arn: [allow(arn, Resource="arn:aws:s3:::somebody-elses/*")],
    "restricted": lambda arn: [allow(arn)],
    "list-only": lambda arn: None,
    "nothing": lambda arn: None,
}
"""By name: the statements of the bucket's policy; `None` for no policy."""


def make(session):
    client = session.client("s3", REGION)
    for form, statements in FORMS.items():
        bucket = PREFIX + form
        client.create_bucket(Bucket=bucket, ObjectOwnership="ObjectWriter")
        written = statements(f"arn:aws:s3:::{bucket}")
        if written is not None:
            policy = json.dumps({"Version": "2012-10-17", "Statement": written})
            client.put_bucket_policy(Bucket=bucket, Policy=policy)
        if form == "restricted":
            client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=BLOCK_ON)
        if form == "list-only":
            client.put_bucket_acl(Bucket=bucket, ACL="public-read")


def is_open(session):
    """Whether the account has a public access block with every switch off."""
    try:
        block = session.client("s3control").get_public_access_block(AccountId=session.account)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchPublicAccessBlockConfiguration":
            return False
        raise
    return not any(block["PublicAccessBlockConfiguration"].values())


def status(client, bucket):
    try:
        return client.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucketPolicy":
            return None
        raise


def asked(session):
    client = session.client("s3", REGION)
    said = {}
    for bucket in client.list_buckets()["Buckets"]:
        name = bucket["Name"]
        place = client.get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1"
        form = name.removeprefix(PREFIX)
        said[name] = {
            "is_public": status(session.client("s3", place), name),
            "form": form if form in FORMS and name.startswith(PREFIX) else None,
        }
    return said


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--endpoint", required=True)
    endpoint = arguments.parse_args().endpoint
    resolve_account_hosts(urllib.parse.urlsplit(endpoint).hostname)
    management = management_session(endpoint)
    pages = management.client("organizations").get_paginator("list_accounts").paginate()
    accounts = [account["Id"] for page in pages for account in page["Accounts"]]
    sessions = [
        management if account == MANAGEMENT_ACCOUNT else member_session(endpoint, management, account)
        for account in accounts
    ]
    make(next(session for session in sessions if is_open(session)))
    said = {account: asked(session) for account, session in zip(accounts, sessions)}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
