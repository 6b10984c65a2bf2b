"""What a call is for: stated in a header, kept with every event it leaves."""

from django.http import HttpRequest

from focalpoint.audit.context import current, with_purpose
from focalpoint.records.base import Record
from focalpoint.records.models.telling import is_personal
from focalpoint.records.registry import RecordType
from focalpoint.records.search import PurposeNeeded
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput


def state(request: HttpRequest, purpose: str) -> None:
    """Note the purpose of this call; a code of the list ``purposes`` or a sentence."""
    if not purpose:
        return
    if len(purpose) < 3 or not purpose.isprintable():
        raise BadInput("X-Purpose says nothing; write what the call is for")
    known = codelists.load("purposes").get(purpose)
    with_purpose(known.label() if known else purpose)


def ask(request: HttpRequest, about: RecordType | Record, purpose: str) -> None:
    """Note the purpose; without one, what tells of persons opens to nobody."""
    state(request, purpose)
    personal = is_personal(about) if isinstance(about, Record) else about.personal
    if personal and not current().purpose:
        raise PurposeNeeded
