"""Where the entries of reference registers lie in each database.

PostgreSQL: one table for each edition below ``records_registerentry``, filled by COPY
without an index, indexed once and then attached, so that a load costs those who search
nothing and an old edition goes at once. SQLite: one table for all; the rows of an
edition lie together, because their identifiers begin with it.

Names of our own only: nothing that a person typed comes near these statements.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from focalpoint.records import serial_tokens
from focalpoint.records.models.register import RegisterEntry
from focalpoint.records.models.search_document import SerialKey

TABLE = RegisterEntry._meta.db_table
FIELDS = [field.attname for field in RegisterEntry._meta.concrete_fields]
COLUMNS = ", ".join(
    f'"{field.column}"' for field in RegisterEntry._meta.concrete_fields
)
EDITION_BITS = 32
REMOVED = 5000  # rows of one DELETE on SQLite: well under half a second
INDEX_MEMORY = "256MB"
INDEXES = [
    "(light varchar_pattern_ops)",
    "(reverse varchar_pattern_ops)",
    "(number)",
]


def lay_out() -> None:
    """Make what PostgreSQL needs beyond its tables: pieces, and a table of tables."""
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        cursor.execute(serial_tokens.DEFINITION)
        cursor.execute(serial_tokens.index_of(SerialKey._meta.db_table))
        cursor.execute("SELECT relkind FROM pg_class WHERE oid = %s::regclass", [TABLE])
        if cursor.fetchone()[0] in ("r", b"r"):
            _divide(cursor)
        cursor.execute(serial_tokens.index_of(TABLE))


def _divide(cursor: Any) -> None:
    """Make the plain table of the migration, still empty, one of editions."""
    cursor.execute(f"SELECT 1 FROM {TABLE} LIMIT 1")  # noqa: S608
    if cursor.fetchone():
        return
    cursor.execute(f"ALTER TABLE {TABLE} RENAME TO {TABLE}_plain")
    cursor.execute(
        f"CREATE TABLE {TABLE} (LIKE {TABLE}_plain INCLUDING DEFAULTS) "
        "PARTITION BY LIST (edition_id)"
    )
    cursor.execute(f"DROP TABLE {TABLE}_plain")
    _index(cursor, TABLE)


def _index(cursor: Any, table: str) -> None:
    cursor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (id, edition_id)")
    for definition in INDEXES:
        cursor.execute(f"CREATE INDEX ON {table} {definition}")


def first_id(edition: int) -> int:
    """Return the number below the first entry of an edition."""
    return edition << EDITION_BITS


def open_for(edition: int) -> None:
    """Make room for the entries of an edition."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE {_own(edition)} (LIKE {TABLE} INCLUDING DEFAULTS)"
            )


def add(edition: int, rows: Sequence[Sequence[Any]]) -> None:
    """Store entries: values in the order of ``FIELDS``."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {_own(edition)} ({COLUMNS}) FROM STDIN"
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
            return
    marks = ", ".join("?" * len(FIELDS))
    connection.ensure_connection()
    connection.connection.executemany(
        f"INSERT INTO {TABLE} ({COLUMNS}) VALUES ({marks})",  # noqa: S608
        rows,
    )


def close(edition: int) -> None:
    """Index what was stored and let it be read; others notice nothing until the end."""
    if connection.vendor != "postgresql":
        return
    own = _own(edition)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{INDEX_MEMORY}'")
        cursor.execute(
            f"ALTER TABLE {own} ADD CONSTRAINT {own}_one CHECK (edition_id = {edition})"
        )
        _index(cursor, own)
        cursor.execute(serial_tokens.index_of(own))
        cursor.execute(f"ANALYZE {own}")
        cursor.execute(
            f"ALTER TABLE {TABLE} ATTACH PARTITION {own} FOR VALUES IN ({edition})"
        )


def remove(edition: int) -> Iterator[int]:
    """Remove the entries of an edition a portion at a time; yield how many each."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            cursor.execute(f"DROP TABLE IF EXISTS {_own(edition)}")
        return
    first = first_id(edition)
    rows = RegisterEntry.objects.filter(pk__gt=first, pk__lt=first_id(edition + 1))
    while True:
        with transaction.atomic():
            keys = list(rows.order_by("pk").values_list("pk", flat=True)[:REMOVED])
            if not keys:
                return
            rows.filter(pk__lte=keys[-1]).delete()
        yield len(keys)


def _own(edition: int) -> str:
    return f"{TABLE}_{int(edition)}"
