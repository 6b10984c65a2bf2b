"""What follows a record never stops it, not even by failing."""

import pytest

from tests import cast, make


@pytest.mark.django_db
def test_a_follower_that_fails_can_be_named(django_capture_on_commit_callbacks):
    """Django names it in its log; one without a name would stop what it follows."""
    alice = cast.assemble().alice
    with django_capture_on_commit_callbacks() as followers:
        make.firearm(alice)
    assert [follower.__qualname__ for follower in followers] == ["_call"]
