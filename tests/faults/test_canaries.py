"""What was typed into a child's record is found in ``incoming/`` and, as text, in ``raw/``: nowhere else.

Every value of every return is a marker of its own. The whole road is run by the real command, failures
included, and then every byte and every cell it wrote is searched.
"""

import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project import rule_checks, service
from dagster_project.dictionary import fields, tables
from dagster_project.settings import ROOT, Settings
from tests.conftest import ncd
from tests.faults.files import Member, csv_text, forged, names, remade, workbook, write, zipped
from tests.unit.conftest import elements

POSTCODE, OUTWARD, INWARD = "QX91 7ZQ", "QX91", "7ZQ"
MARK = "QX"  # followed by a number: no word, code or hash holds it by chance in the form searched for
FOUND = re.compile(rb"QX\d{4}Z|QX91 ?7ZQ")  # long enough not to stand in a compressed file by chance


class Markers:
    """A new marker each time: QX0001Z, QX0002Z ..."""

    def __init__(self, count: int = 0):
        self.count = count

    def __call__(self) -> str:
        self.count += 1
        return f"{MARK}{self.count:04d}Z"


def census(reference_date: str) -> str:
    """A census in which every value below Header is a marker, but for dates that events need."""
    mark = Markers()

    def child(dates: bool) -> dict:
        day = (lambda: "2024-06-03") if dates else mark
        return {
            "ChildIdentifiers": {
                "LAchildID": mark(),
                "UPN": mark(),
                "FormerUPN": mark(),
                "UPNunknown": mark(),
                "PersonBirthDate": "2015-06-17" if dates else mark(),
                "Sex": mark(),
                "Nickname": mark(),
            },
            "ChildCharacteristics": {"Ethnicity": mark(), "Disabilities": {"Disability": [mark(), mark()]}},
            "CINdetails": {
                "CINreferralDate": day(),
                "ReferralSource": mark(),
                "PrimaryNeedCode": mark(),
                "CINclosureDate": mark(),
                "ReasonForClosure": mark(),
                "DateOfInitialCPC": mark(),
                "Assessments": {
                    "AssessmentActualStartDate": day(),
                    "FactorsIdentifiedAtAssessment": {"AssessmentFactors": [mark(), mark()]},
                },
                "CINPlanDates": {"CINPlanStartDate": mark()},
                "Section47": {"S47ActualStartDate": day(), "ICPCnotRequired": mark()},
                "ReferralNFA": mark(),
                "ChildProtectionPlans": {
                    "CPPstartDate": day(),
                    "InitialCategoryOfAbuse": mark(),
                    "LatestCategoryOfAbuse": mark(),
                    "NumberOfPreviousCPP": mark(),
                    "Reviews": {"CPPreviewDate": [mark(), day()]},
                },
            },
        }

    header = {
        "CollectionDetails": {
            "Collection": "CIN",
            "Year": reference_date[:4],
            "ReferenceDate": reference_date,
        },
        "Source": {"SourceLevel": "L", "LEA": "991"},
    }
    return elements("Message", {"Header": header, "Children": {"Child": [child(True), child(False)]}})


def by_path(return_id: str, mark: Callable[[], str], **fixed: str) -> str:
    """An XML return with a marker in every field that the dictionary gives a place."""
    whole: dict[str, Any] = {}
    for table in tables(return_id):
        for field in fields(return_id, table.name):
            *above, name = field.path.strip("/").split("/")
            if name:
                inside = whole
                for each in above:
                    inside = inside.setdefault(each, {})
                inside.setdefault(
                    name, fixed.get(name, POSTCODE if field.identifier == "postcode" else mark())
                )
    [(root, content)] = whole.items()
    return elements(root, content)


def sheet(return_id: str, table: str, mark: Callable[[], str], **fixed: str) -> list[list[str]]:
    """The headings of a table and two rows of markers."""

    def value(field: Any) -> str:
        return fixed.get(field.name, POSTCODE if field.identifier == "postcode" else mark())

    known = fields(return_id, table)
    return [names(return_id, table, None), *([value(each) for each in known] for _ in range(2))]


