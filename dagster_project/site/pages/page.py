"""What a page is, before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Page:
    """One page: its address in the site, its template, its title, and what the template is given.

    ``lead`` is one sentence that tells what is found there. ``files`` are written beside it, text by address.
    """

    path: str
    template: str
    title: str
    lead: str
    context: Mapping[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The way from the page to the site's own folder: empty, or ``../`` for each folder it is in."""
        return "../" * self.path.count("/")


class Link(NamedTuple):
    """A page that others lead to."""

    title: str
    path: str
