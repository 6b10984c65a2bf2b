"""The menu: five groups by task. A page that is not installed leaves no entry."""

from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import grants
from focalpoint.web.waiting import counted


class Place(NamedTuple):
    """One entry of the menu: its name, its page, who sees it."""

    title: object
    page: str
    capability: str
    argument: str = ""


MENU: tuple[tuple[object, tuple[Place, ...]], ...] = (
    (
        _("Work"),
        (
            Place(_("Home"), "home", ""),
            Place(_("Leads"), "leads", "leads.view"),
            Place(_("Record by hand"), "recording", "records.create"),
            Place(_("Saved searches"), "saved_searches", "records.view"),
        ),
    ),
    (
        _("Records"),
        (
            Place(_("Firearms"), "record_list", "records.view", "firearm"),
            Place(_("Events"), "record_list", "records.view", "incident"),
            Place(
                _("Ballistic items"), "record_list", "records.view", "ballistic_item"
            ),
            Place(_("Persons"), "record_list", "records.persons", "person"),
            Place(_("Exhibits and custody"), "record_list", "records.view", "exhibit"),
            Place(_("Reports"), "record_list", "records.intelligence", "intelligence"),
            Place(_("Reference registers"), "register_list", "records.view"),
            Place(_("All kinds"), "record_kinds", "records.view"),
        ),
    ),
    (
        _("Intake"),
        (
            Place(_("Imports"), "import_list", "intake.import"),
            Place(_("Import a file"), "import_new", "intake.import"),
        ),
    ),
    (
        _("Analysis"),
        (
            Place(_("Search"), "search", "records.view"),
            Place(_("Map"), "map", "records.view"),
            Place(_("Disposal"), "disposal_list", "records.dispose"),
        ),
    ),
    (
        _("Oversight"),
        (
            Place(_("Audit trail"), "audit", "audit.view"),
            Place(_("Looks to review"), "audit_samples", "audit.readers"),
            Place(_("Retention"), "retention", "records.purge"),
            Place(_("Data protection"), "protection", "protection.view"),
            Place(_("People"), "people", "accounts.grant"),
            Place(_("Units"), "units", "accounts.grant"),
            Place(_("Health"), "health", "jobs.view"),
        ),
    ),
)


def address(page: str, *arguments: object) -> str:
    """Return the address of a page, empty when it is not installed."""
    try:
        return reverse(page, args=arguments or None)
    except NoReverseMatch:
        return ""


def menu(user: Any, path: str) -> list[dict[str, Any]]:
    """Return the groups and places of the menu that this person may open."""
    held = grants(user)
    groups: list[dict[str, Any]] = []
    for title, places in MENU:
        shown: list[dict[str, Any]] = []
        for place in places:
            if place.capability and not held.get(place.capability):
                continue
            url = address(place.page, *([place.argument] if place.argument else []))
            if url:
                here = path == url or (url != "/" and path.startswith(url))
                waits = counted(place.page, user)
                shown.append({"title": place.title, "url": url, "here": here, **waits})
        _keep_longest([entry for entry in shown if entry["here"]])
        if shown:
            groups.append({"title": title, "places": shown})
    return groups


def _keep_longest(entries: list[dict[str, Any]]) -> None:
    """Of several entries that lead to this page, mark the one that names it best."""
    entries.sort(key=lambda entry: len(entry["url"]))
    for entry in entries[:-1]:
        entry["here"] = False
