"""What assets are given: the dbt project, and what a run is about."""

from collections.abc import Iterable

import dagster as dg
from dagster_dbt import DbtProject

from dagster_project import settings, warehouse
from dagster_project.dictionary import returns, year_name, years
from dagster_project.intake import Scope

project = DbtProject(
    project_dir=settings.ROOT,
    profiles_dir=settings.ROOT,
    target_path=warehouse.parsed().relative_to(settings.ROOT),
)

_YEARS = [year for return_id in returns() for year in years(return_id)]

#: One partition for each collection year of any return, and the one to come.
COLLECTION_YEARS = dg.StaticPartitionsDefinition(
    [year_name(year) for year in range(min(_YEARS), max(_YEARS) + 2)]
)


class Limits(dg.ConfigurableResource):
    """Which authorities and years a run is about, and whether it does them anew; all that is new if not told.

    A run of partitions, as a backfill starts it, is about those years and does them anew.
    """

    la: list[str] = []
    year: list[str] = []
    anew: bool = False

    def scope(self, run: dg.DagsterRun) -> Scope:
        """What a run is about.

        Raises:
            IntakeError: there is no such authority or year.
        """
        return Scope.of(self.la, [*self.year, *_partitions(run)])

    def is_anew(self, run: dg.DagsterRun) -> bool:
        """Whether a run does again what has been done."""
        return self.anew or bool(_partitions(run))


def _partitions(run: dg.DagsterRun) -> Iterable[str]:
    if one := run.tags.get("dagster/partition"):
        return [one]
    ends = [run.tags.get(f"dagster/asset_partition_range_{end}") for end in ("start", "end")]
    if ends[0] is None or ends[1] is None:
        return []
    names = list(COLLECTION_YEARS.get_partition_keys())
    return names[names.index(ends[0]) : names.index(ends[1]) + 1]


@dg.definitions
def resources() -> dg.Definitions:
    """What a run is about, by the name assets ask for it."""
    return dg.Definitions(resources={"limits": Limits()})
