"""Reads parquet/ with pyarrow and DuckDB and compares every value with the CSV files, which pandas reads.

Arguments: the directory of a report in both formats, the directory of the repository. Prints rows by table.
"""

import json
import os
import pathlib
import sys
import urllib.parse

import duckdb
import pandas
import pyarrow
import pyarrow.dataset
import pyarrow.parquet

report = pathlib.Path(sys.argv[1])
root = report / "parquet"
KEYS = {"findings": "account_id", "buckets": "account_id", "controls": "framework_id"}
TYPES = {
    "text": pyarrow.string(),
    "whole number": pyarrow.int64(),
    "moment": pyarrow.timestamp("us", tz="UTC"),
    "date": pyarrow.date32(),
    "boolean": pyarrow.bool_(),
}
DUCKDB_TYPES = {
    "text": "VARCHAR",
    "whole number": "BIGINT",
    "moment": "TIMESTAMP WITH TIME ZONE",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "list": "VARCHAR[]",
}


def csv(name):
    return pandas.read_csv(report / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8")


def is_type(found, wanted):
    if wanted == "list":
        return pyarrow.types.is_list(found) and found.value_type == pyarrow.string()
    return found == TYPES[wanted]


def as_csv(value, kind):
    if value is None:
        return ""
    if kind == "moment":
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if kind == "list":
        return "; ".join(value)
    if kind == "boolean":
        return "yes" if value else "no"
    return str(value)


def rows_by_pyarrow(table):
    """The rows in the order of the paths, each file read by itself, so that nothing is inferred from its path."""
    rows = []
    for path in sorted((root / table).rglob("*.parquet")):
        place = dict(part.split("=", 1) for part in path.parent.relative_to(root / table).parts)
        date = place.pop("run_date")
        assert len(date) == 10
        place = {name: None if value == "__HIVE_DEFAULT_PARTITION__" else urllib.parse.unquote(value) for name, value in place.items()}
        assert list(place) == ([KEYS[table]] if table in KEYS else [])
        file = pyarrow.parquet.ParquetFile(path)
        assert file.metadata.created_by.startswith("s3attest version ")
        assert all(
            file.metadata.row_group(group).column(column).compression == "ZSTD"
            for group in range(file.num_row_groups)
            for column in range(file.metadata.num_columns)
        )
        yield file.schema_arrow, [{**row, **place} for row in file.read().to_pylist()]


dictionary = csv("dictionary")
counts = {}
os.chdir(root)
connection = duckdb.connect()
connection.execute("SET TimeZone = 'UTC'")
connection.execute((root / "duckdb.sql").read_text())
for table in sorted(path.name for path in root.iterdir() if path.is_dir() and path.name != "queries"):
    name = table.replace("_", "-")
    described = dictionary[dictionary["table"] == name]
    kinds = dict(zip(described["column"], described["type"]))
    expected = csv(name)
    columns = {column: column.lower().replace("-", "_") for column in expected.columns}
    found = []
    for schema, rows in rows_by_pyarrow(table):
        found += rows
        in_file = ["run_id"] + [columns[column] for column in columns if column != KEYS.get(table)]
        assert schema.names == in_file, (table, schema.names, in_file)
        for column, field in columns.items():
            if field in in_file:
                assert is_type(schema.field(field).type, kinds[column]), (table, column, schema.field(field).type)
    key = KEYS.get(table)
    if key == "framework_id":
        # Paths are sorted by name, the CSV file by the run's order of frameworks.
        order = list(dict.fromkeys(expected[key]))
        found.sort(key=lambda row: order.index(row[key]))
    assert len(found) == len(expected), (table, len(found), len(expected))
    by_duckdb = connection.execute(f"DESCRIBE {table}").fetchall()
    duckdb_types = {row[0]: row[1] for row in by_duckdb}
    for column, field in columns.items():
        assert duckdb_types[field] == DUCKDB_TYPES[kinds[column]], (table, field, duckdb_types[field])
    assert duckdb_types["run_date"] == "DATE"
    assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == len(expected)
    for row, wanted in zip(found, expected.to_dict("records")):
        for column, field in columns.items():
            value = as_csv(row[field], kinds[column])
            # CSV puts an apostrophe before what a spreadsheet would execute; Parquet has no need to.
            assert wanted[column] in (value, "'" + value), (table, column, value[:200], wanted[column][:200])
            assert row[field] != "" and row[field] != [], f"{table}.{field}: an empty cell is no null"
    counts[table] = len(found)
    if key:
        # What DuckDB reads through the view is what stands in the paths, leading zeros included.
        through_view = connection.execute(f"SELECT DISTINCT {key} FROM {table}").fetchall()
        assert {one[0] for one in through_view} == set(expected[key]) - {""} | ({None} if "" in set(expected[key]) else set())
        partitioning = pyarrow.dataset.partitioning(
            pyarrow.schema([("run_date", pyarrow.date32()), (key, pyarrow.string())]), flavor="hive"
        )
        dataset = pyarrow.dataset.dataset(root / table, partitioning=partitioning)
        assert sorted(dataset.to_table(columns=[key])[key].to_pylist()) == sorted(expected[key])

# The declarations for Athena name every column with the type that the files have.
declared = (root / "athena.sql").read_text(encoding="ascii")
for table in counts:
    statement = declared.split(f"EXISTS `{table}` (")[1].split("LOCATION")[0]
    body, partitions = statement.split("PARTITIONED BY")
    names = [line.split("`")[1] for line in body.splitlines() if line.startswith("  `")]
    types = [line.split("`")[2].split()[0] for line in body.splitlines() if line.startswith("  `")]
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    in_files = [row for row in described if row[0] not in ("run_date", KEYS.get(table))]
    assert names == [row[0] for row in in_files], table
    words = {"VARCHAR": "string", "BIGINT": "bigint", "TIMESTAMP WITH TIME ZONE": "timestamp", "DATE": "date", "BOOLEAN": "boolean", "VARCHAR[]": "array<string>"}
    assert types == [words[row[1]] for row in in_files], table
    assert ("`account_id` string" in partitions) == (KEYS.get(table) == "account_id")

print(json.dumps(counts))
