"""A secret of 32 bytes in a file that only its owner reads, as 64 hexadecimal digits."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

_LENGTH = 32


def read(file: Path) -> bytes | None:
    """The secret in a file; None where there is none that can be used."""
    with suppress(OSError, ValueError):
        return parsed(file.read_text(encoding="ascii"))
    return None


def parsed(text: str) -> bytes | None:
    """The secret that a text writes out; None where it is none."""
    with suppress(ValueError):
        secret = bytes.fromhex(text.strip())
        return secret if len(secret) == _LENGTH else None
    return None


def make(file: Path) -> None:
    """Writes a new secret, unless another run was faster: then its secret stands."""
    draft = _draft(file)
    try:
        try:
            os.link(draft, file)  # whole or not at all, and never over a key that is there
        except FileExistsError:
            pass
        except OSError:  # a disk without links, such as a memory stick
            if not file.exists():
                draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def replace(file: Path, old: Path) -> None:
    """Writes a new secret into a file; the one before goes to ``old`` first, so that none is ever lost."""
    old.unlink(missing_ok=True)
    try:
        os.link(file, old)
    except OSError:
        old.write_bytes(file.read_bytes())
        old.chmod(0o600)
    _draft(file).replace(file)


def _draft(file: Path) -> Path:
    """A new secret beside a file, on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(secrets.token_hex(_LENGTH) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return draft
