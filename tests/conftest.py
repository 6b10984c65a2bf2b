"""What holds for every test: no network, a fast hasher, both databases known."""

from pathlib import Path

import pytest

DATABASE_FOLDERS = {
    "audit",
    "jobs",
    "accounts",
    "records",
    "identity",
    "intake",
    "leads",
    "web",
    "api",
    "demo",
}


def pytest_collection_modifyitems(items):
    """Mark what stands on the database by the folder it lies in."""
    for item in items:
        if set(Path(item.path).parts) & DATABASE_FOLDERS:
            item.add_marker("database")


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]


@pytest.fixture(autouse=True)
def _keys(settings):
    """Keys of the instance, as ``focalpoint init`` makes them."""
    from focalpoint.web.management.commands.init import make_folders_and_keys

    if not (settings.KEYS / "audit-key.pem").is_file():
        make_folders_and_keys()
    # The book of seals outlives the database of a test, which is rolled back.
    (settings.HOME / "audit-seals.txt").unlink(missing_ok=True)
