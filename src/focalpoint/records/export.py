"""Take records out: CSV, XLSX, JSON Lines, GeoJSON; each equals what the screen shows.

Columns are named by the codes of fields, so that a file can be imported again without a
change; ``docs/reference/search-language.md`` holds the contract. A file appears only
when it is whole, and one event in the audit trail says that it left and how many it
holds.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from focalpoint.accounts.access import require, visible
from focalpoint.audit import actions as audit
from focalpoint.records import registry
from focalpoint.records.base import Record
from focalpoint.records.fields import PartialDateField
from focalpoint.records.models.firearm import Mark
from focalpoint.records.models.search_document import SearchDocument
from focalpoint.records.registry import RecordType
from focalpoint.records.search import Filter, Search, counts_by_type, in_order, search
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.values.files import whole_file

COMMON = (
    "id",
    "reference",
    "record_type",
    "url",
    "unit",
    "jurisdiction",
    "handling",
    "handling_note",
    "grading_source",
    "grading_information",
    "source",
    "source_key",
    "updated_at",
    "version",
)
LAST = ("remarks", "as_read", "other")
MARK_FIELDS = ("kind", "position", "component", "text", "status")
# A spreadsheet runs a cell that begins so. One apostrophe before it stops that; on
# import one apostrophe before such a beginning is taken off again.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
QUOTED = re.compile(r"'+[=+\-@\t\r]")
SHEET_ROWS = 1_048_575
CELL_LETTERS = 32_767

Row = dict[str, Any]


@dataclass(frozen=True)
class Exported:
    """What a file holds; ``withheld`` records are seen but may not be taken away."""

    rows: int
    withheld: int


def export(
    wanted: Filter,
    format: str,
    path: str | Path,
    *,
    by: Any,
    base: str = "",
    mark: bool = False,
) -> Exported:
    """Write what a filter finds into a file.

    ``base`` goes before the address of each record; ``mark`` puts a byte-order mark at
    the head of a CSV file, which spreadsheets want.
    """
    require(by, "records.export")
    check_format(format, FORMATS)
    ready = search(wanted, by, use="export")
    table = Table(wanted, ready, by, base, mark)
    with whole_file(path) as draft:
        rows = FORMATS[format](table, draft)
        audit.write(
            "records.export",
            by=by,
            detail={
                "type": wanted.record_type or "all",
                "format": format,
                "hits": rows,
            },
        )
    seen = search(wanted, by).documents.values("pk").count()
    return Exported(rows, max(seen - rows, 0))


class Rows(Protocol):
    """What a format writes: rows of one or several kinds, and what they are."""

    @property
    def filter(self) -> Filter: ...
    @property
    def user(self) -> Any: ...
    @property
    def mark(self) -> bool: ...
    def kinds(self) -> Sequence[Any]: ...
    def only_kind(self) -> Any: ...
    def columns(self, kind: Any) -> list[str]: ...
    def rows(self, kind: Any = None) -> Iterator[tuple[Any, Row, Any]]: ...


@dataclass(frozen=True)
class Table:
    """The rows of an export with what is needed to write them."""

    filter: Filter
    ready: Search
    user: Any
    base: str
    mark: bool

    def kinds(self) -> list[RecordType]:
        """Return the kinds of record that the filter finds."""
        if self.filter.record_type:
            return [registry.get(self.filter.record_type)]
        return [registry.get(code) for code in counts_by_type(self.filter, self.user)]

    def only_kind(self) -> RecordType:
        """Return the one kind of a table without sheets."""
        kinds = self.kinds()
        if len(kinds) > 1:
            raise BadInput(
                "the query finds %(kinds)s; choose one kind of record",
                kinds=", ".join(kind.code for kind in kinds),
            )
        return kinds[0] if kinds else registry.get("firearm")

    def columns(self, kind: RecordType) -> list[str]:
        """Return the columns of a kind of record."""
        return columns(kind)

    def rows(self, kind: RecordType | None = None) -> Iterator[tuple[Record, Row, Any]]:
        """Yield record, row and place, in the order of the screen."""
        for keys in in_order(self.ready):
            found = SearchDocument.objects.filter(pk__in=keys).values_list(
                "pk", "record_type", "record", "lat", "lon"
            )
            documents = {row[0]: row[1:] for row in found}
            records = self._load(documents.values())
            for key in keys:
                code, pk, lat, lon = documents.get(key, ("", None, None, None))
                record = records.get(pk)
                if record is not None and (kind is None or kind.code == code):
                    yield record[0], record[1], (lon, lat)

    def _load(self, documents: Any) -> dict[Any, tuple[Record, Row]]:
        by_type: dict[str, list[Any]] = {}
        for code, pk, _lat, _lon in documents:
            by_type.setdefault(code, []).append(pk)
        made = {}
        for code, keys in by_type.items():
            kind = registry.get(code)
            everything = kind.model._default_manager.select_related("unit")
            records = list(
                visible(everything, self.user, use="export").filter(pk__in=keys)
            )
            ends = _visible_ends(kind, records, self.user)
            marks = _marks(kind, records)
            for record in records:
                row = row_of(kind, record, ends, self.base)
                if kind.code == "firearm":
                    row["marks"] = marks.get(record.pk, [])
                made[record.pk] = (record, row)
        return made


# ---- rows


def columns(kind: RecordType) -> list[str]:
    """Return the columns of a kind of record."""
    marks = ["marks"] if kind.code == "firearm" else []
    own = [name for name in kind.fields if name not in COMMON and name not in LAST]
    return [*COMMON, *own, *marks, *LAST, "notice"]


def row_of(kind: RecordType, record: Any, ends: set[Any], base: str) -> Row:
    """Return a record as values by column."""
    row: Row = dict.fromkeys(columns(kind))
    for name in row:
        if name in COMPUTED:
            row[name] = COMPUTED[name](record, base)
        elif name != "marks":
            field: Any = kind.field(name)
            value = getattr(record, field.attname)
            if field.is_relation:
                value = str(value) if value in ends else None
            row[name] = value
    return row


def notice(record: Record, base: str = "") -> str:
    """Return what must stand beside a record wherever it goes."""
    return notice_of(record.jurisdiction)


def notice_of(jurisdiction: str) -> str:
    """Return what must stand beside whatever comes from a jurisdiction."""
    parts = []
    if settings.DEMONSTRATION:
        parts.append(_("Demonstration: invented data"))
    if jurisdiction == "xk":
        parts.append(f"* {footnote()}")
    return " ".join(parts)


def footnote() -> str:
    """Return the footnote on Kosovo."""
    listed = {code.code: code for code in codelists.load("footnotes")}
    for code, entry in listed.items():
        if code.startswith("xk") or "1244" in entry.label("en"):
            return entry.label("en").lstrip("* ")
    return ""


COMPUTED: dict[str, Callable[[Any, str], Any]] = {
    "id": lambda record, base: str(record.pk),
    "record_type": lambda record, base: record.type_code,
    "url": lambda record, base: base + address(record),
    "unit": lambda record, base: record.unit.code,
    "updated_at": lambda record, base: record.updated_at.isoformat(),
    "notice": notice,
}


def address(record: Record) -> str:
    """Return the page of a record."""
    return reverse("record_detail", args=[record.type_code, record.pk])


def _visible_ends(kind: RecordType, records: list[Any], user: Any) -> set[Any]:
    """Return which of the records that these name the person may take away too."""
    found: set[Any] = set()
    for name in kind.fields:
        field: Any = kind.field(name)
        model = field.related_model
        if not (isinstance(model, type) and issubclass(model, Record)):
            continue
        wanted = {getattr(record, field.attname) for record in records} - {None}
        if wanted:
            rows = visible(model._default_manager.all(), user, use="export")
            found |= set(rows.filter(pk__in=wanted).values_list("pk", flat=True))
    return found


def _marks(kind: RecordType, records: list[Any]) -> dict[Any, list[Row]]:
    if kind.code != "firearm":
        return {}
    found: dict[Any, list[Row]] = {}
    marks = Mark.objects.filter(firearm__in=[record.pk for record in records])
    for owner, *values in marks.values_list("firearm_id", *MARK_FIELDS):
        found.setdefault(owner, []).append(dict(zip(MARK_FIELDS, values, strict=True)))
    return found


# ---- cells


def cell(value: Any) -> str:
    """Return a value as it stands in a CSV file."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    return f"'{text}" if FORMULA.match(text) else text


