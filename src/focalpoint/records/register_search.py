"""Find entries of reference registers: by serial number, or by their own number.

Registers are asked only when a query holds such a number; make, calibre, type, model
and register narrow what it finds. A query that asks for what entries do not have, such
as a place, asks for records alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from focalpoint.records import (
    matching,
    registers,
    serial_search,
    vocabulary,
    wording,
)
from focalpoint.records.models import Register, RegisterEntry
from focalpoint.records.patience import TooBroad, within
from focalpoint.records.query_language import Clause, parse
from focalpoint.records.serial_search import Fit
from focalpoint.records.words import words_of
from focalpoint.values.errors import BadInput

MOST = 200
MOST_TAKEN = 10_000  # entries of one number that go into a file
PORTION = 1000
PAGE = 50
CODED = ("make", "calibre", "type")
Chosen = Iterable[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class EntryHit:
    """One entry that fits, its register, and why it is there."""

    entry: RegisterEntry
    register: Register
    why: str = ""
    serial: str = ""

    @property
    def make(self) -> str:
        """The maker in the reader's language, else as read."""
        return self.entry.text("make", wording.locale())

    @property
    def calibre(self) -> str:
        """The calibre in the reader's language, else as read."""
        return self.entry.text("calibre", wording.locale())


@dataclass(frozen=True, slots=True)
class EntriesFound:
    """What the registers say; ``is_more`` where more fits than ``MOST``."""

    hits: tuple[EntryHit, ...] = ()
    total: int = 0
    is_more: bool = False
    notes: tuple[str, ...] = ()


NOTHING = EntriesFound()


@dataclass
class Asked:
    """A query as registers understand it."""

    pattern: str = ""
    number: str = ""
    conditions: Q = field(default_factory=Q)
    is_either: bool = False  # a free word: a serial number or the register's own
    is_foreign: bool = False  # it asks for what entries do not have


def find(
    query: str, user: Any, chosen: Chosen = (), *, limit: int = PAGE
) -> EntriesFound:
    """Return the entries that fit and that the person may consult, the best first."""
    asked = understood(query, chosen)
    if asked.is_foreign or not (asked.pattern or asked.number):
        return NOTHING
    editions = registers.readable(user)
    everything = registers.entries_of(editions)
    if everything is None:
        return NOTHING
    try:
        with within():
            fits = _fits(asked, everything.filter(asked.conditions))
            best = sorted(fits, key=lambda key: (fits[key].rank, key))[:limit]
            rows = everything.in_bulk(best)
    except TooBroad:
        return EntriesFound(is_more=True, notes=(_too_many(),))
    hits = tuple(
        _hit(asked, rows[key], editions[rows[key].edition_id], fits[key])
        for key in best
        if key in rows
    )
    more = len(fits) > MOST
    return EntriesFound(
        hits, min(len(fits), MOST), more, (_too_many(),) if more else ()
    )


def selected(
    query: str, user: Any, register: Register | None = None, chosen: Chosen = ()
) -> Iterator[tuple[RegisterEntry, Register]]:
    """Yield every entry that fits and that the person may take away, with its register.

    In the order of the screen where a number is asked for, else in that of the
    registers. ``register`` narrows to one.
    """
    asked = understood(query, chosen)
    if asked.is_foreign:
        raise BadInput(
            "%(query)s asks for what entries of registers do not have; use serial, "
            "number, make, model, calibre, type and register",
            query=query,
        )
    has_number = bool(asked.pattern or asked.number)
    if register is None and not has_number and not asked.conditions:
        raise BadInput("say which entries: a number, a make, or register:NAME")
    editions = {
        edition: one
        for edition, one in registers.readable(user, use="export").items()
        if register is None or one.pk == register.pk
    }
    everything = registers.entries_of(editions)
    if everything is None:
        return
    rows = everything.filter(asked.conditions)
    found = (
        _by_fit(asked, rows) if has_number else rows.order_by("pk").iterator(PORTION)
    )
    for entry in found:
        yield entry, editions[entry.edition_id]


def _by_fit(asked: Asked, rows: QuerySet[RegisterEntry]) -> Iterator[RegisterEntry]:
    try:
        with within():
            fits = _fits(asked, rows, MOST_TAKEN)
    except TooBroad:
        fits = None
    if fits is None or len(fits) > MOST_TAKEN:
        raise BadInput(
            "more than %(most)s entries fit this number: add characters, their places, "
            "or a make",
            most=MOST_TAKEN,
        )
    best = sorted(fits, key=lambda key: (fits[key].rank, key))
    for start in range(0, len(best), PORTION):
        keys = best[start : start + PORTION]
        portion = rows.in_bulk(keys)
        yield from (portion[key] for key in keys if key in portion)


