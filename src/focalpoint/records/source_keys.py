"""Records by the numbers that their sources gave them.

The index of these numbers leaves out the records that have none, and a database takes
such an index only where the question itself says, in so many words, that they are out.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from focalpoint.accounts.models import Unit

HAS_KEY = ~Q(source_key=RawSQL("''", ()))


def keyed(
    records: QuerySet[Any],
    units: Collection[int],
    sources: Collection[str],
    keys: Collection[str],
) -> QuerySet[Any]:
    """Return the records of some units that the sources call by these numbers."""
    return records.filter(
        HAS_KEY, unit__in=units, source__in=sources, source_key__in=keys
    )


def holders(records: QuerySet[Any], source: str) -> list[int]:
    """Return the units that hold records with numbers of a source."""
    held = records.order_by().filter(HAS_KEY, unit=OuterRef("pk"), source=source)
    return list(Unit.objects.filter(Exists(held)).values_list("pk", flat=True))
