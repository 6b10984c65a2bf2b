"""The full-text index of both databases behind one face.

Words are made by ``records.words``, so the databases only look tokens up: SQLite in an
FTS5 table over ``SearchDocument.text``, PostgreSQL in a generated ``tsvector`` column.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

TABLE = "records_searchdocument"
INDEX = "records_searchtext"


@dataclass(frozen=True, slots=True)
class Token:
    """One word, or with ``is_start`` every word that begins so."""

    text: str
    is_start: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these holds."""

    parts: tuple["Node", ...]


Node = Token | Every | Some


def every(parts: Iterable[Node]) -> Node:
    """Join conditions that all hold."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else Every(found)


def some(parts: Iterable[Node]) -> Node:
    """Join conditions of which one holds."""
    found = tuple(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else Some(found)


def matching(documents: QuerySet[Any], node: Node) -> QuerySet[Any]:
    """Narrow documents to those that a condition fits, latest first."""
    if connection.vendor == "sqlite":
        return documents.extra(  # noqa: S610 - the expression is a parameter
            tables=[INDEX],
            where=[f"{INDEX}.rowid = {TABLE}.id", f"{INDEX} MATCH %s"],
            params=[_fts5(node)],
            order_by=[f"-{INDEX}.rowid"],
        )
    # Each part by itself: the index then reads no more of a frequent word than the
    # rarer ones leave, which takes a tenth to a third less than one condition for all.
    parts = node.parts if isinstance(node, Every) else (node,)
    return documents.extra(  # noqa: S610 - the expressions are parameters
        where=[f"{TABLE}.tokens @@ %s::tsquery"] * len(parts),
        params=[_tsquery(part) for part in parts],
    ).order_by("-id")


def lay_out() -> None:
    """Make the index where it is missing.

    Django rebuilds a table on SQLite when a migration alters it, which drops triggers
    without a word; so this is done after every migration.
    """
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "postgresql" and _has_tokens(cursor):
            return
        for statement in LAYOUT[connection.vendor]:
            cursor.execute(statement)


def rebuild() -> None:
    """Make the words anew from the documents."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES('rebuild')")


def _has_tokens(cursor: Any) -> bool:
    columns = connection.introspection.get_table_description(cursor, TABLE)
    return any(column.name == "tokens" for column in columns)


def _fts5(node: Node) -> str:
    if isinstance(node, Token):
        return f'"{_safe(node.text)}"{"*" if node.is_start else ""}'
    word = " AND " if isinstance(node, Every) else " OR "
    return "(" + word.join(map(_fts5, node.parts)) + ")"


def _tsquery(node: Node) -> str:
    if isinstance(node, Token):
        return f"'{_safe(node.text)}'{':*' if node.is_start else ''}"
    word = " & " if isinstance(node, Every) else " | "
    return "(" + word.join(map(_tsquery, node.parts)) + ")"


def _safe(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum() or sign in "=_.-")


# Names of our own only: nothing that a person typed comes near these statements.
LAYOUT: dict[str, list[str]] = {
    "sqlite": [
        f"""
        CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5(
            text, content='{TABLE}', content_rowid='id', detail=none, columnsize=0,
            tokenize="unicode61 remove_diacritics 0 tokenchars '=_.-'")
        """,
        f"""
        CREATE TRIGGER IF NOT EXISTS {INDEX}_insert AFTER INSERT ON {TABLE} BEGIN
            INSERT INTO {INDEX}(rowid, text) VALUES (new.id, new.text); END
        """,  # noqa: S608
        f"""
        CREATE TRIGGER IF NOT EXISTS {INDEX}_delete AFTER DELETE ON {TABLE} BEGIN
            INSERT INTO {INDEX}({INDEX}, rowid, text)
            VALUES ('delete', old.id, old.text); END
        """,  # noqa: S608
        f"""
        CREATE TRIGGER IF NOT EXISTS {INDEX}_update AFTER UPDATE OF text ON {TABLE}
        WHEN old.text IS NOT new.text BEGIN
            INSERT INTO {INDEX}({INDEX}, rowid, text)
            VALUES ('delete', old.id, old.text);
            INSERT INTO {INDEX}(rowid, text) VALUES (new.id, new.text); END
        """,  # noqa: S608
    ],
    "postgresql": [
        f"""
        ALTER TABLE {TABLE} ADD COLUMN tokens tsvector GENERATED ALWAYS AS
        (array_to_tsvector(string_to_array(btrim(text), ' '))) STORED
        """,
        f"CREATE INDEX {INDEX}_tokens ON {TABLE} USING gin (tokens)",
        f"ALTER TABLE {TABLE} ALTER COLUMN tokens SET STATISTICS 1000",
    ],
}
