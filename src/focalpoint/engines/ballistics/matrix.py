"""All pairs of a folder, in blocks, so that few scans are held at a time."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby, pairwise
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path

from focalpoint.engines.ballistics import x3p
from focalpoint.engines.ballistics.arrays import chosen
from focalpoint.engines.ballistics.compare import Ready, ready
from focalpoint.engines.ballistics.many import compare_many
from focalpoint.engines.ballistics.parameters import Parameters
from focalpoint.engines.ballistics.preparation import prepared
from focalpoint.engines.ballistics.surface import UNKNOWN, Surface
from focalpoint.values.errors import BadInput

BLOCK = 16


@dataclass(frozen=True, slots=True)
class Source:
    """How files become surfaces: prepared first or as they are, and a stated unit."""

    raw: bool = False
    unit: str = ""

    def surface(self, path: Path) -> Surface:
        """Read one file.

        Raises
        ------
        BadInput
            If it cannot be read or prepared.
        """
        surface = x3p.read(path).surface
        if surface.unit == UNKNOWN and self.unit:
            surface = surface.in_unit(self.unit)
        return prepared(surface).surface if self.raw else surface


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the matrix."""

    a: str
    b: str
    cmc: int
    cells: int
    score: float


def scans_in(folder: Path) -> list[Path]:
    """X3P files of a folder in the order of their names, links followed.

    Raises
    ------
    BadInput
        If it is no folder, or two files have the same name but for the ending.
    """
    if not folder.is_dir():
        raise BadInput("there is no folder %(folder)s", folder=str(folder))
    found = [p for p in folder.iterdir() if p.suffix.lower() == ".x3p" and p.is_file()]
    found.sort(key=lambda path: path.stem)
    for one, other in pairwise(found):
        if one.stem == other.stem:
            raise BadInput(
                "%(one)s and %(other)s have the same name; rename one",
                one=one.name,
                other=other.name,
            )
    return found


def matrix(
    paths: list[Path],
    parameters: Parameters,
    source: Source,
    jobs: int = 1,
    told: Callable[[int, int], None] | None = None,
    device: str = "cpu",
) -> list[Row]:
    """Compare every unordered pair, the earlier as the reference.

    Parameters
    ----------
    paths : list of Path
        In the order in which pairs are wanted.
    parameters : Parameters
    source : Source
    jobs : int
        Processes; the result does not depend on it.
    told : function, optional
        Called with pairs done and pairs in all.
    device : str
        ``auto``, ``cpu`` or ``gpu``.

    Returns
    -------
    list of Row
    """
    blocks = list(_blocks(len(paths)))
    total = len(paths) * (len(paths) - 1) // 2
    found: dict[tuple[int, int], Row] = {}
    chosen(device)
    work = partial(_block, paths, parameters, source, device)
    for rows in _each(work, blocks, jobs):
        found.update(rows)
        if told is not None:
            told(len(found), total)
    return [found[pair] for pair in sorted(found)]


Pairs = list[tuple[int, int]]


def _blocks(count: int) -> Iterator[Pairs]:
    starts = range(0, count, BLOCK)
    for first in starts:
        for second in starts:
            pairs = [
                (i, j)
                for i in range(first, min(first + BLOCK, count))
                for j in range(max(second, i + 1), min(second + BLOCK, count))
            ]
            if pairs:
                yield pairs


def _each(
    work: Callable[[Pairs], dict[tuple[int, int], Row]], blocks: list[Pairs], jobs: int
) -> Iterator[dict[tuple[int, int], Row]]:
    if jobs <= 1:
        yield from map(work, blocks)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(work, block) for block in blocks]):
            yield done.result()


def _block(
    paths: list[Path],
    parameters: Parameters,
    source: Source,
    device: str,
    pairs: Pairs,
) -> dict[tuple[int, int], Row]:
    rows = {}
    for i, same in groupby(pairs, key=itemgetter(0)):
        others = [j for _, j in same]
        targets = [_ready(paths[j], parameters, source) for j in others]
        reference = _ready(paths[i], parameters, source)
        found = compare_many(reference, targets, parameters, chosen(device))
        for j, one in zip(others, found, strict=True):
            rows[i, j] = Row(
                paths[i].stem, paths[j].stem, one.cmc, one.cells, one.score
            )
    return rows


@lru_cache(maxsize=2 * BLOCK)
def _ready(path: Path, parameters: Parameters, source: Source) -> Ready:
    return ready(source.surface(path), parameters)
