"""Take entries of reference registers out: CSV, XLSX, JSON Lines.

An entry goes with its register's name and handling code. A register that may not be
passed on, or whose restriction was not read, gives nothing; the file is told of as any
export, one event for each register.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import reverse

from focalpoint.accounts.access import require
from focalpoint.audit import actions as audit
from focalpoint.records import export
from focalpoint.records.export import Row
from focalpoint.records.models import Register, RegisterEntry
from focalpoint.records.register_search import selected
from focalpoint.records.search import Filter
from focalpoint.values.errors import BadInput
from focalpoint.values.files import whole_file

FORMATS = {name: export.FORMATS[name] for name in ("csv", "xlsx", "jsonl")}
OWN = (
    *("number", "type", "make", "model", "calibre", "serial", "country", "year"),
    *("type_read", "make_read", "calibre_read"),
)
COLUMNS = (
    *("id", "record_type", "url", "register", "edition", "unit", "jurisdiction"),
    *("handling", "handling_note", *OWN, "notice"),
)


@dataclass(frozen=True)
class Entries:
    """The one kind of row of this export."""

    code: str = RegisterEntry.type_code

    def label(self, name: str) -> str:
        """Return the name of a column for people."""
        model: Any = RegisterEntry if name in OWN else Register
        known = {one.name for one in model._meta.fields}
        if name not in known:
            return name
        return str(model._meta.get_field(name).verbose_name)


@dataclass(frozen=True)
class EntryTable:
    """The entries of an export with what is needed to write them."""

    filter: Filter
    user: Any
    register: Register | None
    base: str
    mark: bool
    most: int | None
    counted: Counter[Register] = field(default_factory=Counter)

    def kinds(self) -> list[Entries]:
        """Return the one kind of row."""
        return [Entries()]

    def only_kind(self) -> Entries:
        """Return the one kind of row."""
        return Entries()

    def columns(self, kind: Entries) -> list[str]:
        """Return the columns of an entry."""
        return list(COLUMNS)

    def rows(self, kind: Any = None) -> Iterator[tuple[RegisterEntry, Row, Any]]:
        """Yield entry, row and no place, in the order of the screen."""
        found = selected(
            self.filter.query, self.user, self.register, self.filter.chosen
        )
        for number, (entry, register) in enumerate(found, 1):
            if self.most is not None and number > self.most:
                raise BadInput(
                    "More than %(most)s entries are too many for one file here. Narrow "
                    "the search, or ask your administrator for: focalpoint export "
                    "--entries",
                    most=self.most,
                )
            self.counted[register] += 1
            yield entry, row_of(entry, register, self.base), (None, None)


def export_entries(
    wanted: Filter,
    format: str,
    path: str | Path,
    *,
    by: Any,
    register: Register | None = None,
    base: str = "",
    mark: bool = False,
    most: int | None = None,
) -> int:
    """Write the entries that fit into a file; return how many.

    ``most`` refuses a file of more entries than a page can wait for.
    """
    require(by, "records.export")
    export.check_format(format, FORMATS)
    table = EntryTable(wanted, by, register, base, mark, most)
    with whole_file(path) as draft:
        rows = FORMATS[format](table, draft)
        for one, count in table.counted.items():
            detail = {"format": format, "hits": count}
            audit.write("registers.export", by=by, on=one, detail=detail)
        if not rows:
            audit.write("registers.export", by=by, detail={"format": format, "hits": 0})
    return rows


def row_of(entry: RegisterEntry, register: Register, base: str) -> Row:
    """Return an entry as values by column."""
    current = register.current
    return {
        "id": str(entry.pk),
        "record_type": entry.type_code,
        "url": base + reverse("register_entry", args=[entry.pk]),
        "register": register.name,
        "edition": current.number if current else None,
        "unit": register.unit.code,
        "jurisdiction": register.unit.jurisdiction,
        "handling": register.handling,
        "handling_note": register.handling_note,
        **{name: getattr(entry, name) for name in OWN},
        "notice": export.notice_of(register.unit.jurisdiction),
    }
