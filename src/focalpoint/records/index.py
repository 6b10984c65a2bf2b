"""The search index: what it holds of each record, and how it follows the records.

``settle`` is called by every action that writes records, inside its transaction, with
one record or a thousand; it costs the same few statements either way.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Left

from focalpoint.audit import inserting
from focalpoint.records import fulltext, making, register_tables, registry
from focalpoint.records.base import Record
from focalpoint.records.fields import CodeField, CodesField
from focalpoint.records.models.firearm import Mark
from focalpoint.records.models.incident import Incident
from focalpoint.records.models.search_document import (
    FacetCount,
    SearchDocument,
    SerialKey,
    number_forms,
)
from focalpoint.records.registry import RecordType
from focalpoint.records.words import joined, variants, words_of
from focalpoint.values import serials

# Links join two records and attachments belong to one: they are found through those.
UNSEARCHED = ("link", "attachment")
STORED = 500  # rows of one INSERT
PORTION = 2000
PLACES = ("place", "municipality", "region", "name", "address", "storage_place")
NUMBERS = ("case_number", "record_number", "prosecutor_number", "number", "ecli")
COLUMNS = [
    field.name for field in SearchDocument._meta.concrete_fields if field.name != "id"
]
SHOWN = ("record_type", "unit_id", "handling", "led_category", "facets", "is_standing")
Key = tuple[str, str, str, int, str, bool, str]
COUNT_COLUMNS = (
    "record_type",
    "field",
    "value",
    "unit_id",
    "handling",
    "is_complete",
    "led_category",
    "count",
)


def searched() -> Iterator[RecordType]:
    """Return the record types that search knows."""
    return (kind for kind in registry.all_types() if kind.code not in UNSEARCHED)


# ---- following the records


def settle(records: Sequence[Record], *, are_new: bool = False) -> None:
    """Bring the index in line with records that were made or changed.

    Of records that ``are_new`` nothing is looked up: the index cannot hold them yet.
    """
    by_type: dict[str, list[Record]] = {}
    for record in records:
        if record.type_code not in UNSEARCHED:
            by_type.setdefault(record.type_code, []).append(record)
    for code, group in by_type.items():
        kind = registry.get(code)
        for portion in _portions(group, PORTION):
            _store(kind, portion, are_new=are_new)
        if code == "incident":
            _settle_things_of([record.pk for record in group if record.version > 1])


def unsettle(records: Sequence[Record]) -> None:
    """Take records out of the index."""
    for portion in _portions(records, PORTION):
        forget([record.pk for record in portion])


def forget(keys: Sequence[UUID]) -> None:
    """Take the records with these identifiers out of the index."""
    rows = list(SearchDocument.objects.filter(record__in=keys).defer("text"))
    _count(Counter(), Counter(_keys(rows)))
    SerialKey.objects.filter(document__in=[row.pk for row in rows]).delete()
    SearchDocument.objects.filter(pk__in=[row.pk for row in rows]).delete()


def reveal(keys: Sequence[UUID]) -> None:
    """Show records of an import that has become complete."""
    hidden = SearchDocument.objects.filter(record__in=keys, is_complete=False)
    rows: Any = hidden.values_list(*SHOWN, Left("date", 7))
    alike = Counter(rows.iterator(chunk_size=PORTION))
    now: Counter[Key] = Counter()
    for columns, total in alike.items():
        for key in _keys([_Shown(*columns)]):
            now[key] += total
    hidden.update(is_complete=True)
    _count(now, Counter())


class _Shown(NamedTuple):
    """What the counts need of a document that is shown from now on."""

    record_type: str
    unit_id: int
    handling: str
    led_category: str
    facets: str
    is_standing: bool
    date: str
    is_complete: bool = True


def rebuild(kind: RecordType) -> Iterator[int]:
    """Make the index of one record type anew; yield how many records are done."""
    keys = kind.model._default_manager.order_by("pk").values_list("pk", flat=True)
    with transaction.atomic():
        SearchDocument.objects.filter(record_type=kind.code).exclude(
            record__in=kind.model._default_manager.values("pk")
        ).delete()
    done = 0
    for portion in _portions(keys.iterator(chunk_size=PORTION), PORTION):
        with transaction.atomic():
            _store(kind, list(kind.model._default_manager.filter(pk__in=portion)))
        done += len(portion)
        yield done


@transaction.atomic
def add_up() -> int:
    """Replace the rows of the counts by their sums; return how many are left."""
    last = FacetCount.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = FacetCount.objects.filter(pk__lte=last)
    names = ("record_type", "field", "value", "unit_id", "handling", "led_category")
    sums = list(rows.values(*names, "is_complete").annotate(total=Sum("count")))
    rows.delete()
    FacetCount.objects.bulk_create(
        (FacetCount(count=total, **row) for row in sums if (total := row.pop("total"))),
        batch_size=STORED,
    )
    return len(sums)


@transaction.atomic
def count_anew() -> None:
    """Make the counts anew from the documents."""
    FacetCount.objects.all().delete()
    counted: Counter[Key] = Counter()
    for row in SearchDocument.objects.defer("text").iterator(chunk_size=PORTION):
        counted.update(_keys([row]))
    _count(counted, Counter())


# ---- storing


def _store(
    kind: RecordType, records: Sequence[Record], *, are_new: bool = False
) -> None:
    former = {} if are_new else _former(records)
    events = _events(kind, records)
    rows = [document(kind, record, _open_event(record, events)) for record in records]
    fresh = [row for row in rows if row.record not in former]
    known = [row for row in rows if row.record in former]
    _insert(fresh)
    if known:
        for row in known:
            row.pk = former[row.record].pk
        SearchDocument.objects.bulk_create(
            known,
            batch_size=STORED,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=COLUMNS,
        )
        SerialKey.objects.filter(document__in=[row.pk for row in known]).delete()
    _count(Counter(_keys(rows)), Counter(_keys(former.values())))
    _store_serials(kind, rows, records, {} if are_new else _marks(kind, records))


def _former(records: Sequence[Record]) -> dict[UUID, SearchDocument]:
    keys = [record.pk for record in records]
    rows = SearchDocument.objects.filter(record__in=keys).defer("text")
    return {row.record: row for row in rows}


def _insert(fresh: Sequence[SearchDocument]) -> None:
    numbers = inserting.next_numbers(SearchDocument, len(fresh)) if fresh else []
    for row, number in zip(fresh, numbers, strict=True):
        row.pk = number
    inserting.insert_objects(SearchDocument, fresh)


def _marks(kind: RecordType, records: Sequence[Record]) -> dict[UUID, list[str]]:
    """Return the numbers read at other places of firearms."""
    marks: dict[UUID, list[str]] = {}
    if kind.code == "firearm":
        for owner, normal in Mark.objects.filter(
            firearm__in=[record.pk for record in records]
        ).values_list("firearm_id", "normal"):
            marks.setdefault(owner, []).append(normal)
    return marks


def _store_serials(
    kind: RecordType,
    rows: Sequence[SearchDocument],
    records: Sequence[Record],
    marks: dict[UUID, list[str]],
) -> None:
    keys = []
    for record, row in zip(records, rows, strict=True):
        found = [_normal(record, name) for name in kind.serials]
        for normal in dict.fromkeys([*found, *marks.get(record.pk, ())]):
            if normal:
                keys.append((row.pk, *number_forms(normal).values()))
    inserting.insert(SerialKey, keys, names=("document_id", *number_forms("")))


def _normal(record: Any, name: str) -> str:
    known = getattr(record, f"{name}_normal", None)
    return serials.parse(getattr(record, name)).normal if known is None else known


def _keys(rows: Iterable[Any]) -> Iterator[Key]:
    """Return what each document that stands and is shown adds one to."""
    for row in rows:
        if not row.is_standing or not row.is_complete:
            continue
        gate = (row.unit_id, row.handling, row.is_complete, row.led_category)
        code = row.record_type
        yield (code, "", "", *gate)
        yield (code, "month", row.date[:7], *gate)
        values = row.facets.split("|")
        for field, value in zip(registry.get(code).facets, values, strict=False):
            if value:
                yield (code, field, value, *gate)


def _count(now: Counter[Key], former: Counter[Key]) -> None:
    now.subtract(former)
    inserting.insert(
        FacetCount,
        [
            (code, field, value[:120], *gate, count)
            for (code, field, value, *gate), count in now.items()
            if count
        ],
        names=COUNT_COLUMNS,
    )


# ---- what the index holds of a record


def document(kind: RecordType, record: Any, event: Any = None) -> SearchDocument:
    """Return the row of a record; ``event`` is the incident it belongs to."""
    place = event if event is not None else record
    values = {
        "record_type": kind.code,
        "record": record.pk,
        "unit_id": record.unit_id,
        "handling": record.handling,
        "is_complete": record.is_complete,
        "is_standing": record.withdrawn_at is None,
        "led_category": getattr(record, "led_category", ""),
        "date": _date(kind, record, event),
        "batch": record.batch,
        "lat": getattr(place, "lat", None),
        "lon": getattr(place, "lon", None),
        "facets": "|".join(
            str(getattr(record, name) or "").replace("|", " ") for name in kind.facets
        ),
        "text": text_of(kind, record, event),
    }
    return making.make(SearchDocument, values)


def text_of(kind: RecordType, record: Any, event: Any = None) -> str:
    """Return the words and the ``field=value`` tokens of a record."""
    texts, code_names = _layout(kind.code)
    words: list[str] = []
    for name in texts:
        if value := getattr(record, name):
            words += words_of(value if isinstance(value, str) else _flat(value))
    for value in record.as_read.values():
        words += words_of(str(value))
    tokens = [f"unit={record.unit_id}", f"ref={joined(record.reference)}"]
    if kind.code != "firearm":
        tokens.append(f"is={kind.code}")
    for name in code_names:
        if value := getattr(record, name):
            chosen = value if isinstance(value, list) else (value,)
            tokens += [f"{name}={code}" for code in chosen]
    tokens.append(f"jurisdiction={record.jurisdiction}")
    tokens += _named("source", words_of(record.source))
    if record.source_key:
        tokens.append(f"key={joined(record.source_key)}")
    if model := getattr(record, "model", ""):
        tokens += _named("model", [*words_of(model), joined(model)])
    places = _place_words(record) + (_place_words(event) if event else [])
    tokens += _named("place", places)
    for thing in (record, event):
        tokens += [
            f"case={joined(number)}"
            for name in NUMBERS
            if thing is not None and (number := getattr(thing, name, ""))
        ]
    if _is_seized(kind, record):
        tokens.append("seized=1")
    found = [*dict.fromkeys(tokens), *words, *places, *variants(words + places)]
    return f" {' '.join(found)} "


@cache
def _layout(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the fields of words and the coded fields of a record type."""
    kind = registry.get(code)
    named = dict.fromkeys((*kind.caption, *kind.search))
    texts = []
    for name in named:
        field = kind.field(name)
        if not isinstance(field, CodeField | CodesField):
            texts.append(name)
    skipped = {"grading_source", "grading_information", "jurisdiction"}
    coded = [
        field.name
        for field in kind.model._meta.concrete_fields
        if isinstance(field, CodeField | CodesField) and field.name not in skipped
    ]
    return tuple(texts), tuple(coded)


