"""Another user's page and save, again and again, until a line comes on standard input.

Used by ``intake.py``; prints the times in seconds as JSON.
"""

import json
import os
import select
import sys
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "focalpoint.settings"
import django

django.setup()

from django.test import Client

from focalpoint.accounts.models import Membership, Unit, User
from focalpoint.records import actions, registry

PAUSE = 0.5


def main() -> None:
    """Measure until told to stop."""
    unit = Unit.objects.order_by("path").first()
    user = User.objects.create_user("beside", password="only for the benchmark")
    Membership.objects.create(user=user, unit=unit, role="analyst")
    user.second_factor_waived = True
    user.save()
    kind = registry.get("firearm")
    gun = actions.create(kind, {"kind": "recovered"}, by=user, unit=unit)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    times: dict[str, list[float]] = {"page": [], "save": []}
    count = 0
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        began = time.perf_counter()
        client.get("/records/firearm/")
        times["page"].append(time.perf_counter() - began)
        count += 1
        began = time.perf_counter()
        gun = actions.change(gun, {"model": f"M{count}"}, by=user)
        times["save"].append(time.perf_counter() - began)
    print(json.dumps(times))


main()