def original(text: str) -> str:
    """Return what stood in a cell before ``cell`` made it harmless."""
    return text[1:] if QUOTED.match(text) else text


# ---- formats


def write_csv(table: Rows, path: Path) -> int:
    """Write one kind of record as CSV, UTF-8."""
    kind = table.only_kind()
    names = table.columns(kind)
    encoding = "utf-8-sig" if table.mark else "utf-8"
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.writer(out)
        writer.writerow(names)
        number = 0
        for _record, row, _place in table.rows(kind):
            writer.writerow([cell(row[name]) for name in names])
            number += 1
    return number


def write_jsonl(table: Rows, path: Path) -> int:
    """Write one JSON object a line; empty values are left out."""
    number = 0
    with path.open("w", encoding="utf-8") as out:
        for _record, row, _place in table.rows():
            _json_line(row, out)
            out.write("\n")
            number += 1
    return number


def write_geojson(table: Rows, path: Path) -> int:
    """Write a feature for each record; one without a place has no geometry."""
    number = 0
    with path.open("w", encoding="utf-8") as out:
        out.write('{"type":"FeatureCollection","features":[')
        for _record, row, (lon, lat) in table.rows():
            geometry = (
                {"type": "Point", "coordinates": [lon, lat]}
                if lon is not None and lat is not None
                else None
            )
            feature = {"type": "Feature", "id": row["id"], "geometry": geometry}
            out.write(",\n" if number else "\n")
            out.write(json.dumps(feature)[:-1] + ',"properties":')
            _json_line(row, out)
            out.write("}")
            number += 1
        out.write("\n]}\n")
    return number


