"""The physical firearms of the region: make, model, number; conversions and craft."""

import random
from bisect import bisect
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate

from focalpoint.simulation import scripts
from focalpoint.simulation.spelling import Model, models

LATIN = "ABCDEFGHJKLMNPRSTUVWXYZ"
SETS = {
    "9": "0123456789",
    "A": LATIN,
    "a": LATIN.lower(),
    "Ж": scripts.SERIAL_LETTERS,
    "А": "АБВГДЕКМ",
}
ALARM = "aas_alarm_signal"


@dataclass(frozen=True, slots=True)
class Gun:
    """One physical firearm, as it really is; nobody in the region knows all of it."""

    id: int
    model: Model
    serial: str
    year: int
    origin: str
    actual_calibre: str
    type: str
    lot: str = ""

    @property
    def converted(self) -> bool:
        """Whether it was made from something that was not a firearm."""
        return self.origin.startswith("converted")


class Armoury:
    """Makes guns one after another; the same draws give the same guns."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.guns: list[Gun] = []

    def legal(self) -> Gun:
        """A gun as civilians register them."""
        return self.make(_drawn(self.chance, "licit"))

    def illicit(self) -> Gun:
        """A gun as criminals carry them: some converted, some home-made."""
        model = _drawn(self.chance, "illicit")
        if model.type == ALARM and self.chance.random() < 0.7:
            return self.converted(model)
        return self.make(model)

    def make(self, model: Model, *, serial: str = "", lot: str = "") -> Gun:
        """One gun of a model, in its original state."""
        last = max(model.first, model.last)
        year = self.chance.randint(model.first, last) if model.first else 0
        number = serial or number_of(self.chance, model.pattern)
        origin = "factory" if model.origin == "aas" else model.origin
        place = len(self.guns) + 1
        gun = Gun(place, model, number, year, origin, model.calibre, model.type, lot)
        self.guns.append(gun)
        return gun

    def converted(self, model: Model) -> Gun:
        """A gun that was made from an alarm or signal device."""
        gun = self.make(model)
        calibre = self.chance.choice(
            ("9 mm Luger", "9 mm Browning court", "7,65 mm Browning")
        )
        gun = replace(
            gun, origin="converted_aas", actual_calibre=calibre, type="pistol_sa"
        )
        self.guns[-1] = gun
        return gun

    def printed(self, kind: str) -> Gun:
        """A gun with printed main parts; it never had a number."""
        model = Model(
            "", "", "smg", "semi_auto", "9 mm Luger", "", "", 0, 0, 0, 0, kind
        )
        return self.make(model)

    def run(self, model: Model, number: int, lot: str) -> list[Gun]:
        """Guns of one delivery, with consecutive numbers."""
        first = number_of(self.chance, model.pattern)
        head = first.rstrip("0123456789")
        digits = first[len(head) :]
        start = int(digits) % (10 ** len(digits) - number)
        serials = (f"{head}{start + i:0{len(digits)}d}" for i in range(number))
        return [self.make(model, serial=serial, lot=lot) for serial in serials]


def number_of(chance: random.Random, pattern: str) -> str:
    """A serial number of one pattern; numbers do not start with a nought."""
    return "".join(
        letters if len(letters) == 1 else chance.choice(letters)
        for letters in _signs(pattern)
    )


@cache
def _signs(pattern: str) -> list[str]:
    """What may stand at each place of a pattern."""
    signs = []
    for place, sign in enumerate(pattern):
        letters = SETS.get(sign, sign)
        if sign == "9" and not pattern[:place].endswith("9"):
            letters = letters[1:]
        signs.append(letters)
    return signs


def named(make: str, model: str) -> Model:
    """The row of ``models.csv`` with this make and model."""
    return next(row for row in models() if (row.make, row.model) == (make, model))


def _drawn(chance: random.Random, column: str) -> Model:
    rows, sums = _weights(column)
    return rows[bisect(sums, chance.random() * sums[-1])]


@cache
def _weights(column: str) -> tuple[list[Model], list[float]]:
    rows = [row for row in models() if getattr(row, column) > 0]
    return rows, list(accumulate(getattr(row, column) for row in rows))
