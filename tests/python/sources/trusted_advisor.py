"""Trusted Advisor: the checks of the project's list, and those whose description names a control of Security Hub for S3."""

import re
import tomllib
from pathlib import Path

from botocore.exceptions import ClientError

LIST = tomllib.loads(
    (Path(__file__).parents[3] / "config" / "trusted-advisor-checks.toml").read_text()
)["check"]
CONTROL = re.compile(r"security hub control id(?::|\s|&nbsp;|<[^>]*>)*([a-z0-9]+\.[0-9]+)", re.IGNORECASE)
ARN = re.compile(r"arn:aws[a-z-]*:s3:::([^/]+)")


def control_of(description):
    found = CONTROL.search(description)
    return re.sub("^s3", "S3", found.group(1), flags=re.IGNORECASE) if found else None


def columns_of(headings, values):
    width = max(len(headings), len(values))
    names = headings + [f"column {number}" for number in range(len(headings) + 1, width + 1)]
    return dict(zip(names, values + [None] * (width - len(values))))


def bucket_of(columns, names_buckets):
    if columns.get("Bucket Name"):
        return columns["Bucket Name"]
    for heading in ("Bucket ARN", "Resource ARN", "Resource"):
        found = ARN.fullmatch(columns.get(heading) or "")
        if found:
            return found.group(1)
    resource = columns.get("Resource") or ""
    return resource if names_buckets and re.fullmatch(r"[a-z0-9.-]{3,63}", resource) else None


def result_of(support, offer, names_buckets):
    told = support.describe_trusted_advisor_check_result(checkId=offer["id"], language="en")["result"]
    resources = []
    for each in told["flaggedResources"]:
        columns = columns_of(offer["metadata"], each["metadata"])
        resource = {
            "id": each["resourceId"],
            "status": each["status"],
            "is_suppressed": each.get("isSuppressed", False),
            "columns": columns,
        }
        if each.get("region"):
            resource["region"] = each["region"]
        bucket = bucket_of(columns, names_buckets)
        if bucket:
            resource["bucket"] = bucket
        resources.append(resource)
    summary = {key.removeprefix("resources").lower(): count for key, count in told["resourcesSummary"].items()}
    return {
        "status": told["status"],
        "refreshed_at": told["timestamp"],
        "summary": summary,
        "resources": resources,
    }


def read(aws, region):
    support = aws.client("support")
    try:
        offered = support.describe_trusted_advisor_checks(language="en")["checks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "SubscriptionRequiredException":
            return {"checks": {"gap": "no-support-plan"}}
        raise
    offered = {offer["id"]: offer for offer in offered}
    wanted = {entry["id"]: entry for entry in LIST}
    for identifier, offer in offered.items():
        control = control_of(offer["description"])
        if identifier not in wanted and control and control.startswith("S3."):
            wanted[identifier] = {
                "id": identifier,
                "title": offer["name"],
                "bearing": "s3",
                "security_hub_control": control,
            }
    checks = []
    for identifier, entry in sorted(wanted.items()):
        offer = offered.get(identifier)
        if offer is None and "withdrawn" in entry:
            continue
        check = {key: entry[key] for key in ("id", "title", "bearing", "security_hub_control") if key in entry}
        check["result"] = None
        if offer is not None:
            check["offer"] = {
                "name": offer["name"],
                "category": offer["category"],
                "headings": offer["metadata"],
            }
            check["result"] = result_of(support, offer, entry.get("names_buckets", False))
        checks.append(check)
    return {"checks": checks}
