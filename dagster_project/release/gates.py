"""The gates: is what is about to be released plausible as a whole?

One Great Expectations suite per released table, in ``expectations/suites/<table>.json``. They judge counts,
rates and missingness; keys, types and nulls are dbt's. Great Expectations is imported when a gate is run and
not before: it takes seconds. Nothing but counts is taken from its results, and its log is silenced, for its
messages may hold values.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dagster_project.release.errors import ReleaseError
from dagster_project.release.warehouse import Warehouse
from dagster_project.settings import SUITES

if TYPE_CHECKING:
    import pandas as pd  # half a second to import: paid by a gate, not by every command

_COUNTS: dict[str, Any] = {"result_format": "BASIC", "partial_unexpected_count": 0}


@dataclass(frozen=True)
class Failure:
    """An expectation that was not met, in words and counts only.

    ``what`` is how it failed: ``failed``; ``judged no row`` (the rows it asks about are not there, so it
    says nothing); ``could not run``, always critical. ``rows`` and ``unexpected`` are None where the
    expectation is about a whole column or table.
    """

    suite: str
    expectation: str
    column: str | None
    severity: Literal["critical", "warning"]
    what: Literal["failed", "judged no row", "could not run"]
    why: str
    rows: int | None = None
    unexpected: int | None = None

    @property
    def line(self) -> str:
        """The failure as one line for a person."""
        place = f"{self.suite}.{self.column}" if self.column else self.suite
        counted = f" for {self.unexpected:,} of {self.rows:,} rows" if self.unexpected else ""
        return f"{self.severity}: {place}: {self.expectation} {self.what}{counted}. {self.why}"


def failures(warehouse: Warehouse, folder: Path = SUITES) -> list[Failure]:
    """What does not hold in the warehouse, critical before warnings.

    Raises:
        ReleaseError: there are no suites, or one cannot be read or guards no table.
    """
    suites = [_suite(file) for file in sorted(folder.glob("*.json"))]
    if not suites:
        raise ReleaseError(f"there are no expectations in {folder}: nothing would be judged")
    found = [failure for suite in suites for failure in _judged(_guarded(warehouse, suite["name"]), suite)]
    return sorted(found, key=lambda failure: failure.severity)


def judged(frame: "pd.DataFrame", suite_file: Path) -> list[Failure]:
    """What does not hold of one table, in the order of its suite."""
    return _judged(frame, _suite(suite_file))


def _suite(file: Path) -> dict[str, Any]:
    try:
        suite = json.loads(file.read_text(encoding="utf-8"))
        if suite["name"] == file.stem and suite["expectations"]:
            return dict(suite)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise ReleaseError(f"{file} is not a suite: it needs its own name, '{file.stem}', and expectations")


def _guarded(warehouse: Warehouse, table: str) -> "pd.DataFrame":
    match [schema for schema, name in warehouse.tables() if name == table]:
        case [schema]:
            return warehouse.frame(schema, table)
        case []:
            raise ReleaseError(
                f"the warehouse lacks {table}, which a suite guards; run 'ncd build' to the end"
            )
        case schemas:
            raise ReleaseError(f"the suite {table} is of one table, but {', '.join(schemas)} each have one")


def _judged(frame: "pd.DataFrame", suite: dict[str, Any]) -> list[Failure]:
    with _quiet():
        import great_expectations as gx
        from great_expectations.data_context.types.base import (
            DataContextConfig,
            InMemoryStoreBackendDefaults,
            ProgressBarsConfig,
        )

        config = DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        )
        context = gx.get_context(mode="ephemeral", project_config=config)
        numbered = [
            expectation | {"meta": expectation.get("meta", {}) | {"number": number}}
            for number, expectation in enumerate(suite["expectations"])
        ]
        expectations = context.suites.add(gx.ExpectationSuite(name=suite["name"], expectations=numbered))
        asset = context.data_sources.add_pandas("warehouse").add_dataframe_asset(suite["name"])
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
        results: list[Any] = batch.validate(expectations, result_format=_COUNTS).results
    # Great Expectations gives back what could not run before all else
    results.sort(key=lambda result: result.expectation_config.meta["number"])
    return [failure for result in results if (failure := _failure(suite["name"], result)) is not None]


def _failure(suite: str, result: Any) -> Failure | None:
    config, counts = result.expectation_config, result.result
    severity: Literal["critical", "warning"] = "critical" if config.severity == "critical" else "warning"
    what: Literal["failed", "judged no row", "could not run"]
    if not counts:
        what, severity = "could not run", "critical"
    elif _judged_nothing(counts):
        what = "judged no row"
    elif not result.success:
        what = "failed"
    else:
        return None
    return Failure(
        suite,
        config.type,
        config.kwargs.get("column"),
        severity,
        what,
        config.meta.get("why", ""),
        counts.get("element_count"),
        counts.get("unexpected_count"),
    )


def _judged_nothing(counts: dict[str, Any]) -> bool:
    """Whether every row was missing or there was none; Great Expectations calls that a success."""
    return "element_count" in counts and counts["element_count"] == counts.get("missing_count", 0)


@contextmanager
def _quiet() -> Iterator[None]:
    log = logging.getLogger("great_expectations")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(level)
