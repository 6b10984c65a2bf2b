"""``focalpoint write-reference``: write the pages that say what the source says.

They are made of the models, lists, roles, settings and commands themselves, so they
cannot differ from them; ``--check`` tells whether somebody forgot to write them anew.
"""

import json
import sys
from argparse import Action, ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.db import models
from django.utils import translation

from focalpoint import env
from focalpoint.accounts.capabilities import CAPABILITIES, ROLES
from focalpoint.api import api
from focalpoint.commands import COMMANDS
from focalpoint.management import ALIASES
from focalpoint.records import actions, registry
from focalpoint.values import codelists

ROOT = Path(__file__).resolve().parents[5]
BASE_OPTIONS = {
    "--help",
    "--version",
    "--verbosity",
    "--settings",
    "--pythonpath",
    "--traceback",
    "--no-color",
    "--force-color",
    "--skip-checks",
}
KINDS: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.JSONField, "list or object"),
    (models.BooleanField, "yes or no"),
    (models.IntegerField, "whole number"),
    (models.FloatField, "number"),
    (models.ForeignKey, "record"),
    (models.UUIDField, "identifier"),
    (models.TextField, "text"),
    (models.CharField, "text"),
)
OWN_KINDS = {
    "PartialDateField": "date, perhaps only year or month",
    "SerialField": "serial number as read",
    "CodeField": "code",
    "CodesField": "several codes",
}


class Command(BaseCommand):
    help = "Write the generated pages of docs/reference, .env.example and openapi.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing, say what is not up to date",
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        with translation.override("en"):
            texts = {ROOT / name: make() for name, make in PAGES.items()}
        stale = [
            path
            for path, text in texts.items()
            if not path.is_file() or path.read_text(encoding="utf-8") != text
        ]
        names = [str(path.relative_to(ROOT)) for path in stale]
        if check and stale:
            print(
                f"not up to date: {', '.join(names)}; run: make docs", file=sys.stderr
            )
            raise SystemExit(1)
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
        self.stdout.write(f"{len(texts)} files, {len(stale)} written anew")


