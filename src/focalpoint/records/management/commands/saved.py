"""``focalpoint saved``: saved searches, and whether they tell of new results."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from focalpoint.records import registry, saved
from focalpoint.records.command_line import acting_as
from focalpoint.records.search import Filter
from focalpoint.values.errors import BadInput


class Command(BaseCommand):
    help = "List or keep a person's saved searches; tell of what is new in them"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="person", default="", help="sign-in name")
        parser.add_argument("--keep", default="", help="name of a search to keep")
        parser.add_argument("--query", default="", help="what the search finds")
        parser.add_argument("--type", default="", help="kind of record, as firearm")
        parser.add_argument(
            "--alert", action="store_true", help="the kept search tells of new results"
        )
        parser.add_argument(
            "--count", action="store_true", help="count anew what has come, for all"
        )
        parser.add_argument("--purpose", default="", help="needed to count persons")

    def handle(
        self,
        *,
        person: str,
        keep: str,
        query: str,
        type: str,
        alert: bool,
        count: bool,
        purpose: str,
        **options: Any,
    ) -> None:
        if count:
            done = saved.count_new()
            self.stderr.write(f"{done} saved searches are counted")
        if not person:
            if not count:
                raise BadInput("saved searches belong to a person; add --as NAME")
            return
        if type:
            registry.get(type)
        with acting_as(person, purpose) as user:
            if keep:
                saved.save(keep, Filter(query.strip(), type), by=user, alerts=alert)
            for one in saved.of(user):
                self.stdout.write(as_line(one))


def as_line(kept: saved.Kept) -> str:
    """Return a saved search as one line: what is new, whether it tells, its name."""
    new = "?" if kept.new is None else str(kept.new)
    tells = "tells" if kept.saved.alerts else "-"
    return "\t".join((new, tells, kept.saved.name, kept.saved.query))
