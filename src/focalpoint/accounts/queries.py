"""Read people and units: those that an administrator looks after."""

from typing import Any

from django.db.models import Q, QuerySet

from focalpoint.accounts.access import grants
from focalpoint.accounts.models import Membership, Unit, User


def units(user: Any) -> QuerySet[Unit]:
    """Return the units that the person may manage, as a tree from the top down."""
    return Unit.objects.filter(pk__in=_managed(user)).order_by("path")


def people(user: Any) -> QuerySet[User]:
    """Return the people whose every role lies in units that the person manages.

    Accounts without a role are new, or were left behind: any administrator sees them.
    """
    outside = Membership.objects.exclude(unit_id__in=_managed(user)).values("user_id")
    everybody = User.objects.prefetch_related("memberships__unit")
    return everybody.exclude(pk__in=outside).order_by("username")


def names(actors: set[str]) -> dict[str, str]:
    """Return the names of actors of the audit trail by their identifiers."""
    numbers = [int(actor) for actor in actors if actor.isdigit()]
    found = User.objects.filter(pk__in=numbers)
    return {str(u.pk): u.get_full_name() or u.get_username() for u in found}


def _managed(user: Any) -> frozenset[int]:
    return grants(user).get("accounts.grant", frozenset())


def actors_named(name: str) -> list[str]:
    """Return the identifiers of people whose sign-in or own name holds this text."""
    wanted = (
        Q(username__icontains=name)
        | Q(first_name__icontains=name)
        | Q(last_name__icontains=name)
    )
    return [str(pk) for pk in User.objects.filter(wanted).values_list("pk", flat=True)]
