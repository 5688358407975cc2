"""What a verdict says, in at most three plain sentences.

Both numbers, the comparison, the verdict, what would have been seen and what to do. A sentence never says
why, never that nothing changed, and never counts years above England: they share their base.
"""

import math
from dataclasses import dataclass

from dagster_project.statistics.verdict import Reason, Verdict

#: Words no sentence may hold: they claim a cause, or more than the test can bear.
FORBIDDEN = (
    "significant",
    "caused",
    "because of",
    "due to",
    "led to",
    "in line with england",
    "no change",
    "unchanged",
    "years running",
    "proves",
)
_HOPED_FOR = {"low": " (lower is hoped for)", "high": " (higher is hoped for)"}
#: Why nothing can be told, in a sentence of its own.
WHY_NOT = {
    Reason.NO_TEST: "There is no test for a change in this kind of measure.",
    Reason.JOINT_RETURN: "The figure is of two authorities that return jointly and tells of neither alone.",
    Reason.BASE_MISSING: "There is no figure for the base year, so growth since then cannot be told.",
    Reason.MISSING: "One of the two figures is missing or withheld, so growth cannot be told.",
    Reason.BREAK: "The two figures were not counted alike, so they must not be compared.",
    Reason.SMALL: "Numbers this small cannot show a difference either way.",
    Reason.TOO_FEW_AUTHORITIES: "Too few areas of this kind have both figures to say how far they differ.",
}
_BRIEFLY = {
    Verdict.SIGNAL: "This is more than the usual differences between authorities. It does not say why: check "
    "first whether recording changed.",
    Verdict.WATCH: "This is unusual. Wait for the next figure before acting.",
    Verdict.NO_SIGNAL: "This cannot be told from ordinary variation.",
}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Measure:
    """The measure's own words."""

    name: str  #: as it begins a sentence
    unit: str  #: percent makes figures shares, told as levels; all else is told as growth
    polarity: str = "none"  #: low, high or none
    decimals: int = 1

    @property
    def is_share(self) -> bool:
        """Whether growth is told from level to level."""
        return self.unit == "percent"

    def figure(self, value: float) -> str:
        """A figure with its unit, as in 1,204.5 or 23.5%."""
        return f"{value:,.{self.decimals}f}{'%' if self.is_share else ''}"


@dataclass(frozen=True)
class Change:
    """One figure against an earlier one, and what ordinary authorities would have. nan is not known."""

    since: str  #: the earlier period, in words
    until: str
    before: float
    after: float
    rest_before: float = math.nan  #: of the rest of England
    rest_after: float = math.nan
    middle: float = math.nan  #: what the middle authority's growth would make of ``before``, where told apart
    lower: float = (
        math.nan
    )  #: what ordinary authorities of that size would lie between, in the measure's unit
    upper: float = math.nan
    detectable: float = math.nan  #: the figure nearest to what is ordinary that would usually have been seen
    k: float = math.nan  #: members of the family


def sentence(measure: Measure, change: Change, verdict: str, reason: str = "") -> str:
    """The verdict on ``change`` in words; ``reason`` says why nothing can be told."""
    if verdict == Verdict.CANNOT_TELL:
        if math.isnan(change.before) or math.isnan(change.after):
            return (
                f"{measure.name}, {change.since} to {change.until}: {_lower_first(WHY_NOT[Reason(reason)])}"
            )
        told = f"{measure.name} went from {_both(measure, change.before, change.after)}"
        return f"{told} between {change.since} and {change.until}. {WHY_NOT[Reason(reason)]}"
    told = f"{_moved(measure, change)}. "
    if verdict == Verdict.SIGNAL:
        return (
            f"{told}{_ordinary(measure, change, 'authorities')}, so this is more than the usual differences. "
            "It does not say why: check first whether recording changed."
        )
    if verdict == Verdict.WATCH:
        return (
            f"{told}This is unusual: one authority in 500 would be this far out if nothing differed, so "
            f"England shows one about {_how_often(change.k)}. Wait for the next figure before acting."
        )
    # one in twenty lies outside these limits and is none the stranger for it
    is_inside = change.lower <= change.after <= change.upper
    return (
        f"{told}{_ordinary(measure, change, 'authorities of this size')}"
        f"{'' if is_inside else ', with one in twenty outside'}, so this figure cannot be told from ordinary "
        f"variation. {_noticed(measure, change)}"
    )


def brief(measure: Measure, change: Change, verdict: str, reason: str = "") -> str:
    """The same from the two figures alone: for readers who may not see what the test rests on."""
    if verdict == Verdict.CANNOT_TELL:
        return sentence(measure, change, verdict, reason)
    return f"{_moved(measure, change)}. {_BRIEFLY[Verdict(verdict)]}"


def _moved(measure: Measure, change: Change) -> str:
    """Both numbers and the comparison: "Applications rose 130%; in the rest of England 20%"."""
    told = measure.name + _HOPED_FOR.get(measure.polarity, "")
    span = f"{change.since} to {change.until}"
    has_rest = math.isfinite(change.rest_before + change.rest_after)
    has_middle = math.isfinite(change.middle)
    if measure.is_share:
        told += f" went from {_both(measure, change.before, change.after)}, {span}"
        rest = f"from {_both(measure, change.rest_before, change.rest_after)}"
        middle = f"to {measure.figure(change.middle)}"
    else:
        factor = change.after / change.before
        told += f" {_growth(factor)} from {span}"
        rest = _beside(change.rest_after / change.rest_before, factor) if has_rest else ""
        middle = f"{change.middle / change.before - 1:+.0%}"
    if has_rest:
        told += f"; in the rest of England {rest}"
    if has_middle:
        told += f" (the middle authority: {middle}; a large one pulls England)"
    return told


def _growth(factor: float) -> str:
    percent = round(100 * (factor - 1))
    if percent == 0:
        return "moved by less than 1%"
    return f"{'rose' if percent > 0 else 'fell'} {abs(percent):,}%"


def _beside(rest: float, own: float) -> str:
    """The rest's growth: a bare number where it went the same way, "fell 3%" where not."""
    if round(100 * (own - 1)) and round(100 * (rest - 1)) and (rest > 1) == (own > 1):
        return f"{abs(round(100 * (rest - 1))):,}%"
    return f"it {_growth(rest)}"


def _both(measure: Measure, before: float, after: float) -> str:
    return f"{measure.figure(before)} to {measure.figure(after)}"


def _ordinary(measure: Measure, change: Change, who: str) -> str:
    """What ordinary authorities come to from the same figure: of a share as its level, else as growth."""
    if measure.is_share:
        ends = _both(measure, change.lower, change.upper)
        return f"From {measure.figure(change.before)}, {who} ordinarily come to anything from {ends}"
    low, high = (round(100 * (limit / change.before - 1)) for limit in (change.lower, change.upper))
    return f"{who.capitalize()} ordinarily move by anything from {low:+,}% to {high:+,}%"


def _noticed(measure: Measure, change: Change) -> str:
    """What would have been seen, on the side the figure lies: of a share its level, else growth."""
    what = f"a level of {measure.figure(change.detectable)}"
    if not measure.is_share:
        what = f"{round(100 * (change.detectable / change.before - 1)):+,}%"
    side = "more" if change.detectable > (change.lower + change.upper) / 2 else "less"
    return f"Only {what} or {side} would usually have been noticed."


def _how_often(k: float) -> str:
    years = max(1, round(500 / k))
    if years == 1:
        return "every year"
    return f"every {_NUMBERS[years - 1] if years <= len(_NUMBERS) else years} years"


def _lower_first(text: str) -> str:
    return text[0].lower() + text[1:]
