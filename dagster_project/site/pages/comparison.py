"""An authority beside its neighbours, its region and England; and any areas that a reader chooses."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dagster_project.dictionary import ENGLAND
from dagster_project.site.charts.strip import strip
from dagster_project.site.facts import PUBLISHED, RETURNED, Area, Facts, Measure, Row
from dagster_project.site.pages.page import Page
from dagster_project.site.words import listed

#: What the choosing of areas rests on: a script, since a page opened from a folder may fetch nothing.
_DATA = "compare/figures.js"


@dataclass(frozen=True)
class Line:
    """A measure on the page. ``change`` has the neighbours' figure, ``each`` that of every neighbour."""

    measure: Measure
    period: str
    row: Row | None
    change: Row | None
    region: Row | None
    england: Row | None
    each: tuple[Row | None, ...]
    strip: Markup


def pages(facts: Facts) -> Iterator[Page]:
    """A page for each authority of today, and one on which areas are chosen."""
    for area in facts.authorities:
        neighbours = [facts.areas[code] for code in facts.neighbours.get(area.area_code, ())]
        region = facts.areas.get(area.region_code or "")
        others = [f"its {len(neighbours)} neighbours"] if neighbours else []
        others += [region.name if region else "its region", "England"]
        yield Page(
            path=area.comparison,
            template="comparison.html.j2",
            title=f"{area.name} beside others",
            lead=f"{area.name} with {listed(others)}.",
            context={
                "area": area,
                "region": region,
                "neighbours": neighbours,
                "lines": list(_lines(facts, area, neighbours)),
            },
        )
    regions = [each for each in facts.areas.values() if each.level == "Regional" and not each.is_fictional]
    choices = [facts.areas[ENGLAND], *sorted(regions, key=lambda each: each.name), *facts.authorities]
    yield Page(
        path="compare/index.html",
        template="compare.html.j2",
        title="Compare",
        lead="Up to four areas side by side, or an authority beside its neighbours, its region and England.",
        context={"choices": choices},
        files={_DATA: _figures(facts, choices)},
    )


def _lines(facts: Facts, area: Area, neighbours: list[Area]) -> Iterator[Line]:
    lane = RETURNED if area.is_fictional else PUBLISHED
    for measure in facts.measures.values():
        period = facts.latest(measure.measure_id, lane)
        if period is None:
            continue
        row = facts.figure(measure.measure_id, area.area_code, period, lane)
        region = facts.figure(measure.measure_id, area.region_code, period, lane)
        england = facts.figure(measure.measure_id, ENGLAND, period)
        each = tuple(facts.figure(measure.measure_id, other.area_code, period) for other in neighbours)
        change = facts.changes.get((measure.measure_id, lane, area.area_code), {}).get("previous")
        yield Line(
            measure=measure,
            period=measure.period(period),
            row=row,
            change=change if change and change["period"] == period else None,
            region=region,
            england=england,
            each=each,
            strip=strip(
                (row["value"], row["lower_95"], row["upper_95"])
                if row and row["value"] is not None
                else None,
                [other["value"] for other in each if other and other["value"] is not None],
                region["value"] if region else None,
                england["value"] if england else None,
            ),
        )


def _figures(facts: Facts, choices: list[Area]) -> str:
    """Every area's newest figure of each measure, in words: what it is, and between what it may lie."""
    measures = [each for each in facts.measures.values() if facts.latest(each.measure_id)]
    told: dict[str, Any] = {
        "measures": [
            {"name": each.name, "unit": each.unit, "page": each.page, "period": each.period(period)}
            for each in measures
            if (period := facts.latest(each.measure_id))
        ],
        "figures": {area.area_code: [_said(facts, area, each) for each in measures] for area in choices},
    }
    return f"const COMPARED = {json.dumps(told, ensure_ascii=False, separators=(',', ':'))};\n"


def _said(facts: Facts, area: Area, measure: Measure) -> list[str]:
    period = facts.latest(measure.measure_id)
    lane = RETURNED if area.is_fictional else PUBLISHED
    row = facts.figure(measure.measure_id, area.area_code, period, lane) if period else None
    if row is None or row["value"] is None:
        return [facts.absent(row)]
    figure = measure.figure(row["value"])
    if row["lower_95"] is None:
        return [figure]
    return [figure, f"{measure.figure(row['lower_95'])} to {measure.figure(row['upper_95'])}"]
