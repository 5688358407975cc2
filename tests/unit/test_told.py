"""What the names of a file and its folders say of it: the nearest counts, and two answers are none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.dictionary import authorities, month_end
from dagster_project.returns import Told, told_by


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2024-25", 2025),
        ("2024_25", 2025),
        ("202425", 2025),
        ("2024-2025", 2025),
        ("SSDA903_2025_header.csv", 2025),
        ("ssda903 1999-00.csv", None),
        ("2025", 2025),
        ("2024-26", 2024),
        ("2024 and 2025.csv", None),
        ("2024-25 resent in 2024-25.csv", 2025),
        ("sent 2025-06-02 for 2024.csv", 2024),
        ("sent 20250602.csv", None),
        ("no 12025 year.csv", None),
    ],
)
def test_a_year_is_found_however_it_is_written(name, year):
    assert told_by([name]).year == year


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("302_annex_a_2025-01.xlsx", date(2025, 1, 31)),
        ("Annex A Jan 2025.xlsx", date(2025, 1, 31)),
        ("Annex A 2024 February.xlsx", date(2024, 2, 29)),
        ("annex_20250131.xlsx", date(2025, 1, 31)),
        ("annex 2025-13.xlsx", None),
        ("annex 2025-01 of 2025-02.xlsx", None),
        ("annex 2025.xlsx", None),
    ],
)
def test_a_month_is_found_however_it_is_written(name, month):
    assert told_by([name]).month == month


@pytest.mark.parametrize(
    ("names", "la_code"),
    [
        (["302", "header.csv"], "302"),
        (["LA_302_header.csv"], "302"),
        (["301", "302", "header.csv"], "302"),
        (["301", "header_302.csv"], "301"),
        (["of 301", "header_302.csv"], "302"),
        (["301 and 302.csv"], None),
        (["302", "301 and 303.csv"], "302"),
        (["000_header.csv"], None),
        (["3020.csv"], None),
        (["a302.csv"], None),
    ],
)
def test_the_nearest_name_with_one_authority_says_whose_it_is(names, la_code):
    assert told_by(names).la_code == la_code


def test_the_command_outweighs_the_names():
    assert Told(la_code="301", year=2024).or_else(told_by(["302", "2024-25"])) == Told("301", 2024)


_words = st.sampled_from(["", "SSDA903_", "header ", "Children looked after-", "v2."])


@given(
    year=st.integers(2001, 2098),
    form=st.sampled_from(["{0}-{1:02d}", "{0}_{1:02d}", "{0}/{1:02d}", "{0}{1:02d}", "{0}-{2}", "{2}"]),
    before=_words,
    after=st.sampled_from(["", ".csv", "_episodes.csv", " (final).csv"]),
)
def test_any_year_in_any_form_is_found_among_other_words(year, form, before, after):
    said = form.format(year - 1, year % 100, year)
    assert told_by(["302", f"{before}{said}{after}"]).year == year


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y_%m_%d"]))
def test_any_day_is_the_month_and_the_publication_and_no_year(day, form):
    told = told_by([f"list {day.strftime(form)}.xlsx"])
    assert (told.month, told.published, told.year) == (month_end(day.year, day.month), day, None)


@given(st.sampled_from(sorted(authorities())), _words)
def test_any_authority_is_found(la_code, before):
    assert told_by([f"{before}{la_code}", "file.csv"]).la_code == la_code


@given(st.text(max_size=40))
def test_no_name_can_break_it(name):
    assert told_by([name, name]) == told_by([name])


def test_a_folder_that_is_a_code_outweighs_a_number_in_the_name_of_a_file():
    assert told_by(("302", "2024-25", "header_213.csv")).la_code == "302"
    assert told_by(("returns of 302", "header_213.csv")).la_code == "213"
    assert told_by(("302", "213", "header.csv")).la_code == "213"
