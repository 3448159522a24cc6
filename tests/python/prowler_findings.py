"""Runs Prowler's S3 checks in every account of a moto server, and prints what they found.

    python prowler_findings.py --endpoint http://127.0.0.1:5000 --accounts 123456789012,…

It needs the packages of `requirements-prowler.txt`. Prowler knows one account in one run: each account is looked at in a process of
its own, as the role that Organizations makes in each account that it creates. Prowler's own provider, clients and checks run,
without its command line, which takes most of its time to load frameworks that are not asked for. Nothing here knows how a setting
is judged.

Standard output is one JSON document, a list of {"account", "check", "resource", "status", "text"}; a status is in Prowler's
words, a resource is the name of a bucket or the id of the account.
"""

import argparse
import importlib
import json
import os
import socket
import sys
import urllib.parse

import boto3
from prowler.lib.check.utils import recover_checks_from_service
from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.common.models import Audit_Metadata
from prowler.providers.common.provider import Provider

MANAGEMENT_ACCOUNT = "123456789012"
"""The account to which moto gives every access key that it does not know."""
ROLE = "OrganizationAccountAccessRole"
REGIONS = ("us-east-1", "eu-central-1", "eu-west-1", "ap-southeast-2")
"""Where the organization's buckets lie; Prowler makes a client for each region."""
CHECKS = recover_checks_from_service(["s3"], "aws")


def resolve_account_hosts(host):
    """S3 Control puts the account id before the host, which no resolver knows: let every such name be the host."""
    resolve = socket.getaddrinfo

    def resolve_as_host(name, *arguments, **options):
        text = name.decode() if isinstance(name, bytes) else str(name)
        return resolve(host if text.endswith(f".{host}") else name, *arguments, **options)

    socket.getaddrinfo = resolve_as_host


def keys_of(account, endpoint):
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    if account == MANAGEMENT_ACCOUNT:
        return keys
    sts = boto3.client(
        "sts", region_name=REGIONS[0], endpoint_url=endpoint, aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    assumed = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="second-opinion")
    return {
        "AWS_ACCESS_KEY_ID": assumed["Credentials"]["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": assumed["Credentials"]["SecretAccessKey"],
        "AWS_SESSION_TOKEN": assumed["Credentials"]["SessionToken"],
    }


def findings(account):
    """What Prowler's checks say in the account that the environment gives credentials of."""
    provider = AwsProvider(regions=set(REGIONS))
    provider.audit_metadata = Audit_Metadata(
        services_scanned=1, expected_checks=list(CHECKS), completed_checks=0, audit_progress=0
    )
    Provider.set_global_provider(provider)
    for check in sorted(CHECKS):
        module = importlib.import_module(f"prowler.providers.aws.services.s3.{check}.{check}")
        for finding in getattr(module, check)().execute():
            arn = finding.resource_arn
            yield {
                "account": account,
                "check": check,
                "resource": arn.rpartition(":::")[2] if ":s3:::" in arn else account,
                "status": finding.status,
                "text": finding.status_extended,
            }


def run(account, endpoint):
    """Runs the checks in a process of their own, which has everything imported already: Prowler keeps one account in memory."""
    keys = keys_of(account, endpoint)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(reader)
            os.environ.update(keys, AWS_ENDPOINT_URL=endpoint, AWS_DEFAULT_REGION=REGIONS[0])
            os.dup2(2, 1)
            text = json.dumps(list(findings(account)))
            with os.fdopen(writer, "w", encoding="utf-8") as answer:
                answer.write(text)
            os._exit(0)
        except BaseException as error:  # nothing may go on as a second parent
            print(f"{account}: {error!r}", file=sys.stderr, flush=True)
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code:
        raise SystemExit(f"Prowler ended with {code} in account {account}")
    return json.loads(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True, help="the server's URL, such as http://127.0.0.1:5000")
    parser.add_argument("--accounts", required=True, help="the ids of the accounts, joined by commas")
    arguments = parser.parse_args()
    endpoint = arguments.endpoint.rstrip("/")
    resolve_account_hosts(urllib.parse.urlsplit(endpoint).hostname)
    found = []
    for account in arguments.accounts.split(","):
        found += run(account, endpoint)
    json.dump(found, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
