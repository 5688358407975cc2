"""Where Dagster keeps what it knows in service: ``NCD_HOME/dagster``, or PostgreSQL by a setting."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from dagster_project import lock
from dagster_project.intake.whole_files import write_whole
from dagster_project.settings import ROOT, Settings, SettingsError, secret

URL = "NCD_POSTGRES_URL"
_POSTGRESQL = f"""\
storage:
  postgres:
    postgres_url:
      env: {URL}
"""


def prepared(settings: Settings) -> dict[str, str]:
    """Writes ``dagster.yaml``; gives what the environment of Dagster's programs needs besides.

    Raises:
        SettingsError: PostgreSQL is asked for without its address, or what reaches it is not installed.
    """
    how, more = (ROOT / "dagster.yaml").read_text(encoding="utf-8"), {}
    if settings.service.storage == "postgresql":
        address = secret(URL, settings.service.postgres_url_file)
        if not address:
            raise SettingsError(f"ncd.toml: storage is postgresql; set {URL} or 'postgres_url_file'")
        if find_spec("dagster_postgres") is None:
            raise SettingsError(
                "ncd.toml: storage is postgresql; install the extra: pip install -e .[postgres]"
            )
        how, more = how + _POSTGRESQL, {URL: address}
    elif settings.service.storage != "sqlite":
        said = f"storage is '{settings.service.storage}'"
        raise SettingsError(f"ncd.toml: {said}; use 'sqlite' or 'postgresql'")
    folder = settings.home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "dagster.yaml", how.encode())
    return {
        "DAGSTER_HOME": str(folder),
        "NCD_HOME": str(settings.home),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def programs(page: int | None) -> list[list[str]]:
    """The programs of the service: the daemon, and the pages on a port of this machine if one is given."""
    code = ["-m", "dagster_project.definitions", "-d", str(ROOT)]
    daemon = [_beside("dagster-daemon"), "run", *code]
    return [daemon] + (
        [[_beside("dagster-webserver"), *code, "-h", "127.0.0.1", "-p", str(page)]] if page else []
    )


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """The right to be the service of this workspace.

    Raises:
        SettingsError: another is.
    """
    try:
        with lock.held(settings.home, ".serve.lock"):
            yield
    except lock.Busy as fault:
        raise SettingsError(f"a service runs already: {fault}") from None


def _beside(name: str) -> str:
    """The path of a program of this environment."""
    return str(Path(sys.executable).parent / (f"{name}.exe" if os.name == "nt" else name))
