"""What the processes do that ``test_at_one_moment.py`` starts: two people, or a run.

Each does one of the functions below on an instance of its own. A process that is to
meet another names the moment that it has reached and waits there for a line.
"""

import json
import sys
from typing import Any

from focalpoint.accounts.models import User
from focalpoint.audit.queries import verify
from focalpoint.identity import actions as identity
from focalpoint.identity import at_large
from focalpoint.identity.models import Run
from focalpoint.leads import actions, raising
from focalpoint.leads.models import Judgement, Lead
from focalpoint.records import actions as records
from focalpoint.records import dossiers, followers
from focalpoint.records.models import Firearm, SameObject
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make
from tests.processes import halt

MOMENTS = {
    "with the lead in hand": (actions, "_carry_out"),
    "before the lead is judged": (actions, "judge"),
    "before it is withdrawn": (actions, "withdraw"),
    "before dossiers are computed": (dossiers, "settle"),
    "before a slice is stored": (identity, "settle"),
    "before a slice is whole": (raising, "raise_many"),
    "while pairs are found": (at_large, "_find"),
}
REASON = {"reason": "Both frames read 218471", "basis": "serial_and_make"}


def three() -> None:
    """Make people and three records of one gun, each pair with its lead."""
    cast = people.assemble()
    people.person("anton", "analyst", cast.north)
    for kind in ("stolen", "recovered", "registered"):
        make.firearm(cast.alice, serial="218471", kind=kind)
    identity.run_all()
    _tell()


def many() -> None:
    """Make people and pairs of records that nobody has compared."""
    cast = people.assemble()
    followers.settled = lambda _records: None
    for number in range(6):
        for kind in ("stolen", "recovered"):
            make.firearm(cast.alice, serial=f"{number}57{number}31", kind=kind)
    _tell()


def judge(name: str, verdict: str, place: str, moment: str) -> None:
    """Judge a lead that was read before the moment."""
    lead = Lead.objects.order_by("reference")[int(place)]
    by = User.objects.get(username=name)
    _attempt(
        moment,
        lambda: actions.judge(lead, verdict, by=by, version=lead.version, **REASON),
    )


def by_hand(name: str, verdict: str, moment: str) -> None:
    """Judge the two records of the first lead that a person brought together."""
    lead = Lead.objects.order_by("reference")[0]
    first, second = (
        Firearm.objects.get(pk=pk) for pk in (lead.first_id, lead.second_id)
    )
    by = User.objects.get(username=name)
    _attempt(
        moment,
        lambda: actions.judge_records(first, second, verdict, by=by, **REASON),
    )


def withdraw(name: str, moment: str) -> None:
    """Take the judgement that stands back."""
    judgement = Judgement.objects.get(stands=True)
    by = User.objects.get(username=name)
    _attempt(moment, lambda: actions.withdraw(judgement, "Wrong frame", by=by))


def change(moment: str) -> None:
    """Correct the number of a record of the first lead; its leads are looked at anew."""
    lead = Lead.objects.order_by("reference")[0]
    gun = Firearm.objects.get(pk=lead.first_id)
    alice = User.objects.get(username="alice")
    _attempt(moment, lambda: records.change(gun, {"serial": "999002"}, by=alice))


def run(size: str, everything: str, moment: str, number: str) -> None:
    """Compare all records in slices of four, as the night does."""
    identity.SLICE = 4
    at_large.LARGE = int(size)
    halt(MOMENTS, moment, int(number))
    identity.run_all(everything=bool(everything))
    _tell()


def state() -> None:
    """Tell what there is."""
    _tell()


def _attempt(moment: str, what: Any) -> None:
    halt(MOMENTS, moment, 1)
    try:
        what()
    except BadInput as problem:
        print(json.dumps({"refused": str(problem), "as": type(problem).__name__}))
    _tell()


def _tell() -> None:
    pairs = [one for one in Lead.objects.all() if one.kind == "identity"]
    print(
        json.dumps(
            {
                "leads": sorted([one.key, str(one.status)] for one in pairs),
                "standing": [
                    [one.by.username, one.verdict]
                    for one in Judgement.objects.filter(stands=True)
                ],
                "judgements": Judgement.objects.count(),
                "same": SameObject.objects.filter(stands=True).count(),
                "dossiers": Firearm.objects.values("dossier").distinct().count(),
                "recomputed": sum(moved for _n, moved in dossiers.recompute("firearm")),
                "runs": [
                    [str(one.state), one.done, one.raised]
                    for one in Run.objects.filter(record_type="firearm").order_by("pk")
                ],
                "breaks": len(verify()),
            }
        ),
        flush=True,
    )


def main() -> None:
    """Do what the command line says."""
    globals()[sys.argv[1]](*sys.argv[2:])