ASKED = (
    ("run",),
    ("status",),
    ("status", "--files"),
    ("query", "select cast(child_id as int) from core.core_child"),
    ("query", "select error(child_id) from core.core_child"),
    ("query", "select 'QX' from QX"),
    ("run",),
)
EXTRACT = """
[extract.{table}]
table = "{table}"
[extract.{table}.columns]
{columns}
"""


def returns_of_all_kinds() -> dict[str, str | bytes]:
    """A file of each form of each return that holds what somebody typed, by the path it is dropped at."""
    mark = Markers(2000)
    csvs = {table.name: csv_text(sheet("ssda903", table.name, mark)) for table in tables("ssda903")}
    lists = {table.name: sheet("annex_a", table.name, mark) for table in tables("annex_a")}
    lists[mark()] = [[mark(), mark()]]  # a sheet that is no list, under a name that somebody typed
    dated = {"issued_date": "2024-06-03", "referral_date": "2024-06-03"}
    return {
        **{f"993/2024-25/{name}.csv": text for name, text in csvs.items()},
        "994/2024-25/all.zip": zipped({f"{name}.csv": text for name, text in csvs.items()}),
        "995/2024-25/ssda903.xml": by_path("ssda903", mark),
        "995/2025-01/lists.xlsx": workbook(lists),
        "995/headings/2024-25 header.csv": csvs["header"].replace("MC_DOB", "MC_DOB," + mark(), 1),
        "csww.xml": by_path("csww", mark, Collection="CSWW", ReferenceDate="2022-09-30", LEA="991"),
        **{
            f"996/{table.name}.csv": csv_text(sheet("local", table.name, mark, **dated))
            for table in tables("local")
        },
        "996/2014-15/pf1.csv": csv_text(sheet("pf1", "aggregate", mark)),
        "996/2014-15 form.xlsx": workbook({mark(): sheet("csww_aggregate", "aggregate", mark)}),
    }


