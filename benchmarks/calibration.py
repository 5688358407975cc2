"""What the statistics are worth, by simulation: ``python -m benchmarks.calibration [--runs N] [--seed N]``.

Writes ``docs/reference/calibration.md``: how often authorities that do not differ are flagged, how often
planted differences are found and among how many false ones, beside what the design says and the marks to be
passed. Numbers of children are real (``seeds/geography/child_population.csv``); everything else is drawn.
"""

import argparse
import csv
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from dagster_project.settings import ROOT, SEEDS
from dagster_project.statistics import control_chart, growth
from dagster_project.statistics.arrays import Flags, Floats
from dagster_project.statistics.growth import Family
from dagster_project.statistics.multiplicity import is_discovery

PAGE = ROOT / "docs" / "reference" / "calibration.md"
POPULATION_YEAR = "2024"
#: City of London and the Isles of Scilly are too small for any test.
FEWEST_CHILDREN = 5_000
_AT_ONCE = 500  # runs side by side: some 10 MB an array
_GROWTH = 1.1
_LEVELS = 0.3
Effects = Callable[[np.random.Generator, tuple[int, int]], Floats]


@dataclass(frozen=True)
class World:
    """A state of things in which two years of counts are drawn."""

    name: str
    rate: float | None  #: events per 10,000 children; None draws base counts of 3 to 15
    tau: float
    design: str  #: what the design's own simulation gave
    shape: str = "normal"  #: of the effects, with the standard deviation tau
    k: int | None = None  #: authorities, drawn anew each run; None is all
    planted: int = 0
    shift: tuple[float, float] = (0.0, 0.0)
    either_sign: bool = False
    power: float | None = None  #: what the design's own simulation gave, per cent
    is_marked: bool = True


NOTHING_DIFFERS = (
    World("11 per 10,000 (care applications), tau 0.10", 11, 0.10, "4.7 / .18 / 4.2"),
    World("26 (care starts), tau 0.10", 26, 0.10, "4.6 / .17 / 4.1"),
    World("520 (referrals), tau 0.10", 520, 0.10, "4.7 / .16 / 3.7"),
    World("520, tau 0.20", 520, 0.20, "4.6 / .14 / 2.3"),
    World("base counts 3 to 15, tau 0.10", None, 0.10, "4.5 / .16 / 2.9", is_marked=False),
    World("rate 2, tau 0.10", 2, 0.10, "4.6 / .16 / 3.0", is_marked=False),
    World("k = 33, 26, tau 0.10", 26, 0.10, "3.7 / .10-.14 / 2.4-3.5", k=33, is_marked=False),
    World("k = 33, 520, tau 0.10", 520, 0.10, "3.7 / .10-.14 / 2.4-3.5", k=33, is_marked=False),
    World("k = 10, 26, tau 0.10", 26, 0.10, "1.5-1.8 / .00-.05 / 0.3-1.2", k=10, is_marked=False),
    World("k = 10, 520, tau 0.10", 520, 0.10, "1.5-1.8 / .00-.05 / 0.3-1.2", k=10, is_marked=False),
    World("t4 effects, 26, tau 0.10", 26, 0.10, "5.7 / .68 / 39", "t4", is_marked=False),
    World("t4 effects, 520, tau 0.20", 520, 0.20, "8.2 / 2.0 / 83", "t4", is_marked=False),
    World("skewed effects, 26, tau 0.10", 26, 0.10, "5.6 / .68 / 34", "gamma", is_marked=False),
    World("skewed effects, 520, tau 0.20", 520, 0.20, "8.5 / 2.5 / 90", "gamma", is_marked=False),
)
PLANTED = (
    World(
        "8 shifted 0.5-0.6 either way, 11",
        11,
        0.10,
        "1.7 / 21",
        power=21,
        planted=8,
        shift=(0.5, 0.6),
        either_sign=True,
    ),
    World("the same, 26", 26, 0.10, "1.6 / 51", power=51, planted=8, shift=(0.5, 0.6), either_sign=True),
    World("the same, 520", 520, 0.10, "1.5 / 95", power=95, planted=8, shift=(0.5, 0.6), either_sign=True),
    World(
        "5% recording change +0.7, 26, tau 0.10", 26, 0.10, "1.8 / 87", power=87, planted=8, shift=(0.7, 0.7)
    ),
    World(
        "5% recording change +0.7, 520, tau 0.20",
        520,
        0.20,
        "1.1 / 33",
        power=33,
        planted=8,
        shift=(0.7, 0.7),
    ),
    World("15% recording change +0.7, 26", 26, 0.10, "0.3 / 66", power=66, planted=23, shift=(0.7, 0.7)),
    World("15% recording change +0.7, 520", 520, 0.10, "0.3 / 99", power=99, planted=23, shift=(0.7, 0.7)),
    World(
        "8 shifted, base counts 3 to 15",
        None,
        0.10,
        "2.3 / 0.5",
        power=0.5,
        planted=8,
        shift=(0.5, 0.6),
        either_sign=True,
    ),
    World("25 changed, 26: power falls fast near the limit", 26, 0.10, "", planted=25, shift=(0.7, 0.7)),
)
EFFECTS: dict[str, Effects] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "t4": lambda rng, shape: rng.standard_t(4, size=shape) / np.sqrt(2),
    "gamma": lambda rng, shape: (rng.gamma(2, size=shape) - 2) / np.sqrt(2),
    # what entries that vary as a gamma do to a stock, at tau 0.10: 26 entries to a stock of 60
    "entries": lambda rng, shape: (rng.gamma(19, size=shape) - 19) / np.sqrt(19),
}


