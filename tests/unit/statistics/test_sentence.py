"""Sentences: those of the design word for word, and what none may say."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.statistics.sentence import FORBIDDEN, Change, Measure, sentence
from dagster_project.statistics.verdict import Reason, Verdict

APPLICATIONS = Measure("Applications", "per_10000")
SHARE = Measure("Re-referral rate within 12 months", "percent", "low")
#: 2014 to 2016, England 20%, range -14% to +68%: the examples of part 7 of the design
ROSE = {
    "since": "2014",
    "until": "2016",
    "rest_before": 9.2,
    "rest_after": 11.04,
    "detectable": 19.2,
    "k": 151,
}
RANGE = {"lower": 8.6, "upper": 16.8}


def test_a_signal_is_told_with_both_numbers_and_what_is_ordinary():
    told = sentence(APPLICATIONS, Change(before=10, after=23, **ROSE, **RANGE), Verdict.SIGNAL)
    assert told == (
        "Applications rose 130% from 2014 to 2016; in the rest of England 20%. Authorities ordinarily move "
        "by anything from -14% to +68%, so this is more than the usual differences. It does not say why: "
        "check first whether recording changed."
    )


def test_a_watch_is_told_as_designed():
    told = sentence(APPLICATIONS, Change(before=10, after=23, **ROSE, **RANGE), Verdict.WATCH)
    assert told.endswith(
        "This is unusual: one authority in 500 would be this far out if nothing differed, so England "
        "shows one "
        "about every three years. Wait for the next figure before acting."
    )


def test_no_signal_says_what_would_have_been_noticed():
    told = sentence(APPLICATIONS, Change(before=10, after=14.5, **ROSE, **RANGE), Verdict.NO_SIGNAL)
    assert told == (
        "Applications rose 45% from 2014 to 2016; in the rest of England 20%. Authorities of this size "
        "ordinarily move by anything from -14% to +68%, so this figure cannot be told from ordinary "
        "variation. Only +92% or more would usually have been noticed."
    )


def test_cannot_tell_says_why_as_designed():
    few = Change("2014", "2016", 9, 14)
    told = sentence(Measure("Applications", "count", decimals=0), few, Verdict.CANNOT_TELL, Reason.SMALL)
    assert told == (
        "Applications went from 9 to 14 between 2014 and 2016. Numbers this small cannot show a "
        "difference either "
        "way."
    )


def test_a_figure_outside_the_range_that_is_no_signal_says_that_some_are():
    told = sentence(APPLICATIONS, Change(before=10, after=17, **ROSE, **RANGE), Verdict.NO_SIGNAL)
    assert "-14% to +68%, with one in twenty outside, so" in told


def test_a_share_is_told_from_level_to_level_and_what_is_hoped_for():
    change = Change("2014-15", "2015-16", 20, 23, 23.5, 22.5, lower=17, upper=26.8, detectable=28, k=150)
    told = sentence(SHARE, change, Verdict.NO_SIGNAL)
    assert told.startswith(
        "Re-referral rate within 12 months (lower is hoped for) went from 20.0% to 23.0%, 2014-15 to "
        "2015-16; in the "
        "rest of England from 23.5% to 22.5%. "
    )
    assert "From 20.0%, authorities of this size ordinarily come to anything from 17.0% to 26.8%, so" in told
    assert told.endswith("Only a level of 28.0% or more would usually have been noticed.")


def test_a_fall_against_a_rise_is_told_with_both_verbs():
    change = Change("2014", "2016", 10, 8, 9.2, 11.04, lower=7, upper=16, detectable=6.2, k=151)
    told = sentence(APPLICATIONS, change, Verdict.NO_SIGNAL)
    assert told.startswith("Applications fell 20% from 2014 to 2016; in the rest of England it rose 20%.")
    assert told.endswith("Only -38% or less would usually have been noticed.")


def test_a_large_authority_that_pulls_england_is_told_of():
    change = Change(before=10, after=14.5, middle=11.2, **ROSE, **RANGE)
    assert "(the middle authority: +12%; a large one pulls England)" in sentence(
        APPLICATIONS, change, Verdict.NO_SIGNAL
    )


figures = st.floats(0.1, 5000)


@given(
    st.sampled_from([APPLICATIONS, SHARE]),
    st.sampled_from(Verdict),
    st.sampled_from(Reason),
    st.tuples(figures, figures),
    st.one_of(st.tuples(figures, figures), st.just((math.nan, math.nan))),
    st.tuples(figures, figures),
    st.floats(20, 160),
)
def test_no_sentence_claims_a_cause_or_more_than_it_can_bear(measure, verdict, reason, own, rest, limits, k):
    change = Change("2014", "2016", *own, *rest, lower=min(limits), upper=max(limits), detectable=1.4, k=k)
    told = sentence(measure, change, verdict, reason)
    assert not [word for word in FORBIDDEN if word in told.lower()]
    assert told.count(". ") + 1 <= 3 and told.endswith(".")
    assert "nan" not in told
    assert measure.name in told


@pytest.mark.parametrize("reason", Reason)
def test_without_a_figure_the_reason_is_still_told(reason):
    told = sentence(APPLICATIONS, Change("2014", "2016", math.nan, 3), Verdict.CANNOT_TELL, reason)
    assert told.startswith("Applications, 2014 to 2016: ") and "nan" not in told
