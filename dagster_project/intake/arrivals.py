"""What has arrived, as rows to show: a line for each authority, return and year, or for each file."""

from collections import defaultdict
from pathlib import Path

from dagster_project.dictionary import area_name, collection, fields, tables, year_name
from dagster_project.intake.ledger import Refusal, Submission, current, refusals, submissions

_NAMED = 3  # files refused for one reason, and tables that lack

#: Column names, and a row of cells for each line.
Shown = tuple[list[str], list[tuple]]


def grid(raw: Path) -> Shown:
    """One row per authority, return and period: what is in use of it, and when the last of it arrived.

    Raises:
        LedgerError: a manifest cannot be read.
    """
    known, in_use = submissions(raw), current(raw)
    arrived: dict[tuple[str, str, str], list[Submission]] = defaultdict(list)
    for each in known:
        arrived[_place(each)].append(each)
    used: dict[tuple[str, str, str], list[Submission]] = defaultdict(list)
    for each in in_use:
        used[_place(each)].append(each)
    rows = []
    for place, all_of_it in sorted(arrived.items()):
        return_id, la_code, _ = place
        rows.append(
            (
                la_code,
                area_name(la_code),
                return_id,
                period(all_of_it[0]),
                _state(used[place], all_of_it),
                _tables(all_of_it[0], {name for each in used[place] for name in each.tables}),
                sum(file.rows for each in used[place] for file in each.tables.values()),
                sum(each.violations for each in used[place]),
                len(all_of_it),
                all_of_it[-1].received_at,
            )
        )
    columns = ["authority", "name", "return", "period", "state", "tables", "rows", "violations", "files"]
    return [*columns, "last arrival"], rows


def by_year(raw: Path) -> Shown:
    """One row per authority and return, a column per collection year: the rows in use of it.

    Raises:
        LedgerError: a manifest cannot be read.
    """
    counted: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for each in current(raw):
        counted[each.la_code, each.return_id][each.collection_year] += each.rows
    years = sorted({year for of_year in counted.values() for year in of_year})
    rows = [
        (la_code, area_name(la_code), return_id, *(of_year.get(year) for year in years))
        for (la_code, return_id), of_year in sorted(counted.items())
    ]
    return ["authority", "name", "return", *map(year_name, years)], rows


def files(raw: Path) -> Shown:
    """One row per file that became a submission, with its id and whether it is in use.

    Raises:
        LedgerError: a manifest cannot be read.
    """
    in_use = {each.submission_id for each in current(raw)}
    rows = [
        (
            each.submission_id,
            each.return_id,
            each.la_code,
            period(each),
            "current" if each.submission_id in in_use else _not_in_use(each),
            each.received_at,
            each.rows,
            each.violations,
            each.file_name,
        )
        for each in submissions(raw)
    ]
    columns = ["submission", "return", "authority", "period", "state", "received", "rows", "violations"]
    return [*columns, "file"], sorted(rows, key=lambda row: row[1:6])


def refused(raw: Path) -> list[str]:
    """A line for each reason for which files were refused, with the files and when the last of them came.

    Raises:
        LedgerError: the record of one cannot be read.
    """
    by_reason: dict[str, list[Refusal]] = defaultdict(list)
    for each in refusals(raw):
        by_reason[each.reason].append(each)
    lines = []
    for reason, held in by_reason.items():
        names = ", ".join(sorted(each.file_name for each in held)[:_NAMED])
        more = f" and {len(held) - _NAMED} more" if len(held) > _NAMED else ""
        lines.append(f"refused at {max(each.refused_at for each in held)}: {names}{more}: {reason}")
    return sorted(lines)


def period(submission: Submission) -> str:
    """What it is about: a year such as 2024-25, a month such as 2025-01, or simply the latest state."""
    kind = collection(submission.return_id).period
    if kind == "month":
        return submission.period_end[:7]
    return "latest" if kind == "latest" else year_name(submission.collection_year)


def _place(submission: Submission) -> tuple[str, str, str]:
    return submission.return_id, submission.la_code, submission.period_end


def _tables(submission: Submission, held: set[str]) -> str:
    """How many tables there are; of a return that should have all of its year also which lack, if few."""
    what = collection(submission.return_id)
    if what.sender == "publisher" or what.period == "latest":
        return str(len(held))
    year = submission.collection_year
    expected = [each.name for each in tables(what.return_id) if fields(what.return_id, each.name, year)]
    lacking = [name for name in expected if name not in held]
    counted = f"{len(expected) - len(lacking)} of {len(expected)}"
    return f"{counted}, no {', '.join(lacking)}" if 0 < len(lacking) <= _NAMED else counted


def _state(in_use: list[Submission], arrived: list[Submission]) -> str:
    if not in_use:
        return _not_in_use(arrived[-1])
    return "current, with violations" if any(each.violations for each in in_use) else "current"


def _not_in_use(submission: Submission) -> str:
    return "superseded" if submission.is_in_force(None) else "withdrawn"
