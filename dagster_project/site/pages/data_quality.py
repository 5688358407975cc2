"""Data quality: what arrived, what the rules found in it, what is complete, and what was restated."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from dagster_project.site import restated, words
from dagster_project.site.cells import Number
from dagster_project.site.checked import Arrival, Checked, Violations, checked
from dagster_project.site.facts import Area, Facts, Measure
from dagster_project.site.pages.page import Page

SEVERITIES = {"error": "Error", "query": "Query", "not_recorded": "Not recorded"}

Row = tuple[str | Number, ...]

#: What is wrong with a value, by the name of the check; a name that is not here speaks for itself.
_CHECKS = {
    "is_a_date": "not a date",
    "is_a_known_code": "not a known code",
    "is_a_number": "not a number",
    "matches_pattern": "not of the form laid down",
    "required": "missing where it is required",
    "stray_text": "text where none belongs",
    "within_limits": "outside its limits",
}


@dataclass(frozen=True)
class Grid:
    """What arrived: a column for each return and period, a row for each authority that sent any."""

    columns: tuple[tuple[str, date], ...]
    rows: tuple[tuple[Area, tuple[Arrival | None, ...]], ...]


def pages(facts: Facts) -> Iterator[Page]:
    """The one page."""
    found = checked(facts.snapshot)
    grid = _grid(facts, found)
    yield Page(
        path="quality.html",
        template="data_quality.html.j2",
        title="Data quality",
        lead=_finding(facts, found, grid),
        context={
            "checked": found,
            "grid": grid,
            "senders": ["Authority", *(found.returns[return_id] for return_id, _ in grid.columns)],
            "ran": [_counted(found, *row) for row in found.ran],
            "years": _years(found),
            "failures": list(_failures(found)),
            "failing": list(_failing(found)),
            "violations": [_violations(found, each) for each in found.violations],
            "completeness": [_completeness(facts, measure) for measure in facts.measures.values()],
            "restated": _restated(facts),
            "n_reconciled": sum(sum(each[1:]) for each in found.reconciled),
            "reconciled": [
                (facts.measures[each.measure_id].name, *map(_number, each[1:]))
                for each in found.reconciled
                if each.measure_id in facts.measures and any(each[1:-1])
            ],
            "reprinted": [
                (each.name, _number(each.n_figures), _number(each.n_areas), f"{each.first} to {each.last}")
                for each in found.reprinted
            ],
        },
    )


def _finding(facts: Facts, found: Checked, grid: Grid) -> str:
    real = [area for area in facts.authorities if not area.is_fictional]
    senders = [area for area, _ in grid.rows]
    made_up = sum(area.is_fictional for area in senders)
    whole = [measure for measure in facts.measures.values() if _with_figure(facts, measure) == len(real)]
    told = f"{len(senders)} authorities sent returns"
    if made_up:
        told += f", {'all' if made_up == len(senders) else made_up} of them made up"
    return (
        f"{told}; {len(found.failing):,} rules failed in the newest. {len(whole)} of {len(facts.measures)} "
        f"measures have a figure for each of the {len(real)} authorities."
    )


def _grid(facts: Facts, found: Checked) -> Grid:
    cells: dict[str, dict[tuple[str, date], Arrival]] = defaultdict(dict)
    for each in found.arrivals:
        cells[each.la_code][each.return_id, each.period_end] = each
    columns = tuple(sorted({(each.return_id, each.period_end) for each in found.arrivals}))
    areas = sorted((facts.areas[code] for code in cells if code in facts.areas), key=lambda area: area.name)
    return Grid(columns, tuple((area, tuple(map(cells[area.area_code].get, columns))) for area in areas))


def _number(count: int) -> Number:
    return Number(f"{count:,}", count)


def _records(count: int) -> Number:
    """A sum of records. Rounded, so that no part of it that is masked can be taken from it."""
    told = words.rounded(count)
    return Number(told, round(count, -1) if count == 0 or count >= words.FEW else None)


def _counted(found: Checked, return_id: str, *counts: int) -> Row:
    return (found.returns[return_id], *map(_number, counts))


def _years(found: Checked) -> list[int]:
    return sorted({each.collection_year for each in found.failures})


def _failures(found: Checked) -> Iterator[Row]:
    """By return and severity: each year's failing records, and how many rules failed in the newest."""
    years = _years(found)
    kinds: dict[tuple[str, str], dict[int, tuple[int, int]]] = defaultdict(dict)
    for each in found.failures:
        kinds[each.return_id, each.severity][each.collection_year] = each.n_rules, each.n_records
    for (return_id, severity), by_year in kinds.items():
        counts = [by_year.get(year) for year in years]
        shown = (Number("–", None) if count is None else _records(count[1]) for count in counts)
        yield (
            found.returns[return_id],
            SEVERITIES[severity],
            *shown,
            _trend(by_year),
            _number(by_year[max(by_year)][0]),
        )


def _trend(by_year: Mapping[int, tuple[int, int]]) -> str:
    """How the newest year's failing records stand to the year before, from what is shown of both."""
    *_, before, now = (None, None, *(by_year[year][1] for year in sorted(by_year)))
    if before is None or now is None:
        return "one year only"
    if min(before, now) < words.FEW:
        return "too few to say" if max(before, now) else "none in either"
    before, now = round(before, -1), round(now, -1)
    if before == now:
        return "→ as before"
    if now >= 3 * before:  # of so few and rounded ones, how many times would be false precision
        return f"↑ {now / before:.0f} times as many" if before >= 100 else "↑ many more"
    more = now > before
    return f"{'↑' if more else '↓'} {abs(now - before) / before:.0%} {'more' if more else 'fewer'}"


def _failing(found: Checked) -> Iterator[Row]:
    for each in found.failing:
        yield (
            f"{each.rule_code}",
            found.returns[each.return_id],
            each.message,
            SEVERITIES[each.severity],
            Number(f"{each.n_authorities} of {each.n_checked}", each.n_authorities),
        )


def _violations(found: Checked, each: Violations) -> Row:
    return (
        _CHECKS.get(each.check_name, each.check_name.replace("_", " ")),
        found.returns[each.return_id],
        _records(each.n_places),
        _number(each.n_authorities),
    )


def _with_figure(facts: Facts, measure: Measure, back: int = 0) -> int:
    """How many real authorities have a published figure in the newest period, or ``back`` before it."""
    periods = facts.periods(measure.measure_id)
    if len(periods) <= back:
        return 0
    rows = (
        facts.figure(measure.measure_id, area.area_code, periods[-1 - back])
        for area in facts.authorities
        if not area.is_fictional
    )
    return sum(row is not None and row["value"] is not None for row in rows)


def _completeness(facts: Facts, measure: Measure) -> Row:
    periods = facts.periods(measure.measure_id)
    if not periods:
        return (measure.name, "from returns alone", *[Number("–", None)] * 3, "")
    of = sum(not area.is_fictional for area in facts.authorities)
    now = _with_figure(facts, measure)
    before = _number(_with_figure(facts, measure, 1)) if len(periods) > 1 else Number("–", None)
    span = f"{len(periods)}, from {measure.period(periods[0])}"
    return (
        measure.name,
        measure.period(periods[-1]),
        _number(now),
        Number(f"{now / of:.0%}", now / of),
        before,
        span,
    )


def _restated(facts: Facts) -> list[Row] | None:
    """How many public figures of each measure differ from the release before; None where there is none."""
    counts = restated.counts(facts)
    if counts is None:
        return None
    return [
        (measure.name, _number(counts[measure.measure_id]))
        for measure in facts.measures.values()
        if counts.get(measure.measure_id)
    ]
