"""How a period of care goes: the plan for the child, how long it takes, and the orders made on the way."""

from random import Random
from typing import Literal, TypeVar

from dagster_project.synthetic import days
from dagster_project.synthetic.care.lives import Period, age_at, birthday, clear
from dagster_project.synthetic.lives import Child, Episode

Plan = Literal["home", "guardian", "order", "adoption", "lasting", "other"]

Drawn = TypeVar("Drawn", bound=str)

#: Shares of the plans for children younger than the age at their entry.
_PLANS: tuple[tuple[int, dict[Plan, float]], ...] = (
    (1, {"adoption": 0.34, "guardian": 0.27, "order": 0.04, "home": 0.18, "lasting": 0.06, "other": 0.11}),
    (5, {"adoption": 0.17, "guardian": 0.27, "order": 0.07, "home": 0.25, "lasting": 0.11, "other": 0.13}),
    (13, {"guardian": 0.13, "order": 0.05, "home": 0.30, "lasting": 0.28, "other": 0.24}),
    (16, {"guardian": 0.03, "order": 0.03, "home": 0.26, "lasting": 0.45, "other": 0.23}),
    (18, {"home": 0.10, "lasting": 0.72, "other": 0.18}),
)

_REASONS: dict[Plan, dict[str, float]] = {
    "home": {"E4A": 82, "E4B": 13, "E13": 5},
    "guardian": {"E45": 50, "E46": 12, "E47": 32, "E48": 6},
    "order": {"E41": 1},
    "adoption": {"E11": 55, "E12": 45},
    "other": {"E8": 70, "E3": 12, "E16": 5, "E9": 6, "E14": 7},
    "lasting": {"E5": 34, "E17": 26, "E8": 24, "E6": 9, "E7": 7},  # at 18
}
#: Reasons that only older children leave for.
_GROWN = ("E9", "E14", "E15")


def period(rng: Random, child: Child, case: Episode, start: int, is_uasc: bool) -> Period:
    """A period of care that starts on ``start``, without its spells."""
    age = age_at(child, start)
    shares = next(shares for below, shares in _PLANS if age < below)
    plan = _drawn(rng, shares)
    if is_uasc:
        plan = "lasting" if rng.random() < 0.85 else "other"
    end = start + _length(rng, plan)
    found = Period(start, end, "", case, rng.random())
    if plan == "adoption":
        found.decision = clear(start + rng.randrange(120, 240))
        if rng.random() < 0.12:
            found.reversal = clear(found.decision + rng.randrange(150, 500))
            plan, found.end = "lasting", start + 40 * days.YEAR
    grown_up = birthday(child, 18)
    if found.end >= grown_up:
        plan, found.end = "lasting", grown_up
    found.end = clear(found.end)
    found.reason = _reason(rng, plan, age, is_uasc)
    if found.reason == "E17" and found.end < grown_up:
        found.reason = "E8"  # not quite eighteen
    if child.death is not None and found.end >= child.death:
        found.end, found.reason = child.death, "E2"
    return found


def short_break(rng: Random, child: Child, case: Episode, start: int, length: int) -> Period:
    """A stay, or an agreed series of stays, of a child who goes on living at home."""
    end = clear(min(start + length, birthday(child, 18)))
    return Period(start, end, "E4A" if length < 30 else "E8", case, rng.random(), is_short_break=True)


def orders(rng: Random, child: Child, found: Period, is_uasc: bool) -> list[tuple[int, str]]:
    """The legal statuses of a period, each with the day from which it holds."""
    start, end = found.start, found.end
    if found.is_short_break:
        return [(start, "V3" if end - start < 30 else "V4")]
    age = age_at(child, start)
    if is_uasc:
        return [(start, "V2")]
    if found.reason == "E14" or (age >= 13 and rng.random() < 0.02):
        return [(start, "J1")]
    chance = rng.random()
    if age >= 13 and chance < 0.70:
        return [(start, "V2")]
    held: list[tuple[int, str]]
    if chance < 0.48:
        held = [(start, "V2"), (start + rng.randrange(25, 150), "C1")]
        if found.reason in ("E4A", "E4B") and rng.random() < 0.6:
            return held[:1]
    elif chance < 0.56:
        held = [(start, "L2"), (start + rng.randrange(3, 9), "C1")]
    else:
        held = [(start, "C1")]
    decided = held[-1][0] + rng.randrange(160, 300)
    if found.decision is not None:
        placed = max(found.decision + rng.randrange(20, 80), held[-1][0] + 10)
        held.append((placed, "E1"))
        if found.reversal is not None:
            held.append((max(found.reversal, placed + 30), "C2"))
    elif rng.random() < 0.9:
        held.append((decided, "C2"))
    return [(clear(day), code) for day, code in held]


def _length(rng: Random, plan: Plan) -> int:
    if plan == "home":
        return 6 + int(rng.expovariate(1 / 230))
    if plan in ("guardian", "order"):
        return 200 + int(rng.expovariate(1 / 330))
    if plan == "adoption":
        return 620 + int(rng.expovariate(1 / 230))
    return 40 * days.YEAR if plan == "lasting" else 4 + int(rng.expovariate(1 / 270))


def _reason(rng: Random, plan: Plan, age: int, is_uasc: bool) -> str:
    reason = _drawn(rng, _REASONS[plan])
    if plan == "other" and is_uasc and rng.random() < 0.5:
        return "E15"
    return "E8" if reason in _GROWN and age < 13 else reason


def _drawn(rng: Random, shares: dict[Drawn, float]) -> Drawn:
    return rng.choices(list(shares), list(shares.values()))[0]
