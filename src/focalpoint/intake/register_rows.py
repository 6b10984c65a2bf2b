"""Rows of a register's extract to entries, a few microseconds each.

Registers say the same few thousand things millions of times, so every text is read
once (``interop.reading.reader`` remembers); only serial numbers are all different.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from focalpoint.intake import fields
from focalpoint.interop import keys
from focalpoint.interop.cells import Cell, says_nothing
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.mapping import Mapping, TargetField, Use
from focalpoint.interop.reading import Reading, reader
from focalpoint.interop.tables import Row, Table
from focalpoint.records import register_tables
from focalpoint.records.models import RegisterEntry
from focalpoint.records.models.search_document import number_forms
from focalpoint.values import serials

# Fields of a mapping and the columns of an entry: the value, and the text as read.
PLACES = {
    "firearm.type": ("type", "type_read"),
    "firearm.make": ("make", "make_read"),
    "firearm.model": ("model", ""),
    "firearm.calibre": ("calibre", "calibre_read"),
    "firearm.country_of_manufacture": ("country", ""),
    "firearm.year_of_manufacture": ("year", ""),
}
SERIAL = "firearm.serial"
EXAMPLES = 20  # rejected rows that are told one by one
NUMBER = 120
REASONS = {
    "no_key": "the register's own number is empty",
    "duplicate_key": "the register's own number stands in an earlier row already",
    "no_object": "neither a serial number nor make, model, calibre or type is given",
    "repeated_header": "the row repeats the headings",
}
Entry = list[Any]
_INDEX = {name: place for place, name in enumerate(register_tables.FIELDS)}
_LIMITS = {
    field.attname: field.max_length or 0
    for field in RegisterEntry._meta.concrete_fields
    if hasattr(field, "max_length")
}


class Entries:
    """Makes entries of one edition out of the rows of its file."""

    def __init__(self, table: Table, mapping: Mapping, edition: int) -> None:
        self.table, self.mapping, self.edition = table, mapping, edition
        self.first = register_tables.first_id(edition)
        self.heading = tuple(column.text for column in table.columns)
        self.seen: set[int] = set()
        targets = {field.path: field for field in fields.fields_for("firearm")}
        columns = {column.name: i for i, column in enumerate(table.columns)}
        self.serial = columns[mapping.column_of(SERIAL)]
        self.readers = _readers(mapping, columns, targets)
        self.plain: Entry = ["" for _name in register_tables.FIELDS]
        self.plain[_INDEX["edition_id"]] = edition
        for path, text in mapping.constants.items():
            if path in PLACES:
                value = reader(targets[path], Use("", path, "ymd"))(text).value
                self.plain[_INDEX[PLACES[path][0]]] = str(value or "")

    def rows(self, done: int) -> Iterator[tuple[Row, Entry | None, str]]:
        """Yield, for each row after the first ``done``, its entry or why it has none.

        The rows before are only read for their numbers, which must not come twice.
        """
        keyed = enumerate(self._keyed(), 1)
        for _place, (_row, key) in islice(keyed, done):
            self.seen.add(hash(key))
        for place, (row, key) in keyed:
            entry, reason = self._entry(row, key)
            if entry is not None:
                entry[_INDEX["id"]] = self.first + place
            yield row, entry, reason

    def _keyed(self) -> Iterator[tuple[Row, str]]:
        names = {column.name: i for i, column in enumerate(self.table.columns)}
        places = [names[name] for name in self.mapping.key]
        for row in self.table.rows():
            if not places:
                digest = keys.content_digest(map(as_text, row.cells))
                yield row, f"#{digest}"
            elif len(places) == 1:
                text = " ".join(as_text(row.cells[places[0]]).split())
                yield row, "" if says_nothing(text) else text[:NUMBER]
            else:
                parts = [" ".join(as_text(row.cells[p]).split()) for p in places]
                parts = ["" if says_nothing(part) else part for part in parts]
                yield row, keys.stored(" / ".join(parts)) if any(parts) else ""

    def _entry(self, row: Row, key: str) -> tuple[Entry | None, str]:
        if not key:
            return None, "no_key"
        mark = hash(key)
        if mark in self.seen:
            return None, "duplicate_key"
        entry = self.plain.copy()
        entry[_INDEX["number"]] = key
        told = False
        for place, read, value_at, text_at, limit, text_limit in self.readers:
            found = read(row.cells[place])
            if found.value is not None:
                entry[value_at] = str(found.value)[:limit]
                told = True
            if found.text and text_at >= 0:
                entry[text_at] = " ".join(found.text.split())[:text_limit]
                told = True
        text = as_text(row.cells[self.serial])
        if not says_nothing(text):
            told = True
            entry[_INDEX["serial"]] = " ".join(text.split())[:300]
            forms = number_forms(serials.parse(text).normal[:NUMBER])
            for name, form in forms.items():
                entry[_INDEX[name]] = form
        if not told:
            return None, "no_object"
        if tuple(map(as_text, row.cells)) == self.heading:
            return None, "repeated_header"
        self.seen.add(mark)
        return entry, ""


Placed = tuple[int, Callable[[Cell], Reading], int, int, int, int]


def _readers(
    mapping: Mapping, columns: dict[str, int], targets: dict[str, TargetField]
) -> Sequence[Placed]:
    """Return, for each used column, its reader and where what it reads goes."""
    found = []
    for use in mapping.uses:
        for path in (use.field, use.also):
            if path in PLACES:
                value, text = PLACES[path]
                found.append(
                    (
                        columns[use.column],
                        reader(targets[path], use),
                        _INDEX[value],
                        _INDEX[text] if text else -1,
                        _LIMITS[value] or NUMBER,
                        _LIMITS.get(text, 0) or NUMBER,
                    )
                )
    return found
