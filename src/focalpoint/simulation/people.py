"""Invented persons: names nobody bears, numbers that no office can have issued."""

import csv
import datetime
import random
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from focalpoint.simulation import scripts

ENDINGS = {
    "bs": "ić",
    "sr": "ić",
    "cnr": "ović",
    "mk": "ovski",
    "sq": "aj",
    "ro": "escu",
}
WEIGHTS = (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
"""Weights of the check digit of the thirteen-digit personal number (mod 11)."""


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person; ``number`` has a wrong check digit on purpose."""

    name: str
    born: datetime.date
    sex: str
    citizenship: str
    number: str


def invent(chance: random.Random, jurisdiction: str, locale: str, year: int) -> Person:
    """A person of one jurisdiction who was an adult in ``year``."""
    tongue = {"sr-latn": "sr"}.get(locale, locale)
    woman = chance.random() < 0.06
    given = chance.choice(_names("woman" if woman else "man", tongue))
    family = chance.choice(_names("family", tongue)) + ENDINGS[tongue]
    if woman and tongue == "mk":
        family = family[:-1] + "a"
    age = min(84, max(18, round(chance.gauss(39, 13))))
    born = datetime.date(year - age, 1, 1) + datetime.timedelta(chance.randrange(365))
    number = personal_number(chance, jurisdiction, born)
    sex = "female" if woman else "male"
    return Person(f"{given} {family}", born, sex, jurisdiction, number)


def personal_number(
    chance: random.Random, jurisdiction: str, born: datetime.date
) -> str:
    """A number in the form of the jurisdiction whose check digit is wrong."""
    if jurisdiction == "al":
        return (
            f"{chance.choice('XYZ')}{chance.randrange(10**8):08d}{chance.choice('IOQ')}"
        )
    if jurisdiction == "xk":
        return f"0{chance.randrange(10**9):09d}"
    if jurisdiction == "md":
        # The register of persons starts its numbers with 0, 1 or 2: never with 9.
        return f"9{chance.randrange(10**12):012d}"
    body = f"{born.day:02d}{born.month:02d}{born.year % 1000:03d}"
    body += f"{chance.randrange(70, 97)}"
    body += f"{chance.randrange(1000):03d}"
    return body + str((check_digit(body) + chance.randrange(1, 9)) % 10)


def check_digit(body: str) -> int:
    """The right check digit of a thirteen-digit personal number; 10 counts as 0."""
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    digit = 11 - rest % 11
    return digit if digit < 10 else 0


def in_script(person: Person, script: str, letters: scripts.Alphabet) -> str:
    """The name as an office of that script writes it."""
    if script == "latn":
        return person.name
    return scripts.to_cyrillic(person.name, letters=letters)


def plate(chance: random.Random, jurisdiction: str) -> str:
    """A vehicle registration with a district code that is not in use."""
    number = chance.randrange(1, 1000)
    tail = chance.choice("KLMNP") + chance.choice("KLMNP")
    return {
        "ba": f"Q{number % 90 + 10}-Q-{number:03d}",
        "al": f"QQ {number:03d} {tail}",
        "xk": f"99 {number:03d} {tail}",
        "md": f"QQQ {number:03d}",
    }.get(jurisdiction, f"QX {number:03d}-{tail}")


@cache
def _names(part: str, tongue: str) -> tuple[str, ...]:
    text = files("focalpoint.simulation").joinpath("names.csv").read_text("utf-8")
    table = {
        (row["part"], row["language"]): tuple(row["names"].split())
        for row in csv.DictReader(text.splitlines())
    }
    return table.get((part, tongue)) or table[part, "slav"]
