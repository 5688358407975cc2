"""What a perfect warehouse would count from the looked-after children returns, faults and all."""

from dataclasses import dataclass

from dagster_project.synthetic.care.lives import Care
from dagster_project.synthetic.care.views import (
    current,
    is_long_term,
    is_settled,
    is_shown,
    leaver_age,
    periods,
    placements,
)
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.ssda903.wellbeing import leaver

#: Returned to the family, a child arrangements order, special guardianship.
FAMILY = frozenset({"E4A", "E41", "E43", "E44", "E45", "E46", "E47", "E48"})


@dataclass
class CareTruth:
    """The counts of one authority and year. Short breaks (V3, V4) count in none but ``children``.

    Attributes:
        authority: Its three-digit code.
        year: The collection year, by its ending.
        children: Children in the return, care leavers and short breaks included.
        looked_after_at_31_march: Children with an episode open then.
        started: Children with a period of care that began in the year, each once.
        ceased: Children with one that ended in the year, each once.
        three_or_more_placements: Of those looked after, the ones with three placements or more in the year.
        long_term: Of those looked after, the ones under 16 and in care for two and a half years; None where
            it takes returns of years that were not asked for.
        same_placement: Of those, the ones in the same placement for two years.
        left_to_family_or_guardianship: Of those who ceased, the ones whose last period ended with a planned
            return home, a child arrangements order or special guardianship.
        care_leavers_19_to_21: Young people of that age on 31 March with a care leaver's row.
        active: Of those, the ones in education, employment or training.
        suitably_housed: Of those, the ones in suitable accommodation.
        missing_episodes: Times missing that began in the year, those away without leave left out; None
            before they were collected.
        three_or_more_workers: Of those looked after, the ones with three social workers or more in the year;
            None before they were collected.
    """

    authority: str
    year: int
    children: int = 0
    looked_after_at_31_march: int = 0
    started: int = 0
    ceased: int = 0
    three_or_more_placements: int = 0
    long_term: int | None = None
    same_placement: int | None = None
    left_to_family_or_guardianship: int = 0
    care_leavers_19_to_21: int = 0
    active: int = 0
    suitably_housed: int = 0
    missing_episodes: int | None = None
    three_or_more_workers: int | None = None

    def count(self, care: Care, census: Census) -> None:
        """Add one child of the return."""
        self.children += 1
        if is_shown(care, census) and not care.periods[0].is_short_break:
            self._count_care(care, census)
        age = leaver_age(care, census)
        found = leaver(care, census)
        if age is not None and age >= 19 and found is not None:
            self.care_leavers_19_to_21 += 1
            self.active += found["ACTIV"][0] in "FP"
            self.suitably_housed += found["ACCOM"].endswith("1")

    def _count_care(self, care: Care, census: Census) -> None:
        shown = periods(care, census)
        self.started += any(census.covers(each.start) for each in shown)
        ended = [each.reason for each in shown if census.covers(each.end)]
        self.ceased += bool(ended)
        self.left_to_family_or_guardianship += bool(ended) and ended[-1] in FAMILY
        if self.missing_episodes is not None:
            self.missing_episodes += sum(
                census.covers(day) and kind == "M" for each in shown for day, _, kind in each.missing
            )
        period = current(care, census)
        if period is None:
            return
        self.looked_after_at_31_march += 1
        in_year = [end for _, end, _ in placements(care, census) if end >= census.start]
        self.three_or_more_placements += len(in_year) >= 3
        if self.three_or_more_workers is not None:
            seen = {
                worker
                for each in shown
                for day, end, worker in each.workers
                if day <= census.end and end >= census.start
            }
            self.three_or_more_workers += len(seen) >= 3
        if self.long_term is not None and self.same_placement is not None:
            is_long = is_long_term(care, period, census)
            self.long_term += is_long
            self.same_placement += is_long and is_settled(care, census)
