"""What a run is about: some authorities and collection years, or all of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from dagster_project.dictionary import authorities, period_ending
from dagster_project.intake.errors import IntakeError


@dataclass(frozen=True)
class Scope:
    """Authorities by their codes, years by the year they end in; where none are named, all are meant."""

    authorities: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()

    @classmethod
    def of(cls, la_codes: Iterable[str] = (), years: Iterable[str] = ()) -> "Scope":
        """The scope that somebody names: codes such as 302, years such as 2025 or 2024-25.

        Raises:
            IntakeError: there is no such authority or year.
        """
        codes, named = frozenset(la_codes), {year: period_ending(year) for year in years}
        if unknown := sorted(codes - authorities().keys()):
            raise IntakeError(f"'{unknown[0]}' is not the code of an authority, such as 302")
        if unread := [year for year, ends in named.items() if ends is None]:
            raise IntakeError(f"'{unread[0]}' is not a collection year such as 2025 or 2024-25")
        return cls(codes, frozenset(ends for ends in named.values() if ends))

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not self.authorities and not self.years

    def holds(self, la_code: str, year: int) -> bool:
        """Whether a return of that authority and year is meant."""
        is_whose = not self.authorities or la_code in self.authorities
        return is_whose and (not self.years or year in self.years)
