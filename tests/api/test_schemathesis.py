"""The API keeps what its schema promises, for calls that nobody thought of."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from focalpoint.accounts import actions as accounts
from focalpoint.accounts.capabilities import ROLES
from focalpoint.api import api
from tests import cast as people
from tests import make

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
# One kind of record stands for all: their routes are made by one function.
few = schema.include(
    path_regex=r"^/api/v1/(firearm|person|search|attachments|imports|\{type\})(/|$)"
)


@pytest.fixture
def one_connection():
    """Keep the test's own connection, as Django's test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def head(db, one_connection):
    """Return headers of a head of unit, who may most, in a unit with a few records."""
    cast = people.assemble()
    make.firearm(cast.alice)
    make.person(cast.alice)
    _token, text = accounts.make_token("test", ROLES["head"].capabilities, by=cast.erin)
    return {"Authorization": f"Bearer {text}", "X-Purpose": "analysis"}


@pytest.mark.slow
@pytest.mark.django_db
@few.parametrize()
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_schema_declares(case, head):
    """Slow: a few made-up calls to every route of two kinds of record."""
    answer = case.call(app=get_wsgi_application(), headers=head)
    case.validate_response(answer, checks=CHECKS)