def as_data(hit: EntryHit) -> dict[str, Any]:
    """Return an entry with its register as JSON holds it."""
    entry, register = hit.entry, hit.register
    names = ("number", "type", "make", "model", "calibre", "serial", "country", "year")
    return {
        "id": str(entry.pk),
        "record_type": entry.type_code,
        "register": register.name,
        "unit": register.unit.code,
        "handling": register.handling,
        "caption": str(entry),
        **{name: getattr(entry, name) for name in names},
        "as_read": {
            name: text for name in CODED if (text := getattr(entry, f"{name}_read"))
        },
        "why": hit.why,
    }


def understood(query: str, chosen: Chosen = ()) -> Asked:
    """Return what a query asks of registers."""
    asked = Asked()
    for clause in parse(query, matching.known_fields()).clauses:
        CLAUSES.get(clause.name, _foreign)(clause, asked)
    for name, values in chosen:
        if name in CODED:
            asked.conditions &= Q(**{f"{name}__in": values})
        else:
            asked.is_foreign = True
    return asked


def _fits(
    asked: Asked, keys: QuerySet[RegisterEntry], most: int = MOST
) -> dict[int, Fit]:
    fits: dict[int, Fit] = {}
    if asked.number:
        rows = _numbered(asked.number, keys, most)
        fits |= {key: Fit(serial_search.SAME, "") for key in rows}
    if asked.pattern and (asked.is_either or not asked.number):
        found = serial_search.fits_of(asked.pattern, keys, "pk", most + 1)
        fits = {**found, **fits}
    return fits


def _numbered(number: str, keys: QuerySet[RegisterEntry], most: int) -> list[int]:
    if number.endswith("*") and len(number) > 1:
        start = number[:-1]
        rows = keys.filter(number__gte=start, number__lt=start + "\U0010ffff")
    else:
        rows = keys.filter(number=number)
    return list(rows.values_list("pk", flat=True)[: most + 1])


def _hit(asked: Asked, entry: RegisterEntry, register: Register, fit: Fit) -> EntryHit:
    if not fit.normal:
        return EntryHit(entry, register, _("The same number in the register"))
    return EntryHit(entry, register, matching.why(asked.pattern, fit), fit.normal)


def _too_many() -> str:
    return _(
        "More than %(most)s entries of registers fit: add characters of the number, "
        "their places, or a make."
    ) % {"most": MOST}


# ---- clauses


def _serial(clause: Clause, asked: Asked) -> None:
    pattern = serial_search.pattern_of(clause.values[0])
    if any(sign.isalnum() for sign in pattern):
        asked.pattern = pattern


def _number(clause: Clause, asked: Asked) -> None:
    asked.number = clause.values[0]


def _free(clause: Clause, asked: Asked) -> None:
    text = clause.values[0]
    if not asked.pattern and not clause.is_phrase and serial_search.could_be(text):
        _serial(clause, asked)
        if not asked.number:
            asked.number, asked.is_either = text, True
        return
    for word in words_of(text):
        condition = Q(model__icontains=word)
        for token in vocabulary.meanings(word):
            name, _equals, code = token.partition("=")
            if name in CODED:
                condition |= Q(**{name: code})
        asked.conditions &= condition


def _coded(clause: Clause, asked: Asked) -> None:
    condition = Q(pk__in=[])
    for value in clause.values:
        codes = vocabulary.codes(clause.name, value.rstrip("*"))
        if codes:
            condition |= Q(**{f"{clause.name}__in": sorted(codes)})
        else:
            condition |= Q(**{f"{clause.name}_read__iexact": value})
    asked.conditions &= condition


def _model(clause: Clause, asked: Asked) -> None:
    condition = Q(pk__in=[])
    for value in clause.values:
        condition |= Q(model__icontains=value.strip("*"))
    asked.conditions &= condition


def _register(clause: Clause, asked: Asked) -> None:
    names = Q()
    for value in clause.values:
        names |= Q(name__icontains=value)
    editions = Register.objects.filter(names).values_list("current", flat=True)
    asked.conditions &= Q(edition_id__in=[one for one in editions if one])


def _foreign(clause: Clause, asked: Asked) -> None:
    asked.is_foreign = True


CLAUSES: dict[str, Any] = {
    "": _free,
    "serial": _serial,
    "number": _number,
    "model": _model,
    "register": _register,
    **dict.fromkeys(CODED, _coded),
}
