"""Counts of what a filter finds: facets beside the table, charts, points on the map.

All of them come from the documents that the person may see. Where a filter lets a whole
kind of record through, the maintained counts answer instead of a million rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max, Sum
from django.db.models.functions import Left
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from focalpoint.accounts.access import visible
from focalpoint.records import registry
from focalpoint.records.lists import OPTIONS, Facet, Option, amount, figure
from focalpoint.records.models.search_document import FacetCount, SearchDocument
from focalpoint.records.patience import TooBroad, within
from focalpoint.records.registry import RecordType
from focalpoint.records.search import Filter, Search, search
from focalpoint.values import codelists

Counts = Mapping[str, Counter[str]]
MONTH = "month"
LONGEST_MONTHS = 60  # a longer chart is by year
BARS = 20
POINTS = 3000


def counts(wanted: Filter, user: Any, names: Sequence[str] = ()) -> Counts:
    """Return, for each facet and the month, how many records have each value.

    With ``names``, only those are counted where that costs less.
    """
    kind = registry.get(wanted.record_type)
    ready = search(wanted, user)
    if ready.is_whole_kind and not ready.meaning.withdrawn:
        return _maintained(kind, user, names or (*kind.facets, MONTH))
    if not ready.meaning.is_broad:
        return _counted(kind, ready)
    try:
        with within():
            return _counted(kind, ready)
    except TooBroad:  # the page says so; counts would come too late
        return {}


def facets(
    wanted: Filter, user: Any, *, locale: str = "en", found: Counts | None = None
) -> tuple[Facet, ...]:
    """Return the facets of a filter; a ticked facet shows what else could be ticked."""
    kind = registry.get(wanted.record_type)
    found = counts(wanted, user, kind.facets) if found is None else found
    chosen = dict(wanted.chosen)
    made = []
    for name in kind.facets:
        column = found.get(name, Counter())
        if name in chosen:
            others = {key: value for key, value in chosen.items() if key != name}
            wider = Filter.of(wanted.query, wanted.record_type, others)
            column = counts(wider, user, (name,)).get(name, Counter())
        made.append(_facet(kind, name, column, chosen.get(name, ()), locale))
    return tuple(facet for facet in made if facet.options)


def chart(wanted: Filter, user: Any, by: str, *, locale: str = "en") -> dict[str, Any]:
    """Return a chart by month or by a facet, as its page island and table read it."""
    kind = registry.get(wanted.record_type)
    found = counts(wanted, user, (by,))
    column = found.get(by, Counter())
    if by == MONTH:
        unit, bars, left_out = _in_time(column)
        name = _("By %(unit)s") % {"unit": unit}
    else:
        unit = kind.label(by)
        name = _("By %(unit)s") % {"unit": unit}
        bars, left_out = _largest(kind, by, column, locale)
    return {
        "name": f"{kind.title_plural}: {name}",
        "sentence": _sentence(kind, sum(column.values()), left_out),
        "unit": unit,
        "categories": [label for label, _number in bars],
        "horizontal": by != MONTH,
        "series": [
            {
                "name": kind.title_plural,
                "values": [number for _label, number in bars],
                "role": "observed",
            }
        ],
    }


def chart_names(kind: RecordType) -> list[tuple[str, str]]:
    """Return what a kind of record can be charted by, with its name."""
    found = [(MONTH, _("Month"))] if kind.date else []
    return found + [(name, title_of(kind, name)) for name in kind.facets]


def points(wanted: Filter, user: Any) -> list[dict[str, Any]]:
    """Return places with how many records lie there and the latest of them."""
    ready = search(wanted, user)
    places = ready.documents.exclude(lat=None).exclude(lon=None).order_by()
    rows: list[Any] = list(
        places.values("lat", "lon").annotate(total=Count("pk"), last=Max("pk"))[:POINTS]
    )
    latest = dict(
        SearchDocument.objects.filter(pk__in=[row["last"] for row in rows]).values_list(
            "pk", "record"
        )
    )
    kind = registry.get(wanted.record_type)
    records = visible(kind.model._default_manager.all(), user).in_bulk(
        list(latest.values())
    )
    return [
        {**row, "record": records.get(latest[row["last"]])}
        for row in sorted(rows, key=lambda row: -row["total"])
    ]


# ---- counting


def _maintained(
    kind: RecordType, user: Any, names: Sequence[str]
) -> dict[str, Counter[str]]:
    rows = FacetCount.objects.filter(record_type=kind.code, field__in=names)
    rows = visible(rows, user)
    found: dict[str, Counter[str]] = {}
    sums: Any = rows.order_by().values_list("field", "value").annotate(Sum("count"))
    for field, value, total in sums:
        if total:
            found.setdefault(field, Counter())[value] = total
    return found


def _counted(kind: RecordType, ready: Search) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {name: Counter() for name in kind.facets}
    months: Counter[str] = Counter()
    groups: Any = (
        ready.documents.order_by()
        .values_list("facets", Left("date", 7))
        .annotate(total=Count("pk"))
    )
    for values, month, total in groups:
        months[month] += total
        for name, value in zip(kind.facets, values.split("|"), strict=False):
            if value:
                found[name][value] += total
    return {**found, MONTH: months}


def _facet(
    kind: RecordType,
    name: str,
    column: Counter[str],
    chosen: tuple[str, ...],
    locale: str,
) -> Facet:
    shown = [value for value, _number in column.most_common(OPTIONS)]
    shown += [value for value in chosen if value not in shown]
    options = [
        Option(
            value,
            label_of(kind, name, value, locale),
            amount(column[value]),
            value in chosen,
        )
        for value in shown
    ]
    if name == "jurisdiction":  # in the order of the alphabet, never of size
        options.sort(key=lambda option: option.label)
    return Facet(name, title_of(kind, name), tuple(options))


def title_of(kind: RecordType, name: str) -> str:
    """Return the name of a facet, as it stands over its values."""
    label = kind.label(name)
    return label[:1].upper() + label[1:]


def label_of(kind: RecordType, name: str, value: str, locale: str) -> str:
    """Return a value of a facet as the reader has it; Kosovo keeps its asterisk."""
    codelist = getattr(kind.field(name), "codelist", "")
    text = codelists.load(codelist).label(value, locale) if codelist else value
    if name == "jurisdiction" and value == "xk" and not text.endswith("*"):
        text += "*"
    return text


# ---- charts


def _in_time(column: Counter[str]) -> tuple[str, list[tuple[str, int]], int]:
    months = sorted(month for month in column if len(month) == 7)
    undated = column.get("", 0)
    if months and _distance(months[0], months[-1]) < LONGEST_MONTHS:
        bars = [(month, column[month]) for month in _months(months[0], months[-1])]
        vague = sum(n for month, n in column.items() if len(month) == 4)
        return _("month"), bars, undated + vague
    years: Counter[int] = Counter()
    for month, number in column.items():
        if month:
            years[int(month[:4])] += number
    if not years:
        return _("year"), [], undated
    whole = range(min(years), max(years) + 1)
    return _("year"), [(str(year), years[year]) for year in whole], undated


def _distance(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])


def _months(first: str, last: str) -> list[str]:
    year, month = int(first[:4]), int(first[5:])
    start = year * 12 + month - 1
    return [
        date(number // 12, number % 12 + 1, 1).isoformat()[:7]
        for number in range(start, start + _distance(first, last) + 1)
    ]


def _largest(
    kind: RecordType, name: str, column: Counter[str], locale: str
) -> tuple[list[tuple[str, int]], int]:
    stated = Counter({value: number for value, number in column.items() if value})
    bars = [
        (label_of(kind, name, value, locale), number)
        for value, number in stated.most_common(BARS)
    ]
    if name == "jurisdiction":
        bars.sort()
    rest = sum(stated.values()) - sum(number for _label, number in bars)
    if rest:
        bars.append((_("all others"), rest))
    return bars, column.get("", 0)


def _sentence(kind: RecordType, total: int, left_out: int) -> str:
    text = _("%(total)s %(kind)s.") % {
        "total": figure(total),
        "kind": kind.title_plural if total != 1 else kind.title,
    }
    if left_out:
        text += " " + ngettext(
            "%(count)s is not dated closely enough to be shown.",
            "%(count)s are not dated closely enough to be shown.",
            left_out,
        ) % {"count": figure(left_out)}
    return text
