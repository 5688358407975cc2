"""The demonstration's site, file by file: its links lead somewhere, it tells nothing else than its tables."""

import csv
import hashlib
import json
import re
from pathlib import Path

import duckdb
import pytest
from lxml import html

from dagster_project.release.manifest import PUBLIC
from dagster_project.settings import ROOT
from dagster_project.site import reference, words
from tests.site.kinds import KINDS

_MOST_BYTES = 60_000_000

_FIGURES = """
    select area_code, value, lower_95, upper_95
    from outcomes.core_outcome
    where measure_id = ? and lane = ? and period = ?
"""


@pytest.fixture(scope="module")
def pages(whole_site) -> dict[str, html.HtmlElement]:
    """Every page by its address."""
    return {
        file.relative_to(whole_site).as_posix(): html.parse(file).getroot()
        for file in whole_site.rglob("*.html")
    }


@pytest.fixture(scope="module")
def public(release):
    with duckdb.connect(str(release / "core_dataset_public.duckdb"), read_only=True) as connection:
        yield connection


def column(connection: duckdb.DuckDBPyConnection, sql: str) -> list:
    return [row[0] for row in connection.execute(sql).fetchall()]


def numbers(row: html.HtmlElement, name: str = "value") -> list[float | None]:
    """What the cells of a row hold for programs: None for a cell that says why it has no number."""
    cells = row.xpath("td[contains(@class, 'number')]")
    told = (cell.xpath(f"(@data-{name} | .//@data-{name})") for cell in cells)
    return [float(each[0]) if each else None for each in told]


def is_same(told: float | None, meant: float | None) -> bool:
    """Whether a page tells a number of a table, to the tenth digit."""
    return told is None if meant is None else told == pytest.approx(meant, rel=1e-9)


def test_every_kind_of_page_is_there(pages):
    assert set(KINDS.values()) <= set(pages)


def test_every_link_leads_somewhere(pages, whole_site):
    ids = {path: set(page.xpath("//@id")) for path, page in pages.items()}
    options = {path: set(page.xpath("//select[@id='area']/option/@value")) for path, page in pages.items()}
    lost = set()
    for path, page in pages.items():
        for href in {*page.xpath("//@href"), *page.xpath("//@src"), *page.xpath("//form/@action")}:
            target, _, anchor = href.partition("#")
            file = (whole_site / path).parent.joinpath(target) if target else whole_site / path
            if re.match(r"\w+:|//", href) or not file.is_file():
                lost.add((path, href))
            elif anchor:
                place = file.resolve().relative_to(whole_site.resolve()).as_posix()
                # a script shows the area in the charts; where there are none, the table has it
                area = anchor.removeprefix("areas=")
                if anchor not in ids[place] and area not in options[place] and f"la-{area}" not in ids[place]:
                    lost.add((path, href))
    assert lost == set()


def test_every_page_can_be_reached_without_scripts(pages):
    reached, left = set(), ["index.html"]
    while left:
        path = left.pop()
        if path in reached or path not in pages:
            continue
        reached.add(path)
        for href in pages[path].xpath("//a/@href"):
            target = href.partition("#")[0]
            if target.endswith(".html"):
                parts = [*path.split("/")[:-1], *target.split("/")]
                while ".." in parts:
                    at = parts.index("..")
                    del parts[at - 1 : at + 1]
                left.append("/".join(parts))
    assert set(pages) - reached == set()


def test_every_page_has_a_strict_policy_and_one_title(pages):
    for path, page in pages.items():
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy, path
        assert "http" not in policy, path
        assert page.get("lang") == "en-GB" and len(page.xpath("//h1")) == 1, path
    titles = [page.findtext(".//title") for page in pages.values()]
    assert len(set(titles)) == len(titles)


def test_every_table_has_a_caption_and_heads(pages):
    for path, page in pages.items():
        for table in page.xpath("//table"):
            assert table.findtext("caption"), path
            assert set(table.xpath(".//th/@scope")) <= {"col", "row"} and not table.xpath(
                ".//th[not(@scope)]"
            )


def test_the_site_is_small(whole_site):
    assert sum(file.stat().st_size for file in whole_site.rglob("*") if file.is_file()) < _MOST_BYTES


def test_every_authority_and_measure_with_figures_has_its_page(pages, public):
    measures = column(
        public,
        "select distinct lower(measure_id) from outcomes.core_outcome semi join"
        " (from meta.measure where tier <> 'published') using (measure_id) where value is not null",
    )
    areas = column(
        public,
        "select area_code from meta.area, meta.release where geographic_level = 'Local authority' and not"
        " is_joint_return and (close_date is null or close_date > created_at::date)",
    )
    assert {path[9:12] for path in pages if re.match("measures/m[0-9]", path)} == set(measures)
    assert {path[12:15] for path in pages if re.match("authorities/[0-9]", path)} == set(areas)
    assert len(areas) == 159


