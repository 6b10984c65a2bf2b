"""Backup and restore: everything comes back, and nothing altered does."""

import tarfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from focalpoint.audit import actions as audit
from focalpoint.values.errors import BadInput
from focalpoint.web import archive

pytestmark = pytest.mark.django_db


@pytest.fixture
def backup(tmp_path, monkeypatch):
    # The copy of the database itself is proven by the journey over real instances:
    # here it lives in memory or inside a transaction of the test.
    monkeypatch.setattr(archive, "copy_database", lambda path: path.write_bytes(b"db"))
    audit.write("records.view", by=None)
    target = tmp_path / "instance.tar"
    call_command("backup", out=str(target))
    return target


def altered(source: Path, target: Path, name: str, content: bytes) -> Path:
    import io

    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            body = old.extractfile(member).read()
            body = content if member.name == name else body
            member.size = len(body)
            new.addfile(member, io.BytesIO(body))
    return target


def test_every_member_comes_back(backup, tmp_path, settings):
    manifest = archive.read(backup, tmp_path / "home")
    assert archive.DATABASE[connection.vendor] in manifest["members"]
    key = (tmp_path / "home" / "keys" / "audit-key.pem").read_bytes()
    assert key == (settings.KEYS / "audit-key.pem").read_bytes()


def test_a_folder_that_is_not_empty_is_left_alone(backup, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "note").write_text("mine")
    with pytest.raises(BadInput, match="not empty"):
        archive.read(backup, tmp_path / "home")
    assert (tmp_path / "home" / "note").read_text() == "mine"


def test_an_altered_member_is_refused_and_nothing_remains(backup, tmp_path):
    name = archive.DATABASE[connection.vendor]
    bad = altered(backup, tmp_path / "bad.tar", name, b"DB")
    with pytest.raises(BadInput, match="altered"):
        archive.read(bad, tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_manifest_made_by_somebody_else_is_refused(backup, tmp_path):
    import json

    with tarfile.open(backup) as found:
        manifest = json.loads(found.extractfile("manifest.json").read())
    manifest["version"] = "9.9"
    content = json.dumps(manifest).encode()
    bad = altered(backup, tmp_path / "bad.tar", "manifest.json", content)
    with pytest.raises(BadInput, match="manifest"):
        archive.read(bad, tmp_path / "home")


@pytest.mark.parametrize("content", [b"", b"no archive at all"])
def test_what_is_no_backup_is_refused(content, tmp_path):
    source = tmp_path / "x.tar"
    source.write_bytes(content)
    with pytest.raises(BadInput, match="no whole backup"):
        archive.read(source, tmp_path / "home")
