"""The guided form: event, seizure, firearms, what else was there, in one page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from focalpoint.records import registry
from focalpoint.records.recovery import Gun, Recorded, Recovery
from focalpoint.values import codelists
from focalpoint.web.forms import (
    COMMON,
    RecordForm,
    Reference,
    UnitForm,
    code_label,
    code_of,
    missing,
)

MOST = 200
EVENT = (
    "type",
    "occurred_from",
    "occurred_time",
    "place",
    "municipality",
    "border_crossing",
    "case_number",
    "detection_method",
    "transport_mode",
    "concealment",
    "narrative",
)
EVENT_FIRST = ("type", "occurred_from", "place", "case_number")
SEIZURE = ("record_number", "authority", "officer", "legal_basis")
GUN = (
    "type",
    "make",
    "model",
    "calibre",
    "serial",
    "year_of_manufacture",
    "country_of_manufacture",
    "origin_class",
    "functional_state",
    "finish",
)
KINDS = [
    ("recovered", _("Recovered")),
    ("surrendered", _("Surrendered")),
    ("stolen", _("Reported stolen")),
    ("lost", _("Reported lost")),
]


@dataclass(frozen=True)
class Further:
    """A kind of record that may be there beside the firearms, several times."""

    prefix: str
    code: str
    names: tuple[str, ...]
    title: Any
    word: Any
    add: Any


FURTHER = (
    Further(
        "lots",
        "ammunition",
        ("quantity", "calibre", "kind", "headstamp"),
        _("Ammunition"),
        _("Ammunition"),
        _("Add ammunition"),
    ),
    Further(
        "parts",
        "part",
        ("component", "quantity", "make", "calibre", "serial", "printed"),
        _("Parts and components"),
        _("Part"),
        _("Add a part"),
    ),
    Further(
        "explosives",
        "explosive",
        ("family", "model", "quantity", "state", "lot", "marks"),
        _("Grenades and explosives"),
        _("Grenade or explosive"),
        _("Add a grenade or explosive"),
    ),
    Further(
        "people",
        "person",
        ("led_category", "role", "family_name", "given_name", "birth_date", "sex"),
        _("Persons"),
        _("Person"),
        _("Add a person"),
    ),
)


class Photographs(forms.ClearableFileInput):
    """Several pictures; a phone offers its camera."""

    allow_multiple_selected = True


class PhotographsField(forms.FileField):
    """Several files in one field."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"accept": "image/*", "capture": "environment", "multiple": True}
        super().__init__(widget=Photographs(attrs=attrs), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(PhotographsField, self).clean(one) for one in files if one]


class QuietForm(RecordForm):
    """A part of the guided form; a draft that is opened again shows no problems yet."""

    def __init__(self, *args: Any, quiet: bool = False, **kwargs: Any) -> None:
        self.quiet = quiet
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)

    @property
    def errors(self) -> Any:
        return {} if self.quiet else super().errors


class EventForm(QuietForm):
    """The event, or the reference of one that is here already."""

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        kind = registry.get("incident")
        super().__init__(kind, user, *args, names=EVENT, common=(), **kwargs)
        for field in self.fields.values():
            field.required = False  # asked for only when the event is new
        self.fields["event"] = Reference(
            code="incident",
            user=user,
            required=False,
            label=_("Reference of the event"),
            help_text=_(
                "Only when the event is recorded already, such as RS-E-2026-000001."
            ),
        )
        self.fields["outcome"] = forms.ChoiceField(
            label=_("The firearms were"),
            choices=KINDS,
            initial="recovered",
            widget=forms.RadioSelect,
        )
        self.fields["outcome"].widget.is_inline = True

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in EVENT_FIRST]

    @property
    def further(self) -> list[forms.BoundField]:
        return [self[name] for name in EVENT if name not in EVENT_FIRST]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("event") and not self.has_error("event"):
            for name in self.kind.required:
                if name in self.fields and not cleaned.get(name):
                    self._ask_for(name)
        return cleaned

    def _ask_for(self, name: str) -> None:
        if not self.has_error(name):
            self.add_error(name, missing(str(self.fields[name].label)))


class GunForm(QuietForm):
    """One firearm with its serial, other marks, exhibit and photographs."""

    exhibit_number = forms.CharField(
        label=_("Exhibit number"), max_length=80, required=False
    )
    seal = forms.CharField(label=_("Seal"), max_length=80, required=False)
    serial_position = forms.ChoiceField(label=_("Where the serial is"), required=False)
    marks = forms.CharField(
        label=_("Other marks"),
        required=False,
        help_text=_("One a line: where, colon, what is read. “Barrel: 7,65 mm”"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photographs = PhotographsField(label=_("Photographs"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        kind = registry.get("firearm")
        super().__init__(kind, user, *args, names=GUN, common=(), **kwargs)
        places = codelists.load("mark_positions")
        shown = [
            (code.code, code_label("mark_positions", code.code)) for code in places
        ]
        choice: Any = self.fields["serial_position"]
        choice.choices = [("", _("Not stated")), *shown]
        self.fields["serial"].help_text = _("As read. ? for a character not read.")
        self.fields["serial"].widget.attrs.update(
            {
                "class": "mono",
                "autocomplete": "off",
                "spellcheck": "false",
                "data-first": "yes",
                "hx-get": reverse("recording_reading"),
                "hx-trigger": "change, input changed delay:700ms",
                "hx-target": f"#{self.prefix}-reading",
            }
        )

    @property
    def first(self) -> list[forms.BoundField]:
        names = ("type", "make", "model", "calibre", "serial", "serial_position")
        return [self[name] for name in names]

    @property
    def exhibit(self) -> list[forms.BoundField]:
        return [self["exhibit_number"], self["seal"], self["photographs"]]

    @property
    def further(self) -> list[forms.BoundField]:
        names = [name for name in GUN if name not in ("type", "make", "model")]
        return [self[name] for name in names if name not in ("calibre", "serial")] + [
            self["marks"]
        ]

    def gun(self) -> Gun:
        """Return the firearm for the action that stores it."""
        cleaned = self.cleaned_data
        exhibit = {"number": cleaned["exhibit_number"], "seal": cleaned["seal"]}
        if cleaned["seal"] and not cleaned["exhibit_number"]:
            exhibit["number"] = cleaned["seal"]
        if exhibit["number"]:
            words = [cleaned.get(name) or "" for name in ("make", "model", "serial")]
            exhibit["description"] = " ".join(filter(None, words))[:300]
        return Gun(self.record_values(), self._marks(), exhibit)

    def _marks(self) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        if serial := self.cleaned_data.get("serial"):
            position = self.cleaned_data["serial_position"]
            rows.append({"kind": "serial", "text": serial, "position": position})
        for line in self.cleaned_data["marks"].splitlines():
            place, colon, text = line.partition(":")
            if not line.strip():
                continue
            position = code_of("mark_positions", place) if colon else ""
            read = text.strip() if colon and position else line.strip()
            rows.append({"kind": "other", "text": read[:300], "position": position})
        return rows


class FurtherForm(QuietForm):
    """One of what was there beside the firearms: rounds, a part, a grenade, a person."""

    def __init__(self, *args: Any, user: Any, further: Further, **kwargs: Any) -> None:
        kind = registry.get(further.code)
        names = further.names
        super().__init__(kind, user, *args, names=names, common=(), **kwargs)


class SeizureForm(QuietForm):
    """The record that the authority made."""

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        kind = registry.get("seizure")
        super().__init__(kind, user, *args, names=SEIZURE, common=(), **kwargs)


class UseForm(QuietForm):
    """Handling and grade of everything in the form."""

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        kind = registry.get("incident")
        names = [name for name in COMMON if name not in ("source_key", "remarks")]
        super().__init__(kind, user, *args, names=("title",), common=names, **kwargs)
        del self.fields["title"]
        self.names = []


def _set(form: type[forms.Form], extra: int) -> Any:
    return forms.formset_factory(
        form, extra=extra, max_num=MOST, absolute_max=MOST, validate_max=True
    )


GunSet, FurtherSet = _set(GunForm, 1), _set(FurtherForm, 0)


class Guided:
    """All parts of the form together."""

    def __init__(
        self,
        user: Any,
        data: Any = None,
        files: Any = None,
        *,
        serial: str = "",
        quiet: bool = False,
    ) -> None:
        self.user, self.data, self.refused = user, data, ""
        self.draft = data.get("draft", "") if data is not None else ""
        own: dict[str, Any] = {"quiet": quiet}
        rows = {"form_kwargs": {"user": user, **own}}
        self.event = EventForm(user, data, prefix="event", **own)
        self.seizure = SeizureForm(user, data, prefix="seizure", **own)
        self.use = UseForm(user, data, prefix="use", **own)
        self.units = UnitForm(user, data, prefix="where")
        first = [{"serial": serial}] if serial else None
        self.guns = GunSet(data, files, prefix="guns", initial=first, **rows)
        if serial:
            self.guns.extra = 0
        self.further = [
            (
                one,
                FurtherSet(
                    data,
                    prefix=one.prefix,
                    form_kwargs={"user": user, "further": one, **own},
                ),
            )
            for one in FURTHER
        ]
        self.quiet = quiet

    @property
    def parts(self) -> list[Any]:
        """Every part, in the order of the page."""
        return [
            self.event,
            self.seizure,
            self.guns,
            *(rows for _further, rows in self.further),
            self.use,
            self.units,
        ]

    @property
    def rows(self) -> list[Any]:
        """An empty form of each kind that comes several times."""
        repeated = [self.guns, *(rows for _further, rows in self.further)]
        return [rows.empty_form for rows in repeated]

    @property
    def handling(self) -> str:
        return str(self.data.get("use-handling", "h0")) if self.data else "h0"

    @property
    def chosen_unit(self) -> Any:
        return self.units.cleaned_data["unit"]

    def is_valid(self) -> bool:
        """Check every part, so that every problem is told at once."""
        valid = [part.is_valid() for part in self.parts]
        return all(valid)

    def refuse(self, text: str) -> None:
        """Say what the action refused."""
        self.event.add_error(None, ValidationError(text))

    def added(self, posted: QueryDict) -> QueryDict | None:
        """Return the data with one more row, for browsers without script."""
        for prefix in ("guns", *(one.prefix for one in FURTHER)):
            if f"add-{prefix}" in posted:
                data = posted.copy()
                name = f"{prefix}-TOTAL_FORMS"
                total = posted.get(name, "0")
                data[name] = str(int(total) + 1 if total.isdigit() else 1)
                return data
        return None

    def recovery(self) -> Recovery:
        """Return everything for the action that stores it."""
        event = self.event.cleaned_data
        common = self.use.record_values()
        common.pop("as_read", None)
        return Recovery(
            event=event["event"] or self.event.record_values(),
            kind=event["outcome"],
            seizure={
                name: value
                for name, value in self.seizure.record_values().items()
                if value
            },
            guns=[form.gun() for form in self._filled(self.guns)],
            further=[
                (one.code, form.record_values())
                for one, rows in self.further
                for form in self._filled(rows)
            ],
            common=common,
        )

    @staticmethod
    def _filled(rows: Any) -> list[Any]:
        return [form for form in rows.forms if form.has_changed()]

    def photographs(self, done: Recorded) -> list[tuple[Any, list[Any]]]:
        """Return each stored firearm with the pictures chosen for it."""
        filled = self._filled(self.guns)
        return [
            (gun, form.cleaned_data.get("photographs") or [])
            for gun, form in zip(done.guns, filled, strict=True)
        ]
