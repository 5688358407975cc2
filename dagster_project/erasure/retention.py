"""What is held longer than the settings allow: submissions by their return, and releases by their number."""

from dataclasses import dataclass
from datetime import date

from dagster_project import intake, release
from dagster_project.dictionary import returns
from dagster_project.intake import Submission
from dagster_project.settings import Settings, SettingsError


@dataclass(frozen=True)
class Due:
    """What retention would remove: submissions, and releases by name."""

    submissions: list[Submission]
    releases: list[str]


def due(settings: Settings, today: date) -> Due:
    """What is past its time on a day: submissions whose period ended more than ``keep_years`` years before.

    A return that the setting does not name is kept.

    Raises:
        SettingsError: the setting names no return of ours.
    """
    if unknown := sorted(set(settings.keep_years) - set(returns())):
        known = ", ".join(sorted(returns()))
        raise SettingsError(f"keep_years: there is no return '{unknown[0]}'; the returns are {known}")
    past = [
        each
        for each in intake.submissions(settings.raw)
        if (years := settings.keep_years.get(each.return_id)) and _end(each.period_end, years) < today
    ]
    return Due(past, [path.name for path in release.beyond(settings, release.current(settings))])


def _end(period_end: str, years: int) -> date:
    """The last day on which a submission about that period is kept."""
    ended = date.fromisoformat(period_end)
    try:
        return ended.replace(year=ended.year + years)
    except ValueError:  # 29 February
        return ended.replace(year=ended.year + years, day=28)
