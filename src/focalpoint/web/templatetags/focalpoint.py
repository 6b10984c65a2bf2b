"""What templates need beyond Django: status, marks, labels, fields, addresses.

Few, and pure: a tag turns what it is given into words; none asks the database.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django import forms, template
from django.conf import settings
from django.forms import BoundField, Widget
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from focalpoint.records import lists, wording
from focalpoint.values import codelists

register = template.Library()

BUILT = Path(__file__).resolve().parents[1] / "static" / "focalpoint"
HTML_LANGUAGES = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "cnr": "sr-Latn-ME"}
OWN_NAMES = {
    "en": "English",
    "sq": "Shqip",
    "bs": "Bosanski",
    "sr-latn": "Srpski (latinica)",
    "sr": "Српски (ћирилица)",
    "cnr": "Crnogorski",
    "mk": "Македонски",
    "ro": "Română",
}
HANDLING = ("h0", "h1", "h2", "h3")
RULES = {
    "h0": _("Only to prevent and combat crime"),
    "h1": _("Not in court without the provider’s permission"),
    "h2": _("No onward sharing without the provider’s permission"),
    "h3": _("Other restrictions: read them first"),
}
# kind of chip: its shape. A lead and a hit share no colour, no shape and no fill.
SHAPES = {
    "ok": "ok",
    "info": "half",
    "plain": "open",
    "warn": "warn",
    "fact": "sq",
    "bad": "bad",
    "neutral": "dash",
    "ended": "sq",
    "lead": "lead",
    "hit": "hit",
    "prov": "prov",
}
CLASSES = {"fact": "warn", "ended": "neutral"}
# state of a step of work: kind of chip, word
STATES = {
    "done": ("ok", _("Done")),
    "running": ("info", _("Running")),
    "open": ("plain", _("Open")),
    "late": ("bad", _("Late")),
    "waived": ("neutral", _("Waived")),
}
UNREAD = "?"


# ---- files


@cache
def _manifest() -> Mapping[str, Any]:
    path = BUILT / "manifest.json"
    built: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return built


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a built file by the name of its source."""
    entry = _manifest().get(name)
    return static(f"focalpoint/{entry['file'] if entry else name}")


# ---- status


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a shape; it is hidden from readers."""
    return format_html(
        '<svg class="ic" aria-hidden="true" focusable="false">'
        '<use href="#i-{}"/></svg>',
        name,
    )


@register.simple_tag
def chip(kind: str, word: object, shape: str = "") -> SafeString:
    """Draw a status: a word, a shape and a colour, in that order of trust."""
    return format_html(
        '<span class="chip {}">{}{}</span>',
        CLASSES.get(kind, kind),
        icon(shape or SHAPES.get(kind, "open")),
        word,
    )


@register.simple_tag
def state_chip(state: str, word: object = "") -> SafeString:
    """Draw the state of a step: done, running, open, late or waived."""
    kind, usual = STATES.get(state, ("plain", state))
    return chip(kind, word or usual)


class HandlingCode(NamedTuple):
    """A handling code as it stands in the banner."""

    code: str
    rule: object


@register.filter
def handling_codes(handling: str | None) -> list[HandlingCode]:
    """Split "h1+h2" into its codes with their rules; no code is H0."""
    codes = [one for one in (handling or "h0").lower().split("+") if one in HANDLING]
    return [HandlingCode(one.upper(), RULES[one]) for one in codes or ["h0"]]


@register.filter
def highest_handling(handling: str | None) -> str:
    """Return the highest of the codes, which gives the banner its colour."""
    return handling_codes(handling)[-1].code.lower()


@register.simple_tag
def hc(handling: str | None) -> SafeString:
    """Draw the handling code of a row."""
    return format_html_join(
        " ",
        '<span class="hc {}">{}</span>',
        ((one.code.lower(), one.code) for one in handling_codes(handling)),
    )


# ---- marks, dates, places


@register.simple_tag
def mark(text: object, query: str = "", doubtful: str = "") -> SafeString:
    """Show a number as read: unread places in a dashed box, doubtful ones dotted.

    ``query``: characters that agree with it, place by place, are highlighted.
    ``doubtful``: characters that may be misread.
    """
    shown = str(text or "")
    if not shown:
        return mark_safe("")
    wanted = query.upper() if len(query) == len(shown) else ""
    pieces = []
    for place, character in enumerate(shown):
        if character == UNREAD:
            pieces.append(
                format_html(
                    '<span class="unk"><span class="vh">{}</span>'
                    '<span aria-hidden="true">?</span></span>',
                    gettext("unread"),
                )
            )
        elif character in doubtful:
            pieces.append(format_html('<span class="dbt">{}</span>', character))
        elif wanted and wanted[place] == character.upper():
            pieces.append(format_html("<mark>{}</mark>", character))
        else:
            pieces.append(format_html("{}", character))
    return format_html(
        '<span class="serial" translate="no">{}</span>',
        mark_safe("".join(pieces)),  # noqa: S308 - each piece is escaped above
    )


# What printed products say of dates, codes and places, pages say in the same words.
day = register.filter("day", wording.day)
moment = register.filter("moment", wording.moment)
partial = register.filter("partial", wording.partial)
precision = register.filter("precision", wording.precision)
label = register.filter("label", wording.label)
jurisdiction = register.filter("jurisdiction", wording.jurisdiction)
figure = register.filter("figure", lists.figure)


@register.filter
def html_lang(code: str | None) -> str:
    """Return the language as HTML names it, with its script."""
    return HTML_LANGUAGES.get(code or "en", code or "en")


@register.filter
def own_name(code: str) -> str:
    """Return a language's name for itself."""
    return OWN_NAMES.get(code, code)


