"""Words that stand over columns, in the languages of registers.

The phrases lie in ``headings.csv``, keyed by concept; a target field names its concept,
so that the vocabulary knows no model. Everything is compared folded: without case,
marks, script and punctuation.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from focalpoint.values.folding import fold

FILE = Path(__file__).with_suffix(".csv")
# Words of a heading that speaks of somebody or something else than the firearm.
STRANGERS = "somebody_else"
# Words of a heading that speaks of a property of the thing, not of the thing.
ATTRIBUTES = "another_attribute"
_NO_HEADINGS = (STRANGERS, ATTRIBUTES)
FOREIGN = 0.2  # the score of a heading that speaks of something else
STEM = 5  # letters that words with other endings share at least
_CAMEL = re.compile(r"(?<=[a-zа-яёђјљњћџ])(?=[A-ZА-ЯЁЂЈЉЊЋЏ][a-zа-яёђјљњћџ])")
_BREAKS = re.compile(r"[^\w№#]+|_", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well a heading fits a phrase: 0 to 1, and the phrase."""

    score: float
    phrase: str


@cache
def tokens(heading: str) -> tuple[str, ...]:
    """The words of a heading, folded; ``firearm_serial`` and ``SerialNo`` are two."""
    split = _CAMEL.sub(" ", heading)
    return tuple(word for word in _BREAKS.split(fold(split)) if word)


@cache
def vocabulary() -> dict[str, tuple[str, ...]]:
    """The phrases of every concept, as they are written."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["concept"]: tuple(row["phrases"].split("|"))
            for row in csv.DictReader(lines)
        }


@cache
def phrases(concept: str) -> tuple[tuple[str, ...], ...]:
    """The phrases of a concept as words; none for a concept that is not listed."""
    texts = vocabulary().get(concept, ())
    return tuple(dict.fromkeys(tokens(text) for text in texts))


@lru_cache(maxsize=20_000)  # the same headings come with every file of a sender
def likeness(heading: str, concept: str, aliases: tuple[str, ...] = ()) -> Likeness:
    """How well a heading fits a concept.

    Full marks for a phrase of the vocabulary, less for a heading that says more, and
    little when what it says more is about somebody else (the dealer's town is not the
    place of the event).
    """
    words = tokens(heading)
    if not words:
        return Likeness(0.0, "")
    best = Likeness(0.0, "")
    for phrase in _near(words, concept, aliases):
        found = _fit(words, phrase)
        if found > best.score:
            best = Likeness(found, " ".join(phrase))
    return best


@cache
def is_of(heading: str, concepts: tuple[str, ...] = ()) -> bool:
    """Whether a heading is a phrase of one of the concepts, or of any."""
    words = tokens(heading)
    if not concepts:
        return words in _all_phrases()
    return any(words in phrases(concept) for concept in concepts)


@cache
def is_known(heading: str) -> bool:
    """Whether a text is a heading of the vocabulary, or nearly."""
    words = tokens(heading)
    if not words or len(words) > 8:
        return False
    if words in _all_phrases():
        return True
    longer = (phrase for word in words for phrase in _longer_phrases().get(word, ()))
    return any(_contains(words, phrase) for phrase in longer) or (
        len(words) <= 4 and any((word,) in _all_phrases() for word in words)
    )


@cache
def _all_phrases() -> frozenset[tuple[str, ...]]:
    return frozenset(
        phrase
        for concept in vocabulary()
        if concept not in _NO_HEADINGS
        for phrase in phrases(concept)
    )


@cache
def _longer_phrases() -> dict[str, list[tuple[str, ...]]]:
    """The phrases of several words by the first of them."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _all_phrases():
        if len(phrase) > 1:
            found.setdefault(phrase[0], []).append(phrase)
    return found


@cache
def _words_of(concept: str) -> frozenset[str]:
    return frozenset(word for phrase in phrases(concept) for word in phrase)


def _near(
    words: tuple[str, ...], concept: str, aliases: tuple[str, ...]
) -> list[tuple[str, ...]]:
    """The phrases of a concept that can fit at all, in their order.

    A phrase fits only where its first word stands in the heading, or begins like the
    heading's first word.
    """
    listed, by_first, by_stem = _indexed(concept, aliases)
    places = {place for word in words for place in by_first.get(word, ())}
    places.update(by_stem.get(words[0][:STEM], ()))
    return [listed[place] for place in sorted(places)]


@cache
def _indexed(
    concept: str, aliases: tuple[str, ...]
) -> tuple[
    tuple[tuple[str, ...], ...], dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]
]:
    """The phrases of a concept, and where each first word and each stem of one is."""
    own = (tokens(alias) for alias in aliases)
    listed = tuple(phrase for phrase in (*own, *phrases(concept)) if phrase)
    by_first: dict[str, tuple[int, ...]] = {}
    by_stem: dict[str, tuple[int, ...]] = {}
    for place, phrase in enumerate(listed):
        by_first[phrase[0]] = (*by_first.get(phrase[0], ()), place)
        stem = phrase[0][:STEM]
        by_stem[stem] = (*by_stem.get(stem, ()), place)
    return listed, by_first, by_stem


def _fit(words: tuple[str, ...], phrase: tuple[str, ...]) -> float:
    if not phrase:
        return 0.0
    if words == phrase:
        return 1.0
    if sorted(words) == sorted(phrase):
        return 0.95
    if _contains(words, phrase):
        rest = [word for word in words if word not in phrase]
        if any(word in _words_of(STRANGERS) for word in rest):
            return FOREIGN
        if any(word in _words_of(ATTRIBUTES) for word in rest):
            return FOREIGN
        long = sum(map(len, phrase)) / sum(map(len, words))
        share = max(long, len(phrase) / len(words))
        return 0.45 + 0.45 * share
    if len(words) == len(phrase) and all(
        _same_stem(a, b) for a, b in zip(words, phrase, strict=True)
    ):
        return 0.8
    return 0.0


def _contains(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the phrase stands in the heading, its words together and in order."""
    size = len(phrase)
    if size > len(words) or phrase[0] not in words:
        return False
    return any(words[i : i + size] == phrase for i in range(len(words) - size + 1))


def _same_stem(one: str, other: str) -> bool:
    """Whether two words differ only in their ending (broj, broja; kalibar, kalibra)."""
    if one == other:
        return True
    size = min(len(one), len(other)) - 1
    return (
        size >= STEM and one[:size] == other[:size] and abs(len(one) - len(other)) <= 3
    )
