"""Result files: each appears only when it is whole."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from focalpoint.values.errors import BadInput


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; rename it there when the block succeeds."""
    target = Path(path)
    if not target.parent.is_dir():
        raise BadInput(
            "there is no folder %(folder)s to write %(name)s into; make it first",
            folder=str(target.parent),
            name=target.name,
        )
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        draft.chmod(0o666 & ~_umask())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
