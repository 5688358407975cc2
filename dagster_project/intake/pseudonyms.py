"""Pseudonyms in place of the identifiers that the dictionary marks.

Keyed (HMAC-SHA-256), since the ids of a country can be counted through and an unkeyed hash of each be kept.
A child's id means something only within its authority, so the authority is part of what is hashed; a UPN and
a worker's number are national. Of a postcode the outward part is kept, and behind it a pseudonym of the
whole: whether two places are one can still be told, where they are cannot.
"""

import hmac
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.dictionary import Field, codes, field_taken_over, fields
from dagster_project.intake.keys import Key
from dagster_project.returns.ancestry import rows_above

#: Domains whose ids mean something only within the authority that gives them.
_WITHIN_AUTHORITY = {"child", "worker_name", "family", "adopter"}
_POSTCODE = r"^(?P<outward>[A-Z]{1,2}[0-9][A-Z0-9]?) ?[0-9][A-Z]{2}$"
_BETWEEN = "\x1f"


def pseudonym(key: Key, *parts: str) -> str:
    """32 hex characters that stand for ``parts``: the domain first, then what makes the value unique."""
    return hmac.digest(key.secret, _BETWEEN.join(parts).encode(), "sha256").hex()[:32]


def pseudonymised(
    return_id: str, tables: dict[str, pa.Table], la_code: str, submission_id: str, key: Key
) -> Iterator[tuple[str, pa.Table]]:
    """Each table by its name, with a pseudonym for every identifier; made one at a time, as they are taken.

    Pseudonyms come as dictionaries of text: each is long, and stands on all rows of its child.

    A child without an id gets one for this submission and row alone: no two such children become one, and
    none of their events is lost.
    """
    known: dict[tuple[str, str], str] = {}
    for name, table in tables.items():
        for field in fields(return_id, name):
            if not field.identifier:
                continue
            if field.identifier == "postcode":
                values = _outward(table[field.name], key)
            else:
                values = _replaced(table[field.name], field.identifier, la_code, key, known)
            if field.identifier == "child" and values.null_count:
                values = _with_unidentified(values, tables, field, submission_id, key)
            table = table.set_column(table.schema.get_field_index(field.name), field.name, values)
        yield name, table


def _outward(column: pa.ChunkedArray, key: Key) -> pa.Array:
    """Each postcode as its outward part and a pseudonym, ``CV1 0123456789ab``; ``?`` where it is none."""
    encoded = pc.utf8_upper(column.combine_chunks()).dictionary_encode()
    found = pc.extract_regex(encoded.dictionary, _POSTCODE).field("outward").to_pylist()
    whole = [value.replace(" ", "") for value in encoded.dictionary.to_pylist()]
    kept = [
        f"{outward or '?'} {pseudonym(key, 'postcode', value)[:12]}"
        for outward, value in zip(found, whole, strict=True)
    ]
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(kept, type=pa.string()))


def _replaced(
    column: pa.ChunkedArray, domain: str, la_code: str, key: Key, known: dict[tuple[str, str], str]
) -> pa.Array:
    scope = (domain, la_code) if domain in _WITHIN_AUTHORITY else (domain,)
    encoded = column.combine_chunks().dictionary_encode()
    stand_ins = []
    for value in encoded.dictionary.to_pylist():
        if (domain, value) not in known:
            # why a child has no number is of many children, and nobody's id
            is_reason = domain == "upn" and value in codes("ssda903_upn_unknown")
            known[domain, value] = value if is_reason else pseudonym(key, *scope, value)
        stand_ins.append(known[domain, value])
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(stand_ins, type=pa.string()))


def _with_unidentified(
    values: pa.Array, tables: dict[str, pa.Table], field: Field, submission_id: str, key: Key
) -> pa.Array:
    """The pseudonyms, with one of its own for each child whose id was not sent, on all of its rows."""
    source = field_taken_over(field)
    home = source.table if source else field.table
    own = tables[field.table]["row_number"].combine_chunks()
    above = rows_above(field.return_id, tables, field.table, home) if source else own
    # files of some returns stand alone, each with its own id column: there no row is above
    whose = zip(values.to_pylist(), above.to_pylist(), own.to_pylist(), strict=True)
    return pa.array(
        [
            value
            or (
                pseudonym(key, "unidentified", submission_id, home, str(parent))
                if parent
                else pseudonym(key, "unidentified", submission_id, field.table, str(row))
            )
            for value, parent, row in whose
        ],
        type=pa.string(),
    )
