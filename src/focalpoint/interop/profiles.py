"""What the cells of a column look like: the contents' own evidence for a mapping."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from focalpoint.interop import daytimes, meanings
from focalpoint.interop.cells import Cell, is_blank, says_nothing
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.mapping import TargetField
from focalpoint.interop.tables import Table
from focalpoint.values import serials

_SERIAL_SHAPE = re.compile(r"(?=.*\d)[\w][\w\s./\-?*#]{2,24}", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Profile:
    """A column's cells in figures; shares are of the filled cells, from 0 to 1.

    ``texts`` are the filled cells of the sample as text, ``counted`` how often each
    stands there.
    """

    cells: tuple[Cell, ...]
    texts: tuple[str, ...]
    filled: float
    distinct: float
    dates: float
    order: str
    order_proved: bool
    integers: float
    numbers: float
    counted: tuple[tuple[str, int], ...] = ()

    def share(self, test: Callable[[str], bool]) -> float:
        """The share of filled cells that pass a test."""
        if not self.texts:
            return 0.0
        return sum(count for text, count in self.counted if test(text)) / len(
            self.texts
        )


def profile(cells: Sequence[Cell]) -> Profile:
    """Take a column's figures from a sample of its cells."""
    filled = tuple(c for c in cells if not is_blank(c) and not says_nothing(as_text(c)))
    texts = tuple(as_text(cell) for cell in filled)
    count = len(filled) or 1
    order, proved = daytimes.order_of(filled)
    dated = sum(
        daytimes.read(cell, order).status in ("date", "impossible") for cell in filled
    )
    whole = sum(text.lstrip("-").isdigit() for text in texts)
    numeric = sum(_is_number(text) for text in texts)
    return Profile(
        cells=filled,
        texts=texts,
        filled=len(filled) / (len(cells) or 1),
        distinct=len(set(texts)) / count,
        dates=dated / count,
        order=order,
        order_proved=proved,
        integers=whole / count,
        numbers=numeric / count,
        counted=tuple(Counter(texts).items()),
    )


def profiles(table: Table, size: int = 400) -> dict[str, Profile]:
    """The profile of every column of a table, by its name."""
    rows = table.sample(size)
    return {
        column.name: profile([row.cells[i] for row in rows])
        for i, column in enumerate(table.columns)
    }


def fitness(found: Profile, target: TargetField) -> float:
    """How well the cells fit a field, from 0 (not at all) to 1.

    0.5 where the contents say nothing for or against, as with free text.
    """
    if not found.texts:
        return 0.3
    test = _TESTS.get(target.kind)
    if test is None:
        return 0.5
    return test(found, target)


def _serial(found: Profile, _target: TargetField) -> float:
    read = {text: serials.parse(text).status for text, _ in found.counted}
    good = found.share(lambda text: read[text] in ("intact", "partial"))
    said = found.share(lambda text: read[text] in ("removed", "absent", "unreadable"))
    shaped = found.share(lambda text: bool(_SERIAL_SHAPE.fullmatch(text)))
    varied = min(1.0, found.distinct / 0.5)
    if found.dates > 0.8 and found.integers < 0.5:
        return 0.05
    return (0.5 * min(1.0, good + said) + 0.5 * max(shaped, said)) * (
        0.4 + 0.6 * varied
    )


def _make(found: Profile, _target: TargetField) -> float:
    return min(1.0, found.share(lambda text: bool(meanings.find_make(text))) * 1.2)


def _calibre(found: Profile, _target: TargetField) -> float:
    if found.dates > 0.5 and found.share(_looks_dated) > 0.5:
        return 0.0
    return min(1.0, found.share(lambda text: bool(meanings.find_calibre(text))) * 1.2)


def _code(found: Profile, target: TargetField) -> float:
    known = found.share(lambda text: bool(meanings.find_code(target.codelist, text)))
    # An office may use words of its own: then only few of them, each often.
    few = 0.35 if found.distinct < 0.3 and found.numbers < 0.5 else 0.1
    return max(known, few)


def _date(found: Profile, _target: TargetField) -> float:
    if found.integers > 0.9 and found.share(_looks_dated) < 0.5:
        return 0.3 * found.dates
    return found.dates


def _country(found: Profile, _target: TargetField) -> float:
    return found.share(lambda text: bool(meanings.find_country(text)))


def _number(found: Profile, _target: TargetField) -> float:
    return found.share(lambda text: meanings.number_in(text) is not None)


def _integer(found: Profile, _target: TargetField) -> float:
    return found.integers


def _boolean(found: Profile, _target: TargetField) -> float:
    words = meanings.TRUE | meanings.FALSE
    return found.share(lambda text: text.casefold() in words)


_TESTS: dict[str, Callable[[Profile, TargetField], float]] = {
    "serial": _serial,
    "make": _make,
    "calibre": _calibre,
    "code": _code,
    "codes": _code,
    "date": _date,
    "country": _country,
    "decimal": _number,
    "integer": _integer,
    "boolean": _boolean,
}


@lru_cache(maxsize=65_536)
def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d\s.,]*\d%?", text))


@lru_cache(maxsize=65_536)
def _looks_dated(text: str) -> bool:
    return bool(re.search(r"\d[./-]\d|[^\W\d_]{3,}.*\d{4}", text))
