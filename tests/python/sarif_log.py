"""Holds findings.sarif.json to the JSON Schema of SARIF 2.1.0 and to the models of sarif_pydantic, and prints what both count.

Arguments: the directory of a report, the directory of the repository.
"""

import collections
import json
import pathlib
import sys

from jsonschema import Draft7Validator
from sarif_pydantic import Sarif

report, root = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
text = (report / "findings.sarif.json").read_text(encoding="utf-8")
document = json.loads(text)

schema = json.loads((root / "tests/schemas/sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
checker = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)
errors = [f"{error.json_path}: {error.message[:300]}" for error in checker.iter_errors(document)]
assert not errors, "\n".join(errors[:5])
broken = json.loads(text)
broken["runs"][0]["results"][0]["kind"] = "not-assessed"
assert not checker.is_valid(broken), "the schema accepts anything"

(run,) = document["runs"]
(read,) = Sarif.model_validate_json(text).runs
assert len(read.results) == len(run["results"])
rules = read.tool.driver.rules
for result, plain in zip(read.results, run["results"]):
    # The model knows no result whose rule is another than the one at the index.
    assert rules[result.rule_index].id == result.rule_id == plain["ruleId"]
    assert result.message.text == plain["message"]["text"]
    assert (plain["level"] == "none") == (plain["kind"] != "fail")
    assert "fullyQualifiedName" in plain["locations"][0]["logicalLocations"][0]

fingerprints = [result["partialFingerprints"]["s3attestFinding/v1"] for result in run["results"]]
assert len(set(fingerprints)) == len(fingerprints), "two results share a fingerprint"

# Every reference leads somewhere.
taxa = [{taxon["id"] for taxon in taxonomy["taxa"]} for taxonomy in run["taxonomies"]]
for rule in run["tool"]["driver"]["rules"]:
    assert len(rule["properties"]["tags"]) <= 10
    assert "helpUri" not in rule
    for relationship in rule["relationships"]:
        target = relationship["target"]
        assert target["id"] in taxa[target["toolComponent"]["index"]]

(invocation,) = run["invocations"]
notifications = collections.Counter()
descriptors = run["tool"]["driver"]["notifications"]
for notification in invocation["toolExecutionNotifications"]:
    descriptor = notification["descriptor"]
    assert descriptors[descriptor["index"]]["id"] == descriptor["id"]
    notifications[descriptor["id"]] += 1
assert invocation["executionSuccessful"] == (notifications["account-not-read"] == 0)

print(json.dumps({
    "kinds": dict(collections.Counter(result["kind"] for result in run["results"])),
    "suppressed": sum(bool(result["suppressions"]) for result in run["results"]),
    "rules": len(rules),
    "accounts_not_read": notifications["account-not-read"],
    "accounts_partly_read": notifications["account-partly-read"],
    "accounts_out_of_scope": notifications["account-out-of-scope"],
}))
