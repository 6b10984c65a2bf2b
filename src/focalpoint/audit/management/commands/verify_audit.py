"""``focalpoint verify-audit``: check the whole chain."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from focalpoint.audit import queries


class Command(BaseCommand):
    help = "Check every event of the audit trail, its head and its seals."

    def handle(self, **options: Any) -> None:
        total = 0

        def progress(done: int, end: int) -> None:
            nonlocal total
            total = done
            print(f"{done:,} of {end:,} events", file=sys.stderr)

        breaks = queries.verify(progress)
        for at in breaks:
            self.stdout.write(f"event {at.seq}: {at.reason}")
        if breaks:
            raise SystemExit(1)
        self.stdout.write(f"{total} events, the chain holds")
