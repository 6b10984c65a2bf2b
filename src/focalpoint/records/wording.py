"""Values as people read them, in the language of the page or the printed product."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from focalpoint.records import registry
from focalpoint.records.base import Record
from focalpoint.values import codelists

# British dates in English; in other languages the form that Django knows for them.
ENGLISH = {"day": "j M Y", "month": "F Y"}
# what is said of a group of casualties, and the list that it comes from
CASUALTIES = (
    ("outcome", "victim_outcomes"),
    ("sex", "sexes"),
    ("age_group", "age_groups"),
)
OTHERS = {"day": "DATE_FORMAT", "month": "YEAR_MONTH_FORMAT"}


def locale() -> str:
    """Return the language that words are wanted in."""
    return get_language() or "en"


def _format(kind: str) -> str:
    return (ENGLISH if get_language() == "en" else OTHERS)[kind]


def day(value: Any) -> str:
    """Show a date, such as 20 Nov 2026."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return date_format(value, _format("day"))


def short_day(value: Any) -> str:
    """Show a date of this year without its year."""
    local = timezone.localtime(value)
    if local.year != timezone.localdate().year:
        return day(local)
    return date_format(local, "j M" if get_language() == "en" else "MONTH_DAY_FORMAT")


def moment(value: Any) -> str:
    """Show a date with its time, in the jurisdiction's zone and 24 hours."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return f"{day(local)}, {local:%H:%M}"


def partial(value: object) -> str:
    """Show a date with the precision it has: 2021, May 2021, 17 May 2021."""
    text = str(value or "")
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts[0]) != 4:
        return text
    try:
        if len(parts) == 1:
            return text
        if len(parts) == 2:
            return date_format(date(int(parts[0]), int(parts[1]), 1), _format("month"))
        return day(date(*(int(part) for part in parts[:3])))
    except ValueError:
        return text


def precision(value: object) -> str:
    """Say when only the year or the month is known."""
    parts = str(value or "").count("-")
    if not value or parts > 1:
        return ""
    return gettext("year only") if parts == 0 else gettext("month only")


def label(code: object, codelist: str) -> str:
    """Return a code's label in the reader's language; unknown codes as they are."""
    if not code:
        return ""
    if codelist not in codelists.names():
        return str(code)
    return codelists.load(codelist).label(str(code), locale())


def jurisdiction(code: object) -> str:
    """Return the name of a jurisdiction; Kosovo keeps its asterisk everywhere."""
    text = str(code or "")
    name = label(text.lower(), "jurisdictions") or text
    if text.upper() == "XK" and not name.endswith("*"):
        name = f"{name if name.lower() != 'xk' else 'Kosovo'}*"
    return name if name != text.lower() else text


def footnote() -> str:
    """Return the footnote that goes wherever Kosovo* is named."""
    return label("xk_un", "footnotes")


def text_of(record: Any, kind: registry.RecordType, name: str) -> str:
    """Return a value of a record as people read it."""
    field = kind.field(name)
    value = getattr(record, name)
    if type(field).__name__ == "PartialDateField":
        return partial(value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if name == "casualties":
        return "; ".join(casualty_lines(value))
    if isinstance(value, list) and not getattr(field, "codelist", ""):
        return ", ".join(str(one) for one in value)
    if name == "jurisdiction":
        return jurisdiction(value)
    if value and type(field).__name__ == "CountryField":
        return country(value)
    if value and field.choices and not getattr(field, "codelist", ""):
        return str(dict(field.flatchoices).get(value, value))
    return kind.text(record, name, locale())


def casualty_lines(casualties: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return casualties as people read and type them, one line for each group."""
    found = []
    for one in casualties:
        words = [label(one.get(key), name) for key, name in CASUALTIES if one.get(key)]
        found.append(", ".join([*words, str(one.get("count", 1))]))
    return found


def country(code: str) -> str:
    """Return the name of a country by its code."""
    if code.upper() == "XK":
        return jurisdiction(code)
    return label(code.lower(), "countries")


def caption(record: Record) -> str:
    """Return what a record is, in a few words."""
    kind = registry.of(record)
    words = filter(None, (text_of(record, kind, name) for name in kind.caption))
    return " ".join(words) or record.reference


def grade(record: Record) -> str:
    """Return the grade of source and information, such as B2."""
    return f"{record.grading_source}{record.grading_information}".upper()


def person(user: Any) -> str:
    """Return the name of somebody with an account."""
    return (user.get_full_name() or user.get_username()) if user else ""
