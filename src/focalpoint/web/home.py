"""The first page: what needs doing now, in order of deadline."""

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import may, unread
from focalpoint.leads import queries
from focalpoint.leads.queries import Wanted
from focalpoint.records import drafts, registry, saved, wording, worklist
from focalpoint.web import evidence, leads, tables
from focalpoint.web.pages import highest, page
from focalpoint.web.templatetags.focalpoint import label

FIRST_LEADS = 4
NEW = ("firearm", "incident", "ballistic_item")
GROUPS = (
    ("late", _("Overdue")),
    ("today", _("Due today")),
    ("week", _("This week")),
)


@page()
def home(request: HttpRequest) -> HttpResponse:
    """Show what this person and unit have to do, and what is new."""
    user = request.user
    reads = may(user, "records.view")
    mine = request.GET.get("whose") == "mine"
    steps = worklist.steps_due(user, mine=mine) if reads else []
    now = timezone.localtime()
    groups = _groups(steps, user, now)
    late, today = (len(group["tasks"]) for group in groups[:2])
    return render(
        request,
        "home/home.html",
        {
            "groups": [group for group in groups if group["tasks"]],
            "summary": _summary(len(steps), late, today),
            "today": now,
            "mine": mine,
            "clocks": worklist.clocks(user) if reads else [],
            "new": _new(user, now) if reads else [],
            "drafts": drafts.latest(user),
            "told": saved.told(user) if reads else [],
            "leads": waiting_leads(user) if may(user, "leads.view") else None,
            "may_record": may(user, "records.create"),
            "may_import": may(user, "intake.import"),
            "reads": reads,
            "handling": highest([step.firearm.handling for step in steps]),
            "handling_of_list": True,
        },
    )


def _groups(steps: list[Any], user: Any, now: datetime) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, object]]] = {name: [] for name, _title in GROUPS}
    closed = unread([step.firearm for step in steps], user)
    for step in steps:
        due = timezone.localtime(step.due_at)
        name = "late" if due < now else "today" if due.date() == now.date() else "week"
        found[name].append(_task(step, user, due, now, name, closed))
    return [
        {"name": name, "title": title, "tasks": found[name]} for name, title in GROUPS
    ]


def _task(
    step: Any,
    user: Any,
    due: datetime,
    now: datetime,
    group: str,
    closed: Container[Any],
) -> dict[str, object]:
    return {
        "due": _due(due, now, group),
        "group": group,
        "title": label(step.step, "recovery_steps"),
        "under": tables.caption(step.firearm, closed),
        "url": tables.address(step.firearm),
        "reference": step.firearm.reference,
        "who": _who(step, user),
    }


def _who(step: Any, user: Any) -> str:
    if step.owner_id is None:
        return gettext("Nobody yet")
    if step.owner_id == user.pk:
        return gettext("You")
    return step.owner.get_full_name() or step.owner.get_username()


def _due(due: datetime, now: datetime, group: str) -> str:
    if group == "today":
        return gettext("by %(time)s") % {"time": date_format(due, "H:i")}
    if group == "week":
        return f"{date_format(due, 'D')} {wording.short_day(due)}"
    hours = int((now - due) / timedelta(hours=1))
    if hours < 48:
        return ngettext("%(n)s h late", "%(n)s h late", hours) % {"n": max(hours, 1)}
    return ngettext("%(n)s d late", "%(n)s d late", hours // 24) % {"n": hours // 24}


def _summary(count: int, late: int, today: int) -> str:
    if not count:
        return gettext("Nothing is due in the next seven days.")
    text = ngettext(
        "%(count)s step for you and your unit: %(late)s overdue, %(today)s due today.",
        "%(count)s steps for you and your unit: %(late)s overdue, %(today)s due today.",
        count,
    )
    return text % {"count": count, "late": late, "today": today}


def waiting_leads(user: Any) -> dict[str, object]:
    """Return how many leads wait, and the most urgent of them."""
    mine = queries.inbox(user, Wanted(), limit=FIRST_LEADS)
    return {
        "counts": queries.counts(user),
        "rows": [
            {
                "url": reverse("lead", args=[shown.lead.pk]),
                "title": leads.caption(shown.first, shown.closed)
                if shown.first
                else shown.lead.reference,
                "word": leads.relation_word(shown.lead),
                "weight": evidence.bits(shown.lead.weight),
                "places": leads.places(shown),
                "due": leads.due_words(shown.lead.due_at),
                "late": shown.lead.is_late,
                "soon": leads.is_today(shown.lead),
            }
            for shown in mine.rows
        ],
    }


def _new(user: Any, now: datetime) -> list[dict[str, object]]:
    found = worklist.newest(user, now - timedelta(days=1), NEW)
    closed = unread(found, user)
    return [
        {
            "title": tables.caption(record, closed),
            "kind": registry.of(record).title,
            "url": tables.address(record),
            "under": f"{record.reference} · {record.unit.name}",
        }
        for record in found
    ]
