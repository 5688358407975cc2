"""Checking what has not been checked: each state in a worker of its own, read from Parquet."""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa

from dagster_project import lock, rules
from dagster_project.intake import Scope, Submission, seal_of, submissions
from dagster_project.intake.examining import missing_columns
from dagster_project.intake.identifiers import found_at_intake
from dagster_project.intake.whole_files import written_together
from dagster_project.rule_checks import store
from dagster_project.rule_checks.states import InUse, State, states
from dagster_project.rules import PREVIOUS, Asked, Place, Result
from dagster_project.sealing import OPEN, Seal
from dagster_project.settings import Settings

#: Workers take two seconds to start: for fewer checks than this a pool does not pay.
POOL_FROM = 6


def check_all(settings: Settings, anew: Scope | None = None) -> list[str]:
    """Checks every state that has not been checked by the present rules; a line for each that could not be.

    Those in ``anew`` are checked again.

    Raises:
        lock.Busy: another process is at it.
        SealingError: the storage key is missing, or what is held is sealed in another way.
    """
    known = submissions(settings.raw)
    seal = seal_of(settings, known)
    waiting = [
        each
        for each in states(known)
        if not store.is_checked(settings, each) or (anew and anew.holds(each.la_code, each.collection_year))
    ]
    if not waiting:
        return []
    with lock.held(settings.home, ".rules.lock"):
        store.sweep(settings)
        workers = min(settings.workers, len(waiting))
        if workers < 2 or len(waiting) < POOL_FROM:
            lines = [check(settings, state, seal) for state in waiting]
        else:
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                lines = list(pool.map(check, repeat(settings), waiting, repeat(seal)))
    return [line for line in lines if line]


def failing(settings: Settings) -> Counter[tuple[str, str]]:
    """Places at which rules fail in what is in use now, by return and table."""
    counted: Counter[tuple[str, str]] = Counter()
    known = submissions(settings.raw)
    seal = seal_of(settings, known)
    for each in states(known):
        file = store.files(settings, each)["failure"]
        if not each.superseded_at and file.is_file():
            for table in seal.read(file)["table_name"].to_pylist():
                counted[each.return_id, table] += 1
    return counted


def check(settings: Settings, state: State, seal: Seal = OPEN) -> str | None:
    """Checks one state and keeps what was found; a line where it cannot, and then nothing is kept."""
    try:
        _check(settings, state, seal)
    except (OSError, pa.ArrowException, KeyError) as fault:
        whose = f"{state.return_id} {state.period_end} of {state.la_code}"
        said = f"a file under raw/ is damaged ({type(fault).__name__})"
        return f"the rules could not be held against {whose}: {said}"
    return None


def _check(settings: Settings, state: State, seal: Seal) -> None:
    missing = set(_missing_columns(settings.raw, state.own, seal))
    missing |= {PREVIOUS + each for each in _missing_columns(settings.raw, state.previous or (), seal)}
    for each in filter(None, state.beside):
        missing |= {f"{each[0].return_id}_{one}" for one in _missing_columns(settings.raw, each, seal)}
    asked = Asked(
        state.return_id,
        state.la_code,
        state.collection_year,
        _tables(settings.raw, state.own, seal),
        frozenset(missing),
        # a CSV file holds one table, an XML file every one
        any(len(each.tables) > 1 for each in state.own),
        _tables(settings.raw, state.previous, seal) if state.previous else None,
        beside={each[0].return_id: _tables(settings.raw, each, seal) for each in state.beside if each},
        period_end=date.fromisoformat(state.period_end),
        is_pseudonymous=True,
    )
    looked_into = found_at_intake(settings.raw, state.own, seal)
    results = [looked_into.get(each.rule.code, each) for each in rules.check(asked)]
    place = store.folder(settings, state)
    place.mkdir(parents=True, exist_ok=True)
    named = store.files(settings, state)
    with written_together(place) as write:  # the results last: they say that it has been checked
        write(named["failure"].name, _parquet(_failure_rows(state, results), store.FAILURE, seal))
    with written_together(place) as write:
        write(named["result"].name, _parquet(_result_rows(state, results), store.RESULT, seal))


def _tables(raw: Path, in_use: InUse, seal: Seal) -> dict[str, pa.Table]:
    return {name: _table(raw, each, name, seal) for each in in_use for name in each.tables}


def _table(raw: Path, submission: Submission, name: str, seal: Seal) -> pa.Table:
    return seal.read(submission.folder(raw) / f"{name}.parquet")


def _missing_columns(raw: Path, in_use: InUse, seal: Seal) -> frozenset[str]:
    """As ``table.field``, the columns that a table should have and has not."""
    return frozenset(
        column
        for each in in_use
        for column in missing_columns(_table(raw, each, "violation", seal))
        if column.split(".")[0] in each.tables
    )


def _whose(state: State) -> dict[str, str | int]:
    return {
        "check_id": state.check_id,
        "return_id": state.return_id,
        "la_code": state.la_code,
        "collection_year": state.collection_year,
        "period_end": state.period_end,
    }


def _result_rows(state: State, results: list[Result]) -> list[dict]:
    return [
        {
            **_whose(state),
            "rule_code": each.rule.code,
            "state": each.state,
            "reason": each.reason,
            "n_failures": len(each.places),
        }
        for each in results
    ]


def _failure_rows(state: State, results: list[Result]) -> list[dict]:
    met: Counter[tuple[str, str, str | None]] = Counter()
    return [{**_whose(state), **_place_row(each, place, met)} for each in results for place in each.places]


def _place_row(result: Result, place: Place, met: Counter) -> dict:
    whose = (result.rule.code, place.table, place.child)
    met[whose] += 1
    return {
        "rule_code": result.rule.code,
        "table_name": place.table,
        "row_number": place.row,
        "line": place.line,
        "person_id": place.child,
        "occurrence": met[whose],
    }


def _parquet(rows: list[dict], schema: pa.Schema, seal: Seal) -> bytes:
    return seal.bytes_of(pa.Table.from_pylist(rows, schema))
