"""Where Dagster keeps what it knows in service: ``NCD_HOME/dagster``, or PostgreSQL by a setting."""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from dagster_project import lock
from dagster_project.intake.whole_files import write_whole
from dagster_project.settings import ROOT, Settings, SettingsError, secret

URL = "NCD_POSTGRES_URL"
MODULE = "dagster_project.definitions"
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
        # named, since the driver that SQLAlchemy takes by itself is another than dagster-postgres brings
        address = address.replace("postgresql://", "postgresql+psycopg2://", 1)
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


@dataclass(frozen=True)
class Programs:
    """The programs of the service: ``code`` holds the definitions and runs them, ``others`` ask it to.

    Without a ``code`` of its own the daemon would load the definitions anew each minute.
    """

    code: list[str]
    others: list[list[str]]
    address: str | tuple[str, int]

    def is_ready(self) -> bool:
        """Whether the code answers."""
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as asking:
            return asking.connect_ex(self.address) == 0


def programs(settings: Settings, page: int | None) -> Programs:
    """The daemon and what it needs, and Dagster's pages if there is a port of this machine for them."""
    address, named, told = _address()
    workspace = settings.home / "dagster" / "workspace.yaml"
    said = f"load_from:\n  - grpc_server: {{{told}, location_name: {MODULE}}}\n"
    write_whole(workspace, said.encode())
    where = ["-w", str(workspace)]
    others = [[_beside("dagster-daemon"), "run", *where, "--log-level", "warning"]]
    if page:
        others.append([_beside("dagster-webserver"), *where, "-h", "127.0.0.1", "-p", str(page)])
    code = ["-m", MODULE, "-d", str(ROOT), "--location-name", MODULE, "--log-level", "warning"]
    return Programs([_beside("dagster"), "api", "grpc", *code, *named], others, address)


def _address() -> tuple[str | tuple[str, int], list[str], str]:
    """Where the code listens: a socket that is this user's alone; on Windows a port of this machine."""
    if hasattr(socket, "AF_UNIX") and os.name == "posix":
        path = str(
            Path(tempfile.mkdtemp(prefix="ncd-")) / "code"
        )  # short: the system allows a hundred letters
        return path, ["-s", path], f"socket: {path}"
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port = asking.getsockname()[1]
    return ("127.0.0.1", port), ["-h", "127.0.0.1", "-p", str(port)], f"host: 127.0.0.1, port: {port}"


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
