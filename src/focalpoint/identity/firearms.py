"""Firearms that may be one: candidates looked up, weighed, and made suggestions."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from focalpoint.accounts.access import SYSTEM
from focalpoint.engines.resolution import score
from focalpoint.engines.resolution.described import Described
from focalpoint.engines.resolution.population import Population
from focalpoint.identity import counted, rules
from focalpoint.identity.rules import Weighed
from focalpoint.leads.suggesting import Suggestion
from focalpoint.records import candidates, dossiers, registers
from focalpoint.records.candidates import Candidate, Candidates
from focalpoint.records.models import Firearm, SameObject

ENGINE = "resolution"
Copies = Counter[tuple[str, str]]  # of a number and a make, or of a number at all


@dataclass(frozen=True)
class Found:
    """The suggestions of one record; ``is_limited`` where more than was looked at fits."""

    suggested: tuple[Suggestion, ...]
    is_limited: bool = False


def suggestions(
    gun: Firearm,
    population: Population | None = None,
    looked: Sequence[Candidate] | None = None,
    judged: Mapping[UUID, SameObject] | None = None,
) -> Found:
    """Return what one firearm is suggested to be, against everything there is.

    Runs with the system's own rights; what is raised is shown to whoever sees both.
    ``looked`` holds the candidates and ``judged`` the standing judgements, by the other
    record, where they are known already.
    """
    if looked is not None and not looked and judged is not None and not judged:
        return Found(())  # as most records of a register
    counts = population or counted.population()
    asked = candidates.described(gun)
    there = candidates.for_firearm(gun) if looked is None else Candidates(tuple(looked))
    others = [one for one in there.rows if _is_other(gun, one)]
    copies = _copies(asked, others)
    weighed = [(one, _compared(asked, one.described, copies, counts)) for one in others]
    weighed.sort(key=lambda pair: -pair[1].weight)
    if judged is None:
        judged = dossiers.standing_with([gun.pk])[gun.pk]
    rest = dict(judged)
    found = []
    for one, told in weighed:
        other = _record_of(one, told, gun)
        if other is None:
            continue
        pair = _weighed(gun, other, told, _repeats(asked, one.described, copies))
        found.append(rules.suggestion_of(pair, rest.pop(other.pk, None)))
    if rest:
        found += _of_judged(gun, asked, rest, counts)
    made = rules.strongest([one for one in found if one is not None])
    return Found(tuple(made), there.is_limited)


def pair(
    first: Firearm, second: Firearm, population: Population | None = None
) -> Suggestion | None:
    """Return what two given firearms are suggested to be, if anything."""
    counts = population or counted.population()
    one, other = candidates.described(first), candidates.described(second)
    copies = _carried(one, other)
    told = _compared(one, other, copies, counts)
    judged = dossiers.standing(first.pk, second.pk)
    weighed = _weighed(first, second, told, _repeats(one, other, copies))
    return rules.suggestion_of(weighed, judged)


def _compared(
    asked: Described, other: Described, copies: Copies, counts: Population
) -> score.Suggestion:
    repeats = _repeats(asked, other, copies)
    return score.compare(asked, other, repeats=repeats, population=counts)


def _weighed(
    gun: Firearm, other: Firearm, told: score.Suggestion, repeats: int
) -> Weighed:
    return Weighed(
        gun,
        other,
        ENGINE,
        score.ENGINE_VERSION,
        told.weight,
        told.probability,
        told.relation,
        [_as_data(one) for one in told.evidence],
        repeats,
    )


def _as_data(evidence: score.Evidence) -> dict[str, Any]:
    row: dict[str, Any] = {
        "code": evidence.code,
        "weight": round(evidence.weight, 2),
        "params": dict(evidence.params),
    }
    if evidence.differences:
        row["differences"] = [list(one) for one in evidence.differences]
    return row


def _record_of(one: Candidate, told: score.Suggestion, gun: Firearm) -> Any:
    """Return the record of a candidate; an entry of a register is taken up if asked.

    Only what will be put before a person becomes a record: a copy or a neighbour that
    stands in a register of millions stays where it is.
    """
    if one.kind == candidates.FIREARM:
        return one.record
    least = rules.LEAST_OF_REGISTERED if gun.kind == "registered" else rules.LEAST
    if told.relation != "same" or told.weight < least:
        return None
    return registers.take_up(one.record, by=SYSTEM)


def _of_judged(
    gun: Firearm, asked: Described, judged: dict[Any, Any], counts: Population
) -> list[Suggestion | None]:
    """Look again at pairs that were judged and are no candidates any more."""
    changed = [
        pk
        for pk, one in judged.items()
        if gun.version > one.first_version or gun.version > one.second_version
    ]
    found: list[Suggestion | None] = []
    for other in Firearm.objects.filter(pk__in=changed).select_related("unit"):
        described = candidates.described(other)
        copies = _carried(asked, described)
        told = _compared(asked, described, copies, counts)
        pair = _weighed(gun, other, told, _repeats(asked, described, copies))
        found.append(rules.suggestion_of(pair, judged[other.pk]))
    return found


def _is_other(gun: Firearm, one: Candidate) -> bool:
    """Leave out what an import has not shown yet, and the entry this record is of."""
    if one.kind == candidates.FIREARM:
        return bool(one.record.is_complete)
    if gun.source_key != one.record.number:
        return True
    return registers.register_of(one.record).name != gun.source


def _copies(asked: Described, others: list[Candidate]) -> Copies:
    """Count how many records carry each number with its make, and at all."""
    found = Copies()
    for one in (asked, *(other.described for other in others)):
        found.update({(one.number.normal, one.make), (one.number.normal, "")})
    return found


def _carried(one: Described, other: Described) -> Copies:
    """Count the firearms that carry the numbers of two, as far as is worth knowing."""
    found = Copies()
    for number, make in _numbers_of(one, other):
        rows = Firearm.objects.filter(serial_normal=number, withdrawn_at=None)
        rows = rows.filter(make=make) if make else rows
        found[number, make] = rows[: rules.COMMON].count()
    return found


def _repeats(one: Described, other: Described, copies: Copies) -> int:
    """Return how many carry the number of either of two, whichever more do."""
    return max([1, *(copies[place] for place in _numbers_of(one, other))])


def _numbers_of(one: Described, other: Described) -> Iterator[tuple[str, str]]:
    """Yield the numbers that were read whole, with the make that either states."""
    for this, that in ((one, other), (other, one)):
        if this.number.normal and "?" not in this.number.normal:
            yield this.number.normal, this.make or that.make
