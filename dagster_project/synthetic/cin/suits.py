"""On whom a planted fault may fall."""

from datetime import date

from dagster_project.synthetic.census import Census, episodes
from dagster_project.synthetic.cin.rows import enquiries
from dagster_project.synthetic.lives import Child


def is_alone(child: Child, census: Census) -> bool:
    """Has one referral in the file, so that its lines hold each date once."""
    return len(episodes(child, census)) == 1


def is_quiet(child: Child, census: Census) -> bool:
    """Referred once, in the year, and over within it without an enquiry: in no other file or count."""
    if not is_alone(child, census):
        return False
    (episode,) = episodes(child, census)
    is_over = episode.is_nfa or (episode.ending == "assessed" and episode.closed <= census.end)
    return is_over and census.covers(episode.day) and not enquiries(episode, census)


def is_nothing_done(child: Child, census: Census) -> bool:
    """As ``is_quiet``, by a referral that led to nothing."""
    return is_quiet(child, census) and episodes(child, census)[0].is_nfa


def is_doubtful(child: Child, census: Census) -> bool:
    """Referred on a day that reads as another one with day and month changed over."""
    referred = date.fromordinal(episodes(child, census)[0].day)
    return is_alone(child, census) and referred.day <= 12 and referred.day != referred.month
