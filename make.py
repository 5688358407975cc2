"""The project's tasks, from a fresh copy: ``python make.py run`` (or test, lint, spark, lock, clean).

Needs nothing but Python. The first task makes ``.venv`` and installs what the lock files name, by version
and hash; later ones start at once unless a lock file, ``pyproject.toml``, the Python or the folder has
changed. Packages come from wherever this machine's pip or uv is set to look.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BUILD, DEFAULT, SPARK = "requirements-build.lock", "requirements.lock", "requirements-spark.lock"
#: Each lock file and what is compiled into it. The Spark one is the default one with Spark on top.
LOCKS = {
    BUILD: "--group build",
    DEFAULT: "pyproject.toml --extra dev --extra encryption",
    SPARK: f"pyproject.toml --extra dev --extra encryption --extra spark --constraints {DEFAULT}",
}
VENVS = {DEFAULT: ROOT / ".venv", SPARK: ROOT / ".venv-spark"}
LINT = ["ruff check", "ruff format --check", "mypy", "sqlfluff lint models dbt"]
#: uv does not read pip's settings, and on a managed machine only pip may have been told of the local index.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "proxy": "ALL_PROXY",
    "cert": "SSL_CERT_FILE",
}
DERIVED = ".venv .venv-spark target logs .mypy_cache .pytest_cache .ruff_cache .hypothesis"


def python_fault(version: tuple[int, ...]) -> str | None:
    """What is wrong with a Python of this version, in one line; None if nothing."""
    if (3, 11) <= version[:2] < (3, 14):
        return None
    return f"needs Python 3.11, 3.12 or 3.13; this is {'.'.join(map(str, version[:3]))}"


def java_fault(answer: str) -> str | None:
    """What is wrong with the Java that answers so to ``java -version``, in one line; None if nothing."""
    found = re.search(r'version "(\d+)', answer)
    if found and int(found[1]) >= 17:
        return None
    return (
        f"Spark needs Java 17 or newer, found {found[1] if found else 'none'}: install an OpenJDK 17"
        " (Debian and Ubuntu: apt-get install openjdk-17-jre-headless)"
    )


def made_from(lock: str, root: Path = ROOT) -> str:
    """What an environment is made from: the Python and the place, then what is installed into it."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", BUILD, lock):
        digest.update((root / name).read_bytes())
    return f"{sys.version.split()[0]} {sys.base_prefix} {root}\n{digest.hexdigest()}\n"


def program(lock: str, name: str) -> str:
    """The path of a program in the environment of ``lock``."""
    return str(VENVS[lock] / (f"Scripts/{name}.exe" if os.name == "nt" else f"bin/{name}"))


def call(*command: str, env: dict[str, str] | None = None) -> None:
    """Run one step of an installation; end here if it fails."""
    if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode:
        raise SystemExit("make.py: that failed, see the lines above; the same command tries again")


