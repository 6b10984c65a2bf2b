"""``focalpoint backup``: database, keys and attachments as one checked file."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from focalpoint.accounts.access import SYSTEM
from focalpoint.audit import actions as audit
from focalpoint.values.files import whole_file
from focalpoint.web import archive


class Command(BaseCommand):
    help = "Write the whole instance into one file; keep it as safe as the instance."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, help="file to write")

    def handle(self, *, out: str, **options: Any) -> None:
        audit.write("records.export", by=SYSTEM, detail={"backup": True})
        audit.seal()
        with whole_file(out) as draft:
            manifest = archive.write(draft)
            draft.chmod(0o600)
        self.stdout.write(f"{len(manifest['members'])} files in {out}")
        self.stderr.write("It holds the keys: whoever has it can read everything.")
