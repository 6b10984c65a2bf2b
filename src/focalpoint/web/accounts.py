"""One's own account: language, look, second factor, sessions, keys for programs."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts import actions
from focalpoint.accounts.access import grants, may
from focalpoint.accounts.capabilities import CAPABILITIES, ROLES
from focalpoint.audit import actions as audit
from focalpoint.audit.context import state_purpose
from focalpoint.values.errors import BadInput
from focalpoint.web.forms import PurposeForm
from focalpoint.web.pages import page, sentence
from focalpoint.web.templatetags.focalpoint import own_name


class PreferencesForm(forms.Form):
    """Language, theme and single keys."""

    language = forms.ChoiceField(label=_("Language"))
    theme = forms.ChoiceField(
        label=_("Look"),
        choices=[("light", _("Light")), ("dark", _("Dark, for night desks"))],
        widget=forms.RadioSelect,
    )
    single_keys = forms.BooleanField(
        label=_("Single-key commands, such as j, k and n"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["language"]
        choice.choices = [(code, own_name(code)) for code, _name in settings.LANGUAGES]


class TokenForm(forms.Form):
    """A key for a program, with a part of one's rights."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    days = forms.IntegerField(
        label=_("Days it is valid"), min_value=1, max_value=365, initial=90
    )
    scope = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = grants(user)
        choice: Any = self.fields["scope"]
        choice.choices = [
            (k, title) for k, title in CAPABILITIES.items() if held.get(k)
        ]


@page()
def account(request: HttpRequest) -> HttpResponse:
    """Show and change one's own settings."""
    user: Any = request.user
    initial = {
        "language": user.language,
        "theme": user.theme,
        "single_keys": user.single_keys,
    }
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.set_preferences(user, form.cleaned_data, by=user)
        messages.success(request, gettext("Saved."))
        answer = redirect("account")
        language = form.cleaned_data["language"]
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return answer
    roles = user.memberships.select_related("unit").order_by("unit__path")
    return render(
        request,
        "accounts/account.html",
        {
            "form": form,
            "roles": [
                {
                    "title": ROLES[row.role].title if row.role in ROLES else row.role,
                    "unit": row.unit.name,
                    "until": row.valid_until,
                }
                for row in roles
            ],
            "may_token": may(user, "accounts.token"),
            "handling": "h0",
        },
    )


@page("accounts.token")
def tokens(request: HttpRequest) -> HttpResponse:
    """List, make and end keys for programs."""
    user: Any = request.user
    form = TokenForm(user, request.POST or None)
    text = ""
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            _token, text = actions.make_token(
                chosen["name"], chosen["scope"], by=user, days=chosen["days"]
            )
            form = TokenForm(user)
        except BadInput as problem:
            form.add_error(None, sentence(problem))
    rows = user.api_tokens.order_by("-created_at")
    context = {"form": form, "tokens": rows, "text": text, "handling": "h0"}
    return render(request, "accounts/tokens.html", context)


@page("accounts.token")
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key."""
    user: Any = request.user
    token = user.api_tokens.filter(pk=pk).first()
    if token is None:
        raise Http404
    try:
        actions.revoke_token(token, by=user)
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, gettext("The key is ended."))
    return redirect("tokens")


@page()
def purpose(request: HttpRequest) -> HttpResponse:
    """Ask what the work with personal data is for, before the first record opens."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        state_purpose(request, form.text())
        audit.write("accounts.state_purpose", by=request.user)
        return redirect(target)
    context = {"form": form, "next": target, "handling": "h0"}
    return render(request, "accounts/purpose.html", context)
