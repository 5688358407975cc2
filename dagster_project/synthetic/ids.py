"""Children's ids as their authorities give them, and those that a careless reader would damage."""

from collections.abc import Callable

from dagster_project.synthetic.authorities import profile
from dagster_project.synthetic.lives import Child

#: The authority whose first few children of each year carry awkward ids.
AWKWARD = "996"

#: Ids that look like no value at all, one for each year in turn: more of them than years in a life, so that
#: no two children of neighbouring censuses share one.
_WORDS = ("NULL", "NaN", "None", "NA", "Infinity", "TRUE", "nil", "Fernando")


def child_ids(authority: str, year: int, with_faults: bool) -> Callable[[Child], str]:
    """What gives a child's id in the census of a year."""
    habits = profile(authority)
    if habits.renumbered is not None and year >= habits.renumbered:
        return lambda child: f"R{child.number:06d}{child.cohort % 100:02d}"
    if with_faults and authority == AWKWARD:
        return lambda child: awkward(child)[1] or _plain(habits.prefix, child.cohort, child.number)
    return lambda child: _plain(habits.prefix, child.cohort, child.number)


def awkward(child: Child) -> tuple[str, str]:
    """The kind of awkward id a child of ``AWKWARD`` has, and the id; empty for most.

    Two pairs become one child each when ids are read as numbers.
    """
    year = child.cohort % 100
    return {
        0: ("id_like_no_value", _WORDS[child.cohort % len(_WORDS)]),
        1: ("id_with_leading_zeros", f"00{_plain('', child.cohort, 1)}"),
        2: ("id_without_leading_zeros", _plain("", child.cohort, 1)),
        3: ("id_like_a_power_of_ten", f"{year}E3"),
        4: ("id_equal_to_a_power_of_ten", f"{year}000"),
    }.get(child.number, ("", ""))


def _plain(prefix: str, cohort: int, number: int) -> str:
    return f"{prefix}{cohort % 100:02d}{number:06d}"
