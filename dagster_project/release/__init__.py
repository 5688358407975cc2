"""Releases: the warehouse judged, copied and put in force, whole or not at all."""

from dagster_project.release.difference import Change, Difference, difference
from dagster_project.release.errors import Leaking, ReleaseBlocked, ReleaseError, UnknownRelease
from dagster_project.release.gates import Judgement
from dagster_project.release.manifest import Release, current, damaged, kept, named
from dagster_project.release.publication import beyond, judge, publish
from dagster_project.release.withholding import made_of, retire, withhold

__all__ = [
    "Change",
    "Difference",
    "Judgement",
    "Leaking",
    "Release",
    "ReleaseBlocked",
    "ReleaseError",
    "UnknownRelease",
    "beyond",
    "current",
    "damaged",
    "difference",
    "judge",
    "kept",
    "made_of",
    "named",
    "publish",
    "retire",
    "withhold",
]
