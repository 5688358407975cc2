"""A zip is the files in it; one that could do harm, or is damaged anywhere, is refused as a whole."""

import zipfile

import pytest

from dagster_project.returns import Source, UnreadableFile, contents, zips
from dagster_project.returns.zips import MOST_MEMBERS
from tests.faults.files import Member, deflated, forged, header, noughts, workbook, write, zipped

GOOD = header("A1").encode()


def listed(tmp_path, content):
    return [each.member for each in contents(Source(write(tmp_path / "a.zip", content)))]


def refusal(tmp_path, content):
    with pytest.raises(UnreadableFile) as fault:
        contents(Source(write(tmp_path / "a.zip", content)))
    (line,) = str(fault.value).splitlines()
    return line


def test_the_files_in_a_zip_are_given_in_its_order_without_folders_and_hidden_files(tmp_path):
    names = ["302/", "302/b.csv", "302/a.csv", "__MACOSX/._a.csv", ".DS_Store", "~$c.xlsx"]
    assert listed(tmp_path, zipped(dict.fromkeys(names, ""))) == ["302/b.csv", "302/a.csv"]


def test_what_is_no_zip_and_a_workbook_are_themselves(tmp_path):
    for content in (GOOD, workbook({"One": [["a"]]})):
        assert listed(tmp_path, content) == [None]


def test_a_member_is_read_where_it_lies(tmp_path):
    file = write(tmp_path / "a.zip", zipped({"x/a.csv": GOOD}))
    [source] = contents(Source(file))
    assert source.name == "a.zip/x/a.csv"
    with source.open() as stream:
        assert stream.read() == GOOD


@pytest.mark.parametrize(
    "name",
    [
        "../a.csv",
        "x/../../a.csv",
        "/a.csv",
        "C:/a.csv",
        "C:\\a.csv",
        "..\\a.csv",
        "\\\\host\\a.csv",
        "a:b.csv",
    ],
)
def test_a_name_that_leads_outside_is_refused(tmp_path, name):
    line = refusal(tmp_path, forged([Member("good.csv", GOOD), Member(name, GOOD)]))
    assert line.startswith("a.zip: is a zip with a name that leads outside it; unpack it yourself")


@pytest.mark.parametrize("name", ["302\\2024-25\\a.csv", "a..csv", "Søn.csv", "a b.csv"])
def test_a_name_that_only_looks_odd_is_not(tmp_path, name):
    assert listed(tmp_path, forged([Member(name, GOOD)])) == [name]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lambda: forged([Member("a.csv", b"/etc/passwd", mode=0o120777)]), "with a link in it"),
        (lambda: forged([Member("a.csv", GOOD, flags=1)]), "is a zip that is locked by a password"),
        (
            lambda: forged([Member("a.csv", packed=noughts(100), says_size=100 * 1024**2)]),
            "unpacks to far more than it should",
        ),
        (
            lambda: forged([Member(f"{n}.csv", packed=noughts(8), says_size=8 * 1024**2) for n in range(20)]),
            "unpacks to far more than it should",
        ),
        (lambda: forged([Member("a.csv", GOOD, says_size=3 * 1024**3)]), "unpacks to far more than"),
        (lambda: forged([Member("a.csv", packed=noughts(100), says_size=10)]), "is a damaged zip"),
        (lambda: forged([Member("a.csv", GOOD, says_size=len(GOOD) - 1)]), "is a damaged zip"),
        (lambda: forged([Member("a.csv", GOOD, says_size=len(GOOD) + 1)]), "is a damaged zip"),
        (lambda: forged([Member("a.csv", GOOD, says_checksum=1)]), "is a damaged zip"),
        (lambda: forged([Member("a.csv", packed=b"\xff" * 50, says_size=50)]), "is a damaged zip"),
        (
            lambda: forged([Member("a.csv", GOOD), *(Member("a.csv", GOOD, at=0) for _ in range(30))]),
            "is a damaged zip",
        ),
        (lambda: forged([Member("", GOOD)]), "is a zip with a file in it that has no name"),
        (lambda: zipped({"a.csv": GOOD})[:-30], "is a damaged zip"),
        (lambda: zipped({"a.csv": GOOD, "b.csv": GOOD})[60:], "is a damaged zip"),
        (lambda: forged(Member(f"{n}") for n in range(MOST_MEMBERS + 1)), "of more than 5,000 files"),
        (lambda: forged(Member(f"{n:0900}") for n in range(5_000)), "of more than 5,000 files"),
        (lambda: zipped({"folder/": ""}), "is a zip with no file in it"),
        (lambda: zipped({".hidden": "x"}), "is a zip with no file in it"),
    ],
)
def test_what_could_do_harm_or_is_damaged_is_refused_as_a_whole(tmp_path, content, says):
    content = content()
    if content.startswith(b"PK\x03\x04"):
        assert says in refusal(tmp_path, content)
    else:  # so damaged that it does not begin as a zip: then it is read as what else it may be
        assert listed(tmp_path, content) == [None]


def test_the_first_part_of_a_member_under_a_checksum_of_its_own_is_not_taken_for_the_whole(tmp_path):
    lie = Member("a.csv", GOOD[:20], packed=deflated(GOOD))
    assert "is a damaged zip" in refusal(tmp_path, forged([lie]))


def test_a_damaged_member_does_not_leave_half_a_zip_taken_in(tmp_path):
    content = bytearray(zipped({"a.csv": GOOD, "b.csv": GOOD, "c.csv": GOOD}))
    content[content.index(b"b.csv") + 20] ^= 0xFF
    assert "is a damaged zip" in refusal(tmp_path, bytes(content))


def test_half_a_workbook_is_said_to_be_one_and_not_taken_for_a_zip_of_files(tmp_path):
    whole = write(tmp_path / "a.xlsx", workbook({"One": [["a"]]}))
    with zipfile.ZipFile(whole) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "xl/workbook.xml"}
    assert listed(tmp_path, zipped(parts)) == [None]


def test_a_zip_may_be_nearly_as_large_as_is_allowed(tmp_path):
    names = [f"{number}.csv" for number in range(MOST_MEMBERS)]
    file = write(tmp_path / "a.zip", forged(Member(name, GOOD) for name in names))
    assert zips.listed(Source(file), unpacked=True) == names


def test_two_files_of_one_name_are_refused_since_one_would_be_read_for_both(tmp_path):
    line = refusal(tmp_path, forged([Member("a.csv", GOOD), Member("a.csv", header("B2").encode())]))
    assert line.startswith("a.zip: is a zip with two files of one name; unpack it yourself")
