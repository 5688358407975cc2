"""The rules of publishers as data: what is small, what is rounded, how precisely rates are printed."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from dagster_project.dictionary.reading import rows
from dagster_project.release.errors import ReleaseError
from dagster_project.statistics.arrays import Flags, Floats, floats

_REGION, _ENGLAND = "Regional", "National"
#: Full-time equivalents and days are printed to a tenth where counts are printed whole.
_TENTH = 0.1


@dataclass(frozen=True)
class Profile:
    """A publisher's rules; the columns of the seed ``disclosure_profile`` say what each means."""

    profile_id: str
    profile_name: str
    threshold: int
    is_zero_shown: bool
    round_authority: int
    round_region: int
    round_england: int
    totals: str
    rate_decimals: int | None
    percent_decimals: int | None
    width: int
    symbol: str
    source: str

    @property
    def is_open(self) -> bool:
        """Whether the tables pass as they are."""
        return not self.threshold and self.is_zero_shown and self.rate_decimals is None

    @property
    def is_summed(self) -> bool:
        """Whether a total is the sum of its rounded parts, and so tells nothing that they do not."""
        return self.totals == "summed"

    def is_small(self, counts: Floats) -> Flags:
        """Which counts are withheld for what they are; nan is none."""
        return (counts <= self.threshold) & ((counts > 0) | (not self.is_zero_shown))

    def step(self, level: str, *, is_amount: bool) -> float:
        """What a count of an area of that geographic level is rounded to the nearest of."""
        whole = {_REGION: self.round_region, _ENGLAND: self.round_england}.get(level, self.round_authority)
        return _TENTH if is_amount and whole == 1 else float(whole)

    def decimals(self, unit: str) -> int | None:
        """Decimals of a figure in that unit; None leaves it as it is."""
        return self.percent_decimals if unit == "percent" else self.rate_decimals

    def between(self, printed: Floats, steps: Floats, is_amount: Flags) -> tuple[Floats, Floats]:
        """The least and the greatest count that is printed so: what the rounding leaves open.

        A printed nought is nought, since what would be rounded to it is withheld; unless noughts are, too.
        """
        half = np.where(steps == 1, 0.0, steps / 2)
        lower, upper = printed - half, printed + half
        whole = ~is_amount & (steps > 1)
        lower, upper = np.where(whole, np.ceil(lower), lower), np.where(whole, np.ceil(upper) - 1, upper)
        fewest = np.where(is_amount, self.threshold, self.threshold + 1)
        lower = np.maximum(lower, np.where(printed >= fewest, fewest, 0))
        return lower, np.where(printed == 0, 0.0, np.maximum(upper, lower))


def nearest(values: Floats, steps: Floats) -> Floats:
    """``values`` to the nearest multiple of ``steps``, halves upwards as publishers round."""
    values = floats(values)
    with np.errstate(invalid="ignore"):
        return np.round(np.floor(values / steps + 0.5 + 1e-9) * steps, 6)


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by name."""
    return {
        row["profile_id"]: Profile(
            row["profile_id"],
            row["profile_name"],
            int(row["threshold"]),
            row["is_zero_shown"] == "true",
            int(row["round_authority"]),
            int(row["round_region"]),
            int(row["round_england"]),
            row["totals"],
            int(row["rate_decimals"]) if row["rate_decimals"] else None,
            int(row["percent_decimals"]) if row["percent_decimals"] else None,
            int(row["width"]),
            row["symbol"],
            row["source"],
        )
        for row in rows("measures/disclosure_profile.csv")
    }


def profile(name: str) -> Profile:
    """The profile of that name.

    Raises:
        ReleaseError: there is none.
    """
    if name not in profiles():
        known = ", ".join(profiles())
        raise ReleaseError(f"'disclosure' names the profile '{name}', which is none of {known}")
    return profiles()[name]
