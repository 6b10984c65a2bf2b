"""Where the files of an import lie while it runs, and how they are read again."""

import hashlib
import re
import shutil
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from django.conf import settings

from focalpoint.intake.models import Batch, BatchTable
from focalpoint.interop import tables
from focalpoint.interop.limits import DEFAULTS
from focalpoint.interop.tables import Table
from focalpoint.values.errors import BadInput

KEPT_ENDINGS = 2  # such as .csv.gz
REMEMBERED = 12  # tables that this process has read


def folder(batch: Batch) -> Path:
    """Return the folder of an import; it exists until the import is settled."""
    return Path(settings.HOME) / "intake" / str(batch.pk)


def plain_name(name: str) -> str:
    """Return a sender's file name without folders and control characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f]", "", last)[:200] or "file"


def keep(batch: Batch, source: Path, name: str, position: int) -> tuple[str, str]:
    """Copy a file into the import's folder; return its name there and its SHA-256."""
    if source.stat().st_size > settings.MAX_UPLOAD_BYTES:
        raise BadInput(
            "%(file)s has %(size)d MB; at most %(limit)d MB are accepted: divide it "
            "into several files",
            file=plain_name(name),
            size=source.stat().st_size >> 20,
            limit=settings.MAX_UPLOAD_BYTES >> 20,
        )
    place = folder(batch)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    endings = "".join(PurePosixPath(plain_name(name)).suffixes[-KEPT_ENDINGS:])
    stored = f"{position}{re.sub(r'[^.A-Za-z0-9]', '', endings)[:20]}"
    target = place / stored
    shutil.copyfile(source, target)
    target.chmod(0o600)
    with target.open("rb") as file:
        return stored, hashlib.file_digest(file, "sha256").hexdigest()


def table_of(part: BatchTable) -> Table:
    """Read the table of an import again from its file."""
    path = folder(part.batch) / part.stored
    if not path.is_file():
        raise BadInput(
            "the file %(file)s of this import is no longer kept", file=part.file
        )
    key = _key(part, path)
    if key not in _tables:
        found = tables.read(path, name=part.file, sheet=part.sheet, limits=DEFAULTS)
        _keep(key, found[0])
    return _tables[key]


def remember(part: BatchTable, table: Table) -> None:
    """Keep a table that was just read, so that the next step need not read it again."""
    _keep(_key(part, folder(part.batch) / part.stored), table)


def drop(batch: Batch) -> None:
    """Delete the files of an import that is settled."""
    place = folder(batch)
    for key in [key for key in _tables if key.path.parent == place]:
        del _tables[key]
    shutil.rmtree(place, ignore_errors=True)


class _Key(NamedTuple):
    path: Path
    file: str
    sheet: str
    stamp: int


_tables: dict[_Key, Table] = {}


def _key(part: BatchTable, path: Path) -> _Key:
    return _Key(path, part.file, part.sheet, path.stat().st_mtime_ns)


def _keep(key: _Key, table: Table) -> None:
    while len(_tables) >= REMEMBERED:
        del _tables[next(iter(_tables))]
    _tables[key] = table
