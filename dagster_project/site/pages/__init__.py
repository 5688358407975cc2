"""The pages: a module per kind, whose ``pages`` gives each one's address, template and content.

A new kind is a module here, a template of its name, and its place in ``KINDS``; where readers are to find it
in the menu, in ``MENU``, or at the foot of every page, in ``FOOT``.
"""

from collections.abc import Callable, Iterator
from types import ModuleType

from dagster_project.site.facts import Facts
from dagster_project.site.pages import (
    authority,
    comparison,
    data_quality,
    dictionary,
    downloads,
    listing,
    measure,
    methods,
    notes,
    overview,
    statements,
)
from dagster_project.site.pages.page import Link, Page

__all__ = ["FOOT", "MENU", "Link", "Page", "of"]

KINDS: tuple[ModuleType, ...] = (
    overview,
    measure,
    authority,
    comparison,
    listing,
    data_quality,
    methods,
    dictionary,
    notes,
    statements,
    downloads,  # last: it has the hashes of files that are written while the other pages are drawn
)

MENU = (
    Link("Overview", "index.html"),
    Link("Measures", "measures/index.html"),
    Link("Authorities", "authorities/index.html"),
    Link("Compare", "compare/index.html"),
    Link("Data quality", "quality.html"),
    Link("Methods", "methods.html"),
)

#: What the foot of every page leads to.
FOOT = (
    Link("Dictionary and lineage", "dictionary/index.html"),
    Link("Downloads", "downloads.html"),
    Link("Release notes", "release-notes.html"),
    Link("Accessibility", "accessibility.html"),
    Link("Privacy", "privacy.html"),
)


def of(
    facts: Facts, wait: Callable[[], object] = lambda: None, part: int = 0, parts: int = 1
) -> Iterator[Page]:
    """Every page of the site, or those of one part of it.

    Args:
        facts: What the release says.
        wait: Returns when the other files of the release are whole.
        part: Which part, from 0.
        parts: How many there are: they share the measures, which take most of the time. The first has
            everything else.
    """
    for kind in KINDS:
        if kind is measure:
            yield from measure.pages(facts, part, parts)
        elif part == 0:
            if kind is downloads:
                wait()
            yield from kind.pages(facts)
