"""Where things are and what may be set: the only module that reads the environment or ``ncd.toml``.

Every setting has a default. ``ncd.toml``, in the folder the command is run from or in ``NCD_HOME``,
may override; an environment variable overrides the file.
"""

import csv
import os
import shutil
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field, fields
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"
SUITES = ROOT / "expectations" / "suites"
RULES = ROOT / "expectations" / "rules"

#: Said once for everything that is started from here: nothing reports home.
QUIET = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "False",
}


class SettingsError(ValueError):
    """A setting that cannot be used, said in one line with the remedy."""


@dataclass(frozen=True)
class Service:
    """``[service]`` of ``ncd.toml``: when the pipeline runs by itself, where Dagster keeps what it knows.

    Times are cron's, in ``timezone``. ``look_every`` and ``retry_after`` are seconds. ``authorities`` are
    those whose returns are waited for; where none are named, those that ever sent one. Annex A lists are
    waited for by a day of the month, extracts that many days after the last.
    """

    timezone: str = "Europe/London"
    look_every: int = 30
    retry_after: int = 15
    nightly: str = "0 2 * * *"
    annex_a_by: int = 5
    extracts_within: int = 7
    calendar: str = "0 7 * * *"
    authorities: tuple[str, ...] = ()
    storage: str = "sqlite"
    postgres_url_file: str = ""


@dataclass(frozen=True)
class Alerts:
    """``[alerts]`` of ``ncd.toml``: who is told of what; the log always is. No secret stands in it."""

    on: tuple[str, ...] = ("blocked", "late", "refused")
    email_to: tuple[str, ...] = ()
    email_from: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password_file: str = ""
    webhook_url_file: str = ""


@dataclass(frozen=True)
class Settings:
    """The settings of one workspace. All folders are made when first written to.

    ``la`` is the authority of files that do not say whose they are. ``extracts`` declares local extracts by
    name: their ``table`` and ``columns``, and ``values`` and ``date_format`` where needed. ``disclosure`` is
    the profile of ``seeds/measures/disclosure_profile.csv`` that public outputs follow. ``keep_years`` says,
    by return, how many years after its period ended a submission is kept; a return not named, for ever.
    ``site`` says whether a release carries pages to read. ``encryption`` seals what is held; ``storage_key``
    is what the environment gives as the key for it.
    """

    home: Path
    la: str | None = None
    extracts: dict[str, dict[str, Any]] = field(default_factory=dict)
    workers: int = field(default_factory=lambda: min(os.cpu_count() or 1, 4))
    keep_releases: int = 10
    keep_years: dict[str, int] = field(default_factory=dict)
    disclosure: str = "dfe_cin"
    site: bool = True
    encryption: bool = False
    storage_key: str | None = field(default=None, repr=False)
    key_in: Path | None = None  # the file of the storage key, if it is not kept in home
    service: Service = Service()
    alerts: Alerts = Alerts()
    build_in: Path | None = None  # where the build database is, if not in home; never set by a file

    @property
    def incoming(self) -> Path:
        """Where files are dropped."""
        return self.home / "incoming"

    @property
    def raw(self) -> Path:
        """Parquet, one folder per submission; written by intake alone."""
        return self.home / "raw"

    @property
    def rule_checks(self) -> Path:
        """What the statutory rules found in what was taken in; made again from ``raw/`` if it is removed."""
        return self.home / "rules"

    @property
    def warehouse(self) -> Path:
        """The build database; nobody but the build opens it."""
        return (self.build_in or self.home) / "warehouse.duckdb"

    @property
    def compiled(self) -> Path:
        """What dbt made of the models for this workspace, and knows of their tables: ``manifest.json``.

        Not in the project: two workspaces would write over each other's.
        """
        return (self.build_in or self.home) / "target"

    @property
    def releases(self) -> Path:
        """Immutable releases and the pointer ``current.json``."""
        return self.home / "release"

    @property
    def key_file(self) -> Path:
        """The secret of this workspace's pseudonyms."""
        return self.home / "keys" / "pseudonym.key"

    @property
    def storage_key_file(self) -> Path:
        """The secret that seals what is held, unless it is given in NCD_STORAGE_KEY."""
        return self.key_in or self.home / "keys" / "storage.key"

    @property
    def logs(self) -> Path:
        """What runs write about themselves; never a value from a record."""
        return self.home / "logs"


_TEXTS = ("home", "la", "disclosure", "storage_key_file")
_TRUTHS = ("encryption", "site")
_NUMBERS = {"workers": 1, "keep_releases": 1}
_GROUPS = {"service": Service, "alerts": Alerts}


def load() -> Settings:
    """The settings in force: defaults, then ``ncd.toml``, then the environment.

    Raises:
        SettingsError: the file cannot be read, or names a setting that does not exist.
    """
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    home = Path(os.environ.get("NCD_HOME") or "workspace")
    values: dict = {}
    for file in (Path("ncd.toml"), home / "ncd.toml"):
        if file.is_file():
            values |= {name: value for name, value in _read(file).items() if value != {}}
    if not os.environ.get("NCD_HOME") and "home" in values:
        home = Path(values["home"])
    values.pop("home", None)
    if key_in := values.pop("storage_key_file", None):
        values["key_in"] = Path(key_in).resolve()
    values["storage_key"] = os.environ.get("NCD_STORAGE_KEY")
    return Settings(home=home.resolve(), **values)


