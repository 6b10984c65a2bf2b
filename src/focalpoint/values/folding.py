"""Folding of scripts and diacritics: what makes two spellings of one word meet.

Two foldings with two purposes:

- ``fold`` is for words. Cyrillic and Greek are transliterated, marks are taken off,
  case is dropped: ``Ђорђевић``, ``Đorđević`` and ``Djordjevic`` become ``djordjevic``.
- ``look_alikes`` is for serial numbers. A letter becomes the Latin capital that looks
  the same, whatever it sounds like: Cyrillic ``В`` becomes ``B``, not ``V``.
"""

import unicodedata

_CYRILLIC = {
    **dict(zip("абвгдежзијклмнопрстуфхцчш", "abvgdezzijklmnoprstufhccs", strict=True)),
    **{"ђ": "dj", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz"},  # Serbian
    **{"ѓ": "gj", "ќ": "kj", "ѕ": "dz", "ѐ": "e", "ѝ": "i"},  # Macedonian
    **{"й": "j", "щ": "sc", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "ju"},
    **{"я": "ja", "ё": "e", "і": "i", "ї": "ji", "є": "je", "ґ": "g", "ў": "u"},
}
_GREEK = {
    **dict(zip("αβγδεζηικλμνξοπρσςτυφχω", "avgdeziiklmnxoprsstyfho", strict=True)),
    **{"θ": "th", "ψ": "ps"},
}
# Latin letters that Unicode does not take apart into a base letter and a mark.
_LATIN = {
    **{"đ": "dj", "ð": "d", "ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe"},
    **{"þ": "th", "ı": "i", "ŋ": "n", "ħ": "h", "ə": "e", "ſ": "s"},
}
_QUOTES = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"'}

# The Latin capital that has the same shape as a Cyrillic or Greek capital.
LOOK_ALIKES = {
    **dict(zip("АВЕКМНОРСТУХІЈЅԚԜЁЇ", "ABEKMHOPCTYXIJSQWEI", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
}


class _Folder(dict[int, str]):
    """A translation table that works out a character when it is first met."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        folded = _fold_character(character)
        self[point] = folded
        return folded


def _fold_character(character: str) -> str:
    for table in (_CYRILLIC, _GREEK, _LATIN, _QUOTES):
        if character in table:
            return table[character]
    if unicodedata.combining(character):
        return ""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    parts = unicodedata.normalize("NFKD", character)
    if parts == character:
        return character
    return "".join(_fold_character(part) for part in parts.lower())


_FOLDS = _Folder()
_LOOKS = str.maketrans(LOOK_ALIKES)


def fold(text: str) -> str:
    """Fold a word or a sentence for comparison and search.

    Lower case; Cyrillic and Greek become Latin; marks are taken off; ``đ`` and ``ђ``
    become ``dj``, ``ѓ`` ``gj``, ``ќ`` ``kj``, ``џ`` and ``dž`` ``dz``; digits of other
    scripts become ASCII. Folding twice changes nothing. Text in ASCII costs no more
    than making it lower case, other text one table look-up a character.

    Examples
    --------
    >>> fold("Đorđević") == fold("Djordjevic") == fold("Ђорђевић")
    True
    >>> fold("Țigănești, Gjirokastër, Ќустендил")
    'tiganesti, gjirokaster, kjustendil'
    """
    if text.isascii():
        return text.lower()
    return text.lower().translate(_FOLDS)


def without_dj(folded: str) -> str:
    """The variant of folded text in which ``dj`` is written ``d``.

    ``đ`` is typed as ``dj`` by some and as a bare ``d`` by others. Index or compare
    this form beside ``fold``: ``Dordevic`` meets ``Đorđević`` here.
    """
    return folded.replace("dj", "d")


def look_alikes(text: str) -> str:
    """Capitals, with Cyrillic and Greek letters replaced by their Latin look-alikes.

    Letters without a Latin twin, such as ``Ж``, stay. Digits are never touched, neither
    is a letter made a digit.
    """
    return text.upper().translate(_LOOKS)
