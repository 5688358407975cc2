"""What a writer of made-up returns leaves behind."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from dagster_project.synthetic.rule_faults import Broken

F = TypeVar("F")
T = TypeVar("T")


@dataclass(frozen=True)
class Written(Generic[F, T]):
    """What was written: the files, the faults in them, and what a perfect warehouse would count.

    ``truth`` is by authority and the collection year, by its ending, that the file is about; ``broken`` says
    where statutory rules are to fail.
    """

    files: tuple[Path, ...]
    faults: tuple[F, ...]
    truth: dict[tuple[str, int], T]
    broken: tuple[Broken, ...] = ()
