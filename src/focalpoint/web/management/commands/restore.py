"""``focalpoint restore``: make an instance from a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from focalpoint.audit import queries
from focalpoint.values.errors import BadInput
from focalpoint.web import archive


class Command(BaseCommand):
    help = "Restore a backup into the empty folder FOCALPOINT_HOME and check it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the backup")

    def handle(self, *, file: str, **options: Any) -> None:
        if not Path(file).is_file():
            raise BadInput("there is no file %(file)s", file=file)
        connection.close()
        manifest = archive.read(Path(file), settings.HOME)
        if manifest["database"] != connection.vendor:
            raise BadInput(
                "the backup is of a %(theirs)s database, the settings name %(ours)s",
                theirs=manifest["database"],
                ours=connection.vendor,
            )
        if connection.vendor == "postgresql":
            archive.load_dump(settings.HOME / archive.DATABASE["postgresql"])
        call_command("migrate", verbosity=0, interactive=False)
        if breaks := queries.verify():
            raise BadInput(
                "restored, but the audit trail does not hold from event %(seq)s on",
                seq=breaks[0].seq,
            )
        self.stdout.write(f"{len(manifest['members'])} files restored, the trail holds")
