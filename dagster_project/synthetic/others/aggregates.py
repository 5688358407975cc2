"""Made-up files of the forms that hold one row of totals, and of whatever else is not a census."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from dagster_project import dictionary
from dagster_project.synthetic.asked import authorities_asked, check_consecutive
from dagster_project.synthetic.authorities import newcomers
from dagster_project.synthetic.csww.files import workforce
from dagster_project.synthetic.csww.rows import census_of, rows, vacancies
from dagster_project.synthetic.csww.truth import Sent, truth
from dagster_project.synthetic.others.local_extracts import (
    applications,
    lives_of,
    write_legal_tracker,
    write_referral_log,
)
from dagster_project.synthetic.others.plain_files import write_csv
from dagster_project.synthetic.others.publications import write_c1, write_cafcass
from dagster_project.synthetic.written import Written

#: The forms of totals, in the years there were such; local extracts; publications.
PARTS = ("forms", "extracts", "publications")

#: The last year of the form; that of 2015-16 was announced and withdrawn.
_PF1_LAST = 2015


def write_aggregates(
    folder: Path,
    years: Sequence[int],
    seed: int = 2016,
    authorities: Sequence[str] | None = None,
    children: int = 400,
    workers: int = 60,
    faults: bool = True,
    parts: Sequence[str] = PARTS,
) -> Written[None, None]:
    """Write small files of the returns and publications that are no census, about the fictional authorities.

    ``csww_aggregate_<authority>_<2014-15>.csv`` and ``pf1_<authority>_<2013-14>.csv`` for those of the years
    in which there was such a form, ``legal_tracker_<authority>.csv`` and ``referral_log_<authority>.xlsx``
    about all the years together, two ``cafcass_*`` files and one of DfE's in ``open_data``. No fault is
    planted in them, and their counts are those of the lives, so ``faults`` and ``truth`` are empty.

    Args:
        folder: Where to; made if it is not there.
        years: Collection years by the year they end in, consecutive and ascending.
        seed: As for the censuses: the same children and the same workforce.
        authorities: Codes of fictional authorities; all of them if not given.
        children: As for ``write_cin``, for the same children.
        workers: As for ``write_csww``, for the same workforce.
        faults: As for ``write_cin``: whether some children have awkward ids there.
        parts: Some of ``PARTS``.

    Raises:
        ValueError: an authority is not fictional, or the years do not follow one another.
    """
    chosen = authorities_asked(authorities)
    check_consecutive(years)
    files: list[Path] = []
    lives = {authority: lives_of(authority, years, children, seed) for authority in chosen}
    made = {authority: applications(lives[authority], authority, years, seed) for authority in chosen}
    for authority in chosen:
        for year in years:
            name = f"{authority}_{dictionary.year_name(year)}.csv"
            if "forms" in parts and year in dictionary.years("csww_aggregate"):
                files.append(
                    _write_workforce(folder / f"csww_aggregate_{name}", authority, year, workers, seed)
                )
            if "forms" in parts and year <= _PF1_LAST and year in dictionary.years("pf1"):
                files.append(
                    _write_private_fostering(folder / f"pf1_{name}", authority, year, children, seed)
                )
        if "extracts" in parts:
            files.append(write_legal_tracker(folder, authority, made[authority], years, faults))
            files.append(write_referral_log(folder, authority, lives[authority], years, faults))
    if "publications" in parts:
        files += write_cafcass(folder, made, years)
        files += write_c1(folder, lives, years)
    return Written(files=tuple(files), faults=(), truth={})


def _write_workforce(file: Path, authority: str, year: int, workers: int, seed: int) -> Path:
    """The totals of the workforce that the censuses of later years show one by one."""
    census = census_of(authority, year)
    shown = [row for worker in workforce(authority, (year,), workers, seed) for row in rows(worker, census)]
    counted = truth([Sent(row.worker.number, row) for row in shown], vacancies(shown, census), census, None)
    left = sum(not row.is_in_post and not row.spell.is_agency for row in shown)
    values = {
        "SocialWorkersFTE30Sept": round(counted.fte_in_post, 2),
        "SocialWorkersHeadcount30Sept": counted.headcount_in_post,
        "VacanciesFTE30Sept": counted.fte_vacancies,
        "AgencyWorkersFTE30Sept": round(counted.fte_agency, 2),
        "AgencyWorkersHeadcount30Sept": counted.headcount_agency,
        "StartersFTEYear": round(counted.fte_starters, 2),
        "LeaversFTEYear": round(counted.fte_leavers, 2),
        "LeaversHeadcountYear": left,
        "WorkingDaysLostSickness": counted.days_lost,
        "CasesHeld30Sept": counted.cases,
    }
    return _write_row(file, "csww_aggregate", year, values)


def _write_private_fostering(file: Path, authority: str, year: int, children: int, seed: int) -> Path:
    """Few arrangements, as everywhere; each count is a part of the one it is said to be of."""
    rng = Random(f"{seed} pf1 {authority} {year}")
    size = newcomers(authority, year, children)
    received = max(1, round(size * rng.uniform(0.05, 0.09)))
    visited = received - rng.randrange(2) * (received > 3)
    began = max(1, round(visited * rng.uniform(0.7, 0.95)))
    continuing = round(received * rng.uniform(0.5, 0.9))
    ended = round((began + continuing) * rng.uniform(0.5, 0.65))
    values = {
        "notifications_received": received,
        "visits_action_taken": visited,
        "visits_within_7_working_days": round(visited * rng.uniform(0.6, 1)),
        "new_arrangements_began": began,
        "new_arrangements_6_week_visits": round(began * rng.uniform(0.6, 1)),
        "continuing_arrangements": continuing,
        "continuing_visits_scheduled": round(continuing * rng.uniform(0.6, 1)),
        "arrangements_ended": ended,
        "children_at_31_march": began + continuing - ended,
    }
    return _write_row(file, "pf1", year, values)


def _write_row(file: Path, return_id: str, year: int, values: Mapping[str, float]) -> Path:
    """The form's fields in the dictionary's order; one that nothing is known of stays blank."""
    names = [field.name for field in dictionary.fields(return_id, "aggregate", year)]
    return write_csv(file, names, [[values.get(name) for name in names]])
