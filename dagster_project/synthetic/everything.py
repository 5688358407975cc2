"""Every made-up return of the same children and workers at once."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from dagster_project import dictionary
from dagster_project.synthetic.annex_a.files import write_annex_a
from dagster_project.synthetic.asked import check_consecutive
from dagster_project.synthetic.cin.writing import write_cin
from dagster_project.synthetic.csww.files import write_csww
from dagster_project.synthetic.others.aggregates import PARTS, write_aggregates
from dagster_project.synthetic.rule_faults import write_broken
from dagster_project.synthetic.ssda903.files import write_ssda903
from dagster_project.synthetic.written import Written

#: What ``write_all`` can be asked for.
KINDS = ("cin", "ssda903", "csww", "annex_a", *PARTS)

#: What it writes if not asked: publications about authorities that do not exist serve tests alone.
USUAL = KINDS[:-1]

#: Children from which several processes, the longest work first, are sooner done than one.
_WORTH_A_POOL = 1000


def write_all(
    folder: Path,
    years: Sequence[int] = (2024, 2025),
    children: int = 400,
    workers: int = 60,
    seed: int = 2016,
    authorities: Sequence[str] | None = None,
    kinds: Sequence[str] = USUAL,
    faults: bool = True,
    broken: Mapping[str, Collection[str]] | None = None,
) -> list[Path]:
    """Write the returns of the fictional authorities, each kind in a folder of its own; the files written.

    A year for which there was no such return is left out of it. The Annex A lists show March of the last
    year.

    Args:
        folder: Where to; made if it is not there.
        years: Collection years by the year they end in, consecutive and ascending.
        children: Children in the census of an authority of average size; 4,500 make rates like England's.
        workers: Full-time equivalents in post in an authority of average size; 240 are England's average.
        seed: Another seed, other children and workers.
        authorities: Codes of fictional authorities; all of them if not given.
        kinds: Some of ``KINDS``.
        faults: Whether to plant the faults that each return declares for the intake to find.
        broken: By return, the statutory rules to break in its file of the last year; where they are to fail
            is then in ``broken_rules.csv``.

    Raises:
        ValueError: something asked for cannot be.
    """
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(f"'{unknown[0]}' is not made up here: ask for {', '.join(KINDS)}")
    check_consecutive(years)
    whom: dict[str, Any] = {"seed": seed, "authorities": authorities}
    broken = broken or {}
    jobs: list[Callable[[], Written[Any, Any]]] = []
    if "annex_a" in kinds and years[-1] >= dictionary.years("annex_a")[0]:
        month = date(years[-1], 3, 31)
        jobs.append(partial(write_annex_a, folder / "annex_a", month, children, **whom, faults=faults))
    if asked := _described(years, "ssda903", kinds):
        jobs.append(
            partial(
                write_ssda903,
                folder,
                asked,
                children,
                **whom,
                faults=faults,
                broken=broken.get("ssda903", ()),
            )
        )
    if asked := _described(years, "cin", kinds):
        into = folder / "cin"
        jobs.append(
            partial(write_cin, into, asked, children, **whom, faults=faults, broken=broken.get("cin", ()))
        )
    parts = [kind for kind in kinds if kind in PARTS]
    known = {*dictionary.years("cin"), *dictionary.years("pf1")}
    if parts and (asked := [year for year in years if year in known]):
        sizes: dict[str, Any] = {"children": children, "workers": workers, "parts": parts}
        jobs.append(partial(write_aggregates, folder / "others", asked, **whom, **sizes))
    if asked := _described(years, "csww", kinds):
        jobs.append(partial(write_csww, folder / "csww", asked, workers, **whom, faults=faults))
    if not jobs:
        raise ValueError(f"the dictionary describes none of these returns for {list(years)}")
    made = _made(jobs, children)
    files = [file for each in made for file in each.files]
    if any(broken.values()):
        places = [place for each in made for place in each.broken]
        files.append(write_broken(folder / "broken_rules.csv", places))
    return files


def _made(jobs: Sequence[Callable[[], Written[Any, Any]]], children: int) -> list[Written[Any, Any]]:
    if children < _WORTH_A_POOL or len(jobs) == 1:
        return [job() for job in jobs]
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(jobs)), mp_context=get_context("spawn")) as pool:
        return [each.result() for each in [pool.submit(job) for job in jobs]]


def _described(years: Sequence[int], return_id: str, kinds: Sequence[str]) -> list[int]:
    described = dictionary.years(return_id) if return_id in kinds else ()
    return [year for year in years if year in described]
