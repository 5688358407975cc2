"""What taking files in costs: ``python -m benchmarks.intake FOLDER [--case NAME] [--xmllint PROGRAM]``.

Made-up files of fictional authorities are written to FOLDER once, 1.9 GB, and used again. Each case runs in a
process of its own, after its imports: processor seconds (user and system, workers included), wall seconds,
and the peak memory of that process. Intake is all of it: fingerprint, read, contract, pseudonyms, Parquet.
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.read_cin import bare_expat
from dagster_project import dictionary, intake, returns, synthetic
from dagster_project.settings import Settings

ROUNDS = 5
YEAR = 2025
FILES_OF_A_YEAR = 153
SMALL_FILES = 1800
_LA_CODE = "991"


@dataclass(frozen=True)
class Cost:
    """Processor and wall seconds, and the peak memory in MiB of the process that did the work."""

    cpu: float
    wall: float
    peak: float


def cpu() -> float:
    """Processor seconds of this process and of its children that have ended, all threads."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """What ``work`` returns in a fresh process, so that no case inherits the memory of another."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def cost_of(work: Callable[[], object]) -> Cost:
    """What ``work`` costs in this process."""
    began, spent = time.perf_counter(), cpu()
    work()
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return Cost(cpu() - spent, time.perf_counter() - began, peak)


def taken_in(files: list[Path], first: Path, told: intake.Told | None = None, workers: int = 1) -> Cost:
    """What it costs to take in ``files``, after ``first`` has paid for imports and caches."""
    with tempfile.TemporaryDirectory() as folder:
        intake.take_in(first, Settings(home=Path(folder) / "first", workers=1))
        settings = Settings(home=Path(folder) / "home", workers=workers)
        outcomes: list[intake.Outcome] = []
        cost = cost_of(lambda: outcomes.extend(intake.take_in(files, settings, told)))
        if not all(each.state == "accepted" for each in outcomes):
            raise RuntimeError(next(each.message for each in outcomes if each.state != "accepted"))
        return cost


def alone(work: Callable[[Path], object], file: Path) -> Cost:
    """What ``work`` costs by the processor, the median of several rounds."""
    costs = [cost_of(lambda: work(file)) for _ in range(ROUNDS)]
    return Cost(*(median(getattr(each, name) for each in costs) for name in ("cpu", "wall", "peak")))


# -- the files


