"""Releases: the warehouse judged, copied and put in force, whole or not at all."""

from dagster_project.release.difference import Change, Difference, difference
from dagster_project.release.errors import Leaking, ReleaseBlocked, ReleaseError, UnknownRelease
from dagster_project.release.gates import Judgement
from dagster_project.release.manifest import Release, current, damaged, named
from dagster_project.release.publication import judge, publish

__all__ = [
    "Change",
    "Difference",
    "Judgement",
    "Leaking",
    "Release",
    "ReleaseBlocked",
    "ReleaseError",
    "UnknownRelease",
    "current",
    "damaged",
    "difference",
    "judge",
    "named",
    "publish",
]
