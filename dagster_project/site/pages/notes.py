"""Release notes: what this release is, and which public figures differ from the release before."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from dagster_project.site import restated
from dagster_project.site.cells import Number
from dagster_project.site.facts import Facts, Measure
from dagster_project.site.pages.page import Page
from dagster_project.site.restated import Change

#: As many restated figures are listed on the page; the CSV beside it has every change.
LISTED = 200

CHANGES = "release-notes-changes.csv"
KINDS = ("restated", "new", "vanished")

Row = tuple[str | Number, ...]


class Listed(NamedTuple):
    """A restated figure as it is told."""

    measure: Measure
    change: Change
    row: Row


def pages(facts: Facts) -> Iterator[Page]:
    """The one page, with every change as CSV where there are any."""
    found = restated.changes(facts)
    restatements = [
        Listed(facts.measures[change.measure_id], change, _row(facts, change))
        for change in found or ()
        if change.kind == "restated" and change.measure_id in facts.measures
    ]
    yield Page(
        path="release-notes.html",
        template="notes.html.j2",
        title="Release notes",
        lead=_finding(found),
        context={
            "changes": found,
            "data": CHANGES,
            "kinds": _kinds(facts, found or ()),
            "listed": restatements[:LISTED],
            "n_more": max(len(restatements) - LISTED, 0),
        },
        files={CHANGES: _csv(found)} if found else {},
    )


def _finding(found: tuple[Change, ...] | None) -> str:
    if found is None:
        return "There is no release before this one to compare it with."
    kinds = Counter(change.kind for change in found)
    told = ", ".join(f"{kinds[kind]:,} {kind}" for kind in KINDS)
    return f"Public figures that differ from the release before: {told}."


def _kinds(facts: Facts, found: tuple[Change, ...]) -> list[Row]:
    """How many figures of each measure were restated, came, and vanished."""
    of = Counter((change.measure_id, change.kind) for change in found)
    return [
        (measure.name, *(Number(f"{of[measure_id, kind]:,}", of[measure_id, kind]) for kind in KINDS))
        for measure_id, measure in facts.measures.items()
        if any(of[measure_id, kind] for kind in KINDS)
    ]


def _row(facts: Facts, change: Change) -> Row:
    measure = facts.measures[change.measure_id]

    def told(value: float | None, status: str | None) -> Number:
        absent = facts.absent({"status": status})
        return Number(absent if value is None else measure.figure(value), value)

    return (
        change.area_name,
        measure.name,
        measure.period(change.period),
        "from returns" if change.lane == "returned" else "as published",
        told(change.before, change.before_status),
        told(change.after, change.after_status),
    )


def _csv(found: tuple[Change, ...]) -> str:
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(Change._fields)
    sheet.writerows(found)
    return text.getvalue()
