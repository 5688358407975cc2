"""The rows of the eleven lists that a child has in a month."""

from collections.abc import Callable, Iterator

from dagster_project import dictionary
from dagster_project.synthetic.annex_a import adoption, care, cases
from dagster_project.synthetic.annex_a.view import Known, Row, fields

_LISTS: dict[str, Callable[[Known], Iterator[Row]]] = {
    "list_1": cases.contacts,
    "list_2": cases.early_help,
    "list_3": cases.referrals,
    "list_4": cases.assessed,
    "list_5": cases.enquired,
    "list_6": cases.in_need,
    "list_7": cases.on_plans,
    "list_8": care.in_care,
    "list_9": care.leaving,
    "list_10": adoption.adoption,
    "list_11": adoption.adopters,
}


def headings(table: str, year: int) -> list[str]:
    """The headings of a list, as the sample workbook has them."""
    return [field.path.partition(" / ")[2] for field in fields(table, year)]


def rows(known: Known) -> dict[str, list[Row]]:
    """The child's rows by list, each with every field in order."""
    found: dict[str, list[Row]] = {}
    about: Row | None = None
    for table in dictionary.tables("annex_a"):
        names = [field.name for field in fields(table.name, known.view.half.year)]
        found[table.name] = []
        for row in _LISTS[table.name](known):
            about = about or known.about()
            whole = about | row
            found[table.name].append({name: whole.get(name) for name in names})
    return found
