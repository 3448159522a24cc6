"""Reads the sources of account services with boto3, one module a source, and prints what it read as JSON.

Usage: read.py REQUEST_JSON

REQUEST_JSON is a file with the endpoint, the caller's key, the role's name and the readings that are wanted: source, account
and region (null for a source that is read once for the account). A source's module is named for its key, with underscores,
and has `read(aws, region)`, which gives the reading in the form of the program's evidence without its sources: null for
what is absent.
"""

import importlib
import json
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

sys.path.insert(0, str(Path(__file__).parent))

REQUEST = json.loads(Path(sys.argv[1]).read_text())
HOST = urlsplit(REQUEST["endpoint"]).hostname
_getaddrinfo = socket.getaddrinfo


def _local(host, *arguments, **options):
    """S3 Control puts the account before the host; all such names are this machine."""
    if isinstance(host, bytes):
        host = host.decode()
    return _getaddrinfo(HOST if host.endswith(HOST) else host, *arguments, **options)


socket.getaddrinfo = _local


class Aws:
    """One account as its role sees it."""

    def __init__(self, account):
        self.account = account
        self._clients = {}
        key = {
            "aws_access_key_id": REQUEST["access_key_id"],
            "aws_secret_access_key": REQUEST["secret_access_key"],
        }
        if account != REQUEST["caller_account"]:
            role = f"arn:aws:iam::{account}:role/{REQUEST['role_name']}"
            sts = boto3.client("sts", region_name="us-east-1", endpoint_url=REQUEST["endpoint"], **key)
            credentials = sts.assume_role(RoleArn=role, RoleSessionName="boto3")["Credentials"]
            key = {
                "aws_access_key_id": credentials["AccessKeyId"],
                "aws_secret_access_key": credentials["SecretAccessKey"],
                "aws_session_token": credentials["SessionToken"],
            }
        self._key = key

    def client(self, service, region=None):
        """A client, in the partition's first region unless another one is named."""
        name = (service, region or "us-east-1")
        if name not in self._clients:
            self._clients[name] = boto3.client(
                service,
                region_name=name[1],
                endpoint_url=REQUEST["endpoint"],
                config=Config(
                    retries={"total_max_attempts": 1},
                    s3={"addressing_style": "path", "disable_s3_express_session_auth": True},
                ),
                **self._key,
            )
        return self._clients[name]


def absent(codes, call):
    """What a call gives, or None when it ends with one of these codes."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in codes:
            return None
        raise


def pages(client, operation, key, **arguments):
    """The entries of all pages of a list, by boto3's own paginator."""
    paginator = client.get_paginator(operation)
    return [entry for page in paginator.paginate(**arguments) for entry in page.get(key, [])]


def main():
    accounts = {}
    answers = []
    for wanted in REQUEST["readings"]:
        account = wanted["account"]
        if account not in accounts:
            accounts[account] = Aws(account)
        module = importlib.import_module(wanted["source"].replace("-", "_"))
        answers.append(module.read(accounts[account], wanted["region"]))
    json.dump(answers, sys.stdout, default=str)


if __name__ == "__main__":
    # Modules of sources import this file by its name.
    sys.modules["read"] = sys.modules["__main__"]
    main()
