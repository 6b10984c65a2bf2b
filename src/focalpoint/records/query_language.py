"""The language of the search box: words, "phrases", wildcards and ``field:value``.

Pure text in, clauses out. What a clause means to the index is in ``matching``.
"""

import re
from dataclasses import dataclass, field

from focalpoint.values.folding import fold

# Every name of a field, folded; the user may type it in a language of the interface.
FIELDS: dict[str, tuple[str, ...]] = {
    "serial": ("serial", "sn", "serija", "serijski", "numriserik", "seria", "serie"),
    "make": (
        "make",
        "maker",
        "marka",
        "proizvodjac",
        "proizvodac",
        "prodhuesi",
        "marca",
    ),
    "model": ("model", "modeli"),
    "calibre": ("calibre", "caliber", "cal", "kalibar", "kal", "kalibri", "kaliber"),
    "type": ("type", "tip", "lloji"),
    "kind": ("kind", "vrsta", "vid", "fel"),
    "seized": (
        "seized",
        "zaplenjeno",
        "oduzeto",
        "zapleneto",
        "sekuestruar",
        "confiscat",
    ),
    "date": ("date", "datum", "data"),
    "place": ("place", "mesto", "mjesto", "vendi", "loc"),
    "jurisdiction": (
        "jurisdiction",
        "jurisdikcija",
        "juridiksioni",
        "nadleznost",
        "jurisdictie",
    ),
    "unit": ("unit", "jedinica", "edinica", "njesia", "unitate"),
    "source": ("source", "izvor", "burimi", "sursa"),
    "case": ("case", "predmet", "lenda", "dosar"),
    "number": ("number", "broj", "brojuizvoru", "numri", "numar", "numarul"),
    "register": ("register", "registar", "registarot", "regjister", "registru"),
    "batch": ("batch", "import", "uvoz"),
    "record": ("record", "zapis", "regjistri", "inregistrare"),
    "withdrawn": ("withdrawn", "povuceno", "terhequr", "retras"),
}
NAMES = {name: code for code, names in FIELDS.items() for name in names}
DATES = ("date", "seized")
PIECE = re.compile(
    r"""
    (?:(?P<name>[^\W\d_]\w*):)?            # field name
    (?:[“”„"](?P<quoted>[^“”„"]*)[“”„"]?   # "words in this order"
      |(?P<bare>\S+))
    """,
    re.VERBOSE,
)
PERIOD = re.compile(
    r"(?P<start>\d{4}(-\d\d){0,2})?(?P<to>\.\.)?(?P<end>\d{4}(-\d\d){0,2})?"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition; all conditions of a query hold together.

    ``name`` is a field code, or empty for words that may stand anywhere. ``values`` are
    alternatives. ``is_phrase``: the words stand together in this order.
    """

    name: str
    values: tuple[str, ...]
    is_phrase: bool = False

    @property
    def text(self) -> str:
        """The clause as one types it."""
        value = ",".join(self.values)
        if self.is_phrase or (self.name and " " in value):
            value = f'"{value}"'
        return f"{self.name}:{value}" if self.name else value


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; ``problems`` are sentences about parts that make no sense."""

    text: str
    clauses: tuple[Clause, ...] = ()
    problems: tuple[str, ...] = field(default=())

    @property
    def words(self) -> tuple[Clause, ...]:
        """The clauses without a field."""
        return tuple(clause for clause in self.clauses if not clause.name)


def parse(text: str, known: frozenset[str] = frozenset()) -> Query:
    """Return the clauses of a query; ``known`` are further names of fields."""
    clauses: list[Clause] = []
    problems: list[str] = []
    for piece in PIECE.finditer(text.replace("\x00", " ")):
        quoted = piece["quoted"]
        value = quoted if quoted is not None else piece["bare"]
        name = _field(piece["name"], known)
        if piece["name"] and not name:  # a time, an address: words after all
            value = f"{piece['name']}:{value}"
        if not value.strip():
            continue
        if name in DATES and period(value) is None:
            problems.append(value)
            continue
        several = name and quoted is None and name not in DATES and name != "serial"
        values = tuple(v for v in value.split(",") if v) if several else (value,)
        if values:
            clauses.append(Clause(name, values, is_phrase=quoted is not None))
    return Query(text.strip(), tuple(clauses), tuple(problems))


def period(text: str) -> tuple[str, str] | None:
    """Return the ends of ``2023``, ``2023-05..``, ``..2024`` or ``2023..2024``."""
    found = PERIOD.fullmatch(text.strip())
    if not found or not (found["start"] or found["end"]):
        return None
    if not found["to"]:
        return (found["start"], found["start"]) if not found["end"] else None
    return found["start"] or "", found["end"] or ""


def _field(name: str | None, known: frozenset[str]) -> str:
    if not name:
        return ""
    folded = fold(name)
    return NAMES.get(folded) or (folded if folded in known else "")