def extracts_in(file: Path) -> dict[str, dict[str, Any]]:
    """The local extracts that a file such as ``ncd.toml`` declares, by name.

    Raises:
        SettingsError: the file cannot be read, or what it declares has not the shape it must have.
    """
    return _read(file)["extracts"]


def code_version() -> str:
    """The version of this package: of the checkout if it runs from one, else as installed."""
    with suppress(OSError, KeyError):
        return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    with suppress(metadata.PackageNotFoundError):
        return metadata.version("national-core-dataset")
    return "unknown"


def java() -> str | None:
    """The Java that Spark would start, None if there is none: it looks in JAVA_HOME first."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home, "bin")) if home else None)


def _read(file: Path) -> dict:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))  # some editors begin a file with a mark
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SettingsError(f"{file}: not readable as TOML ({fault}); correct it or remove it") from None
    except RecursionError:
        raise SettingsError(
            f"{file}: not readable as TOML (nested too deep); correct it or remove it"
        ) from None
    if "extracts" in values:
        raise SettingsError(
            f"{file}: there is no setting 'extracts'; an extract is declared as [extract.name]"
        )
    values["extracts"] = values.pop("extract", {})
    for name, value in values.items():
        if name not in (*_TEXTS, *_NUMBERS, *_TRUTHS, *_GROUPS, "keep_years", "extracts"):
            known = ", ".join([*_TEXTS, *_NUMBERS, *_TRUTHS, *_GROUPS, "keep_years", "extract"])
            raise SettingsError(f"{file}: there is no setting '{name}'; the settings are {known}")
        if name in _TEXTS and (not isinstance(value, str) or "\0" in value):
            raise SettingsError(f"{file}: '{name}' must be text between quotation marks")
        if name in _TRUTHS and not isinstance(value, bool):
            raise SettingsError(f"{file}: '{name}' must be true or false, without quotation marks")
        if name in _NUMBERS and (type(value) is not int or value < _NUMBERS[name]):  # true is an int, too
            raise SettingsError(f"{file}: '{name}' must be a whole number of {_NUMBERS[name]} or more")
    years = values.get("keep_years", {})
    if not isinstance(years, dict) or not all(type(each) is int and each > 0 for each in years.values()):
        raise SettingsError(f"{file}: under [keep_years] each return has a whole number of years, 1 or more")
    _check_extracts(file, values["extracts"])
    _check_disclosure(file, values)
    return values | {name: _group(file, name, values[name]) for name in _GROUPS if name in values}


def _check_disclosure(file: Path, values: dict) -> None:
    """Before a build, not after it: a release would be refused for its profile alone."""
    if "disclosure" not in values:
        return
    with (SEEDS / "measures" / "disclosure_profile.csv").open(encoding="utf-8", newline="") as seed:
        known = [row["profile_id"] for row in csv.DictReader(seed)]
    if values["disclosure"] not in known:
        raise SettingsError(f"{file}: 'disclosure' must name one of the profiles {', '.join(known)}")


def _group(file: Path, group: str, values: Any) -> Service | Alerts:
    """The settings under a heading such as ``[service]``, each of the kind that its default is of."""
    made = _GROUPS[group]
    kinds = {each.name: type(each.default) for each in fields(made)}
    words = {
        str: "text between quotation marks",
        int: "a whole number of 1 or more",
        tuple: "a list of texts",
    }
    for name, value in values.items() if isinstance(values, dict) else [(group, values)]:
        if name not in kinds:
            raise SettingsError(f"{file}: [{group}] has no '{name}'; it has {', '.join(kinds)}")
        is_listed = isinstance(value, list) and all(isinstance(each, str) for each in value)
        is_number = isinstance(value, int) and not isinstance(value, bool) and value > 0
        if not {str: isinstance(value, str), int: is_number, tuple: is_listed}[kinds[name]]:
            raise SettingsError(f"{file}: '{name}' of [{group}] must be {words[kinds[name]]}")
    return made(**{name: tuple(value) if kinds[name] is tuple else value for name, value in values.items()})


def secret(name: str, file: str = "") -> str | None:
    """What must not stand in ``ncd.toml``: the environment variable ``name``, else what ``file`` holds.

    Raises:
        SettingsError: the file cannot be read.
    """
    if os.environ.get(name) or not file:
        return os.environ.get(name)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{file} cannot be read, and {name} is not set; one of them must be") from None


def _check_extracts(file: Path, extracts: Any) -> None:
    """Whether the extracts have the shape they must have; what they name is checked where it is known."""
    if not isinstance(extracts, dict) or not all(isinstance(each, dict) for each in extracts.values()):
        raise SettingsError(f"{file}: declare an extract under a heading such as [extract.legal_tracker]")
    for name, each in extracts.items():
        for part, kind in (("table", str), ("columns", dict)):
            if not isinstance(each.get(part), kind):
                raise SettingsError(f"{file}: extract '{name}' needs '{part}'; see docs/local-extracts.md")
        if unknown := sorted(set(each) - {"table", "columns", "values", "date_format"}):
            raise SettingsError(f"{file}: an extract has no '{unknown[0]}'; see docs/local-extracts.md")
        values = each.get("values", {})
        maps = list(values.values()) if isinstance(values, dict) else [values]
        texts = [each.get("date_format", ""), *each["columns"].values()]
        texts += [text for codes in maps if isinstance(codes, dict) for text in codes.values()]
        if not all(isinstance(codes, dict) for codes in maps) or not all(isinstance(t, str) for t in texts):
            fault = f"extract '{name}' has text where a table belongs, or the other way round"
            raise SettingsError(f"{file}: {fault}; see docs/local-extracts.md")