def read(*command: str) -> str:
    """All that a program prints."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout


def uv(lock: str, *arguments: str) -> None:
    """Run ``uv pip`` of an environment with this machine's Python, certificates and package index."""
    settings = read(program(lock, "python"), "-m", "pip", "config", "list")
    # Reversed, since pip lists its environment variables first and they outrank its files.
    pip = dict(reversed(re.findall(r"^(?:global|install|:env:)\.([a-z-]+)='(.+)'", settings, re.MULTILINE)))
    env = {name: pip[setting] for setting, name in PIP_TO_UV.items() if setting in pip}
    env = {"UV_SYSTEM_CERTS": "1", **env, **os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    call(program(lock, "uv"), "pip", *arguments, *quiet, "--python", program(lock, "python"), env=env)


def prepare(lock: str) -> None:
    """Make the environment that ``lock`` describes; does nothing where it stands already."""
    folder = VENVS[lock]
    note, wanted = folder / "made-from.txt", made_from(lock)
    found = note.read_text(encoding="utf-8") if note.exists() else ""
    if found == wanted:
        return
    print(f"make.py: bringing {folder.name} to {lock}; a minute or two the first time", flush=True)
    note.unlink(missing_ok=True)
    # An environment cannot be cleared by its own Python, so that one is only brought up to date.
    if found.splitlines()[:1] != wanted.splitlines()[:1] and Path(sys.prefix) != folder:
        if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
            remedy = "apt-get install python{}.{}-venv".format(*sys.version_info)
            raise SystemExit(f"make.py: this Python lacks venv (Debian and Ubuntu: {remedy})")
        call(sys.executable, "-m", "venv", "--clear", str(folder))
    call(program(lock, "python"), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", BUILD)
    # Compiled here, since where Python may not write bytecode every later start would compile anew.
    hashes = ["--require-hashes", "--build-constraints", BUILD, "--require-build-hashes"]
    uv(lock, "sync", lock, *hashes, "--compile-bytecode")
    uv(lock, "install", "--no-deps", "--editable", ".")
    note.write_text(wanted, encoding="utf-8")


def start(command: list[str], lock: str = DEFAULT) -> int:
    """The exit status of a program of the environment, which is made first if need be."""
    prepare(lock)
    path = os.pathsep.join([str(Path(program(lock, "python")).parent), os.environ.get("PATH", "")])
    env = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENVS[lock])}
    command = [program(lock, command[0]), *command[1:]]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def run(arguments: list[str]) -> int:
    """The demonstration: made-up returns and published figures, to a finished release."""
    return start(["ncd", "demo", *arguments])


def test(arguments: list[str]) -> int:
    """The tests that need no Java, on as many cores as there are, up to four."""
    workers = str(min(os.cpu_count() or 1, 4))
    return start(["pytest", "-m", "not spark", "-n", workers, "--dist", "loadfile", *arguments])


def lint(arguments: list[str]) -> int:
    """All checks of style and types, or those of the tools named; a failure does not hide the next."""
    # dbt opens a warehouse to render the models; the real one may be in use, or not made yet.
    spare = ROOT / "target"
    spare.mkdir(exist_ok=True)
    os.environ["NCD_HOME"] = str(spare)
    commands = [command.split() for command in LINT]
    chosen = [command for command in commands if not arguments or command[0] in arguments]
    if not chosen:
        raise SystemExit(f"make.py: lint knows {', '.join(sorted({command[0] for command in commands}))}")
    return max(start(command) for command in chosen)


def spark(arguments: list[str]) -> int:
    """The same models on Spark, compared with DuckDB; in an environment of its own, as Spark is large."""
    home = os.environ.get("JAVA_HOME")  # Spark looks there first, too
    java = shutil.which("java", path=str(Path(home, "bin")) if home else None)
    fault = java_fault(read(java, "-version") if java else "")
    if fault:
        raise SystemExit(f"make.py: {fault}")
    return start(["pytest", "-m", "spark", *arguments], SPARK)


def lock(arguments: list[str]) -> int:
    """The lock files compiled anew; versions stay where they can unless ``--upgrade`` is given."""
    prepare(DEFAULT)
    how = "--universal --python-version 3.11 --generate-hashes --no-annotate --no-header"
    for name, what in LOCKS.items():
        uv(DEFAULT, "compile", *what.split(), *how.split(), *arguments, "--output-file", name)
    return 0


def clean(_: list[str]) -> int:
    """Everything made here removed, except ``workspace``: that holds its user's data."""
    for name in DERIVED.split():
        shutil.rmtree(ROOT / name, ignore_errors=True)
    return 0


TASKS = {task.__name__: task for task in (run, test, lint, spark, lock, clean)}


def main(arguments: list[str]) -> int:
    """The exit status of the task named first, given the rest."""
    fault = python_fault(sys.version_info[:3])
    if fault:
        raise SystemExit(f"make.py: {fault}")
    if not arguments or arguments[0] not in TASKS:
        print(f"usage: python make.py {'|'.join(TASKS)} [arguments]", file=sys.stderr)
        return 2
    return TASKS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
