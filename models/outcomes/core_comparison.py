"""One row per measure, lane, area, period and earlier period: what the figure's growth can bear.

The statistics are Python's: ``dagster_project/statistics``, on the few thousand figures of the outcomes.
Spark has no such models here; what it builds is handed to the same function (``warehouse/on_spark.py``).
"""

from dagster_project.statistics import comparison


def model(dbt, session):  # noqa: ANN001, ANN201, ARG001 - what dbt asks for
    """The table ``comparison.compare`` makes of what stands in the warehouse."""
    return comparison.compare(
        figures=dbt.ref("core_outcome").to_arrow_table(),
        measures=dbt.ref("measure").to_arrow_table(),
        base_periods=dbt.ref("index_base").to_arrow_table(),
        areas=dbt.ref("area").to_arrow_table(),
        small_areas=comparison.small_areas(dbt.ref("reorganisation").to_arrow_table()),
        neighbours=dbt.ref("core_neighbour").to_arrow_table(),
    )
