"""Holds junit.xml to the XML schema of Jenkins' xUnit plugin, reads it with junitparser, and prints what it counted.

Arguments: the directory of a report, the directory of the repository.
"""

import json
import pathlib
import sys

import junitparser
import xmlschema

report, root = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
path = str(report / "junit.xml")
schema = xmlschema.XMLSchema(str(root / "tests/schemas/junit-10.xsd"))
errors = [f"{error.path}: {error.reason}" for error in schema.iter_errors(path)]
assert not errors, "\n".join(errors[:5])
assert not schema.is_valid("<testsuites><testsuite name='a'/></testsuites>"), "the schema accepts anything"

WORDS = {junitparser.Failure: "failures", junitparser.Error: "errors", junitparser.Skipped: "skipped"}


def outcome(case):
    if not case.result:
        return "passed"
    (result,) = case.result
    return WORDS[type(result)]


def none():
    return {"passed": 0, "failures": 0, "errors": 0, "skipped": 0}


findings, accounts, accepted, regions = none(), none(), 0, 0
suites = junitparser.JUnitXml.fromfile(path)
stated = {"tests": 0, "failures": 0, "errors": 0}
seen = set()
for suite in suites:
    counted = none()
    for case in suite:
        word = outcome(case)
        counted[word] += 1
        if case.classname == "coverage":
            if case.name.startswith("Region "):
                assert word == "errors", "only a region in doubt has a case"
                regions += 1
            elif suite.name != "organization":
                accounts[word] += 1
        else:
            findings[word] += 1
            accepted += word == "skipped" and case.result[0].message.startswith("Fails, and is accepted until")
            assert case.name in case.name.strip() and (suite.name, case.classname, case.name) not in seen
            seen.add((suite.name, case.classname, case.name))
    # The numbers in front are the numbers of what follows.
    assert suite.tests == sum(counted.values()), (suite.name, suite.tests, counted)
    for word in ("failures", "errors", "skipped"):
        assert getattr(suite, word) == counted[word], (suite.name, word)
    if suite.name != "organization":
        properties = {one.name: one.value for one in suite.properties()}
        assert len(properties["account_id"]) == 12 and suite.name.startswith(properties["account_id"])
    stated["tests"] += suite.tests
    stated["failures"] += suite.failures
    stated["errors"] += suite.errors
for word, number in stated.items():
    assert getattr(suites, word) == number, word

print(json.dumps({"findings": findings, "accepted": accepted, "regions": regions, "accounts": accounts}))
