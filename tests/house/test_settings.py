"""Settings, tasks and migrations agree with what the source says of them."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.module_loading import import_string

from focalpoint import env

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [name for name, *_ in settings.SCHEDULE])
def test_every_scheduled_name_is_a_task(name):
    assert hasattr(import_string(name), "enqueue")


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_no_migration_imports_an_application():
    for path in (ROOT / "src/focalpoint").glob("*/migrations/0*.py"):
        for line in path.read_text().splitlines():
            if line.startswith(("from focalpoint", "import focalpoint")):
                # Fields, and defaults that a migration names, are part of the schema.
                assert line.split()[1].endswith((".fields", ".identifiers")) or (
                    line.startswith("import focalpoint")
                ), f"{path.name}: {line}"


def test_env_example_names_every_setting():
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {line.split("=")[0].lstrip("# ") for line in lines if "=" in line}
    assert named == set(env.READ)


def test_postgresql_is_told_how_our_statements_are():
    address = "postgresql://clerk:secret@db.local:5433/focalpoint"
    found = env.database(address)
    assert found["OPTIONS"] == {"options": "-c jit=off -c random_page_cost=1.1"}
    assert (found["HOST"], found["PORT"], found["USER"]) == (
        "db.local",
        "5433",
        "clerk",
    )
    own = env.database(f"{address}?sslmode=require&options=-c%20work_mem%3D64MB")
    assert own["OPTIONS"] == {"sslmode": "require", "options": "-c work_mem=64MB"}
