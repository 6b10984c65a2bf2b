"""What waits for a person, as counts beside the entries of the menu.

Each costs one question to the database, however many rows there are: counting stops at
``MOST``. They are asked on every page, so nothing slower belongs here.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from focalpoint.accounts import oversight
from focalpoint.accounts.access import grants
from focalpoint.leads import queries as lead_queries
from focalpoint.records import saved, worklist

MOST = 99


def counted(page: str, user: Any) -> dict[str, str]:
    """Return what stands beside an entry of the menu: ``count``, or ``late``."""
    ask = WAITING.get(page)
    return ask(user) if ask else {}


def amount(rows: QuerySet[Any]) -> str:
    """Return how many rows there are, 99+ from a hundred on; nothing for none."""
    found = len(rows.order_by().values_list("pk", flat=True)[: MOST + 1])
    return f"{MOST}+" if found > MOST else str(found or "")


def _overdue(user: Any) -> dict[str, str]:
    """Steps that are late: theirs, and those of the units they work for."""
    if not grants(user).get("records.view"):
        return {}
    late = amount(worklist.steps(user).filter(due_at__lt=timezone.now()))
    return {"late": gettext("%(count)s overdue") % {"count": late}} if late else {}


def _new_results(user: Any) -> dict[str, str]:
    new = sum(one.fresh or 0 for one in saved.told(user))
    return {"count": f"{MOST}+" if new > MOST else str(new)} if new else {}


def _leads(user: Any) -> dict[str, str]:
    return {"count": amount(lead_queries.leads(user))}


def _looks(user: Any) -> dict[str, str]:
    return {"count": amount(oversight.queue(user).filter(verdict=""))}


WAITING: dict[str, Callable[[Any], dict[str, str]]] = {
    "home": _overdue,
    "leads": _leads,
    "saved_searches": _new_results,
    "audit_samples": _looks,
}
