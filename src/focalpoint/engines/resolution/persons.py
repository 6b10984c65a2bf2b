"""Two records of persons: how strongly they speak for one person, and why.

Suggestions only. A name, a date and a number written alike do not make two records one
person; a human being judges, with the reasons for and against before the eyes, and no
action follows from a weight. Records that a reader may not see must not be compared for
that reader: the caller passes only what may be seen.

::

    a = describe_person("1", family="Hoxha", given="Xhemal", born="1980-05-07")
    b = describe_person("2", name="Џемал Хоџа", born="1980")
    found = compare_persons(a, b)
    found.weight, found.probability, found.evidence

``person_names.person_keys`` gives the keys by which an index finds candidates.
``persons.csv`` says how often each level is met in records of one person (``match``)
and among how many forms (``ways``); how often in others follows from the size of the
data and from how common a name is.
"""

import csv
from functools import cache
from importlib.resources import files
from math import log2

from focalpoint.engines.resolution.person_levels import (
    birth_level,
    is_derived,
    name_level,
    one_apart,
)
from focalpoint.engines.resolution.person_names import (
    DescribedPerson,
    NameShares,
    Word,
    describe_person,
    person_keys,
)
from focalpoint.engines.resolution.score import Evidence, Suggestion, probability_of
from focalpoint.engines.resolution.weights import PRIOR_PARTNERS, Level

__all__ = [
    "DescribedPerson",
    "NameShares",
    "compare_persons",
    "describe_person",
    "person_keys",
    "person_sentence",
]

SIZE = 100_000
"""Records of persons in the data, where the caller does not say."""
RELATIVES = 3.0
"""Most bits of a shared name where other names differ: relatives share theirs."""
SAME_DAY = 1 / 20_000  # two adults born on one day
SAME_MONTH, SAME_YEAR = 1 / 660, 1 / 55
CHANCES = {
    "order.turned": 0.5,
    "name.initial": 0.06,
    "name.extra": 0.5,
    "name.differs": 0.99,
    "relatives.shared": 1.0,
    "father.differs": 0.99,
    "born.day": SAME_DAY,
    "born.month": SAME_MONTH,
    "born.year": SAME_YEAR,
    "born.turned": SAME_DAY,
    "born.near": 90 * SAME_DAY,
    "born.next": 2 * SAME_YEAR,
    "born.differs": 0.98,
    "number.equal": 1e-8,
    "number.near": 2e-6,
    "number.differs": 1.0,
    "sex.equal": 0.82,
    "sex.differs": 0.18,
}
"""How often records of different persons stand at a level."""
INEXACT = ("name.ending", "name.near", "name.cut")


def compare_persons(
    a: DescribedPerson,
    b: DescribedPerson,
    *,
    size: int = SIZE,
    shares: NameShares | None = None,
) -> Suggestion:
    """Weigh whether two records name one person.

    Parameters
    ----------
    a, b : DescribedPerson
        Two records; their order does not matter to the weight.
    size : int
        Records of persons among which b was found: the larger, the likelier a namesake.
    shares : NameShares or None
        How common names are here; None for typical ones.

    Returns
    -------
    Suggestion
        ``relation`` is always ``same``: a person has neither clones nor lots. At a
        negative weight two persons are the likelier reading.
    """
    names = _names(a, b, shares or NameShares())
    number = _number(a, b)
    near = bool(number) and number[0].code != "number.differs"
    born = _born(a, b, derived=not near)
    found = [*names, *born, *number, *_sex(a, b)]
    prior = log2(PRIOR_PARTNERS / max(2, size))
    weight = round(prior + sum(evidence.weight for evidence in found), 3)
    return Suggestion(weight, probability_of(weight), "same", tuple(found))


@cache
def levels() -> dict[str, Level]:
    """Every level by its code, in the order of ``persons.csv``."""
    text = files(__package__).joinpath("persons.csv").read_text(encoding="utf-8")
    found = [
        Level(
            row["comparison"],
            row["level"],
            float(row["match"]),
            float(row["ways"]),
            row["sentence"],
        )
        for row in csv.DictReader(text.splitlines())
    ]
    return {level.code: level for level in found}


def person_sentence(evidence: Evidence) -> str:
    """One reason as an English sentence."""
    return levels()[evidence.code].sentence % evidence.params


def _evidence(
    code: str, a: object = "", b: object = "", *, chance: float = 0.0
) -> Evidence:
    level = levels()[code]
    usual = chance * level.ways if chance else CHANCES[code]
    weight = log2(level.match) - log2(min(1.0, usual))
    return Evidence(code, round(weight, 3), {"a": str(a), "b": str(b)})


# -- names ---------------------------------------------------------------------------


