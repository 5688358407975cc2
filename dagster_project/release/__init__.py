"""Releases: the warehouse judged, copied and put in force, whole or not at all."""

from dagster_project.release.errors import ReleaseBlocked, ReleaseError
from dagster_project.release.manifest import Release, current, damaged
from dagster_project.release.publication import publish

__all__ = ["Release", "ReleaseBlocked", "ReleaseError", "current", "damaged", "publish"]
