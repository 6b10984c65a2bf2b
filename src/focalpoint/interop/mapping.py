"""Which column becomes which field: the mapping of a sender's file, as data.

Fields are described by the caller (``TargetField``): nothing here knows a model.
"""

import dataclasses
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import yaml

from focalpoint.interop.daytimes import ORDERS
from focalpoint.interop.headings import tokens
from focalpoint.values.errors import BadInput

KINDS = (
    "text",
    "serial",
    "make",
    "calibre",
    "code",
    "codes",
    "date",
    "integer",
    "decimal",
    "boolean",
    "country",
    "reference",
)
IGNORED = "-"  # a column that the sender's mapping leaves out on purpose


@dataclass(frozen=True, slots=True)
class TargetField:
    """A field that a column may become.

    Parameters
    ----------
    record, name : str
        Codes of the record type and of the field.
    label : str
        The name of the field as people read it.
    kind : str
        One of ``KINDS``: how its cells are read.
    codelist : str
        For ``code`` and ``codes`` the list; for ``reference`` the record type.
    concept : str
        Key of the vocabulary of headings; the name of the field if empty.
    aliases : tuple of str
        Further phrases that stand over such columns.
    required : bool
        A row without it is rejected.
    substance : bool
        Counts as content: a row without any such value holds no object.
    max_length : int
        Longest text that the field holds; 0 for any.
    least, most : float or None
        Bounds of a number.
    """

    record: str
    name: str
    label: str
    kind: str = "text"
    codelist: str = ""
    concept: str = ""
    aliases: tuple[str, ...] = ()
    required: bool = False
    substance: bool = False
    max_length: int = 0
    least: float | None = None
    most: float | None = None

    @property
    def path(self) -> str:
        """``record.name``: how mappings name the field."""
        return f"{self.record}.{self.name}"


@dataclass(frozen=True, slots=True)
class Use:
    """What becomes of one column.

    ``order`` is the order of day and month in a column of dates; ``values`` says what
    texts of this sender mean, decided once for all rows. ``also`` is a second field of
    a column that holds two things, such as make and model.
    """

    column: str
    field: str = ""
    order: str = "dmy"
    values: MappingType[str, str] = dataclasses.field(default_factory=dict)
    also: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """The mapping of one table.

    Parameters
    ----------
    record : str
        The record type that each row is about.
    uses : tuple of Use
        One for each column that was decided about, ignored ones too.
    key : tuple of str
        Names of the columns that together tell a row from all others; empty where the
        content of the whole row has to do that.
    constants : mapping
        Fields that are the same in every row, by path.
    sheet : str
        The sheet it was made for; empty for any.
    source : str
        The sender: keys are unique within it.
    """

    record: str
    uses: tuple[Use, ...] = ()
    key: tuple[str, ...] = ()
    constants: MappingType[str, str] = dataclasses.field(default_factory=dict)
    sheet: str = ""
    source: str = ""

    def of(self, column: str) -> Use | None:
        """What becomes of a column; None where nothing was decided."""
        return next((use for use in self.uses if use.column == column), None)

    def column_of(self, path: str) -> str:
        """The column that becomes a field; empty if none does."""
        uses = (use for use in self.uses if path in (use.field, use.also))
        return next((use.column for use in uses), "")

    def with_use(self, changed: Use) -> "Mapping":
        """The same mapping with one column decided anew."""
        others = [use for use in self.uses if use.column != changed.column]
        taken = [
            replace(use, field="") if use.field == changed.field != "" else use
            for use in others
        ]
        return replace(self, uses=(*taken, changed))


def signature(columns: Sequence[str]) -> str:
    """What a layout is recognised by again: its headings, in whatever order."""
    return "|".join(sorted(" ".join(tokens(name)) for name in columns))


def dump(mapping: Mapping) -> str:
    """Write a mapping as YAML."""
    columns: dict[str, Any] = {}
    for use in mapping.uses:
        entry: dict[str, Any] = {"field": use.field or IGNORED}
        if use.order != "dmy":
            entry["order"] = use.order
        if use.also:
            entry["also"] = use.also
        if use.values:
            entry["values"] = dict(use.values)
        columns[use.column] = entry["field"] if len(entry) == 1 else entry
    content: dict[str, Any] = {"record": mapping.record}
    if mapping.source:
        content["source"] = mapping.source
    if mapping.sheet:
        content["sheet"] = mapping.sheet
    content["key"] = list(mapping.key)
    if mapping.constants:
        content["constants"] = dict(mapping.constants)
    content["columns"] = columns
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=88)


