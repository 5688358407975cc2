"""What the demonstration's release gives away: by DfE's rules, with every core figure, without names."""

import duckdb
import pytest

from dagster_project import intake
from tests import open_data_rules

TEXTS = (".csv", ".json", ".jsonl", ".md")


@pytest.mark.parametrize("name", ["core_outcome", "core_index", "core_comparison"])
def test_every_row_of_the_open_data_keeps_the_rules_of_dfe(release, name):
    assert open_data_rules.broken(release / "open_data" / f"{name}.csv") == []


@pytest.fixture
def both(release):
    """The databases of a release side by side: ``core_dataset`` for analysts, ``public`` for anybody."""
    with duckdb.connect() as connection:
        for name, file in (("core_dataset", "core_dataset"), ("public", "core_dataset_public")):
            connection.execute(f"attach '{release / file}.duckdb' as {name} (read_only)")
        yield connection


def test_every_public_core_figure_is_in_the_open_data(release, both):
    data = release / "open_data" / "core_outcome.csv"
    differ, same = both.execute(
        """
        select count(*) filter (differs), count(*) filter (not differs)
        from (
            select
                opened.value is null
                or coalesce(abs(try_cast(opened.value as double) - figure.value), 0)
                > 0.500001 / pow(10, figure.decimals)
                or (try_cast(opened.value as double) is null) <> (figure.value is null) as differs
            from (
                select figure.*, measure.decimals
                from public.outcomes.core_outcome as figure
                inner join public.meta.measure as measure
                    on figure.measure_id = measure.measure_id and measure.tier <> 'published'
                where figure.geographic_level <> 'Local authority group'
            ) as figure
            full join read_csv(?, header = true, all_varchar = true) as opened
                on
                    figure.measure_id = opened.measure_id
                    and figure.lane = opened.lane
                    and figure.period = opened.time_period::integer
                    and figure.area_code = coalesce(
                        opened.old_la_code,
                        opened.region_code,
                        case when opened.geographic_level = 'National' then 'ENG' end
                    )
        )
        """,
        [str(data)],
    ).fetchone()
    assert differ == 0
    assert same > 40_000


def test_a_figure_is_withheld_only_where_returns_of_few_children_were_counted(both):
    withheld, of_publications, kept = both.execute(
        """
        select
            count(*) filter (held.value is not null and shown.value is null),
            count(*) filter (held.lane = 'published' and held.value is distinct from shown.value),
            count(*) filter (held.lane = 'returned' and held.value is not null and shown.value is not null)
        from core_dataset.outcomes.core_outcome as held
        full join public.outcomes.core_outcome as shown using (measure_id, lane, area_code, period)
        """
    ).fetchone()
    assert of_publications == 0
    assert 0 < withheld < kept


def test_an_index_to_the_main_base_is_the_one_the_dataset_has(core_dataset):
    differ, same = core_dataset.execute(
        """
        select
            count(*) filter (
                (asked.index_value is null) <> (held.index_value is null)
                or abs(asked.index_value - held.index_value) > 0.000001
            ),
            count(*) filter (asked.index_value is not null)
        from example.index_to('M02', 2014) as asked
        inner join outcomes.core_index as held using (measure_id, lane, area_code, period)
        where held.base_period = 2014 and held.index_basis = 'rate'
        """
    ).fetchone()
    assert (differ, same > 1_000) == (0, True)


def test_no_name_of_a_file_that_was_sent_is_in_a_text_of_the_release(demo, release):
    names = {each.file_name.rpartition("/")[2].encode() for each in intake.submissions(demo / "raw")}
    assert len(names) > 40
    texts = [path for path in release.rglob("*") if path.suffix in TEXTS]
    assert {path.name for path in texts} >= {"manifest.json", "lineage.jsonl", "RELEASE_NOTES.md"}
    for path in texts:
        content = path.read_bytes()
        assert [name for name in names if name in content] == [], path.name
