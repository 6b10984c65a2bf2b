"""Under which light keys the partners of a record stand in an index.

For the application: every record is indexed once, by its light keys
(``Described.number.forms``; ``?`` stays in them). What a misreading may have made of a
number is formed from the query. ``lookup_keys`` gives a few hundred exact keys and, for
numbers with unread signs, a few patterns; fetch what stands under them, then
``score.compare`` each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from focalpoint.engines.resolution.described import UNREAD, Described
from focalpoint.engines.resolution.weights import CONFUSABLE

DIGITS = "0123456789"
LETTERS = "ACDEFHJKLMNPQRTUVWXY"
MOST_KEYS = 1200
SHORTEST_SHORTENED = 4
MOST_SPELT_OUT = 1  # unread signs that are replaced by every sign; more are patterns


@dataclass(frozen=True, slots=True)
class Lookup:
    """What to ask an index of light keys for.

    Parameters
    ----------
    keys : tuple of str
        Exact light keys, the likeliest first, no more than ``MOST_KEYS``.
    patterns : tuple of str
        Keys with ``_`` for any one sign, as SQL ``LIKE`` takes them; empty where the
        number was read whole. Bound them (``LIMIT``) and say so when the bound is met.
    """

    keys: tuple[str, ...]
    patterns: tuple[str, ...] = ()


def lookup_keys(record: Described) -> Lookup:
    """Light keys and patterns under which records of the same firearm may stand.

    Parameters
    ----------
    record : Described
        The record that asks. Without a number there is nothing to look up: the answer
        is empty, and the partners have to be found by other fields.
    """
    keys: dict[str, None] = {}
    patterns: dict[str, None] = {}
    for form in record.number.forms:
        unread = form.count(UNREAD)
        if not unread:
            keys.update(dict.fromkeys(_of_whole(form)))
        elif len(form) - unread > 1:
            patterns[form.replace(UNREAD, "_")] = None
            if unread <= MOST_SPELT_OUT:
                keys.update(dict.fromkeys(_spelt_out(form)))
            keys.update(dict.fromkeys(_more_unread(form)))
    return Lookup(tuple(keys)[:MOST_KEYS], tuple(patterns))


def _of_whole(key: str) -> Iterator[str]:
    """A number that was read whole: itself, and what one mistake makes of it."""
    yield key
    yield from _confused(key)
    yield from _swapped(key)
    yield from _shortened(key)
    yield from _more_unread(key)
    yield from _replaced(key)
    yield from _lengthened(key)
    yield from _half_lost(key)


def _confused(key: str) -> Iterator[str]:
    for place, sign in enumerate(key):
        for pair in sorted(CONFUSABLE):
            if pair[0] == sign:
                yield key[:place] + pair[1] + key[place + 1 :]


def _swapped(key: str) -> Iterator[str]:
    for place in range(len(key) - 1):
        if key[place] != key[place + 1]:
            yield key[:place] + key[place + 1] + key[place] + key[place + 2 :]


def _shortened(key: str) -> Iterator[str]:
    if len(key) >= SHORTEST_SHORTENED:
        for place in range(len(key)):
            yield key[:place] + key[place + 1 :]


def _replaced(key: str) -> Iterator[str]:
    for place, sign in enumerate(key):
        for other in DIGITS if sign.isdigit() else LETTERS:
            if other != sign:
                yield key[:place] + other + key[place + 1 :]


def _lengthened(key: str) -> Iterator[str]:
    for place in range(len(key) + 1):
        near = key[max(0, place - 1) : place + 1]
        for sign in DIGITS if any(map(str.isdigit, near)) else LETTERS:
            yield key[:place] + sign + key[place:]


def _more_unread(key: str) -> Iterator[str]:
    """The number as somebody wrote it who could not read one or two of its signs."""
    known = [place for place, sign in enumerate(key) if sign != UNREAD]
    for number in (1, 2):
        for places in combinations(known, number):
            if len(known) - number > 1:
                yield "".join(
                    UNREAD if place in places else sign
                    for place, sign in enumerate(key)
                )


def _half_lost(key: str) -> Iterator[str]:
    """The number with its end or its beginning lost."""
    for lost in (1, 2, 3):
        if len(key) - lost > 1:
            yield key[:-lost] + UNREAD
            yield UNREAD + key[lost:]


def _spelt_out(key: str) -> Iterator[str]:
    place = key.index(UNREAD)
    for sign in DIGITS + LETTERS:
        yield key[:place] + sign + key[place + 1 :]
