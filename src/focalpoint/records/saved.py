"""Searches that people keep: saved, opened, taken away, and what is new in each."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from focalpoint.accounts.access import grants, require
from focalpoint.audit import actions as audit
from focalpoint.records import registry
from focalpoint.records.models.saved_search import SavedSearch
from focalpoint.records.models.search_document import SearchDocument
from focalpoint.records.search import Filter, PurposeNeeded, count, search
from focalpoint.values.errors import BadInput

MOST_TOLD = 20


@dataclass(frozen=True)
class Kept:
    """A saved search with the number of records that are new since it was opened.

    Nothing is told where a purpose has to be stated first, or where nobody has counted
    yet for the rights that the person has now.
    """

    saved: SavedSearch
    filter: Filter
    new: int | None

    @property
    def is_of_persons(self) -> bool:
        """Tell whether a purpose is stated before this is counted."""
        code = self.filter.record_type
        return bool(code) and registry.get(code).personal


@transaction.atomic
def save(name: str, wanted: Filter, *, by: Any, alerts: bool = False) -> SavedSearch:
    """Keep a filter under a name; the same name again replaces it."""
    require(by, "records.view")
    if not name.strip():
        raise BadInput(_("Give the search a name."))
    saved, _new = SavedSearch.objects.update_or_create(
        user=by,
        name=name.strip()[:120],
        defaults={
            "query": wanted.query[:500],
            "record_type": wanted.record_type,
            "chosen": {key: list(values) for key, values in wanted.chosen},
            "last_seen": _latest(),
            "looked_at": timezone.now(),
            "alerts": alerts,
            **_nothing_fresh(by),
        },
    )
    audit.write("records.save_search", by=by, on=saved)
    return saved


@transaction.atomic
def opened(saved: SavedSearch, *, by: Any) -> Filter:
    """Remember that a person looks now; return the filter to run."""
    require(by, "records.view")
    saved.last_seen, saved.looked_at = _latest(), timezone.now()
    for name, value in _nothing_fresh(by).items():
        setattr(saved, name, value)
    saved.save()
    audit.write("records.open_search", by=by, on=saved)
    return filter_of(saved)


@transaction.atomic
def set_alert(saved: SavedSearch, *, alerts: bool, by: Any) -> SavedSearch:
    """Tell the person of new results from now on, or no longer."""
    require(by, "records.view")
    saved.alerts = alerts
    saved.save(update_fields=["alerts"])
    audit.write("records.alert_search", by=by, on=saved, detail={"alerts": alerts})
    return saved


@transaction.atomic
def forget(saved: SavedSearch, *, by: Any) -> None:
    """Take a saved search away."""
    require(by, "records.view")
    audit.write("records.forget_search", by=by, on=saved)
    saved.delete()


def of(user: Any) -> list[Kept]:
    """Return a person's saved searches with what is new in each, counted now.

    Each is a search of its own; a page shows ``listed``.
    """
    return [kept(saved, user) for saved in SavedSearch.objects.filter(user=user)]


def listed(user: Any) -> list[Kept]:
    """Return a person's saved searches with what was last counted: one question."""
    rights = _rights(user)
    return [
        Kept(
            saved,
            filter_of(saved),
            saved.fresh if saved.counted_for == rights else None,
        )
        for saved in SavedSearch.objects.filter(user=user)
    ]


def kept(saved: SavedSearch, user: Any) -> Kept:
    """Return a saved search with what is new in it."""
    wanted = filter_of(saved)
    return Kept(saved, wanted, _new(wanted, saved.last_seen, user))


def told(user: Any) -> Sequence[SavedSearch]:
    """Return the searches that have something new to tell, with one question.

    A count is shown only to the rights that it was made for: when those have changed,
    it says nothing until the next count.
    """
    rows = SavedSearch.objects.filter(user=user, alerts=True, fresh__gt=0)
    rights = _rights(user)
    return [saved for saved in rows[:MOST_TOLD] if saved.counted_for == rights]


def count_new() -> int:
    """Count anew what has come for every saved search; return how many."""
    counted = 0
    rows = SavedSearch.objects.filter(user__is_active=True)
    for saved in rows.select_related("user"):
        # Whoever opens it meanwhile has looked further than this count.
        counted += rows.filter(pk=saved.pk, last_seen=saved.last_seen).update(
            fresh=_new(filter_of(saved), saved.last_seen, saved.user),
            counted_at=timezone.now(),
            counted_for=_rights(saved.user),
        )
    return counted


def _nothing_fresh(user: Any) -> dict[str, Any]:
    """Return what is known of a search that its person sees just now."""
    return {"fresh": 0, "counted_at": timezone.now(), "counted_for": _rights(user)}


def _rights(user: Any) -> str:
    """Return a digest of what a person may see."""
    held = sorted((name, sorted(units)) for name, units in grants(user).items())
    return hashlib.sha256(repr(held).encode()).hexdigest()


def own_or_404(pk: Any, user: Any) -> SavedSearch:
    """Return a saved search of this person; anybody else's is not there."""
    saved = SavedSearch.objects.filter(user=user, pk=pk).first()
    if saved is None:
        raise Http404
    return saved


def filter_of(saved: SavedSearch) -> Filter:
    """Return the filter that was saved."""
    return Filter.of(saved.query, saved.record_type, saved.chosen)


def _new(wanted: Filter, last_seen: int, user: Any) -> int | None:
    try:
        return count(search(wanted, user).documents.filter(pk__gt=last_seen))
    except (PurposeNeeded, PermissionDenied):
        return None


def _latest() -> int:
    return SearchDocument.objects.aggregate(last=Max("pk"))["last"] or 0