def broken_files() -> dict[str, str | bytes]:
    """Files that cannot be read, each in a way of its own, by the path they are dropped at."""
    whole, mark = census("2025-03-31"), Markers(5000)
    header = csv_text(sheet("ssda903", "header", mark))
    episodes = csv_text([names("ssda903", "episodes", None), *[[mark(), "03/06/2019", *["x"] * 11]] * 30])
    book = workbook({mark(): sheet("annex_a", "list_6", mark)})
    part, strings = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    care, workers = by_path("ssda903", mark), by_path("csww", mark, Collection="CSWW", LEA="991")
    return {
        "cut short.xml": whole[: len(whole) // 2],
        "wrong root.xml": whole.replace("Message>", "Post>"),
        "no year.xml": whole.replace("<ReferenceDate>2025-03-31</ReferenceDate>", ""),
        "marker for a year.xml": whole.replace("2025-03-31</Ref", "QX9001Z</Ref"),
        "marker for an authority.xml": whole.replace(">991<", ">QX9002Z<"),
        "doctype.xml": "<!DOCTYPE Message [<!ENTITY who 'QX9003Z'>]>" + whole,
        "mismatched.xml": whole.replace("</CINdetails>", "</QX9004Z>"),
        "control character.xml": whole.replace("QX0001Z", "QX0001Z\x01"),
        "encoding.xml": "<?xml version='1.0' encoding='QX9005Z'?>" + whole,
        "two headers.xml": whole.replace(
            "<Children>", "<Header><Source><LEA>QX9006Z</LEA></Source></Header><Children>"
        ),
        "993 2025 care cut.xml": care[:-40],
        "993 2025 care root.xml": care.replace("EXPSSDA903", "QX9007Z"),
        "993 2025 care nested.xml": care.replace("<HEADER>", "<HEADER>" + "<QX9008Z>" * 200),
        "no year care.xml": care,
        "workers without a day.xml": workers,
        "workers mismatched.xml": workers.replace("</SWENo>", "</QX9009Z>"),
        "993 2025 open quote.csv": header + '"QX9010Z',
        "993 2025 quote.csv": header + '"QX9011Z"QX9012Z\r\n',
        "993 2025 noughts.csv": header + "QX9013Z\0\r\n",
        "993 2025 long line.csv": header + "QX9014Z" * 200_000,
        "993 2025 long cell.csv": header + '"' + "QX9015Z\n" * 20_000,
        "993 2025 wide.csv": header + "QX9016Z," * 3_000,
        "993 2025 bytes.csv": header.encode() + b"QX9017Z\x81\x8d",
        "993 2025 utf-16.csv": header.encode("utf-16-le"),
        "993 2025 utf-16 cut.csv": header.encode("utf-16")[:-1],
        "993 2025 no headings.csv": header.split("\r\n", 1)[1],
        "993 2025 unknown headings.csv": "QX9018Z,QX9019Z,QX9020Z\r\n",
        "993 2025 last year's.csv": episodes,
        "no authority 2025.csv": header + "QX9031Z",
        "993 no year.csv": header,
        "993 2099 too new.csv": header,
        "993 no month.xlsx": book,
        "993 2025-01 macros.xlsx": remade(book, **{"xl/vbaProject.bin": b"QX9021Z"}),
        "993 2025-01 cut.xlsx": book[:-300],
        "993 2025-01 half.xlsx": remade(book, **{part: None}),
        "993 2025-01 entity.xlsx": remade(
            book, **{strings: b"<!DOCTYPE a [<!ENTITY b 'QX9022Z'>]><a>&b;</a>"}
        ),
        "993 2025-01 not XML.xlsx": remade(book, **{part: b"<QX9023Z><QX9024Z"}),
        "993 2025-01 far.xlsx": remade(book, **{part: b'<a><c r="A1">QX9025Z</c><c r="XFD1048576"/></a>'}),
        "993 2025-01 locked.xlsx": b"\xd0\xcf\x11\xe0QX9026Z",
        "993 2025 locked.zip": forged([Member("a.csv", header.encode(), flags=1)]),
        "993 2025 damaged.zip": forged([Member("a.csv", header.encode(), packed=b"QX9027Z" * 9)]),
        "993 2025 nested.zip": zipped({"b.zip": zipped({"a.csv": header})}),
        "prose.txt": "Dear QX9028Z,\r\nI am writing about QX9029Z.",
    }


# What cannot be put into a file: each of MISHAPS in a workspace of its own, with all logging on.
DRIVER = """
import json, logging, os, sys
from pathlib import Path
logging.basicConfig(level=logging.DEBUG)
from dagster_project import contracts, intake, returns
from dagster_project.intake import commit, taking, work
from dagster_project.settings import Settings

folder, fault, mishaps = Path(sys.argv[1]), getattr(__builtins__, sys.argv[2]), json.loads(sys.argv[3])


def fails(*_args, **_more):
    raise fault("QX7001Z", "of QX7002Z")


modules = [(module, dict(vars(module))) for module in (contracts, intake, returns, commit, taking, work)]
for number, (name, mishap) in enumerate(mishaps.items()):
    for module, whole in modules:
        vars(module).update(whole)
    here, file = Settings(folder / f"home {number}", workers=2), folder / f"{number}.xml"
    file.write_bytes((folder / "census.xml").read_bytes())
    ends = []
    try:
        exec(mishap)
        for each in intake.take_in(file, here):
            print(each)
            ends.append(each.state)
        for each in intake.refusals(here.raw):
            print(each)
    except Exception as stopped:  # what the command says of it is the text alone
        print("stopped:", stopped)
        ends.append("stopped")
    print("END", name, ends, flush=True)
"""

MISHAPS = {
    "a reader fails": "returns.read = fails",
    "a contract fails": "contracts.violations = fails",
    "a value cannot be rewritten": "contracts.normalised = fails",
    "a pseudonym cannot be made": "work.pseudonymised = fails",
    "a table cannot be written": "commit.written_together = fails",
    "a manifest cannot be written": "commit.write_json = fails",
    "the key is lost": "intake.take_in(file, here); here.key_file.unlink()",
    "the key is another": "intake.take_in(file, here); here.key_file.write_text('ab' * 32)",
    "the key is damaged": "intake.take_in(file, here); here.key_file.write_text('QX7003Z')",
    "a manifest is damaged": (
        "intake.take_in(file, here); next(here.raw.rglob('manifest.json')).write_text('{\"QX7004Z\": 1}')"
    ),
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> tuple[Path, str]:
    """A workspace in which much went wrong, and all that was said about it; shared by the test processes."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if worker_id != "master" else shared
    home, done, begun = shared / "canaries", shared / "canaries.done", shared / "canaries.begun"
    try:
        begun.mkdir()
    except FileExistsError:
        while not done.exists():
            time.sleep(0.2)
    else:
        try:
            said = much_gone_wrong(home)
        except BaseException:
            said = "the workspace could not be made"
            raise
        finally:
            done.write_text(said)
    return home, done.read_text()


def much_gone_wrong(home: Path) -> str:
    """All that the command says while it takes in the whole and the broken, and is asked the impossible."""
    for name, content in broken_files().items():
        write(home / "incoming" / Path(name).stem / name, content)
    for name, content in returns_of_all_kinds().items():
        write(home / "incoming" / name, content)
    write(home / "incoming" / "whole.xml", census("2025-03-31"))
    write(home / "incoming" / "the year before.xml", census("2024-03-31").replace("2024-06-03", "2023-06-03"))
    declared = [
        EXTRACT.format(
            table=table.name,
            columns="\n".join(f'{field.name} = "{field.name}"' for field in fields("local", table.name)),
        )
        for table in tables("local")
    ]
    write(home / "ncd.toml", "".join(declared))
    ran = [ncd(*arguments, home=home) for arguments in ASKED]
    return "\n".join(f"{each.returncode}\n{each.stdout}{each.stderr}" for each in ran)


def test_what_the_command_prints_holds_no_value(ran):
    _, said = ran
    assert said.startswith("2\n")  # files were refused, the others released
    assert "whole.xml: cin 2024-25 of 991" in said
    refused = [
        name for name in broken_files() if re.search(rf"^({Path(name).stem}/)?{name}.*?: .*; ", said, re.M)
    ]
    assert len(refused) == len(broken_files()) > 40
    assert FOUND.findall(said.encode()) == []


def test_no_file_outside_incoming_and_raw_holds_a_value(ran):
    home, _ = ran
    searched = [
        path
        for path in home.rglob("*")
        if path.is_file()
        and path.relative_to(home).parts[0] not in ("incoming", "raw")
        and path.name != "warehouse.duckdb"  # the build database shows raw; nobody but the build opens it
    ]
    assert {"release"} <= {path.relative_to(home).parts[0] for path in searched}
    assert "data_docs" in {path.parent.name for path in searched}
    assert [path.relative_to(home) for path in searched if FOUND.search(path.read_bytes())] == []


def test_no_cell_of_the_release_holds_a_value_or_the_day_of_birth(ran):
    home, _ = ran
    database = max(home.glob("release/*/core_dataset.duckdb"))
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        assert connection.execute("select count(*) from core.core_referral").fetchone()[0] >= 3
        for schema, table in tables:
            for row in connection.execute(f'from {schema}."{table}"').fetchall():
                text = "|".join(str(cell) for cell in row)
                assert not FOUND.search(text.encode()), f"{schema}.{table}"
                assert INWARD not in text, f"{schema}.{table}"
                assert "2015-06-17" not in text, f"{schema}.{table}"


def test_raw_keeps_what_was_sent_but_no_identifier_and_violations_keep_no_value(ran):
    home, _ = ran
    kept: set[tuple[str, str]] = set()
    for file in home.glob("raw/*/*/*/*/*.parquet"):
        return_id, table = file.parts[-5], file.stem
        hidden = {field.name for field in fields(return_id, table) if field.identifier}
        for column in (read := pq.read_table(file)).column_names:
            text = "|".join(str(value) for value in read[column].to_pylist())
            if table == "violation" or column in hidden:
                assert not FOUND.search(text.encode()), f"{return_id}.{table}.{column}"
            elif FOUND.search(text.encode()):
                kept.add((return_id, table))
    sent = {"cin", "ssda903", "csww", "annex_a", "local", "pf1", "csww_aggregate"}
    assert {return_id for return_id, _ in kept} == sent
    assert {table for return_id, table in kept if return_id == "annex_a"} == {
        table.name for table in tables("annex_a")
    }
    for record in [*home.glob("raw/refused/*.json"), *home.glob("raw/*/*/*/*/manifest.json")]:
        assert not FOUND.search(record.read_bytes())


def test_of_a_postcode_its_outward_part_is_kept(ran):
    home, _ = ran
    for table, column in (("episodes", "HOME_POST"), ("list_8", "Placement postcode")):
        for file in home.glob(f"raw/*/*/*/*/{table}.parquet"):
            kept = {value.split(" ")[0] for value in pq.read_table(file)[column].to_pylist()}
            assert kept == {OUTWARD}


@pytest.mark.parametrize("fault", ["ValueError", "OSError"])
def test_a_mishap_whose_own_words_quote_a_value_is_told_without_it(tmp_path, fault):
    write(tmp_path / "census.xml", census("2025-03-31"))
    command = [sys.executable, "-c", DRIVER, str(tmp_path), fault, json.dumps(MISHAPS)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    said = ran.stdout + ran.stderr
    for name in MISHAPS:
        [end] = re.findall(rf"^END {name} (.*)$", ran.stdout, re.M)
        assert "refused" in end or "stopped" in end, name
    assert not FOUND.findall(said.encode())
    spoilt = {b"QX7003Z", b"QX7004Z"}  # written by the mishap itself
    for path in tmp_path.glob("home*/**/*"):
        if path.is_file() and path.suffix != ".parquet":
            assert not set(FOUND.findall(path.read_bytes())) - spoilt, path


def in_dagster(home, monkeypatch):
    """Runs the job as the service does, its storage in the workspace; what is kept of the failed step."""
    monkeypatch.setenv("NCD_HOME", str(home))
    from dagster_project.definitions import definitions

    kept = service.prepared(Settings(home))
    with dg.DagsterInstance.from_config(kept["DAGSTER_HOME"]) as instance:
        job = definitions().resolve_job_def("run")
        ran = job.execute_in_process(instance=instance, raise_on_error=False)
        assert not ran.success
        return [each.event_specific_data.error.to_string() for each in ran.get_step_failure_events()][:1]


def quoting(*_):
    """Fails as a library may: with what it failed on."""
    raise ValueError("could not convert QX9032Z")


def test_a_broken_parquet_file_and_a_model_that_fails_are_told_without_a_value(tmp_path, monkeypatch):
    home = tmp_path / "home"
    file = write(tmp_path / "census.xml", census("2025-03-31"))
    assert ncd("intake", str(file), home=home).returncode == 0
    [table] = home.glob("raw/cin/*/*/*/cin_details.parquet")
    whole = pq.read_table(table)
    place = whole.schema.get_field_index("row_number")
    text = pa.array([f"QX80{number:02d}Z" for number in range(whole.num_rows)])
    pq.write_table(whole.set_column(place, "row_number", text), table)
    manifest = table.with_name("manifest.json")  # as if it had been taken in so: else it is damaged, no more
    told = json.loads(manifest.read_text())
    told["tables"]["cin_details"]["sha256"] = hashlib.sha256(table.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(told))
    said = [ncd("build", home=home)]
    assert said[0].returncode == 1
    [kept] = in_dagster(home, monkeypatch)
    assert "could not run" in kept
    table.write_bytes(b"QX9030Z" * 100)
    said.append(ncd("build", home=home))
    assert said[1].returncode == 1
    monkeypatch.setattr(rule_checks, "check_all", quoting)
    in_dagster(home, monkeypatch)
    storage = [path for path in (home / "dagster").rglob("*") if path.is_file()]
    assert "runs.db" in {path.name for path in storage}
    assert not [path.name for path in storage if FOUND.search(path.read_bytes())]
    for each in said:
        assert not FOUND.findall((each.stdout + each.stderr).encode())
        assert "Traceback" not in each.stderr
    logs = [path for path in (home / "logs").rglob("*") if path.is_file()]
    assert not [path.name for path in logs if FOUND.search(path.read_bytes())]
