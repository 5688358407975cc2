"""Downloads: the files of the release that anybody may have, with their sizes and hashes."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dagster_project.site.facts import Facts
from dagster_project.site.pages.page import Page

#: What a file is, by its name in the release's folder. A file that is not told here is the analysts'.
_FILES = {
    "open_data/core_outcome.csv": "Every figure of the core measures, as DfE lays open data out",
    "open_data/core_outcome.meta.csv": "What its columns are",
    "open_data/core_index.csv": "The index of each measure to its base years",
    "open_data/core_index.meta.csv": "What its columns are",
    "open_data/core_comparison.csv": "The change of each figure, beside England’s, and its verdict",
    "open_data/core_comparison.meta.csv": "What its columns are",
    "core_dataset.xlsx": "The core measures as a workbook, to filter and read",
    "core_dataset_public.duckdb": "The published tables as one database, with the facts they stand on",
    "datapackage.json": "The open data described for programs (Frictionless)",
}


class File(NamedTuple):
    """A file anybody may have. ``href`` leads to it from the page."""

    name: str
    what: str
    href: str
    n_bytes: int
    sha256: str

    @property
    def size(self) -> str:
        """Its size in words."""
        return f"{self.n_bytes / 1e6:.1f} MB" if self.n_bytes >= 1e5 else f"{self.n_bytes / 1e3:.1f} kB"


def pages(facts: Facts) -> Iterator[Page]:
    """The one page."""
    files = [
        _file(facts.folder, name, what) for name, what in _FILES.items() if (facts.folder / name).is_file()
    ]
    yield Page(
        path="downloads.html",
        template="downloads.html.j2",
        title="Downloads",
        lead=f"{len(files)} files, {sum(file.n_bytes for file in files) / 1e6:.0f} MB in all, under the Open "
        "Government Licence v3.0.",
        context={"files": files},
    )


def _file(folder: Path, name: str, what: str) -> File:
    path = folder / name
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return File(name, what, f"../{name}", path.stat().st_size, digest)
