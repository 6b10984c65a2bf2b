"""People and units: accounts, roles with an end, lost factors, the tree of units."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts import actions, queries
from focalpoint.accounts.access import needs_second_factor
from focalpoint.accounts.capabilities import ROLES
from focalpoint.accounts.models import User
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.web.audit import DayField
from focalpoint.web.pages import page, sentence, tell

GRANT = "accounts.grant"


class RoleForm(forms.Form):
    """A role in a unit, perhaps with a last day."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[(code, role.title) for code, role in ROLES.items()]
    )
    unit: Any = forms.ModelChoiceField(None, label=_("Unit"), empty_label=None)
    valid_until = DayField(
        label=_("Last day"), help_text=_("Empty: until it is taken."), required=False
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["unit"]
        choice.queryset = queries.units(user)


class InviteForm(RoleForm):
    """A new person with a first role."""

    username = forms.CharField(
        label=_("Sign-in name"), max_length=150, validators=[User.username_validator]
    )
    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Family name"), max_length=150, required=False)
    field_order = ("username", "first_name", "last_name", "role", "unit", "valid_until")


class UnitForm(forms.Form):
    """A unit under another."""

    parent: Any = forms.ModelChoiceField(None, label=_("Under"), empty_label=None)
    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.SlugField(
        label=_("Code"),
        help_text=_("Short, such as ns-station-2; it never changes."),
        max_length=60,
    )
    level = forms.ChoiceField(label=_("Level"), required=False)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locale = get_language() or "en"
        levels = codelists.load("unit_levels")
        parent, level = self.fields["parent"], self.fields["level"]
        parent.queryset = queries.units(user)  # type: ignore[attr-defined]
        level.choices = [  # type: ignore[attr-defined]
            ("", _("not said")),
            *((entry.code, entry.label(locale)) for entry in levels),
        ]


@page(GRANT)
def people(request: HttpRequest) -> HttpResponse:
    """List the people that this administrator looks after."""
    text = request.GET.get("q", "").strip()
    rows = queries.people(request.user)
    if text:
        rows = rows.filter(pk__in=queries.actors_named(text))
    context = {
        "people": [_row(user) for user in rows[:500]],
        "text": text,
        "handling": "h0",
    }
    return render(request, "oversight/people.html", context)


def _row(user: User) -> dict[str, object]:
    return {
        "account": user,
        "name": user.get_full_name() or user.get_username(),
        "roles": [_role(row) for row in user.memberships.all()],
        "second": is_mfa_enabled(user),
        "lacks_second": needs_second_factor(user) and not is_mfa_enabled(user),
    }


def _role(row: Any) -> dict[str, object]:
    role = ROLES.get(row.role)
    return {
        "row": row,
        "title": role.title if role else row.role,
        "unit": row.unit,
        "over": row.valid_until and row.valid_until < timezone.localdate(),
    }


@page(GRANT)
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account; its first password is shown once and serves once."""
    form = InviteForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, password = form.cleaned_data, actions.one_time_password()
        try:
            user = actions.invite_with_role(
                given["username"],
                password,
                given["role"],
                given["unit"],
                by=request.user,
                valid_until=given["valid_until"],
                first_name=given["first_name"],
                last_name=given["last_name"],
            )
        except BadInput as problem:
            form.add_error(None, sentence(problem))
        else:
            return _once(request, user, password)
    context = {"form": form, "handling": "h0"}
    return render(request, "oversight/invite.html", context)


def _once(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """Show a password on this page only: it is in no message, log or address."""
    context = {"person": user, "password": password, "handling": "h0"}
    answer = render(request, "oversight/password.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@page(GRANT)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account with its roles; give a role."""
    user = get_object_or_404(queries.people(request.user), pk=pk)
    form = RoleForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.grant(
                user,
                given["role"],
                given["unit"],
                by=request.user,
                valid_until=given["valid_until"],
            )
        except BadInput as problem:
            form.add_error(None, sentence(problem))
        else:
            messages.success(request, gettext("The role is given."))
            return redirect("person", pk)
    context = {**_row(user), "person": user, "form": form, "handling": "h0"}
    return render(request, "oversight/person.html", context)


@page(GRANT)
@require_POST
def revoke(request: HttpRequest, pk: int, role: int) -> HttpResponse:
    """End a role."""
    user = get_object_or_404(queries.people(request.user), pk=pk)
    actions.revoke(get_object_or_404(user.memberships, pk=role), by=request.user)
    messages.success(request, gettext("The role is ended."))
    return redirect("person", pk)


CHANGES: dict[str, tuple[Any, object]] = {
    "suspend": (actions.suspend, _("The account is closed, with its sessions.")),
    "reinstate": (actions.reinstate, _("The account is open again.")),
    "factor": (
        actions.reset_second_factor,
        _("The second factor is removed. It is asked for anew where a role needs it."),
    ),
}


@page(GRANT)
@require_POST
def change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Close or open an account, remove lost factors, give a password for one use."""
    user = get_object_or_404(queries.people(request.user), pk=pk)
    try:
        if what == "password":
            return _once(request, user, actions.reset_password(user, by=request.user))
        if what not in CHANGES:
            raise Http404
        act, said = CHANGES[what]
        act(user, by=request.user)
        messages.success(request, str(said))
    except BadInput as problem:
        tell(request, problem)
    return redirect("person", pk)


@page(GRANT)
def units(request: HttpRequest) -> HttpResponse:
    """Show the tree of units, and add one."""
    form = UnitForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_unit(
                given["code"],
                given["name"],
                by=request.user,
                parent=given["parent"],
                level=given["level"],
            )
        except (BadInput, ValidationError) as problem:
            form.add_error(None, sentence(problem))
        else:
            messages.success(request, gettext("The unit is added."))
            return redirect("units")
    rows = queries.units(request.user)
    top = min((unit.path.count("/") for unit in rows), default=0)
    tree = [{"unit": u, "steps": range(u.path.count("/") - top)} for u in rows]
    context = {"form": form, "tree": tree, "handling": "h0"}
    return render(request, "oversight/units.html", context)
