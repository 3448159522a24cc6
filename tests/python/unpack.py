"""Unpacks what is packed in a report, so that its bytes can be searched: the parts of workbooks, the columns of Parquet files.

Beside each `NAME.xlsx` it writes its parts to `NAME.xlsx.unpacked`, beside each `NAME.parquet` its schema, metadata and rows
as lines of JSON to `NAME.parquet.unpacked`. It prints how many files it unpacked.
"""

import json
import pathlib
import sys
import zipfile


def parquet_lines(path: pathlib.Path):
    import pyarrow.parquet

    file = pyarrow.parquet.ParquetFile(path)
    yield json.dumps(file.metadata.to_dict(), default=str, ensure_ascii=False, sort_keys=True)
    yield str(file.schema_arrow)
    for key, value in (file.metadata.metadata or {}).items():
        yield f"{key!r}: {value!r}"
    for group in range(file.num_row_groups):
        for row in file.read_row_group(group).to_pylist():
            yield json.dumps(row, default=str, ensure_ascii=False)


def main(root: pathlib.Path) -> None:
    unpacked = 0
    for path in sorted(root.rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                text = b"\n".join(archive.read(name) for name in archive.namelist())
            path.with_name(path.name + ".unpacked").write_bytes(text)
        elif path.suffix == ".parquet":
            text = "\n".join(parquet_lines(path))
            path.with_name(path.name + ".unpacked").write_text(text, encoding="utf-8")
        else:
            continue
        unpacked += 1
    print(unpacked)


main(pathlib.Path(sys.argv[1]))
