"""What the pages of a small site say: the numbers of its tables, and nothing that they do not bear."""

import csv
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from dagster_project.site import restated
from dagster_project.site.charts import caterpillar, funnel, indices, trend
from dagster_project.site.reading import read
from dagster_project.site.standing import standing
from dagster_project.site.writing import write

MEASURE = "measures/m02-re-referral-rate-within-12-months.html"


class Page(HTMLParser):
    """The cells of a page's rows by the id of the row, and what stands in its tags."""

    def __init__(self, file: Path):
        super().__init__()
        self.rows: dict[str, list[dict[str, str | None]]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._row = ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        self.tags.append((tag, held))
        if tag == "tr":
            self._row = held.get("id") or ""
        if tag == "td" and self._row:
            self.rows.setdefault(self._row, []).append(held)


@pytest.fixture(scope="session")
def pages(site) -> dict[str, Page]:
    return {file.relative_to(site).as_posix(): Page(file) for file in site.rglob("*.html")}


def test_the_figures_on_a_measure_page_are_those_of_the_table(pages, release_made):
    with duckdb.connect(str(release_made / "core_dataset_public.duckdb"), read_only=True) as connection:
        asked = connection.execute(
            "select area_code, numerator, denominator, value from outcomes.core_outcome"
            " where measure_id = 'M02' and period = 2025 and geographic_level = 'Local authority'"
        ).fetchall()
    for code, *numbers in asked:
        told = [cell.get("data-value") for cell in pages[MEASURE].rows[f"la-{code}"][1:4]]
        assert [None if each is None else float(each) for each in told] == pytest.approx(numbers)


def test_the_figures_on_a_profile_are_those_of_the_table(pages):
    profile = pages["authorities/301-barking-and-dagenham.html"]
    told = [float(cell["data-value"] or 0) for cell in profile.rows["M02"][:4]]
    assert told == [15, 22.5, 21, 18.5]  # its own, England's, the region's, the neighbours'


def test_the_same_release_gives_the_same_site_to_the_byte(site, release_made, tmp_path):
    again = tmp_path / "site"
    write(again, release_made / "core_dataset_public.duckdb", release_made / "core_dataset.duckdb")
    files = sorted(file.relative_to(site) for file in site.rglob("*") if file.is_file())
    assert files == sorted(file.relative_to(again) for file in again.rglob("*") if file.is_file())
    assert not [name for name in files if (site / name).read_bytes() != (again / name).read_bytes()]


def test_a_figure_that_is_withheld_says_so(site):
    text = next(site.glob("authorities/302-*.html")).read_text(encoding="utf-8")
    assert re.search(r'<td class="number absent"[^>]*>withheld</td>', text)


def test_every_link_leads_to_a_page_or_a_file_of_the_site(pages, site):
    for path, page in pages.items():
        for tag, held in page.tags:
            for name in ("href", "src"):
                if held.get(name):
                    target = (held[name] or "").partition("#")[0]
                    assert not re.match(r"\w+:|//", target), (path, tag, target)
                    assert (site / path).parent.joinpath(target).exists() or not target, (path, target)


def test_every_page_has_one_heading_of_the_first_level_and_no_style_or_handler_of_its_own(pages):
    for path, page in pages.items():
        assert [tag for tag, _ in page.tags].count("h1") == 1, path
        names = {name for _, held in page.tags for name in held}
        assert not {name for name in names if name == "style" or name.startswith("on")}, path
        inline = [held for tag, held in page.tags if tag == "script" and "src" not in held]
        assert all(held.get("type") == "application/json" for held in inline), path


def test_what_is_made_up_is_marked_wherever_its_name_leads(site):
    for path in ("authorities/index.html", "compare/index.html", "measures/m06-referral-rate-per-10000.html"):
        text = (site / path).read_text(encoding="utf-8")
        for name in re.findall(r">([^<]+\(fictional\))</a>(?! <span class=\"made-up\">)", text):
            pytest.fail(f"{path}: {name} is not marked")


def test_no_name_that_a_release_holds_is_taken_for_markup(site):
    assert not [file for file in site.rglob("*.html") if "<b>Fernmoor" in file.read_text(encoding="utf-8")]


def test_the_overview_counts_the_verdicts(pages):
    counts = [cell.get("data-value") for cell in pages["index.html"].rows["M02"][4:8]]
    assert counts == ["0", "1", "11", "1"]  # signal, watch, no signal, cannot tell


def test_the_overview_names_what_stands_out(site):
    text = (site / "index.html").read_text(encoding="utf-8")
    assert "Of 12 changes of an authority’s figure" in text
    assert text.count("What is said of 301.") == 1


def test_the_first_release_says_that_nothing_can_have_been_restated(site):
    assert "first release" in (site / "index.html").read_text(encoding="utf-8")


def test_a_figure_that_differs_from_the_release_before_is_counted_as_restated(release_made, tmp_path):
    public, before = release_made / "core_dataset_public.duckdb", tmp_path / "before.duckdb"
    shutil.copy(public, before)
    before.chmod(0o600)
    with duckdb.connect(str(before)) as connection:
        connection.execute(
            "update outcomes.core_outcome set value = value + 1"
            " where measure_id = 'M02' and area_code in ('301', '303') and period = 2025"
        )
    assert restated.counts(read(public, release_made / "core_dataset.duckdb", before)) == {"M02": 2}


def test_the_figures_to_download_are_those_of_the_table(site, release_made):
    with (site / MEASURE.replace(".html", ".csv")).open(encoding="utf-8") as file:
        held = list(csv.DictReader(file))
    with duckdb.connect(str(release_made / "core_dataset_public.duckdb"), read_only=True) as connection:
        asked = connection.execute(
            "select sum(value), count(*) from outcomes.core_outcome where measure_id = 'M02'"
        ).fetchone()
    assert (pytest.approx(sum(float(row["value"] or 0) for row in held)), len(held)) == asked


def test_the_charts_show_what_the_tables_hold(facts):
    measure = facts.measures["M02"]
    (index,) = indices(facts, measure)
    assert index.title == "England stood 4% below 2013-14 in 2024-25"
    assert [point["v"] for point in index.data["england"]] == [100, 96]
    assert index.chosen and index.chosen["points"]["301"] == [[2014, 100, None, None], [2025, 96, None, None]]

    over_time = trend(facts, measure)
    assert over_time and over_time.columns == ("Area", "2013-14", "2023-24", "2024-25")
    assert over_time.data["range"][0]["p"] == 2014

    order = caterpillar(facts, measure)
    assert order
    values = [row["v"] for row in order.data["every"]]
    assert values == sorted(values) and len(values) == 26


def test_a_funnel_has_both_pairs_of_limits_and_every_authority_with_counts(facts):
    among = standing(facts, facts.measures["M02"])
    assert among is not None
    chart = funnel(facts.measures["M02"], among)
    assert len(chart.rows) == len(among.rows) == 26
    for kind in ("chance", "ordinary"):
        assert {line["d"] for line in chart.data[kind]} == {0, 1}
    assert f"tau = {among.funnel.tau2**0.5:.3f}" in chart.note


def test_places_are_intervals_of_those_with_counts_alone(facts):
    among = standing(facts, facts.measures["M02"])
    assert among is not None
    assert "302" not in among.places
    low, high = among.places["301"]
    assert 1 <= low <= high <= 26


def test_a_chart_is_drawn_without_a_script_and_without_a_style_of_its_own(facts):
    (chart,) = indices(facts, facts.measures["M02"])
    assert chart.svg.startswith("<svg") and "England" in chart.svg
    assert "style=" not in chart.svg and "var(--chart-ink)" in chart.svg
