"""A profile judged by Great Expectations.

It is imported when a gate is run and not before: it takes seconds. Nothing but counts and the keys of a
profile is taken from its results, and its log is silenced, for its messages may hold values.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from dagster_project.release.gates.result import Result, Severity, What
from dagster_project.release.gates.suite import Suite

if TYPE_CHECKING:
    import pandas as pd

#: The column of a profile that says in words where a row stands.
PLACE = "place"
#: The name under which a query that fails is told and accepted.
PROFILE = "profile"


def judged(profile: "pd.DataFrame | None", suite: Suite) -> list[Result]:
    """What became of each expectation of a suite, in its order; of one alone where there is no profile."""
    if profile is None:
        why = f"The query {suite.file.with_suffix('.sql').name} fails on this warehouse."
        return [Result(suite.name, PROFILE, "critical", "could not run", why)]
    numbered = [
        each | {"meta": each.get("meta", {}) | {"number": number}}
        for number, each in enumerate(suite.expectations)
    ]
    with _quiet():
        import great_expectations as gx

        expectations = gx.ExpectationSuite(name=suite.name, expectations=numbered)
        batch = _batches().get_batch({"dataframe": profile})
        told = _told(is_placed=PLACE in profile.columns)
        results: list[Any] = batch.validate(expectations, result_format=told).results
    # Great Expectations gives back what could not run before all else
    results.sort(key=lambda result: result.expectation_config.meta["number"])
    return [_result(suite, each, asked) for each, asked in zip(results, suite.expectations, strict=True)]


def _told(*, is_placed: bool) -> dict[str, Any]:
    """What Great Expectations is asked for: counts, and of a profile with places, those that failed."""
    if not is_placed:
        return {"result_format": "BASIC", "partial_unexpected_count": 0}
    return {
        "result_format": "COMPLETE",
        "partial_unexpected_count": 0,
        "unexpected_index_column_names": [PLACE],
        "exclude_unexpected_values": True,
        "return_unexpected_index_query": False,
    }


def _result(suite: Suite, result: Any, asked: dict[str, Any]) -> Result:
    config, counts = result.expectation_config, result.result
    severity: Severity = "critical" if config.severity == "critical" else "warning"
    what: What = "held" if result.success else "failed"
    if not counts:
        what, severity = "could not run", "critical"
    elif _judged_nothing(counts):
        what = "nothing sent" if suite.may_judge_nothing(asked) else "judged no row"
    places = () if what != "failed" else counts.get("unexpected_index_list") or ()
    return Result(
        suite.name,
        config.meta.get("name", config.type),
        severity,
        what,
        config.meta.get("why", ""),
        counts.get("element_count"),
        counts.get("unexpected_count"),
        tuple(str(place) for index in places for place in index[PLACE]),
    )


def _judged_nothing(counts: dict[str, Any]) -> bool:
    """Whether every row was missing or there was none; Great Expectations calls that a success."""
    return "element_count" in counts and counts["element_count"] == counts.get("missing_count", 0)


@cache
def _batches() -> Any:
    """Where frames become batches: a context of Great Expectations that writes nothing and calls nobody."""
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
    asset = context.data_sources.add_pandas("warehouse").add_dataframe_asset("profile")
    return asset.add_batch_definition_whole_dataframe("all")


@contextmanager
def _quiet() -> Iterator[None]:
    log = logging.getLogger("great_expectations")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(level)
