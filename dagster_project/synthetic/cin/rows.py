"""Which rows of a life stand in a census: of each case what was current in the year and known by 31 March."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from dagster_project.synthetic.census import Census, episodes
from dagster_project.synthetic.choices import several, share
from dagster_project.synthetic.lives import Assessment, Child, Enquiry, Episode, Protection, Support

Rows = Callable[[Any, Census], Iterable[Any]]

#: Codes that say there is nothing to say, and so never stand beside another.
_NO_DISABILITY, _NO_FACTOR = "NONE", "21"


def rows(table: str, code_list: str | None) -> Rows:
    """What gives the rows of a table, from the row above and the census.

    A table that is not known here gets a few rows, so that a new one needs no code.

    Args:
        table: Its name in the dictionary.
        code_list: The list its single field takes its codes from, where it is such a table.
    """
    if table in _CODED and code_list is not None:
        return partial(_CODED[table], code_list)
    return _ROWS.get(table, _rarely)


def assessments(episode: Episode, census: Census) -> list[Assessment]:
    """Those under way at some time in the year."""
    return [
        item for item in episode.assessments if item.day <= census.end and item.authorised >= census.start
    ]


def enquiries(episode: Episode, census: Census) -> list[Enquiry]:
    """Those opened or brought to a conference in the year, or still on the way to one."""
    return [
        item
        for item in episode.enquiries
        if item.day <= census.end and max(item.day, item.conference or 0) >= census.start
    ]


def supports(episode: Episode, census: Census) -> list[Support]:
    """Child in need plans that ran at some time in the year."""
    return [item for item in episode.supports if item.day <= census.end and item.end >= census.start]


def protections(episode: Episode, census: Census) -> list[Protection]:
    """Child protection plans that ran at some time in the year."""
    return [item for item in episode.protections if item.day <= census.end and item.end >= census.start]


def _reviews(plan: Protection, census: Census) -> list[int]:
    return [day for day in plan.reviews if census.covers(day)]


def _disabilities(code_list: str, child: Child, census: Census) -> list[str]:
    """None for the unborn, nor for most of those for whom nothing was done."""
    if not census.knows(child.birth):
        return []
    if share(child.dice, "asked") < 0.7 and all(episode.is_nfa for episode in episodes(child, census)):
        return []
    if not child.is_disabled:
        return [_NO_DISABILITY]
    return several(code_list, child, census, most=3, without=frozenset({_NO_DISABILITY}))


def _factors(code_list: str, assessment: Assessment, census: Census) -> list[str]:
    """None until the assessment is done."""
    if not census.knows(assessment.authorised):
        return []
    if assessment.is_empty:
        return [_NO_FACTOR]
    return several(code_list, assessment, census, most=4, without=frozenset({_NO_FACTOR}))


def _rarely(parent: Any, census: Census) -> list[Any]:
    """The row above once more, for one in twelve."""
    del census
    is_nfa = isinstance(parent, Episode) and parent.is_nfa
    return [parent] if not is_nfa and share(parent.dice, "rarely") < 1 / 12 else []


_ROWS: dict[str, Rows] = {
    "header": lambda census, _: [census],
    "cin_details": episodes,
    "assessment": assessments,
    "cin_plan": supports,
    "section_47": enquiries,
    "child_protection_plan": protections,
    "plan_review": _reviews,
}

_CODED: dict[str, Callable[[str, Any, Census], list[str]]] = {
    "disability": _disabilities,
    "assessment_factor": _factors,
}
