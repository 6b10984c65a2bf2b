"""Long work leaves room for people: pages wait neither for the disk nor for a processor.

On SQLite whoever commits when the log of changes is long moves it into the database and
waits for the disk. Work in the background does that for everybody, in large portions,
because the same pages are written again and again. On PostgreSQL every commit waits for
the disk, unless it says that it need not.
"""

import os
import time

from django.db import connection

LOGGED = 8000  # pages of 4 KB, half of what pages of the web leave (settings)
STEPS_BACK = 5
MOMENT = 0.11  # seconds; whoever waits for SQLite asks again after a tenth at most


def collect_writes() -> None:
    """Have this connection move the log of changes when it holds about 32 MB."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA wal_autocheckpoint={LOGGED}")


def move_log() -> None:
    """Move what the log of changes holds into the database, waiting for nobody."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def do_not_wait_for_disk() -> None:
    """Let this transaction end before PostgreSQL's disk holds it.

    For steps of a work that remembers how far it is: whatever is committed after them
    waits for the disk, and so for them too. A power cut before that takes the last
    steps back, none out of turn, and the work goes on from there.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def step_back() -> None:
    """Let the processes that answer people go first, where the system knows how."""
    if hasattr(os, "nice") and os.nice(0) < STEPS_BACK:
        os.nice(STEPS_BACK)


def let_others_in() -> None:
    """Pause between two transactions, so that whoever waits to write comes between."""
    if connection.vendor == "sqlite":
        time.sleep(MOMENT)
