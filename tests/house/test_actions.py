"""Actions are the only writers, and each says who, whether, and that."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "focalpoint"
# audit and jobs lie below the gate: the action above that calls them has asked.
BELOW = {"audit", "jobs"}
GATES = ("actions", "raising")  # of people, of machines
WRITES = {"save", "create", "delete", "update", "bulk_create", "bulk_update"}


def action_files() -> list[Path]:
    files = [p for name in GATES for p in SOURCE.glob(f"*/{name}.py")]
    return [p for p in files if p.parent.name not in BELOW]


def public_actions() -> Iterator[ast.FunctionDef]:
    for path in action_files():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and is_atomic(node):
                yield node


def is_atomic(node: ast.FunctionDef) -> bool:
    return any("atomic" in ast.unparse(d) for d in node.decorator_list)


def calls(node: ast.AST) -> set[str]:
    return {ast.unparse(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}


@pytest.mark.parametrize("node", list(public_actions()), ids=lambda node: node.name)
def test_every_action_has_an_actor_a_permission_and_a_trace(node):
    assert "by" in [a.arg for a in node.args.kwonlyargs]
    assert calls(node) & {"require", "accounts.require", "access.require"}
    assert calls(node) & {"audit.write", "audit.write_many"}


@pytest.mark.parametrize(
    "path", action_files(), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_whatever_writes_in_actions_is_an_atomic_action(path):
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            writes = {call for call in calls(node) if call.split(".")[-1] in WRITES}
            writes -= {
                call for call in writes if call.startswith(("audit.", "hashlib"))
            }
            assert not writes or is_atomic(node), f"{path}: {node.name} writes"


@pytest.mark.parametrize("area", ["web", "api"])
def test_pages_and_endpoints_do_not_write(area):
    for path in (SOURCE / area).rglob("*.py"):
        if "management" in path.parts:
            continue
        for call in calls(ast.parse(path.read_text())):
            name = call.split(".")[-1]
            if name in WRITES and ("objects" in call or name == "bulk_create"):
                pytest.fail(f"{path.relative_to(SOURCE)} calls {call}")
