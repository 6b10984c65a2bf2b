"""Disposal: the list, its exhibits, the commission, the day, the certificate."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import may
from focalpoint.audit import actions as audit
from focalpoint.records import (
    actions,
    custody,
    disposal,
    products,
    queries,
    registry,
    wording,
)
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.web import tables
from focalpoint.web.custody import product
from focalpoint.web.forms import DateField, UnitForm
from focalpoint.web.pages import attempt, highest, page, tell
from focalpoint.web.records import add_problem, banner

KIND = "disposal"
SHOWN = 200  # exhibits offered for a list; more are found by searching


class DisposalForm(forms.Form):
    """A list for destruction or another final disposition."""

    number = forms.CharField(label=_("Number"), max_length=80)
    disposition = forms.ChoiceField(label=_("Disposition"))
    method = forms.CharField(label=_("Method"), max_length=160, required=False)
    authority = forms.CharField(label=_("Ordered by"), max_length=200, required=False)
    order_number = forms.CharField(
        label=_("Number of the order"), max_length=120, required=False
    )
    commission = forms.CharField(
        label=_("Commission"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One member a line: name, office. At least three."),
    )
    witness = forms.CharField(label=_("Witness"), max_length=160, required=False)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    planned_on = DateField(label=_("Planned for"), required=False)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        if record is not None:
            names = [name for name in self.base_fields if name != "commission"]
            stored = {name: getattr(record, name) for name in names}
            stored["commission"] = "\n".join(map(member_line, record.commission))
            kwargs["initial"] = stored
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["disposition"]
        choice.choices = [
            (code.code, code.label(wording.locale()))
            for code in codelists.load("dispositions")
            if code.extra.get("final") == "yes" and code.code != "lost"
        ]
        choice.initial = "destroyed"

    def record_values(self) -> dict[str, Any]:
        """Return the values for the actions that write."""
        lines = self.cleaned_data["commission"].splitlines()
        members = [line.partition(",") for line in lines if line.strip()]
        return {
            **self.cleaned_data,
            "commission": [
                {"name": name.strip(), "office": office.strip()}
                for name, _comma, office in members
            ],
        }


class DayForm(forms.Form):
    """The day on which a list is carried out."""

    date = DateField(label=_("Carried out on"))


def member_line(member: dict[str, Any]) -> str:
    """Return a member of a commission as one line."""
    return ", ".join(filter(None, (member.get("name"), member.get("office"))))


@page("records.dispose")
def listing(request: HttpRequest) -> HttpResponse:
    """Show every list, the open ones first."""
    rows = list(
        queries.records(KIND, request.user).order_by("-closed_at", "-id")[:SHOWN]
    )
    rows.sort(key=lambda row: row.closed_at is not None)
    audit.write("records.list", by=request.user, detail={"type": KIND})
    context = {
        "rows": rows,
        "handling": highest([row.handling for row in rows]),
        "handling_of_list": True,
    }
    return render(request, "disposal/list.html", context)


@page("records.dispose")
def new(request: HttpRequest) -> HttpResponse:
    """Start a list."""
    form, units = (
        DisposalForm(request.POST or None),
        UnitForm(request.user, request.POST or None),
    )
    if request.method == "POST" and form.is_valid() and units.is_valid():
        try:
            made = actions.create(
                registry.get(KIND),
                form.record_values(),
                by=request.user,
                unit=units.cleaned_data["unit"],
            )
        except (BadInput, ValidationError) as problem:
            add_problem(form, problem)
        else:
            return redirect("disposal_items", pk=made.pk)
    context = {"form": form, "units": units, "handling": "h0"}
    return render(request, "disposal/form.html", context)


def _disposal(request: HttpRequest, pk: UUID) -> Any:
    found = queries.record_or_404(KIND, pk, request.user)
    if not may(request.user, "records.dispose", on=found):
        raise PermissionDenied("records.dispose")
    return found


@page("records.view")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one list with its exhibits and people."""
    record = queries.record_or_404(KIND, pk, request.user)
    audit.write("records.view", by=request.user, on=record)
    listed = list(record.items.values_list("exhibit_id", flat=True))
    shown = list(
        queries.records("exhibit", request.user)
        .filter(pk__in=listed)
        .order_by("number", "id")
    )
    may_dispose = may(request.user, "records.dispose", on=record)
    return render(
        request,
        "disposal/detail.html",
        {
            **banner(record),
            "record": record,
            "kind": record.record_type,
            "exhibits": _exhibits(shown, request.user),
            "commission": [member_line(one) for one in record.commission],
            "wanting": [] if record.closed_at else _wanting(record, listed),
            "may_dispose": may_dispose,
            "may_print": may(request.user, "records.print", on=record),
            "day_form": DayForm(initial={"date": record.planned_on}),
        },
    )


