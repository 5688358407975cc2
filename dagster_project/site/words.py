"""How figures and verdicts are said: the same on every page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from dagster_project.statistics import verdict
from dagster_project.statistics.multiplicity import expected_by_chance
from dagster_project.statistics.sentence import Measure as Worded

#: Fewer than so many records are not told as a number: every profile of disclosure asks for less.
FEW = 10

UNITS = {"percent": "per cent", "per_10000": "per 10,000 children aged 0 to 17", "index": "index"}

#: What stands where no number does, by the reason that ``meta.symbol`` gives.
MISSING = {
    "suppressed": "withheld",
    "not_available": "not available",
    "not_applicable": "not applicable",
    "low_reliability": "unreliable",
    "rounds_to_zero": "rounds to 0",
}


@dataclass(frozen=True)
class Said:
    """A verdict for readers: a word and a shape, so that it never rests on colour."""

    verdict: str
    shape: str
    word: str
    meaning: str


VERDICTS = {
    said.verdict: said
    for said in (
        Said(
            verdict.Verdict.SIGNAL,
            "◆",
            "Signal",
            "The change is more than the usual differences between authorities. It does not say why: check "
            "first whether recording changed.",
        ),
        Said(
            verdict.Verdict.WATCH,
            "◈",
            "Watch",
            "One authority in 500 would be this far out if nothing differed. Wait for the next figure.",
        ),
        Said(
            verdict.Verdict.NO_SIGNAL,
            "○",
            "No signal",
            "The change cannot be told from ordinary variation, which is not the same as no change.",
        ),
        Said(
            verdict.Verdict.CANNOT_TELL,
            "–",
            "Cannot tell",
            "The change must not, or cannot, be tested: too small, missing, not comparable, or no test.",
        ),
    )
}


def unit(name: str) -> str:
    """A unit in words."""
    return UNITS.get(name, name)


def worded(measure: dict[str, Any]) -> Worded:
    """A measure's own words, from its row of ``meta.measure``."""
    name = measure["measure_name"].rstrip(".")
    return Worded(name, measure["unit"], measure["polarity"], int(measure["decimals"] or 0))


def count(number: float) -> str:
    """A count, whole where it is one: 1,204, or 12.5 of full-time equivalents."""
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def day(moment: date) -> str:
    """A day in words: 31 March 2025."""
    return f"{moment.day} {moment:%B %Y}"


def short_day(day: date) -> str:
    """A date where there is little room: 31 Mar 2025."""
    return f"{day.day} {day:%b %Y}"


def capital(text: str) -> str:
    """Text with a capital first letter; what is written in capitals stays so."""
    return text[:1].upper() + text[1:]


def few(number: int) -> str:
    """A number of records, masked where it is small."""
    return f"fewer than {FEW}" if 0 < number < FEW else f"{number:,}"


def rounded(number: int) -> str:
    """A number of records, rounded so that no masked part of a sum can be worked out."""
    return few(number) if number < FEW else f"{round(number, -1):,}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th, 21st."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def place(lower: int, upper: int, of: int) -> str:
    """Where a figure stands among all, never as a bare rank: "between 31st and 96th of 149"."""
    if lower == upper:
        return f"{ordinal(lower)} of {of}, 95 times in 100"
    return f"between {ordinal(lower)} and {ordinal(upper)} of {of}"


def by_chance(tested: int, outside: int | None = None) -> str:
    """What chance alone would put outside the ordinary range, beside what was found there."""
    if not tested:
        return "None of these changes could be tested."
    expected = f"{float(expected_by_chance(tested)):.1f}"
    told = (
        f"Expected by chance: {expected} of {tested} tested changes outside the range that 95 in 100 keep to"
    )
    if outside is None:
        return f"{told}, if nothing differed."
    return f"{told}, if nothing differed. Found outside: {outside}."


def listed(items: list[str]) -> str:
    """Items in a sentence: a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
