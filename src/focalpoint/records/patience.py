"""Statements that may find too much: stopped in time, and told apart from a fault."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

PATIENCE_MS = 500
STEPS = 20_000  # of SQLite's machine between two looks at the clock
# What a database says when it was stopped, not broken.
STOPPED = ("interrupted", "statement timeout")
SETTINGS = ("statement_timeout", "enable_seqscan")


class TooBroad(Exception):
    """More fits than can be looked through while a person waits."""


@contextmanager
def within(milliseconds: int = PATIENCE_MS) -> Iterator[None]:
    """Stop reading that takes longer, and have PostgreSQL read by its indexes.

    With few rows wanted of an estimated many, PostgreSQL would rather read a table from
    its beginning; where the estimate is wrong, that reads five million rows.
    """
    try:
        if connection.vendor == "sqlite":
            with _deadline(milliseconds):
                yield
        else:
            with transaction.atomic(), _set(str(milliseconds), "off"):
                yield
    except OperationalError as problem:
        if any(words in str(problem) for words in STOPPED):
            raise TooBroad from problem
        raise


@contextmanager
def _set(*values: str) -> Iterator[None]:
    """Set both settings for a while; a transaction around this one keeps its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"current_setting('{name}')" for name in SETTINGS)
        )
        former = cursor.fetchone()
        _apply(cursor, values)
    yield
    with connection.cursor() as cursor:
        _apply(cursor, former)


def _apply(cursor: object, values: tuple[str, ...]) -> None:
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS),
        values,
    )


@contextmanager
def _deadline(milliseconds: int) -> Iterator[None]:
    connection.ensure_connection()
    raw = connection.connection
    end = time.monotonic() + milliseconds / 1000
    raw.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, STEPS)
