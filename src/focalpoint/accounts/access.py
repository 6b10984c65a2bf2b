"""The gate: two questions of access, asked here and nowhere else.

``require(user, capability, on)`` asks before something is done; ``visible(queryset,
user)`` narrows what is read. ``get_or_404`` is made of them and is the only road from
an identifier to a record: absent and forbidden look the same.
"""

from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from focalpoint.accounts.capabilities import ROLES
from focalpoint.accounts.models import Membership, Reading, Unit, User

R = TypeVar("R", bound=Model)
H_CODES = ("h1", "h2", "h3")


class Everywhere:
    """The scope of the system itself, which runs imports and nightly work."""

    pk = None
    is_active = True
    is_authenticated = True
    language = "en"


SYSTEM = Everywhere()


class RestrictionUnread(PermissionDenied):
    """A record carries a restriction (H3) that this person has not yet read."""

    def __init__(self, record: Any) -> None:
        super().__init__("the restriction of this record is to be read first (H3)")
        self.record = record


def grants(user: Any) -> dict[str, frozenset[int]]:
    """Return each capability of a person with the units it holds in.

    Kept on the object for the length of a request; a new request asks again, so an
    ended membership ends at once.
    """
    if (known := getattr(user, "_grants", None)) is not None:
        return known
    found: dict[str, set[int]] = {}
    if getattr(user, "is_active", False) and user.pk:
        for row in memberships(user):
            units = set(
                Unit.objects.filter(path__startswith=row.unit.path).values_list(
                    "pk", flat=True
                )
            )
            for capability in ROLES[row.role].capabilities if row.role in ROLES else ():
                found.setdefault(capability, set()).update(units)
    scope = getattr(user, "token_scope", None)
    answer = {
        capability: frozenset(units)
        for capability, units in found.items()
        if scope is None or capability in scope
    }
    user._grants = answer
    return answer


def memberships(user: Any) -> list[Membership]:
    """Return the standing memberships of a person with their units, the first first.

    Kept like ``grants``, which is made of them.
    """
    known: list[Membership] | None = getattr(user, "_memberships", None)
    if known is None:
        today: date = timezone.localdate()
        rows = user.memberships.select_related("unit").order_by("pk")
        known = list(rows.filter(Q(valid_until=None) | Q(valid_until__gte=today)))
        user._memberships = known
    return known


def forget_grants(user: Any) -> None:
    """Ask again next time: the person's memberships have changed."""
    for kept in ("_grants", "_memberships"):
        user.__dict__.pop(kept, None)


def may(user: Any, capability: str, on: Any = None) -> bool:
    """Tell whether a person may do something, anywhere or on one record or unit."""
    if user is SYSTEM:
        return True
    units = grants(user).get(capability, frozenset())
    if on is None:
        return bool(units)
    unit = on.pk if isinstance(on, Unit) else getattr(on, "unit_id", None)
    return unit in units if unit is not None else bool(units)


def require(user: Any, capability: str, on: Any = None) -> None:
    """Raise ``PermissionDenied`` unless the person may do this here."""
    if not may(user, capability, on):
        raise PermissionDenied(capability)


def visible(queryset: QuerySet[R], user: Any, *, use: str = "view") -> QuerySet[R]:
    """Return the records that a person may see, or take away with ``use="export"``.

    A record is visible when its import is complete, its unit lies within a membership
    that may see records, and its handling code is one the person may read. Taking away
    asks more: H2 needs the right to pass on, H3 a person who has read its text.
    """
    if user is SYSTEM:
        return queryset
    model: Any = queryset.model
    if hasattr(model, "scope"):  # a part of a record: seen with the record
        return model.scope(queryset, user, visible)
    held = grants(user)
    units = held.get("records.view", frozenset())
    for capability in getattr(model, "view_capabilities", ()):
        units &= held.get(capability, frozenset())
    conditions = Q(unit_id__in=units, is_complete=True) & handling_permitted(held, use)
    if use != "view":
        conditions &= restriction_read(model, user)
    queryset = queryset.filter(conditions)
    if narrow := getattr(model, "narrow", None):
        queryset = narrow(queryset, held)
    return queryset


def handling_permitted(held: dict[str, frozenset[int]], use: str) -> Q:
    """Return the condition on unit and handling code for reading or taking away.

    It stands beside the condition on the units that the person may see; a code that
    holds in all of these names none of them again, which keeps the statement short.
    """
    everywhere = held.get("records.view", frozenset())
    throughout = ["h0"]
    partly = Q()
    for combination in _combinations():
        units = everywhere
        for code in combination:
            units &= held.get(f"records.{code}", frozenset())
        if use != "view" and {"h2", "h3"} & set(combination):
            units &= held.get("records.pass_on", frozenset())
        if units == everywhere:
            throughout.append("+".join(combination))
        elif units:
            partly |= Q(handling="+".join(combination), unit_id__in=units)
    return Q(handling__in=throughout) | partly


def restriction_read(model: Any, user: Any) -> Q:
    """Return the condition that a person has read what H3 restricts.

    Tables derived from records name the column that holds the record; one that holds
    none is never taken away.
    """
    column = getattr(model, "record_column", "pk")
    if not column:
        return ~Q(handling__contains="h3")
    read = Reading.objects.filter(user_id=user.pk, record=OuterRef(column))
    if hasattr(model, "handling_note"):
        read = read.filter(text=OuterRef("handling_note"))
    return ~Q(handling__contains="h3") | Q(Exists(read))


def has_read(user: Any, record: Any) -> bool:
    """Tell whether a person may open a record: H3 asks to read its text first."""
    if user is SYSTEM or "h3" not in record.handling:
        return True
    return Reading.objects.filter(
        user_id=user.pk, record=restricted(record), text=record.handling_note
    ).exists()


def unread(records: Iterable[Any], user: Any) -> set[Any]:
    """Return which of some records a person may not open yet: one query for all."""
    closed = [record for record in records if "h3" in record.handling]
    if not closed or user is SYSTEM:
        return set()
    read = set(
        Reading.objects.filter(
            user_id=user.pk, record__in=[restricted(record) for record in closed]
        ).values_list("record", "text")
    )
    return {
        record.pk
        for record in closed
        if (restricted(record), record.handling_note) not in read
    }


def restricted(record: Any) -> Any:
    """Return the identifier under which the reading of a restriction is kept."""
    return getattr(record, getattr(type(record), "record_column", "pk"))


def _combinations() -> Iterable[tuple[str, ...]]:
    for size in range(1, len(H_CODES) + 1):
        yield from combinations(H_CODES, size)


def get_or_404(
    model: type[R], pk: Any, user: Any, *, use: str = "view", beside: str = ""
) -> R:
    """Return the record, or the same 404 whether it is absent or forbidden.

    ``beside`` names a record that is read with it, in the same statement.
    """
    manager: Any = model._default_manager
    rows = manager.select_related(beside) if beside else manager.all()
    try:
        return visible(rows, user, use=use).get(pk=pk)
    except (ObjectDoesNotExist, ValidationError, ValueError) as absent:
        raise Http404 from absent


def home_units(user: User, capability: str = "records.create") -> QuerySet[Unit]:
    """Return the units in which a person may record."""
    return Unit.objects.filter(pk__in=grants(user).get(capability, frozenset()))


def needs_second_factor(user: Any) -> bool:
    """Tell whether one of the person's roles asks for a second factor."""
    if getattr(user, "second_factor_waived", False):
        return False
    roles = user.memberships.values_list("role", flat=True)
    return any(role in ROLES and ROLES[role].second_factor for role in roles)
