"""Reads OSCAL assessment results and a plan of action with compliance-trestle, and holds them against what the run holds.

Usage: oscal_trestle.py DIRECTORY EXPECTED, where EXPECTED is JSON with the number of findings of each verdict, the number of
accepted ones among them, the status of each control of NIST SP 800-53, how many accounts were not read though they are in
scope, and whether there is a plan.

Beside trestle's own validators, every reference by UUID has to lead to something in the same document, and every control has
to stand in NIST's catalogue.
"""

import csv
import json
import re
import sys
from collections import Counter
from pathlib import Path

from trestle.core.duplicates_validator import DuplicatesValidator
from trestle.core.links_validator import LinksValidator
from trestle.core.refs_validator import RefsValidator
from trestle.oscal import OSCAL_VERSION
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.poam import PlanOfActionAndMilestones

ROOT = Path(__file__).resolve().parents[2]


def catalogue():
    """The active controls of NIST's catalogue, as OSCAL writes them."""
    with open(ROOT / "config/catalogues/nist-800-53-r5.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["withdrawn"] == "0"]
    return {re.sub(r"\((\d+)\)", r".\1", row["control_id"].lower()) for row in rows}


def walk(value, path=()):
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from walk(child, path + (key,))


def read(model, path):
    read = model.oscal_read(path)
    assert read is not None, f"{path} is not read"
    for validator in (DuplicatesValidator(), RefsValidator(), LinksValidator()):
        assert validator.model_is_valid(read, True), type(validator).__name__
    assert read.metadata.oscal_version.root.root == OSCAL_VERSION
    document = json.loads(path.read_text(encoding="utf-8"))
    back = json.loads(read.oscal_serialize_json())
    moments = ("start", "end", "collected", "deadline", "last-modified")
    differing = list(differences(document, back, moments))
    assert not differing, differing[:5]

    [body] = document.values()
    known = set()
    for place, value in walk(body):
        if place and place[-1] == "uuid":
            assert value not in known, f"{value} stands twice"
            known.add(value)
    for place, value in walk(body):
        if place and isinstance(place[-1], str):
            if place[-1].endswith("-uuid"):
                assert value in known, f"{place} leads nowhere"
            if place[-1] == "href" and value.startswith("#"):
                assert value[1:] in known, f"{place} leads nowhere"
    return body


def differences(sent, back, moments, path=()):
    if isinstance(sent, dict) and isinstance(back, dict) and sent.keys() == back.keys():
        for key in sent:
            yield from differences(sent[key], back[key], moments, path + (key,))
    elif isinstance(sent, list) and isinstance(back, list) and len(sent) == len(back):
        for index, (one, other) in enumerate(zip(sent, back)):
            yield from differences(one, other, moments, path + (index,))
    elif sent != back and not (path[-1] in moments and sent[:19] == back[:19]):
        yield path, sent, back


def props(value):
    return {each["name"]: each["value"] for each in value.get("props", [])}


def hold_observations(observations, expected, only_open):
    counts, subjects = Counter(), Counter()
    for observation in observations:
        named = props(observation)
        for name in ("fail", "accepted", "not-assessed", "pass", "not-applicable"):
            counts[name] += int(named[f"findings-{name}"])
        listed = Counter(props(subject).get("verdict") for subject in observation["subjects"])
        assert listed["fail"] == int(named["findings-fail"]), observation["uuid"]
        assert listed["not-assessed"] == int(named["findings-not-assessed"]), observation["uuid"]
        assert observation["methods"] == ["TEST"] and observation["collected"]
        subjects += listed
    for name in ("fail", "accepted", "not-assessed") + (() if only_open else ("pass", "not-applicable")):
        assert counts[name] == expected[name.replace("-", "_")], (name, counts, expected)
    return subjects


def hold_risks(risks, expected):
    for risk in risks:
        is_accepted = "exception-id" in props(risk)
        assert risk["status"] == ("deviation-approved" if is_accepted else "open")
        assert is_accepted == ("deadline" in risk)
        [facet] = [facet for each in risk["characterizations"] for facet in each["facets"]]
        assert facet["name"] == "severity" and facet["value"] in ("critical", "high", "medium", "low", "info")
    accepted = [risk for risk in risks if risk["status"] == "deviation-approved"]
    assert bool(accepted) == (expected["accepted"] > 0)
    assert bool(len(risks) - len(accepted)) == (expected["fail"] > expected["accepted"])


def hold_findings(result, expected):
    controls = catalogue()
    [selection] = result["reviewed-controls"]["control-selections"]
    included = [each["control-id"] for each in selection.get("include-controls", [])]
    assert set(included) <= controls, set(included) - controls
    seen = {}
    for finding in result.get("findings", []):
        target = finding["target"]
        control = target["target-id"].removesuffix("_smt")
        assert target["type"] == "statement-id" and control in included
        named = props(finding)
        seen[named["control-id"]] = named["status"]
        assert (target["status"]["state"] == "satisfied") == (named["status"] == "satisfied"), finding["title"]
        reason = {"satisfied": "pass", "not-satisfied": "fail"}.get(named["status"], "other")
        assert target["status"]["reason"] == reason and target["status"]["remarks"]
    assert len(included) == len(seen)
    automated = {control: status for control, status in expected["controls"].items() if status != "not-automated"}
    assert seen == automated, (seen, automated)
    return seen


def main():
    directory, expected = Path(sys.argv[1]), json.loads(sys.argv[2])
    body = read(AssessmentResults, directory / "assessment-results.oscal.json")
    [result] = body["results"]
    assert result["start"] <= result["end"]
    hold_observations(result.get("observations", []), expected, False)
    hold_risks(result.get("risks", []), expected)
    statuses = hold_findings(result, expected)

    path = directory / "poam.oscal.json"
    assert path.exists() == expected["plan"], "a plan stands where something is open"
    items = Counter()
    if path.exists():
        plan = read(PlanOfActionAndMilestones, path)
        hold_observations(plan.get("observations", []), expected, True)
        hold_risks(plan.get("risks", []), expected)
        for item in plan["poam-items"]:
            state = props(item)["state"]
            items[state] += 1
            assert ("related-risks" in item) == (state in ("fail", "accepted"))
            assert ("related-observations" in item) == (state != "not-seen")
            assert ("exception-expires" in props(item)) == (state == "accepted")
    for state, number in (
        ("fail", expected["fail"] - expected["accepted"]),
        ("not-assessed", expected["not_assessed"]),
        ("accepted", expected["accepted"]),
    ):
        assert (items[state] > 0) == (number > 0), (state, items, expected)
    assert items["not-seen"] == expected["not_seen"], (items, expected)
    print(f"{len(result.get('observations', []))} observations, {len(statuses)} controls, items {dict(items)}")


main()
