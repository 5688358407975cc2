"""Methods: how a change is judged, in plain words, on examples of this release, and what that is worth."""

from collections.abc import Iterator
from typing import NamedTuple

from dagster_project.site import reference
from dagster_project.site.cells import Number
from dagster_project.site.facts import PUBLISHED, Area, Facts, Measure
from dagster_project.site.facts import Row as Figures
from dagster_project.site.pages.page import Page
from dagster_project.site.words import VERDICTS

Row = tuple[str | Number, ...]


class Example(NamedTuple):
    """A real change, and the table's numbers by which it was judged. ``steps`` are said in order."""

    measure: Measure
    area: Area
    change: Figures
    steps: tuple[tuple[str, str], ...]


def pages(facts: Facts) -> Iterator[Page]:
    """The one page."""
    calibration = reference.tables("calibration.md")
    yield Page(
        path="methods.html",
        template="methods.html.j2",
        title="Methods",
        lead="How a figure is told from noise: what the intervals, limits and verdicts mean, and how often "
        "they are wrong.",
        context={
            "examples": _examples(facts),
            "spread": list(_spread(facts)),
            "nothing": [_split(row) for row in calibration["Nothing differs"].rows],
            "planted": [_split(row) for row in calibration["Planted differences"].rows],
            "bases": calibration["One base year shared by eight later years"],
        },
    )


def _changes(facts: Facts) -> Iterator[tuple[Measure, Area, Figures]]:
    """The newest change of every measure and real authority that was set against ordinary differences."""
    for measure in facts.measures.values():
        for area in facts.authorities:
            key = measure.measure_id, PUBLISHED, area.area_code
            change = facts.changes.get(key, {}).get("previous")
            if not change or area.is_fictional:
                continue
            if change["verdict"] != "cannot_tell" and change["tau"] is not None:
                yield measure, area, change


def _examples(facts: Facts) -> list[Example]:
    """The largest growth that is no signal, and the change that stands out most."""
    tested = list(_changes(facts))
    if not tested:
        return []
    ordinary = [each for each in tested if each[2]["verdict"] == "no_signal"]
    largest = max(ordinary or tested, key=lambda each: (each[2]["growth"], each[1].area_code))
    out_most = min(tested, key=lambda each: (each[2]["p"], each[1].area_code))
    return [Example(*each, _steps(*each)) for each in (largest, out_most)]


def _steps(measure: Measure, area: Area, change: Figures) -> tuple[tuple[str, str], ...]:
    """What was asked of the change, and what the answer was."""
    figure = measure.figure
    before, now = measure.period(change["from_period"]), measure.period(change["period"])
    ordinary = f"{figure(change['ordinary_lower'])} and {figure(change['ordinary_upper'])}"
    steps = [
        (
            "What changed?",
            f"{figure(change['from_value'])} in {before}, {figure(change['value'])} in {now}: "
            f"{_percent(change['growth'])}.",
        ),
        (
            "What did the rest of England do?",
            f"Without {area.name}, {_percent(change['growth_rest_of_england'])}; "
            f"the middle authority, {_percent(change['middle_growth'])}.",
        ),
        (
            "By how much do authorities ordinarily differ?",
            f"tau is {change['tau']:.3f}, from {change['k']} authorities over the same periods. An "
            f"authority of this size would ordinarily come out between {ordinary}.",
        ),
        (
            "How often would chance put one this far out?",
            f"{_often(change['p'])}, if nothing differed. {change['k']} authorities were tested.",
        ),
        ("So?", f"{VERDICTS[change['verdict']].word}. {change['sentence']}"),
    ]
    return tuple(steps)


def _percent(growth: float) -> str:
    change = 100 * (growth - 1)
    return (
        f"{'up' if change >= 0 else 'down'} {abs(change):.0f}%"
        if abs(change) >= 0.5
        else "less than 1% either way"
    )


def _often(p: float) -> str:
    return f"One time in {1 / p:,.0f}" if p > 1e-6 else "Less than one time in a million"


def _spread(facts: Facts) -> Iterator[Row]:
    """What the tests of each measure's newest change rest on, from any authority tested."""
    first: dict[str, tuple[Measure, Figures]] = {}
    for measure, _, change in _changes(facts):
        first.setdefault(measure.measure_id, (measure, change))
    for measure, change in first.values():
        yield (
            measure.name,
            f"{measure.period(change['from_period'])} to {measure.period(change['period'])}",
            Number(f"{change['tau']:.3f}", change["tau"]),
            Number(f"{change['k']}", change["k"]),
            Number(f"{change['df']:.0f}", change["df"]),
        )


def _split(row: tuple[str, ...]) -> Row:
    """A row of the calibration: what was simulated, what came of it part by part, and the mark."""
    world, _, here, mark = row
    return (
        world,
        *(Number(each.strip(), float(each)) for each in here.split("/")),
        mark.replace("no mark", "none set"),
    )
