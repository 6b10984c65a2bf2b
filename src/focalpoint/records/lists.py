"""Lists of one kind of record: filtered, counted by facet, page by page.

Counts hold only what the reader may see. They are exact up to ``EXACT`` and say "more"
above, so that a list costs the same however many records there are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from focalpoint.records import queries
from focalpoint.records.registry import RecordType
from focalpoint.values import codelists, serials

EXACT = 10_000
SIZE = 50
OPTIONS = 8
PREFIX = 3


@dataclass(frozen=True)
class Option:
    """One value of a facet with the number of records that have it."""

    value: str
    label: str
    count: str
    checked: bool


@dataclass(frozen=True)
class Facet:
    """One field to filter by."""

    name: str
    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Listing:
    """One page of a list with its counts."""

    rows: Sequence[Any]
    total: str
    facets: tuple[Facet, ...]
    number: int
    has_next: bool

    @property
    def first(self) -> int:
        return (self.number - 1) * SIZE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return (self.number - 1) * SIZE + len(self.rows)


def listing(
    kind: RecordType,
    user: Any,
    filters: Mapping[str, Sequence[str]],
    *,
    number: int = 1,
    locale: str = "en",
) -> Listing:
    """Return one page of the records that a person may see, latest first."""
    whole = queries.records(kind.code, user)
    wanted = {name: filters[name] for name in kind.facets if filters.get(name)}
    found = _narrow(whole, wanted).order_by("-id")
    start = (max(number, 1) - 1) * SIZE
    rows = list(found[start : start + SIZE + 1])
    total, facets = _counts(kind, whole, wanted, locale)
    return Listing(rows[:SIZE], total, facets, max(number, 1), len(rows) > SIZE)


def _narrow(rows: Any, wanted: Mapping[str, Sequence[str]]) -> Any:
    for name, values in wanted.items():
        rows = rows.filter(**{f"{name}__in": values})
    return rows


def _counts(
    kind: RecordType,
    whole: Any,
    wanted: Mapping[str, Sequence[str]],
    locale: str,
) -> tuple[str, tuple[Facet, ...]]:
    """Count all facets in one reading; a chosen one without its own choice."""
    names = list(kind.facets)
    rows = _values(_narrow(whole, wanted), names)
    total = amount(len(rows))
    facets = []
    for place, name in enumerate(names):
        column = [row[place] for row in rows]
        if name in wanted:
            others = {key: value for key, value in wanted.items() if key != name}
            column = [row[0] for row in _values(_narrow(whole, others), [name])]
        facets.append(_facet(kind, name, column, wanted.get(name, ()), locale))
    return total, tuple(facet for facet in facets if facet.options)


def _values(rows: QuerySet[Any], names: list[str]) -> list[tuple[Any, ...]]:
    return list(rows.order_by("-id").values_list(*names)[: EXACT + 1])


def amount(count: int) -> str:
    """Return a count in words: exact, or that there are more."""
    return f"{count:,}" if count <= EXACT else f"{EXACT:,}+"


def _facet(
    kind: RecordType,
    name: str,
    column: list[Any],
    chosen: Sequence[str],
    locale: str,
) -> Facet:
    more = "+" if len(column) > EXACT else ""
    counted = Counter(str(value) for value in column if value not in (None, ""))
    shown = [value for value, _count in counted.most_common(OPTIONS)]
    shown += [value for value in chosen if value not in shown]
    codelist = getattr(kind.field(name), "codelist", "")
    options = [
        Option(
            value,
            codelists.load(codelist).label(value, locale) if codelist else value,
            f"{counted[value]:,}{more}",
            value in chosen,
        )
        for value in shown
    ]
    if name == "jurisdiction":  # in the order of the alphabet, never of size
        options.sort(key=lambda option: option.label)
    title = kind.label(name)
    return Facet(name, title[:1].upper() + title[1:], tuple(options))


def alike(user: Any, text: str, limit: int = 20) -> list[tuple[Any, str]]:
    """Return firearms that may be the one in hand, each with why it is here.

    The number as it was read comes first, then numbers that fit where a character was
    not read, then numbers that differ in letters that look like figures.
    """
    read = serials.parse(text)
    if not read.normal or read.known < PREFIX:
        return []
    rows = queries.records("firearm", user).filter(withdrawn_at=None)
    head, _gap, _tail = read.normal.partition("?")
    found: list[tuple[Any, str]] = [
        (row, "same") for row in rows.filter(serial_normal=read.normal)[:limit]
    ]
    if len(head) >= PREFIX and len(found) < limit:
        start = head[:PREFIX] if head == read.normal else head
        # A range, because a pattern would not use the index on SQLite.
        near = rows.filter(
            serial_normal__gte=start, serial_normal__lt=f"{start}\uffff"
        ).exclude(serial_normal=read.normal)[: EXACT // 10]
        found += [
            (row, why) for row in near if (why := _resembles(read, row.serial_normal))
        ]
    return found[:limit]


def _resembles(read: serials.SerialNumber, other: str) -> str:
    mine = read.normal
    if len(mine) != len(other):
        return ""
    if all(a == b or "?" in (a, b) for a, b in zip(mine, other, strict=True)):
        return "fits"
    same = serials.light_key(mine) == serials.light_key(other)
    return "looks" if same else ""
