"""Publications about the fictional authorities, in the layouts of those who publish about real ones.

Never a made-up number under the name or code of a place that exists, nor under England's.
"""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from dagster_project import dictionary
from dagster_project.settings import SEEDS
from dagster_project.synthetic import days
from dagster_project.synthetic.census import Census, episodes
from dagster_project.synthetic.ids import child_ids
from dagster_project.synthetic.lives import Child, Episode
from dagster_project.synthetic.others.local_extracts import Application
from dagster_project.synthetic.others.plain_files import Cell, write_csv, write_workbook

#: Cafcass writes London boroughs so; one fictional authority stands in for them.
_LONDON, _PREFIX = "991", "London-"

#: Quarters are published from April 2012, DfE's open data from the year ending in 2013.
_QUARTERS_SINCE, _OPEN_SINCE = 2013, 2013

_C1 = "c1_children_in_need_referrals_and_rereferrals"
_SUPPRESSED_UP_TO = 5

_Made = Mapping[str, Sequence[Application]]


def write_cafcass(folder: Path, made: _Made, years: Sequence[int]) -> list[Path]:
    """Write care applications as Cafcass counts them: by quarter and by year.

    Not by month: that table is about England alone, and the made-up authorities are not England.

    Counted are applications for a care order, each once, and the children they name. ``made`` holds those
    of each authority. The headings are ours, as the dictionary has them. The rate is of as many children as
    the newest mid-year estimate known by then; the first one where the year lies before it.

    Returns:
        ``cafcass_authority_quarter.csv`` (local_authority, financial_year, quarter, applications, children)
        and ``cafcass_authority_year.xlsx`` (local_authority, financial_year, rate_per_10000).
    """
    quarters: list[tuple[Cell, ...]] = []
    rates: list[tuple[Cell, ...]] = []
    for authority, issued in made.items():
        cared_for = [each for each in issued if each.kind == "care"]
        for year in years:
            of_year = [each for each in cared_for if days.year_of(each.issued) == year]
            rate = 10_000 * len(of_year) / _population(authority, year)
            rates.append((_name(authority), dictionary.year_name(year), round(rate, 1)))
            for quarter in range(1, 5) if year >= _QUARTERS_SINCE else ():
                of_quarter = [each for each in of_year if _quarter(each.issued) == quarter]
                counts = len(of_quarter), sum(len(each.children) for each in of_quarter)
                quarters.append((_name(authority), dictionary.year_name(year), f"Q{quarter}", *counts))
    by_quarter = ("local_authority", "financial_year", "quarter", "applications", "children")
    by_year = ("local_authority", "financial_year", "rate_per_10000")
    title = "Care applications per 10,000 children, made up: no such authority exists"
    return [
        write_csv(folder / "cafcass_authority_quarter.csv", by_quarter, quarters),
        write_workbook(folder / "cafcass_authority_year.xlsx", "Rates", by_year, rates, title),
    ]


def write_c1(folder: Path, lives: Mapping[str, Sequence[Child]], years: Sequence[int]) -> list[Path]:
    """Write DfE's table of referrals and re-referrals for the authorities of ``lives``, newest year first.

    In the columns of the dictionary and the order of the release of 2025, with its byte order mark. 1 to 5
    become ``c``; one row each is all ``x`` (not available), ``z`` (does not apply) or ``u`` (unreliable).
    Nothing is written for years before the series begins.
    """
    shown = [year for year in years if year >= _OPEN_SINCE]
    if not shown:
        return []
    headings = [each.name for each in dictionary.fields("open_data", _C1)]
    counted = {authority: _counted(known, authority, years) for authority, known in lives.items()}
    in_full = {"992": (shown[0], "x"), "993": (shown[0], "z"), "995": (shown[-1], "u")}
    rows = []
    for year in reversed(shown):
        for authority, counts in counted.items():
            figures = _figures(counts[year])
            if in_full.get(authority, (0, ""))[0] == year:
                figures = dict.fromkeys(figures, in_full[authority][1])
            place = {
                "time_period": str(year),
                "time_identifier": "Reporting year",
                "geographic_level": "Local authority",
                "country_name": "Fictional",
                "old_la_code": authority,
                "la_name": dictionary.fictional_authorities()[authority],
                "category": "Referrals and Re-referrals",
            }
            rows.append([(place | figures).get(name, "") for name in headings])
    return [write_csv(folder / "open_data" / f"{_C1}.csv", headings, rows, encoding="utf-8-sig")]


def _counted(known: Sequence[Child], authority: str, years: Sequence[int]) -> dict[int, Counter[str]]:
    """Referrals by year, from what the censuses of ``years`` and the one before them show."""
    counts: dict[int, Counter[str]] = {year: Counter() for year in years}
    censuses = [
        Census(authority, year, *days.window(year), child_ids(authority, year, False))
        for year in range(years[0] - 1, years[-1] + 1)
    ]
    for child in known:
        seen: set[tuple[str, int]] = set()
        for census in censuses:
            shown, child_id = episodes(child, census), census.child_id(child)
            seen |= {(child_id, episode.day) for episode in shown}
            if census.year in counts:
                new = [episode for episode in shown if census.covers(episode.day)]
                earlier = [day for an_id, day in seen if an_id == child_id]
                counts[census.year] += _of_child(new, earlier, census)
    return counts


def _of_child(new: list[Episode], days_referred: list[int], census: Census) -> Counter[str]:
    again = sum(
        any(days.year_before(episode.day) <= day < episode.day for day in days_referred) for episode in new
    )
    assessed = [each for each in new if not each.is_nfa and each.ending == "assessed"]
    return Counter(
        referral=len(new),
        rereferral=again,
        no_further_action=sum(episode.is_nfa for episode in new),
        not_in_need=sum(census.knows(episode.closed) for episode in assessed),
        referral_child=bool(new),
        rereferral_child=bool(again),
    )


def _figures(count: Counter[str]) -> dict[str, str]:
    """The figures of a row; a share is not shown where a number it could be worked out from is not."""
    figures = {f"{name}_count": _shown(count[name]) for name in ("referral", "referral_child")}
    for name in ("rereferral", "no_further_action", "not_in_need", "rereferral_child"):
        whole = "referral_child" if name.endswith("child") else "referral"
        figures[f"{name}_count"] = _shown(count[name])
        is_hidden = "c" in (figures[f"{name}_count"], figures[f"{whole}_count"])
        percent = f"{round(100 * count[name] / count[whole], 1):g}" if count[whole] else "z"
        figures[f"{name}_percent"] = "c" if is_hidden else percent
    return figures


def _shown(number: int) -> str:
    return "c" if 0 < number <= _SUPPRESSED_UP_TO else str(number)


def _name(authority: str) -> str:
    name = dictionary.fictional_authorities()[authority]
    return f"{_PREFIX}{name}" if authority == _LONDON else name


def _quarter(day: int) -> int:
    """1 for April to June, up to 4 for January to March."""
    return (date.fromordinal(day).month - 4) % 12 // 3 + 1


def _population(authority: str, year: int) -> int:
    with (SEEDS / "geography" / "child_population.csv").open(encoding="utf-8", newline="") as file:
        known = {
            int(row["mid_year"]): int(row["children"])
            for row in csv.DictReader(file)
            if row["area_code"] == authority and row["children"]
        }
    return known[max((each for each in known if each < year), default=min(known))]