def test_no_page_names_a_child_or_a_place_on_this_machine(whole_site, release):
    with duckdb.connect(str(release / "core_dataset.duckdb"), read_only=True) as connection:
        pseudonyms = {
            *column(connection, "select child_id from core.core_child"),
            *column(connection, "select child_id from quality.rule_failure where child_id is not null"),
            *column(connection, "select worker_id from core.core_worker_post where worker_id is not null"),
        }
    assert len(pseudonyms) > 10_000
    places = [str(place).encode() for place in (release, release.resolve(), ROOT, Path.home())]
    for file in whole_site.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [place for place in places if len(place) > 5 and place in content], file
            told = set(re.findall(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", content.decode()))
            assert not told & pseudonyms, file


def test_the_overview_tells_englands_figures(pages, public):
    rows = pages["index.html"].xpath("//table//tr[@id]")
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
def test_a_measures_page_tells_every_authoritys_figure_and_interval(pages, public, kind):
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
    rows = pages[KINDS[kind]].xpath("//tr[starts-with(@id, 'la-')]")
    assert len(rows) > 5
    for row in rows:
        code = row.get("id")[3:]
        value, lower, upper = figures["returned" if code.startswith("99") else "published"][code]
        assert is_same(numbers(row)[2], value), code
        if value is not None and lower is not None:
            assert is_same(numbers(row, "lower")[2], lower) and is_same(numbers(row, "upper")[2], upper)


def test_every_profile_tells_the_figures_of_its_authority(pages, public):
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
    for path, page in pages.items():
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


def test_the_downloads_are_all_that_is_public_and_whole(pages, release, whole_site):
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    own = tuple(name for name in PUBLIC if name != "site/")
    rows = pages["downloads.html"].xpath("//tr[@id]")
    told = {row.xpath("string(th)"): (row.xpath("string(th/a/@href)"), row) for row in rows}
    assert set(told) == {name for name in manifest["files"] if name.startswith(own)}
    for name, (href, row) in told.items():
        content = (whole_site / href).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row.xpath("string(.//code[@class='hash'])")
        assert manifest["files"][name]["sha256"] == row.xpath("string(.//code[@class='hash'])")
        assert numbers(row) == [len(content)]


def test_data_quality_masks_counts_of_records_and_tells_the_rest_as_it_is(pages, release, public):
    page = pages["quality.html"]
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


def test_the_dictionary_has_every_measure_table_and_column(pages, release, public):
    with duckdb.connect(str(release / "core_dataset.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name || '.' || table_name, column_name from meta.column"
        ).fetchall()
    found = {
        (page.findtext(".//h1"), row.get("id"))
        for path, page in pages.items()
        if path.startswith("dictionary/") and path != "dictionary/index.html"
        for row in page.xpath("//table//tr[@id]")
    }
    assert set(columns) <= found
    assert found - set(columns) == {
        (f"outcomes.core_{name}", "disclosure") for name in ("outcome", "index", "comparison")
    }
    measures = column(public, "select lower(measure_id) from meta.measure where tier <> 'published'")
    assert pages["dictionary/index.html"].xpath("//details/@id") == measures


def test_the_dictionary_leads_from_a_table_to_what_it_is_made_from_and_used_for(pages):
    told = {
        div.findtext("dt"): div.find("dd").text_content()
        for div in pages["dictionary/core-core-referral.html"].xpath("//dl[@class='facts']/div")
    }
    assert {"raw.cin", "meta.code"} <= set(told["Made from"].split(", "))
    assert "outcomes.outcome_counted" in told["Used for"].split(", ")


def test_what_only_analysts_may_have_is_not_called_public(pages, public):
    tables = column(public, "select distinct schema_name || '.' || table_name from meta.column")
    told = {
        row.xpath("string(th/a/@href)"): row.xpath("string(td[last()])")
        for row in pages["dictionary/index.html"].xpath("//table[contains(., 'For')]//tr[th/a]")
    }
    called = {path for path, audience in told.items() if audience == "public"}
    assert called == {f"../dictionary/{name.replace('.', '-').replace('_', '-')}.html" for name in tables}


def test_the_methods_tell_the_calibration_and_real_examples(pages, public):
    page = pages["methods.html"]
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
