"""What a filter finds in the order in which it happened, for the timeline of a search."""

from dataclasses import dataclass
from typing import Any

from focalpoint.accounts.access import visible
from focalpoint.records import registry
from focalpoint.records.base import Record
from focalpoint.records.search import PAGE, Filter, count, search


@dataclass(frozen=True)
class Chronology:
    """One page of what fits; records without a date are only counted."""

    dated: list[tuple[Record, str]]  # the latest first
    undated: int
    has_next: bool


def chronology(wanted: Filter, user: Any, *, start: int = 0) -> Chronology:
    """Return the records of one kind that fit and have a date, in order of time."""
    documents = search(wanted, user).documents
    dated = documents.exclude(date="").order_by("-date", "-pk")
    rows = list(dated.values_list("record", "date")[start : start + PAGE + 1])
    found: dict[Any, Any] = visible(  # once more through the gate
        registry.get(wanted.record_type).model._default_manager.select_related("unit"),
        user,
    ).in_bulk([record for record, _date in rows[:PAGE]])
    return Chronology(
        [(found[record], date) for record, date in rows[:PAGE] if record in found],
        count(documents.filter(date="").order_by()),
        len(rows) > PAGE,
    )
