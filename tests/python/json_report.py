"""Holds the files of json/ to the schemas in docs/schemas with the jsonschema package, and prints what it counted.

Arguments: the directory of a report.
"""

import collections
import json
import pathlib
import sys

from schemas import accept, validator

report = pathlib.Path(sys.argv[1]) / "json"

counts = {}
verdicts = collections.Counter()
for name in ("findings", "coverage", "control-matrix"):
    checker = validator(name)
    file = f"{name}.jsonl"
    with open(report / file, encoding="utf-8", newline="\n") as lines:
        number = 0
        for number, line in enumerate(lines, 1):
            record = json.loads(line)
            accept(checker, record, f"{file} {number}")
            verdicts.update([record["verdict"]] if name == "findings" else [])
            if number == 1:
                # A schema that accepts anything would prove nothing.
                for broken in ({**record, "more": 1}, {**record, "schema": 2}):
                    assert not checker.is_valid(broken), f"the schema of {file} accepts {broken}"
                if name == "findings":
                    assert not checker.is_valid({**record, "verdict": "passed"})
                    assert not checker.is_valid({key: value for key, value in record.items() if key != "verdict"})
    counts[file] = number

checker = validator("report")
document = json.loads((report / "report.json").read_text(encoding="utf-8"))
accept(checker, document, "report.json")
assert not checker.is_valid({**document, "format": "another"})
assert {file["name"]: file["records"] for file in document["files"]} == counts
stated = document["assessment"]["counts"]
assert {name: stated[name.replace("-", "_")] for name in verdicts} == dict(verdicts)
assert sum(tally["counts"]["fail"] for tally in document["assessment"]["accounts"]) == stated["fail"]

print(json.dumps({
    **counts,
    "verdicts": dict(verdicts),
    "checks": len(document["checks"]),
    "controls": len(document["controls"]),
}))
