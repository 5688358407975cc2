"""Files made to harm: each is refused in one line, quickly, in little memory, and harms no other file."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dagster_project import intake, returns
from dagster_project.settings import ROOT
from tests.conftest import ncd
from tests.faults.files import Member, forged, header, names, noughts, remade, workbook, zipped

MOST_SECONDS = 2
MOST_MEGABYTES = 200

HEAD = (
    "<Message><Header><CollectionDetails><Collection>CIN</Collection><ReferenceDate>2025-03-31</ReferenceDate>"
    "</CollectionDetails><Source><LEA>996</LEA></Source></Header><Children>"
)
TAIL = "</Children></Message>"
GOOD = f"{HEAD}<Child><ChildIdentifiers><LAchildID>A1</LAchildID></ChildIdentifiers></Child>{TAIL}"
LONG = "x" * 30_000_000
SECRET = header("QX0001Z", UPN="QX0002Z").encode()
BOOK = workbook({"List 1": [names("annex_a", "list_1"), ["QX0003Z"]]})
SHEET = "xl/worksheets/sheet1.xml"
CORNER = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row><c r="%b"><v>1</v></c><c r="%b"><v>1</v></c></row></sheetData></worksheet>'
)


def bomb() -> str:
    letters = "abcdefghij"
    entities = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip(letters, letters[1:], strict=False)
    )
    return f'<!DOCTYPE m [<!ENTITY a "{"lol" * 10}">{entities}]>{HEAD}<Child>&j;</Child>{TAIL}'


HOSTILE = {
    "an entity bomb": bomb,
    "an entity from outside": lambda: (
        f'<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}<Child>&a;</Child>{TAIL}'
    ),
    "a DOCTYPE from outside": lambda: f'<!DOCTYPE m SYSTEM "http://127.0.0.1:9/x.dtd">{HEAD}{TAIL}',
    "elements nested without end": lambda: HEAD + "<a>" * 5_000_000,
    "known elements nested without end": lambda: "<Message>" * 3_000_000,
    "a value without end": lambda: f"{HEAD}<Child><ChildIdentifiers><LAchildID>{LONG}",
    "text without end": lambda: HEAD + LONG,
    "CDATA without end": lambda: f"{HEAD}<Child><ChildIdentifiers><UPN><![CDATA[{LONG}",
    "an attribute without end": lambda: f'{HEAD}<Child a="{LONG}"/>{TAIL}',
    "a comment without end": lambda: f"{HEAD}<!--{LONG}-->{TAIL}",
    "a comment without end in UTF-16": lambda: f"{HEAD}<!--{LONG}-->{TAIL}".encode("utf-16"),
    "a name without end": lambda: f"{HEAD}<{LONG}/>{TAIL}",
    "nothing but noughts": lambda: b"\x00" * 30_000_000,
    "noise": lambda: bytes(range(256)) * 100_000,
    "a zip archive": lambda: b"PK\x03\x04" + b"\x00" * 1_000_000,
    "a zip bomb": lambda: forged([Member("a.csv", packed=noughts(2048), says_size=2 * 1024**3)]),
    "a zip of many small bombs": lambda: forged(
        [Member(f"{n}.csv", packed=noughts(15), says_size=15 * 1024**2) for n in range(200)]
    ),
    "a zip bomb that lies about its size": lambda: forged(
        [Member("a.csv", packed=noughts(2048), says_size=100)]
    ),
    "a zip whose members lie in the same bytes": lambda: forged(
        [Member("a.csv", LONG[:10_000].encode()), *(Member("b.csv", LONG[:10_000].encode(), at=0),) * 999]
    ),
    "a zip of too many files": lambda: forged(Member(str(number)) for number in range(60_000)),
    "a zip with a name that climbs": lambda: forged([Member("../../etc/a.csv", SECRET)]),
    "a zip with an absolute name": lambda: forged([Member("/etc/a.csv", SECRET)]),
    "a zip with the name of a drive": lambda: forged([Member("C:\\a.csv", SECRET)]),
    "a zip with a name that climbs backwards": lambda: forged([Member("..\\..\\a.csv", SECRET)]),
    "a zip with a link": lambda: forged([Member("a.csv", b"/etc/passwd", mode=0o120777)]),
    "a zip with a nameless file": lambda: forged([Member("", SECRET)]),
    "a zip behind a password": lambda: forged([Member("a.csv", SECRET, flags=1)]),
    "a zip cut short": lambda: zipped({"a.csv": SECRET * 50})[:-40],
    "a zip with damaged bytes": lambda: forged([Member("a.csv", packed=b"\xff" * 99, says_size=999)]),
    "a zip in a zip": lambda: zipped({"b.zip": zipped({"a.csv": SECRET})}),
    "half a workbook": lambda: remade(BOOK, **{"xl/workbook.xml": None}),
    "a workbook without its sheet": lambda: remade(BOOK, **{SHEET: None}),
    "a workbook with a bomb for a sheet": lambda: forged(
        [Member("xl/workbook.xml", b"<a/>"), Member(SHEET, packed=noughts(2048), says_size=2 * 1024**3)]
    ),
    "a workbook with a bomb that lies about its size": lambda: forged(
        [Member("xl/workbook.xml", b"<a/>"), Member(SHEET, packed=noughts(2048), says_size=4)]
    ),
    "a workbook with macros": lambda: remade(BOOK, **{"xl/vbaProject.bin": SECRET}),
    "a workbook with macros elsewhere": lambda: remade(BOOK, **{"xl/Macros/VBAPROJECT.BIN": SECRET}),
    "a workbook with a DOCTYPE": lambda: remade(
        BOOK, **{SHEET: b"<!DOCTYPE w SYSTEM 'file:///etc/passwd'><w/>"}
    ),
    "a workbook with an entity": lambda: remade(
        BOOK, **{"xl/sharedStrings.xml": b"<!DOCTYPE w [<!ENTITY a 'aaaa'>]><w>&a;</w>"}
    ),
    "a workbook with a cell at the far corner": lambda: remade(
        BOOK, **{SHEET: CORNER % (b"A1", b"XFD1048576")}
    ),
    "a workbook with a cell beyond any corner": lambda: remade(
        BOOK, **{SHEET: CORNER % (b"A1", b"ZZZZZZ99999999")}
    ),
    "a workbook with a tag without end": lambda: remade(BOOK, **{SHEET: b"<worksheet a='" + LONG.encode()}),
    "a workbook behind a password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + SECRET,
    "a line without end": lambda: SECRET + LONG.encode(),
    "a cell without end": lambda: header().encode() + b'"' + b"x\n" * 15_000_000,
    "a row without end": lambda: header().encode() + b"," * 100_000,
    "headings without end": lambda: ",".join(f"a{number}" for number in range(100_000)),
    "rows of no width without headings": lambda: "a\n" * 10_000,
    "CSV with noughts": lambda: SECRET.replace(b"WBRI", b"WB\0RI"),
}

# A fork for each file named on standard input: the libraries are loaded once, and each peak is its own.
MEASURE = """
import json, os, sys, time
from pathlib import Path
from dagster_project import returns

