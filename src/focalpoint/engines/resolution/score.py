"""One pair of records: how strongly it speaks for one firearm, and why.

Interface for the application, plain Python, no heavy imports::

    a = describe("1", serial="А-123456", make="Zastava", model="M57")
    b = describe("2", serial="A 123458", make="Црвена застава", calibre="7,62x25")
    found = compare(a, b, repeats=1, population=Population.of(records))
    found.relation      # "same", "clone", "lot" or "part"; only "same" claims identity
    found.weight        # log2 of the odds: 0 is even, 10 is a thousand to one
    found.probability   # the same as a probability
    found.evidence      # Evidence in the order of the explanation
    explain.sentences(found)

``lookup_keys`` (``keys.py``) gives the light keys under which the partners of a record
stand in an index; ``Described.number.forms`` are the keys to index a record by.

The weight of a pair of serial numbers is that of a noisy channel: how likely it is that
one number is written when the other stands on the gun (``weights.csv``), against how
many records would carry this number and share the same fields by chance
(``population.py``). Fields that differ cost what the table says; fields not stated cost
nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import exp2, log2

from focalpoint.engines.resolution.described import (
    UNNAMED,
    Described,
    describe,
)
from focalpoint.engines.resolution.numbers import Difference, differ, steps_apart
from focalpoint.engines.resolution.population import Population, typical
from focalpoint.engines.resolution.weights import (
    CLONES,
    LOT_STEP,
    bits,
)
from focalpoint.values import calibres

ENGINE_VERSION = "resolution 2"
RELATIONS = ("same", "clone", "lot", "part")
TYPICAL = typical()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason.

    Parameters
    ----------
    code : str
        ``comparison.level`` as in ``weights.csv``, or ``prior``, ``repeats``, ``lot``,
        ``part``; the key of its sentence in ``explain.TEMPLATES``.
    weight : float
        Bits for (positive) or against (negative) one firearm.
    params : mapping
        Values for the sentence.
    differences : tuple
        For the serial: ``(position, sign of a, sign of b)``, positions from 1 in the
        normal form of a; a sign that one of them lacks is empty.
    """

    code: str
    weight: float
    params: Mapping[str, str | int] = field(default_factory=dict)
    differences: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a pair is suggested to be."""

    weight: float
    probability: float
    relation: str
    evidence: tuple[Evidence, ...]


def compare(
    a: Described,
    b: Described,
    *,
    repeats: int = 1,
    population: Population = TYPICAL,
) -> Suggestion:
    """Weigh one pair.

    Parameters
    ----------
    a, b : Described
        Two records.
    repeats : int
        Records of the data that carry the number of a or that of b, whichever more do,
        with the make that either states, or at all where neither states one; from
        ``CLONES`` on the number speaks for copies rather than one firearm, and what is
        a misreading of it, or a part of it, might be any of them.
    population : Population
        The data among which b was found.
    """
    serial = differ(a.number, b.number)
    fields, agreed = _fields(a, b)
    chance = _chance(a, b, serial, agreed, population)
    lot = steps_apart(a.number.normal, b.number.normal)
    makes_differ = any(evidence.code == "make.differs" for evidence in fields)
    near = lot is not None and 0 < lot <= LOT_STEP and not makes_differ
    neighbours = population.lots if near else 0.0
    known = 2 if serial.is_equal else 1  # of those that carry the number
    copies = float(repeats - known) if repeats >= CLONES else 0.0
    if serial.code == "serial.other":
        chance = float(max(1, population.size))
    prior = log2(population.partners) - log2(chance + neighbours)
    channel = bits(serial.code) - log2(serial.places)
    found = [_serial_evidence(a, b, serial, channel + prior), *fields]
    if copies:
        cost = log2(chance) - log2(chance + copies)
        found.append(Evidence("repeats", cost, {"number": repeats}))
    if near:
        found.append(Evidence("lot", 0.0, {"steps": lot or 0}))
    weight = sum(evidence.weight for evidence in found)
    relation, weight = _relation(
        a,
        b,
        serial,
        found,
        weight,
        near=near,
        chance=chance,
        copies=copies,
        lots=population.lots,
    )
    if relation == "part":
        found.append(Evidence("part", 0.0, {"part": a.part or b.part}))
    if serial.code != "serial.other":
        found = _credited(
            found, lambda names: _chance(a, b, serial, names, population) + neighbours
        )
    weight = round(weight, 3)
    return Suggestion(weight, probability_of(weight), relation, tuple(found))


def _credited(
    found: list[Evidence], chance_of: Callable[[frozenset[str]], float]
) -> list[Evidence]:
    """Give each field that agrees what its agreement is worth; the sum stays.

    How rare the number is was counted among records that agree in these fields too.
    A reader asks what the make adds: the records that it rules out, field by field.
    """
    counted: frozenset[str] = frozenset()
    before = chance_of(counted)
    gains: dict[str, float] = {}
    for evidence in found:
        name, _dot, level = evidence.code.partition(".")
        if level == "equal" and name != "serial":
            counted |= {name}
            after = chance_of(counted)
            # Where the number alone leaves nobody to rule out, agreement adds nothing;
            # that it might have failed to agree is no reason against, it says 0.
            gains[evidence.code] = max(-evidence.weight, log2(before) - log2(after))
            before = after
    taken = sum(gains.values())
    return [
        replace(one, weight=one.weight - taken)
        if one.code.startswith("serial.")
        else replace(one, weight=one.weight + gains.get(one.code, 0.0))
        for one in found
    ]


def probability_of(weight: float) -> float:
    """Probability of odds given as log2."""
    if weight > 50:
        return 1.0
    odds = exp2(weight)
    return odds / (1.0 + odds)


def _chance(
    a: Described,
    b: Described,
    serial: Difference,
    agreed: frozenset[str],
    population: Population,
) -> float:
    """Records that would carry such a number by chance: the rarer of the two counts."""
    # Of a number whose end is lost only the other shows among which it is to be found.
    among = (b, a) if serial.code == "serial.unread_end" else (a, b)
    expected = [
        population.expected(record, agreed, among=other)
        for record, other in zip((a, b), among, strict=True)
    ]
    hidden = [exp2(serial.hidden_from_a), exp2(serial.hidden_from_b)]
    counts = [e * h for e, h in zip(expected, hidden, strict=True)]
    if a.number.known != b.number.known:
        return counts[0] if a.number.known < b.number.known else counts[1]
    return min(counts)


def _serial_evidence(
    a: Described, b: Described, serial: Difference, weight: float
) -> Evidence:
    shown = {"a": a.number.normal, "b": b.number.normal, "normal": a.number.normal}
    return Evidence(serial.code, weight, shown, serial.differences)


def _fields(a: Described, b: Described) -> tuple[list[Evidence], frozenset[str]]:
    found: list[Evidence] = []
    agreed: set[str] = set()
    for name, level in (
        ("make", _make_level(a.make, b.make)),
        ("model", _model_level(a.model, b.model)),
        ("calibre", _calibre_level(a.calibre, b.calibre)),
        ("type", _type_level(a, b)),
        ("year", "differs" if a.year and b.year and a.year != b.year else ""),
    ):
        if not level:
            continue
        code = f"{name}.{level}"
        params: dict[str, str | int] = {"a": getattr(a, name), "b": getattr(b, name)}
        found.append(Evidence(code, bits(code), params))
        if level == "equal":
            agreed.add(name)
    return found, frozenset(agreed)


def _make_level(one: str, other: str) -> str:
    if not one or not other:
        return ""
    if one == other:
        return "equal"
    # A make that no list knows may be any make, misspelt.
    return "" if UNNAMED in (one[0], other[0]) else "differs"


def _model_level(one: str, other: str) -> str:
    if not one or not other:
        return ""
    if one == other:
        return "equal"
    return "related" if contains(one, other) else "differs"


def contains(one: str, other: str) -> bool:
    """Whether one model name is the beginning or the end of the other."""
    short, long = sorted((one, other), key=len)
    return len(short) > 1 and (long.startswith(short) or long.endswith(short))


def _calibre_level(one: str, other: str) -> str:
    if not one or not other:
        return ""
    if one == other:
        return "equal"
    return "confusable" if calibres.are_confusable(one, other) else "differs"


def _type_level(a: Described, b: Described) -> str:
    if (
        not a.type
        or not b.type
        or UNNAMED in (a.type[0], b.type[0])
        or a.part
        or b.part
    ):
        return "equal" if a.type and a.type == b.type and not a.part else ""
    if a.type == b.type:
        return "equal"
    if a.type == b.family or b.type == a.family:
        return ""  # "pistol" and "self-loading pistol": one says more, neither differs
    return "related" if a.family == b.family else "differs"


def _relation(
    a: Described,
    b: Described,
    serial: Difference,
    found: list[Evidence],
    weight: float,
    *,
    near: bool,
    chance: float,
    copies: float,
    lots: float,
) -> tuple[str, float]:
    """What the pair is, and the weight of that.

    The weight of ``clone`` and ``lot`` is against chance: of so many records with this
    number, of two numbers so near one another.
    """
    if bool(a.part) != bool(b.part):
        return "part", weight
    contradicted = any(e.code.endswith(".differs") for e in found)
    makes_agree = any(e.code == "make.equal" for e in found)
    if serial.is_equal and copies and (contradicted or weight < 0):
        return "clone", log2(copies) - log2(chance)
    if serial.is_equal and weight < 0 and contradicted and makes_agree:
        costs = sum(e.weight for e in found if e.code in _COSTS)
        return "clone", weight - costs
    if near and not serial.is_equal and weight < 0:
        about_number = ("serial.", "repeats")
        fields = sum(e.weight for e in found if not e.code.startswith(about_number))
        return "lot", log2(lots) - log2(chance) + fields
    return "same", weight


_COSTS = frozenset(f"{name}.differs" for name in ("make", "model", "calibre", "type"))

__all__ = [
    "ENGINE_VERSION",
    "Described",
    "Evidence",
    "Suggestion",
    "compare",
    "describe",
    "probability_of",
]
