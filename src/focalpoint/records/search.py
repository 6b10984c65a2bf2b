"""Find records: the one filter behind table, chart, map and export.

Everything is narrowed by ``accounts.access.visible`` before it is counted or shown, and
every search leaves one event in the audit trail: how many were found, never what for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet, Sum

from focalpoint.accounts.access import SYSTEM, grants, may, require, visible
from focalpoint.audit import actions as audit
from focalpoint.audit import context
from focalpoint.records import fulltext, matching, register_search, registry
from focalpoint.records.fulltext import Token
from focalpoint.records.index import searched
from focalpoint.records.matching import Meaning
from focalpoint.records.models.search_document import FacetCount, SearchDocument
from focalpoint.records.patience import TooBroad, within
from focalpoint.records.query_language import parse
from focalpoint.records.register_search import NOTHING, EntriesFound

EXACT = 10_000
PAGE = 50
RANKED = 300  # the latest candidates that are put in order of how well they fit
FEW_UNITS = 12
PORTION = 1000


class PurposeNeeded(Exception):
    """Persons are searched for a stated purpose only."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What to find: a kind of record (or all), a query, ticked facets."""

    query: str = ""
    record_type: str = ""
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(
        cls, query: str, record_type: str, chosen: Mapping[str, Sequence[str]]
    ) -> "Filter":
        """Return a filter with the facets in one order, empty ones left out."""
        kept = tuple((n, tuple(v)) for n, v in sorted(chosen.items()) if v)
        return cls(query.strip(), record_type, kept)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the filter as parts of an address."""
        found = [("q", self.query)] if self.query else []
        found += [("record", self.record_type)] if self.record_type else []
        return found + [
            (name, value) for name, values in self.chosen for value in values
        ]

    def only(self, record_type: str) -> "Filter":
        """Return the same filter for one kind of record."""
        return replace(self, record_type=record_type)

    @property
    def is_empty(self) -> bool:
        """Tell whether the filter lets everything of its kind through."""
        return not self.query and not self.chosen


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that fits, and why."""

    record: Any
    why: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what fits."""

    filter: Filter
    hits: tuple[Hit, ...]
    total: int  # exact up to EXACT; EXACT + 1 stands for more
    notes: tuple[str, ...] = ()
    serial: str = ""
    entries: EntriesFound = NOTHING  # of reference registers, told apart from records

    @property
    def is_more(self) -> bool:
        """Tell whether the total is only known to be larger."""
        return self.total > EXACT


@dataclass(frozen=True, slots=True)
class Search:
    """A filter made ready for one person."""

    filter: Filter
    meaning: Meaning
    documents: QuerySet[Any]

    @property
    def is_whole_kind(self) -> bool:
        """Tell whether this is every standing record of one kind."""
        return bool(self.filter.record_type) and self.filter.is_empty


def search(
    wanted: Filter,
    user: Any,
    *,
    use: str = "view",
    among: frozenset[str] = frozenset(),
) -> Search:
    """Return the documents that fit and that the person may see or take away.

    ``among`` names the kinds of record to look among, where not all are meant.
    """
    require(user, "records.view")
    _ask_purpose(wanted, user)
    documents = visible(SearchDocument.objects.all(), user, use=use)
    if not _has_purpose(user):
        documents = documents.exclude(record_type__in=_personal())
    found = matching.meaning(parse(wanted.query, matching.known_fields()), documents)
    found.nodes += matching.facet_nodes(wanted.chosen)
    documents = documents.filter(is_standing=not found.withdrawn)
    types = found.record_types
    if among := frozenset({wanted.record_type} - {""}) or among:
        types = among & (types or among)
    if types or found.record_types:
        documents = documents.filter(record_type__in=sorted(types))
    found.nodes += _shortcuts(found, types, user)
    return Search(wanted, found, found.narrow(documents))


def find(
    wanted: Filter,
    user: Any,
    *,
    start: int = 0,
    limit: int = PAGE,
    counted: bool = True,
    total: int | None = None,
) -> Found:
    """Return one page of the records that fit, and leave the event of the search.

    ``total`` is how many fit where that was counted already; without ``counted`` it is
    told only as far as the page reaches.
    """
    ready = search(wanted, user)
    keys, total = _page_in_time(ready, _Span(start, limit, counted, total), user)
    hits = tuple(_hits(ready, keys, user))
    entries = NOTHING
    if start == 0 and counted:
        entries = register_search.find(wanted.query, user, wanted.chosen, limit=limit)
    _tell("records.find", user, wanted, total, entries.total)
    notes = (*ready.meaning.notes, *entries.notes)
    return Found(wanted, hits, total, notes, ready.meaning.serial, entries)


def counts_by_type(wanted: Filter, user: Any) -> dict[str, int]:
    """Return how many records of each kind fit, kinds without any left out."""
    firearms = search(wanted.only("firearm"), user)
    if not firearms.meaning.is_broad:
        return _counts_by_type(firearms, wanted, user)
    try:
        with within():
            return _counts_by_type(firearms, wanted, user)
    except TooBroad:
        return {}


def _counts_by_type(firearms: Search, wanted: Filter, user: Any) -> dict[str, int]:
    found = {"firearm": count(firearms.documents)}
    kinds = frozenset(kind.code for kind in searched()) - {"firearm"}
    others = search(wanted.only(""), user, among=kinds).documents
    rows = others.values_list("record_type", flat=True)[: EXACT + 1]
    if len(rows) > EXACT:
        found |= {
            kind.code: count(search(wanted.only(kind.code), user).documents)
            for kind in _kinds(user)
            if kind.code != "firearm"
        }
    else:
        for code in rows:
            found[code] = found.get(code, 0) + 1
    # Firearms first: they are what a focal point is asked about, and open at once.
    order = sorted((kind.code for kind in searched()), key=lambda c: c != "firearm")
    return {code: found[code] for code in order if found.get(code)}


def count(documents: QuerySet[Any]) -> int:
    """Return how many documents there are, up to ``EXACT + 1``."""
    return int(documents.values("pk")[: EXACT + 1].count())


def whole_count(record_type: str, user: Any, *, use: str = "view") -> int:
    """Return how many standing records of a kind a person may see."""
    rows = visible(FacetCount.objects.filter(record_type=record_type), user, use=use)
    return rows.filter(field="").aggregate(total=Sum("count"))["total"] or 0


def in_order(ready: Search) -> Iterator[list[int]]:
    """Yield the numbers of what fits in portions, in the table's order."""
    if ready.meaning.fits is not None:
        yield from _portions(_by_fit(ready))
        return
    latest = ready.documents.values_list("pk", flat=True)
    if _is_ranked(ready):
        yield from _portions(_by_words(ready, list(latest[:RANKED])))
        latest = latest[RANKED:]
    yield from _portions(latest.iterator(chunk_size=PORTION))