for name in sys.stdin:
    if child := os.fork():
        os.waitpid(child, 0)
        continue
    begun, said = time.process_time(), ""
    try:
        for source in returns.contents(returns.Source(Path(name.strip()))):
            returns.read(source)
    except returns.UnreadableFile as refused:
        said = str(refused)
    seconds = time.process_time() - begun
    # not getrusage: its peak is handed on from the process that started this one
    status = Path("/proc/self/status")  # elsewhere than on Linux the peak is not looked at
    lines = status.read_text().splitlines() if status.exists() else ["VmHWM: 0"]
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    print(json.dumps([said, seconds, int(peak) / 1024]), flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Gives what reading a file says, and the seconds and megabytes that takes."""
    log = tmp_path_factory.mktemp("measured") / "stderr"
    command = [sys.executable, "-c", MEASURE]
    with (
        log.open("w") as stderr,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True
        ) as reader,
    ):

        def measure(file: Path) -> tuple[str, float, float]:
            print(file, file=reader.stdin, flush=True)
            return tuple(json.loads(reader.stdout.readline()))

        yield measure
        reader.stdin.close()
    assert log.read_text() == ""


def write(file: Path, name: str) -> Path:
    content = HOSTILE[name]()
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_line_in_little_time_and_memory(tmp_path, measured, name):
    said, seconds, megabytes = measured(write(tmp_path / "hostile.xml", name))
    assert re.match(r"hostile\.xml(/[\w.]+)*: ", said) and "; " in said
    assert len(said.splitlines()) == 1 and len(said) < 200
    assert seconds < MOST_SECONDS
    assert megabytes < MOST_MEGABYTES


def test_hostile_files_stop_no_other_file_and_leave_nothing_but_the_record_of_their_refusal(tmp_path):
    home, raw = tmp_path / "home", tmp_path / "home" / "raw"
    for number, name in enumerate(HOSTILE):
        folder = home / "incoming" / f"991 2025-01 {number:02d}"
        folder.mkdir(parents=True)
        write(folder / "hostile", name)
    (home / "incoming" / "good.xml").write_text(GOOD)
    ran = ncd("intake", str(home / "incoming"), home=home)

    assert ran.returncode == 2
    assert ran.stdout.startswith("good.xml: cin 2024-25 of 996 ") and ran.stdout.count("\n") == 1
    said = ran.stderr.splitlines()
    assert len(said) == len(HOSTILE)
    assert all(re.match(r"([\w -]+/)?hostile(/[\w.]+)*: ", line) and "; " in line for line in said)
    assert "please report" not in ran.stderr  # each was foreseen

    [good] = intake.submissions(raw)
    assert len(intake.refusals(raw)) == len(HOSTILE)
    kept = [path for path in raw.rglob("*") if path.is_file() and path.parent != good.folder(raw)]
    assert {path.parent.name for path in kept} == {"refused"}
    assert not [path for path in kept if b"QX" in path.read_bytes()]
    assert {path.name for path in home.iterdir()} <= {"incoming", "raw", "keys", "logs", ".intake.lock"}


def test_a_line_of_a_gigabyte_is_not_read_to_its_end(tmp_path, measured):
    file = tmp_path / "hostile.xml"
    with file.open("wb") as out:
        out.write(b"CHILD,SEX,DOB")
        out.seek(1024**3)
        out.write(b"\n")
    said, seconds, megabytes = measured(file)
    file.unlink()
    assert said.startswith("hostile.xml: line 1 is longer than ")
    assert seconds < MOST_SECONDS and megabytes < MOST_MEGABYTES


def test_formulas_commands_and_links_to_elsewhere_land_as_the_text_they_are(tmp_path):
    commands = ["=cmd|'/c calc'!A1", "+1+1", "@SUM(A1)", "-2+3"]
    rows = [names("annex_a", "list_6"), *([each, None, each] for each in commands)]
    book = remade(workbook({"List 6": rows}), **{"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    file = tmp_path / "991 2025-01.xlsx"
    file.write_bytes(book)
    table = intake.examine(file, intake.Told("991", month=date(2025, 1, 31))).tables["list_6"]
    assert table["Child Unique ID"].to_pylist() == commands
    assert table["Ethnicity"].to_pylist() == commands


def test_many_short_rows_are_no_harm(tmp_path):
    file = tmp_path / "header.csv"
    with file.open("w") as out:
        out.write(header())
        out.writelines(f"A{number},F,17/06/2012\r\n" for number in range(200_000))
    reading = returns.read(file, intake.Told("991", 2025))
    assert reading.tables["header"].num_rows == 200_000
