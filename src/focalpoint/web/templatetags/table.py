"""The rows of a table, written in one go.

A list shows fifty rows of six cells. Asking a template of each cell whether it has an
address, a chip, a second line costs more than everything else on the page together.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from focalpoint.web.templatetags.focalpoint import chip

register = template.Library()

Cell = Mapping[str, Any]


@register.simple_tag(takes_context=True)
def table_rows(
    context: Context, columns: Sequence[Cell], rows: Sequence[Mapping[str, Any]]
) -> SafeString:
    """Write rows of cells; on a phone each row is a card and a cell keeps its label.

    A cell has ``value`` and may have ``url``, ``chip``, ``under`` and ``mono``; its
    column has ``title`` and may have ``number``.
    """
    heads = [_head(place, column) for place, column in enumerate(columns)]
    text = "".join(
        piece for row in rows for piece in _row(row["cells"], heads, context)
    )
    return mark_safe(text)  # noqa: S308 - each piece is escaped where it is made


def _head(place: int, column: Cell) -> tuple[str, str]:
    """Return the label that every cell of a column carries, and its class."""
    label = f' data-l="{escape(column["title"])}"' if place else ""
    return label, "num " if column.get("number") else ""


def _row(
    cells: Sequence[Cell], heads: Sequence[tuple[str, str]], context: Context
) -> Iterator[str]:
    yield '<tr role="row" data-row>'
    for cell, (label, kind) in zip(cells, heads, strict=True):
        mono = "mono" if cell.get("mono") else ""
        yield f'<td role="cell"{label} class="{kind}{mono}">'
        yield _content(cell, context)
        if under := cell.get("under"):
            yield f'<span class="under">{_shown(under, context)}</span>'
        yield "</td>"
    yield "</tr>"


def _content(cell: Cell, context: Context) -> str:
    value = cell["value"]
    if url := cell.get("url"):
        return f'<a href="{escape(url)}">{_shown(value or "–", context)}</a>'
    if kind := cell.get("chip"):
        return chip(kind, value)
    return "" if value is None else _shown(value, context)


def _shown(value: Any, context: Context) -> str:
    """Return a value as ``{{ value }}`` would: escaped, figures as the reader's."""
    if isinstance(value, str):
        return conditional_escape(value)
    return str(render_value_in_context(value, context))
