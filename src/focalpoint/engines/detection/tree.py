"""The branches of a family of series: what is counted together with what.

A branch is a choice of how far to read the item (type, calibre, model), the place
(region, jurisdiction, place), the class of conversion and the route. Branches with the
same members are one; the one with the longer name is kept, because it says more.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy import sparse

from focalpoint.engines.detection.series import (
    LEVELS_ITEM,
    LEVELS_OTHER,
    LEVELS_PLACE,
    Array,
    Panel,
)


@dataclass(frozen=True, slots=True)
class Tree:
    """Branches above the S series.

    ``names`` (N,) ``level=label`` pairs joined by ``;`` (``all`` for everything);
    ``members`` (N, S) sparse 0/1 matrix; ``sizes`` (N,) members of each.
    """

    names: list[str]
    members: sparse.csr_matrix
    sizes: npt.NDArray[np.int64]

    def totals(self, values: Array) -> Array:
        """Sums over the members of each branch: (S, T) to (N, T)."""
        return np.asarray(self.members @ np.nan_to_num(values))


def grow(panel: Panel) -> Tree:
    """Find the branches with at least two series."""
    size = len(panel.names)
    prefixes = [
        _prefixes(panel, LEVELS_ITEM),
        _prefixes(panel, LEVELS_PLACE),
        *(_prefixes(panel, (level,)) for level in LEVELS_OTHER),
    ]
    marks = np.random.default_rng(1).integers(1, 2**62, size=size, dtype=np.int64)
    found: dict[int, tuple[str, npt.NDArray[np.int64]]] = {}
    for choice in product(*prefixes):
        for name, rows in _groups(choice, size):
            if len(rows) < 2:
                continue
            key = int(np.bitwise_xor.reduce(marks[rows]))
            if key not in found or len(name) > len(found[key][0]):
                found[key] = (name, rows)
    return _assemble(list(found.values()), size)


def _prefixes(panel: Panel, levels: tuple[str, ...]) -> list[list[str] | None]:
    """The labels read to each depth, None for not read at all."""
    answer: list[list[str] | None] = [None]
    parts = [""] * len(panel.names)
    for level in levels:
        labels = panel.paths.get(level)
        if labels is None:
            continue
        parts = [
            f"{p};{level}={x}" if x else p for p, x in zip(parts, labels, strict=True)
        ]
        answer.append(parts)
    return answer


def _groups(
    choice: tuple[list[str] | None, ...], size: int
) -> list[tuple[str, npt.NDArray[np.int64]]]:
    read = [c for c in choice if c is not None]
    if not read:
        return [("all", np.arange(size))]
    whole = np.array(["".join(x).strip(";") for x in zip(*read, strict=True)])
    names, inverse = np.unique(whole, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    cuts = np.flatnonzero(np.diff(inverse[order])) + 1
    rows = np.split(order, cuts)
    return [(str(n) or "all", r) for n, r in zip(names, rows, strict=True)]


def _assemble(branches: list[tuple[str, npt.NDArray[np.int64]]], size: int) -> Tree:
    branches.sort(key=lambda b: (-len(b[1]), b[0]))
    rows = np.concatenate(
        [np.full(len(m), i) for i, (_, m) in enumerate(branches)] or [np.zeros(0, int)]
    )
    columns = np.concatenate([m for _, m in branches] or [np.zeros(0, int)])
    members = sparse.csr_matrix(
        (np.ones(len(rows)), (rows, columns)), shape=(len(branches), size)
    )
    sizes = np.array([len(m) for _, m in branches], dtype=np.int64)
    return Tree([n for n, _ in branches], members, sizes)
