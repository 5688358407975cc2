"""Unique pupil numbers: right by their own rules, and nobody's."""

from dagster_project.synthetic import days
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import share
from dagster_project.synthetic.lives import Child

#: Positions of a unique pupil number are weighted by their place; the remainder by 23 picks its first letter.
_CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"

#: Where an authority's code stands in a pupil number: one that DfE accepts there and no authority has.
_NO_AUTHORITY = "001"


def pupil_number(child: Child, census: Census) -> str | None:
    """The child's unique pupil number: from school age, for those who have one; the same in every year."""
    if not child.has_upn or not is_of_school_age(child, census):
        return None
    return with_check_letter(f"{_pupil_area(child, census)}{child.number:06d}")


def _pupil_area(child: Child, census: Census) -> str:
    return f"{_NO_AUTHORITY}{int(census.authority) % 10}{child.cohort % 100:02d}"


def with_check_letter(digits: str) -> str:
    """A unique pupil number of these digits, with the letter they ask for before them."""
    remainder = sum(int(digit) * place for place, digit in enumerate(digits, start=2)) % 23
    return _CHECK_LETTERS[remainder] + digits


def former_pupil_number(child: Child, census: Census) -> str | None:
    """For one pupil in fifty, the temporary number carried before."""
    if share(child.dice, "former") >= 0.02 or pupil_number(child, census) is None:
        return None
    # A letter at the end: a temporary number.
    return with_check_letter(f"{_pupil_area(child, census)}{child.number % 100_000:05d}") + "A"


def is_of_school_age(child: Child, census: Census) -> bool:
    """Whether the child was five by the end of the year."""
    return child.birth + 5 * days.YEAR + 2 <= census.end
