"""The documentation: its links lead somewhere, its commands exist, it names no machine."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from focalpoint.commands import COMMANDS
from focalpoint.management import ALIASES, FOREIGN

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("benchmarks/*.md")]
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
BLOCK = re.compile(r"^[ ]*```(\w*)\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^[ ]*```.*?^[ ]*```", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^([a-z]+):.*## ", re.MULTILINE)
# What a reader has on Debian, or installs in the line before.
TOOLS = set(
    "apt apt-get cat cd echo cp curl diff export git gunzip head jq ls mkdir mv npm "  # noqa: SIM905
    "openssl pip printf psql python3 rsync sha256sum sudo su systemctl tail tee wc".split()
)
# A path of somebody's machine, or the host of a registry that only some can reach.
MACHINE = re.compile(
    r"/(?:work/|root/|tmp/bash|home/(?!focalpoint\b))|localhost:\d+/simple|index-url"
    r"|npm_config_registry|artifactory|nexus",
    re.IGNORECASE,
)


def commands_of(path):
    """Yield each command of a page's blocks of commands, without what it prints."""
    for kind, text in BLOCK.findall(path.read_text(encoding="utf-8")):
        if kind not in ("sh", "console", "bash"):
            continue
        text = re.sub(r"\\\n\s*(?:> )?", " ", text)
        lines = [line.strip() for line in text.splitlines()]
        if kind == "console":
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        for line in lines:
            if line and not line.startswith("#"):
                yield line


def words(line):
    """Yield the command words of a line, those behind a pipe too."""
    for part in re.split(
        r"\s*(?:\|\||&&|\||;)\s*", re.sub(r"'[^']*'|\"[^\"]*\"", "x", line)
    ):
        found = part.split()
        while found and re.fullmatch(r"[A-Z_]+=\S*", found[0]):
            found = found[1:]
        if found:
            yield found


def known_to_focalpoint():
    names = {
        name.replace("_", "-")
        for name, app in get_commands().items()
        if str(app).startswith("focalpoint.")
    }
    return names | set(COMMANDS) | set(ALIASES) | FOREIGN | {"help", "--version"}


def identifier(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=identifier)
def test_every_link_leads_somewhere(page):
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=identifier)
def test_every_command_exists(page):
    ours = known_to_focalpoint()
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    for line in commands_of(page):
        for command, *rest in words(line):
            name = command.removeprefix(".venv/bin/")
            if name == "focalpoint":
                assert not rest or rest[0] in ours, line
            elif name == "make":
                assert not rest or rest[0] in targets, line
            elif name in {"python", "python3"}:
                scripts = [word for word in rest[:1] if word.endswith(".py")]
                assert all((ROOT / script).exists() for script in scripts), line
            elif command.startswith((".", "/", "tools/", "benchmarks/")):
                assert command.startswith(".venv/") or (ROOT / command).exists(), line
            else:
                assert name in TOOLS, line


@pytest.mark.parametrize("page", PAGES, ids=identifier)
def test_no_page_names_somebodys_machine(page):
    assert not MACHINE.search(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=identifier)
def test_a_page_has_one_title_and_it_comes_first(page):
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^# .+", text, re.MULTILINE)
    assert len(titles) == 1
    assert page.name == "README.md" or text.startswith("# ")


def test_every_page_is_behind_one_of_the_doors():
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    for folder in ("tutorial", "how-to", "reference", "explanation"):
        for page in (ROOT / "docs" / folder).rglob("*.md"):
            assert f"({page.relative_to(ROOT / 'docs')})" in index
