"""Whether the chain is whole: each record as it was written, none gone, none moved, none cut off its end."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dagster_project.audit.chain import START, Head, file, record_hash
from dagster_project.settings import Settings


@dataclass(frozen=True)
class Broken:
    """The first fault: the line of the log, from 1, and what is wrong with it."""

    line: int
    fault: str


@dataclass(frozen=True)
class Checked:
    """The records up to the first fault, that fault if there is one, and whether a torn line stands last."""

    records: list[dict[str, Any]]
    broken: Broken | None
    is_torn: bool


def checked(settings: Settings, noted: Iterable[tuple[str, Head]] = ()) -> Checked:
    """The log read and checked.

    The hours in it play no part: a clock that was set back breaks nothing.

    Args:
        settings: the workspace.
        noted: what others keep of the chain, each with its name: the head it had when they were made. From
            these it is known that the end of a log was cut off, or all of it written anew.
    """
    text = file(settings).read_bytes() if file(settings).is_file() else b""
    *lines, torn = text.split(b"\n")
    records: list[dict[str, Any]] = []
    broken = None
    for number, line in enumerate(lines, 1):
        record = _record(line)
        if broken := _fault(number, record, records[-1] if records else None):
            break
        assert record is not None
        records.append(record)
    return Checked(records, broken or next(_missed(records, noted), None), bool(torn))


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _fault(line: int, record: dict[str, Any] | None, before: dict[str, Any] | None) -> Broken | None:
    """What is wrong with a record, given the whole one before it."""
    if record is None:
        return Broken(line, "is no record: it was changed, or something else was written there")
    if record.get("hash") != record_hash(record):
        return Broken(line, f"record {record.get('number')} was changed")
    if record["number"] != line:
        what = "one was removed before it" if record["number"] > line else "it stands out of its order"
        return Broken(line, f"record {record['number']} stands where {line} belongs: {what}")
    if record["before"] != (before["hash"] if before else START):
        return Broken(line, f"record {line} does not follow from the one before it: that was replaced")
    return None


def _missed(records: list[dict[str, Any]], noted: Iterable[tuple[str, Head]]) -> Iterator[Broken]:
    """What others noted of the chain and is not in it, the earliest first."""
    for name, head in sorted(noted, key=lambda each: each[1].number):
        if head.number > len(records):
            fault = f"the end was cut off: {name} was made when there were {head.number} records"
            yield Broken(len(records) + 1, fault)
        elif head.number and records[head.number - 1]["hash"] != head.hash:
            yield Broken(head.number, f"record {head.number} is not the one that {name} was made after")