def _flat(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _named(name: str, words: Iterable[str]) -> list[str]:
    return [f"{name}={word}" for word in words]


def _place_words(thing: Any) -> list[str]:
    return [
        word
        for name in PLACES
        if isinstance(text := getattr(thing, name, ""), str) and text
        for word in words_of(text)
    ]


def _date(kind: RecordType, record: Any, event: Any) -> str:
    own = getattr(record, kind.date) if kind.date else ""
    if own:
        return str(own)
    return str(event.recovered_on or event.occurred_from) if event else ""


def _is_seized(kind: RecordType, record: Any) -> bool:
    if kind.code == "seizure":
        return True
    if kind.code == "incident":
        return bool(record.recovered_on) or "seizure" in record.type
    if kind.code == "firearm":
        return record.kind == "recovered" or record.seizure_id is not None
    return getattr(record, "incident_id", None) is not None and kind.code in (
        "ammunition",
        "part",
        "explosive",
    )


# ---- the event that things belong to


def _event(record: Any) -> Any:
    return getattr(record, "incident_id", None)


def _events(kind: RecordType, records: Sequence[Record]) -> dict[UUID, Any]:
    wanted = {pk for record in records if (pk := _event(record))}
    if not wanted:
        return {}
    names = ("place", "municipality", "region", "case_number", "lat", "lon")
    gate = ("unit", "handling", "is_complete")
    found = Incident.objects.only(*names, *gate, "recovered_on", "occurred_from")
    return found.in_bulk(wanted)


def _open_event(record: Any, events: dict[UUID, Any]) -> Any:
    """Return the event of a thing if whoever sees the thing sees the event too.

    Otherwise finding the thing by its place would tell what the event hides.
    """
    event = events.get(_event(record))
    if event is None or event.unit_id != record.unit_id:
        return None
    closer = {*event.handling.split("+")} - {"h0", *record.handling.split("+")}
    return None if closer or event.is_complete != record.is_complete else event


def _settle_things_of(events: Sequence[UUID]) -> None:
    """Bring the things of changed events in line: they are found by its place."""
    if not events:
        return
    for kind in searched():
        if kind.code == "incident" or not any(
            field.name == "incident" for field in kind.model._meta.concrete_fields
        ):
            continue
        model: Any = kind.model
        things = model._default_manager.filter(incident__in=events)
        for portion in _portions(things.iterator(chunk_size=PORTION), PORTION):
            _store(kind, portion)


def _portions(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion


def lay_out() -> None:
    """Make what the database needs beyond its tables."""
    fulltext.lay_out()
    register_tables.lay_out()
