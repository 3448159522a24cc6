"""Reads a report's tables back with pandas, openpyxl and LibreOffice, and holds every cell against what it has to be.

usage: spreadsheets.py REPORT TRUTH.json WORK [SOFFICE]

REPORT holds the CSV files and `report.xlsx`; TRUTH.json holds the tables as they are defined. The rules of `docs/report.md`
are written here a second time, from the page and not from the program. Prints the number of rows that each reader saw.
"""

import csv
import json
import pathlib
import re
import subprocess
import sys
from datetime import datetime

import openpyxl
import pandas
from openpyxl.utils.escape import unescape

report, truth, work = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text()), pathlib.Path(sys.argv[3])
soffice = sys.argv[4] if len(sys.argv) > 4 else None

csv.field_size_limit(1 << 30)

# What a person cannot see, by its number.
TREACHEROUS = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
BEGINNINGS = "=+-@＝＋－＠﹢﹣﹦﹫−"
LONGEST = 32_767


def legible(text):
    return TREACHEROUS.sub(lambda match: f"[U+{ord(match.group()):04X}]", text)


def harmless(text):
    """Text as a file of text has it."""
    text = legible(text)
    rest = text.lstrip(" \t\r\n\u00a0\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200c\u200d\u00ad\u180e\ufe0f")
    return f"'{text}" if text[:1] in ("\t", "\r", "\n") or (rest and rest[0] in BEGINNINGS) else text


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(value)
    return str(value)


def units(text):
    return len(text.encode("utf-16-le")) // 2


def same(where, got, wanted):
    if got != wanted:
        raise SystemExit(f"{where}: {got[:200]!r} instead of {wanted[:200]!r}")


def same_cut(where, got, wanted, table):
    """A cell of a workbook: the whole text, or its beginning and a note with its length and where the whole stands."""
    if units(wanted) <= LONGEST:
        return same(where, got, wanted)
    note = f"… [cut: {len(wanted):,} characters; the whole stands in {table}.csv, format csv]"
    if not got.endswith(note) or not wanted.startswith(got[: -len(note)]) or not LONGEST - 1 <= units(got) <= LONGEST:
        raise SystemExit(f"{where}: a long text is cut without saying so: {got[-200:]!r}")


def rows_of(table):
    return truth[table]["rows"]


def hold_csv():
    counts = {}
    for table, defined in truth.items():
        frame = pandas.read_csv(report / f"{table}.csv", dtype=str, keep_default_na=False, encoding="utf-8")
        same(table, " ".join(frame.columns), " ".join(defined["columns"]))
        counts[table] = len(frame)
        same(f"{table} rows", str(len(frame)), str(len(defined["rows"])))
        for number, row in enumerate(defined["rows"]):
            for place, value in enumerate(row):
                same(f"{table} {number} {defined['columns'][place]}", frame.iat[number, place], harmless(as_text(value)))
    return counts


def sheets_of(names, table):
    """The sheets of a table, in order: `findings`, `findings 2` and so on."""
    found = [name for name in names if name == table or re.fullmatch(re.escape(table) + r" \d+", name)]
    return sorted(found, key=lambda name: int(name.rsplit(" ", 1)[1]) if " " in name else 1)


def hold_workbook(path, written_by_us):
    book = openpyxl.load_workbook(path)
    if book.sheetnames[0] != "summary":
        raise SystemExit(f"the first sheet is {book.sheetnames[0]}")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    raise SystemExit(f"{path} {sheet.title} {cell.coordinate} is a formula: {cell.value!r}")
    counts = {}
    for table, defined in truth.items():
        rows = []
        for name in sheets_of(book.sheetnames, table):
            sheet = book[name]
            if written_by_us and (sheet.freeze_panes != "A2" or sheet.auto_filter.ref != sheet.dimensions):
                raise SystemExit(f"{name}: panes {sheet.freeze_panes}, filter {sheet.auto_filter.ref}")
            lines = list(sheet.iter_rows())
            same(name, " ".join(cell.value for cell in lines[0]), " ".join(defined["columns"]))
            rows += lines[1:]
        counts[table] = len(rows)
        same(f"{table} rows", str(len(rows)), str(len(defined["rows"])))
        for number, (cells, values) in enumerate(zip(rows, defined["rows"])):
            for cell, value, kind, column in zip(cells, values, defined["types"], defined["columns"]):
                where = f"{path.name} {table} {number} {column}"
                if value is None:
                    same(where, as_text(cell.value), "")
                elif kind == "whole number":
                    if cell.data_type != "n" or cell.value != value:
                        raise SystemExit(f"{where}: {cell.value!r} instead of {value}")
                elif kind == "moment":
                    moment = datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
                    if not isinstance(cell.value, datetime) or abs((cell.value - moment).total_seconds()) > 0.5:
                        raise SystemExit(f"{where}: {cell.value!r} instead of {value}")
                elif kind == "date":
                    same(where, cell.value.strftime("%Y-%m-%d"), value)
                else:
                    text = legible(as_text(value))
                    if not isinstance(cell.value, str):
                        raise SystemExit(f"{where}: {cell.value!r} is not text")
                    # openpyxl leaves `_x005F_` as it is, which stands for an underscore; LibreOffice writes none.
                    same_cut(where, unescape(cell.value) if written_by_us else cell.value, text, table)
    return counts


