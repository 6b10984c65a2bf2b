"""Imports as people read them: mapping, preview, figures, reasons."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from focalpoint.intake import fields, files, opening, returning
from focalpoint.intake.models import Batch, BatchTable, Row
from focalpoint.interop import mapping as mappings
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.mapping import Mapping, Use
from focalpoint.records import registry
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput

EXAMPLES = 3
SHOWN = 50
ORDERS = {
    "dmy": _("day month year"),
    "mdy": _("month day year"),
    "ymd": _("year month day"),
}


@dataclass(frozen=True)
class ShownColumn:
    """One column of a file on the mapping page."""

    place: int
    name: str
    letters: str
    field: str
    order: str
    is_date: bool
    is_key: bool
    examples: tuple[str, ...]
    reasons: tuple[str, ...]
    certainty: str


def mapping_of(table: BatchTable) -> Mapping:
    """Return the mapping that a table has now."""
    return mappings.load(table.mapping, table.file)


def columns(table: BatchTable) -> list[ShownColumn]:
    """Return the columns of a table with what becomes of each, and why."""
    mapping = mapping_of(table)
    found = files.table_of(table)
    rows = found.sample(40)
    why = {entry["column"]: entry for entry in table.proposal.get("columns", [])}
    kinds = {f.path: f.kind for f in fields.fields_for(mapping.record)}
    shown = []
    for place, column in enumerate(found.columns):
        use = mapping.of(column.name) or Use(column.name)
        said = why.get(column.name, {})
        cells = dict.fromkeys(as_text(row.cells[place])[:60] for row in rows)
        shown.append(
            ShownColumn(
                place,
                column.name,
                column.letters,
                use.field,
                use.order,
                kinds.get(use.field) == "date",
                column.name in mapping.key,
                tuple(cell for cell in cells if cell)[:EXAMPLES],
                tuple(sentence(reason) for reason in said.get("reasons", [])),
                _certainty(use, said),
            )
        )
    return shown


def choices(record: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields that a column may become, grouped by record type."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in fields.fields_for(record):
        groups.setdefault(field.record, []).append((field.path, field.label))
    return [(registry.get(code).title, paths) for code, paths in groups.items()]


def records() -> list[tuple[str, str]]:
    """Return the record types that a table may be about."""
    return [(code, registry.get(code).title) for code in fields.IMPORTED]


def decided(table: BatchTable, form: Any) -> Mapping:
    """Return the mapping that a person chose on the page."""
    mapping = mapping_of(table)
    record = form.get("record") or mapping.record
    names = returning.headings(table)
    known = {field.path for field in fields.fields_for(record)}
    uses = []
    for place, name in enumerate(names):
        before = mapping.of(name) or Use(name)
        path = form.get(f"field-{place}", "")
        order = form.get(f"order-{place}") or before.order
        uses.append(replace(before, field=path if path in known else "", order=order))
    constants = {
        path: value for path, value in mapping.constants.items() if path in known
    }
    if record == "firearm" and form.get("kind"):
        constants["firearm.kind"] = form["kind"]
    if "firearm.kind" in {use.field for use in uses}:
        constants.pop("firearm.kind", None)
    key = tuple(names[int(place)] for place in form.getlist("key") if place.isdigit())
    chosen = Mapping(record, tuple(uses), key, constants, mapping.sheet, mapping.source)
    return opening.with_defaults(chosen)


def figures(batch: Batch) -> dict[str, int]:
    """Return the six numbers over a preview."""
    report = batch.report
    shown = Row.objects.filter(table__batch=batch).exclude(state=Row.State.REJECTED)
    return {
        **{name: report.get(name, 0) for name in ("read", "created", "updated")},
        "unchanged": report.get("unchanged", 0),
        "rejected": report.get("rejected", 0),
        "to_check": shown.exclude(problems=[]).count(),
    }


def rejections(batch: Batch) -> list[tuple[str, int, list[int]]]:
    """Return each reason of rejection with how often and the first rows."""
    rows = Row.objects.filter(table__batch=batch, state=Row.State.REJECTED)
    found: dict[str, list[int]] = {}
    said: dict[str, str] = {}
    for row in rows.values("number", "problems")[:5000]:
        for problem in row["problems"]:
            if problem["rejects"]:
                found.setdefault(problem["code"], []).append(row["number"])
                said.setdefault(problem["code"], returning.said(problem))
    return [(said[code], len(numbers), numbers[:3]) for code, numbers in found.items()]


def preview(table: BatchTable, *, state: str = "", number: int = 1) -> dict[str, Any]:
    """Return one page of a table's rows with their problems and changes."""
    names = returning.headings(table)
    mapping = mapping_of(table)
    labels = {f.path: f.label for f in fields.fields_for(mapping.record)}
    used = [
        (place, name, labels[use.field])
        for place, name in enumerate(names)
        if (use := mapping.of(name)) and use.field in labels
    ]
    rows = table.shown_rows.all()
    if state:
        rows = rows.filter(state=state)
    start = (max(number, 1) - 1) * SHOWN
    found = list(rows[start : start + SHOWN + 1])
    paths = {use.field: use.column for use in mapping.uses if use.field}
    return {
        "columns": used,
        "rows": [_shown(row, used, paths, labels) for row in found[:SHOWN]],
        "number": max(number, 1),
        "has_next": len(found) > SHOWN,
        "span": len(used) + 1,
    }


