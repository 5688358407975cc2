"""Parquet sealed and opened: the standard's own encryption, uniform, AES-256 in GCM, footer and all.

Each page has a nonce of its own; the 4,000,000,000
that one key may safely have are more pages than a country sends in a lifetime.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_SEALED = b"PARE"  # how a sealed file begins, by the standard; an open one begins with PAR1


@dataclass(frozen=True)
class Seal:
    """What Parquet files are written and read with: nothing, or a key and the name it may be called by."""

    key_id: str | None = None
    secret: bytes | None = field(default=None, repr=False)

    def bytes_of(self, table: pa.Table) -> bytes:
        """A table as the bytes of a Parquet file."""
        sink = pa.BufferOutputStream()
        more: dict[str, Any] = {}
        if self.secret:
            from pyarrow.parquet.encryption import create_encryption_properties

            more["encryption_properties"] = create_encryption_properties(footer_key=self.secret)
        # without Arrow's own copy of the schema: all is text and int32, a quarter of a small file
        pq.write_table(table, sink, compression="zstd", store_schema=False, **more)
        return sink.getvalue().to_pybytes()

    def read(
        self, file: Path, columns: Sequence[str] | None = None, schema: pa.Schema | None = None
    ) -> pa.Table:
        """The table in a file, or some of its columns.

        Raises:
            OSError, pa.ArrowException: it is missing, damaged, or sealed in another way.
        """
        return pq.read_table(
            file,
            columns=list(columns) if columns else None,
            schema=schema,
            decryption_properties=self._opening(),
        )

    def rows(self, file: Path) -> int:
        """How many rows a file has, from its footer."""
        return pq.read_metadata(file, decryption_properties=self._opening()).num_rows

    def fits(self, file: Path) -> bool:
        """Whether a file is sealed in this way, or open if this is no seal."""
        with file.open("rb") as opened:
            is_sealed = opened.read(4) == _SEALED
        if not self.secret or not is_sealed:
            return is_sealed == bool(self.secret)
        try:
            self.rows(file)
        except (OSError, pa.ArrowException):
            return False
        return True

    def _opening(self) -> Any:
        if not self.secret:
            return None
        from pyarrow.parquet.encryption import create_decryption_properties

        return create_decryption_properties(footer_key=self.secret)


#: No seal.
OPEN = Seal()
