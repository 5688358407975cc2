"""A sheet is known by its headings: in any order, under older names, with some missing and some more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.dictionary import code_meant, codes, fields, folded, tables
from dagster_project.returns import Extract
from dagster_project.returns.matching import TABULAR, Ambiguous, declared, matched, of_extract
from tests.faults.files import names

TABLES = [(each, table.name) for each in TABULAR for table in tables(each)]


def found(headings, name="file.csv", layouts=None):
    match = matched([headings], layouts or declared(), name)
    return (match.layout.return_id, match.layout.table) if match else None


@pytest.mark.parametrize(("return_id", "table"), TABLES)
def test_every_table_is_known_by_its_own_headings(return_id, table):
    headings = names(return_id, table, None)
    assert found(headings, f"{table}.csv") == (return_id, table)
    match = matched([headings], declared(), f"{table}.csv")
    assert list(match.found) == headings


@given(st.sampled_from(TABLES), st.data())
def test_order_capitals_and_dressing_of_headings_do_not_matter(which, data):
    headings = data.draw(st.permutations(names(*which, None)))
    dress = data.draw(
        st.sampled_from([str.upper, str.lower, lambda text: f"  {text.replace(' ', '_')} ", _curly])
    )
    match = matched([[dress(each) for each in headings]], declared(), which[1])
    assert (match.layout.return_id, match.layout.table) == which
    assert list(match.found) == headings


def _curly(text):
    return text.replace("'", "\u2019").replace("(", "((").replace(" ", "\u00a0")


@given(st.sampled_from([each for each in TABLES if each[0] in ("ssda903", "annex_a")]), st.data())
def test_a_table_without_one_column_and_with_one_more_is_still_that_table(which, data):
    headings = names(*which, None)
    dropped = data.draw(st.sampled_from(headings))
    known = matched([headings], declared(), which[1]).layout
    rest = [each for each in headings if each != dropped]
    if 2 * len(known.telling - {dropped}) >= len(known.telling):
        at = data.draw(st.integers(0, len(rest)))
        assert found([*rest[:at], "Our own note", *rest[at:]], which[1]) == which


@pytest.mark.parametrize(
    "headings",
    [[], [None], ["CHILD"], ["CHILD", "DOB"], ["A1", "03/06/2024"], ["Short Desc"], ["name", "age"]],
)
def test_what_many_tables_have_or_none_is_no_table(headings):
    assert found(headings) is None


def test_headings_are_looked_for_below_titles_and_not_for_ever():
    title, headings = ["Looked after children"], names("ssda903", "episodes")
    match = matched([title] * 19 + [headings], declared(), "file")
    assert (match.layout.table, match.row) == ("episodes", 19)
    assert matched([title] * 20 + [headings], declared(), "file") is None


def test_headings_repeated_on_every_page_count_where_they_first_stand():
    headings = names("ssda903", "episodes")
    assert matched([headings, ["A1"], headings], declared(), "file").row == 0


def test_tables_with_the_same_headings_are_told_apart_by_the_name_or_not_at_all():
    one, other = (
        of_extract(Extract(table, table, {"Person": "child_id", "Day": day}))
        for table, day in (("care_application", "issued_date"), ("referral", "referral_date"))
    )
    # declared extracts of two tables under the same headings
    with pytest.raises(Ambiguous) as several:
        matched([["Person", "Day"]], [one, other], "file.csv")
    assert several.value.args == ("care_application", "referral")


def test_what_is_declared_comes_before_what_the_dictionary_has():
    headings = names("ssda903", "reviews")
    extract = Extract(
        "mine", "referral", dict(zip(headings, ["child_id"] * 2 + ["referral_date"] * 2, strict=True))
    )
    assert found(headings, layouts=[*declared(), of_extract(extract)]) == ("local", "referral")


WORDED = sorted(
    {
        field.code_list
        for each, table in TABLES
        if each == "annex_a"
        for field in fields(each, table)
        if field.code_list
    }
)


@given(st.sampled_from(WORDED), st.data())
def test_any_code_is_meant_by_itself_in_any_letters_and_with_a_letter_before_it(code_list, data):
    code = data.draw(st.sampled_from(sorted(codes(code_list))))
    if folded(code):
        assert code_meant(code_list, code) == code
        assert code_meant(code_list, f" {code.upper()} ") == code_meant(code_list, code.lower())
        assert code_meant(code_list, f"q) {code}") == code


@given(st.sampled_from(WORDED), st.text(max_size=12))
def test_no_text_is_given_a_code_that_is_not_in_the_list(code_list, text):
    assert code_meant(code_list, text) in {None, *codes(code_list)}
