"""The shapes of lists: facets, options, pages; and the list of one kind of record.

Counts hold only what the reader may see. They are exact up to ``EXACT`` and say "more"
above, so that a list costs the same however many records there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format

from focalpoint.records import queries
from focalpoint.records.registry import RecordType

EXACT = 10_000
SIZE = 50
OPTIONS = 8


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
    is_counted_later: bool = False  # the facets: when the page is there

    @property
    def first(self) -> int:
        return (self.number - 1) * SIZE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return (self.number - 1) * SIZE + len(self.rows)


def amount(count: int) -> str:
    """Return a count as the reader writes it: exact, or that there are more."""
    shown = figure(min(count, EXACT))
    return shown if count <= EXACT else f"{shown}+"


def figure(count: int) -> str:
    """Return an exact count as the reader writes it."""
    return str(number_format(count, force_grouping=True))


def plain(kind: RecordType, user: Any, number: int = 1) -> Listing:
    """Return one page of a kind that search does not know, the latest first."""
    whole = queries.records(kind.code, user).order_by("-id")
    start = (number - 1) * SIZE
    rows = list(whole[start : start + SIZE + 1])
    total = len(whole.values_list("pk")[: EXACT + 1])
    return Listing(rows[:SIZE], amount(total), (), number, len(rows) > SIZE)
