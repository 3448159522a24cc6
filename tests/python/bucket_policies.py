"""Bucket policies in parts: how a policy treats requests without TLS, and whom it lets in.

Some forms S3 itself would refuse to store; moto stores them, and they have a meaning all the same.

Each form has a name and is right or wrong by construction, not by an evaluation: what is stated here was written down
beside each form by a person who knows what AWS makes of it (IAM User Guide, "Policy evaluation logic" and "Condition
operators"; Amazon S3 User Guide, "Enforcing encryption of data in transit").
"""

from bucket_settings import STRANGER


def deny(place, **changes):
    """A statement that denies every request without TLS, with changes to it; a member changed to `None` is left out."""
    statement = {
        "Sid": "Transport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [place.arn, f"{place.arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    } | changes
    return {member: value for member, value in statement.items() if value is not None}


TLS_FORMS = {
    "none": (False, lambda place: []),
    # Right.
    "usual": (True, lambda place: [deny(place)]),
    "principal-aws-star": (True, lambda place: [deny(place, Principal={"AWS": "*"})]),
    "action-list": (True, lambda place: [deny(place, Action=["s3:*"])]),
    "any-action": (True, lambda place: [deny(place, Action="*")]),
    "any-resource": (True, lambda place: [deny(place, Resource="*")]),
    "key-in-other-case": (True, lambda place: [deny(place, Condition={"Bool": {"AWS:securetransport": "false"}})]),
    "value-list": (True, lambda place: [deny(place, Condition={"Bool": {"aws:SecureTransport": ["false"]}})]),
    "if-exists": (True, lambda place: [deny(place, Condition={"BoolIfExists": {"aws:SecureTransport": "false"}})]),
    "two-statements": (
        True,
        lambda place: [
            deny(place, Sid="Bucket", Resource=place.arn),
            deny(place, Sid="Objects", Resource=f"{place.arn}/*"),
        ],
    ),
    # Wrong.
    "bucket-only": (False, lambda place: [deny(place, Resource=place.arn)]),
    "objects-only": (False, lambda place: [deny(place, Resource=f"{place.arn}/*")]),
    "some-objects": (False, lambda place: [deny(place, Resource=[place.arn, f"{place.arn}/secret/*"])]),
    "other-bucket": (
        False,
        lambda place: [deny(place, Resource=["arn:aws:s3:::somebody-elses", "arn:aws:s3:::somebody-elses/*"])],
    ),
    "one-action": (False, lambda place: [deny(place, Action="s3:PutObject")]),
    "not-action": (False, lambda place: [deny(place, Action=None, NotAction="s3:GetObject")]),
    "one-principal": (
        False,
        lambda place: [deny(place, Principal={"AWS": f"arn:aws:iam::{place.account}:role/application"})],
    ),
    "not-principal": (
        False,
        lambda place: [
            deny(place, Principal=None, NotPrincipal={"AWS": f"arn:aws:iam::{place.account}:role/application"})
        ],
    ),
    "other-way-round": (False, lambda place: [deny(place, Condition={"Bool": {"aws:SecureTransport": "true"}})]),
    "further-condition": (
        False,
        lambda place: [
            deny(
                place,
                Condition={
                    "Bool": {"aws:SecureTransport": "false"},
                    "IpAddress": {"aws:SourceIp": "203.0.113.0/24"},
                },
            )
        ],
    ),
    "old-tls-only": (
        False,
        lambda place: [deny(place, Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}})],
    ),
    "allow-with-tls": (
        False,
        lambda place: [
            deny(
                place,
                Effect="Allow",
                Principal={"AWS": f"arn:aws:iam::{place.account}:root"},
                Condition={"Bool": {"aws:SecureTransport": "true"}},
            )
        ],
    ),
}
"""By name: whether every request without TLS is denied, and the statements."""


def allow(sid, principal, actions, resources, condition=None):
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": actions,
        "Resource": resources,
    }
    return statement | ({"Condition": condition} if condition else {})


def account_root(account):
    return {"AWS": f"arn:aws:iam::{account}:root"}


SHARING_FORMS = {
    "none": lambda place: [],
    "public-read": lambda place: [allow("Public", "*", "s3:GetObject", f"{place.arn}/*")],
    "public-list": lambda place: [allow("Public", {"AWS": "*"}, ["s3:ListBucket"], place.arn)],
    "other-account": lambda place: [allow("Share", account_root(STRANGER), ["s3:GetObject"], f"{place.arn}/*")],
    "every-action": lambda place: [
        allow("Everything", account_root(place.account), "s3:*", [place.arn, f"{place.arn}/*"])
    ],
    "service-with-source": lambda place: [
        allow(
            "Service",
            {"Service": "cloudtrail.amazonaws.com"},
            "s3:PutObject",
            f"{place.arn}/AWSLogs/*",
            {"StringEquals": {"aws:SourceAccount": place.account}},
        )
    ],
    "service-without-source": lambda place: [
        allow("Service", {"Service": "cloudtrail.amazonaws.com"}, "s3:PutObject", f"{place.arn}/AWSLogs/*")
    ],
}
"""By name: the statements that let somebody in."""


def log_delivery(place):
    """What a log target needs, and what moto asks for before it lets a bucket log to it."""
    return [
        allow(
            "LogDelivery",
            {"Service": "logging.s3.amazonaws.com"},
            "s3:PutObject",
            f"{place.arn}/*",
            {"StringEquals": {"aws:SourceAccount": place.account}},
        )
    ]
