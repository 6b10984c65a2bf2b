"""A worker that is killed outright, a disk that is full, a database that is locked.

Each import runs in a process of its own on an instance of its own, so that nothing of
it can be tidied up by the test: a kill is a kill.
"""

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROWS = 600
HEADER = ["Broj zapisnika", "Serijski broj", "Marka", "Datum oduzimanja", "Mesto"]
PREPARE = """
from focalpoint.accounts import actions
from focalpoint.accounts.access import SYSTEM
actions.add_unit("ffp", "North", by=SYSTEM, jurisdiction="rs", level="state")
"""
# The process names the moment it has reached and waits there to be killed.
IMPORT = """
import sys, time
from pathlib import Path
from focalpoint.accounts.access import SYSTEM
from focalpoint.accounts.models import Unit
from focalpoint.intake import actions, running
from focalpoint.intake.models import Batch
from focalpoint.records import bulk, index

running.Pace.first = running.Pace.least = running.Pace.most = 100
MOMENT, NUMBER = sys.argv[2], int(sys.argv[3])
reached = 0


def halting(module, name):
    whole = getattr(module, name)

    def at(*args, **kwargs):
        global reached
        reached += 1
        if reached == NUMBER:
            print("here", flush=True)
            time.sleep(60)
        return whole(*args, **kwargs)

    setattr(module, name, at)


PLACES = {
    "checking": (actions, "note_check"),
    "before a step": (actions, "store"),
    "inside a step": (index, "settle"),
    "before showing": (bulk, "reveal"),
    "inside showing": (index, "reveal"),
    "before the end": (actions, "settle"),
}
if MOMENT:
    halting(*PLACES[MOMENT])
unit = Unit.objects.get(code="ffp")
path = Path(sys.argv[1])
batch = actions.open_batch([(path, path.name)], by=SYSTEM, unit=unit)
batch = running.check(actions.start(batch, "checking", by=SYSTEM), by=SYSTEM)
running.run(actions.start(batch, "running", by=SYSTEM))
"""
STATE = """
import json
from focalpoint.accounts.access import SYSTEM, visible
from focalpoint.accounts.models import User
from focalpoint.audit import queries
from focalpoint.intake.models import Batch
from focalpoint.records.models import (
    Firearm, Incident, SearchDocument, SerialKey, FacetCount,
)
from django.db.models import Sum

shown = Firearm.objects.filter(is_complete=True)
counts = FacetCount.objects.filter(record_type="firearm", field="", is_complete=True)
print(json.dumps({
    "status": list(Batch.objects.values_list("status", flat=True)),
    "guns": Firearm.objects.count(),
    "shown": shown.count(),
    "numbers": Firearm.objects.values("source_key").distinct().count(),
    "events": Incident.objects.count(),
    "documents": SearchDocument.objects.filter(record_type="firearm").count(),
    "serials": SerialKey.objects.count(),
    "counted": counts.aggregate(n=Sum("count"))["n"] or 0,
    "breaks": len(list(queries.verify())),
}))
"""
TAKE_UP = """
import sys
from focalpoint.accounts.access import SYSTEM
from focalpoint.intake import actions, running
from focalpoint.intake.models import Batch
batch = Batch.objects.get()
if sys.argv[1] == "remove" and batch.status == "running":
    batch = actions.start(batch, "removing", by=SYSTEM)
running.run(batch)
"""
BEGIN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "focalpoint.settings"
import django
django.setup()
"""
