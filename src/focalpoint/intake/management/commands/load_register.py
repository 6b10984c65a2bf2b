"""``focalpoint load-register FILE --register NAME``: a new edition of a register."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand
from django.db import OperationalError

from focalpoint.intake import register_files, register_rejected, registers
from focalpoint.intake.management.commands.import_files import given, person, unit_of
from focalpoint.intake.models import RejectedEntry
from focalpoint.intake.register_rows import REASONS
from focalpoint.records.base import HANDLING
from focalpoint.records.models import Register, RegisterEdition
from focalpoint.values.errors import BadInput
from focalpoint.values.files import whole_file

TOLD_EVERY_S = 5.0


class Command(BaseCommand):
    help = "Load an extract of somebody else's weapons register, to be consulted here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="", metavar="FILE")
        parser.add_argument("--register", default="", help="name of the register")
        parser.add_argument("--unit", default="", help="code of the unit that keeps it")
        parser.add_argument(
            "--handling", default="", help="h0, h1, h2, h3 or h1+h2 ..."
        )
        parser.add_argument("--restriction", default="", help="the restriction of H3")
        parser.add_argument("--profile", default="", help="the sender's saved mapping")
        parser.add_argument("--mapping", default="", help="a mapping as a YAML file")
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="COLUMN",
            help="column that holds the register's own number; may be repeated",
        )
        parser.add_argument("--sheet", default="", help="one sheet, by name or number")
        parser.add_argument("--as", dest="user", default="", help="who loads")
        parser.add_argument(
            "--remove", action="store_true", help="take back a load that has stopped"
        )
        parser.add_argument(
            "--rejected",
            default="",
            metavar="OUT.xlsx",
            help="write the rejected rows of the last edition with their reasons",
        )
        parser.add_argument("--list", action="store_true", help="show the registers")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, **options: Any) -> None:
        try:
            self._handle(options)
        except (OperationalError, OSError) as problem:
            raise BadInput(
                "stopped (%(problem)s): give the same command again to go on, or "
                "--remove to take back what was loaded; the former edition is in use",
                problem=str(problem).strip(),
            ) from problem
        except PermissionDenied as refused:
            raise BadInput(
                "%(name)s may not load registers for this unit", name=options["user"]
            ) from refused

    def _handle(self, options: dict[str, Any]) -> None:
        by = person(options["user"])
        if options["list"]:
            self._list(by, as_json=options["json"])
            return
        if not options["register"].strip():
            raise BadInput("name the register with --register")
        if options["remove"]:
            self._remove(options["register"], by)
            return
        if options["rejected"] and not options["file"]:
            self._rejected(options["register"], Path(options["rejected"]), by)
            return
        if not options["file"]:
            raise BadInput("name the file; see 'focalpoint load-register --help'")
        if options["handling"] and options["handling"] not in HANDLING:
            raise BadInput(
                "--handling is %(code)s; it is one of %(codes)s",
                code=options["handling"],
                codes=", ".join(HANDLING),
            )
        self._load(options, by)

    def _load(self, options: dict[str, Any], by: Any) -> None:
        unit = _unit(options["register"], options["unit"], by)
        profile, mapping = given(options["profile"], options["mapping"])
        extract = register_files.open_file(
            Path(options["file"]),
            given=mapping or (register_files.of_profile(profile) if profile else None),
            key=options["key"],
            sheet=options["sheet"],
        )
        for note in extract.notes:
            self.stderr.write(f"{extract.file}: {note}")
        edition = registers.begin(
            extract,
            options["register"],
            by=by,
            unit=unit,
            handling=options["handling"],
            handling_note=options["restriction"],
        )
        if edition.done:
            self.stderr.write(f"going on behind row {edition.done:,}")
        edition = registers.run(edition, by=by, extract=extract, tell=self._teller())
        self._show(edition, as_json=options["json"])
        if options["rejected"] and edition.rejected:
            self._rejected(options["register"], Path(options["rejected"]), by)

    def _rejected(self, name: str, out: Path, by: Any) -> None:
        rows = RejectedEntry.objects.filter(edition__register__name=name)
        last = rows.order_by("-edition__number").select_related("edition__register")
        found = last.first()
        if found is None:
            raise BadInput("no rejected rows of %(name)s are kept", name=name)
        with whole_file(out) as draft:
            count = register_rejected.workbook(found.edition, draft, by=by)
        self.stderr.write(f"{count:,} rejected rows with their reasons in {out}")

    def _teller(self) -> registers.Tell:
        started = last = time.monotonic()
        first = None

        def tell(edition: RegisterEdition) -> None:
            nonlocal last, first
            now = time.monotonic()
            first = edition.done if first is None else first
            if now - last >= TOLD_EVERY_S:
                last = now
                pace = (edition.done - first) / (now - started)
                self.stderr.write(f"{edition.done:,} rows, {pace:,.0f} a second")

        return tell

    def _remove(self, name: str, by: Any) -> None:
        editions = RegisterEdition.objects.filter(
            register__name=name, state=RegisterEdition.State.LOADING
        )
        found = editions.select_related("register").first()
        if found is None:
            raise BadInput("no load of %(name)s has stopped on the way", name=name)
        registers.remove(found, by=by)
        self.stdout.write(f"edition {found.number} of {name} is removed")

    def _show(self, edition: RegisterEdition, *, as_json: bool) -> None:
        report = edition.report
        if as_json:
            shown = {
                "register": edition.register.name,
                "edition": edition.number,
                "read": report["read"],
                "entries": edition.entries,
                "rejected": edition.rejected,
                "problems": report["problems"],
            }
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
            return
        self.stdout.write(
            f"{edition.register.name}, edition {edition.number}: {report['read']} rows "
            f"read, {edition.entries} entries, {edition.rejected} rejected"
        )
        for example in report["examples"]:
            reason = REASONS[example["reason"]]
            self.stdout.write(f"{edition.file}, row {example['row']}: {reason}")

    def _list(self, by: Any, *, as_json: bool) -> None:
        from focalpoint.records.registers import registers as of

        for register in of(by):
            edition = register.current
            told = {
                "register": register.name,
                "unit": register.unit.code,
                "handling": register.handling,
                "edition": edition.number if edition else None,
                "entries": edition.entries if edition else 0,
                "since": edition.finished_at.isoformat()
                if edition and edition.finished_at
                else None,
            }
            if as_json:
                self.stdout.write(json.dumps(told, ensure_ascii=False))
            else:
                self.stdout.write("\t".join(str(value) for value in told.values()))


def _unit(name: str, code: str, by: Any) -> Any:
    """Return the unit named, else the one that keeps the register already."""
    known = Register.objects.select_related("unit").filter(name=name).first()
    return known.unit if known and not code else unit_of(by, code)
