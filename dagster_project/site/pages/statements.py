"""What the site says of itself: accessibility, and privacy."""

from collections.abc import Iterator

from dagster_project.site.facts import Facts
from dagster_project.site.pages.page import Page


def pages(facts: Facts) -> Iterator[Page]:
    """The two statements."""
    yield Page(
        path="accessibility.html",
        template="accessibility.html.j2",
        title="Accessibility",
        lead="This site is meant to meet the Web Content Accessibility Guidelines 2.2 at level AA, with and "
        "without scripts. This says what was tested, how, and what is known not to be good enough.",
        context={"area": facts.authorities[0] if facts.authorities else None},
    )
    yield Page(
        path="privacy.html",
        template="privacy.html.j2",
        title="Privacy",
        lead="This site holds no record of any child, keeps nothing about its readers, and asks nothing of "
        "the internet.",
        context={},
    )
