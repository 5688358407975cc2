"""The numbers on the demonstration's pages, read back as programs find them, are those of its tables."""

import csv
import re

import duckdb
import pytest

from dagster_project.site import reference, words
from tests.site.kinds import KINDS
from tests.site.told import column, is_same, numbers

_FIGURES = """
    select area_code, value, lower_95, upper_95
    from outcomes.core_outcome
    where measure_id = ? and lane = ? and period = ?
"""


def test_the_overview_tells_englands_figures(parsed, public):
    rows = parsed["index.html"].xpath("//table//tr[@id]")
    assert len(rows) == 24
    for row in rows:
        newest = public.execute(
            "select value from outcomes.core_outcome where measure_id = ? and area_code = 'ENG' and"
            " lane = 'published' and period = (select max(period) from outcomes.core_outcome"
            "  where measure_id = $1 and lane = 'published' and value is not null)",
            [row.get("id")],
        ).fetchone()
        assert is_same(numbers(row)[0], newest[0] if newest else None), row.get("id")


@pytest.mark.parametrize("kind", ["an index", "a rate", "a share"])
def test_a_measures_page_tells_every_authoritys_figure_and_interval(parsed, public, kind):
    measure_id = re.search("m[0-9]+", KINDS[kind])[0].upper()
    (period,) = public.execute(
        "select max(period) from outcomes.core_outcome where measure_id = ? and lane = 'published'"
        " and value is not null",
        [measure_id],
    ).fetchone()
    figures = {
        lane: {code: rest for code, *rest in public.execute(_FIGURES, [measure_id, lane, period]).fetchall()}
        for lane in ("published", "returned")
    }
    rows = parsed[KINDS[kind]].xpath("//tr[starts-with(@id, 'la-')]")
    assert len(rows) > 5
    for row in rows:
        code = row.get("id")[3:]
        value, lower, upper = figures["returned" if code.startswith("99") else "published"][code]
        assert is_same(numbers(row)[2], value), code
        if value is not None and lower is not None:
            assert is_same(numbers(row, "lower")[2], lower) and is_same(numbers(row, "upper")[2], upper)


def test_every_profile_tells_the_figures_of_its_authority(parsed, public):
    newest = dict(
        public.execute(
            "select (measure_id, lane), max(period) from outcomes.core_outcome where value is not null"
            " group by all"
        ).fetchall()
    )
    found = {
        (measure_id, lane, code): value
        for (measure_id, lane), period in newest.items()
        for code, value, *_ in public.execute(_FIGURES, [measure_id, lane, period]).fetchall()
    }
    n_told = 0
    for path, page in parsed.items():
        if told := re.match("authorities/([0-9]{3})-", path):
            lane = "returned" if told[1].startswith("99") else "published"
            for row in page.xpath("//tr[starts-with(@id, 'M')]"):
                meant = found.get((row.get("id"), lane, told[1]))
                assert is_same(numbers(row)[0], meant), (path, row.get("id"))
                n_told += meant is not None
    assert n_told > 3000


def test_the_csv_of_a_measure_is_its_figures(whole_site, public):
    with (whole_site / KINDS["a share"].replace(".html", ".csv")).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    meant = public.execute(
        "select count(*), sum(value) from outcomes.core_outcome where measure_id = 'M02'"
    ).fetchone()
    assert (len(rows), sum(float(row["value"] or 0) for row in rows)) == pytest.approx(meant)


def test_data_quality_masks_counts_of_records_and_tells_the_rest_as_it_is(parsed, release, public):
    page = parsed["quality.html"]
    tables = {table.findtext("caption"): table for table in page.xpath("//table")}
    records = tables["Records that fail a rule, by its severity and year"]
    broken = tables["Places in returns in use that are not as the specification has them"]
    cells = [*records.xpath(".//tbody//td[@class='number'][position() < last()]"), *broken.xpath(".//td[2]")]
    cells = [cell for cell in cells if cell.text not in ("–", None) and not cell.text.isalpha()]
    assert {cell.text for cell in cells} > {f"fewer than {words.FEW}"}
    for cell in cells:
        shown = cell.get("data-value")
        assert cell.text == f"fewer than {words.FEW}" if shown is None else int(shown) % words.FEW == 0

    with duckdb.connect(str(release / "core_dataset.duckdb"), read_only=True) as connection:
        (failed,) = connection.execute(
            "select count(*) from quality.rule_result where is_current and state = 'failed'"
        ).fetchone()
        senders = column(connection, "select distinct la_code from quality.submission where la_code <> ''")
    became = tables["Rules by what became of them: each counts once for every authority and period"]
    assert sum(numbers(row)[1] for row in became.xpath("tbody/tr")) == failed
    arrived = page.xpath("//table[contains(caption, 'when the newest')]/tbody/tr[position() > 1]")
    assert len(arrived) == len(senders) > 0

    told = {
        row.findtext("th"): numbers(row) for row in tables["Authorities with a published figure"].iter("tr")
    }
    (complete,) = public.execute(
        "select count(value) from outcomes.core_outcome where measure_id = 'M06' and lane = 'published'"
        " and geographic_level = 'Local authority' and period = 2025"
    ).fetchone()
    assert told["Referral rate per 10,000"][0] == complete


def test_the_methods_tell_the_calibration_and_real_examples(parsed, public):
    page = parsed["methods.html"]
    rows = page.xpath("//table[contains(caption, 'Where nothing differs')]/tbody/tr")
    meant = [
        [float(part) for part in here.split("/")]
        for _, _, here, _ in reference.tables("calibration.md")["Nothing differs"].rows
    ]
    assert [numbers(row) for row in rows] == meant and len(meant) > 10

    examples = page.xpath("//section[@data-measure]")
    assert len(examples) == 2
    for example in examples:
        (sentence,) = public.execute(
            "select sentence from outcomes.core_comparison where measure_id = ? and area_code = ? and"
            " lane = 'published' and comparison = 'previous' order by period desc limit 1",
            [example.get("data-measure"), example.get("data-area")],
        ).fetchone()
        assert sentence in example.xpath("string()")
