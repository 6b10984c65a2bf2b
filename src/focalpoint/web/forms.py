"""Forms from record types: each field drawn and read as its kind of value needs.

A code is chosen or typed. What was typed and is no code is kept as it was read, beside
the coded value; nothing is refused because a list does not know it.
"""

import calendar
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import home_units
from focalpoint.records import queries
from focalpoint.records.base import Record
from focalpoint.records.fields import (
    CodeField,
    CodesField,
    CountryField,
    PartialDateField,
)
from focalpoint.records.registry import RecordType
from focalpoint.values import codelists
from focalpoint.values.folding import fold
from focalpoint.web.casualties import CasualtiesField

CHOSEN = 60  # a longer list is typed with suggestions, a shorter one is chosen from
COMMON = (
    "handling",
    "handling_note",
    "grading_source",
    "grading_information",
    "source",
    "source_key",
    "remarks",
)
NOT_TYPED = ("from_id", "to_id", "owner_id")


# ---- dates with the precision that the source had


class DateParts(forms.MultiWidget):
    """Day, month and year; the day, or day and month, may stay empty."""

    is_date_parts = True

    def __init__(self) -> None:
        super().__init__([forms.TextInput(), forms.TextInput(), forms.TextInput()])

    def decompress(self, value: str | None) -> list[str | None]:
        parts = [part.lstrip("0") for part in str(value or "").split("-")]
        year, month, day = [*parts, "", ""][:3]
        return [day, month, year]


class DateField(forms.MultiValueField):
    """A date that may be a year, or a year and month."""

    widget = DateParts

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("max_length", None)
        parts = [forms.CharField(required=False) for _part in range(3)]
        super().__init__(fields=parts, require_all_fields=False, **kwargs)

    def compress(self, parts: list[str]) -> str:
        day, month, year = (str(part or "").strip() for part in (parts or ["", "", ""]))
        if not (day or month or year):
            return ""
        if not all(part.isdigit() or not part for part in (day, month, year)):
            raise ValidationError(_("Enter figures for day, month and year."))
        if len(year) != 4:
            raise ValidationError(_("Enter a year of four figures, such as 2026."))
        if day and not month:
            raise ValidationError(_("Enter the month too, or only the year."))
        if not month:
            return year
        return _month_and_day(int(year), int(month), day)


def _month_and_day(year: int, month: int, day: str) -> str:
    if not 1 <= month <= 12:
        raise ValidationError(_("Enter a month from 1 to 12."))
    if not day:
        return f"{year:04}-{month:02}"
    last = calendar.monthrange(year, month)[1]
    if not 1 <= int(day) <= last:
        text = _(
            "This month has %(last)s days. Enter a day from 1 to %(last)s, "
            "or only the month."
        )
        raise ValidationError(text, params={"last": last})
    return date(year, month, int(day)).isoformat()


# ---- codes


@cache
def code_names(codelist: str) -> Mapping[str, str]:
    """Return the codes of a list by everything they are called, in any language."""
    found: dict[str, str] = {}
    for entry in codelists.load(codelist):
        for name in (entry.code, *entry.labels.values(), *entry.aliases):
            found.setdefault(fold(name).strip(), entry.code)
    return found


def code_of(codelist: str, text: str) -> str:
    """Return the code that a text names, empty when the list does not know it."""
    return code_names(codelist).get(fold(text).strip(), "")


def code_label(codelist: str, code: object) -> str:
    """Return a code's label in the reader's language."""
    return codelists.load(codelist).label(str(code or ""), get_language() or "en")


