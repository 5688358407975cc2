"""What the release step calls: the public tables, or a refusal that says which of their cells can be told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from dagster_project.release.disclosure.attack import attack
from dagster_project.release.disclosure.cells import Cell, cells_of
from dagster_project.release.disclosure.elsewhere import Told, holds
from dagster_project.release.disclosure.leaks import Leak
from dagster_project.release.disclosure.profiles import Profile
from dagster_project.release.disclosure.protect import protect
from dagster_project.release.disclosure.recomputed import Tables, frame_of
from dagster_project.release.errors import Leaking

_TOLERANCE = 0.01  # FTE are printed to a tenth and sent with six decimals


@dataclass(frozen=True)
class Disclosed:
    """Public tables in which the attacker found nothing; counts: all, small, withheld for their sake."""

    tables: dict[str, pa.Table]
    leaks: list[Leak]
    n_cells: int
    n_primary: int
    n_secondary: int

    @property
    def counts(self) -> dict[str, int]:
        """How many counts there are, were withheld for being small, and for the sake of those."""
        return {"counts": self.n_cells, "small": self.n_primary, "for_their_sake": self.n_secondary}


def disclosed(tables: Tables, profile: Profile, earlier: Sequence[Tables] = ()) -> Disclosed:
    """The public versions of ``core_outcome``, ``core_index`` and ``core_comparison``.

    Args:
        tables: The three tables as they stand in the warehouse.
        profile: The publisher's rules.
        earlier: The public ``core_outcome`` of each earlier release; its returned lane is enough.

    Raises:
        Leaking: the attacker can tell a number that is withheld; one line for each.
    """
    made = protect(tables, profile, earlier)
    leaks = attack(made.tables, profile, earlier, _still_true(tables, profile))
    if leaks := true_leaks(leaks, tables):
        remedy = f"profile {profile.profile_id}"
        raise Leaking([f"can be worked out ({remedy}): {leak.line}" for leak in leaks])
    return Disclosed(made.tables, [], made.n_cells, made.n_primary, made.n_secondary)


def _still_true(tables: Tables, profile: Profile) -> Callable[[Told], bool]:
    """Tells the printed numbers on which something true can be built: those that have not changed since."""
    outcome = frame_of(tables["core_outcome"]).filter(pl.col("lane") == "returned")
    cells = cells_of(outcome, profile.symbol)
    value = dict(zip(cells.keys, cells.value.tolist(), strict=True))
    return lambda told: told[0] in value and holds(told, value[told[0]])


def true_leaks(leaks: list[Leak], tables: Tables) -> list[Leak]:
    """The leaks that tell the truth: who believes an old figure that has changed is misled."""
    outcome = frame_of(tables["core_outcome"]).filter(pl.col("lane") == "returned")
    columns = ("measure_id", "area_code", "period", "numerator", "denominator")
    figures = {row[:3]: row[3:] for row in outcome.select(columns).iter_rows()}

    def is_true(leak: Leak) -> bool:
        number = _number(leak.cells[0], figures)
        if leak.lower is None or leak.upper is None or number is None:
            return True
        return leak.lower - _TOLERANCE <= number <= leak.upper + _TOLERANCE

    return [leak for leak in leaks if is_true(leak)]


def _number(cell: Cell, figures: dict[tuple, tuple]) -> float | None:
    numerator, denominator = figures.get((cell.measure_id, cell.area_code, cell.period), (None, None))
    if cell.role == "remainder":
        return None if numerator is None or denominator is None else denominator - numerator
    return numerator if cell.role == "numerator" else denominator
