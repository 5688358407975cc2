"""How fast a CIN census is read: ``python -m benchmarks.read_cin [megabytes]``.

Prints megabytes per second of processor time, and ratios to two floors taken in the same minute: expat with
empty handlers, and reading the bytes and counting lines. Ratios travel between machines; seconds do not.
"""

import gc
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from dagster_project import returns

ROUNDS = 5


def child(chance: random.Random, number: int) -> str:
    """One made-up child, pretty-printed as systems do it, most with an assessment."""
    day = f"2024-{chance.randint(4, 12):02d}-{chance.randint(1, 28):02d}"
    assessments = "".join(
        f"""
        <Assessments>
          <AssessmentActualStartDate>{day}</AssessmentActualStartDate>
          <AssessmentInternalReviewDate>{day}</AssessmentInternalReviewDate>
          <AssessmentAuthorisationDate>{day}</AssessmentAuthorisationDate>
          <FactorsIdentifiedAtAssessment>
            <AssessmentFactors>{chance.choice(("1A", "3B", "4B"))}</AssessmentFactors>
            <AssessmentFactors>{chance.choice(("16A", "20", "24A"))}</AssessmentFactors>
          </FactorsIdentifiedAtAssessment>
        </Assessments>"""
        for _ in range(chance.randint(0, 2))
    )
    plan = f"""
        <Section47>
          <S47ActualStartDate>{day}</S47ActualStartDate>
          <InitialCPCtarget>{day}</InitialCPCtarget>
          <DateOfInitialCPC>{day}</DateOfInitialCPC>
          <ICPCnotRequired>false</ICPCnotRequired>
        </Section47>
        <ChildProtectionPlans>
          <CPPstartDate>{day}</CPPstartDate>
          <InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>
          <LatestCategoryOfAbuse>EMO</LatestCategoryOfAbuse>
          <NumberOfPreviousCPP>0</NumberOfPreviousCPP>
          <Reviews>
            <CPPreviewDate>{day}</CPPreviewDate>
            <CPPreviewDate>{day}</CPPreviewDate>
          </Reviews>
        </ChildProtectionPlans>"""
    return f"""
    <Child>
      <ChildIdentifiers>
        <LAchildID>{number:08d}</LAchildID>
        <UPN>A{chance.randint(10**11, 10**12 - 1)}</UPN>
        <PersonBirthDate>20{chance.randint(10, 23)}-01-15</PersonBirthDate>
        <Sex>{chance.choice("MF")}</Sex>
      </ChildIdentifiers>
      <ChildCharacteristics>
        <Ethnicity>WBRI</Ethnicity>
        <Disabilities>
          <Disability>NONE</Disability>
        </Disabilities>
      </ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>{day}</CINreferralDate>
        <ReferralSource>3A</ReferralSource>
        <PrimaryNeedCode>N1</PrimaryNeedCode>
        <ReferralNFA>0</ReferralNFA>{assessments}{plan if chance.random() < 0.3 else ""}
      </CINdetails>
    </Child>"""


def census(file: Path, megabytes: float) -> None:
    """Write a made-up census of about that size for a fictional authority."""
    chance = random.Random(20)
    with file.open("w", encoding="utf-8") as out:
        out.write(
            "<Message>\n  <Header>\n    <CollectionDetails><Collection>CIN</Collection><Year>2025</Year>"
            "<ReferenceDate>2025-03-31</ReferenceDate></CollectionDetails>\n"
            "    <Source><SourceLevel>L</SourceLevel><LEA>991</LEA></Source>\n  </Header>\n  <Children>"
        )
        number = 0
        while out.tell() < megabytes * 1e6:
            number += 1
            out.write(child(chance, number))
        out.write("\n  </Children>\n</Message>\n")


def bare_expat(file: Path) -> None:
    """The floor for any reader in Python: expat calling handlers that do nothing."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda _name, _attributes: None
    parser.EndElementHandler = lambda _name: None
    parser.CharacterDataHandler = lambda _text: None
    with file.open("rb") as source:
        parser.ParseFile(source)


def no_handlers(file: Path) -> None:
    """Expat alone: whether the file is well-formed, and nothing else."""
    with file.open("rb") as source:
        expat.ParserCreate().ParseFile(source)


def count_lines(file: Path) -> None:
    """What ``wc -l`` does."""
    with file.open("rb") as source:
        while piece := source.read(1 << 20):
            piece.count(b"\n")


def speed(work: Callable[[Path], object], file: Path) -> float:
    """Megabytes per second of processor time, the best of several rounds."""
    seconds = []
    for _ in range(ROUNDS):
        gc.collect()
        begun = time.process_time()
        work(file)
        seconds.append(time.process_time() - begun)
    return file.stat().st_size / 1e6 / min(seconds)


def main() -> None:
    """Make a census, read it in each way, print."""
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "census.xml"
        census(file, megabytes)
        floors = {
            "expat, empty handlers": speed(bare_expat, file),
            "expat, no handlers": speed(no_handlers, file),
            "count lines": speed(count_lines, file),
        }
        reader = speed(returns.read, file)
        rows = sum(table.num_rows for table in returns.read(file).tables.values())
        print(f"{file.stat().st_size / 1e6:.0f} MB, {rows:,} rows, best of {ROUNDS}")
        print(f"{'reader':24}{reader:10.1f} MB/s")
        for name, floor in floors.items():
            print(f"{name:24}{floor:10.1f} MB/s   reader is {reader / floor:.3f} of it")


if __name__ == "__main__":
    main()
