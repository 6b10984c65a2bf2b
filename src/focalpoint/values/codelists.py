"""Code lists: the vocabularies of the data set, one CSV file each.

Every file has the same first columns (``COLUMNS``); columns after them belong to that
list alone and are found in ``Code.extra``. A list is read when it is first asked for
and kept, so that a command pays only for the lists that it uses.
"""

import csv
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from focalpoint.values.errors import BadInput

FOLDER = Path(__file__).with_suffix("")
LOCALES = ("en", "sq", "bs", "sr-latn", "sr", "cnr", "mk", "ro")
VOCABULARIES = ("iarms", "niem", "umf", "iafq")
STATUSES = ("official", "provisional", "local")
COLUMNS = (
    "code",
    "parent",
    "order",
    *(f"label_{locale.replace('-', '_')}" for locale in LOCALES),
    "valid_from",
    "valid_to",
    "source",
    "status",
    *VOCABULARIES,
)


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list.

    ``labels`` is keyed by locale, ``foreign`` by the name of a foreign vocabulary,
    ``extra`` by the columns that this list has beyond the common ones. Empty cells are
    left out of all three.
    """

    code: str
    parent: str
    order: int
    labels: Mapping[str, str]
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    source: str = ""
    status: str = "local"
    foreign: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    def label(self, locale: str = "en") -> str:
        """The label in ``locale``; English where there is none, else the code."""
        key = locale.lower().replace("_", "-")
        return self.labels.get(key) or self.labels.get("en") or self.code

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names of the same thing, as registers write them."""
        return self.several("aliases")

    def several(self, column: str) -> tuple[str, ...]:
        """The values of a list-specific column, which a ``|`` separates."""
        return tuple(part for part in self.extra.get(column, "").split("|") if part)

    def valid_on(self, day: datetime.date) -> bool:
        """Whether the code may be chosen for something that happened on ``day``."""
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day <= self.valid_to)


class CodeList:
    """The codes of one list in their order; looked up by code."""

    def __init__(self, name: str, entries: tuple[Code, ...]) -> None:
        self.name = name
        self._entries = entries
        self._by_code = {entry.code: entry for entry in entries}
        self._children: dict[str, list[Code]] = {}
        for entry in entries:
            self._children.setdefault(entry.parent, []).append(entry)

    def __iter__(self) -> Iterator[Code]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __repr__(self) -> str:
        return f"CodeList({self.name!r}, {len(self)} codes)"

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code, in order."""
        return tuple(self._by_code)

    def get(self, code: str | None) -> Code | None:
        """The entry of ``code``, or None."""
        return self._by_code.get(code) if code else None

    def label(self, code: str | None, locale: str = "en") -> str:
        """The label of ``code``; an unknown code is its own label."""
        entry = self.get(code)
        return entry.label(locale) if entry else (code or "")

    def children(self, code: str = "") -> tuple[Code, ...]:
        """The codes directly under ``code``; without argument, those at the top."""
        return tuple(self._children.get(code, ()))

    def choices(self, locale: str = "en") -> list[tuple[str, str]]:
        """Pairs of code and label for a form, in order."""
        return [(entry.code, entry.label(locale)) for entry in self._entries]


@cache
def load(name: str) -> CodeList:
    """Read a list from its file.

    Parameters
    ----------
    name : str
        Name of the file without its ending, such as ``calibres``.

    Raises
    ------
    BadInput
        If there is no such list, or a line of it cannot be used.
    """
    if name not in names():
        raise BadInput(
            "there is no code list %(name)s; the lists are %(names)s",
            name=name,
            names=", ".join(names()),
        )
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    entries = [_entry(name, number, row) for number, row in enumerate(rows, 2)]
    entries.sort(key=lambda entry: entry.order)
    return CodeList(name, tuple(entries))


@cache
def names() -> tuple[str, ...]:
    """The names of all lists, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.csv")))


def _entry(name: str, line: int, row: dict[str, str]) -> Code:
    """Make a code of one line of a file."""
    try:
        labels = {
            locale: row[f"label_{locale.replace('-', '_')}"] for locale in LOCALES
        }
        return Code(
            code=row["code"],
            parent=row["parent"],
            order=int(row["order"]),
            labels={locale: text for locale, text in labels.items() if text},
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            source=row["source"],
            status=row["status"],
            foreign={key: row[key] for key in VOCABULARIES if row[key]},
            extra={
                key: text for key, text in row.items() if key not in COLUMNS and text
            },
        )
    except (KeyError, ValueError, TypeError) as problem:
        raise BadInput(
            "line %(line)s of the code list %(name)s cannot be used: %(problem)s",
            line=line,
            name=name,
            problem=str(problem),
        ) from problem


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
