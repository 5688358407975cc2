"""Disclosure control: what of the tables may be published, and an attacker who tries to work out the rest."""

from dagster_project.release.disclosure.attack import attack
from dagster_project.release.disclosure.leaks import Leak
from dagster_project.release.disclosure.profiles import Profile, profile, profiles
from dagster_project.release.disclosure.protect import protect
from dagster_project.release.disclosure.refused import Disclosed, disclosed

__all__ = ["Disclosed", "Leak", "Profile", "attack", "disclosed", "profile", "profiles", "protect"]
