"""Persons that may be one: suggestions only, and with the care that persons ask for.

The categories of Directive (EU) 2016/680, article 6, are kept apart: a victim, witness
or other party is put beside a suspect or convicted person only where both carry the
same identity number, and the lead says that the categories differ. Who sees such a lead
stands in ``leads.models.Lead.scope``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from focalpoint.engines.resolution import score
from focalpoint.engines.resolution.person_names import (
    CROWD,
    MOST,
    DescribedPerson,
    describe_person,
    number_of,
    person_keys,
)
from focalpoint.engines.resolution.persons import compare_persons
from focalpoint.identity import rules
from focalpoint.identity.models import PersonKey
from focalpoint.identity.rules import Weighed
from focalpoint.leads.suggesting import Suggestion
from focalpoint.records import dossiers
from focalpoint.records.models import Person, SameObject

ENGINE = "persons"
SUSPECTED = frozenset({"suspect", "convicted"})
FEWEST = 1000  # persons that there are at least, so that namesakes are likely
LONGEST = 80
PORTION = 500
ORDER = "npthi1"  # keys by their first letters, the most telling ones first


def suggestions(
    person: Person,
    size: int | None = None,
    judged: Mapping[UUID, SameObject] | None = None,
    looked: Sequence[Person] | None = None,
) -> list[Suggestion]:
    """Return what one person is suggested to be, against every person there is.

    ``looked`` holds the candidates and ``judged`` the standing judgements, by the other
    record, where they are known already.
    """
    if judged is None:
        judged = dossiers.standing_with([person.pk])[person.pk]
    others = _others(person, judged, looked)
    if not others:
        return []
    many = size or population()
    asked = described(person)
    found = [
        rules.suggestion_of(_weighed(person, asked, other, many), judged.get(other.pk))
        for other in others
        if may_be_compared(person, other)
    ]
    return rules.strongest([one for one in found if one is not None])


def pair(first: Person, second: Person, size: int | None = None) -> Suggestion | None:
    """Return what two given persons are suggested to be, if anything."""
    if not may_be_compared(first, second):
        return None
    weighed = _weighed(first, described(first), second, size or population())
    return rules.suggestion_of(weighed, dossiers.standing(first.pk, second.pk))


def may_be_compared(first: Person, second: Person) -> bool:
    """Tell whether two persons may be put beside each other at all.

    A person whose category is not yet determined counts as protected.
    """
    if category_of(first) == category_of(second):
        return True
    numbers = [number_of(one.national_id) for one in (first, second)]
    return bool(numbers[0]) and numbers[0] == numbers[1]


def category_of(person: Person) -> str:
    """Return on which side of the directive a person stands."""
    return "suspected" if person.led_category in SUSPECTED else "protected"


def comparable() -> QuerySet[Person]:
    """Return the persons that are compared at all."""
    return Person.objects.filter(withdrawn_at=None, is_complete=True)


def described(person: Person) -> DescribedPerson:
    """Return a person as the engine compares them."""
    return describe_person(
        str(person.pk),
        name=person.name_original,
        family=person.family_name,
        given=person.given_name,
        father=person.patronymic,
        born=person.birth_date,
        number=person.national_id,
        sex=person.sex,
    )


def population() -> int:
    """Return among how many persons a namesake is looked for."""
    return max(FEWEST, Person.objects.filter(withdrawn_at=None).count())


# ---- the keys under which persons are looked up


def index(persons: Iterable[Person]) -> None:
    """Bring the keys of persons in line with their names; most nights they are."""
    wanted = {
        one.pk: keys_of(one)
        if one.withdrawn_at is None and one.is_complete
        else set[str]()
        for one in persons
    }
    there: defaultdict[UUID, set[str]] = defaultdict(set)
    rows = PersonKey.objects.filter(person__in=list(wanted))
    for pk, key in rows.values_list("person", "key"):
        there[pk].add(key)
    other = [pk for pk, keys in wanted.items() if keys != there[pk]]
    if not other:
        return
    PersonKey.objects.filter(person__in=other).delete()
    made = [PersonKey(person=pk, key=key) for pk in other for key in sorted(wanted[pk])]
    PersonKey.objects.bulk_create(made, batch_size=PORTION, ignore_conflicts=True)


def unindexed(after: UUID | None) -> Sequence[Person]:
    """Return the next standing persons that have no keys yet."""
    # Asked for each person: a list of all who have keys would be read every time.
    keys = PersonKey.objects.filter(person=OuterRef("pk"))
    rows = comparable().filter(~Exists(keys)).order_by("pk")
    return list((rows.filter(pk__gt=after) if after else rows)[:PORTION])


def keys_of(person: Person) -> set[str]:
    """Return the keys of every way in which a person's name is written."""
    found = {key for name in names_of(person) for key in person_keys(name)}
    if number := number_of(person.national_id):
        found.add(f"n {number}")
    return {key[:LONGEST] for key in found}


def names_of(person: Person) -> tuple[str, ...]:
    """Return every way in which a person's name is written."""
    whole = " ".join(filter(None, (person.family_name, person.given_name)))
    names = (whole, person.name_original, *map(str, person.aliases or ()))
    return tuple(name for name in names if name)


def _others(
    person: Person, judged: Mapping[UUID, SameObject], looked: Sequence[Person] | None
) -> list[Person]:
    """Return whom a person is weighed with, the latest first."""
    known = () if looked is None else looked
    wanted = {*judged, *(_candidates(person) if looked is None else ())}
    wanted -= {one.pk for one in known}
    rows = comparable().filter(pk__in=wanted).select_related("unit") if wanted else ()
    return sorted((*known, *rows), key=lambda one: one.pk, reverse=True)


def _candidates(person: Person) -> list[UUID]:
    keys = sorted(keys_of(person), key=lambda key: (ORDER.index(key[0]), key))
    found: dict[UUID, None] = {}
    for key in keys:
        rows = PersonKey.objects.filter(key=key).exclude(person=person.pk)
        under = list(rows.values_list("person", flat=True)[:CROWD])
        if len(under) < CROWD:
            found.update(dict.fromkeys(under))
        if len(found) >= MOST:
            break
    return list(found)[:MOST]


def _weighed(
    person: Person, asked: DescribedPerson, other: Person, size: int
) -> Weighed:
    told = compare_persons(asked, described(other), size=size)
    evidence: list[dict[str, Any]] = [
        {
            "code": one.code,
            "weight": round(one.weight, 2),
            "params": dict(one.params),
        }
        for one in told.evidence
    ]
    categories = {"a": person.led_category, "b": other.led_category}
    if categories["a"] != categories["b"]:
        evidence.append({"code": "led.differs", "weight": 0.0, "params": categories})
    return Weighed(
        person,
        other,
        ENGINE,
        score.ENGINE_VERSION,
        told.weight,
        told.probability,
        told.relation,
        evidence,
    )
