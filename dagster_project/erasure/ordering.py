"""What is to be erased: worked out with the identifier, and written down without it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dagster_project import intake
from dagster_project.intake import Child
from dagster_project.settings import Settings

FILE = "erasure.json"


class OrderError(ValueError):
    """What is asked for cannot be erased, in one line with the remedy; nothing has been changed."""


@dataclass(frozen=True)
class Order:
    """An erasure.

    ``reference`` names it in the audit log: of a child it is keyed, the same each time, and gives nobody the
    pseudonym. ``whole`` are submissions to remove, ``of_child`` those with rows of ``child``; ``las`` the
    authorities whose returns were checked with either. ``files`` are hashes of the files they came in.
    ``nameless`` are submissions, and ``nameless_refusals`` refused files, whose name holds the identifier.
    """

    reference: str
    reason: str
    whole: tuple[str, ...] = ()
    child: Child | None = None
    of_child: tuple[str, ...] = ()
    las: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()
    nameless_refusals: tuple[str, ...] = ()

    @property
    def touched(self) -> set[str]:
        """The submissions that it removes or changes."""
        return {*self.whole, *self.of_child}


def of_submissions(settings: Settings, wanted: Sequence[str], reason: str) -> Order:
    """The order that removes submissions by their ids.

    Raises:
        OrderError: there is none of an id.
    """
    known = {each.submission_id: each for each in intake.submissions(settings.raw)}
    if missing := [each for each in wanted if each not in known]:
        raise OrderError(f"there is no submission {missing[0]}; 'ncd status --files' lists them")
    held = [known[each] for each in dict.fromkeys(wanted)]
    return Order(
        reference=held[0].submission_id if len(held) == 1 else f"{len(held)} submissions",
        reason=reason,
        whole=tuple(each.submission_id for each in held),
        las=tuple(sorted({each.la_code for each in held})),
        files=tuple(each.file_sha256 for each in held),
    )


def of_child(settings: Settings, la_code: str, identifier: str, reason: str) -> Order:
    """The order that removes a child from all that an authority ever sent.

    Args:
        settings: the workspace.
        la_code: the authority.
        identifier: the child's id as it stands in its returns.
        reason: why; it goes into the audit log.

    Raises:
        OrderError: no such child is held, or the reason names the child.
        KeyProblem: the key of the pseudonyms is lost or not the one in use.
    """
    identifier = identifier.strip()
    if not identifier:
        raise OrderError("there is no child without an id; give it as it stands in the return")
    if intake.names_holding([reason], identifier):
        raise OrderError("the reason names the child, and it goes into the audit log; say why without the id")
    whom, reference = intake.child(settings, la_code, identifier)
    held = intake.holding(settings.raw, whom, intake.seal_of(settings))
    if not held:
        raise OrderError(f"no child of that id is in what {la_code} sent; look at the id and the authority")
    named = intake.names_holding((each.file_name for each in intake.submissions(settings.raw)), identifier)
    refused = intake.names_holding((each.file_name for each in intake.refusals(settings.raw)), identifier)
    return Order(
        reference=reference,
        reason=reason,
        child=whom,
        of_child=tuple(each.submission_id for each in held),
        las=(la_code,),
        files=tuple(each.file_sha256 for each in held),
        nameless=tuple(
            each.submission_id for each in intake.submissions(settings.raw) if each.file_name in named
        ),
        nameless_refusals=tuple(
            each.file_sha256 for each in intake.refusals(settings.raw) if each.file_name in refused
        ),
    )


def pending(settings: Settings) -> Order | None:
    """The order that a killed run left, or None.

    Raises:
        OrderError: it cannot be read.
    """
    file = _file(settings)
    if not file.exists():
        return None
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        held: dict[str, Any] = {name: _frozen(value) for name, value in told.items()}
        return Order(**held | {"child": Child(**told["child"]) if told["child"] else None})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise OrderError(f"{file} cannot be read; remove it and give the erasure again") from None


def write(settings: Settings, order: Order) -> None:
    """Writes an order down: from now on it will be carried out."""
    _clear_drafts(settings)
    intake.write_json(_file(settings), asdict(order))


def strike(settings: Settings) -> None:
    """Takes away an order that was carried out."""
    _file(settings).unlink(missing_ok=True)
    _clear_drafts(settings)
    intake.sync_folder(settings.home)


def _clear_drafts(settings: Settings) -> None:
    """Removes orders that a killed run was still writing: nobody works by them, and they name a child."""
    for draft in settings.home.glob(f".{FILE}.*"):
        draft.unlink()


def _file(settings: Settings) -> Path:
    return settings.home / FILE


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
