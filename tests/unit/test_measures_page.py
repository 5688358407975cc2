"""The page of measures says what the seeds say."""

from dagster_project.dictionary import measures_page


def test_the_page_is_what_the_seeds_make_it():
    remedy = "run: python -m dagster_project.dictionary.measures_page"
    assert measures_page.PAGE.read_text(encoding="utf-8") == measures_page.page(), remedy


def test_every_measure_stands_on_it_once():
    page = measures_page.page()
    measures = measures_page._seed("measure")
    assert len(measures) > 60
    for row in measures:
        mark = f"| `{row['measure_id']}` |" if row["tier"] == "published" else f"### {row['measure_id']} "
        assert page.count(mark) == 1, row["measure_id"]
