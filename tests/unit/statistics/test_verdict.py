"""The four words, and the limits within which they may be said."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.statistics.verdict import (
    LIMITS,
    Facts,
    Reason,
    Verdict,
    decide,
    ordinary_range,
    smallest_detectable_change,
)

PLAIN = Facts(
    p=np.array(0.4), v=np.array(0.01), events=np.array(400.0), k=np.array(150.0), is_discovery=np.array(False)
)


def decided(**changes):
    verdict, reason = decide(dataclasses.replace(PLAIN, **{k: np.asarray(v) for k, v in changes.items()}))
    return str(verdict), str(reason)


def test_a_discovery_is_a_signal_one_in_500_is_watched_and_the_rest_is_no_signal():
    assert decided(is_discovery=True, p=0.0001) == (Verdict.SIGNAL, "")
    assert decided(p=0.0019) == (Verdict.WATCH, "")
    assert decided(p=0.0021) == (Verdict.NO_SIGNAL, "")


def test_of_20_to_29_authorities_nothing_is_more_than_watched():
    found = {"is_discovery": True, "p": 0.0001}
    assert [decided(**found, k=k)[0] for k in (19, 20, 29, 30)] == [
        Verdict.CANNOT_TELL,
        Verdict.WATCH,
        Verdict.WATCH,
        Verdict.SIGNAL,
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"has_test": False}, Reason.NO_TEST),
        ({"is_joint_return": True}, Reason.JOINT_RETURN),
        ({"is_base_missing": True}, Reason.BASE_MISSING),
        ({"is_missing": True}, Reason.MISSING),
        ({"is_break": True}, Reason.BREAK),
        ({"share_recording_change": 0.16}, Reason.BREAK),
        ({"share_small": 0.51}, Reason.SMALL),
        ({"events": 9}, Reason.SMALL),
        ({"k": 19}, Reason.TOO_FEW_AUTHORITIES),
        ({"is_from_nought": True}, Reason.SMALL),
        ({"p": np.nan}, Reason.MISSING),
        ({"v": 0.062}, Reason.SMALL),
    ],
)
def test_each_limit_of_validity_gives_its_reason(changes, reason):
    assert decided(**changes) == (Verdict.CANNOT_TELL, reason)


def test_every_limit_is_reached_by_a_case_above_and_says_its_situation_once():
    assert len({limit.situation for limit in LIMITS}) == len(LIMITS) == 12


def test_the_limits_themselves_are_still_valid():
    assert decided(share_recording_change=0.15, share_small=0.5, events=10, k=20)[1] == ""


def test_under_65_events_without_a_flag_nothing_can_be_told():
    # with half in either year the variance is 4 / n
    assert decided(events=65, v=4 / 65)[1] == Reason.SMALL
    assert decided(events=66, v=4 / 66) == (Verdict.NO_SIGNAL, "")
    assert decided(events=40, v=4 / 40, p=0.001)[0] == Verdict.WATCH


def test_a_joint_return_is_named_before_what_follows_from_it():
    assert decided(is_joint_return=True, is_missing=True)[1] == Reason.JOINT_RETURN


@given(st.floats(0, 1), st.floats(0, 0.05), st.floats(0, 0.3))
def test_more_noise_never_makes_a_smaller_change_seen(v, more, tau2):
    near, far = smallest_detectable_change(v, tau2), smallest_detectable_change(v + more, tau2)
    assert far.upper >= near.upper >= 1
    assert near.lower == pytest.approx(1 / near.upper)


def test_the_ordinary_range_lies_round_the_growth_of_england_on_the_log_scale():
    low, high = ordinary_range(1.2, 0.01, 0.02, 90)
    assert low * high == pytest.approx(1.2**2)
    assert high / 1.2 == pytest.approx(np.exp(1.9867 * np.sqrt(0.03)), rel=1e-4)  # t of 90 degrees at 97.5%