def populations() -> Floats:
    """Children aged 0 to 17 of the real authorities, (151,)."""
    with (SEEDS / "geography" / "area.csv").open(encoding="utf-8", newline="") as file:
        real = {row["area_code"] for row in csv.DictReader(file) if row["is_fictional"] == "false"}
    with (SEEDS / "geography" / "child_population.csv").open(encoding="utf-8", newline="") as file:
        people = [
            float(row["children"])
            for row in csv.DictReader(file)
            if row["mid_year"] == POPULATION_YEAR
            and row["area_code"] in real
            and row["area_code"].isdigit()
            and row["children"]
        ]
    return np.array([children for children in people if children > FEWEST_CHILDREN])


def levels(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """How far each authority's rate lies from the average one, as a factor: log-normal, with the mean 1."""
    return rng.lognormal(-(_LEVELS**2) / 2, _LEVELS, shape)


def drawn(world: World, runs: int, people: Floats, rng: np.random.Generator) -> tuple[Floats, Floats, Flags]:
    """Counts of two years and who was planted, each of shape (runs, k)."""
    if world.k:
        people = rng.permuted(np.tile(people, (runs, 1)), axis=1)[:, : world.k]
    shape = (runs, people.shape[-1])
    if world.rate is None:
        base = rng.uniform(3, 15, shape)
    else:
        base = people * world.rate / 10_000 * levels(rng, shape)
    effect = world.tau * EFFECTS[world.shape](rng, shape)
    planted = np.zeros(shape, dtype=bool)
    if world.planted:
        planted = rng.random(shape).argsort(axis=1) < world.planted
        sign = rng.choice([-1.0, 1.0], shape) if world.either_sign else 1.0
        effect = effect + planted * sign * rng.uniform(*world.shift, shape)
    before, after = rng.poisson(base), rng.poisson(base * _GROWTH * np.exp(effect))
    return before.astype(float), after.astype(float), planted


def portions(runs: int) -> Iterator[int]:
    """``runs`` in portions that fit in memory."""
    while runs > 0:
        yield min(runs, _AT_ONCE)
        runs -= _AT_ONCE


def flagged(families: Iterator[Family]) -> tuple[float, float, float]:
    """Per cent flagged at 95% and 99.8% of those tested, and of runs with any discovery."""
    tested, at_95, at_998, runs, any_found = 0, 0, 0, 0, 0
    for family in families:
        tested += int(np.isfinite(family.p).sum())
        at_95 += int((family.p < 0.05).sum())
        at_998 += int((family.p < 0.002).sum())
        runs += len(family.p)
        any_found += int(is_discovery(family.p).any(axis=-1).sum())
    return 100 * at_95 / tested, 100 * at_998 / tested, 100 * any_found / runs


def nothing_differs(
    world: World, runs: int, people: Floats, rng: np.random.Generator
) -> tuple[float, float, float]:
    """What is flagged where nothing was planted, per cent: at 95%, at 99.8%, runs with any discovery."""

    def families() -> Iterator[Family]:
        for portion in portions(runs):
            before, after, _ = drawn(world, portion, people, rng)
            yield growth.of_counts(before, after, years=(0, 1))

    return flagged(families())


def planted(world: World, runs: int, people: Floats, rng: np.random.Generator) -> tuple[float, float]:
    """False discovery rate and power of the flags, per cent."""
    false_share, power = [], []
    for portion in portions(runs):
        before, after, is_planted = drawn(world, portion, people, rng)
        found = is_discovery(growth.of_counts(before, after, years=(0, 1)).p)
        false_share.append((found & ~is_planted).sum(axis=1) / np.maximum(found.sum(axis=1), 1))
        power.append((found & is_planted).sum(axis=1) / world.planted)
    return 100 * float(np.concatenate(false_share).mean()), 100 * float(np.concatenate(power).mean())


def stocks(
    tau: float, shape: str, runs: int, people: Floats, rng: np.random.Generator
) -> tuple[float, float, float]:
    """What is flagged among stocks of 60 per 10,000 with 26 entries and as many exits a year."""

    def families() -> Iterator[Family]:
        for portion in portions(runs):
            size = (portion, len(people))
            level = people / 10_000 * levels(rng, size)
            before = np.maximum(rng.poisson(60 * level), 1).astype(float)
            effect = tau * EFFECTS[shape](rng, size)
            entries = rng.poisson(np.maximum(26 * level + before * np.expm1(effect), 0)).astype(float)
            exits = np.minimum(rng.poisson(26 * level), before + entries - 1)
            yield growth.of_stocks(before, before + entries - exits, entries, exits, years=(0, 1))

    return flagged(families())


def shares(tau: float, runs: int, people: Floats, rng: np.random.Generator) -> tuple[float, float, float]:
    """What is flagged among changes of a share of about 22% of 520 referrals per 10,000."""

    def families() -> Iterator[Family]:
        for portion in portions(runs):
            size = (portion, len(people))
            out_of = rng.poisson(people * 520 / 10_000 * levels(rng, size)), 0
            n0, n1 = out_of[0] + 1, rng.poisson(out_of[0] + 1.0) + 1
            odds = rng.normal(-1.27, 0.35, size)
            x0 = rng.binomial(n0, 1 / (1 + np.exp(-odds)))
            x1 = rng.binomial(n1, 1 / (1 + np.exp(-odds - rng.normal(0, tau, size))))
            yield growth.of_shares(x0, n0, x1, n1, years=(0, 1))

    return flagged(families())


def later_years(
    rate: float, runs: int, people: Floats, rng: np.random.Generator
) -> tuple[float, float, float]:
    """What is flagged where the mean of eight later years is tested against their one base."""

    def families() -> Iterator[Family]:
        for portion in portions(min(runs, 2000)):
            size = (portion, len(people))
            level = people * rate / 10_000 * levels(rng, size)
            effect = np.exp(rng.normal(0, 0.10, size))
            later = rng.poisson(np.repeat((level * effect)[:, np.newaxis], 8, axis=1))
            yield growth.of_later_years(rng.poisson(level), later, years=(0, range(1, 9)))

    return flagged(families())


def shared_base(base: float, runs: int, rng: np.random.Generator) -> tuple[float, float, float]:
    """Per cent flagged: a year, lines with some year of eight, lines with four or more. Poisson alone."""
    lines = 100 * runs
    x0, later = rng.poisson(base, (lines, 1)), rng.poisson(base, (lines, 8))
    with np.errstate(divide="ignore"):
        z = np.log(later / x0) / np.sqrt(1 / later + 1 / x0)
    out = np.abs(z) > 1.959964
    years = out.sum(axis=1)
    return 100 * float(out.mean()), 100 * float((years > 0).mean()), 100 * float((years >= 4).mean())


def months(name: str, points: int, runs: int, rng: np.random.Generator) -> Floats:
    """Unchanged monthly series of shape (runs, points)."""
    if name.startswith("Poisson"):
        return rng.poisson(float(name.split()[1]), (runs, points)).astype(float)
    noise = rng.normal(size=(runs, points))
    series = noise.copy()
    rho = 0.4 if name.startswith("autocorrelation") else 0.0
    for place in range(1, points):
        series[:, place] = rho * series[:, place - 1] + np.sqrt(1 - rho**2) * noise[:, place]
    return series


def charts(name: str, points: int, baseline: int, runs: int, rng: np.random.Generator) -> float:
    """Per cent of unchanged series with at least one flag, all four rules."""
    series = months(name, points, runs, rng)
    flags = control_chart.flags_of(series, control_chart.limits_of(series[:, :baseline]))
    return 100 * float(np.any(list(flags.values()), axis=(0, 2)).mean())


CHARTS = {
    "normal": (18, 33, 35),
    "Poisson 10": (21, 34, 38),
    "Poisson 4": (25, 37, 44),
    "autocorrelation 0.4": (58, 69, 80),
}
DESIGNS = ((24, 24), (24, 12), (36, 24))


def page(runs: int, seed: int) -> Iterator[str]:
    """The lines of the page."""
    people, rng = populations(), np.random.default_rng(seed)
    yield from _HEAD.format(runs=runs, seed=seed, k=len(people)).splitlines()
    yield "\n## Nothing differs\n"
    yield "Flagged at 95% / at 99.8% / runs with a discovery, per cent. Pass: 4-6 / to 0.5 / to 8.\n"
    yield "| world | design | here | |"
    yield "| --- | --- | --- | --- |"
    for world in NOTHING_DIFFERS:
        at_95, at_998, found = nothing_differs(world, runs, people, rng)
        mark = _mark(4 <= at_95 <= 6 and at_998 <= 0.5 and found <= 8) if world.is_marked else "no mark"
        yield f"| {world.name} | {world.design} | {at_95:.1f} / {at_998:.2f} / {found:.1f} | {mark} |"
    others = {
        "change of a share, tau 0.10": ("4.5-4.7 / .15-.19 / 3-4", shares(0.10, runs, people, rng)),
        "stock with flows, tau 0": ("4.1 / .10 / 2", stocks(0.0, "normal", runs, people, rng)),
        "stock with flows, tau 0.05": ("4.8 / .20 / 5", stocks(0.05, "normal", runs, people, rng)),
        "stock with flows, tau 0.10, skewed": ("5.0 / .42 / 19", stocks(0.10, "entries", runs, people, rng)),
        "mean of eight later years, 26": ("4.7-4.8 / .15-.20 / 3-6", later_years(26, runs, people, rng)),
        "mean of eight later years, 520": ("4.7-4.8 / .15-.20 / 3-6", later_years(520, runs, people, rng)),
    }
    for name, (design, (at_95, at_998, found)) in others.items():
        yield f"| {name} | {design} | {at_95:.1f} / {at_998:.2f} / {found:.1f} | no mark |"
    yield "\n## Planted differences\n"
    yield "False discovery rate / power, per cent. Pass: at most 5 / within 3 points of the design.\n"
    yield "| world | design | here | |"
    yield "| --- | --- | --- | --- |"
    for world in PLANTED:
        false, power = planted(world, runs, people, rng)
        mark = "no mark" if world.power is None else _mark(false <= 5 and abs(power - world.power) <= 3)
        yield f"| {world.name} | {world.design} | {false:.1f} / {power:.1f} | {mark} |"
    yield "\n## One base year shared by eight later years\n"
    yield "Poisson alone, nothing differs, per cent. Design: a year 5, some year 24-25, four or more 1.6.\n"
    yield "| base count | a year | some year | four or more |"
    yield "| --- | --- | --- | --- |"
    for base in (40, 100, 400):
        yield "| {} | {:.1f} | {:.1f} | {:.2f} |".format(base, *shared_base(base, runs, rng))
    yield "\n## Unchanged monthly series with at least one flag\n"
    yield "XmR, all four rules, per cent: here (design).\n"
    yield "| series | " + " | ".join(f"{points} points, baseline {first}" for points, first in DESIGNS) + " |"
    yield "| --- | --- | --- | --- |"
    for name, design in CHARTS.items():
        here = [charts(name, points, first, 5 * runs, rng) for points, first in DESIGNS]
        cells = [f"{value:.0f} ({told})" for value, told in zip(here, design, strict=True)]
        yield f"| {name} | {' | '.join(cells)} |"


_HEAD = """\
# Calibration

Made by `python -m benchmarks.calibration --runs {runs} --seed {seed}`: change the code, not this page.

{runs:,} runs of {k} authorities with their real numbers of children; levels vary (sd 0.3 on the log scale),
true growth is 10%. "Design" is what the simulation gave that the method was chosen by, with other random
numbers and other numbers of children. Monte Carlo error at 2,000 runs: 0.1 points at 95%, 0.02 at 99.8%, 0.5
of any discovery.
"""


def _mark(passed: bool) -> str:
    return "pass" if passed else "**miss**"


def main() -> None:
    """Writes the page; prints it too."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2014)
    parser.add_argument("--print-only", action="store_true", help="leave the page as it is")
    asked = parser.parse_args()
    began, lines = time.perf_counter(), []
    for line in page(asked.runs, asked.seed):
        print(line, flush=True)
        lines.append(line)
    if not asked.print_only:
        PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
