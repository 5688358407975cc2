"""Raw assets: one per table of every return, landed as text and never edited.

The dictionary decides which assets exist; ``source('cin', 'child')`` in dbt is the asset ``cin/child`` here.
Their partitions are collection years. A run takes in whatever arrived, of whichever years, and marks those;
which authorities each year has of each return is in the ledger, and shown in counts. Metadata hold counts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import dagster as dg

from dagster_project import dictionary, intake, pipeline, rule_checks, rules, service, settings
from dagster_project.defs.plainly import RETRIES, ended, later, plainly
from dagster_project.defs.resources import COLLECTION_YEARS, Limits
from dagster_project.dictionary import year_name
from dagster_project.intake import Held, Outcome, Submission
from dagster_project.settings import Settings

TABLES = [(return_id, table) for return_id in intake.READABLE for table in dictionary.tables(return_id)]
OWN = {
    "submission": "Every file that became a submission.",
    "violation": "Every place where a current submission breaks its contract.",
    "refusal": "Every file that could not be read, and why.",
    "rule": "Every statutory rule, and every rule of our own.",
    "rule_check": "Every state of a return that the rules were held against.",
    "rule_result": "What each rule came to in each state.",
    "rule_failure": "Every place at which a rule fails, in each state.",
}
CONTRACT, RULES, READ = "meets_contract", "rules_hold", "every_file_was_read"


def _key(*parts: str) -> dg.AssetKey:
    return dg.AssetKey(list(parts))


def _first(return_id: str) -> dg.AssetKey:
    """The table whose checks speak of its whole return: one for each table would cost more than it tells."""
    return _key(return_id, dictionary.tables(return_id)[0].name)


@dg.multi_asset(
    name="intake",
    specs=[
        dg.AssetSpec(
            _key(return_id, table.name),
            group_name="raw",
            kinds={"parquet"},
            description=table.grain,
            partitions_def=COLLECTION_YEARS,
            skippable=True,
        )
        for return_id, table in TABLES
    ]
    + [
        dg.AssetSpec(
            _key("intake", name), group_name="raw", kinds={"parquet"}, description=what, skippable=True
        )
        for name, what in OWN.items()
    ],
    check_specs=[
        *(dg.AssetCheckSpec(CONTRACT, asset=_first(return_id)) for return_id in intake.READABLE),
        *(dg.AssetCheckSpec(RULES, asset=_first(return_id)) for return_id in rules.returns()),
        dg.AssetCheckSpec(CONTRACT, asset=_key("intake", "violation")),
        dg.AssetCheckSpec(READ, asset=_key("intake", "refusal")),
        dg.AssetCheckSpec(RULES, asset=_key("intake", "rule_failure")),
    ],
    can_subset=True,  # it does all of its work whatever is asked for, and tells of what is
)
def raw(context: dg.AssetExecutionContext, limits: Limits) -> Iterator[dg.MaterializeResult]:
    """Takes in what lies in ``incoming/`` and checks it by the rules; with nothing new, the run ends here."""
    here = settings.load()
    with plainly(context, here):
        scope, anew = limits.scope(context.run), limits.is_anew(context.run)
        outcomes = pipeline.take_in(here, scope=scope)
        for each in outcomes:
            if each.state in ("refused", "left"):
                context.log.warning(each.message)
        if any(each.may_pass for each in outcomes) and context.retry_number < RETRIES:
            raise later(context, here)
        if not anew and not pipeline.is_new(here):
            ended(context, service.note(here, "nothing new", run_id=context.run.run_id))
            return
        for line in pipeline.check_rules(here, scope if anew else None):
            context.log.warning(line)
        for made in _made(context, here, outcomes):
            if made.asset_key in context.selected_asset_keys:
                yield made


def _made(
    context: dg.AssetExecutionContext, here: Settings, outcomes: list[Outcome]
) -> Iterator[dg.MaterializeResult]:
    current = intake.current(here.raw)
    held, failing = intake.holdings(current), rule_checks.failing(here)
    violations = intake.violations(here.raw, current)
    came = {each.submission_id for each in outcomes if each.state == "accepted"}
    new = {(each.return_id, each.collection_year) for each in current if each.submission_id in came}
    for return_id, table in TABLES:
        key, name = _key(return_id, table.name), (return_id, table.name)
        years = {year: each for (*of, year), each in held.items() if tuple(of) == name}
        _mark(context, key, years, {year for of, year in new if of == return_id})
        checks = []
        if key == _first(return_id):
            checks.append(_check(key, CONTRACT, _of(return_id, violations)))
            if return_id in rules.returns():
                checks.append(_check(key, RULES, _of(return_id, failing)))
        metadata = _counts(years.values())
        yield dg.MaterializeResult(asset_key=key, metadata=metadata, check_results=checks)
    yield dg.MaterializeResult(
        asset_key=_key("intake", "submission"),
        metadata={"submissions": len(current), "in_use_by_authority_and_year": _grid(current)},
    )
    for name_, check, count in (
        ("violation", CONTRACT, violations.total()),
        ("refusal", READ, sum(each.state == "refused" for each in outcomes)),
        ("rule_failure", RULES, failing.total()),
    ):
        key = _key("intake", name_)
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={"dagster/row_count": count},
            check_results=[_check(key, check, {"count": count})],
        )
    for name_ in ("rule", "rule_check", "rule_result"):
        yield dg.MaterializeResult(asset_key=_key("intake", name_))


def _mark(context: dg.AssetExecutionContext, key: dg.AssetKey, years: dict[int, Held], new: set[int]) -> None:
    """Marks the years of which something came, and those that Dagster does not know to be there."""
    known = context.instance.get_materialized_partitions(key)
    of_run = set(context.partition_keys) if context.has_partition_key else set()
    for year, held in sorted(years.items()):
        name = year_name(year)
        if (year in new or name not in known) and name not in of_run:
            context.log_event(dg.AssetMaterialization(key, metadata=_counts([held]), partition=name))


def _counts(held: Iterable[Held]) -> dict[str, int]:
    held = list(held)
    return {
        "dagster/row_count": sum(each.rows for each in held),
        "submissions": sum(each.submissions for each in held),
        "authorities": len(set().union(*(each.authorities for each in held))),
    }


def _grid(current: Iterable[Submission]) -> dg.TableMetadataValue:
    """How many submissions are in use: a row for each authority, a column for each collection year."""
    counted = Counter((each.la_code, each.collection_year) for each in current)
    years = sorted({year for _, year in counted})
    columns = [dg.TableColumn("authority"), *(dg.TableColumn(year_name(year), "int") for year in years)]
    records = [
        dg.TableRecord({"authority": la_code, **{year_name(year): counted[la_code, year] for year in years}})
        for la_code in sorted({la_code for la_code, _ in counted})
    ]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns))


def _of(return_id: str, counted: Counter[tuple[str, str]]) -> dict[str, int]:
    """What was counted of a return, and of each of its tables that has any."""
    tables = {table or "no table": count for (of, table), count in counted.items() if of == return_id}
    return {"count": sum(tables.values()), **tables}


def _check(key: dg.AssetKey, name: str, counts: dict[str, int]) -> dg.AssetCheckResult:
    """Whether there is none; it only warns: the rest goes on."""
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=name,
        passed=counts["count"] == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=counts,
    )
