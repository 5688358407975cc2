"""What a release was made from: the submissions in use, as its own tables tell.

Never the name of a file: whoever sent it may have put a child's name into it.
"""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Submission:
    """One submission a release was made from. Days and times are ISO; ``received_at`` is in UTC."""

    submission_id: str
    return_id: str
    la_code: str
    period_end: str
    file_sha256: str
    received_at: str


def submissions(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[Submission]:
    """The submissions in use according to ``quality.submission`` of an attached database, by their ids."""
    rows = connection.execute(
        f"""
        select
            submission_id,
            return_id,
            la_code,
            strftime(period_end, '%Y-%m-%d'),
            file_sha256,
            strftime(received_at, '%Y-%m-%dT%H:%M:%SZ')
        from {catalog}.quality.submission
        where state = 'current'
        order by submission_id
        """
    ).fetchall()
    return [Submission(*row) for row in rows]