def _names(
    a: DescribedPerson, b: DescribedPerson, shares: NameShares
) -> list[Evidence]:
    if not a.words or not b.words:
        return _fathers(a.father, b.father, shares)
    strict = {a.sex, b.sex} == {"male", "female"}
    pairs, left_a, left_b = _paired(a.words, b.words, shares, strict=strict)
    fathers, left_a, left_b = _middle(a, b, left_a, left_b, shares)
    found = [evidence for _, _, evidence in pairs]
    if any({one.role, other.role} == {"family", "given"} for one, other, _ in pairs):
        found.append(_evidence("order.turned"))
    conflicts = min(len(left_a), len(left_b))
    for one, other in zip(left_a, left_b, strict=False):
        found.append(_evidence("name.differs", one.text, other.text))
    for word in (*left_a[conflicts:], *left_b[conflicts:]):
        found.append(_evidence("name.extra", word.text))
    shared = sum(max(0.0, evidence.weight) for _, _, evidence in pairs)
    if conflicts and shared > RELATIVES:
        found.append(Evidence("relatives.shared", round(RELATIVES - shared, 3)))
    return [*found, *fathers]


Pair = tuple[Word, Word, Evidence]


def _paired(
    a: tuple[Word, ...], b: tuple[Word, ...], shares: NameShares, *, strict: bool
) -> tuple[list[Pair], list[Word], list[Word]]:
    """Words of two names put together, the most telling first; and what is left.

    ``strict``: of a man and a woman; ``Ivan`` and ``Ivana`` are no slip of the pen then.
    """
    possible = [
        (evidence.weight, i, j, evidence)
        for i, one in enumerate(a)
        for j, other in enumerate(b)
        for evidence in (_likeness(one, other, shares),)
        if evidence and not (strict and evidence.code in INEXACT)
    ]
    # Ties are broken by the words themselves, so that the order of records is nothing.
    possible.sort(key=lambda p: (-p[0], *sorted((a[p[1]].text, b[p[2]].text))))
    pairs, used_a, used_b = [], set(), set()
    for _, i, j, evidence in possible:
        if i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            pairs.append((a[i], b[j], evidence))
    left_a = [word for i, word in enumerate(a) if i not in used_a]
    left_b = [word for j, word in enumerate(b) if j not in used_b]
    return pairs, left_a, left_b


def _likeness(one: Word, other: Word, shares: NameShares) -> Evidence | None:
    level = name_level(one, other)
    if not level:
        return None
    if level == "initial":
        short, long = sorted((one, other), key=lambda word: len(word.text))
        return _evidence("name.initial", short.text, long.text)
    if level == "cut":
        one, other = sorted((one, other), key=lambda word: len(word.text))
    share = shares.share(one, other)
    return _evidence(f"name.{level}", one.text, other.text, chance=share)


def _middle(
    a: DescribedPerson,
    b: DescribedPerson,
    left_a: list[Word],
    left_b: list[Word],
    shares: NameShares,
) -> tuple[list[Evidence], list[Word], list[Word]]:
    """Fathers' names, also where one source has it among the other names."""
    if a.father and not b.father:
        taken = [word for word in left_b if _of_father(word, a.father)]
        found = _fathers(a.father, tuple(taken[:1]), shares)
        return found, left_a, [word for word in left_b if word not in taken[:1]]
    if b.father and not a.father:
        taken = [word for word in left_a if _of_father(word, b.father)]
        found = _fathers(tuple(taken[:1]), b.father, shares)
        return found, [word for word in left_a if word not in taken[:1]], left_b
    return _fathers(a.father, b.father, shares), left_a, left_b


def _of_father(word: Word, father: tuple[Word, ...]) -> bool:
    return any(name_level(word, one) or is_derived(word, one) for one in father)


def _fathers(
    a: tuple[Word, ...], b: tuple[Word, ...], shares: NameShares
) -> list[Evidence]:
    if not a or not b:
        return []
    one, other = a[0], b[0]
    level = name_level(one, other)
    if level in ("equal", "sound", "ending", "near"):
        chance = shares.share(one, other)
        return [_evidence("father.equal", one.text, other.text, chance=chance)]
    if level == "initial":
        return [_evidence("name.initial", *sorted((one.text, other.text), key=len))]
    if is_derived(one, other):
        chance = shares.share(one, other)
        long, short = sorted((one.text, other.text), key=lambda text: -len(text))
        return [_evidence("father.derived", long, short, chance=chance)]
    return [_evidence("father.differs", one.text, other.text)]


# -- dates, numbers, sex -------------------------------------------------------------


def _born(a: DescribedPerson, b: DescribedPerson, *, derived: bool) -> list[Evidence]:
    one = a.born or (a.born_of_number if derived else None)
    other = b.born or (b.born_of_number if derived else None)
    if one is None or other is None:
        return []
    return [_evidence(f"born.{birth_level(one, other)}", one, other)]


def _number(a: DescribedPerson, b: DescribedPerson) -> list[Evidence]:
    """Numbers of different lengths are of different kinds and say nothing."""
    if not a.number or not b.number or len(a.number) != len(b.number):
        return []
    level = "differs"
    if a.number == b.number:
        level = "equal"
    elif one_apart(a.number, b.number):
        level = "near"
    return [_evidence(f"number.{level}", a.number, b.number)]


def _sex(a: DescribedPerson, b: DescribedPerson) -> list[Evidence]:
    known = {"male", "female"}
    if a.sex not in known or b.sex not in known:
        return []
    return [_evidence("sex.equal" if a.sex == b.sex else "sex.differs")]
