"""What is new in a release, in words: ``RELEASE_NOTES.md``, and each changed figure in ``changes.csv``."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from dagster_project.dictionary import ENGLAND, authorities
from dagster_project.release.difference import Change, Difference
from dagster_project.release.inputs import Submission
from dagster_project.release.manifest import Release

NOTES = "RELEASE_NOTES.md"
CHANGES = "changes.csv"

#: As many of a kind are listed in the notes; ``changes.csv`` has all of them.
LISTED = 40


def write(release: Release, before: Release | None, found: Difference | None) -> None:
    """Writes the notes of a release, and the list of changed figures where there is a release before it.

    Args:
        release: The release, its tables counted and its warnings known.
        before: The release in force before it, if there is one.
        found: What differs between them; None where that could not be told.
    """
    lines = [f"# Release {release.release_id}", "", *_told(release)]
    lines += ["", f"Made {_moment(release.created_at)} by version {release.code_version}."]
    if release.as_of:
        lines.append(f"It shows what was known on {_moment(release.as_of)}, and nothing that came later.")
    if release.warnings:
        lines += ["", "## Warnings", "", *(f"- {warning}" for warning in release.warnings)]
    lines += ["", "## What differs from the release before", ""]
    if before is None:
        lines.append("There is none: this is the first.")
    elif found is None:
        lines.append(f"The release before, {before.release_id}, can no longer be read.")
    else:
        write_changes(found.changes, release.path / CHANGES)
        lines += [f"Compared with {before.release_id}.", "", *_differences(found)]
    text = "\n".join(lines) + "\n"
    (release.path / NOTES).write_text(text, encoding="utf-8", newline="\n")


def write_changes(changes: Iterable[Change], file: Path) -> None:
    """Writes changed figures as CSV, one row per cell."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        sheet = csv.writer(opened, lineterminator="\n")
        sheet.writerow(Change._fields)
        sheet.writerows(changes)


def _told(release: Release) -> list[str]:
    """How many rows each schema has."""
    rows: Counter[str] = Counter()
    for table, count in release.tables.items():
        rows[table.partition(".")[0]] += count
    tables = Counter(table.partition(".")[0] for table in release.tables)
    head = ["| schema | tables | rows |", "| --- | ---: | ---: |"]
    return head + [f"| `{schema}` | {tables[schema]} | {rows[schema]:,} |" for schema in sorted(rows)]


def _differences(found: Difference) -> list[str]:
    counts = found.counts
    lines = [
        f"- figures restated: {counts['restated']:,}; new: {counts['new']:,};"
        f" vanished: {counts['vanished']:,} (all in `{CHANGES}`)",
        f"- submissions that came into use: {len(found.came):,}; that are no longer: {len(found.went):,}",
    ]
    for kind in ("restated", "vanished", "new"):
        of_kind = [_change_row(change) for change in found.changes if change.change == kind]
        lines += _listed(f"Figures {kind}", _CHANGE_HEAD, of_kind)
    lines += _listed("Submissions that came into use", _SUBMISSION_HEAD, map(_submission_row, found.came))
    lines += _listed("Submissions no longer in use", _SUBMISSION_HEAD, map(_submission_row, found.went))
    return lines


_CHANGE_HEAD = ("measure", "area", "period", "lane", "before", "after")
_SUBMISSION_HEAD = ("return", "authority", "period to", "received", "submission")


def _listed(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    found = list(rows)
    if not found:
        return []
    table = [head, ["---"] * len(head), *found[:LISTED]]
    more = ["", f"and {len(found) - LISTED:,} more"] if len(found) > LISTED else []
    return ["", f"### {title}", "", *(f"| {' | '.join(cells)} |" for cells in table), *more]


def _change_row(change: Change) -> Sequence[str]:
    place = (change.measure_id, change.area_name, str(change.period), change.lane)
    return (*place, *(shown(figure) for figure in (change.before, change.after)))


def _submission_row(submission: Submission) -> Sequence[str]:
    names = {**authorities(), ENGLAND: "England"}
    whose = f"{submission.la_code} {names.get(submission.la_code, '')}".strip()
    place = (submission.return_id, whose, submission.period_end)
    return (*place, submission.received_at, submission.submission_id)


def shown(figure: str | None) -> str:
    """A figure to be read: four decimals at most, its symbol, or a dash where there is no such cell."""
    if figure is None:
        return "–"
    try:
        return f"{round(float(figure), 4):,}"
    except ValueError:
        return figure


def _moment(moment: datetime) -> str:
    return f"{moment:%d %B %Y at %H:%M} UTC"
