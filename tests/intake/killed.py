"""What the processes do that ``test_killed.py`` starts and kills.

Each does one of the functions below on an instance of its own. A process that is to be
killed names the moment that it has reached and waits there.
"""

import json
import sys
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.models import Sum

from focalpoint import cli
from focalpoint.accounts import actions as accounts
from focalpoint.accounts.access import SYSTEM
from focalpoint.accounts.models import Unit
from focalpoint.audit import queries
from focalpoint.intake import actions, running
from focalpoint.intake.models import Batch, BatchTable
from focalpoint.records import bulk, followers, index
from focalpoint.records.models import (
    FacetCount,
    Firearm,
    Incident,
    SearchDocument,
    SerialKey,
)
from tests.processes import halt

MOMENTS = {
    "checking": (actions, "note_check"),
    "before a step": (actions, "store"),
    "inside a step": (index, "settle"),
    "before the rows are shown": (bulk, "reveal"),
    "while the rows are shown": (index, "reveal"),
    "before the end": (actions, "settle"),
}


def found() -> None:
    """Make the unit that imports."""
    accounts.add_unit("ffp", "North", by=SYSTEM, jurisdiction="rs", level="state")


def prepare(path: str) -> None:
    """Check a file, so that only its import is left to do."""
    found()
    unit = Unit.objects.get(code="ffp")
    batch = actions.open_batch([(Path(path), "zaplene.csv")], by=SYSTEM, unit=unit)
    running.check(actions.start(batch, "checking", by=SYSTEM), by=SYSTEM)


def work(stage: str, moment: str, number: str) -> None:
    """Be the worker that does a stage of the import, until somebody kills it."""
    actions.start_in_background(Batch.objects.get(), stage, by=SYSTEM)
    halt(MOMENTS, moment, int(number or 0))
    call_command("worker", until_empty=True)


def take_up() -> None:
    """Tell what was left, be the next worker, and tell what there is then."""
    state()
    call_command("worker", until_empty=True)
    state()


def remove() -> None:
    """Tell what was left, take the import back, and tell what there is then."""
    state()
    running.run(actions.start(Batch.objects.get(), "removing", by=SYSTEM))
    state()


def command(moment: str, number: str, *arguments: str) -> None:
    """Be ``focalpoint`` with a short patience for a locked database."""
    connection.settings_dict["OPTIONS"]["timeout"] = 0.5
    halt(MOMENTS, moment, int(number or 0))
    sys.exit(cli.main(list(arguments)))


def state() -> None:
    """Tell what there is, in one line."""
    whole = FacetCount.objects.filter(record_type="firearm", field="", is_complete=True)
    found = {
        "status": [str(batch.status) for batch in Batch.objects.all()],
        "done": sum(BatchTable.objects.values_list("done", flat=True)),
        "firearms": Firearm.objects.count(),
        "keys": Firearm.objects.values("source_key").distinct().count(),
        "shown": Firearm.objects.filter(is_complete=True).count(),
        "events": Incident.objects.count(),
        "documents": SearchDocument.objects.count(),
        "serials": SerialKey.objects.count(),
        "counted": whole.aggregate(n=Sum("count"))["n"] or 0,
        "breaks": len(queries.verify()),
    }
    print(json.dumps(found), flush=True)


def main() -> None:
    """Do what the command line says."""
    # Small steps, so that a small file has many moments.
    running.Pace.first = running.Pace.least = running.Pace.most = 100
    running.CHECK_STEP = bulk.REVEALED = 100
    followers.imported = lambda *_told: None  # what follows has tests of its own
    globals()[sys.argv[1]](*sys.argv[2:])
