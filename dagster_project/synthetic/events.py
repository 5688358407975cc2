"""What happened in each case: assessments, enquiries, conferences, plans and their reviews.

Apart from ``lives`` because most lives of earlier years are over before the first census asked for, and
need no more than their dates.
"""

from random import Random

from dagster_project.synthetic import days
from dagster_project.synthetic.lives import Assessment, Child, Enquiry, Episode, Protection, Support


def fill(child: Child, rng: Random) -> None:
    """Add to each case what happened in it. Call once, with the generator that ``life`` left."""
    # About a fifth of first plans follow one that lies before anything simulated here.
    previous = 0 if rng.random() < 0.8 else 1 + (rng.random() < 0.25)
    for episode in child.episodes:
        if episode.is_nfa:
            continue
        first = Assessment(episode.assessed_from, episode.assessed, rng.random())
        episode.assessments.append(first)
        if episode.ending == "assessed":
            first.is_empty = rng.random() < 0.12
        elif episode.course == "protected":
            _protect(episode, previous, rng)
            previous += 1
        else:
            if episode.course == "assessed" or rng.random() < 0.4:
                _enquire(episode, rng)
            if episode.course != "assessed":
                _support(episode, episode.assessed + rng.randrange(1, 11), rng)
            if episode.course == "lasting":
                _reassess(episode, rng)


def _protect(episode: Episode, previous: int, rng: Random) -> None:
    start, end = episode.conference, episode.plan_end
    if start is None or end - start < 2 or days.weekday(start) > 4:
        return
    if rng.random() < 0.08:
        episode.own_conference = start  # without an enquiry here: a plan that moved in with the child
    else:
        enquiry = min(episode.assessed_from + rng.randrange(3), start)
        target = days.add_working_days(enquiry, 15)
        episode.enquiries.append(Enquiry(enquiry, target, start, rng.random()))
    reviews = []
    review = start + rng.randrange(60, 92)
    while review < end:
        reviews.append(review)
        review += rng.randrange(120, 184)
    episode.protections.append(Protection(start, end, previous, reviews, rng.random()))
    if episode.closed - end >= 28:
        _support(episode, end + rng.randrange(8), rng)


def _enquire(episode: Episode, rng: Random) -> None:
    """An enquiry beside the first assessment; few lead to a conference, and none of those to a plan."""
    start = episode.assessed_from + rng.randrange(4)
    held = days.add_working_days(start, rng.randrange(8, 15))
    conference = held if rng.random() < 0.08 and held <= episode.assessed else None
    if start <= episode.assessed:
        target = days.add_working_days(start, 15)
        episode.enquiries.append(Enquiry(start, target, conference, rng.random()))


def _support(episode: Episode, start: int, rng: Random) -> None:
    end = episode.closed - rng.randrange(4)
    if end - start >= 2:
        episode.supports.append(Support(start, end, rng.random()))


def _reassess(episode: Episode, rng: Random) -> None:
    """A new assessment about once a year, as long as it can be done before the case closes."""
    start = episode.assessed + rng.randrange(300, 400)
    end = days.add_working_days(start, rng.randrange(20, 46))
    while end <= episode.closed:
        episode.assessments.append(Assessment(start, end, rng.random()))
        if rng.random() < 0.25:
            # The enquiry opens on the assessment's first day, so that both stand in the same census.
            target = days.add_working_days(start, 15)
            episode.enquiries.append(Enquiry(start, target, None, rng.random()))
        start = end + rng.randrange(300, 400)
        end = days.add_working_days(start, rng.randrange(20, 46))
