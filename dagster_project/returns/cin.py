"""The children in need census: one XML file per authority and year."""

from dagster_project.returns.census import read_census
from dagster_project.returns.reading import Reading
from dagster_project.returns.source import Source
from dagster_project.returns.told import Told
from dagster_project.returns.xml_stream import Opening

RETURN_ID = "cin"


def recognises(opening: Opening) -> bool:
    """Whether a file that begins so is a CIN census; one that leaves its collection blank may still be."""
    return opening.is_census("CIN", of="Children")


def read(file: Source, told: Told) -> Reading:
    """The census in ``file``.

    Raises:
        UnreadableFile: not well-formed, or without a year or an authority that can be known.
    """
    return read_census(file, RETURN_ID, told)
