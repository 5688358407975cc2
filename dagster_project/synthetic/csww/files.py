"""Writing made-up workforce censuses to a folder."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

from dagster_project.synthetic.asked import authorities_asked, check_consecutive, check_described
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.csww.lives import SPAN, Worker, arrivals, life
from dagster_project.synthetic.csww.planting import Planter
from dagster_project.synthetic.csww.rows import census_of, rows, vacancies
from dagster_project.synthetic.csww.truth import Sent, WorkforceTruth, in_post, truth
from dagster_project.synthetic.csww.xml import Layout
from dagster_project.synthetic.planted import Fault
from dagster_project.synthetic.written import Written


def write_csww(
    folder: Path,
    years: Sequence[int] = (2024, 2025),
    workers: int = 60,
    seed: int = 2016,
    authorities: Sequence[str] | None = None,
    faults: bool = True,
) -> Written[Fault, WorkforceTruth]:
    """Write workforce censuses of the fictional authorities, ``csww_<authority>_<year>.xml`` for each year.

    The shape is the dictionary's, known from the layout of 2021-22. A file depends on its authority, its
    year, ``workers``, ``seed`` and ``faults`` alone. It is renamed into place when complete.

    Args:
        folder: Where to; made if it is not there.
        years: Census years by the year they end in, consecutive and ascending, from 2016-17 on.
        workers: Full-time equivalents in post in an authority of average size; 240 are England's average.
        seed: Another seed, other workers.
        authorities: Codes of fictional authorities; all of them if not given.
        faults: Whether to plant the declared faults.

    Raises:
        ValueError: an authority is not fictional, or the years or the number of workers cannot be used.
    """
    chosen = authorities_asked(authorities)
    check_consecutive(years)
    check_described(years, "csww")
    if workers < 1:
        raise ValueError(f"the number of workers must be 1 or more, not {workers}")
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    planted: list[Fault] = []
    counts: dict[tuple[str, int], WorkforceTruth] = {}
    for authority in chosen:
        employed = list(workforce(authority, years, workers, seed))
        before: dict[str, float] | None = None
        for year in years:
            census = census_of(authority, year)
            lines, planter, counted, before = _census(employed, census, faults, before)
            files.append(_write(folder / f"csww_{authority}_{year}.xml", lines))
            planted += planter.planted
            counts[authority, year] = counted
    return Written(tuple(files), tuple(planted), counts)


def workforce(authority: str, years: Sequence[int], workers: int, seed: int) -> Iterator[Worker]:
    """Everyone who could be in a census of ``years``, in the order of their first years."""
    base = int.from_bytes(sha256(f"{seed} csww {authority}".encode()).digest()[:8])
    rng = Random()
    for cohort in range(years[0] - SPAN, years[-1] + 1):
        for is_agency, number in enumerate(arrivals(authority, cohort, workers)):
            for each in range(number):
                # Seeded for each worker, so that no life depends on how many were simulated before it.
                rng.seed(base << 64 | cohort << 32 | is_agency << 31 | each)
                yield life(rng, authority, cohort, each, bool(is_agency))


def _census(
    employed: list[Worker], census: Census, faults: bool, before: dict[str, float] | None
) -> tuple[list[str], Planter, WorkforceTruth, dict[str, float]]:
    """The lines of a census, its faults and counts, and the FTE by number for the year after."""
    shown = [row for worker in employed for row in rows(worker, census)]
    vacant = vacancies(shown, census)
    layout, planter = Layout(census.year), Planter(census, faults)
    lines = layout.head(vacant, census)
    planter.in_head(lines)
    sent: list[Sent] = []
    for row in shown:
        own = layout.worker(row, census)
        kind = planter.in_worker(row, own, len(lines))
        lines += own
        number: str | None = row.worker.number
        if kind is not None and kind.renames:
            number = planter.planted[-1].value
        sent.append(Sent(number, row))
    return lines + layout.tail(), planter, truth(sent, vacant, census, before), in_post(sent)


def _write(file: Path, lines: list[str]) -> Path:
    part = file.with_suffix(".part")
    try:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file
