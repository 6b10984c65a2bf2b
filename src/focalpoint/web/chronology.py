"""The timeline of a search: what a filter finds, in order of time."""

from typing import Any

from django.utils.translation import gettext, ngettext

from focalpoint.accounts.access import unread
from focalpoint.records import wording
from focalpoint.records.chronology import chronology
from focalpoint.records.lists import amount
from focalpoint.records.registry import RecordType
from focalpoint.records.search import PAGE, Filter
from focalpoint.web import tables

SILENCE = 2  # years without a record that are shown as a line of their own


def timeline(
    wanted: Filter, kind: RecordType, user: Any, number: int
) -> dict[str, Any]:
    """Return one page of the timeline, for parts/timeline.html."""
    first = (number - 1) * PAGE
    found = chronology(wanted, user, start=first)
    closed = unread([record for record, _date in found.dated], user)
    events: list[dict[str, object]] = []
    before = ""
    for record, date in found.dated:
        if before and (years := int(before[:4]) - int(date[:4])) >= SILENCE:
            events.append(_gap(years, date, before))
        events.append(_event(record, kind, date, closed))
        before = date
    return {
        "events": events,
        "undated": _undated(found.undated, kind),
        "first": first + 1 if events else 0,
        "last": first + len(found.dated),
        "number": number,
        "has_next": found.has_next,
    }


def _event(
    record: Any, kind: RecordType, date: str, closed: set[Any]
) -> dict[str, object]:
    is_closed = record.pk in closed
    occasion = (
        wording.text_of(record, kind, "kind") if "kind" in kind.fields else kind.title
    )
    return {
        "date": wording.partial(date),
        "note": wording.precision(date),
        "kind": "fact",
        "title": kind.title.capitalize() if is_closed else occasion or kind.title,
        "text": tables.caption(record, closed),
        "url": tables.address(record),
        "source": "" if is_closed else record.source or record.unit.name,
        "grade": wording.grade(record),
        "jurisdiction": record.jurisdiction,
    }


def _gap(years: int, first: str, last: str) -> dict[str, object]:
    words = gettext("Nothing that fits from %(first)s to %(last)s")
    dates = {"first": wording.partial(first[:7]), "last": wording.partial(last[:7])}
    length = ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
    return {"date": length, "kind": "gap", "title": words % dates}


def _undated(count: int, kind: RecordType) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(count)s more fits but carries no date.",
        "%(count)s more fit but carry no date.",
        count,
    )
    return text % {"count": amount(count)}
