"""``focalpoint export``: what a query finds, as a file."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from focalpoint.records import export, export_entries, registers, registry
from focalpoint.records.command_line import acting_as
from focalpoint.records.models import Register
from focalpoint.records.search import Filter
from focalpoint.values.errors import BadInput


class Command(BaseCommand):
    help = "Write what a query finds into a file: csv, xlsx, jsonl or geojson."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query", help="what one types into the search box")
        parser.add_argument("--format", required=True, choices=sorted(export.FORMATS))
        parser.add_argument("--out", required=True, help="file to write")
        parser.add_argument("--type", default="", help="kind of record, as firearm")
        parser.add_argument(
            "--entries",
            action="store_true",
            help="entries of reference registers instead of records",
        )
        parser.add_argument("--register", default="", help="of this register only")
        parser.add_argument("--as", dest="person", default="", help="sign-in name")
        parser.add_argument("--purpose", default="", help="needed to take persons out")
        parser.add_argument("--base", default="", help="such as https://ffp.example")
        parser.add_argument(
            "--bom", action="store_true", help="byte-order mark, for spreadsheets"
        )

    def handle(
        self,
        *,
        query: str,
        format: str,
        out: str,
        type: str,
        person: str,
        purpose: str,
        base: str,
        bom: bool,
        entries: bool,
        register: str,
        **options: Any,
    ) -> None:
        if entries or register:
            with acting_as(person, purpose) as user:
                count = export_entries.export_entries(
                    Filter(query),
                    format,
                    out,
                    by=user,
                    register=_register(register, user),
                    base=base,
                    mark=bom,
                )
            self.stderr.write(f"{count:,} entries in {out}")
            return
        if type:
            registry.get(type)
        with acting_as(person, purpose) as user:
            done = export.export(
                Filter(query, type), format, out, by=user, base=base, mark=bom
            )
        self.stderr.write(f"{done.rows:,} records in {out}")
        if done.withheld:
            self.stderr.write(
                f"{done.withheld:,} more are found but may not be taken away (H2, H3)"
            )


def _register(name: str, user: Any) -> Register | None:
    if not name:
        return None
    found = registers.registers(user).filter(name=name).first()
    if found is None:
        raise BadInput("there is no register %(name)s", name=name)
    return found
