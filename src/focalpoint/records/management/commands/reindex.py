"""``focalpoint reindex``: make the search index anew from the records."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from focalpoint.records import index, registry


class Command(BaseCommand):
    help = "Make the search index anew, for all kinds of record or for one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--type", default="", help="kind of record, as firearm")

    def handle(self, *, type: str, **options: Any) -> None:
        index.lay_out()
        for kind in [registry.get(type)] if type else index.searched():
            done = 0
            for done in index.rebuild(kind):
                if done % 20_000 == 0:
                    print(f"{done:,} {kind.title_plural}", file=sys.stderr)
            self.stdout.write(f"{kind.code}: {done}")
        index.count_anew()
