"""Where the files of an import lie while it runs, and how they are read again."""

import hashlib
import re
import shutil
from functools import lru_cache
from pathlib import Path, PurePosixPath

from django.conf import settings

from focalpoint.intake.models import Batch, BatchTable
from focalpoint.interop import tables
from focalpoint.interop.limits import DEFAULTS
from focalpoint.interop.tables import Table
from focalpoint.values.errors import BadInput

KEPT_ENDINGS = 2  # such as .csv.gz


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
    return _read(path, part.file, part.sheet, path.stat().st_mtime_ns)


def drop(batch: Batch) -> None:
    """Delete the files of an import that is settled."""
    _read.cache_clear()
    shutil.rmtree(folder(batch), ignore_errors=True)


@lru_cache(maxsize=12)
def _read(path: Path, name: str, sheet: str, _stamp: int) -> Table:
    found = tables.read(path, name=name, sheet=sheet, limits=DEFAULTS)
    return found[0]
