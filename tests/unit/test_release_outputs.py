"""What a release gives away: open data, workbook, public database, Parquet, lineage, and what they say."""

import csv
import hashlib
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import fastexcel
import jsonschema
import pyarrow.parquet as pq
import pytest

from dagster_project.release import database, publish
from dagster_project.release.manifest import audience
from dagster_project.release.outputs import workbook, writing
from dagster_project.settings import Settings
from tests import open_data_rules
from tests.toy_warehouse import build, columns, describe, figure

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
PSEUDONYM = "QX-PSEUDONYM-5512"  # stands in the analysts' records and in no public file
SYMBOLS = {
    "c": "c",
    "x": "x",
    "z": "z",
    "u": "u",
    "low": "low",
    "k": "k",
    "-": "x",
    ":": "x",
    "..": "x",
    ".": "z",
}
FIGURES = [
    figure("M02", "ENG", 22.55, numerator=2255.0, denominator=10000.0, area_code_ons="E92000001"),
    figure("M02", "E12000007", 20.0, area_code_ons="E12000007"),
    figure("M02", "302", 12.34, numerator=1234.0, denominator=10000.0, lower_95=11.7, upper_95=13.0),
    figure("M02", "302", -0.04, period=2024),
    figure("M02", "314 / 318", 15.0),
    figure("M02", "991", 30.0, numerator=300.0, denominator=1000.0, area_name='=cmd|"x"!A1', lane="returned"),
    figure("M02", "group:940+941", 17.0),
    figure("M06", "302", 1234567.0, numerator=1234567.0),
    figure("M03", "302", 15.0, numerator=12.5, denominator=83.4),
    figure("referrals_n", "302", 12.0),
    *(figure("M10", "302", None, status=symbol, period=2010 + n) for n, symbol in enumerate(SYMBOLS)),
]
INDICES = [
    {
        **{name: value for name, value in figure("M02", "302", 12.34).items() if name != "unit"},
        "base_period": base,
        "index_basis": basis,
        "base_value": 10.0,
        "index_value": 123.4,
    }
    for base, basis in ((2014, "rate"), (2014, "rate_from_counts"), (2016, "rate"))
]
COMPARISONS = [
    {
        **{
            name: value
            for name, value in figure("M02", "302", 12.34).items()
            if name in ("measure_id", "lane")
        },
        "geographic_level": "Local authority",
        "area_code": "302",
        "area_name": "Area 302",
        "period": 2025,
        "from_period": year,
        "comparison": kind,
        "value": 12.34,
        "from_value": 10.0,
        "growth": 1.2345,
        "verdict": "signal",
        "sentence": "It rose, by more than others.",
    }
    for year, kind in ((2024, "previous"), (2014, "base"))
]
SUBMISSION = {
    "submission_id": PSEUDONYM,
    "return_id": "cin",
    "la_code": "302",
    "period_end": date(2025, 3, 31),
    "state": "current",
    "file_sha256": "ab" * 32,
    "received_at": datetime(2025, 6, 2, 9),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    home = tmp_path_factory.mktemp("outputs")
    build(home / "warehouse.duckdb", FIGURES, [SUBMISSION], INDICES, COMPARISONS)
    describe(home)
    return Settings(home=home, site=False)


def published(settings, now):
    return publish(
        settings,
        inputs="0123456789abcdef",
        now=now,
        suites=settings.home / "suites",
    )


@pytest.fixture(scope="module")
def made(settings):
    return published(settings, NOON)


@pytest.fixture(scope="module")
def again(settings, made):  # noqa: ARG001 - the second of two
    return published(settings, NOON + timedelta(days=1))


@pytest.fixture
def rows(made):
    """The rows of an open data file."""

    def read(name):
        with (made.path / "open_data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture
def query(made):
    """Asks a DuckDB file of the release, opened read only and by nothing but DuckDB."""

    def asked(sql, file="core_dataset.duckdb"):
        with duckdb.connect(str(made.path / file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return asked


@pytest.mark.parametrize("name", ["core_outcome", "core_index", "core_comparison"])
def test_open_data_keep_the_rules_of_dfe(made, name):
    assert open_data_rules.broken(made.path / "open_data" / f"{name}.csv") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Reporting year", "Financial year"),
        ("2025,Reporting year", "202526,Reporting year"),
        (",Local authority,", ",Local authority group,"),
        ("E92000001,England", ",England"),
        ("E12000007,Area E12000007", ",Area E12000007"),
        (",12.3,", ",,"),
        (",12.3,", ',"12,300",'),
        (",12.3,", ",-,"),
        (",12.3,", ",1e-05,"),
        (",published,", ",,"),
        ("time_period,", "Time period,"),
        (",Regional,", ", Regional,"),
        (",314 / 318,", ",314/318,"),
    ],
)
def test_a_file_that_breaks_a_rule_of_dfe_is_found(made, tmp_path, old, new):
    for name in ("core_outcome.csv", "core_outcome.meta.csv"):
        text = (made.path / "open_data" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(old, new) if name == "core_outcome.csv" else text)
        assert name.endswith("meta.csv") or old in text
    assert open_data_rules.broken(tmp_path / "core_outcome.csv")


@pytest.mark.parametrize(
    ("old", "new"),
    [("Indicator", "Number"), (",1,", ",,"), ("published\n", "other\n"), ("lower_95,", "limit,")],
)
def test_metadata_that_break_a_rule_of_dfe_are_found(made, tmp_path, old, new):
    for name in ("core_outcome.csv", "core_outcome.meta.csv"):
        text = (made.path / "open_data" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(old, new) if name.endswith("meta.csv") else text)
        assert old in text or not name.endswith("meta.csv")
    assert open_data_rules.broken(tmp_path / "core_outcome.csv")


def test_each_symbol_becomes_the_one_dfe_has_for_it(rows):
    found = {int(row["time_period"]): row for row in rows("core_outcome") if row["measure_id"] == "M10"}
    for n, symbol in enumerate(SYMBOLS.values()):
        row = found[2010 + n]
        assert {row[name] for name in ("numerator", "denominator", "value", "lower_95", "upper_998")} == {
            symbol
        }


def test_a_figure_is_rounded_as_its_measure_is_and_says_so_where_a_part_of_it_is_not_known(rows):
    found = {(row["measure_id"], row["old_la_code"], row["time_period"]): row for row in rows("core_outcome")}
    whole = found["M02", "302", "2025"]
    assert [whole[name] for name in ("numerator", "denominator", "value")] == ["1234", "10000", "12.3"]
    assert [whole[name] for name in ("lower_95", "upper_95", "lower_998")] == ["11.7", "13.0", "z"]
    assert found["M02", "302", "2024"]["value"] == "0.0"
    assert found["M02", "302", "2024"]["numerator"] == "x"
    assert found["M06", "302", "2025"]["numerator"] == "1234567"
    assert [found["M03", "302", "2025"][name] for name in ("numerator", "denominator")] == ["12.5", "83.4"]


def test_open_data_hold_the_core_measures_at_the_levels_dfe_knows(rows):
    found = rows("core_outcome")
    assert {row["measure_id"] for row in found} == {"M02", "M03", "M06", "M10"}
    assert [row["geographic_level"] for row in found[:2]] == ["Local authority", "National"]
    assert not [row for row in found if "group" in row["old_la_code"]]
    [barnet] = [row for row in found if row["measure_id"] == "M06"]
    assert (barnet["region_code"], barnet["region_name"]) == ("E12000007", "London")
    [fictional] = [row for row in found if row["old_la_code"] == "991"]
    assert (fictional["region_code"], fictional["new_la_code"]) == ("FIC", "x")


def test_the_package_describes_each_file_as_it_is(made):
    package = json.loads((made.path / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "tabular-data-package"
    assert package["licenses"][0]["name"] == "OGL-UK-3.0"
    held = {path.relative_to(made.path).as_posix() for path in (made.path / "open_data").iterdir()}
    assert {resource["path"] for resource in package["resources"]} == held
    for resource in package["resources"]:
        content = (made.path / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        fields = resource["schema"]["fields"]
        lines = list(csv.reader(content.decode().splitlines()))
        assert [field["name"] for field in fields] == lines[0]
        missing = set(resource["schema"]["missingValues"])
        for place, field in enumerate(fields):
            cells = {line[place] for line in lines[1:]} - missing
            assert field["type"] != "number" or all(float(cell) is not None for cell in cells)
            assert field["type"] != "year" or all(re.fullmatch(r"\d{4}", cell) for cell in cells)


def test_the_workbook_has_a_title_headings_and_a_table_on_each_sheet(made):
    book = fastexcel.read_excel(made.path / "core_dataset.xlsx")
    assert book.sheet_names == ["Notes", "Measures", "Figures", "Index", "Comparisons"]
    notes = book.load_sheet("Notes", header_row=1).to_polars()
    told = dict(notes.iter_rows())
    assert told["release"] == made.release_id
    assert told["licence"].startswith("Open Government Licence v3.0")
    figures = book.load_sheet("Figures", header_row=1).to_polars()
    core = [row for row in FIGURES if row["measure_id"] != "referrals_n"]
    assert figures.height == len(core)
    assert sorted(figures["value"].drop_nulls()) == sorted(r["value"] for r in core if r["value"] is not None)
    assert book.load_sheet("Index", header_row=1).height == 1  # the main base, as a rate


def test_no_cell_of_the_workbook_is_a_formula_a_link_or_merged(made):
    with zipfile.ZipFile(made.path / "core_dataset.xlsx") as book:
        sheets = {name: book.read(name).decode() for name in book.namelist() if "sheets/sheet" in name}
        text = "".join(sheets.values())
        assert not [name for name in book.namelist() if "external" in name.lower() or name.endswith(".bin")]
    assert "'=cmd|" in text and ">=cmd|" not in text
    assert not re.search(r"<f[ >]|<mergeCell|<hyperlink", text)
    for sheet in sheets.values():
        assert 'state="frozen"' in sheet and "<autoFilter" in sheet


def test_what_a_sender_could_write_is_text_in_every_sheet(made, tmp_path):
    spoilt = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"]
    figures = [figure("M02", "302", 1.0, area_name=text, period=2010 + n) for n, text in enumerate(spoilt)]
    build(tmp_path / "warehouse.duckdb", figures)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        table = connection.execute("from outcomes.core_outcome").to_arrow_table()
    release = replace(made, path=tmp_path)
    (tmp_path / "core_dataset.duckdb").write_bytes((made.path / "core_dataset.duckdb").read_bytes())
    with writing.reading(release, {"core_outcome": table}) as connection:
        workbook.write(connection, release, {"core_outcome": table})
    sheet = fastexcel.read_excel(tmp_path / "core_dataset.xlsx").load_sheet("Figures", header_row=1)
    names = sheet.to_polars()["area name"].to_list()
    assert len(names) == len(spoilt) and all(name.startswith("'") for name in names)


def test_the_public_database_holds_outcomes_and_facts_and_no_record(query):
    file = "core_dataset_public.duckdb"
    tables = query("select distinct schema_name from duckdb_tables()", file)
    assert sorted(schema for (schema,) in tables) == ["meta", "outcomes"]
    figures = (
        "select measure_id, lane, area_code, period, numerator, denominator, value, status"
        " from outcomes.core_outcome"
    )
    assert sorted(map(str, query(figures, file))) == sorted(map(str, query(figures)))
    told = query("select comment from duckdb_columns() where table_name = 'core_index'", file)
    *as_described, added = [comment for (comment,) in told]
    assert as_described == [c["description"] for c in columns("outcomes", "core_index").values()]
    assert added.startswith("withheld or rounded")
    listed = query('select distinct table_name from meta."column"', file)
    assert {name for (name,) in listed} == {
        name for (name,) in query("select table_name from duckdb_tables()", file)
    }


def test_the_manifest_says_for_whom_each_file_is_and_no_public_one_holds_a_record(made):
    files = json.loads((made.path / "manifest.json").read_text(encoding="utf-8"))["files"]
    public = {name for name, file in files.items() if file["for"] == "public"}
    assert {name.partition("/")[0] for name in public} == {
        "open_data",
        "core_dataset.xlsx",
        "core_dataset_public.duckdb",
        "datapackage.json",
    }
    assert all(file["for"] == audience(name) for name, file in files.items())
    for name in ("anything else", "core_dataset.xlsx.bak", "open_data", "parquet/open_data/x.parquet"):
        assert audience(name) == "analyst"
    held = {name for name in files if PSEUDONYM in readable(made.path / name)}
    assert held >= {"core_dataset.duckdb", "lineage.jsonl", "parquet/quality/submission.parquet"}
    assert not held & public


def readable(path):
    """All that a file says, whatever packs it."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode("latin-1") for name in book.namelist())
    with duckdb.connect() as connection:
        if path.suffix == ".parquet":
            return str(connection.execute("from read_parquet(?)", [str(path)]).fetchall())
        if path.suffix == ".duckdb":
            connection.execute(f"attach '{path}' as held (read_only)")
            tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            cells = [connection.execute(f'from held."{s}"."{t}"').fetchall() for s, t in tables]
            return str(cells) + path.read_bytes().decode("latin-1")
    return path.read_bytes().decode("latin-1")


@pytest.mark.parametrize("file", ["core_dataset.duckdb", "core_dataset_public.duckdb"])
def test_an_index_can_be_asked_for_to_any_base(query, file):
    sql = "select period, index_value from example.index_to('M02', 2024) where area_code = '302'"
    assert query(sql, file) == [(2024, 100.0), (2025, pytest.approx(12.34 / -0.04 * 100))]
    assert query("select index_value from example.index_to('M02', 1999)", file)[0] == (None,)


@pytest.mark.parametrize("file", ["core_dataset.duckdb", "core_dataset_public.duckdb"])
def test_the_examples_are_commented_and_answer(query, file):
    views = query("select view_name, comment from duckdb_views() where schema_name = 'example'", file)
    assert {name for name, _ in views} == {"latest_figures", "beside_england", "worth_a_question"}
    macros = query(
        "select function_name, comment from duckdb_functions() where schema_name = 'example'", file
    )
    assert {name for name, _ in macros} == {"index_to"}
    assert all(comment for _, comment in [*views, *macros])
    latest = query('select area_code, "M02", "M06" from example.latest_figures', file)
    assert ("302", 12.34, 1234567.0) in latest
    beside = "select difference from example.beside_england where area_code = '302' and measure_id = 'M02'"
    assert (pytest.approx(12.34 - 22.55),) in query(beside, file)
    assert len(query("from example.worth_a_question", file)) == len(COMPARISONS)


def test_a_parquet_file_says_what_it_and_its_columns_are(made):
    schema = pq.read_schema(made.path / "parquet" / "outcomes" / "core_outcome.parquet")
    told = {name: column["description"] for name, column in columns("outcomes", "core_outcome").items()}
    assert {field.name: field.metadata[b"description"].decode() for field in schema} == told
    with duckdb.connect() as connection:
        file = str(made.path / "parquet" / "outcomes" / "core_outcome.parquet")
        found = connection.execute("select key, value from parquet_kv_metadata(?)", [file]).fetchall()
    plain = {key.decode(): value.decode() for key, value in found}
    assert plain["description"] == "Rows of core_outcome."
    assert json.loads(plain["columns"]) == told


def test_releases_of_the_same_inputs_are_the_same_whenever_they_are_made(made, again):
    first, second = (json.loads((one.path / "manifest.json").read_text()) for one in (made, again))
    assert made.release_id != again.release_id
    assert first["content_sha256"] == second["content_sha256"]
    assert first["content_sha256"].keys() == first["tables"].keys() - {"meta.release"}
    same = [name for name in first["files"] if name.startswith(("open_data/", "parquet/"))]
    same.remove("parquet/meta/release.parquet")
    assert [first["files"][name] for name in same] == [second["files"][name] for name in same]
    assert len(same) > 10


def test_another_value_is_another_content(settings, made, tmp_path):
    home = tmp_path / "home"
    changed = [FIGURES[0] | {"value": 22.56}, *FIGURES[1:]]
    build(home / "warehouse.duckdb", changed, [SUBMISSION], INDICES, COMPARISONS)
    for name in ("target/manifest.json", "suites/core_outcome.json"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes((settings.home / name).read_bytes())
    other = published(Settings(home=home, site=False), NOON)
    one, two = (json.loads((r.path / "manifest.json").read_text())["content_sha256"] for r in (made, other))
    assert {name for name in one if one[name] != two[name]} == {"outcomes.core_outcome"}


ROWS = [
    (1, 2.5, True, "ab", date(2025, 3, 31), datetime(2025, 3, 31, 12)),
    (2, -0.5, False, "", date(2024, 3, 31), datetime(2024, 3, 31)),
    (None, None, None, None, None, None),
]


def content(rows, within=None):
    """The hash of a table of these rows, read ``within`` so many at a time."""
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as {database.CATALOG}")
        connection.execute(f"create schema {database.CATALOG}.core")
        told = "a integer, b double, c boolean, d varchar, e date, f timestamp"
        connection.execute(f"create table {database.CATALOG}.core.toy ({told})")
        connection.executemany(f"insert into {database.CATALOG}.core.toy values (?, ?, ?, ?, ?, ?)", rows)
        return database.content_sha256(connection, ("core", "toy"), *([within] if within else []))


@pytest.mark.parametrize("column", range(6))
@pytest.mark.parametrize(("row", "other"), [(0, 1), (0, 2), (1, 2)])
def test_the_hash_of_content_tells_any_two_values_and_no_value_apart(column, row, other):
    changed = [list(each) for each in ROWS]
    changed[row][column] = ROWS[other][column]
    assert content(changed) != content(ROWS)


def test_the_hash_of_content_tells_where_a_text_ends_and_which_row_comes_first():
    texts = [(1, 1.0, True, text, None, None) for text in ("ab", "c")]
    moved = [(1, 1.0, True, text, None, None) for text in ("a", "bc")]
    assert content(texts) != content(moved)
    assert content(ROWS) != content(ROWS[::-1])


def test_the_hash_of_content_hangs_not_on_how_many_rows_are_read_at_a_time():
    many = [(n, n / 7, n % 2 == 0, f"text {n}" if n % 3 else None, None, None) for n in range(5_000)]
    assert content(many, 2_048) == content(many)


def test_the_workbook_of_a_release_is_the_same_to_the_byte(made, tmp_path):
    with duckdb.connect(str(made.path / "core_dataset.duckdb"), read_only=True) as connection:
        table = connection.execute("from outcomes.core_outcome").to_arrow_table()
    books = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "core_dataset.duckdb").write_bytes((made.path / "core_dataset.duckdb").read_bytes())
        release = replace(made, path=folder)
        with writing.reading(release, {"core_outcome": table}) as connection:
            workbook.write(connection, release, {"core_outcome": table})
        books.append((folder / "core_dataset.xlsx").read_bytes())
    assert books[0] == books[1]


#: What OpenLineage 2-0-2 asks of a run event, its datasets and their facets.
FACET = {"type": "object", "required": ["_producer", "_schemaURL"]}
DATASET = {
    "type": "object",
    "required": ["namespace", "name"],
    "properties": {
        "namespace": {"type": "string", "minLength": 1},
        "name": {"type": "string", "minLength": 1},
        "facets": {
            "additionalProperties": FACET,
            "properties": {
                "schema": {
                    "required": ["fields"],
                    "properties": {
                        "fields": {
                            "items": {"required": ["name"], "properties": {"name": {"type": "string"}}}
                        }
                    },
                },
                "version": {"required": ["datasetVersion"]},
            },
        },
        "outputFacets": {"additionalProperties": FACET},
    },
}
RUN_EVENT = {
    "type": "object",
    "required": ["eventTime", "producer", "schemaURL", "run", "job"],
    "properties": {
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "eventTime": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
        "producer": {"pattern": r"^[a-z][a-z0-9+.-]*:\S+$"},
        "schemaURL": {
            "pattern": r"^https://openlineage\.io/spec/\d-\d-\d/OpenLineage\.json#/\$defs/RunEvent$"
        },
        "run": {
            "required": ["runId"],
            "properties": {"runId": {"pattern": r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}},
        },
        "job": {"required": ["namespace", "name"]},
        "inputs": {"type": "array", "items": DATASET},
        "outputs": {"type": "array", "items": DATASET},
    },
}


def test_the_lineage_is_as_openlineage_asks(made):
    lines = (made.path / "lineage.jsonl").read_text(encoding="utf-8").splitlines()
    start, complete = (json.loads(line) for line in lines)
    for event in (start, complete):
        jsonschema.validate(event, RUN_EVENT)
    assert [start["eventType"], complete["eventType"]] == ["START", "COMPLETE"]
    assert start["run"] == complete["run"]
    [given] = start["inputs"]
    assert given["name"] == f"cin/302/2025-03-31/{PSEUDONYM}"
    written = {output["name"]: output for output in complete["outputs"]}
    assert written.keys() == made.tables.keys()
    outcome = written["outcomes.core_outcome"]
    assert outcome["outputFacets"]["outputStatistics"]["rowCount"] == len(FIGURES)
    fields = {field["name"]: field["description"] for field in outcome["facets"]["schema"]["fields"]}
    assert fields == {n: c["description"] for n, c in columns("outcomes", "core_outcome").items()}


def test_the_manifest_says_which_profile_the_public_files_follow_and_how_much_it_withholds(made):
    told = json.loads((made.path / "manifest.json").read_text(encoding="utf-8"))["disclosure"]
    assert told == {"profile": "dfe_cin", "counts": 2, "small": 0, "for_their_sake": 0}
