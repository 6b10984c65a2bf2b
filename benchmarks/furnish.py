"""Give firearms of a filled instance what real ones have beside them.

    FOCALPOINT_HOME=/tmp/bench .venv/bin/python benchmarks/fill.py --firearms 1000000
    FOCALPOINT_HOME=/tmp/bench .venv/bin/python benchmarks/furnish.py --firearms 400

The latest firearms that ``--user`` sees get, through the actions that people use, an
event with a place and two persons, marks, the checklist, an exhibit with four
hand-overs, a link to another one, a change, and a lead that asks whether both are one.
"""

import argparse
import os
import sys
import time
from datetime import timedelta
from unittest import mock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focalpoint.settings")
ROUTE = (
    ("officer", "store", "collection"),
    ("store", "laboratory", "test_fire"),
    ("laboratory", "store", "storage"),
    ("store", "court", "court"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--firearms", type=int, default=400)
    parser.add_argument("--user", default="state")
    arguments = parser.parse_args()
    import django

    django.setup()
    from focalpoint.accounts.models import User
    from focalpoint.records import followers, queries

    user = User.objects.get(username=arguments.user)
    started = time.perf_counter()
    guns = list(queries.records("firearm", user)[: arguments.firearms])
    # The search for the same gun is measured elsewhere; the leads are made below.
    with mock.patch.object(followers, "settled"):
        for number, gun in enumerate(guns):
            furnish(gun, number, user)
        join(list(zip(guns[::2], guns[1::2], strict=False)), user)
    seconds = time.perf_counter() - started
    print(f"{len(guns)} firearms furnished in {seconds:.0f} s", file=sys.stderr)


def furnish(gun, number: int, user) -> None:
    """Record the event of a firearm, its persons, its marks and its way."""
    from focalpoint.records import actions, checklist, marks, registry

    def new(code: str, **values):
        return actions.create(registry.get(code), values, by=user, unit=gun.unit)

    event = new(
        "incident",
        type="seizure",
        occurred_from=gun.event_date,
        place=f"Road {number}",
        municipality="Preševo",
        case_number=f"KT {number}/26",
        lat=42.3 + number % 100 / 1000,
        lon=21.6 + number % 90 / 1000,
    )
    for category, name in (("suspect", "Đorđević"), ("other_party", "Petrović")):
        person = f"{name} {number}"
        new("person", incident=event, led_category=category, family_name=person)
    known = {"make": "zastava", "calibre": "9x19", "origin_class": "factory"}
    gun = actions.change(gun, {"incident": event, **known}, by=user)
    rows = (
        {"kind": "serial", "position": "frame", "text": gun.serial, "status": "intact"},
        {"kind": "proof", "position": "barrel", "text": "BP", "status": "intact"},
    )
    marks.set_marks(gun, rows, by=user)
    checklist.open_checklist(gun, by=user)
    hand_over(new("exhibit", number=f"E-{number}", firearm=gun, incident=event), user)


def hand_over(exhibit, user) -> None:
    from django.utils import timezone

    from focalpoint.records import custody

    begun = timezone.now() - timedelta(days=len(ROUTE))
    for day, (giver, receiver, reason) in enumerate(ROUTE):
        custody.hand_over(
            exhibit,
            by=user,
            giver=giver,
            receiver=receiver,
            place=receiver,
            reason=reason,
            at=begun + timedelta(days=day),
        )


def join(pairs: list, user) -> None:
    """Link the firearms of each pair, and ask whether they are one."""
    from focalpoint.accounts.access import SYSTEM
    from focalpoint.leads import raising
    from focalpoint.leads.suggesting import Suggestion
    from focalpoint.records import actions

    for first, second in pairs:
        actions.link(first, second, "found_with", by=user)
    asked = [
        Suggestion(
            "identity",
            first,
            second,
            "benchmark",
            "1",
            weight=9.0,
            proposal="same",
            relation="same",
        )
        for first, second in pairs
    ]
    raising.raise_many(asked, by=SYSTEM)


if __name__ == "__main__":
    main()
