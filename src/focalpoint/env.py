"""Settings from the environment: typed, and loud when they are wrong."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from focalpoint.values.errors import BadInput

READ: dict[
    str, tuple[str, str]
] = {}  # name -> (default, help): .env.example is made of it

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def envstr(name: str, default: str, help: str) -> str:
    """Return the text of a setting."""
    READ[name] = (default, help)
    return os.environ.get(name, default)


def envbool(name: str, default: bool, help: str) -> bool:
    """Return a yes or no."""
    text = envstr(name, "yes" if default else "no", help).strip().lower()
    if text not in TRUE | FALSE:
        raise BadInput("%(name)s is %(text)s; write yes or no", name=name, text=text)
    return text in TRUE


def envint(name: str, default: int, help: str) -> int:
    """Return a whole number."""
    text = envstr(name, str(default), help).strip()
    if not text.lstrip("-").isdigit():
        raise BadInput("%(name)s is %(text)s; write a number", name=name, text=text)
    return int(text)


def envlist(name: str, default: str, help: str) -> list[str]:
    """Return the parts of a comma-separated setting."""
    return [
        part.strip() for part in envstr(name, default, help).split(",") if part.strip()
    ]


def envsecret(name: str, file: Path, help: str) -> str:
    """Return a secret: the variable, else the file it names, else the instance's own.

    Empty while the instance has no keys yet; ``focalpoint init`` makes them.
    """
    READ[name] = ("", help)
    READ[f"{name}_FILE"] = (file.name, f"file that holds {name}")
    if value := os.environ.get(name):
        return value
    path = Path(os.environ.get(f"{name}_FILE", str(file)))
    return path.read_text().strip() if path.is_file() else ""


# To compile a statement takes longer than most of ours run; and a word's records lie
# in ten thousand places, which a planner that thinks of turning disks does not go to.
POSTGRESQL = "-c jit=off -c random_page_cost=1.1"


def database(url: str) -> dict[str, Any]:
    """Turn ``sqlite:///path`` or ``postgresql://user:password@host/name`` into settings.

    What follows a ``?`` goes to PostgreSQL's driver as it stands.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            # A connection opened for each page would lose the pages it had read.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "timeout": 20,
                # A deferred transaction that reads before it writes can fail at once
                # with "database is locked", whatever the timeout.
                "transaction_mode": "IMMEDIATE",
                # Mapped as far as SQLite can, 2 GB: what a word finds among a million
                # records lies in ten thousand places of the file.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; "
                    "PRAGMA mmap_size=2147418112; PRAGMA temp_store=MEMORY; "
                    # What was written is moved into the database by the worker and by
                    # imports (jobs.courtesy); a page does it only where both rest.
                    "PRAGMA wal_autocheckpoint=16000; "
                    "PRAGMA journal_size_limit=67108864"
                ),
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        options = {"options": POSTGRESQL} | dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "OPTIONS": options,
        }
    raise BadInput(
        "FOCALPOINT_DATABASE is %(url)s; write sqlite:///path or "
        "postgresql://user:password@host/name",
        url=url,
    )
