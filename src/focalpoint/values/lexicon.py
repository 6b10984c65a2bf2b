"""Finding the words of a list in text of any script."""

import re
from collections.abc import Iterator
from functools import lru_cache

from focalpoint.values.folding import fold

_NOT_WORD = re.compile(r"[^a-z0-9]+")
SHORTEST_STEM = 3
SHORTEST_FORGIVEN = 7
SHORTEST_IN_SENTENCE = 3


def words_of(text: str) -> list[str]:
    """The words of a text: folded, without punctuation."""
    return _NOT_WORD.sub(" ", fold(text)).split()


def entries_of(listing: str) -> Iterator[str]:
    """The entries of a listing, which ``|`` and line ends separate."""
    for entry in re.split(r"[|\n]", listing):
        if entry.strip():
            yield entry.strip()


class Lexicon:
    """Words and phrases; one that ends in ``*`` covers its inflections."""

    def __init__(self, listing: str) -> None:
        self._whole: set[str] = set()
        self._stems: set[str] = set()
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for entry in entries_of(listing):
            self._add(_NOT_WORD.sub(" ", fold(entry).replace("*", "0star")).split())
        self.find_near = lru_cache(maxsize=4096)(self._find_near)

    def _add(self, parts: list[str]) -> None:
        patterns = [part.replace("0star", "*") for part in parts if part != "0star"]
        if not patterns:
            return
        if len(patterns) == 1 and not patterns[0].endswith("*"):
            self._whole.add(patterns[0])
        elif len(patterns) == 1:
            self._stems.add(patterns[0][:-1])
        else:
            self._phrases.setdefault(patterns[0], []).append(tuple(patterns[1:]))

    def is_whole(self, words: list[str]) -> bool:
        """Whether the text is one entry and nothing else."""
        return bool(words) and any(
            length == len(words) for length in self._at(words, 0)
        )

    def spans(self, words: list[str]) -> list[tuple[int, int]]:
        """Where entries stand: first word and the word after the last."""
        alone = len(words) == 1
        return [
            (start, start + length)
            for start, word in enumerate(words)
            for length in self._at(words, start)
            if length > 1 or alone or len(word) >= SHORTEST_IN_SENTENCE
        ]

    def near(self, words: list[str]) -> bool:
        """Whether a long word is one typing mistake away from an entry."""
        return any(
            len(word) >= SHORTEST_FORGIVEN and self.find_near(word) for word in words
        )

    def _find_near(self, word: str) -> bool:
        """Compare a word with all long entries; the first letter must agree."""
        # Imported here: most text needs no likeness, and commands must start at once.
        from rapidfuzz.distance import Levenshtein

        return any(
            len(stem) >= SHORTEST_FORGIVEN - 1
            and stem[0] == word[0]
            and Levenshtein.distance(word[: len(stem)], stem, score_cutoff=1) <= 1
            for stem in (*self._stems, *self._whole)
        )

    def _at(self, words: list[str], start: int) -> Iterator[int]:
        """Lengths of the entries that begin with the word at ``start``."""
        word = words[start]
        if word in self._whole or self._has_stem(word):
            yield 1
        for key in (
            word,
            *(word[:end] + "*" for end in range(1, len(word) + 1)),
        ):
            for rest in self._phrases.get(key, ()):
                if _fits(rest, words[start + 1 : start + 1 + len(rest)]):
                    yield 1 + len(rest)

    def _has_stem(self, word: str) -> bool:
        return any(
            word[:end] in self._stems for end in range(SHORTEST_STEM, len(word) + 1)
        )


def _fits(patterns: tuple[str, ...], words: list[str]) -> bool:
    return len(words) == len(patterns) and all(
        word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern
        for pattern, word in zip(patterns, words, strict=True)
    )
