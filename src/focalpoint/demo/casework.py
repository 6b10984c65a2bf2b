"""Daily work on what came in: photographs, exhibits, hand-overs, checklists, links."""

import datetime
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from focalpoint.accounts.models import Unit
from focalpoint.records import actions, attachments, checklist, custody, registry
from focalpoint.records.models import BallisticItem, Exhibit, Firearm, Incident
from focalpoint.simulation import region
from focalpoint.simulation.scenario import Scenario

HANDOVERS = (
    ("collection", "officer at the scene", "exhibits officer", "scene"),
    ("storage", "exhibits officer", "evidence store", "evidence store"),
    ("examination", "evidence store", "ballistic laboratory", "laboratory"),
)
EXHIBITS = 8  # in each jurisdiction
STEPS_DONE = 4  # of a checklist, at most
REPORTS = (
    (
        "Pistols offered in a car park",
        "Two men offer converted pistols from the boot of a car on Fridays.",
        "4x4", "b", "2", "h0",
    ),
    (
        "Parcels for an empty flat",
        "Small parcels declared as bicycle parts arrive for a flat where nobody lives.",
        "4x4", "c", "3", "h1",
    ),
    (
        "Coach driver carries weapons",
        "A coach driver is said to carry one or two rifles a month across the border.",
        "3x5x2", "2", "c", "h2",
    ),
    (
        "Grenades for a quarrel",
        "Two groups who quarrel over a car wash are said to look for grenades.",
        "4x4", "x", "4", "h3",
    ),
)  # fmt: skip


def work(
    made: Scenario,
    folder: Path,
    units: dict[str, Unit],
    users: dict[str, Any],
    say: Callable[[str], None],
) -> None:
    """Do some of everything in every jurisdiction."""
    chance = random.Random(f"{made.seed}/casework")
    photographs(made, folder / "photographs", users)
    scans(made, folder / "scans", users)
    linked = series(made, users)
    for here in region.JURISDICTIONS:
        by = _analyst(users, here.code)
        kept = exhibits(here.code, units[here.code], chance, by=by)
        reports(here.code, units[here.code], chance, by=by)
        say(f"{here.code}: {kept} exhibits in custody")
    say(f"{linked} links between fired cases")


def photographs(made: Scenario, folder: Path, users: dict[str, Any]) -> None:
    """Add the drawn photographs to the firearms that they show."""
    for number in sorted(made.photos):
        path = folder / f"{number.replace('/', '-')}.png"
        record = Firearm.objects.filter(source_key=number).first()
        if record is None or not path.is_file():
            continue
        with path.open("rb") as source:
            attachments.attach(
                record,
                source,
                path.name,
                by=_analyst(users, number[:2].lower()),
                kind="photo_left",
                description="Invented data: drawn by the simulation",
            )


def scans(made: Scenario, folder: Path, users: dict[str, Any]) -> None:
    """Add the synthetic breech faces to the items that were scanned."""
    for fired in made.lives.fired:
        if not fired.scan:
            continue
        record = BallisticItem.objects.filter(source_key=fired.number).first()
        if record is None:
            continue
        with (folder / fired.scan).open("rb") as source:
            attachments.attach(
                record,
                source,
                fired.scan,
                by=_analyst(users, fired.jurisdiction),
                kind="scan",
                description="Invented data: a synthetic surface",
            )


def series(made: Scenario, users: dict[str, Any]) -> int:
    """Link what the laboratories put into one series; every third link is confirmed."""
    stored = BallisticItem.objects.select_related("unit")
    items = {item.source_key: item for item in stored}
    count = 0
    for rows in made.truth.series().values():
        first, *others = (items[row.number] for row in rows if row.number in items)
        for other in others:
            if first.unit.jurisdiction != other.unit.jurisdiction:
                continue  # nobody has compared across the border yet
            kind = "same_gun_confirmed" if count % 3 == 0 else "same_gun_lead"
            by = _analyst(users, first.unit.jurisdiction)
            actions.link(first, other, kind, by=by, basis="laboratory register")
            count += 1
    return count


def exhibits(code: str, unit: Unit, chance: random.Random, *, by: Any) -> int:
    """Take the latest firearms of a jurisdiction into custody and hand them over."""
    latest = Firearm.objects.filter(unit=unit, kind="recovered").select_related(
        "incident"
    )
    count = 0
    for firearm in latest.order_by("-event_date", "source_key")[:EXHIBITS]:
        with transaction.atomic():
            exhibit = _exhibit(firearm, unit, count, by=by)
            _hand_over(exhibit, chance, by=by)
            _check_off(firearm, chance, by=by)
        count += 1
    return count


def _exhibit(firearm: Firearm, unit: Unit, count: int, *, by: Any) -> Exhibit:
    values = {
        "number": f"EX-{unit.code.upper()}-{count + 1:03d}",
        "description": " ".join(
            filter(None, (firearm.make, firearm.model, firearm.serial))
        ),
        "firearm": firearm,
        "incident": firearm.incident,
    }
    made = actions.create(registry.of(Exhibit), values, by=by, unit=unit)
    assert isinstance(made, Exhibit)  # noqa: S101 - tells the type checker
    return made


def _hand_over(exhibit: Exhibit, chance: random.Random, *, by: Any) -> None:
    moment = timezone.now() - datetime.timedelta(days=chance.randint(3, 20))
    seal = ""
    for reason, giver, receiver, place in HANDOVERS[: chance.randint(1, 3)]:
        left = f"QS{chance.randrange(10**6):06d}"
        custody.hand_over(
            exhibit,
            by=by,
            giver=giver,
            receiver=receiver,
            place=place,
            reason=reason,
            at=moment,
            seal_found=seal,
            seal_left=left,
        )
        exhibit.refresh_from_db()
        seal, moment = exhibit.seal, moment + datetime.timedelta(hours=20)


def _check_off(firearm: Firearm, chance: random.Random, *, by: Any) -> None:
    checklist.open_checklist(firearm, by=by)
    steps = list(firearm.steps.order_by("due_at"))
    for step in steps[: chance.randint(0, STEPS_DONE)]:
        checklist.settle(step, "done", by=by)


def reports(code: str, unit: Unit, chance: random.Random, *, by: Any) -> None:
    """Write the intelligence reports of a jurisdiction, each with its grading."""
    events = list(Incident.objects.filter(unit=unit).order_by("-occurred_from")[:20])
    for title, text, scheme, source, information, handling in REPORTS:
        values = {
            "title": f"{title} (invented data)",
            "text": text,
            "sanitised_text": "Information on weapons was received.",
            "scheme": scheme,
            **_grades(scheme, source, information),
            "handling": handling,
            "handling_note": "Ask the originator first." if handling == "h3" else "",
        }
        kind = registry.get("report")
        report = actions.create(kind, values, by=by, unit=unit)
        if events:
            note = {"handling_note": report.handling_note}
            actions.link(report, chance.choice(events), "mentioned_in", by=by, **note)


def _grades(scheme: str, source: str, information: str) -> dict[str, str]:
    if scheme == "4x4":
        return {"grading_source": source, "grading_information": information}
    return {"source_grade": source, "information_grade": information}


def _analyst(users: dict[str, Any], code: str) -> Any:
    return users["analyst" if code == "rs" else f"analyst-{code}"]
