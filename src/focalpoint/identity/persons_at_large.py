"""Persons compared by SQL, their categories apart; one kind of ``at_large``."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from focalpoint.engines.resolution import batch
from focalpoint.engines.resolution.person_batch import Listed, person_pairs
from focalpoint.identity import persons
from focalpoint.identity.rules import COMPARED, LEAST
from focalpoint.records.models import Person

# A person who is looked up, key by key, costs as much as forty that a run reads.
SHARE = 0.025
MEMORY = "2GB"
CHUNK = 5000


def among() -> int:
    """Return how many records are read to compare everything."""
    return Person.objects.count()


def find(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each person with each who may be the same, both ways.

    Every pair is weighed again among as many persons or more: nothing asked is lost.
    """
    with batch.connect(folder, memory=MEMORY) as connection:
        for one, other, _ in person_pairs(connection, _listed(), least=LEAST):
            yield one, other
            yield other, one


def read(names: Iterable[str]) -> dict[str, Person]:
    """Return persons by their names, without what is gone since."""
    keys = [UUID(name) for name in names]
    rows = persons.comparable().select_related("unit")
    return {
        str(one.pk): one
        for start in range(0, len(keys), CHUNK)
        for one in rows.filter(pk__in=keys[start : start + CHUNK])
    }


def _listed() -> Iterator[Listed]:
    rows = persons.comparable().only(*sorted(COMPARED["person"])).order_by("pk")
    for one in rows.iterator(chunk_size=CHUNK):
        yield Listed(
            persons.described(one), persons.names_of(one), persons.category_of(one)
        )
