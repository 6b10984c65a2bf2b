"""Dispose of exhibits: put them on a list, carry it out, close every ledger."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from focalpoint.accounts.access import require, visible
from focalpoint.audit import actions as audit
from focalpoint.records import actions, custody
from focalpoint.records.models import Disposal, DisposalItem, Exhibit
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput

REASONS = {"destroyed": "destruction", "returned": "return"}
MEMBERS = 3  # a commission of fewer cannot vouch for one another


@transaction.atomic
def set_items(
    disposal: Disposal, exhibits: Iterable[Exhibit], *, by: Any
) -> list[DisposalItem]:
    """Say which exhibits are on the list."""
    require(by, "records.dispose", on=disposal)
    if disposal.closed_at:
        raise BadInput("%(n)s is carried out; its list is closed.", n=disposal.number)
    wanted = list(exhibits)
    for exhibit in wanted:
        _refuse(exhibit, disposal)
    disposal.items.all().delete()
    made = [DisposalItem(disposal=disposal, exhibit=exhibit) for exhibit in wanted]
    DisposalItem.objects.bulk_create(made)
    detail = {"items": len(made)}
    audit.write("records.dispose", by=by, on=disposal, detail=detail)
    return made


@transaction.atomic
def carry_out(disposal: Disposal, date: str, *, by: Any) -> Disposal:
    """Close the list: every exhibit's ledger, every item's disposition."""
    require(by, "records.dispose", on=disposal)
    disposal = actions.lock(disposal)
    if disposal.closed_at:
        raise BadInput("%(n)s is carried out already.", n=disposal.number)
    if len(disposal.commission) < MEMBERS:
        raise BadInput(
            "A commission has at least %(n)s members. Add them first.", n=MEMBERS
        )
    if not disposal.witness.strip() or not disposal.method.strip():
        raise BadInput("Enter the method and the witness first.")
    items = list(disposal.items.select_related("exhibit"))
    if not items:
        raise BadInput("There is nothing on the list.")
    for item in items:
        _close(item.exhibit, disposal, date, by=by)
    disposal.carried_out_on, disposal.closed_at = date, timezone.now()
    actions.check(disposal)
    actions.bump(disposal)
    disposal.save()
    actions.settle([disposal])
    detail = {"items": len(items), "carried_out": True}
    audit.write("records.dispose", by=by, on=disposal, detail=detail)
    return disposal


def candidates(disposal: Disposal, user: Any, query: str = "") -> QuerySet[Exhibit]:
    """Return the exhibits that may go on a list: same unit, ledger open and whole."""
    final = [
        code.code
        for code in codelists.load("exhibit_states")
        if code.extra.get("final") == "yes"
    ]
    rows = visible(Exhibit.objects.filter(withdrawn_at=None), user).filter(
        unit=disposal.unit_id
    )
    if query:
        rows = rows.filter(
            Q(number__icontains=query)
            | Q(description__icontains=query)
            | Q(reference__icontains=query)
            | Q(storage_place__icontains=query)
        )
    rows = rows.exclude(state__in=[custody.BREAK, *final])
    return rows.order_by("number", "id")


def _refuse(exhibit: Exhibit, disposal: Disposal) -> None:
    if exhibit.state == custody.BREAK or custody.is_final(exhibit):
        raise BadInput(
            "%(n)s cannot be disposed of: its ledger is closed or shows a break.",
            n=exhibit.number,
        )
    if exhibit.unit_id != disposal.unit_id:
        raise BadInput("%(n)s belongs to another unit.", n=exhibit.number)


def _close(exhibit: Exhibit, disposal: Disposal, date: str, *, by: Any) -> None:
    last = exhibit.steps.last()
    custody.hand_over(
        exhibit,
        by=by,
        giver=last.receiver if last else exhibit.collected_by or disposal.authority,
        receiver=disposal.commission[0].get("name", disposal.witness),
        place=disposal.place or exhibit.storage_place,
        reason=REASONS.get(disposal.disposition, "transfer"),
        seal_found=exhibit.seal,
        note=f"{disposal.number}, {disposal.method}",
    )
    known = codelists.load("dispositions").get(disposal.disposition)
    for name in ("firearm", "part", "ammunition", "explosive"):
        item = getattr(exhibit, name)
        if item is None or known is None:
            continue
        values = {"disposition": disposal.disposition}
        if hasattr(item, "disposition_date"):
            values["disposition_date"] = date
        actions.change(item, values, by=by, action="records.dispose")
