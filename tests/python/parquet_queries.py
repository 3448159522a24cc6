"""Runs every saved query of parquet/queries with DuckDB over the views of duckdb.sql, and prints the rows of each.

Arguments: the directory of a report, the directory of the repository.
"""

import datetime
import decimal
import json
import os
import pathlib
import sys

import duckdb


def plain(value):
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value)
    return value


os.chdir(pathlib.Path(sys.argv[1]) / "parquet")
connection = duckdb.connect()
connection.execute("SET TimeZone = 'UTC'")
connection.execute(pathlib.Path("duckdb.sql").read_text())
answers = {}
for path in sorted(pathlib.Path("queries").iterdir()):
    cursor = connection.execute(path.read_text())
    names = [column[0] for column in cursor.description]
    assert len(set(names)) == len(names), f"{path.name} names two columns alike"
    answers[path.stem] = [dict(zip(names, map(plain, row))) for row in cursor.fetchall()]
print(json.dumps(answers))
