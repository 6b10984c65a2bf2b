"""Counts, masses and lengths: the unit is in the type.

A number that can be read two ways (``1.200`` is twelve hundred in one office and one
point two in the next) is refused unless its reader says which mark is the decimal one.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from focalpoint.values.errors import BadInput
from focalpoint.values.folding import fold

_ABOUT = re.compile(
    r"^(?:~|≈|ca\.?|cca\.?|circa|approx\.?|about|around|oko|okolo|priblizno|rreth"
    r"|perafersisht|aproximativ|aprox\.?|cerca de|environ|yaklasik)\s*"
)
_AMOUNT = re.compile(r"([-+]?[\d][\d.,' \u00a0\u202f]*)\s*([^\d\s].*)?")


def number(text: str, decimal: str | None = None) -> Decimal:
    """Read a number with any marks for thousands and decimals.

    Parameters
    ----------
    text : str
        Digits with ``.``, ``,``, ``'`` or spaces between them.
    decimal : str, optional
        Which of ``.`` and ``,`` is the decimal mark, where the sender is known to use
        it. Without it, one mark before three last digits cannot be told.

    Raises
    ------
    BadInput
        If it is no number, or can be two.
    """
    plain = re.sub(r"[\s'\u00a0\u202f]", "", text)
    if not re.fullmatch(r"[-+]?\d[\d.,]*", plain):
        raise _no_number(text)
    mark = decimal or _decimal_mark(plain, text)
    thousands = "," if mark == "." else "."
    whole, _, rest = plain.partition(mark)
    groups = whole.lstrip("+-").split(thousands)
    grouped = len(groups) == 1 or (
        len(groups[0]) in (1, 2, 3) and all(len(group) == 3 for group in groups[1:])
    )
    if not grouped or thousands in rest or mark in rest:
        raise _no_number(text)
    return Decimal(whole.replace(thousands, "") + ("." + rest if rest else ""))


def _decimal_mark(plain: str, text: str) -> str:
    dot, comma = plain.rfind("."), plain.rfind(",")
    if dot >= 0 and comma >= 0:
        return "." if dot > comma else ","
    mark = "." if dot >= 0 else ","
    if plain.count(mark) > 1:
        return "," if mark == "." else "."
    whole, found, rest = plain.partition(mark)
    digits = whole.lstrip("+-")
    if found and len(rest) == 3 and len(digits) <= 3 and digits.strip("0"):
        raise BadInput(
            "“%(text)s” may be a thousand times more or less: "
            "write it without a mark for thousands",
            text=text.strip()[:80],
        )
    return mark


def _no_number(text: str) -> BadInput:
    return BadInput("“%(text)s” is not a number", text=text.strip()[:80])


@dataclass(frozen=True, slots=True, order=True)
class _Quantity:
    """An amount in the unit of its type, and whether the source said "about"."""

    amount: Decimal
    about: bool = False
    unit: ClassVar[str] = ""
    units: ClassVar[dict[str, str]] = {}

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount < 0:
            raise BadInput("a quantity cannot be %(amount)s", amount=str(self.amount))

    def __str__(self) -> str:
        shown = f"{self.amount.normalize():f} {self.unit}".strip()
        return f"~{shown}" if self.about else shown

    def __add__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        return type(self)(self.amount + other.amount, self.about or other.about)

    @classmethod
    def parse(cls, text: str, decimal: str | None = None) -> Self:
        """Read an amount with its unit; without one it is in the unit of the type.

        Raises
        ------
        BadInput
            If the number or the unit cannot be read.
        """
        folded = fold(text.strip())
        about = _ABOUT.match(folded)
        match = _AMOUNT.fullmatch(folded[about.end() :] if about else folded)
        if match is None:
            raise _no_number(text)
        unit = (match[2] or "").strip(" .")
        factor = cls.units.get(unit) if unit else "1"
        if factor is None:
            raise BadInput(
                "“%(unit)s” is not a unit of this quantity; use one of %(units)s",
                unit=unit[:20],
                units=", ".join(cls.units),
            )
        return cls(cls._read(match[1], decimal) * Decimal(factor), bool(about))

    @classmethod
    def _read(cls, text: str, decimal: str | None) -> Decimal:
        return number(text, decimal)


@dataclass(frozen=True, slots=True, order=True)
class Count(_Quantity):
    """A number of pieces."""

    units: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("pcs", "pc", "pieces", "kom", "komada", "komad", "cope"), "1"),
        **dict.fromkeys(("br", "buc", "bucati", "bucata", "parcinja", "sht"), "1"),
        **dict.fromkeys(("st", "adet", "rounds", "metaka", "fisheke"), "1"),
    }

    @classmethod
    def _read(cls, text: str, decimal: str | None) -> Decimal:
        """Pieces are whole, so ``1.200`` can only be twelve hundred."""
        plain = re.sub(r"[\s'\u00a0\u202f]", "", text)
        if decimal is None and re.fullmatch(r"\d{1,3}([.,])\d{3}(\1\d{3})*", plain):
            return Decimal(re.sub(r"[.,]", "", plain))
        value = number(text, decimal)
        if value != value.to_integral_value():
            raise BadInput(
                "%(text)s is not a whole number of pieces", text=text.strip()
            )
        return value.to_integral_value()


@dataclass(frozen=True, slots=True, order=True)
class Grams(_Quantity):
    """A mass in grams."""

    unit: ClassVar[str] = "g"
    units: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("g", "gr", "gram", "grama", "grams", "gramm"), "1"),
        **dict.fromkeys(("kg", "kilogram", "kilograma", "kilo", "kila"), "1000"),
        **dict.fromkeys(("mg",), "0.001"),
        **dict.fromkeys(("t", "tona", "ton", "tone"), "1000000"),
        **dict.fromkeys(("gn", "grain", "grains"), "0.06479891"),
        **dict.fromkeys(("oz",), "28.349523125"),
        **dict.fromkeys(("lb", "lbs"), "453.59237"),
    }


@dataclass(frozen=True, slots=True, order=True)
class Millimetres(_Quantity):
    """A length in millimetres."""

    unit: ClassVar[str] = "mm"
    units: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("mm", "milimetar", "milimetara"), "1"),
        **dict.fromkeys(("cm", "centimetar", "centimetara"), "10"),
        **dict.fromkeys(("m", "metar", "metara"), "1000"),
        **dict.fromkeys(('"', "''", "in", "inch", "inches", "in."), "25.4"),
    }
