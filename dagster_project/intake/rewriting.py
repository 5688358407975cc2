"""A submission's files written anew, all of them or none, whenever the power fails.

The new files wait in the folder ``.next`` of the submission. From the moment it has that name they are what
counts, and moving them into place can be taken up again by anybody, without a key. Nobody but the holder of
the right to write under ``raw/`` may do either.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from dagster_project.intake.ledger import MANIFEST, Submission
from dagster_project.intake.whole_files import as_json, sync_folder, written_together

NEXT = ".next"
DRAFT = ".next.tmp"


def rewrite(raw: Path, submission: Submission, files: Mapping[str, bytes]) -> None:
    """Replaces ``files`` of a submission, by name, and its manifest by that of ``submission``.

    Raises:
        OSError: one cannot be written; the submission is as it was.
    """
    folder = submission.folder(raw)
    draft = folder / DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    with written_together(draft) as write:
        for name, data in files.items():
            write(name, data)
        write(MANIFEST, as_json(submission.manifest()))
    draft.rename(folder / NEXT)
    sync_folder(folder)
    _move(folder)


def unfinished(raw: Path) -> list[Path]:
    """The folders of submissions that a killed run was moving new files into."""
    return sorted(each.parent for each in raw.glob(f"*/*/*/*/{NEXT}"))


def finish(raw: Path) -> None:
    """Moves into place what killed runs had written whole."""
    for folder in unfinished(raw):
        _move(folder)


def _move(folder: Path) -> None:
    waiting = folder / NEXT
    for file in sorted(waiting.iterdir(), key=lambda each: each.name == MANIFEST):  # the manifest last
        file.replace(folder / file.name)
    sync_folder(folder)
    waiting.rmdir()
