"""Holds a file of OCSF events against the models that py-ocsf-models publishes, and against what the run holds.

Usage: ocsf_models.py EVENTS EXPECTED, where EXPECTED is JSON with the number of findings of each verdict.

The models ignore what they do not know, so each event is also compared with what the models give back: every member has to
come back as it was sent. The members that OCSF 1.5.0 has and these models leave out are named below and held by hand.
"""

import json
import sys
from collections import Counter

from py_ocsf_models import OCSF_VERSION
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.events.findings.severity_id import SeverityID
from py_ocsf_models.events.findings.status_id import StatusID
from py_ocsf_models.objects.cloud import Cloud
from py_ocsf_models.objects.compliance_status import StatusID as ComplianceStatusID

# OCSF Schema 1.5.0: the profile `cloud` adds `cloud` to a class; the object `compliance` has these beside `status_id`.
NOT_IN_THE_MODELS = {("cloud",), ("compliance", "status"), ("compliance", "status_code"), ("compliance", "status_details")}


def lost(sent, back, path=()):
    """The members of what was sent that did not come back as they were."""
    if isinstance(sent, dict) and isinstance(back, dict):
        for name, value in sent.items():
            if path + (name,) in NOT_IN_THE_MODELS:
                continue
            if name not in back:
                yield path + (name,), "is not known to the models"
            else:
                yield from lost(value, back[name], path + (name,))
    elif isinstance(sent, list) and isinstance(back, list) and len(sent) == len(back):
        for index, (one, other) in enumerate(zip(sent, back)):
            yield from lost(one, other, path + (index,))
    elif sent != back:
        yield path, f"{sent!r} came back as {back!r}"


def hold(event):
    read = ComplianceFinding(**event)
    back = json.loads(read.model_dump_json())
    wrong = list(lost(event, back))
    assert not wrong, wrong
    cloud = json.loads(Cloud(**event["cloud"]).model_dump_json())
    assert not list(lost(event["cloud"], cloud)), "cloud"
    assert event["cloud"]["provider"] == "AWS"

    assert read.category_uid == 2 and read.class_uid == 2003
    assert read.type_uid == read.class_uid * 100 + read.activity_id
    assert read.metadata.version == OCSF_VERSION
    assert read.metadata.product.name == "s3attest" and read.metadata.profiles == ["cloud"]
    assert SeverityID(read.severity_id).name == read.severity
    assert StatusID(read.status_id).name == read.status
    status = event["compliance"]["status"]
    assert ComplianceStatusID(read.compliance.status_id).name == ("Other" if status == "Not Applicable" else status)
    assert isinstance(event["compliance"]["status_details"], list)
    assert read.time > 1_000_000_000_000, "times are milliseconds"
    if read.start_time is not None:
        assert 1_000_000_000_000 < read.start_time <= read.end_time
    [resource] = read.resources
    assert resource.uid and resource.owner.uid == event["cloud"]["account"]["uid"]
    assert len(resource.owner.uid) == 12
    [check] = read.compliance.checks
    assert check.uid == read.metadata.event_code == read.finding_info.analytic.uid
    return read


def main():
    path, expected = sys.argv[1], json.loads(sys.argv[2])
    counts, names, accepted = Counter(), set(), 0
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            assert line.endswith("\n")
            read = hold(json.loads(line))
            counts[read.compliance.status_id.name] += 1
            assert read.finding_info.uid not in names, "two findings have the same name"
            names.add(read.finding_info.uid)
            if read.status_id == StatusID.Suppressed:
                accepted += 1
                assert read.compliance.status_id == ComplianceStatusID.Fail, "only a fail can be accepted"
    assert counts["Pass"] == expected["pass"], (counts, expected)
    assert counts["Fail"] == expected["fail"], (counts, expected)
    assert counts["Warning"] == expected["not_assessed"], (counts, expected)
    assert counts["Other"] == expected["not_applicable"], (counts, expected)
    assert counts["Unknown"] == 0 and accepted == expected["accepted"], (accepted, expected)
    print(f"{sum(counts.values())} events of OCSF {OCSF_VERSION}: {dict(counts)}")


main()
