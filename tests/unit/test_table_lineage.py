"""What a table is made from: read from what dbt knows, told as OpenLineage events."""

import json

from dagster_project.release.descriptions import descriptions


def node(name, *parents, schema="core", materialized="table"):
    return {
        "resource_type": "model",
        "schema": schema,
        "name": name,
        "config": {"materialized": materialized},
        "depends_on": {"nodes": list(parents)},
    }


def test_a_table_is_made_from_the_nearest_tables_and_returns_above_it(tmp_path):
    told = {
        "nodes": {
            "stg": node("stg_cin__child", "source", schema="staging", materialized="view"),
            "int": node("int_child_joined", "stg", "area", schema="intermediate", materialized="ephemeral"),
            "area": node("area", schema="meta", materialized="seed"),
            "child": node("core_child", "int"),
            "plan": node("core_plan", "child", "stg"),
        },
        "sources": {"source": {"source_name": "cin", "name": "child"}},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    found = descriptions(tmp_path)
    assert found["core", "core_child"].parents == ("meta.area", "raw.cin")
    assert found["core", "core_plan"].parents == ("core.core_child", "raw.cin")
    assert found["meta", "area"].parents == ()
    assert ("staging", "stg_cin__child") not in found