class CodeText(forms.CharField):
    """A code that is typed, with suggestions. Unknown text is kept as read."""

    def __init__(self, *, codelist: str, **kwargs: Any) -> None:
        self.codelist = codelist
        attrs = {"list": f"codes-{codelist}", "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return code_label(self.codelist, value) if value else value


class Country(CodeText):
    """A country, typed by name or code; stored as two letters."""

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(str(value).lower()) if value else value


class Words(forms.CharField):
    """Several words or names, separated by commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [part.strip() for part in str(text).split(",") if part.strip()]


class Reference(forms.CharField):
    """Another record, named by its reference; only one the person may see."""

    def __init__(self, *, code: str, user: Any, **kwargs: Any) -> None:
        self.code, self.user = code, user
        attrs = {"class": "mono govuk-input--width-20", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Record):
            return value.reference
        return value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        rows = queries.records(self.code, self.user)
        found = rows.filter(reference__iexact=text).first()
        if found is None:
            raise ValidationError(
                _("There is no record %(text)s that you may see. Check its reference."),
                params={"text": text},
            )
        return found


class YesNo(forms.TypedChoiceField):
    """Yes, no, or not stated."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", _("Not stated")), ("yes", _("Yes")), ("no", _("No"))]
        kwargs.update(choices=choices, coerce=lambda value: value == "yes")
        super().__init__(empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value or "")


# ---- from a model field to a form field


def form_field(field: Any, user: Any, *, required: bool = False) -> forms.Field:
    """Return the form field for one field of a record."""
    title = _title(field)
    common: dict[str, Any] = {
        "label": title,
        "required": required,
        "error_messages": {"required": missing(title)},
    }
    if isinstance(field, CodeField):
        return _code_field(field.codelist, common)
    if isinstance(field, CodesField):
        return forms.MultipleChoiceField(
            choices=_choices(field.codelist),
            widget=forms.CheckboxSelectMultiple,
            **common,
        )
    if isinstance(field, CountryField):
        return Country(codelist="countries", **common)
    if isinstance(field, PartialDateField):
        return DateField(**common)
    if isinstance(field, models.ForeignKey):
        target: Any = field.related_model
        return Reference(code=target.type_code, user=user, **common)
    return _plain_field(field, common)


def _plain_field(field: Any, common: dict[str, Any]) -> forms.Field:
    if field.choices:
        blank = [("", _("Not stated"))] if field.blank else []
        return forms.ChoiceField(choices=[*blank, *field.choices], **common)
    if isinstance(field, models.BooleanField):
        return YesNo(**common)
    if isinstance(field, models.FloatField):
        return forms.FloatField(**common)
    if isinstance(field, models.IntegerField):
        return forms.IntegerField(min_value=0, **common)
    if field.name == "casualties":
        return CasualtiesField(**common)
    if isinstance(field, models.JSONField):
        hint = _("Separate several with commas.")
        return Words(help_text=hint, **common)
    if isinstance(field, models.TextField):
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **common)
    return forms.CharField(max_length=field.max_length, **common)


def _code_field(codelist: str, common: dict[str, Any]) -> forms.Field:
    if len(codelists.load(codelist)) > CHOSEN:
        return CodeText(codelist=codelist, **common)
    return forms.ChoiceField(
        choices=[("", _("Not stated")), *_choices(codelist)], **common
    )


def _choices(codelist: str) -> list[tuple[str, str]]:
    return codelists.load(codelist).choices(get_language() or "en")


def missing(title: str) -> str:
    """Return what to do when a field that is needed is empty."""
    return gettext("Enter “%(name)s”.") % {"name": title}


def _title(field: Any) -> str:
    text = str(field.verbose_name)
    return text[:1].upper() + text[1:]


