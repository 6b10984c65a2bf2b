"""Make, model, calibre and type as registers write them, numbered."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from focalpoint.simulation.linkage_levels import Flags, Ints, Level, Random
from focalpoint.simulation.spelling import Model, model_variants, models, spellings

VARIANTS = {"": 0.4, " B": 0.25, " S": 0.2, " Compact": 0.15}
"""Further models of a line and their shares: registers know many more than our table."""


@cache
def catalogue() -> tuple[Model, ...]:
    """Every model of a linkage set: each numbered one of the region, as a line."""
    return tuple(
        row._replace(
            model=row.model + variant,
            licit=row.licit * share,
            illicit=row.illicit * share,
        )
        for row in models()
        if row.pattern
        for variant, share in VARIANTS.items()
        if share
    )


@dataclass(frozen=True, slots=True)
class Words:
    """Every spelling in use, numbered; 0 is the empty cell, 1.. the proper names."""

    make: NDArray[np.str_]
    model: NDArray[np.str_]
    calibre: NDArray[np.str_]
    type: NDArray[np.str_]
    make_of: Ints
    calibre_of: Ints
    type_of: Ints
    make_alias: tuple[Ints, Ints]
    calibre_alias: tuple[Ints, Ints]
    model_alias: tuple[Ints, Ints]
    make_typo: tuple[Ints, Ints]


def written(name: str, true: Ints, random: Random, dirt: Level) -> tuple[Ints, Flags]:
    """The words of one column and where they are not the proper ones."""
    words, size = vocabulary(), len(true)
    draw = random.random(size)
    if name == "type":
        codes = words.type_of[true]
        empty = draw < dirt.type_blank
        return np.where(empty, 0, codes), empty
    alias_rate = (
        dirt.model_variant if name == "model" else getattr(dirt, f"{name}_alias")
    )
    base = true
    wrong = np.zeros(size, bool)
    if name == "model":
        wrong = random.random(size) < dirt.model_wrong
        base = np.where(wrong, random.integers(0, len(catalogue()), size), true)
        proper = base + 1
    else:
        proper = getattr(words, f"{name}_of")[base]
    alias = draw < alias_rate
    codes = np.where(
        alias, _pick(getattr(words, f"{name}_alias"), base, random), proper
    )
    if name == "make":
        typo = random.random(size) < dirt.make_typo
        codes = np.where(typo, _pick(words.make_typo, base, random), codes)
        alias |= typo
    empty = random.random(size) < getattr(dirt, f"{name}_blank")
    return np.where(empty, 0, codes), alias | wrong | empty


def _pick(table: tuple[Ints, Ints], base: Ints, random: Random) -> Ints:
    """One of the numbered spellings of each row: ``table`` is first and how many."""
    first, number = table
    step = (random.random(len(base)) * number[base]).astype(np.int64)
    return first[base] + step


@cache
def vocabulary() -> Words:
    """The spellings of every column, with the rows of the catalogue that they name."""
    rows = catalogue()
    make, make_of = _numbered([row.make for row in rows])
    calibre, calibre_of = _numbered([row.calibre for row in rows])
    types, type_of = _numbered([row.type for row in rows])
    model = ["", *(row.model for row in rows)]
    make_alias = _add(
        make, rows, lambda row: spellings("make").get(row.make, (row.make,))
    )
    make_typo = _add(make, rows, lambda row: _typos(row.make))
    calibre_alias = _add(
        calibre, rows, lambda row: spellings("calibre").get(row.calibre, (row.calibre,))
    )
    model_alias = _add(model, rows, lambda row: model_variants(row.model))
    return Words(
        np.array(make),
        np.array(model),
        np.array(calibre),
        np.array(types),
        make_of,
        calibre_of,
        type_of,
        make_alias,
        calibre_alias,
        model_alias,
        make_typo,
    )


def _numbered(names: list[str]) -> tuple[list[str], Ints]:
    unique = ["", *dict.fromkeys(name for name in names if name)]
    return unique, np.array([unique.index(name) for name in names])


def _add(
    words: list[str], rows: tuple[Model, ...], of: Callable[[Model], tuple[str, ...]]
) -> tuple[Ints, Ints]:
    """Append the spellings of each row; give where they start and how many they are."""
    first, number = [], []
    for row in rows:
        forms = of(row)
        first.append(len(words))
        number.append(len(forms))
        words.extend(forms)
    return np.array(first), np.array(number)


def _typos(name: str) -> tuple[str, ...]:
    """Letters lost, doubled and swapped in a make: what no alias table can hold."""
    if len(name) < 4:
        return (name or "?",)
    middle = range(1, len(name) - 1)
    lost = [name[:i] + name[i + 1 :] for i in middle]
    doubled = [name[:i] + name[i] + name[i:] for i in middle]
    swapped = [name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in middle]
    return tuple(dict.fromkeys((*lost, *doubled, *swapped)))
