"""Records by the numbers of their sources: found by the index, in the units asked."""

import pytest
from django.db import connection

from focalpoint.records import source_keys
from focalpoint.records.models import Firearm
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


def test_a_number_is_that_of_its_source_and_unit(cast):
    wanted = make.firearm(cast.alice, source="Police", source_key="7")
    make.firearm(cast.alice, source="Customs", source_key="7")
    make.firearm(cast.charlie, source="Police", source_key="7")
    make.firearm(cast.alice, source="Police")
    guns = Firearm.objects.all()
    found = source_keys.keyed(guns, [cast.north.pk], ["Police"], ["7", "8", ""])
    assert list(found) == [wanted]
    both = {cast.north.pk, cast.south.pk}
    assert set(source_keys.holders(guns, "Police")) == both
    assert source_keys.holders(guns, "Border") == []


def test_the_index_of_the_numbers_is_used(cast):
    """Without it every step of an import would read all records there are."""
    keys = [str(number) for number in range(300)]
    units = [cast.north.pk, cast.south.pk]
    found = source_keys.keyed(Firearm.objects.order_by(), units, ["Police"], keys)
    if connection.vendor == "sqlite":
        assert "firearm_source_key" in found.values("pk").explain()
    # PostgreSQL chooses by how many rows there are; the words that open the index to it:
    assert """NOT ("records_firearm"."source_key" = (''))""" in str(found.query)
