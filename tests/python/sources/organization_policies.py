"""AWS Organizations: the tree, the policies with their targets, and who administers what, as the caller reads it."""

import datetime

from read import pages

TYPES = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY"]


def utc(time):
    return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def by(key, entries):
    return sorted(entries, key=lambda entry: entry[key])


def read(aws, region):
    organizations = aws.client("organizations")
    roots = pages(organizations, "list_roots", "Roots")
    branches, ancestors = {}, {}
    open_branches = [(root["Id"], "/", [root["Id"]]) for root in roots]
    while open_branches:
        at, path, ids = open_branches.pop()
        units = pages(organizations, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=at)
        branches[at] = {"path": path, "units": by("id", [{"id": unit["Id"], "name": unit["Name"]} for unit in units])}
        open_branches += [(unit["Id"], f"{path.rstrip('/')}/{unit['Name']}", [*ids, unit["Id"]]) for unit in units]
        for account in pages(organizations, "list_accounts_for_parent", "Accounts", ParentId=at):
            ancestors[account["Id"]] = ids
    lists, policies = [], {}
    for kind in TYPES:
        listed = pages(organizations, "list_policies", "Policies", Filter=kind)
        lists.append({"policy_type": kind, "policies": sorted(policy["Id"] for policy in listed)})
        for policy in listed:
            targets = pages(organizations, "list_targets_for_policy", "Targets", PolicyId=policy["Id"])
            policies[policy["Id"]] = {
                "id": policy["Id"],
                "arn": policy["Arn"],
                "name": policy["Name"],
                "policy_type": policy["Type"],
                "is_made_by_aws": policy["AwsManaged"],
                "content": organizations.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"],
                "targets": by("id", [{"id": target["TargetId"], "kind": target["Type"]} for target in targets]),
            }
    administrators = []
    for administrator in pages(organizations, "list_delegated_administrators", "DelegatedAdministrators"):
        of = {"AccountId": administrator["Id"]}
        services = pages(organizations, "list_delegated_services_for_account", "DelegatedServices", **of)
        services = [{"principal": one["ServicePrincipal"], "since": utc(one["DelegationEnabledDate"])} for one in services]
        administrators.append({"account": administrator["Id"], "services": by("principal", services)})
    return {
        "roots": [
            {
                "id": root["Id"],
                "policy_types": [{"policy_type": one["Type"], "status": one["Status"]} for one in root["PolicyTypes"]],
            }
            for root in roots
        ],
        "branches": branches,
        "ancestors": ancestors,
        "lists": lists,
        "policies": policies,
        "delegated_administrators": by("account", administrators),
    }
