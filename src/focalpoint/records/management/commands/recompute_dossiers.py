"""``focalpoint recompute-dossiers``: all dossiers anew; must change nothing."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from focalpoint.records import dossiers, registry


class Command(BaseCommand):
    help = "Compute all dossiers from the judgements anew; a sound instance moves none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--type", default="", help="kind of record, as firearm")

    def handle(self, *, type: str, **options: Any) -> None:
        judged = [kind for kind in registry.all_types() if kind.identify]
        for kind in [registry.get(type)] if type else judged:
            told = (0, 0)
            for told in dossiers.recompute(kind.code):
                if told[0] % 20_000 == 0:
                    print(f"{told[0]:,} {kind.title_plural}", file=sys.stderr)
            self.stdout.write(f"{kind.code}: {told[0]:,} records, {told[1]:,} moved")
