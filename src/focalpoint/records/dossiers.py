"""Dossiers: which records speak of one thing, computed from the judgements.

A dossier is the connected component of the standing judgements of *same*. The column
``dossier`` of a record holds the identifier of the component's earliest record; it is
computed here and nowhere else, and can always be computed again.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from focalpoint.accounts.access import visible
from focalpoint.engines.resolution import clusters
from focalpoint.engines.resolution.clusters import Edge
from focalpoint.records import registry
from focalpoint.records.base import Record
from focalpoint.records.identifiers import Counter
from focalpoint.records.models.same import DIFFERENT, SAME, SameObject
from focalpoint.values import codelists

PORTION = 500  # identifiers in one question: SQLite allows 32,766 variables


@dataclass(frozen=True)
class Contradiction:
    """Two records judged different although other judgements make them one.

    ``path`` holds the judgements of *same* that connect them and that the reader may
    see; ``weakest`` is the least firm judgement of the circle, ``different`` included.
    """

    different: SameObject
    path: tuple[SameObject, ...]
    weakest: SameObject


@dataclass(frozen=True)
class Consequence:
    """What a judgement would do, told before it is made."""

    members: tuple[Record, ...]  # the dossier there would be, visible ones, in order
    first: tuple[Record, ...]  # the dossier that the first record is in now
    second: tuple[Record, ...]
    contradicts: tuple[SameObject, ...]  # standing judgements it would contradict

    @property
    def identifier(self) -> UUID:
        """The identifier that the reader would see."""
        return self.members[0].pk


# ---- reading


def members(record: Record, user: Any, *, use: str = "view") -> list[Any]:
    """Return the records of one dossier that a person may see, the earliest first.

    The record itself is among them; withdrawn ones are, too, with their reason.
    """
    model: Any = type(record)
    # Asked anew: the record may have been read before somebody judged.
    dossier = model.objects.filter(pk=record.pk).values("dossier")
    rows = visible(model.objects.filter(dossier__in=dossier), user, use=use)
    found = list(rows.select_related("unit").order_by("pk"))
    if all(one.pk != record.pk for one in found):
        found = sorted([*found, record], key=lambda one: one.pk)
    return found


def shown_identifier(record: Record, user: Any) -> UUID:
    """Return the identifier of a dossier for one reader: its earliest visible record.

    The stored one would tell of an earlier record that the reader may not see.
    """
    return members(record, user)[0].pk


def judgements(
    record: Record, user: Any, *, withdrawn: bool = False
) -> QuerySet[SameObject]:
    """Return the judgements inside and at the edge of a dossier that a person may see.

    Both records of each must be visible. With ``withdrawn``, those that no longer stand
    are among them. The latest first.
    """
    pks = [one.pk for one in members(record, user)]
    rows = SameObject.objects.filter(Q(first_id__in=pks) | Q(second_id__in=pks))
    if not withdrawn:
        rows = rows.filter(stands=True)
    return visible(rows, user).select_related("by", "withdrawn_by").order_by("-at")


def standing(first: UUID, second: UUID) -> SameObject | None:
    """Return the standing judgement of a pair, in whichever order it is named."""
    low, high = sorted((first, second))
    return SameObject.objects.filter(first_id=low, second_id=high, stands=True).first()


def standing_with(records: Collection[UUID]) -> dict[UUID, dict[UUID, SameObject]]:
    """Return the standing judgements of each record, by the other record."""
    found: dict[UUID, dict[UUID, SameObject]] = {pk: {} for pk in records}
    for portion in _portions(sorted(found)):
        rows = SameObject.objects.filter(
            Q(first_id__in=portion) | Q(second_id__in=portion), stands=True
        )
        for one in rows:
            for pk in (one.first_id, one.second_id):
                if pk in found:
                    found[pk][one.other(pk)] = one
    return found


def contradictions(
    user: Any, code: str = "firearm", *, limit: int = 200
) -> list[Contradiction]:
    """Return the contradictions whose two records a person may see."""
    model: Any = registry.get(code).model
    place = {
        name: Subquery(model.objects.filter(pk=OuterRef(name)).values("dossier"))
        for name in ("first_id", "second_id")
    }
    rows = visible(
        SameObject.objects.filter(record_type=code, verdict=DIFFERENT, stands=True),
        user,
    )
    inside = rows.annotate(
        first_dossier=place["first_id"], second_dossier=place["second_id"]
    ).filter(first_dossier=F("second_dossier"))
    return _explained(list(inside.select_related("by").order_by("pk")[:limit]), user)


def contradictions_of(record: Record, user: Any) -> list[Contradiction]:
    """Return the contradictions inside one dossier that a person may see."""
    pks = [one.pk for one in members(record, user)]
    rows = SameObject.objects.filter(
        first_id__in=pks, second_id__in=pks, verdict=DIFFERENT, stands=True
    )
    return _explained(list(visible(rows, user).select_related("by")), user)


def consequence(first: Record, second: Record, verdict: str, user: Any) -> Consequence:
    """Return what a judgement of two records would do, as far as a person may see.

    ``same`` joins two dossiers and contradicts every *different* between them;
    ``different`` contradicts what else makes the two one.
    """
    left, right = members(first, user), members(second, user)
    together = {one.pk: one for one in (*left, *right)}
    own = Q(first_id=min(first.pk, second.pk), second_id=max(first.pk, second.pk))
    rows = SameObject.objects.filter(
        first_id__in=together, second_id__in=together, stands=True
    ).exclude(own)
    against: list[SameObject] = []
    if verdict == SAME:
        whole = [together[pk] for pk in sorted(together)]
        sides = ({one.pk for one in left}, {one.pk for one in right})
        if sides[0] != sides[1]:
            against = [
                one
                for one in visible(rows.filter(verdict=DIFFERENT), user)
                if (one.first_id in sides[0]) != (one.second_id in sides[0])
            ]
    else:
        whole = left
        if verdict == DIFFERENT:
            seen = {one.pk: one for one in visible(rows.filter(verdict=SAME), user)}
            at = clusters.neighbours(_edge(one) for one in seen.values())
            path = clusters.firmest_path(first.pk, second.pk, at) or ()
            against = [seen[edge.key] for edge in path]
    return Consequence(tuple(whole), tuple(left), tuple(right), tuple(against))


def _explained(found: Sequence[SameObject], user: Any) -> list[Contradiction]:
    """Put beside each judgement of *different* what connects its records."""
    if not found:
        return []
    ends = {pk for one in found for pk in (one.first_id, one.second_id)}
    same = [_edge(one) for one in _component_edges(ends)]
    told = clusters.contradictions(same, [_edge(one) for one in found])
    keys = {edge.key for one in told for edge in one.path}
    rows = SameObject.objects.filter(pk__in=keys).select_related("by")
    seen = {one.pk: one for one in visible(rows, user)}
    by_key = {one.pk: one for one in found}
    answer = []
    for one in told:
        circle = [edge for edge in one.path if edge.key in seen]
        weakest = min((*circle, one.different), key=lambda edge: edge.strength)
        answer.append(
            Contradiction(
                by_key[one.different.key],
                tuple(seen[edge.key] for edge in circle),
                seen.get(weakest.key) or by_key[weakest.key],
            )
        )
    return answer


def strength(judgement: SameObject) -> tuple[float, ...]:
    """Return how firm a judgement is: its basis first, then the weight of evidence.

    The list of bases is in order, the firmest first.
    """
    order = codelists.load("judgement_bases").codes
    place = order.index(judgement.basis) if judgement.basis in order else len(order)
    return (float(-place), judgement.weight or 0.0)


def _edge(judgement: SameObject) -> Edge:
    return Edge(
        judgement.first_id, judgement.second_id, strength(judgement), judgement.pk
    )


# ---- computing


def hold() -> None:
    """Let one judgement at a time be written, until the transaction ends.

    Two people who join neighbouring dossiers at one moment would each compute theirs
    without the other's judgement.
    """
    Counter.objects.select_for_update().get_or_create(key="dossiers")


def component(seeds: Iterable[UUID]) -> set[UUID]:
    """Return the records that standing judgements of *same* connect with some."""
    found = set(seeds)
    for one in _component_edges(found):
        found |= {one.first_id, one.second_id}
    return found


def settle(touched: Collection[UUID], code: str) -> int:
    """Bring the dossiers of some records in line; return how many records moved.

    ``touched`` holds every record of the components as they were before: a component
    that falls apart is then computed in all its parts.
    """
    model: Any = registry.get(code).model
    edges = [
        Edge(one.first_id, one.second_id) for one in _component_edges(set(touched))
    ]
    moved = 0
    for group in clusters.components(touched, edges):
        moved += _store(model, group)
    return moved


def recompute(code: str) -> Iterator[tuple[int, int]]:
    """Compute all dossiers of a record type anew; yield records done and moved."""
    model: Any = registry.get(code).model
    same = SameObject.objects.filter(record_type=code, verdict=SAME, stands=True)
    pairs = same.values_list("first_id", "second_id").iterator(chunk_size=PORTION)
    groups = clusters.components((), [Edge(*pair) for pair in pairs])
    joined = {pk: min(group) for group in groups for pk in group}
    done = moved = 0
    last: UUID | None = None
    while True:
        rows = model.objects.filter(pk__gt=last) if last else model.objects.all()
        part = list(rows.order_by("pk").values_list("pk", "dossier")[:PORTION])
        if not part:
            return
        with transaction.atomic():
            for pk, dossier in part:
                right = joined.get(pk, pk)
                if dossier != right:
                    moved += model.objects.filter(pk=pk).update(dossier=right)
        done += len(part)
        last = part[-1][0]
        yield done, moved


def _component_edges(seeds: set[UUID]) -> list[SameObject]:
    """Return the standing judgements of *same* of whole components."""
    front, known = set(seeds), set(seeds)
    found: dict[UUID, SameObject] = {}
    while front:
        following: set[UUID] = set()
        for portion in _portions(sorted(front)):
            rows = SameObject.objects.filter(
                Q(first_id__in=portion) | Q(second_id__in=portion),
                verdict=SAME,
                stands=True,
            )
            for one in rows:
                found[one.pk] = one
                following |= {one.first_id, one.second_id}
        front = following - known
        known |= following
    return list(found.values())


def _store(model: Any, group: Collection[UUID]) -> int:
    identifier = min(group)
    moved = 0
    for portion in _portions(sorted(group)):
        rows = model.objects.filter(pk__in=portion).exclude(dossier=identifier)
        moved += rows.update(dossier=identifier)
    return moved


def _portions(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(keys), PORTION):
        yield keys[start : start + PORTION]
