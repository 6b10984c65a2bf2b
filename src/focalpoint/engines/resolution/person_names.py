"""Persons made comparable: words of names, sounds, stems, keys to look them up by.

All folding is that of ``values.names``; nothing here knows a script of its own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Literal

from focalpoint.values import dates, identifiers
from focalpoint.values.dates import PartialDate
from focalpoint.values.errors import BadInput
from focalpoint.values.folding import without_dj
from focalpoint.values.names import PersonName

Role = Literal["family", "given", "name", "father"]

MOST_WORDS = 6
SHORTEST_STEM = 3
SHORTEST_NUMBER = 7
CROWD = 200
"""Persons under one key, or with one number, from which it brings no two together."""
MOST = 300
"""Persons with which one is compared, by the most telling keys first."""
ENDS = 3  # letters at either end of a word that make a key
TYPICAL_SHARES: Mapping[Role, float] = {
    "family": 1 / 2000,
    "given": 1 / 150,
    "name": 1 / 500,
    "father": 1 / 150,
}
KEPT = 65_536


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name.

    Parameters
    ----------
    text : str
        Folded, ``đ`` as ``d``.
    sound : str
        As ``PersonName.sound`` hears it.
    stem : str
        The sound without its last vowels: ``Petrov`` and ``Petrova``, ``Agim`` and
        ``Agimi`` have one stem.
    role : str
        ``family``, ``given``, ``father``, or ``name`` where the source does not say.
    """

    text: str
    sound: str
    stem: str
    role: Role = "name"

    @property
    def is_initial(self) -> bool:
        """Whether only the first letter, or the first sound, is given."""
        return len(self.sound) == 1


@dataclass(frozen=True, slots=True)
class NameShares:
    """How common names are; a rare name says more than a common one.

    Parameters
    ----------
    shares : mapping
        Stem to its share of the persons at hand.
    least : float
        Share of a name that was not counted.
    """

    shares: Mapping[str, float] = field(default_factory=dict)
    least: float = 0.0

    @classmethod
    def of(cls, names: Iterable[str]) -> "NameShares":
        """Count the names at hand, each written as one text."""
        counts: Counter[str] = Counter()
        size = 0
        for name in names:
            counts.update({word.stem for word in words_of(name)})
            size += 1
        if not size:
            return cls()
        shares = {stem: count / size for stem, count in counts.items()}
        return cls(shares, 1 / size)

    def share(self, one: Word, other: Word) -> float:
        """Share of the commoner of two words; a typical one where nothing is counted."""
        counted = max(self.shares.get(word.stem, self.least) for word in (one, other))
        return counted or max(TYPICAL_SHARES[word.role] for word in (one, other))


def words_of(name: str, role: Role = "name") -> tuple[Word, ...]:
    """The words of a name, in order, without titles and without a father's name."""
    return _words(name, role)


@lru_cache(maxsize=KEPT)
def _words(name: str, role: Role) -> tuple[Word, ...]:
    return tuple(
        Word(without_dj(token), sound, _stem(sound), role)
        for token in PersonName(name).tokens[:MOST_WORDS]
        for sound in (PersonName(token).sound or token,)
    )


def _stem(sound: str) -> str:
    stem = sound.rstrip("aeiou")
    return stem if len(stem) >= SHORTEST_STEM else sound


def person_keys(name: str) -> set[str]:
    """Keys under which to index a name, and under which to look for its partners.

    Two records with one key in common are worth comparing. The keys survive another
    script or spelling, another order, a further family name or father's name, a first
    name that is an initial, and a slip in one of two words.

    Parameters
    ----------
    name : str
        The whole name, all parts in any order; a father's name may stand in brackets.

    Returns
    -------
    set of str
        At most ``MOST_WORDS * (MOST_WORDS - 1) * 2`` keys; empty for empty text.
    """
    words = words_of(name)
    if len(words) == 1:
        return {f"1 {words[0].stem}"}
    keys = set()
    for one, other in combinations(words, 2):
        for left, right in ((one, other), (other, one)):
            if not left.is_initial:
                keys.add(f"i {left.stem} {right.sound[:1]}")
        if one.is_initial or other.is_initial:
            continue
        first, second = sorted((one.stem, other.stem))
        keys.add(f"p {first} {second}")
        heads = sorted((one.stem[:ENDS], other.stem[:ENDS]))
        tails = sorted((one.stem[-ENDS:], other.stem[-ENDS:]))
        keys.add(f"h {heads[0]} {heads[1]}")
        keys.add(f"t {tails[0]} {tails[1]}")
    return keys


@dataclass(frozen=True, slots=True)
class DescribedPerson:
    """One record of a person in the forms that are compared; empty is "not stated"."""

    id: str
    words: tuple[Word, ...]
    father: tuple[Word, ...]
    born: PartialDate | None
    number: str
    born_of_number: PartialDate | None
    sex: str


def describe_person(
    id: str,
    *,
    name: str = "",
    family: str = "",
    given: str = "",
    father: str = "",
    born: PartialDate | str | None = None,
    number: str = "",
    sex: str = "",
) -> DescribedPerson:
    """Read one record.

    Parameters
    ----------
    id : str
        Identifier of the record.
    name : str
        The whole name in any order, used where neither ``family`` nor ``given`` is
        stated; a father's name may stand in brackets.
    family, given, father : str
        Parts of the name, in any script.
    born : PartialDate or str or None
        A day, a month or a year; text is read as ``values.dates`` reads it, and text
        that is no date is as good as none.
    number : str
        Personal identity number of any state.
    sex : str
        A code of the list ``sexes``.
    """
    if family or given:
        words = (*words_of(family, "family"), *words_of(given, "given"))
    else:
        words = words_of(name)
    whole = " ".join((name, family, given))
    return DescribedPerson(
        id,
        words,
        words_of(father or PersonName(whole).fathers_name, "father"),
        _date(born),
        number_of(number),
        _born_of(number),
        sex,
    )


def number_of(text: str) -> str:
    """A personal identity number as it is compared; empty where it is too short."""
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    return plain if len(plain) >= SHORTEST_NUMBER else ""


def _date(born: PartialDate | str | None) -> PartialDate | None:
    if not isinstance(born, str):
        return born
    try:
        return dates.parse(born)
    except BadInput:
        return None


def _born_of(number: str) -> PartialDate | None:
    """The day of birth that a number tells, where its kind is beyond doubt."""
    found = [
        one.born
        for one in identifiers.personal_numbers(number)
        if one.born and one.checks is not False
    ]
    return PartialDate.from_date(found[0]) if len(found) == 1 else None