def page(title: str, *parts: str) -> str:
    """Return a page with its heading and the word that it is generated."""
    first = f"# {title}\n\nMade from the source by `focalpoint write-reference`."
    return "\n\n".join([first, *parts]) + "\n"


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table; a bar inside a cell would end the cell."""
    lines = [list(heads)]
    lines.append(["---"] * len(lines[0]))
    lines += [
        [str(cell).replace("|", "\\|").replace("\n", " ") for cell in r] for r in rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# ---- data dictionary


def data_dictionary() -> str:
    """Return every record type with its fields."""
    kinds = list(registry.all_types())
    overview = table(
        ("code", "record", "retention", "personal"),
        (
            (f"`{k.code}`", k.title, k.retention, "yes" if k.personal else "")
            for k in kinds
        ),
    )
    common = table(HEADS, _fields(kinds[0], actions.COMMON_FIELDS))
    parts = [
        "A record is what one source recorded at one time.\n"
        "Every field is optional unless it says otherwise; "
        "a value that no list knows is kept as read.",
        overview,
        f"## Fields of every record\n\n{common}",
    ]
    for kind in kinds:
        fields = table(HEADS, _fields(kind, kind.fields))
        parts.append(f"## {kind.title.capitalize()} (`{kind.code}`)\n\n{fields}")
    return page("Data dictionary", *parts)


HEADS = ("field", "name", "kind", "code list", "needed")


def _fields(
    kind: registry.RecordType, names: Iterable[str]
) -> Iterator[tuple[object, ...]]:
    for name in names:
        field = kind.field(name)
        listed = getattr(field, "codelist", "")
        needed = "yes" if name in kind.required else ""
        shown = f"`{listed}`" if listed else ""
        yield f"`{name}`", kind.label(name), _kind(field), shown, needed


def _kind(field: models.Field[Any, Any]) -> str:
    if own := OWN_KINDS.get(type(field).__name__):
        return own
    if isinstance(field, models.ForeignKey):
        return str(field.related_model._meta.verbose_name)
    found = next((text for model, text in KINDS if isinstance(field, model)), "")
    return f"{found}, at most {field.max_length}" if field.max_length else found


# ---- code lists


def code_lists() -> str:
    """Return every code list with its size, its status and its vocabularies."""
    rows = []
    for name in codelists.names():
        entries = list(codelists.load(name))
        status = Counter(entry.status for entry in entries)
        counted = ", ".join(f"{n} {word}" for word, n in sorted(status.items()))
        extra = ", ".join(sorted({key for entry in entries for key in entry.extra}))
        rows.append((f"`{name}`", len(entries), counted, extra))
    about = (
        "Each list is a CSV file in `src/focalpoint/values/codelists/`, "
        "with a label in every language and the codes of other vocabularies.\n"
        "`official`: taken from the named source; `provisional`: ours until an "
        "official list exists; `local`: ours for good."
    )
    return page(
        "Code lists", about, table(("list", "entries", "status", "columns"), rows)
    )


# ---- roles


def roles() -> str:
    """Return what each role may do."""
    about = (
        "A role is held in a unit and in all units below it, perhaps until a day.\n"
        "A person may hold several.\nFactor: whether its holders cannot work without a "
        "second factor."
    )
    held = table(
        ("role", "code", "factor", "may"),
        (
            (
                role.title,
                f"`{code}`",
                "needed" if role.second_factor else "",
                ", ".join(
                    f"`{name}`" for name in CAPABILITIES if name in role.capabilities
                ),
            )
            for code, role in ROLES.items()
        ),
    )
    meaning = table(
        ("capability", "meaning"),
        ((f"`{name}`", text) for name, text in CAPABILITIES.items()),
    )
    return page("Roles", about, held, f"## Capabilities\n\n{meaning}")


# ---- settings


def settings_page() -> str:
    """Return every setting with its default."""
    about = "Settings are environment variables; `.env.example` holds the same list."
    rows = (
        (f"`{name}`", f"`{default}`" if default else "", text)
        for name, default, text in _settings()
    )
    return page("Settings", about, table(("setting", "default", "meaning"), rows))


def env_example() -> str:
    """Return a file of settings to copy from."""
    lines = [
        "# Every setting with its default. Copy what you change into the environment."
    ]
    for name, default, text in _settings():
        lines += [f"# {text}", f"# {name}={default}"]
    return "\n".join(lines) + "\n"


def _settings() -> Iterator[tuple[str, str, str]]:
    for name, (default, text) in sorted(env.READ.items()):
        shown = default
        for home in (settings.HOME, settings.CHECKOUT / "var", Path.cwd() / "var"):
            shown = shown.replace(str(home), "var")
        yield name, shown, text


# ---- commands


def commands() -> str:
    """Return every command with its options."""
    pure = table(
        ("command", "what it does"),
        ((f"`focalpoint {name}`", row.help) for name, row in COMMANDS.items()),
    )
    parts = [
        "Exit status 0: done; 2: bad input or usage, with one line on standard error.\n"
        "`focalpoint COMMAND --help` tells the options of each.",
        f"## Without an instance\n\n{pure}",
        "## With the instance in `FOCALPOINT_HOME`",
    ]
    for name, app in sorted(get_commands().items()):
        if str(app).startswith("focalpoint."):
            parts.append(_command(name, load_command_class(str(app), name)))
    return page("Commands", *parts)


def _command(name: str, command: BaseCommand) -> str:
    shown = {file: name for name, file in ALIASES.items()}.get(name, name)
    shown = shown.replace("_", "-")
    parser = command.create_parser("focalpoint", name)
    options = [one for one in parser._actions if not _is_base(one)]
    head = f"### `focalpoint {shown}`\n\n{command.help}"
    if not options:
        return head
    rows = ((_option(one), one.help or "") for one in options)
    return f"{head}\n\n{table(('option', 'meaning'), rows)}"


def _is_base(option: Action) -> bool:
    return bool(set(option.option_strings) & BASE_OPTIONS)


def _option(option: Action) -> str:
    if not option.option_strings:
        return f"`{str(option.metavar or option.dest).upper()}`"
    takes_value = option.nargs != 0
    value = f" {str(option.metavar or option.dest).upper()}" if takes_value else ""
    return f"`{option.option_strings[-1]}{value}`"


# ---- the API's promise


def openapi() -> str:
    """Return the schema of the API as it is promised."""
    schema = api.get_openapi_schema()
    return json.dumps(schema, indent=1, ensure_ascii=False, default=str) + "\n"


# ---- the front page of the documentation

DOORS = (
    ("tutorial", "Learn", "Lessons to follow from beginning to end."),
    ("how-to", "Do", "One task a page."),
    ("reference", "Look up", "What there is, exactly."),
    ("explanation", "Understand", "Why it is as it is."),
)


def index() -> str:
    """Return the front page: four doors, each with the pages behind it."""
    parts = ["The open-source platform for Firearms Focal Points."]
    for folder, door, about in DOORS:
        pages = sorted((ROOT / "docs" / folder).rglob("*.md"), key=_title)
        generated = [name for name in PAGES if name.startswith(f"docs/{folder}/")]
        known = {str(p.relative_to(ROOT)): _title(p) for p in pages}
        for name in generated:
            known.setdefault(name, Path(name).stem.replace("-", " ").capitalize())
        lines = [
            f"- [{title}]({name.removeprefix('docs/')})"
            for name, title in sorted(
                known.items(), key=lambda pair: pair[1].casefold()
            )
        ]
        if lines:
            parts.append("\n".join([f"## {door}", "", about, "", *lines]))
    parts.append("Decisions, with their reasons: [the list](decisions/README.md).")
    return page("Focalpoint documentation", *parts)


def _title(path: Path) -> str:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("# ").strip()


PAGES: dict[str, Callable[[], str]] = {
    "docs/index.md": index,
    "docs/reference/data-dictionary.md": data_dictionary,
    "docs/reference/code-lists.md": code_lists,
    "docs/reference/roles.md": roles,
    "docs/reference/settings.md": settings_page,
    "docs/reference/commands.md": commands,
    ".env.example": env_example,
    "src/focalpoint/api/openapi.json": openapi,
}
