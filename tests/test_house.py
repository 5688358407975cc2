"""The rules of the house, checked against the code itself: who looks at whom, what each thing must say."""

import ast
import json
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dagster_project"

#: What each room of the package may import of ours, beside itself, ``dictionary`` and ``settings``.
MAY_IMPORT = {
    "dictionary": set(),
    "settings": set(),
    "disk": set(),
    "lock": set(),
    "audit": {"lock"},
    "sealing": set(),
    "returns": set(),
    "contracts": set(),
    "rules": set(),
    "synthetic": set(),
    "statistics": set(),
    "intake": {"returns", "contracts", "rules", "disk", "lock", "sealing"},
    "rule_checks": {"intake", "rules", "lock", "sealing"},
    "service": {"intake", "lock"},
    "warehouse": {"intake", "rules", "rule_checks", "lock", "statistics", "sealing"},
    "release": {"disk", "lock", "statistics", "audit", "sealing", "site"},
    "site": {"disk", "statistics"},
    "validation": {"returns", "intake", "rules"},
    "erasure": {"intake", "release", "audit", "lock"},
    "resealing": {"intake", "rule_checks", "sealing", "audit", "erasure"},
    "pipeline": {
        "intake",
        "rule_checks",
        "warehouse",
        "release",
        "lock",
        "audit",
        "erasure",
        "sealing",
        "service",
    },
    "defs": {"intake", "rules", "rule_checks", "warehouse", "release", "pipeline", "service"},
    "cli": {
        "disk",
        "intake",
        "warehouse",
        "release",
        "pipeline",
        "service",
        "synthetic",
        "rules",
        "validation",
        "audit",
        "erasure",
        "sealing",
        "resealing",
        "site",
    },
    "definitions": set(),
}
#: What must not be imported where: intake knows no database, transformation no files, and so on.
MUST_NOT_IMPORT = {
    "dictionary": {"dagster", "duckdb", "dbt"},
    "returns": {"dagster", "duckdb", "dbt"},
    "contracts": {"dagster", "duckdb"},
    "intake": {"dagster", "duckdb", "dbt"},
    "audit": {"dagster", "duckdb", "dbt"},
    "service": {"dagster", "duckdb", "dbt"},
    "release": {"dagster"},
    "site": {"dagster", "dbt"},
    "warehouse": {"dagster"},
    "synthetic": {"dagster", "duckdb", "dbt"},
    "statistics": {"dagster", "duckdb", "dbt"},
    "rules": {"dagster", "dbt"},
    "validation": {"dagster", "duckdb", "dbt"},
}
MAY_READ = {
    "staging": {"source", "seed"},
    "intermediate": {"staging", "intermediate", "seed"},
    "core": {"staging", "intermediate", "core", "seed"},
    "outcomes": {"core", "outcomes", "seed"},
    "quality": {"source", "staging", "core", "outcomes", "quality", "seed"},
}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Full names of all that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def test_every_room_is_listed_here():
    assert {room(path) for path in MODULES} == set(MAY_IMPORT)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_room_looks_only_at_the_rooms_it_may(path):
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("dagster_project.")}
    assert ours <= MAY_IMPORT[room(path)] | {room(path), "dictionary", "settings"}

    outside = {name.split(".")[0] for name in imports(path)}
    assert not outside & MUST_NOT_IMPORT.get(room(path), set())


def test_only_settings_reads_the_environment():
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if any(word in path.read_text(encoding="utf-8") for word in ("os.environ", "os.getenv", "tomllib"))
    }
    # the others hand settings on to dbt and Dagster, and decide by nothing that they find
    assert readers <= {"settings.py", "warehouse/build.py", "cli/serving.py"}


@pytest.fixture(scope="session")
def manifest(tmp_path_factory):
    target = tmp_path_factory.mktemp("target")
    arguments = ["--quiet", "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    assert (
        dbtRunner()
        .invoke(["parse", *arguments, "--target-path", str(target), "--log-path", str(target)])
        .success
    )
    return json.loads((target / "manifest.json").read_text())


@pytest.fixture(scope="session")
def models(manifest):
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def layer(unique_id, manifest):
    """The folder a model stands in, or what else it is."""
    kind = unique_id.split(".")[0]
    return manifest["nodes"][unique_id]["fqn"][1] if kind == "model" else kind


def test_models_read_only_the_layers_they_may(models, manifest):
    trespasses = [
        (model["name"], parent)
        for model in models
        for parent in model["depends_on"]["nodes"]
        if layer(parent, manifest) not in MAY_READ[layer(model["unique_id"], manifest)]
    ]
    assert trespasses == []


def test_a_staging_model_reads_one_source(models, manifest):
    staging = [model for model in models if layer(model["unique_id"], manifest) == "staging"]
    assert [model["name"] for model in staging if len(model["depends_on"]["nodes"]) != 1] == []


def test_layer_folder_and_schema_are_one_word(models, manifest):
    assert [m["name"] for m in models if m["schema"] != layer(m["unique_id"], manifest)] == []


def test_every_model_says_what_a_row_is(models):
    assert [model["name"] for model in models if "one row per" not in model["description"].lower()] == []


def test_every_model_stands_beside_a_yml_of_its_name(models):
    lonely = [m["name"] for m in models if not (ROOT / m["original_file_path"]).with_suffix(".yml").is_file()]
    assert lonely == []


def test_every_table_above_the_boundary_has_a_contract_and_describes_each_column(models, manifest):
    published = [
        model
        for model in models
        if layer(model["unique_id"], manifest) in ("core", "outcomes", "quality")
        and model["config"]["materialized"] in ("table", "incremental")
    ]
    assert len(published) >= 10
    for model in published:
        # dbt has no contracts for Python models: tests/backtests/test_what_figures_bear.py stands in for it
        assert model["config"]["contract"]["enforced"] or model["language"] == "python", model["name"]
        assert [name for name, column in model["columns"].items() if not column["description"]] == []


def test_every_released_table_has_a_suite_and_every_suite_a_table(manifest):
    released = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
        and node["schema"] in ("core", "outcomes", "quality", "meta")
        and node["config"]["materialized"] not in ("view", "ephemeral")
    }
    suites = {suite.stem for suite in (ROOT / "expectations" / "suites").glob("*.json")}
    assert suites == released | {"release"}  # one more, of all of them together


def test_no_folder_holds_nothing():
    ours = ["dagster_project", "models", "seeds", "expectations", "dbt", "tests", "docs", "benchmarks"]
    empty = [
        folder.relative_to(ROOT).as_posix()
        for name in ours
        for folder in [ROOT / name, *(ROOT / name).rglob("*")]
        if folder.is_dir() and folder.name != "__pycache__" and not any(folder.iterdir())
    ]
    assert empty == []


def test_no_lock_names_an_address():
    locks = list(ROOT.glob("*.lock"))
    assert len(locks) >= 2
    assert [lock.name for lock in locks if "://" in lock.read_text() or "index-url" in lock.read_text()] == []
