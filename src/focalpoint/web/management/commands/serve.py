"""``focalpoint serve``: pages, API and one worker, on this machine only by default."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from focalpoint.values.errors import BadInput


class Command(BaseCommand):
    help = "Serve pages and API, with a worker beside them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=0, help="default: 8000 or next")
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument("--threads", type=int, default=6)
        parser.add_argument("--no-worker", action="store_true")

    def handle(
        self,
        *,
        host: str,
        port: int,
        processes: int,
        threads: int,
        no_worker: bool,
        **options: Any,
    ) -> None:
        if not (settings.KEYS / "secret-key").is_file():
            raise BadInput(
                "there is no instance in %(home)s; run: focalpoint init",
                home=str(settings.HOME),
            )
        port = port or free_port(host)
        children = [self._web(host, port, processes, threads)]
        if not no_worker:
            children.append(
                subprocess.Popen([sys.executable, "-m", "focalpoint", "worker"])
            )
        wait_until_answering(host, port, children[0])
        self.stdout.write(f"http://localhost:{port}")
        self._show_sign_ins()
        self.stdout.flush()
        stop_together(children)

    def _web(
        self, host: str, port: int, processes: int, threads: int
    ) -> subprocess.Popen[bytes]:
        command = [
            *(sys.executable, "-m", "gunicorn", "focalpoint.wsgi"),
            *("--worker-class", "gthread", "--workers", str(processes)),
            *("--threads", str(threads), "--bind", f"{host}:{port}"),
            *("--timeout", "120", "--graceful-timeout", "10", "--log-level", "warning"),
            *("--max-requests", "5000", "--max-requests-jitter", "500", "--preload"),
        ]
        return subprocess.Popen(command)  # noqa: S603 - our own arguments

    def _show_sign_ins(self) -> None:
        if settings.DEMONSTRATION:
            self.stdout.write("Demonstration with invented data. Sign in as:")
            call_command("demo", accounts=True, stdout=self.stdout)


def free_port(host: str) -> int:
    """Return the first port from 8000 that nobody listens on."""
    for port in range(8000, 8100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise BadInput("ports 8000 to 8099 are all taken; choose one with --port")


def wait_until_answering(
    host: str, port: int, server: subprocess.Popen[bytes], seconds: float = 60
) -> None:
    """Return when the server accepts connections."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise BadInput("the server did not start; its own message is above")
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise BadInput("the server did not answer within %(n)s seconds", n=seconds)


def stop_together(children: list[subprocess.Popen[bytes]]) -> None:
    """Wait for a signal or for one child to end; then end them all."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        for child in children:
            if child.poll() is None:
                os.kill(child.pid, signal.SIGTERM)
        for child in children:
            child.wait(timeout=30)
