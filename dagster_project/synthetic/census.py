"""One census of one authority, and which cases it shows.

It shows every referral of the year, no further action included, and every case open on 1 April, as known on
31 March.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dagster_project.synthetic.lives import Child, Episode


@dataclass(frozen=True, slots=True)
class Census:
    """A census: who sends it, for which year by its ending, its first and last day, and the ids it uses."""

    authority: str
    year: int
    start: int
    end: int
    child_id: Callable[[Child], str]

    @property
    def day(self) -> int:
        """The reference day: what a value that belongs to the whole file is drawn from."""
        return self.end

    @property
    def dice(self) -> float:
        """Always the same number: the header does not vary."""
        return 0.5

    def covers(self, day: int | None) -> bool:
        """Whether the day lies in the year."""
        return day is not None and self.start <= day <= self.end

    def knows(self, day: int | None) -> bool:
        """Whether the day was past by the end of the year."""
        return day is not None and day <= self.end


def shows(child: Child, census: Census) -> bool:
    """Whether the child is in the census at all."""
    return any(_is_shown(episode, census) for episode in child.episodes)


def episodes(child: Child, census: Census) -> list[Episode]:
    """The child's referrals of the year and the case open on 1 April."""
    return [episode for episode in child.episodes if _is_shown(episode, census)]


def _is_shown(episode: Episode, census: Census) -> bool:
    if episode.day < census.start:
        return episode.closed >= census.start and not episode.is_nfa
    return episode.day <= census.end
