"""``focalpoint init``: make an instance, or bring one up to date."""

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from focalpoint.accounts import actions as accounts
from focalpoint.accounts.access import SYSTEM
from focalpoint.accounts.models import Unit, User
from focalpoint.audit import sealing
from focalpoint.jobs import scheduler


class Command(BaseCommand):
    help = "Make an instance: database, keys, first unit and first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--admin", default="administrator", help="sign-in name")
        parser.add_argument("--unit", default="Firearms Focal Point", help="top unit")
        parser.add_argument("--jurisdiction", default="", help="code, such as rs or al")
        parser.add_argument("--no-admin", action="store_true", help="make no account")

    def handle(
        self,
        *,
        admin: str,
        unit: str,
        jurisdiction: str,
        no_admin: bool,
        verbosity: int,
        **options: Any,
    ) -> None:
        make_folders_and_keys()
        call_command("migrate", verbosity=0, interactive=False)
        scheduler.lay_out()
        if no_admin or User.objects.exists():
            self.stderr.write(f"instance in {settings.HOME} is up to date")
            return
        top = Unit.objects.filter(parent=None).first() or accounts.add_unit(
            "ffp", unit, by=SYSTEM, jurisdiction=jurisdiction, level="state"
        )
        password = secrets.token_urlsafe(12)
        user = accounts.invite(admin, password, by=SYSTEM)
        accounts.grant(user, "administrator", top, by=SYSTEM)
        self.stderr.write(f"instance made in {settings.HOME}")
        self.stdout.write(f"administrator: {admin}\npassword: {password}")
        self.stderr.write(
            "Keep the password: it is not shown again. "
            "A second factor is asked for at the first sign-in."
        )


def make_folders_and_keys() -> None:
    """Make what is missing of the instance's folder; never replace a key."""
    for folder in (settings.HOME, settings.KEYS, settings.ATTACHMENTS):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keep(settings.KEYS / "secret-key", secrets.token_urlsafe(50).encode())
    keep(settings.MASTER_KEY_FILE, secrets.token_bytes(32).hex().encode())
    keep(settings.KEYS / "audit-key.pem", sealing.new_key())
    settings.SECRET_KEY = (settings.KEYS / "secret-key").read_text().strip()


def keep(path: Path, content: bytes) -> None:
    """Write a key that only its owner reads, unless it is there already."""
    if path.exists():
        return
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
    ) as out:
        out.write(content)
