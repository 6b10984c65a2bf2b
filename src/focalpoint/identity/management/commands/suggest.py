"""``focalpoint suggest``: compare records, raise leads; goes on where it stopped."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.http import Http404

from focalpoint.accounts.access import SYSTEM
from focalpoint.identity import actions
from focalpoint.identity.models import Run
from focalpoint.records import queries
from focalpoint.values.errors import BadInput


class Command(BaseCommand):
    help = "Compare records with one another and raise leads; resumable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--all",
            dest="everything",
            action="store_true",
            help="everything, not only what changed since the last run",
        )
        parser.add_argument(
            "--record", default="", help="one record by its reference, at once"
        )

    def handle(self, *, everything: bool, record: str, **options: Any) -> None:
        if record:
            self._one(record)
            return
        for run in actions.run_all(everything=everything, say=_progress):
            if run.state == Run.State.STOPPED:
                self.stderr.write("stopped; give the same command again to go on")
            self.stdout.write(
                f"{run.record_type}: {run.done:,} of {run.total:,} compared, "
                f"{run.raised:,} leads raised, {run.reopened:,} asked again, "
                f"{run.lapsed:,} taken back"
            )

    def _one(self, reference: str) -> None:
        found = _named(reference)
        if found is None or found.type_code not in actions.TYPES:
            raise BadInput(
                "there is no record %(reference)s that can be compared",
                reference=reference,
            )
        outcome = actions.suggest_for(found)
        self.stdout.write(
            f"{reference}: {len(outcome.raised)} leads raised, "
            f"{outcome.unchanged + len(outcome.updated)} known, "
            f"{len(outcome.reopened)} asked again"
        )


def _named(reference: str) -> Any:
    try:
        return queries.by_reference(reference, SYSTEM)
    except Http404:
        return None


def _progress(run: Run) -> None:
    print(
        f"{run.record_type}: {run.done:,} of {run.total:,}, {run.raised:,} leads",
        file=sys.stderr,
    )