def _portions(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while portion := list(islice(rest, PORTION)):
        yield portion


# ---- the page


class _Span(NamedTuple):
    """Which part of what fits is wanted, and what is known of how much there is."""

    start: int
    limit: int
    counted: bool
    total: int | None


def _page_in_time(ready: Search, span: _Span, user: Any) -> tuple[list[int], int]:
    """Return the page, or say that the query is too broad instead of stalling."""
    if not ready.meaning.is_broad:
        return _page(ready, span, user)
    try:
        with within():
            return _page(ready, span, user)
    except TooBroad:
        ready.meaning.notes.append(matching.too_broad())
        return [], 0


def _page(ready: Search, span: _Span, user: Any) -> tuple[list[int], int]:
    documents, start, end = ready.documents, span.start, span.start + span.limit
    if ready.meaning.fits is not None:
        keys = _by_fit(ready)
        return keys[start:end], min(len(keys), EXACT + 1)
    if ready.is_whole_kind:
        keys = list(documents.values_list("pk", flat=True)[start:end])
        return keys, min(whole_count(ready.filter.record_type, user), EXACT + 1)
    first = max(end, RANKED) if span.counted else end
    if span.counted and span.total is None:
        found, total = _first(documents, first, max(EXACT + 1, first))
    else:
        found = list(documents.values_list("pk", flat=True)[:first])
        total = len(found) if span.total is None else span.total
    if _is_ranked(ready):
        found[:RANKED] = _by_words(ready, found[:RANKED])
    return found[start:end], min(total, EXACT + 1)


def _first(documents: QuerySet[Any], first: int, most: int) -> tuple[list[int], int]:
    """Return the latest numbers and how many there are: one reading for both.

    The numbers behind the first ones stay in the database: to fetch 10,000 of them
    takes as long as to find them in the index of words.
    """
    sql, params = documents.values_list("pk", flat=True)[:most].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found AS MATERIALIZED ({sql}) "  # noqa: S608 - made by the ORM
            "SELECT pk, (SELECT COUNT(*) FROM found) FROM found "
            "ORDER BY pk DESC LIMIT %s",
            [*params, first],
        )
        rows = cursor.fetchall()
    return [pk for pk, _total in rows], rows[0][1] if rows else 0


