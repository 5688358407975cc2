"""On which rows of a workforce census a planted fault may fall."""

from datetime import date

from dagster_project.synthetic.census import Census
from dagster_project.synthetic.csww.rows import Row


def is_permanent(row: Row, _: Census) -> bool:
    """Is not an agency worker's."""
    return not row.spell.is_agency


def is_settled(row: Row, census: Census) -> bool:
    """Is that of a permanent worker who came before this year and is still in post."""
    return is_permanent(row, census) and row.is_in_post and row.day < census.start


def has_no_case(row: Row, census: Census) -> bool:
    """Is that of a settled worker who was asked for cases and had none."""
    return is_settled(row, census) and row.cases == 0


def has_many_cases(row: Row, census: Census) -> bool:
    """Is that of a settled worker whose cases are a number of two digits."""
    return is_settled(row, census) and (row.cases or 0) >= 10


def has_left(row: Row, census: Census) -> bool:
    """Is that of a permanent worker who came before this year and left in it."""
    return is_permanent(row, census) and not row.is_in_post and row.day < census.start


def has_left_on_a_doubtful_day(row: Row, census: Census) -> bool:
    """As ``has_left``, on a day that reads as another one with day and month changed over."""
    left = date.fromordinal(row.spell.end)
    return has_left(row, census) and left.day <= 12 and left.day != left.month


def is_ended_contract(row: Row, _: Census) -> bool:
    """Is that of an agency worker who left: in no count."""
    return row.spell.is_agency and not row.is_in_post
