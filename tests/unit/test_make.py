import re
import shutil
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

import make

PROJECT = tomllib.loads((make.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]


def locked(lock: str) -> dict[str, list[str]]:
    """The versions a lock file names, by package; several where they differ by Python."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)==([^\s;]+)", (make.ROOT / lock).read_text(encoding="utf-8"), re.M
    ):
        found.setdefault(name.lower(), []).append(version)
    return found


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project folder of its own, and the commands make.py would have run there."""
    for name in ("pyproject.toml", *make.LOCKS):
        shutil.copy(make.ROOT / name, tmp_path)
    commands: list[str] = []
    monkeypatch.setattr(make, "ROOT", tmp_path)
    monkeypatch.setattr(
        make, "VENVS", {make.DEFAULT: tmp_path / ".venv", make.SPARK: tmp_path / ".venv-spark"}
    )
    monkeypatch.setattr(make, "made_from", lambda lock, of=make.made_from: of(lock, tmp_path))
    monkeypatch.setattr(make, "read", lambda *_: "")

    def call(*command, env=None):  # noqa: ARG001
        commands.append(" ".join(command))
        if "venv" in command:
            Path(command[-1]).mkdir(exist_ok=True)

    monkeypatch.setattr(make, "call", call)
    return SimpleNamespace(root=tmp_path, commands=commands)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 7), (3, 13, 9)])
def test_supported_pythons_pass(version):
    assert make.python_fault(version) is None


@pytest.mark.parametrize("version", [(3, 9, 18), (3, 10, 14), (3, 14, 0), (4, 0, 0)])
def test_other_pythons_are_refused_in_one_line_before_anything_is_made(project, monkeypatch, version):
    with monkeypatch.context() as context:
        context.setattr(make.sys, "version_info", version)
        with pytest.raises(SystemExit) as ended:
            make.main(["run"])
    message = str(ended.value)
    assert "needs Python 3.11, 3.12 or 3.13; this is " + ".".join(map(str, version)) in message
    assert "\n" not in message
    assert not project.commands


def test_the_versions_accepted_are_those_the_project_declares():
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("", "none"),
        ('java version "1.8.0_392"\nJava(TM) SE Runtime Environment', "found 1"),
        ('openjdk version "11.0.21" 2023-10-17', "found 11"),
    ],
)
def test_a_missing_or_old_java_is_named_with_the_remedy(answer, found):
    fault = make.java_fault(answer)
    assert fault is not None
    assert found in fault
    assert "openjdk-17" in fault
    assert "\n" not in fault


@pytest.mark.parametrize(
    "answer", ['openjdk version "17.0.15" 2025-04-15', 'openjdk version "21" 2023-09-19']
)
def test_java_17_and_newer_pass(answer):
    assert make.java_fault(answer) is None


def test_an_unknown_task_is_answered_with_the_list(capsys):
    assert make.main(["tset"]) == 2
    assert "run|test|lint|spark|lock|clean" in capsys.readouterr().err


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements-build.lock", "requirements.lock"])
def test_an_environment_is_brought_up_to_date_when_a_file_it_was_made_from_changes(project, changed):
    make.prepare(make.DEFAULT)
    with (project.root / changed).open("a") as file:
        file.write("# one more line\n")
    project.commands.clear()
    make.prepare(make.DEFAULT)
    assert any("pip sync requirements.lock" in command for command in project.commands)
    assert not any("venv --clear" in command for command in project.commands)


def test_an_environment_that_is_up_to_date_is_left_alone(project):
    make.prepare(make.DEFAULT)
    project.commands.clear()
    (project.root / make.SPARK).write_text("another lock's business")
    make.prepare(make.DEFAULT)
    assert not project.commands


def test_an_environment_of_another_python_is_made_anew(project, monkeypatch):
    make.prepare(make.DEFAULT)
    project.commands.clear()
    monkeypatch.setattr(make.sys, "base_prefix", "/another/python")
    make.prepare(make.DEFAULT)
    assert "venv --clear" in project.commands[0]


