"""Bring a collection up to date with a folder of scans; make a query ready."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from focalpoint.engines.ballistics.collection import (
    CLASSES,
    Collection,
    Entry,
    Writer,
    classes_in,
    standing,
)
from focalpoint.engines.ballistics.matrix import Source, scans_in
from focalpoint.engines.ballistics.rank import Query, query_parameters
from focalpoint.engines.ballistics.relief import relief

DEFAULT_PIXEL_UM = 25.0
DROPPED = "gone"


def update(
    folder: Path,
    out: Path,
    source: Source,
    pixel_um: float | None = None,
    told: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Add the scans of a folder that are new or changed; drop those that are gone.

    Parameters
    ----------
    folder : Path
        X3P files, and ``classes.csv`` if class characteristics are known.
    out : Path
        The collection; made where there is none.
    source : Source
    pixel_um : float, optional
        Pitch of the reliefs; that of the collection, else 25.
    told : function, optional
        Called with scans done and scans in all.

    Returns
    -------
    dict
        How many were ``added``, ``kept`` and ``dropped``.

    Raises
    ------
    BadInput
        If a scan cannot be read or prepared, or the folder is no collection.
    """
    paths = scans_in(folder)
    classes = classes_in(folder)
    if pixel_um is None and (out / "index.json").exists():
        pixel_um = Collection(out).pixel_um
    writer = Writer(out, pixel_um or DEFAULT_PIXEL_UM)
    try:
        changes = _changed(writer, paths, classes, source, told)
    except BaseException:
        writer.leave()
        raise
    writer.close()
    return changes


def _changed(
    writer: Writer,
    paths: list[Path],
    classes: dict[str, Entry],
    source: Source,
    told: Callable[[int, int], None] | None,
) -> dict[str, int]:
    """Add what is new, keep what is the same, drop what is gone."""
    have = standing(writer.entries)
    added = kept = 0
    for number, path in enumerate(paths, start=1):
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()[:24]
        row = have.pop(path.stem, None)
        entry = replace(classes.get(path.stem, Entry(path.stem)), digest=digest)
        if row is not None and writer.entries[row].digest == digest:
            known = {name: getattr(entry, name) for name in CLASSES}
            writer.entries[row] = replace(writer.entries[row], **known)
            kept += 1
        else:
            made = relief(source.surface(path), writer.pixel_um, writer.evening)
            if row is not None:
                writer.entries[row] = replace(writer.entries[row], gone=DROPPED)
            writer.add(entry, made)
            added += 1
        if told is not None and (number % 50 == 0 or number == len(paths)):
            told(number, len(paths))
    for row in have.values():
        writer.entries[row] = replace(writer.entries[row], gone=DROPPED)
    return {"added": added, "kept": kept, "dropped": len(have)}


def query(path: Path, folder: Path, source: Source, *, full_circle: bool) -> Query:
    """Make a scan ready for searching one collection.

    Raises
    ------
    BadInput
        If the scan cannot be read, or there is no collection.
    """
    collection = Collection(folder)
    parameters = query_parameters(collection.pixel_um, full_circle=full_circle)
    made = relief(source.surface(path), collection.pixel_um, collection.evening)
    return Query(path.stem, made, parameters)