def _json_line(row: Row, out: IO[str]) -> None:
    kept = {name: value for name, value in row.items() if not _is_empty(value)}
    out.write(json.dumps(kept, ensure_ascii=False, default=str))


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def write_xlsx(table: Rows, path: Path) -> int:
    """Write a workbook with a sheet for each kind: numbers and dates are typed."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    number = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        for kind in table.kinds() or [registry.get("firearm")]:
            number += _write_sheets(book, kind, table)
        _write_about(book, table, number)
    return number


def _write_sheets(book: Any, kind: Any, table: Rows) -> int:
    names = table.columns(kind)
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    days = {name for name in names if _is_day(kind, name)}
    number = 0
    sheet: Any = None
    for _record, row, _place in table.rows(kind):
        line = number % SHEET_ROWS
        if line == 0:
            part = number // SHEET_ROWS
            sheet = _sheet(book, kind.code if not part else f"{kind.code} {part + 1}")
            sheet.write_row(0, 0, names, bold)
        for place, name in enumerate(names):
            style = day if name in days else None
            _write_cell(sheet, line + 1, place, row[name], style)
        number += 1
    if sheet is None:
        _sheet(book, kind.code).write_row(0, 0, names, bold)
    return number


def _sheet(book: Any, name: str) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 2)
    return sheet


def _is_day(kind: Any, name: str) -> bool:
    """Tell whether a column holds days; a serial number may look like one."""
    fields = kind.model._meta.concrete_fields if isinstance(kind, RecordType) else ()
    return any(f.name == name and isinstance(f, PartialDateField) for f in fields)


def _write_cell(sheet: Any, line: int, place: int, value: Any, day: Any) -> None:
    """Write one cell; ``day`` is the format of a column of days."""
    if _is_empty(value):
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value)
    elif day is not None and (when := _day_of(value)):
        sheet.write_datetime(line, place, when, day)
    elif isinstance(value, list | dict):
        sheet.write_string(line, place, json.dumps(value, ensure_ascii=False))
    elif len(str(value)) > CELL_LETTERS:
        raise BadInput(
            "a text of %(length)s letters is too long for a workbook; use csv or jsonl",
            length=len(str(value)),
        )
    else:
        sheet.write_string(line, place, str(value))


def _day_of(value: object) -> datetime | None:
    """Return a whole date that a workbook can hold; text that is none stays text."""
    if not re.fullmatch(r"(19|20)\d\d-\d\d-\d\d", str(value)):
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _write_about(book: Any, table: Rows, number: int) -> None:
    """Say on a sheet of its own what the workbook is and what its columns mean."""
    sheet = book.add_worksheet("about")
    name = getattr(table.user, "username", "") or "system"
    lines = [
        (_("Records"), number),
        (_("Query"), table.filter.query),
        (_("Filters"), json.dumps(dict(table.filter.chosen), ensure_ascii=False)),
        (_("Taken out"), timezone.now().isoformat(timespec="seconds")),
        (_("By"), name),
        (_("Handling"), _("The handling code of each record stands in its row.")),
        ("Kosovo*", footnote()),
    ]
    if settings.DEMONSTRATION:
        lines.append((_("Demonstration"), _("Demonstration: invented data")))
    for kind in table.kinds():
        lines += [
            (f"{kind.code}.{field}", kind.label(field))
            for field in table.columns(kind)
            if field not in COMPUTED and field != "marks"
        ]
    for line, (title, text) in enumerate(lines):
        sheet.write_string(line, 0, str(title))
        sheet.write_string(line, 1, str(text))


FORMATS: dict[str, Callable[[Rows, Path], int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "jsonl": write_jsonl,
    "geojson": write_geojson,
}


def check_format(name: str, names: Iterable[str]) -> None:
    """Refuse a format that there is not, naming those that there are."""
    if name not in names:
        raise BadInput(
            "there is no format %(name)s; the formats are %(names)s",
            name=name,
            names=", ".join(names),
        )
