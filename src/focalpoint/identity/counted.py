"""How common things are in the data: counted by the nightly run, read by every weight.

What agreement by chance amounts to depends on the data: a number of five figures on the
commonest pistol agrees by chance in any large register.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from focalpoint.engines.resolution.described import Described
from focalpoint.engines.resolution.population import Population, typical
from focalpoint.engines.resolution.score import ENGINE_VERSION
from focalpoint.identity.models import Counted
from focalpoint.records import candidates
from focalpoint.records.models import Firearm, RegisterEdition, RegisterEntry

CODE = "firearm"
FEWEST = 2000  # records from which counts say more than what is usual
LARGE = 200_000  # records from which combinations of a single record are not kept
CHUNK = 5000
FRESH_S = 60
LONGEST = timedelta(days=7)
CHANGED = 0.05
_kept: tuple[datetime, Population] | None = None
_guessed: tuple[float, Population] | None = None


def population() -> Population:
    """Return the counts of the last run; what is usual where nothing was counted."""
    global _kept  # noqa: PLW0603 - read once a process, until counted anew
    row = Counted.objects.filter(record_type=CODE).only("counted_at").first()
    if row is None:
        return _uncounted()
    if _kept is None or _kept[0] != row.counted_at:
        found = Population.from_json(row.counts)
        few = found.size < FEWEST
        _kept = (row.counted_at, typical(found.size) if few else found)
    return _kept[1]


def _uncounted() -> Population:
    """Return what is usual in as many records as there are, roughly, by now."""
    global _guessed  # noqa: PLW0603 - before the first run; counting costs at size
    now = time.monotonic()
    if _guessed is None or now - _guessed[0] > FRESH_S:
        _guessed = (now, typical(Firearm.objects.count()))
    return _guessed[1]


def is_stale() -> bool:
    """Tell whether the data are other ones than those counted last.

    Counting reads every record and entry, minutes of them where registers are large:
    it is done for a new edition, a twentieth more or fewer records, or once a week.
    """
    row = Counted.objects.filter(record_type=CODE).defer("counts").first()
    if row is None or row.engine_version != ENGINE_VERSION:
        return True
    editions = RegisterEdition.objects.filter(state=RegisterEdition.State.CURRENT)
    if editions.filter(finished_at__gte=row.counted_at).exists():
        return True
    if timezone.now() - row.counted_at > LONGEST:
        return True
    standing = Firearm.objects.filter(withdrawn_at=None, is_complete=True).count()
    size = standing + (editions.aggregate(all=Sum("entries"))["all"] or 0)
    return abs(size - population().size) > CHANGED * size


def count() -> tuple[str, int]:
    """Count all standing firearms and entries of registers; return text and number."""
    found = Population.of(_everything())
    fewest = 2 if found.size > LARGE else 1
    return found.to_json(fewest=fewest), found.size


def store(counts: str) -> Counted:
    """Keep counts for every process to read."""
    row, _new = Counted.objects.update_or_create(
        record_type=CODE,
        defaults={
            "engine_version": ENGINE_VERSION,
            "counts": counts,
            "counted_at": timezone.now(),
        },
    )
    return row


def _everything() -> Iterator[Described]:
    yield from map(candidates.described, firearms())
    yield from map(candidates.described, entries())


def firearms() -> Iterator[Any]:
    """Yield what the engine compares of all standing firearms, without the models."""
    guns = Firearm.objects.filter(withdrawn_at=None, is_complete=True).order_by("pk")
    rows = guns.values_list("pk", *FIELDS, named=True)
    yield from rows.iterator(chunk_size=CHUNK)


def entries() -> Iterator[RegisterEntry]:
    """Yield the entries of all registers in the editions that are in use."""
    editions = RegisterEdition.objects.filter(state=RegisterEdition.State.CURRENT)
    shown = list(editions.values_list("pk", flat=True))
    if shown:
        rows = RegisterEntry.objects.filter(edition_id__in=shown)
        yield from rows.iterator(chunk_size=CHUNK)


FIELDS = (
    "serial",
    "make",
    "model",
    "calibre",
    "type",
    "as_read",
    "country_of_manufacture",
    "year_of_manufacture",
)
