"""The marks of a firearm, corrected together: each a row."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import may
from focalpoint.records import attachments, marks, queries, wording
from focalpoint.records.media_types import PHOTOGRAPHS
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.web import tables
from focalpoint.web.pages import page, sentence
from focalpoint.web.records import banner

LISTS = {
    "kind": "mark_kinds",
    "position": "mark_positions",
    "component": "component_types",
    "status": "marking_conditions",
}
SPARE = 2


class MarkForm(forms.Form):
    """One mark; a row without text and without condition is none."""

    kind = forms.ChoiceField(label=_("Kind of mark"))
    position = forms.ChoiceField(label=_("Place on the firearm"), required=False)
    component = forms.ChoiceField(label=_("Component"), required=False)
    text = forms.CharField(
        label=_("As read"),
        max_length=300,
        required=False,
        help_text=_("Write ? for each character that cannot be read."),
    )
    status = forms.ChoiceField(label=_("Condition"), required=False)
    restoration = forms.CharField(
        label=_("Restoration method"), max_length=120, required=False
    )
    restored_by = forms.CharField(
        label=_("Restored by"), max_length=120, required=False
    )
    image = forms.ChoiceField(label=_("Photograph"), required=False)

    def __init__(
        self, *args: Any, pictures: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, listed in LISTS.items():
            choices = codelists.load(listed).choices(wording.locale())
            blank = [] if name == "kind" else [("", gettext("Not stated"))]
            self._choice(name).choices = [*blank, *choices]
        self._choice("image").choices = [("", gettext("None")), *pictures]

    def _choice(self, name: str) -> Any:
        return self.fields[name]


Marks = forms.formset_factory(
    MarkForm, extra=SPARE, max_num=marks.LIMIT, can_delete=True
)


@page("records.change")
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add and correct the marks of a firearm."""
    firearm = queries.record_or_404("firearm", pk, request.user)
    if not may(request.user, "records.change", on=firearm):
        raise PermissionDenied("records.change")
    pictures = [
        (str(one.pk), one.description or one.name)
        for one in attachments.of_record(firearm, request.user)
        if one.media_type in PHOTOGRAPHS
    ]
    rows = Marks(
        request.POST or None,
        initial=[marks.as_row(mark) for mark in firearm.marks.all()],
        form_kwargs={"pictures": pictures},
        prefix="marks",
    )
    problem = ""
    if request.method == "POST" and rows.is_valid():
        try:
            marks.set_marks(firearm, _rows(rows), by=request.user)
        except (BadInput, ValidationError) as refused:
            problem = sentence(refused)
        else:
            messages.success(
                request, gettext("Saved. The history keeps the former marks.")
            )
            return redirect(tables.address(firearm))
    context = {
        **banner(firearm),
        "record": firearm,
        "kind": firearm.record_type,
        "rows": rows,
        "problem": problem,
    }
    return render(request, "dossier/marks_form.html", context)


def _rows(rows: Any) -> list[dict[str, Any]]:
    kept = [
        form.cleaned_data
        for form in rows.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]
    return [
        {name: value for name, value in row.items() if name != "DELETE"}
        for row in kept
        if row.get("text") or row.get("status")
    ]