class WhyForm(forms.Form):
    """Why a record is changed; kept in its history, beside the former values."""

    change_reason = forms.CharField(
        label=_("Why is it changed?"),
        max_length=300,
        help_text=_("Kept in the history of the record. A court may read it."),
        error_messages={"required": _("Say in a few words why it is changed.")},
    )

    def __init__(self, *args: Any, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["change_reason"].required = required


# ---- a record's form


class RecordForm(forms.Form):
    """The fields of one kind of record, ready for the actions that write it."""

    def __init__(
        self,
        kind: RecordType,
        user: Any,
        *args: Any,
        record: Any = None,
        names: Iterable[str] | None = None,
        common: Iterable[str] = COMMON,
        **kwargs: Any,
    ) -> None:
        self.kind, self.record = kind, record
        self.names = [
            name
            for name in (names or kind.fields)
            if name not in NOT_TYPED and not self._is_hidden(name, user)
        ]
        self.common = list(common)
        kwargs["initial"] = {**self._stored(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        for name in (*self.names, *self.common):
            self.fields[name] = form_field(
                kind.field(name), user, required=name in kind.required
            )

    def _is_hidden(self, name: str, user: Any) -> bool:
        """Tell whether a field names a record that the person may not see."""
        field: Any = self.kind.field(name)
        pk = getattr(self.record, field.attname, None) if self.record else None
        if not pk or not field.is_relation:
            return False
        code = field.related_model.type_code
        return not queries.records(code, user).filter(pk=pk).exists()

    def _stored(self) -> dict[str, Any]:
        names = (*self.names, *self.common)
        if self.record is None:
            fields = {name: self.kind.field(name) for name in names}
            return {n: f.get_default() for n, f in fields.items() if f.has_default()}
        stored = {name: getattr(self.record, name) for name in names}
        for name, text in self.record.as_read.items():
            if name in stored and isinstance(stored[name], str) and not stored[name]:
                stored[name] = text
        return stored

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields in their groups, as the descriptor lays them out."""
        shown = set(self.names)
        groups = [
            (title, [self[name] for name in names if name in shown])
            for title, names in self.kind.groups
        ]
        groups.append((_("How it may be used"), [self[name] for name in self.common]))
        return [(title, fields) for title, fields in groups if fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "h3" in cleaned.get("handling", "") and not cleaned.get("handling_note"):
            self.add_error("handling_note", gettext("Say what H3 restricts."))
        return cleaned

    def record_values(self) -> dict[str, Any]:
        """Return the values for ``create`` and ``change``, with the text as read."""
        values: dict[str, Any] = {}
        as_read = dict(self.record.as_read) if self.record is not None else {}
        for name in (*self.names, *self.common):
            value = self.cleaned_data.get(name)
            field = self.fields[name]
            if isinstance(field, CodeText):
                value = self._coded(name, field, str(value or "").strip(), as_read)
            values[name] = value
        if "handling" in values:
            values["handling"] = values["handling"] or "h0"
        if as_read or self.record is not None:
            values["as_read"] = as_read
        return values

    def _coded(
        self, name: str, field: CodeText, text: str, as_read: dict[str, Any]
    ) -> str:
        code = code_of(field.codelist, text) if text else ""
        as_read.pop(name, None)
        if text and (not code or text != code_label(field.codelist, code)):
            as_read[name] = text
        if isinstance(field, Country):
            return code.upper() if len(code) in (2, 4) else ""
        return code


class UnitForm(forms.Form):
    """Which of the person's units the record belongs to."""

    unit: Any = forms.ModelChoiceField(None, label=_("Unit"), empty_label=None)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = home_units(user)
        choice: Any = self.fields["unit"]
        choice.queryset = units
        choice.initial = units.first()


class PurposeForm(forms.Form):
    """What the work with personal data is for."""

    purpose = forms.ChoiceField(label=_("What is it for?"), widget=forms.RadioSelect)
    case = forms.CharField(
        label=_("Case number or reason"),
        max_length=120,
        help_text=_("A supervisor may read this. Do not write names here."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locale = get_language() or "en"
        choice: Any = self.fields["purpose"]
        choice.choices = [
            (entry.code, entry.label(locale)) for entry in codelists.load("purposes")
        ]

    def text(self) -> str:
        """Return the purpose as the audit trail keeps it."""
        return f"{self.cleaned_data['purpose']}: {self.cleaned_data['case']}"
