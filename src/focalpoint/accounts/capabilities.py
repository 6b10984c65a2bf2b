"""What a person may do, and the standard roles: everything on one screen.

Capabilities are ``app.verb``: the same string is the permission, the audit action and
the key of its translation. Roles are data of this table, not rows that drift.
"""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

CAPABILITIES = {
    "records.view": _("See records"),
    "records.create": _("Record"),
    "records.change": _("Correct records"),
    "records.withdraw": _("Withdraw records"),
    "records.link": _("Link records"),
    "records.export": _("Export records"),
    "records.print": _("Print records"),
    "records.attach": _("Add files"),
    "records.hand_over": _("Hand over exhibits"),
    "records.dispose": _("Close items as disposed of"),
    "records.complete": _("Complete steps of a checklist"),
    "records.persons": _("See persons"),
    "records.protected_persons": _("See victims and witnesses"),
    "records.intelligence": _("See intelligence reports"),
    "records.provenance": _("See the provenance of intelligence"),
    "records.h1": _("See what may not be used in court without permission"),
    "records.h2": _("See what may not be passed on without permission"),
    "records.h3": _("See what carries its own restrictions"),
    "records.pass_on": _("Release H2 information after permission"),
    "records.purge": _("Decide on retention"),
    "records.hold": _("Place holds"),
    "records.judge_same": _("Judge whether records speak of one thing"),
    "records.withdraw_same": _("Withdraw judgements of others"),
    "leads.view": _("See leads"),
    "leads.judge": _("Judge leads"),
    "leads.assign": _("Assign leads"),
    "intake.import": _("Import files"),
    "intake.undo": _("Undo imports"),
    "accounts.grant": _("Manage people and units"),
    "accounts.token": _("Make API tokens"),
    "audit.view": _("Read the audit trail"),
    "audit.readers": _("See who looked at a record"),
    "protection.view": _("See requests of data subjects and breaches"),
    "protection.change": _("Keep the registers of requests and breaches"),
    "jobs.view": _("See the health of the instance"),
}

READ = {"records.view", "records.print"}
WRITE = {"records.create", "records.change", "records.link", "records.attach"}
JUDGE = {"leads.view", "leads.judge", "records.judge_same"}
CUSTODY = {"records.hand_over", "records.complete"}
PEOPLE = {"records.persons", "records.protected_persons"}
HANDLED = {"records.h1", "records.h2", "records.h3"}
ANALYSIS = {"records.intelligence", "records.export", "intake.import", "accounts.token"}


class Role(NamedTuple):
    """A standard role; ``second_factor``: its holders cannot sign in without one."""

    title: object
    capabilities: frozenset[str]
    second_factor: bool = False


def _role(title: object, *sets: set[str], second_factor: bool = False) -> Role:
    return Role(title, frozenset().union(*sets), second_factor)


ROLES = {
    "analyst": _role(
        _("FFP analyst"),
        READ,
        WRITE,
        CUSTODY,
        PEOPLE,
        HANDLED,
        ANALYSIS,
        JUDGE,
        {"intake.undo"},
    ),
    "head": _role(
        _("Head of FFP"),
        READ,
        WRITE,
        CUSTODY,
        PEOPLE,
        HANDLED,
        ANALYSIS,
        JUDGE,
        {
            "leads.assign",
            "records.withdraw_same",
            "records.withdraw",
            "records.dispose",
            "records.provenance",
            "records.pass_on",
            "records.purge",
            "records.hold",
            "intake.undo",
            "audit.readers",
            "protection.view",
        },
    ),
    "examiner": _role(
        _("Ballistic examiner"),
        READ,
        WRITE,
        CUSTODY,
        JUDGE,
        {"records.h1", "records.h2"},
        second_factor=True,
    ),
    "registry": _role(
        _("Registry officer"), READ, WRITE, {"records.persons", "intake.import"}
    ),
    "border": _role(
        _("Border or customs officer"),
        READ,
        CUSTODY,
        {"records.create", "records.change", "records.attach", "records.persons"},
    ),
    # A prosecutor's desk is a court's: H1 stays away until the provider permits it.
    "prosecutor": _role(_("Prosecutor"), READ, PEOPLE, {"records.export"}),
    # The one who sees the records of several jurisdictions, so the one who can judge
    # whether they speak of one gun.
    "regional": _role(
        _("Regional analyst"), READ, JUDGE, {"records.export", "records.withdraw_same"}
    ),
    "reader": _role(_("Reader"), READ),
    "auditor": _role(_("Auditor"), READ, {"audit.view", "audit.readers"}),
    "protection": _role(
        _("Data-protection officer"),
        READ,
        {
            "records.persons",
            "records.protected_persons",
            "audit.view",
            "audit.readers",
            "records.hold",
            "protection.view",
            "protection.change",
        },
    ),
    "administrator": _role(
        _("Administrator"),
        {"accounts.grant", "accounts.token", "audit.view", "jobs.view"},
        second_factor=True,
    ),
}
