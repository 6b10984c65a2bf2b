"""What the clauses of a query mean to the index."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from focalpoint.accounts.models import Unit
from focalpoint.records import fulltext, registry, serial_search, vocabulary
from focalpoint.records.fulltext import Node, Token
from focalpoint.records.models.search_document import SerialKey
from focalpoint.records.patience import TooBroad, within
from focalpoint.records.query_language import Clause, Query, period
from focalpoint.records.serial_search import Fit
from focalpoint.records.words import joined, words_of

REFERENCE = re.compile(r"[A-Za-z]{2}-[A-Za-z]-\d{4}-\d{6}")
WORDS_OF_FIELD = ("place", "source", "model")
JOINED = ("case",)
YES = frozenset({"yes", "1", "da", "po", "true"})
MOST = 10_001


@dataclass
class Meaning:
    """A query as conditions: words to look up, numbers, columns.

    ``fits`` holds the documents that a serial number found and how well each fits;
    results are then in that order. ``notes`` tell the person what was made of a part.
    """

    nodes: list[Node] = field(default_factory=list)
    conditions: Q = field(default_factory=Q)
    fits: dict[int, Fit] | None = None
    serial: str = ""
    notes: list[str] = field(default_factory=list)
    withdrawn: bool = False
    record_types: frozenset[str] = frozenset()
    ranked: list[str] = field(default_factory=list)
    is_broad: bool = False  # a serial number that very many fit

    def narrow(self, documents: QuerySet[Any]) -> QuerySet[Any]:
        """Return the documents that fit, latest first."""
        documents = documents.filter(self.conditions)
        if self.fits is not None:
            documents = documents.filter(pk__in=list(self.fits))
        if self.nodes:
            return fulltext.matching(documents, fulltext.every(self.nodes))
        return documents.order_by("-id")


def meaning(query: Query, documents: QuerySet[Any]) -> Meaning:
    """Return what a query asks for among documents that the person may see."""
    found = Meaning()
    found.notes += [
        _("“%(text)s” is not a period. Write 2023, 2023-05.. or 2023..2024.")
        % {"text": text}
        for text in query.problems
    ]
    _free_words(query.words, found, documents)
    for clause in query.clauses:
        if clause.name:
            FIELD_MEANINGS.get(clause.name, _coded)(clause, found)
    return found


def facet_nodes(chosen: Iterable[tuple[str, tuple[str, ...]]]) -> list[Node]:
    """Return the conditions of ticked facets."""
    return [
        fulltext.some(Token(f"{name}={value}") for value in values)
        for name, values in chosen
        if values
    ]


def known_fields() -> frozenset[str]:
    """Return the names of fields beyond those with a meaning of their own."""
    return frozenset(vocabulary.coded_fields())


# ---- words without a field


def _free_words(
    clauses: Sequence[Clause], found: Meaning, documents: QuerySet[Any]
) -> None:
    rest = list(clauses)
    while rest:
        together = _name_at(rest)
        if together > 1:
            _name(" ".join(clause.values[0] for clause in rest[:together]), found)
        else:
            _free(rest[0], found, documents)
        rest = rest[max(together, 1) :]


def _name_at(clauses: Sequence[Clause]) -> int:
    """Return how many of the first words are one name of a list: ``9 mm Luger``."""
    for size in range(min(len(clauses), vocabulary.LONGEST_NAME), 1, -1):
        first = clauses[:size]
        text = " ".join(clause.values[0] for clause in first)
        if any(clause.is_phrase for clause in first) or re.search(r"[*?]", text):
            continue
        if vocabulary.phrase_meanings(" ".join(words_of(text))):
            return size
    return 0


def _name(text: str, found: Meaning) -> None:
    """Look words up that are a name together; each may also stand by itself."""
    words = words_of(text)
    named = sorted(vocabulary.phrase_meanings(" ".join(words)))
    each = fulltext.every(
        fulltext.some([Token(word), *_codes_of(word)]) for word in words
    )
    found.nodes.append(fulltext.some([each, *map(Token, named)]))
    found.ranked += words


def _free(clause: Clause, found: Meaning, documents: QuerySet[Any]) -> None:
    text = clause.values[0]
    if REFERENCE.fullmatch(text):
        found.nodes.append(Token(f"ref={joined(text)}"))
    elif clause.is_phrase:
        _phrase(text, found)
    elif found.fits is None and serial_search.could_be(text):
        _number_or_word(text, found, documents)
    else:
        _word(text, found)


def _phrase(text: str, found: Meaning) -> None:
    words = words_of(text)
    if not words:
        return
    phrase = " ".join(words)
    coded = [Token(token) for token in sorted(vocabulary.phrase_meanings(phrase))]
    together = fulltext.every(Token(word) for word in words)
    found.nodes.append(fulltext.some([together, *coded]))
    if len(words) > 1:
        condition = Q(text__contains=f" {phrase} ")
        for token in coded:
            condition |= Q(text__contains=f" {token.text} ")
        found.conditions &= condition
    found.ranked += words


def _word(text: str, found: Meaning) -> None:
    if "*" in text or "?" in text:
        _wildcard(text, found)
        return
    words = words_of(text)
    coded = _together(words)
    each = [fulltext.some([Token(word), *_codes_of(word)]) for word in words]
    if each:
        node = fulltext.every(each)
        found.nodes.append(fulltext.some([node, *coded]) if coded else node)
    found.ranked += words


def _together(words: list[str]) -> list[Node]:
    """Return the codes that words written in one piece name: ``9x19``, ``M-70``."""
    if len(words) < 2:
        return []
    named = vocabulary.phrase_meanings(" ".join(words))
    return [
        Token(token) for token in sorted(named | vocabulary.meanings("".join(words)))
    ]


def _codes_of(word: str) -> list[Node]:
    return [Token(token) for token in sorted(vocabulary.meanings(word))]


def _wildcard(text: str, found: Meaning) -> None:
    start = "".join(words_of(re.split(r"[*?]", text, maxsplit=1)[0]))
    plain = text.endswith("*") and not re.search(r"[*?]", text[:-1])
    if start:
        coded = vocabulary.beginnings(start) if plain else ()
        node = [Token(start, is_start=True), *map(Token, sorted(coded))]
        found.nodes.append(fulltext.some(node))
    if plain and start:
        return
    parts = re.split(r"([*?])", text)
    pattern = "".join(
        {"*": r"[^ =]*", "?": "[^ =]"}.get(part) or "".join(words_of(part))
        for part in parts
    )
    found.conditions &= Q(text__regex=f" {pattern} ")


def _number_or_word(text: str, found: Meaning, documents: QuerySet[Any]) -> None:
    """Look a free word up as a serial number and as a word; take what either finds."""
    pattern = serial_search.pattern_of(text)
    fits = _numbers(pattern, documents)
    if fits is None:
        found.notes.append(too_broad())
        fits = {}
    aside = Meaning()
    _word(text, aside)
    for pk in aside.narrow(documents).values_list("pk", flat=True)[:MOST]:
        fits.setdefault(pk, Fit(serial_search.UNREAD, ""))
    found.fits = fits
    if any(fit.normal for fit in fits.values()):
        found.serial = pattern


def _numbers(
    pattern: str, documents: QuerySet[Any] | None = None
) -> dict[int, Fit] | None:
    """Return the documents with a number that fits; None where they are too many."""
    keys = SerialKey.objects.all()
    if documents is not None and "*" in pattern:
        keys = keys.filter(document__in=documents)
    try:
        with within():
            fits = serial_search.fits_of(pattern, keys, "document_id", MOST)
    except TooBroad:
        return None
    return fits if len(fits) < MOST else None


def too_broad() -> str:
    """Say what to do where too many numbers fit to look through them all."""
    return _(
        "Too broad to look through in time: add characters of the number, their "
        "places, or a make."
    )


def why(asked: str, fit: Fit | None) -> str:
    """Say in one sentence why a serial number is among the results."""
    if fit is None or not fit.normal:
        return ""
    if fit.rank == serial_search.SAME:
        return _("The same number") if "*" not in asked else _("Fits the pattern")
    if fit.rank == serial_search.UNREAD:
        return _("All known characters agree")
    if fit.rank == serial_search.SHIFTED:
        return _("One character more or less")
    if fit.rank == serial_search.SWAPPED:
        return _("Two neighbouring characters are exchanged")
    places = [
        (place, a, b)
        for place, (a, b) in enumerate(zip(asked, fit.normal, strict=False), 1)
        if a != b and "?" not in (a, b)
    ]
    if len(places) == 1:
        place, a, b = places[0]
        return _(
            "%(found)s for %(asked)s at place %(place)s: one misread character"
        ) % {
            "found": b,
            "asked": a,
            "place": place,
        }
    return _("Letters that look like the figures asked for")


# ---- words with a field


def _serial(clause: Clause, found: Meaning) -> None:
    pattern = serial_search.pattern_of(clause.values[0])
    if not any(sign.isalnum() for sign in pattern):
        found.notes.append(_("Give at least one character of the serial number."))
        return
    found.serial = pattern
    fits = _numbers(pattern)
    if fits is None:  # the database puts them together with the rest of the query
        found.is_broad = True
        keys = serial_search.fitting(pattern, SerialKey.objects.all())
        found.conditions &= Q(pk__in=keys.values("document_id"))
        return
    found.fits = (
        fits
        if found.fits is None
        else {pk: fit for pk, fit in fits.items() if pk in found.fits}
    )


def _date(clause: Clause, found: Meaning) -> None:
    start, end = period(clause.values[0]) or ("", "")
    if start:  # a date known to the year may lie in a period that begins later in it
        less_precise = [start[:size] for size in (4, 7) if size < len(start)]
        found.conditions &= Q(date__gte=start) | Q(date__in=less_precise)
    if end:
        found.conditions &= Q(date__lte=f"{end}~")
    if not start:
        found.conditions &= ~Q(date="")
    if clause.name == "seized":
        found.nodes.append(Token("seized=1"))


def _words_of_field(clause: Clause, found: Meaning) -> None:
    alternatives = []
    for value in clause.values:
        words = words_of(value.replace("*", " "))
        tokens: list[Node] = [Token(f"{clause.name}={word}") for word in words]
        if tokens and value.endswith("*"):
            tokens[-1] = Token(f"{clause.name}={words[-1]}", is_start=True)
        if tokens:
            alternatives.append(fulltext.every(tokens))
    if alternatives:
        found.nodes.append(fulltext.some(alternatives))


def _number(clause: Clause, found: Meaning) -> None:
    tokens = [
        Token(f"key={joined(value)}", is_start=value.endswith("*"))
        for value in clause.values
    ]
    found.nodes.append(fulltext.some(tokens))


def _register(clause: Clause, found: Meaning) -> None:
    _words_of_field(replace(clause, name="source"), found)


def _case(clause: Clause, found: Meaning) -> None:
    tokens = [
        Token(f"case={joined(value)}", is_start=value.endswith("*"))
        for value in clause.values
    ]
    found.nodes.append(fulltext.some(tokens))


def _unit(clause: Clause, found: Meaning) -> None:
    wanted = [" ".join(words_of(value)) for value in clause.values]
    paths = [
        unit.path
        for unit in Unit.objects.all()
        if " ".join(words_of(unit.code)) in wanted
        or any(f" {one} " in f" {' '.join(words_of(unit.name))} " for one in wanted)
    ]
    if not paths:
        found.notes.append(
            _("There is no unit “%(name)s”.") % {"name": ", ".join(clause.values)}
        )
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(path__startswith=path)
    units = Unit.objects.filter(within).values_list("pk", flat=True)
    found.conditions &= Q(unit_id__in=list(units))


def _batch(clause: Clause, found: Meaning) -> None:
    from uuid import UUID

    try:
        found.conditions &= Q(batch__in=[UUID(value) for value in clause.values])
    except ValueError:
        found.notes.append(_("An import is named by its full identifier."))
        found.conditions &= Q(pk__in=[])


def _record(clause: Clause, found: Meaning) -> None:
    codes = frozenset(
        kind.code
        for kind in registry.all_types()
        for value in clause.values
        if " ".join(words_of(value))
        in (
            " ".join(words_of(name))
            for name in (kind.code, kind.title, kind.title_plural)
        )
    )
    if not codes:
        found.notes.append(
            _("There is no kind of record “%(name)s”.")
            % {"name": ", ".join(clause.values)}
        )
    found.record_types = codes or frozenset({"none"})


def _withdrawn(clause: Clause, found: Meaning) -> None:
    found.withdrawn = clause.values[0].lower() in YES


def _coded(clause: Clause, found: Meaning) -> None:
    """Look a value up in the lists of its field; unknown ones are words as read."""
    name = {"origin": "origin_class"}.get(clause.name, clause.name)
    alternatives: list[Node] = []
    for value in clause.values:
        if value.endswith("*"):
            codes = vocabulary.codes_beginning(name, value[:-1])
        else:
            codes = vocabulary.codes(name, value)
        alternatives += [Token(f"{name}={code}") for code in sorted(codes)]
        words = words_of(value)
        if not codes and words:
            alternatives.append(fulltext.every(Token(word) for word in words))
            found.notes.append(
                _("“%(value)s” is in no list of “%(field)s”: looked up as written.")
                % {"value": value, "field": name}
            )
    if alternatives:
        found.nodes.append(fulltext.some(alternatives))


FIELD_MEANINGS: dict[str, Any] = {
    "serial": _serial,
    "seized": _date,
    "date": _date,
    "unit": _unit,
    "number": _number,
    "register": _register,
    "case": _case,
    "batch": _batch,
    "record": _record,
    "withdrawn": _withdrawn,
    **dict.fromkeys(WORDS_OF_FIELD, _words_of_field),
}
