"""An authority beside its neighbours, its region and England."""

from collections.abc import Iterator

from dagster_project.site.pages.page import Page
from dagster_project.site.reading import Facts


def pages(facts: Facts) -> Iterator[Page]:
    """A page for each authority, and one that leads to them."""
    yield from ()
