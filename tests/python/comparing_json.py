"""Holds changes.json and trend.json to their schemas in docs/schemas with the jsonschema package.

Arguments: the directory in which both lie, and how many changes, runs and missing runs there are, as JSON.
"""

import copy
import json
import pathlib
import sys

from schemas import accept, validator

directory, expected = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])


def read(name):
    return json.loads((directory / f"{name}.json").read_text(encoding="utf-8"))


def refuse(checker, document, name, changes):
    """A schema that accepts anything would prove nothing: each change alone has to be refused."""
    for what, change in changes.items():
        changed = copy.deepcopy(document)
        change(changed)
        assert not checker.is_valid(changed), f"the schema of {name} accepts {what}"


changes = read("changes")
checker = validator("changes")
accept(checker, changes, "changes.json")
assert len(changes["changes"]) == expected["changes"]
stated = sum(tally["changes"] for kind, tally in changes["kinds"].items() if kind != "unchanged")
assert stated == expected["changes"], "a change stands in no kind"
said = next(place for place, change in enumerate(changes["changes"]) if change["later"])
refuse(checker, changes, "changes.json", {
    "another member": lambda it: it.update(more=1),
    "another schema": lambda it: it.update(schema=2),
    "another document": lambda it: it.update(document="s3attest-trend"),
    "a member that is missing": lambda it: it.pop("differences"),
    "a kind that there is not": lambda it: it["changes"][0].update(kind="vanished"),
    "what is unchanged": lambda it: it["changes"][0].update(kind="unchanged"),
    "a standing that there is not": lambda it: it["changes"][0].update(after="passed"),
    "a change of no resource": lambda it: it["changes"][0].pop("resource"),
    "a resource of no account": lambda it: it["changes"][0]["resource"].pop("account"),
    "a verdict that there is not": lambda it: it["changes"][said]["later"].update(verdict="passed"),
    "a change without one of its sides": lambda it: it["changes"][said].pop("later"),
    "an account that is none": lambda it: it["coverage"]["accounts"][0].update(account="12"),
    "a moment that is none": lambda it: it["earlier"].update(started_at="yesterday"),
    "a number below nothing": lambda it: it["kinds"]["unchanged"].update(changes=-1),
    "more than all": lambda it: it["later"].update(seen=101),
    "silence about what is seen otherwise": lambda it: it.pop("coverage_changes"),
    "something seen otherwise without a name": lambda it: it["coverage_changes"][0].pop("name"),
    "something seen otherwise in no direction": lambda it: it["coverage_changes"][0].update(change="better"),
    "something of another kind": lambda it: it["coverage_changes"][0].update(record="account"),
})

trend = read("trend")
checker = validator("trend")
accept(checker, trend, "trend.json")
assert len(trend["runs"]) == expected["runs"] and len(trend["skipped"]) == expected["skipped"]
refuse(checker, trend, "trend.json", {
    "another member": lambda it: it.update(more=1),
    "another schema": lambda it: it.update(schema=2),
    "another document": lambda it: it.update(document="s3attest-comparison"),
    "silence about what is missing": lambda it: it.pop("skipped"),
    "a reason that there is not": lambda it: it["skipped"][0].update(reason="other"),
    "a run that nobody can tell": lambda it: it["runs"][0].pop("id"),
    "an account without what was seen there": lambda it: it["runs"][0]["accounts"][0].pop("unaccepted_seen"),
    "an account without what fails there": lambda it: it["runs"][0]["accounts"][0].pop("unaccepted"),
    "a status that there is not": lambda it: it["runs"][0]["accounts"][0].update(status="fine"),
    "verdicts without those that are not known": lambda it: it["runs"][0]["verdicts"].pop("not_assessed"),
    "more than all": lambda it: it["runs"][0].update(seen_percent=100.5),
})