def _by_fit(ready: Search) -> list[int]:
    fits = ready.meaning.fits or {}
    keys = ready.documents.values_list("pk", flat=True)
    return sorted(keys, key=lambda key: (fits[key].rank, -key))


def _is_ranked(ready: Search) -> bool:
    return len(ready.meaning.ranked) > 1


def _by_words(ready: Search, keys: Sequence[int]) -> list[int]:
    """Put candidates in order: words near the head of the record come first."""
    words = [f" {word} " for word in ready.meaning.ranked]
    rows = SearchDocument.objects.filter(pk__in=keys).values_list("pk", "text")

    def weight(row: tuple[int, str]) -> tuple[int, int]:
        pk, text = row
        places = (text.find(word) for word in words)
        return sum(place // 80 if place >= 0 else 0 for place in places), -pk

    return [pk for pk, _text in sorted(rows, key=weight)]


def _hits(ready: Search, keys: Sequence[int], user: Any) -> Iterator[Hit]:
    """Load the records, once more through the gate."""
    rows = SearchDocument.objects.filter(pk__in=keys).values_list(
        "pk", "record_type", "record"
    )
    by_type: dict[str, list[Any]] = {}
    for _pk, code, record in rows:
        by_type.setdefault(code, []).append(record)
    records: dict[Any, Any] = {
        record.pk: record
        for code, wanted in by_type.items()
        for record in visible(
            registry.get(code).model._default_manager.select_related("unit"), user
        ).filter(pk__in=wanted)
    }
    where: dict[int, Any] = {pk: record for pk, _code, record in rows}
    fits = ready.meaning.fits or {}
    for key in keys:
        found = records.get(where[key]) if key in where else None
        if found is not None:
            fit = fits.get(key)
            yield Hit(
                found,
                matching.why(ready.meaning.serial, fit),
                fit.normal if fit else "",
            )


# ---- who may, and what for


def _ask_purpose(wanted: Filter, user: Any) -> None:
    if wanted.record_type in _personal():
        require(user, *registry.get(wanted.record_type).model.view_capabilities[:1])
        if not _has_purpose(user):
            raise PurposeNeeded


def _has_purpose(user: Any) -> bool:
    return user is SYSTEM or bool(context.current().purpose)


def _personal() -> list[str]:
    return [kind.code for kind in searched() if kind.personal]


def _kinds(user: Any) -> Iterable[registry.RecordType]:
    return (
        kind
        for kind in searched()
        if all(may(user, name) for name in kind.model.view_capabilities)
        and (not kind.personal or _has_purpose(user))
    )


def _shortcuts(found: Meaning, types: frozenset[str], user: Any) -> list[fulltext.Node]:
    """Tell the index what the gate will ask anyway, where it then reads far less."""
    if not found.nodes:
        return []
    nodes: list[fulltext.Node] = []
    if types and "firearm" not in types:
        nodes.append(fulltext.some(Token(f"is={code}") for code in sorted(types)))
    units = () if user is SYSTEM else grants(user).get("records.view", frozenset())
    if 0 < len(units) <= FEW_UNITS and not may_see_most(len(units)):
        nodes.append(fulltext.some(Token(f"unit={unit}") for unit in sorted(units)))
    return nodes


def may_see_most(units: int) -> bool:
    """Tell whether so many units are a large part of all."""
    from focalpoint.accounts.models import Unit

    return units * 4 >= Unit.objects.count()


def _tell(action: str, user: Any, wanted: Filter, total: int, entries: int = 0) -> None:
    detail = {"type": wanted.record_type or "all", "hits": min(total, EXACT)}
    if entries:
        detail["entries"] = entries
    if total > EXACT:
        detail["more"] = True
    audit.write(action, by=user, detail=detail)
