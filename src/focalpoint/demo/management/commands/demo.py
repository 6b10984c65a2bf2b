"""``focalpoint demo``: load the simulated region, or show its sign-ins."""

import datetime
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from focalpoint.demo import interruption, load, people
from focalpoint.simulation import region
from focalpoint.values.errors import BadInput


class Command(BaseCommand):
    help = "Load a made-up region with its people into an empty instance."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", default="small", help="tiny, small or large")
        parser.add_argument(
            "--seed", type=int, default=1, help="same seed, same region"
        )
        parser.add_argument(
            "--until", default="", help="last day, as 2025-12-31; else last month's end"
        )
        parser.add_argument(
            "--accounts", action="store_true", help="show the sign-ins, load nothing"
        )

    def handle(self, **options: Any) -> None:
        try:
            self._run(options)
        except BadInput as problem:
            print(f"focalpoint demo: {problem}", file=sys.stderr)
            raise SystemExit(2) from problem

    def _run(self, options: dict[str, Any]) -> None:
        if interruption.found():
            self.stderr.write("the last loading was interrupted; beginning anew")
            interruption.clear()
            call_command("init", no_admin=True)
        if options["accounts"] or load.is_loaded():
            if not options["accounts"]:
                self.stderr.write("the demonstration is loaded already")
            self._show()
            return
        until = _day(options["until"])
        load.refuse_unless_empty()
        region.size_named(options["size"])  # refused before anything is made
        with interruption.noted():
            load.load(options["size"], options["seed"], until, self.stderr.write)
        self._show()

    def _show(self) -> None:
        for account, password in people.sign_ins():
            self.stdout.write(f"{account.name}\t{password}\t{account.role}")


def _day(text: str) -> datetime.date:
    if not text:
        return timezone.localdate().replace(day=1) - datetime.timedelta(days=1)
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            "%(text)s is not a day; write it as 2025-12-31", text=text
        ) from None
