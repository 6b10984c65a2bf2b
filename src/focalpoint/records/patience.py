"""Statements that may find too much: stopped in time, and told apart from a fault."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

PATIENCE_MS = 500
STEPS = 20_000  # of SQLite's machine between two looks at the clock
# What a database says when it was stopped, not broken.
STOPPED = ("interrupted", "statement timeout")
# Starting workers takes longer than any of these statements may.
SETTINGS = ("statement_timeout", "enable_seqscan", "max_parallel_workers_per_gather")


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
            with transaction.atomic(), _set(str(milliseconds), "off", "0"):
                yield
    except OperationalError as problem:
        if any(words in str(problem) for words in STOPPED):
            raise TooBroad from problem
        raise


@contextmanager
def _set(*values: str) -> Iterator[None]:
    """Set all settings for a while; a transaction around this one keeps its own."""
    former: tuple[str, ...] = ()
    with connection.cursor() as cursor:
        if connection.savepoint_ids:
            names = ", ".join(f"current_setting('{name}')" for name in SETTINGS)
            cursor.execute(f"SELECT {names}")
            former = cursor.fetchone()
        _apply(cursor, values)
    yield
    if former:  # the end of a transaction of our own sets them back by itself
        with connection.cursor() as cursor:
            _apply(cursor, former)


def _apply(cursor: CursorWrapper, values: tuple[str, ...]) -> None:
    cursor.execute(
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
