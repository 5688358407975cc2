"""Files that a reader sees whole or not at all, whenever the power fails."""

import json
import os
from pathlib import Path
from typing import Any


def write_json(file: Path, values: dict[str, Any]) -> None:
    """Write ``values`` for people to read, too."""
    write_whole(file, (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode())


def write_whole(file: Path, data: bytes) -> None:
    """Write beside ``file`` and rename."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    with draft.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    if os.name == "posix":  # elsewhere a folder cannot be opened to be flushed
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
