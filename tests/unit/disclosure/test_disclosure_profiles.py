"""The profiles as data, and the setting that names one."""

import numpy as np
import pytest

from dagster_project import settings
from dagster_project.release.disclosure import profile, profiles
from dagster_project.release.disclosure.profiles import nearest
from dagster_project.release.errors import ReleaseError


def test_every_profile_says_where_its_rules_are_from():
    assert set(profiles()) == {"dfe_cin", "dfe_cla", "ohid", "opensafely", "internal"}
    assert all(each.source for each in profiles().values())


def test_an_unknown_profile_is_one_plain_line():
    with pytest.raises(
        ReleaseError, match="^'disclosure' names the profile 'ons', which is none of dfe_cin, "
    ):
        profile("ons")


def test_the_setting_is_read_and_children_in_need_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("NCD_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert settings.load().disclosure == "dfe_cin"
    (tmp_path / "ncd.toml").write_text('disclosure = "ohid"\n')
    assert settings.load().disclosure == "ohid"


def test_a_setting_that_names_no_profile_is_told_before_anything_is_built(tmp_path, monkeypatch):
    monkeypatch.setenv("NCD_HOME", str(tmp_path))
    (tmp_path / "ncd.toml").write_text('disclosure = "typo"\n')
    with pytest.raises(settings.SettingsError, match="'disclosure' must name one of the profiles dfe_cin, "):
        settings.load()


def test_halves_are_rounded_up_as_publishers_do():
    assert nearest(np.array([4.9, 5, 15, 25]), np.array([10.0] * 4)).tolist() == [0, 10, 20, 30]


def test_a_printed_number_may_be_any_that_is_printed_so_and_none_that_would_be_withheld():
    dfe = profile("dfe_cin")
    lower, upper = dfe.between(np.array([10.0, 120.0, 0.0]), np.array([10.0] * 3), np.array([False] * 3))
    assert lower.tolist() == [6, 115, 0] and upper.tolist() == [14, 124, 0]