def unknown_values(table: BatchTable, limit: int = 12) -> list[dict[str, Any]]:
    """Return texts that are kept as read, the most frequent first, to decide once."""
    lists = {f.path: f.codelist for f in fields.fields_for(table.record)}
    counted: Counter[tuple[str, str, str]] = Counter()
    for problems in table.shown_rows.values_list("problems", flat=True)[:20000]:
        for problem in problems:
            if problem["code"] == "unknown_code":
                text = str(problem["params"].get("text", ""))
                counted[problem["column"], problem["field"], text] += 1
    return [
        {
            "column": column,
            "field": field,
            "text": text,
            "count": count,
            "codelist": lists.get(field, ""),
        }
        for (column, field, text), count in counted.most_common(limit)
    ]


def meanings(values: list[dict[str, Any]], locale: str) -> dict[str, Any]:
    """Return the codes that the texts kept as read may mean, by code list."""
    names = {value["codelist"] for value in values if value["codelist"]}
    return {name: codelists.load(name).choices(locale) for name in sorted(names)}


def with_meanings(table: BatchTable, form: Any) -> Mapping:
    """Return a table's mapping with what a person said that texts mean."""
    mapping = mapping_of(table)
    lists = {f.path: f.codelist for f in fields.fields_for(table.record)}
    uses = list(mapping.uses)
    for place, (path, text, code) in enumerate(
        zip(
            form.getlist("field"),
            form.getlist("text"),
            form.getlist("code"),
            strict=False,
        )
    ):
        wanted = code.strip()
        if not wanted or not lists.get(path):
            continue
        if wanted not in codelists.load(lists[path]):
            raise BadInput(
                "“%(code)s” is no code of the list for “%(text)s”. Choose one.",
                code=wanted,
                text=text,
                place=place,
            )
        uses = [
            replace(use, values={**use.values, text: wanted})
            if path in (use.field, use.also)
            else use
            for use in uses
        ]
    return replace(mapping, uses=tuple(uses))


def sentence(note: dict[str, Any]) -> str:
    """Return a note in the reader's language."""
    params = note.get("params") or {}
    return _(note["message"]) % params if params else _(note["message"])


def _certainty(use: Use, said: dict[str, Any]) -> str:
    if not use.field:
        return ""
    if use.field != said.get("field"):
        return "chosen"
    return "sure" if said.get("score", 0) >= 0.75 else "guess"


def _shown(
    row: Row,
    used: list[tuple[int, str, str]],
    paths: dict[str, str],
    labels: dict[str, str],
) -> dict[str, Any]:
    code = row.table.record
    bad = {p["column"] for p in row.problems if p["rejects"]}
    doubtful = {p["column"] for p in row.problems if not p["rejects"]}
    changed = {
        paths.get(f"{code}.{name}"): old for name, (old, _n) in row.changes.items()
    }
    cells = []
    for place, name, _label in used:
        tone = "bad" if name in bad else "chg" if name in changed else ""
        tone = tone or ("warn" if name in doubtful else "")
        text = row.cells[place] if place < len(row.cells) else ""
        cells.append({"text": text, "tone": tone, "old": changed.get(name)})
    return {
        "number": row.number,
        "state": row.state,
        "check": bool(doubtful) and row.state != Row.State.REJECTED,
        "cells": cells,
        "messages": [
            {"bad": p["rejects"], "text": returning.said(p)} for p in row.problems
        ],
        "changes": [
            {"label": labels.get(f"{code}.{name}", name), "old": old, "new": new}
            for name, (old, new) in row.changes.items()
        ],
    }
