"""A searchable collection of scans: a folder of flat files that are mapped, not read.

``index.json`` tells the format and how many entries count; ``entries.csv`` names them
with their class characteristics; ``spectra.i8``, ``masks.i8`` and ``scales.f4`` hold the
low frequencies for the first look, ``reliefs.i8`` with ``places.i8`` the reliefs for the
second and the cells. New entries are appended behind those that count, and count only
when both lists have been replaced: a search never sees half an entry.
"""

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint import __version__
from focalpoint.engines.ballistics.compiled import Real
from focalpoint.engines.ballistics.relief import Evening, Relief, rebinned
from focalpoint.engines.ballistics.whole import Band, spectra
from focalpoint.values.errors import BadInput

FORMAT = 2
CLASSES = ("calibre", "firing_pin", "breech_face")
FIELDS = ("scan", "digest", "gone", *CLASSES)
MISSING = -128
# The first look of a search: coarse, one byte for each part of a frequency.
# Scans of which half is missing lie up to half a face from where their middles meet.
FIRST = Band(
    period_um=5000.0, wavelength_um=120.0, pixel_um=50.0, reach_um=1600.0, step_um=50.0
)
# What of it the stored frequencies depend on.
STORED = ("period_um", "wavelength_um", "pixel_um")
PIXEL_LEAST_UM, PIXEL_MOST_UM = 10.0, 50.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One scan of a collection, and the class characteristics that are known of it."""

    scan: str
    digest: str = ""
    gone: str = ""
    calibre: str = ""
    firing_pin: str = ""
    breech_face: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Low:
    """Low frequencies of some entries, real and imaginary parts apart, entries last.

    ``heights`` and ``masks`` are float32, shapes (2, F, K, B) and (2, f, k, B);
    ``points`` the measured points of each entry, float, shape (B,).
    """

    heights: Real
    masks: Real
    points: NDArray[Any]


class Collection:
    """A collection opened for searching: arrays are mapped from the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        head = _head(folder)
        self.pixel_um = float(head["pixel_um"])
        self.count = int(head["count"])
        self.evening = Evening(**head["evening"])
        self.entries = _entries(folder)[: self.count]
        high, low = FIRST.heights, FIRST.masks
        self._spectra = self._mapped("spectra.i8", np.int8, _spectrum_shape(high))
        self._masks = self._mapped("masks.i8", np.int8, _spectrum_shape(low))
        self._scales = self._mapped("scales.f4", np.float32, (3,))
        self._places = self._mapped("places.i8", np.int64, (5,))
        self._reliefs = np.memmap(folder / "reliefs.i8", np.int8, "r")

    def _mapped(self, name: str, kind: type, shape: tuple[int, ...]) -> Any:
        return np.memmap(
            self.folder / name, dtype=kind, mode="r", shape=(self.count, *shape)
        )

    def rows(self, like: Entry | None = None) -> NDArray[np.int64]:
        """Entries that stand, and do not differ from ``like`` in a known class."""
        return np.array(
            [
                row
                for row, entry in enumerate(self.entries)
                if not entry.gone and (like is None or could_be(entry, like))
            ],
            dtype=np.int64,
        )

    def first_look(self, rows: NDArray[np.int64]) -> "Low":
        """Low frequencies of some entries."""
        scales = self._scales[rows]
        return Low(
            _planes(self._spectra[rows], scales[:, 0]),
            _planes(self._masks[rows], scales[:, 1]),
            scales[:, 2].astype(float),
        )

    def relief(self, row: int) -> Relief:
        """The relief of one entry."""
        start, rows, columns, middle_row, middle_column = map(int, self._places[row])
        packed = self._reliefs[start : start + rows * columns].reshape(rows, columns)
        mask = (packed != MISSING).astype(np.float32)
        scale = np.float32(self.evening.spread_max / 126)
        heights = packed.astype(np.float32) * scale * mask
        return Relief(heights, mask, self.pixel_um, (middle_row, middle_column))


def could_be(entry: Entry, like: Entry) -> bool:
    """Whether no class characteristic that both state differs."""
    pairs = ((getattr(entry, name), getattr(like, name)) for name in CLASSES)
    return all(not a or not b or a.casefold() == b.casefold() for a, b in pairs)


