"""Writing made-up returns to a folder."""

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from pathlib import Path

from dagster_project.synthetic import census as views
from dagster_project.synthetic import days
from dagster_project.synthetic.asked import authorities_asked, check_consecutive, check_described
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.children import children_of
from dagster_project.synthetic.cin.breaking import break_rule
from dagster_project.synthetic.cin.planting import Planter
from dagster_project.synthetic.cin.rule_faults import RULE_FAULTS
from dagster_project.synthetic.cin.truth import Truth
from dagster_project.synthetic.cin.xml import Layout
from dagster_project.synthetic.events import fill
from dagster_project.synthetic.ids import child_ids
from dagster_project.synthetic.lives import SPAN, Child
from dagster_project.synthetic.planted import Fault
from dagster_project.synthetic.rule_faults import Broken, Waiting
from dagster_project.synthetic.written import Written


def write_cin(
    folder: Path,
    years: Sequence[int] = (2024, 2025),
    children: int = 400,
    seed: int = 2016,
    authorities: Sequence[str] | None = None,
    faults: bool = True,
    broken: Collection[str] = (),
) -> Written[Fault, Truth]:
    """Write children in need censuses of the fictional authorities, one file each and year.

    A file depends on its authority, its year, ``children``, ``seed``, ``faults`` and, the last year's, on
    ``broken`` alone: not on the other years or authorities, the process or the machine. It is renamed into
    place when complete.

    Args:
        folder: Where to; made if it is not there.
        years: Collection years by the year they end in, consecutive and ascending.
        children: Children in the file of an authority of average size; each authority's own number follows
            its size and habits. About 4,500 make rates per 10,000 children like England's.
        seed: Another seed, other children.
        authorities: Codes of fictional authorities; all of them if not given.
        faults: Whether to plant the declared faults.
        broken: Statutory rules to break in the last year's files, each once where a child suits; see
            ``cin/rule_faults.py``.

    Raises:
        ValueError: an authority is not fictional, or the years or the number of children cannot be used.
    """
    chosen = authorities_asked(authorities)
    check_consecutive(years)
    check_described(years, "cin")
    if children < 1:
        raise ValueError(f"the number of children must be 1 or more, not {children}")
    folder.mkdir(parents=True, exist_ok=True)
    files: list[_File] = []
    for authority in chosen:
        files += _write_authority(folder, authority, years, children, seed, faults, broken)
    return Written(
        files=tuple(file.path for file in files),
        faults=tuple(fault for file in files for fault in file.planter.planted),
        truth={(file.census.authority, file.census.year): file.truth for file in files},
        broken=tuple(place for file in files for place in file.broken),
    )


def _write_authority(
    folder: Path,
    authority: str,
    years: Sequence[int],
    children: int,
    seed: int,
    faults: bool,
    broken: Collection[str],
) -> list["_File"]:
    """All files of one authority in one pass: a child is in memory only while it is written."""
    with ExitStack() as open_files:
        files = [
            open_files.enter_context(
                _File(folder, authority, year, year == years[0], faults, broken if year == years[-1] else ())
            )
            for year in years
        ]
        cohorts = range(years[0] - SPAN, years[-1] + 1)
        for child, rng in children_of(authority, cohorts, children, seed):
            showing = [file for file in files if views.shows(child, file.census)]
            if showing:
                fill(child, rng)
            known: set[tuple[str, int]] = set()
            for file in showing:
                file.add(child, known)
        for file in files:
            file.finish()
    return files


class _File:
    """A census file while it is written: under another name until it is finished, then under its own."""

    def __init__(
        self, folder: Path, authority: str, year: int, is_first: bool, faults: bool, rules: Collection[str]
    ) -> None:
        self.path = folder / f"cin_{authority}_{year}.xml"
        self.census = Census(authority, year, *days.window(year), child_ids(authority, year, faults))
        self.truth = Truth(authority, year, rereferrals=None if is_first else 0)
        self.planter = Planter(self.census, faults)
        self.broken: list[Broken] = []
        self._waiting = Waiting("cin", year, RULE_FAULTS, rules)
        self._layout = Layout(year)
        self._part = self.path.with_suffix(".part")
        self._lines = 0

    def __enter__(self) -> "_File":
        self._stream = self._part.open("w", encoding="utf-8", newline="\n")
        head = self._layout.head(self.census)
        self.planter.in_head(head)
        self._write(head)
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._part.unlink(missing_ok=True)

    def add(self, child: Child, known: set[tuple[str, int]]) -> None:
        """Write one child and count it; ``known`` holds its referrals in the files of earlier years."""
        lines = self._layout.child(child, self.census)
        hidden = self.planter.in_child(child, lines, self._lines)
        if self._waiting:
            self.broken += [
                Broken("cin", self.census.authority, self.census.year, rule, table, self._lines + line + 1)
                for rule, table, line in break_rule(child, self.census, lines, self._waiting)
            ]
        self._write(lines)
        child_id = None if hidden == "child id" else self.census.child_id(child)
        self.truth.count(child, self.census, child_id, known, is_dated=hidden != "referral date")

    def finish(self) -> None:
        """Close the file and give it its name."""
        self._write(self._layout.tail())
        self._stream.close()
        self._part.replace(self.path)

    def _write(self, lines: list[str]) -> None:
        self._stream.write("\n".join(lines) + "\n")
        self._lines += len(lines)
