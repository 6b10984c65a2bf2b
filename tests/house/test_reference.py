"""The generated pages, .env.example and openapi.json say what the source says."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from focalpoint.api import api
from focalpoint.web.management.commands import write_reference

ROOT = Path(__file__).parents[2]


def test_what_is_generated_is_up_to_date():
    """When this fails: ``make docs``."""
    call_command("write_reference", check=True)


def test_a_stale_page_is_told(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(write_reference, "ROOT", tmp_path)
    with pytest.raises(SystemExit):
        call_command("write_reference", check=True)
    assert "docs/reference/roles.md" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_nothing_of_the_machine_is_in_what_is_generated():
    for name in write_reference.PAGES:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert str(ROOT) not in text, name
        assert str(Path.home()) + "/" not in text, name


@pytest.fixture(scope="module")
def operations():
    schema = json.loads((ROOT / "src/focalpoint/api/openapi.json").read_text())
    return [
        (method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_promise_is_openapi_3_1():
    assert api.get_openapi_schema()["openapi"].startswith("3.1")


def test_every_operation_declares_its_refusals(operations):
    for method, path, operation in operations:
        declared = set(operation["responses"])
        assert {"400", "401", "403", "404", "422"} <= declared, (method, path)
        assert declared & {"200", "201", "202", "204"}, (method, path)
        if method == "patch" or "by-key" in path:
            assert "409" in declared, (method, path)


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(operations):
    names = [operation["operationId"] for _method, _path, operation in operations]
    assert sorted(names) == sorted(set(names))
    for method, path, operation in operations:
        assert operation.get("description"), (method, path)


def test_records_of_persons_declare_the_header_that_says_what_for(operations):
    for name in ("person_list", "person_read", "person_history", "search"):
        parameters = next(
            operation["parameters"]
            for _method, _path, operation in operations
            if operation["operationId"] == name
        )
        assert ("header", "X-Purpose") in [(p["in"], p["name"]) for p in parameters]
