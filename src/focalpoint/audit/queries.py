"""Read the audit trail: who saw this record, what did this person do, does it hold."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet, Subquery

from focalpoint.audit import chain
from focalpoint.audit.models import GENESIS, Event, Head, Sample, Seal
from focalpoint.audit.sealing import is_signed

CHUNK = 5000
Kinds, Verdict = Event.Kind, Sample.Verdict
LAST_EVENTS = 20_000  # more since the last seal are for the command to check
LOOKS = (Event.Kind.CONSULTATION, Event.Kind.DISCLOSURE)


def events() -> QuerySet[Event]:
    """Return all events, the latest first."""
    return Event.objects.order_by("-seq")


def of_record(record: object) -> QuerySet[Event]:
    """Return what was done with a record."""
    return events().filter(record=str(record.pk))  # type: ignore[attr-defined]


def of_actor(user: object) -> QuerySet[Event]:
    """Return what a person did."""
    return events().filter(actor=str(user.pk))  # type: ignore[attr-defined]


def action_names() -> list[str]:
    """Return the actions that occur in the trail."""
    rows = Event.objects.order_by("action").values_list("action", flat=True)
    return list(rows.distinct())


def last_backup() -> datetime | None:
    """Return when a backup was last begun."""
    marked = chain.canonical({"backup": True})
    rows = Event.objects.filter(action="records.export", detail=marked)
    return rows.order_by("-seq").values_list("at", flat=True).first()


def samples() -> QuerySet[Sample]:
    """Return what was drawn for review, what waits first, then the latest."""
    return Sample.objects.order_by("reviewed_at", "-event")


class SealState(NamedTuple):
    """How the trail stands since it was signed last."""

    seal: Seal | None
    holds: bool
    since: int  # events after the seal
    checked: bool  # whether these were few enough to check here


def last_seal() -> SealState:
    """Check the last seal and the events after it; a full check is the command's."""
    seal = Seal.objects.order_by("-seq", "-pk").first()
    head, last = _end()
    if seal is None:
        return SealState(None, holds=False, since=head.seq, checked=False)
    sealed = Event.objects.filter(seq=seal.seq).values_list("hash", flat=True).first()
    holds = _holds(seal, sealed or (GENESIS if seal.seq == 0 else ""))
    since = head.seq - seal.seq
    if since > LAST_EVENTS:
        return SealState(seal, holds=holds, since=since, checked=False)
    end = _follow(seal.seq, seal.hash, head.seq)
    holds = holds and end == (head.seq, head.hash) and last == head.seq
    return SealState(seal, holds=holds, since=since, checked=True)


def _end() -> tuple[Head, int]:
    """Return the head of the chain and the number of the last event.

    One statement reads both, and a check goes no further than this head: others write
    on meanwhile, and what they write is no break.
    """
    last = Event.objects.order_by("-seq").values_list("seq", flat=True)
    head = Head.objects.filter(pk=1).annotate(last=Subquery(last[:1])).first()
    if head is None:
        return Head(seq=0, hash=GENESIS), last.first() or 0
    return head, head.last or 0


def _follow(seq: int, prev: str, end: int) -> tuple[int, str]:
    """Walk the chain from an event on to the end, as far as it holds."""
    columns = (*chain.COLUMNS, "prev", "hash")
    events = Event.objects.filter(seq__gt=seq, seq__lte=end).order_by("seq")
    for number, at, *middle, told_prev, told_hash in events.values_list(*columns):
        found = chain.digest(prev, (number, chain.timestamp(at), *middle))
        if number != seq + 1 or told_prev != prev or found != told_hash:
            break
        seq, prev = number, told_hash
    return seq, prev


def verify(progress: Callable[[int, int], None] | None = None) -> list[chain.Break]:
    """Check every event, the head and every seal; return where they do not hold."""
    breaks: list[chain.Break] = []
    book, seals = _book(), {seal.seq: seal for seal in Seal.objects.order_by("seq")}
    head, last = _end()  # after the seals: none of them speaks of a later event
    seq, prev = 0, GENESIS
    for rows in _chunks(head.seq):
        for row in rows:
            number, at, *middle, told_prev, told_hash = row
            if number != seq + 1:
                breaks.append(chain.Break(seq + 1, "missing"))
            if told_prev != prev:
                breaks.append(chain.Break(number, "does not follow its predecessor"))
            found = chain.digest(told_prev, (number, chain.timestamp(at), *middle))
            if found != told_hash:
                breaks.append(chain.Break(number, "was altered"))
            if number in seals and not _holds(seals[number], told_hash):
                breaks.append(chain.Break(number, "does not agree with its seal"))
            seq, prev = number, told_hash
        if progress:
            progress(seq, head.seq)
    if (seq, prev) != (head.seq, head.hash):
        breaks.append(chain.Break(seq + 1, "the end of the trail is missing"))
    if last > head.seq:
        breaks.append(chain.Break(head.seq + 1, "stands after the end of the trail"))
    return breaks + list(_seals_outside(book, seq))


def _chunks(end: int) -> Iterator[list[tuple[Any, ...]]]:
    last = 0
    columns = (*chain.COLUMNS, "prev", "hash")
    while True:
        rows = list(
            Event.objects.filter(seq__gt=last, seq__lte=end)
            .order_by("seq")
            .values_list(*columns)[:CHUNK]
        )
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _holds(seal: Seal, found: str) -> bool:
    text = f"{seal.seq} {seal.hash} {chain.timestamp(seal.at)}"
    return seal.hash == found and is_signed(text, seal.signature)


def _book() -> list[str]:
    """Read the book of seals beside the database, which a restore keeps."""
    book = settings.HOME / "audit-seals.txt"
    return book.read_text().splitlines() if book.is_file() else []


def _seals_outside(book: list[str], end: int) -> Iterator[chain.Break]:
    for line in book:
        seq, sealed, at, signature = line.split()
        if not is_signed(f"{seq} {sealed} {at}", signature):
            yield chain.Break(int(seq), "its seal in audit-seals.txt is not ours")
        elif int(seq) > end:
            yield chain.Break(int(seq), "was sealed but is no longer there")
        elif not Event.objects.filter(seq=int(seq), hash=sealed).exists() and int(seq):
            yield chain.Break(int(seq), "differs from its seal in audit-seals.txt")