def _spectrum_shape(by: Any) -> tuple[int, int, int]:
    return (by.down.shape[0], by.across.shape[1] // 2, 2)


def _planes(packed: NDArray[np.int8], scale: NDArray[np.float32]) -> Real:
    """Bytes, (B, F, K, 2), to real and imaginary parts, entries last: (2, F, K, B)."""
    turned: Real = np.ascontiguousarray(packed.transpose(3, 1, 2, 0)).astype(np.float32)
    turned *= scale
    return turned


def _packed(values: Any) -> tuple[NDArray[np.int8], float]:
    """Complex numbers as pairs of bytes, and the scale that brings them back."""
    parts = np.ascontiguousarray(values).view(np.float32).reshape(*values.shape, 2)
    scale = float(np.abs(parts).max()) / 127 or 1.0
    return np.rint(parts / scale).astype(np.int8), scale


class Writer:
    """A collection opened for adding entries; ``close`` makes them count."""

    def __init__(self, folder: Path, pixel_um: float = 25.0) -> None:
        self.folder = folder
        self.pixel_um = pixel_um
        self.evening = Evening()
        self.entries: list[Entry] = []
        if (folder / "index.json").exists():
            head = _head(folder)
            if float(head["pixel_um"]) != pixel_um:
                raise BadInput(
                    "the index %(folder)s has a pixel of %(pixel)s um; keep it, or "
                    "choose another folder",
                    folder=str(folder),
                    pixel=f"{float(head['pixel_um']):g}",
                )
            self.entries = _entries(folder)[: int(head["count"])]
        elif folder.exists() and any(folder.iterdir()):
            raise BadInput(
                "%(folder)s is not an index and not empty; choose another folder",
                folder=str(folder),
            )
        if not PIXEL_LEAST_UM <= pixel_um <= PIXEL_MOST_UM:
            raise BadInput(
                "an index has a pixel of %(least)s to %(most)s um, not %(pixel)s",
                least=f"{PIXEL_LEAST_UM:g}",
                most=f"{PIXEL_MOST_UM:g}",
                pixel=f"{pixel_um:g}",
            )
        folder.mkdir(parents=True, exist_ok=True)
        count = len(self.entries)
        sizes = {
            "spectra.i8": count * int(np.prod(_spectrum_shape(FIRST.heights))),
            "masks.i8": count * int(np.prod(_spectrum_shape(FIRST.masks))),
            "scales.f4": count * 12,
            "places.i8": count * 40,
        }
        self._files = {name: self._at(name, size) for name, size in sizes.items()}
        end = 0
        if count:
            last = np.fromfile(folder / "places.i8", np.int64)[5 * count - 5 :][:3]
            end = int(last[0] + last[1] * last[2])
        self._files["reliefs.i8"] = self._at("reliefs.i8", end)
        self._end = end

    def _at(self, name: str, size: int) -> Any:
        """A file open for appending behind ``size`` bytes; what lies behind is lost."""
        path = self.folder / name
        path.touch()
        stream = path.open("r+b")
        stream.truncate(size)
        stream.seek(size)
        return stream

    def add(self, entry: Entry, relief: Relief) -> None:
        """Append one entry; ``relief`` has the pixel and evening of the collection."""
        view = spectra(rebinned(relief, FIRST.pixel_um), FIRST, np.zeros(1))
        heights, height_scale = _packed(view.heights[0])
        masks, mask_scale = _packed(view.masks[0])
        scales = np.array([height_scale, mask_scale, view.points[0]], np.float32)
        packed = np.rint(relief.heights * (126 / self.evening.spread_max))
        packed[relief.mask == 0] = MISSING
        rows, columns = packed.shape
        place = np.array([self._end, rows, columns, *relief.middle], np.int64)
        self._end += rows * columns
        for name, values in (
            ("spectra.i8", heights),
            ("masks.i8", masks),
            ("scales.f4", scales),
            ("places.i8", place),
            ("reliefs.i8", packed.astype(np.int8)),
        ):
            self._files[name].write(values.tobytes())
        self.entries.append(entry)

    def leave(self) -> None:
        """Close the files; what was added does not count."""
        for stream in self._files.values():
            stream.close()

    def close(self) -> None:
        """Make everything that was added count."""
        self.leave()
        draft = self.folder / ".entries.csv"
        with draft.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(FIELDS)
            writer.writerows(
                [getattr(entry, name) for name in FIELDS] for entry in self.entries
            )
        draft.replace(self.folder / "entries.csv")
        head = {
            "format": FORMAT,
            "version": __version__,
            "pixel_um": self.pixel_um,
            "count": len(self.entries),
            "evening": asdict(self.evening),
            "first_look": {name: getattr(FIRST, name) for name in STORED},
        }
        draft = self.folder / ".index.json"
        draft.write_text(json.dumps(head, indent=1), encoding="utf-8")
        draft.replace(self.folder / "index.json")


def _head(folder: Path) -> dict[str, Any]:
    path = folder / "index.json"
    if not path.is_file():
        raise BadInput(
            "%(folder)s is no index; make one with 'focalpoint scan index'",
            folder=str(folder),
        )
    try:
        head: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise BadInput(
            "%(path)s is damaged; make the index again", path=str(path)
        ) from problem
    made = head.get("first_look", {})
    same = all(made.get(name) == getattr(FIRST, name) for name in STORED)
    if head.get("format") != FORMAT or not same:
        raise BadInput(
            "the index %(folder)s was made by another version; make it again",
            folder=str(folder),
        )
    return head


def _entries(folder: Path) -> list[Entry]:
    with (folder / "entries.csv").open(newline="", encoding="utf-8") as stream:
        return [Entry(**row) for row in csv.DictReader(stream)]


def classes_in(folder: Path) -> dict[str, Entry]:
    """Class characteristics from ``classes.csv`` of a folder of scans, by scan.

    Raises
    ------
    BadInput
        If a column is missing or a scan stands there twice.
    """
    path = folder / "classes.csv"
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.DictReader(stream)
        wanted = {"scan", *CLASSES}
        if not wanted <= set(reader.fieldnames or ()):
            raise BadInput(
                "%(path)s needs the columns scan, calibre, firing_pin and breech_face",
                path=str(path),
            )
        found: dict[str, Entry] = {}
        for row in reader:
            name = (row["scan"] or "").strip().removesuffix(".x3p")
            if name in found:
                raise BadInput(
                    "%(path)s names %(scan)s twice", path=str(path), scan=name
                )
            known = {key: (row[key] or "").strip() for key in CLASSES}
            found[name] = Entry(name, **known)
    return found


def standing(entries: Iterable[Entry]) -> dict[str, int]:
    """Row of each scan that stands."""
    return {entry.scan: row for row, entry in enumerate(entries) if not entry.gone}
