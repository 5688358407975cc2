"""The children's social work workforce census: one XML file per authority and year, worker by worker."""

from dagster_project.returns.census import read_census
from dagster_project.returns.reading import Reading
from dagster_project.returns.source import Source
from dagster_project.returns.told import Told
from dagster_project.returns.xml_stream import Opening

RETURN_ID = "csww"


def recognises(opening: Opening) -> bool:
    """Whether a file that begins so is a workforce census, even if it leaves its collection blank."""
    return opening.is_census("CSWW", of="CSWWWorker")


def read(file: Source, told: Told) -> Reading:
    """The census in ``file``.

    Raises:
        UnreadableFile: not well-formed, or without a year or an authority that can be known.
    """
    return read_census(file, RETURN_ID, told)
