"""The looked-after children return as CSV files, one for each table, written a child at a time."""

import csv
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from typing import Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from dagster_project.synthetic.ssda903.rows import Row, tables


class CsvSet:
    """The files of one return while they are written: in another folder until finished, then in their own."""

    def __init__(self, path: Path, year: int) -> None:
        """Files for ``path``: a folder, or with the suffix ``.zip`` a zip that holds them."""
        self.path = path
        self._part = path.with_name(f"{path.name}.part")
        self._fields = {table: [field.name for field in fields] for table, fields in tables(year).items()}
        self._lines = dict.fromkeys(self._fields, 1)

    def __enter__(self) -> Self:
        rmtree(self._part, ignore_errors=True)
        self._part.mkdir(parents=True)
        self._open = ExitStack()
        self._writers = {}
        for table, names in self._fields.items():
            file = (self._part / f"{table}.csv").open("w", encoding="utf-8", newline="")
            self._open.enter_context(file)
            self._writers[table] = csv.writer(file, lineterminator="\n")
            self._writers[table].writerow(names)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        rmtree(self._part, ignore_errors=True)

    def add(self, rows: dict[str, list[Row]]) -> dict[tuple[str, int, str], tuple[int, int]]:
        """Write the rows of a child; the line of each value and of its row, by table, row and field."""
        places = {}
        for table, held in rows.items():
            for number, row in enumerate(held):
                self._writers[table].writerow([row[name] or "" for name in self._fields[table]])
                self._lines[table] += 1
                line = self._lines[table]
                places.update({(table, number, name): (line, line) for name in row})
        return places

    def finish(self) -> list[Path]:
        """Put the files where they belong."""
        self._open.close()
        files = [f"{table}.csv" for table in self._fields]
        if self.path.suffix == ".zip":
            packed = self._part / "set.zip"
            with ZipFile(packed, "w", ZIP_DEFLATED) as together:
                for name in files:
                    # a date of its own, or the same rows would make another file tomorrow
                    entry = ZipInfo(name, (2000, 1, 1, 0, 0, 0))
                    entry.compress_type = ZIP_DEFLATED
                    together.writestr(entry, (self._part / name).read_bytes())
            packed.replace(self.path)
            return [self.path]
        rmtree(self.path, ignore_errors=True)
        self._part.replace(self.path)
        return [self.path / name for name in files]
