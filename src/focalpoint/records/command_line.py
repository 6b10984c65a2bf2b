"""Who a command acts for, and what for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied

from focalpoint.accounts.access import SYSTEM
from focalpoint.accounts.models import User
from focalpoint.audit import context
from focalpoint.records.search import PurposeNeeded
from focalpoint.values.errors import BadInput


@contextmanager
def acting_as(name: str, purpose: str = "") -> Iterator[Any]:
    """Give the person with this sign-in name, the system without one."""
    user: Any = SYSTEM
    if name:
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise BadInput("there is no active account %(name)s", name=name)
    try:
        with context.stated(purpose):
            yield user
    except PermissionDenied as refused:
        raise BadInput(
            "%(name)s may not do this: it needs %(capability)s",
            name=name,
            capability=str(refused),
        ) from refused
    except PurposeNeeded as refused:
        raise BadInput("say what persons are searched for: --purpose TEXT") from refused
