"""From where and why: what the request adds to every event written during it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Context:
    """Where a person is and what they say they are doing."""

    address: str = ""
    purpose: str = ""


NOWHERE = Context()
_CURRENT: ContextVar[Context] = ContextVar("audit_context", default=NOWHERE)
PURPOSE_KEY = "purpose"


def current() -> Context:
    """Return the context of the request being answered, empty outside of one."""
    return _CURRENT.get()


class ContextMiddleware:
    """Remember address and stated purpose while a request is answered."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _CURRENT.set(
            Context(
                address=request.META.get("REMOTE_ADDR", "")[:45],
                purpose=request.session.get(PURPOSE_KEY, ""),
            )
        )
        try:
            return self.answer(request)
        finally:
            _CURRENT.reset(token)


def state_purpose(request: HttpRequest, purpose: str) -> None:
    """Keep what the person says this work is for, from now on in this session."""
    request.session[PURPOSE_KEY] = purpose[:200]
    with_purpose(purpose)


def with_purpose(purpose: str) -> None:
    """Set the purpose of what follows in this request or command."""
    _CURRENT.set(Context(address=current().address, purpose=purpose[:200]))


@contextmanager
def stated(purpose: str) -> Iterator[None]:
    """Say outside of a request, as on the command line, what the work is for."""
    token = _CURRENT.set(Context(address=current().address, purpose=purpose[:200]))
    try:
        yield
    finally:
        _CURRENT.reset(token)
