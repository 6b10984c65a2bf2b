"""The built front end is that of the committed sources and needs no other host."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "frontend"
BUILT = ROOT / "src" / "focalpoint" / "web" / "static" / "focalpoint"
NAMES = ("package-lock.json", "public", "src", "vite.config.js")


def source_files():
    for name in NAMES:
        path = SOURCES / name
        yield from ([path] if path.is_file() else path.rglob("*"))


def test_the_built_files_are_those_of_the_sources():
    every = hashlib.sha256()
    paths = [p.relative_to(SOURCES).as_posix() for p in source_files() if p.is_file()]
    for path in sorted(paths):
        content = (SOURCES / path).read_bytes()
        every.update(f"{path}\n".encode())
        every.update(hashlib.sha256(content).digest())
    told = (BUILT / "sources.sha256").read_text(encoding="ascii").strip()
    assert every.hexdigest() == told, "run `make assets` and commit what it builds"


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (SOURCES / "package-lock.json").read_text("utf-8")


def test_every_file_of_the_manifest_is_there():
    manifest = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    for entry in manifest.values():
        assert (BUILT / entry["file"]).is_file()
        for name in entry.get("assets", []):
            assert (BUILT / name).is_file()


@pytest.mark.parametrize("path", sorted(BUILT.glob("assets/*.css")), ids=str)
def test_the_style_sheet_asks_no_other_host_and_holds_no_data_addresses(path):
    text = path.read_text("utf-8")
    assert not re.search(r"url\(['\"]?(data:|https?:|//)", text)
    assert "GDS Transport" not in text


def test_fonts_lie_beside_their_licence():
    assert (
        "SIL OPEN FONT LICENSE" in (BUILT / "fonts/OFL.txt").read_text("utf-8").upper()
    )
    assert len(list(BUILT.glob("assets/IBMPlex*.woff2"))) == 4
