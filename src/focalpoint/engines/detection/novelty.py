"""First of its kind, ranked by how surprising a first is.

Where every tenth record brings a new model, one more new model says little; where
nothing new has come for years, it says much. The chance that the next record brings a
new key is estimated from how many keys were seen once and twice.

References
----------
.. [1] Good, Biometrika 40 (1953) 237.
.. [2] Pitman, Yor, Ann. Probab. 25 (1997) 855.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log2

from rapidfuzz import fuzz, process

STRENGTH = 1.0  # of the two-parameter Poisson-Dirichlet process
SPELLING = 88.0  # similarity from which a new word may be a known one, misspelt


@dataclass(frozen=True, slots=True)
class Record:
    """One seized or recorded item: an identifier, a day, and what is known of it."""

    id: str
    day: int
    fields: dict[str, str]

    def get(self, name: str) -> str:
        """The value of a column, empty where it is not known."""
        return self.fields.get(name, "")


@dataclass(slots=True)
class Sighting:
    """A first sighting, or a pattern over several records.

    ``surprise`` in bits: 7 bits is one chance in 128. ``before`` counts the records
    seen before; ``always`` marks what is told whatever the surprise; ``second_after``
    is the number of days to an independent second sighting, -1 without; ``near`` a
    known word that this may be a misspelling of.
    """

    signal: str
    key: str
    value: str
    day: int
    ids: list[str]
    jurisdiction: str
    before: int
    surprise: float
    p: float
    always: bool = False
    second_after: int = -1
    near: str = ""
    observed: float = 1.0
    expected: float = 0.0
    parameters: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Keys:
    """Keys seen so far and how often; counts of counts kept beside them."""

    seen: Counter[str] = field(default_factory=Counter)
    total: int = 0
    once: int = 0
    twice: int = 0

    def chance_of_new(self) -> float:
        """Probability that the next record brings a key never seen."""
        doubled = self.once + 2 * self.twice
        discount = min(max(self.once / doubled, 0.0), 0.95) if doubled else 0.5
        kinds = len(self.seen)
        return (STRENGTH + discount * kinds) / (STRENGTH + self.total)

    def add(self, key: str) -> None:
        count = self.seen[key]
        self.seen[key] = count + 1
        self.total += 1
        self.once += (count == 0) - (count == 1)
        self.twice += (count == 1) - (count == 2)


def first_sightings(
    records: Sequence[Record],
    columns: Sequence[str],
    *,
    signal: str,
    since: int,
    within: str = "",
    second_days: int = 180,
    always: bool = False,
) -> list[Sighting]:
    """A value, or a combination of values, that no earlier record has.

    Parameters
    ----------
    records : sequence of Record
        Any order; they are read by day.
    columns : sequence of str
        The columns that make the key; records that lack one of them are passed over. A
        combination is told only where each of its values was known before.
    signal : str
        Code of the signal.
    since : int
        Sightings before this day only teach.
    within : str
        A column whose values keep separate memories, such as ``jurisdiction``.
    second_days : int
        Days in which a second, independent sighting is noted.
    always : bool
        Told whatever the surprise.

    Returns
    -------
    list of Sighting
        Most surprising first.
    """
    memories: dict[str, _Keys] = {}
    parts: dict[str, list[set[str]]] = {}
    found: dict[tuple[str, str], Sighting] = {}
    for record in sorted(records, key=lambda r: (r.day, r.id)):
        values = [record.get(c) for c in columns]
        if not all(values):
            continue
        place = record.get(within) if within else ""
        key = " + ".join(values)
        memory = memories.setdefault(place, _Keys())
        known = parts.setdefault(place, [set() for _ in columns])
        if key not in memory.seen:
            told = record.day >= since and _parts_known(values, known)
            if told and (always or memory.total):
                found[place, key] = _sighting(
                    record, signal, columns, key, memory, always
                )
        else:
            _second(found.get((place, key)), record, second_days)
        memory.add(key)
        for held, value in zip(known, values, strict=True):
            held.add(value)
    return sorted(
        found.values(), key=lambda s: (-s.always, -s.surprise, s.day, s.value)
    )


def _parts_known(values: list[str], known: list[set[str]]) -> bool:
    if len(values) == 1:
        return True
    return all(v in held for v, held in zip(values, known, strict=True))


def _sighting(
    record: Record,
    signal: str,
    columns: Sequence[str],
    key: str,
    memory: _Keys,
    always: bool,  # noqa: FBT001
) -> Sighting:
    chance = memory.chance_of_new()
    near = _near(key, memory.seen)
    return Sighting(
        signal=signal,
        key="+".join(columns),
        value=key,
        day=record.day,
        ids=[record.id],
        jurisdiction=record.get("jurisdiction"),
        before=memory.total,
        surprise=0.0 if near else -log2(min(chance, 1.0)),
        p=min(chance, 1.0),
        always=always,
        near=near,
    )


def _near(key: str, seen: Counter[str]) -> str:
    """A known key that differs only by spelling; digits must agree."""
    letters = "".join(c for c in key if not c.isdigit())
    if len(letters) < 4:
        return ""
    digits = [c for c in key if c.isdigit()]
    same = [k for k in seen if [c for c in k if c.isdigit()] == digits]
    match = process.extractOne(key, same, scorer=fuzz.ratio, score_cutoff=SPELLING)
    return str(match[0]) if match else ""


def _second(first: Sighting | None, record: Record, second_days: int) -> None:
    if first is None or first.second_after >= 0 or record.id in first.ids:
        return
    gap = record.day - first.day
    if gap <= second_days:
        first.second_after = gap
        first.ids.append(record.id)
        first.surprise += (
            2.0  # an independent second is four times less likely an error
        )


def within_days(
    records: Iterable[Record], days: int
) -> Iterable[tuple[Record, list[Record]]]:
    """Each record in order of day with those of the ``days`` before it."""
    window: deque[Record] = deque()
    for record in sorted(records, key=lambda r: (r.day, r.id)):
        while window and record.day - window[0].day > days:
            window.popleft()
        yield record, list(window)
        window.append(record)
