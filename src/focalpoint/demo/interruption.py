"""A loading that was killed: noticed at the next start, cleared away, begun anew."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from focalpoint.demo import people
from focalpoint.values.errors import BadInput


@contextmanager
def noted() -> Iterator[None]:
    """Leave a note in the instance for as long as the loading lasts."""
    _note().write_text("The demonstration is being loaded.\n")
    yield
    _note().unlink()


def found() -> bool:
    """Tell whether a loading began and did not end."""
    return _note().is_file()


def clear() -> None:
    """Remove what an interrupted loading made: all of it is invented."""
    if connection.vendor != "sqlite":
        raise BadInput(
            "the loading of the demonstration was interrupted; make the database "
            "anew, remove %(home)s and load again",
            home=settings.HOME,
        )
    name = str(connection.settings_dict["NAME"])
    connection.close()
    for ending in ("", "-wal", "-shm"):
        Path(name + ending).unlink(missing_ok=True)
    shutil.rmtree(settings.ATTACHMENTS, ignore_errors=True)
    shutil.rmtree(Path(settings.HOME) / "intake", ignore_errors=True)
    people.path().unlink(missing_ok=True)
    (Path(settings.HOME) / "audit-seals.txt").unlink(missing_ok=True)
    _note().unlink()


def _note() -> Path:
    return Path(settings.HOME) / "demonstration-loading"
