"""Every table and view is the same on Spark as on DuckDB, row by row, from the raw ones and the seeds on."""

from collections.abc import Iterator

import pyarrow as pa
import pytest

from dagster_project import pipeline, synthetic, warehouse
from dagster_project.settings import Settings, extracts_in
from dagster_project.warehouse import on_spark
from tests.comparison import Tables, differences, tables_in
from tests.conftest import UNIT_TESTED, ncd


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workspace built on both engines from the same raw Parquet: faults, a resubmission and a bad file."""
    home = tmp_path_factory.mktemp("workspace")
    settings = Settings(home=home, extracts=extracts_in(synthetic.DECLARATION))
    synthetic.write_cin(settings.incoming, children=200)
    synthetic.write_csww(settings.incoming, workers=20)
    synthetic.write_ssda903(settings.incoming, (2023, 2024, 2025), children=200)
    synthetic.write_aggregates(settings.incoming, (2024, 2025), children=800, parts=("extracts",))
    pipeline.take_in(settings)
    again = synthetic.write_cin(settings.home / "again", children=200, authorities=["991"], seed=2017)
    (settings.incoming / "broken.xml").write_text("<Message><Header>")
    pipeline.take_in(settings, [*again.files, settings.incoming])
    warehouse.build(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(UNIT_TESTED)  # on Spark they have not run yet
        warehouse.build(settings, "spark")
    return settings


@pytest.fixture(scope="module")
def on_duckdb(built: Settings) -> Tables:
    return tables_in(built.warehouse)


@pytest.fixture(scope="module")
def spark_tables(built: Settings) -> Iterator[Tables]:
    with on_spark.session(built) as spark:
        yield {
            (schema, row.tableName): spark.table(f"{schema}.{row.tableName}").toArrow()
            for (schema,) in spark.sql("show schemas").collect()
            for row in spark.sql(f"show tables in {schema}").collect()
            if not row.isTemporary
        }


@pytest.mark.spark
def test_every_table_is_the_same_on_both_engines(on_duckdb, spark_tables):
    for name in ("built", "touched"):  # Spark has no incremental build to keep a record for
        del on_duckdb["raw", name]
    assert set(on_duckdb) == set(spark_tables)
    schemas = {schema for schema, _ in on_duckdb}
    assert {"raw", "staging", "core", "outcomes", "quality", "meta", "published"} <= schemas
    assert on_duckdb["core", "core_referral"].num_rows > 100
    assert on_duckdb["core", "core_care_episode"].num_rows > 100
    assert on_duckdb["core", "core_care_application"].num_rows > 100
    assert on_duckdb["core", "core_worker_post"].num_rows > 100
    assert on_duckdb["outcomes", "core_outcome"].num_rows > 100_000

    differ = {
        name: found for name in on_duckdb if (found := differences(on_duckdb[name], spark_tables[name]))
    }
    assert differ == {}


@pytest.mark.spark
def test_without_java_the_build_ends_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    ran = ncd("build", "--target", "spark", home=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "ncd: target spark needs Java 17 or newer, and there is no java on the path\n"


def test_without_pyspark_the_build_ends_in_one_line(tmp_path, monkeypatch):
    hidden = tmp_path / "hidden"
    (hidden / "pyspark").mkdir(parents=True)
    (hidden / "pyspark" / "__init__.py").write_text("raise ModuleNotFoundError(name='pyspark')\n")
    monkeypatch.setenv("PYTHONPATH", str(hidden))  # it stands before the one that may be installed
    ran = ncd("build", "--target", "spark", home=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("ncd: target spark needs the spark extra")
    assert ran.stderr.count("\n") == 1


def test_a_target_that_is_none_is_refused(tmp_path):
    with pytest.raises(ValueError, match="the targets are duckdb, spark"):
        warehouse.build(Settings(home=tmp_path), "oracle")


def table(**columns: list) -> pa.Table:
    return pa.table({"id": ["a", "b"], "n": [1, 2], "share": [0.1, None], **columns})


def test_the_order_of_rows_and_the_last_place_of_a_double_are_no_difference():
    other = table(share=[0.1 * (1 + 1e-14), None]).take([1, 0])
    assert differences(table(), other) == []


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (table(n=[1, 3]), "n: 1 of 2 rows"),
        (table(n=[1, None]), "n: 1 of 2 rows"),
        (table(id=["a", "a"]), "id: 1 of 2 rows"),
        (table(share=[0.1 * (1 + 1e-9), None]), "share: 1 of 2 rows"),
        (table(share=[0.1, 0.0]), "share: 1 of 2 rows"),
        (table().slice(1), "2 rows against 1"),
        (table().drop_columns(["n"]), "columns"),
        (table(n=["1", "2"]), "types"),
    ],
)
def test_whatever_else_differs_is_found(other, said):
    (found,) = differences(table(), other)
    assert found.startswith(said)