def written_once(file: Path, pieces: Callable[[], Iterator[bytes]]) -> Path:
    """``file``, written if it is not there yet."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".part")
        with draft.open("wb") as out:
            out.writelines(pieces())
        draft.replace(file)
    return file


def census(folder: Path, children: int) -> Path:
    """A census of an authority of its own size if an average one had so many ``children``."""
    home = folder / f"census-{children}"
    file = home / f"cin_{_LA_CODE}_{YEAR}.xml"
    if not file.exists():
        synthetic.write_cin(home, years=(YEAR,), children=children, authorities=[_LA_CODE])
    return file


def varied(text: bytes, mark: str, la_code: str = _LA_CODE) -> bytes:
    """A census with other children and of another authority, otherwise the same."""
    text = re.sub(rb"<LEA>\d+", b"<LEA>" + la_code.encode(), text)
    return re.sub(rb"<LAchildID>", b"<LAchildID>" + mark.encode(), text)


def ten_times(folder: Path, file: Path) -> Path:
    """The census in ``file`` with ten times its children."""

    def pieces() -> Iterator[bytes]:
        text = file.read_bytes()
        begin, end = text.index(b"<Child>"), text.rindex(b"</Child>") + len(b"</Child>\n")
        yield text[:begin]
        for number in range(10):
            yield varied(text[begin:end], f"{number}X")
        yield text[end:]

    return written_once(folder / "census-ten-times.xml", pieces)


def many(folder: Path, file: Path, number: int) -> list[Path]:
    """So many censuses of fictional authorities, each as large as ``file`` and no two alike."""
    codes = sorted(dictionary.fictional_authorities())
    text: list[bytes] = []
    found = []
    for each in range(number):

        def pieces(each: int = each) -> Iterator[bytes]:
            text[:] = text or [file.read_bytes()]
            yield varied(text[0], f"{each}X", codes[each % len(codes)])

        found.append(written_once(folder / f"{each:04d}.xml", pieces))
    return found


def care(folder: Path) -> list[Path]:
    """A looked-after children return of about 10,000 children as CSV files, one for each table."""
    home = folder / "ssda903-10000"
    if not home.exists():
        synthetic.write_ssda903(home, years=(YEAR,), children=CARE_SIZE, authorities=[_LA_CODE])
    return sorted(home.rglob("*.csv"))


#: Children in a census of average size whose authority looks after some 10,000.
CARE_SIZE = 176_000


# -- the cases


def cin(folder: Path, xmllint: str | None) -> None:
    """60 MB of one authority, and ten times it, beside parsers that do nothing with what they read."""
    first, file = census(folder, 100), census(folder, 140_000)
    size = file.stat().st_size / 1e6
    children = sum(block.count(b"<Child>") for block in [file.read_bytes()])
    print(f"\nCIN, {size:.0f} MB, {children:,} children")
    rows = {
        "expat, empty handlers": apart(alone, bare_expat, file),
        "the reader": apart(alone, returns.read, file),
        "intake": apart(taken_in, [file], first),
    }
    floor = None
    if xmllint:
        floor = replace(apart(alone, partial(libxml2, xmllint), file), peak=0)  # another program's
        rows = {"xmllint --sax --noout": floor, **rows}
    for name, cost in rows.items():
        beside = f"{cost.cpu / floor.cpu:8.1f} x libxml2" if floor else ""
        show(name, cost, f"{size / cost.cpu:8.1f} MB/s{beside}")
    if not xmllint:
        print("xmllint is not installed: no ratio to libxml2")

    large = ten_times(folder, file)
    cost, more = rows["intake"], apart(taken_in, [large], first)
    per_mb = (more.peak - cost.peak) / (large.stat().st_size / 1e6 - size)
    times = more.cpu / cost.cpu
    show("intake, ten times it", more, f"{times:8.1f} x the CPU, {per_mb:.2f} MiB more for each MB")


def libxml2(program: str, file: Path) -> None:
    """Libxml2 with handlers that do nothing: well-formed or not, and no more."""
    subprocess.run([program, "--sax", "--noout", file], stdout=subprocess.DEVNULL, check=True)


def year(folder: Path, _: str | None) -> None:
    """A national year: 153 files and 1 GB, with one worker and with two."""
    first, file = census(folder, 100), census(folder, 15_000)
    files = many(folder / "year", file, FILES_OF_A_YEAR)
    size = sum(each.stat().st_size for each in files) / 1e6
    print(f"\nA national year, {len(files)} CIN files, {size:,.0f} MB")
    for workers in (1, 2):
        cost = apart(taken_in, files, first, None, workers)
        show(f"intake, workers: {workers}", cost, f"{size / cost.wall:8.1f} MB/s of wall")


def small(folder: Path, _: str | None) -> None:
    """1,800 small files, and what a file costs besides its size."""
    first = census(folder, 100)
    files = many(folder / "small", census(folder, 20), SMALL_FILES)
    size = sum(each.stat().st_size for each in files) / 1e6
    print(f"\nSmall files, {len(files):,} of {1000 * size / len(files):.0f} kB")
    for workers in (1, 2):
        cost = apart(taken_in, files, first, None, workers)
        each = (
            f"{1000 * cost.cpu / len(files):8.1f} ms CPU, {1000 * cost.wall / len(files):.1f} ms wall a file"
        )
        show(f"intake, workers: {workers}", cost, each)


def ssda903(folder: Path, _: str | None) -> None:
    """A looked-after children return of 10,000 children, as CSV."""
    first, files = census(folder, 100), care(folder)
    size = sum(each.stat().st_size for each in files) / 1e6
    lines = {each.stem: each.read_bytes().count(b"\n") - 1 for each in files}
    print(f"\nSSDA903, {len(files)} CSV files, {size:.1f} MB, {lines['header']:,} children")
    cost = apart(taken_in, files, first, returns.Told(la_code=_LA_CODE, year=YEAR))
    show("intake", cost, f"{sum(lines.values()):8,} rows")


def xlsx(_: Path, __: str | None) -> None:
    """The reader of workbooks beside openpyxl, if that is installed."""
    if not find_spec("openpyxl"):
        print("\nxlsx: openpyxl is not installed, and nothing is compared")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "book.xlsx"
        apart(_write_workbook, file)
        ours, theirs = apart(alone, _read_workbook, file), apart(alone, _read_with_openpyxl, file)
    print("\nxlsx, 10 sheets of 1,500 rows and 20 columns")
    show("the reader", ours, f"{theirs.cpu / ours.cpu:8.1f} times openpyxl's speed")
    show("openpyxl, read_only", theirs)


def _write_workbook(file: Path) -> None:
    import openpyxl  # type: ignore[import-untyped] # not among our dependencies

    book = openpyxl.Workbook(write_only=True)
    for sheet in range(10):
        rows = book.create_sheet(f"List {sheet}")
        for row in range(1500):
            rows.append([f"{sheet}-{row}-{column}" for column in range(20)])
    book.save(file)


def _read_workbook(file: Path) -> None:
    from dagster_project.returns.workbook import workbook

    for sheet in workbook(returns.Source(file)):
        for _ in sheet.chunks:
            pass


def _read_with_openpyxl(file: Path) -> None:
    import openpyxl

    for sheet in openpyxl.load_workbook(file, read_only=True):
        for _ in sheet.iter_rows(values_only=True):
            pass


def show(name: str, cost: Cost, more: str = "") -> None:
    """Print one line of a case."""
    print(f"  {name:24}{cost.cpu:8.2f} s CPU{cost.wall:8.2f} s wall{cost.peak:7.0f} MiB{more}", flush=True)


CASES = {each.__name__: each for each in (cin, year, small, ssda903, xlsx)}


def main() -> None:
    """Run the cases asked for, or all."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("folder", type=Path, help="where the made-up files are kept")
    asked.add_argument("--case", choices=CASES, action="append", help="only this; may be repeated")
    asked.add_argument("--xmllint", default=shutil.which("xmllint"), help="libxml2's program")
    given = asked.parse_args()
    for name in given.case or CASES:
        CASES[name](given.folder, given.xmllint)


if __name__ == "__main__":
    main()
