"""How things are named and said on the site."""

import pytest

from dagster_project.site import naming, words
from dagster_project.statistics.sentence import FORBIDDEN


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Referral rate per 10,000", "referral-rate-per-10000"),
        ("Kestrel Bay (fictional)", "kestrel-bay-fictional"),
        ("Kingston upon Hull, City of", "kingston-upon-hull-city-of"),
        ("King’s Lynn", "kings-lynn"),
    ],
)
def test_an_address_is_made_of_plain_words(text, address):
    assert naming.slug(text) == address


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (111, "111th"),
        (121, "121st"),
    ],
)
def test_a_place_is_an_ordinal(number, said):
    assert words.ordinal(number) == said


def test_a_place_is_said_with_its_interval():
    assert words.place(31, 96, 149) == "between 31st and 96th of 149"
    assert words.place(153, 153, 153) == "153rd of 153, 95 times in 100"


def test_what_chance_would_show_stands_beside_what_was_found():
    assert words.by_chance(30, 2) == (
        "Expected by chance: 1.5 of 30 tested changes outside the range that 95 in 100 keep to, "
        "if nothing differed. Found outside: 2."
    )
    assert "Found" not in words.by_chance(30)
    assert words.by_chance(0) == "None of these changes could be tested."


def test_small_numbers_of_records_are_not_told():
    assert [words.few(number) for number in (0, 1, 9, 10, 1204)] == [
        "0",
        "fewer than 10",
        "fewer than 10",
        "10",
        "1,204",
    ]


def test_every_verdict_has_a_shape_of_its_own_and_claims_no_cause():
    said = words.VERDICTS.values()
    assert len({each.shape for each in said}) == len({each.word for each in said}) == 4
    for each in said:
        assert not [word for word in FORBIDDEN if word in each.meaning.lower() and word != "no change"]


def test_a_list_is_read_as_a_sentence():
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed(["a"]) == "a"
    assert words.listed([]) == ""
