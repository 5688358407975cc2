"""Files made to harm: each is refused in one line, quickly, in little memory, and harms no other file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project import intake
from dagster_project.settings import ROOT, Settings

MOST_SECONDS = 2
MOST_MEGABYTES = 200

HEAD = (
    "<Message><Header><CollectionDetails><Collection>CIN</Collection><ReferenceDate>2025-03-31</ReferenceDate>"
    "</CollectionDetails><Source><LEA>996</LEA></Source></Header><Children>"
)
TAIL = "</Children></Message>"
GOOD = f"{HEAD}<Child><ChildIdentifiers><LAchildID>A1</LAchildID></ChildIdentifiers></Child>{TAIL}"
LONG = "x" * 30_000_000


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
}

MEASURE = """
import json, sys, time
from pathlib import Path
from dagster_project import returns

begun = time.process_time()
try:
    returns.read(Path(sys.argv[1]))
    said = ""
except returns.UnreadableFile as refused:
    said = str(refused)
seconds = time.process_time() - begun
# not getrusage: its peak is handed on from the process that started this one
[peak] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(json.dumps([said, seconds, int(peak) / 1024]))
"""


def write(file: Path, name: str) -> Path:
    content = HOSTILE[name]()
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is kept elsewhere")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_line_in_little_time_and_memory(tmp_path, name):
    file = write(tmp_path / "hostile.xml", name)
    command = [sys.executable, "-c", MEASURE, str(file)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    said, seconds, megabytes = json.loads(run.stdout)
    assert said.startswith("hostile.xml: ") and "; " in said
    assert len(said.splitlines()) == 1 and len(said) < 200
    assert seconds < MOST_SECONDS
    assert megabytes < MOST_MEGABYTES


def test_hostile_files_stop_no_other_file_and_leave_nothing_half_written(tmp_path):
    here = Settings(home=tmp_path / "home", workers=1)
    here.incoming.mkdir(parents=True)
    for number, name in enumerate(HOSTILE):
        write(here.incoming / f"{number:02d}.xml", name)
    (here.incoming / "good.xml").write_text(GOOD)

    outcomes = {each.source.path.name: each.state for each in intake.take_in(here.incoming, here)}
    assert outcomes.pop("good.xml") == "accepted"
    assert set(outcomes.values()) == {"refused"}
    assert [each.la_code for each in intake.submissions(here.raw)] == ["996"]
    assert len(intake.refusals(here.raw)) == len(HOSTILE)
    kept = {path.parent.name for path in here.raw.rglob("*") if path.is_file()}
    assert kept == {"refused", intake.submissions(here.raw)[0].submission_id}