def hold_frames():
    """The workbook as an analyst reads it."""
    book = pandas.read_excel(report / "report.xlsx", sheet_name=None, dtype=object, keep_default_na=False)
    for table, defined in truth.items():
        for place, column in enumerate(defined["columns"]):
            if column != "account_id":
                continue
            got = [cell for name in sheets_of(book, table) for cell in book[name]["account_id"]]
            same(f"{table} account_id", " ".join(got), " ".join(as_text(row[place]) for row in defined["rows"]))


def convert(source, to, name, infilter=None):
    """What LibreOffice makes of a file; gives the directory."""
    target = work / name
    target.mkdir(parents=True, exist_ok=True)
    command = [soffice, f"-env:UserInstallation=file://{(work / 'profile').resolve()}", "--headless", "--norestore"]
    if infilter:
        command.append(f"--infilter={infilter}")
    command += ["--convert-to", to, "--outdir", str(target), *map(str, source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    if done.returncode != 0 or not list(target.iterdir()):
        raise SystemExit(f"LibreOffice could not convert to {to}: {done.stdout}{done.stderr}")
    return target


def hold_office():
    counts = hold_workbook(convert([report / "report.xlsx"], "xlsx", "again") / "report.xlsx", False)
    # Every sheet as text, cells as they are shown.
    shown = convert([report / "report.xlsx"], "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "shown")
    names = [path.stem.removeprefix("report-") for path in shown.iterdir()]
    for table, defined in truth.items():
        rows = []
        for name in sheets_of(names, table):
            with (shown / f"report-{name}.csv").open(newline="", encoding="utf-8") as file:
                rows += list(csv.reader(file))[1:]
        same(f"{table} rows as shown", str(len(rows)), str(len(defined["rows"])))
        for number, (cells, values) in enumerate(zip(rows, defined["rows"])):
            for cell, value, kind, column in zip(cells, values, defined["types"], defined["columns"]):
                wanted = legible(as_text(value))
                if kind == "moment":
                    # LibreOffice writes moments into text in a form of its own, whatever the cell shows.
                    wanted = wanted.replace("T", " ").removesuffix("Z")
                same_cut(f"shown {table} {number} {column}", cell, wanted, table)
    # The files of text, imported with quoted fields as text, and as they open when nobody chose anything.
    tables = [report / f"{table}.csv" for table in truth]
    chosen = convert(tables, "xlsx", "chosen", "Text - txt - csv (StarCalc):44,34,76,1,,0,true,false")
    opened = convert(tables, "xlsx", "opened", "Text - txt - csv (StarCalc):44,34,76,1,,0,false,true")
    for table, defined in truth.items():
        for directory in (chosen, opened):
            sheet = openpyxl.load_workbook(directory / f"{table}.xlsx").active
            lines = list(sheet.iter_rows())
            same(f"{directory.name} {table} rows", str(len(lines) - 1), str(len(defined["rows"])))
            for number, (cells, values) in enumerate(zip(lines[1:], defined["rows"])):
                for cell, value, column in zip(cells, values, defined["columns"]):
                    where = f"{directory.name} {table} {number} {column}"
                    if cell.data_type in ("f", "e"):
                        raise SystemExit(f"{where} is a formula: {cell.value!r}")
                    if directory == chosen:
                        wanted = harmless(as_text(value))
                        # What LibreOffice writes as a workbook ends where a cell of a workbook ends.
                        same(where, as_text(cell.value)[: LONGEST // 2], wanted[: LONGEST // 2])
    return counts


answer = {"pandas": hold_csv(), "openpyxl": hold_workbook(report / "report.xlsx", True)}
answer["sheets"] = len(openpyxl.load_workbook(report / "report.xlsx", read_only=True).sheetnames)
hold_frames()
if soffice:
    answer["libreoffice"] = hold_office()
print(json.dumps(answer))
