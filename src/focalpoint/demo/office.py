"""What an office does beside its cases: disposals, saved searches, data protection."""

import datetime
from typing import Any

from django.utils import timezone

from focalpoint.accounts.models import Unit
from focalpoint.records import actions, custody, disposal, protection, registry, saved
from focalpoint.records.models import Disposal, Exhibit, Firearm, SubjectRequest
from focalpoint.records.search import Filter
from focalpoint.simulation import region

ITEMS = 3  # on each list for destruction
COMMISSION = [
    {"name": "Ana Primer", "office": "prosecution"},
    {"name": "Marko Ogled", "office": "police"},
    {"name": "Iva Proba", "office": "ministry"},
]
SEARCHES = (
    ("analyst", "Zastava pistols", "type:pistol make:zastava", True),
    ("analyst", "Assault rifles since 2024", "type:assault_rifle seized:2024..", True),
    ("head", "Everything seized since 2025", "seized:2025..", False),
    ("regional", "Converted alarm weapons", "origin_class:converted_aas", True),
    ("examiner", "7.65 mm pistols", "calibre:765x17 type:pistol", False),
)
REQUESTS = (
    (
        "access",
        "Petar Izmišljeni",
        "Asks which records about him the focal point holds (invented data).",
        9,
        "",
    ),
    (
        "rectification",
        "Mira Nestvarna",
        "Says that her date of birth is wrong in a report (invented data).",
        21,
        "",
    ),
    (
        "erasure",
        "Ilir Shpikur",
        "Asks for the erasure of a record of 2019 (invented data).",
        44,
        "The record serves an open case; it is kept, and its use is restricted.",
    ),
)


def run(units: dict[str, Unit], users: dict[str, Any]) -> int:
    """Do a little of everything; return how many exhibits were destroyed."""
    destroyed = disposals(units["rs"], by=users["head"])
    searches(users)
    data_protection(units, by=users["protection"])
    return destroyed


def disposals(unit: Unit, *, by: Any) -> int:
    """Put surrendered firearms on two lists for destruction; carry the first out."""
    guns = list(
        Firearm.objects.filter(unit=unit, incident__type="voluntary_surrender")
        .select_related("incident")
        .order_by("source_key")[: 2 * ITEMS]
    )
    exhibits = [_received(gun, unit, n, by=by) for n, gun in enumerate(guns)]
    today, done = timezone.localdate(), 0
    for number, chosen in enumerate((exhibits[:ITEMS], exhibits[ITEMS:]), 1):
        if not chosen:
            continue
        planned = today + datetime.timedelta(days=20 if number > 1 else -10)
        plan = _list(unit, number, planned, by=by)
        disposal.set_items(plan, chosen, by=by)
        if number == 1:
            disposal.carry_out(plan, planned.isoformat(), by=by)
            done = len(chosen)
    return done


def _received(gun: Firearm, unit: Unit, count: int, *, by: Any) -> Exhibit:
    """Take a surrendered firearm into custody."""
    words = (gun.make, gun.model, gun.serial)
    values = {
        "number": f"EX-{unit.code.upper()}-S{count + 1:02d}",
        "description": " ".join(filter(None, words)),
        "firearm": gun,
        "incident": gun.incident,
    }
    made = actions.create(registry.of(Exhibit), values, by=by, unit=unit)
    assert isinstance(made, Exhibit)  # noqa: S101 - tells the type checker
    custody.hand_over(
        made,
        by=by,
        giver="officer on duty",
        receiver="evidence store",
        place="evidence store",
        reason="storage",
        at=timezone.now() - datetime.timedelta(days=30 - count),
        seal_left=f"QS9{count:05d}",
    )
    made.refresh_from_db()
    return made


def _list(unit: Unit, number: int, planned: datetime.date, *, by: Any) -> Disposal:
    values = {
        "number": f"D-{unit.code.upper()}-{number:02d}",
        "disposition": "destroyed",
        "method": "Melting in a foundry",
        "authority": "Basic court (invented data)",
        "order_number": f"Su {number}/{planned.year}",
        "commission": COMMISSION,
        "witness": "Jelena Svedok",
        "place": "Foundry",
        "planned_on": planned.isoformat(),
    }
    made = actions.create(registry.of(Disposal), values, by=by, unit=unit)
    assert isinstance(made, Disposal)  # noqa: S101 - tells the type checker
    return made


def searches(users: dict[str, Any]) -> None:
    """Keep the searches that people run every week."""
    for name, title, query, alerts in SEARCHES:
        wanted = Filter(query, "firearm")
        saved.save(title, wanted, by=users[name], alerts=alerts)


def data_protection(units: dict[str, Unit], *, by: Any) -> None:
    """Enter requests of persons, open and answered, and two breaches."""
    today, now = timezone.localdate(), timezone.now()
    for here, (kind, person, asked, days, answer) in zip(
        region.JURISDICTIONS, REQUESTS, strict=False
    ):
        request = protection.open_request(
            units[here.code],
            kind,
            by=by,
            person=person,
            request=asked,
            received_on=today - datetime.timedelta(days=days),
            contact="by post",
        )
        if answer:
            refused = SubjectRequest.State.REFUSED
            protection.answer_request(request, refused, answer, by=by)
    protection.report_breach(
        units["rs"],
        "List of names sent to the wrong office (invented data)",
        by=by,
        discovered_at=now - datetime.timedelta(hours=30),
        description="A list of reporting persons went to another police station.",
        categories="names, addresses",
        persons=14,
    )
    earlier = protection.report_breach(
        units["me"],
        "Paper file left in a car (invented data)",
        by=by,
        discovered_at=now - datetime.timedelta(days=40),
        description="A case file lay in a service car overnight; it was found again.",
        categories="names, case numbers",
        persons=2,
    )
    done = {
        "measures": "The driver was instructed; files travel in locked cases.",
        "notified_at": now - datetime.timedelta(days=38),
        "closed_at": now - datetime.timedelta(days=20),
    }
    protection.update_breach(earlier, done, by=by)