def test_an_environment_is_never_cleared_by_its_own_python(project, monkeypatch):
    (project.root / ".venv").mkdir()
    monkeypatch.setattr(make.sys, "prefix", str(project.root / ".venv"))
    make.prepare(make.DEFAULT)
    assert not any("venv --clear" in command for command in project.commands)


def test_an_installation_cut_short_is_started_again(project, monkeypatch):
    def fail(*command, env=None):  # noqa: ARG001
        raise SystemExit("no network")

    make.prepare(make.DEFAULT)
    (project.root / make.DEFAULT).write_text("a new lock")
    with monkeypatch.context() as context:
        context.setattr(make, "call", fail)
        with pytest.raises(SystemExit):
            make.prepare(make.DEFAULT)
    project.commands.clear()
    make.prepare(make.DEFAULT)
    assert any("pip sync" in command for command in project.commands)


@pytest.mark.usefixtures("project")
def test_a_python_without_venv_is_answered_with_the_package_to_install(monkeypatch):
    monkeypatch.setattr(make.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    with pytest.raises(SystemExit, match=r"apt-get install python3\.\d+-venv") as ended:
        make.prepare(make.DEFAULT)
    assert "\n" not in str(ended.value)


def test_uv_looks_where_pip_is_set_to_look(monkeypatch):
    seen = {}
    listed = ":env:.index-url='file:///from/variable'\nglobal.cert='/ca.pem'\nglobal.index-url='file:///from/file'\n"
    monkeypatch.setattr(make, "read", lambda *_: listed)
    monkeypatch.setattr(make, "call", lambda *_, env: seen.update(env))
    for name in make.PIP_TO_UV.values():
        monkeypatch.delenv(name, raising=False)
    make.uv(make.DEFAULT, "sync")
    assert seen["UV_DEFAULT_INDEX"] == "file:///from/variable"
    assert seen["SSL_CERT_FILE"] == "/ca.pem"
    assert seen["UV_PYTHON_DOWNLOADS"] == "never"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "file:///set/for/uv")
    make.uv(make.DEFAULT, "sync")
    assert seen["UV_DEFAULT_INDEX"] == "file:///set/for/uv"


def test_clean_leaves_the_workspace(project):
    for name in (".venv", "target", "workspace"):
        (project.root / name).mkdir()
    assert make.clean([]) == 0
    assert (project.root / "workspace").is_dir()
    assert not (project.root / ".venv").exists()
    assert not (project.root / "target").exists()


@pytest.mark.parametrize("lock", make.LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_address(lock):
    text = (make.ROOT / lock).read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert len(requirements) > 1
    for requirement in requirements:
        first, *rest = requirement.split("\n")
        assert re.match(r"[\w.-]+==\S+ (; .+ )?\\$", first), first
        assert rest
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in rest), first
    for word in ("://", "index-url", "find-links", "trusted-host"):
        assert word not in text


@pytest.mark.parametrize(
    ("lock", "declared"),
    [
        ("requirements-build.lock", PROJECT["dependency-groups"]["build"]),
        ("requirements.lock", PROJECT["project"]["dependencies"] + EXTRAS["dev"]),
        ("requirements-spark.lock", PROJECT["project"]["dependencies"] + EXTRAS["dev"] + EXTRAS["spark"]),
    ],
)
def test_a_lock_holds_every_dependency_in_a_version_that_is_allowed(lock, declared):
    versions = locked(lock)
    for requirement in map(Requirement, declared):
        assert versions.get(requirement.name), f"{requirement.name} is not in {lock}: run make lock"
        for version in versions[requirement.name]:
            assert version in requirement.specifier, f"{lock} is behind pyproject.toml: run make lock"


def test_the_spark_lock_is_the_default_lock_and_spark():
    default, spark = locked(make.DEFAULT), locked(make.SPARK)
    assert {name: spark.get(name) for name in default} == default
    assert "pyspark" in spark
    assert "pyspark" not in default


def test_the_builder_is_the_uv_that_is_installed_so_that_none_is_fetched():
    (requirement,) = map(Requirement, PROJECT["build-system"]["requires"])
    assert requirement.name == "uv_build"
    assert locked(make.BUILD)["uv"][0] in requirement.specifier
