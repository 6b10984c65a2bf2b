"""What the tests of pages share: the cast, and a browser without a screen for each."""

import pytest
from django.test import Client

from tests import cast


@pytest.fixture
def people(db):
    return cast.assemble()


@pytest.fixture
def sign_in():
    """Return a client in which this person is signed in."""

    def signed_in(user):
        client = Client()
        client.force_login(user)
        return client

    return signed_in
