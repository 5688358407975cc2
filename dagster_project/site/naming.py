"""Addresses of pages: readable, and the same in every release. Relative to the site's own folder."""

import re


def slug(text: str) -> str:
    """Text as part of an address: ``Kestrel Bay (fictional)`` is ``kestrel-bay-fictional``."""
    without_marks = re.sub(r"(?<=\d),(?=\d)|[’']", "", text.lower())
    return re.sub(r"[^a-z0-9]+", "-", without_marks).strip("-")


def measure_page(measure_id: str, name: str) -> str:
    """Where the page of a measure is."""
    return f"measures/{slug(measure_id)}-{slug(name)}.html"


def authority_page(area_code: str, name: str) -> str:
    """Where the profile of an authority is."""
    return f"authorities/{slug(area_code)}-{slug(name)}.html"


def comparison_page(area_code: str, name: str) -> str:
    """Where an authority stands beside its neighbours, its region and England."""
    return f"compare/{slug(area_code)}-{slug(name)}.html"
