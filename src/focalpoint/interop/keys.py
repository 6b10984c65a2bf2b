"""What tells the rows of a file apart: a key of columns, or the row's own content."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from focalpoint.interop import headings
from focalpoint.interop.cells import says_nothing
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.mapping import Mapping
from focalpoint.interop.tables import Row, Table

CANDIDATES = 8
LARGEST = 3
FIGURES = 3  # that a serial number has at least
STABLE = ("serial", "case_number", "event_date", "make", "model", "calibre", "type")
_JOIN = "\x1f"


@dataclass(frozen=True, slots=True)
class Key:
    """A proposed key.

    ``how`` is ``number`` (the sender's own number), ``running`` (numbers that only
    count the lines), ``together`` (columns unique together) or ``content``.
    """

    columns: tuple[str, ...]
    how: str


def propose(table: Table, mapping: Mapping | None = None) -> Key:
    """Propose the columns that tell a row from all others.

    A column headed as a number of the sender comes first, then numbers that only count
    the lines, then columns that are unique together; where nothing is unique, none.

    Parameters
    ----------
    table : Table
        The whole table is read once.
    mapping : Mapping, optional
        What the columns become: tells which are steady enough for a key.
    """
    ranked = _ranked(table, mapping)
    if not ranked:
        return Key((), "content")
    places = {column.name: i for i, column in enumerate(table.columns)}
    values: dict[str, list[str]] = {name: [] for name in ranked}
    heading = [column.text for column in table.columns]
    for row in table.rows():
        if [as_text(cell) for cell in row.cells] == heading:
            continue  # the heading once more, on the next printed page
        for name in ranked:
            values[name].append(_part(row, places[name]))
    count = len(values[ranked[0]])
    running = []
    for name in ranked:
        if not _headed(table, name) or not _unique([values[name]], count):
            continue
        if not _counts_lines(values[name]):
            return Key((name,), "number")
        running.append(name)
    if running:
        return Key((running[0],), "running")
    steady = [name for name in ranked if mapping is None or _is_steady(mapping, name)]
    steady.sort(key=lambda name: _steadiness(mapping, name))
    for size in range(1, LARGEST + 1):
        for names in combinations(steady, size):
            if not _tell_apart(names, mapping, table, values):
                continue  # dates and makes that differ today will agree tomorrow
            if _unique([values[name] for name in names], count):
                return Key(names, "together")
    return Key((), "content")


def keyed(table: Table, key: Sequence[str]) -> Iterator[tuple[Row, str]]:
    """Give each row with its key: the values of the key columns, or its digest.

    Rows of equal content are told apart by their count among equals. A row whose key
    columns are all empty has the key "".
    """
    by_name = {column.name: i for i, column in enumerate(table.columns)}
    places = [by_name[name] for name in key]
    seen: Counter[str] = Counter()
    order = sorted(range(len(table.columns)), key=lambda i: table.columns[i].name)
    for row in table.rows():
        if places:
            parts = [_part(row, place) for place in places]
            yield row, _JOIN.join(parts) if any(parts) else ""
            continue
        digest = content_digest(as_text(row.cells[i]) for i in order)
        seen[digest] += 1
        yield row, f"#{digest}-{seen[digest]}"


def shown(key: str) -> str:
    """A key as people read it."""
    return key.replace(_JOIN, " / ")


def stored(key: str, limit: int = 120) -> str:
    """A key as records store it: readable, and a digest where it is too long."""
    plain = shown(key)
    if len(plain) <= limit:
        return plain
    return f"{plain[: limit - 18]}…{content_digest([key])}"


def content_digest(texts: Iterable[str]) -> str:
    """A short digest of a row's content, the same in every order of columns."""
    joined = _JOIN.join(" ".join(text.split()) for text in texts)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def _part(row: Row, place: int) -> str:
    text = " ".join(as_text(row.cells[place]).split())
    return "" if says_nothing(text) else text


def _ranked(table: Table, mapping: Mapping | None) -> list[str]:
    """Columns that may be part of a key, the likeliest first."""
    scores = {}
    for column in table.columns:
        name = column.text or column.name
        own = headings.likeness(name, "key").score
        steady = max(headings.likeness(name, concept).score for concept in STABLE)
        if mapping is not None and _is_steady(mapping, column.name):
            steady = max(steady, 0.8)
        score = max(own * 1.2, steady)
        if score >= 0.6:
            scores[column.name] = score
    return sorted(scores, key=lambda name: -scores[name])[:CANDIDATES]


def _headed(table: Table, name: str) -> bool:
    column = next(column for column in table.columns if column.name == name)
    text = column.text or column.name
    likeness = headings.likeness(text, "key").score
    return likeness >= 0.6 and likeness >= headings.likeness(text, "serial").score


def _is_steady(mapping: Mapping, name: str) -> bool:
    use = mapping.of(name)
    return use is not None and use.field.rpartition(".")[2] in STABLE


def _steadiness(mapping: Mapping | None, name: str) -> int:
    use = mapping.of(name) if mapping is not None else None
    field = use.field.rpartition(".")[2] if use else ""
    return STABLE.index(field) if field in STABLE else 0


def _tell_apart(
    names: Sequence[str],
    mapping: Mapping | None,
    table: Table,
    values: dict[str, list[str]],
) -> bool:
    """Whether columns are about one thing: its number, or the number of its case."""
    fields = {name: _field(mapping, name) for name in names}
    for name, field in fields.items():
        if field == "case_number" or (field != "serial" and _headed(table, name)):
            return True
        # The next file holds another one whose number was "filed off".
        read = field == "serial" and all(map(_is_number, values[name]))
        if read or (field == "serial" and "event_date" in fields.values()):
            return True
    return False


def _field(mapping: Mapping | None, name: str) -> str:
    use = mapping.of(name) if mapping is not None else None
    if use is None:
        own = headings.likeness(name, "serial").score
        return "serial" if own > headings.likeness(name, "key").score else ""
    return use.field.rpartition(".")[2]


def _is_number(text: str) -> bool:
    """Whether a serial number was read, not why there is none."""
    return sum(sign.isdigit() for sign in text) >= FIGURES


def _unique(columns: list[list[str]], count: int) -> bool:
    """Whether no two rows agree in all the columns, nor any row lacks them all."""
    if count == 0:
        return False
    rows = set(zip(*columns, strict=True))
    return len(rows) == count and not any(not any(row) for row in rows)


def _counts_lines(values: list[str]) -> bool:
    """Whether a column only numbers the lines: whole numbers that rise by one."""
    numbers = [int(v.rstrip(".")) for v in values if v.rstrip(".").isdigit()]
    if len(numbers) != len(values) or len(numbers) < 2:
        return False
    steps = sum(b - a == 1 for a, b in pairwise(numbers))
    return numbers[0] < 10 and steps >= 0.9 * (len(numbers) - 1)
