"""Opening the wrappings of a serial number: formulas, floats, affixes, unread marks.

Everything here works on text; what the text means is decided in ``serials``.
"""

import re
import unicodedata
from functools import cache

from focalpoint.values import serial_words
from focalpoint.values.lexicon import entries_of

UNREAD = "?"
ANNOUNCED = "№"  # stands where words said that a number follows

_FORMULA = re.compile(r"^\s*=\s*(?P<body>.+)$", re.DOTALL)
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
_PLAIN_FORMULA = re.compile(r"^\s*=\s*[+-]?\s*([\w./-]+)\s*$")
_WHOLE_FLOAT = re.compile(r"^(\d+)[.,]0+$")
_SCIENTIFIC = re.compile(r"^(\d)[.,](\d+)[eE]\+?(\d{1,2})$")
_MARK = re.compile(r"[•●○◦□■▢▣▮▯◻◼\ufffd¿¤]")
_X_RUN = re.compile(r"[xXхХ×]{2,}")
_DOT_RUN = re.compile(r"\.{2,}")
_DASH_RUN = re.compile(r"-{2,}|(?:- ){2,}-?")
_SPACED = re.compile(r"(?<=[?*_#.]) +(?=[?*_#.])")
_SMALL_X = re.compile(r"(?<=[0-9A-Z])x(?=[0-9A-Z?])")
_BRACKETS = re.compile(r"(\S?)(\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\})(?=(\S?))")
_ALTERNATIVES = re.compile(r"^\w(?:\s*(?:/|\||,|or|ou|ili|или|o|sau|ose)\s*\w)+$", re.I)
_MARKS_ONLY = re.compile(r"^[\s?*_#.xXхХ-]*$")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
# Short affixes that may be glued to the number; others could be letters of the number.
_GLUED = frozenset({"no", "nr", "num"})
# Letters of a series before the sign of the number: "seria AB nr. 123", "АБ № 123".
_SERIES = re.compile(
    r"(?:\b(?:seri[aeës]|série|сери[яиа]|серія|серија)\s+|^|№\s+)"
    r"(?-i:([^\W\d_a-zа-я]{1,4}))[\s,]*№\s+(?=\d)",
    re.IGNORECASE,
)
_AND = re.compile(
    r"(?<=\d)\s+(?:and|et|und|dhe|ve|și|si|e|y|i|u|и|і|та)\s+(?=[^\W\d_]{0,4}\s?\d)",
    re.IGNORECASE,
)
# =TEXT(123,"00000"), in the language of any office
_PADDED = re.compile(r'\w+\(\s*"?(\d+)"?\s*[,;]\s*"(0+)"\s*\)')
SHORT_AFFIX = 4
GLUED_DIGITS = 4


def open_formula(raw: str) -> str:
    """Take the text out of a spreadsheet formula: ``="00123"``, ``=T("..")``.

    The literals of the formula are joined in their order, whatever the function is
    called in the language of the office; of a link the last literal is what is shown.
    """
    found = _FORMULA.match(raw)
    if not found:
        return raw
    body = str(found["body"])
    literals = [text.replace('""', '"') for text in _LITERAL.findall(body)]
    if not literals:
        plain = _PLAIN_FORMULA.match(raw)
        return str(plain[1] if plain else body)
    padded = _PADDED.fullmatch(body.strip())
    if padded:
        return str(padded[1]).zfill(len(padded[2]))
    name = body.partition("(")[0].strip().upper()
    if name in {"HYPERLINK", "HIPERLINK", "HIPERVINCULO", "HIPERVÍNCULO"}:
        return str(literals[-1])
    if name in {"TEXT", "TEXTO", "TEXTE", "TESTO", "METNEVER"} and len(literals) > 1:
        return str(literals[0])
    return _join_arguments(body)


def _join_arguments(body: str) -> str:
    """Literals and bare numbers of a formula, in order."""
    parts = re.findall(r'"((?:[^"]|"")*)"|(?<![\w.])(\d+)(?![\w.])', body)
    return "".join(text.replace('""', '"') or number for text, number in parts)


def clean(raw: str) -> str:
    """One line of plain text: formula opened, widths, dashes and spaces made one."""
    text = open_formula(raw.replace("\ufeff", "").replace("\u200b", ""))
    text = text.replace("№", f" {ANNOUNCED} ").replace("…", "...").translate(_DASHES)
    if not text.isascii():
        text = "".join(map(_plain_character, text))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    text = _AND.sub(" ; ", " ; ".join(line for line in lines if line))
    text = re.sub(r"^#\s*(?=[^\W\d_]{0,4}\d)", f"{ANNOUNCED} ", text)
    return text.strip("'`´‘’\"“”„«» ")


def _plain_character(character: str) -> str:
    if character == ANNOUNCED or character.isalpha() or character in "°º":
        return unicodedata.normalize("NFC", character)
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return _MARK.sub(UNREAD, unicodedata.normalize("NFKC", character))