def _wanting(record: Any, items: list[Any]) -> list[str]:
    """Say what is missing before the list can be carried out."""
    checks = (
        (bool(items), _("Choose the exhibits.")),
        (
            len(record.commission) >= disposal.MEMBERS,
            _("Enter a commission of at least three members."),
        ),
        (bool(record.method.strip()), _("Enter the method.")),
        (bool(record.witness.strip()), _("Enter the witness.")),
    )
    return [str(text) for holds, text in checks if not holds]


def _exhibits(exhibits: list[Any], user: Any) -> list[dict[str, object]]:
    held = custody.contents(exhibits, user)
    return [_exhibit(one, held.get(one.pk)) for one in exhibits]


def _exhibit(exhibit: Any, item: Any) -> dict[str, object]:
    return {
        "pk": exhibit.pk,
        "number": exhibit.number or exhibit.reference,
        "url": tables.address(exhibit),
        "reference": exhibit.reference,
        "what": wording.caption(item) if item else exhibit.description,
        "state": wording.label(exhibit.state, "exhibit_states"),
        "place": exhibit.storage_place,
    }


@page("records.dispose")
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct a list that is not carried out yet."""
    record = _disposal(request, pk)
    if record.closed_at:
        tell(request, BadInput("%(n)s is carried out already.", n=record.number))
        return redirect(tables.address(record))
    form = DisposalForm(request.POST or None, record=record)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(record, form.record_values(), by=request.user)
        except (BadInput, ValidationError) as problem:
            add_problem(form, problem)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(tables.address(record))
    context = {**banner(record), "record": record, "form": form}
    return render(request, "disposal/form.html", context)


@page("records.dispose")
def items(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose the exhibits: of the same unit, with an open and unbroken ledger."""
    record = _disposal(request, pk)
    if record.closed_at:
        tell(request, BadInput("%(n)s is carried out already.", n=record.number))
        return redirect(tables.address(record))
    if request.method == "POST":
        return _choose(request, record)
    query = request.GET.get("q", "").strip()
    chosen = set(record.items.values_list("exhibit_id", flat=True))
    offered = disposal.candidates(record, request.user, query)
    rows = list(offered[:SHOWN])
    rows += [
        one
        for one in queries.records("exhibit", request.user).filter(pk__in=chosen)
        if one not in rows
    ]
    context = {
        **banner(record),
        "record": record,
        "rows": [
            {**row, "chosen": row["pk"] in chosen}
            for row in _exhibits(rows, request.user)
        ],
        "query": query,
    }
    return render(request, "disposal/items.html", context)


def _choose(request: HttpRequest, record: Any) -> HttpResponse:
    wanted = request.POST.getlist("exhibit")
    found = [
        queries.record_or_404("exhibit", pk, request.user)
        for pk in dict.fromkeys(wanted)
    ]
    attempt(
        request,
        lambda: disposal.set_items(record, found, by=request.user),
        gettext("%(n)s exhibits are on the list.") % {"n": len(found)},
    )
    return redirect(tables.address(record))


@require_POST
@page("records.dispose")
def carry_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close the list: every ledger, every item."""
    record = _disposal(request, pk)
    form = DayForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors.as_data()["date"])
        date = form.cleaned_data["date"]
        disposal.carry_out(record, date, by=request.user)
    except (BadInput, ValidationError) as problem:
        tell(request, problem)
    else:
        messages.success(
            request,
            gettext("Carried out. Every ledger is closed; print the certificate."),
        )
    return redirect(tables.address(record))


@page("records.print")
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Print the certificate of a list that was carried out."""
    record = queries.record_or_404(KIND, pk, request.user)
    try:
        return product(products.print_certificate(record, by=request.user))
    except BadInput as problem:
        tell(request, problem)
        return redirect(reverse("record_detail", args=[KIND, pk]))
