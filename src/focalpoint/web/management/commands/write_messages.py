"""``focalpoint write-messages``: collect what is to be translated, compile it, count it.

Serbian is written once, in Latin script; its Cyrillic catalogue is made from it.
"""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import cyrtranslit
import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.commands import makemessages

PACKAGE = Path(settings.LOCALE_PATHS[0]).parent
WRITTEN = ("sq", "sr_Latn", "bs", "cnr", "mk", "ro")
MADE = {"sr": "sr_Latn"}  # locale -> the one it is made from
# What a script converter must leave alone: placeholders, tags, prefixes of the search
# language, names of commands and formats.
UNTOUCHED = re.compile(
    r"%\([^)]*\)[sd]|%%|%[sd]|\{[^}]*\}|<[^>]+>|&[a-z]+;|https?://\S+"
    r"|\b[a-z_]+:(?=\S)|\b(?:focalpoint|Focalpoint|PDF|CSV|XLSX|XLS|ODS|JSON|GeoJSON|API|QR|TOTP"
    r"|INTERPOL|iARMS|SHA-256|UTC|H[0-3]|OK|EU|ID|X3P|JPEG|PNG|ECLI|JSON Lines|WebAuthn"
    r"|LED|UNSCR|EUPL|gzip|HS|EOD|FFP|Enter|Esc|Ctrl|Excel|UTF-8|YAML)\b"
)


class Messages(makemessages.Command):
    """Django's command, which also reads the sentences of ``BadInput``."""

    xgettext_options = [
        *makemessages.Command.xgettext_options,
        "--keyword=BadInput:1",
        "--keyword=Reason:1",
        "--keyword=Problem:2",
        "--keyword=Note:2",
    ]


class Command(BaseCommand):
    help = "Collect, compile and count translations (collecting needs GNU gettext)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--compile-only", action="store_true", help="do not look for new texts"
        )

    def handle(self, *, compile_only: bool, **options: Any) -> None:
        if not compile_only:
            self._collect()
        for locale, source in MADE.items():
            make_from(catalogue(source), locale)
        for locale in (*WRITTEN, *MADE):
            found = catalogue(locale)
            found.save_as_mofile(str(path_of(locale).with_suffix(".mo")))
            self.stdout.write(f"{locale}: {share(found):.0%} of {len(texts(found))}")

    def _collect(self) -> None:
        import os

        before = Path.cwd()
        os.chdir(PACKAGE)  # makemessages works from where it stands
        try:
            call_command(
                Messages(),
                locale=list(WRITTEN),
                # Engines and pure commands speak to people at a command line, in English.
                ignore_patterns=["engines/*", "simulation/*", "commands/*", "static/*"],
                no_obsolete=True,
                add_location="file",
                no_wrap=True,
                verbosity=0,
            )
        finally:
            os.chdir(before)


def path_of(locale: str) -> Path:
    """Return where the catalogue of a locale lies."""
    return Path(settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / "django.po"


def catalogue(locale: str) -> polib.POFile:
    """Read a catalogue."""
    return polib.pofile(str(path_of(locale)), wrapwidth=0)


def texts(found: polib.POFile) -> list[polib.POEntry]:
    """Return the entries that are in use."""
    return [entry for entry in found if not entry.obsolete]


def share(found: polib.POFile) -> float:
    """Return which part of a catalogue is translated."""
    entries = texts(found)
    return sum(entry.translated() for entry in entries) / max(len(entries), 1)


def make_from(source: polib.POFile, locale: str) -> None:
    """Write the Cyrillic catalogue from the Latin one."""
    made = polib.POFile(wrapwidth=0)
    made.metadata = {**source.metadata, "Language": locale}
    for entry in texts(source):
        plural = {n: to_cyrillic(text) for n, text in entry.msgstr_plural.items()}
        made.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgctxt=entry.msgctxt,
                msgstr=to_cyrillic(entry.msgstr),
                msgstr_plural=plural,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
                occurrences=entry.occurrences,
            )
        )
    path_of(locale).parent.mkdir(parents=True, exist_ok=True)
    made.save(str(path_of(locale)))


def to_cyrillic(text: str) -> str:
    """Return Serbian text in Cyrillic; placeholders and names stay as they are."""
    parts, end = [], 0
    for kept in UNTOUCHED.finditer(text):
        parts += [cyrtranslit.to_cyrillic(text[end : kept.start()], "sr"), kept.group()]
        end = kept.end()
    return "".join([*parts, cyrtranslit.to_cyrillic(text[end:], "sr")])
