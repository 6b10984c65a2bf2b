"""Backups: the whole state of an instance as one file that can be checked.

A tar archive with a manifest of every member's SHA-256, signed with the instance's
key. Members are taken out one by one under names we know, never where the archive says.
"""

import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import connection

from focalpoint import __version__
from focalpoint.audit import sealing
from focalpoint.values.errors import BadInput

MANIFEST = "manifest.json"
DATABASE = {"sqlite": "focalpoint.sqlite3", "postgresql": "database.dump"}
FOLDERS = ("keys", "attachments")
FILES = ("audit-seals.txt", "demonstration-accounts.json")


def write(target: Path) -> dict[str, Any]:
    """Write the archive; the database is copied as it stands at one moment."""
    digests: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / DATABASE[connection.vendor]
        copy_database(copy)
        with tarfile.open(target, "w") as archive:
            for name, path in (*_state(), (copy.name, copy)):
                digests[name] = _digest(path)
                archive.add(path, name, recursive=False)
            body = {
                "version": __version__,
                "database": connection.vendor,
                "members": digests,
            }
            body["signature"] = sealing.sign(_canonical(body))
            content = json.dumps(body, indent=1, sort_keys=True).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return body


def read(source: Path, home: Path) -> dict[str, Any]:
    """Check an archive and lay its members into an empty folder."""
    if home.exists() and any(home.iterdir()):
        raise BadInput(
            "%(home)s is not empty; restore into an empty folder, set with "
            "FOCALPOINT_HOME",
            home=home,
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with tarfile.open(source) as archive:
            manifest = _manifest(archive, source)
            for name, digest in manifest["members"].items():
                _lay(archive, name, digest, home)
    except (tarfile.TarError, KeyError, EOFError, OSError) as problem:
        shutil.rmtree(home, ignore_errors=True)
        raise BadInput(
            "%(source)s is no whole backup: %(problem)s", source=source, problem=problem
        ) from None
    except BadInput:
        shutil.rmtree(home, ignore_errors=True)
        raise
    signature = manifest.pop("signature")
    if not sealing.is_signed(_canonical(manifest), signature):
        shutil.rmtree(home, ignore_errors=True)
        raise BadInput("the manifest of %(source)s was altered", source=source)
    return manifest


def copy_database(target: Path) -> None:
    """Copy the database at one moment, while others work."""
    if connection.vendor == "sqlite":
        name = settings.DATABASES["default"]["NAME"]
        with (
            closing(sqlite3.connect(name)) as source,
            closing(sqlite3.connect(target)) as out,
        ):
            source.backup(out)
        return
    _run("pg_dump", "--format=custom", f"--file={target}", _address())


def load_dump(path: Path) -> None:
    """Bring a PostgreSQL dump into the empty database of the settings."""
    _run(
        "pg_restore",
        "--no-owner",
        "--single-transaction",
        f"--dbname={_address()}",
        str(path),
    )
    path.unlink()


def _address() -> str:
    """Return how PostgreSQL's own programs reach the database."""
    found = settings.DATABASES["default"]
    host = found["OPTIONS"].get("host") or found["HOST"]
    words = {
        "host": host,
        "port": found["PORT"],
        "user": found["USER"],
        "dbname": found["NAME"],
    }
    return " ".join(f"{name}={value}" for name, value in words.items() if value)


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise BadInput(
            "%(program)s is not here; install PostgreSQL's client programs",
            program=program,
        )
    environment = {"PGPASSWORD": settings.DATABASES["default"]["PASSWORD"]}
    done = subprocess.run(  # noqa: S603 - our own arguments
        [shutil.which(program) or program, *arguments],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", **environment},
    )
    if done.returncode:
        raise BadInput(
            "%(program)s says: %(text)s",
            program=program,
            text=done.stderr.strip().rpartition("\n")[2],
        )


def _state() -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for path in sorted((settings.HOME / folder).rglob("*")):
            if path.is_file() and path.suffix != ".part":
                yield str(PurePosixPath(path.relative_to(settings.HOME))), path
    for name in FILES:
        if (settings.HOME / name).is_file():
            yield name, settings.HOME / name


def _manifest(archive: tarfile.TarFile, source: Path) -> dict[str, Any]:
    member = archive.extractfile(archive.getmember(MANIFEST))
    if member is None:
        raise BadInput("%(source)s has no manifest", source=source)
    found: dict[str, Any] = json.loads(member.read())
    return found


def _lay(archive: tarfile.TarFile, name: str, digest: str, home: Path) -> None:
    target = (home / name).resolve()
    first = PurePosixPath(name).parts[0]
    known = first in {*FOLDERS, *FILES, *DATABASE.values()}
    if not known or not target.is_relative_to(home.resolve()):
        raise BadInput("%(name)s does not belong into a backup", name=name)
    member = archive.extractfile(archive.getmember(name))
    if member is None:
        raise BadInput("%(name)s is no file", name=name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("wb") as out:
        shutil.copyfileobj(member, out)
    target.chmod(0o600)
    if _digest(target) != digest:
        raise BadInput("%(name)s in the backup was altered", name=name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _canonical(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"))