def spreadsheet_number(text: str) -> str:
    """Undo what a spreadsheet did to a number: ``12345.0``, ``1.23457E+11``.

    A number in scientific notation has lost its last digits: they become unread.
    """
    whole = _WHOLE_FLOAT.match(text)
    if whole:
        return whole[1]
    found = _SCIENTIFIC.match(text)
    if not found:
        return text
    digits = found[1] + found[2]
    return digits.ljust(int(found[3]) + 1, UNREAD)


def length_kept(text: str) -> str:
    """Lower case without marks, character by character, so that places agree."""
    if text.isascii():
        return text.lower()
    return "".join(_base(character) for character in text)


@cache
def _base(character: str) -> str:
    if character in "°º":
        return character
    lowered = character.lower()[:1] or character
    return unicodedata.normalize("NFD", lowered)[0].replace("ı", "i")


@cache
def _affix_pattern() -> re.Pattern[str]:
    affixes = {length_kept(entry) for entry in entries_of(serial_words.AFFIXES)}
    words = "|".join(map(_affix_words, sorted(affixes, key=lambda a: (-len(a), a))))
    return re.compile(
        rf"(?<![^\W_])(?P<affix>{words})(?P<gap>[\s.:°º#=№/-]*)"
        r"(?=[a-zа-яђјљњћџѓќѕ]{0,4}[\s./-]*[\d?*_#(\[.]"
        r"|[a-zа-яђјљњћџѓќѕ]?x{2,})"
    )


def _affix_words(affix: str) -> str:
    """A pattern for an affix: spaces and stops inside it may be left out."""
    inside, last = re.escape(affix[:-1]), re.escape(affix[-1])
    return inside.replace(r"\ ", r"\s*").replace(r"\.", r"\s*\.?\s*") + last


def announce(text: str) -> str:
    """Replace words such as ``serial no.`` before a number by one sign.

    A short affix glued to letters or digits stays, for it may be part of the number
    (``SN1234``, ``Ber020830``); ``No`` and ``Nr`` glued to four digits or more go.
    """
    plain = length_kept(text)
    if len(plain) != len(text):
        return text
    pieces: list[str] = []
    last = 0
    for found in _affix_pattern().finditer(plain):
        if not _is_affix(found, plain):
            continue
        pieces += [text[last : found.start()], f" {ANNOUNCED} "]
        last = found.end()
    return _SERIES.sub(rf"{ANNOUNCED} \1 ", "".join([*pieces, text[last:]]))


def _is_affix(found: re.Match[str], plain: str) -> bool:
    affix, gap, rest = found["affix"], found["gap"], plain[found.end() :]
    bare = affix.strip(" .")
    if gap or affix.endswith((".", "°", "º", ":", "#", "№")):
        # A lone letter needs its stop: "N. 123" is a number, "N 123" may be a serial.
        return len(bare) > 1 or any(sign in affix + gap for sign in ".:°º№")
    if len(bare) > SHORT_AFFIX:
        return True
    digits = re.match(r"\d*", rest)
    return bare in _GLUED and digits is not None and len(digits[0]) >= GLUED_DIGITS


class Remark(str):
    """The words of a bracket that stands beside a number."""


def cut_remarks(text: str) -> tuple[str, list[Remark]]:
    """Open brackets: unread positions stay in the text, remarks are taken out.

    ``12(?)45`` and ``12[38]45`` are one unread position each; ``(on the frame)`` is a
    remark; brackets round everything are dropped.
    """
    remarks: list[Remark] = []

    def replace(found: re.Match[str]) -> str:
        before, after = found[1], found[6]
        content = (found[3] or found[4] or found[5] or "").strip()
        joined = bool(before.strip()) or bool(after.strip())
        square = found[4] is not None
        return before + _bracket(content, joined, square, remarks)

    bare = text
    if re.fullmatch(r"[(\[{][^()\[\]{}]*[)\]}]", text):
        bare = text[1:-1].strip()
    return _BRACKETS.sub(replace, bare), remarks


def _bracket(content: str, joined: bool, square: bool, remarks: list[Remark]) -> str:  # noqa: FBT001
    if _MARKS_ONLY.match(content):
        return UNREAD * max(1, len(content.replace(" ", "")))
    if _ALTERNATIVES.match(content):
        return UNREAD
    if joined and content.isalnum():
        if len(content) == 1 or (square and len(content) <= SHORT_AFFIX):
            return UNREAD
        if any(character.isdigit() for character in content):
            return content
    remarks.append(Remark(content))
    return " "


def expand_marks(text: str) -> str:
    """Make every notation of an unread position a question mark.

    Runs of X, dots and dashes count one position a character. A single X is a letter,
    unless it is small among capitals and digits.
    """
    text = _SPACED.sub("", text)
    text = _X_RUN.sub(lambda run: UNREAD * len(run[0]), text)
    text = _DOT_RUN.sub(lambda run: UNREAD * len(run[0]), text)
    text = _DASH_RUN.sub(lambda run: UNREAD * run[0].count("-"), text)
    text = _SMALL_X.sub(UNREAD, text)
    return re.sub(r"[*_#]", UNREAD, text)