@register.filter
def at(values: Any, place: int) -> Any:
    """Return one of a list by its place, or nothing."""
    try:
        return values[place]
    except (IndexError, KeyError, TypeError):
        return ""


@register.filter
def boxes(readiness: Mapping[str, int]) -> Iterator[bool]:
    """Yield one box for each thing a trace needs, filled when we have it."""
    return (place < readiness["have"] for place in range(readiness["whole"]))


@register.filter
def chart_rows(spec: Mapping[str, Any]) -> list[tuple[object, list[object]]]:
    """Return the table that stands beside a chart."""
    return [
        (category, [one["values"][place] for one in spec["series"]])
        for place, category in enumerate(spec["categories"])
    ]


# ---- addresses


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, Any], **changes: object) -> str:
    """Return this page's query with some parts changed; None takes a part away."""
    request: HttpRequest = context["request"]
    parts = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            parts.pop(name, None)
        else:
            parts[name] = str(value)
    return f"?{parts.urlencode()}"


# ---- forms

WIDTHS = {"number": "govuk-input--width-5", "date": "govuk-input--width-10"}


def _kind(widget: Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if getattr(widget, "is_date_parts", False):
        return "date"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.Select):
        return "select"
    return "file" if isinstance(widget, forms.FileInput) else "input"


def _classes(kind: str, bound: BoundField) -> str:
    name = {"file": "file-upload", "checkbox": "checkboxes__input"}.get(kind, kind)
    classes = [f"govuk-{name}"]
    if bound.errors and kind != "checkbox":
        classes.append(f"govuk-{name}--error")
    own = bound.field.widget.attrs.get("class", "")
    width = WIDTHS.get(getattr(bound.field.widget, "input_type", ""), "")
    return " ".join([*classes, own or width]).strip()


@register.inclusion_tag("parts/field.html")
def field(
    bound: BoundField, width: str = "", *, optional: bool = False, hint: bool = True
) -> dict[str, Any]:
    """Draw a field of a form in the patterns of GOV.UK Frontend."""
    if not hint:
        bound.help_text = ""
    widget = bound.field.widget
    kind = _kind(widget)
    shown: object = ""
    if kind in ("input", "textarea", "select", "file", "checkbox"):
        shown = bound.as_widget(attrs={"class": _classes(kind, bound)})
    return {
        "field": bound,
        "kind": kind,
        "widget": shown,
        "width": width,
        "show_optional": optional,
        "inline": getattr(widget, "is_inline", False),
        "date_parts": _date_parts(bound) if kind == "date" else [],
    }


def _date_parts(bound: BoundField) -> list[dict[str, object]]:
    context = bound.field.widget.get_context(
        bound.html_name, bound.value(), {"id": bound.auto_id}
    )
    names = ((_("Day"), 2), (_("Month"), 2), (_("Year"), 4))
    return [
        {
            "label": title,
            "width": f"govuk-input--width-{size}",
            "id": part["attrs"]["id"],
            "name": part["name"],
            "value": "" if part["value"] is None else part["value"],
        }
        for (title, size), part in zip(
            names, context["widget"]["subwidgets"], strict=True
        )
    ]


@register.inclusion_tag("parts/error_summary.html")
def error_summary(*sources: Any) -> dict[str, Any]:
    """List every problem of forms and formsets, each with the way to its field."""
    problems: list[dict[str, object]] = []
    for source in _each(sources):
        if hasattr(source, "forms"):
            problems += [{"id": "", "text": text} for text in source.non_form_errors()]
            for number, form in enumerate(source.forms, 1):
                problems += _problems(form, f"{number}: ")
        elif source is not None and hasattr(source, "errors"):
            problems += _problems(source, "")
    return {"problems": problems}


def _each(sources: Iterable[Any]) -> Iterator[Any]:
    """Forms and formsets, those in a list one by one."""
    for source in sources:
        yield from source if isinstance(source, list) else (source,)


def _problems(form: forms.BaseForm, before: str) -> list[dict[str, object]]:
    if not form.is_bound:
        return []
    found: list[dict[str, object]] = [
        {"id": "", "text": f"{before}{text}"} for text in form.non_field_errors()
    ]
    for bound in form:
        target = bound.auto_id
        if getattr(bound.field.widget, "is_date_parts", False):
            target = f"{bound.auto_id}_0"
        found += [
            {"id": target, "text": f"{before}{bound.label}: {text}"}
            for text in bound.errors
        ]
    return found


@register.simple_tag
def languages() -> list[str]:
    """Return the codes of the languages one can choose."""
    return [code for code, _name in settings.LANGUAGES]


@register.filter
def field_title(kind: Any, name: str) -> str:
    """Return the name of a field of a record type."""
    return str(kind.label(name))


@register.filter
def field_width(bound: BoundField) -> str:
    """Return the column width that suits the kind of field."""
    kind = _kind(bound.field.widget)
    if kind in ("textarea", "checkboxes", "radios"):
        return "w12"
    return "w4"


@register.inclusion_tag("parts/suggestions.html")
def suggestions(*sources: Any) -> dict[str, Any]:
    """Write the lists that typed codes are suggested from, each once a page."""
    names: dict[str, None] = {}
    for source in _each(sources):
        for form in getattr(source, "forms", [source]):
            for one in getattr(form, "fields", {}).values():
                if hasattr(one, "codelist"):
                    names[one.codelist] = None
    locale = get_language() or "en"
    return {
        "lists": [
            (name, [entry.label(locale) for entry in codelists.load(name)])
            for name in names
        ]
    }


GUN_WIDTHS = {"serial": "w4", "photographs": "w6", "exhibit_number": "w3", "seal": "w3"}


@register.filter
def gun_width(bound: BoundField) -> str:
    """Return the column width of a field of the guided form."""
    return GUN_WIDTHS.get(bound.name, "w4")
