"""Holds a directory of ASFF batches against botocore's model of Security Hub, then imports it into moto's Security Hub.

Usage: asff_import.py DIRECTORY EXPECTED, where EXPECTED is JSON with the number of findings of each verdict, and with
`released`, how many of an earlier run are to be new again, where one was given.

Every batch is imported as its own account into its own region, as `aws securityhub batch-import-findings
--cli-input-json` would, and what the hubs then hold is compared with what was sent. The limits that stand in Security Hub's
documentation and not in the model are held by hand.
"""

import json
import os
import re
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
    os.environ[name] = "testing"
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull

import boto3
import botocore.session
from botocore.validate import ParamValidator
from moto import mock_aws

MODEL = botocore.session.get_session().get_service_model("securityhub")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def hold_to_model(operation, body):
    """botocore's own validation, and that the model knows every member: the validator says nothing of unknown ones."""
    shape = MODEL.operation_model(operation).input_shape
    report = ParamValidator().validate(body, shape)
    assert not report.has_errors(), report.generate_report()
    known(body, shape, operation)


def known(value, shape, path):
    if shape.type_name == "structure":
        for name, member in value.items():
            assert name in shape.members, f"{path}.{name} is not in the model"
            known(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for index, member in enumerate(value):
            known(member, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map":
        for name, member in value.items():
            known(member, shape.value, f"{path}[{name}]")
    elif shape.type_name == "string":
        assert re.search(r"\S", value), f"{path} is empty"
        if shape.enum:
            assert value in shape.enum, f"{path} is {value}"


def hold_to_documentation(finding, account, region):
    assert len(json.dumps(finding, ensure_ascii=False).encode()) <= 240_000
    assert finding["SchemaVersion"] == "2018-10-08"
    assert finding["AwsAccountId"] == account
    partition = finding["Resources"][0]["Partition"]
    assert finding["ProductArn"] == f"arn:{partition}:securityhub:{region}:{account}:product/{account}/default"
    for name, most in [("Id", 512), ("GeneratorId", 512), ("Title", 256), ("Description", 1024)]:
        assert 1 <= len(finding[name].encode()) <= most, name
    for name in ("CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"):
        if name in finding:
            assert TIME.fullmatch(finding[name]) and datetime.fromisoformat(finding[name]), name
    assert finding["CreatedAt"] <= finding["UpdatedAt"]
    assert len(finding["Types"]) <= 50 and finding["Types"][0].startswith("Software and Configuration Checks")
    assert len(finding["Resources"]) <= 32 and len(finding["Resources"][0]["Region"]) <= 16
    assert len(finding["Resources"][0]["Id"]) <= 512
    assert len(finding["ProductFields"]) <= 50
    for name, value in finding["ProductFields"].items():
        assert len(name) <= 128 and len(value.encode()) <= 2048, name
    tags = finding["Resources"][0].get("Tags", {})
    assert len(tags) <= 50 and all(len(key) <= 128 and len(value) <= 256 for key, value in tags.items())
    assert len(finding["Compliance"].get("RelatedRequirements", [])) <= 32
    recommendation = finding.get("Remediation", {}).get("Recommendation", {})
    assert len(recommendation.get("Text", "").encode()) <= 512
    if "Note" in finding:
        assert len(finding["Note"]["Text"].encode()) <= 512
    assert finding["FindingProviderFields"]["Severity"] == finding["Severity"]
    without_result = finding["Compliance"]["Status"] == "NOT_AVAILABLE"
    assert without_result == ("StatusReasons" in finding["Compliance"])


def hub(account, region):
    credentials = boto3.client("sts", region_name="us-east-1").assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/Importer", RoleSessionName="import"
    )["Credentials"]
    return boto3.client(
        "securityhub",
        region_name=region,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def verdict(finding):
    status = finding["Compliance"]["Status"]
    if status != "NOT_AVAILABLE":
        return {"PASSED": "pass", "FAILED": "fail"}[status]
    code = finding["Compliance"]["StatusReasons"][0]["ReasonCode"]
    return "not_applicable" if code == "NOT_APPLICABLE" else "not_assessed"


def by_id(findings):
    return {finding["Id"]: finding for finding in findings}


@mock_aws
def main():
    root, expected = Path(sys.argv[1]), json.loads(sys.argv[2])
    hubs, batches = {}, 0
    for path in sorted(root.glob("*/*/batch-*.json")):
        account, region = path.parts[-3:-1]
        assert path.stat().st_size <= 6_000_000
        body = json.loads(path.read_text(encoding="utf-8"))
        assert list(body) == ["Findings"] and 1 <= len(body["Findings"]) <= 100
        hold_to_model("BatchImportFindings", body)
        for finding in body["Findings"]:
            hold_to_documentation(finding, account, region)
        client, sent = hubs.setdefault((account, region), (hub(account, region), {}))
        answer = client.batch_import_findings(**body)
        assert answer["FailedCount"] == 0 and answer["SuccessCount"] == len(body["Findings"]), answer
        sent.update(by_id(body["Findings"]))
        batches += 1

    counts, accepted, held = Counter(), set(), 0
    for client, sent in hubs.values():
        pages = client.get_paginator("get_findings").paginate()
        back = by_id(finding for page in pages for finding in page["Findings"])
        assert back == sent, "a hub holds something else than was imported"
        held += len(back)
        for finding in back.values():
            counts[verdict(finding)] += 1
            if finding.get("Workflow", {}).get("Status") == "SUPPRESSED":
                assert verdict(finding) == "fail", "only a fail can be accepted"
                accepted.add((finding["ProductArn"], finding["Id"]))

    question = json.loads((root / "suppressed.json").read_text(encoding="utf-8"))
    hold_to_model("GetFindings", question)

    suppressed, released = set(), set()
    for path in sorted(root.glob("*/*/update-*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        hold_to_model("BatchUpdateFindings", body)
        assert 1 <= len(body["FindingIdentifiers"]) <= 100 and len(body["Note"]["Text"].encode()) <= 512
        named = {(each["ProductArn"], each["Id"]) for each in body["FindingIdentifiers"]}
        account, region = path.parts[-3:-1]
        assert all(f":securityhub:{region}:{account}:" in product for product, _ in named)
        if body["Workflow"]["Status"] == "NEW":
            assert not released & named, "a finding is released twice"
            released |= named
            continue
        assert body["Workflow"]["Status"] == "SUPPRESSED"
        _, sent = hubs[account, region]
        for product, id in named:
            assert sent[id]["ProductArn"] == product
            assert sent[id]["Workflow"]["Status"] == "SUPPRESSED"
        suppressed |= named
    assert suppressed == accepted, "the updates are about other findings than the batches"
    assert not suppressed & released, "a finding is both suppressed and new"
    assert len(released) == expected.get("released", 0), released

    for name in ("pass", "fail", "not_assessed", "not_applicable"):
        assert counts[name] == expected[name], (counts, expected)
    assert len(accepted) == expected["accepted"], (accepted, expected)
    print(f"{held} findings of {len(hubs)} hubs in {batches} batches: {dict(counts)}")


main()
