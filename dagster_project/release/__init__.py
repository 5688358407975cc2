"""Releases: the warehouse judged, copied and put in force, whole or not at all."""

from dagster_project.release.difference import Change, Difference, difference
from dagster_project.release.errors import ReleaseBlocked, ReleaseError, UnknownRelease
from dagster_project.release.manifest import Release, current, damaged, kept, named
from dagster_project.release.publication import beyond, publish
from dagster_project.release.withholding import made_of, retire, withhold

__all__ = [
    "Change",
    "Difference",
    "Release",
    "ReleaseBlocked",
    "ReleaseError",
    "UnknownRelease",
    "beyond",
    "current",
    "damaged",
    "difference",
    "kept",
    "made_of",
    "named",
    "publish",
    "retire",
    "withhold",
]
