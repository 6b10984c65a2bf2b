"""Names of persons across scripts: how they are written, and how they are compared.

A name is evidence and stays as read. What is made of it here (Latin form, tokens, keys)
only helps to find and compare; it never says that two names are one person.
"""

import re
import unicodedata
from dataclasses import dataclass

from focalpoint.values.folding import fold, without_dj

# Titles and words that registers put beside a name.
_TITLES = {
    *("mr", "mrs", "ms", "dr", "prof", "ing", "dipl", "mag", "mgr", "sir"),
    *("znj", "znje", "zonja", "zoti", "gdin", "gdja", "gosp", "gospodin"),
    *("gospodja", "gdica", "dl", "dna", "domnul", "doamna"),
}
# Short for zoti and gospodin, but as often the first letter of a name: a title only
# before two whole words, as in "Z. Arben Hoxha"; in "Z. Hoxha" a name.
_TITLE_LETTERS = frozenset({"z", "g"})
_FATHER = re.compile(r"\(\s*([^()]{1,40})\s*\)")
_SEPARATORS = re.compile(r"[\s,;.\-‐-―'’ʼ`\"“”]+")

# Letters that the languages of the region write differently for one sound, after
# folding, longest first: Albanian xh, Slavic dž, folded to dz; and so on.
_SOUNDS = (
    ("dzh", "dz"),
    ("sch", "s"),
    ("xh", "dz"),
    ("zh", "z"),
    ("sh", "s"),
    ("ch", "c"),
    ("gj", "d"),
    ("dj", "d"),
    ("kj", "c"),
    ("ph", "f"),
    ("th", "t"),
    ("lj", "l"),
    ("ll", "l"),
    ("nj", "n"),
    ("rr", "r"),
    ("ij", "i"),
    ("ia", "ija"),
    ("iija", "ija"),
    ("q", "c"),
    ("x", "z"),
    ("y", "i"),
    ("w", "v"),
)

# ISO 9 keeps no reader happy: these are the spellings of official documents.
_SERBIAN = {
    **dict(
        zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True)
    ),
    **{"љ": "lj", "њ": "nj", "џ": "dž"},
}
_MACEDONIAN = {**_SERBIAN, "ѓ": "gj", "ќ": "kj", "ѕ": "dz", "ѐ": "e", "ѝ": "i"}
_RUSSIAN = {
    **dict(zip("абвгдезийклмнопрстуфы", "abvgdeziyklmnoprstufy", strict=True)),
    **{"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"},
    **{"ъ": "", "ь": "", "э": "e", "ю": "yu", "я": "ya"},
}
_UKRAINIAN = {
    **_RUSSIAN,
    **{"г": "h", "ґ": "g", "и": "y", "і": "i", "ї": "i", "є": "ie", "й": "i"},
}


@dataclass(frozen=True, slots=True)
class PersonName:
    """The name of a person as one source wrote it.

    Parameters
    ----------
    raw : str
        As read, in its own script and order.
    """

    raw: str

    def __str__(self) -> str:
        return self.raw

    @property
    def script(self) -> str:
        """``Latn``, ``Cyrl`` or ``Grek`` (ISO 15924), ``mixed``, or empty."""
        found = {_script(letter) for letter in self.raw if letter.isalpha()}
        if len(found) > 1:
            return "mixed"
        return found.pop() if found else ""

    @property
    def latin(self) -> str:
        """The name in Latin letters, with the marks of its language.

        The language is told by its letters: Macedonian ``ѓ ќ ѕ``, Ukrainian ``і ї є``,
        Russian ``ы э ё щ ъ ь й я ю``, else Serbian.
        """
        table = _table(self.raw.lower())
        out = []
        for position, letter in enumerate(self.raw):
            latin = table.get(letter.lower())
            if latin is None:
                out.append(letter)
            elif not letter.isupper():
                out.append(latin)
            else:
                following = self.raw[position + 1 : position + 2]
                out.append(latin.upper() if following.isupper() else latin.capitalize())
        return "".join(out)

    @property
    def tokens(self) -> tuple[str, ...]:
        """Its words, folded, in order, without titles and without a father's name.

        A father's name in brackets, as in ``Petrović (Marko) Jovan``, is left out.
        Initials stay, those of ``Z. Hoxha`` and ``Petrović G.`` as well.
        """
        words = _SEPARATORS.split(fold(_FATHER.sub(" ", self.raw)))
        plain = tuple(re.sub(r"[^a-z0-9]", "", word) for word in words)
        kept = tuple(word for word in plain if word and word not in _TITLES)
        if kept and kept[0] in _TITLE_LETTERS and _has_two_words(kept):
            kept = kept[1:]
        return kept or tuple(word for word in plain if word)

    @property
    def fathers_name(self) -> str:
        """The name in brackets, as read, or empty."""
        match = _FATHER.search(self.raw)
        return match[1].strip() if match else ""

    @property
    def initials(self) -> str:
        """First letters of its words, sorted, so that order does not matter."""
        return "".join(sorted(token[0] for token in self.tokens))

    @property
    def key(self) -> str:
        """The form by which spellings of one name meet, in any script and order.

        ``Đorđević Marko``, ``Marko Djordjevic``, ``Марко Ђорђевић`` and
        ``Dordevic, Marko`` have one key.
        """
        return " ".join(sorted(without_dj(token) for token in self._unordered))

    @property
    def sound(self) -> str:
        """A looser key: Albanian, Slavic and other spellings of one sound meet.

        ``Hoxha`` and ``Hodža``, ``Petroviq`` and ``Petrović`` are the same here, and so
        are names that are not: use it to propose, never to decide.
        """
        return " ".join(sorted(_sound(token) for token in self._unordered))

    @property
    def _unordered(self) -> tuple[str, ...]:
        """Tokens for the keys, which know no first word.

        Where two whole words are left, a letter that may be a title counts as one
        wherever it stands.
        """
        tokens = self.tokens
        if not _has_two_words(tokens):
            return tokens
        return tuple(token for token in tokens if token not in _TITLE_LETTERS)


def _has_two_words(tokens: tuple[str, ...]) -> bool:
    return sum(len(token) > 1 for token in tokens) > 1


def _sound(token: str) -> str:
    for written, heard in _SOUNDS:
        token = token.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", token)


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    for word, code in (("LATIN", "Latn"), ("CYRILLIC", "Cyrl"), ("GREEK", "Grek")):
        if name.startswith(word):
            return code
    return "Zyyy"


def _table(text: str) -> dict[str, str]:
    letters = set(text)
    if letters & set("ѓќѕ"):
        return _MACEDONIAN
    if letters & set("іїєґ"):
        return _UKRAINIAN
    if letters & set("ыэёщъьйяю"):
        return _RUSSIAN
    return _SERBIAN
