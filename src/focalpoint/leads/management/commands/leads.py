"""``focalpoint leads``: list, show, judge, assign and withdraw, from the command line."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.http import Http404

from focalpoint.accounts.models import User
from focalpoint.leads import actions, queries
from focalpoint.leads.models import Lead
from focalpoint.records.command_line import acting_as
from focalpoint.values.errors import BadInput


class Command(BaseCommand):
    help = "Leads: list, show, judge, assign, withdraw, record (how engines did)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
        listing = _sub(kinds, "list", "open leads, the most urgent first")
        listing.add_argument("--status", default="open")
        listing.add_argument("--whose", default="", help="mine, nobody or others")
        listing.add_argument("--order", default="triage")
        listing.add_argument("--type", default="", help="kind of record, as firearm")
        listing.add_argument("--limit", type=int, default=20)
        _sub(kinds, "show", "one lead with its reasons", lead=True)
        judge = _sub(kinds, "judge", "settle a lead", lead=True)
        judge.add_argument("verdict", help="same, different or cannot_say")
        judge.add_argument("--reason", required=True, help="what you saw")
        judge.add_argument("--basis", default="", help="code, as serial_and_make")
        assign = _sub(kinds, "assign", "give a lead to somebody", lead=True)
        assign.add_argument("to", nargs="?", default="", help="sign-in name; none")
        withdraw = _sub(kinds, "withdraw", "take a judgement back", lead=True)
        withdraw.add_argument("--reason", required=True)
        _sub(kinds, "record", "how often each version of each engine was right")

    def handle(self, *, what: str, person: str, purpose: str, **options: Any) -> None:
        if what not in ("list", "show", "record") and not person:
            raise BadInput("say who judges: --as NAME")
        try:
            with acting_as(person, purpose) as user:
                getattr(self, f"_{what}")(user, options)
        except Http404:
            raise BadInput(
                "there is no lead %(lead)s", lead=options.get("lead", "")
            ) from None

    def _list(self, user: Any, options: dict[str, Any]) -> None:
        wanted = queries.Wanted(
            status="" if options["status"] == "all" else options["status"],
            whose=options["whose"],
            order=options["order"],
            record_type=options["type"],
        )
        page = queries.inbox(user, wanted, limit=options["limit"])
        self.stderr.write(f"{len(page.rows)} of {page.total:,}")
        for row in page.rows:
            self.stdout.write(
                json.dumps(as_data(row), ensure_ascii=False)
                if options["json"]
                else as_line(row)
            )

    def _show(self, user: Any, options: dict[str, Any]) -> None:
        row = queries.show(_lead(options["lead"], user), user)
        self.stdout.write(json.dumps(as_data(row), ensure_ascii=False, indent=2))

    def _judge(self, user: Any, options: dict[str, Any]) -> None:
        lead = _lead(options["lead"], user)
        done = actions.judge(
            lead,
            options["verdict"],
            reason=options["reason"],
            basis=options["basis"],
            by=user,
        )
        self.stdout.write(f"{lead.reference} {done.verdict}")

    def _assign(self, user: Any, options: dict[str, Any]) -> None:
        lead = _lead(options["lead"], user)
        to = None
        if options["to"]:
            to = User.objects.filter(username=options["to"], is_active=True).first()
            if to is None:
                raise BadInput("there is no account %(name)s", name=options["to"])
        actions.assign(lead, to, by=user)
        self.stdout.write(f"{lead.reference} {to or 'inbox'}")

    def _withdraw(self, user: Any, options: dict[str, Any]) -> None:
        lead = _lead(options["lead"], user)
        judgement = lead.standing
        if judgement is None:
            raise BadInput("%(lead)s is not judged", lead=lead.reference)
        lead = actions.withdraw(judgement, options["reason"], by=user)
        self.stdout.write(f"{lead.reference} {lead.status}")

    def _record(self, user: Any, options: dict[str, Any]) -> None:
        self.stdout.write(
            "engine\tversion\trelation\twaiting\tjudged\tright\twrong\tunsure\twithdrawn"
        )
        for row in queries.track_record(user):
            self.stdout.write(
                f"{row.engine}\t{row.engine_version}\t{row.relation}\t{row.waiting}\t"
                f"{row.judged}\t{row.right}\t{row.wrong}\t{row.unsure}\t{row.withdrawn}"
            )


def as_line(row: queries.Shown) -> str:
    """Return a lead as one line of text."""
    lead = row.lead
    names = [_name(one, row) for one in row.pair if one is not None]
    return "\t".join(
        [
            lead.reference,
            f"{lead.triage:.1f}",
            lead.relation or lead.kind,
            f"{lead.weight:+.1f} bits",
            *names,
        ]
    )


def as_data(row: queries.Shown) -> dict[str, Any]:
    """Return a lead as plain values; of a restricted record only its reference."""
    lead = row.lead
    return {
        "reference": lead.reference,
        "id": str(lead.pk),
        "kind": lead.kind,
        "status": lead.status,
        "relation": lead.relation,
        "proposal": lead.proposal,
        "weight": lead.weight,
        "probability": lead.probability,
        "urgency": lead.triage,
        "reasons": lead.triage_reasons,
        "due_at": lead.due_at.isoformat() if lead.due_at else None,
        "with": row.assigned_to.get_username() if row.assigned_to else None,
        "records": [_name(one, row) for one in row.pair if one is not None],
        "evidence": [] if row.is_closed else lead.evidence,
        "changed": lead.changed,
        "engine": f"{lead.engine} {lead.engine_version}",
        "version": lead.version,
    }


def _name(record: Any, row: queries.Shown) -> str:
    if record.pk in row.closed:
        return str(record.reference)
    return f"{record.reference} {record}"


def _lead(name: str, user: Any) -> Lead:
    found = queries.permitted(user).filter(reference=name).first()
    if found is None:
        raise Http404
    return found


def _sub(kinds: Any, name: str, help: str, *, lead: bool = False) -> ArgumentParser:
    parser: ArgumentParser = kinds.add_parser(name, help=help)
    if lead:
        parser.add_argument("lead", help="its reference, as RS-LD-2026-000001")
    parser.add_argument("--as", dest="person", default="", help="sign-in name")
    parser.add_argument("--purpose", default="", help="needed for leads on persons")
    parser.add_argument("--json", action="store_true", help="one object a line")
    return parser
