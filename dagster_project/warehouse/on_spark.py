"""Schema ``raw`` on Spark, and the session that shows it: Spark itself, on this machine alone.

Everything Spark writes lies in the workspace's folder ``spark``. A larger Spark is a profile of its own.
"""

from __future__ import annotations

import contextlib
import importlib.util
import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from dagster_project.intake import current, damaged
from dagster_project.settings import Settings, SettingsError, java
from dagster_project.warehouse.errors import BuildError
from dagster_project.warehouse.raw_tables import RawTable, ledger_tables, parquet_tables
from dagster_project.warehouse.rule_tables import rule_ledger, rule_tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TYPES = {pa.string(): "string", pa.int32(): "int", pa.int64(): "bigint", pa.bool_(): "boolean"}

_SILENT = """\
appender.none.type = Null
appender.none.name = none
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
"""


@contextlib.contextmanager
def session(settings: Settings) -> Iterator[SparkSession]:
    """Spark in this process, with the tables of this workspace; dbt finds it by itself.

    Raises:
        SettingsError: pyspark, dbt-spark or Java is missing.
    """
    if settings.encryption:
        raise SettingsError(
            "target spark cannot read what is sealed; it needs a workspace without 'encryption'"
        )
    for package in ("pyspark", "dbt.adapters.spark"):
        if importlib.util.find_spec(package) is None:
            raise SettingsError(
                "target spark needs the spark extra: pip install national-core-dataset[spark]"
            )
    if java() is None:
        raise SettingsError("target spark needs Java 17 or newer, and there is no java on the path")
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    warnings.filterwarnings(
        "ignore", message="PySpark does not yet fully support pandas"
    )  # none is used here
    builder = SparkSession.builder.master(f"local[{settings.workers}]").enableHiveSupport()
    for name, value in _options(settings).items():
        builder = builder.config(name, value)
    try:
        spark = builder.getOrCreate()
    except PySparkRuntimeError:
        raise SettingsError(f"target spark needs Java 17 or newer, and {java()} did not start") from None
    try:
        yield spark
    finally:
        spark.stop()


def attach(spark: SparkSession, settings: Settings, as_of: datetime | None = None) -> None:
    """Makes schema ``raw`` of the session hold what intake holds, as known at ``as_of``."""
    in_use = current(settings.raw, as_of)
    for file, fault in damaged(settings.raw, in_use):
        raise BuildError(f"{file} is {fault}; remove its folder and take the same file in again")
    spark.sql("create schema if not exists raw")
    for table in (*parquet_tables(settings.raw, in_use), *rule_tables(settings, None, as_of)):
        _write(_read(spark, table), table.name)
    ledger = ledger_tables(settings.raw, in_use, as_of) | rule_ledger(settings.raw, as_of)
    for name, rows in ledger.items():
        _write(spark.createDataFrame(rows.to_pylist(), _columns(rows.schema)), name)


def compare(spark: SparkSession) -> None:
    """Makes ``outcomes.core_comparison`` of what was built, as its Python model does on DuckDB."""
    from dagster_project.statistics import comparison  # scipy takes half a second to import

    def table(name: str) -> pa.Table:
        return spark.table(name).toArrow()

    rows = comparison.compare(
        figures=table("outcomes.core_outcome"),
        measures=table("meta.measure"),
        base_periods=table("meta.index_base"),
        areas=table("meta.area"),
        small_areas=comparison.small_areas(table("meta.reorganisation")),
        neighbours=table("outcomes.core_neighbour"),
    )
    spark.createDataFrame(rows).write.mode("overwrite").saveAsTable("outcomes.core_comparison")


def _read(spark: SparkSession, table: RawTable) -> DataFrame:
    columns = _columns(table.schema)
    if not table.files:
        return spark.createDataFrame([], columns)
    return spark.read.schema(columns).parquet(*(file.as_posix() for file in table.files))


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f"`{field.name}` {_TYPES[field.type]}" for field in schema)


def _write(rows: DataFrame, name: str) -> None:
    # A copy: a lasting view cannot stand on a list of files, and Spark is slow over many small ones.
    rows.write.mode("overwrite").saveAsTable(f"raw.{name}")


def _options(settings: Settings) -> dict[str, str]:
    folder = settings.home / "spark"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log4j2.properties"
    log.write_text(_SILENT)
    return {
        "spark.sql.warehouse.dir": (folder / "warehouse").as_posix(),  # Spark would not undo a URI's %20
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:{folder / 'catalogue'};create=true",
        "spark.local.dir": str(folder / "spill"),  # what does not fit into memory holds children's records
        "spark.driver.extraJavaOptions": (
            f'"-Dderby.system.home={folder}" "-Dlog4j2.configurationFile={log.as_uri()}"'
        ),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": str(settings.workers),  # 200 by default: minutes of empty tasks
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",  # as DuckDB's: what is written, in no zone
    }
