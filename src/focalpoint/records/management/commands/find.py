"""``focalpoint find``: search from the command line."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from focalpoint.records import registry, search
from focalpoint.records.command_line import acting_as
from focalpoint.records.register_search import EntryHit, as_data
from focalpoint.values.errors import BadInput


class Command(BaseCommand):
    help = "Find records: words, serial:218?71, make:zastava, seized:2023.."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query", help="what one types into the search box")
        parser.add_argument("--type", default="", help="kind of record, as firearm")
        parser.add_argument("--json", action="store_true", help="one object a line")
        parser.add_argument("--limit", type=int, default=20)
        parser.add_argument("--as", dest="person", default="", help="sign-in name")
        parser.add_argument("--purpose", default="", help="needed to find persons")

    def handle(
        self,
        *,
        query: str,
        type: str,
        json: bool,
        limit: int,
        person: str,
        purpose: str,
        **options: Any,
    ) -> None:
        if type:
            registry.get(type)
        if limit < 1:
            raise BadInput("--limit is %(limit)s; write 1 or more", limit=limit)
        with acting_as(person, purpose) as user:
            found = search.find(search.Filter(query, type), user, limit=limit)
        for note in found.notes:
            self.stderr.write(note)
        if found.entries.hits:
            more = "+" if found.entries.is_more else ""
            self.stderr.write(f"{len(found.entries.hits)}{more} in reference registers")
        total = f"{search.EXACT:,}+" if found.is_more else f"{found.total:,}"
        self.stderr.write(f"{len(found.hits)} of {total}")
        for hit in found.hits:
            self.stdout.write(as_json(hit) if json else as_line(hit))
        for entry in found.entries.hits:
            line = entry_as_json(entry) if json else entry_as_line(entry)
            self.stdout.write(line)


def as_line(hit: search.Hit) -> str:
    """Return a hit as one line of text."""
    record = hit.record
    parts = [record.reference, record.handling.upper(), str(record), hit.why]
    return "\t".join(part for part in parts if part)


def entry_as_line(hit: EntryHit) -> str:
    """Return an entry of a register as one line of text that names the register."""
    entry = hit.entry
    parts = [
        f"{hit.register.name}: {entry.number}",
        hit.register.handling.upper(),
        str(entry),
        hit.why,
    ]
    return "\t".join(part for part in parts if part)


def entry_as_json(hit: EntryHit) -> str:
    """Return an entry of a register as one JSON object."""
    return json.dumps(as_data(hit), ensure_ascii=False)


def as_json(hit: search.Hit) -> str:
    """Return a hit as one JSON object."""
    record = hit.record
    kind = registry.of(record)
    return json.dumps(
        {
            "id": str(record.pk),
            "record_type": kind.code,
            "reference": record.reference,
            "caption": str(record),
            "unit": record.unit.code,
            "jurisdiction": record.jurisdiction,
            "handling": record.handling,
            "date": getattr(record, kind.date) if kind.date else "",
            **{name: getattr(record, name) for name in kind.featured},
            "source": record.source,
            "why": hit.why,
            "updated_at": record.updated_at.isoformat(),
        },
        ensure_ascii=False,
        default=str,
    )
