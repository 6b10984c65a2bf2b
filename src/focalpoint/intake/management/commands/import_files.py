"""``focalpoint import FILE...``: files become records, or every problem is named."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError

from focalpoint.accounts.access import SYSTEM, home_units, may
from focalpoint.accounts.models import Unit, User
from focalpoint.intake import actions, queries, running, undoing
from focalpoint.intake.models import Batch, Profile
from focalpoint.interop import mapping as mappings
from focalpoint.interop.mapping import Mapping
from focalpoint.values.errors import BadInput

SHOWN = 20  # rejected rows that are listed without --json
Status = Batch.Status


class Command(BaseCommand):
    help = "Import files of registers: XLSX, XLS, ODS or CSV in any encoding."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE")
        parser.add_argument("--profile", default="", help="the sender's saved mapping")
        parser.add_argument("--mapping", default="", help="a mapping as a YAML file")
        parser.add_argument("--sheet", default="", help="one sheet, by name or number")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="show what would happen, store nothing",
        )
        parser.add_argument("--as", dest="user", default="", help="who imports")
        parser.add_argument("--unit", default="", help="code of the unit to record in")
        parser.add_argument("--rejected", default="", help="write rejected rows here")
        parser.add_argument("--undo", default="", help="take a finished import back")
        parser.add_argument("--remove", default="", help="take a stopped import back")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, **options: Any) -> None:
        try:
            self._import(options)
        except (OperationalError, OSError) as problem:
            # A full disk or a locked database: what is stored so far is whole.
            raise BadInput(
                "stopped (%(problem)s): give the same command again to go on, or "
                "--remove with the import's number to take it back",
                problem=str(problem).strip(),
            ) from problem

    def _import(self, options: dict[str, Any]) -> None:
        by = person(options["user"])
        for name, status in (("undo", Status.UNDOING), ("remove", Status.REMOVING)):
            if options[name]:
                self._take_back(options[name], status, by)
                return
        if not options["files"]:
            raise BadInput("name the files to import; see 'focalpoint import --help'")
        unit = unit_of(by, options["unit"])
        profile, mapping = given(options["profile"], options["mapping"])
        sent = [(Path(name), Path(name).name) for name in options["files"]]
        for path, _name in sent:
            if not path.is_file():
                raise BadInput("there is no file %(file)s", file=str(path))
        unfinished = queries.interrupted(unit, [path for path, _name in sent])
        if unfinished is not None and not options["dry_run"]:
            self.stderr.write(
                f"going on with {unfinished.reference}, which had stopped"
            )
            batch = running.carry_on(unfinished, by=by)
            self._show(batch, batch.report, as_json=options["json"])
            return
        batch = actions.open_batch(
            sent,
            by=by,
            unit=unit,
            profile=profile,
            mapping=mapping,
            sheet=options["sheet"],
        )
        try:
            self._refuse_doubts(batch)
            batch = actions.start(batch, Status.CHECKING, by=by)
            batch = running.check(batch, by=by)
        except BaseException:
            actions.forget(batch, by=by)
            raise
        if options["rejected"]:
            _write_rejected(batch, Path(options["rejected"]))
        if options["dry_run"]:
            report = {**batch.report, "batch": None}
            self._show(batch, report, as_json=options["json"])
            actions.forget(batch, by=by)
            return
        batch = actions.start(batch, Status.RUNNING, by=by)
        batch = running.carry_on(batch, by=by)
        self._show(batch, batch.report, as_json=options["json"])

    def _take_back(self, name: str, status: str, by: Any) -> None:
        """Undo a finished import, or remove one that stopped on the way."""
        batch = queries.named(name)
        for dependant in undoing.dependants(batch, limit=SHOWN):
            self.stderr.write(f"{dependant.on}: {dependant.why} {dependant.title}")
        batch = running.run(actions.start(batch, status, by=by))
        self.stdout.write(f"import {batch.reference} is {batch.status}")

    def _refuse_doubts(self, batch: Batch) -> None:
        """Use a proposal only when it is unambiguous, and say so."""
        for table in batch.tables.all():
            for note in table.proposal.get("notes", []):
                self.stderr.write(f"{table.file}: {note['message'] % note['params']}")
            doubts = table.proposal.get("doubts", [])
            if doubts:
                raise BadInput(
                    "%(file)s: %(doubt)s (give a mapping with --mapping)",
                    file=table.file,
                    doubt=doubts[0]["message"] % doubts[0]["params"],
                )
            self.stderr.write(_how(table))

    def _show(self, batch: Batch, report: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        self.stdout.write(
            "{read} rows read: {created} new, {updated} changed, {unchanged} "
            "unchanged, {rejected} rejected".format(**report)
        )
        for code, count in report["problems"].items():
            self.stdout.write(f"  {code}: {count}")
        for table in batch.tables.all():
            for row in table.shown_rows.filter(state="rejected")[:SHOWN]:
                reasons = "; ".join(
                    problem["message"] % problem["params"]
                    for problem in row.problems
                    if problem["rejects"]
                )
                self.stdout.write(f"{table.file}, row {row.number}: {reasons}")
        if report["batch"]:
            self.stdout.write(f"import {batch.reference} ({batch.pk})")


def _how(table: Any) -> str:
    mapping = mappings.load(table.mapping, table.file)
    used = ", ".join(f"{use.column} = {use.field}" for use in mapping.uses if use.field)
    key = ", ".join(mapping.key) or "the content of the whole row"
    how = {
        "known": f"the columns are those of “{table.source}”, whose mapping is used",
        "given": "the given mapping is used",
        "own": "an export of this instance: records are known by their identifier",
    }.get(table.proposal.get("how", ""), "the proposed mapping is unambiguous and used")
    return f"{table.file} {table.sheet}: {how}: {used}; key: {key}"


def person(name: str) -> Any:
    if not name:
        return SYSTEM
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise BadInput("there is no user %(name)s", name=name)
    if not may(user, "intake.import"):
        raise BadInput("%(name)s may not import files", name=name)
    return user


def unit_of(by: Any, code: str) -> Unit:
    if by is SYSTEM:
        units = Unit.objects.order_by("path")
    else:
        units = home_units(by, "intake.import").order_by("path")
    found = units.filter(code=code).first() if code else units.first()
    if found is None:
        raise BadInput(
            "there is no unit %(code)s to import into; make an instance with "
            "'focalpoint init', or name the unit with --unit",
            code=code,
        )
    return found


def given(profile: str, mapping: str) -> tuple[Profile | None, Mapping | None]:
    if profile and mapping:
        raise BadInput("give either --profile or --mapping, not both")
    if mapping:
        path = Path(mapping)
        if not path.is_file():
            raise BadInput("there is no file %(file)s", file=mapping)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as problem:
            raise BadInput("%(file)s is not UTF-8 text", file=mapping) from problem
        return None, mappings.load(text, path.name)
    if not profile:
        return None, None
    found = Profile.objects.filter(name=profile).first()
    if found is None:
        names = ", ".join(Profile.objects.values_list("name", flat=True)[:20])
        raise BadInput(
            "there is no sender %(name)s; known are: %(names)s",
            name=profile,
            names=names or "none",
        )
    return found, None


def _write_rejected(batch: Batch, target: Path) -> None:
    from focalpoint.intake import returning

    with target.open("wb") as out:
        out.write(returning.workbook(batch))