@lru_cache(maxsize=64)  # every step of an import reads its mapping again
def load(text: str, where: str = "the mapping") -> Mapping:
    """Read a mapping from YAML.

    Raises
    ------
    BadInput
        When the text is no YAML or does not say what a mapping says.
    """
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        line = getattr(getattr(problem, "problem_mark", None), "line", None)
        raise BadInput(
            "%(where)s is not YAML (near line %(line)s): correct it there",
            where=where,
            line="?" if line is None else line + 1,
        ) from problem
    if not isinstance(content, dict) or not isinstance(content.get("columns"), dict):
        raise BadInput(
            "%(where)s does not say which column becomes which field: it needs "
            "“columns:” with a line for each",
            where=where,
        )
    known = {"record", "source", "sheet", "key", "constants", "columns"}
    for name in content.keys() - known:
        raise BadInput(
            "%(where)s has an entry %(name)s that means nothing here; it "
            "knows %(known)s",
            where=where,
            name=str(name),
            known=", ".join(sorted(known)),
        )
    key = content.get("key") or []
    return Mapping(
        record=str(content.get("record") or "firearm"),
        uses=tuple(
            _use(str(column), entry, where)
            for column, entry in content["columns"].items()
        ),
        key=tuple(str(k) for k in ([key] if isinstance(key, str) else key)),
        constants=_texts(content.get("constants"), where, "constants"),
        sheet=str(content.get("sheet") or ""),
        source=str(content.get("source") or ""),
    )


def check(
    mapping: Mapping, columns: Sequence[str], fields: Sequence[TargetField]
) -> Mapping:
    """Fit a mapping to a table: columns by name, without regard to case or order.

    Raises
    ------
    BadInput
        When the mapping names a column or field that does not exist, or one field
        twice.
    """
    names = {tuple(tokens(name)): name for name in reversed(columns)}
    exact = set(columns)
    paths = {target.path for target in fields}
    used: dict[str, str] = {}

    def found(name: str) -> str:
        place = name if name in exact else names.get(tuple(tokens(name)))
        if place is None:
            raise BadInput(
                "the mapping speaks of a column “%(column)s”; the table has: "
                "%(columns)s",
                column=name,
                columns=", ".join(columns),
            )
        return place

    uses = []
    for use in mapping.uses:
        if not use.field and use.column not in exact:
            continue  # a column that nobody wanted is no longer sent
        for path in (use.field, use.also):
            if path and path not in paths:
                raise BadInput(
                    "the mapping speaks of a field %(field)s, which does not exist",
                    field=path,
                )
        if use.field in used:
            raise BadInput(
                "the mapping makes two columns into %(field)s: “%(one)s” and “%(two)s”",
                field=use.field,
                one=used[use.field],
                two=use.column,
            )
        if use.field:
            used[use.field] = use.column
        uses.append(replace(use, column=found(use.column)))
    for path in mapping.constants:
        if path not in paths:
            raise BadInput(
                "the mapping speaks of a field %(field)s, which does not exist",
                field=path,
            )
    return replace(mapping, uses=tuple(uses), key=tuple(map(found, mapping.key)))


def _use(column: str, entry: Any, where: str) -> Use:
    if entry is None or isinstance(entry, str):
        return Use(column, "" if entry in (None, IGNORED) else str(entry))
    if not isinstance(entry, dict):
        raise BadInput(
            "%(where)s says nothing usable about the column “%(column)s”",
            where=where,
            column=column,
        )
    order = str(entry.get("order") or "dmy")
    if order not in ORDERS:
        raise BadInput(
            "%(where)s gives the column “%(column)s” the order %(order)s; dates are in "
            "the order %(orders)s",
            where=where,
            column=column,
            order=order,
            orders=", ".join(ORDERS),
        )
    path = entry.get("field")
    return Use(
        column,
        "" if path in (None, IGNORED) else str(path),
        order,
        _texts(entry.get("values"), where, column),
        str(entry.get("also") or ""),
    )


def _texts(entry: Any, where: str, name: str) -> dict[str, str]:
    if entry is None:
        return {}
    if not isinstance(entry, dict):
        raise BadInput(
            "%(where)s: %(name)s must be lines of “text: meaning”",
            where=where,
            name=name,
        )
    return {str(k): _plain(v) for k, v in entry.items()}


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
