"""Codes by the words that people use for them, in any language of the lists."""

from collections import defaultdict
from functools import cache, lru_cache

from focalpoint.records import registry
from focalpoint.records.fields import CodeField, CodesField
from focalpoint.records.words import words_of
from focalpoint.values import codelists

MOST_CODES = 60
LONGEST_NAME = 4  # words of a free query that are tried as one name
SKIPPED_TYPES = ("link", "attachment")


@cache
def coded_fields() -> dict[str, tuple[str, ...]]:
    """Return the code lists that a field name stands for, over all record types."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for kind in registry.all_types():
        if kind.code in SKIPPED_TYPES:
            continue
        for field in kind.model._meta.concrete_fields:
            if isinstance(field, CodeField | CodesField):
                found[field.name][field.codelist] = None
    return {
        name: tuple(one for one in lists if one in codelists.names())
        for name, lists in found.items()
    }


@cache
def _names(codelist: str) -> dict[str, tuple[str, ...]]:
    """Return each code of a list with its names, folded to single-spaced words."""
    return {
        code.code: tuple(
            dict.fromkeys(
                text
                for name in (
                    code.code,
                    *code.labels.values(),
                    *code.aliases,
                    *code.foreign.values(),
                )
                if (text := " ".join(words_of(name)))
            )
        )
        for code in codelists.load(codelist)
    }


@cache
def _words() -> dict[str, frozenset[str]]:
    """Return the ``field=code`` tokens that each word of a name may mean."""
    found: dict[str, set[str]] = defaultdict(set)
    for field, lists in coded_fields().items():
        for codelist in lists:
            for code, names in _names(codelist).items():
                for word in {word for name in names for word in name.split()}:
                    found[word].add(f"{field}={code}")
    return {word: frozenset(tokens) for word, tokens in found.items()}


def meanings(word: str) -> frozenset[str]:
    """Return the ``field=code`` tokens that a folded word may stand for."""
    tokens = _words().get(word, frozenset())
    return tokens if len(tokens) <= MOST_CODES else frozenset()


def beginnings(start: str) -> frozenset[str]:
    """Return the tokens of all words that begin so."""
    found: set[str] = set()
    if len(start) > 2:
        for word, tokens in _words().items():
            if word.startswith(start):
                found |= tokens
    return frozenset(found) if len(found) <= MOST_CODES else frozenset()


@lru_cache(maxsize=4096)
def phrase_meanings(phrase: str) -> frozenset[str]:
    """Return the tokens of all codes with a name that holds these words in order."""
    words = phrase.split()
    if not words:
        return frozenset()
    nothing: frozenset[str] = frozenset()
    common = frozenset.intersection(*(_words().get(word, nothing) for word in words))
    found = frozenset(token for token in common if _is_in_name(phrase, token))
    return found if len(found) <= MOST_CODES else nothing


def _is_in_name(phrase: str, token: str) -> bool:
    field, _equals, code = token.partition("=")
    return any(
        f" {phrase} " in f" {name} "
        for codelist in coded_fields()[field]
        for name in _names(codelist).get(code, ())
    )


def codes(field: str, text: str) -> frozenset[str]:
    """Return the codes of a field that a text names, with all codes under them.

    A whole name counts before a part of one: ``make:zastava`` is one maker, not each
    whose alias holds the word.
    """
    wanted = " ".join(words_of(text))
    raw = text.strip().lower()
    whole: set[str] = set()
    part: set[str] = set()
    for codelist in coded_fields().get(field, ()):
        for code, names in _names(codelist).items():
            if raw == code or wanted in names:
                whole |= {code, *_below(codelist, code)}
            elif wanted and any(f" {wanted} " in f" {name} " for name in names):
                part |= {code, *_below(codelist, code)}
    return frozenset(whole or part)


def codes_beginning(field: str, start: str) -> frozenset[str]:
    """Return the codes of a field with a name that begins so."""
    wanted = " ".join(words_of(start))
    return frozenset(
        code
        for codelist in coded_fields().get(field, ())
        for code, names in _names(codelist).items()
        if any(name.startswith(wanted) for name in names)
    )


def _below(codelist: str, code: str) -> set[str]:
    found: set[str] = set()
    for child in codelists.load(codelist).children(code):
        if child.code not in found:
            found |= {child.code, *_below(codelist, child.code)}
    return found
