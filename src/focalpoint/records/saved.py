"""Searches that people keep: saved, opened, taken away, and what is new in each."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from focalpoint.accounts.access import require
from focalpoint.audit import actions as audit
from focalpoint.records.models.saved_search import SavedSearch
from focalpoint.records.models.search_document import SearchDocument
from focalpoint.records.search import Filter, PurposeNeeded, count, search
from focalpoint.values.errors import BadInput


@dataclass(frozen=True)
class Kept:
    """A saved search with the number of records that are new since it was opened."""

    saved: SavedSearch
    filter: Filter
    new: int | None  # nothing where a purpose has to be stated first


@transaction.atomic
def save(name: str, wanted: Filter, *, by: Any) -> SavedSearch:
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
        },
    )
    audit.write("records.save_search", by=by, on=saved)
    return saved


@transaction.atomic
def opened(saved: SavedSearch, *, by: Any) -> Filter:
    """Remember that a person looks now; return the filter to run."""
    require(by, "records.view")
    saved.last_seen, saved.looked_at = _latest(), timezone.now()
    saved.save(update_fields=["last_seen", "looked_at"])
    audit.write("records.open_search", by=by, on=saved)
    return filter_of(saved)


@transaction.atomic
def forget(saved: SavedSearch, *, by: Any) -> None:
    """Take a saved search away."""
    require(by, "records.view")
    audit.write("records.forget_search", by=by, on=saved)
    saved.delete()


def of(user: Any) -> list[Kept]:
    """Return a person's saved searches with what is new in each."""
    found = []
    for saved in SavedSearch.objects.filter(user=user):
        wanted = filter_of(saved)
        found.append(Kept(saved, wanted, _new(wanted, saved.last_seen, user)))
    return found


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
    except PurposeNeeded:
        return None


def _latest() -> int:
    return SearchDocument.objects.aggregate(last=Max("pk"))["last"] or 0
