"""The demonstration's site, file by file: its links lead somewhere, and nothing is in it that must not be."""

import hashlib
import json
import re
from pathlib import Path

import duckdb

from dagster_project.release.manifest import PUBLIC
from dagster_project.settings import ROOT
from tests.site.kinds import KINDS
from tests.site.told import column, numbers

_MOST_BYTES = 60_000_000


def test_every_kind_of_page_is_there(parsed):
    assert set(KINDS.values()) <= set(parsed)


def test_every_link_leads_somewhere(parsed, whole_site):
    ids = {path: set(page.xpath("//@id")) for path, page in parsed.items()}
    options = {path: set(page.xpath("//select[@id='area']/option/@value")) for path, page in parsed.items()}
    lost = set()
    for path, page in parsed.items():
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


def test_every_page_can_be_reached_without_scripts(parsed):
    reached, left = set(), ["index.html"]
    while left:
        path = left.pop()
        if path in reached or path not in parsed:
            continue
        reached.add(path)
        for href in parsed[path].xpath("//a/@href"):
            target = href.partition("#")[0]
            if target.endswith(".html"):
                parts = [*path.split("/")[:-1], *target.split("/")]
                while ".." in parts:
                    at = parts.index("..")
                    del parts[at - 1 : at + 1]
                left.append("/".join(parts))
    assert set(parsed) - reached == set()


def test_every_page_has_a_strict_policy_and_one_title(parsed):
    for path, page in parsed.items():
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy, path
        assert "http" not in policy, path
        assert page.get("lang") == "en-GB" and len(page.xpath("//h1")) == 1, path
    titles = [page.findtext(".//title") for page in parsed.values()]
    assert len(set(titles)) == len(titles)


def test_every_table_has_a_caption_and_heads(parsed):
    for path, page in parsed.items():
        for table in page.xpath("//table"):
            assert table.findtext("caption"), path
            assert set(table.xpath(".//th/@scope")) <= {"col", "row"} and not table.xpath(
                ".//th[not(@scope)]"
            )


def test_the_site_is_small(whole_site):
    assert sum(file.stat().st_size for file in whole_site.rglob("*") if file.is_file()) < _MOST_BYTES


def test_every_authority_and_measure_with_figures_has_its_page(parsed, public):
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
    assert {path[9:12] for path in parsed if re.match("measures/m[0-9]", path)} == set(measures)
    assert {path[12:15] for path in parsed if re.match("authorities/[0-9]", path)} == set(areas)
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


def test_the_downloads_are_all_that_is_public_and_whole(parsed, release, whole_site):
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    own = tuple(name for name in PUBLIC if name != "site/")
    rows = parsed["downloads.html"].xpath("//tr[@id]")
    told = {row.xpath("string(th)"): (row.xpath("string(th/a/@href)"), row) for row in rows}
    assert set(told) == {name for name in manifest["files"] if name.startswith(own)}
    for name, (href, row) in told.items():
        content = (whole_site / href).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row.xpath("string(.//code[@class='hash'])")
        assert manifest["files"][name]["sha256"] == row.xpath("string(.//code[@class='hash'])")
        assert numbers(row) == [len(content)]


def test_the_dictionary_has_every_measure_table_and_column(parsed, release, public):
    with duckdb.connect(str(release / "core_dataset.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name || '.' || table_name, column_name from meta.column"
        ).fetchall()
    found = {
        (page.findtext(".//h1"), row.get("id"))
        for path, page in parsed.items()
        if path.startswith("dictionary/") and path != "dictionary/index.html"
        for row in page.xpath("//table//tr[@id]")
    }
    assert set(columns) <= found
    assert found - set(columns) == {
        (f"outcomes.core_{name}", "disclosure") for name in ("outcome", "index", "comparison")
    }
    measures = column(public, "select lower(measure_id) from meta.measure where tier <> 'published'")
    assert parsed["dictionary/index.html"].xpath("//details/@id") == measures


def test_the_dictionary_leads_from_a_table_to_what_it_is_made_from_and_used_for(parsed):
    told = {
        div.findtext("dt"): div.find("dd").text_content()
        for div in parsed["dictionary/core-core-referral.html"].xpath("//dl[@class='facts']/div")
    }
    assert {"raw.cin", "meta.code"} <= set(told["Made from"].split(", "))
    assert "outcomes.outcome_counted" in told["Used for"].split(", ")


def test_what_only_analysts_may_have_is_not_called_public(parsed, public):
    tables = column(public, "select distinct schema_name || '.' || table_name from meta.column")
    told = {
        row.xpath("string(th/a/@href)"): row.xpath("string(td[last()])")
        for row in parsed["dictionary/index.html"].xpath("//table[contains(., 'For')]//tr[th/a]")
    }
    called = {path for path, audience in told.items() if audience == "public"}
    assert called == {f"../dictionary/{name.replace('.', '-').replace('_', '-')}.html" for name in tables}
