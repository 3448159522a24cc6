"""The schemas of docs/schemas, and whether documents hold to them."""

import json
import pathlib

from jsonschema import Draft202012Validator

ROOT = pathlib.Path(__file__).resolve().parents[2]


def validator(name):
    """A validator of a schema that is one itself and lets nothing through that it does not name."""
    schema = json.loads((ROOT / "docs/schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    every_object_is_closed(schema, name)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def every_object_is_closed(schema, place):
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            assert schema.get("additionalProperties") is False, f"{place} lets anything through"
        for key, value in schema.items():
            every_object_is_closed(value, f"{place}/{key}")
    elif isinstance(schema, list):
        for value in schema:
            every_object_is_closed(value, place)


def accept(checker, document, place):
    errors = [f"{place}: {error.json_path}: {error.message[:300]}" for error in checker.iter_errors(document)]
    assert not errors, "\n".join(errors[:5])
