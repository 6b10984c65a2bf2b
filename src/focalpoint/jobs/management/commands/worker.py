"""``focalpoint worker``: the task worker and the scheduler in one process."""

import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from focalpoint.jobs import backend, courtesy, scheduler

LOOK_EVERY_SECONDS = 20.0


class Command(BaseCommand):
    help = "Run the work that outlives a request: imports, nightly runs, seals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--until-empty", action="store_true", help="stop when nothing waits"
        )

    def handle(self, *, until_empty: bool, **options: Any) -> None:
        courtesy.step_back()
        scheduler.lay_out()
        backend.requeue_abandoned()
        if not until_empty:
            threading.Thread(target=self._keep_schedule, daemon=True).start()
        call_command(
            "db_worker",
            queue_name="*",
            worker_id=backend.worker_name(),
            interval=0.5,
            startup_delay=False,
            batch=until_empty,
            reload=False,
            verbosity=0,
        )

    def _keep_schedule(self) -> None:
        pause = threading.Event()
        while not pause.wait(LOOK_EVERY_SECONDS):
            try:
                scheduler.enqueue_due()
                courtesy.move_log()
            except OperationalError as problem:
                # A locked database now is no reason to stop for good.
                self.stderr.write(f"schedule not kept this time: {problem}")
            finally:
                close_old_connections()
