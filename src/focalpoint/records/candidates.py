"""Which records may speak of the same firearm as one record: looked up at once.

What a misreading may have made of a number is formed from the query
(``engines.resolution.keys``) and looked up in the indexes of light keys, among firearms
and among the entries of reference registers. The answer is a short list to be weighed
(``engines.resolution.score``), never a decision.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from focalpoint.accounts.access import SYSTEM, visible
from focalpoint.engines.resolution.described import UNNAMED, Described, describe
from focalpoint.engines.resolution.keys import Lookup, lookup_keys
from focalpoint.records import registers
from focalpoint.records.models import (
    Firearm,
    RegisterEntry,
    SearchDocument,
    SerialKey,
)
from focalpoint.records.patience import TooBroad, within
from focalpoint.records.serial_search import among, is_like, narrowed

FIREARM, ENTRY = "firearm", "register_entry"
MOST = 400  # rows of each of the two sources
LOOKED_UP = 2000  # numbers under the keys, before makes are compared
WAIT_MS = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record that may speak of the same firearm.

    ``kind`` is ``firearm`` or ``register_entry``; ``record`` the row itself;
    ``described`` what the engine compares. The lower ``rank``, the likelier its number.
    """

    kind: str
    record: Any
    described: Described
    rank: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """All that was found; ``is_limited`` where there is more than was looked at.

    ``has_number`` is false where no character of the number is known: then nothing can
    be looked up, which is not the same as nothing found.
    """

    rows: tuple[Candidate, ...]
    is_limited: bool = False
    has_number: bool = True


def for_firearm(
    wanted: Firearm | RegisterEntry | Described, reader: Any = None
) -> Candidates:
    """Return firearms and register entries whose number may be that of one record.

    Parameters
    ----------
    wanted : Firearm, RegisterEntry or Described
        The record that asks; it is not among the answer.
    reader : User, optional
        Whose rights narrow the answer; without one, the system's own.
    """
    asked = wanted if isinstance(wanted, Described) else described(wanted)
    lookup = lookup_keys(asked)
    if not lookup.keys and not lookup.patterns:
        return Candidates((), has_number=False)
    ranks = {key: place for place, key in enumerate(lookup.keys)}
    person = SYSTEM if reader is None else reader
    limits: list[bool] = []
    found = [
        *_firearms(asked, lookup, ranks, person, limits),
        *_entries(asked, lookup, ranks, person, limits),
    ]
    own = None if isinstance(wanted, Described) else wanted.pk
    rows = sorted((c for c in found if c.record.pk != own), key=lambda c: c.rank)
    return Candidates(tuple(rows), any(limits))


def described(record: Firearm | RegisterEntry) -> Described:
    """Return a record as the engine compares it."""
    if isinstance(record, RegisterEntry):
        return describe(
            str(record.pk),
            serial=record.serial,
            make=record.make or record.make_read,
            model=record.model,
            calibre=record.calibre or record.calibre_read,
            type=record.type or record.type_read,
            country=record.country,
            year=record.year,
        )
    read = record.as_read
    return describe(
        str(record.pk),
        serial=record.serial,
        make=record.make or str(read.get("make", "")),
        model=record.model,
        calibre=record.calibre or str(read.get("calibre", "")),
        type=record.type or str(read.get("type", "")),
        country=record.country_of_manufacture,
        year=str(record.year_of_manufacture or ""),
    )


def _firearms(
    asked: Described,
    lookup: Lookup,
    ranks: dict[str, int],
    person: Any,
    limits: list[bool],
) -> Iterator[Candidate]:
    lights = dict(_looked_up(SerialKey.objects.all(), lookup, "document_id", limits))
    documents = SearchDocument.objects.filter(
        pk__in=list(lights), record_type="firearm", is_standing=True
    )
    keys = dict(visible(documents, person).values_list("record", "pk"))
    exact = [pk for pk, key in keys.items() if lights[key] in asked.number.forms]
    rows = visible(Firearm.objects.all(), person).filter(pk__in=list(keys))
    rows = rows.filter(_alike(asked, Q(pk__in=exact)))
    for record in _limited(rows.select_related("unit"), limits):
        rank = ranks.get(lights[keys[record.pk]], len(ranks))
        yield Candidate(FIREARM, record, described(record), rank)


def _entries(
    asked: Described,
    lookup: Lookup,
    ranks: dict[str, int],
    person: Any,
    limits: list[bool],
) -> Iterator[Candidate]:
    everything = registers.entries(person)
    if everything is None:
        return
    rows = everything.filter(_alike(asked, Q(light__in=asked.number.forms)))
    found: dict[Any, RegisterEntry] = {}
    for part in _parts(rows, lookup):
        try:
            with within(WAIT_MS):
                found.update((row.pk, row) for row in _limited(part, limits))
        except TooBroad:
            limits.append(True)
    for row in found.values():
        yield Candidate(ENTRY, row, described(row), ranks.get(row.light, len(ranks)))


def _looked_up(
    keys: QuerySet[Any], lookup: Lookup, owner: str, limits: list[bool]
) -> Iterator[tuple[Any, str]]:
    for part in _parts(keys, lookup):
        try:
            with within(WAIT_MS):
                rows = list(part.values_list(owner, "light")[:LOOKED_UP])
        except TooBroad:
            limits.append(True)
        else:
            limits.append(len(rows) == LOOKED_UP)
            yield from rows


def _parts(keys: QuerySet[Any], lookup: Lookup) -> Iterator[QuerySet[Any]]:
    """Yield what stands under the keys, then what each pattern fits."""
    yield among(list(lookup.keys), keys)
    for pattern in lookup.patterns:
        asked = pattern.replace("_", "?")
        yield narrowed(asked, keys).filter(is_like("light", asked))


def _alike(asked: Described, exact: Q) -> Q:
    """Numbers that differ must agree in make or calibre, unless one is not told."""
    if not asked.make or asked.make.startswith(UNNAMED):
        return Q()
    condition = exact | Q(make=asked.make) | Q(make="")
    return condition | Q(calibre=asked.calibre) if asked.calibre else condition


def _limited(rows: QuerySet[Any], limits: list[bool]) -> Iterable[Any]:
    found = list(rows[: MOST + 1])
    limits.append(len(found) > MOST)
    return found[:MOST]
