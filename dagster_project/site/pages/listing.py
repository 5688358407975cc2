"""Every measure and every authority, to be found without a search."""

from collections.abc import Iterator
from itertools import groupby

from dagster_project.site.facts import Facts
from dagster_project.site.pages.page import Page


def pages(facts: Facts) -> Iterator[Page]:
    """The two lists."""
    measures = list(facts.measures.values())
    yield Page(
        path="measures/index.html",
        template="measures.html.j2",
        title="Measures",
        lead=f"The core set: {len(measures)} measures that have figures in this release.",
        context={"measures": measures},
    )
    real = [area for area in facts.authorities if not area.is_fictional]
    yield Page(
        path="authorities/index.html",
        template="authorities.html.j2",
        title="Authorities",
        lead=f"{len(real)} authorities with responsibility for children’s services, from A to Z.",
        context={
            "letters": [(letter, list(areas)) for letter, areas in groupby(real, lambda area: area.name[0])],
            "made_up_areas": [area for area in facts.authorities if area.is_fictional],
        },
    )
