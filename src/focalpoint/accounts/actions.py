"""Write to people, units and roles."""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from focalpoint.accounts.access import forget_grants, grants, require, restricted
from focalpoint.accounts.capabilities import CAPABILITIES, ROLES
from focalpoint.accounts.models import ApiToken, Membership, Reading, Unit, User
from focalpoint.accounts.tokens import digest, new_token
from focalpoint.audit import actions as audit
from focalpoint.values.errors import BadInput


@transaction.atomic
def add_unit(
    code: str,
    name: str,
    *,
    by: Any,
    parent: Unit | None = None,
    jurisdiction: str = "",
    level: str = "",
    kind: str = "",
) -> Unit:
    """Add a unit under another."""
    require(by, "accounts.grant", on=parent)
    unit = Unit(
        code=code,
        name=name,
        parent=parent,
        jurisdiction=jurisdiction or (parent.jurisdiction if parent else ""),
        level=level,
        kind=kind,
        path=f"{parent.path if parent else '/'}{code}/",
    )
    unit.full_clean()
    unit.save(force_insert=True)
    audit.write("accounts.add_unit", by=by, on=unit)
    return unit


@transaction.atomic
def invite(username: str, password: str, *, by: Any, **names: Any) -> User:
    """Make an account; rights come with ``grant``."""
    require(by, "accounts.grant")
    if User.objects.filter(username__iexact=username).exists():
        raise BadInput(_("There is an account %(name)s already."), name=username)
    user = User.objects.create_user(username=username, password=password, **names)
    audit.write("accounts.invite", by=by, on=user)
    return user


@transaction.atomic
def invite_with_role(
    username: str,
    password: str,
    role: str,
    unit: Unit,
    *,
    by: Any,
    valid_until: date | None = None,
    **names: Any,
) -> User:
    """Make an account with a first role; its password serves for one sign-in."""
    require(by, "accounts.grant", on=unit)
    user = invite(username, password, by=by, must_change_password=True, **names)
    grant(user, role, unit, by=by, valid_until=valid_until)
    audit.write("accounts.reset_password", by=by, on=user)
    return user


@transaction.atomic
def grant(
    user: User, role: str, unit: Unit, *, by: Any, valid_until: date | None = None
) -> Membership:
    """Give a person a role in a unit and all below it, perhaps until a day."""
    require(by, "accounts.grant", on=unit)
    if role not in ROLES:
        raise BadInput(_("There is no role %(role)s."), role=role)
    if by == user:
        raise BadInput(_("Nobody gives a role to themselves: ask a colleague."))
    if valid_until and valid_until < timezone.localdate():
        raise BadInput(_("Choose a last day that is not over yet."))
    membership, _new = Membership.objects.update_or_create(
        user=user, role=role, unit=unit, defaults={"valid_until": valid_until}
    )
    forget_grants(user)
    detail = {"role": role, "unit": unit.code, "until": valid_until}
    audit.write("accounts.grant", by=by, on=user, detail=detail)
    return membership


@transaction.atomic
def revoke(membership: Membership, *, by: Any) -> None:
    """End a role; it ends with the person's next page."""
    require(by, "accounts.grant", on=membership.unit)
    detail = {"role": membership.role, "unit": membership.unit.code}
    audit.write("accounts.revoke", by=by, on=membership.user, detail=detail)
    membership.delete()


@transaction.atomic
def suspend(user: User, *, by: Any) -> None:
    """Close an account and every session and token of it."""
    require(by, "accounts.grant")
    _require_all(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _end_sessions(user)
    user.api_tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    audit.write("accounts.suspend", by=by, on=user)


@transaction.atomic
def reinstate(user: User, *, by: Any) -> None:
    """Open a closed account again; its tokens stay ended."""
    require(by, "accounts.grant")
    _require_all(user, by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.write("accounts.reinstate", by=by, on=user)


@transaction.atomic
def reset_second_factor(user: User, *, by: Any) -> int:
    """Remove apps, passkeys and recovery codes of a person who has lost them."""
    require(by, "accounts.grant")
    _require_all(user, by)
    removed, _kinds = Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    audit.write("accounts.reset_second_factor", by=by, on=user)
    return removed


@transaction.atomic
def reset_password(user: User, *, by: Any) -> str:
    """Return a password for one sign-in; the person then chooses their own."""
    require(by, "accounts.grant")
    _require_all(user, by)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    _end_sessions(user)
    audit.write("accounts.reset_password", by=by, on=user)
    return password


def one_time_password() -> str:
    """Return a password with 96 bits of chance that is easy to read aloud."""
    text = secrets.token_hex(12)
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def _require_all(user: User, by: Any) -> None:
    """Ask for the right over every unit in which the person holds a role."""
    if by == user:
        raise BadInput(_("Nobody does this to their own account: ask a colleague."))
    for membership in user.memberships.select_related("unit"):
        require(by, "accounts.grant", on=membership.unit)


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def set_preferences(user: User, values: dict[str, Any], *, by: Any) -> None:
    """Change language, theme and keys of one's own account."""
    if by != user:
        require(by, "accounts.grant")
    for name in ("language", "theme", "single_keys"):
        if name in values:
            setattr(user, name, values[name])
    user.save(update_fields=["language", "theme", "single_keys"])
    audit.write("accounts.set_preferences", by=by, on=user, fields=values)


@transaction.atomic
def make_token(
    name: str, scope: Iterable[str], *, by: Any, days: int = 90
) -> tuple[ApiToken, str]:
    """Make a key for a program; the text is shown once and not kept."""
    require(by, "accounts.token")
    wanted = set(scope)
    if unknown := wanted - set(CAPABILITIES):
        raise BadInput(
            _("There is no capability %(name)s."), name=", ".join(sorted(unknown))
        )
    if not wanted <= set(grants(by)):
        raise PermissionDenied("a token cannot hold more than its owner")
    text = new_token()
    token = ApiToken.objects.create(
        user=by,
        name=name,
        digest=digest(text),
        scope=sorted(wanted),
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.write("accounts.make_token", by=by, on=token, detail={"scope": token.scope})
    return token, text


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Any) -> None:
    """End a key at once."""
    if token.user != by:
        require(by, "accounts.grant")
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    audit.write("accounts.revoke_token", by=by, on=token)


@transaction.atomic
def confirm_restriction(record: Any, *, by: Any) -> Reading:
    """Note that a person has read what H3 restricts; only then the record opens."""
    require(by, "records.view", on=record)
    reading, _new = Reading.objects.update_or_create(
        user=by,
        record=restricted(record),
        defaults={"text": record.handling_note, "read_at": timezone.now()},
    )
    audit.write("records.read_restriction", by=by, on=record)
    return reading
