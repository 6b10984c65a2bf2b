"""The custody of exhibits: a ledger of hand-overs between two people."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from focalpoint.accounts.access import require
from focalpoint.audit import actions as audit
from focalpoint.records import actions, history, queries, wording
from focalpoint.records.base import Record
from focalpoint.records.models import CustodyStep, Exhibit
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput

BREAK = "discrepancy"
ITEMS = ("ballistic_item", "explosive", "ammunition", "part", "firearm")


@transaction.atomic
def hand_over(
    exhibit: Exhibit,
    *,
    by: Any,
    giver: str,
    receiver: str,
    place: str,
    reason: str,
    at: datetime | None = None,
    seal_found: str = "",
    seal_left: str = "",
    count_agrees: bool = True,
    note: str = "",
) -> CustodyStep:
    """Add a row to the ledger: two people, time, place, reason and seal."""
    require(by, "records.hand_over", on=exhibit)
    exhibit = actions.lock(exhibit)
    _refuse(exhibit, giver, receiver, place, reason)
    is_break = not count_agrees or bool(
        exhibit.seal and seal_found.strip() != exhibit.seal
    )
    state = BREAK if is_break else _state_after(reason, exhibit.state)
    last = exhibit.steps.last()
    moment = at or timezone.now()
    if last and moment < last.at:
        raise BadInput(
            "This hand-over is dated before the one before it (%(last)s). "
            "Enter a later time.",
            last=wording.moment(last.at),
        )
    step = CustodyStep(
        exhibit=exhibit,
        number=last.number + 1 if last else 1,
        at=moment,
        giver=giver.strip(),
        receiver=receiver.strip(),
        place=place.strip(),
        reason=reason,
        seal_found=seal_found.strip(),
        seal_left=seal_left.strip(),
        state=state,
        is_break=is_break,
        note=note,
        recorded_by=by,
    )
    step.full_clean()
    step.save(force_insert=True)
    _follow(exhibit, step, by=by)
    audit.write("records.hand_over", by=by, on=exhibit, detail={"number": step.number})
    return step


@transaction.atomic
def settle_break(exhibit: Exhibit, explanation: str, *, by: Any) -> CustodyStep:
    """Explain a break, so that the exhibit can move again; the break stays to be seen."""
    require(by, "records.dispose", on=exhibit)
    exhibit = actions.lock(exhibit)
    last = exhibit.steps.last()
    if exhibit.state != BREAK or last is None:
        raise BadInput("There is no break to explain on %(n)s.", n=exhibit.number)
    if not explanation.strip():
        raise BadInput("Say how the break is explained.")
    name = by.get_full_name() or by.get_username()
    step = CustodyStep(
        exhibit=exhibit,
        number=last.number + 1,
        at=timezone.now(),
        giver=last.receiver,
        receiver=last.receiver,
        place=last.place,
        reason="stocktaking",
        seal_found=last.seal_found,
        seal_left=last.seal_left or last.seal_found,
        state="in_store",
        note=f"{name}: {explanation}"[:300],
        recorded_by=by,
    )
    step.full_clean()
    step.save(force_insert=True)
    _follow(exhibit, step, by=by)
    audit.write("records.hand_over", by=by, on=exhibit, detail={"number": step.number})
    return step


def _refuse(
    exhibit: Exhibit, giver: str, receiver: str, place: str, reason: str
) -> None:
    if exhibit.state == BREAK:
        raise BadInput(
            "%(n)s cannot move: a seal or count did not agree. "
            "The head of the focal point explains the break first.",
            n=exhibit.number,
        )
    if is_final(exhibit):
        raise BadInput("The ledger of %(n)s is closed.", n=exhibit.number)
    if not giver.strip() or not receiver.strip():
        raise BadInput("Enter both people: who hands over and who receives.")
    if (
        reason != "collection"
        and giver.strip().casefold() == receiver.strip().casefold()
    ):
        raise BadInput("A hand-over needs two people; both names are the same.")
    if not place.strip():
        raise BadInput("Enter the place of the hand-over.")
    if codelists.load("custody_reasons").get(reason) is None:
        raise BadInput("Choose the reason of the hand-over.")


def contents(
    exhibits: Iterable[Exhibit], user: Any, *, use: str = "view"
) -> dict[Any, Record]:
    """Return what each exhibit holds, where the person may see it or take it away."""
    rows = list(exhibits)
    found: dict[Any, Record] = {}
    for name in ITEMS:
        wanted = {getattr(row, f"{name}_id") for row in rows} - {None}
        if not wanted:
            continue
        seen = {
            record.pk: record
            for record in queries.records(name, user, use=use).filter(pk__in=wanted)
        }
        for row in rows:
            if record := seen.get(getattr(row, f"{name}_id")):
                found[row.pk] = record
    return found


def is_final(exhibit: Exhibit) -> bool:
    """Tell whether the ledger of an exhibit is closed."""
    found = codelists.load("exhibit_states").get(exhibit.state)
    return bool(found and found.extra.get("final") == "yes")


def _state_after(reason: str, now: str) -> str:
    found = codelists.load("custody_reasons").get(reason)
    return (found.extra.get("state", "") if found else "") or now or "in_store"


def _follow(exhibit: Exhibit, step: CustodyStep, *, by: Any) -> None:
    """Bring the exhibit's own columns in line with the last row of its ledger."""
    values = {"state": step.state}
    if step.seal_left:
        values["seal"] = step.seal_left
    if step.state in {"in_store", "received"}:
        values["storage_place"] = step.place
    former = history.differences(exhibit, values)
    history.remember(exhibit, former, by=by, action="records.hand_over")
    for name, value in values.items():
        setattr(exhibit, name, value)
    actions.bump(exhibit)
    exhibit.save()
    actions.settle([exhibit])
