"""Which encoding a text table is in.

Byte order marks and UTF-8 are certain. Between the one-byte encodings of the region
the choice is made by language: the right one is that in which the letters beyond
ASCII belong to one alphabet, stand inside words and keep their case.
"""

import codecs
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import charset_normalizer

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In this order where two explain a text equally well.
ONE_BYTE = (
    "cp1250",
    "cp1252",
    "cp1251",
    "cp1254",
    "cp1257",
    "cp1253",
    "iso8859-2",
    "iso8859-15",
    "iso8859-5",
    "koi8-u",
    "cp866",
    "cp855",
    "cp852",
    "cp850",
    "mac-cyrillic",
    "mac-latin2",
    "mac-roman",
)
# Letters beyond a-z, by language, with those that are common first.
LATIN = {
    "sr hr bs sl": "čšžćđ",
    "sq": "ëç",
    "ro": "ăâîșțşţ",
    "hu": "áéőóöüúíű",
    "cs sk": "áíéýčšžřěůúťňďľôóĺŕä",
    "pl": "łąężśćóńź",
    "pt": "ãçáéíóõêâúàôü",
    "es": "ñáéíóúü",
    "fr": "éèêàçùâîôûëïœ",
    "de": "üöäß",
    "it": "àèéìòù",
    "tr": "ışğüçöâîû",
    "lt": "ėšųžąįūčę",
    "lv": "āīēšņļūžčķģ",
    "et": "äõüöšž",
    "sv da nb fi": "åäöæø",
}
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґјљњћђџѓќѕѐѝў"
COMMON_CYRILLIC = "аеоинтрс"
GREEK = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"
COMMON_GREEK = "αειονστ"
# Encodings of machines that few offices have left: only when nothing else fits.
RARE = {"mac-cyrillic": 1.5, "mac-latin2": 1.5, "mac-roman": 1.5, "cp850": 0.5}
_WORD = re.compile(r"[^\W\d_]+")
# What stands between ASCII signs that are no letters, if any of it is beyond ASCII.
_BEYOND = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_HARMLESS = frozenset("–—‘’‚“”„«»‹›…•€№°§±×÷²³½¼¾·´ºª®™©¿¡\u00a0\u00ad¨`")


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding and how it was found: ``mark``, ``certain`` or ``language``."""

    encoding: str
    how: str


def guess(sample: bytes) -> Guess:
    """Guess the encoding of a text from its first part.

    Parameters
    ----------
    sample : bytes
        The beginning of the text, at least a few lines of it.
    """
    return sure(sample) or Guess(guess_one_byte(sample), "language")


def sure(sample: bytes) -> Guess | None:
    """The encoding of a text where the bytes themselves say it."""
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return Guess(encoding, "mark")
    wide = _utf16_without_mark(sample)
    if wide:
        return Guess(wide, "certain")
    return Guess("utf-8", "certain") if is_utf8(sample) else None


def is_utf8(sample: bytes) -> bool:
    """Whether the bytes are UTF-8; a last character that is cut off is forgiven."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def guess_one_byte(sample: bytes) -> str:
    """Choose between the one-byte encodings.

    Lines that are valid UTF-8 say nothing about the others and are left out, so that
    a file pasted together from two systems is read rightly in both parts.
    """
    lines = [line for line in sample.splitlines() if not is_utf8(line)]
    text = b"\n".join(lines)[:200_000]
    words = Counter(_BEYOND.findall(text))  # registers say the same again and again
    best = max(ONE_BYTE, key=lambda name: _score(words, name))
    if _score(words, best) > 0:
        return best
    found = charset_normalizer.from_bytes(text).best()
    return found.encoding if found else "cp1252"


def _score(words: Counter[bytes], encoding: str) -> float:
    """How well ``encoding`` explains some words; below zero when it does not.

    Each letter beyond ASCII counts for the encoding when its word is of one script
    and of one alphabet, against it when it stands apart or breaks the case.
    """
    try:
        counted = [(word.decode(encoding), count) for word, count in words.items()]
    except UnicodeDecodeError:
        return -1e9
    beyond = Counter[str]()
    for word, count in counted:
        for letter in word:
            if ord(letter) > 127:
                beyond[letter] += count
    letters = {c: n for c, n in beyond.items() if c not in _HARMLESS}
    if not letters:
        return 0.0
    folded = Counter[str]()
    for letter, count in letters.items():
        folded[letter.lower()] += count
    total = sum(folded.values())
    fit = _alphabet(folded, total) - _penalty(counted, beyond) / total
    return fit * 10 - RARE.get(encoding, 0.0)


def _alphabet(letters: Counter[str], total: int) -> float:
    """The share of letters that the best single alphabet explains."""
    best = -1.0
    for alphabet in LATIN.values():
        share = sum(n for c, n in letters.items() if c in alphabet) / total
        first = sum(n for c, n in letters.items() if c in alphabet[:4]) / total
        best = max(best, share + 0.1 * first)
    cyrillic = sum(n for c, n in letters.items() if c in CYRILLIC) / total
    common = sum(n for c, n in letters.items() if c in COMMON_CYRILLIC) / total
    greek = sum(n for c, n in letters.items() if c in GREEK) / total
    often = sum(n for c, n in letters.items() if c in COMMON_GREEK) / total
    return max(best, cyrillic + 0.3 * common, greek + 0.3 * often)


def _penalty(counted: Sequence[tuple[str, int]], beyond: Mapping[str, int]) -> float:
    """Penalties of words that no language writes; zero for clean text.

    ``beyond`` counts the characters beyond ASCII; words without any cost nothing.
    """
    penalty = 0.0
    for text, count in counted:
        for word in _WORD.findall(text):
            penalty += count * _strangeness(word)
    for c, count in beyond.items():
        if not c.isalpha() and c not in _HARMLESS:
            penalty += count
        if ord(c) < 0xA0:
            penalty += 2 * count
    return penalty


def _strangeness(word: str) -> float:
    """How much a word of two scripts, or of capitals in its midst, costs."""
    if word.isascii():
        return 0.0
    strange = sum(ord(letter) > 127 for letter in word)
    cost = 0.0
    if len({_script(letter) for letter in word}) > 1:
        cost += strange
    if len(word) < 3:
        return cost
    if word[0].islower() and any(c.isupper() for c in word[1:]):
        cost += 0.5 * strange
    elif not word.isupper() and any(c.isupper() for c in word[2:]):
        cost += 0.3 * strange
    return cost


def _script(letter: str) -> str:
    point = ord(letter)
    if 0x400 <= point < 0x530:
        return "cyrillic"
    if 0x370 <= point < 0x400:
        return "greek"
    return "latin"


def _utf16_without_mark(sample: bytes) -> str:
    """UTF-16 shows as zeros in every second byte of ASCII text."""
    head = sample[: 4096 - len(sample[:4096]) % 2]
    pairs = len(head) // 2
    if pairs < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.3 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.3 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return ""
