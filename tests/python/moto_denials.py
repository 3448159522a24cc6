"""Fills a moto server with accounts whose roles may read all, some or nothing, and switches permissions on.

    python moto_denials.py --endpoint http://127.0.0.1:5000

It starts no server and expects one that is empty. From the end on, moto checks signatures and identity policies: an
access key that it does not know is refused, and so is what no policy of the assumed role allows.

moto takes the trust of a role in an account for trust in its root user alone, and knows no roles of other accounts when
it looks at trust. So the caller gets into every account but its own, which it has to read with its own credentials.

Standard output is one JSON document:

    {"access_key_id", "secret_access_key",
     "accounts": {what the role may ("everything", "something", "nothing") or "caller": {"id", "buckets": [name…]}},
     "denied": [the operations that the role may not call that may read something]}
"""

import argparse
import json
import sys
import urllib.parse
import urllib.request

from moto_organization import ROLE, make_role, management_session, member_session, resolve_account_hosts

DENIED = {
    "s3:GetBucketAcl": "s3.GetBucketAcl",
    "s3:GetBucketPolicy": "s3.GetBucketPolicy",
    "s3:GetBucketLogging": "s3.GetBucketLogging",
    "s3:GetLifecycleConfiguration": "s3.GetBucketLifecycleConfiguration",
}
"""By the action that IAM denies: the operation. moto does not know the actions of all reads by their names."""
CALLER = "scanner"


def allow(*actions):
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


def deny(*actions):
    return {"Effect": "Deny", "Action": list(actions), "Resource": "*"}


PERMISSIONS = {
    "everything": [allow("s3:*")],
    "something": [allow("s3:*"), deny(*DENIED)],
    "nothing": [],
    "caller": [],
}


RULE = {
    "ID": "old-versions",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
}


def document(statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def make_caller(session):
    """A user who finds the accounts and assumes their roles; moto gives no rights to keys that it does not know."""
    iam = session.client("iam")
    iam.create_user(UserName=CALLER)
    statements = [allow("organizations:*", "sts:*")]
    iam.put_user_policy(UserName=CALLER, PolicyName="scan", PolicyDocument=document(statements))
    return iam.create_access_key(UserName=CALLER)["AccessKey"]


def make_account(session, may):
    make_role(session)
    if PERMISSIONS[may]:
        session.client("iam").put_role_policy(
            RoleName=ROLE, PolicyName="read", PolicyDocument=document(PERMISSIONS[may])
        )
    s3 = session.client("s3")
    names = [f"{may}-{session.account}-{number}" for number in range(3)]
    for name in names:
        s3.create_bucket(Bucket=name)
    # The first bucket is as it was made, the second has what is to pass, the third is open.
    arn = f"arn:aws:s3:::{names[1]}"
    secure = deny("s3:*") | {
        "Principal": "*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=names[1], Policy=document([secure]))
    s3.put_bucket_versioning(Bucket=names[1], VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_lifecycle_configuration(Bucket=names[1], LifecycleConfiguration={"Rules": [RULE]})
    s3.put_bucket_acl(Bucket=names[2], ACL="public-read")
    return {"id": session.account, "buckets": names}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True, help="the server's URL, such as http://127.0.0.1:5000")
    endpoint = parser.parse_args().endpoint.rstrip("/")
    resolve_account_hosts(urllib.parse.urlsplit(endpoint).hostname)
    management = management_session(endpoint)
    organizations = management.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    accounts = {"caller": make_account(management, "caller")}
    for may in ("everything", "something", "nothing"):
        status = organizations.create_account(AccountName=may, Email=f"{may}@example.com")["CreateAccountStatus"]
        accounts[may] = make_account(member_session(endpoint, management, status["AccountId"]), may)
    keys = make_caller(management)
    # The number is that of the requests that are still answered without asking.
    # Without a type of its own it would count as a form, and arrive empty.
    kind = {"Content-Type": "text/plain"}
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset-auth", b"0", kind)).close()
    truth = {
        "access_key_id": keys["AccessKeyId"],
        "secret_access_key": keys["SecretAccessKey"],
        "accounts": accounts,
        "denied": sorted(DENIED.values()),
    }
    json.dump(truth, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
